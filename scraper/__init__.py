"""kliping's scraper: pages in, articles out.

From the entry points down; a layer imports only what is below it (contract 2 of import-linter):

    crawl/         what is asked of the web, and when
    pages/         one page: its answer → a capture that can be saved
    setup          what every way of acquiring pages needs
    discovery/     a document → its links              isolation/    readers in child processes
    extraction/    bytes → an article
    extractor      which extractor, with which rules
    fetch/         an address → its answer             monitoring/   a source's history → alarms
    rules          what is known of single sites       schedule      when a page is due again
    directives     what a publisher forbids
    model/         what the rooms above exchange
    urls/          addresses
    clock, errors, threads, whitespace                 leaves

``from scraper import extract, Article`` is the library's front door. Both load on first use, so
that ``import storage`` (which needs only ``scraper.model.types``) loads no HTML parser.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scraper.extraction import extract as extract
    from scraper.model.types import Article as Article

__all__ = ["Article", "extract"]


def __getattr__(name: str) -> Any:
    if name == "extract":
        from scraper.extraction import extract  # heavy: only where a page is read

        return extract
    if name == "Article":
        from scraper.model.types import Article  # with the one above, each when it is asked for

        return Article
    raise AttributeError(f"module 'scraper' has no attribute {name!r}")

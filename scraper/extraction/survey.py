"""What of a page's text did not become the article's body, and why: for a person who asks.

No part of extraction: it costs a second parse, so only ``kliping explain`` pays for it.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from scraper.extraction.body import Layout, TextRun, lay_out
from scraper.extraction.decode import decode_page
from scraper.extraction.document import Document, parse_document
from scraper.extraction.prescan import cut_tags, find_hazard
from scraper.rules import SiteRule

MIN_PASSAGE = 80
"""Characters of what is told of: shorter lines are menus, labels and credits."""
MAX_PASSAGES = 100
MAX_TEXT = 500
_HEAD = 60
"""So much of a passage is looked for in the body, which may go on differently: links, notes."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph's worth of text that is not in the body."""

    text: str
    """Its first ``MAX_TEXT`` characters."""
    characters: int
    reason: str
    """A kind of furniture (``comments``, ``hidden``, …), ``elsewhere`` on the page than the
    article's text, ``pruned`` from within it, or removed by a site's ``rule``."""


@dataclass(frozen=True, slots=True)
class Survey:
    characters: int = 0
    """Of all text of the page, as a browser without scripts would show it."""
    left_out: tuple[Passage, ...] = ()
    """In the order of the page."""


def survey_page(
    html: bytes,
    headers: Mapping[str, str],
    title: str | None,
    text_read: str,
    rule: SiteRule | None = None,
) -> Survey:
    """``title`` and ``text_read``, the body with the captions: what extraction made of the same
    page by the same ``rule``. ``headers``: by name in lower case."""
    whole = decode_page(html, headers.get("content-type"))
    text = cut_tags(whole, whole.count("<"))
    if find_hazard(text) is not None:
        return Survey()
    document = parse_document(text, (), rule.selectors if rule is not None else {})
    layout = lay_out(document)
    spared = _spared(text, rule)
    left_out = (
        Passage(run.text[:MAX_TEXT], len(run.text), _reason(document, layout, run, spared))
        for run in _absent((run for run in layout.runs if run.size >= MIN_PASSAGE), text_read)
        if run.text != title
    )
    characters = sum(len(run.text) for run in layout.runs)
    return Survey(characters, tuple(islice(left_out, MAX_PASSAGES)))


def _absent(runs: Iterable[TextRun], text_read: str) -> Iterator[TextRun]:
    """Those whose beginning is not in the text, at the start of a line as a rule."""
    starts = {line[:_HEAD] for line in text_read.split("\n")}
    for run in runs:
        head = run.text[:_HEAD]
        if head not in starts and head not in text_read:
            yield run


def _spared(text: str, rule: SiteRule | None) -> Container[str] | None:
    """What is there after the rule has removed what it names; ``None`` where it removes nothing."""
    if rule is None or not rule.remove:
        return None
    return {run.text for run in lay_out(parse_document(text, rule.remove, rule.selectors)).runs}


def _reason(document: Document, layout: Layout, run: TextRun, spared: Container[str] | None) -> str:
    if spared is not None and run.text not in spared:
        return "rule"
    if run.reason:
        return run.reason
    inside = layout.container is not None and document.contains(layout.container, run.first)
    return "pruned" if inside else "elsewhere"

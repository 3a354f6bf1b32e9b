"""Extraction: the bytes of a page → an ``Article``, every field with its provenance.

    decode      bytes → text                  document    text → arrays (one parse, one walk)
    prescan     pages not to be parsed        metadata/   JSON-LD, meta tags, microdata
    body/       where the text is → blocks    context     all that the stages after it share
    title/      the headline                  language    of the text
    times/      published and modified        dates/      a printed date → a value
    credits/    the authors                   byline/     a printed credit → people
    paging/     its further pages             verdict/    what the page is
    ruled       what a site's rule says       assemble    the order, and the Article
    survey      what is not in the body       candidates  the record of a choice
    cleaning    str → str                     word_lists  ``data/*.txt``

A layer imports only what is below it: contract 3 of import-linter lists them all.

Pure: values in, values out, no I/O. Nothing of the parser leaves this package.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from scraper.errors import AddressError
from scraper.extraction.assemble import assemble_article, last_header
from scraper.extraction.cleaning import clean_surrogates
from scraper.extraction.decode import decode_page
from scraper.extraction.document import parse_document
from scraper.extraction.prescan import MAX_TAGS, cut_tags, find_hazard
from scraper.extractor import EXTRACTOR_VERSION
from scraper.model.types import Article, Verdict
from scraper.rules import SiteRule
from scraper.urls import parse_address

__all__ = ["EXTRACTOR_VERSION", "extract", "read_page"]

Headers = Mapping[str, str] | Sequence[tuple[str, str]]
"""Of an answer: by name, or in pairs, where a header may come more than once."""


def extract(
    html: bytes | str,
    url: str | None = None,
    *,
    headers: Headers | None = None,
    now: datetime | None = None,
    rule: SiteRule | None = None,
) -> Article:
    """What one page says.

    ``html`` as received (bytes after Content-Encoding) or as text. ``url``: the final address; it
    helps with dates, zones, the site's name and the canonical address. ``headers``: of the answer;
    ``Content-Type``, ``Content-Language`` and those of ``scraper.directives`` are read.
    ``now``: aware, the time of the fetch, for relative dates and against dates that lie ahead.
    ``rule``: what is known of its site.

    Never raises, whatever it is given; what cannot be read is an ``Article`` with the verdict
    ``empty`` whose ``evidence`` says why. Time is linear in the size of the page.
    """
    try:
        return read_page(html, url, headers=headers, now=now, rule=rule)
    except MemoryError as error:
        return _failed(error)


def read_page(
    html: bytes | str,
    url: str | None = None,
    *,
    headers: Headers | None = None,
    now: datetime | None = None,
    rule: SiteRule | None = None,
) -> Article:
    """``extract``, but that want of memory, which says nothing of the page, is told: raises
    ``MemoryError``."""
    address = _usable_address(url)
    moment, pairs = _aware(now), _pairs(headers)
    try:
        whole = _text_of(html, pairs)
        tags = whole.count("<")
        text = cut_tags(whole, tags)
        hazard = find_hazard(text, min(tags, MAX_TAGS))
        if hazard is not None:
            return _nothing(f"not parsed: {hazard}")
        removed, marks = (rule.remove, rule.selectors) if rule is not None else ((), {})
        document = parse_document(text, removed, marks)
        article = assemble_article(document, address, pairs, moment, EXTRACTOR_VERSION, rule)
        return article if len(text) == len(whole) else _note_cut(article)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - the promise of extract; recorded as a verdict
        return _failed(error)


def _note_cut(article: Article) -> Article:
    return replace(article, evidence=f"{article.evidence}; read up to its {MAX_TAGS:,}th tag")


def _usable_address(url: object) -> str | None:
    """The address made safe, or ``None`` for what is none."""
    if not isinstance(url, str):
        return None
    try:
        return parse_address(clean_surrogates(url))
    except (AddressError, ValueError):
        return None


def _text_of(html: object, headers: Sequence[tuple[str, str]]) -> str:
    if isinstance(html, str):
        return clean_surrogates(html)
    if isinstance(html, bytes | bytearray | memoryview):
        return decode_page(bytes(html), last_header(headers, "content-type"))
    return ""


def _pairs(headers: object) -> tuple[tuple[str, str], ...]:
    """Names and values; whatever is none of the two kinds of ``Headers`` has none."""
    given = headers.items() if isinstance(headers, Mapping) else headers
    if not isinstance(given, Iterable):
        return ()
    pairs = (pair for pair in given if isinstance(pair, tuple | list) and len(pair) == 2)
    return tuple((name, value) for name, value in pairs if _is_text(name) and _is_text(value))


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _aware(now: object) -> datetime:
    if not isinstance(now, datetime):
        return datetime.now(UTC)
    return now if now.tzinfo is not None else now.replace(tzinfo=UTC)


def _failed(error: Exception) -> Article:
    return _nothing(f"the extractor failed: {type(error).__name__}: {error}"[:300])


def _nothing(evidence: str) -> Article:
    return Article(
        verdict=Verdict.EMPTY,
        evidence=clean_surrogates(evidence),
        provenance={},
        extractor_version=EXTRACTOR_VERSION,
    )

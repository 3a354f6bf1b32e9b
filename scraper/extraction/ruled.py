"""What a site's rule says instead of the generic extraction.

The document has the elements that the rule's selectors name (``Document.marked``). A field takes
their value, with the source ``rule:HOST KEY``, and what was found without the rule stays among
the candidates. A selector that names nothing on the page, or nothing that can be read, leaves the
generic value; the provenance then says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from scraper.extraction.body import Layout, TextRun
from scraper.extraction.body.furniture import mark_runs
from scraper.extraction.byline import parse_byline
from scraper.extraction.candidates import provenance_of
from scraper.extraction.cleaning import clean_text, fold_text
from scraper.extraction.credits import Credits
from scraper.extraction.dates import ParsedDate
from scraper.extraction.document import Document
from scraper.extraction.times import Times
from scraper.extraction.times.assumed_zone import locate
from scraper.extraction.times.stated import Setting, parse_moment
from scraper.extraction.title import MAX_TITLE, Title
from scraper.model.types import Article, Candidate, Zone
from scraper.rules import FIELDS, SiteRule

CERTAIN = 1.0
"""The confidence of what a person's rule found."""
MAX_VALUE = 400
MAX_AUTHORS = 20
MAX_SECTION = 100
MAX_TRIED = 20
"""Elements named that are read as a date."""
MAX_HELD = 40
"""Nodes inside one of them that are looked at for a stamp."""


def rule_layout(document: Document, layout: Layout) -> tuple[Layout, Layout]:
    """Where the text is by the rule's ``body``: the layout for all fields, and the one that the
    body is taken from, which has no other runs. Both are ``layout`` where nothing is named.

    What generic extraction takes for furniture inside is so still, but not for what holds it.
    """
    marked = _outermost(document, document.marked.get("body", ()))
    reasons = list(layout.reasons)
    for index in marked:
        if reasons[index]:
            size = document.ends[index] - index
            reasons[index : document.ends[index]] = [""] * size
    inside: list[TextRun] = []
    places = iter(marked)
    place = next(places, None)
    for run in layout.runs:
        while place is not None and document.ends[place] <= run.first:
            place = next(places, None)
        if place is not None and place <= run.first:
            inside.append(run)
    if not inside:
        return layout, layout
    mark_runs(document, inside, reasons)
    container = _common_ancestor(document, marked)
    whole = replace(layout, reasons=reasons, container=container, start=inside[0].first)
    return whole, replace(whole, runs=inside)


def rule_title(document: Document, rule: SiteRule, generic: Title) -> Title:
    """The text of the first element named that has any."""
    for index, value in _values(document, "title"):
        chosen = Candidate(value[:MAX_TITLE], rule.source("title"), CERTAIN)
        return replace(
            generic,
            value=chosen.value,
            source=chosen.source,
            confidence=CERTAIN,
            candidates=_before(chosen, generic.value, generic),
            start=index if index >= 0 else generic.start,
            end=document.ends[index] - 1 if index >= 0 else generic.end,
            folded=generic.folded | {fold_text(value)},
        )
    return generic


def rule_credits(
    document: Document, rule: SiteRule, generic: Credits, language: str | None, site: str | None
) -> Credits:
    """The people of every element named, in their order. Each may hold a whole credit line."""
    texts = [value for _, value in _values(document, "authors")][:MAX_AUTHORS]
    parsed = [parse_byline(text, language=language, site_name=site, stated=True) for text in texts]
    if not any(credit.authors or credit.organisations or credit.roles for credit in parsed):
        return generic
    names: dict[str, str] = {}
    for credit in parsed:
        for name in credit.authors:
            names.setdefault(fold_text(name), name)
    byline = ", ".join(dict.fromkeys(texts))[:MAX_VALUE]
    chosen = Candidate(byline, rule.source("authors"), CERTAIN)
    return replace(
        generic,
        byline=byline,
        authors=tuple(names.values()),
        source=chosen.source,
        confidence=CERTAIN,
        candidates=_before(chosen, generic.byline or ", ".join(generic.authors), generic),
    )


def rule_times(document: Document, rule: SiteRule, generic: Times, setting: Setting) -> Times:
    """The first date that can be read in the elements named, for each of the two."""
    times = generic
    if (dated := _first_date(document, "published", setting)) is not None:
        chosen = Candidate(dated.raw, rule.source("published"), CERTAIN)
        times = replace(
            times,
            published=dated.moment,
            precision=dated.parsed.precision,
            zone=dated.zone,
            relative=dated.parsed.relative,
            raw=dated.raw,
            source=chosen.source,
            confidence=CERTAIN,
            candidates=_before(chosen, generic.raw, generic),
        )
    if (dated := _first_date(document, "modified", setting)) is not None:
        chosen = Candidate(dated.raw, rule.source("modified"), CERTAIN)
        times = replace(
            times,
            modified=dated.moment,
            modified_source=chosen.source,
            modified_candidates=(chosen, *generic.modified_candidates),
        )
    return times


def sign_article(document: Document, rule: SiteRule, article: Article) -> Article:
    """The rest: the section, where the body is from, which selectors named nothing, and the rule's
    digest in ``extractor_version``, so that a changed rule is no publisher's edit."""
    records = dict(article.provenance)
    if "body" in records and any(map(document.text_of, document.marked.get("body", ()))):
        records["body"] = replace(records["body"], source=rule.source("body"))
    section = next((value[:MAX_SECTION] for _, value in _values(document, "section")), None)
    if section is not None:
        chosen = Candidate(section, rule.source("section"), CERTAIN)
        lost: tuple[Candidate, ...] = ()
        if article.section and (before := records.get("section")) is not None:
            alone = Candidate(article.section, before.source, before.confidence)
            lost = before.candidates or (alone,)
        records["section"] = provenance_of(chosen.source, CERTAIN, [chosen, *lost])
        article = replace(article, section=section)
    for key in rule.unused(records):
        field = FIELDS[key]
        if field in records:
            note = Candidate("", f"{rule.source(key)}: gave nothing here", 0.0)
            record = records[field]
            records[field] = replace(record, candidates=(*record.candidates, note))
    version = article.extractor_version + (f"+rule:{rule.digest}" if rule.digest else "")
    return replace(article, provenance=records, extractor_version=version)


# --------------------------------------------------------------------- reading what is named


def _values(document: Document, key: str) -> Iterator[tuple[int, str]]:
    """The elements named that say something, each with what it says: its text, else its
    ``content``. One inside another is part of it. Meta elements come last, as -1."""
    for index in _outermost(document, document.marked.get(key, ())):
        value = document.text_of(index) or clean_text(document.attribute(index, "content"))
        if value:
            yield index, value[:MAX_VALUE]
    yield from ((-1, value[:MAX_VALUE]) for value in document.marked_metas.get(key, ()))


def _outermost(document: Document, marked: Sequence[int]) -> list[int]:
    """Without those that are inside another."""
    outermost: list[int] = []
    end = 0
    for index in marked:
        if index >= end:
            outermost.append(index)
            end = document.ends[index]
    return outermost


def _common_ancestor(document: Document, marked: Sequence[int]) -> int:
    """The innermost element that holds all of them; the first itself if it is alone."""
    at, last = marked[0], marked[-1]
    while at > 0 and not document.contains(at, last):
        at = document.parents[at]
    return max(at, 0)


class _DatedValue(NamedTuple):
    raw: str
    parsed: ParsedDate
    moment: datetime
    zone: Zone


def _first_date(document: Document, key: str, setting: Setting) -> _DatedValue | None:
    for raw in _date_texts(document, key):
        parsed = parse_moment(raw, setting)
        if parsed is not None:
            return _DatedValue(raw, parsed, *locate(parsed, setting.zone))
    return None


def _date_texts(document: Document, key: str) -> Iterator[str]:
    """What may be the date: of each element the stamps that it has and holds, then its text."""
    for index in document.marked.get(key, ())[:MAX_TRIED]:
        for node in range(index, min(document.ends[index], index + MAX_HELD)):
            for name in ("datetime", "content"):
                if stamp := document.attribute(node, name).strip():
                    yield stamp[:MAX_VALUE]
        if text := document.text_of(index):
            yield text[:MAX_VALUE]
    yield from (value[:MAX_VALUE] for value in document.marked_metas.get(key, ())[:MAX_TRIED])


def _before(
    chosen: Candidate, lost: str | None, generic: Title | Credits | Times
) -> tuple[Candidate, ...]:
    """The candidates with the rule's first, and the value that it took the place of second."""
    if not lost:
        return (chosen, *generic.candidates)
    second = Candidate(lost, generic.source, generic.confidence)
    named = (second.value, second.source)
    others = (
        candidate
        for candidate in generic.candidates
        if (candidate.value, candidate.source) != named
    )
    return (chosen, second, *others)

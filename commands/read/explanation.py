"""Why a page gave what it gave: by field, the value taken and the candidates that lost. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from commands.cleaning import clean
from commands.render.values import format_time
from scraper.extraction.byline import parse_byline
from scraper.extraction.dates import parse_date
from scraper.model.types import Article, Candidate, Precision, Provenance

FIELDS = (
    "title",
    "byline",
    "authors",
    "published_at",
    "modified_at",
    "body",
    "language",
    "site_name",
    "section",
    "tags",
    "image_url",
    "canonical_url",
    "directives",
)
WITHOUT_RIVALS = frozenset({"body", "directives"})
TIMES = frozenset({"published_at", "modified_at"})
CREDITS = frozenset({"byline", "authors"})
Reader = Callable[[str], object]
_CLOCKED = (Precision.SECOND, Precision.MINUTE, Precision.HOUR)
# What ``assemble`` adds to the source of a time: ``time (zone assumed: country .de)``.
_NOTE = re.compile(r"^(.*?) \((.*)\)$", re.DOTALL)


@dataclass(frozen=True)
class Entry:
    """One value that stood for a field, with all the sources that gave it."""

    value: str
    """As the page has it."""
    sources: tuple[str, ...]
    confidence: float
    """Of the best of them; of the choice, where it was chosen."""
    chosen: bool = False


@dataclass(frozen=True, kw_only=True)
class ExplainedField:
    name: str
    value: Any
    """As in the JSON of ``show``; ``None`` or empty where nothing was found."""
    source: str | None = None
    confidence: float | None = None
    note: str = ""
    """What was assumed: ``zone assumed: country .de``."""
    entries: tuple[Entry, ...] = ()
    """The best first. None of the body, whose rivals are single paragraphs, and none of what the
    publisher forbids, which all holds."""

    @property
    def lost(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if not entry.chosen)

    @property
    def sources(self) -> tuple[str, ...]:
        """All that gave the value taken."""
        chosen = next((entry for entry in self.entries if entry.chosen), None)
        return chosen.sources if chosen else pieces_of(self.source or "")


def explain_fields(article: Article) -> tuple[ExplainedField, ...]:
    """Every field in ``FIELDS``' order, those that were not found included."""
    return tuple(_explain(article, name) for name in FIELDS)


def pieces_of(source: str) -> tuple[str, ...]:
    """``h1+meta:og:title`` → both; what a source was weighed against is left out."""
    return tuple(piece for piece in source.partition("<")[0].split("+") if piece)


def _explain(article: Article, name: str) -> ExplainedField:
    value = _value_of(article, name)
    why = article.provenance.get(name)
    if why is None:
        return ExplainedField(name=name, value=value)
    found = _NOTE.match(why.source)
    source, note = (found[1], found[2]) if found else (why.source, "")
    entries: tuple[Entry, ...] = ()
    if name not in WITHOUT_RIVALS:
        taken = _as_printed(article, name, source, why)
        entries = _join(why, source, taken, _reader(article, name))
    return ExplainedField(
        name=name,
        value=value,
        source=source,
        confidence=why.confidence,
        note=note,
        entries=entries,
    )


def _value_of(article: Article, name: str) -> Any:
    if name == "published_at":
        return format_time(article.published_at, article.published_precision)
    if name == "modified_at":
        return format_time(article.modified_at)
    value = getattr(article, name)
    return list(value) if isinstance(value, tuple) else value or None


def _as_printed(article: Article, name: str, source: str, why: Provenance) -> str:
    """The value taken as its candidate has it: a date unread, the authors as one line."""
    if name == "published_at" and article.published_raw:
        return article.published_raw
    same_source = [each for each in why.candidates if each.source == source]
    best = max(same_source, key=lambda each: each.confidence, default=None)
    if name == "modified_at" and best is not None:
        return best.value
    if name in CREDITS:
        printed = article.byline or ""
        known = any(clean(each.value) == clean(printed) for each in why.candidates)
        return best.value if best is not None and not known else printed
    return str(_value_of(article, name) or "")


def _join(why: Provenance, source: str, taken: str, read: Reader) -> tuple[Entry, ...]:
    """Equal values become one entry; the one taken is there even if no candidate has it."""
    groups: dict[object, list[Candidate]] = {read(taken): []}
    for candidate in sorted(why.candidates, key=lambda each: -each.confidence):
        groups.setdefault(read(candidate.value), []).append(candidate)
    chosen = groups.pop(read(taken))
    entries = [Entry(taken, _sources(pieces_of(source), chosen), why.confidence, chosen=True)]
    entries += [
        Entry(group[0].value, _sources((), group), group[0].confidence) for group in groups.values()
    ]
    return tuple(sorted(entries, key=lambda entry: -entry.confidence))


def _sources(first: Sequence[str], group: Iterable[Candidate]) -> tuple[str, ...]:
    theirs = (piece for candidate in group for piece in pieces_of(candidate.source))
    return tuple(dict.fromkeys((*first, *theirs)))


def _reader(article: Article, name: str) -> Reader:
    """What makes two candidates' values equal: the moment, the people named, else the letters."""
    if name in TIMES:
        return _moment_reader(article)
    if name in CREDITS:
        return _names_reader(article)
    return clean


def _moment_reader(article: Article) -> Reader:
    zone = article.published_at.tzinfo if article.published_at else UTC

    def read(text: str) -> object:
        parsed = parse_date(text, language=article.language)
        if parsed is None or parsed.relative:
            return clean(text)
        if parsed.precision not in _CLOCKED:
            return parsed.value.date()
        moment = parsed.value if parsed.value.tzinfo else parsed.value.replace(tzinfo=zone)
        return moment.replace(second=0, microsecond=0)

    return read


def _names_reader(article: Article) -> Reader:
    def read(text: str) -> object:
        found = parse_byline(text, language=article.language, site_name=article.site_name)
        return frozenset(name.casefold() for name in found.authors) or clean(text)

    return read

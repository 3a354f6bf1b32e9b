"""Live blogs: entries in the page's order, each with a time and mostly with a heading of its own.

The times are the entries' labels, not their text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import takewhile
from operator import attrgetter

from scraper.extraction.body.runs import HEADINGS, TextRun
from scraper.extraction.body.words.class_words import MAX_NAMES
from scraper.extraction.document import Document

UP = 4
"""How many elements above the container an entry may be."""
MIN_ENTRIES = 3
MAX_ENTRIES = 1_000
MIN_TEXT = 40
MIN_LINE = 20
"""Of a sentence."""
LONGEST_TIME = 40
LONGEST_LABEL = 60
FEW_TIMES = 3
"""Fewer lines that look like times may be something else."""

_TAGS = frozenset(("article", "section", "div", "li", "tr"))
_LABEL_TAGS = frozenset(("p", "div", "span", "header", "section", "article"))
# By script and language: the clock, and how long ago.
_CLOCK = (
    r"\d{1,2}\s?[:.h]\s?\d{2}(?:[:.]\d{2})?\s?"
    r"(?:uhr|h|hrs?|[ap]\.?\s?m\.?|w(?:ib|ita|it)|[a-z]{1,3}t|น\.)?",
    r"\d{1,2}\s?(?:uhr|[ap]\.?m\.?)",
    r"(?:上午|下午|午前|午後|오전|오후)?\s?\d{1,2}\s?[時时시:：]\s?\d{2}\s?[分분]?",
)
_AGO = (
    r"(?:vor|há|hace|il y a|πριν(?: από)?|قبل|před|пре|преди)\s\d{1,3}\s\S+",
    r"\d{1,3}\s\S+\s(?:ago|(?:yang )?lalu|fa|geleden|sedan|siden|sitten|temu|тому|назад|önce)",
    r"\d{1,3}\s?(?:分|時間|分钟|分鐘|小时|小時|분|시간)\s?[前전]",
)
_TIME = re.compile(rf"\W*(?:{'|'.join((*_CLOCK, *_AGO))})\W*", re.IGNORECASE)


_HOUR = re.compile(r"\d{1,2}\s?[:.h時时시：]\s?\d{2}")
_ANSWERS = re.compile(r"answer|comment|reply|replies|review|respon|antwort|kommentar")


def widen_to_entries(document: Document, runs: Sequence[TextRun], container: int) -> int:
    """The element with all entries, where the container is one of them or lies in one; else itself.

    Entries are neighbours of one tag and class, most with text and a time of their own. Cards of
    other articles look the same, but their text is a link.
    """
    for at in document.outwards(container, UP):
        above = document.parents[at]
        if above < 0 or document.tags[at] in ("body", "main"):
            break
        if document.tags[at] in _TAGS and _are_entries(document, runs, _twins(document, at)):
            return above
    return container


def drop_times(
    document: Document, reached: Sequence[TextRun], kept: Sequence[TextRun]
) -> list[TextRun]:
    """``kept`` without the lines that say only when: all in ``time`` elements, or several that look
    so. ``reached``: before pruning."""
    marked = {run.first for run in kept if _is_marked_time(document, run)}
    seeming = {run.first for run in reached if _is_label(document, run)}
    if len(marked | seeming) >= FEW_TIMES:
        marked |= seeming
    return [run for run in kept if run.first not in marked] if marked else [*kept]


def _twins(document: Document, entry: int) -> list[int]:
    """The neighbours of the same tag and first class, itself included."""
    kind = _kind_of(document, entry)
    twins = [
        at
        for at in document.children(document.parents[entry])
        if document.tags[at] == document.tags[entry] and _kind_of(document, at) == kind
    ]
    return twins[:MAX_ENTRIES]


def _kind_of(document: Document, at: int) -> str:
    return next(iter(document.attribute(at, "class").split()), "")


def _are_entries(document: Document, runs: Sequence[TextRun], twins: Sequence[int]) -> bool:
    if len(twins) < MIN_ENTRIES or _ANSWERS.search(document.words[twins[0]][:MAX_NAMES]):
        return False
    told = 0
    for twin in twins:
        start = bisect_left(runs, twin, key=attrgetter("first"))
        end = bisect_left(runs, document.ends[twin], key=attrgetter("first"))
        own = runs[start:end]
        has_text = any(_is_text(run) for run in own)
        is_card = any(
            run.link_density > 0.8 and document.tags[run.owner] in HEADINGS for run in own
        )
        has_time = _holds_clock(document, twin) or any(map(_looks_like_time, own[:4]))
        told += has_text and has_time and not is_card
    return told >= MIN_ENTRIES and 3 * told >= 2 * len(twins)


def _is_text(run: TextRun) -> bool:
    return run.size >= (MIN_LINE if run.ends_sentence else MIN_TEXT) and run.link_density < 0.4


def _holds_clock(document: Document, entry: int) -> bool:
    """Whether its first ``time`` tells the hour; lists of articles tell the day."""
    return any(
        _HOUR.search(document.text_of(at)[:LONGEST_TIME])
        for at in document.within(entry, "time")[:1]
    )


def _looks_like_time(run: TextRun) -> bool:
    return len(run.text) <= LONGEST_TIME and _TIME.fullmatch(run.text) is not None


def _is_label(document: Document, run: TextRun) -> bool:
    """A time, or who wrote and when: a short line beside the text with a ``time`` in it."""
    tag = document.tags[run.owner]
    if tag in _LABEL_TAGS and _looks_like_time(run):
        return True
    return (
        tag in ("div", "header", "span")
        and run.size <= LONGEST_LABEL
        and not run.ends_sentence
        and any(at <= run.last for at in document.within(run.owner, "time"))
    )


def _is_marked_time(document: Document, run: TextRun) -> bool:
    """All of it inside one ``time`` element."""
    if len(run.text) > LONGEST_TIME or "time" not in document.by_tag:
        return False
    inline = takewhile(lambda at: at != run.owner, document.ancestors(run.first, 4))
    time = next((at for at in inline if document.tags[at] == "time"), None)
    return time is not None and document.contains(time, run.last)

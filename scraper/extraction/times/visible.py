"""Dates that readers are shown: ``<time>``, and short lines around the headline and the text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from scraper.extraction.body import Layout, TextRun
from scraper.extraction.cleaning import clean_text
from scraper.extraction.context import PageContext, Span
from scraper.extraction.dates import ParsedDate, read_iso
from scraper.extraction.dates.hints import may_be_date
from scraper.extraction.document import TEXT, Document
from scraper.extraction.times.elements import collect_stamped, collect_time_elements
from scraper.extraction.times.stated import (
    MAX_LENGTH,
    Moment,
    Moments,
    Setting,
    parse_moment,
)
from scraper.extraction.times.words import (
    AS_OF,
    COMMENT_CLASS,
    DATE_CLASS,
    NOTE_CLASS,
    context_of,
    find_updated,
    is_date_label,
    is_updated_label,
)
from scraper.model.types import Candidate, Precision

MAX_VISIBLE = 40
"""Short runs that may be dates and are read, per page."""
NEAR = 14
"""How many runs with a digit are looked at on either side of the headline."""
_MAX_HEAD, _MAX_CREDIT = 4, 100
"""How many lines at the head of the text may be credits, and their length."""
_MAX_LABEL = 30
_NEAR_IF_STATED = 5
_MAX_STEPS, _MAX_STEPS_IF_STATED = 120, 16
"""How many runs are passed in search of those."""
_ENOUGH = 0.8
"""With a date as good as this at the headline the text and what follows it are not read."""
_SURE = 0.9
"""With metadata as sure as this only the lines next to the headline are read."""

_PLACE_CONFIDENCE = {
    "below-title": 0.955,
    "above-title": 0.84,
    "above-text": 0.88,
    "after-text": 0.57,
    "in-text": 0.33,
}
_FOREIGN = {"after-text": ("aside", "nav", "blockquote"), "in-text": ("aside", "blockquote")}
"""Elements whose dates are of something else: a quotation has the date of what it quotes."""
_SEPARATED = re.compile(r"\s*[|•·]\s*|\s+[–—]\s+|\s{2,}")
_AS_OF_CONFIDENCE = 0.58
_DIGIT = re.compile(r"\d")
_NUMERIC = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(?:19|20)\d\d(?![\d/])")
_COARSE = (Precision.MONTH, Precision.YEAR)


def collect_visible(
    page: PageContext, title_span: Span, body_end: int, setting: Setting, moments: Moments
) -> None:
    """Add what is printed; with a sure date in ``moments`` only what stands at the headline."""
    document, layout = page.document, page.layout
    sure = any(moment.candidate.confidence >= _SURE for moment in moments.published)
    collect_time_elements(document, layout, title_span, setting, moments)
    budget = MAX_VISIBLE
    near = _NEAR_IF_STATED if sure else NEAR
    for run, place in _runs_around(layout, title_span, near):
        budget -= _read_run(page, run, place, setting, moments)
    if sure or any(moment.candidate.confidence > _ENOUGH for moment in moments.published):
        return
    for run, place in _runs_of_text(document, layout, body_end):
        if budget <= 0:
            break
        budget -= _read_run(page, run, place, setting, moments)
    if not moments.published:
        collect_stamped(document, title_span, layout.start, setting, moments)


def _runs_around(layout: Layout, title_span: Span, near: int) -> Iterator[tuple[TextRun, str]]:
    """Short runs with a digit below the headline and above it, the nearest first."""
    runs = layout.runs
    start, end = title_span
    text = _first_paragraph(layout)
    if start < 0:
        edge = text
        yield from ((run, "above-text") for run in _backwards(runs, edge, near))
        return
    below = bisect_right(runs, end, key=_first)
    limit = max(text, below)
    count = 0
    for position in range(below, limit):
        if _is_short_with_digit(runs[position]):
            yield runs[position], "below-title"
            count += 1
            if count >= near:
                break
    edge = bisect_left(runs, start, key=_first)
    yield from ((run, "above-title") for run in _backwards(runs, edge, near))


def _runs_of_text(
    document: Document, layout: Layout, body_end: int
) -> Iterator[tuple[TextRun, str]]:
    """Short runs with a digit at the start of the text, after it, and at its end."""
    runs = layout.runs
    first = bisect_left(runs, layout.start, key=_first)
    end = bisect_right(runs, body_end, key=_first)
    inside = [run for run in runs[first:end] if _is_short_with_digit(run)]
    yield from ((run, "in-text") for run in inside[:4])
    count = 0
    for run in runs[end : end + _MAX_STEPS]:
        is_note = MAX_LENGTH < run.size <= 2 * MAX_LENGTH and NOTE_CLASS.search(
            document.words[run.owner]
        )
        if is_note or _is_short_with_digit(run):
            yield run, "after-text"
            count += 1
            if count >= 8:
                break
    yield from ((run, "in-text") for run in inside[4:][-3:])


def _first_paragraph(layout: Layout) -> int:
    """The place among the runs where the text begins: lines of credits at its head are before."""
    runs = layout.runs
    place = bisect_left(runs, layout.start, key=_first)
    for step in range(place, min(place + _MAX_HEAD, len(runs))):
        run = runs[step]
        if run.size > _MAX_CREDIT or run.ends_sentence:
            return step
    return place


def _first(run: TextRun) -> int:
    return run.first


def _backwards(runs: Sequence[TextRun], edge: int, near: int) -> Iterator[TextRun]:
    count = 0
    steps = _MAX_STEPS if near == NEAR else _MAX_STEPS_IF_STATED
    for position in range(edge - 1, max(-1, edge - 1 - steps), -1):
        if _is_short_with_digit(runs[position]):
            yield runs[position]
            count += 1
            if count >= near:
                return


def _is_short_with_digit(run: TextRun) -> bool:
    return run.size <= MAX_LENGTH and _DIGIT.search(run.text) is not None


def _read_run(
    page: PageContext, run: TextRun, place: str, setting: Setting, moments: Moments
) -> int:
    """Read a run's dates into ``moments``; 1 if it looked like one, 0 if it was left."""
    if not may_be_date(run.text) or "cookie" in run.text.lower():
        return 0
    document = page.document
    context = document.words[run.owner] + context_of(document, run.first, 4)
    if place in ("after-text", "above-title") and COMMENT_CLASS.search(context):
        return 0
    foreign = _FOREIGN.get(place)
    if foreign and any(document.tags[at] in foreign for at in document.ancestors(run.first)):
        return 0
    for piece, parsed in _read_pieces(document, run, setting, moments):
        confidence = _PLACE_CONFIDENCE[place]
        label = _label_of(page.layout, run) if len(piece) == len(run.text) else ""
        labelled = f"{label} {piece}"
        modified = is_updated_label(labelled)
        if not modified and is_date_label(labelled):
            confidence = max(confidence, 0.88)
        elif DATE_CLASS.search(context):
            confidence = max(confidence, 0.86 if place != "after-text" else 0.7)
        if parsed.relative:
            confidence = min(confidence, 0.8)
        moment = Moment(parsed, Candidate(piece, f"text:{place}", confidence), is_visible=True)
        moments.add(moment, setting, modified=modified)
        if modified and AS_OF.search(labelled):
            last_resort = Candidate(piece, "text:as of", _AS_OF_CONFIDENCE)
            moments.add(Moment(parsed, last_resort, is_visible=True), setting, modified=False)
    return 1


def _label_of(layout: Layout, run: TextRun) -> str:
    """The short line right before a run, where it may be its label: ``Updated:``."""
    position = bisect_left(layout.runs, run.first, key=_first)
    before = layout.runs[position - 1] if position else None
    if before is None or before.size > _MAX_LABEL or _DIGIT.search(before.text):
        return ""
    return before.text


def _read_pieces(
    document: Document, run: TextRun, setting: Setting, moments: Moments
) -> Iterator[tuple[str, ParsedDate]]:
    """The dates to the day in a run; where it glues elements together (a name and a date without
    a space), those of its text nodes."""
    is_read = False
    for piece in _pieces(_without_updated(document, run, setting, moments)):
        parsed = parse_moment(piece, setting)
        if parsed is not None and parsed.precision not in _COARSE:
            is_read = True
            yield piece, parsed
    if is_read or run.first == run.last:
        return
    for index in range(run.first, min(run.last + 1, run.first + 40)):
        piece = clean_text(document.texts[index][:MAX_LENGTH])
        if document.tags[index] == TEXT and _DIGIT.search(piece) and may_be_date(piece):
            parsed = parse_moment(piece, setting)
            if parsed is not None and parsed.precision not in _COARSE:
                yield piece, parsed


def _without_updated(document: Document, run: TextRun, setting: Setting, moments: Moments) -> str:
    """The run's text without an element for machines that says when it was updated, which some
    themes hide right before the printed date; its time goes to ``moments``."""
    if run.first == run.last:
        return run.text
    for index in range(run.first, min(run.last, run.first + 40)):
        words = document.words[document.parents[index]]
        if " updated " in words and "publish" not in words:
            stamp = clean_text(document.texts[index])
            parsed = read_iso(stamp)
            if parsed is not None:
                candidate = Candidate(stamp, "text:updated", 0.8)
                moments.add(Moment(parsed, candidate, is_visible=True), setting, modified=True)
                return run.text.replace(stamp, " ", 1)
    return run.text


def _pieces(text: str) -> list[str]:
    """The parts of a line of credits that may be dates; labels split what they label."""
    parts = [part for part in _SEPARATED.split(text) if part and may_be_date(part)]
    cut: list[str] = []
    for part in parts[:6]:
        label = find_updated(part) if len(part) > 16 else -1
        if label > 8 and _DIGIT.search(part[:label]):
            cut += [part[:label], part[label:]]
        else:
            cut.append(part)
    if len(text) < 60 and len(cut) <= len(parts) and text not in cut:
        cut.insert(0, text)  # "Sep 2, 2024 - 13:27" is one date
    return cut


def order_in_use(layout: Layout) -> str:
    """``dmy`` or ``mdy`` where the page's own dates in numbers show it (25/12/2024), else empty."""
    first = second = False
    for run in layout.runs:
        if run.size <= MAX_LENGTH and "/" in run.text:
            for match in _NUMERIC.finditer(run.text):
                first |= 12 < int(match[1]) <= 31
                second |= 12 < int(match[2]) <= 31
    return "dmy" if first and not second else "mdy" if second and not first else ""

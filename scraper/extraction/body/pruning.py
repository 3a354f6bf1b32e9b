"""What inside the container is not the article's text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass
from itertools import pairwise

from scraper.extraction.body.pointers import invites, leads_away
from scraper.extraction.body.runs import HEADINGS, TextRun
from scraper.extraction.body.words.lines import (
    BIO,
    CONTACT,
    END_LINE,
    PROMO_START,
    is_credited,
    is_share_line,
)
from scraper.extraction.cleaning import fold_text
from scraper.extraction.document import Document

LISTS = ("ul", "ol", "dl", "table")
LONG = 250
"""Nothing longer is a headline or a line that leads away: it is compared as it stands."""
STARTED = 250
"""With so much text kept, headings are the text's own, and some lines end it."""
MIN_BEGUN = 200
MIN_ENTRY = 60
MIN_ENTRIES = 3
MIN_NUMBERED = 2
MAX_NOTES = 3
MAX_NOTE = 500
"""What is said of the author stands in few and short paragraphs, the last ones."""
MAX_PROMO = 220
"""A promotion is one line; a long paragraph that begins like one is text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What the other fields know of the page, for telling text from furniture."""

    title: str = ""
    """The headline, folded."""
    titles: frozenset[str] = frozenset()
    """Folded headlines of the page: a line that repeats one is no text."""
    descriptions: tuple[str, ...] = ()
    """Folded meta descriptions: such a line above the text is its standfirst."""
    title_end: int = -1
    """The last node of the headline; -1 where it is unknown."""
    names: frozenset[str] = frozenset()
    """Folded author and site names."""
    authors: frozenset[str] = frozenset()
    """Folded names of the authors that the metadata states."""


def prune_runs(
    document: Document, runs: Sequence[TextRun], hints: Hints, openings: Container[int] = ()
) -> list[TextRun]:
    """The runs that are text, in order. ``openings``: where runs begin that surely open it."""
    kept: list[TextRun] = []
    seen: set[str] = set()
    link_lists = _link_lists(document, runs)
    substance = 0
    begun = False  # by more than a standfirst, behind which credits still follow
    last = _last_of_text(document, runs)
    entries = _entry_headings(document, runs)
    others = {
        run.first
        for run, following in pairwise(runs)
        if document.tags[run.owner] in HEADINGS and _SIGNED.match(following.text)
    }
    for run in runs:
        folded = fold_text(run.text) if run.size < LONG else run.text
        # A text of the length of a sentence stands in an article once.
        if (len(folded) > 30 and folded in seen) or (
            folded in hints.titles and (substance < STARTED or folded == hints.title)
        ):
            continue
        if run.reason:
            continue
        if substance > STARTED and run.first in others:
            break
        if substance > STARTED and _is_end(run, folded):
            if run.first > last:
                break
            continue
        if run.first not in entries and _is_furniture_line(
            document, run, folded, hints, link_lists,
            started=begun or run.first in openings,
        ):  # fmt: skip
            continue
        seen.add(folded)
        kept.append(run)
        if run.size >= 60 and document.tags[run.owner] not in HEADINGS:
            substance += run.size
            begun = begun or run.first not in openings or run.size >= MIN_BEGUN
    return _trim_ends(document, kept, hints)


def _entry_headings(document: Document, runs: Sequence[TextRun]) -> set[int]:
    """Linked headings of a list of things ("8 bars …"), each followed by what is said of it.

    They stand beside the paragraphs; those of boxes in the text stand in boxes of their own.
    """
    parents, texts = document.parents, document.texts
    beside = Counter(
        parents[run.owner] for run in runs if run.size >= MIN_ENTRY and run.link_density < 0.5
    )
    linked = [
        run.first
        for run, following in pairwise(runs)
        if run.link_density > 0.8
        and document.tags[run.owner] in HEADINGS
        and beside[parents[run.owner]]
        >= (MIN_NUMBERED if _NUMBERED.match(run.text) else MIN_ENTRIES)
        and parents[following.owner] == parents[run.owner]
        and following.link_density < 0.5
    ]
    numbered = sum(1 for at in linked if _NUMBERED.match(texts[at]))
    fewest = MIN_NUMBERED if numbered == len(linked) else MIN_ENTRIES
    return set(linked) if len(linked) >= fewest else set()


def _link_lists(document: Document, runs: Sequence[TextRun]) -> set[int]:
    """Lists and tables that are mostly links."""
    sizes: dict[int, list[int]] = {}
    for run in runs:
        holders = document.ancestors(run.first, 8)
        at = next((at for at in holders if document.tags[at] in LISTS), -1)
        if at >= 0:
            entry = sizes.setdefault(at, [0, 0])
            entry[0] += len(run.text)
            entry[1] += run.link_size
    return {at for at, (size, links) in sizes.items() if links > 0.6 * size}


def _last_of_text(document: Document, runs: Sequence[TextRun]) -> int:
    """The node of the last paragraph that sits in the page as most of the text does.

    A line like "More from us" between two such paragraphs heads a box and no end.
    """
    masses: dict[tuple[str, str, str], int] = {}
    lasts: dict[tuple[str, str, str], int] = {}
    for run in runs:
        if run.size < 80 or run.link_density > 0.3 or run.reason:
            continue
        above = max(0, document.parents[run.owner])
        kind = (document.tags[run.owner], document.tags[above], document.words[above])
        masses[kind] = masses.get(kind, 0) + run.size
        lasts[kind] = run.first
    return lasts[max(masses, key=lambda kind: masses[kind])] if masses else -1


def _is_end(run: TextRun, folded: str) -> bool:
    return len(folded) < 90 and END_LINE.match(run.text) is not None


def _is_furniture_line(
    document: Document,
    run: TextRun,
    folded: str,
    hints: Hints,
    link_lists: set[int],
    *,
    started: bool,
) -> bool:
    tag = document.tags[run.owner]
    if run.size < MAX_PROMO and PROMO_START.match(run.text.rstrip(_RULES)):
        return True
    if not run.text[0].isalnum() and not any(map(str.isalnum, run.text)):
        return True
    if run.size < MAX_PROMO and (is_credited(run.text) or is_share_line(folded)):
        return True
    if leads_away(document, run):
        return True
    if tag in HEADINGS:
        return run.link_density > 0.8
    if run.link_density > 0.9 and (run.size < 200 or not run.ends_sentence):
        return True
    if link_lists and not link_lists.isdisjoint(document.ancestors(run.first, 8)):
        return True
    if not started:
        return _is_opening_line(run, folded, hints)
    return False


_NUMBERED = re.compile(r"\s*\d{1,3}\s*[.):]")
_SIGNED = re.compile(
    r"(?=.{0,90}$)(?=.*\b(?:19|20)\d\d(?!\d))"
    r"(?:.*\d)?(?:by|von|par|por|door|av|af|di|oleh|автор:?|text:) ?\w",
    re.IGNORECASE,
)
"""Credits with a date right under a heading begin another article."""
_RULES = " -–—*•|=~)]"
_BYLINE = re.compile(r"(?:by|von|par|por|door|av|af|di|oleh|autor(?:in)?|text|текст|автор)[: ]\w")
_DIGITS = re.compile(r"\d{1,4}")


def _is_opening_line(run: TextRun, folded: str, hints: Hints) -> bool:
    """Byline, date, section and the like above the first paragraph."""
    if run.size >= 80 or (run.size >= 40 and run.ends_sentence):
        return False
    if run.link_density > 0.5 or (run.size < 25 and not run.ends_sentence):
        return True
    if any(name in folded for name in hints.names if len(name) > 3) or _BYLINE.match(folded):
        return True
    return len(_DIGITS.findall(folded)) >= 2 and not run.ends_sentence


def _trim_ends(document: Document, kept: list[TextRun], hints: Hints) -> list[TextRun]:
    """Headings that nothing follows, and what is said of the author below the text."""
    end = len(kept)
    while end > 0 and document.tags[kept[end - 1].owner] in HEADINGS:
        end -= 1
    for at in range(max(1, end - MAX_NOTES), end):
        if all(_is_author_note(run, hints) for run in kept[at:end]):
            return _trim_ends(document, kept[:at], hints)
    return kept[:end]


def _is_author_note(run: TextRun, hints: Hints) -> bool:
    """Who the author is, and how to reach him."""
    if run.size > MAX_NOTE:
        return False
    if CONTACT.search(run.text) or BIO.match(run.text) or invites(run):
        return True
    folded = fold_text(run.text)
    return any(folded.startswith(f"{name} ") for name in hints.authors if " " in name)

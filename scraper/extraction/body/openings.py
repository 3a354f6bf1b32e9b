"""How the text begins: standfirsts, key points and paragraphs between the headline and the rest."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from scraper.extraction.body.pruning import Hints
from scraper.extraction.body.runs import HEADINGS, TextRun
from scraper.extraction.body.words.class_words import class_test
from scraper.extraction.body.words.lines import PROMO_START
from scraper.extraction.cleaning import fold_text, words_of
from scraper.extraction.document import Document

_names_standfirst = class_test(
    r"standfirst|stand-first|(?<![a-z])(?:lead|lede|leadtext|dek|deck|chapo|chapeau|intro|excerpt|"
    r"subtitle|sub-title|subtitulo|subtitol|soustitre|sous-titre|sottotitolo|untertitel|subhead|subheadline|"
    r"sub-headline|subheading|summary|sumario|occhiello|vorspann|anrisstext|anreisser|teasertext|"
    r"abstract|sapo|bajada|copete|entradilla|volanta|linha-fina|ingress|preamble|manchet|resumo|"
    r"article-description|description)(?![a-z])"
)
_ROLES = frozenset(
    ("data-gu-name", "data-component", "data-testid", "data-editable", "data-role", "itemprop")
)
"""Where front ends that make up their class names tell what an element is."""
_DATELINE = re.compile(r"[^\W\d_][\w ,.()'’-]*\s?[-–—]")
MAX_DATELINE = 40
MIN_NAMED = 15
MIN_STANDFIRST = 40
MIN_UNSTOPPED = 65
MIN_OPENING = 80
MIN_POINT = 30
REACH = 4
MAX_LINES = 8
"""So many of the container's first lines are looked at."""


def find_openings(
    document: Document, runs: Sequence[TextRun], container: int, hints: Hints
) -> set[int]:
    """Where the runs begin that open the text, between the headline and the first paragraph."""
    openings: set[int] = set()
    opened = False
    fresh = True  # nothing readable since the headline
    lines = 0
    for run in runs:
        if run.first <= hints.title_end:
            continue
        if run.first >= container and (lines := lines + 1) > MAX_LINES:
            break
        if run.reason or run.size < MIN_NAMED or PROMO_START.match(run.text):
            continue
        if _is_standfirst(document, run, hints):
            openings.add(run.first)
        elif hints.title_end >= 0 and run.first < container:
            begins = _begins(document, run, hints, fresh=fresh)
            if begins or (opened and _goes_on(document, run)):
                opened = opened or (begins and run.ends_sentence)
                openings.add(run.first)
            fresh = fresh and run.size < MIN_STANDFIRST
    return openings


def join_dateline(runs: Sequence[TextRun]) -> list[TextRun]:
    """A place and a dash that the markup parts from the paragraph they begin
    (``<b>Bandung</b> - <p>…``) become one run with it."""
    joined = list(runs)
    for at, (run, following) in enumerate(pairwise(runs)):
        if run.size <= MAX_DATELINE and not run.reason and _DATELINE.fullmatch(run.text):
            if following.size >= MIN_STANDFIRST and not following.reason:
                whole = replace(
                    following,
                    text=f"{run.text} {following.text}",
                    first=run.first,
                    size=run.size + following.size + 1,
                )
                joined[at : at + 2] = [whole]
            break
    return joined


def _begins(document: Document, run: TextRun, hints: Hints, *, fresh: bool) -> bool:
    """A paragraph between the headline and the container. Of 39 long ones in the annotated pages 35
    begin the text, which a large picture or an advertisement parts from the rest; a shorter one
    must follow the headline at once."""
    if run.link_density >= 0.3:
        return False
    tag = document.tags[run.owner]
    if tag == "li":
        return run.size >= MIN_POINT
    if not run.ends_sentence:
        said, title = set(words_of(fold_text(run.text))), set(words_of(hints.title))
        says_title = len(said & title) > 0.6 * min(len(said), len(title))
        if not fresh or says_title:
            return False
        if tag in HEADINGS:
            return run.size >= MIN_STANDFIRST
        return run.size >= MIN_UNSTOPPED and not _may_be_caption(document, run, hints)
    return run.size >= (MIN_STANDFIRST if fresh else MIN_OPENING)


def _may_be_caption(document: Document, run: TextRun, hints: Hints) -> bool:
    """Behind an image, or with numbers as in a date: a caption or a line of credits."""
    if sum(map(str.isdigit, run.text)) > 4:
        return True
    images = document.by_tag.get("img", ())
    return bisect_left(images, run.first) > bisect_left(images, hints.title_end)


def _goes_on(document: Document, run: TextRun) -> bool:
    return run.link_density < 0.3 and (run.ends_sentence or document.tags[run.owner] in HEADINGS)


def _is_standfirst(document: Document, run: TextRun, hints: Hints) -> bool:
    if run.size < MIN_NAMED or run.link_density > 0.3:
        return False
    folded = fold_text(run.text)
    if run.size >= MIN_STANDFIRST and any(
        folded.startswith(description[:60]) or description.startswith(folded[:60])
        for description in hints.descriptions
        if len(description) >= MIN_STANDFIRST
    ):
        return True
    for at in document.ancestors(run.first, REACH):
        if document.contains(at, hints.title_end):
            return False
        if _names_standfirst(document.words[at]):
            return True
        own = document.attributes[at]
        if not _ROLES.isdisjoint(own) and any(
            _names_standfirst((own.get(name) or "").lower()) for name in _ROLES
        ):
            return True
    return False

"""Text that stands twice: pull quotes, and pages that hold one copy for each kind of screen."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scraper.extraction.body.runs import TextRun
from scraper.extraction.body.words.class_words import class_test
from scraper.extraction.cleaning import fold_text
from scraper.extraction.document import Document

MIN_QUOTE = 20
"""Shorter quotations may well stand in a text twice."""
MAX_QUOTES = 60
"""More are not looked at: each is searched for in the whole text."""
REACH = 5
LONG = 30
"""Longer texts that stand twice were dropped while pruning."""

_is_pulled = class_test(r"(?<![a-z])(?:pull-?_?quotes?|pullout|zitat|citation|blockquote)(?![a-z])")
_QUOTED = re.compile(r"[\"“„«»‚‘「『][^“„«「『]{40,400}[\"”“»«‘’」』][.,]?")
_EDGES = "\"'.,;:!?…-–— \u201c\u201d"


def drop_repeats(
    document: Document, reached: Sequence[TextRun], kept: Sequence[TextRun]
) -> list[TextRun]:
    """``kept`` without what repeats other parts of it. ``reached``: before pruning."""
    return _drop_pull_quotes(document, _drop_copies(reached, kept))


def _drop_copies(reached: Sequence[TextRun], kept: Sequence[TextRun]) -> list[TextRun]:
    """Short lines of a second copy: those between long texts that were dropped as repeated."""
    texts = {run.text for run in kept}
    if len(texts) == len(kept):
        return [*kept]
    held = {run.first for run in kept}
    copied: set[int] = set()
    between: list[int] = []
    in_copy = False
    for run in reached:
        if len(run.text) <= LONG:
            between.append(run.first)
            continue
        is_copy = run.first not in held and run.text in texts
        if in_copy and is_copy:
            copied.update(between)
        in_copy = is_copy
        between.clear()
    if in_copy:
        copied.update(between)
    result: list[TextRun] = []
    seen: set[str] = set()
    for run in kept:
        if run.first not in copied or run.text not in seen:
            seen.add(run.text)
            result.append(run)
    return result


def _drop_pull_quotes(document: Document, kept: list[TextRun]) -> list[TextRun]:
    """Quotations set off from the text that say again what stands in it, with their attribution."""
    quotes: dict[int, list[TextRun]] = {}
    for run in kept:
        holder = _quote_of(document, run)
        if holder is not None:
            quotes.setdefault(holder, []).append(run)
    if not quotes or len(quotes) > MAX_QUOTES:
        return kept
    text = "\n".join(fold_text(run.text) for run in kept)
    dropped: set[int] = set()
    for runs in quotes.values():
        repeated = [said for run in runs if (said := _said_again(run, text))]
        if 2 * sum(map(len, repeated)) > sum(len(run.text) for run in runs):
            dropped.update(run.first for run in runs)
            for said in repeated:  # one place fewer where it stands
                text = text.replace(said, "", 1)
    return [run for run in kept if run.first not in dropped]


def _quote_of(document: Document, run: TextRun) -> int | None:
    """What sets the run off as a quotation: its element, its class, or marks around it all."""
    for at in document.ancestors(run.first, REACH):
        if document.tags[at] == "blockquote" or _is_pulled(document.words[at]):
            return at
    is_quoted = document.tags[run.owner] in ("p", "div") and _QUOTED.fullmatch(run.text)
    return run.owner if is_quoted else None


def _said_again(run: TextRun, text: str) -> str:
    """What the run says, folded, if that stands in the text twice or more; else empty."""
    said = fold_text(run.text).strip(_EDGES)
    return said if len(said) >= MIN_QUOTE and text.count(said) > 1 else ""

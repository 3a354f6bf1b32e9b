"""Whether a later content of an article is worse than the one at hand, and which is the best. Pure.

A later fetch may have lost text: a paywall that leaves the beginning, half a page, a notice that
was taken for the article, a list of links or the readers' comments in place of the body. Such a
content is kept beside the current one, with its reason. What publishers do to their texts (a
paragraph taken out, a headline changed, all written anew, another article at the address) is no
loss. Where a publisher did cut most of a text, the rule can't tell, and says what it saw.

What is weighed is *prose*: words in lines that are sentences or long, so that lists of links do
not count as text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from scraper.types import Article, Verdict
from storage.texts.fingerprint import in_utc
from storage.texts.shingles import (
    MAX_CHARACTERS,
    Shingled,
    containment,
    fold_bounded,
    shingle,
)
from storage.texts.subject import is_same_subject, likeness_of_titles, title_share

Kind = Literal["no_article", "no_text", "no_title", "cut", "mid_sentence", "unrelated"]

TAIL_LOST = 0.3
"""Share of the prose that may go from the end: a closing paragraph or two."""
INNER_LOST = 0.5
"""… from anywhere: a correction may take out a whole section."""
MORE_WITH_DATE = 0.15
"""A modified time that moved forward is evidence of an edit, yet paywalled pages have it too."""
ROLLING = 0.2
"""A liveblog that drops its oldest entries for new ones is no shorter than by this share."""
MID_SENTENCE_LOST = 0.05
"""Beyond this, a last line that breaks off where the old one went on is a cut page."""
RELATED = 0.15
"""Share of shingles in common under which two texts are not one text edited."""
SAME_TITLE = 0.5
"""Share of words in common from which two headlines are of one article."""
OF_ITS_TITLE = 0.34
"""Share of a headline's words that stand in the text of its article."""
MUCH_SHORTER, MUCH_LONGER = 0.5, 1.5
TAIL_SHARE = 0.8
"""What of the lost shingles must lie at the end for the loss to be one from the end."""

FEW_WORDS = 10
"""Fewer are no text that could be lost."""
REMEMBERED = 8
"""Accepted contents that a later one is judged against."""
MIN_START = 15
"""Characters of a line's beginning by which it is known again."""
KEPT_WEIGHS = 4
"""Lost runs that one kept run in their midst must have beside it for the end to be lost."""
_LONG_LINE = 20
"""Words: longer than the headlines in a list of links."""
_SENTENCE_END = re.compile(r"[.!?…。！？؟۔।॥።։。｡៕。၊။][\"'»”’)\]」』】]*$")
_TRAILING = " .…[]"
"""What stands after a text that a teaser breaks off."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is weighed of a content."""

    body: str
    title: str | None = None
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    modified_at: datetime | None = None
    verdict: Verdict = Verdict.ARTICLE
    number: int | None = None
    """The version's, for the reason that people read."""


@dataclass(frozen=True, slots=True)
class Loss:
    """Why a content is worse than the one at hand."""

    kind: Kind
    reason: str
    """For people: "lost 62 % of the text from the end: the rest stands in version 1"."""
    lost: float = 1.0
    """The share of the text at hand that is gone: 0 to 1."""


@dataclass(frozen=True, slots=True)
class _Text:
    whole: Shingled
    prose: int
    """Words in lines that are sentences."""


def facts_of(article: Article, number: int | None = None) -> Facts:
    return Facts(
        article.body,
        article.title,
        article.authors,
        article.published_at,
        article.modified_at,
        article.verdict,
        number,
    )


def judge(current: Facts, new: Facts) -> Loss | None:
    """Why ``new`` must not take the place of ``current``; ``None`` where it may.

    1. no article after an article, no text after a text;
    2. most of the new text is the old one's: it may have lost a part of it, not most of it, and
       less from the end, where paywalls and broken transfers cut;
    3. the two have little in common: under another headline it is another article, if it is one
       by its length and its date; under the same it must be on the same subject;
    4. the same text without its headline.
    """
    return _judge(current, new, _take_apart(current.body), _take_apart(new.body))


def judge_against(accepted: Sequence[Facts], new: Facts) -> Loss | None:
    """``judge`` beside the last contents that were accepted, the current one last in the order.

    A text can't be worn away in steps that would each pass. Only the last ``REMEMBERED`` count: a
    page that is written on for months has little in common with what it began as.
    """
    after = _take_apart(new.body)
    for one in reversed(accepted[-REMEMBERED:]):
        found = _judge(one, new, _take_apart(one.body), after)
        if found is not None:
            return found
    return None


def best_of(versions: Sequence[Facts]) -> int:
    """The index of the best of an article's contents, given in the order they were last seen.

    The last one that ``judge_against`` let pass. Raises ``ValueError`` where there are none.
    """
    if not versions:
        raise ValueError("no version to choose from")
    return accepted_of(versions)[-1]


def accepted_of(versions: Sequence[Facts]) -> list[int]:
    """The indexes of the contents that were the best so far when they came; the first always."""
    accepted: list[int] = []
    known: list[tuple[Facts, _Text]] = []
    for at, new in enumerate(versions):
        after = _take_apart(new.body)
        if all(_judge(one, new, before, after) is None for one, before in reversed(known)):
            accepted.append(at)
            known = [*known, (new, after)][-REMEMBERED:]
    return accepted


def _judge(current: Facts, new: Facts, before: _Text, after: _Text) -> Loss | None:
    if current.verdict is Verdict.ARTICLE and new.verdict is not Verdict.ARTICLE:
        return _loss("no_article", f"no article but a {_spell(new.verdict)}", 1.0, current)
    if current.verdict is not Verdict.ARTICLE and new.verdict is Verdict.ARTICLE:
        return None
    if not before.whole.tokens:
        return None
    if not after.whole.tokens:
        return _loss("no_text", "lost all of the text", 1.0, current)
    is_hardly_a_text = before.whole.words < FEW_WORDS < after.whole.words
    if before.whole.tokens != after.whole.tokens and not is_hardly_a_text:
        if containment(before.whole, after.whole) < RELATED:
            found = _judge_unrelated(current, new, before, after)
        else:
            found = _judge_related(current, new, before, after)
        if found is not None:
            return found
    if _has_lost_title(current, new, before, after):
        return _loss("no_title", "lost the headline", 0.0, current, "it")
    return None


def _judge_related(current: Facts, new: Facts, before: _Text, after: _Text) -> Loss | None:
    """A text with much of the old one in it."""
    gone = [number not in after.whole.distinct for number in before.whole.hashes]
    changed = lost = sum(gone) / len(gone)
    gone_lines = _gone_lines(current.body, new.body)
    if sum(gone_lines) / len(gone_lines) > lost:
        # Where its paragraphs are much like one another (results, a liveblog) runs don't tell.
        gone, lost = gone_lines, sum(gone_lines) / len(gone_lines)
    shorter = 1 - _length_ratio(before, after)
    share = min(lost, shorter)
    if share >= MID_SENTENCE_LOST and _breaks_off(current.body, new.body):
        reason = f"breaks off: {_percent(share)} of the text are gone"
        return _loss("mid_sentence", reason, share, current)
    at_end = _is_at_end(gone)
    allowed = TAIL_LOST if at_end else INNER_LOST
    if _moved_forward(current.modified_at, new.modified_at):
        allowed += MORE_WITH_DATE
    if share > allowed:
        where = " from the end" if at_end else ""
        return _loss("cut", f"lost {_percent(share)} of the text{where}", share, current)
    is_update = _moved_forward(current.modified_at, new.modified_at) and shorter < ROLLING
    if changed > INNER_LOST and not is_update and not is_same_subject(before.whole, after.whole):
        what = f"lost {_percent(changed)} of the text, with other text in its place"
        return _loss("unrelated", what, changed, current)
    return None


def _judge_unrelated(current: Facts, new: Facts, before: _Text, after: _Text) -> Loss | None:
    """A text that has next to nothing of the old one."""
    length = _length_ratio(before, after)
    if likeness_of_titles(current.title, new.title) < SAME_TITLE:
        dated = new.published_at is not None or bool(new.authors)
        was_dated = current.published_at is not None or bool(current.authors)
        if was_dated and not dated:
            return _loss("unrelated", "another text, without date or byline", 1.0, current, "it")
        if length < MUCH_SHORTER and not _is_newer(current, new):
            return _loss("unrelated", "another, much shorter text", 1.0, current, "the old one")
        return None
    was, now = title_share(current.title, before.whole), title_share(new.title, after.whole)
    if now >= OF_ITS_TITLE and now > 2 * was:
        return None  # what stood there before was not the article
    if now >= was and was < OF_ITS_TITLE and length > MUCH_LONGER:
        return None
    if length < MUCH_SHORTER:
        return _loss("unrelated", "another, much shorter text under the same headline", 1.0,
                     current, "the old one")  # fmt: skip
    if is_same_subject(before.whole, after.whole):
        return None
    return _loss("unrelated", "another text on something else under the same headline", 1.0,
                 current, "the old one")  # fmt: skip


def _take_apart(body: str) -> _Text:
    body = body[:MAX_CHARACTERS]
    prose = 0
    for line in body.split("\n"):
        ends = _ends_sentence(line.rstrip())
        if ends or len(line) > 1.5 * _LONG_LINE:
            words = shingle(line).words
            prose += words if ends or words >= _LONG_LINE else 0
    return _Text(shingle(body), prose)


def _length_ratio(before: _Text, after: _Text) -> float:
    """How long the new text is beside the old one, in prose; in words where that had little."""
    if 2 * before.prose >= before.whole.words > 0:
        return after.prose / before.prose
    return after.whole.words / max(1, before.whole.words)


def _gone_lines(old: str, new: str) -> list[bool]:
    """For each word of the old text, whether its line is not one of the new text's."""
    kept = {fold_bounded(line) for line in new[:MAX_CHARACTERS].split("\n")}
    gone: list[bool] = []
    for line in map(fold_bounded, old[:MAX_CHARACTERS].split("\n")):
        gone += [line not in kept] * max(len(line.split()), len(line) // 12)
    return gone or [True]


def _is_at_end(gone: Sequence[bool]) -> bool:
    """Whether nearly all that is gone is the end of the text, but for a phrase that recurs."""
    score = best = missing = at_end = 0
    for is_gone in reversed(gone):
        score += 1 if is_gone else -KEPT_WEIGHS
        missing += is_gone
        if score > best:
            best, at_end = score, missing
    return at_end >= TAIL_SHARE * missing


def _breaks_off(old: str, new: str) -> bool:
    """Whether one of the last lines ends in the middle of what is one line of the old text.

    Not only the last one: a wall's own words ("subscribe to read on") may follow. Where the old
    text's lines end without a full stop (Thai, verse), only an ellipsis tells.
    """
    paragraphs = [fold_bounded(line) for line in old[:MAX_CHARACTERS].split("\n")]
    has_stops = 2 * sum(map(_ends_sentence, paragraphs)) > len(paragraphs)
    last = [line for line in new[:MAX_CHARACTERS].split("\n") if line.strip()][-4:]
    for line in map(fold_bounded, last):
        start = line.rstrip(_TRAILING)
        dots = len(line) - len(start) > 1
        if len(start) < MIN_START or not (dots or (has_stops and not _ends_sentence(line))):
            continue
        if any(one.startswith(start) and one[len(start) :].strip(_TRAILING) for one in paragraphs):
            return True
    return False


def _ends_sentence(line: str) -> bool:
    return bool(_SENTENCE_END.search(line[-8:]))


def _has_lost_title(current: Facts, new: Facts, before: _Text, after: _Text) -> bool:
    """A text that has grown by half may take the place of one with a headline all the same."""
    had, has = bool((current.title or "").strip()), bool((new.title or "").strip())
    return had and not has and _length_ratio(before, after) < MUCH_LONGER


def _moved_forward(old: datetime | None, new: datetime | None) -> bool:
    return old is not None and new is not None and in_utc(new) > in_utc(old)


def _is_newer(current: Facts, new: Facts) -> bool:
    return _moved_forward(current.published_at, new.published_at)


def _percent(share: float) -> str:
    return f"{round(100 * share)} %"


def _spell(verdict: Verdict) -> str:
    return verdict.value.replace("_", " ")


def _loss(kind: Kind, what: str, lost: float, current: Facts, rest: str = "the rest") -> Loss:
    number = "" if current.number is None else f": {rest} stands in version {current.number}"
    return Loss(kind, f"{what}{number}", lost)

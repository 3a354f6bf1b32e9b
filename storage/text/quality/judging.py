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

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, replace
from datetime import datetime
from typing import Literal

from scraper.model.types import Article, Verdict
from storage.text.fingerprint import in_utc
from storage.text.headline import is_headline, names_of_site
from storage.text.quality.endings import (
    FEW_WORDS,
    breaks_off,
    ends_sentence,
    find_wall,
    gone_lines,
    is_at_end,
)
from storage.text.quality.garbling import is_garbled
from storage.text.quality.posts import is_thread
from storage.text.quality.subject import is_same_subject, likeness_of_titles, title_share
from storage.text.shingles import MAX_CHARACTERS, Shingled, containment, shingle

Kind = Literal[
    "no_article",
    "no_text",
    "no_title",
    "no_author",
    "garbled",
    "walled",
    "cut",
    "mid_sentence",
    "unrelated",
]

TAIL_LOST = 0.3
"""Share of the prose that may go from the end: a closing paragraph or two."""
INNER_LOST = 0.5
"""… from anywhere: a correction may take out a whole section."""
MORE_WITH_DATE = 0.15
"""A modified time that moved forward is evidence of an edit, yet paywalled pages have it too."""
ROLLING = 0.2
"""A liveblog that drops its oldest entries for new ones is no shorter than by this share."""
GROWN = 0.2
"""A text that is longer by this share has more than something in place of its end."""
MID_SENTENCE_LOST = 0.05
"""Beyond this, a last line that breaks off where the old one went on is a cut page."""
RELATED = 0.15
"""Share of shingles in common under which two texts are not one text edited."""
SAME_TITLE = 0.5
"""Share of words in common from which two headlines are of one article."""
OF_ITS_TITLE = 0.34
"""Share of a headline's words that stand in the text of its article."""
MUCH_SHORTER, MUCH_LONGER = 0.5, 1.5
REMEMBERED = 8
"""Accepted contents that a later one is judged against."""
_LONG_LINE = 20
"""Words: longer than the headlines in a list of links."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is weighed of a content."""

    body: str
    title: str | None = None
    _: KW_ONLY
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    modified_at: datetime | None = None
    verdict: Verdict = Verdict.ARTICLE
    number: int | None = None
    """The version's, for the reason that people read."""
    calls: tuple[str, ...] = ()
    """Lines at the end that ask to subscribe or log in (``Article.calls``)."""
    extractor: str | None = None
    """Which one read it; ``None``: the one that reads now."""
    site_name: str | None = None
    page_title: str | None = None
    """The raw ``<title>``: with the site's name it tells whether the title is a headline."""


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
        authors=article.authors,
        published_at=article.published_at,
        modified_at=article.modified_at,
        verdict=article.verdict,
        number=number,
        calls=article.calls,
        extractor=article.extractor_version or None,
        site_name=article.site_name,
        page_title=article.page_title,
    )


def judge(current: Facts, new: Facts) -> Loss | None:
    """Why ``new`` must not take the place of ``current``; ``None`` where it may.

    1. no article after an article, no text after a text, broken letters after whole ones;
    2. most of the new text is the old one's: it may have lost a part of it, not most of it, and
       less from the end, where paywalls and broken transfers cut, and nothing where it now ends
       in a call to subscribe;
    3. the two have little in common: under another headline it is another article, if it is one
       by its length and its date; under the same it must be on the same subject, and no thread
       of readers' posts;
    4. the same text without its headline, or without its byline. A title that says the site's
       name and no more is none.
    """
    return _judge(current, new, _take_apart(current.body), _take_apart(new.body))


def judge_against(accepted: Sequence[Facts], new: Facts) -> Loss | None:
    """``judge`` beside the last contents that were accepted, the current one last in the order.

    A text can't be worn away in steps that would each pass. Only the last ``REMEMBERED`` count: a
    page that is written on for months has little in common with what it began as.
    """
    after = _take_apart(new.body)
    for earlier in reversed(accepted[-REMEMBERED:]):
        loss = _judge(earlier, new, _take_apart(earlier.body), after)
        if loss is not None:
            return loss
    return None


def _judge(current: Facts, new: Facts, before: _Text, after: _Text) -> Loss | None:
    if current.verdict is Verdict.ARTICLE and new.verdict is not Verdict.ARTICLE:
        return _loss("no_article", f"no article but a {_spell(new.verdict)}", 1.0, current)
    if current.verdict is not Verdict.ARTICLE and new.verdict is Verdict.ARTICLE:
        return None
    if not before.whole.tokens:
        return None
    if not after.whole.tokens:
        return _loss("no_text", "lost all of the text", 1.0, current)
    said, says = _title_and_body(current), _title_and_body(new)
    if is_garbled(said, says):
        what = "broken letters: lost, or read in a wrong character set"
        return _loss("garbled", what, 1.0, current, "it")
    was, now = _with_headlines(current, new)
    loss = _weigh(was, now, before, after)
    # What had been broken is another text to every other rule, and gives way to what is whole.
    return None if loss is not None and is_garbled(says, said) else loss


def _weigh(current: Facts, new: Facts, before: _Text, after: _Text) -> Loss | None:
    """``judge`` two texts."""
    is_hardly_a_text = before.whole.words < FEW_WORDS < after.whole.words
    if before.whole.tokens != after.whole.tokens and not is_hardly_a_text:
        if containment(before.whole, after.whole) < RELATED:
            loss = _judge_unrelated(current, new, before, after)
        else:
            loss = _judge_related(current, new, before, after)
        if loss is not None:
            return loss
    if _has_lost_title(current, new, before, after):
        return _loss("no_title", "lost the headline", 0.0, current, "it")
    if _has_lost_byline(current, new, before, after):
        return _loss("no_author", "lost the byline", 0.0, current, "it")
    return None


def _judge_related(current: Facts, new: Facts, before: _Text, after: _Text) -> Loss | None:
    """A text with much of the old one in it."""
    gone = [number not in after.whole.distinct for number in before.whole.hashes]
    changed = lost = sum(gone) / len(gone)
    by_lines = gone_lines(current.body, new.body)
    if sum(by_lines) / len(by_lines) > lost:
        # Where its paragraphs are much like one another (results, a liveblog) runs don't tell.
        gone, lost = by_lines, sum(by_lines) / len(by_lines)
    shorter = 1 - _length_ratio(before, after)
    share = min(lost, shorter)
    if share >= MID_SENTENCE_LOST and breaks_off(current.body, new.body):
        reason = f"breaks off: {_percent(share)} of the text are gone"
        return _loss("mid_sentence", reason, share, current)
    at_end = is_at_end(gone)
    allowed = TAIL_LOST if at_end else INNER_LOST
    if _moved_forward(current.modified_at, new.modified_at):
        allowed += MORE_WITH_DATE
    if share > allowed:
        where = " from the end" if at_end else ""
        return _loss("cut", f"lost {_percent(share)} of the text{where}", share, current)
    stands_in = shorter > -GROWN
    wall = find_wall(current.body, new.body, new.calls) if new.calls and stands_in else None
    if wall is not None:
        reason = f"ends in “{_shorten(wall.call)}”, {_percent(wall.lost)} of the text are gone"
        return _loss("walled", reason, wall.lost, current)
    if changed > INNER_LOST and is_thread(current.body, new.body):
        what = f"lost {_percent(changed)} of the text, with readers' posts in its place"
        return _loss("unrelated", what, changed, current)
    is_update = _moved_forward(current.modified_at, new.modified_at) and shorter < ROLLING
    is_much = changed > (allowed if at_end and stands_in else INNER_LOST)
    if is_much and not is_update and not is_same_subject(before.whole, after.whole):
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
    if is_thread(current.body, new.body):
        return _loss("unrelated", "readers' posts in its place", 1.0, current, "it")
    if is_same_subject(before.whole, after.whole):
        return None
    return _loss("unrelated", "another text on something else under the same headline", 1.0,
                 current, "the old one")  # fmt: skip


def _take_apart(body: str) -> _Text:
    body = body[:MAX_CHARACTERS]
    prose = 0
    for line in body.split("\n"):
        ends = ends_sentence(line.rstrip())
        if ends or len(line) > 1.5 * _LONG_LINE:
            words = shingle(line).words
            prose += words if ends or words >= _LONG_LINE else 0
    return _Text(shingle(body), prose)


def _length_ratio(before: _Text, after: _Text) -> float:
    """How long the new text is beside the old one, in prose; in words where that had little."""
    if 2 * before.prose >= before.whole.words > 0:
        return after.prose / before.prose
    return after.whole.words / max(1, before.whole.words)


def _has_lost_title(current: Facts, new: Facts, before: _Text, after: _Text) -> bool:
    """A text that has grown by half may take the place of one with a headline all the same."""
    had, has = bool((current.title or "").strip()), bool((new.title or "").strip())
    return had and not has and _length_ratio(before, after) < MUCH_LONGER


def _has_lost_byline(current: Facts, new: Facts, before: _Text, after: _Text) -> bool:
    """As a rule the template or its reading lost it, not the newsroom. Where the text was edited
    as well, the edit counts; what another extractor no longer takes for a name is our correction.
    """
    if not current.authors or new.authors or before.whole.tokens != after.whole.tokens:
        return False
    by_another = None not in (current.extractor, new.extractor) and (
        current.extractor != new.extractor
    )
    return not by_another and likeness_of_titles(current.title, new.title) >= SAME_TITLE


def _with_headlines(*both: Facts) -> list[Facts]:
    """Both without a title that only names their site."""
    was, now = (names_of_site(facts.site_name, facts.title, facts.page_title) for facts in both)
    return [
        facts
        if is_headline(facts.title, facts.page_title, was | now)
        else replace(facts, title=None)
        for facts in both
    ]


def _title_and_body(facts: Facts) -> str:
    return f"{facts.title or ''}\n{facts.body}"


def _moved_forward(old: datetime | None, new: datetime | None) -> bool:
    return old is not None and new is not None and in_utc(new) > in_utc(old)


def _is_newer(current: Facts, new: Facts) -> bool:
    return _moved_forward(current.published_at, new.published_at)


def _percent(share: float) -> str:
    return f"{round(100 * share)} %"


def _shorten(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"


def _spell(verdict: Verdict) -> str:
    return verdict.value.replace("_", " ")


def _loss(kind: Kind, what: str, lost: float, current: Facts, rest: str = "the rest") -> Loss:
    number = "" if current.number is None else f": {rest} stands in version {current.number}"
    return Loss(kind, f"{what}{number}", lost)

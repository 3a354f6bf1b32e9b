"""When are two texts the same: folding of typography, and the hashes of a content. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from hashlib import sha256

from scraper.model.types import Article, Precision
from scraper.whitespace import collapse

# A text of this length is unique without its title; stock notes and results of one template are
# shorter.
OWN_TEXT_LENGTH = 600
OWN_TEXT_LENGTH_DENSE = 200
"""In scripts that say as much in a third of the characters."""

# Soft hyphens, zero-width and bidi marks, variation selectors: nothing a reader sees.
_INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]"
)
_SINGLE_QUOTES = "\u2018\u2019\u201a\u201b\u2032\u2035\u2039\u203a\u02b9\u02bb\u02bc\u0060\u00b4"
_DOUBLE_QUOTES = "\u201c\u201d\u201e\u201f\u2033\u2036\u00ab\u00bb\u02ba\u301d\u301e\u301f"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d"
_PLAIN = {
    **dict.fromkeys(_SINGLE_QUOTES, "'"),
    **dict.fromkeys(_DOUBLE_QUOTES, '"'),
    **dict.fromkeys(_DASHES, "-"),
}
_TYPED = re.compile(f"[{''.join(_PLAIN)}]")
_DASH_RUN = re.compile(r"-{2,}")
_QUOTE_PAIR = re.compile(r"'{2,}")
_DENSE = re.compile(
    r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)
_DENSE_SHARE = 0.3

_HEAP = re.compile(r"[^\w\s]{64,}")
_HEAPED = re.compile(r"[^\w\s]{4}")
"""What every sixteenth character of a text with a heap has."""
MOST_MARKS = 32
"""Accents on one letter. Unicode's normal forms sort them in quadratic time: 200,000 took 27 s."""
REMEMBERED = 100_000
"""Characters up to which a folded text is kept at hand."""

GUESS_TOLERANCE = timedelta(days=1)
"""Between a time read from "yesterday" or "28 minutes ago" and the one that is stated later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What makes a version, as hashes (SHA-256), and the published date where one is stated."""

    content: bytes
    """Of everything that makes a version; unique within an article."""
    wording: bytes
    """Of title, authors and body."""
    text: bytes | None
    """Of the body, with the title where it is short: equal in copies of one text. ``None``
    without a body."""
    published_at: datetime | None = None
    """``None`` also for a relative time ("28 minutes ago"), which makes no version."""
    precision: Precision | None = None
    guessed_at: datetime | None = None
    """What a relative time came to."""


def scrub(text: str) -> str:
    """Without what a database cannot hold: NULs go, lone surrogates become U+FFFD."""
    try:
        text.encode()  # many times as fast as looking for each of them
        if "\0" not in text:
            return text
    except UnicodeEncodeError:
        pass
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\0", "")


def fold(text: str) -> str:
    """The text with its typography folded: quotes, dashes, spaces, ligatures, widths, soft hyphens.

    Case, letters and accents stay. White space of any kind, line breaks too, is one space.
    Idempotent.
    """
    return _fold_again(text) if len(text) <= REMEMBERED else _fold(text)


def _fold(text: str) -> str:
    if has_heap(text):
        text = _HEAP.sub(_without_heap, text)
    text = _fold_typography(text)
    composed = unicodedata.normalize("NFKC", text)
    if composed != text:
        text = _fold_typography(composed)
    if "--" in text:
        text = _DASH_RUN.sub("-", text)
    if "''" in text:
        text = _QUOTE_PAIR.sub('"', text)
    return unicodedata.normalize("NFC", collapse(text))


def _fold_typography(text: str) -> str:
    return _TYPED.sub(lambda found: _PLAIN[found[0]], _INVISIBLE.sub("", text))


def has_heap(text: str) -> bool:
    """Whether there may be a run of 64 marks, which is a heap of accents or a line of dashes."""
    return _HEAPED.search(text[::16]) is not None


# A text is folded for its hashes, its fingerprint, its comparison with others: within moments.
_fold_again = lru_cache(maxsize=64)(_fold)
forget_folded = _fold_again.cache_clear


def _without_heap(found: re.Match[str]) -> str:
    heap = found[0]
    return heap[:MOST_MARKS] if any(map(unicodedata.combining, heap[:MOST_MARKS])) else heap


def content_of(article: Article) -> Content:
    """The hashes of an article as it would be stored."""
    title = fold(scrub(article.title or ""))
    body = fold(scrub(article.body))
    wording = _hash("wording", title, *(fold(scrub(name)) for name in article.authors), body)
    stated = None if article.published_relative else article.published_at
    day = "" if stated is None else f"{in_utc(stated).isoformat()} {article.published_precision}"
    return Content(
        content=_hash("content", wording.hex(), day),
        wording=wording,
        text=_text_hash(title, body),
        published_at=stated,
        precision=article.published_precision if stated else None,
        guessed_at=article.published_at if article.published_relative else None,
    )


def is_same_content(old: Content, new: Content) -> bool:
    """Whether ``new`` makes no version beside ``old``.

    The wording must be the same, and ``new`` may not state another date: a date that stands
    where none was is one, a date that is no longer given or given relatively is not. One that
    was only guessed ("28 minutes ago") may be off by a day.
    """
    if old.wording != new.wording:
        return False
    if old.content == new.content or new.published_at is None:
        return True
    if old.guessed_at is not None:
        return abs(in_utc(old.guessed_at) - in_utc(new.published_at)) <= GUESS_TOLERANCE
    return old.published_at is not None and not _contradict(old, new)


def states_date_better(old: Content, new: Content) -> bool:
    """Of two equal contents: whether ``new`` states a date that ``old`` guessed or cut short."""
    if new.published_at is None:
        return False
    return old.published_at is None or _parts(new.precision) > _parts(old.precision)


def is_variant(one: str, other: str) -> bool:
    """Whether two bodies are one text, here and there worded or cut differently.

    Half of the shorter one's runs of three words (of eight characters, in scripts without word
    spaces) stand in the other: an AMP or print page shares nearly all with its article, two
    articles of one site next to nothing.
    """
    mine, theirs = _shingles(one), _shingles(other)
    return 2 * len(mine & theirs) >= min(len(mine), len(theirs))


def in_utc(moment: datetime) -> datetime:
    """In UTC; within a day of the calendar's ends, where that fails, the local time as it is."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return moment.replace(tzinfo=UTC)


def offset_seconds(moment: datetime) -> int:
    """The offset to keep beside ``in_utc(moment)``, so that the local time can be told again."""
    try:
        moment.astimezone(UTC)
    except OverflowError:
        return 0
    offset = moment.utcoffset()
    return 0 if offset is None else int(offset.total_seconds())


def at_offset(moment: datetime, seconds: int | None) -> datetime:
    return moment.astimezone(timezone(timedelta(seconds=seconds))) if seconds else moment


def read_time(moment: datetime | None, offset: int | None) -> datetime | None:
    """A stored time at its stored offset (seconds east of UTC)."""
    return None if moment is None else at_offset(moment, offset)


def _contradict(old: Content, new: Content) -> bool:
    """Whether two stated dates differ at the coarser of their precisions."""
    assert old.published_at is not None
    assert new.published_at is not None
    parts = min(_parts(old.precision), _parts(new.precision))
    if parts <= 3:
        return old.published_at.timetuple()[:parts] != new.published_at.timetuple()[:parts]
    before, after = in_utc(old.published_at), in_utc(new.published_at)
    return before.timetuple()[:parts] != after.timetuple()[:parts]


def _parts(precision: Precision | None) -> int:
    """How many parts of (year, month, day, hour, minute, second) are given."""
    order = (
        Precision.YEAR,
        Precision.MONTH,
        Precision.DAY,
        Precision.HOUR,
        Precision.MINUTE,
        Precision.SECOND,
    )
    return 6 if precision is None else order.index(precision) + 1


def _shingles(body: str) -> set[tuple[str, ...]]:
    body = fold(body).casefold()
    if len(_DENSE.findall(body)) > _DENSE_SHARE * len(body):
        return {(body[at : at + 8],) for at in range(max(1, len(body) - 7))}
    words = body.split()
    return {tuple(words[at : at + 3]) for at in range(max(1, len(words) - 2))}


def _text_hash(title: str, body: str) -> bytes | None:
    if not body:
        return None
    return _hash("text", body) if _stands_alone(body) else _hash("short", title, body)


def _stands_alone(body: str) -> bool:
    if len(body) >= OWN_TEXT_LENGTH:
        return True
    if len(body) < OWN_TEXT_LENGTH_DENSE:
        return False
    return len(_DENSE.findall(body)) > _DENSE_SHARE * len(body)


def _hash(*parts: str) -> bytes:
    return sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).digest()

"""What a publisher changed from one version of an article to the next, as typed edits. Pure.

An edit has one kind. ``correction``: a notice of the newspaper's own about the text came, went or
was changed. ``figures``: a paragraph says the same with other numbers; they are compared by value,
so ``1,000`` for ``1.000`` is none. ``typography``: nothing but what ``fingerprint.fold`` folds
away, the spaces around marks, or where paragraphs begin. Captions and ``modified_at`` make no
version and no edit.

What an edit is measured against (``bases_of``): only accepted versions count, in the order in
which their pages were fetched. A version of the publisher's is compared with the page before its
own, *as the same extractor read it* where that was read, else in its youngest reading: so that
what our extractor learned is never told as the publisher's edit. A version of cause ``extractor``
is compared with the earlier reading of its own page, and its edits are ours. A teaser, or a text
that lost something, is compared with nothing, and nothing with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from scraper.types import BlockKind, Precision
from storage.dedup import DATE, EXTRACTOR, PUBLISHER
from storage.records import VersionRecord
from storage.texts.diff import Kind, Run, align, diff_words, readable
from storage.texts.fingerprint import fold, in_utc
from storage.texts.matching import Match, match_blocks
from storage.texts.notices import is_notice
from storage.texts.tokens import is_dense, number_value, tokens_of

OTHER_WORDS = 8
"""Of so many words one may change beside the numbers: "now expected to cost", "nearly 300"."""
_ROUND = ".,;:!?\"'()[]{}-…·‘’“”„«»‹›–—、。，！？：；（）「」『』【】《》。؟،؛।"


_LENGTHS: dict[Precision | None, int] = {Precision.YEAR: 4, Precision.MONTH: 7, Precision.DAY: 10}
"""Of ISO 8601 dates."""


class EditKind(StrEnum):
    HEADLINE = "headline"
    BYLINE = "byline"
    DATE = "date"
    CORRECTION = "correction"
    ADDED = "paragraph_added"
    REMOVED = "paragraph_removed"
    REWORDED = "paragraph_reworded"
    MOVED = "paragraph_moved"
    FIGURES = "figures"
    TYPOGRAPHY = "typography"


WORDING = frozenset(EditKind) - {
    EditKind.BYLINE,
    EditKind.DATE,
    EditKind.CORRECTION,
    EditKind.TYPOGRAPHY,
}
"""What makes an edit stealthy, where the publisher does not own up to it by ``modified_at``."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One change. Every value is one that JSON has."""

    kind: EditKind
    field: str
    """``title``, ``byline``, ``published_at`` or ``body``."""
    old: str | None
    """``None`` where it was added. Paragraphs of one that was joined or split part at newlines."""
    new: str | None
    """``None`` where it was removed."""
    old_block: int | None = None
    """The paragraph's number in the old body, from 1; captions do not count."""
    new_block: int | None = None
    moved: bool = False
    """It also stands elsewhere among the paragraphs around it."""

    @property
    def runs(self) -> tuple[Run, ...]:
        """The words of both sides; ``readable`` makes them fit to be read."""
        return diff_words(self.old or "", self.new or "")


@dataclass(frozen=True, slots=True)
class Change:
    """A version, and what it changed."""

    version: VersionRecord
    base: VersionRecord | None
    """What it is measured against; ``None`` for the first text, and for one that is not
    accepted."""
    edits: tuple[Edit, ...] = ()
    stealth: bool = False
    """The publisher changed the text and ``modified_at`` does not tell."""
    step: bool = True
    """Whether ``base`` is what the version is measured against, not any other."""


def history_of(versions: Sequence[VersionRecord]) -> list[Change]:
    """What each version of one article changed, in the order of ``versions``."""
    bases = bases_of(versions)
    return [change_of(version, bases.get(version.number)) for version in versions]


def change_of(version: VersionRecord, base: VersionRecord | None) -> Change:
    if base is None:
        return Change(version, None)
    edits = find_edits(base, version)
    stealth = version.cause == PUBLISHER and is_stealth(base, version, edits)
    return Change(version, base, edits, stealth)


def bases_of(versions: Sequence[VersionRecord]) -> dict[int, VersionRecord]:
    """What each accepted version but the first is measured against (see above), by its number."""
    accepted = sorted((one for one in versions if one.accepted), key=lambda one: one.number)
    readings: dict[int, list[VersionRecord]] = {}  # of each page, by its first one's number
    page_of: dict[int, VersionRecord] = {}
    bases: dict[int, VersionRecord] = {}
    for version in accepted:
        page = next((one for one in reversed(accepted) if _rereads(version, one)), None)
        page = version if page is None else page_of[page.number]
        page_of[version.number] = page
        readings.setdefault(page.number, []).append(version)
    pages = sorted((page_of[number] for number in readings), key=_fetched)
    for version in accepted:
        page = page_of[version.number]
        own = [one for one in readings[page.number] if one.number < version.number]
        before = [one for one in pages if _fetched(one) < _fetched(page)]
        if own:
            bases[version.number] = own[-1]
        elif before:
            bases[version.number] = _as_read_by(version, readings[before[-1].number])
    return bases


def find_edits(old: VersionRecord, new: VersionRecord) -> tuple[Edit, ...]:
    """The edits from ``old`` to ``new``: headline, byline, date, then the body in the reading
    order of ``new``. None of a version to itself."""
    fields = (_title_edit(old, new), _byline_edit(old, new), _date_edit(old, new))
    before, after = texts_of(old), texts_of(new)
    body = (_body_edit(match, before, after) for match in match_blocks(before, after))
    return tuple(edit for edit in (*fields, *body) if edit is not None)


def is_stealth(old: VersionRecord, new: VersionRecord, edits: Sequence[Edit]) -> bool:
    """Whether the text changed, and ``modified_at`` is absent or did not move forward.

    A time that was not stated before must lie behind ``published_at``. A notice alone is no
    stealth: it says that something changed.
    """
    if not any(edit.kind in WORDING for edit in edits):
        return False
    if new.modified_at is None:
        return True
    before = old.modified_at or old.published_at
    return before is not None and in_utc(new.modified_at) <= in_utc(before)


def texts_of(version: VersionRecord) -> list[str]:
    """The paragraphs of the body, without captions."""
    texts = [one.text for one in version.blocks if one.kind is not BlockKind.CAPTION]
    if "\n".join(texts) != version.body:
        texts = version.body.split("\n")
    return [text for text in texts if text.strip()]


def words_of(edit: Edit) -> tuple[list[str], list[str]]:
    """The words that an edit took out and those that it put in, in order, without the marks
    around them; in scripts without spaces what stands together."""
    runs = edit.runs
    if is_dense(edit.old or edit.new or ""):
        runs = readable(runs)
    removed = [word for run in runs if run.kind is Kind.REMOVED for word in _split(run.old)]
    added = [word for run in runs if run.kind is Kind.ADDED for word in _split(run.new)]
    return removed, added


def count_kinds(edits: Sequence[Edit]) -> Mapping[EditKind, int]:
    return Counter(edit.kind for edit in edits)


# --------------------------------------------------------------------- bases


def _rereads(version: VersionRecord, other: VersionRecord) -> bool:
    """Whether ``version`` is a later reading of the page that ``other`` was read from."""
    if version.cause != EXTRACTOR or other.number >= version.number:
        return False
    return (version.fetched_at, version.payload_digest) == (other.fetched_at, other.payload_digest)


def _fetched(version: VersionRecord) -> tuple[datetime, int]:
    return version.fetched_at, version.number


def _as_read_by(version: VersionRecord, readings: Sequence[VersionRecord]) -> VersionRecord:
    def order(one: VersionRecord) -> tuple[bool, bool, int]:
        same = one.extractor_version == version.extractor_version
        return same, one.number < version.number, one.number

    return max(readings, key=order)


# --------------------------------------------------------------------- fields


def _title_edit(old: VersionRecord, new: VersionRecord) -> Edit | None:
    before, after = old.title or None, new.title or None
    if before == after:
        return None
    same = fold(before or "") == fold(after or "")
    return Edit(EditKind.TYPOGRAPHY if same else EditKind.HEADLINE, "title", before, after)


def _byline_edit(old: VersionRecord, new: VersionRecord) -> Edit | None:
    """By the authors, since a printed byline may hold a time; by its words where it names none."""
    before, after = ([fold(name) for name in one.authors] for one in (old, new))
    if not (before or after):
        before, after = ([fold(one.byline or "")] for one in (old, new))
    if before == after:
        return None
    return Edit(EditKind.BYLINE, "byline", _byline(old), _byline(new))


def _byline(version: VersionRecord) -> str | None:
    return version.byline or ", ".join(version.authors) or None


def _date_edit(old: VersionRecord, new: VersionRecord) -> Edit | None:
    """Where the dates differ as far as both are given; where only the precision does, in a
    version that is filed for it."""
    before, after = date_text(old), date_text(new)
    if before == after or (before and after and not _contradict(old, new)):
        return None
    return Edit(EditKind.DATE, "published_at", before, after)


def date_text(version: VersionRecord) -> str | None:
    """The published date as ISO 8601, as far as it is known."""
    at = version.published_at
    return at.isoformat()[: _LENGTHS.get(version.published_precision)] if at else None


def _contradict(old: VersionRecord, new: VersionRecord) -> bool:
    assert old.published_at is not None
    assert new.published_at is not None
    before, after = date_text(old) or "", date_text(new) or ""
    if DATE in {old.cause, new.cause} and len(before) != len(after):
        return True
    length = min(len(before), len(after))
    if length <= _LENGTHS[Precision.DAY]:
        return before[:length] != after[:length]
    one, other = in_utc(old.published_at), in_utc(new.published_at)
    if Precision.MINUTE in {old.published_precision, new.published_precision}:
        one, other = (at.replace(second=0, microsecond=0) for at in (one, other))
    return one != other


# --------------------------------------------------------------------- body


def _body_edit(match: Match, before: Sequence[str], after: Sequence[str]) -> Edit | None:
    old = "\n".join(before[i] for i in match.old) if match.old else None
    new = "\n".join(after[j] for j in match.new) if match.new else None
    kind = _kind_of(old, new, moved=match.moved)
    if kind is None:
        return None
    places = match.old[0] + 1 if match.old else None, match.new[0] + 1 if match.new else None
    return Edit(kind, "body", old, new, *places, match.moved)


def _kind_of(old: str | None, new: str | None, *, moved: bool) -> EditKind | None:
    if old is None or new is None:
        if is_notice(old or new or ""):
            return EditKind.CORRECTION
        return EditKind.ADDED if old is None else EditKind.REMOVED
    if fold(old) == fold(new):
        if moved:
            return EditKind.MOVED
        return None if old == new else EditKind.TYPOGRAPHY
    if is_notice(old) or is_notice(new):
        return EditKind.CORRECTION
    return _kind_of_rewording(old, new)


def _kind_of_rewording(old: str, new: str) -> EditKind:
    before, after = tokens_of(old), tokens_of(new)
    spans = align([one.key for one in before], [one.key for one in after])
    changed = [span for span in spans if not span.same]
    if not changed:
        return EditKind.TYPOGRAPHY
    taken = [one for span in changed for one in before[span.start : span.end]]
    put_in = [one for span in changed for one in after[span.new_start : span.new_end]]
    values = [
        Counter(number_value(x.key) for x in side if x.kind == "number") for side in (taken, put_in)
    ]
    words = max(sum(x.kind in {"word", "dense"} for x in side) for side in (taken, put_in))
    if not all(values):  # a number came or went, alone
        words *= OTHER_WORDS
    if values[0] != values[1] and words * OTHER_WORDS <= max(len(before), len(after)):
        return EditKind.FIGURES
    return EditKind.REWORDED


def _split(text: str) -> Iterator[str]:
    for piece in text.split():
        word = piece.strip(_ROUND)
        if word or len(text.split()) == 1:
            yield word or piece

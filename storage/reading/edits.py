"""What a publisher changed from one version of an article to the next, as typed edits. Pure.

An edit has one kind. ``correction``: a notice of the newspaper's own about the text came, went or
was changed. ``figures``: a paragraph says the same with other numbers, or with another sign of a
currency or share beside them. ``typography``: nothing but what ``fingerprint.fold`` folds away, the
spaces around marks, where paragraphs begin, how a number is written whose value is the same
(``1,000`` and ``1.000``), or that a headline is in capitals (``wording``); alone it makes no
version. Captions and ``modified_at`` make no
version and no edit.

What an edit is measured against (``captures.bases_of``): only accepted versions count, in the
order in which they were there. A version of the publisher's is compared with what its page
replaced, *as the same extractor read it* where that was read, else in its youngest reading: so
that what our extractor learned is never told as the publisher's edit. A version of cause
``extractor`` is compared with the earlier reading of its own page, and its edits are ours. A
teaser, or a text that lost something, is compared with nothing, and nothing with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from scraper.model.types import Article, BlockKind, Precision
from storage.reading.captures import Showing, bases_of, returns_of
from storage.records import DATE, PUBLISHER, VersionRecord
from storage.text.diff import DiffRun, SpanKind, align, diff_words, readable
from storage.text.fingerprint import fold, in_utc
from storage.text.matching import Match, match_blocks
from storage.text.notices import is_notice
from storage.text.tokens import Figures, figures_of, is_dense, tokens_of
from storage.text.wording import are_same_lines, is_same_line, sense_of

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


@dataclass(frozen=True, slots=True, kw_only=True)
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
    def runs(self) -> tuple[DiffRun, ...]:
        """The words of both sides; ``readable`` makes them fit to be read."""
        return diff_words(self.old or "", self.new or "")


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph of the old body and what became of it in the new one: what an edit is about,
    and what stayed as it was."""

    old: str | None
    new: str | None
    edit: Edit | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionChange:
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
    returned_at: tuple[datetime, ...] = ()
    """When it was there again after another one."""


def history_of(
    versions: Sequence[VersionRecord],
    showings: Sequence[Showing] = (),
    wanted: Sequence[VersionRecord] | None = None,
) -> list[VersionChange]:
    """What each version of one article changed (or each that is ``wanted``), in their order, and
    when it came back."""
    bases = bases_of(versions, showings)
    returned: dict[int, list[datetime]] = {}
    for one in returns_of(versions, showings):
        returned.setdefault(one.version.number, []).append(one.at)
    return [
        replace(
            change_of(one, bases.get(one.number)), returned_at=tuple(returned.get(one.number, ()))
        )
        for one in (versions if wanted is None else wanted)
    ]


def last_change_of(
    versions: Sequence[VersionRecord], showings: Sequence[Showing] = ()
) -> VersionChange | None:
    """That to the accepted version whose page was fetched last, or to the one that came back
    since; ``None`` without any."""
    accepted = [version for version in versions if version.accepted]
    if not accepted:
        return None
    last = max(accepted, key=lambda one: (one.fetched_at, one.number))
    returns = returns_of(versions, showings)
    if not returns or returns[-1].at <= last.fetched_at:
        return change_of(last, bases_of(versions, showings).get(last.number))
    back = returns[-1]
    edits = find_edits(back.base, back.version)
    # What another page with the same text states as its time of change is not stored.
    stealth = back.is_same_page and is_stealth(back.base, back.version, edits)
    return VersionChange(
        version=back.version,
        base=back.base,
        edits=edits,
        stealth=stealth,
        step=False,
        returned_at=(back.at,),
    )


def change_of(version: VersionRecord, base: VersionRecord | None) -> VersionChange:
    if base is None:
        return VersionChange(version=version, base=None)
    edits = find_edits(base, version)
    stealth = version.cause == PUBLISHER and is_stealth(base, version, edits)
    return VersionChange(version=version, base=base, edits=edits, stealth=stealth)


def find_edits(old: VersionRecord, new: VersionRecord) -> tuple[Edit, ...]:
    """The edits from ``old`` to ``new``: headline, byline, date, then the body in the reading
    order of ``new``. None of a version to itself."""
    fields = (_title_edit(old, new), _byline_edit(old, new), _date_edit(old, new))
    body = find_text_edits(texts_of(old), texts_of(new))
    return (*(edit for edit in fields if edit is not None), *body)


def find_text_edits(before: Sequence[str], after: Sequence[str]) -> tuple[Edit, ...]:
    """The edits from one body's paragraphs to another's, in the reading order of ``after``."""
    edits = (passage.edit for passage in passages_of(before, after))
    return tuple(edit for edit in edits if edit is not None)


def passages_of(before: Sequence[str], after: Sequence[str]) -> Iterator[Passage]:
    """Every paragraph of both bodies, in the reading order of ``after``; what was removed stands
    behind what it followed."""
    for match in match_blocks(before, after):
        old = "\n".join(before[i] for i in match.old) if match.old else None
        new = "\n".join(after[j] for j in match.new) if match.new else None
        yield Passage(old, new, _body_edit(match, old, new))


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


def texts_of(version: VersionRecord | Article) -> list[str]:
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
    removed = [word for run in runs if run.kind is SpanKind.REMOVED for word in _split(run.old)]
    added = [word for run in runs if run.kind is SpanKind.ADDED for word in _split(run.new)]
    return removed, added


# --------------------------------------------------------------------- fields


def _title_edit(old: VersionRecord, new: VersionRecord) -> Edit | None:
    before, after = old.title or None, new.title or None
    if before == after:
        return None
    kind = EditKind.TYPOGRAPHY if is_same_line(before or "", after or "") else EditKind.HEADLINE
    return Edit(kind=kind, field="title", old=before, new=after)


def _byline_edit(old: VersionRecord, new: VersionRecord) -> Edit | None:
    """By the authors, since a printed byline may hold a time; by its words where it names none."""
    before, after = old.authors, new.authors
    if not (before or after):
        before, after = ((one.byline or "",) for one in (old, new))
    if are_same_lines(before, after):
        return None
    return Edit(kind=EditKind.BYLINE, field="byline", old=_byline(old), new=_byline(new))


def _byline(version: VersionRecord) -> str | None:
    return version.byline or ", ".join(version.authors) or None


def _date_edit(old: VersionRecord, new: VersionRecord) -> Edit | None:
    """Where the dates differ as far as both are given; where only the precision does, in a
    version that is filed for it."""
    before, after = date_text(old), date_text(new)
    if before == after or (before and after and not _contradict(old, new)):
        return None
    return Edit(kind=EditKind.DATE, field="published_at", old=before, new=after)


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


def _body_edit(match: Match, old: str | None, new: str | None) -> Edit | None:
    kind = _kind_of(old, new, moved=match.moved)
    if kind is None:
        return None
    return Edit(
        kind=kind,
        field="body",
        old=old,
        new=new,
        old_block=match.old[0] + 1 if match.old else None,
        new_block=match.new[0] + 1 if match.new else None,
        moved=match.moved,
    )


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
    if [*map(sense_of, before)] == [*map(sense_of, after)]:
        return EditKind.TYPOGRAPHY
    spans = align([*map(sense_of, before)], [*map(sense_of, after)])
    changed = [span for span in spans if not span.same]
    taken = [one for span in changed for one in before[span.start : span.end]]
    put_in = [one for span in changed for one in after[span.new_start : span.new_end]]
    words = max(sum(x.kind in {"word", "dense"} for x in side) for side in (taken, put_in))
    gone, come = _exchanged(figures_of(before), figures_of(after))
    if words and any(not sign for _, sign in (*gone, *come)):
        # A sign may have been spelt out: "30 %" is "30 percent".
        gone, come = _exchanged(_without_signs(gone), _without_signs(come))
    if not (gone and come):  # a number came or went, alone
        words *= OTHER_WORDS
    if (gone or come) and words * OTHER_WORDS <= max(len(before), len(after)):
        return EditKind.FIGURES
    return EditKind.REWORDED


def _exchanged(old: Figures, new: Figures) -> tuple[Figures, Figures]:
    return old - new, new - old


def _without_signs(figures: Figures) -> Figures:
    return Counter((value, "") for value, _ in figures.elements())


def _split(text: str) -> Iterator[str]:
    for piece in text.split():
        word = piece.strip(_ROUND)
        if word or len(text.split()) == 1:
            yield word or piece

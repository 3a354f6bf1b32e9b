"""What the members of a stream unfold to, as one row of bytes: lines and blocks are taken off it.

A record may begin in one member and end in a later one: gzip is cut where it is cut (RFC 1952
§2.2). But where a member begins with a record, none that began before it goes on.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from storage.warc.heads import BEGIN, FIRST_LINE, BrokenError
from storage.warc.members import PIECE, Framing, Member, MemberError

_LINE_START = b"\n" + BEGIN
_LONGEST = 64
"""Bytes that the first line of a record is looked for in."""
_NEWLINES = re.compile(rb"[\r\n]*")


class Spot(NamedTuple):
    """Where in a stream something is."""

    member: int
    """The offset of a member; of what is not compressed, of the thing itself."""
    inside: int = 0
    """Bytes that it, and those behind it, unfold to in front of the thing."""


class _Hand(NamedTuple):
    """Bytes that are next, and where they are from."""

    data: bytes
    begin: Spot
    is_fresh: bool = False
    """They begin a member, and a record."""


class Cursor:
    """Every method raises ``BrokenError`` where a member does, or the budget of its file."""

    def __init__(self, framing: Framing, at: int) -> None:
        """``at``: the offset of a member."""
        self._framing = framing
        self._member: Member | None = None
        self._next = at
        self._hand, self._at = _Hand(b"", Spot(at)), 0
        self._later: _Hand | None = None
        """What comes behind bytes that were put back."""
        self._before = b""
        """The byte in front of those in hand."""
        self.asked = self.opened = at
        """From where a member was opened last; and where that begins, behind padding."""
        self.broken: MemberError | None = None
        """Why no more could be taken, where some could: the next call raises it."""

    @property
    def spot(self) -> Spot:
        """Of what comes next."""
        member, inside = self._hand.begin
        inside += self._at
        return Spot(member + inside) if self._framing.is_plain else Spot(member, inside)

    def boundary(self) -> int | None:
        """The offset of the next member, where all of this one was taken; of what is not
        compressed, of what comes next."""
        if self._framing.is_plain:
            return self.spot.member
        if self._at < len(self._hand.data) or self._fill(crossing=False):
            return None
        return self._next if self._later is None else self._later.begin.member

    def begin_record(self) -> None:
        """What comes next belongs to one record, up to a member that begins with another."""
        if not self.is_at_end():
            self._hand = self._hand._replace(is_fresh=False)

    def line(self, limit: int) -> bytes:
        """Of a record: up to and with its line feed, or what there is. Raises ``BrokenError`` where
        it is longer."""
        parts: list[bytes] = []
        size = 0
        while size <= limit:
            if not self._has_more():
                if self.broken is not None:
                    raise self.broken
                return b"".join(parts)
            end = self._hand.data.find(b"\n", self._at)
            if end >= 0:
                parts.append(self._cut(end + 1 - self._at))
                return b"".join(parts)
            parts.append(self._cut(len(self._hand.data) - self._at))
            size += len(parts[-1])
        raise BrokenError("its head is too long")

    def take(self, size: int) -> bytes:
        """So many bytes of a record, or those that there are."""
        parts: list[bytes] = []
        while size > 0 and self._has_more():
            parts.append(self._cut(min(size, len(self._hand.data) - self._at)))
            size -= len(parts[-1])
        return b"".join(parts)

    def skip(self, size: int, *, anywhere: bool = False) -> int:
        """Pass over so many bytes of a record, or those that there are; how many. ``anywhere``:
        other records may begin among them."""
        left = size
        while left > 0 and self._has_more(anywhere=anywhere):
            left -= len(self._cut(min(left, len(self._hand.data) - self._at)))
            if left and self._member is not None and self._later is None:
                skipped = self._member.skip(left)
                self._hand, self._at = _Hand(b"", self._behind(skipped)), 0
                left -= skipped
        return size - left

    def skip_newlines(self, *, crossing: bool = True) -> bytes:
        """What was passed over; of more than ``PIECE`` bytes the first, some more than these.
        ``crossing``: into further members."""
        skipped = b""
        while self._at < len(self._hand.data) or self._fill(crossing=crossing):
            match = _NEWLINES.match(self._hand.data, self._at)
            assert match is not None
            piece = self._cut(match.end() - self._at)
            skipped += piece if len(skipped) <= PIECE else b""
            if self._at < len(self._hand.data):
                break
        return skipped

    def is_at_end(self) -> bool:
        return self._at >= len(self._hand.data) and not self._fill()

    def starts_with(self, text: bytes) -> bool:
        """Within this member."""
        while len(self._hand.data) - self._at < len(text):
            if not self._fill(self._hand.data[self._at :], crossing=False):
                return False
        return self._hand.data.startswith(text, self._at)

    def put_back(self, block: bytes, spot: Spot) -> None:
        """What was taken is next again. ``spot``: where it came from."""
        rest = _Hand(self._hand.data[self._at :], self._behind(), self._is_fresh)
        if self._later is None:
            self._later = rest
        else:
            block += rest.data
        self._hand, self._at, self._before = _Hand(block, spot), 0, b"\n"

    def seek_record(self, *, at_members: bool) -> bool:
        """Go on to the next line that begins a record, or only to a member that begins with one;
        false where there is none."""
        while not self._is_fresh:
            found = -1 if at_members else self._find_first_line()
            if found >= 0:
                self._at = found
                return True
            tail = max(self._at, len(self._hand.data) - _LONGEST)
            if not self._fill(b"" if at_members else self._hand.data[tail:]):
                return False
        return True

    def _find_first_line(self) -> int:
        data = self._hand.data
        if not self._at and self._before == b"\n" and FIRST_LINE.match(data):
            return 0
        at = data.find(_LINE_START, max(self._at - 1, 0))
        while at >= 0 and not FIRST_LINE.match(data, at + 1):
            at = data.find(_LINE_START, at + 1)
        return at if at < 0 else at + 1

    @property
    def _is_fresh(self) -> bool:
        return self._hand.is_fresh and not self._at

    def _behind(self, more: int = 0) -> Spot:
        """Of what comes next, or so many bytes behind it."""
        return Spot(self._hand.begin.member, self._hand.begin.inside + self._at + more)

    def _cut(self, size: int) -> bytes:
        piece = self._hand.data[self._at : self._at + size]
        self._at += len(piece)
        return piece

    def _has_more(self, *, anywhere: bool = False) -> bool:
        """Whether there are further bytes of a record that was begun."""
        try:
            if self._at >= len(self._hand.data) and not self._fill():
                return False
        except MemberError as error:
            self.broken = error
            return False
        return anywhere or not self._is_fresh

    def _fill(self, keep: bytes = b"", *, crossing: bool = True) -> bool:
        """The next bytes, behind those to ``keep``, which are the last in hand; false at the end
        (of the member, unless ``crossing``): then nothing has changed."""
        following = self._follow(crossing=crossing)
        if following is None:
            return False
        self._before = self._hand.data[-len(keep) - 1 :][:1]
        if keep and not following.is_fresh:
            at = self._hand.begin.inside + len(self._hand.data) - len(keep)
            begin = Spot(self._hand.begin.member, at)
            following = _Hand(keep + following.data, begin)
        self._hand, self._at = following, 0
        return True

    def _follow(self, *, crossing: bool) -> _Hand | None:
        if self._later is not None:
            if self._later.is_fresh and not crossing:
                return None
            following, self._later = self._later, None
            if following.data:
                return following
        if self.broken is not None:
            raise self.broken
        while True:
            begin, is_new = self._behind(len(self._hand.data) - self._at), self._member is None
            if self._member is None:
                if not crossing:
                    return None
                self.asked = self.opened = self._next
                self._member = self._framing.open(self._next)
                if self._member is None:
                    return None
                self.opened = self._member.start
            if is_new:
                begin = Spot(self._member.start)
            if data := self._member.read(PIECE):
                return _Hand(data, begin, is_new and FIRST_LINE.match(data) is not None)
            self._next, self._member = self._member.behind, None

"""How much work one file may make: one account for all that reading it costs.

A file of a few megabytes may unfold to terabytes, begin a million members, or look like the
beginning of one at every fourth byte. So everything is counted in one unit, bytes that are
unfolded or looked through, and a file may cost ``MAX_RATIO`` times its size; what is left unread
then is told as damage. Work and not seconds: a slow machine reads what a fast one does, and an
import that goes on finds what it left.

What honest crawlers write costs far less: pages unfold to 4 to 20 times their size, and the
smallest records there are, revisits in one zstd frame of 40 bytes each, come to 220.
"""

from __future__ import annotations

from storage.warc.heads import BrokenError

MAX_RATIO, BASE = 400, 256 << 20
"""A file may cost so many times its size, and ``BASE`` in any case."""
FREE = 64 << 20
"""A member may unfold to ``MAX_RATIO`` times its own size; what all members of a file unfold to
beyond that is at most so many bytes. So a bomb costs its own records, and not those behind it."""
RECORD = 8 << 10
"""What a record costs, good or bad, beside its bytes: its head, and what importing does with it."""
MEMBER = 4 << 10
"""What a member costs, beside its bytes; and a place that might have been one."""
BLOCK = 512
"""What the head of a block of a zstd frame costs."""


class SpentError(BrokenError):
    """The budget of the file is used up: the rest of it is not read."""


class Budget:
    """Of one reading of one file."""

    def __init__(self, size: int) -> None:
        """``size``: bytes of the file."""
        self._size = size
        self.renew()

    def renew(self) -> None:
        """The file is read from its beginning."""
        self._left = BASE + MAX_RATIO * self._size
        self._excess_left = FREE

    def spend(self, work: int) -> None:
        """Raises ``SpentError``, from the first time on every time."""
        self._left -= work
        if self._left < 0:
            raise SpentError(f"it makes more work than {MAX_RATIO} times its size: the rest of it")

    def exceed(self, size: int) -> bool:
        """Whether so many bytes more than ``MAX_RATIO`` allows a member may be unfolded."""
        self._excess_left -= size
        return self._excess_left >= 0

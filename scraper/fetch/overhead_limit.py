"""How much a server may send around its content: heads, interim answers, the frames of chunks.

h11 bounds each of them and none of their numbers. A server that says ``100 Continue`` for ever, or
sends its body in chunks of one byte, would keep the event loop busy up to the deadline, and the
answers of all other hosts would wait behind it: 10 MB in chunks of one byte are 60 MB on the wire
and two minutes of CPU.
"""

from __future__ import annotations

import httpcore

from scraper.fetch.guard import Guard, GuardedBackend

MAX_AROUND = 192 * 1024
"""Bytes around the content of one answer: h11 takes a head of 100 KiB, and one read of 64 KiB may
be under way that has not been looked at."""
SHARE = 2
"""Each byte of content pays for so many on the wire, itself included: a server that flushes every
few letters has frames as long as they are."""
_SHOWN = 40


class FrameError(httpcore.RemoteProtocolError):
    """Comes out of a read: the answer is little but frame."""


class MeteredBackend(GuardedBackend):
    """Connects for one origin, and refuses to read on where an answer is little but frame."""

    def __init__(self, guard: Guard) -> None:
        super().__init__(guard)
        self._left = MAX_AROUND
        self._start = b""

    def begin(self) -> None:
        """A request is sent: what comes now is its answer."""
        self._left, self._start = MAX_AROUND, b""

    def note(self, data: bytes) -> None:
        super().note(data)
        if len(self._start) < _SHOWN:
            self._start += data[:_SHOWN]
        self._left -= len(data)
        if self._left < 0:
            raise FrameError("far more around its content than content")

    def pay(self, size: int) -> None:
        """So many bytes of content were delivered."""
        self._left += SHARE * size

    def tell_end(self) -> str:
        """What the connection brought that was closed before there was a whole head."""
        if self._start.startswith(b"HTTP/"):
            return "it ends within its head"
        return f"it begins with {self._start[:_SHOWN]!r}".replace("b'", "'", 1)

"""Payloads ↔ zstd frames. Pure.

Pages of one host share most of their markup: one of them as dictionary brings the others from a
sixth of their size to a thirtieth. It serves as a raw dictionary, which needs a window that reaches
over both.
"""

from __future__ import annotations

from dataclasses import dataclass

import zstandard

LEVEL = 3
"""Smaller than zlib-6 at a sixth of its time, on pages of 200 kB."""
WINDOW_LOG = 23
"""8 MB. With zstd's own choice for the level half of what a reference page gains is lost."""
LARGEST_REFERENCE = 1 << 20
SMALLEST_REFERENCE = 4 << 10
TABLES = 200 << 10
"""Bytes that zstd takes for a dictionary that is made ready, beside its own copy of it."""
SETTLING = 5
"""Pages after which a reference is judged."""
POOR = 0.7
"""A reference is given up when its pages take more than this part of what they would without."""
MEMORY = 0.2
"""The weight of the last page in the running share."""
DOUBTFUL = 0.4
"""A page that takes more than this part of what the reference itself takes is packed without it,
too, to see what the reference gains: pages of another design may be half or twice as dense."""


class Reference:
    """A page that others are compressed with."""

    def __init__(self, payload: bytes) -> None:
        self._dictionary = zstandard.ZstdCompressionDict(
            payload, dict_type=zstandard.DICT_TYPE_RAWCONTENT
        )
        self.size = len(payload)
        self.memory = 2 * self.size + TABLES
        # Pages are about as long as their reference. The dictionary is made ready once: that
        # takes three times what packing a page with it does.
        self._parameters = zstandard.ZstdCompressionParameters.from_level(
            LEVEL, window_log=WINDOW_LOG, source_size=self.size, dict_size=self.size
        )
        self._dictionary.precompute_compress(compression_params=self._parameters)

    def pack(self, payload: bytes) -> bytes:
        compressor = zstandard.ZstdCompressor(
            dict_data=self._dictionary, compression_params=self._parameters
        )
        return compressor.compress(payload)

    def unpack(self, frame: bytes, size: int) -> bytes:
        """Raises ``zstandard.ZstdError`` for a damaged frame, or another reference's."""
        decompressor = zstandard.ZstdDecompressor(
            dict_data=self._dictionary, max_window_size=1 << (WINDOW_LOG + 4)
        )
        return decompressor.decompress(frame, max_output_size=size)


def pack(payload: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=LEVEL).compress(payload)


def unpack(frame: bytes, size: int) -> bytes:
    """Raises ``zstandard.ZstdError`` for a damaged frame."""
    return zstandard.ZstdDecompressor().decompress(frame, max_output_size=size)


def can_be_reference(payload: bytes) -> bool:
    """Whether there is enough in a page, and not too much to keep at hand."""
    return SMALLEST_REFERENCE <= len(payload) <= LARGEST_REFERENCE


@dataclass(frozen=True, slots=True)
class Gain:
    """How well a reference page serves."""

    alone: float
    """Stored size by payload size of the reference itself, which is stored without any."""
    pages: int = 0
    share: float | None = None
    """The same of the pages that were stored with it, the last ones weighing more; of a page that
    was packed without it, too, what it would be were that page as dense as the reference."""

    def is_doubtful(self, stored: int, size: int) -> bool:
        """Whether a page should be packed without the reference, too."""
        return stored > DOUBTFUL * self.alone * size

    def after(self, stored: int, size: int, without: int | None = None) -> Gain:
        """With one page more, of ``size`` bytes. ``without``: what it takes without the
        reference, where that is known."""
        last = stored / max(size, 1) if without is None else self.alone * stored / max(without, 1)
        share = last if self.share is None else self.share + MEMORY * (last - self.share)
        return Gain(self.alone, self.pages + 1, share)

    @property
    def is_poor(self) -> bool:
        """The site's pages have come to look otherwise: another page should serve."""
        return self.pages >= SETTLING and (self.share or 0) > POOR * self.alone

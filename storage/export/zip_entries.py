"""What the formats that are ZIP files share: EPUB and WACZ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO
from zipfile import ZipInfo

_PIECE = 1 << 16


def zip_entry(path: str, method: int) -> ZipInfo:
    """Dated as ZIP's first day: equal archives are equal in bytes."""
    info = ZipInfo(path)
    info.compress_type = method
    info.create_system = 3  # as on Unix, everywhere
    info.external_attr = 0o644 << 16
    return info


def read_pieces(file: IO[bytes]) -> Iterator[bytes]:
    """All of the file, from its beginning."""
    file.seek(0)
    while piece := file.read(_PIECE):
        yield piece

"""Opening the archive for the length of a command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from commands.config import Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine


@contextmanager
def open_archive(settings: Settings, *, read_only: bool = False) -> Iterator[Engine]:
    """The database of ``settings``, created or upgraded if need be. Raises ``StorageError``."""
    from storage.engine import open_engine

    engine = open_engine(settings.db, read_only=read_only)
    try:
        yield engine
    finally:
        engine.dispose()

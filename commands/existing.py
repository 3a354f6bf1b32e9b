"""Opening an archive that is to be there already: checking or copying makes none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from commands.archive import open_archive
from commands.settings import Settings
from scraper.errors import StorageError

if TYPE_CHECKING:
    from sqlalchemy import Engine


@contextmanager
def open_existing(settings: Settings, *, read_only: bool = False) -> Iterator[Engine]:
    """The database of ``settings``, upgraded if need be. Raises ``StorageError``, also where there
    is no file or an empty one; nothing is made then."""
    if isinstance(settings.db, Path) and not _is_there(settings.db):
        raise StorageError(f"{settings.db}: there is no archive: name one with --db")
    with open_archive(settings, read_only=read_only) as engine:
        yield engine


def _is_there(path: Path) -> bool:
    """Anything that is not just missing is for ``open_engine`` to judge."""
    try:
        return path.stat().st_size > 0 or not path.is_file()
    except FileNotFoundError:
        return False
    except (OSError, ValueError):
        return True

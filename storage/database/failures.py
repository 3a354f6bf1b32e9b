"""Database errors → ``StorageError``: one clear line that names the database and what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from scraper.errors import BusyError, StorageError
from storage.database.meanings import is_busy, meaning_of

_OS_ADVICE = "name another file with --db, or see to its directory"


@contextmanager
def explained(name: str) -> Iterator[None]:
    """Inside, errors of the database called ``name`` are raised as ``StorageError``."""
    try:
        yield
    except DBAPIError as error:
        raise _explain(name, error.orig) from error
    except sqlite3.Error as error:
        raise _explain(name, error) from error
    except OSError as error:
        raise StorageError(f"{name}: {error.strerror or error}: {_OS_ADVICE}") from error


def _explain(name: str, error: BaseException | None) -> StorageError:
    kind = BusyError if is_busy(error) else StorageError
    return kind(f"{name}: {meaning_of(error)}")

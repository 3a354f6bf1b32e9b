"""Database errors → ``StorageError``: one clear line that names the database and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, NoResultFound

from scraper.errors import BusyError, StorageError
from storage.database.meanings import DAMAGED, SQLITE_ERRORS, is_busy, meaning_of
from storage.database.unlogged import lacks_room

_OS_ADVICE = "name another file with --db, or see to its directory"
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, OverflowError)
"""What a value that is not as it was stored makes of the code that reads it."""


class NoRoomError(StorageError):
    """The disk is full."""


@contextmanager
def explained(name: str) -> Iterator[None]:
    """Inside, errors of the database called ``name`` are raised as ``StorageError``."""
    try:
        yield
    except DBAPIError as error:
        raise _explain(name, error.orig) from error
    except SQLITE_ERRORS as error:
        raise _explain(name, error) from error
    except NoResultFound as error:
        raise StorageError(f"{name}: {DAMAGED} (a row is missing)") from error
    except OSError as error:
        raise StorageError(f"{name}: {error.strerror or error}: {_OS_ADVICE}") from error


@contextmanager
def readable(name: str) -> Iterator[None]:
    """Inside, where it is rows that decide, what a value that is not as it was stored makes of the
    code that reads it is raised as ``StorageError``."""
    try:
        yield
    except UNREADABLE as error:
        what = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        raise StorageError(
            f"{name}: something in it cannot be read ({what}): `kliping verify` names what is "
            "damaged: restore a backup; where it finds nothing, this is a bug"
        ) from error


def _explain(name: str, error: BaseException | None) -> StorageError:
    if error is not None and lacks_room(error):
        return NoRoomError(f"{name}: {meaning_of(error)}")
    kind = BusyError if is_busy(error) else StorageError
    return kind(f"{name}: {meaning_of(error)}")

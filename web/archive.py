"""The archive at hand: opened to read, opened anew where its file moved, asked for a bounded time.

A crawl may write meanwhile. What is replaced or upgraded below a running server is noticed with the
next question: the archive is opened anew, or the reader is told why it cannot be.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Engine, text

from scraper.errors import BusyError, StorageError
from storage.database.engine import has_moved, open_to_read, reading
from storage.database.limits import TooSlowError, obey_limits, time_limit
from storage.database.places import Place
from storage.database.schema import judge

T = TypeVar("T")

PATIENCE = 2.0
"""Seconds that one page may ask the database for."""
TRIES = 3
"""How often a page is made anew where writers disturb it, before it reads under locks."""

_REVISION = text("SELECT version_num FROM alembic_version")


class OpenArchive:
    """One archive for all threads. Raises ``StorageError`` as ``open_to_read``."""

    def __init__(self, place: Place, patience: float = PATIENCE) -> None:
        self.place = place
        self._patience = patience
        self._lock = threading.Lock()
        self._engine = self._open(may_freeze=True)

    def close(self) -> None:
        self._engine.dispose()

    def ask(self, question: Callable[[Engine], T]) -> T:
        """What a page needs, asked within the time that a page has; also more than once.

        Raises ``TooSlowError``, and ``StorageError`` for an archive that cannot be read (any more).
        """
        with time_limit(self._patience):
            for _ in range(TRIES):
                engine = self._engine
                try:
                    self._check(engine)
                    return question(engine)
                except BusyError:
                    if not has_moved(engine):
                        raise
                except TooSlowError:
                    raise
                except StorageError:
                    # Another file may be there now: if so it is read, else this is told again.
                    if self._engine is not engine:
                        continue
                self._reopen(engine)
            self._reopen(self._engine, may_freeze=False)
            return question(self._engine)

    def _check(self, engine: Engine) -> None:
        """Raises ``StorageError`` where the schema is not what this program knows (any more)."""
        with reading(engine) as session:
            if not judge(session.scalar(_REVISION), str(self.place)):
                raise StorageError(f"{self.place}: was replaced by an older archive")

    def _reopen(self, old: Engine, *, may_freeze: bool = True) -> None:
        """In the place of ``old``, unless another thread was faster. Raises ``StorageError``."""
        with self._lock:
            if self._engine is old:
                self._engine = self._open(may_freeze=may_freeze)
                old.dispose()

    def _open(self, *, may_freeze: bool) -> Engine:
        engine = open_to_read(self.place, may_freeze=may_freeze)
        obey_limits(engine)
        return engine

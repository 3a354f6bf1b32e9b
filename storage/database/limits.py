"""A limit of time for what is read: whoever asks for too much is told so, and holds up nobody."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, event

from scraper.errors import StorageError

STEPS = 20_000
"""Of SQLite's virtual machine between two looks at the clock: well under a millisecond."""

_asking = threading.local()
"""``end``: when what this thread asks must be over; absent or ``None``, it may take for ever."""


class TooSlowError(StorageError):
    """It was broken off: it would have taken longer than it may."""


def obey_limits(engine: Engine) -> None:
    """Let ``time_limit`` hold for what this engine is asked; before it has a connection."""
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _watch(connection: sqlite3.Connection, _record: object) -> None:
            connection.set_progress_handler(_is_over, STEPS)

    else:

        @event.listens_for(engine, "begin")
        def _limit(connection: Connection) -> None:
            left = _left()
            if left is not None:
                milliseconds = max(1, int(left * 1000))
                connection.exec_driver_sql(f"SET LOCAL statement_timeout = {milliseconds}")


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Inside, what this thread asks an engine that obeys is broken off after so long. Raises
    ``TooSlowError``."""
    _asking.end = time.monotonic() + seconds
    try:
        yield
    except StorageError as error:
        if _is_over():
            raise TooSlowError(f"it takes longer than {seconds:g} seconds") from error
        raise
    finally:
        _asking.end = None


def _left() -> float | None:
    end: float | None = getattr(_asking, "end", None)
    return None if end is None else end - time.monotonic()


def _is_over() -> bool:
    left = _left()
    return left is not None and left <= 0

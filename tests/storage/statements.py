"""Statements that SQLAlchemy hands to a database, on any connection: listened to, or stopped at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event


@contextmanager
def recorded() -> Iterator[list[tuple[str, Any]]]:
    """The statements of the block, each with its values."""
    statements: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        statements.append((statement, values))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@contextmanager
def before_statement(number: int, act: Callable[[], None]) -> Iterator[None]:
    """Act before the statement of this number, counted from 0; never for a negative one."""
    count = -1

    def meet(*_: Any) -> None:
        nonlocal count
        count += 1
        if count == number:
            act()

    event.listen(Engine, "before_cursor_execute", meet)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", meet)

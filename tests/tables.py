"""Tables of cases: one test goes through all rows and names each that fails.

``each_row`` takes what ``pytest.mark.parametrize`` takes. Use it where rows are many and cheap and
share nothing: a test of its own for each of two thousand rows costs more than the rows do.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pytest

Test = Callable[..., Any]
Row = tuple[str, dict[str, Any]]
"""What names it, and the arguments of the test."""

LONGEST = 600
"""Characters of an error that are shown for a row."""


def each_row(
    names: str | Sequence[str],
    values: Iterable[Any],
    *,
    ids: Iterable[str] | Callable[[Any], str | None] | None = None,
    by: Callable[..., str] | None = None,
) -> Callable[[Test], Test]:
    """The test once for all rows, or once for each group of them: ``by`` takes a row's values and
    gives the name of its group."""
    words = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    listed = list(values)
    labels = [ids(value) for value in listed] if callable(ids) else list(ids or ())
    groups: dict[str, list[Row]] = {}
    for number, value in enumerate(listed):
        label, row = _read_row(words, value)
        given = labels[number] if labels else label
        group = by(*row.values()) if by else ""
        groups.setdefault(group, []).append((given or _name_row(row), row))

    def decorate(test: Test) -> Test:
        many = _go_through(test, words, groups)
        return pytest.mark.parametrize("group", sorted(groups))(many) if by else many

    return decorate


def _read_row(words: Sequence[str], value: Any) -> tuple[str | None, dict[str, Any]]:
    label = None
    if isinstance(value, type(pytest.param())):
        assert not value.marks, "a row has no marks: a test of its own can have them"
        label, value = value.id, value.values if len(words) > 1 else value.values[0]
    values = value if len(words) > 1 else (value,)
    return str(label) if label else None, dict(zip(words, values, strict=True))


def _name_row(row: Mapping[str, Any]) -> str:
    return ", ".join(repr(value)[:80] for value in row.values())


def _go_through(test: Test, words: Sequence[str], groups: Mapping[str, list[Row]]) -> Test:
    """``test`` as a test without the arguments that the rows give it."""

    @functools.wraps(test)
    def run(*args: Any, group: str = "", **fixtures: Any) -> None:
        failures: list[tuple[str, BaseException]] = []
        for name, row in groups[group]:
            try:
                done = test(*args, **row, **fixtures)
                if inspect.iscoroutine(done):
                    asyncio.run(done)
            except (Exception, pytest.fail.Exception) as error:
                failures.append((name, error))
        if failures:
            raise AssertionError(_list(failures, len(groups[group]))) from failures[0][1]

    signature = inspect.signature(test)
    kept = [value for key, value in signature.parameters.items() if key not in words]
    if set(groups) != {""}:
        kept.append(inspect.Parameter("group", inspect.Parameter.KEYWORD_ONLY))
    run.__signature__ = signature.replace(parameters=kept)  # type: ignore[attr-defined]
    return run


def _list(failures: Sequence[tuple[str, BaseException]], rows: int) -> str:
    lines = [f"{len(failures)} of {rows} rows fail:"]
    for name, error in failures:
        lines.append(f"- {name}: {str(error)[:LONGEST] or type(error).__name__}")
    return "\n".join(lines)

"""A value on its way from a reader to who asked for it."""

from __future__ import annotations

from typing import Any

from scraper.isolation.answers import read_answer, write_result
from scraper.isolation.functions import PureFunction


def cross(value: object, answer: Any) -> Any:
    """``value`` as it arrives where the type ``answer`` is awaited."""
    return read_answer(*write_result(value), PureFunction("", answer, 1 << 30), ())[0]

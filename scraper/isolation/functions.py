"""What a reader of the sandbox is asked: a function by its path, and what its answer has to be.

It imports nothing of the project, so that both ``scraper`` and ``storage`` may ask.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class PureFunction(Generic[T]):
    """A function that a reader runs (``scraper.isolation.sandbox``). Whoever asks believes no more
    of its answer than what stands here."""

    path: str
    """``"package.module:name"``"""
    answer: Any
    """The type ``T``: dataclasses, tuples, mappings, texts, numbers and times, nested."""
    most_bytes: int = 1 << 20
    """Of the answer as it is sent (JSON)."""
    check: Callable[..., object] | None = None
    """Called with the answer and the arguments; raises ``ValueError``, ``OverflowError`` or a
    ``KlipingError`` where the function cannot have answered so."""

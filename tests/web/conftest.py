from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.rooms import Room, fill, serving


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    """An archive, and the ids of its articles by name."""
    path = tmp_path_factory.mktemp("room") / "morgue.db"
    return path, fill(path)


@pytest.fixture(scope="session")
def ids(filled: tuple[Path, dict[str, int]]) -> dict[str, int]:
    return filled[1]


@pytest.fixture(scope="session")
def room(filled: tuple[Path, dict[str, int]]) -> Iterator[Room]:
    """A reading room that all tests share: it only reads."""
    with serving(filled[0]) as room:
        yield room

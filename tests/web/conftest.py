from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

import pytest

from storage.database.engine import open_engine
from tests.web.papers import file_papers
from tests.web.rooms import Room, serving


@pytest.fixture(scope="session")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """Over the archive of ``papers``, which nobody changes."""
    path = tmp_path_factory.mktemp("room") / "papers.db"
    engine = open_engine(path)
    ids = file_papers(engine)
    engine.dispose()
    with serving(path) as served:
        served.ids = ids
        yield served


@pytest.fixture(scope="session")
def ids(room: Room) -> dict[str, int]:
    """The ids of its articles, by name."""
    return asdict(room.ids)

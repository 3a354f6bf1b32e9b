from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from storage.archive import Archive
from storage.database.engine import open_engine
from storage.database.places import Place
from storage.frontier.sources import Sources
from storage.frontier.store import Frontier
from storage.reading.library import Library
from tests.postgres import postgres


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kliping.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, path: Path) -> Place:
    """Where the archive of a test lies, which is run with each kind of database. A test that is
    about SQLite's file takes ``path``, or says ``parametrize("place", ["sqlite"], indirect=True)``.
    """
    return path if request.param == "sqlite" else postgres().fresh()


@pytest.fixture
def engine(place: Place) -> Iterator[Engine]:
    engine = open_engine(place)
    yield engine
    engine.dispose()


@pytest.fixture
def archive(engine: Engine) -> Archive:
    return Archive(engine)


@pytest.fixture
def library(engine: Engine) -> Library:
    return Library(engine)


@pytest.fixture
def frontier(engine: Engine) -> Frontier:
    return Frontier(engine)


@pytest.fixture
def sources(engine: Engine) -> Sources:
    return Sources(engine)

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from storage.archive import Archive
from storage.engine import open_engine
from storage.frontier import Frontier
from storage.library import Library
from storage.sources import Sources


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kliping.db"


@pytest.fixture
def engine(path: Path) -> Iterator[Engine]:
    engine = open_engine(path)
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

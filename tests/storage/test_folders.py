"""Sources in folders: an older archive gets the column, and known sources their place."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from scraper.errors import AddressError
from scraper.types import SourceKind
from storage.database import schema
from storage.database.engine import open_engine
from storage.sources import Sources
from tests.storage.makers import NOW

FEED = "https://a.example/feed"


def make_old(path: Path) -> None:
    """An archive as it was before there were folders, with one source."""
    engine = create_engine(f"sqlite:///{path}")
    config = Config()
    config.set_main_option("script_location", str(schema.migrations_path()))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "20261125_0001")
    engine.dispose()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        connection.execute("INSERT INTO host (host, throttled) VALUES ('a.example', 0)")
        connection.execute(
            "INSERT INTO source (url_key, url, name, kind, host, added_at, failures)"
            " VALUES (x'00', ?, 'A', 'feed', 'a.example', '2026-03-01 00:00:00.000000', 0)",
            (FEED,),
        )


def test_an_older_archive_keeps_its_sources_and_takes_folders(path: Path) -> None:
    make_old(path)
    engine = open_engine(path)
    sources = Sources(engine)
    (old,) = sources.list()
    assert (old.url, old.folder) == (FEED, None)
    assert sources.file({old.id: "Papers"}) == 1
    new, _ = sources.add(f"{FEED}/2", name=None, kind=SourceKind.FEED, now=NOW, folder="Papers/B")
    assert new.folder == "Papers/B"
    engine.dispose()
    engine = open_engine(path, read_only=True)
    assert [each.folder for each in Sources(engine).list()] == ["Papers", "Papers/B"]
    engine.dispose()


def test_a_source_in_a_folder_stays_there(sources: Sources) -> None:
    ids = [
        sources.add(f"{FEED}/{n}", name=None, kind=SourceKind.FEED, now=NOW, folder=folder)[0].id
        for n, folder in enumerate(("Mine", None))
    ]
    assert sources.file(dict.fromkeys(ids, "Theirs")) == 1
    assert [each.folder for each in sources.list()] == ["Mine", "Theirs"]
    assert sources.file({}) == 0
    assert sources.file({99: "Nobody's"}) == 0


def test_many_addresses_are_looked_up_at_once(sources: Sources) -> None:
    front = "https://b.example/"
    one, _ = sources.add(FEED, name=None, kind=SourceKind.FEED, now=NOW)
    two, _ = sources.add(f"{front}rss", name=None, kind=SourceKind.FEED, now=NOW, asked=front)
    asked = [f"https://c.example/{n}" for n in range(3_000)]
    alike = "http://www.a.example/feed/?utm_source=x"
    found = sources.find_all([*asked, FEED, alike, front])
    assert found == {FEED: one.id, alike: one.id, front: two.id}
    for url, source_id in found.items():
        record = sources.find(url)
        assert record is not None
        assert record.id == source_id
    assert sources.find_all([]) == {}
    with pytest.raises(AddressError):
        sources.find_all(["nonsense"])

"""``verify`` and the file's commands where something is missing, damaged or not to be written."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage.archive import Archive
from storage.database.engine import open_engine
from tests.cli.conftest import QUICK
from tests.cli.running import Kliping, RunHere
from tests.storage.makers import BY_HAND, NOW, make_article, make_capture


@pytest.fixture
def user(tmp_path: Path) -> Kliping:
    """With an archive of one article."""
    user = Kliping(tmp_path, QUICK)
    engine = open_engine(user.db)
    Archive(engine).save(make_capture("https://a.example/1"), BY_HAND, NOW)
    engine.dispose()
    return user


def change(user: Kliping, statement: str) -> None:
    with closing(sqlite3.connect(user.db)) as connection, connection:
        assert connection.execute(statement).rowcount > 0


@pytest.mark.parametrize(
    "command",
    [
        ["verify"],
        ["verify", "-q"],
        ["verify", "--head"],
        ["verify", "--against", "1:" + "0" * 64],
        ["verify", "--rebuild-index"],
        ["db", "info"],
        ["db", "vacuum"],
        ["db", "backup", "copy.db"],
        ["prune", "--snapshots-older-than", "1d"],
        ["prune", "--snapshots-older-than", "1d", "--dry-run"],
        ["forget", "--yes", "1"],
    ],
    ids=" ".join,
)
def test_where_there_is_no_archive_none_is_made(
    kliping: Kliping, run_here: RunHere, command: list[str]
) -> None:
    ended = run_here(kliping, *command)
    assert (ended.code, len(ended.errors)) == (74, 1)
    assert f"{kliping.db}: there is no archive" in ended.err
    assert not [path for path in kliping.home.iterdir() if path.suffix == ".db"]


def test_one_of_each_is_said_so(user: Kliping, run_here: RunHere) -> None:
    ended = run_here(user, "verify")
    assert ended.code == 0
    whole = "1 article; 1 version, 1 stored page, 1 entry of the chain"
    assert ended.err.strip().endswith(f"nothing is damaged: {whole}")
    done = run_here(user, "forget", "--yes", "1")
    assert "article 1 is gone: 1 version, 1 stored page, 1 address" in done.err


def test_a_head_is_printed_of_a_whole_chain_alone(user: Kliping, run_here: RunHere) -> None:
    head = run_here(user, "verify", "--head").out.strip()
    assert head.startswith("1:")
    assert run_here(user, "verify", "--head", "--json").objects == [{"head": head}]
    change(user, "UPDATE entry SET url = 'https://x.example/'")
    ended = run_here(user, "verify", "--head")
    assert (ended.code, ended.out) == (74, "")
    assert "entry 1" in ended.err
    (found,) = run_here(user, "verify", "--head", "--json").objects
    assert found["what"] == "entry 1"


def test_a_damaged_time_ends_a_listing_in_one_line(user: Kliping, run_here: RunHere) -> None:
    change(user, "UPDATE version SET published_at = '2026-11-30 01:73:04.862333'")
    ended = run_here(user, "list")
    assert (ended.code, len(ended.errors)) == (74, 1)
    assert "a damaged time, '2026-11-30 01:73:04.862333'" in ended.err
    ended = run_here(user, "verify")
    assert ended.code == 74
    assert "version 1: published_at is no time: '2026-11-30 01:73:04.862333'" in ended.err


TABLE_LEAF = 13
"""A b-tree page's first byte (https://sqlite.org/fileformat2.html §1.6)."""


def test_half_a_page_that_was_zeroed_is_told_as_damage(
    kliping: Kliping, run_here: RunHere, tmp_path: Path
) -> None:
    """Rows that are listed and not there, and ids that come again and again."""
    engine = open_engine(kliping.db)
    archive = Archive(engine)
    for number in range(40):
        body = f"Story {number}. " + " ".join(f"word{number * 7 + at}" for at in range(150))
        capture = make_capture(f"https://a.example/{number}", make_article(body))
        archive.save(capture, BY_HAND, NOW)
    engine.dispose()
    whole, size = kliping.db.read_bytes(), 4096
    leaves = [at for at in range(size, len(whole), size) if whole[at] == TABLE_LEAF]
    assert len(leaves) > 40
    codes = []
    for at in leaves[::5]:
        damaged = bytearray(whole)
        damaged[at + size // 2 : at + size] = bytes(size // 2)
        kliping.db.write_bytes(damaged)
        ended = run_here(kliping, "verify")
        codes.append(ended.code)
        assert "this is a bug" not in ended.err
    assert {*codes} <= {0, 74}  # 0 where that half of it was free
    assert codes.count(74) > len(codes) / 2


def test_a_damaged_index_is_made_anew(user: Kliping, run_here: RunHere) -> None:
    change(user, "UPDATE search_idx SET pgno = pgno + 1")
    ended = run_here(user, "verify")
    assert ended.code == 74
    assert "restore" not in ended.errors[-1]
    assert "`kliping verify --rebuild-index` makes the search index anew" in ended.errors[-1]
    assert run_here(user, "verify", "--rebuild-index").code == 0
    assert run_here(user, "search", "word7").out.startswith("1\t")

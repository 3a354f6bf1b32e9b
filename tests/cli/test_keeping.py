"""``verify``, ``prune``, ``forget`` and the file's commands of ``db``."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from commands.crawl.lock import run_lock
from storage.maintenance.forgetting import traces
from tests.cli.conftest import QUICK
from tests.cli.newspaper import newspaper
from tests.cli.running import Kliping, RunHere, prepare
from tests.cli.terminals import lines_on_terminal
from tests.servers import Server


@pytest.fixture(scope="module")
def filed(tmp_path_factory: pytest.TempPathFactory) -> Kliping:
    """An archive of three stories that a crawl filed."""
    user = Kliping(tmp_path_factory.mktemp("keeping"), QUICK)
    with Server() as server:
        assert prepare(user, "sources", "add", "-q", newspaper(server, 3)).code == 0
        assert prepare(user, "crawl", "-q").code == 0
    return user


@pytest.fixture
def user(filed: Kliping, tmp_path: Path) -> Kliping:
    own = Kliping(tmp_path, QUICK)
    with closing(sqlite3.connect(filed.db)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(filed.db, own.db)
    return own


def damage(user: Kliping) -> None:
    with closing(sqlite3.connect(user.db)) as connection, connection:
        connection.execute("UPDATE version SET title = 'Another' WHERE id = 2")


KEEPING = "CREATE TRIGGER keep BEFORE DELETE ON version BEGIN SELECT RAISE(IGNORE); END"


@pytest.mark.parametrize(
    "words",
    [
        ("crawl", "-q"),
        ("forget", "--yes", "1"),
        ("verify",),
        ("list",),
        ("db", "backup", "{home}/backup.db"),
        ("db", "copy", "{db}", "{home}/copy.db"),
        ("db", "restore", "{db}", "--db", "{home}/new.db"),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_an_archive_that_keeps_what_is_deleted_is_refused(
    user: Kliping, run_here: RunHere, words: tuple[str, ...]
) -> None:
    with closing(sqlite3.connect(user.db)) as connection, connection:
        connection.execute(KEEPING)
        runs = connection.execute("SELECT count(*) FROM run").fetchone()
    ended = run_here(user, *(one.format(home=user.home, db=user.db) for one in words))
    assert (ended.code, ended.out) == (74, "")
    (line,) = ended.errors
    assert f"{user.db}: holds a trigger that kliping did not make ('keep')" in line
    with closing(sqlite3.connect(user.db)) as connection:
        assert connection.execute("SELECT count(*) FROM run").fetchone() == runs
    assert not {"backup.db", "copy.db", "new.db"} & {*os.listdir(user.home)}


def test_what_would_keep_the_words_is_told_by_forget(user: Kliping, run_here: RunHere) -> None:
    """The index's view is another one: what is taken out of the index is not what was put in."""
    with closing(sqlite3.connect(user.db)) as connection, connection:
        query = "SELECT sql FROM sqlite_master WHERE name = 'search_content'"
        (sql,) = connection.execute(query).fetchone()
        connection.execute("DROP VIEW search_content")
        connection.execute(sql.replace("coalesce(document.body, version.body)", "document.body"))
    told = "the view search_content is not as kliping makes it"
    ended = run_here(user, "forget", "--yes", "1")
    assert (ended.code, len(ended.errors)) == (74, 1)
    assert told in ended.err
    assert run_here(user, "show", "1").code == 0
    ended = run_here(user, "verify")
    assert ended.code == 74
    assert told in ended.err + ended.out


def test_a_crawl_leaves_nothing_unsealed(user: Kliping) -> None:
    with closing(sqlite3.connect(user.db)) as connection:
        (unsealed,) = connection.execute(
            "SELECT count(*) FROM entry WHERE position IS NULL"
        ).fetchone()
        (sealed,) = connection.execute("SELECT max(position) FROM seal").fetchone()
    assert (unsealed, sealed) == (0, 3)


def test_verify_says_what_it_checked(user: Kliping, run_here: RunHere) -> None:
    ended = run_here(user, "verify")
    assert ended.code == 0
    assert "nothing is damaged: 3 articles; 3 versions, 3 stored pages" in ended.err
    assert run_here(user, "verify", "-q").err == ""


def test_verify_names_damage_and_ends_with_74(user: Kliping, run_here: RunHere) -> None:
    damage(user)
    ended = run_here(user, "verify")
    assert ended.code == 74
    assert "version 2 (of article 2): what it says was changed" in ended.errors[0]
    assert "damaged: restore a backup" in ended.errors[-1]
    (found, *_) = run_here(user, "verify", "--json").objects
    assert found == {"what": "version 2 (of article 2)", "problem": "what it says was changed"}


def test_a_head_is_printed_and_proves_the_past(user: Kliping, run_here: RunHere) -> None:
    head = run_here(user, "verify", "--head").out.strip()
    assert head.startswith("3:")
    assert run_here(user, "verify", "--against", head).code == 0
    other = "3:" + "0" * 64
    ended = run_here(user, "verify", "--against", other)
    assert ended.code == 74
    assert "does not fit" in ended.err


@pytest.mark.parametrize("head", ["", "3", "x:y", "3:" + "0" * 63])
def test_what_is_no_head_is_a_usage_error(user: Kliping, run_here: RunHere, head: str) -> None:
    ended = run_here(user, "verify", "--against", head)
    assert ended.code == 2
    assert "a head is a number" in ended.err


def test_a_backup_opens_as_an_archive(user: Kliping, run_here: RunHere) -> None:
    target = user.home / "backup.db"
    ended = run_here(user, "db", "backup", target)
    assert ended.code == 0
    assert str(target) in ended.err
    assert run_here(user, "list", "--db", target).out == run_here(user, "list").out
    again = run_here(user, "db", "backup", target)
    assert again.code == 2
    assert "exists already" in again.err
    assert len(again.errors) == 1


def test_a_backup_is_restored_to_a_new_place_and_over_a_good_one_by_force(
    user: Kliping, run_here: RunHere
) -> None:
    target, new = user.home / "backup.db", user.home / "new.db"
    assert run_here(user, "db", "backup", "-q", target).code == 0
    assert run_here(user, "--db", new, "db", "restore", target).code == 0
    assert run_here(user, "list", "--db", new).out == run_here(user, "list").out
    refused = run_here(user, "--db", new, "db", "restore", target)
    assert (refused.code, "--force" in refused.err) == (2, True)
    assert run_here(user, "--db", new, "db", "restore", "--force", target).code == 0
    missing = run_here(user, "--db", new, "db", "restore", user.home / "none.db")
    assert (missing.code, "no such file" in missing.err) == (2, True)


def test_a_damaged_backup_is_not_restored(user: Kliping, run_here: RunHere) -> None:
    target, new = user.home / "backup.db", user.home / "new.db"
    damage(user)
    assert run_here(user, "db", "backup", "-q", target).code == 0
    ended = run_here(user, "--db", new, "db", "restore", target)
    assert ended.code == 74
    assert "version 2" in ended.err
    assert [*user.home.glob("new.db*")] == []


def test_a_copy_of_a_damaged_archive_is_no_success(user: Kliping, run_here: RunHere) -> None:
    damage(user)
    for _ in range(2):
        ended = run_here(user, "db", "copy", user.db, user.home / "copied.db")
        assert ended.code == 74
        assert "every digest" not in ended.err
        assert "1 row does not fit the digest" in ended.errors[-1]


def test_info_says_what_there_is(user: Kliping, run_here: RunHere) -> None:
    (info,) = run_here(user, "db", "info", "--json").objects
    assert (info["articles"], info["versions"], info["snapshots"]) == (3, 3, 3)
    assert info["head"].startswith("3:")
    assert info["stored_size"] < info["payload_size"]
    out = run_here(user, "db", "info").out
    assert "articles\t3, filed" in out
    assert "versions\t3\n" in out
    assert all("\t" in line for line in out.splitlines())


def test_info_tells_versions_from_those_kept_beside(user: Kliping, run_here: RunHere) -> None:
    with closing(sqlite3.connect(user.db)) as connection, connection:
        connection.execute("UPDATE version SET accepted = 0 WHERE id = 2")
    (info,) = run_here(user, "db", "info", "--json").objects
    assert (info["versions"], info["kept_beside"]) == (2, 1)
    assert "versions\t2 accepted, 1 not accepted\n" in run_here(user, "db", "info").out


def test_prune_says_the_time_that_it_counts_from(user: Kliping, run_here: RunHere) -> None:
    by_age = run_here(user, "prune", "--snapshots-older-than", "0d", "--dry-run").err
    assert re.search(r"before \d{4}-\d\d-\d\d \d\d:\d\d[+-]\d\d:\d\d would be pruned", by_age)
    by_day = run_here(user, "prune", "--snapshots-older-than", "2026-01-31", "--dry-run").err
    assert "fetched before 2026-01-31 would be pruned" in by_day


def test_a_fetch_by_hand_leaves_nothing_unsealed(
    kliping: Kliping, server: Server, run_here: RunHere
) -> None:
    newspaper(server, 1)
    assert run_here(kliping, "fetch", "-q", server.url("/story/1")).code == 0
    with closing(sqlite3.connect(kliping.db)) as connection:
        assert connection.execute("SELECT max(position) FROM seal").fetchone() == (1,)


def test_an_article_is_what_is_listed(user: Kliping, run_here: RunHere) -> None:
    with closing(sqlite3.connect(user.db)) as connection, connection:
        connection.execute("UPDATE article SET verdict = 'listing' WHERE id = 2")
        connection.execute("DELETE FROM entry")
        connection.execute("DELETE FROM seal")
    told = "2 articles and 1 rejected page"
    copied = run_here(user, "db", "copy", user.db, user.home / "copied.db")
    assert f"copied: {told}, 3 versions, 3 stored pages" in copied.err
    (info,) = run_here(user, "db", "info", "--json").objects
    assert (info["articles"], info["rejected"]) == (2, 1)


def test_info_fits_a_terminal(user: Kliping) -> None:
    _, *lines = lines_on_terminal(user, "db", "info")  # the first has the path
    assert len(lines) > 8
    assert max(map(len, lines)) <= 80


def test_vacuum(user: Kliping, run_here: RunHere) -> None:
    ended = run_here(user, "db", "vacuum")
    assert (ended.code, "before" in ended.err) == (0, True)


def test_prune_says_first_what_it_would_do(user: Kliping, run_here: RunHere) -> None:
    plan = run_here(user, "prune", "--snapshots-older-than", "0d", "--dry-run")
    assert "3 stored pages" in plan.err
    assert run_here(user, "show", "1", "--html").code == 0
    done = run_here(user, "prune", "--snapshots-older-than", "0d")
    assert "3 stored pages" in done.err
    assert run_here(user, "verify").code == 0
    gone = run_here(user, "show", "1", "--html")
    assert (gone.code, "not stored" in gone.err) == (2, True)
    assert run_here(user, "open", "1", "--snapshot").code == 2
    assert run_here(user, "explain", "1").code == 2
    assert run_here(user, "show", "1").code == 0


@pytest.mark.parametrize("age", ["", "x", "90", "-1d", "2099-01-01", "99999y", "2026-13-01"])
def test_what_is_no_age_is_a_usage_error(user: Kliping, run_here: RunHere, age: str) -> None:
    ended = run_here(user, "prune", "--snapshots-older-than", age)
    assert ended.code == 2
    assert len(ended.errors) == 1


def test_forget_asks_and_then_nothing_is_left(user: Kliping, run_here: RunHere) -> None:
    asked = run_here(user, "forget", "1")
    assert (asked.code, "--yes" in asked.err) == (2, True)
    (record,) = run_here(user, "show", "1", "--json").objects
    done = run_here(user, "forget", "--yes", record["url"])
    assert "article 1 is gone: 1 version, 1 stored page, 1 address" in done.err
    assert run_here(user, "show", "1").code == 2
    assert run_here(user, "verify").code == 0
    assert record["url"].encode() not in user.db.read_bytes()
    assert run_here(user, "search", "--json", "harbour").out.count("\n") == 2
    unknown = run_here(user, "forget", "--yes", "1")
    assert (unknown.code, "article 1: removed for good on" in unknown.err) == (2, True)
    for command in ("show", "history", "diff", "open", "explain"):
        told = run_here(user, command, "1")
        assert (told.code, told.errors) == (2, unknown.errors)
    assert "nearest id is 3" in run_here(user, "show", "4").err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_backup_to_a_read_only_directory(user: Kliping, run_here: RunHere) -> None:
    place = user.home / "closed"
    place.mkdir(mode=0o500)
    ended = run_here(user, "db", "backup", place / "b.db")
    assert (ended.code, len(ended.errors)) == (74, 1)


@pytest.mark.parametrize("again", ["forget", "vacuum"])
def test_forget_beside_a_reader_says_what_is_left_and_ends_when_it_is_run_again(
    user: Kliping, run_here: RunHere, monkeypatch: pytest.MonkeyPatch, again: str
) -> None:
    monkeypatch.setattr(traces, "PATIENCE", 0.0)
    (record,) = run_here(user, "show", "1", "--json").objects
    with closing(sqlite3.connect(user.db, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM article").fetchone()
        for _ in range(2):
            kept = run_here(user, "forget", "--yes", "1")
            (line,) = kept.errors
            assert kept.code == 75
            assert f"its bytes are still in {user.db} and its log: another process reads" in line
            assert "`kliping forget 1` overwrites them" in line
    if again == "vacuum":
        assert run_here(user, "db", "vacuum", "-q").code == 0
        assert "removed for good on" in run_here(user, "forget", "--yes", "1").err
    else:
        done = run_here(user, "forget", record["url"])
        assert (done.code, "and its bytes are overwritten" in done.err) == (0, True)
    assert run_here(user, "forget", "--yes", "1").code == 2
    for path in (user.db, Path(f"{user.db}-wal")):
        assert not path.exists() or record["url"].encode() not in path.read_bytes()


def test_whoever_has_the_lock_is_named(user: Kliping, run_here: RunHere) -> None:
    for command in ("db vacuum", "db restore", "verify --rebuild-index", "crawl"):
        with run_lock(user.db, lambda: None, command):
            ended = run_here(user, "db", "vacuum")
        name = "another crawl" if command == "crawl" else f"`kliping {command}`"
        assert ended.code == 75
        assert f"{name} is running: process {os.getpid()}, since 20" in ended.err
    assert run_here(user, "db", "vacuum", "-q").code == 0

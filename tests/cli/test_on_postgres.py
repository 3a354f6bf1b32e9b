"""The commands over an archive on a PostgreSQL server, and ``db copy``."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.database import server as servers
from storage.database.places import ServerAddress
from tests.cli.newspaper import newspaper
from tests.cli.running import Ended, Kliping, RunHere
from tests.postgres import postgres
from tests.servers import Server

PASSWORD = "hunter2secret"


@pytest.fixture
def place() -> ServerAddress:
    return postgres().fresh()


def test_a_crawl_and_all_that_reads_it(
    kliping: Kliping, run_here: RunHere, server: Server, place: ServerAddress
) -> None:
    # The password is needless there, and must not be told for all that.
    url = str(place).replace("postgres@", f"postgres:{PASSWORD}@")

    def run(*arguments: object) -> Ended:
        ended = run_here(kliping, *arguments, env={"KLIPING_DB": url})
        assert PASSWORD not in ended.out + ended.err
        return ended

    added = run("sources", "add", newspaper(server, 3), "--allow-private")
    assert added.code == 0, added.err
    crawled = run("crawl")
    assert (crawled.code, crawled.out) == (0, "")
    assert crawled.errors[-1].startswith("kliping: 3 pages: 3 new; 1 source polled; ")
    assert run("crawl").err.startswith("kliping: 0 pages due; 0 sources polled; ")
    listed = run("list", "--json").objects
    assert [one["id"] for one in listed] == [3, 2, 1]
    assert run("show", "1", "--json").objects[0]["title"] == listed[-1]["title"]
    found = run("search", "--json", "--", "harbour -nothing")
    assert [one["id"] for one in found.objects] == [3, 2, 1]
    assert run("health").code == 0
    assert run("coverage", "--json").objects[0]["filed"] == 3
    assert [one["exit_code"] for one in run("runs", "--json").objects] == [0, 0]
    assert run("verify").code == 0
    assert run("db", "upgrade").err == f"kliping: {place}: the schema is current\n"
    schedule = run("schedule").out
    assert f"# {place}: give the password with PGPASSWORD or in ~/.pgpass" in schedule
    assert str(place) in schedule.replace("'", "")
    assert not kliping.db.exists()


def test_a_second_crawl_is_told_of_the_first(
    kliping: Kliping, run_here: RunHere, place: ServerAddress
) -> None:
    with servers.run_lock(place):
        ended = run_here(kliping, "crawl", "--db", place)
    assert ended.code == 75
    assert ended.errors == [f"kliping: {place}: another crawl is running; wait until it ends"]
    assert "no source yet" in run_here(kliping, "crawl", "-q", "--db", place).err


@pytest.mark.parametrize(
    ("url", "code", "said"),
    [
        (f"postgresql://ann:{PASSWORD}@127.0.0.1:1/news", 74, "the server cannot be reached"),
        (f"postgresql://ann:{PASSWORD}@{PASSWORD}@127.0.0.1/news", 2, "write %40 for @"),
        (f"postgresql://ann:{PASSWORD}@127.0.0.1", 2, "names no database"),
        (f"mysql://ann:{PASSWORD}@127.0.0.1/news", 2, "no kind of database is called mysql"),
    ],
)
@pytest.mark.parametrize("command", [("list",), ("crawl",), ("schedule",)])
def test_one_line_without_the_password(
    kliping: Kliping, run_here: RunHere, url: str, code: int, said: str, command: tuple[str]
) -> None:
    for ended in (
        run_here(kliping, *command, "--db", url),
        run_here(kliping, *command, env={"KLIPING_DB": url}),
    ):
        assert PASSWORD not in ended.out + ended.err
        if command == ("schedule",) and code == 74:
            assert ended.code == 0  # it asks nobody
            continue
        (line,) = ended.errors
        assert ended.code == code
        assert said.replace("write ", "") in line


def test_copied_there_and_back(
    kliping: Kliping, run_here: RunHere, server: Server, place: ServerAddress, tmp_path: Path
) -> None:
    run_here(kliping, "sources", "add", newspaper(server, 3), "--allow-private")
    run_here(kliping, "crawl", "-q")
    there = run_here(kliping, "db", "copy", kliping.db, place)
    assert (there.code, there.out) == (0, "")
    assert there.errors == [
        f"kliping: {place}: copied: 3 articles, 3 versions, 3 stored pages; "
        "every digest is the same"
    ]
    back = run_here(kliping, "db", "copy", "--json", "-q", place, tmp_path / "new" / "back.db")
    assert (back.code, back.err, back.objects[0]["articles"]) == (0, "", 3)
    wanted = run_here(kliping, "list", "--json").out
    for other in (place, tmp_path / "new" / "back.db"):
        assert run_here(kliping, "list", "--json", "--db", other).out == wanted
    again = run_here(kliping, "db", "copy", kliping.db, place)
    assert (again.code, "holds exactly this archive already" in again.err) == (0, True)


def test_copies_that_make_no_sense(
    kliping: Kliping, run_here: RunHere, place: ServerAddress, tmp_path: Path
) -> None:
    missing = run_here(kliping, "db", "copy", tmp_path / "no.db", place)
    assert (missing.code, "there is no such file to copy from" in missing.err) == (2, True)
    assert not (tmp_path / "no.db").exists()
    itself = run_here(kliping, "db", "copy", place, place)
    assert (itself.code, "the same database" in itself.err) == (2, True)
    run_here(kliping, "db", "upgrade")
    (tmp_path / "other.txt").write_text("something else")
    foreign = run_here(kliping, "db", "copy", kliping.db, tmp_path / "other.txt")
    assert (foreign.code, "not a kliping database" in foreign.err) == (74, True)
    with servers.run_lock(place):
        busy = run_here(kliping, "db", "copy", kliping.db, place)
    assert busy.code == 75

"""The commands over an archive on a PostgreSQL server, and ``db copy``."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from commands.crawl.lock import run_lock
from storage.database import server as servers
from storage.database.places import ServerAddress
from tests.cli.newspaper import newspaper, story
from tests.cli.running import Ended, Kliping, RunHere
from tests.postgres import postgres
from tests.servers import Server, reply

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
    assert "\nkliping: 0 pages due; 0 sources polled; " in run("crawl").err
    listed = run("list", "--json").objects
    assert [one["id"] for one in listed] == [3, 2, 1]
    assert run("show", "1", "--json").objects[0]["title"] == listed[-1]["title"]
    server.routes["/story/1"] = reply(story(1, title="Harbour council is corrected"))
    assert run("fetch", "-q", server.url("/story/1")).code == 0
    exported = run("export", "--versions", "--format", "jsonl").objects
    assert [(one["id"], one["version"], one["current"]) for one in exported] == [
        (1, 1, False), (1, 2, True), (2, 1, True), (3, 1, True),
    ]  # fmt: skip
    assert exported[1]["kinds"] == ["headline"]
    (source,) = run("sources", "list", "--json").objects
    assert {one["source"] for one in exported} == {source["name"]}
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


def test_who_only_looks_at_the_web_makes_no_archive(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    feed, empty = newspaper(server, 1), postgres().empty()
    page, env = server.url("/story/1"), {"KLIPING_DB": str(empty)}
    for words in (["extract", page], ["explain", page], ["discover", feed]):
        ended = run_here(kliping, *words, env=env)
        assert ended.code == 0, ended.err
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    assert postgres().run(empty, tables) == []
    assert run_here(kliping, "fetch", page, env=env).code == 0
    assert run_here(kliping, "extract", page, env=env).code == 0


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
    kliping.make_archive()
    (tmp_path / "other.txt").write_text("something else")
    foreign = run_here(kliping, "db", "copy", kliping.db, tmp_path / "other.txt")
    assert (foreign.code, "not a kliping database" in foreign.err) == (74, True)
    with servers.run_lock(place):
        busy = run_here(kliping, "db", "copy", kliping.db, place)
    assert busy.code == 75


def test_what_is_forgotten_is_gone_from_the_server_after_a_full_vacuum(
    kliping: Kliping, run_here: RunHere, server: Server, place: ServerAddress
) -> None:
    """In the files of tables, indexes, TOAST and statistics, as the server has them."""
    run_here(kliping, "fetch", *(_filed(server, number) for number in (1, 2)), "--db", place)
    run_here(kliping, "db", "vacuum", "--db", place)  # takes samples of what it says
    assert _on_disk(place, b"zzqxsecret")
    told = run_here(kliping, "forget", "--yes", "1", "--db", place)
    assert (told.code, "`kliping db vacuum --full` does that" in told.errors[-1]) == (0, True)
    with postgres().connected(place) as reader:
        reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        reader.execute("SELECT 1")
        kept = run_here(kliping, "db", "vacuum", "--full", "--db", place)
        assert (kept.code, "another session still sees what was removed" in kept.err) == (75, True)
    done = run_here(kliping, "db", "vacuum", "--full", "--db", place)
    assert done.code == 0, done.err
    assert _on_disk(place, b"zzqxsecret") == []
    assert _on_disk(place, b"kept-slug")
    assert run_here(kliping, "verify", "--db", place).code == 0


def _filed(server: Server, number: int) -> str:
    """An article with words of its own in its address, its title, and its text."""
    secret = "zzqxsecret" if number == 1 else "kept-slug"
    path = f"/{secret}-{number}"
    edit = f"<p>{'A line of it says ' + secret + ' once more. '}</p>" * 40
    server.routes[path] = reply(story(number, title=f"On {secret}", edit=edit))
    return server.url(path)


def _on_disk(place: ServerAddress, word: bytes) -> list[str]:
    """The files of the database that hold it, once the server has written them."""
    data = postgres().data
    if data is None:
        pytest.skip("the server's files are not ours to read")
    postgres().run(place, "CHECKPOINT")
    ((number,),) = postgres().run(
        place, "SELECT oid FROM pg_database WHERE datname = current_database()"
    )
    files = (data / "base" / str(number)).iterdir()
    return [one.name for one in files if one.is_file() and word in one.read_bytes()]


def test_a_lock_that_anybody_may_hold_is_told_when_a_crawl_begins(
    kliping: Kliping, run_here: RunHere, server: Server, place: ServerAddress
) -> None:
    run_here(kliping, "sources", "add", newspaper(server, 1), "--db", place)
    database = place.database
    begun = run_here(kliping, "crawl", "--db", place)
    assert "every role of the server may connect" in begun.errors[0]
    run_here(kliping, "sources", "add", newspaper(server, 1), "--db", place)
    postgres().run(place, f"REVOKE CONNECT ON DATABASE {database} FROM PUBLIC")
    try:
        source = run_here(kliping, "sources", "list", "--json", "--db", place).objects[0]["name"]
        assert "every role" not in run_here(kliping, "crawl", source, "--db", place).err
        assert run_here(kliping, "crawl", source, "-q", "--db", place).err == ""
    finally:
        postgres().run(place, f"GRANT CONNECT ON DATABASE {database} TO PUBLIC")


def test_the_holder_of_the_servers_lock_is_named(
    kliping: Kliping, run_here: RunHere, place: ServerAddress
) -> None:
    with run_lock(place, lambda: None, "db vacuum"):
        ended = run_here(kliping, "db", "vacuum", "--db", place)
    assert ended.code == 75
    assert f"`kliping db vacuum` is running: process {os.getpid()}, since 20" in ended.err

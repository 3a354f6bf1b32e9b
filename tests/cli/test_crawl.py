"""``kliping crawl``: exit codes, streams, limits, the lock and signals."""

from __future__ import annotations

import signal
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from scraper.clock import SystemClock
from scraper.model.types import SourceKind
from storage.database.engine import open_engine
from storage.frontier.sources import Sources
from tests.cli.conftest import QUICK
from tests.cli.newspaper import feed, newspaper, story
from tests.cli.running import Ended, Kliping, RunHere
from tests.servers import Server, reply, silent

PATIENT = QUICK.replace("[fetch]", "[fetch]\ndeadline = 3600")
"""Who waits for an answer waits longer than a test may take."""


@pytest.fixture
def paper(kliping: Kliping, server: Server) -> Kliping:
    """A user with a source of four stories, added but not read."""
    engine = open_engine(kliping.db)
    url, now = newspaper(server, 4), SystemClock().now()
    Sources(engine).add(url, name="mole", kind=SourceKind.FEED, now=now)
    engine.dispose()
    return kliping


def test_a_crawl_and_another(paper: Kliping, run_here: RunHere) -> None:
    ended = run_here(paper, "crawl")
    assert (ended.code, ended.out) == (0, "")
    (line,) = ended.errors
    assert line.startswith("kliping: 4 pages: 4 new; 1 source polled; ")
    titles = [line.split("\t")[2] for line in run_here(paper, "list").out.splitlines()]
    assert titles == [f"Harbour council decides case {number}" for number in (4, 3, 2, 1)]
    again = run_here(paper, "crawl")
    assert (again.code, again.out) == (0, "")
    assert again.err.startswith("kliping: 0 pages due; 0 sources polled; ")


def test_json(paper: Kliping, run_here: RunHere, server: Server) -> None:
    server.routes["/story/2"] = reply("gone", 404)
    ended = run_here(paper, "crawl", "--json", "-q")
    assert (ended.code, ended.err) == (0, "")
    assert ended.objects == [
        {"url": server.url("/story/1"), "outcome": "new", "reason": None, "article_id": 1},
        {
            "url": server.url("/story/2"),
            "outcome": "failed",
            "reason": "http_404",
            "article_id": None,
        },
        {"url": server.url("/story/3"), "outcome": "new", "reason": None, "article_id": 2},
        {"url": server.url("/story/4"), "outcome": "new", "reason": None, "article_id": 3},
    ]
    assert [list(each) for each in ended.objects] == [
        ["url", "outcome", "reason", "article_id"]
    ] * 4


def test_without_sources(kliping: Kliping, run_here: RunHere) -> None:
    """With -q, too: else nobody would hear of a crontab with a mistyped --db."""
    ended = run_here(kliping, "crawl", "-q")
    assert (ended.code, ended.out) == (0, "")
    assert f"{kliping.db}: there was no archive, and an empty one was made: " in ended.err
    assert "; `kliping sources add" in ended.err
    for command in ("crawl", "crawl -q", "crawl -q --dry-run", "sources list", "health"):
        ended = run_here(kliping, *command.split())
        assert (ended.code, ended.out) == (0, "")
        (line,) = ended.errors
        assert f"no source yet in {kliping.db}: `kliping sources add" in line


def test_hosts_that_are_left_alone_are_told(
    paper: Kliping, run_here: RunHere, server: Server
) -> None:
    server.routes["/story/2"] = reply("slow down", 429, {"Retry-After": "7200"})
    first = run_here(paper, "crawl").errors[-1]
    waits = f"127.0.0.1:{server.port} is left alone until 20"
    assert waits in first
    assert ": 3 pages wait; " in first
    due = run_here(paper, "crawl", "--dry-run")
    assert (due.code, due.out) == (0, "")
    assert f"0 sources and 0 pages due; {waits}" in due.err
    again = run_here(paper, "crawl", "mole")
    assert "; 0 sources polled; " in again.err
    assert f"{waits}" in again.err
    assert ": 1 source and 3 pages wait; " in again.err
    assert run_here(paper, "crawl", "-q") == Ended(0, "", "")
    with sqlite3.connect(paper.db) as connection:  # only what was put off until then is left
        connection.execute("UPDATE page SET due_at = NULL WHERE last_checked_at IS NULL")
        connection.execute("UPDATE source SET due_at = datetime('now', '+1 day')")
    connection.close()
    idle = run_here(paper, "crawl")
    assert f"0 sources polled; {waits}" in idle.err
    assert ": 1 page waits; " in idle.err


def test_hosts_that_did_not_answer_are_told(
    paper: Kliping, run_here: RunHere, server: Server
) -> None:
    paper.config = (paper.config or "").replace("[fetch]", "[fetch]\ndeadline = 1")
    dead = [f"http://127.0.0.1:2/{number}" for number in range(9)]
    server.routes["/feed.xml"] = feed(dead)
    ended = run_here(paper, "crawl")
    assert "; 1 host did not answer: 6 pages wait until 20" in ended.errors[-1]


def test_a_named_source_is_in_the_plan_due_or_not(paper: Kliping, run_here: RunHere) -> None:
    assert run_here(paper, "crawl", "-q").code == 0
    assert run_here(paper, "crawl", "--dry-run").out == ""
    (line,) = run_here(paper, "crawl", "mole", "--dry-run").out.splitlines()
    assert line.startswith("source\t")


def test_a_source_that_goes_on_failing_is_told_once_by_q(
    paper: Kliping, run_here: RunHere, server: Server
) -> None:
    """Cron mails what is said; the exit code tells the truth each time."""
    server.routes["/feed.xml"] = reply("oops", 500)
    told = [run_here(paper, "crawl", "mole", "-q") for _ in range(3)]
    assert [(each.code, len(each.errors)) for each in told] == [(4, 1), (4, 0), (4, 0)]
    assert "could not be read" in run_here(paper, "crawl", "mole").err
    server.routes["/feed.xml"] = [feed([]), reply("oops", 500)]
    told = [run_here(paper, "crawl", "mole", "-q") for _ in range(2)]
    assert [(each.code, len(each.errors)) for each in told] == [(0, 0), (4, 1)]


def test_a_named_source_is_polled_at_once(
    paper: Kliping, run_here: RunHere, server: Server
) -> None:
    other = feed([server.url("/elsewhere")])
    server.routes |= {"/other.xml": other, "/elsewhere": reply(story(7))}
    assert run_here(paper, "sources", "add", server.url("/other.xml"), "--name", "other").code == 0
    assert "1 page: 1 new; 1 source polled" in run_here(paper, "crawl", "other").err
    assert "0 pages; 1 source polled" in run_here(paper, "crawl", "2").err
    assert "0 pages; 1 source polled" in run_here(paper, "crawl", server.url("/other.xml")).err
    assert "4 pages: 4 new; 1 source polled" in run_here(paper, "crawl").err


def test_an_unknown_source(paper: Kliping, run_here: RunHere) -> None:
    ended = run_here(paper, "crawl", "mule")
    assert (ended.code, ended.out) == (2, "")
    (line,) = ended.errors
    assert "'mule'" in line
    assert "'mole'" in line


def test_sources_that_fail(paper: Kliping, run_here: RunHere, server: Server) -> None:
    server.routes["/other.xml"] = [feed([]), reply("oops", 500)]
    assert run_here(paper, "sources", "add", server.url("/other.xml"), "--name", "other").code == 0
    some = run_here(paper, "crawl", "-q")
    assert (some.code, some.out) == (3, "")
    (line,) = some.errors
    assert f"source other could not be read: {server.url('/other.xml')}" in line
    assert "HTTP 500" in line
    server.routes["/feed.xml"] = reply("<html>we have moved</html>")
    every = run_here(paper, "crawl", "mole", "other")
    assert (every.code, every.out) == (4, "")
    assert len(every.errors) == 3
    assert "0 pages; 2 sources polled, 2 failed; " in every.errors[2]


def test_max_articles(paper: Kliping, run_here: RunHere) -> None:
    ended = run_here(paper, "crawl", "--max-articles", 3)
    assert (ended.code, ended.out) == (8, "")
    assert "stopped by --max-articles" in ended.err
    assert len(run_here(paper, "list").out.splitlines()) == 3
    last = run_here(paper, "crawl", "-q", "--max-articles", 1)
    assert (last.code, last.out, last.err) == (0, "", "")
    assert len(run_here(paper, "list").out.splitlines()) == 4


def test_max_time(paper: Kliping, run_here: RunHere, server: Server) -> None:
    server.routes["/story/2"] = silent()
    paper.config = PATIENT
    ended = run_here(paper, "crawl", "--max-time", "1s")
    assert ended.code == 8
    assert "stopped by --max-time" in ended.err
    server.routes["/story/2"] = reply(story(2))
    assert run_here(paper, "crawl", "-q").code == 0
    assert len(run_here(paper, "list").out.splitlines()) == 4


def test_the_user_agent(paper: Kliping, run_here: RunHere, server: Server) -> None:
    run_here(paper, "crawl", "-q", env={"KLIPING_USER_AGENT": "morgue/1 (+https://example.com)"})
    (agent,) = {each.header("user-agent") for each in server.requests[-3:]}
    assert agent is not None
    assert agent.startswith("kliping/")
    assert agent.endswith(" morgue/1 (+https://example.com)")


# --------------------------------------------------------------------- lock and signals


def wait_for(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 300
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def leases(db: Path) -> int:
    with sqlite3.connect(db) as connection:
        pages = "SELECT count(*) FROM page WHERE lease_run_id IS NOT NULL"
        (number,) = connection.execute(pages).fetchone()
    connection.close()
    return int(number)


def test_one_crawl_at_a_time(paper: Kliping, run_here: RunHere, server: Server) -> None:
    server.routes["/story/2"] = silent()
    server.routes["/hand"] = reply(story(9))
    link = paper.home / "link.db"
    link.symlink_to(paper.db)
    with paper.running("crawl", "-q") as crawl:
        wait_for(lambda: "/story/2" in server.targets())
        for db in (paper.db, link):
            second = run_here(paper, "crawl", "-q", "--db", db)
            assert (second.code, second.out) == (75, "")
            (line,) = second.errors
            assert f"process {crawl.pid}" in line
            assert time.strftime("%Y-") in line
        # The silent host's turn is the crawl's.
        assert run_here(paper, "fetch", "-q", server.url("/hand", "localhost")).code == 0
        assert "\n" in run_here(paper, "list").out
        crawl.kill()
        crawl.wait()
        server.routes["/story/2"] = reply(story(2))
        third = run_here(paper, "crawl", "-q")
        assert (third.code, third.err) == (0, "")
    assert leases(paper.db) == 0
    assert (paper.home / "news.db.lock").exists()
    assert not (paper.home / "link.db.lock").exists()


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129)]
)
def test_a_signal_ends_it_soon_and_loses_nothing(
    paper: Kliping, run_here: RunHere, server: Server, number: int, code: int
) -> None:
    paper.config = PATIENT
    server.routes["/story/3"] = silent()
    with paper.running("crawl", "-q") as crawl:
        wait_for(lambda: "/story/3" in server.targets())
        crawl.send_signal(number)
        assert crawl.wait(300) == code
        assert crawl.stdout is not None
        assert crawl.stderr is not None
        assert crawl.stdout.read() == ""
        assert "stopped by SIG" in crawl.stderr.read()
    assert leases(paper.db) == 0
    server.routes["/story/3"] = reply(story(3))
    assert run_here(paper, "crawl", "-q").code == 0
    titles = [line.split("\t")[2] for line in run_here(paper, "list").out.splitlines()]
    assert titles == [f"Harbour council decides case {number}" for number in (4, 3, 2, 1)]


def test_a_signal_while_fetching_by_hand(kliping: Kliping, server: Server) -> None:
    server.routes["/1"] = silent()
    with kliping.running("fetch", server.url("/1")) as fetch:
        wait_for(lambda: "/1" in server.targets())
        fetch.terminate()
        assert fetch.wait(300) == 143


def test_a_reader_that_leaves_ends_the_crawl(paper: Kliping, run_here: RunHere) -> None:
    with paper.running("crawl", "--json") as crawl:
        assert crawl.stdout is not None
        crawl.stdout.close()
        assert crawl.wait(300) == 141
        assert crawl.stderr is not None
        assert crawl.stderr.read() == ""
    assert leases(paper.db) == 0
    assert run_here(paper, "crawl", "-q").code == 0
    assert len(run_here(paper, "list").out.splitlines()) == 4


def test_a_rule_that_does_not_parse_counts_against_no_page(
    paper: Kliping, run_here: RunHere
) -> None:
    good, paper.config = paper.config, '[rules."127.0.0.1"]\ntitle = "h1["\n'
    failed = run_here(paper, "crawl")
    assert (failed.code, failed.out) == (2, "")
    assert "h1[" in failed.err
    paper.config = good
    assert run_here(paper, "crawl").err.startswith("kliping: 4 pages: 4 new; ")

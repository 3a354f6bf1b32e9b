"""The sources, one source and the runs, as pages and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from scraper.clock import SystemClock
from scraper.model.types import SourceKind
from storage.database.engine import open_engine
from storage.frontier.sources import Sources
from storage.ledger.health import HealthBook
from tests.cli.conftest import QUICK
from tests.cli.newspaper import newspaper
from tests.cli.running import Kliping, main_here
from tests.output.strings import HARM
from tests.servers import Server, reply
from tests.storage.ledger.test_health import Paper
from tests.storage.makers import make_failed
from tests.web.rooms import Room, serving


def words(room: Room, path: str) -> str:
    """What ``main`` says, on one line."""
    answer = room.get(path)
    assert answer.status_code == 200, answer.text
    (main,) = LexborHTMLParser(answer.content).css("main")
    return " ".join(main.text(separator=" ").split())


def objects(capsys: pytest.CaptureFixture[str]) -> list[object]:
    """What a command printed as JSON."""
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory) -> Kliping:
    """One source is well, one began to refuse, and one was crawled: a page of it fails."""
    user = Kliping(tmp_path_factory.mktemp("sources"), QUICK)
    engine = open_engine(user.db)
    for name, blocked in (("a", 0), ("b", 9)):
        paper = Paper(engine, name, SystemClock().now() - timedelta(hours=31 + blocked))
        paper.bring(30)
        paper.bring(blocked, make_failed, reason="http_403: no")
    engine.dispose()
    with Server() as server:
        feed = newspaper(server, 3)
        server.routes["/story/2"] = reply(status=404)
        assert main_here(user, ("sources", "add", feed, "--name", "The Mole"), None, "") == 0
        assert main_here(user, ("crawl", "The Mole"), None, "") == 0
    return user


@pytest.fixture(scope="module")
def press(user: Kliping) -> Iterator[Room]:
    with serving(user.db) as room:
        yield room


def test_all_sources(press: Room, user: Kliping, capsys: pytest.CaptureFixture[str]) -> None:
    told = words(press, "/sources")
    for name in ("a.example", "b.example", "The Mole"):
        assert name in told
    listed = press.get("/api/v1/sources").json()
    assert listed["next_cursor"] is None
    assert [one.pop("alarms") for one in listed["sources"]] == [[], [], []]
    assert main_here(user, ("sources", "list", "--json"), None, "") == 0
    assert listed["sources"] == objects(capsys)


def test_the_health_of_a_source_is_judged_and_nothing_is_written(
    press: Room, user: Kliping, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "It is well." in words(press, "/sources/1")
    before = user.db.read_bytes()
    told = words(press, "/sources/2")
    judged = press.get("/api/v1/sources/2").json()["health"]
    assert user.db.read_bytes() == before
    engine = open_engine(user.db, read_only=True)
    assert HealthBook(engine).open_alarms() == []
    engine.dispose()
    assert "Blocks us since" in told
    assert "All of the last 9 new pages were refused" in told
    assert main_here(user, ("health", "b.example", "--json"), None, "") == 7  # which keeps it
    assert judged == objects(capsys)
    assert press.get("/api/v1/sources/2").json()["health"] == judged
    assert [one["alarms"] for one in press.get("/api/v1/sources").json()["sources"]] == [
        [],
        ["blocked"],
        [],
    ]
    assert "3 sources, 1 with an open alarm" in words(press, "/sources")
    assert "b.example : blocks us, since" in words(press, "/sources")


def test_what_it_listed_and_which_pages_failed(press: Room) -> None:
    told = words(press, "/sources/3")
    for text in ("Listed and filed, by day", "story/2 HTTP 404 1", "3 3 2 0 1"):
        assert text in told
    known = press.get("/api/v1/sources/3").json()
    (day,) = known["coverage"]
    assert (day["listed"], day["filed"], day["failed"], day["polls"]) == (3, 2, 1, 1)
    (failed,) = known["failed"]
    assert (failed["reason"], failed["attempts"]) == ("http_404", 1)
    assert [poll["listed"] for poll in known["polls"]] == [3]
    assert press.get("/api/v1/sources/3?days=x").status_code == 400


def test_runs(press: Room) -> None:
    assert "2 new, 1 failed" in words(press, "/runs")
    (run,) = press.get("/api/v1/runs").json()["runs"]
    assert (run["exit_code"], run["pages"]["new"], run["sources_polled"]) == (0, 2, 1)
    assert press.get("/api/v1/runs?limit=0").status_code == 400


@pytest.mark.parametrize("number", ["99", "0", "9" * 40])
def test_no_such_source(press: Room, number: str) -> None:
    answer = press.get(f"/sources/{number}")
    assert answer.status_code == 404
    assert f"No source has the id {number}." in answer.text
    assert press.get(f"/api/v1/sources/{number}").status_code == 404


def test_an_archive_without_sources(tmp_path: Path) -> None:
    open_engine(tmp_path / "empty.db").dispose()
    with serving(tmp_path / "empty.db") as room:
        assert "kliping sources add URL" in words(room, "/sources")
        assert "No crawl has run yet" in words(room, "/runs")
        assert room.get("/api/v1/sources").json() == {"sources": [], "next_cursor": None}


def test_what_strangers_named_stays_text(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "evil.db")
    paper = Paper(engine, "evil", SystemClock().now())
    paper.bring(3, make_failed, reason="http_500: <img src=x onerror=alert(1)>")
    harm = " ".join(HARM.values()) + "<script>alert(1)</script>"
    paper.poll(error=harm)
    engine.dispose()
    with serving(tmp_path / "evil.db") as room:
        for path in ("/sources", "/sources/1", "/runs"):
            answer = room.get(path)
            assert answer.status_code == 200
            page = LexborHTMLParser(answer.content)
            assert [one.attributes.get("src") for one in page.css("script")] == ["/static/keys.js"]
            assert not page.css("img")
        assert room.get("/api/v1/sources/1").content.isascii()


def test_a_thousand_sources_are_shown_in_pages(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "many.db")
    sources, now = Sources(engine), SystemClock().now()
    for number in range(310):
        url = f"https://paper{number}.example/feed"
        folder = "Dailies" if number % 2 else None
        sources.add(url, name=None, kind=SourceKind.FEED, now=now, folder=folder)
    engine.dispose()
    shown: list[str] = []
    with serving(tmp_path / "many.db") as room:
        path: str | None = "/sources"
        while path:
            answer = room.get(path)
            assert len(answer.content) < 60_000
            page = LexborHTMLParser(answer.content)
            shown += [row.text() for row in page.css("tbody th")]
            following = page.css_first("a[rel=next]")
            path = following.attributes["href"] if following else None
        assert len(room.get("/api/v1/sources").json()["sources"]) == 310
        assert "no further sources" in words(room, "/sources?from=999")
        assert room.get("/sources?from=0").status_code == 400
    assert len(shown) == len(set(shown)) == 310

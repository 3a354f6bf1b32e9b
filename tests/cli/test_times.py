"""Times that people are shown are in their own zone, with its offset; what programs get is not."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scraper.clock import SystemClock
from tests.cli.conftest import QUICK
from tests.cli.newspaper import newspaper, story
from tests.cli.running import Kliping, RunHere, prepare
from tests.cli.terminals import run_on_terminal
from tests.servers import Server, reply

CLOCK = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d([\d:.+-]*)")
FULL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00")
SHOWN = (
    "list", "list --by filed", "list --failed", "list --rejected", "stories", "show 1 --story",
    "show 2", "search council", "history 1", "diff 1", "edits", "runs", "coverage",
    "coverage mole", "coverage mole --polls", "health --all", "sources list", "db info", "crawl",
    "explain 4",
)  # fmt: skip
"""What shows times, or days; an article has its publisher's zone where it is shown alone."""
WITH_TIMES = {
    "list", "list --by filed", "list --failed", "show 1 --story", "show 2", "history 1", "diff 1",
    "edits", "runs", "coverage mole --polls", "health --all", "crawl",
}  # fmt: skip
PUBLISHERS = {"show 2": "+02:00"}


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kliping]:
    """An archive with an edit, a story of two outlets, a failed page, and a feed that fails."""
    user = Kliping(tmp_path_factory.mktemp("times"), QUICK)
    with Server() as server:
        feed = newspaper(server, 5)
        del server.routes["/story/4"]
        server.routes["/story/5"] = reply("<html><title>Not found</title><p>404</html>")
        prepare(user, "sources", "add", feed, "--name", "mole")
        prepare(user, "crawl", "-q")
        server.routes["/story/1"] = reply(story(1, edit="<p>The mayor knew nothing of it.</p>"))
        server.routes["/copy"] = reply(story(1))
        prepare(user, "fetch", "-q", server.url("/story/1"))
        prepare(user, "fetch", "-q", server.url("/copy").replace("127.0.0.1", "localhost"))
        del server.routes["/feed.xml"]
        prepare(user, "crawl", "mole")
        yield user


@pytest.fixture(params=[("Asia/Jakarta", "+07:00"), ("UTC", "+00:00")], ids=["jakarta", "utc"])
def offset(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The offset of the zone in which this person lives."""
    zone, offset = request.param
    with monkeypatch.context() as patched:
        patched.setenv("TZ", zone)
        time.tzset()
        yield offset
    time.tzset()


@pytest.fixture
def copied(lived: Kliping, tmp_path: Path) -> Kliping:
    """The same archive, in which a watch may be told of something."""
    shutil.copy(lived.db, tmp_path / "news.db")
    return Kliping(tmp_path, QUICK)


@pytest.mark.parametrize("command", SHOWN)
def test_people_get_their_own_zone(copied: Kliping, offset: str, command: str) -> None:
    for options, wanted in (((), PUBLISHERS.get(command, offset)), (("--utc",), "+00:00")):
        code, shown = run_on_terminal(copied, *command.split(), *options, COLUMNS="160")
        assert code in (0, 3, 4, 7), shown
        found = CLOCK.findall(shown)
        assert set(found) <= {wanted}, shown
        assert bool(found) == (command in WITH_TIMES), shown


def test_a_watch_tells_them_so(
    copied: Kliping, offset: str, run_here: RunHere, server: Server
) -> None:
    server.routes["/new"] = reply(story(7))
    run_here(copied, "watch", "add", "--name", "council", "--", "council")
    assert run_here(copied, "fetch", "-q", server.url("/new")).code == 0
    told = run_here(copied, "watch", "run").out
    assert CLOCK.findall(told) == [offset], told


def test_days_count_from_the_day_of_the_reader(
    copied: Kliping,
    offset: str,
    run_here: RunHere,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At 20:00 UTC it is tomorrow in Jakarta; with --utc it is not, whatever the command."""
    for zone in ("utc", "own"):
        run_here(copied, "watch", "add", "--name", zone, "--", "after:1d")
    server.routes |= {f"/{number}": reply(story(number)) for number in (11, 12)}  # the 3rd, the 4th
    assert run_here(copied, "fetch", "-q", server.url("/11"), server.url("/12")).code == 0
    monkeypatch.setattr(SystemClock, "now", lambda _: datetime(2026, 3, 4, 20, tzinfo=UTC))
    commands = (
        "list --since 1d -n 0",
        "search --limit 0 after:1d",
        "export --format jsonl after:1d",
    )
    for zone, options in (("own", ()), ("utc", ("--utc",))):
        days = (
            {"2026-03-04"} if (zone, offset) == ("own", "+07:00") else {"2026-03-03", "2026-03-04"}
        )
        for command in (*commands, f"watch run {zone}"):
            json = () if "jsonl" in command else ("--json",)
            found = run_here(copied, *command.split(), *json, *options).objects
            assert {each["published_at"][:10] for each in found} == days, (command, zone)


@pytest.mark.parametrize("columns", [40, 52, 80, 120])
def test_lines_break_between_words_and_end_without_blanks(copied: Kliping, columns: int) -> None:
    for command in SHOWN:
        if command.startswith("explain"):
            continue
        _, shown = run_on_terminal(copied, *command.split(), COLUMNS=f"{columns}", NO_COLOR="1")
        for line in _STYLE.sub("", shown).replace("\r", "").split("\n"):
            assert line == line.rstrip(), (command, line)
            is_whole = any(part in line for part in ("http", "/news.db", "`kliping"))
            assert len(line) <= columns or is_whole, (command, line)  # it is copied from there


_STYLE = re.compile(r"\x1b\[[\d;]*m")

"""What a crawl tells while it goes on: totals, rate, time left, and a line a minute at most."""

from __future__ import annotations

import io
import json
import re

import pytest

from commands.crawl.progress import JsonLines, LogLines, Totals, describe
from commands.render.counting import Counting
from commands.render.values import short_time
from commands.terminal import say
from scraper.model.events import PageDone, SourceDone
from scraper.model.types import Outcome
from tests.cli.conftest import QUICK
from tests.cli.newspaper import newspaper
from tests.cli.running import Kliping, RunHere
from tests.cli.terminals import run_on_terminal
from tests.servers import Server

URL = "https://a.example/1"


def page(outcome: Outcome = Outcome.NEW) -> PageDone:
    return PageDone(URL, outcome, None, 1)


def test_the_rate_is_that_of_the_last_minute() -> None:
    totals = Totals(due=1000, started=0.0)
    for second in range(100):
        totals.add(page(), float(second))
    assert totals.rate(99.0) == pytest.approx(1.0, rel=0.05)
    for tenth in range(600):
        totals.add(page(), 100 + tenth / 10)
    assert totals.rate(160.0) == pytest.approx(10, rel=0.1)
    assert totals.left(160.0) == pytest.approx(30, rel=0.1)


def test_nobody_knows_the_time_left_of_what_has_not_begun() -> None:
    totals = Totals(due=5, started=0.0)
    assert totals.left(10.0) is None
    assert "time left unknown" in describe(totals, 3, 10.0)


def test_a_poll_adds_to_what_is_due() -> None:
    totals = Totals(due=2, started=0.0)
    totals.add(SourceDone(1, "A", URL, new_links=7), 1.0)
    totals.add(page(), 1.0)
    totals.add(page(Outcome.FAILED), 3.0)
    line = describe(totals, 1, 5.0)
    assert line.startswith("after 5 s: 2 of 9 pages (1 failed, 1 new)")
    assert "1 source polled; 1 host in flight" in line


def test_a_log_has_a_line_a_minute_at_most(capsys: pytest.CaptureFixture[str]) -> None:
    now = 0.0
    log = LogLines(Totals(100, 0.0), lambda: 2, lambda: now)
    for _ in range(300):
        now += 1.0
        log.show(page())
    assert len(capsys.readouterr().err.splitlines()) == 5


def test_every_event_is_an_object_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    lines = JsonLines()
    lines.show(page())
    lines.show(SourceDone(1, "A\x1b[31m", URL, new_links=2))
    lines.say("source A could not be read")
    out = capsys.readouterr()
    assert out.out == ""
    assert "\x1b" not in out.err
    found = [json.loads(line) for line in out.err.splitlines()]
    assert [one["event"] for one in found] == ["page", "source", "message"]
    assert (found[0]["outcome"], found[1]["new_links"]) == ("new", 2)
    assert all(one["at"].endswith("+00:00") for one in found)


@pytest.mark.parametrize(
    ("seconds", "text"), [(42, "42 s"), (720, "12 min"), (12_600, "3.5 h"), (200_000, "2.3 d")]
)
def test_short_times(seconds: float, text: str) -> None:
    assert short_time(seconds) == text


def test_it_never_says_that_no_time_is_left_while_it_waits() -> None:
    totals = Totals(due=3, started=0.0)
    totals.add(page(), 1.0)
    totals.add(page(), 1.2)
    assert describe(totals, 1, 1.3).endswith("1 s left")
    totals.add(page(), 1.4)
    for now in (1.4, 5.0, 80.0):
        assert describe(totals, 1, now).endswith("waiting for answers")
    assert describe(Totals(due=0, started=0.0), 1, 3.0).endswith("waiting for answers")


# --------------------------------------------------------------------- the line on a terminal


class Screen(io.StringIO):
    """Standard error as a terminal, or as none."""

    def __init__(self, *, is_terminal: bool = True) -> None:
        super().__init__()
        self.isatty = lambda: is_terminal  # type: ignore[method-assign]


def screen_of(monkeypatch: pytest.MonkeyPatch, *, is_terminal: bool = True) -> Screen:
    screen = Screen(is_terminal=is_terminal)
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("TERM", "xterm")
    return screen


def test_of_short_work_nothing_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = screen_of(monkeypatch)
    now = 0.0
    counting = Counting("checked", monotonic=lambda: now)
    counting.show(1, 2)
    now = 0.9
    counting.show(1, 2)
    counting.hide()
    assert screen.getvalue() == ""


def test_long_work_is_told_and_the_line_is_gone_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = screen_of(monkeypatch)
    now = 0.0
    with Counting("checked", monotonic=lambda: now) as counting:
        now = 1.5
        counting.show(1, 4)
        now = 1.6  # too early for another
        counting.show(2, 4)
        now = 75.0  # nothing is known but that it goes on
        counting.tick()
    first, last, gone = re.split(r"\r\x1b\[K", screen.getvalue())[1:]
    assert first == "checked: 1 of 4 (25 %), 2 s"
    assert last == "checked: 2 of 4 (50 %), 75 s"
    assert gone == ""


def test_the_line_is_no_wider_than_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = screen_of(monkeypatch)
    now = 0.0
    counting = Counting("reading what a.example offers", monotonic=lambda: now)
    now = 2.0
    counting.say("x" * 100)
    assert len(screen.getvalue().removeprefix("\r\x1b[K")) == 39


def test_what_is_said_meanwhile_stands_in_a_line_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    screen = screen_of(monkeypatch)
    now = 0.0
    with Counting("checked", monotonic=lambda: now) as counting:
        now = 2.0
        counting.tick()
        say("source A could not be read")
    assert screen.getvalue() == "\r\x1b[Kchecked, 2 s\r\x1b[Kkliping: source A could not be read\n"


@pytest.mark.parametrize(
    ("is_terminal", "quiet", "kind"),
    [(False, False, "xterm"), (True, True, "xterm"), (True, False, "dumb")],
)
def test_nothing_in_a_pipe_or_where_nothing_is_wanted(
    monkeypatch: pytest.MonkeyPatch, is_terminal: bool, quiet: bool, kind: str
) -> None:
    screen, now = screen_of(monkeypatch, is_terminal=is_terminal), 0.0
    monkeypatch.setenv("TERM", kind)
    with Counting("checked", quiet=quiet, monotonic=lambda: now) as counting:
        now = 5.0
        counting.show(1, 2)
    assert screen.getvalue() == ""


def test_every_long_command_tells_how_far_it_is(
    server: Server, monkeypatch: pytest.MonkeyPatch, run_here: RunHere,
    kliping: Kliping,
) -> None:  # fmt: skip
    """Here from the first moment on; each leaves clean lines."""
    monkeypatch.setattr("commands.render.counting.AFTER", 0.0)
    user = Kliping(kliping.home, QUICK)
    feed, home = newspaper(server, 2), kliping.home
    (home / "feeds.txt").write_text(f"{feed}\n")
    commands: dict[tuple[object, ...], str] = {
        ("discover", feed): "reading what 127.0.0.1",
        ("sources", "add", feed): "reading what 127.0.0.1",
        ("crawl",): " of 2 pages, ",
        ("verify",): "checked, 0 s",
        ("verify", "--head"): "reading the chain, 0 s",
        ("verify", "--rebuild-index"): "making the index anew, 0 s",
        ("export", "--format", "jsonl", "-o", home / "out.jsonl"): "exporting: ",
        ("export", "--format", "warc", "-o", home / "out.warc.gz"): "exporting: ",
        ("import", home / "out.warc.gz"): "out.warc.gz",
        ("db", "backup", home / "copy.db"): "copied, 0 s",
        ("db", "restore", "--force", home / "copy.db"): "checking and restoring, 0 s",
        ("db", "vacuum"): "writing the file anew, 0 s",
        ("db", "info"): "counting, 0 s",
        ("db", "upgrade"): "upgrading, 0 s",
        ("forget", "1", "--yes"): "overwriting what is removed, 0 s",
    }
    for command, told in commands.items():
        code, shown = run_on_terminal(user, *command)
        assert code == 0, shown
        assert f"\r\x1b[K{told}" in shown or told in shown.split("\r\x1b[K", 1)[1], command
        last = re.split(r"\r\x1b\[K", shown)[-1]
        assert last == "" or last.endswith("\n"), command
    ended = run_here(user, "verify")
    assert "\r" not in ended.err + ended.out

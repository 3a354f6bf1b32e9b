"""What a crawl tells while it goes on: totals, rate, time left, and a line a minute at most."""

from __future__ import annotations

import json

import pytest

from commands.crawl.progress import JsonLines, LogLines, Totals, describe, short_time
from scraper.model.events import PageDone, SourceDone
from scraper.model.types import Outcome

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

"""``kliping health``: what it says, and what it ends with."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from commands.health import check_health, say_alarm
from commands.health_render import in_words
from scraper.clock import SystemClock
from scraper.types import SourceKind
from storage.engine import open_engine
from tests.cli.running import Ended, Kliping, RunHere
from tests.storage.makers import make_failed
from tests.storage.test_health import Paper

KEYS = ["source", "source_id", "host", "kind", "since", "detail", "examples", "how", "sources"]
DAY = timedelta(days=1)


def fill(user: Kliping, *names: str, blocked: int = 0) -> None:
    """A source each with sixty good pages until some hours ago, and then so many that were
    refused."""
    engine = open_engine(user.db)
    start = SystemClock().now() - timedelta(hours=61 + blocked)
    for name in names:
        paper = Paper(engine, name, start)
        paper.bring(60)
        paper.bring(blocked, make_failed, reason="http_403: no")
    engine.dispose()


def test_all_is_well(kliping: Kliping, run_here: RunHere) -> None:
    ended = run_here(kliping, "health")
    assert (ended.code, ended.out) == (0, "")
    assert "no source yet" in ended.err
    fill(kliping, "a", "b")
    assert run_here(kliping, "health") == Ended(0, "", "kliping: all 2 sources are well\n")
    assert run_here(kliping, "health", "a.example").err == "kliping: a.example is well\n"
    assert run_here(kliping, "health", "-q") == Ended(0, "", "")
    assert run_here(kliping, "health", "-q", "--json") == Ended(0, "", "")
    wrong = run_here(kliping, "health", "c.example")
    assert (wrong.code, wrong.out) == (2, "")


def test_what_is_wrong_is_told_with_exit_code_7(kliping: Kliping, run_here: RunHere) -> None:
    fill(kliping, "a")
    fill(kliping, "b", blocked=9)
    ended = run_here(kliping, "health", "--json")
    assert (ended.code, ended.err) == (7, "")
    (alarm,) = ended.objects
    assert list(alarm) == KEYS
    assert (alarm["source"], alarm["host"], alarm["kind"]) == ("b.example", "b.example", "blocked")
    assert alarm["examples"] == [f"https://b.example/{number}" for number in (68, 67, 66)]
    since = datetime.fromisoformat(alarm["since"])
    assert timedelta(hours=8) < SystemClock().now() - since < timedelta(hours=11)
    assert "all of the last 9 new pages were refused" in alarm["detail"]
    assert "min_delay" in alarm["how"]
    quiet = run_here(kliping, "health", "-q")
    cells = quiet.out.rstrip("\n").split("\t")
    assert (quiet.code, quiet.err) == (7, "")
    assert cells == ["b.example", "blocked", alarm["since"], alarm["detail"],
                     " ".join(alarm["examples"]), alarm["how"]]  # fmt: skip
    assert run_here(kliping, "health", "a.example").code == 0


def test_on_a_terminal(
    kliping: Kliping, run_here: RunHere, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(kliping, "b", blocked=9)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    ended = run_here(kliping, "health", "--all", env={"COLUMNS": "80", "TERM": "dumb"})
    lines = ended.out.splitlines()
    assert ended.code == 7
    assert lines[0].startswith("b.example: blocks us, for ")
    assert " hours (since 20" in lines[0]
    assert "    https://b.example/68" in lines
    assert max(map(len, lines)) <= 80
    assert lines[-2].split()[0] == "Source"
    assert lines[-1].split() == ["b.example", *"20.9 87% 100% 100% 100% 1110 13%".split()]


def test_rates_of_all(kliping: Kliping, run_here: RunHere) -> None:
    fill(kliping, "a")
    fill(kliping, "b", blocked=9)
    alarm, well = run_here(kliping, "health", "--all", "--json").objects
    assert list(alarm) == list(well) == [*KEYS, "rates"]
    assert (well["source"], well["kind"], well["rates"]["filed"]) == ("a.example", None, 1.0)
    assert alarm["rates"]["failed"] == pytest.approx(9 / 69)
    lines = run_here(kliping, "health", "--all").out.splitlines()
    assert [line.split("\t")[:2] for line in lines] == [
        ["b.example", "blocked"], ["a.example", "well"],
    ]  # fmt: skip


def test_a_host_is_told_once(kliping: Kliping, run_here: RunHere) -> None:
    fill(kliping, "a", blocked=9)
    engine = open_engine(kliping.db)
    now = SystemClock().now()
    for name in ("one", "two"):
        paper = Paper(engine, "h", now - timedelta(hours=40))
        if name == "two":
            url, kind = "https://h.example/two", SourceKind.FEED
            paper.id = paper.sources.add(url, name=None, kind=kind, now=paper.at)[0].id
        for _ in range(9):
            paper.poll(error="HTTP 503", failures=1)
    engine.dispose()
    blocked, unreachable = sorted(run_here(kliping, "health", "--json").objects,
                                  key=lambda one: one["kind"])  # fmt: skip
    assert blocked["sources"] == ["a.example"]
    assert unreachable["sources"] == ["h.example", "h.example-2"]
    assert sorted(unreachable["examples"]) == ["https://h.example/feed", "https://h.example/two"]
    (line,) = [line for line in run_here(kliping, "health").out.splitlines() if "h.example" in line]
    assert line.startswith("h.example (2 sources: h.example, h.example-2)\tunreachable\t")


def test_a_disabled_source_says_why_and_how_to_enable_it(
    kliping: Kliping, run_here: RunHere
) -> None:
    engine = open_engine(kliping.db)
    paper = Paper(engine, "a", SystemClock().now() - 3 * DAY)
    paper.poll(error="x", disabled="\x1b[2Jgone (HTTP 410)")
    engine.dispose()
    ended = run_here(kliping, "health")
    assert (ended.code, "\x1b" in ended.out) == (7, False)
    assert "gone (HTTP 410)" in ended.out
    assert "`kliping sources enable a.example`" in ended.out


def test_a_crawl_hears_of_what_is_new_once(
    kliping: Kliping, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(kliping, "a")
    fill(kliping, "b", blocked=9)
    engine = open_engine(kliping.db)
    now = SystemClock().now()
    (alarm,) = check_health(engine, now)
    say_alarm(alarm)
    said = capsys.readouterr().err
    assert said.startswith("kliping: source b.example: blocks us: all of the last 9 new pages")
    assert check_health(engine, now) == []
    run = Paper(engine, "c", now).frontier.start_run(1, now)
    assert check_health(engine, now, run_id=run) == []
    engine.dispose()


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "1 minute"), (40, "40 minutes"), (61, "1 hour"), (4319, "71 hours"), (4320, "3 days")],
)
def test_times_in_words(minutes: int, words: str) -> None:
    assert in_words(timedelta(minutes=minutes)) == words

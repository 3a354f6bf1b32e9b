"""``kliping health``: what it says, and what it ends with."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from commands.sources.health import check_health, say_alarm
from commands.sources.health_advice import Case, what_to_do
from commands.sources.health_render import in_words
from scraper.clock import SystemClock
from scraper.model.health import BY_HAND, HAS_OLDER, Kind
from scraper.model.jobs import Gap
from scraper.model.types import RobotsCache, SourceKind, Verdict
from storage.database.engine import open_engine
from storage.frontier.hosts import Hosts
from tests.cli.newspaper import newspaper
from tests.cli.running import Ended, Kliping, RunHere
from tests.servers import Server, reply
from tests.storage.ledger.test_health import Paper
from tests.storage.makers import make_failed, make_rejected
from tests.tables import each_row

KEYS = [
    "source", "source_id", "host", "kind", "since", "detail", "examples", "how", "sources", "alarm",
]  # fmt: skip
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GOOD = 30


def fill(user: Kliping, **papers: int) -> None:
    """An archive with a source each: thirty good pages until some hours ago, and then so many that
    were refused."""
    user.db.write_bytes(_filled(tuple(papers.items())))


@cache
def _filled(papers: tuple[tuple[str, int], ...]) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "filled.db"
        engine = open_engine(path)
        for name, blocked in papers:
            paper = Paper(engine, name, SystemClock().now() - timedelta(hours=GOOD + 1 + blocked))
            paper.bring(GOOD)
            paper.bring(blocked, make_failed, reason="http_403: no")
        engine.dispose()
        return path.read_bytes()


def test_all_is_well(kliping: Kliping, run_here: RunHere) -> None:
    kliping.make_archive()
    ended = run_here(kliping, "health")
    assert (ended.code, ended.out) == (0, "")
    assert f"no source yet in {kliping.db}: " in ended.err
    assert run_here(kliping, "health", "-q") == ended  # else nobody hears of a mistyped --db
    fill(kliping, a=0, b=0)
    assert run_here(kliping, "health") == Ended(0, "", "kliping: all 2 sources are well\n")
    assert run_here(kliping, "health", "a.example").err == "kliping: a.example is well\n"
    assert run_here(kliping, "health", "-q") == Ended(0, "", "")
    assert run_here(kliping, "health", "-q", "--json") == Ended(0, "", "")
    wrong = run_here(kliping, "health", "c.example")
    assert (wrong.code, wrong.out) == (2, "")


def test_what_is_wrong_is_told_with_exit_code_7(kliping: Kliping, run_here: RunHere) -> None:
    fill(kliping, a=0, b=9)
    ended = run_here(kliping, "health", "--json")
    assert (ended.code, ended.err) == (7, "")
    (alarm,) = ended.objects
    assert list(alarm) == KEYS
    assert (alarm["source"], alarm["host"], alarm["kind"]) == ("b.example", "b.example", "blocked")
    assert alarm["examples"] == [f"https://b.example/{number}" for number in (38, 37, 36)]
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


@pytest.mark.parametrize(("empty", "kinds"), [(7, []), (8, ["rejected"])])
def test_a_young_source_whose_pages_all_turn_empty(
    kliping: Kliping, run_here: RunHere, empty: int, kinds: list[str]
) -> None:
    engine = open_engine(kliping.db)
    paper = Paper(engine, "a", SystemClock().now() - 20 * HOUR)
    paper.bring(4)
    paper.bring(empty, lambda url: make_rejected(url, Verdict.EMPTY))
    engine.dispose()
    ended = run_here(kliping, "health", "--json")
    assert [alarm["kind"] for alarm in ended.objects] == kinds
    assert ended.code == (7 if kinds else 0)
    for alarm in ended.objects:
        assert list(alarm) == KEYS
        assert alarm["detail"] == "all of the last 8 new pages are no articles: empty"
        assert "`kliping explain https://a.example/11`" in alarm["how"]


def test_on_a_terminal(
    kliping: Kliping, run_here: RunHere, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(kliping, b=9)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    ended = run_here(kliping, "health", "--all", env={"COLUMNS": "80", "TERM": "dumb"})
    lines = ended.out.splitlines()
    assert ended.code == 7
    assert lines[0].startswith("b.example: blocks us, for ")
    assert " hours (since 20" in lines[0]
    assert "    https://b.example/38" in lines
    assert max(map(len, lines)) <= 80
    assert lines[-2].split()[0] == "Source"
    assert lines[-1].split() == ["b.example", *"18.5 77% 23% 100% 100% 100% 4389".split()]
    assert ended.err == "kliping: something is wrong with 1 of 1 source; none is well\n"


def test_rates_of_all(kliping: Kliping, run_here: RunHere) -> None:
    fill(kliping, a=0, b=9)
    alarm, well = run_here(kliping, "health", "--all", "--json").objects
    assert list(alarm) == list(well) == [*KEYS, "rates"]
    assert (well["source"], well["kind"], well["rates"]["filed"]) == ("a.example", None, 1.0)
    assert alarm["rates"]["failed"] == pytest.approx(9 / 39)
    lines = run_here(kliping, "health", "--all").out.splitlines()
    assert [line.split("\t")[:2] for line in lines] == [
        ["b.example", "blocked"], ["a.example", "well"],
    ]  # fmt: skip


def test_a_host_is_told_once(kliping: Kliping, run_here: RunHere) -> None:
    fill(kliping, a=9)
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


def test_a_sitemap_of_an_index_that_is_gone_is_named(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    newspaper(server, 1)
    xml = {"Content-Type": "application/xml"}
    parts = "".join(f"<sitemap><loc>{server.url(f'/{n}.xml')}</loc></sitemap>" for n in "ab")
    server.routes["/index.xml"] = reply(f"<sitemapindex>{parts}</sitemapindex>", headers=xml)
    story = f"<url><loc>{server.url('/story/1')}</loc></url>"
    server.routes["/a.xml"] = reply(f"<urlset>{story}</urlset>", headers=xml)
    server.routes["/b.xml"] = reply(status=410)
    run_here(kliping, "sources", "add", server.url("/index.xml"), "--name", "Mole")
    said = run_here(kliping, "crawl", "-q").err
    assert "source Mole: sitemaps are not read: 1 of its 2 sitemaps" in said
    ended = run_here(kliping, "health", "--json")
    (alarm,) = ended.objects
    assert (ended.code, alarm["source"], alarm["kind"]) == (7, "Mole", "parts")
    assert "Mole b.xml is disabled since 20" in alarm["detail"]
    assert alarm["detail"].endswith("gone for good (HTTP 410)")
    gone = server.url("/b.xml")
    assert alarm["examples"] == [gone]
    assert f"`kliping sources enable {gone}`" in alarm["how"]
    assert run_here(kliping, "health", gone).code == 7, "asked for by itself, its index is judged"
    run_here(kliping, "sources", "disable", gone, "--reason", "we know")
    ended = run_here(kliping, "health", "--json")
    assert (ended.code, [one["alarm"] for one in ended.objects]) == (0, [False])
    assert ended.objects[0]["detail"].endswith("we know")
    run_here(kliping, "sources", "enable", gone)
    server.routes["/b.xml"] = server.routes["/a.xml"]
    run_here(kliping, "crawl", "-q")
    assert run_here(kliping, "health").err == "kliping: Mole is well\n"


def advice_for(user: Kliping, run_here: RunHere, kind: str) -> str:
    found = {one["kind"]: one["how"] for one in run_here(user, "health", "--json").objects}
    return str(found[kind])


def test_what_robots_txt_closes_is_not_to_be_opened_in_a_browser(
    kliping: Kliping, run_here: RunHere
) -> None:
    engine = open_engine(kliping.db)
    paper = Paper(engine, "a", SystemClock().now() - timedelta(hours=80))
    paper.bring(GOOD)
    paper.bring(9, make_failed, reason="robots: its robots.txt forbids it")
    for _ in range(4):
        paper.at += HOUR
        paper.poll(error="https://a.example/feed: its robots.txt forbids it", failures=1)
    engine.dispose()
    for kind in ("unreachable", "blocked"):
        how = advice_for(kliping, run_here, kind)
        assert "the site closes" in how
        assert "ask the publisher" in how
        assert "`kliping sources disable a.example`" in how
        assert "min_delay" not in how


def test_what_is_wrong_here_is_no_fault_of_the_source(kliping: Kliping, run_here: RunHere) -> None:
    """What failed for want of an option, or of a network, is told with what helps; no alarm yet."""
    engine = open_engine(kliping.db)
    paper = Paper(engine, "a", SystemClock().now() - timedelta(hours=3))
    paper.bring(1)
    for error, how in (
        ("10.0.0.7, a forbidden address (private)", "`kliping crawl --allow-private a.example`"),
        ("cannot connect (network is unreachable)", "this machine had no network"),
        (
            "its host name cannot be resolved (Temporary failure in name resolution)",
            "this machine had no network",
        ),
    ):
        paper.at += timedelta(minutes=1)
        paper.poll(error=f"https://a.example/feed: {error}")
        assert how in advice_for(kliping, run_here, "unreachable")
    paper.poll(error="http://10.0.0.7/feed: 10.0.0.7, a forbidden address (private)")
    how = advice_for(kliping, run_here, "unreachable")
    assert "--allow-private" not in how, "a redirect led there"
    ended = run_here(kliping, "health", "--json")
    assert (ended.code, [one["alarm"] for one in ended.objects]) == (0, [False])
    engine.dispose()


def test_a_backfill_is_advised_where_it_may_find_something(
    kliping: Kliping, run_here: RunHere
) -> None:
    engine = open_engine(kliping.db)
    paper = Paper(engine, "a", SystemClock().now() - timedelta(hours=5))
    paper.poll("https://a.example/1")
    paper.poll("https://a.example/2", gap=Gap(paper.at, paper.at + HOUR))
    assert "--backfill" not in advice_for(kliping, run_here, "gap")
    robots = "User-agent: *\nDisallow:\nSitemap: https://a.example/map.xml\n"
    origin, now = "https://a.example", SystemClock().now()
    Hosts(engine).save_robots(RobotsCache(origin, 200, robots, now))
    assert "`kliping crawl --backfill a.example`" in advice_for(kliping, run_here, "gap")
    paper.frontier.save_cursor(paper.id, (), None, now)  # a backfill came to the end
    assert "--backfill" not in advice_for(kliping, run_here, "gap")
    engine.dispose()


def test_sources_that_no_crawl_polls_are_told_together(kliping: Kliping, run_here: RunHere) -> None:
    engine = open_engine(kliping.db)
    for name in ("a", "b"):
        Paper(engine, name, SystemClock().now() - 2 * DAY)
    engine.dispose()
    ended = run_here(kliping, "health", "--json")
    (alarm,) = ended.objects
    assert (ended.code, alarm["kind"]) == (7, "overdue")
    assert alarm["sources"] == ["a.example", "b.example"]
    assert "`kliping schedule`" in alarm["how"]
    (line,) = run_here(kliping, "health").out.splitlines()
    assert line.startswith("2 sources (a.example, b.example)\toverdue\t")


@each_row("cause", ["", "robots", "robots_unreachable", "http_403", "http_404",
    "http_401", "http_429", "http_451", "bot_challenge", "consent_wall", "teaser", "no_source",
    "private", "no_network", BY_HAND, HAS_OLDER, "disabled"])  # fmt: skip
@each_row("kind", Kind)
def test_there_is_advice_for_every_case(kind: Kind, cause: str) -> None:
    for url in ("https://a.example/x", ""):
        how = what_to_do(Case(kind, cause, "a's paper", url))
        assert how == " ".join(how.split())
        assert how
        commands = re.findall(r"`kliping ([a-z]+)[^`]*`", how)
        assert set(commands) <= {
            "coverage", "crawl", "discover", "explain", "fetch", "list", "runs", "schedule",
            "sources",
        }  # fmt: skip


def test_a_crawl_hears_of_what_is_new_once(
    kliping: Kliping, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(kliping, a=0, b=9)
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

"""``list`` in its orders, and narrowed down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from scraper.model.types import Precision, Verdict
from storage.archive import Archive
from storage.database.engine import open_engine
from tests.cli.newspaper import newspaper, story
from tests.cli.running import Kliping, RunHere
from tests.cli.terminals import lines_on_terminal
from tests.servers import Server, reply
from tests.storage.makers import BY_HAND, NOW, make_article, make_capture, make_rejected
from tests.tables import each_row

JAKARTA = timezone(timedelta(hours=7))


@pytest.fixture
def shelf(kliping: Kliping) -> Kliping:
    """Five articles, filed in this order on one day (``NOW``), and a page that is none."""
    engine = open_engine(kliping.db)
    archive = Archive(engine)
    rows = (
        ("https://a.example/1", "Ada Pier", datetime(2026, 2, 3, 9, tzinfo=UTC), Precision.MINUTE),
        ("https://a.example/2", "Ben Mole", datetime(2025, 7, 1, tzinfo=UTC), Precision.DAY),
        ("https://news.b.example/3", "Ada Pier", None, None),
        ("https://b.example/4", "Ada Quay", datetime(2026, 2, 3, 15, tzinfo=JAKARTA), None),
        ("https://c.example/5", "Pier Ada", datetime(2024, 1, 2, 8, tzinfo=UTC), Precision.MINUTE),
    )
    for number, (url, author, at, precision) in enumerate(rows, start=1):
        body = " ".join(f"word{number}x{place}" for place in range(150))
        fields = {"published_at": at, "published_precision": precision, "authors": (author,)}
        article = make_article(body, f"Title {number}", **fields)
        archive.save(make_capture(url, article), BY_HAND, NOW)
    archive.save(make_rejected("https://a.example/x", Verdict.LISTING), BY_HAND, NOW)
    engine.dispose()
    return kliping


def ids(user: Kliping, run_here: RunHere, *arguments: object) -> list[int]:
    ended = run_here(user, "list", "--json", *arguments)
    assert ended.code == 0, ended.err
    return [each["id"] for each in ended.objects]


def test_the_one_published_last_comes_first(shelf: Kliping, run_here: RunHere) -> None:
    assert ids(shelf, run_here) == [3, 1, 4, 2, 5]  # 3 has no date, and was seen in March
    assert ids(shelf, run_here, "--by", "published", "-n", 2) == [3, 1]
    assert ids(shelf, run_here, "--by", "filed") == [5, 4, 3, 2, 1]
    assert ids(shelf, run_here, "--by", "filed", "--limit", 1) == [5]
    assert ids(shelf, run_here, "-n", 0) == [3, 1, 4, 2, 5]
    lines = run_here(shelf, "list").out.splitlines()
    assert [line.split("\t")[:2] for line in lines[:4]] == [
        ["3", ""], ["1", "2026-02-03 09:00+00:00"], ["4", "2026-02-03 15:00+07:00"],
        ["2", "2025-07-01"],
    ]  # fmt: skip


def test_a_terminal_has_the_hour_and_no_blanks_at_the_end(
    shelf: Kliping, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "UTC")
    lines = lines_on_terminal(shelf, "list", "--utc")
    assert lines[0].split() == ["ID", "Published", "Title", "Site"]
    assert [line.split()[:3] for line in lines[2:5]] == [
        ["1", "2026-02-03", "09:00+00:00"], ["4", "2026-02-03", "08:00+00:00"],
        ["2", "2025-07-01", "Title"],
    ]  # fmt: skip
    assert lines == [line.rstrip() for line in lines]


@each_row(
    "options, wanted",
    [
        ("--site b.example", [3, 4]),
        ("--site https://news.b.example/", [3]),
        ("--site a.example --by filed", [2, 1]),
        ("--author pier", [3, 1, 5]),
        ("--author qu*", []),
        ("--author qua*", [4]),
        ("--since 2026", [3, 1, 4]),
        ("--since 2025-07-01 --until 2026-02-03", [2]),
        ("--until 2025", [5]),
        ("--until 2026-03-01", [1, 4, 2, 5]),
        ("--since 36500d", [3, 1, 4, 2, 5]),
        ("--since 2026 --until 2025", []),
        ("--site b.example --author ada --since 2026-02 --until 2026-03", [4]),
        ("--site a.example --site c.example", [5]),
    ],
)
def test_narrowed_down(shelf: Kliping, run_here: RunHere, options: str, wanted: list[int]) -> None:
    assert ids(shelf, run_here, *options.split()) == wanted


def test_an_author_of_two_words_is_both_in_their_order(shelf: Kliping, run_here: RunHere) -> None:
    assert ids(shelf, run_here, "--author", "Ada Pier") == [3, 1]


def test_nothing_fits(shelf: Kliping, run_here: RunHere) -> None:
    ended = run_here(shelf, "list", "--site", "none.example")
    assert (ended.code, ended.out, ended.err) == (0, "", "kliping: no article fits\n")
    ended = run_here(shelf, "list", "--site", "none.example", "--json")
    assert (ended.code, ended.out, ended.err) == (0, "", "")


def test_of_one_source(kliping: Kliping, run_here: RunHere, server: Server) -> None:
    run_here(kliping, "sources", "add", newspaper(server, 2), "--name", "mole")
    run_here(kliping, "crawl", "-q")
    server.routes["/other"] = reply(story(5))
    run_here(kliping, "fetch", "-q", server.url("/other"))
    assert ids(kliping, run_here) == [3, 2, 1]
    assert ids(kliping, run_here, "--source", "mole") == [2, 1]
    assert ids(kliping, run_here, "--source", "mole", "--by", "filed", "-n", 1) == [2]
    assert ids(kliping, run_here, "--source", "1", "--until", "2026-03-03") == [1]
    ended = run_here(kliping, "list", "--source", "molle")
    assert (ended.code, ended.out) == (2, "")
    assert "the nearest is 'mole'" in ended.err


@each_row(
    "options, told",
    [
        ("--since soon", "--since 'soon': write a day or how long ago, as in 2026, 2026-03-15"),
        ("--until 2026-13", "--until '2026-13': write a day or how long ago"),
        ("--since 7", "--since '7': write a day"),
        ("--site ///", "--site '///': write a host, as in example.org"),
        ("--author *", "--author '*': write a name, as in Pier"),
        ("--author=", "--author '': write a name"),
        ("--by luck", "luck"),
        ("-n x", "--limit 'x': write a whole number"),
        ("--rejected --site a.example", "--site does not go with --rejected"),
        ("--rejected --source 1", "--source does not go with --rejected"),
        ("--rejected --by filed", "--by does not go with --rejected"),
        ("--failed --since 2026", "--since does not go with --failed"),
        ("--failed --by published", "--by does not go with --failed"),
        ("--failed --rejected", "--failed and --rejected exclude each other"),
        ("--reason dns", "--reason belongs to --failed"),
    ],
)
def test_what_makes_no_sense(shelf: Kliping, run_here: RunHere, options: str, told: str) -> None:
    ended = run_here(shelf, "list", *options.split())
    assert (ended.code, ended.out) == (2, "")
    (line,) = ended.errors
    assert told in line

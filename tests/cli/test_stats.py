"""``stats``: figures of an archive, as bars, lines, JSON, CSV and a picture."""

from __future__ import annotations

import csv
import io
from xml.etree import ElementTree

import pytest

from tests.cli.newspaper import story
from tests.cli.running import Kliping, RunHere
from tests.cli.terminals import on_terminal
from tests.servers import Server, reply


@pytest.fixture
def filed(kliping: Kliping, run_here: RunHere, server: Server) -> Kliping:
    """Three articles, of which one was edited by stealth."""
    for number in (1, 2, 3):
        server.routes[f"/{number}"] = reply(story(number))
        run_here(kliping, "fetch", server.url(f"/{number}"))
    server.routes["/1"] = reply(story(1, title="The harbour council is overruled by the mayor"))
    run_here(kliping, "fetch", server.url("/1"))
    return kliping


KEYS = [
    "query", "since", "articles", "is_truncated", "edits", "stealth", "median_delay",
    "stored_bytes", "days", "hours", "outlets",
]  # fmt: skip


def test_json(filed: Kliping, run_here: RunHere) -> None:
    (found,) = run_here(filed, "stats", "--json").objects
    assert list(found) == KEYS
    assert (found["articles"], found["edits"], found["stealth"]) == (3, 1, 1)
    assert [one["day"] for one in found["days"]] == ["2026-03-02", "2026-03-03", "2026-03-04"]
    assert [one["articles"] for one in found["days"]] == [1, 1, 1]
    assert found["hours"][10] == 3, "on the publisher's own clock"
    assert sum(found["hours"]) == 3
    (outlet,) = found["outlets"]
    assert outlet["articles"] == 3
    assert outlet["median_delay"] == found["median_delay"] > 0
    assert found["stored_bytes"] > 0


def test_a_query_and_a_time_narrow_them(filed: Kliping, run_here: RunHere) -> None:
    def articles(*arguments: object) -> int:
        (found,) = run_here(filed, "stats", "--json", *arguments).objects
        return int(found["articles"])

    assert articles("title:mayor") == 1
    assert articles("nothing-of-that") == 0
    assert articles("--since", "2026-03-03T00:00+02:00") == 2
    assert articles("--days", 36500) == 3
    ended = run_here(filed, "stats", "!!!")
    assert (ended.code, ended.err.count("\n")) == (0, 1)


def test_lines_and_csv_say_the_same(filed: Kliping, run_here: RunHere) -> None:
    lines = [line.split("\t") for line in run_here(filed, "stats").out.splitlines()]
    headings, *rows = csv.reader(io.StringIO(run_here(filed, "stats", "--csv").out))
    assert headings == ["figure", "name", "articles", "edits", "stealth", "median_delay"]
    assert [row[:5] for row in rows] == [line[:5] for line in lines]
    assert lines[0][:5] == ["total", "", "3", "1", "1"]
    assert ["day", "2026-03-03", "1", "", "", ""] in lines
    assert [line[:5] for line in lines if line[0] == "outlet"] == [
        ["outlet", "127.0.0.1", "3", "1", "1"]
    ]
    assert ["hour", "10", "3", "", "", ""] in lines


@pytest.mark.parametrize("width", [40, 80, 200])
def test_bars_fit_the_terminal(filed: Kliping, width: int) -> None:
    lines = on_terminal(filed, "stats", COLUMNS=str(width)).splitlines()
    assert max(map(len, lines)) <= width
    assert not any(line.endswith(" ") for line in lines)
    assert sum("█" in line for line in lines) == 3 + 1 + 1 + 1


def test_the_picture_is_a_whole_document(filed: Kliping, run_here: RunHere) -> None:
    target = filed.home / "bars.svg"
    ended = run_here(filed, "stats", "--svg", target, "harbour", "<b>&")
    assert (ended.code, ended.out) == (0, "")
    root = ElementTree.parse(target).getroot()
    title = root.find("{http://www.w3.org/2000/svg}title")
    assert title is not None
    assert title.text == "Articles: harbour <b>&"
    assert "0 articles by time of publication" in target.read_text()


def test_wrong_arguments(filed: Kliping, run_here: RunHere) -> None:
    for arguments in (
        ("--json", "--csv"),
        ("--days", "7", "--since", "7d"),
        ("--days", "0"),
        ("--since", "soon"),
    ):
        ended = run_here(filed, "stats", *arguments)
        assert (ended.code, ended.out) == (2, "")
        assert len(ended.errors) >= 1
    (filed.home / "folder").mkdir()
    assert run_here(filed, "stats", "--svg", filed.home / "folder").code != 0


def test_an_empty_archive(kliping: Kliping, run_here: RunHere) -> None:
    kliping.make_archive()
    ended = run_here(kliping, "stats")
    assert ended.code == 0
    assert ended.out.splitlines()[0] == "total\t\t0\t0\t0\t"
    assert on_terminal(kliping, "stats").startswith("0 articles; 0 edits")

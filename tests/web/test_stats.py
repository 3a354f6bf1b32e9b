"""Figures: each as a chart, a table and CSV, and all of them as JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from storage.database.engine import open_engine
from tests.cli.running import Kliping, main_here
from tests.web.rooms import Room, fill, serving


@pytest.fixture(scope="module")
def press(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    place = tmp_path_factory.mktemp("stats") / "news.db"
    fill(place)
    with serving(place) as room:
        yield room


def rows_of(text: str) -> list[list[str]]:
    return [*csv.reader(io.StringIO(text))]


def test_every_chart_is_a_table_and_csv_too(press: Room) -> None:
    page = LexborHTMLParser(press.get("/stats").content)
    figures = page.css("figure")
    assert len(figures) >= 3
    for figure in figures:
        (drawn,) = figure.css("svg")
        assert drawn.css("title")
        assert drawn.css("desc")
        assert not figure.css("style")
        assert figure.css("table th[scope=col]")
        assert figure.css("table th[scope=row]")
    ids = [one.attributes["id"] for one in page.css("[id]")]
    assert len(ids) == len(set(ids))
    links = [str(one.attributes["href"]) for one in page.css("a[download]")]
    assert len(links) == len(figures) + 1
    for link in links:
        answer = press.get(link)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert rows_of(answer.text)[0][:3] == ["figure", "name", "articles"]


def test_the_figures_are_those_of_the_command(
    press: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    place = Path(str(press.site.archive.place))
    user = Kliping(place.parent)
    for words in ("", "bridge"):
        command = ("stats", "--db", str(place), *filter(None, [words]))
        assert main_here(user, (*command, "--json"), None, "") == 0
        assert press.get(f"/api/v1/stats?q={words}").json() == json.loads(capsys.readouterr().out)
        assert main_here(user, (*command, "--csv"), None, "") == 0
        assert rows_of(press.get(f"/stats.csv?q={words}").text) == rows_of(capsys.readouterr().out)


def test_a_query_narrows(press: Room) -> None:
    everything, some = (press.get(f"/api/v1/stats?q={q}").json() for q in ("", "ferry"))
    assert 0 < some["articles"] < everything["articles"]
    (figure,) = {row[0] for row in rows_of(press.get("/stats.csv?what=outlet&q=ferry").text)[1:]}
    assert figure == "outlet"
    page = press.get("/stats?q=zzzzz").text
    assert "There is nothing to count." in page
    assert press.get("/api/v1/stats?days=1").json()["articles"] < everything["articles"]


@pytest.mark.parametrize("asked", ["days=0", "days=x", "days=99999", "q=" + "x" * 1001])
def test_what_makes_no_sense(press: Room, asked: str) -> None:
    for path in ("/stats", "/stats.csv", "/api/v1/stats"):
        assert press.get(f"{path}?{asked}").status_code == 400
    assert press.get("/stats.csv?what=x").status_code == 400


def test_an_empty_archive(tmp_path: Path) -> None:
    open_engine(tmp_path / "empty.db").dispose()
    with serving(tmp_path / "empty.db") as room:
        assert "kliping sources add URL" in room.get("/stats").text
        assert room.get("/api/v1/stats").json()["articles"] == 0

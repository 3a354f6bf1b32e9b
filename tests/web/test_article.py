"""``/articles/ID``: what it says, what it said, and all that is known of it."""

from __future__ import annotations

from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from storage.database.engine import open_engine
from tests.web.markup import the
from tests.web.papers import Filer, hours, make_text
from tests.web.rooms import Room, serving


def test_versions_are_a_line_of_time(room: Room) -> None:
    page = LexborHTMLParser(room.get(f"/articles/{room.ids.edited}").text)
    rows = [" ".join(one.text().split()) for one in page.css(".timeline > li")]
    assert [row.split(" first seen")[0] for row in rows] == ["Version 1", "Version 2", "Version 3"]
    assert "first version" in rows[0]
    assert "headline, 1 paragraph with changed numbers" in rows[1]
    assert "current stealth 1 paragraph added, 1 moved" in rows[2]
    links = [one.attributes["href"] for one in page.css(".timeline > li:nth-child(2) a")]
    path = f"/articles/{room.ids.edited}"
    assert links == [f"{path}?version=2", f"{path}/diff?to=2", f"{path}/snapshot?version=2"]


def test_an_earlier_version_is_shown_as_it_was(room: Room) -> None:
    answer = room.get(f"/articles/{room.ids.edited}?version=1")
    page = LexborHTMLParser(answer.text)
    assert the(page, "h1").text() == "Bridge closed"
    assert "£2.4 million" in the(page, ".text").text()
    assert "This is version 1 of 3" in the(page, ".notice").text()
    assert "Version 1" in the(page, "li[aria-current]").text()
    assert room.get(f"/articles/{room.ids.edited}?version=4").status_code == 404


def test_who_else_has_the_text_is_told(room: Room) -> None:
    page = LexborHTMLParser(room.get(f"/articles/{room.ids.second}").text)
    told = the(page, "section[aria-labelledby=carriers]").text()
    assert "The harbour froze" in told
    assert "had it first" in told


def test_addresses_and_digests_are_there(room: Room) -> None:
    page = LexborHTMLParser(room.get(f"/articles/{room.ids.edited}").text)
    details = page.css("details")[0]
    assert "paper.example/bridge" in details.text()
    assert [len(one.text()) for one in details.css("code")] == [64, 64, 64]


def test_a_page_that_is_no_article_says_why(room: Room) -> None:
    answer = room.get(f"/articles/{room.ids.rejected}")
    assert "No article: listing (it says so)." in answer.text
    assert "Only a teaser" in room.get(f"/articles/{room.ids.teaser}").text


def test_an_arabic_article_runs_from_right_to_left(room: Room) -> None:
    page = LexborHTMLParser(room.get(f"/articles/{room.ids.arabic}").text)
    assert the(page, ".text").attributes["dir"] == "rtl"
    assert the(page, ".text").attributes["lang"] == "ar"


def test_what_was_not_taken_is_there_with_the_reason(tmp_path: Path) -> None:
    """A page that lost its text is a version beside the others; one that is none at all is told."""
    engine = open_engine(tmp_path / "kliping.db")
    filer, url = Filer(engine), "https://paper.example/long"
    lines = [" ".join(f"word{line}x{count}" for count in range(40)) for line in range(8)]
    filer.file(url, make_text("Long", *lines), hours(0))
    filer.file(url, make_text("Long", *lines[:2]), hours(1))
    filer.file(url, make_text("Long, and back", *lines), hours(2))
    one = filer.file(url, None, hours(3))
    engine.dispose()
    with serving(tmp_path / "kliping.db") as room:
        page = LexborHTMLParser(room.get(f"/articles/{one}").text)
        said = [" ".join(row.text().split()) for row in page.css(".timeline > li")]
        assert "not the article's text:" in said[1]
        assert "current stealth headline" in said[2]
        assert "listing: it says so" in the(page, "p.tells").text()
        links = [link.attributes["href"] for link in page.css(".timeline > li:nth-child(2) a")]
        assert f"/articles/{one}/diff?to=2" not in links
        shown = LexborHTMLParser(room.get(f"/articles/{one}?version=2").text)
        assert "it was not taken as the article's text" in the(shown, ".notice").text()
        two = LexborHTMLParser(room.get(f"/articles/{one}/diff?from=1&to=2").text)
        assert len(two.css(".edit.paragraph_removed")) == 6

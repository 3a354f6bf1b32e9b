"""``/watches``: saved queries, and what each finds."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from tests.web.rooms import Room


def test_watches_are_listed_with_their_feeds(room: Room) -> None:
    page = LexborHTMLParser(room.get("/watches").text)
    row = page.css("tbody tr")[0]
    assert [" ".join(one.text().split()) for one in row.css("th, td")] == [
        "harbours",
        "harbour",
        "new articles",
        "never",
        "Atom of harbours",
    ]
    assert [one.attributes["href"] for one in row.css("a")] == [
        f"/watches/{room.ids.watch}",
        "/feed.atom?q=harbour",
    ]


def test_a_watch_shows_what_it_finds(room: Room) -> None:
    page = LexborHTMLParser(room.get(f"/watches/{room.ids.watch}").text)
    titles = [one.text() for one in page.css(".clip h2")]
    assert titles == ["Ice in the harbour", "The harbour froze"]
    (feed,) = page.css('link[type="application/atom+xml"]')
    answer = room.get(feed.attributes["href"] or "")
    assert answer.status_code == 200
    assert "Ice in the harbour" in answer.text


def test_a_watch_for_edits_says_so(room: Room) -> None:
    answer = room.get(f"/watches/{room.ids.edits_watch}")
    assert answer.status_code == 200
    assert "It tells of stealth edits" in answer.text


def test_no_such_watch(room: Room) -> None:
    assert room.get("/watches/99").status_code == 404

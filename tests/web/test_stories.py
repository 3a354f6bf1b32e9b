"""``/stories``: who carries one text, who was first, and what each changed."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from tests.web.markup import the
from tests.web.rooms import Room


def test_a_story_is_listed_with_who_carries_it(room: Room) -> None:
    page = LexborHTMLParser(room.get("/stories").text)
    assert [one.text() for one in page.css("h2 a")] == ["The harbour froze"]
    assert "first: first.example · " not in page.text()
    assert "2 articles" in the(page, ".about").text()
    assert the(page, ".plain a").attributes["href"] == f"/articles/{room.ids.second}"


def test_who_was_first_and_what_each_changed(room: Room) -> None:
    answer = room.get(f"/stories/{room.ids.second}")
    page = LexborHTMLParser(answer.text)
    assert "first.example had it first" in " ".join(the(page, "main").text().split())
    moments = [" ".join(one.text().split()) for one in page.css(".timeline > li")]
    assert len(moments) == 2
    assert moments[0].endswith("first.example first The harbour froze")
    rows = [" ".join(one.text().split()) for one in page.css("tbody tr")]
    assert "had it first" in rows[0]
    assert "headline, 1 paragraph reworded" in rows[1]
    assert "headline: Ice in the harbour" in rows[1]


def test_a_carrier_is_compared_word_by_word(room: Room) -> None:
    path = f"/stories/{room.ids.second}"
    asked = f"{path}?with={room.ids.second}"
    links = [one.attributes["href"] for one in LexborHTMLParser(room.get(path).text).css("td a")]
    assert links == [f"/stories/{room.ids.first}?with={room.ids.second}#compared"]
    page = LexborHTMLParser(room.get(asked).text)
    words = [(one.tag, one.text()) for one in page.css(".edit ins, .edit del")]
    assert words[-2:] == [("del", "Wednesday"), ("ins", "Thursday")]
    side = LexborHTMLParser(room.get(f"{asked}&view=side").text)
    assert [one.text() for one in side.css(".sides thead th")] == [
        "first.example",
        "second.example",
    ]
    for other in (room.ids.first, room.ids.edited):
        assert room.get(f"{path}?with={other}").status_code == 404


def test_what_is_the_same_is_left_out_unless_asked_for(room: Room) -> None:
    answer = room.get(f"/stories/{room.ids.first}?with={room.ids.second}")
    gap = the(LexborHTMLParser(answer.text), ".gap a")
    assert gap.text() == "5 paragraphs unchanged"
    whole = room.get((gap.attributes["href"] or "").partition("#")[0])
    assert "Two ferries" not in answer.text
    assert "Two ferries" in whole.text


def test_an_article_on_its_own_is_no_story(room: Room) -> None:
    assert room.get(f"/stories/{room.ids.edited}").status_code == 404
    assert room.get("/stories/99999999999999999999").status_code == 404


def test_programs_get_what_stories_prints(room: Room) -> None:
    given = room.get("/api/v1/stories").json()
    assert given["next_cursor"] is None
    (story,) = given["stories"]
    assert [one["id"] for one in story["articles"]] == [room.ids.first, room.ids.second]
    assert room.get(f"/api/v1/stories/{room.ids.second}").json() == story
    later = room.get("/api/v1/stories?limit=1&cursor=1").json()
    assert later == {"stories": [], "next_cursor": None}

"""``/edits``: what publishers changed, over the whole archive."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.web.rooms import Room


def test_edits_are_listed_the_last_one_first(room: Room) -> None:
    page = LexborHTMLParser(room.get("/edits").text)
    links = [one.attributes["href"] for one in page.css("h2 a")]
    edited, hostile = room.ids.edited, room.ids.hostile
    assert links == [
        f"/articles/{hostile}/diff?to=2",
        f"/articles/{edited}/diff?to=3",
        f"/articles/{edited}/diff?to=2",
    ]
    said = page.css(".timeline > li")[1].text()
    assert "stealth" in said
    assert "1 paragraph added, 1 moved" in said


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("stealth=1", [2, 3]),
        ("site=paper.example", [3, 2]),
        ("site=https://www.paper.example/x", [3, 2]),
        ("kind=figures", [2]),
        ("kind=paragraph_moved&stealth=1&site=paper.example", [3]),
        ("site=nobody.example", []),
    ],
)
def test_they_are_narrowed(room: Room, query: str, found: list[int]) -> None:
    given = room.get(f"/api/v1/edits?{query}").json()
    assert [one["version"] for one in given["edits"]] == found
    assert len(LexborHTMLParser(room.get(f"/edits?{query}").text).css("h2")) == len(found)


def test_pages_follow_one_another(room: Room) -> None:
    whole = room.get("/api/v1/edits").json()
    assert whole["next_cursor"] is None
    found, cursor = [], ""
    while cursor is not None:
        part = room.get(f"/api/v1/edits?limit=1&cursor={cursor}").json()
        found += part["edits"]
        cursor = part["next_cursor"]
    assert found == whole["edits"]
    assert [*found[0]] == [
        "article",
        "url",
        "title",
        "version",
        "seen_at",
        "kinds",
        "stealth",
        "summary",
    ]


@pytest.mark.parametrize("query", ["kind=lies", "cursor=x", "cursor=-1", "site=a b", "limit=0"])
def test_what_makes_no_sense_is_refused(room: Room, query: str) -> None:
    answer = room.get(f"/api/v1/edits?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"].startswith(query.split("=")[0])

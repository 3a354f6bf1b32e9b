"""``/articles/ID/diff``: what two versions of an article say differently."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from tests.web.markup import the
from tests.web.rooms import Room


def _rows(room: Room, query: str = "") -> list[LexborNode]:
    answer = room.get(f"/articles/{room.ids.edited}/diff{query}")
    assert answer.status_code == 200
    return LexborHTMLParser(answer.text).css(".edit")


def _headings(rows: list[LexborNode]) -> list[str]:
    found = [row.css_first(".kind") for row in rows]
    return [one.text().strip() for one in found if one]


def test_without_numbers_it_is_the_last_change(room: Room) -> None:
    answer = room.get(f"/articles/{room.ids.edited}/diff")
    assert "Version 2 to version 3" in answer.text
    rows = _rows(room)
    assert _headings(rows) == ["paragraph 1, moved from 4", "paragraph 5, added"]
    assert [one.text() for one in rows[0].css("ins, del")] == []
    assert [one.tag for one in rows[-1].css("ins, del")] == ["ins"]
    page = LexborHTMLParser(answer.text)
    assert the(page, ".mark.stealth").text() == "stealth"


def test_words_are_marked_where_they_stand(room: Room) -> None:
    rows = _rows(room, "?from=1&to=2")
    assert _headings(rows) == ["headline", "paragraph 2, changed numbers"]
    assert [(one.tag, one.text()) for row in rows for one in row.css("ins, del")] == [
        ("ins", "until May"),
        ("del", "2.4 "),
        ("ins", "3.1 "),
    ]


def test_side_by_side_each_version_is_whole(room: Room) -> None:
    answer = room.get(f"/articles/{room.ids.edited}/diff?from=1&to=2&view=side")
    page = LexborHTMLParser(answer.text)
    assert [one.text() for one in page.css(".sides thead th")] == ["Version 1", "Version 2"]
    figures = the(page, "tbody.figures")
    old, new = figures.css("td")
    assert old.text().startswith("The repairs are expected to cost £2.4 million")
    assert new.text().startswith("The repairs are expected to cost £3.1 million")
    assert [one.text() for one in (*old.css("del"), *new.css("ins"))] == ["2.4 ", "3.1 "]
    assert [*old.css("ins"), *new.css("del")] == []


@pytest.mark.parametrize(
    ("query", "pair"),
    [
        ("?to=2", (1, 2)),
        ("?from=1", (1, 3)),
        ("?from=3&to=1", (3, 1)),
        ("?from=1&to=3", (1, 3)),
    ],
)
def test_any_two_versions_are_compared(room: Room, query: str, pair: tuple[int, int]) -> None:
    answer = room.get(f"/articles/{room.ids.edited}/diff{query}")
    assert f"Version {pair[0]} to version {pair[1]}" in answer.text
    chosen = LexborHTMLParser(answer.text).css("select:not(#view) option[selected]")
    assert tuple(int(one.attributes["value"] or 0) for one in chosen) == pair
    given = room.get(f"/api/v1/articles/{room.ids.edited}/diff{query}").json()
    assert (given["from"], given["to"]) == pair


@pytest.mark.parametrize("query", ["?from=1&to=4", "?from=9", "?to=4"])
def test_a_version_that_is_not_there_is_not_found(room: Room, query: str) -> None:
    for prefix in ("", "/api/v1"):
        answer = room.get(f"{prefix}/articles/{room.ids.edited}/diff{query}")
        assert answer.status_code == 404
        assert "the article has 3" in answer.text


@pytest.mark.parametrize("query", ["?from=x", "?to=-1", "?to=0", "?view=sideways"])
def test_what_is_no_version_is_refused(room: Room, query: str) -> None:
    assert room.get(f"/articles/{room.ids.edited}/diff{query}").status_code == 400


def test_one_version_alone_is_told(room: Room) -> None:
    answer = room.get(f"/articles/{room.ids.first}/diff")
    assert answer.status_code == 200
    assert "there is nothing to compare" in answer.text
    assert room.get(f"/api/v1/articles/{room.ids.first}/diff").json()["from"] is None


def test_versions_are_given_as_history_has_them(room: Room) -> None:
    path = f"/api/v1/articles/{room.ids.edited}/versions"
    whole = room.get(path).json()
    assert whole["next_cursor"] is None
    assert [one["version"] for one in whole["versions"]] == [1, 2, 3]
    assert [one["stealth"] for one in whole["versions"]] == [False, False, True]
    assert whole["versions"][0]["body"].startswith("The footbridge")
    first = room.get(f"{path}?limit=2").json()
    rest = room.get(f"{path}?limit=2&cursor={first['next_cursor']}").json()
    assert first["versions"] + rest["versions"] == whole["versions"]
    assert rest["next_cursor"] is None

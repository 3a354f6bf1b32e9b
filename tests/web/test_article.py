"""``/articles/ID``: what it says, what it said, and all that is known of it."""

from __future__ import annotations

from tests.web.conftest import Room


def test_all_are_there(room: Room) -> None:
    for name, one in vars(room.ids).items():
        if "watch" not in name:
            assert room.get(f"/articles/{one}").status_code == 200, name

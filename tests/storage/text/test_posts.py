"""Readers' posts in a text's place, told by their form."""

from __future__ import annotations

from storage.text.quality.posts import is_thread
from tests.tables import each_row

TEXT = "\n".join(f"On day {n} the council met again, and put the mole off." for n in range(9))
NAMES = "Ann Bob Cem Dora Eve Finn".split()


@each_row(
    ("new", "is_one"),
    [
        ("\n".join(f"{name}: The council is right." for name in NAMES), True),
        ("\n".join(f"User{n} wrote: The council is right." for n in range(6)), True),
        ("\n".join(f"@{name}99： 委員会は正しい。" for name in NAMES), True),
        ("\n".join(f"The council is right, {name} says.\nReply" for name in NAMES), True),
        ("\n".join(f"{name}: The mole is late." for name in NAMES[:2] * 4), False),
        ("\n".join(f"{n + 10}:30: The mole is late." for n in range(8)), False),
        ("\n".join(f"The mole, {name} said, is late." for name in NAMES), False),
        (TEXT, False),
    ],
    ids=["names", "verbs", "handles", "replies", "interview", "times", "quotes", "the same"],
)
def test_thread(new: str, is_one: bool) -> None:
    assert is_thread(TEXT, new) is is_one
    assert not is_thread(new, new + "\nAnn: One more.")

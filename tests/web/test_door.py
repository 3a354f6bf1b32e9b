"""Who may act: what holds of passwords, tries and sessions, however they come."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.settings.password import Hashed
from tests.clocks import FakeClock
from web.acts.door import MOST_SESSIONS, Door, SlowDown, cookie_name

PASSWORD = "a good long one"
CHEAP = Hashed.of(PASSWORD, (2, 1, 1))


def test_a_hash_is_read_as_it_was_written() -> None:
    made = Hashed.of("señor 密码 \udcff")
    read = Hashed.parse(str(made))
    assert read == made
    assert read.fits("señor 密码 \udcff")
    assert not read.fits("señor 密码")
    assert Hashed.of("x") != Hashed.of("x")
    assert "salt" not in repr(made)


@given(st.text() | st.from_regex(r"scrypt:\d{1,9}:\d{1,4}:\d{1,4}:[\w-]{16}:[\w-]{32}"))
def test_any_other_text_is_none(text: str) -> None:
    try:
        read = Hashed.parse(text)
    except ValueError as error:
        assert str(error) == ""
    else:
        n, r, p = read.cost
        assert n * r * 128 <= 1 << 27, "it asks for no more memory than there is for it"
        assert p <= 16


@given(st.lists(st.floats(0, 120), min_size=50, max_size=300))
def test_however_they_come_few_tries_are_heard(waits: list[float]) -> None:
    clock = FakeClock()
    door, heard, passed = Door(CHEAP, clock), 0, 0.0
    for wait in waits:
        clock.advance(wait)
        passed += wait
        try:
            assert door.open_by_password("wrong", "2001:db8::1") is None
            heard += 1
        except SlowDown as error:
            assert 1 <= error.seconds <= 300
    assert heard <= 3 + 9 + passed / 300


def test_one_who_has_many_addresses_gains_nothing_by_them() -> None:
    door = Door(CHEAP, FakeClock())
    for number in range(4):
        assert door.open_by_password("wrong", f"2001:db8::{number}") is None
    with pytest.raises(SlowDown):
        door.open_by_password("wrong", "2001:db8::ffff")
    assert door.open_by_password("wrong", "2001:db8:0:1::1") is None
    assert door.open_by_password("wrong", "192.0.2.1") is None


def test_sessions_are_bounded_and_the_one_used_last_stays() -> None:
    clock = FakeClock()
    door = Door(CHEAP, clock)
    first = door.open_by_password(PASSWORD, "192.0.2.1")
    assert first is not None
    begun = []
    for _ in range(MOST_SESSIONS - 1):
        clock.advance(1)
        begun.append(door.open_by_password(PASSWORD, "192.0.2.1"))
    assert door.session({"c": first.id}, "c") is first  # and so it is not the one that goes
    assert door.open_by_password(PASSWORD, "192.0.2.1") is not None
    assert door.session({"c": first.id}, "c") is first
    alive = [one for one in begun if one and door.session({"c": one.id}, "c") is one]
    assert alive == begun[1:]
    assert door.session({}, "c") is None


def test_servers_of_one_machine_have_cookies_of_their_own() -> None:
    names = {cookie_name(host) for host in ("localhost:1", "[::1]:2", "news.example.org")}
    assert names == {"kliping-1", "kliping-2", "kliping-session"}

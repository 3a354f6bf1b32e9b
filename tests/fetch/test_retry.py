"""Retry-After and the back-off, and what goes into headers: pure rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scraper.fetch import DEFAULT_USER_AGENT, headers
from scraper.fetch.politeness.retry import MAX_PAUSE, parse_retry_after, pause
from scraper.model.types import Validators
from tests.tables import each_row

NOW = datetime(1994, 11, 6, 8, 48, 37, tzinfo=UTC)
DAY = timedelta(hours=24)


@each_row(
    ("value", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        (" 7 ", 7),
        ("1.5", 1),
        ("86400", 86400),
        ("86401", 86400),
        ("9" * 5000, 86400),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 60),
        ("Sunday, 06-Nov-94 08:49:37 GMT", 60),
        ("Sun Nov  6 08:49:37 1994", 60),
        ("Sun, 06 Nov 1994 10:49:37 +0200", 60),
        ("Sun, 06 Nov 1994 08:00:00 GMT", 0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86400),
        ("Mon, 07 Nov 1994 08:48:38 GMT", 86400),
        ("Mon, 06 Nov 1994 08:49:37 GMT", 60),  # the day's name is not looked at
        ("sun, 06 nov 1994 08:49:37 gmt", 60),
        ("00060", 60),
    ],
)
def test_retry_after(value: str, seconds: int) -> None:
    assert parse_retry_after(value, NOW) == timedelta(seconds=seconds)


@each_row(
    "value",
    [None, "", "-5", "+5", "-0.5", "soon", "1994-11-06T09:00:00Z",
     "Sun, 06 Nov 1994 25:00:00 GMT", "1e3", "inf", "nan", "0x10", "12 34", "١٢",
     "Sun, 99 Nov 1994", "Sun", "Mon, 01 Jan 99999 00:00:00 GMT", "1, 2"],
)  # fmt: skip
def test_no_retry_after(value: str | None) -> None:
    assert parse_retry_after(value, NOW) is None


@given(st.text(max_size=60))
def test_any_text_is_a_wait_of_up_to_a_day_or_none(value: str) -> None:
    wait = parse_retry_after(value, NOW)
    assert wait is None or timedelta() <= wait <= DAY


def test_our_own_backoff_doubles_up_to_a_day() -> None:
    minutes = [pause(None, nth) / timedelta(minutes=1) for nth in range(1, 13)]
    assert minutes == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1440]
    assert pause(None, 10**6) == DAY


def test_the_first_stated_time_is_theirs_alone_then_the_longer_holds() -> None:
    stated = timedelta(seconds=90)
    seconds = [pause(stated, nth).total_seconds() for nth in (1, 2, 3, 4)]
    assert seconds == [90, 90, 120, 240]
    assert pause(timedelta(), 1) == timedelta()
    assert pause(timedelta(days=3), 1) == MAX_PAUSE == DAY


def test_the_user_agent_begins_with_our_name() -> None:
    assert DEFAULT_USER_AGENT.startswith("kliping/")
    assert headers.user_agent(DEFAULT_USER_AGENT) == DEFAULT_USER_AGENT
    assert headers.user_agent("kliping/9 (me@example.org)") == "kliping/9 (me@example.org)"
    named = headers.user_agent("Local history society")
    assert named == f"{headers.PRODUCT} Local history society"
    assert headers.user_agent(" \n ") == DEFAULT_USER_AGENT


@given(st.text(max_size=50))
def test_any_user_agent_can_be_sent(text: str) -> None:
    sent = headers.user_agent(text)
    assert sent.startswith("kliping/")
    assert all(" " <= character <= "~" for character in sent)


def test_etag_goes_before_last_modified_and_both_are_verbatim() -> None:
    date = "Sun, 06 Nov 1994 08:49:37 GMT"
    assert headers.conditional(Validators('W/"a"', date)) == [(b"If-None-Match", b'W/"a"')]
    assert headers.conditional(Validators(None, date)) == [(b"If-Modified-Since", date.encode())]
    assert headers.conditional(Validators()) == []
    assert headers.conditional(Validators('"\xe9"')) == [(b"If-None-Match", b'"\xe9"')]
    for broken in ('"a\r\nX: y"', '"€"', " ", "\0"):
        assert headers.conditional(Validators(broken)) == []


def test_codings_are_listed_without_identity() -> None:
    fields = (("Content-Encoding", "GZIP, identity"), ("content-encoding", " br,"))
    assert headers.codings(fields) == ["gzip", "br"]
    assert headers.codings(()) == []


def test_a_location_is_utf8_or_else_latin1() -> None:
    def target(raw: bytes, status: int = 302) -> str | None:
        return headers.redirect_target(status, headers.received([(b"location", raw)]))

    assert target("/über".encode()) == "/über"
    assert target("/über".encode("latin-1")) == "/über"
    assert target(b"/a", 304) is None
    assert headers.redirect_target(302, ()) is None

"""When two texts are the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.model.types import Precision
from storage.text.fingerprint import Content, content_of, fold, is_same_content, scrub
from tests.storage.makers import LONG, make_article
from tests.tables import each_row

JAKARTA = timezone(timedelta(hours=7))
anything = st.text(st.characters(exclude_categories=[]), max_size=60)


@given(anything)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(anything)
def test_scrubbed_text_can_be_stored_and_is_left_alone_the_second_time(text: str) -> None:
    clean = scrub(text)
    clean.encode()
    assert "\0" not in clean
    assert scrub(clean) == clean


@each_row(
    ("one", "other"),
    [
        ("“Hello”", '"Hello"'),
        ("«Hello»", "„Hello“"),
        ("it’s", "it's"),
        ("1990–1994", "1990-1994"),
        ("a — b", "a -- b"),
        ("Straf\u00adgesetz", "Strafgesetz"),
        ("ten\u00a0000", "ten 000"),
        ("wait…", "wait..."),
        ("ﬁnal", "final"),
        ("one\n\ntwo", "one two"),
        ("zero\u200bwidth", "zerowidth"),
        ("cafe\u0301", "café"),
        ("ＡＢＣ", "ABC"),
    ],
)
def test_typography_is_folded(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("Us", "US"), ("pêche", "péché"), ("a.b", "ab")])
def test_letters_accents_case_and_stops_are_kept(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_a_long_text_is_known_without_its_title_and_a_short_one_is_not() -> None:
    assert content_of(make_article(LONG, "A")).text == content_of(make_article(LONG, "B")).text
    short = "Results of the day."
    assert content_of(make_article(short, "A")).text != content_of(make_article(short, "B")).text
    assert content_of(make_article("", "A")).text is None


@pytest.mark.parametrize("letter", ["国", "ก", "あ"])
def test_dense_scripts_are_long_sooner(letter: str) -> None:
    body = letter * 250
    assert content_of(make_article(body, "A")).text == content_of(make_article(body, "B")).text


def test_what_makes_a_version() -> None:
    first = content_of(make_article())
    assert is_same_content(first, content_of(make_article(byline="By Ana", section="World")))
    assert not is_same_content(first, content_of(make_article(title="Another title")))
    assert not is_same_content(first, content_of(make_article(LONG + " more")))
    assert not is_same_content(first, content_of(make_article(authors=("Ana Ruiz", "Bo Li"))))


def test_only_another_stated_date_makes_a_version() -> None:
    def dated(moment: datetime | None, **fields: Any) -> Content:
        return content_of(make_article(published_at=moment, **fields))

    at_noon = datetime(2026, 2, 28, 12, 0, tzinfo=UTC)
    noon, none = dated(at_noon), dated(None, published_precision=None)
    soft = dated(at_noon - timedelta(hours=3), published_relative=True)
    assert not is_same_content(noon, dated(at_noon + timedelta(minutes=1)))
    assert is_same_content(noon, dated(at_noon.astimezone(JAKARTA)))
    assert is_same_content(noon, soft)
    assert is_same_content(soft, noon)
    assert is_same_content(noon, none)
    assert not is_same_content(none, noon)
    day = dated(datetime(2026, 2, 28, tzinfo=JAKARTA), published_precision=Precision.DAY)
    assert is_same_content(dated(at_noon.astimezone(JAKARTA)), day)


def test_dates_at_the_ends_of_the_calendar_are_no_trouble() -> None:
    for moment in (
        datetime(1, 1, 1, tzinfo=JAKARTA),
        datetime(9999, 12, 31, 23, tzinfo=timezone(-timedelta(hours=7))),
    ):
        content_of(make_article(published_at=moment))


@pytest.mark.parametrize("heap", ["e" + "\u0301" * 200_000, "\u0301\u0323" * 100_000])
def test_heaps_of_accents_are_folded(heap: str) -> None:
    assert len(fold(heap)) < 100


def test_a_row_of_signs_is_no_heap_of_accents() -> None:
    row = "*" * 100
    assert fold(row) == row

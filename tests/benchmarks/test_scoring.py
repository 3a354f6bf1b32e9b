"""The extraction benchmark's measures; the values are worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.extraction.scoring import (
    Gold,
    Overlap,
    PageScore,
    Prediction,
    average_sets,
    compare_bags,
    fold_name,
    fold_names,
    fold_title,
    is_near,
    score_body,
    score_page,
    score_strings,
    split_words,
    summarise_by_set,
    summarise_cost,
)

ALL = ("title", "authors", "date", "body")


# ------------------------------------------------------------------ body


def test_bags_overlap() -> None:
    overlap = compare_bags(["the", "cat", "the", "mat"], ["cat", "the", "dog"])
    assert (overlap.precision, overlap.recall) == (2 / 3, 1 / 2)
    assert overlap.f1 == pytest.approx(4 / 7)


@pytest.mark.parametrize(
    ("wanted", "found", "f1"), [([], [], 1), (["a"], [], 0), ([], ["a"], 0), (["a"], ["b"], 0)]
)
def test_empty_bags(wanted: list[str], found: list[str], f1: float) -> None:
    assert compare_bags(wanted, found).f1 == f1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Two words, 3 tokens", ["two", "words", "3", "tokens"]),
        ("co\u00adoperate zero\u200bwidth", ["cooperate", "zerowidth"]),
        ("cafe\u0301", ["café"]),
        ("東京2020 ok", ["東", "京", "2020", "ok"]),
        ("ไทย", ["ไ", "ท", "ย"]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert split_words(text) == words


CAPTIONED = Gold(
    body="One two three.\nA photo of the harbour.\nFour.", optional=("A photo of the harbour.",)
)


@pytest.mark.parametrize(
    "body",
    [
        "One two three.\nFour.",
        "One two three.\nA photo of the harbour.\nFour.",
        "One two three. A photo of the harbour. Four.",
        "One two three.\nA photo of\nphoto of the harbour\nFour.",  # in pieces
    ],
)
def test_optional_paragraphs_count_neither_way(body: str) -> None:
    assert score_body(CAPTIONED, body).f1 == 1


def test_an_optional_paragraph_is_free_once() -> None:
    twice = "One two three.\nA photo of the harbour.\nA photo of the harbour.\nFour."
    assert score_body(CAPTIONED, twice).precision == pytest.approx(4 / 9)


def test_words_that_the_text_needs_are_no_optional_paragraph() -> None:
    gold = Gold(body="The end.\nIt was the end.", optional=("The end.",))
    assert score_body(gold, "It was the end.").f1 == 1


def test_strings() -> None:
    gold = Gold(must=("a  b", "missing"), must_not=("advert", "x\ny"))
    assert score_strings(gold, "… a\nb … x y …") == (2, 4)  # "a b" is there, "advert" is not
    assert score_strings(Gold(body="text"), "text") is None


# ------------------------------------------------------------------ title, authors, date


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("“It’s over” – again", '"It\'s  over" - AGAIN'),
        ("ﬁrst\u00a0page", "First page"),
        ("L´été", "l'été"),
    ],
)
def test_typography_makes_no_other_title(one: str, other: str) -> None:
    assert fold_title(one) == fold_title(other)


@pytest.mark.parametrize(
    "name", ["Ann Lee", "By Ann Lee", "by: Ann  Lee", "ANN LEE,", "• Ann Lee |"]
)
def test_names(name: str) -> None:
    assert fold_name(name) == "ann lee"


def test_byron_is_no_by() -> None:
    assert fold_name("Byron Ray") == "byron ray"


@pytest.mark.parametrize(
    ("found", "near"),
    [
        ("2024-03-01", True),
        ("2024-02-29", True),
        ("2024-03-02T01:00:00+02:00", True),
        ("2024-03-03", False),
        ("1 March 2024", False),
        (None, False),
    ],
)
def test_dates_within_a_day(found: str | None, near: bool) -> None:
    assert is_near(found, "2024-03-01") is near


# ------------------------------------------------------------------ whole pages

golds = st.builds(
    Gold,
    title=st.text(),
    authors=st.lists(st.text()).map(tuple),
    date=st.dates().map(lambda day: day.isoformat()),
    body=st.text(),
    must=st.just(()),
    must_not=st.just(()),
)


@given(golds)
def test_a_perfect_prediction_scores_one(gold: Gold) -> None:
    assert gold.authors is not None
    perfect = Prediction(gold.title, gold.authors, gold.date, gold.body or "")
    score = score_page(gold, perfect, ALL)
    assert score.body == Overlap(1, 1, 1)
    assert score.title and score.authors and score.date and score.all_four  # noqa: PT018 - one claim


def test_an_empty_prediction_scores_nothing() -> None:
    gold = Gold("A title", ("Ann Lee",), "2024-03-01", "Some text.", must=("text",), must_not=())
    nothing = PageScore(Overlap(0, 0, 0), (0, 1), title=False, authors=False, date=False)
    assert score_page(gold, Prediction(error="crashed"), ALL) == nothing
    assert nothing.all_four is False


@given(st.lists(st.text()), st.randoms())
def test_the_order_of_authors_does_not_count(names: list[str], random: Any) -> None:
    assert fold_names(random.sample(names, len(names))) == fold_names(names)


def test_nobody_is_a_set_of_authors() -> None:
    assert score_page(Gold(authors=()), Prediction(), ALL).authors is True
    assert score_page(Gold(authors=()), Prediction(authors=("Ann Lee",)), ALL).authors is False


def test_what_is_not_annotated_or_not_done_is_not_scored() -> None:
    gold = Gold(title="A title", body="Text.")
    assert score_page(gold, Prediction(), ["body"]) == PageScore(body=Overlap(0, 0, 0))
    assert score_page(gold, Prediction(title="A title"), ["title"]) == PageScore(title=True)


def test_all_four_needs_a_clean_body() -> None:
    right = PageScore(Overlap(0.95, 1, 0.9), None, title=True, authors=True, date=True)
    assert right.all_four is True
    assert PageScore(Overlap(0.94, 1, 0.9), None, True, True, True).all_four is False
    assert PageScore(None, None, True, True, True).all_four is None


def test_figures_are_averaged_over_sets_and_strings_pooled() -> None:
    scores = [
        ("large", PageScore(title=True, must=(1, 1))),
        ("large", PageScore(title=True, must=(2, 9))),
        ("large", PageScore(title=False)),
        ("small", PageScore(Overlap(0.4, 1, 0.25), title=False)),
    ]
    sets = summarise_by_set(scores)
    assert sets["large"]["title"] == pytest.approx(2 / 3)
    macro = average_sets(sets)
    assert macro["title"] == pytest.approx(1 / 3)
    assert macro["must"] == pytest.approx(3 / 10)
    assert (macro["body_f1"], macro["clean"], macro["authors"]) == (0.4, 0, None)
    assert average_sets(summarise_by_set(scores, ["small"]))["body_f1"] is None


def test_cost() -> None:
    cost = summarise_cost([*(0.001 * n for n in range(1, 101)), None])
    assert cost is not None
    assert (cost.mean, cost.median, cost.p99) == pytest.approx((50.5, 50.5, 99))
    assert summarise_cost([None]) is None

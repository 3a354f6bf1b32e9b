"""Words and blocks of two texts: laws, and cases that other trackers of news get wrong."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from storage.text.diff import DiffRun, SpanKind, align, diff_words, readable
from storage.text.fingerprint import fold
from storage.text.matching import Match, match_blocks
from storage.text.tokens import fold_quickly, number_value, tokens_of

words = st.sampled_from(
    'the The cat sat on-the 3 1,200 1.200 “mat” "mat" 東京 で地震 ไทย — -- é'.split()
)
texts = st.lists(words, max_size=30).map(" ".join) | st.text(max_size=60)
blocks = st.lists(st.lists(words, min_size=1, max_size=6).map(" ".join), max_size=12)


def changed(runs: tuple[DiffRun, ...]) -> list[tuple[str, str]]:
    return [(run.kind.value, (run.old or run.new).strip()) for run in runs if run.kind != "same"]


# --------------------------------------------------------------------- words


@given(texts, texts)
def test_both_sides_of_a_diff_are_the_texts(old: str, new: str) -> None:
    for runs in (diff_words(old, new), readable(diff_words(old, new))):
        assert "".join(run.old for run in runs) == old
        assert "".join(run.new for run in runs) == new
        for run in runs:
            assert (run.kind is SpanKind.ADDED) == (run.old == "")
            assert (run.kind is SpanKind.REMOVED) == (run.new == "")


@given(texts)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert changed(diff_words(text, text)) == []
    assert changed(diff_words(text, fold(text))) == [] or not fold(text)


@given(texts, texts)
def test_the_way_back_takes_out_what_was_put_in(old: str, new: str) -> None:
    there, back = changed(diff_words(old, new)), changed(diff_words(new, old))
    assert [text for kind, text in there if kind == "added"] == [
        text for kind, text in back if kind == "removed"
    ]


@given(st.lists(st.sampled_from("abc"), max_size=40), st.lists(st.sampled_from("abc"), max_size=40))
def test_spans_cover_both_sequences(old: list[str], new: list[str]) -> None:
    i = j = 0
    spans = align(old, new)
    for span in spans:
        assert (span.start, span.new_start) == (i, j)
        i, j = span.end, span.new_end
        equal = old[span.start : span.end] == new[span.new_start : span.new_end]
        assert span.same == equal
    assert (i, j) == (len(old), len(new))
    assert all(one.same != other.same for one, other in pairwise(spans))


@given(texts)
def test_tokens_joined_are_the_text(text: str) -> None:
    assert "".join(token.text for token in tokens_of(text)) == text


@given(texts)
def test_folding_quickly_is_folding(text: str) -> None:
    assert fold_quickly(text) == fold(text)


def test_words_and_not_letters_differ() -> None:
    assert changed(diff_words("due in January here", "due in March here")) == [
        ("removed", "January"),
        ("added", "March"),
    ]
    assert changed(diff_words("It rose 1,200.5 points", "It rose 1,300.5 points")) == [
        ("removed", "1,200.5"),
        ("added", "1,300.5"),
    ]


def test_typography_is_no_difference() -> None:
    old = "“Don’t” — he said… to 1\u00a0234 peo\u00adple"
    assert changed(diff_words(old, '"Don\'t" - he said... to 1 234  people')) == []


def test_scripts_without_spaces_differ_by_characters() -> None:
    assert changed(diff_words("東京で地震がありました", "大阪で地震がありました")) == [
        ("removed", "東京"),
        ("added", "大阪"),
    ]
    assert changed(readable(diff_words("ราคาข้าวสูงขึ้น", "ราคายางสูงขึ้น"))) == [
        ("removed", "ข้าว"),
        ("added", "ยาง"),
    ]
    assert [one.text for one in tokens_of("हिन्दी है।")] == ["हिन्दी ", "है", "।"]


def test_chance_agreements_are_read_as_one_change() -> None:
    runs = diff_words("The cat sat on the mat today", "The dog lay in the rug today")
    assert len(changed(runs)) == 4
    assert changed(readable(runs)) == [
        ("removed", "cat sat on the mat"),
        ("added", "dog lay in the rug"),
    ]


def test_numbers_are_one_whatever_their_digits_and_groups() -> None:
    for same in (
        "1234 1,234 1.234 1'234 ١٬٢٣٤ १,२३४",
        "2.5 2,5 ٢٫٥",
        "1234567 1,234,567 12,34,567",
    ):
        assert len({number_value(one) for one in same.split()}) == 1, same
    different = "15 1.5 1.50 14:30 1430 12.05.2024 0.125 125".split()
    assert len({number_value(one) for one in different}) == len(different)


# --------------------------------------------------------------------- blocks

A, B, C, D = (
    f"In case {n}, the harbour council heard the fishermen of pier {n} on {day} about {what}."
    for n, day, what in (
        (1, "Monday", "the nets that were cut at night"),
        (2, "Tuesday", "a survey of the eastern mole, which nobody has seen"),
        (3, "Friday", "fuel prices and their boats"),
        (4, "Sunday", "the missing lamp of the old lighthouse keeper"),
    )
)


def shape(matches: list[Match]) -> list[tuple[tuple[int, ...], tuple[int, ...], bool]]:
    return [(match.old, match.new, match.moved) for match in matches]


@given(blocks, blocks)
@settings(max_examples=200)
def test_every_block_has_one_place(old: list[str], new: list[str]) -> None:
    matches = match_blocks(old, new)
    assert sorted(i for match in matches for i in match.old) == [*range(len(old))]
    assert sorted(j for match in matches for j in match.new) == [*range(len(new))]
    back = {(match.new, match.old, match.moved) for match in match_blocks(new, old)}
    assert back == {(match.old, match.new, match.moved) for match in matches}
    stay = [match.new[0] for match in matches if match.new]
    assert stay == sorted(stay)


@given(blocks)
def test_blocks_match_themselves(texts: list[str]) -> None:
    assert shape(match_blocks(texts, texts)) == [((i,), (i,), False) for i in range(len(texts))]


def test_a_paragraph_that_moved_is_neither_removed_nor_added() -> None:
    assert shape(match_blocks([A, B, C, D], [D, A, B, C])) == [
        ((3,), (0,), True),
        ((0,), (1,), False),
        ((1,), (2,), False),
        ((2,), (3,), False),
    ]


def test_a_paragraph_that_moved_and_was_reworded_is_one() -> None:
    reworded = D.replace("old lighthouse keeper", "lighthouse")
    assert shape(match_blocks([A, B, C, D], [reworded, A, B, C]))[0] == ((3,), (0,), True)


def test_a_paragraph_that_was_extended_is_reworded() -> None:
    more = (
        f"{B} Nothing of that was to be had in writing, said the mayor, who had a train to catch."
    )
    assert shape(match_blocks([A, B, C], [A, more, C]))[1] == ((1,), (1,), False)


def test_another_paragraph_in_the_same_place_is_another() -> None:
    other = "Rain is expected all over the north until the end of next week, forecasters say."
    assert shape(match_blocks([A, B, C], [A, other, C])) == [
        ((0,), (0,), False),
        ((1,), (), False),
        ((), (1,), False),
        ((2,), (2,), False),
    ]


def test_a_paragraph_that_was_split_is_one() -> None:
    assert shape(match_blocks([A, f"{B} {C}", D], [A, B, C, D]))[1] == ((1,), (1, 2), False)
    assert shape(match_blocks([A, B, C, D], [A, f"{B} {C}", D]))[1] == ((1, 2), (1,), False)

"""Stories: what is one text in several outlets, and what only looks like it."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from pathlib import Path
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.stories.story_pairs import (
    EDITS,
    Pair,
    fill,
    make_pairs,
    make_template_pairs,
    read_articles,
    read_templates,
)
from storage.text.likeness import are_candidates, compare, compare_figures, compare_shingled
from storage.text.shingles import Shingled, fingerprint_of, shingle, sketch, tokens_of
from tests.tables import each_row

TEXTS = Path(__file__).resolve().parents[2] / "data" / "stories"
ARTICLES = {story.id: story for story in read_articles(TEXTS)}
TEMPLATES = read_templates(TEXTS)
words = st.lists(st.sampled_from([f"w{number}" for number in range(90)]), max_size=150)


def body_of(name: str) -> str:
    return "\n".join(ARTICLES[name].paragraphs)


def is_story(one: str, other: str) -> bool:
    mine, theirs = take_apart(one), take_apart(other)
    if not are_candidates(sketch(mine), sketch(theirs)):
        return False
    return compare_shingled(mine, theirs).kind == "same_story"


@lru_cache(maxsize=256)
def take_apart(text: str) -> Shingled:
    """A text stands in many pairs."""
    return shingle(text)


def test_labelled_pairs() -> None:
    """The figures asked for, over texts that were written for this; real ones in benchmarks/."""
    random = Random(11)
    pairs: list[Pair] = [
        *make_pairs(list(ARTICLES.values()), random, edits_each=len(EDITS)),
        *make_template_pairs(TEMPLATES, random, each=45),
    ]
    assert len(pairs) >= 1000
    counts: Counter[tuple[bool, bool]] = Counter()
    wrong = []
    for pair in pairs:
        found = is_story(pair.one, pair.other)
        counts[pair.is_story, found] += 1
        if found != pair.is_story:
            wrong.append((pair.kind, pair.ids))
    right = counts[True, True]
    assert right / (right + counts[True, False]) >= 0.97, wrong
    assert right / (right + counts[False, True]) >= 0.99, wrong
    assert {pair.language for pair in pairs} >= {"zh", "ja", "th", "lo", "km", "my", "ko", "ar"}


@each_row(("language", "name", "template"), TEMPLATES)
def test_one_template_with_other_figures_is_no_story_and_with_the_same_it_is(
    language: str, name: str, template: str
) -> None:
    one, other = fill(template, Random(1)), fill(template, Random(2))
    assert compare(one, other).kind == "different"
    assert is_story(one, f"{one}\n")


def test_a_wire_copy_cut_to_half_and_one_with_a_later_toll_are_one_story() -> None:
    whole = body_of("en/flood")
    half = "\n".join(ARTICLES["en/flood"].paragraphs[:3])
    assert is_story(whole, half)
    later = whole.replace("Three people", "Five people").replace("240", "310")
    assert is_story(whole, later)


def test_a_quarter_exchanged_is_a_suggestion() -> None:
    first, _, *rest = ARTICLES["en/museum"].paragraphs
    other = "\n".join([first[: len(first) // 2], *ARTICLES["en/tram"].paragraphs[:2], *rest])
    found = compare(body_of("en/museum"), other)
    assert 0.7 <= found.containment < 0.8
    assert found.kind == "maybe"


def test_a_small_part_of_a_digest_is_a_suggestion() -> None:
    digest = "\n".join(body_of(f"en/{name}") for name in ("flood", "museum", "tram", "bees"))
    found = compare(body_of("en/flood"), digest)
    assert found.kind == "maybe"
    assert "small part" in found.reason


def test_two_articles_on_one_event_are_different() -> None:
    assert compare(body_of("en/flood"), body_of("en/floodinquiry")).kind == "different"


def test_short_texts_are_one_story_only_where_they_are_equal() -> None:
    text = "The council met on Monday and voted for the bridge."
    assert compare(text, f"“{text}”").kind == "same_story"
    found = compare(text, f"{text} Work begins in spring.")
    assert found.kind == "different"
    assert "short" in found.reason
    assert compare("", "").kind == "different"
    assert compare("…", "!").kind == "different"


def test_a_change_made_in_several_places_counts_once() -> None:
    one = tokens_of("At least 12 people died. The 12 dead were found in 4 houses.")
    other = tokens_of("At least 15 people died. The 15 dead were found in 4 houses.")
    assert compare_figures(one, other) == (1, 1)


def test_figures_in_ideographs_are_figures() -> None:
    one, other = tokens_of("気温は二十三度となり雨は"), tokens_of("気温は三十一度となり雨は")
    assert compare_figures(one, other) == (1, 0)


def test_mixed_scripts_keep_their_likeness() -> None:
    mixed = body_of("zh/bridge") + "\n" + body_of("en/tram")
    assert is_story(mixed, mixed + "\n" + ARTICLES["zh/tea"].paragraphs[0])
    assert is_story(mixed, body_of("en/tram"))


@given(words, words)
def test_likeness_is_symmetric(one: list[str], other: list[str]) -> None:
    mine, theirs = " ".join(one), " ".join(other)
    assert compare(mine, theirs) == compare(theirs, mine)
    assert are_candidates(fingerprint_of(mine), fingerprint_of(mine)) == (
        len(shingle(mine).distinct) >= 16 and len(one) >= 60
    )

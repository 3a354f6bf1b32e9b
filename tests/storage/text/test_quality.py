"""Never worse: what a later content may take the place of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.stories.loss_cases import Case, Material, make_cases, read_others
from benchmarks.stories.story_pairs import read_articles
from scraper.model.types import Verdict
from storage.text.quality import (
    Facts,
    cause_of,
    facts_of,
    judge,
    judge_against,
    may_lose_text,
    measure_by,
)
from tests.storage.makers import make_article
from tests.tables import each_row

TEXTS = Path(__file__).resolve().parents[2] / "data" / "stories"
STORIES = read_articles(TEXTS)
OTHERS = read_others(TEXTS)
AT = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


def material(language: str, number: int = 0) -> Material:
    """An article of the language, and the next one; its rewritten text is that of the first."""
    stories = [story for story in STORIES if story.language == language]
    texts = dict(OTHERS[language])
    if number:
        del texts["rewrite"]
    return Material(stories[number], stories[(number + 1) % len(stories)], texts)


CASES = [
    pytest.param(case, id=f"{language} {case.name}")
    for language in OTHERS
    for case in make_cases(material(language))
]


def test_the_table_is_long() -> None:
    assert len(CASES) >= 200
    assert len({str(case.id).partition(" ")[2] for case in CASES if case.id}) >= 45


@each_row("case", CASES)
def test_case(case: Case) -> None:
    found = judge(case.current, case.new)
    assert (found is not None) == case.is_loss, found


@pytest.mark.parametrize("language", OTHERS)
def test_the_other_articles(language: str) -> None:
    count = sum(story.language == language for story in STORIES)
    wrong = [
        (number, case.name)
        for number in range(1, count)
        for case in make_cases(material(language, number))
        if (judge(case.current, case.new) is not None) != case.is_loss
    ]
    assert wrong == []


def test_the_reason_says_how_much_is_gone_and_where_it_stands() -> None:
    given = material("en")
    found = judge(given.facts, given.with_body(*given.first(0.35), given.wall))
    assert found is not None
    assert found.kind == "cut"
    assert found.reason == "lost 64 % of the text from the end: the rest stands in version 1"
    assert found.lost == pytest.approx(0.64, abs=0.01)
    found = judge(replace(given.facts, number=None), given.with_body(""))
    assert found is not None
    assert found.reason == "lost all of the text"
    found = judge(given.facts, given.with_body("Log in.", verdict=Verdict.LOGIN_WALL))
    assert found is not None
    assert found.reason.startswith("no article but a login wall")


def test_a_new_modified_time_lets_more_go_but_not_most() -> None:
    given = material("en")
    shorter = given.with_body(*given.story.paragraphs[:4])
    assert judge(given.facts, shorter) is not None
    later = AT + timedelta(hours=1)
    assert judge(given.facts, replace(shorter, modified_at=later)) is None
    much_shorter = given.with_body(*given.story.paragraphs[:2], modified_at=later)
    assert judge(given.facts, much_shorter) is not None
    assert judge(given.facts, replace(shorter, modified_at=AT - timedelta(days=1))) is not None


def test_times_without_a_zone_of_their_own_are_compared_in_utc() -> None:
    given = material("en")
    edge = datetime.max.replace(tzinfo=UTC)
    assert judge(given.facts, replace(given.facts, modified_at=edge, published_at=edge)) is None


def accepted_of(versions: Sequence[Facts]) -> list[int]:
    """The indexes of the contents that were the best so far when they came; the first always."""
    accepted: list[int] = []
    for at, new in enumerate(versions):
        if judge_against([versions[one] for one in accepted], new) is None:
            accepted.append(at)
    return accepted


def test_what_is_worse_stays_so_however_often_it_is_seen() -> None:
    given = material("ja")
    wall = given.with_body(*given.first(0.3), given.wall)
    assert accepted_of([given.facts, wall, wall, wall, wall])[-1] == 0
    assert accepted_of([wall, given.facts, wall, wall])[-1] == 1


def test_a_text_is_not_worn_away_in_small_steps() -> None:
    given = material("en")
    paragraphs = list(given.story.paragraphs)
    steps = [given.with_body(*paragraphs[: len(paragraphs) - at]) for at in range(6)]
    assert judge(steps[0], steps[1]) is None
    assert accepted_of(steps)[-1] < 3


def test_the_best_of_a_real_life() -> None:
    """A flash, a wall, the article, an edit of it, half of it, an error page."""
    given = material("de")
    story = given.story
    life = [
        given.with_body(*story.paragraphs[:1]),
        given.with_body(OTHERS["de"]["cookies"]),
        given.facts,
        given.with_body(*story.paragraphs[:3], *story.paragraphs[4:]),
        given.with_body(*given.first(0.4)),
        Facts(OTHERS["de"]["error"], "Fehler"),
    ]
    assert accepted_of(life) == [0, 2, 3]


def test_facts_of_an_article() -> None:
    article = replace(make_article("One.\nTwo.", "A title"), calls=("Log in.",))
    assert facts_of(article, 3) == Facts(
        "One.\nTwo.",
        "A title",
        authors=("Ana Ruiz",),
        published_at=article.published_at,
        modified_at=None,
        verdict=Verdict.ARTICLE,
        number=3,
        calls=("Log in.",),
        extractor=article.extractor_version,
        site_name=article.site_name,
        page_title=article.page_title,
    )


PARAGRAPHS = [line for story in STORIES for line in story.paragraphs]
bodies = st.lists(st.sampled_from(PARAGRAPHS), max_size=7).map("\n".join)
contents = st.builds(
    Facts,
    body=st.one_of(bodies, bodies.map(lambda body: body[: len(body) // 2]), st.text(max_size=80)),
    title=st.sampled_from([None, "", *(story.title for story in STORIES[:6])]),
    authors=st.sampled_from([(), ("Ana Ruiz",)]),
    published_at=st.sampled_from([None, AT, AT + timedelta(days=2)]),
    modified_at=st.sampled_from([None, AT, AT + timedelta(days=3)]),
    verdict=st.sampled_from([*[Verdict.ARTICLE] * 4, Verdict.TEASER, Verdict.CONSENT_WALL]),
)


@settings(max_examples=60, deadline=None)
@given(contents)
def test_a_content_is_not_worse_than_itself(facts: Facts) -> None:
    assert judge(facts, facts) is None


@settings(max_examples=60, deadline=None)
@given(contents, contents)
def test_an_article_is_never_worse_than_none_and_no_text_never_better(
    one: Facts, other: Facts
) -> None:
    article = replace(one, verdict=Verdict.ARTICLE)
    none = replace(other, verdict=Verdict.SOFT_404)
    assert judge(none, article) is None
    assert judge(article, none) is not None
    found = judge(replace(article, body="word"), replace(article, body=""))
    assert found is not None
    assert found.kind == "no_text"


@settings(max_examples=60, deadline=None)
@given(contents, st.lists(st.sampled_from(PARAGRAPHS), max_size=4))
def test_more_text_is_never_worse(facts: Facts, more: list[str]) -> None:
    assert judge(facts, replace(facts, body="\n".join([facts.body, *more]))) is None


@settings(max_examples=60, deadline=None)
@given(st.lists(contents, min_size=1, max_size=6))
def test_the_best_is_worse_than_no_other_accepted_one(versions: list[Facts]) -> None:
    accepted = accepted_of(versions)
    best = accepted[-1]
    assert accepted[0] == 0
    assert all(judge(versions[one], versions[best]) is None for one in accepted)
    for at in range(best + 1, len(versions)):
        assert judge_against([versions[one] for one in accepted], versions[at]) is not None


# --------------------------------------------------------------------- another reading of a page


@settings(max_examples=60, deadline=None)
@given(st.lists(contents, max_size=5), contents)
def test_what_a_reading_gave_up_measures_nothing(earlier: list[Facts], reading: Facts) -> None:
    """The same content is let through again, and what it did not give up still counts."""
    measure = measure_by(earlier, reading)
    assert measure[-1] is reading
    assert judge_against(measure, reading) is None
    assert all(one in measure for one in earlier if judge(one, reading) is None)


@pytest.mark.parametrize(
    ("before", "today", "cause", "may_lose"),
    [
        ("4", "4+rule:1f2e", "rule", True),
        ("4+rule:1f2e", "4+rule:2f2e", "rule", True),
        ("4", "5+rule:1f2e", "rule", True),
        ("4+rule:1f2e", "5+rule:1f2e", "extractor", False),
        ("4+rule:1f2e", "4", "rule", False),
        ("4", "5", "extractor", False),
        (None, "5+rule:1f2e", "rule", True),
        ("4", None, "extractor", False),
    ],
)
def test_whether_a_rule_reads_otherwise(
    before: str | None, today: str | None, cause: str, may_lose: bool
) -> None:
    assert cause_of(before, today) == cause
    assert may_lose_text(before, today) is may_lose

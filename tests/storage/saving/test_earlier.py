"""Recordings come in any order, and an article is the best of what was seen all the same."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from scraper.model.types import Article, Outcome, Verdict
from storage.archive import Archive
from storage.database.engine import open_engine
from storage.integrity.verify import verify
from storage.reading.library import Library
from storage.reading.story_queries import StoryQueries
from storage.search.finder import Search
from tests.storage.makers import BY_HAND, NOW, make_article, make_capture
from tests.storage.saving.test_never_worse import EDITS, PARAGRAPHS, URL, WHOLE, WORSE

DAY = timedelta(days=1)
WHOLE_ARTICLE = make_article(WHOLE, page_title="A title - Test Paper")
PAST = [
    name
    for name, made in WORSE.items()
    # The calls under a text are not stored: what they said of it is known only while it is filed.
    if made().verdict is Verdict.ARTICLE and not made().calls
]
STEPS = [
    WHOLE_ARTICLE,
    WORSE["half of it"](),
    EDITS["a paragraph more"](),
    WORSE["without its byline"](),
    WORSE["cut in a sentence"](),
]
"""As they came to be seen, a day apart."""


def record(archive: Archive, article: Article, day: float) -> Outcome:
    """Import what was recorded on a day."""
    at = NOW + day * DAY
    capture = replace(make_capture(URL, article), attempted_at=at)
    assert capture.response is not None
    capture = replace(capture, response=replace(capture.response, fetched_at=at))
    return archive.save(capture, BY_HAND, NOW + 100 * DAY, seen_at=at).outcome


@pytest.mark.parametrize("what", PAST)
def test_what_lost_text_gives_way_to_a_whole_text_from_before(
    archive: Archive, library: Library, engine: Engine, what: str
) -> None:
    record(archive, WORSE[what](), day=2)
    assert record(archive, WHOLE_ARTICLE, day=1) is Outcome.CHANGED
    now = library.get(1)
    assert now is not None
    assert (now.body, now.authors, now.versions) == (WHOLE, ("Ana Ruiz",), 1)
    worse, whole = library.versions(1)
    assert (whole.current, whole.accepted, whole.reason) == (True, True, None)
    assert (worse.current, worse.accepted) == (False, False)
    assert worse.reason
    assert "version 2" in worse.reason
    assert [hit.record.id for hit in Search(engine).find("lighthouse breakwater").hits] == [1]
    assert verify(engine, NOW).damage == []
    # The same once more changes nothing.
    assert record(archive, WORSE[what](), day=2) is Outcome.UNCHANGED
    assert library.versions(1) == [worse, whole]


@pytest.mark.parametrize("what", PAST)
def test_what_lost_text_before_is_kept_beside_too(
    archive: Archive, library: Library, what: str
) -> None:
    record(archive, WHOLE_ARTICLE, day=1)
    record(archive, EDITS["a paragraph more"](), day=3)
    assert record(archive, WORSE[what](), day=2) is Outcome.UNCHANGED
    beside = library.versions(1)[2]
    assert (beside.accepted, beside.current) == (False, False)
    assert beside.reason


@pytest.mark.parametrize("what", EDITS)
def test_what_was_edited_since_stays(archive: Archive, library: Library, what: str) -> None:
    edited = EDITS[what]()
    record(archive, edited, day=2)
    record(archive, WHOLE_ARTICLE, day=1)
    now = library.get(1)
    assert now is not None
    assert (now.title, now.body, now.versions) == (edited.title, edited.body, 2)


def test_the_last_that_is_whole_takes_the_place_again(archive: Archive, library: Library) -> None:
    """A text that was worn away in steps of two paragraphs, none of which is a loss by itself."""
    worn = [make_article("\n".join(PARAGRAPHS[:count])) for count in (10, 8, 6)]
    record(archive, worn[1], day=2)
    record(archive, worn[2], day=3)
    record(archive, worn[0], day=1)
    bodies = {one.body: one for one in library.versions(1)}
    assert bodies[worn[1].body].current
    assert not bodies[worn[2].body].accepted
    assert bodies[worn[0].body].accepted


def test_stories_and_moves_follow(archive: Archive, engine: Engine, library: Library) -> None:
    elsewhere = "https://b.example/the-same"
    archive.save(make_capture(elsewhere, WHOLE_ARTICLE), BY_HAND, NOW)
    record(archive, WORSE["half of it"](), day=2)
    record(archive, WHOLE_ARTICLE, day=1)
    (story,) = StoryQueries(engine).list(0)
    assert len(story.articles) == 2
    assert {one.url for one in library.list(0)} == {URL, elsewhere}


@settings(
    max_examples=20, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(st.permutations(range(len(STEPS))))
def test_any_order_comes_to_the_same_article(order: Sequence[int]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        engine = open_engine(Path(directory) / "kliping.db")
        archive, library = Archive(engine), Library(engine)
        for day in order:
            record(archive, STEPS[day], day)
        now = library.get(1)
        assert now is not None
        assert (now.body, now.authors) == (STEPS[2].body, STEPS[2].authors)
        accepted = {one.body for one in library.versions(1) if one.accepted}
        assert accepted >= {STEPS[0].body, STEPS[2].body}
        engine.dispose()


def test_what_a_rule_gave_up_does_not_come_back_with_an_earlier_page(
    archive: Archive, library: Library, engine: Engine
) -> None:
    """A rule of the site read the page as half of what it was; its past is imported afterwards."""
    half = replace(WORSE["half of it"](), extractor_version="5+rule:1f2e")
    record(archive, replace(WHOLE_ARTICLE, extractor_version="5"), day=2)
    capture = replace(make_capture(URL, half), attempted_at=NOW + 3 * DAY, baseline=half)
    done = archive.save(capture, BY_HAND, NOW + 100 * DAY, seen_at=NOW + 3 * DAY)
    assert (done.outcome, done.reread) == (Outcome.UNCHANGED, "rule")
    before = replace(half, body=half.body.partition("\n")[2])
    record(archive, before, day=1)
    record(archive, replace(half, body=f"{half.body}\nNobody was hurt."), day=1.5)
    now = library.get(1)
    assert now is not None
    assert now.body == half.body
    assert verify(engine, NOW).damage == []

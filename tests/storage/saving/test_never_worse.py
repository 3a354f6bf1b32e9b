"""What lost text is kept beside the article, never in its place; stories and index as filed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from scraper.model.types import Article, Capture, Outcome, Settlement, Validators, Verdict
from storage.archive import Archive
from storage.database.engine import reading
from storage.integrity.verify import verify
from storage.models import Document, Page
from storage.reading.library import Library
from storage.reading.story_queries import StoryQueries
from storage.search.finder import Search
from tests.storage.makers import LATER, NOW, make_article, make_capture

URL = "https://a.example/harbour"
_SYLLABLES = "ba de fi go lu ma ne pi ro su ta ve wi xo ya zu".split()


def sentence(number: int) -> str:
    """Thirty words that stand in no other sentence."""
    words = []
    for place in range(number * 30, number * 30 + 30):
        low, rest = place % 16, place // 16
        words.append(_SYLLABLES[low] + _SYLLABLES[rest % 16] + _SYLLABLES[rest // 16])
    return f"The {' '.join(words)} said the harbour council."


THINGS = "crane lighthouse ferry breakwater slipway warehouse dredger pilot café quay".split()
PARAGRAPHS = [f"{sentence(number)[:-1]} of the {thing}." for number, thing in enumerate(THINGS)]
WHOLE = "\n".join(PARAGRAPHS)
VALIDATORS = Settlement(LATER, validators=Validators('"1"'))


def wall(
    body: str = "Please accept our cookies to read on. We and our partners store them.",
) -> Article:
    return make_article(body, "Before you continue", verdict=Verdict.CONSENT_WALL, evidence="wall")


WORSE: dict[str, Callable[[], Article]] = {
    "half of it": lambda: make_article("\n".join(PARAGRAPHS[:5])),
    "the beginning, and a plea": lambda: make_article(
        "\n".join([*PARAGRAPHS[:2], "Subscribe to read the whole story."])
    ),
    "cut in a sentence": lambda: make_article(WHOLE[: len(WHOLE) * 4 // 5 - 7]),
    "most of it, and a plea": lambda: replace(
        make_article("\n".join(PARAGRAPHS[:8])), calls=("Log in to see the rest.",)
    ),
    "its letters broken": lambda: make_article(WHOLE.replace("é", "\ufffd")),
    "its letters replaced": lambda: make_article(WHOLE.replace("é", "?")),
    "its letters left out": lambda: make_article(WHOLE.replace("é", "")),
    "its letters read as others": lambda: make_article(WHOLE.replace("é", "й")),
    "the site's name for a title": lambda: make_article(
        WHOLE, "- Test Paper", page_title="- Test Paper"
    ),
    "its letters misread": lambda: make_article(WHOLE.encode().decode("latin-1")),
    "without its byline": lambda: make_article(WHOLE, authors=()),
    "comments in its place": lambda: make_article(
        "\n".join(f"Reader{n} wrote: I do not like what they say here at all." for n in range(8))
    ),
    "without its title": lambda: make_article(WHOLE, None),
    "a wall": wall,
    "a teaser": lambda: make_article(PARAGRAPHS[0], verdict=Verdict.TEASER, evidence="cut"),
}
EDITS: dict[str, Callable[[], Article]] = {
    "a paragraph less": lambda: make_article("\n".join(PARAGRAPHS[:4] + PARAGRAPHS[5:])),
    "a paragraph more": lambda: make_article(WHOLE + "\nAnd the mayor said that it would be done."),
    "another title": lambda: make_article(WHOLE, "Council to mend the pier"),
    "a paragraph more, and no name": lambda: make_article(
        WHOLE + "\nAnd the mayor said that it would be done.", authors=()
    ),
    "spelt in ASCII, and a question": lambda: make_article(
        WHOLE.replace("é", "e").replace("the crane.", "the crane?")
    ),
    "all anew": lambda: make_article(
        "\n".join(
            one.replace("harbour council", "town's committee for the port") for one in PARAGRAPHS
        )
    ),
}


@pytest.mark.parametrize("what", WORSE)
def test_a_page_that_lost_text_never_takes_its_place(
    archive: Archive, library: Library, engine: Engine, what: str
) -> None:
    whole = make_article(WHOLE, page_title="A title - Test Paper")
    archive.save(make_capture(URL, whole), VALIDATORS, NOW)
    before = library.get(1)
    for hours in (6, 12):
        decision = archive.save(
            make_capture(URL, WORSE[what]()), VALIDATORS, NOW + timedelta(hours=hours)
        )
        assert decision.outcome in (Outcome.UNCHANGED, Outcome.REJECTED)
        assert decision.reason
    now = library.get(1)
    assert before is not None
    assert now is not None
    assert (now.title, now.body, now.versions) == (before.title, before.body, 1)
    first, beside = library.versions(1)  # kept once, however often it comes
    assert (first.current, first.accepted) == (True, True)
    assert (beside.current, beside.accepted) == (False, False)
    assert beside.reason
    assert verify(engine, LATER).damage == []


def test_after_a_loss_the_whole_page_is_asked_for(archive: Archive, engine: Engine) -> None:
    """A 304 to the lesser page's validators would leave us with it for ever."""

    def stored() -> str | None:
        with reading(engine) as session:
            return session.scalar(select(Page.etag))

    archive.save(make_capture(URL, make_article(WHOLE)), VALIDATORS, NOW)
    assert stored() == '"1"'
    archive.save(make_capture(URL, WORSE["half of it"]()), VALIDATORS, LATER)
    assert stored() is None


@pytest.mark.parametrize("what", EDITS)
def test_what_publishers_do_is_an_edit(archive: Archive, library: Library, what: str) -> None:
    archive.save(make_capture(URL, make_article(WHOLE)), VALIDATORS, NOW)
    decision = archive.save(make_capture(URL, EDITS[what]()), VALIDATORS, LATER)
    assert decision.outcome is Outcome.CHANGED
    now = library.get(1)
    assert now is not None
    assert (now.body, now.title, now.versions) == (EDITS[what]().body, EDITS[what]().title, 2)


def test_a_poor_first_page_gives_way_and_does_not_come_back(
    archive: Archive, library: Library
) -> None:
    half = make_capture(URL, WORSE["half of it"]())
    archive.save(half, VALIDATORS, NOW)
    archive.save(make_capture(URL, make_article(WHOLE)), VALIDATORS, LATER)
    assert archive.save(half, VALIDATORS, LATER).outcome is Outcome.UNCHANGED
    record = library.get(1)
    assert record is not None
    assert record.body == WHOLE


def test_an_edit_after_a_loss_is_told_as_one(archive: Archive, library: Library) -> None:
    archive.save(make_capture(URL, make_article(WHOLE)), VALIDATORS, NOW)
    archive.save(make_capture(URL, WORSE["half of it"]()), VALIDATORS, NOW)
    done = archive.save(make_capture(URL, EDITS["a paragraph more"]()), VALIDATORS, LATER)
    assert done.outcome is Outcome.CHANGED
    assert [one.current for one in library.versions(1)] == [False, False, True]


def test_a_wall_without_text_keeps_its_page(
    archive: Archive, library: Library, engine: Engine
) -> None:
    archive.save(make_capture(URL, make_article(WHOLE)), VALIDATORS, NOW)
    archive.save(make_capture(URL, wall("")), VALIDATORS, LATER)
    report = verify(engine, LATER)
    assert report.damage == []
    assert report.checked["snapshots"] == 2
    assert len(library.versions(1)) == 1


class TestStories:
    def save(self, archive: Archive, url: str, body: str, title: str = "A title") -> Capture:
        capture = make_capture(url, make_article(body, title))
        archive.save(capture, VALIDATORS, NOW)
        return capture

    def test_the_same_text_in_several_outlets_is_one_story(
        self, archive: Archive, engine: Engine
    ) -> None:
        self.save(archive, URL, WHOLE)
        self.save(archive, "https://b.example/1", "By our correspondent.\n" + WHOLE, "Another")
        self.save(archive, "https://c.example/1", "\n".join(PARAGRAPHS[:6]), "Cut to half")
        self.save(archive, "https://d.example/1", " ".join(f"else{n}" for n in range(200)))
        self.save(archive, "https://e.example/1", WHOLE)
        (story,) = StoryQueries(engine).list()
        assert [one.id for one in story.articles] == [1, 2, 3, 5]
        assert StoryQueries(engine).get(3) is not None
        assert StoryQueries(engine).get(4) is None
        assert verify(engine, LATER).damage == []

    def test_two_stories_that_turn_out_to_be_one_are_joined(
        self, archive: Archive, engine: Engine
    ) -> None:
        half, rest = "\n".join(PARAGRAPHS[:5]), "\n".join(PARAGRAPHS[5:])
        self.save(archive, URL, half)
        self.save(archive, "https://b.example/1", half + "\nAgency")
        self.save(archive, "https://c.example/1", rest)
        self.save(archive, "https://d.example/1", rest + "\nAgency")
        assert len(StoryQueries(engine).list()) == 2
        self.save(archive, "https://e.example/1", WHOLE)
        (story,) = StoryQueries(engine).list()
        assert len(story.articles) == 5

    def test_an_edited_text_is_found_by_what_it_says_now(
        self, archive: Archive, engine: Engine
    ) -> None:
        self.save(archive, URL, " ".join(f"old{number}" for number in range(200)))
        self.save(archive, URL, WHOLE, "Another title")
        self.save(archive, "https://b.example/1", WHOLE, "A third")
        (story,) = StoryQueries(engine).list()
        assert [one.id for one in story.articles] == [1, 2]


class TestIndex:
    def found(self, engine: Engine, words: str) -> list[int]:
        return [hit.record.id for hit in Search(engine).find(words).hits]

    def test_an_article_is_found_by_its_current_text_alone(
        self, archive: Archive, engine: Engine
    ) -> None:
        archive.save(make_capture(URL, make_article(WHOLE)), VALIDATORS, NOW)
        assert self.found(engine, "lighthouse") == [1]
        changed = make_article(WHOLE.replace("lighthouse", "windmill"))
        archive.save(make_capture(URL, changed), VALIDATORS, LATER)
        assert self.found(engine, "lighthouse") == []
        assert self.found(engine, "windmill site:a.example") == [1]

    def test_what_is_no_article_is_not_found_until_it_is(
        self, archive: Archive, engine: Engine
    ) -> None:
        teaser = make_article(PARAGRAPHS[0], verdict=Verdict.TEASER, evidence="cut")
        archive.save(make_capture(URL, teaser), VALIDATORS, NOW)
        assert self.found(engine, "crane") == []
        archive.save(make_capture(URL, make_article(WHOLE)), VALIDATORS, LATER)
        assert self.found(engine, "crane") == [1]
        with reading(engine) as session:
            assert len(session.scalars(select(Document)).all()) == 1

    def test_an_article_that_moved_is_found_at_its_new_host(
        self, archive: Archive, engine: Engine
    ) -> None:
        archive.save(make_capture(URL, make_article(WHOLE)), VALIDATORS, NOW)
        moved = make_capture(URL, make_article(WHOLE), final="https://www.a.example/new")
        archive.save(moved, VALIDATORS, LATER)
        assert self.found(engine, "crane site:www.a.example") == [1]
        assert verify(engine, LATER).damage == []


def test_a_lesser_text_that_was_filed_first_and_comes_back_is_not_taken(
    archive: Archive, library: Library
) -> None:
    """It is an accepted version: nothing better was known when it came."""
    half, whole = WORSE["half of it"](), make_article(WHOLE)
    for day, article in enumerate((half, whole, half, half)):
        at = NOW + timedelta(days=day)
        capture = replace(make_capture(URL, article), attempted_at=at)
        assert capture.response is not None
        capture = replace(capture, response=replace(capture.response, fetched_at=at))
        decision = archive.save(capture, VALIDATORS, at)
    assert (decision.outcome, (decision.reason or "")[:4]) == (Outcome.UNCHANGED, "lost")
    now = library.get(1)
    assert now is not None
    assert now.body == WHOLE
    assert [showing.version_id for showing in library.showings(1)] == [1, 2]
    (rejection,) = library.rejections(1)
    assert (rejection.times, rejection.reason) == (2, decision.reason)

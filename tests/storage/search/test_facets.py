"""Pages and facets of a search say what one would count by hand, on both databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from storage.database.engine import open_engine
from storage.reading.marks import Marks, load_marks
from storage.search import facets, finder
from storage.search.filters import Filters, PageType
from storage.search.finder import CursorError, Search, SortOrder
from tests.storage.search.shelf import Shelf

SITES = ("alpha.example", "beta.example", "gamma.example")
LANGUAGES = ("en", "ar", "zh", None)
NAMES = ("Ada Pier", "Ada Pier-Smith", "ada pier", 'Bo "Mole"', "\u674e\u660e", "!", "O'Hara, 50%_")
SECTIONS = ("Politics", "politics", "\u653f\u6cbb", None)


@dataclass(frozen=True)
class Piece:
    """What was put on the shelf, as far as filters ask."""

    id: int
    site: str
    language: str | None
    authors: tuple[str, ...]
    section: str | None
    day: str
    edited: bool
    stealth: bool
    story: bool
    type: PageType


_STORIES = {7: 2, 9: 3, 11: 11}


def _story(piece: Piece) -> int:
    return _STORIES[(piece.id - 1) % 12]


def fill(shelf: Shelf) -> list[Piece]:
    """Sixty pieces of great variety."""
    made: list[Piece] = []
    stories: dict[int, int] = {}
    for n in range(60):
        at = datetime(2026, 1 + n % 5, 1 + n % 28, 23, 30, tzinfo=UTC) + timedelta(n)
        offset = (0, 3600, -18000)[n % 3]
        authors = tuple(dict.fromkeys((NAMES[n % 7], NAMES[n * 3 % 5])))[: n % 3]
        story = _STORIES.get(n % 12)
        site = SITES[n * n % 3]
        verdict: PageType = "teaser" if n % 10 == 4 else "article"
        body = ("harbour" if n % 2 else "rain") + f" council {'pier' * (n % 4)} {n}"
        id = shelf.add(
            body,
            f"Title {n}",
            site=site,
            url=f"https://www.{site}/{n}",
            language=LANGUAGES[n % 4],
            authors=[*authors],
            section=SECTIONS[n * 7 % 4],
            published_at=at if n % 9 else None,
            published_offset=offset,
            verdict=verdict,
        )
        if story is not None:
            first = stories.setdefault(story, id)
            shelf.alter(id, story_id=first)
        edited, stealth = n % 5 == 0, n % 15 == 0
        if edited:
            body += " anew"
            shelf.edit(id, body, stealth=stealth)
        day = at.astimezone(timezone(timedelta(seconds=offset))) if n % 9 else None
        made.append(
            Piece(
                id,
                site,
                LANGUAGES[n % 4],
                authors,
                SECTIONS[n * 7 % 4],
                f"{day:%Y-%m-%d}" if day else "2026-03-01",
                edited,
                stealth,
                story is not None,
                verdict,
            )
        )
    sharing = {
        one.id
        for one in made
        for other in made
        if one.story and other.story and _story(one) == _story(other) and one.site != other.site
    }
    return [replace(one, story=one.id in sharing) for one in made]


@dataclass(frozen=True)
class Filled:
    engine: Engine
    pieces: list[Piece]


@pytest.fixture(scope="module")
def file(tmp_path_factory: Any) -> Iterator[Filled]:
    engine = open_engine(Path(tmp_path_factory.mktemp("facets")) / "kliping.db")
    yield Filled(engine, fill(Shelf(engine)))
    engine.dispose()


def holds(piece: Piece, filters: Filters) -> bool:
    wanted = (
        (filters.site, piece.site),
        (filters.language, piece.language),
        (filters.section, piece.section),
        (filters.month, piece.day[:7]),
        (filters.type, piece.type),
    )
    return (
        all(value is None or value == its for value, its in wanted)
        and (filters.author is None or filters.author in piece.authors)
        and (piece.edited or not filters.edited)
        and (piece.stealth or not filters.stealth)
        and (piece.story or not filters.story)
    )


def counted(pieces: list[Piece], name: str) -> dict[str, int]:
    if name == "author":
        return Counter(one for piece in pieces for one in piece.authors)
    values = [piece.day[:7] if name == "month" else getattr(piece, name) for piece in pieces]
    return Counter("1" if value is True else value for value in values if value)


QUERIES = (
    "",
    "harbour",
    "council -pier",
    "harbour OR pierpier",
    "title:12",
    "no",
    "rain lang:en",
)
some_filters = st.builds(
    Filters,
    site=st.sampled_from((None, None, *SITES, "none.example")),
    language=st.sampled_from((None, None, "en", "zh", "xx")),
    author=st.sampled_from((None, None, *NAMES, "Pier", "\x00")),
    section=st.sampled_from((None, None, *SECTIONS, "nothing")),
    month=st.sampled_from((None, None, "2026-02", "2026-03", "2026-13", "soon")),
    edited=st.booleans(),
    stealth=st.sampled_from((False, False, True)),
    story=st.sampled_from((False, False, True)),
    type=st.sampled_from(("article", "article", "teaser")),
)


def walk(search: Search, query: str, filters: Filters, by: SortOrder, limit: int) -> list[int]:
    """The ids of all pages."""
    ids, cursor = [], None
    while True:
        page = search.page(query, filters=filters, by=by, limit=limit, cursor=cursor)
        assert len(page.hits) <= limit
        ids += [hit.record.id for hit in page.hits]
        cursor = page.next_cursor
        if cursor is None:
            return ids
        assert len(page.hits) == limit


def check_pages(filled: Filled, query: str, filters: Filters, by: SortOrder, limit: int) -> None:
    search = Search(filled.engine)
    kept = {piece.id for piece in filled.pieces if holds(piece, filters)}
    found = search.find(query or "after:1000", limit=0, by=by, teasers=True).hits
    assert walk(search, query, filters, by, limit) == [
        hit.record.id for hit in found if hit.record.id in kept
    ]


def check_facets(filled: Filled, query: str, filters: Filters) -> None:
    search = Search(filled.engine)
    every = search.find(query or "after:1000", limit=0, teasers=True).hits
    ids = {hit.record.id for hit in every}
    pieces = [piece for piece in filled.pieces if piece.id in ids]
    result = search.facets(query, filters=filters)
    assert not result.is_truncated
    for name in facets.FACETS:
        own: Any = {name: getattr(Filters(), name)}
        if name == "type":
            under = [one for one in pieces if holds(one, replace(filters, type=one.type))]
        else:
            under = [one for one in pieces if holds(one, replace(filters, **own))]
        assert dict(result.counts[name]) == counted(under, name), name
    kept = [one for one in pieces if holds(one, filters)]
    assert result.total == len(kept) == sum(number for _, number in result.days)


law = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


# Relevance weighs a word by the hits at hand: its order under filters is another.
@law
@given(
    st.sampled_from(QUERIES),
    some_filters,
    st.sampled_from((SortOrder.FILED, SortOrder.PUBLISHED)),
    st.integers(1, 25),
    st.sampled_from((0, 3, finder.COMMON)),
)
def test_the_pages_of_a_query_are_its_hits_that_the_filters_keep(
    file: Filled, query: str, filters: Filters, by: SortOrder, limit: int, common: int
) -> None:
    """However many hits are so many that they are looked for among the last days first."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(finder, "COMMON", common)
        check_pages(file, query, filters, by, limit)


@law
@given(st.sampled_from(QUERIES), some_filters)
def test_facets_count_what_one_would_count_by_hand(
    file: Filled, query: str, filters: Filters
) -> None:
    check_facets(file, query, filters)


@pytest.mark.parametrize("common", [0, finder.COMMON])
def test_the_same_on_both_databases(
    engine: Engine, shelf: Shelf, common: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finder, "COMMON", common)
    filled = Filled(engine, fill(shelf))
    for query in QUERIES:
        for filters in (
            Filters(),
            Filters(site="beta.example", edited=True),
            Filters(author="Ada Pier", language="en"),
            Filters(author='Bo "Mole"'),
            Filters(section="Politics", month="2026-03"),
            Filters(story=True),
            Filters(stealth=True),
            Filters(type="teaser"),
            Filters(author="\x00", section="\ud800"),
        ):
            for by in (SortOrder.FILED, SortOrder.PUBLISHED):
                check_pages(filled, query, filters, by, 4)
            check_facets(filled, query, filters)


def test_pages_by_relevance_are_the_hits_in_that_order(file: Filled) -> None:
    search = Search(file.engine)
    wanted = [hit.record.id for hit in search.find("pier*", limit=0, by=SortOrder.RELEVANCE).hits]
    assert len(wanted) > 20
    assert walk(search, "pier*", Filters(), SortOrder.RELEVANCE, 7) == wanted


@pytest.mark.parametrize("by", SortOrder)
def test_what_is_filed_meanwhile_moves_no_page(shelf: Shelf, search: Search, by: SortOrder) -> None:
    for n in range(9):
        shelf.add(f"harbour {n}", published_at=datetime(2026, 3, 1 + n, tzinfo=UTC))
    wanted = walk(search, "harbour", Filters(), by, 50)
    page = search.page("harbour", by=by, limit=4)
    shelf.add("harbour harbour", "Harbour", published_at=datetime(2026, 12, 1, tzinfo=UTC))
    rest = search.page("harbour", by=by, limit=9, cursor=page.next_cursor)
    assert [hit.record.id for hit in (*page.hits, *rest.hits)] == wanted
    assert rest.next_cursor is None


def test_relevance_looks_at_a_bounded_number_and_says_so(
    shelf: Shelf, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finder, "RELEVANT_AMONG", 5)
    for n in range(8):
        shelf.add(f"harbour {n}")
    page = search.page("harbour", by=SortOrder.RELEVANCE, limit=3)
    rest = search.page("harbour", by=SortOrder.RELEVANCE, limit=3, cursor=page.next_cursor)
    assert "the order is of the newest 5" in page.notes[0]
    assert {hit.record.id for hit in (*page.hits, *rest.hits)} == {4, 5, 6, 7, 8}
    assert rest.next_cursor is None


def test_facets_count_a_bounded_number_and_say_so(
    shelf: Shelf, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facets, "FACETED", 5)
    for n in range(8):
        shelf.add("harbour", site=f"paper{n}.example", url=f"https://paper{n}.example/{n}")
    result = search.facets("harbour")
    assert (result.total, result.is_truncated) == (5, True)
    assert {site for site, _ in result.counts["site"]} == {f"paper{n}.example" for n in range(3, 8)}


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "!!", "\u0663", "ZiAx=", "ZiAtMQ", "ZiA5OTk5OTk5OTk5OTk5OTk5OTk5OQ", "cCAxIDI"],
)
def test_a_cursor_that_is_none_is_refused(search: Search, cursor: str) -> None:
    with pytest.raises(CursorError, match="cursor"):
        search.page("harbour", cursor=cursor)


def test_a_query_without_a_word_finds_nothing_and_an_empty_one_everything(
    shelf: Shelf, search: Search
) -> None:
    shelf.add("harbour")
    assert search.page("!!!").hits == []
    assert "no word" in search.page("!!!").notes[0]
    assert search.facets("!!!").total == 0
    assert len(search.page(" ").hits) == search.facets("").total == 1


@pytest.mark.parametrize(
    ("days", "first", "count"),
    [((0, 61), "2026-03-01", 62), ((0, 62), "2026-03", 3), ((0, 4000), "2026", 12)],
)
def test_hits_over_time_are_by_day_month_or_year(
    shelf: Shelf, search: Search, days: tuple[int, ...], first: str, count: int
) -> None:
    for day in days:
        shelf.add("harbour", published_at=datetime(2026, 3, 1, tzinfo=UTC) + timedelta(day))
    found = search.facets("harbour").days
    assert found[0] == (first, 1)
    assert len(found) == count
    assert sum(number for _, number in found) == len(days)


def test_marks_tell_edits_and_stories(engine: Engine, shelf: Shelf) -> None:
    one = shelf.add("one", story_id=None, site="alpha.example")
    shelf.alter(one, story_id=one)
    two = shelf.add("two", story_id=one, site="beta.example")
    alone = shelf.add("three")
    shelf.alter(alone, story_id=alone)
    shelf.edit(one, "one more")
    shelf.edit(one, "one more time", stealth=True)
    assert load_marks(engine, [one, two, alone, 99]) == {
        one: Marks(2, 1, one),
        two: Marks(0, 0, one),
        alone: Marks(),
    }

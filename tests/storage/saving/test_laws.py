"""Laws that hold for every order of captures, on small worlds of addresses and texts."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from scraper.model.types import Article, Capture, Outcome, PendingSave, Verdict
from storage.archive import Archive
from storage.database.engine import open_engine, reading
from storage.integrity.verify import verify
from storage.models import Article as ArticleRow
from storage.models import Base, Page, Snapshot, Version
from storage.reading.library import Library
from storage.saving import dedup
from storage.saving.capture_facts import KnownArticle, KnownVersion, Lookup
from storage.search.finder import Search
from storage.text.content_hashes import imprint_of
from storage.text.fingerprint import content_of, is_same_content
from tests.storage.makers import BY_HAND, LONG, NOW, make_article, make_capture, make_failed

URLS = [f"https://{host}.example/{path}" for host in "ab" for path in ("1", "2", "3")]
ANOTHER = 3
"""The number of a text that is no variant of the others."""
OTHER = " ".join(f"word{number}" for number in range(150))
addresses = st.sampled_from(URLS)
verdicts = st.sampled_from([Verdict.SOFT_404, Verdict.LOGIN_WALL])


@dataclass(frozen=True)
class Event:
    """A capture in short, so that a counterexample can be read."""

    url: str
    final: str | None
    declared: str | None
    verdict: Verdict | None
    text: int
    title: str

    @property
    def article(self) -> Article:
        if self.verdict in (Verdict.SOFT_404, Verdict.LOGIN_WALL):
            fields = {"verdict": self.verdict, "evidence": "x"}
            return make_article("", None, declared_url=self.declared, **fields)
        text = OTHER if self.text == ANOTHER else f"{LONG} {self.text}"
        return make_article(text, self.title, verdict=self.verdict, declared_url=self.declared)

    @property
    def capture(self) -> Capture:
        if self.verdict is None:
            return make_failed(self.url)
        return make_capture(self.url, self.article, final=self.final)


events = st.builds(
    Event,
    addresses,
    st.none() | addresses,
    st.none() | addresses,
    st.sampled_from([Verdict.ARTICLE] * 4 + [Verdict.TEASER, None]) | verdicts,
    st.integers(0, ANOTHER),
    st.sampled_from(["One", "Two"]),
)
articles = events.filter(lambda event: event.verdict is not None).map(lambda event: event.article)


few = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)


HERE, THERE = "https://a.example/1", "https://a.example/2"


@few
@given(st.lists(events, min_size=1, max_size=10))
@example(
    [
        Event(HERE, None, None, Verdict.ARTICLE, 0, "One"),
        Event(THERE, None, None, Verdict.SOFT_404, 0, "One"),
        Event(HERE, None, THERE, Verdict.ARTICLE, 0, "Two"),
    ]
)
@example(
    [
        Event(HERE, None, None, Verdict.ARTICLE, 0, "One"),
        Event(THERE, None, None, Verdict.SOFT_404, 0, "One"),
        Event(HERE, THERE, None, Verdict.ARTICLE, 1, "Two"),
    ]
)
@example(
    [
        Event(HERE, None, None, Verdict.ARTICLE, 0, "One"),
        Event(THERE, None, None, Verdict.ARTICLE, 1, "Two"),
        Event(THERE, None, HERE, Verdict.ARTICLE, 0, "One"),
        Event(THERE, None, None, Verdict.ARTICLE, 1, "One"),
    ]
)
@example(
    [
        Event(HERE, None, None, Verdict.ARTICLE, 0, "One"),
        Event(THERE, None, None, Verdict.ARTICLE, 0, "One"),
        Event(THERE, None, None, Verdict.ARTICLE, ANOTHER, "Two"),
        Event(HERE, None, None, Verdict.ARTICLE, 1, "One"),
        Event(THERE, None, None, Verdict.ARTICLE, 0, "One"),
    ]
)
@example(
    [
        Event(HERE, None, None, Verdict.ARTICLE, 0, "One"),
        Event(THERE, "https://a.example/3", None, Verdict.ARTICLE, 1, "One"),
        Event(HERE, THERE, None, Verdict.ARTICLE, 0, "Two"),
    ]
)
def test_any_order_of_captures_keeps_the_archive_whole(history: list[Event]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        engine = open_engine(Path(directory) / "kliping.db")
        archive, library = Archive(engine), Library(engine)
        filed: set[int] = set()
        for capture in (event.capture for event in history):
            decision = archive.save(capture, BY_HAND, NOW)
            if decision.filed:
                assert decision.article_id not in filed
                filed.add(decision.article_id or 0)
            size = sizes(engine)
            again = archive.save(capture, BY_HAND, NOW)
            assert not again.filed
            assert again.outcome is not Outcome.NEW
            assert again.outcome is not Outcome.CHANGED
            assert sizes(engine) == size
        listed = library.list(0)
        assert {one.id for one in listed} == filed
        assert len({one.canonical_url for one in listed}) == len(listed)
        for one in listed:
            versions = [version for version in library.versions(one.id) if version.accepted]
            assert Counter(version.current for version in versions)[True] == 1
            assert len({version.content_hash for version in versions}) == len(versions)
            assert one.versions == len(versions)
        engine.dispose()


@settings(few, max_examples=10)
@given(st.lists(events, min_size=2, max_size=10), st.data())
def test_captures_saved_together_leave_what_each_alone_would(
    history: list[Event], data: st.DataObject
) -> None:
    savings = [PendingSave(event.capture, BY_HAND, NOW) for event in history]
    cuts = sorted(data.draw(st.sets(st.integers(1, len(savings) - 1))))
    with tempfile.TemporaryDirectory() as directory:
        alone = open_engine(Path(directory) / "alone.db")
        together = open_engine(Path(directory) / "together.db")
        said = [decision for one in savings for decision in Archive(alone).save_all([one])]
        bounds = zip([0, *cuts], [*cuts, len(savings)], strict=True)
        batches = [Archive(together).save_all(savings[first:last]) for first, last in bounds]
        assert [decision for batch in batches for decision in batch] == said
        assert rows(together) == rows(alone)
        assert verify(together, NOW).total == 0
        alone.dispose()
        together.dispose()


@settings(few, max_examples=10)
@given(st.lists(events, min_size=2, max_size=10))
def test_what_the_reader_worked_out_leaves_what_the_archive_would(history: list[Event]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        itself = open_engine(Path(directory) / "itself.db")
        told = open_engine(Path(directory) / "told.db")
        for capture in (event.capture for event in history):
            article = capture.article
            known = replace(capture, imprint=None if article is None else imprint_of(article))
            said = Archive(itself).save(capture, BY_HAND, NOW)
            assert Archive(told).save(known, BY_HAND, NOW) == said
        assert rows(told) == rows(itself)
        itself.dispose()
        told.dispose()


def rows(engine: Engine) -> dict[str, list[Any]]:
    """All that is in the archive, and what is found by the words that each text has."""
    with reading(engine) as session:
        found = {
            table.name: [tuple(row) for row in session.execute(table.select())]
            for table in Base.metadata.sorted_tables
        }
    hits = Search(engine).find("word1", limit=0).hits
    return found | {"hits": [hit.record.id for hit in hits]}


def sizes(engine) -> list[int]:  # type: ignore[no-untyped-def]
    with reading(engine) as session:
        return [
            len(session.scalars(select(model.id)).all())
            for model in (ArticleRow, Version, Snapshot, Page)
        ]


known_articles = st.builds(
    KnownArticle,
    id=st.integers(1, 3),
    verdict=st.sampled_from([Verdict.ARTICLE, Verdict.TEASER, Verdict.EMPTY]),
    url=st.just(HERE),
    home_key=st.just(b"h"),
    own_keys=st.just(frozenset([b"h", b"c"])),
    current_id=st.integers(1, 2) | st.none(),
    versions=st.lists(
        st.builds(
            KnownVersion,
            st.integers(1, 2),
            articles.map(content_of),
            st.booleans(),
        ),
        max_size=2,
        unique_by=lambda version: version.id,
    ).map(tuple),
)
known = st.builds(
    Lookup,
    canonical=st.none() | known_articles,
    final=st.none() | known_articles,
    requested=st.none() | known_articles,
    declared=st.none() | known_articles,
    twin_here=st.none() | st.integers(1, 3),
    twin_elsewhere=st.none() | st.integers(1, 3),
)


@given(events, known)
def test_plans_are_deterministic_and_consistent(event: Event, known: Lookup) -> None:
    facts = dedup.examine(event.capture)
    plan = dedup.decide(facts, known)
    assert dedup.decide(facts, known) == plan
    assert not (plan.makes_article and plan.article_id is not None)
    assert not (plan.outcome is Outcome.REJECTED and plan.filed)
    if plan.filed:
        assert plan.verdict is Verdict.ARTICLE
        assert plan.version is not None
    if plan.outcome in (Outcome.UNCHANGED, Outcome.FAILED):
        assert plan.version is None
    if known.found and known.found.verdict is Verdict.ARTICLE:
        assert plan.verdict is None, "a good text keeps its verdict"


@given(articles, articles)
def test_sameness_is_reflexive_and_follows_from_equal_hashes(one: Article, two: Article) -> None:
    first, second = content_of(one), content_of(two)
    assert is_same_content(first, first)
    if first.content == second.content:
        assert is_same_content(first, second)

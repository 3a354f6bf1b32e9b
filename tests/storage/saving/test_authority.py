"""The table of authority (``storage.saving.authority``), row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations
from typing import ClassVar

import pytest
from sqlalchemy import Engine, select

from scraper.model.types import Capture, Decision, Link, Outcome, SourceKind, Verdict
from storage.archive import Archive
from storage.database.engine import reading, writing
from storage.frontier.queueing import queue_links
from storage.frontier.sources import Sources
from storage.integrity.verify import verify
from storage.maintenance.identity import find_strays
from storage.maintenance.retention import forget
from storage.models import Page
from storage.reading.library import Library
from storage.search.finder import Search
from tests.storage.makers import (
    BY_HAND,
    LATER,
    LONG,
    NOW,
    make_article,
    make_capture,
    make_failed,
    make_response,
)

PAPER, SHORT = "https://www.paper.example/story", "https://short.example/x"
BLOG, MOVED = "https://blogs.paper.example/story", "https://www.gazette.example/story"
TRUE = LONG + " The mayor opened the bridge."
LIE = LONG + " The mayor stole the bridge."
OTHER = " ".join(f"another{number}" for number in range(150))


class Desk:
    """Saves captures an hour apart, and looks at what became of them."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.archive, self.library = Archive(engine), Library(engine)
        self.now = NOW

    def save(
        self,
        url: str,
        body: str | None = TRUE,
        *,
        final: str | None = None,
        declared: str | None = None,
        recorded_at: datetime | None = None,
        verdict: Verdict = Verdict.ARTICLE,
        via: tuple[str, ...] = (),
    ) -> Decision:
        self.now += timedelta(hours=1)
        article = make_article(body or "", declared_url=declared, verdict=verdict)
        capture: Capture = make_capture(url, article, final=final)
        response = capture.response
        assert response is not None
        hops = (url, *via) if final else ()
        response = replace(response, redirects=hops, fetched_at=recorded_at or self.now)
        if body is None:
            response = replace(response, status=304)
        capture = replace(
            capture,
            response=response,
            attempted_at=recorded_at or self.now,
            article=None if body is None else article,
        )
        return self.archive.save(capture, BY_HAND, self.now, seen_at=recorded_at)

    def shown(self, url: str) -> tuple[str, str]:
        """Its home and its text."""
        record = self.library.find(url)
        assert record is not None
        return record.url, record.body or ""

    def read_at(self, url: str) -> list[str]:
        """Where each accepted version of what is at an address was read."""
        record = self.library.find(url)
        assert record is not None
        return [one.url for one in self.library.versions(record.id) if one.accepted]

    def due(self, url: str) -> datetime | None:
        with reading(self.engine) as session:
            return session.scalar(select(Page.due_at).where(Page.url == url))


@pytest.fixture
def desk(engine: Engine) -> Iterator[Desk]:
    desk = Desk(engine)
    yield desk
    assert verify(engine, LATER).damage == []


class TestRedirects:
    def test_an_address_that_led_to_an_article_has_no_say_in_it(self, desk: Desk) -> None:
        """A sold link shortener."""
        desk.save(SHORT, final=PAPER)
        desk.save(PAPER)
        assert desk.save(SHORT, LIE) == Decision(Outcome.NEW, None, 2, filed=True)
        assert desk.shown(PAPER) == (PAPER, TRUE)
        assert desk.shown(SHORT) == (SHORT, LIE)
        assert desk.read_at(PAPER) == [PAPER]
        hits = Search(desk.engine).find("site:paper.example", limit=0).hits
        assert [hit.record.id for hit in hits] == [1]
        assert desk.save(PAPER, TRUE + " More.").outcome == Outcome.CHANGED
        assert desk.due(PAPER) is not None

    def test_nor_does_its_304_or_its_wall(self, desk: Desk) -> None:
        desk.save(SHORT, final=PAPER)
        checked = desk.library.get(1)
        assert desk.save(SHORT, None).article_id is None
        assert desk.save(SHORT, "", verdict=Verdict.LOGIN_WALL).article_id == 2
        assert desk.library.get(1) == checked
        assert desk.library.rejections(1) == []

    def test_where_it_leads_next_is_no_edit_either(self, desk: Desk) -> None:
        another = "https://www.paper.example/another"
        desk.save(SHORT, final=PAPER)
        desk.save(SHORT, LIE, final=another)
        assert desk.shown(PAPER) == (PAPER, TRUE)
        assert desk.shown(another) == (another, LIE)

    def test_an_article_moves_within_its_outlet_where_its_home_leads(self, desk: Desk) -> None:
        desk.save(PAPER)
        assert desk.save(PAPER, LIE, final=BLOG).outcome == Outcome.CHANGED
        assert desk.shown(PAPER) == (BLOG, LIE)

    @pytest.mark.parametrize("text", [TRUE, LIE])
    def test_a_paper_may_move_to_another_domain(self, desk: Desk, text: str) -> None:
        desk.save(PAPER)
        assert desk.save(PAPER, text, final=MOVED).article_id == 1
        record = desk.library.find(MOVED)
        assert record is not None
        assert (record.id, record.url, record.body) == (1, MOVED, text)
        assert record.canonical_url == "https://gazette.example/story"
        assert desk.save(MOVED, text + " More.") == Decision(Outcome.CHANGED, None, 1)

    def test_what_an_outlet_took_down_does_not_become_another_text(self, desk: Desk) -> None:
        """It leads its readers to a partner's piece."""
        desk.save(PAPER)
        assert desk.save(PAPER, OTHER, final=MOVED).article_id == 2
        assert desk.shown(PAPER) == (PAPER, TRUE)
        assert desk.shown(MOVED) == (MOVED, OTHER)
        assert desk.due(PAPER) is not None

    def test_no_outlet_writes_the_history_of_another(self, desk: Desk) -> None:
        """By leading from a page of its own to one that was not read yet."""
        desk.save("https://www.paper.example/another", OTHER)
        desk.save(SHORT, LIE)
        desk.save(SHORT, final=PAPER)
        assert desk.read_at(PAPER) == [PAPER]
        assert desk.shown(SHORT) == (SHORT, LIE)

    def test_a_chain_through_the_home_is_the_homes(self, desk: Desk) -> None:
        desk.save(SHORT, final=PAPER)
        assert desk.save(SHORT, LIE, final=BLOG, via=(PAPER,)).article_id == 1


class TestCanonicalLinks:
    def test_a_claim_counts_for_nothing_before_the_address_is_read(self, desk: Desk) -> None:
        desk.save(BLOG, LIE, declared=PAPER)
        assert desk.library.find(PAPER) is None
        assert desk.save(PAPER) == Decision(Outcome.NEW, None, 2, filed=True)
        assert (desk.shown(BLOG), desk.shown(PAPER)) == ((BLOG, LIE), (PAPER, TRUE))
        assert desk.read_at(PAPER) == [PAPER]

    def test_it_merges_once_the_address_was_read_and_says_the_same(self, desk: Desk) -> None:
        desk.save(PAPER)
        expected = Decision(Outcome.DUPLICATE, "the page declares it as its address", 1)
        assert desk.save(BLOG, declared=PAPER) == expected
        assert desk.save(BLOG, LIE, declared=PAPER).article_id == 2
        assert desk.shown(PAPER) == (PAPER, TRUE)

    def test_or_when_it_is_read_at_last(self, desk: Desk) -> None:
        desk.save(BLOG, declared=PAPER)
        assert desk.save(PAPER) == Decision(Outcome.UNCHANGED, None, 1)
        assert desk.shown(BLOG) == desk.shown(PAPER) == (PAPER, TRUE)

    def test_but_not_with_what_the_other_said_before(self, desk: Desk) -> None:
        desk.save(BLOG, LIE, declared=PAPER)
        desk.save(BLOG, declared=PAPER)
        desk.save(PAPER)
        assert desk.read_at(PAPER) == [PAPER]

    def test_or_where_it_points_back(self, desk: Desk) -> None:
        desk.save(PAPER, declared=BLOG)
        assert desk.save(BLOG, LIE, declared=PAPER).article_id == 1
        assert desk.shown(PAPER) == (PAPER, TRUE)

    def test_on_the_same_host_it_counts_as_ever(self, desk: Desk) -> None:
        amp = "https://m.paper.example/amp-version/story"
        desk.save(PAPER)
        assert desk.save(amp, LIE, declared=PAPER).article_id == 1
        assert desk.shown(PAPER) == (PAPER, TRUE)

    def test_on_another_outlet_it_never_does(self, desk: Desk) -> None:
        desk.save(PAPER)
        assert desk.save(SHORT, declared=PAPER).article_id == 2
        assert desk.save("https://bert.medium.com/s", declared=PAPER).article_id == 3


class TestOneAddressForAll:
    """Pages of a template that declares the same address in each."""

    SECOND, THIRD = "https://www.paper.example/second", "https://www.paper.example/third"
    TEXTS: ClassVar = {PAPER: TRUE, SECOND: OTHER, THIRD: OTHER.replace("another", "third")}

    @pytest.mark.parametrize("order", [*permutations((PAPER, SECOND, THIRD))])
    def test_each_keeps_its_text(self, desk: Desk, order: tuple[str, ...]) -> None:
        for url in order:
            desk.save(url, self.TEXTS[url], declared=PAPER)
        for url, text in self.TEXTS.items():
            assert desk.shown(url) == (url, text)
            assert desk.read_at(url) == [url]
            assert desk.due(url) is not None

    @pytest.mark.parametrize("is_recorded", [True, False])
    def test_what_is_read_in_a_lesser_way_takes_it_from_nobody(
        self, desk: Desk, is_recorded: bool
    ) -> None:
        desk.save(self.SECOND, declared=PAPER)
        asked = PAPER if is_recorded else PAPER.replace("https:", "http:")
        desk.save(asked, OTHER, recorded_at=NOW if is_recorded else None)
        assert desk.shown(PAPER) == desk.shown(self.SECOND) == (self.SECOND, TRUE)

    def test_a_variant_is_read_at_the_address_that_it_declares(self, desk: Desk) -> None:
        desk.save(self.SECOND, declared=PAPER)
        desk.save(PAPER, LIE)
        assert desk.shown(self.SECOND) == desk.shown(PAPER) == (PAPER, LIE)


class TestOneOutlet:
    def test_a_copy_stands_for_itself_again_when_the_other_is_edited(self, desk: Desk) -> None:
        desk.save(BLOG)
        assert desk.save(PAPER).article_id == 1
        desk.save(BLOG, LIE)
        assert desk.library.find(PAPER) is None
        assert desk.due(PAPER) == desk.now
        assert desk.save(PAPER).article_id == 2
        assert desk.shown(PAPER) == (PAPER, TRUE)

    def test_also_where_another_address_led_to_the_copy(self, desk: Desk) -> None:
        desk.save(BLOG)
        desk.save(SHORT, final=PAPER)
        desk.save(BLOG, LIE)
        assert desk.library.find(PAPER) is None
        assert desk.due(PAPER) == desk.now

    def test_a_copy_is_asked_by_itself(self, desk: Desk) -> None:
        """Or whoever has the text first keeps the other's edits out."""
        desk.save(BLOG)
        desk.save(PAPER)
        assert desk.due(PAPER) is not None
        assert desk.due(BLOG) is not None
        desk.save(PAPER, TRUE + " More.")
        assert desk.shown(PAPER) == (PAPER, TRUE + " More.")
        assert desk.shown(BLOG) == (BLOG, TRUE)

    def test_no_wall_replaces_a_copy(self, desk: Desk) -> None:
        desk.save(BLOG)
        desk.save(PAPER)
        assert desk.save(PAPER, "", verdict=Verdict.LOGIN_WALL).article_id == 1
        assert desk.shown(PAPER) == (BLOG, TRUE)

    def test_a_wall_that_stood_there_before_stands_there_again(self, desk: Desk) -> None:
        desk.save(PAPER, "", verdict=Verdict.LOGIN_WALL)
        desk.save(BLOG)
        assert desk.save(PAPER).article_id == 2
        desk.save(BLOG, LIE)
        assert verify(desk.engine, desk.now).damage == []
        desk.save(PAPER)
        assert desk.shown(PAPER) == (PAPER, TRUE)

    def test_blogs_of_a_shared_host_are_outlets(self, desk: Desk) -> None:
        anna, bert = "https://anna.medium.com/tale", "https://bert.medium.com/tale"
        desk.save(anna)
        assert desk.save(bert) == Decision(
            Outcome.DUPLICATE, "same text as article 1", 2, filed=True
        )
        desk.save(bert, LIE)
        assert desk.shown(anna) == (anna, TRUE)


def test_an_article_does_not_leave_its_outlet_for_anothers_alias(desk: Desk) -> None:
    """Where the text that stands there now makes the alias an address of its own."""
    at_wall = "https://short.example/y"
    for declared in (SHORT, None):  # the first of these walls makes room
        desk.save(at_wall, "", declared=declared, verdict=Verdict.LOGIN_WALL)
    desk.save(BLOG)
    desk.save(SHORT, f"{TRUE} Twice.", final=at_wall)
    desk.save(BLOG, LIE, final=SHORT)
    assert desk.shown(BLOG) == (BLOG, TRUE)
    assert desk.shown(SHORT) == (SHORT, LIE)


def test_a_wall_at_the_home_of_an_article_that_gives_way_is_its_own(desk: Desk) -> None:
    desk.save(PAPER, "", verdict=Verdict.LOGIN_WALL)
    desk.save(BLOG, declared=PAPER)
    for _ in range(2):  # it is a copy, and then the article's home
        desk.save(PAPER)
    desk.save(BLOG, OTHER, final=SHORT)
    desk.save(BLOG, LIE)
    assert desk.shown(PAPER) == (PAPER, TRUE)
    assert desk.shown(BLOG) == (BLOG, LIE)


class TestWhoComesFirst:
    """Whoever leads to an address before its outlet does has no say in when it is asked."""

    FEED = "https://www.paper.example/feed"

    def list(self, desk: Desk, feed: str = FEED) -> None:
        source, _ = Sources(desk.engine).add(feed, name=None, kind=SourceKind.FEED, now=desk.now)
        with writing(desk.engine) as session:
            queue_links(session, source.id, [Link(PAPER)], desk.now)

    def test_a_record_of_it(self, desk: Desk) -> None:
        desk.save(PAPER, LIE, recorded_at=NOW)
        self.list(desk)
        assert desk.due(PAPER) == desk.now

    def test_a_records_redirect(self, desk: Desk) -> None:
        desk.save(PAPER, LIE, final=SHORT, recorded_at=NOW)
        self.list(desk)
        assert desk.due(PAPER) == desk.now

    def test_a_redirect_to_its_wall(self, desk: Desk) -> None:
        desk.save(SHORT, "", final=PAPER, verdict=Verdict.LOGIN_WALL)
        self.list(desk)
        assert desk.due(PAPER) == desk.now

    def test_a_listing_before_it_was_there(self, desk: Desk) -> None:
        self.list(desk, "https://short.example/feed")
        desk.save(PAPER, "", verdict=Verdict.EMPTY)
        desk.save(PAPER, "", verdict=Verdict.EMPTY)
        assert desk.due(PAPER) != desk.now
        self.list(desk, "https://short.example/another")
        assert desk.due(PAPER) != desk.now, "other outlets do not hurry it"
        self.list(desk)
        assert desk.due(PAPER) == desk.now

    def test_a_records_claim_to_what_is_not_there_yet(self, desk: Desk) -> None:
        another = "https://www.paper.example/another"
        desk.save(another, declared=PAPER, recorded_at=NOW)
        failed = make_failed(PAPER, "http_404")
        desk.archive.save(failed, replace(BY_HAND, failures=1), desk.now)
        desk.save(another)
        assert desk.due("https://paper.example/story") is not None

    @pytest.mark.parametrize("is_listed_first", [False, True])
    def test_a_records_copy_of_what_is_not_there_yet(
        self, desk: Desk, is_listed_first: bool
    ) -> None:
        another = "https://www.paper.example/another"
        desk.save(another)
        desk.save(PAPER, recorded_at=NOW)
        if is_listed_first:
            self.list(desk)
        failed = make_failed(PAPER, "http_404")
        desk.archive.save(failed, replace(BY_HAND, failures=1), desk.now)
        desk.save(another)
        self.list(desk)
        assert desk.due(PAPER) is not None

    @pytest.mark.parametrize("is_known", [True, False])
    def test_a_further_page_that_is_read_over_plain_http(self, desk: Desk, is_known: bool) -> None:
        self.list(desk)
        first, plain = "https://www.paper.example/first", "http://www.paper.example/first"
        if is_known:
            desk.save(first)
        parts = (make_response(PAPER.replace("https:", "http:")),)
        capture = make_capture(plain, make_article(LIE), parts=parts)
        decision = desk.archive.save(capture, BY_HAND, desk.now)
        assert desk.due(PAPER) is not None
        assert decision.article_id is not None
        forget(desk.engine, decision.article_id, desk.now)
        assert desk.due(PAPER) is not None

    def test_what_is_filed_is_not_hurried(self, desk: Desk) -> None:
        desk.save(PAPER)
        due_at = desk.due(PAPER)
        desk.now += timedelta(hours=1)
        self.list(desk)
        assert desk.due(PAPER) == due_at

    def test_a_record_gives_an_article_no_address_that_is_to_be_asked(self, desk: Desk) -> None:
        self.list(desk)
        another = "https://www.paper.example/another"
        desk.save(another, LIE, declared=PAPER, recorded_at=NOW)
        assert desk.due(PAPER) == desk.now - timedelta(hours=1)
        desk.save(another, OTHER)
        assert desk.due(PAPER) == desk.now - timedelta(hours=2)
        assert desk.save(PAPER).outcome is Outcome.NEW

    def test_nor_does_it_give_one_away_to_a_twin(self, desk: Desk) -> None:
        self.list(desk)
        desk.save(PAPER, "", verdict=Verdict.LOGIN_WALL)
        another = "https://www.paper.example/another"
        desk.save(another)
        desk.save(PAPER, recorded_at=NOW)
        desk.save(another)
        assert desk.due(PAPER) is not None


class TestNeverWorse:
    """What was read in a lesser way has no say in what is filed of a better one."""

    TAIL = " ".join(f"tail{number}" for number in range(200))

    def test_nor_an_older_record(self, desk: Desk) -> None:
        desk.save(PAPER)
        desk.save(PAPER, f"{TRUE} {self.TAIL}", recorded_at=NOW - timedelta(days=30))
        assert desk.save(PAPER, OTHER + LONG).outcome is Outcome.CHANGED
        assert desk.shown(PAPER) == (PAPER, OTHER + LONG)

    def test_nor_the_first_record(self, desk: Desk) -> None:
        desk.save(PAPER, f"{TRUE} {self.TAIL}", recorded_at=NOW)
        assert desk.save(PAPER).outcome is Outcome.CHANGED
        assert desk.shown(PAPER) == (PAPER, TRUE)

    def test_nor_plain_http(self, desk: Desk) -> None:
        plain = PAPER.replace("https:", "http:")
        desk.save(plain, f"{TRUE} {self.TAIL}")
        assert desk.save(PAPER).outcome is Outcome.CHANGED
        assert desk.save(PAPER, LIE).outcome is Outcome.CHANGED
        assert desk.shown(PAPER) == (PAPER, LIE)

    def test_nor_one_that_a_redirect_would_take_to_an_outlet(self, desk: Desk) -> None:
        desk.save(SHORT, f"{TRUE} {self.TAIL}")
        desk.save(SHORT, final=PAPER)
        assert desk.shown(PAPER) == (PAPER, TRUE)
        forget(desk.engine, 1, desk.now)
        assert desk.save(PAPER).outcome is Outcome.UNCHANGED

    def test_nor_is_its_wall_filled_from_elsewhere(self, desk: Desk) -> None:
        desk.save(PAPER, "", verdict=Verdict.LOGIN_WALL)
        another = "https://www.paper.example/another"
        desk.save(another, LIE, declared=PAPER, recorded_at=NOW)
        assert desk.library.find(PAPER).body != LIE  # type: ignore[union-attr]


class TestLesserWays:
    PLAIN = PAPER.replace("https:", "http:")

    def test_plain_http_proposes_what_https_has_to_confirm(self, desk: Desk) -> None:
        desk.save(PAPER)
        decision = desk.save(self.PLAIN, LIE)
        assert (decision.outcome, decision.article_id) == (Outcome.UNCHANGED, 1)
        assert (decision.reason or "").startswith("plain_http: ")
        assert desk.shown(PAPER) == (PAPER, TRUE)
        assert desk.due(PAPER) == desk.now, "it is asked again over https"
        assert desk.due(self.PLAIN) is None, "which its page is spelt as"
        assert desk.library.versions(1)[1].reason == decision.reason
        assert desk.save(PAPER, LIE).outcome == Outcome.CHANGED
        assert desk.shown(PAPER) == (PAPER, LIE)

    def test_nor_does_plain_http_lead_elsewhere(self, desk: Desk) -> None:
        desk.save(PAPER)
        desk.save(self.PLAIN, LIE, final=SHORT)
        assert desk.shown(PAPER) == (PAPER, TRUE)

    def test_nor_does_it_take_the_home_off_the_schedule(self, desk: Desk) -> None:
        desk.save(PAPER)
        desk.save(self.PLAIN, final=BLOG)
        assert desk.due(PAPER) is not None

    def test_https_takes_the_place_of_http(self, desk: Desk) -> None:
        desk.save(self.PLAIN)
        assert desk.save(PAPER, LIE).outcome == Outcome.CHANGED
        assert desk.shown(PAPER) == (PAPER, LIE)

    @pytest.mark.parametrize("days", [-30, 30])
    def test_a_record_never_takes_the_place_of_what_was_read(self, desk: Desk, days: int) -> None:
        desk.save(PAPER)
        at = desk.now + timedelta(days=days)
        desk.save(PAPER, f"{LIE} {OTHER}", recorded_at=at)
        assert desk.shown(PAPER) == (PAPER, TRUE)
        versions = desk.library.versions(1)
        assert [(one.accepted, one.recorded) for one in versions] == [
            (True, False),
            (days < 0, True),
        ]

    def test_what_plain_http_says_too_is_still_known_from_a_record_alone(self, desk: Desk) -> None:
        desk.save(PAPER)
        desk.save(PAPER, f"{LIE} {OTHER}", recorded_at=desk.now - timedelta(days=30))
        desk.save(self.PLAIN, f"{LIE} {OTHER}")
        assert [one.recorded for one in desk.library.versions(1)] == [False, True]

    def test_nor_its_redirect_or_its_claim(self, desk: Desk) -> None:
        desk.save(PAPER)
        desk.save("https://www.paper.example/another", OTHER)
        desk.save(PAPER, LIE, final=MOVED, recorded_at=desk.now + timedelta(days=1))
        claimed = "https://www.paper.example/another"
        desk.save(PAPER, OTHER, declared=claimed, recorded_at=desk.now + timedelta(days=1))
        assert desk.shown(PAPER) == (PAPER, TRUE)
        assert desk.shown(MOVED) == (MOVED, LIE)

    def test_what_only_records_tell_of_keeps_its_home_where_that_leads_to_a_wall(
        self, desk: Desk
    ) -> None:
        desk.save(PAPER, recorded_at=NOW)
        desk.save(PAPER, "", final=BLOG, verdict=Verdict.LOGIN_WALL)
        assert desk.shown(PAPER) == (PAPER, TRUE)
        desk.save(SHORT, OTHER, final=PAPER)
        assert desk.shown(PAPER) == (PAPER, OTHER)

    def test_a_records_redirect_fills_no_wall(self, desk: Desk) -> None:
        desk.save(PAPER, "", verdict=Verdict.LOGIN_WALL)
        desk.save(PAPER, final=BLOG, recorded_at=NOW)
        assert desk.shown(BLOG) == (BLOG, TRUE)
        assert desk.shown(PAPER) == (PAPER, "")

    def test_what_only_records_tell_of_is_at_home_where_a_record_saw_it_move(
        self, desk: Desk
    ) -> None:
        desk.save(BLOG, OTHER, final=SHORT)
        desk.save(PAPER, recorded_at=NOW)
        desk.save(PAPER, final=BLOG, recorded_at=NOW + timedelta(minutes=1))
        desk.save(BLOG, LIE)
        assert desk.shown(BLOG) == (BLOG, LIE)

    def test_a_records_claim_leaves_what_stood_there_its_home(self, desk: Desk) -> None:
        another, minute = "https://www.paper.example/another", timedelta(minutes=1)
        desk.save(PAPER, OTHER, recorded_at=NOW)
        desk.save(another, recorded_at=NOW)
        desk.save(PAPER, declared=another, recorded_at=NOW + minute)
        desk.save(another, LIE)
        assert desk.shown(PAPER) == (PAPER, OTHER)
        desk.save(PAPER, LIE + OTHER)
        assert desk.shown(PAPER) == (PAPER, LIE + OTHER)

    def test_what_only_records_tell_of_is_what_they_say(self, desk: Desk) -> None:
        desk.save(PAPER, recorded_at=NOW)
        desk.save(PAPER, LIE, recorded_at=NOW + timedelta(days=1))
        assert desk.shown(PAPER) == (PAPER, LIE)
        assert desk.save(PAPER, LIE).outcome == Outcome.UNCHANGED
        desk.save(PAPER, TRUE, recorded_at=desk.now + timedelta(days=2))
        assert desk.shown(PAPER) == (PAPER, LIE), "it was read on the web since"


HISTORIES: dict[str, Callable[[Desk], object]] = {
    "a chain through the home": lambda desk: (
        desk.save(SHORT, final=PAPER),
        desk.save(SHORT, LIE, final=BLOG, via=(PAPER,)),
    ),
    "two moves": lambda desk: (
        desk.save(PAPER),
        desk.save(PAPER, final=MOVED),
        desk.save(MOVED, final="https://third.example/story"),
        desk.save("https://third.example/story", LIE),
    ),
    "a move within the outlet": lambda desk: (
        desk.save(PAPER),
        desk.save(PAPER, final=BLOG),
        desk.save(BLOG, LIE),
    ),
    "a claim that came true": lambda desk: (
        desk.save(BLOG, declared=PAPER),
        desk.save(PAPER),
        desk.save(PAPER, LIE),
    ),
    "a copy": lambda desk: (desk.save(BLOG), desk.save(PAPER)),
}


@pytest.mark.parametrize("history", HISTORIES)
def test_what_these_rules_filed_is_all_right(desk: Desk, history: str) -> None:
    HISTORIES[history](desk)
    assert [*find_strays(desk.engine)] == []


class TestPlans:
    """Nobody takes a page of another outlet off the schedule."""

    NEVER = replace(BY_HAND, next_due_at=None)

    def test_who_leads_there_has_no_say(self, desk: Desk) -> None:
        desk.save(PAPER)
        due = desk.due(PAPER)
        capture = make_capture(SHORT, make_article(TRUE), final=PAPER)
        desk.archive.save(capture, self.NEVER, desk.now)
        assert desk.due(PAPER) == due is not None

    def test_nor_has_a_record(self, desk: Desk) -> None:
        desk.save(PAPER)
        due = desk.due(PAPER)
        capture = make_capture(PAPER, make_article(TRUE))
        desk.archive.save(capture, self.NEVER, desk.now, seen_at=NOW)
        assert desk.due(PAPER) == due is not None


class TestWhatReviewsFound:
    S1, S2 = "https://www.paper.example/s1", "https://www.paper.example/s2"

    @pytest.mark.parametrize("verdict", [Verdict.LOGIN_WALL, Verdict.TEASER, Verdict.ARTICLE])
    def test_a_record_that_declares_an_article_does_not_touch_it(
        self, desk: Desk, verdict: Verdict
    ) -> None:
        desk.save(self.S2)
        text = "" if verdict is Verdict.LOGIN_WALL else LIE
        desk.save(self.S1, text, declared=self.S2, recorded_at=NOW, verdict=verdict)
        desk.save(self.S1, OTHER, declared=self.S2, recorded_at=NOW)
        assert desk.shown(self.S2) == (self.S2, TRUE)

    def test_an_address_over_http_gives_its_headline_to_none(self, desk: Desk) -> None:
        desk.save("http://www.paper.example/s0")
        desk.save(self.S1)
        desk.save("http://www.paper.example/s0", LIE)
        assert desk.shown(self.S1) == (self.S1, TRUE)

    def test_one_address_of_two_does_not_write_the_others(self, desk: Desk) -> None:
        desk.save(PAPER)
        desk.save("http://www.paper.example/b")
        desk.save("https://www.paper.example/b", LIE)
        assert desk.shown(PAPER) == (PAPER, TRUE)

    def test_a_teaser_is_at_home_where_it_was_read(self, desk: Desk) -> None:
        """Not only where it says that it is: or two articles had one home."""
        desk.save(self.S1, TRUE[:200], final=self.S2, declared=self.S1, verdict=Verdict.TEASER)
        assert desk.save(self.S2).article_id == 1

    @pytest.mark.parametrize("first", ["https://news.paper.example/x", "https://m.paper.example/x"])
    def test_whatever_was_read_of_an_outlet_nothing_moves_there(
        self, desk: Desk, first: str
    ) -> None:
        desk.save(first, OTHER)
        desk.save(SHORT, LIE)
        desk.save(SHORT, final=PAPER)
        assert desk.read_at(PAPER) == [PAPER]

    def test_nor_where_there_was_a_teaser(self, desk: Desk) -> None:
        desk.save(PAPER, TRUE[:200], verdict=Verdict.TEASER)
        desk.save(SHORT, LIE)
        desk.save(SHORT, final=PAPER)
        assert desk.read_at(PAPER) == [PAPER]

    def test_no_teaser_of_another_host_stands_beside(self, desk: Desk) -> None:
        desk.save(PAPER)
        desk.save(BLOG)
        desk.save(BLOG, LIE, verdict=Verdict.TEASER)
        assert len(desk.library.versions(1)) == 1

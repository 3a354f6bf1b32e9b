"""``forget`` and the addresses of an article that led elsewhere since."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine, select

from scraper.model import types
from scraper.model.types import Capture, Link, Outcome, SourceKind, Verdict
from storage.archive import Archive
from storage.database.engine import reading, writing
from storage.frontier.queueing import queue_links
from storage.frontier.sources import Sources
from storage.integrity.verify import verify
from storage.maintenance.retention import forget
from storage.models import Article, Entry, Fetch, Page, Snapshot, Version
from storage.reading.library import Library
from tests.storage.makers import (
    BY_HAND,
    LATER,
    NOW,
    make_article,
    make_capture,
    make_failed,
    make_rejected,
    make_response,
)

SLUG, OTHER = "https://a.example/the-slug-of-ann", "https://a.example/partner"
ELSEWHERE = "https://b.example/partner"
TEXT = " ".join(f"another{number}" for number in range(150))


def addresses(engine: Engine) -> str:
    with reading(engine) as session:
        pages = session.execute(select(Page.url, Page.canonical_url)).all()
        fetches = session.execute(select(Fetch.requested_url, Fetch.url, Fetch.reason)).all()
    return repr([*map(tuple, pages), *map(tuple, fetches)])


def list_links(engine: Engine, urls: list[str]) -> None:
    kind = SourceKind.FEED
    source = Sources(engine).add("https://a.example/feed", name=None, kind=kind, now=NOW)[0].id
    with writing(engine) as session:
        queue_links(session, source, [Link(url) for url in urls], NOW)


def snapshots(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return [*session.scalars(select(Snapshot.url))]


def test_a_home_that_leads_to_another_article_is_a_tombstone_all_the_same(engine: Engine) -> None:
    archive = Archive(engine)
    archive.save(make_capture(OTHER, make_article(TEXT)), BY_HAND, NOW)
    archive.save(make_capture(SLUG), BY_HAND, NOW)
    archive.save(make_capture(SLUG, make_article(TEXT), final=OTHER), BY_HAND, NOW)
    assert forget(engine, 2, LATER) is not None
    assert "slug" not in addresses(engine)
    assert archive.save(make_capture(SLUG), BY_HAND, LATER).outcome is Outcome.FAILED
    assert Library(engine).forgotten_at(SLUG) == LATER
    assert verify(engine, LATER).damage == []


def test_an_attempt_that_led_elsewhere_tells_where_alone(engine: Engine) -> None:
    archive = Archive(engine)
    archive.save(make_capture(SLUG), BY_HAND, NOW)
    archive.save(make_capture(SLUG, make_article(TEXT), final=ELSEWHERE), BY_HAND, NOW)
    forget(engine, 1, LATER)
    assert "slug" not in addresses(engine)
    assert Library(engine).find(ELSEWHERE) is not None
    assert verify(engine, LATER).damage == []


@pytest.mark.parametrize("spelt", [SLUG, f"{SLUG}?utm_source=x", f"HTTP://WWW.{SLUG[8:]}/#end"])
def test_a_failure_behind_a_redirect_tells_its_kind_alone(engine: Engine, spelt: str) -> None:
    archive = Archive(engine)
    archive.save(make_capture(SLUG), BY_HAND, NOW)
    failed = make_failed("https://b.example/go", f"protocol: redirected to {spelt}: it was closed")
    archive.save(failed, BY_HAND, NOW)
    forget(engine, 1, LATER)
    assert "slug" not in addresses(engine)
    with reading(engine) as session:
        assert session.scalars(select(Fetch.reason)).all() == ["protocol"]


def test_further_pages_of_a_teaser_that_was_absorbed_go(engine: Engine) -> None:
    archive, sub = Archive(engine), "https://a.example/sub/page"
    teaser = make_article(TEXT, verdict=Verdict.TEASER, evidence="cut")
    parts = tuple(make_response(f"{sub}?page={number}") for number in (2, 3))
    archive.save(make_capture(sub, teaser, parts=parts), BY_HAND, NOW)
    archive.save(make_capture(SLUG), BY_HAND, NOW)
    archive.save(make_capture(SLUG, teaser), BY_HAND, NOW)
    archive.save(make_capture(sub, final=SLUG), BY_HAND, NOW)
    forget(engine, 2, LATER)
    assert snapshots(engine) == []
    assert verify(engine, LATER).damage == []


@pytest.mark.parametrize("is_listed", [True, False])
def test_further_pages_are_tombstones_whoever_lists_them(engine: Engine, is_listed: bool) -> None:
    archive, further = Archive(engine), [f"{SLUG}?page={number}" for number in (2, 3)]
    elsewhere = "https://a.another.example/part"
    if is_listed:
        list_links(engine, further)
    parts = tuple(make_response(url) for url in (*further, elsewhere))
    archive.save(make_capture(SLUG, parts=parts), BY_HAND, NOW)
    forget(engine, 1, LATER)
    assert "slug" not in addresses(engine)
    list_links(engine, [*further, elsewhere])
    for url in further:
        assert archive.save(make_capture(url), BY_HAND, LATER).outcome is Outcome.FAILED
    assert archive.save(make_capture(elsewhere), BY_HAND, LATER).outcome is Outcome.NEW
    assert "slug" not in addresses(engine)
    assert verify(engine, LATER).damage == []


def test_a_further_page_that_is_an_article_of_its_own_stays(engine: Engine) -> None:
    archive, further = Archive(engine), f"{SLUG}?page=2"
    archive.save(make_capture(further, make_article(TEXT)), BY_HAND, NOW)
    archive.save(make_capture(SLUG, parts=(make_response(further),)), BY_HAND, NOW)
    forget(engine, 2, LATER)
    record = Library(engine).find(further)
    assert record is not None
    assert record.body == TEXT
    assert verify(engine, LATER).damage == []


def all_addresses(engine: Engine) -> str:
    with reading(engine) as session:
        filed = session.execute(select(Article.url, Article.canonical_url, Article.evidence))
        columns = (Entry.url, Version.url, Version.body, Snapshot.url)
        others = [[*session.scalars(select(column))] for column in columns]
        return addresses(engine) + repr([*map(tuple, filed), *others])


TEASER = make_article(TEXT, verdict=Verdict.TEASER, evidence="cut")
WALL = make_article("", None, verdict=Verdict.LOGIN_WALL, evidence="the-slug-of-ann: log in")
LOGIN = "https://a.example/login"


@pytest.mark.parametrize("shown", [WALL, TEASER])
@pytest.mark.parametrize("site", ["a.example", "consent.example"])
def test_what_it_led_to_before_it_was_read_goes(
    engine: Engine, site: str, shown: types.Article
) -> None:
    archive, wall = Archive(engine), f"https://{site}/login?next={SLUG}"
    archive.save(make_capture(SLUG, shown, final=wall), BY_HAND, NOW)
    archive.save(make_capture(SLUG), BY_HAND, NOW)
    forget(engine, 2, LATER)
    assert "slug" not in all_addresses(engine)
    assert "another" not in all_addresses(engine)
    assert snapshots(engine) == []
    assert verify(engine, LATER).damage == []


def test_a_page_to_log_in_has_no_tombstone(engine: Engine) -> None:
    """Else all that leads there later were refused."""
    archive = Archive(engine)
    archive.save(make_capture(SLUG, WALL, final=LOGIN), BY_HAND, NOW)
    archive.save(make_capture(SLUG), BY_HAND, NOW)
    forget(engine, 2, LATER)
    later = archive.save(make_capture(OTHER, WALL, final=LOGIN), BY_HAND, LATER)
    assert later.outcome is Outcome.REJECTED
    assert verify(engine, LATER).damage == []


@pytest.mark.parametrize("is_first", [True, False])
def test_a_page_to_log_in_that_others_led_to_stays_without_it(
    engine: Engine, is_first: bool
) -> None:
    archive = Archive(engine)
    wall = make_article(
        "", None, verdict=Verdict.LOGIN_WALL, evidence="log in", canonical_url=LOGIN
    )
    for url in (SLUG, OTHER) if is_first else (OTHER, SLUG):
        there = f"{LOGIN}?next={url}"
        archive.save(make_capture(url, wall, final=there, body=url.encode()), BY_HAND, NOW)
    article_id = archive.save(make_capture(SLUG), BY_HAND, NOW).article_id
    assert article_id is not None
    forget(engine, article_id, LATER)
    assert "slug" not in all_addresses(engine)
    # What the first one led to is stored.
    assert snapshots(engine) == ([] if is_first else [f"{LOGIN}?next={OTHER}"])
    with reading(engine) as session:
        assert session.scalars(select(Fetch.requested_url)).all() == [OTHER]
        assert session.scalars(select(Article.canonical_url)).all() == [LOGIN]
    assert verify(engine, LATER).damage == []


def test_a_page_to_log_in_that_names_it_goes_though_it_was_asked_itself(engine: Engine) -> None:
    archive, wall = Archive(engine), f"{LOGIN}?next=%2Fthe-slug-of-ann"
    archive.save(make_capture(SLUG, WALL, final=wall), BY_HAND, NOW)
    archive.save(make_capture(wall, WALL), BY_HAND, NOW)
    archive.save(make_capture(SLUG), BY_HAND, NOW)
    forget(engine, 2, LATER)
    assert "slug" not in all_addresses(engine)
    assert verify(engine, LATER).damage == []


def test_a_teaser_to_which_others_led_stays_and_is_proven(engine: Engine) -> None:
    archive, start = Archive(engine), "https://b.example/start"
    archive.save(make_capture(start, WALL, final=SLUG), BY_HAND, NOW)
    archive.save(make_capture(SLUG, WALL, final=start), BY_HAND, NOW)
    archive.save(make_capture(ELSEWHERE, TEASER, final=start), BY_HAND, NOW)
    forget(engine, 1, LATER)
    assert Library(engine).find(start) is not None
    assert verify(engine, LATER).damage == []


def test_an_address_that_only_a_record_leads_there_is_free(engine: Engine) -> None:
    """It was listed, and is asked itself when it is listed again."""
    archive = Archive(engine)
    archive.save(make_capture(SLUG), BY_HAND, NOW)
    feed = "https://a.example/feed"
    source = Sources(engine).add(feed, name=None, kind=SourceKind.FEED, now=NOW)[0].id
    with writing(engine) as session:
        queue_links(session, source, [Link(OTHER)], NOW)
    archive.save(make_capture(OTHER, final=SLUG), BY_HAND, LATER, seen_at=NOW)
    forget(engine, 1, LATER)
    assert Library(engine).forgotten_at(OTHER) is None
    assert "partner" not in all_addresses(engine)
    assert verify(engine, LATER).damage == []


def test_it_is_free_where_it_was_asked_once_and_failed(engine: Engine) -> None:
    archive = Archive(engine)
    blog = "https://blogs.a.example/home"
    archive.save(make_capture(blog), BY_HAND, NOW)
    archive.save(make_capture(blog, final=ELSEWHERE), BY_HAND, NOW)
    feed = "https://a.example/feed"
    source = Sources(engine).add(feed, name=None, kind=SourceKind.FEED, now=NOW)[0].id
    with writing(engine) as session:
        queue_links(session, source, [Link(OTHER)], NOW)
    plain = OTHER.replace("https:", "http:")
    answer = replace(make_response(plain, b"", final=OTHER, status=404), redirects=(plain,))
    archive.save(Capture(plain, NOW, answer, reason="http_404"), BY_HAND, NOW)
    archive.save(make_capture(OTHER, final=ELSEWHERE), BY_HAND, LATER, seen_at=NOW)
    forget(engine, 1, LATER)
    assert Library(engine).forgotten_at(OTHER) is None
    assert verify(engine, LATER).damage == []


def test_what_another_site_showed_at_its_own_address_stays(engine: Engine) -> None:
    archive = Archive(engine)
    archive.save(make_rejected(ELSEWHERE, Verdict.LOGIN_WALL), BY_HAND, NOW)
    archive.save(make_capture(SLUG), BY_HAND, NOW)
    archive.save(make_capture(ELSEWHERE, final=SLUG), BY_HAND, NOW)
    forget(engine, 2, LATER)
    with reading(engine) as session:
        assert session.scalars(select(Article.url)).all() == [ELSEWHERE]
    assert verify(engine, LATER).damage == []


def test_an_empty_page_that_was_filed_under_it_is_a_tombstone(engine: Engine) -> None:
    archive, page = Archive(engine), "https://a.example/print/the-slug-of-ann"
    empty = make_article("", None, verdict=Verdict.EMPTY, evidence="empty", canonical_url=SLUG)
    archive.save(make_capture(SLUG), BY_HAND, NOW)
    archive.save(make_capture(page, empty), BY_HAND, NOW)
    forget(engine, 1, LATER)
    assert "slug" not in all_addresses(engine)
    assert Library(engine).forgotten_at(page) == LATER
    assert verify(engine, LATER).damage == []

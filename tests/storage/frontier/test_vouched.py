"""What is vouched for, so that a subscriber's secrets may go there, is kept with pages and sources,
for that very spelling of the address."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from scraper.model.jobs import PageJob, Poll
from scraper.model.types import Link, Settlement, SourceKind, Validators
from storage.archive import Archive
from storage.database.engine import reading
from storage.frontier.sources import Sources
from storage.frontier.store import Frontier
from storage.models import Page, Source
from tests.storage.makers import LATER, NOW, make_article, make_capture

PAPER = "https://paper.example"
FEED, STORY = f"{PAPER}/feed", f"{PAPER}/story?a=1"
TWISTED = "http://www.paper.example/story?a=1&utm_source=cancel"
"""As another site spells it."""
HOUR = timedelta(hours=1)


def own(url: str) -> Link:
    return Link(url, vouched=True)


def add(sources: Sources, url: str, *links: Link, **more: object) -> int:
    values = {"name": None, "kind": SourceKind.FEED, "now": NOW, "links": links, **more}
    return sources.add(url, **values)[0].id  # type: ignore[arg-type]


def pairs(session: Session, query: Any) -> list[tuple[str, bool]]:
    return [(url, vouched) for url, vouched in session.execute(query)]


def lease(frontier: Frontier) -> dict[str, bool]:
    """Of the pages that are due: whether they are vouched for."""
    run = frontier.start_run(1, NOW)
    jobs: list[PageJob] = []
    for host in frontier.due_hosts(LATER, busy=(), limit=9):
        jobs += frontier.lease_pages(run, host, LATER, limit=9)
    return {job.url: job.vouched for job in jobs}


def test_a_page_is_what_its_lister_says(sources: Sources, frontier: Frontier) -> None:
    add(sources, FEED, own(STORY), Link(f"{PAPER}/other"))
    assert lease(frontier) == {STORY: True, f"{PAPER}/other": False}


def test_the_spelling_of_its_own_site_takes_the_place_of_anothers(
    sources: Sources, frontier: Frontier, engine: Engine
) -> None:
    add(sources, "https://evil.example/feed", Link(TWISTED))
    assert lease(frontier) == {TWISTED: False}
    with engine.begin() as connection:
        connection.execute(text("UPDATE page SET etag = 'theirs'"))
    source = add(sources, FEED)
    frontier.save_poll(Poll(source, None, LATER, HOUR, links=(own(STORY),)), NOW)
    assert lease(frontier) == {STORY: True}
    with reading(engine) as session:
        page = session.scalars(select(Page)).one()
        assert (page.host, page.etag) == ("paper.example", None)


def test_and_no_other_takes_its_own(sources: Sources, frontier: Frontier) -> None:
    add(sources, FEED, own(STORY))
    add(sources, "https://evil.example/feed", Link(TWISTED))
    assert lease(frontier) == {STORY: True}


@pytest.mark.parametrize("vouched", [False, True])
def test_what_a_redirect_led_to_is_asked_next_as_the_way_to_it_was(
    archive: Archive, frontier: Frontier, sources: Sources, engine: Engine, vouched: bool
) -> None:
    add(sources, FEED, own(f"{PAPER}/old"))
    capture = make_capture(f"{PAPER}/old", make_article(), final=f"{PAPER}/new")
    assert capture.response is not None
    capture = replace(capture, response=replace(capture.response, vouched=vouched))
    archive.save(capture, Settlement(NOW), NOW)
    with reading(engine) as session:
        found = dict(pairs(session, select(Page.url, Page.vouched)))
    assert found[f"{PAPER}/new"] is vouched
    assert lease(frontier) == {f"{PAPER}/new": vouched}


@pytest.mark.parametrize("led_there", [TWISTED, STORY])
def test_whoever_leads_to_it_what_is_vouched_for_stays_so_and_is_read_afresh(
    archive: Archive, frontier: Frontier, sources: Sources, engine: Engine, led_there: str
) -> None:
    add(sources, FEED, own(STORY))
    capture = make_capture("https://evil.example/x", make_article(), final=led_there)
    settlement = Settlement(NOW, validators=Validators("of everybody's page"))
    archive.save(capture, settlement, NOW)
    assert lease(frontier) == {STORY: True}
    with reading(engine) as session:
        page = session.scalars(select(Page).where(Page.due_at.is_not(None))).one()
        assert (page.host, page.etag) == ("paper.example", None)


def test_sources_their_parts_and_their_older_pages(
    sources: Sources, frontier: Frontier, engine: Engine
) -> None:
    given = add(sources, FEED, vouched=True)
    found = add(sources, "https://evil.example/feed")
    parts = (own(f"{PAPER}/1.xml"), Link(f"{PAPER}/2.xml?x=1"))
    frontier.add_parts(given, parts, NOW)
    frontier.save_cursor(given, (), own(f"{PAPER}/older"), NOW)
    frontier.save_cursor(found, (), Link(f"{PAPER}/older"), NOW)
    roots = {root.source.source_id: root for root in frontier.load_roots()}
    assert [roots[each].source.vouched for each in (given, found)] == [True, False]
    assert [roots[each].cursor for each in (given, found)] == [
        own(f"{PAPER}/older"), Link(f"{PAPER}/older"),
    ]  # fmt: skip
    with reading(engine) as session:
        rows = select(Source.url, Source.vouched).where(Source.parent_id == given)
        assert dict(pairs(session, rows)) == {
            f"{PAPER}/1.xml": True,
            f"{PAPER}/2.xml?x=1": False,
        }
        frontier.save_poll(
            Poll(given, None, LATER, HOUR, sitemaps=(own(f"{PAPER}/2.xml?x=1"),)), NOW
        )
        session.rollback()
    with reading(engine) as session:
        assert set(session.scalars(select(Source.vouched).where(Source.parent_id == given))) == {
            True
        }

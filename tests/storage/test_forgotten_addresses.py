"""``forget`` and the addresses of an article that led elsewhere since."""

from __future__ import annotations

from sqlalchemy import Engine, select

from scraper.types import Outcome, Verdict
from storage.archive import Archive
from storage.database.engine import reading
from storage.library import Library
from storage.models import Fetch, Page, Snapshot
from storage.proof.verify import verify
from storage.upkeep.retention import forget
from tests.storage.makers import (
    BY_HAND,
    LATER,
    NOW,
    make_article,
    make_capture,
    make_failed,
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


def test_a_failure_behind_a_redirect_tells_its_kind_alone(engine: Engine) -> None:
    archive = Archive(engine)
    archive.save(make_capture(SLUG), BY_HAND, NOW)
    failed = make_failed("https://b.example/go", f"protocol: redirected to {SLUG}: it was closed")
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

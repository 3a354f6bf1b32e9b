"""What a run would do now, and what waits because its host is left alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from scraper.model.jobs import Poll
from scraper.model.types import HostState, Link, SourceKind
from storage.frontier.due_report import HeldRecord, count_fetched, list_due, list_held
from storage.frontier.hosts import Hosts
from storage.frontier.sources import Sources
from storage.frontier.store import Frontier
from storage.ledger.coverage import Ledger
from tests.storage.makers import LATER, NOW

HOUR = timedelta(hours=1)
A, B = "a.example", "b.example"


@pytest.fixture
def ids(sources: Sources) -> dict[str, int]:
    """A source of each host, with two pages each."""
    return {
        host: sources.add(
            f"https://{host}/feed",
            name=None,
            kind=SourceKind.FEED,
            now=NOW,
            links=[Link(f"https://{host}/{number}") for number in (1, 2)],
        )[0].id
        for host in (A, B)
    }


def due(engine: Engine, named: list[int] | None = None) -> list[tuple[str, str]]:
    return [(one.kind, one.url) for one in list_due(engine, NOW, named)]


def of(host: str) -> list[tuple[str, str]]:
    pages = [("page", f"https://{host}/{number}") for number in (1, 2)]
    return [("source", f"https://{host}/feed"), *pages]


def test_named_sources_are_listed_due_or_not(
    frontier: Frontier, sources: Sources, ids: dict[str, int], engine: Engine
) -> None:
    for source_id in ids.values():
        frontier.save_poll(Poll(source_id, None, LATER, HOUR), NOW)
    assert {kind for kind, _ in due(engine)} == {"page"}
    assert due(engine, [ids[A]]) == of(A)
    sources.disable(ids[A], None, NOW)
    assert due(engine, [ids[A]]) == of(A)[1:]


def test_the_named_index_brings_its_sitemaps(
    frontier: Frontier, ids: dict[str, int], engine: Engine
) -> None:
    parts = tuple(Link(f"https://{A}/{number}.xml") for number in range(3))
    frontier.save_poll(
        Poll(ids[A], None, LATER, HOUR, sitemaps=parts[:2], older_sitemaps=parts[2:]), NOW
    )
    assert Ledger(engine).count_due_parts(NOW, [ids[A]]) == 2
    listed = [url for kind, url in due(engine, [ids[A]]) if kind == "source"]
    assert sorted(listed) == [f"https://{A}/0.xml", f"https://{A}/1.xml", f"https://{A}/feed"]


def test_nothing_of_a_host_that_is_left_alone_is_listed_as_due(
    frontier: Frontier, ids: dict[str, int], engine: Engine
) -> None:
    Hosts(engine).save_host(HostState(A, paused_until=LATER))
    frontier.postpone_host(B, NOW + HOUR)
    assert due(engine) == of(B)[:1]  # a source may end its host's rest
    assert count_fetched(engine, NOW) == 0
    paused = HeldRecord(A, LATER, True, sources=1, pages=2)
    assert list_held(engine, NOW) == [HeldRecord(B, NOW + HOUR, False, 0, 2), paused]
    assert list_held(engine, NOW, [ids[A]]) == [paused]
    assert list_held(engine, LATER) == []
    frontier.save_poll(Poll(ids[A], None, LATER, HOUR, failures=1, error="paused"), NOW)
    assert list_held(engine, NOW)[1] == paused  # what was put off until then waits as well
    frontier.save_poll(Poll(ids[A], None, LATER + HOUR, HOUR), NOW)
    assert list_held(engine, NOW)[1].sources == 0
    assert list_held(engine, NOW, [ids[A]])[0].sources == 1

"""Sources of one host take turns, whatever ends a run, and however many pages wait."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from scraper.model.jobs import PageJob, Poll
from scraper.model.types import Link, Settlement, SourceKind
from storage.archive import Archive
from storage.database.engine import writing
from storage.frontier.round_robin import take_turns
from storage.frontier.sources import Sources
from storage.frontier.store import Frontier
from tests.storage.makers import LATER, NOW, make_article, make_capture

HOST = "a.example"
HOUR = timedelta(hours=1)
queues_of = st.dictionaries(st.integers(1, 9), st.integers(0, 8), max_size=5).map(
    lambda sizes: {key: [(key, at) for at in range(size)] for key, size in sizes.items()}
)


@given(queues_of, st.integers(0, 9), st.data())
def test_a_round_that_is_cut_anywhere_goes_on_as_if_it_was_not(
    queues: dict[int, list[tuple[int, int]]], last: int, data: st.DataObject
) -> None:
    whole = list(take_turns(queues, last))
    done = whole[: data.draw(st.integers(0, len(whole)))]
    left = {key: [one for one in queue if one not in done] for key, queue in queues.items()}
    turn = done[-1][0] if done else last
    assert done + list(take_turns(left, turn)) == whole


@given(queues_of, st.integers(0, 9), st.integers(0, 40))
def test_none_is_served_twice_while_another_waits(
    queues: dict[int, list[tuple[int, int]]], last: int, number: int
) -> None:
    served = list(islice(take_turns(queues, last), number))
    had = Counter(key for key, _ in served)
    for key, queue in queues.items():
        assert [one for one in served if one[0] == key] == queue[: had[key]]
        if had[key] < len(queue):
            assert all(had[key] >= count - 1 for count in had.values())


def link(name: str, at: int) -> Link:
    return Link(f"https://{HOST}/{name}{at}", published_at=NOW - HOUR * at)


def poll(source: int, *found: Link) -> Poll:
    return Poll(source, None, LATER, HOUR, links=tuple(found))


def add(sources: Sources, *names: str) -> list[int]:
    return [
        sources.add(f"https://{HOST}/{name}.xml", name=name, kind=SourceKind.FEED, now=NOW)[0].id
        for name in names
    ]


def name_of(job: PageJob) -> str:
    return job.url.removeprefix(f"https://{HOST}/")


def save(archive: Archive, job: PageJob, run: int) -> None:
    body = f"{job.url} " + " ".join(f"{job.page_id}x{n}" for n in range(150))
    capture = make_capture(job.url, make_article(body, job.url))
    archive.save(
        capture, Settlement(LATER, page_id=job.page_id, run_id=run, source_id=job.source_id), NOW
    )


def test_a_source_that_lists_much_holds_up_none_that_lists_little(
    frontier: Frontier, sources: Sources
) -> None:
    first, second, third = add(sources, "a", "b", "c")
    frontier.save_poll(poll(first, *(link("a", at) for at in range(30))), NOW)
    frontier.save_poll(poll(second, *(link("b", 90 + at) for at in range(3))), NOW)
    frontier.save_poll(poll(third, link("c", 500), link("a", 29)), NOW)
    run = frontier.start_run(1, NOW)
    jobs = frontier.lease_pages(run, HOST, NOW, limit=8)
    assert [name_of(job) for job in jobs] == ["a0", "b90", "c500", "a1", "b91", "a2", "b92", "a3"]
    # What is leased and not saved keeps its turns.
    jobs = frontier.lease_pages(run, HOST, NOW, limit=2)
    assert [name_of(job) for job in jobs] == ["a4", "a5"]


def test_runs_of_one_page_each_serve_every_source(
    frontier: Frontier, sources: Sources, archive: Archive
) -> None:
    """One source has news at each poll, of which a run's limit leaves nothing to the other."""
    first, second = add(sources, "a", "b")
    frontier.save_poll(poll(second, *(link("b", 100 + at) for at in range(3))), NOW)
    tried = []
    for at in range(6):
        frontier.save_poll(poll(first, link("a", -at)), NOW)
        run = frontier.start_run(1, NOW)
        (job,) = frontier.lease_pages(run, HOST, NOW, limit=1)
        save(archive, job, run)
        tried.append(name_of(job)[0])
    assert tried == ["a", "b"] * 3


@pytest.mark.parametrize("saved", range(0, 13, 2))
def test_a_run_that_dies_is_taken_up_in_the_same_order(
    frontier: Frontier, sources: Sources, archive: Archive, saved: int
) -> None:
    first, second = add(sources, "a", "b")
    frontier.save_poll(poll(first, *(link("a", at) for at in range(4))), NOW)
    frontier.save_poll(poll(second, *(link("b", at) for at in range(9))), NOW)
    order = []
    for batch, limit in ((5, saved), (4, 99)):  # the first run dies, the second one goes on
        run = frontier.start_run(1, NOW)
        while limit and (jobs := frontier.lease_pages(run, HOST, NOW, limit=batch)):
            for job in jobs[:limit]:
                save(archive, job, run)
                order.append(name_of(job))
            limit = max(0, limit - len(jobs))
    assert order == "a0 b0 a1 b1 a2 b2 a3 b3 b4 b5 b6 b7 b8".split()


def test_parts_of_an_index_are_one_source(frontier: Frontier, sources: Sources) -> None:
    index, feed = add(sources, "index", "feed")
    parts = tuple(Link(f"https://{HOST}/part-{at}.xml") for at in range(3))
    frontier.save_poll(Poll(index, None, LATER, HOUR, sitemaps=parts), NOW)
    frontier.save_poll(poll(feed, *(link("f", at) for at in range(3))), NOW)
    run = frontier.start_run(1, NOW)
    for job in frontier.lease_sources(run, HOST, NOW):
        if job.is_part:
            frontier.save_poll(poll(job.source_id, link(f"p{job.source_id}-", 1)), NOW)
    jobs = frontier.lease_pages(run, HOST, NOW, limit=6)
    assert "".join(name_of(job)[0] for job in jobs) == "pfpfpf"


MANY = """
WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 100000)
INSERT INTO page (url_key, url, canonical_url, host, lister_id, first_seen_at, due_at, news_at,
    failures, backlog, vouched)
SELECT {key}, page.url || '/many/' || n, page.url || '/many/' || n, page.host, :lister,
    page.first_seen_at, page.due_at, {earlier}, 0, {no}, {no}
FROM number, (SELECT * FROM page WHERE lister_id = :lister LIMIT 1) AS page
"""
SPELLED = {
    "sqlite": {
        "key": "randomblob(16)",
        "earlier": "strftime('%Y-%m-%d %H:%M:%f000', page.news_at, '-' || n || ' seconds')",
        "no": "0",
    },
    "postgresql": {
        "key": "uuid_send(gen_random_uuid())",
        "earlier": "page.news_at - n * interval '1 second'",
        "no": "false",
    },
}


def test_a_host_of_many_pages_serves_its_listers_alike(
    frontier: Frontier, sources: Sources, engine: Engine
) -> None:
    first, second = add(sources, "a", "b")
    frontier.save_poll(poll(first, link("a", 0)), NOW)
    with writing(engine) as session:
        many = MANY.format_map(SPELLED[engine.dialect.name])
        session.execute(text(many), {"lister": first})
    frontier.save_poll(poll(second, *(link("b", 9_000 + at) for at in range(300))), NOW)
    run = frontier.start_run(1, NOW)
    jobs = [job for _ in range(10) for job in frontier.lease_pages(run, HOST, NOW, limit=20)]
    assert Counter(name_of(job)[0] for job in jobs) == {"b": 100, "a": 100}

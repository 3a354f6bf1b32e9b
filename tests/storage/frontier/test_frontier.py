"""What is due, what is leased, and what polls and captures make of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from scraper import schedule
from scraper.errors import LockedError
from scraper.fetch.politeness import retry
from scraper.model.jobs import Poll
from scraper.model.types import (
    Capture,
    HostState,
    Link,
    RobotsCache,
    Settlement,
    SourceKind,
    Validators,
    Verdict,
)
from storage import models
from storage.archive import Archive
from storage.database.engine import open_engine, reading
from storage.frontier import queueing
from storage.frontier.hosts import Hosts
from storage.frontier.leases import FARTHEST_PAUSE, FARTHEST_POLL, FARTHEST_VISIT
from storage.frontier.sources import Sources
from storage.frontier.store import Frontier
from storage.models import Page
from storage.reading.library import Library
from tests.storage.makers import (
    LATER,
    LONG,
    NOW,
    make_article,
    make_capture,
    make_failed,
    make_rejected,
    make_response,
)

HOST = "a.example"
FEED = f"https://{HOST}/feed"
HOUR = timedelta(hours=1)
FAR = NOW + timedelta(days=400)


def page(number: int, host: str = HOST) -> str:
    return f"https://{host}/{number}"


def links(*numbers: int, host: str = HOST) -> tuple[Link, ...]:
    return tuple(Link(page(number, host)) for number in numbers)


def add_source(sources: Sources, url: str = FEED, *queued: Link) -> int:
    return sources.add(url, name=None, kind=SourceKind.FEED, now=NOW, links=queued)[0].id


def poll(source_id: int, *found: Link, **fields: object) -> Poll:
    return Poll(source_id, None, LATER, HOUR, links=tuple(found), **fields)  # type: ignore[arg-type]


def due_urls(engine: Engine) -> dict[str, bool]:
    """Of every page: whether it will be visited again."""
    with reading(engine) as session:
        rows = session.execute(select(Page.canonical_url, Page.due_at).order_by(Page.id)).all()
    return {url: due is not None for url, due in rows}


# ---------------------------------------------------------------------- polls


def test_new_links_are_due_in_document_order_each_once(
    frontier: Frontier, sources: Sources
) -> None:
    source = add_source(sources)
    found = (*links(3, 1), Link(page(3) + "?utm_source=feed"), Link("javascript:x"), *links(2))
    assert frontier.save_poll(poll(source, *found), NOW).new == 3
    run = frontier.start_run(1, NOW)
    jobs = frontier.lease_pages(run, HOST, NOW, limit=9)
    assert [job.url for job in jobs] == [page(3), page(1), page(2)]
    assert {job.source_id for job in jobs} == {source}
    assert frontier.save_poll(poll(source, *found, *links(4)), NOW).new == 1


def test_more_links_than_one_statement_takes(frontier: Frontier, sources: Sources) -> None:
    source = add_source(sources)
    assert frontier.save_poll(poll(source, *links(*range(1500))), NOW).new == 1500
    jobs = frontier.lease_pages(frontier.start_run(1, NOW), HOST, NOW, limit=1500)
    assert [job.url for job in jobs] == [page(number) for number in range(1500)]


def test_a_known_page_is_not_queued_again_but_noted(
    frontier: Frontier, sources: Sources, archive: Archive, engine: Engine
) -> None:
    archive.save(make_capture(page(1)), Settlement(None), NOW)
    source = add_source(sources)
    assert frontier.save_poll(poll(source, *links(1)), NOW).new == 0
    assert due_urls(engine) == {page(1): False}
    assert [one.articles for one in sources.list()] == [1]


def test_a_poll_keeps_validators_and_a_304_those_it_leaves_out(
    frontier: Frontier, sources: Sources
) -> None:
    source = add_source(sources)
    frontier.save_poll(poll(source, validators=Validators('"1"', "Mon"), title="A"), NOW)
    again = poll(source, validators=Validators('"2"'), not_modified=True, failures=0)
    frontier.save_poll(again, NOW)
    run = frontier.start_run(1, NOW)
    assert frontier.lease_sources(run, HOST, NOW) == []
    (job,) = frontier.lease_sources(run, HOST, LATER)
    assert (job.validators, job.interval) == (Validators('"2"', "Mon"), HOUR)
    assert sources.list()[0].title == "A"
    frontier.save_poll(poll(source), NOW)
    frontier.finish_run(run, NOW, exit_code=0, counts={})
    (job,) = frontier.lease_sources(frontier.start_run(1, NOW), HOST, LATER)
    assert not job.validators


def test_a_failed_poll_keeps_what_the_source_had(frontier: Frontier, sources: Sources) -> None:
    source = add_source(sources)
    frontier.save_poll(poll(source, validators=Validators('"1"'), title="A"), NOW)
    failed = Poll(source, None, LATER, HOUR * 9, links=links(1), failures=2, error="it is down")
    assert frontier.save_poll(failed, LATER).new == 0
    record = sources.list()[0]
    assert (record.last_error, record.failures, record.last_polled_at) == ("it is down", 2, LATER)
    assert (record.title, record.interval) == ("A", HOUR)
    assert frontier.count_due(FAR) == 0
    frontier.save_poll(poll(source), LATER)
    assert (sources.list()[0].last_error, sources.list()[0].failures) == (None, 0)


def test_a_poll_of_a_source_that_was_removed_changes_nothing(
    frontier: Frontier, sources: Sources
) -> None:
    source = add_source(sources)
    sources.remove(source)
    assert frontier.save_poll(poll(source, *links(1)), NOW).new == 0
    assert frontier.count_due(FAR) == 0


# ---------------------------------------------------------------------- leases


def test_a_lease_is_given_once_and_taken_over_from_a_dead_run(
    frontier: Frontier, sources: Sources
) -> None:
    add_source(sources, FEED, *links(1, 2))
    first = frontier.start_run(111, NOW)
    assert len(frontier.lease_sources(first, HOST, NOW)) == 1
    assert len(frontier.lease_pages(first, HOST, NOW, limit=1)) == 1
    assert [job.url for job in frontier.lease_pages(first, HOST, NOW, limit=5)] == [page(2)]
    assert frontier.due_hosts(NOW, busy=(), limit=5) == []
    second = frontier.start_run(222, NOW)
    running = frontier.current_run()
    assert running is not None
    assert (running.id, running.pid, running.started_at) == (second, 222, NOW)
    assert len(frontier.lease_sources(second, HOST, NOW)) == 1
    jobs = frontier.lease_pages(second, HOST, NOW, limit=5)
    assert [(job.url, job.failures) for job in jobs] == [(page(1), 0), (page(2), 0)]


def test_a_clock_that_ran_ahead_puts_nothing_off_for_long(
    frontier: Frontier, sources: Sources, engine: Engine
) -> None:
    ahead = NOW + timedelta(days=60)
    sources.add(FEED, name=None, kind=SourceKind.FEED, now=ahead, links=links(1))
    Hosts(engine).save_host(HostState(HOST, paused_until=ahead))
    assert frontier.due_hosts(NOW, busy=(), limit=9) == []
    run = frontier.start_run(1, NOW)
    assert frontier.due_hosts(NOW, busy=(), limit=9) == [HOST]
    assert [job.url for job in frontier.lease_sources(run, HOST, NOW)] == [FEED]
    assert [job.url for job in frontier.lease_pages(run, HOST, NOW, limit=9)] == [page(1)]


def test_no_rule_puts_off_for_longer_than_the_frontier_believes() -> None:
    waits = [due - NOW for n in range(1, 30) for why in ("robots", "timeout")
             if (due := schedule.next_try(why, n, NOW))]  # fmt: skip
    visits = [due - NOW for hour in range(500)
              if (due := schedule.next_visit(NOW - timedelta(hours=hour), NOW))]  # fmt: skip
    assert max(waits + visits) <= FARTHEST_VISIT
    assert schedule.next_poll_after_failure(99, NOW, 1.0) - NOW <= FARTHEST_POLL
    assert schedule.SLOWED_MAX <= FARTHEST_POLL
    assert retry.MAX_PAUSE <= FARTHEST_PAUSE


def test_what_is_given_back_is_due_again(frontier: Frontier, sources: Sources) -> None:
    add_source(sources, FEED, *links(1, 2, 3))
    run = frontier.start_run(1, NOW)
    jobs = frontier.lease_pages(run, HOST, NOW, limit=3)
    frontier.release_page(jobs[1].page_id)
    assert [job.url for job in frontier.lease_pages(run, HOST, NOW, limit=3)] == [page(2)]
    frontier.finish_run(run, LATER, exit_code=0, counts={"new": 1})
    assert frontier.current_run() is None
    assert frontier.count_due(NOW) == 3


def test_untried_pages_come_before_visits_and_these_by_their_time(
    frontier: Frontier, sources: Sources, archive: Archive
) -> None:
    for number, hours in ((1, 3), (2, 1)):
        settlement = Settlement(NOW + HOUR * hours)
        archive.save(make_capture(page(number), make_article(f"{number}")), settlement, NOW)
    add_source(sources, FEED, *links(5, 4))
    run = frontier.start_run(1, NOW)
    jobs = frontier.lease_pages(run, HOST, NOW + HOUR * 4, limit=9)
    assert [job.url for job in jobs] == [page(5), page(4), page(2), page(1)]
    assert [job.last_checked_at for job in jobs] == [None, None, NOW, NOW]


def test_a_run_that_was_taken_over_saves_what_it_has_and_gets_no_more(
    frontier: Frontier, sources: Sources, archive: Archive, library: Library
) -> None:
    add_source(sources, FEED, *links(1))
    old = frontier.start_run(1, NOW)
    (job,) = frontier.lease_pages(old, HOST, NOW, limit=1)
    new = frontier.start_run(2, NOW)
    (same,) = frontier.lease_pages(new, HOST, NOW, limit=1)
    for run, outcome in ((old, "new"), (new, "unchanged")):
        decision = archive.save(
            make_capture(page(1)),
            Settlement(LATER, page_id=job.page_id, run_id=run, source_id=job.source_id),
            NOW,
        )
        assert decision.outcome == outcome
        if run == old:  # the other run's lease stands
            for lease in (
                lambda: frontier.lease_pages(old, HOST, LATER, limit=1),
                lambda: frontier.lease_sources(old, HOST, LATER),
            ):
                with pytest.raises(LockedError, match=r"another crawl .* has begun"):
                    lease()
    assert same.page_id == job.page_id
    assert len(library.list()) == 1
    assert len(frontier.lease_pages(new, HOST, LATER, limit=1)) == 1


def test_a_page_whose_source_went_while_it_was_fetched_is_saved(
    frontier: Frontier, sources: Sources, archive: Archive
) -> None:
    source = add_source(sources, FEED, *links(1))
    run = frontier.start_run(1, NOW)
    (job,) = frontier.lease_pages(run, HOST, NOW, limit=1)
    sources.remove(source)
    settlement = Settlement(LATER, page_id=job.page_id, run_id=run, source_id=source)
    assert archive.save(make_capture(page(1)), settlement, NOW).outcome == "new"


# ---------------------------------------------------------------------- hosts


def test_hosts_come_by_their_longest_due_page_or_source(
    frontier: Frontier, sources: Sources, archive: Archive
) -> None:
    add_source(sources, "https://feeds.example/x", *links(1, host="b.example"))
    archive.save(make_capture(page(1)), Settlement(NOW - HOUR), NOW)
    assert frontier.due_hosts(NOW, busy=(), limit=9) == [HOST, "b.example", "feeds.example"]
    assert frontier.due_hosts(NOW, busy={HOST}, limit=1) == ["b.example"]
    assert frontier.due_hosts(NOW - HOUR * 2, busy=(), limit=9) == []


def test_only_some_sources(frontier: Frontier, sources: Sources) -> None:
    one = add_source(sources, FEED, *links(1, 2))
    two = add_source(sources, "https://b.example/feed", *links(2, 3), *links(1, host="c.example"))
    run = frontier.start_run(1, NOW)
    hosts = frontier.due_hosts(NOW, busy=(), limit=9, source_ids=[two])
    assert hosts == [HOST, "b.example", "c.example"]
    assert frontier.due_hosts(NOW, busy=(), limit=9, source_ids=[one]) == [HOST]
    assert frontier.due_hosts(NOW, busy=(), limit=9, source_ids=[]) == []
    assert frontier.count_due(NOW, [two]) == 3
    assert frontier.lease_sources(run, HOST, NOW, source_ids=[two]) == []
    jobs = frontier.lease_pages(run, HOST, NOW, limit=9, source_ids=[two])
    assert [(job.url, job.source_id) for job in jobs] == [(page(2), two), (page(3), two)]


def test_a_paused_host_is_left_alone(frontier: Frontier, sources: Sources, engine: Engine) -> None:
    add_source(sources, FEED, *links(1))
    state = HostState(HOST, LATER, 2)
    Hosts(engine).save_host(state)
    run = frontier.start_run(1, NOW)
    assert frontier.due_hosts(NOW, busy=(), limit=9) == []
    assert frontier.lease_sources(run, HOST, NOW) == []
    assert frontier.lease_pages(run, HOST, NOW, limit=9) == []
    assert frontier.due_hosts(LATER, busy=(), limit=9) == [HOST]
    assert Hosts(engine).load_host(HOST) == state


def test_pages_of_an_unreachable_host_wait_until_it_answers(
    frontier: Frontier, sources: Sources, archive: Archive, engine: Engine
) -> None:
    source = add_source(sources, FEED, *links(1, 2))
    frontier.postpone_host(HOST, LATER)
    frontier.postpone_host("unknown.example", LATER)
    run = frontier.start_run(1, NOW)
    assert frontier.lease_pages(run, HOST, NOW, limit=9) == []
    assert frontier.due_hosts(NOW, busy=(), limit=9) == [HOST]  # for its source
    assert Hosts(engine).load_host(HOST) == HostState(HOST)
    frontier.save_poll(poll(source), NOW)
    assert frontier.due_hosts(NOW, busy=(), limit=9) == [HOST]
    frontier.postpone_host(HOST, LATER)
    assert frontier.due_hosts(NOW, busy=(), limit=9) == []
    archive.save(make_failed(page(1)), Settlement(LATER), NOW)
    assert frontier.due_hosts(NOW, busy=(), limit=9) == []
    archive.save(make_capture(page(1)), Settlement(LATER), NOW)
    assert frontier.due_hosts(NOW, busy=(), limit=9) == [HOST]


def test_visits_that_meet_nobody_are_counted_until_the_host_answers(
    frontier: Frontier, sources: Sources, archive: Archive
) -> None:
    source = add_source(sources, FEED, *links(1))
    assert [frontier.count_unreachable(HOST) for _ in range(3)] == [1, 2, 3]
    archive.save(make_failed(page(1)), Settlement(LATER), NOW)
    assert frontier.count_unreachable(HOST) == 4
    gone = Capture(page(1), NOW, make_response(page(1), status=404), reason="http_404")
    archive.save(gone, Settlement(LATER), NOW)
    assert frontier.count_unreachable(HOST) == 1
    frontier.save_poll(poll(source), NOW)
    assert frontier.count_unreachable(HOST) == 1
    assert frontier.count_unreachable("unknown.example") == 1


def test_what_waits_of_one_source_is_bounded_and_said(
    frontier: Frontier, sources: Sources, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queueing, "MAX_DUE", 5)
    monkeypatch.setattr(queueing, "MAX_BACKLOG", 3)
    source = add_source(sources)
    dated = tuple(Link(page(n), published_at=NOW - HOUR * (9 - n)) for n in range(9))
    etag = Validators('"1"')
    done = frontier.save_poll(poll(source, *dated, validators=etag), NOW)
    assert (done.new, done.left_out) == (5, 4)
    assert list(due_urls(engine)) == [page(n) for n in range(4, 9)]  # the newest, in their order
    run = frontier.start_run(1, NOW)
    (job,) = frontier.lease_sources(run, HOST, LATER)
    assert not job.validators  # a 304 would keep them out for good
    old = frontier.save_poll(poll(source, backlog=links(*range(20, 24)), validators=etag), NOW)
    assert (old.new, old.left_out) == (3, 1)
    assert not frontier.has_room(source)
    other = add_source(sources, "https://b.example/feed")
    assert frontier.save_poll(poll(other, *links(30)), NOW).left_out == 0
    with reading(engine) as session:
        query = select(models.Poll.new, models.Poll.left_out).order_by(models.Poll.id)
        ledger = session.execute(query).all()
    assert [tuple(row) for row in ledger] == [(5, 4), (3, 1), (1, 0)]


def test_a_backfill_reads_no_sitemap_while_too_much_waits(
    frontier: Frontier, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queueing, "MAX_BACKLOG", 2)
    source = add_source(sources)
    part = Link(f"https://{HOST}/old.xml")
    frontier.save_poll(poll(source, backlog=links(1, 2), older_sitemaps=(part,)), NOW)
    run = frontier.start_run(1, NOW)
    assert frontier.lease_sources(run, HOST, NOW, backfill=NOW - HOUR) == []
    (job, _) = frontier.lease_pages(run, HOST, NOW, limit=2, backfill=NOW - HOUR)
    frontier.release_page(job.page_id)
    monkeypatch.setattr(queueing, "MAX_BACKLOG", 3)
    jobs = frontier.lease_sources(run, HOST, NOW, backfill=NOW - HOUR)
    assert [one.url for one in jobs] == [part.url]


def test_host_state_and_robots_outlast_the_run(path: Path) -> None:
    engine = open_engine(path)
    hosts = Hosts(engine)
    assert (hosts.load_host(HOST), hosts.load_robots("x")) == (HostState(HOST), None)
    copies = [
        RobotsCache("https://a.example", status, "User-agent: *", NOW) for status in (404, 200)
    ]
    for copy, state in zip(copies, (HostState(HOST, LATER, 1), HostState(HOST)), strict=True):
        hosts.save_robots(copy)
        hosts.save_host(state)
    engine.dispose()
    engine = open_engine(path)
    assert Hosts(engine).load_robots("https://a.example") == copies[1]
    assert Hosts(engine).load_host(HOST) == HostState(HOST)
    engine.dispose()


# ---------------------------------------------------------------------- settling


def test_after_a_success_the_final_address_is_visited_again(
    archive: Archive, frontier: Frontier, sources: Sources, engine: Engine
) -> None:
    add_source(sources, FEED, *links(1))
    run = frontier.start_run(1, NOW)
    (job,) = frontier.lease_pages(run, HOST, NOW, limit=1)
    capture = make_capture(page(1), make_article(declared_url=page(3)), final=page(2))
    settlement = Settlement(LATER, page_id=job.page_id, run_id=run, validators=Validators('"1"'))
    archive.save(capture, settlement, NOW)
    assert due_urls(engine) == {page(1): False, page(2): True, page(3): False}
    (job,) = frontier.lease_pages(run, HOST, LATER, limit=5)
    assert (job.url, job.validators) == (page(2), Validators('"1"'))


def test_a_copy_leaves_the_visit_where_it_was(archive: Archive, engine: Engine) -> None:
    for number in (1, 2):
        archive.save(make_capture(page(number)), Settlement(LATER), NOW)
    assert due_urls(engine) == {page(1): True, page(2): False}


def test_a_copy_takes_the_visit_over_where_no_one_had_it(archive: Archive, engine: Engine) -> None:
    archive.save(make_capture(page(1)), Settlement(None), NOW)
    archive.save(make_capture(page(2)), Settlement(LATER), NOW)
    assert due_urls(engine) == {page(1): False, page(2): True}


def test_a_failure_and_a_rejection_stay_with_the_page_that_was_asked(
    archive: Archive, frontier: Frontier, sources: Sources, engine: Engine
) -> None:
    add_source(sources, FEED, *links(1, 2))
    run = frontier.start_run(1, NOW)
    one, two = frontier.lease_pages(run, HOST, NOW, limit=2)
    archive.save(
        make_failed(page(1)), Settlement(LATER, page_id=one.page_id, run_id=run, failures=1), NOW
    )
    wall = make_rejected(page(2), Verdict.LOGIN_WALL, final=page(9))
    archive.save(wall, Settlement(LATER, page_id=two.page_id, run_id=run, failures=1), NOW)
    assert due_urls(engine) == {page(1): True, page(2): True, page(9): False}
    jobs = frontier.lease_pages(run, HOST, LATER, limit=5)
    assert [(job.url, job.failures) for job in jobs] == [(page(1), 1), (page(2), 1)]


def test_a_failure_keeps_the_validators_and_a_success_sets_them(
    archive: Archive, frontier: Frontier
) -> None:
    def validators() -> Validators:
        run = frontier.start_run(1, NOW)
        return frontier.lease_pages(run, HOST, FAR, limit=1)[0].validators

    archive.save(make_capture(page(1)), Settlement(NOW, validators=Validators('"1"')), NOW)
    archive.save(make_failed(page(1)), Settlement(NOW, failures=1), NOW)
    assert validators() == Validators('"1"')
    archive.save(make_capture(page(1)), Settlement(NOW), NOW)
    assert not validators()


def test_a_failure_by_hand_does_not_upset_the_crawls_plans(
    archive: Archive, frontier: Frontier, engine: Engine
) -> None:
    archive.save(make_capture(page(1)), Settlement(LATER), NOW)
    archive.save(make_failed(page(1)), Settlement(None, failures=1), NOW)
    archive.save(make_failed(page(2)), Settlement(None, failures=1), NOW)
    assert due_urls(engine) == {page(1): True, page(2): False}
    (job,) = frontier.lease_pages(frontier.start_run(1, NOW), HOST, LATER, limit=9)
    assert job.failures == 0


@pytest.mark.parametrize("number", range(2))
def test_the_page_keeps_its_first_time(archive: Archive, frontier: Frontier, number: int) -> None:
    archive.save(make_capture(page(number), make_article(LONG)), Settlement(LATER), NOW)
    archive.save(make_capture(page(number), make_article(LONG)), Settlement(LATER), LATER)
    (job,) = frontier.lease_pages(frontier.start_run(1, NOW), HOST, FAR, limit=1)
    assert (job.first_seen_at, job.last_checked_at) == (NOW, LATER)
    assert make_response(page(number)).url == job.url

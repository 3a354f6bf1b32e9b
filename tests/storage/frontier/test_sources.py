"""Sources: names, finding, counts, removal."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from scraper.errors import AddressError
from scraper.model.jobs import Poll
from scraper.model.types import Link, Settlement, SourceKind, Validators
from storage.archive import Archive
from storage.frontier.sources import Sources
from storage.frontier.store import Frontier
from storage.reading.library import Library
from storage.records import SourceRecord
from tests.storage.makers import LATER, NOW, make_article, make_capture, make_failed

FEED = "https://www.a.example/feed/"
FAR = NOW.replace(year=2100)


def add(sources: Sources, url: str = FEED, name: str | None = None, *links: str) -> SourceRecord:
    found = tuple(Link(link) for link in links)
    return sources.add(url, name=name, kind=SourceKind.FEED, now=NOW, links=found)[0]


def test_a_new_source_is_due_at_once_with_what_was_read(
    sources: Sources, frontier: Frontier
) -> None:
    record, created = sources.add(
        FEED,
        name="  The\nA ",
        kind=SourceKind.FEED,
        now=NOW,
        title="A",
        validators=Validators('"1"'),
        links=[Link("https://a.example/1"), Link("nonsense")],
    )
    assert created
    assert (record.name, record.title, record.url, record.due_at) == ("The A", "A", FEED, NOW)
    run = frontier.start_run(1, NOW)
    (job,) = frontier.lease_sources(run, record.host, NOW)
    assert (job.validators, job.interval, job.failures) == (Validators('"1"'), None, 0)
    assert frontier.count_due(NOW) == 1


def test_patterns_hold_for_the_parts_of_a_source_and_can_be_changed(
    sources: Sources, frontier: Frontier
) -> None:
    patterns, kept = ("/sport/", "/*/politik/*"), Validators('"1"')
    record, _ = sources.add(
        FEED, name="A", kind=SourceKind.SITEMAP, now=NOW, validators=kept, only=patterns
    )
    assert record.only == patterns
    run = frontier.start_run(1, NOW)
    part = Link("https://www.a.example/part.xml")
    hour = LATER - NOW
    frontier.save_poll(Poll(record.id, run, LATER, hour, sitemaps=(part,), validators=kept), NOW)
    (job,) = frontier.lease_sources(run, record.host, NOW)
    assert (job.url, job.is_part, job.only) == (part.url, True, patterns)
    frontier.save_poll(Poll(job.source_id, run, LATER, hour, validators=kept), NOW)

    sources.limit(record.id, (), NOW)
    jobs = frontier.lease_sources(run, record.host, NOW)
    assert [job.url for job in jobs] == [FEED, part.url], "both are read again at once"
    assert {job.only for job in jobs} == {()}
    assert {job.validators for job in jobs} == {Validators()}, "and in full"


def test_a_disabled_source_stays_so_since_the_first_time(
    sources: Sources, frontier: Frontier
) -> None:
    def state() -> tuple[object, ...]:
        (record,) = sources.list()
        return record.disabled_at, record.disabled_reason, record.due_at

    record = add(sources)
    sources.disable(record.id, "a wall", NOW)
    for reason, kept in ((None, "a wall"), ("gone", "gone"), (None, "gone")):
        sources.disable(record.id, reason, LATER)
        assert state() == (NOW, kept, None)
    sources.enable(record.id, LATER)
    assert state() == (None, None, LATER)
    # What a poll has switched off, a person may say to be right.
    gone = Poll(record.id, None, None, LATER - NOW, failures=1, error="410", disabled="gone")
    frontier.save_poll(gone, NOW)
    sources.disable(record.id, None, LATER)
    assert state() == (LATER, "disabled by hand", None)


def test_a_known_source_is_returned_as_it_is(sources: Sources) -> None:
    first = add(sources, FEED, "One")
    again = sources.add("http://a.example/feed", name="Two", kind=SourceKind.FEED, now=LATER)
    assert again == (first, False)
    assert sources.list() == [first]


def test_names_are_unique(sources: Sources) -> None:
    names = [add(sources, f"https://www.a.example/{n}", None).name for n in range(3)]
    assert names == ["a.example", "a.example-2", "a.example-3"]
    assert add(sources, "https://b.example/", "a.example").name == "a.example-4"
    assert add(sources, "http://127.0.0.1:8000/f", " ").name == "127.0.0.1:8000"


def test_an_address_that_is_none(sources: Sources) -> None:
    with pytest.raises(AddressError):
        add(sources, "ftp://a.example/")
    assert sources.list() == []


def test_finding(sources: Sources) -> None:
    one, two = add(sources, FEED, "Alpha"), add(sources, "https://b.example/f", "alpha")
    über = add(sources, "https://d.example/f", "Über")
    third = add(sources, "https://c.example/f", "1")
    for text in ("1", " Alpha ", "http://a.example/feed?utm_source=x"):
        assert sources.find(text) == one
    assert sources.find("alpha") == two
    assert sources.find("ALPHA") == one
    assert sources.find("4") == third
    assert sources.find("ÜBER") == über
    for text in ("", "5", "0", "-1", "9" * 40, "https://e.example/", "a\0b", "\ud800", "²"):
        assert sources.find(text) is None


def test_counts_and_due_times(sources: Sources, archive: Archive, frontier: Frontier) -> None:
    pages = [f"https://a.example/{number}" for number in range(4)]
    one = add(sources, FEED, None, *pages)
    two = add(sources, "https://b.example/f", None, pages[0])
    archive.save(make_capture(pages[0], make_article("0")), Settlement(LATER), NOW)
    archive.save(make_capture(pages[1], make_article("1")), Settlement(LATER), NOW)
    archive.save(make_capture(pages[2], make_article("1")), Settlement(LATER), NOW)
    archive.save(make_failed(pages[3]), Settlement(LATER), NOW)
    assert [(record.id, record.articles) for record in sources.list()] == [
        (one.id, 2),
        (two.id, 1),
    ]
    sources.make_due([two.id], FAR)
    assert [record.due_at for record in sources.list()] == [NOW, FAR]


def test_a_removed_source_takes_its_untried_pages_along(
    sources: Sources, archive: Archive, frontier: Frontier, library: Library
) -> None:
    pages = [f"https://a.example/{number}" for number in range(4)]
    one = add(sources, FEED, None, *pages)
    two = add(sources, "https://b.example/f", None, pages[1])
    archive.save(make_capture(pages[0]), Settlement(LATER), NOW)
    assert frontier.count_due(FAR) == 4
    assert sources.remove(one.id)
    assert not sources.remove(one.id)
    assert [record.id for record in sources.list()] == [two.id]
    assert frontier.count_due(FAR) == 1
    assert [record.url for record in library.list()] == [pages[0]]
    again = add(sources, FEED, None, *pages)
    assert again.id == 3
    assert (again.articles, frontier.count_due(FAR)) == (1, 3)


def test_a_huge_id_is_no_trouble(sources: Sources, library: Library, engine: Engine) -> None:
    assert library.get(10**30) is None
    assert library.get(0) is None
    assert library.get(-1) is None
    assert library.nearest_id(10**30) is None
    assert library.versions(7) == []

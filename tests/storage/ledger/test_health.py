"""The record of a source, as health reads it, and its alarms, as they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from scraper.model.health import Alarm, History, Kind
from scraper.model.jobs import Gap, Poll
from scraper.model.types import Capture, Link, Settlement, SourceKind, Verdict
from scraper.monitoring.source_health import judge_source
from storage import models
from storage.archive import Archive
from storage.database.engine import reading
from storage.frontier.sources import Sources
from storage.frontier.store import Frontier
from storage.ledger.health import HealthBook
from storage.ledger.histories import _ATTEMPTS, ATTEMPTS, POLLS
from tests.storage.makers import NOW, make_article, make_capture, make_failed, make_rejected

FEED = "https://a.example/feed"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def dated(capture: Capture, at: datetime) -> Capture:
    response = capture.response and replace(capture.response, fetched_at=at)
    return replace(capture, attempted_at=at, response=response)


def text_of(url: str) -> str:
    """In words of its own: else each were compared with all before it, as one story."""
    return " ".join(f"word{number}of{url}" for number in range(150))


def filed(url: str, **fields: object) -> Capture:
    return make_capture(url, make_article(text_of(url), f"About {url}", **fields))


@dataclass
class Paper:
    """A source whose feed lists one page an hour, which is tried at once."""

    engine: Engine
    name: str = "a"
    at: datetime = NOW - 30 * DAY
    count: int = 0

    def __post_init__(self) -> None:
        self.sources, self.frontier = Sources(self.engine), Frontier(self.engine)
        self.archive = Archive(self.engine)
        url = f"https://{self.name}.example/feed"
        self.id = self.sources.add(url, name=None, kind=SourceKind.FEED, now=self.at)[0].id

    def poll(self, *urls: str, source: int | None = None, **fields: object) -> None:
        self.at += HOUR
        values = {"links": tuple(map(Link, urls))} | fields
        poll = Poll(source or self.id, None, self.at + HOUR, HOUR, **values)  # type: ignore[arg-type]
        self.frontier.save_poll(poll, self.at)

    def bring(self, number: int, make: object = filed, **fields: object) -> None:
        for _ in range(number):
            url = f"https://{self.name}.example/{self.count}"
            self.count += 1
            self.poll(url)
            self.save(make(url, **fields))  # type: ignore[operator]

    def save(self, capture: Capture) -> None:
        self.archive.save(dated(capture, self.at), Settlement(None), self.at)

    def history(self, now: datetime | None = None) -> History:
        (found,) = HealthBook(self.engine).load_histories(now or self.at, [self.id])
        return found

    def kinds(self) -> list[Kind]:
        """Judged and kept, as the end of a crawl does."""
        alarms = judge_source(self.history(), self.at)
        HealthBook(self.engine).save_all({self.id: alarms}, self.at)
        return [alarm.kind for alarm in alarms]


@pytest.fixture
def paper(engine: Engine) -> Paper:
    return Paper(engine)


def page(number: int) -> str:
    return f"https://a.example/{number}"


def test_an_empty_archive(engine: Engine) -> None:
    book = HealthBook(engine)
    assert book.load_histories(NOW) == []
    assert book.open_alarms() == []
    assert book.save_all({}, NOW) == []
    assert book.save_all({7: [Alarm(Kind.SILENT, NOW, "x")]}, NOW) == [], "no such source"
    assert book.touched_by(7) == set()


def test_what_is_known_of_a_source(paper: Paper) -> None:
    paper.bring(1)
    paper.bring(1, authors=(), published_at=None, published_precision=None)
    paper.bring(1, make_failed, reason="http_403: the server answered HTTP 403")
    paper.bring(1, lambda url: make_rejected(url, Verdict.CONSENT_WALL))
    paper.poll(error="HTTP 503", failures=1)
    known = paper.history()
    assert (known.source_id, known.name, known.url) == (paper.id, "a.example", FEED)
    assert [(one.outcome, one.reason) for one in known.attempts] == [
        ("new", None),
        ("new", None),
        ("failed", "http_403: the server answered HTTP 403"),
        ("rejected", "consent_wall: it says so"),
    ]
    assert [one.url for one in known.attempts] == [page(number) for number in range(4)]
    assert [bool(one.has_title) for one in known.attempts] == [True, True, False, False]
    assert [bool(one.has_authors) for one in known.attempts] == [True, False, False, False]
    assert [bool(one.has_date) for one in known.attempts] == [True, False, False, False]
    assert [one.body_size for one in known.attempts] == [len(text_of(page(0)))] * 2 + [0, 0]
    assert [(one.new, one.error) for one in known.polls] == [(1, None)] * 4 + [(0, "HTTP 503")]
    assert known.attempts[-1].at == known.polls[-2].at == known.last_success_at == paper.at - HOUR


def test_a_page_counts_once_by_its_first_attempt(paper: Paper) -> None:
    paper.bring(1)
    paper.bring(1, make_failed)
    paper.at += DAY
    paper.save(filed(page(1)))  # a retry that works
    paper.save(make_failed(page(0), "http_404"))  # a page that is gone
    paper.save(filed(page(0), authors=()))  # an edit
    assert [(one.outcome, bool(one.has_authors)) for one in paper.history().attempts] == [
        ("new", True),
        ("failed", False),
    ]


def test_pages_that_were_never_tried_do_not_count(paper: Paper) -> None:
    paper.bring(3)
    old = tuple(Link(page(number)) for number in range(100, 2000))
    paper.poll(backlog=old)
    assert len(paper.history().attempts) == 3


def test_a_bounded_number_is_read_and_the_newest(paper: Paper) -> None:
    paper.bring(ATTEMPTS + 5)
    known = paper.history()
    assert (len(known.attempts), len(known.polls)) == (ATTEMPTS, POLLS)
    assert known.attempts[-1].url == page(ATTEMPTS + 4)
    assert [one.at for one in known.attempts] == sorted(one.at for one in known.attempts)


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_they_are_read_along_their_indexes(engine: Engine, paper: Paper) -> None:
    paper.bring(2)
    query = _ATTEMPTS.params(source=paper.id, limit=5)
    sql = query.compile(engine, compile_kwargs={"literal_binds": True})
    with reading(engine) as session:
        plan = " ".join(row.detail for row in session.execute(text(f"EXPLAIN QUERY PLAN {sql}")))
    assert "TEMP B-TREE" not in plan
    assert "SCAN page" not in plan
    assert "SCAN fetch" not in plan
    assert "SCAN filed" not in plan
    for index in ("ix_page_source_source", "ix_fetch_page", "INTEGER PRIMARY KEY"):
        assert index in plan


def test_sitemaps_count_for_their_index(paper: Paper, engine: Engine) -> None:
    part = "https://a.example/news.xml"
    paper.poll(sitemaps=(Link(part),))
    (part_id,) = [one for one in range(1, 9) if one != paper.id and paper_part(engine, one)]
    paper.poll(page(0), source=part_id)
    paper.save(filed(page(0)))
    (known,) = HealthBook(engine).load_histories(paper.at)
    assert (known.source_id, [one.url for one in known.attempts]) == (paper.id, [page(0)])
    paper.at += 3 * DAY
    paper.poll()
    assert paper.history().news == [paper.at - 3 * DAY - HOUR]
    paper.poll(page(1), source=part_id)
    paper.poll()
    assert paper.history().news == [], "the last news is young: nothing more is read"


def paper_part(engine: Engine, source_id: int) -> bool:
    with reading(engine) as session:
        query = text("SELECT 1 FROM source WHERE id = :id AND parent_id IS NOT NULL")
        return session.execute(query, {"id": source_id}).first() is not None


def test_a_gap_that_no_sitemap_filled(paper: Paper) -> None:
    paper.poll(page(0))
    since = paper.at
    paper.poll(page(1), gap=Gap(since, since + HOUR))
    assert paper.history().gaps == [(since, paper.at)]
    assert paper.kinds() == [Kind.GAP]
    assert paper.history(paper.at + 8 * DAY).gaps == ()


def test_a_gap_that_a_sitemap_filled_is_none(paper: Paper) -> None:
    paper.poll(page(0))
    since = paper.at
    paper.poll(page(1), gap=Gap(since, since + HOUR), missed=(Link(page(2)),))
    assert (paper.history().gaps, paper.kinds()) == ((), [])


def test_a_change_is_raised_kept_and_over(paper: Paper, engine: Engine) -> None:
    book = HealthBook(engine)
    paper.bring(60)
    assert paper.kinds() == []
    paper.bring(8, make_failed, reason="http_403: no")
    begin = paper.at - 7 * HOUR
    assert paper.kinds() == [Kind.BLOCKED]
    (alarm,) = book.open_alarms()
    assert (alarm.source, alarm.host, alarm.kind) == ("a.example", "a.example", "blocked")
    assert (alarm.since, alarm.raised_at, alarm.cleared_at) == (begin, paper.at, None)
    assert alarm.examples == (page(67), page(66), page(65))
    paper.bring(ATTEMPTS + 40, make_failed, reason="http_403: no")
    assert paper.kinds() == [Kind.BLOCKED], "its past is known, though far back"
    (later,) = book.open_alarms()
    assert (later.id, later.since, later.raised_at) == (alarm.id, begin, alarm.raised_at)
    assert later.examples[0] == page(paper.count - 1)
    assert "(0% before)" in later.detail
    paper.bring(9)
    assert paper.kinds() == []
    assert book.open_alarms() == []
    with reading(engine) as session:
        assert session.get_one(models.Alarm, alarm.id).cleared_at == paper.at
    paper.bring(40)
    assert paper.kinds() == []


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_nothing_is_written_where_nothing_changed(paper: Paper, engine: Engine) -> None:
    book, alarm = HealthBook(engine), Alarm(Kind.SILENT, NOW, "no news", (FEED,))
    (first,) = book.save_all({paper.id: [alarm]}, NOW)
    assert isinstance(first, int)

    def version() -> int:
        with reading(engine) as session:
            return int(session.execute(text("PRAGMA data_version")).scalar_one())

    other = HealthBook(engine)
    before = version()
    assert other.save_all({paper.id: [replace(alarm, since=NOW + HOUR)]}, NOW + HOUR) == []
    assert version() == before
    (kept,) = book.open_alarms()
    assert (kept.since, kept.raised_at) == (NOW, NOW)


def test_other_sources_keep_theirs_and_a_removed_one_has_none(engine: Engine) -> None:
    one, two = Paper(engine, "a"), Paper(engine, "b")
    book, alarm = HealthBook(engine), Alarm(Kind.SILENT, NOW, "no news")
    book.save_all({one.id: [alarm], two.id: [alarm]}, NOW)
    book.save_all({one.id: []}, NOW + HOUR)
    assert [each.source for each in book.open_alarms()] == ["b.example"]
    assert book.open_alarms([one.id]) == []
    two.sources.remove(two.id)
    assert book.open_alarms() == []


def test_what_a_run_touched(engine: Engine) -> None:
    papers = [Paper(engine, name) for name in "abc"]
    for paper in papers:
        paper.bring(1)
    frontier = papers[0].frontier
    run = frontier.start_run(1, NOW)
    papers[0].at = NOW
    papers[0].poll()
    again = Settlement(None, run_id=run, source_id=papers[1].id)
    papers[1].archive.save(filed("https://b.example/9"), again, NOW)
    assert HealthBook(engine).touched_by(run) == {papers[0].id, papers[1].id}


@pytest.mark.parametrize("failures", [(True,), (True, True, True)])
def test_disabled_and_enabled_again(paper: Paper, failures: Sequence[bool]) -> None:
    for _ in failures:
        paper.poll(error="HTTP 410", failures=1, disabled="gone for good (HTTP 410)")
    assert paper.kinds() == [Kind.DISABLED]
    paper.at += 90 * DAY
    assert paper.kinds() == [Kind.DISABLED]
    paper.sources.enable(paper.id, paper.at)
    paper.poll(page(0))
    assert paper.kinds() == []

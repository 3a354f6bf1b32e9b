"""A year of cron over two papers on loopback (``tests/year.py``). What may be asked of it:

- **Filed once.** Every story that was there for ``PROMPT`` after it was first listed, its host
  answering all that time, is one article, however many addresses and sources it has; and so is
  every story that was there for ``CERTAIN``, whatever its host did meanwhile (it was down, refused
  us, or its robots.txt forbade the story for weeks).
- **Edits are versions.** Every state of a story that was ever served is a version. And every
  state that stood at one of the story's checkpoints (from ``MIN_GAP`` before, as a visit so shortly
  before one takes its place, until ``LATE`` after) is one, where the host had been well since the
  story was found. What is overwritten between two checkpoints may be lost.
- **Never too early.** The minimum delay, Crawl-delay, Retry-After (over many runs), and robots.txt
  as of the day before.
- **Polled in time.** Within 12 hours, one that has slowed down within 36, news within 24.
- **Few requests bring nothing.** The share depends on how many of the papers' pages honour
  validators, so the test says how it comes about, and what it would be without the 304s.

Another seed makes another world, which may last as long as you like:

    WORLD_SEED=2 WORLD_DAYS=30 pytest -s tests/crawl/test_year.py
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from scraper.model.types import Verdict
from scraper.schedule import CHECKPOINTS, MIN_GAP, POLL_MAX, SLOWED_MAX
from storage.models import Article, Page, Poll, Source, Version
from tests.world import CRAWL_DELAY, DAILY, DAY, FEED_LENGTH, HOSTS, POST, Story, World
from tests.year import MIN_DELAY, Lived, Requests, live, report, share_of_nothing

SEED = int(os.environ.get("WORLD_SEED", "1"))
DAYS = int(os.environ.get("WORLD_DAYS", "365"))
LATE = timedelta(hours=1)
"""After it is due, until cron comes and the host's turn has come."""
CERTAIN = 30 * DAY
PROMPT = 2 * DAY
LISTINGS = {
    POST: ((POST, "/feed.xml"), (POST, "/news.xml")),
    DAILY: ((DAILY, "/sitemap.xml"), (DAILY, "/")),
}
NEWS_MAX = timedelta(hours=24)
MOST_NOTHING = 0.30

Papers = dict[str, Lived]
pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    folder = tmp_path_factory.mktemp("papers")
    return {host: live(folder / f"{host}.db", SEED, DAYS, host) for host in HOSTS}


def test_four_days(tmp_path: Path) -> None:
    """What holds of a year, in short: filed once, never too early."""
    lived = live(tmp_path / "days.db", SEED, 4, DAILY)
    test_each_story_is_filed_once(lived)
    test_nothing_is_asked_for_too_early(lived)
    assert len(list(_articles(lived))) >= 3


@pytest.fixture(params=HOSTS)
def lived(request: pytest.FixtureRequest, papers: Papers) -> Lived:
    return papers[request.param]


def test_each_story_is_filed_once(lived: Lived) -> None:
    world = lived.world
    filed = Counter(story for story, _ in _articles(lived))
    assert max(filed.values()) == 1, [story for story, times in filed.items() if times > 1]
    missing = [
        story
        for story in world.listed_by(lived.host)
        if story not in filed and not _turns_over(story, lived)
    ]
    assert not [one for one in missing if _stays(one, CERTAIN, world)]
    assert not [
        one
        for one in missing
        if _stays(one, PROMPT, world)
        and all(
            world.is_well(host, path, one.born, one.born + PROMPT)
            for host, path in (*LISTINGS[lived.host], (one.host, one.path))
        )
    ]


def test_edits_are_versions(lived: Lived) -> None:
    world = lived.world
    served: dict[Story, set[int]] = defaultdict(set)
    for hit in lived.log:
        story = world.story_at(hit.host, hit.path)
        if story is not None and hit.status == 200:
            served[story].add(story.state(hit.at))
    kept = dict(_articles(lived))
    assert {story: sorted(states) for story, states in kept.items()} == {
        story: sorted(states) for story, states in served.items()
    }
    found_at = _found_at(lived)
    checked, lost = 0, []
    for story, states in kept.items():
        for checkpoint in CHECKPOINTS:
            since, due = found_at[story], found_at[story] + checkpoint
            until = due + LATE
            state = story.state(due)
            if (
                until < world.end
                and story.is_there(until)
                and (story.moved_at is None or until < story.moved_at)
                and world.is_well(story.host, story.path, since, until)
                and story.state(due - MIN_GAP) == story.state(until)
            ):
                checked += 1
                if state not in states:
                    lost.append((story, checkpoint))
    assert not lost
    assert checked > len(kept)


def test_nothing_is_asked_for_too_early(lived: Lived) -> None:
    world = lived.world
    for host in HOSTS:
        hits = [hit for hit in lived.log if hit.host == host]
        delay = max(MIN_DELAY, CRAWL_DELAY.get(host, 0.0)) * timedelta(seconds=1)
        early = [
            (a, b) for a, b in pairwise(hits) if b.at - a.at < delay - timedelta(milliseconds=1)
        ]
        assert not early
        for number, hit in enumerate(hits):
            if hit.retry_after is not None:
                later = hits[number + 1 :][:1]
                assert not [one for one in later if one.at < hit.at + hit.retry_after]
    known = world.closed[0] + DAY + LATE
    assert not [
        hit
        for hit in lived.log
        if known < hit.at and world.is_forbidden(hit.host, hit.path, hit.at)
    ]
    assert not [hit for hit in lived.log if hit.path.startswith("/admin")]


def test_sources_are_polled_in_time(lived: Lived) -> None:
    world = lived.world
    rows = lived.rows(
        Poll.source_id,
        Poll.polled_at,
        Poll.outcome,
        Poll.new,
        Source.url,
        of=lambda query: query.join(Source).where(Source.parent_id.is_(None)).order_by(Poll.id),
    )
    by_source: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        by_source[row.source_id].append(row)
    late, checked = [], 0
    for polls in by_source.values():
        host, path = world.place_of(polls[0].url)
        is_news = path == "/news.xml"
        slowest = NEWS_MAX if is_news else SLOWED_MAX
        for one, other in pairwise(polls):
            limit = POLL_MAX if one.new else slowest
            until = one.polled_at + limit + LATE
            if one.outcome == "failed" or not world.is_well(host, path, one.polled_at, until):
                continue
            checked += 1
            if other.polled_at > until:
                late.append((one, other))
    assert not late
    assert checked > lived.days


def test_a_feed_that_turned_over_is_noticed_and_had_from_a_sitemap(lived: Lived) -> None:
    gaps = lived.rows(
        Poll.polled_at,
        Poll.gap_filled,
        of=lambda query: query.join(Source).where(Poll.gap_since.is_not(None)),
    )
    world = lived.world
    open_ones = [
        gap
        for gap in gaps
        if gap.gap_filled is None
        and world.is_well(lived.host, "/news.xml", gap.polled_at - LATE, gap.polled_at + LATE)
    ]
    if lived.host == POST:
        assert not open_ones
        assert any(gap.gap_filled for gap in gaps)


def test_few_requests_bring_nothing(
    papers: Papers, record_property: Callable[[str, object], None]
) -> None:
    requests = sum((paper.requests for paper in papers.values()), Requests())
    told = report(requests, sum(paper.runs for paper in papers.values()))
    print(told)
    record_property("requests", told)
    assert share_of_nothing(requests) <= MOST_NOTHING


def test_every_kind_of_answer_was_met(papers: Papers) -> None:
    answered = {hit.status for paper in papers.values() for hit in paper.log}
    assert answered >= {0, 200, 301, 304, 404, 410}
    assert answered & {429, 503}


# ------------------------------------------------------------------ what is in an archive


def _turns_over(story: Story, lived: Lived) -> bool:
    """Whether only a feed lists it, and not for as long as may pass between two polls: a gap that
    no sitemap of its host's fills."""
    until = story.born + SLOWED_MAX + LATE
    later = [one for one in lived.world.listed_by(lived.host) if story.born < one.born <= until]
    return story.host != lived.host and len(later) >= FEED_LENGTH


def _stays(story: Story, span: timedelta, world: World) -> bool:
    """Whether it is there for so long from its first listing, within the year."""
    return story.born + span < world.end and story.is_there(story.born + span)


def _articles(lived: Lived) -> Iterator[tuple[Story, set[int]]]:
    """Each article's story, and the states of it that are kept as versions."""
    bodies: dict[tuple[int, str], list[str]] = defaultdict(list)
    rows = lived.rows(
        Article.id,
        Article.url,
        Version.body,
        of=lambda query: query.join(Version, Version.article_id == Article.id).where(
            Article.verdict == Verdict.ARTICLE.value
        ),
    )
    for article_id, url, body in rows:
        bodies[article_id, url].append(body)
    for (_, url), versions in bodies.items():
        story = lived.world.story_at(*lived.world.place_of(url))
        assert story is not None, url
        texts = story.paragraphs(len(story.edits))
        # Each edit has added one paragraph to the four.
        states = [sum(text in body for text in texts) - 4 for body in versions]
        assert len(states) == len(set(states)), (story, states)
        yield story, set(states)


def _found_at(lived: Lived) -> dict[Story, datetime]:
    found: dict[Story, datetime] = {}
    for url, at in lived.rows(Page.url, Page.first_seen_at):
        story = lived.world.story_at(*lived.world.place_of(url))
        if story is not None:
            found[story] = min(at, found.get(story, at))
    return found

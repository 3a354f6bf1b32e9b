"""Polling: a source read, its links sorted into news and backlog, and gaps made up for."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from scraper.crawl.sources import SOURCE_PROBLEMS, SourceProblem, SourceReading, read_source
from scraper.crawl.visit import RunContext, is_local_to
from scraper.discovery.front_page.shapes import Shapes, learn_shapes
from scraper.discovery.wanted import keep_wanted
from scraper.errors import FetchError, PausedError
from scraper.fetch.vouching import is_same_site
from scraper.model.events import SourceDone
from scraper.model.jobs import BackfillRoot, Gap, Poll, SourceJob
from scraper.model.types import FetchRequest, Link, SourceKind, Validators
from scraper.schedule import (
    OLD_UNDATED,
    disabling_reason,
    find_gap,
    has_slowed,
    is_read_in_full,
    news_limit,
    next_poll_after_failure,
    part_interval,
    poll_interval,
    split_news,
    split_sitemaps,
)
from scraper.urls import origin_of

MAX_GAP_SITEMAPS = 8
"""Sitemaps that are read for one gap."""
MAX_OLDER_PAGES = 20
"""Pages of older entries that one run reads of a source in a backfill."""
GAP_MARGIN = timedelta(hours=1)
"""An item may be dated before it is listed."""


async def poll_source(source: SourceJob, run: RunContext) -> SourceDone:
    """Read one source and store its links and validators in one transaction."""
    try:
        shapes = await _load_shapes(source, run)
        reading = await _read(source, shapes, run)
    except SOURCE_PROBLEMS as error:
        poll = _failed_poll(source, error, run)
        await run.tools.offload(run.frontier.save_poll, poll, run.clock.now())
        return SourceDone(
            source.source_id,
            source.name,
            source.url,
            error=error,
            failed_before=source.failed_before,
        )
    listing, now = reading.listing, run.clock.now()
    links = keep_wanted(listing.links, source.only)
    comparison = await run.tools.offload(run.frontier.compare_links, source.source_id, links)
    # A 304 and an empty sitemap don't show whether they are one of news.
    shows_nothing = not (listing.links or listing.sitemaps)
    is_news = listing.is_news or (reading.kind is SourceKind.SITEMAP and shows_nothing)
    interval = poll_interval(source.interval, comparison, reading.floor, is_news=is_news)
    if source.is_stated and not listing.is_news:
        interval = part_interval(interval, comparison)
    gap = find_gap(comparison, source.last_success_at, now, is_news=is_news)
    is_first = source.last_success_at is None
    news, backlog = split_news(links, news_limit(comparison, is_first=is_first), now)
    newer, older = split_sitemaps(listing.sitemaps, now)
    if source.backlog:
        news, backlog, newer, older, gap = (), links, (), listing.sitemaps, None
    poll = Poll(
        source.source_id,
        run.run_id,
        next_due_at=None if source.backlog else now + interval,
        interval=interval,
        links=news,
        backlog=backlog,
        sitemaps=newer,
        older_sitemaps=older,
        validators=reading.validators,
        title=listing.title,
        kind=reading.kind if reading.kind != source.kind else None,
        not_modified=reading.not_modified,
        gap=gap,
        undated_at=now - OLD_UNDATED if is_first and reading.kind is SourceKind.SITEMAP else None,
        # Before it is stored: who is killed on the way polls again and finds the same gap.
        missed=None if gap is None else await find_missed(gap, source, run),
    )
    done = await run.tools.offload(run.frontier.save_poll, poll, now)
    return SourceDone(
        source.source_id,
        source.name,
        source.url,
        new_links=done.new,
        gap=gap,
        gap_filled=done.gap_filled,
        left_out=done.left_out,
    )


async def _read(source: SourceJob, shapes: Shapes, run: RunContext) -> SourceReading:
    # What says 304 to everything has slowed down; a part, its index vouches for.
    slowed = has_slowed(source.interval) and not source.is_stated
    in_full = slowed and is_read_in_full(source.last_whole_at, run.clock.now())
    validators = Validators() if in_full else source.validators
    request = FetchRequest(source.url, validators, source.vouched)
    # What was down when it was added may be anything.
    was_read = source.last_success_at is not None
    kind = source.kind if was_read or source.is_part else None
    return await read_source(request, kind, run.tools, shapes, source.only)


async def _load_shapes(source: SourceJob, run: RunContext) -> Shapes:
    if source.kind is not SourceKind.FRONT_PAGE:
        return Shapes()
    articles, others = await run.tools.offload(run.frontier.load_shapes, source.host)
    return learn_shapes(articles, others)


def _failed_poll(source: SourceJob, error: SourceProblem, run: RunContext) -> Poll:
    due: datetime | None
    if isinstance(error, PausedError):
        failures, due = source.failures, error.until
    elif is_local_to(source.host, error):
        failures, due = source.failures, run.clock.now()
    else:
        failures = source.failures + 1
        jitter = random.random()  # noqa: S311 - spreads load, keeps no secret
        due = next_poll_after_failure(failures, run.clock.now(), jitter)
    if source.backlog:
        due = None  # the next backfill may ask again
    return Poll(
        source.source_id,
        run.run_id,
        due,
        interval=source.interval or poll_interval(None),
        failures=failures,
        error=str(error),
        disabled=disabling_reason(error.reason) if isinstance(error, FetchError) else None,
    )


# ------------------------------------------------------------------ what a gap missed


async def find_missed(gap: Gap, source: SourceJob, run: RunContext) -> tuple[Link, ...] | None:
    """What the site's sitemaps date between two polls; ``None`` where no sitemap can be read."""
    links: list[Link] = []
    readable = source.kind is SourceKind.SITEMAP
    wanted = [*await find_sitemaps(source, run)]
    asked = {source.url}  # what it lists now is queued already
    while wanted and len(asked) < MAX_GAP_SITEMAPS:
        sitemap = wanted.pop(0)
        if sitemap.url in asked:
            continue
        asked.add(sitemap.url)
        try:
            reading = await read_source(_request(sitemap), SourceKind.SITEMAP, run.tools)
        except SOURCE_PROBLEMS:
            continue
        readable = True
        wanted_links = keep_wanted(reading.listing.links, source.only)
        links += [link for link in wanted_links if _is_in(gap, link)]
        newer, _ = split_sitemaps(reading.listing.sitemaps, run.clock.now(), MAX_GAP_SITEMAPS)
        wanted += [part for part in newer if _may_hold(gap, part)]
    return tuple(links) if readable else None


def _is_in(gap: Gap, link: Link) -> bool:
    at = link.dated_at
    return at is not None and gap.since - GAP_MARGIN <= at <= gap.until + GAP_MARGIN


def _may_hold(gap: Gap, sitemap: Link) -> bool:
    return sitemap.modified_at is None or sitemap.modified_at >= gap.since - GAP_MARGIN


def _request(link: Link) -> FetchRequest:
    return FetchRequest(link.url, vouched=link.vouched)


async def find_sitemaps(source: SourceJob, run: RunContext) -> Sequence[Link]:
    """A site's sitemaps: those that its robots.txt names, else, as a guess, the usual address."""
    try:
        stated = await run.tools.fetcher.sitemaps_of(source.url)
    except FetchError:
        return ()
    return [
        Link(each, vouched=source.vouched and is_same_site(source.url, each))
        for each in stated or (_usual_sitemap(source.url),)
    ]


def _usual_sitemap(url: str) -> str:
    return f"{origin_of(url)}/sitemap.xml"


async def _usable_sitemaps(source: SourceJob, run: RunContext) -> Sequence[Link]:
    """The same; what is guessed only where it is one."""
    found = await find_sitemaps(source, run)
    if [each.url for each in found] != [_usual_sitemap(source.url)]:
        return found
    try:
        await read_source(_request(found[0]), SourceKind.SITEMAP, run.tools)
    except SOURCE_PROBLEMS:
        return ()
    return found


# ------------------------------------------------------------------ backfill


async def open_backlog(root: BackfillRoot, since: datetime, run: RunContext) -> int:
    """Begin, or go on with, what a source listed long ago; how many pages it names for the first
    time.

    The sitemaps of the site become parts of the source. Of a feed or a section page the pages of
    older entries are read, some in each run, back to ``since``.
    """
    source, cursor = root.source, root.cursor
    if cursor is None:
        sitemaps = await _usable_sitemaps(source, run)
        await run.tools.offload(run.frontier.add_parts, source.source_id, sitemaps, run.clock.now())
    found, page = 0, cursor or Link(source.url, vouched=source.vouched)
    shapes = await _load_shapes(source, run)
    for _ in range(MAX_OLDER_PAGES):
        if not await run.tools.offload(run.frontier.has_room, source.source_id):
            break  # the next runs work the backlog off first
        try:
            reading = await read_source(_request(page), source.kind, run.tools, shapes, source.only)
        except SOURCE_PROBLEMS:
            break  # the cursor stays: the next run asks again
        links = reading.listing.links
        older = _next_older(reading, page)
        kept = keep_wanted(links, source.only)
        found += await run.tools.offload(
            run.frontier.save_cursor, source.source_id, kept, older, run.clock.now()
        )
        dates = [link.dated_at for link in links if link.dated_at is not None]
        if older is None or (dates and max(dates) < since):
            break
        page = older
    return found


def _next_older(reading: SourceReading, page: Link) -> Link | None:
    """Where older entries are; ``None`` where a page has none of its own or names itself."""
    older = reading.listing.older
    if older is None or older == page.url or not reading.listing.links:
        return None
    return Link(older, vouched=reading.vouched and is_same_site(reading.url, older))

"""One host in one run: its pages fetched in order, saved in order."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import urlsplit

from scraper.clock import Clock
from scraper.crawl.quota import ArticleQuota, QuotaSlot
from scraper.crawl.saving import Saver
from scraper.crawl.stored import StorageQuota
from scraper.errors import FetchError, NetworkError, ParseError, PausedError
from scraper.fetch.budget import MemoryBudget
from scraper.model.events import CrawlEvent, PageDone
from scraper.model.jobs import LinkComparison, PageJob, Poll, PollResult
from scraper.model.types import Decision, FetchRequest, Link, Response, StoredPage
from scraper.pages.capture import (
    CaptureContext,
    CaptureStore,
    failed_capture,
    make_capture,
    settle,
)
from scraper.pages.first_page import stem_of
from scraper.pages.lead_image import take_lead_image
from scraper.pages.revisits import Renewed, renew
from scraper.pages.single_page import fetch_page
from scraper.schedule import host_rests_until, is_asked_in_full
from scraper.setup import Tools
from scraper.urls import host_of

IN_FLIGHT = 4  # pages of one host between fetch and save
REMEMBERED = 50  # addresses of one visit among which pages of one article are looked for
PATIENCE = 3  # failures of an article's further pages before its first one is filed alone
GIVES_UP_AFTER = 3  # network failures of the host in a row, or of hosts of images


class VisitFrontier(Protocol):
    """What a visit does to the frontier. Synchronous; every call is one transaction."""

    def release_page(self, page_id: int) -> None: ...

    def postpone_source(self, source_id: int, until: datetime | None) -> None: ...

    def count_unreachable(self, host: str) -> int: ...

    def postpone_host(self, host: str, until: datetime) -> None: ...

    def load_whole(self, page_id: int) -> StoredPage | None: ...

    def is_wanted(self, page_id: int) -> bool: ...

    def has_room(self, source_id: int) -> bool: ...

    def compare_links(self, source_id: int, links: Sequence[Link]) -> LinkComparison: ...

    def save_poll(self, poll: Poll, now: datetime) -> PollResult: ...

    def save_cursor(
        self, source_id: int, links: Sequence[Link], cursor: Link | None, now: datetime
    ) -> int: ...

    def add_parts(self, source_id: int, sitemaps: Sequence[Link], now: datetime) -> None: ...

    def load_shapes(self, host: str) -> tuple[list[str], list[str]]: ...


@dataclass(frozen=True, kw_only=True)
class RunContext:
    """What all visits of one run share."""

    run_id: int
    tools: Tools
    archive: CaptureStore
    saver: Saver
    frontier: VisitFrontier
    clock: Clock
    quota: ArticleQuota
    stored: StorageQuota
    emit: Callable[[CrawlEvent], None]
    closed: set[str] = field(default_factory=set)
    """Hosts that this machine cannot or may not reach. They are left alone for the rest of the run,
    and all that is due stays due: the next run may be able to."""


class HostBackoff:
    """How long a host that can't be reached is left alone: found out once a visit, however many of
    its sources and pages meet nobody."""

    def __init__(self, host: str, run: RunContext) -> None:
        self._host = host
        self._run = run
        self._until: datetime | None = None

    async def until(self) -> datetime:
        if self._until is None:
            run = self._run
            count = await run.tools.offload(run.frontier.count_unreachable, self._host)
            jitter = random.random()  # noqa: S311 - spreads load, keeps no secret
            self._until = host_rests_until(count, run.clock.now(), jitter)
        return self._until


class HostVisit:
    """Takes one host's pages: the next is fetched while the last ones are extracted and saved.

    They are saved in the order in which they were taken, so that an interrupted run and an
    undisturbed one file the same. ``over`` turns true when the host can't or may not be asked
    any more in this run.
    """

    def __init__(self, host: str, run: RunContext, rest: HostBackoff) -> None:
        self.over = False
        self.taken = 0
        self._host = host
        self._run = run
        self._rest = rest
        self._network_failures = 0
        self._images = asyncio.Lock()
        self._image_failures = 0
        self._on_the_way: deque[asyncio.Task[None]] = deque()
        self._last_in_line = asyncio.Event()
        """Set when the page that was taken last has its place among those to be saved."""
        self._last_in_line.set()
        self._paths: deque[str] = deque(maxlen=REMEMBERED)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        try:
            while kind is None and self._on_the_way:
                await self._on_the_way.popleft()
        finally:
            for task in self._on_the_way:
                task.cancel()
            await asyncio.gather(*self._on_the_way, return_exceptions=True)

    async def take(self, jobs: list[PageJob]) -> None:
        """Fetch these pages one after the other; gives back what it doesn't get to."""
        run = self._run
        for job in jobs:
            place = None if self.over else await run.quota.take()
            if place is None:
                self.over = True
                await run.tools.offload(run.frontier.release_page, job.page_id)
                continue
            if job.root_id in run.stored.full or not await self._is_wanted(job):
                await place.give_back()
                await run.tools.offload(run.frontier.release_page, job.page_id)
                continue
            self.taken += 1
            room = run.tools.fetcher.room()
            answer = await place.lend_during(self._fetch(job, room))
            # What failed files nothing, and needs no place.
            if answer is None or not (isinstance(answer, FetchError) or await place.take()):
                self.over = True
                room.leave()
                await run.tools.offload(run.frontier.release_page, job.page_id)
                continue
            before, self._last_in_line = self._last_in_line, asyncio.Event()
            finish = self._finish(job, answer, before, self._last_in_line, place, room)
            self._on_the_way.append(asyncio.create_task(finish))
            self._on_the_way[-1].add_done_callback(room.leave)
            while len(self._on_the_way) >= IN_FLIGHT:
                await self._on_the_way.popleft()

    async def _is_wanted(self, job: PageJob) -> bool:
        """Not if it is a later page of an article that was filed since it was leased."""
        stem = None if job.has_article else stem_of(job.url)
        others = [path for path in self._paths if stem and path.startswith(stem)]
        self._paths.append(urlsplit(job.url).path)
        if not others:
            return True
        if self._on_the_way:
            await asyncio.wait(self._on_the_way)
        return await self._run.tools.offload(self._run.frontier.is_wanted, job.page_id)

    async def _fetch(self, job: PageJob, room: MemoryBudget) -> Response | Renewed | FetchError:
        answer: Response | Renewed
        try:
            answer = await fetch_page(self._request_for(job), self._run.tools, room)
            if answer.status == 304 and job.has_parts:
                answer = await self._look_further(job, answer, room)
        except FetchError as error:
            room.leave()
            await self._note_failure(error)
            return error
        self._network_failures = 0
        if await self._run.tools.fetcher.paused_until(job.url):
            self.over = True
        return answer

    async def _look_further(
        self, job: PageJob, answer: Response, room: MemoryBudget
    ) -> Response | Renewed:
        """The 304 of an article's first page, unless one of its further pages has changed."""
        run = self._run
        stored = await run.tools.offload(run.frontier.load_whole, job.page_id)
        if stored is None:
            return answer
        fetch = partial(run.tools.fetcher.fetch, room=room)
        return await renew(answer, stored, fetch) or answer

    def _request_for(self, job: PageJob) -> FetchRequest:
        """Conditional, but now and then: some servers say 304 whatever has changed."""
        now, checked = self._run.clock.now(), job.last_checked_at
        if checked is not None and is_asked_in_full(job.page_id, job.first_seen_at, checked, now):
            return FetchRequest(job.url, vouched=job.vouched)
        return FetchRequest(job.url, job.validators, job.vouched)

    async def _note_failure(self, error: FetchError) -> None:
        """See whether the host itself is down: then its other pages wait, unblamed."""
        if isinstance(error, PausedError):
            self.over = True
        elif is_local_to(self._host, error):
            self.over = True
            self._run.closed.add(self._host)
        elif host_of(where(error)) == self._host:
            unreachable = error.reason == "robots_unreachable"
            if unreachable or isinstance(error, NetworkError):
                self._network_failures += 1
            if unreachable or self._network_failures >= GIVES_UP_AFTER:
                self.over = True
                until = await self._rest.until()
                await self._run.tools.offload(self._run.frontier.postpone_host, self._host, until)

    async def _finish(
        self,
        job: PageJob,
        answer: Response | Renewed | FetchError,
        before: asyncio.Event,
        in_line: asyncio.Event,
        place: QuotaSlot,
        room: MemoryBudget,
    ) -> None:
        """Extract and save one page, behind the page before it; sets ``in_line``, come what may."""
        run, filed = self._run, False
        try:
            if isinstance(answer, FetchError):
                capture = failed_capture(job.url, answer, run.clock.now())
            else:
                context = CaptureContext(
                    tools=run.tools,
                    archive=run.archive,
                    settles_for_less=job.failures >= PATIENCE and not job.has_article,
                    ask=answer.ask if isinstance(answer, Renewed) else None,
                    is_new=not job.has_article,
                    room=room,
                )
                page = answer.first if isinstance(answer, Renewed) else answer
                capture = await make_capture(job.url, page, context)
            settlement = settle(capture, job, run.run_id, run.clock.now())
            if isinstance(answer, FetchError) and is_local_to(self._host, answer):
                now = run.clock.now()
                settlement = replace(settlement, next_due_at=now, failures=job.failures)
            elif isinstance(answer, PausedError):
                settlement = replace(settlement, next_due_at=answer.until, failures=job.failures)
            elif isinstance(answer, Renewed) and not settlement.failures:
                # Those of the 304, and not of the answer that was stored long ago.
                validators = answer.validators or job.validators
                settlement = replace(settlement, validators=validators)
            await before.wait()
            saving = run.saver.save(capture, settlement)
            in_line.set()
            decision = await _finished(saving, lambda done: self._say(job, done))
            filed = decision.filed
            run.stored.add(job.root_id, decision.stored)
        finally:
            in_line.set()
            await place.give_back(filed=filed)
        room.leave()  # a large image waits for such a place itself
        if (job.images or run.tools.images) == "lead":
            await self._take_image(job, decision)

    async def _take_image(self, job: PageJob, decision: Decision) -> None:
        """One after the other, so that what many articles name is asked for once; and none where
        those before met nobody: the pages do not wait for that."""
        run = self._run
        async with self._images:
            if self._image_failures >= GIVES_UP_AFTER:
                return
            done = await take_lead_image(
                decision.article_id,
                decision.outcome,
                tools=run.tools,
                archive=run.archive,
                clock=run.clock,
            )
            if done is not None:
                self._image_failures = self._image_failures + 1 if done.unreachable else 0
                run.stored.add(job.root_id, done.stored)
                run.emit(done)

    def _say(self, job: PageJob, decision: Decision) -> None:
        self._run.emit(PageDone(job.url, decision.outcome, decision.reason, decision.article_id))


def is_local_to(host: str, error: FetchError | ParseError | None) -> bool:
    """Whether this machine is the cause, and on the way to the host itself, not to where it led."""
    return isinstance(error, FetchError) and error.is_local and host_of(where(error)) == host


def where(error: FetchError) -> str:
    """The address at which it went wrong: behind a redirect that is another than was asked."""
    cause = error.__cause__
    return cause.url if isinstance(cause, FetchError) else error.url


async def _finished(saving: asyncio.Future[Decision], say: Callable[[Decision], None]) -> Decision:
    """Wait for a save and report it, even when the run is stopped meanwhile: the transaction
    goes through in its thread, and what was filed is said."""
    try:
        decision = await asyncio.shield(saving)
    except asyncio.CancelledError:
        say(await saving)
        raise
    say(decision)
    return decision

"""Recorded pages (a WARC's) → the archive: the way of every page, with nothing asked of the web.

Each answer is extracted in the sandbox, several at a time, and saved in the order of the file. The
further pages of an article are looked for in the same file. An answer that was filed before (the
same address, time and bytes) is not read again, so that a file may be imported as often as one
likes, and one that was interrupted goes on where it was.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Protocol

from scraper.clock import Clock
from scraper.errors import AddressError, BodyError
from scraper.fetch.policy import FetchPolicy
from scraper.model.types import Capture, Outcome, Response, Settlement
from scraper.pages.capture import CaptureContext, CaptureStore, make_capture
from scraper.pages.page_reader import other_kind
from scraper.pages.recorded import read_recorded
from scraper.setup import Tools
from scraper.urls import key_of, parse_address

IN_FLIGHT = 6
"""Pages that are read at a time, and not saved yet."""
BYTES_IN_FLIGHT = 32 << 20
MAX_MOVES = 5
"""Permanent redirects from the first address of a page to its last."""
AHEAD = timedelta(days=1)
"""What is dated further in the future was not recorded then."""


class Item(Protocol):
    """A record, as far as importing goes by it."""

    @property
    def kind(self) -> str: ...
    @property
    def url(self) -> str | None: ...
    @property
    def taken_at(self) -> datetime | None: ...
    @property
    def block(self) -> bytes | None:
        """Head and body of the HTTP answer; ``None`` where it was not kept."""


class Recording(Protocol):
    """A file of records, as far as one leads to another. Synchronous: it is called in a thread."""

    def find_answers(self, url: str, near: datetime) -> Iterator[Item]:
        """The answers for this address, the one taken nearest to this time first."""

    def find_original(self, revisit: Item) -> Item | Response | None:
        """The answer whose payload a revisit record stands for: of the file, else the archive."""

    def find_moves(self, url: str, near: datetime) -> Iterator[Item]:
        """Permanent redirects that lead to this address."""


class Known(Protocol):
    def find_filed(self, url: str, fetched_at: datetime, digest: bytes) -> Filed | None: ...


class Filed(Protocol):
    @property
    def outcome(self) -> str: ...
    @property
    def article_id(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of one record."""

    url: str | None
    outcome: Outcome | None = None
    """``None`` where it was skipped."""
    reason: str | None = None
    """Why it was skipped (``kind``, ``status``, ``not_html``, …), or the archive's reason."""
    article_id: int | None = None
    is_known: bool = False
    """It was filed before; ``outcome`` tells as what."""


@dataclass(frozen=True)
class ImportContext:
    """What importing needs."""

    tools: Tools
    archive: CaptureStore
    known: Known
    clock: Clock
    max_bytes: int = FetchPolicy.max_bytes
    """Of a body, decoded."""


@dataclass
class _Prepared:
    url: str | None
    reason: str | None = None
    filed: Filed | None = None
    capture: Capture | None = None
    key: tuple[str, datetime] | None = None


@dataclass
class RecordImporter:
    """Takes the records of one file in their order."""

    context: ImportContext
    recording: Recording
    _used: set[tuple[str, datetime]] = field(default_factory=set)
    """Answers that were filed as further pages of an article: address and time."""
    _size: int = 0
    _on_the_way: deque[tuple[asyncio.Task[_Prepared], int]] = field(default_factory=deque)

    async def take(self, item: Item) -> AsyncIterator[ImportResult]:
        """Begin with a record; gives what became of those before it, in order."""
        size = len(item.block or b"")
        while self._on_the_way and (
            len(self._on_the_way) >= IN_FLIGHT or self._size + size > BYTES_IN_FLIGHT
        ):
            yield await self._finish()
        self._on_the_way.append((asyncio.create_task(self._prepare(item)), size))
        self._size += size

    async def drain(self) -> AsyncIterator[ImportResult]:
        """What is left, at the end of the file."""
        while self._on_the_way:
            yield await self._finish()

    async def abandon(self) -> None:
        """Leave what was begun; nothing of it is saved."""
        tasks = [task for task, _ in self._on_the_way]
        self._on_the_way.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _prepare(self, item: Item) -> _Prepared:
        url, at = item.url, item.taken_at
        if (reason := _unusable(item, self.context.clock.now())) is not None:
            return _Prepared(url, reason)
        assert url is not None
        assert at is not None
        try:
            url = parse_address(url)
            response = await self._read(item, url, at)
        except AddressError:
            return _Prepared(url, "address")
        except BodyError as error:
            return _Prepared(url, error.reason)
        if response is None:
            return _Prepared(url, "revisit")
        if response.status != 200:
            return _Prepared(url, "status")
        if other_kind(response) is not None:
            return _Prepared(url, "not_html")
        key = (key_of(url), at)
        if key in self._used:
            return _Prepared(url, "part")
        response = await self._with_moves(response)
        digest = sha256(response.body).digest()
        offload, known = self.context.tools.offload, self.context.known
        filed = await offload(known.find_filed, response.requested_url, at, digest)
        if filed is None and response.requested_url != url:
            filed = await offload(known.find_filed, url, at, digest)
        if filed is not None:
            return _Prepared(url, filed=filed)
        context = CaptureContext(
            tools=self.context.tools,
            archive=self.context.archive,
            settles_for_less=True,
            ask=_AskFile(self, response),
        )
        capture = await make_capture(response.requested_url, response, context)
        return _Prepared(url, capture=capture, key=key)

    async def _read(self, item: Item, url: str, at: datetime) -> Response | None:
        """The answer of a record; ``None`` for a revisit of nothing that is there.

        Raises ``BodyError``.
        """
        if item.kind != "revisit":
            return read_recorded(item.block or b"", url, at, self.context.max_bytes)
        found = await asyncio.to_thread(self.recording.find_original, item)
        if found is None:
            return None
        if not isinstance(found, Response):
            found = read_recorded(found.block or b"", url, at, self.context.max_bytes)
        return replace(found, requested_url=url, url=url, fetched_at=at, redirects=())

    async def _with_moves(self, response: Response) -> Response:
        """The response under the address that permanent redirects of the file led from."""
        passed = [response.url]
        while len(passed) <= MAX_MOVES:
            moves = await asyncio.to_thread(
                lambda: [*self.recording.find_moves(passed[0], response.fetched_at)]
            )
            seen = {key_of(one) for one in passed}
            before = next(
                (one.url for one in moves if one.url and key_of(one.url) not in seen), None
            )
            if before is None:
                break
            try:
                passed.insert(0, parse_address(before))
            except AddressError:
                break
        if len(passed) == 1:
            return response
        return replace(response, requested_url=passed[0], redirects=tuple(passed[:-1]))

    async def _finish(self) -> ImportResult:
        """Save the first that is on the way."""
        task, size = self._on_the_way[0]
        prepared = await task
        self._on_the_way.popleft()
        self._size -= size
        url, capture, filed = prepared.url, prepared.capture, prepared.filed
        if filed is not None:
            outcome = Outcome(filed.outcome) if filed.outcome in _OUTCOMES else None
            reason = None if outcome else filed.outcome
            return ImportResult(url, outcome, reason, filed.article_id, is_known=True)
        if capture is None:
            return ImportResult(url, reason=prepared.reason)
        if prepared.key in self._used:
            return ImportResult(url, reason="part")
        save = partial(self.context.archive.save, seen_at=capture.attempted_at)
        saving = self.context.tools.offload(
            save, capture, Settlement(None), self.context.clock.now()
        )
        try:
            decision = await asyncio.shield(saving)
        except AddressError:
            return ImportResult(url, reason="address")
        self._used |= {(key_of(part.url), part.fetched_at) for part in capture.parts}
        return ImportResult(url, decision.outcome, decision.reason, decision.article_id)


_OUTCOMES = frozenset(outcome.value for outcome in Outcome)


@dataclass(frozen=True)
class _AskFile:
    """An ``Ask`` that answers from the file: what is not in it is a 404."""

    importer: RecordImporter
    first: Response

    async def __call__(self, url: str) -> Response:
        near, limit = self.first.fetched_at, self.importer.context.max_bytes
        items = await asyncio.to_thread(lambda: [*self.importer.recording.find_answers(url, near)])
        for item in items:
            if item.taken_at is None or item.url is None or key_of(item.url) != key_of(url):
                continue
            try:
                answer = read_recorded(item.block or b"", url, item.taken_at, limit)
            except BodyError:
                continue
            if answer.status == 200:
                return answer
        return replace(self.first, requested_url=url, url=url, status=404, body=b"")


def _unusable(item: Item, now: datetime) -> str | None:
    """Why a record is skipped by what it says of itself; ``None`` where it may be a page."""
    url, at = item.url, item.taken_at
    if item.kind not in ("response", "revisit"):
        return "kind"
    if url is None:
        return "address"
    if not url.lower().startswith(("http://", "https://")):
        return "kind"
    if at is None or at > now + AHEAD:
        return "date"
    return "too_large" if item.block is None else None

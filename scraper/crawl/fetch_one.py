"""One page because a person asked for it: the same way as a crawl's, without due times."""

from __future__ import annotations

from dataclasses import dataclass

from scraper.clock import Clock
from scraper.errors import FetchError, NetworkError
from scraper.model.events import ImageDone
from scraper.model.types import Capture, Decision, FetchRequest, Response
from scraper.pages.capture import (
    CaptureContext,
    CaptureStore,
    failed_capture,
    make_capture,
    settle,
)
from scraper.pages.lead_image import take_lead_image
from scraper.pages.single_page import fetch_page
from scraper.setup import Tools


@dataclass(frozen=True)
class FetchResult:
    """``error`` is set where no answer came; ``capture.reason`` says why in any case."""

    capture: Capture
    decision: Decision
    error: FetchError | None = None
    image: ImageDone | None = None
    """What became of its lead image, where one was asked for."""


async def fetch_by_hand(
    url: str, *, tools: Tools, archive: CaptureStore, clock: Clock
) -> FetchResult:
    """Fetch ``url`` now, in full, within robots and the host's pause, and file it.

    What is known over https is asked over https first, also where a person gives its plain address.
    """
    error = None
    secure = await tools.offload(archive.load_secure, url)
    async with tools.fetcher.room() as room:
        try:
            try:
                response = await fetch_page(FetchRequest(secure or url, vouched=True), tools, room)
            except NetworkError:
                if secure is None:
                    raise
                response = await fetch_page(FetchRequest(url, vouched=True), tools, room)
            url = secure or url
        except FetchError as problem:
            error, capture = problem, failed_capture(url, problem, clock.now())
        else:
            capture = await make_capture(
                url, response, CaptureContext(tools=tools, archive=archive, room=room)
            )
        decision = await _file(capture, tools, archive, clock)
    image = None
    if tools.images == "lead":
        image = await take_lead_image(
            decision.article_id, decision.outcome, tools=tools, archive=archive, clock=clock
        )
    return FetchResult(capture, decision, error, image)


async def read_by_hand(url: str, tools: Tools) -> Capture:
    """The same without an archive: what the page says now, whole. Raises ``FetchError``."""
    async with tools.fetcher.room() as room:
        response = await fetch_page(FetchRequest(url, vouched=True), tools, room)
        return await make_capture(url, response, CaptureContext(tools=tools, room=room))


async def file_saved_page(
    html: bytes, url: str, *, tools: Tools, archive: CaptureStore, clock: Clock
) -> FetchResult:
    """File a page that a browser saved, as if ``url`` had answered with it just now.

    Nothing is fetched, the further pages of an article in several included.
    """
    headers = (("content-type", "text/html"),)
    response = Response(url, url, 200, headers, html, clock.now(), vouched=True)
    context = CaptureContext(tools=tools, archive=archive, alone=True)
    capture = await make_capture(url, response, context)
    return FetchResult(capture, await _file(capture, tools, archive, clock))


async def _file(capture: Capture, tools: Tools, archive: CaptureStore, clock: Clock) -> Decision:
    now = clock.now()
    settlement = settle(capture, None, None, now)
    return await tools.offload(archive.save, capture, settlement, now)

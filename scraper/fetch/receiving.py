"""An answer as it comes in: how much of its body is of use, and how much of it may be had."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass

from scraper.errors import BodyError
from scraper.fetch import headers
from scraper.fetch.budget import MemoryBudget, RequestPlan
from scraper.fetch.decoding import BodyDecoder
from scraper.fetch.redirects import Answer

MAX_ERROR_BYTES = 64 * 1024
"""Kept of the body of a 4xx or 5xx, which nobody files."""
MAX_DRAINED_BYTES = 16 * 1024
"""A redirect's declared body up to here is read, to keep the connection; a longer one is not."""


@dataclass(frozen=True, slots=True)
class Head:
    """What has come of an answer when its body begins."""

    url: str
    status: int
    fields: tuple[tuple[str, str], ...]
    """Its headers as received."""
    body: AsyncGenerator[bytes, None]
    """As sent, before decoding."""
    pay: Callable[[int], None]
    """Told how many bytes of content came: what is around it is counted elsewhere."""


async def receive(head: Head, wish: RequestPlan) -> Answer:
    """The answer with as much of its body as is of use. Raises ``BodyError``."""
    status, fields = head.status, head.fields
    if headers.redirect_target(status, fields) is not None:
        length = headers.declared_length(fields)
        if length is not None and length <= MAX_DRAINED_BYTES:
            await _read(head, MemoryBudget(MAX_DRAINED_BYTES), may_cut=True)
        return Answer(status, fields)
    if status == 429 or (status == 503 and headers.first(fields, "retry-after")):
        return Answer(status, fields)  # nothing in its body may keep the pause from being kept
    if status < 400:
        return Answer(status, fields, await _read(head, wish.room, wish.may_cut))
    try:
        body = await _read(head, MemoryBudget(MAX_ERROR_BYTES), may_cut=True)
        return Answer(status, fields, body)
    except BodyError:
        return Answer(status, fields)  # the status says more than its broken error page


async def _read(head: Head, room: MemoryBudget, may_cut: bool) -> bytes:
    """The body after Content-Encoding. Raises ``BodyError``."""
    url, fields, limit = head.url, head.fields, room.left
    too_large = BodyError(url, "too_large", f"its body is larger than {limit:,} bytes")
    if not may_cut and (headers.declared_length(fields) or 0) > limit * 2:
        raise too_large
    decoder = BodyDecoder(url, headers.codings(fields), limit)
    try:
        async with aclosing(head.body) as chunks:
            async for chunk in chunks:
                head.pay(len(chunk))
                for is_within in decoder.feed(chunk):
                    if is_within:
                        await room.take(decoder.size)
                    elif may_cut:
                        return decoder.cut()
                    else:
                        raise too_large
        room.keep(decoder.size)
        return decoder.finish()
    finally:
        decoder.forget()  # an error keeps this frame, for as long as anybody keeps the error

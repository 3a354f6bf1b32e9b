"""Addresses that a person gave, asked for at several hosts at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from typing import TypeVar

from scraper.urls import host_of

T = TypeVar("T")

HOSTS_AT_A_TIME = 32
"""As many as requests may be under way (``PacePolicy``)."""


async def at_once(
    urls: Iterable[str],
    work: Callable[[str], Awaitable[T]],
    hosts_at_a_time: int = HOSTS_AT_A_TIME,
) -> AsyncGenerator[T, None]:
    """What ``work`` makes of each address, as soon as it is there: a slow host holds up no other.

    As in a crawl a host has one visit at a time, which takes its addresses one after the other, in
    the order given; so the results of one host come in that order. The pace is the fetcher's.
    Raises what ``work`` raises: what is still under way then is let go.
    """
    by_host: dict[str, list[str]] = {}
    for url in urls:
        by_host.setdefault(host_of(url), []).append(url)
    waiting = iter(by_host.values())
    results: asyncio.Queue[tuple[T] | None] = asyncio.Queue()

    async def visit_hosts() -> None:
        for addresses in waiting:
            for url in addresses:
                results.put_nowait((await work(url),))

    visits = [asyncio.create_task(visit_hosts()) for _ in range(min(len(by_host), hosts_at_a_time))]
    all_visits = asyncio.gather(*visits)
    all_visits.add_done_callback(lambda _: results.put_nowait(None))
    try:
        while (result := await results.get()) is not None:
            yield result[0]
        await all_visits
    finally:
        for visit in visits:
            visit.cancel()
        await asyncio.gather(*visits, all_visits, return_exceptions=True)

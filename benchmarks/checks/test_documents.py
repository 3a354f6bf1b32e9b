"""Feeds, sitemaps, robots.txt, OPML and answers that mean harm are read in a bounded time."""

from __future__ import annotations

import asyncio
import gzip
import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress

import brotli  # type: ignore[import-untyped]  # ships no types
import pytest

from benchmarks.checks.cost import at_most, growth
from commands.sources.opml import parse_opml
from scraper.discovery.documents import parse_source
from scraper.discovery.documents.sitemaps import parse_sitemap
from scraper.errors import ParseError
from scraper.fetch.credentials import parse_cookies_file
from scraper.fetch.politeness.robots import parse_robots
from scraper.isolation.answers import AnswerError, AnswerKind, read_answer
from scraper.isolation.readers import PARSE_SOURCE
from scraper.model.types import FetchRequest
from tests.discovery.test_taming import READ
from tests.fetch.kit import open_fetcher
from tests.fetch.test_decoding import LIMIT, decode, encoders
from tests.isolation.test_takeover import many
from tests.servers import Server, reply

URL = "https://news.example/source"


@pytest.mark.parametrize(
    "piece",
    [
        b"<",
        b"<a",
        b"<a ",
        b"<a:",
        b"a",
        b"<!--",
        b"<![CDATA[",
        b"<!---->",
        b"&",
        b"&a",
        b"&#x1",
        b"<url>",
        b"<url><loc>",
        b"<loc>",
        b"</url>",
        b"<image:image>",
        b"<!DOCTYPE ",
        b"<url><loc>/</loc></url>",
    ],
)
def test_a_sitemap(piece: bytes) -> None:
    body = b"<urlset><url><loc>" + piece * (1_000_000 // len(piece))
    with at_most(50), suppress(ParseError):  # most of these list nothing
        parse_sitemap(body, URL)


@pytest.mark.parametrize("body", READ.values(), ids=READ)
def test_a_feed_that_was_quadratic(body: bytes) -> None:
    with at_most(150):
        parse_source(body, "http://a.example/feed", "application/xml")


def test_a_bomb_is_not_unpacked_to_be_told() -> None:
    bomb = gzip.compress(b"<html>" + b" " * 60_000_000, 1)
    with at_most(15), pytest.raises(ParseError, match="HTML page"):
        parse_source(bomb, URL, None)


@pytest.mark.parametrize(
    "robots",
    [
        "User-agent: kliping\n" + "Disallow: /" + "*a" * 100_000 + "b\n",
        "User-agent: kliping\n" + "Disallow: /*a*a*a*a*a*a*b\n" * 10_000,
        "".join(f"User-agent: a{n}\n" for n in range(20_000)) + "Disallow: /x\n" * 10_000,
        "User-agent: *\nDisallow: /x\n" * 10_000,
    ],
)
def test_rules(robots: str) -> None:
    with at_most(60):
        assert parse_robots(robots).allows("http://news.test/" + "a" * 8000)


@pytest.mark.parametrize(
    "robots",
    [
        "Sitemap:" + " " * 500_000,
        "Sitemap: " + "a" * 500_000,
        " " * 500_000 + "Sitemap",
        "Sitemap: x:/\n" * 40_000,
        "".join(f"Sitemap: http://h{n}:99999/\n" for n in range(20_000)),
    ],
)
def test_sitemap_lines(robots: str) -> None:
    with at_most(20):
        assert parse_robots(robots, URL).sitemaps == ()


def test_a_file_of_cookies() -> None:
    line = ".news.test\tTRUE\t/\tFALSE\t0\t{0}\tb\n"
    many_lines = "".join(line.format(n) for n in range(20_000))
    for text in ("\t" * 1_000_000, "\n" * 1_000_000, "#HttpOnly_" * 100_000, "a\t" * 500_000):
        with at_most(30):
            parse_cookies_file(text)
    with at_most(30):
        parse_cookies_file(many_lines)


def test_outlines() -> None:
    folder, feed = '<outline text="f">', '<outline xmlUrl="http://a.example/x"/>'
    for body in (
        f"{folder * 100_000}{feed * 1_000}{'</outline>' * 100_000}",
        feed * 100_000,
        f'<outline xmlUrl="http://a.example/" category="{"/a" * 1_000_000}"/>',
        f'<outline text="{"x" * 1_000_000}">{feed * 100}</outline>',
    ):
        with at_most(60):
            parse_opml(f"<opml>{body}</opml>".encode(), "o")


@encoders
def test_a_bomb_is_cut_with_little_memory(coding: str, encode: Callable[[bytes], bytes]) -> None:
    size = 200_000_000
    bomb = brotli.compress(bytes(size), quality=5) if coding == "br" else encode(bytes(size))
    tracemalloc.start()
    with at_most(40):
        assert decode(coding, bomb) is None
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * LIMIT


# --------------------------------------------------------------------- answers, requests


def test_a_listing_without_end() -> None:
    listing = many('["feed", {"links": [', '{"url": "http://a.b"}', "]}]")
    with at_most(20), pytest.raises(AnswerError, match="more than 120,000 objects"):
        read_answer(AnswerKind.RETURNED, listing, PARSE_SOURCE, (b"", URL, None))


@pytest.mark.parametrize(
    "work",
    [
        """
try:
    answer_with(frame(AnswerKind.RETURNED, b"x" * 4096, 1 << 30), EXTRACT)
except SandboxError as error:
    print(error.reason)
""",
        """
function = PureFunction(f"{sandboxed.__name__}:answer_instead", Article, 1 << 20)
async def ask():
    async with Sandbox(1) as sandbox:
        for _ in range(3):
            try:
                await sandbox.run(function, frame(AnswerKind.RETURNED, b"{" * 1000, 1 << 20), 0)
            except SandboxError as error:
                print(error.reason)
asyncio.run(ask())
""",
    ],
    ids=["a large answer", "answers without end"],
)
def test_answers_take_no_memory(work: str) -> None:
    said, times = growth("from tests.isolation.test_takeover import *", work)
    assert {*said} == {"answer"}
    assert times < 1.25


def test_many_hosts_at_once_cost_no_more_each() -> None:
    """The pool's work for a request does not grow with the number of hosts."""
    page = {"/robots.txt": reply(b""), "/a": reply(b"a")}

    async def cost(server: Server, hosts: int, rounds: int) -> float:
        async with open_fetcher() as fetcher:
            urls = [server.url("/a", f"h{number}.test") for number in range(hosts)]
            await asyncio.gather(*(fetcher.fetch(FetchRequest(url)) for url in urls))
            started = time.thread_time()
            for _ in range(rounds):
                await asyncio.gather(*(fetcher.fetch(FetchRequest(url)) for url in urls))
            return (time.thread_time() - started) / (hosts * rounds)

    with Server(page) as server:
        few, many = asyncio.run(cost(server, 4, 40)), asyncio.run(cost(server, 64, 5))
    assert many < 3 * few

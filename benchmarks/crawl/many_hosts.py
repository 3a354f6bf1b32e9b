"""The newspapers of ``many_sources.py``: any number of hosts behind one port, in a process of its
own. A host's feeds are ``/s0.xml``, ``/s1.xml``, …, their articles ``/s0-0.html``, …"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import random
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from multiprocessing.connection import Connection

SMALL, LARGE = 20_000, 150_000
"""Bytes of a page; one of ten is large."""
WORDS = (
    "council bridge river mayor budget harbour school teacher market price winter storm police "
    "court judge village railway station hospital nurse doctor farmer field harvest factory "
    "worker union strike minister law vote election party member member town street house rent "
    "winner final match season player coach trainer museum artist concert library reader the of "
    "and in to for with on by from at after before since until about over under between"
).split()


@dataclass
class Traffic:
    """What was asked for."""

    kinds: Counter[str] = field(default_factory=Counter)
    """Requests for ``robots``, ``feed``, ``page``, and ``unknown`` ones."""
    busiest: int = 0
    """The most requests that one host had at the same time."""


class Newspapers:
    """All hosts behind one port."""

    def __init__(self, articles: int, latency: float) -> None:
        self._articles = articles
        self._latency = latency
        self._under_way: Counter[str] = Counter()
        self.traffic = Traffic()
        rng = random.Random(1)
        self._sentences = [_sentence(rng) for _ in range(2_000)]
        self._menu = "".join(f'<li><a href="/section/{n}">{WORDS[n]}</a></li>' for n in range(40))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                path = head.split(" ", 2)[1]
                fields = dict(
                    line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line
                )
                host = fields["host"]
                self._under_way[host] += 1
                self.traffic.busiest = max(self.traffic.busiest, self._under_way[host])
                await asyncio.sleep(self._latency)
                self._under_way[host] -= 1
                writer.write(self._answer(host, path, fields.get("if-none-match")))
                await writer.drain()
        writer.close()

    def _answer(self, host: str, path: str, known: str | None) -> bytes:
        kind, body = self._document(host, path)
        name, _, media_type = kind.partition(" ")
        self.traffic.kinds[name] += 1
        if name == "unknown":
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        tag = f'"{blake2b(body, digest_size=8).hexdigest()}"'
        if known == tag:
            return f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n".encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n"
        return f"{head}ETag: {tag}\r\n\r\n".encode() + body

    def _document(self, host: str, path: str) -> tuple[str, bytes]:
        """Its kind and media type, and its bytes."""
        if path == "/robots.txt":
            return "robots text/plain", b"User-agent: *\nDisallow: /search\n"
        name = path.removeprefix("/").removesuffix(".xml").removesuffix(".html")
        if path.endswith(".xml"):
            return "feed application/rss+xml", self._feed(name)
        if path.endswith(".html"):
            return "page text/html; charset=utf-8", self._page(host, name)
        return "unknown", b""

    def _feed(self, name: str) -> bytes:
        items = "".join(
            f"<item><title>{_headline(f'{name}-{n}')}</title><link>/{name}-{n}.html</link>"
            f"<pubDate>Mon, 02 Sep 2024 1{n % 10}:27:00 +0200</pubDate></item>"
            for n in range(self._articles)
        )
        title = f"<title>The Post, {name}</title>"
        return f'<rss version="2.0"><channel>{title}{items}</channel></rss>'.encode()

    def _page(self, host: str, name: str) -> bytes:
        seed = f"{host}/{name}"
        rng, title = random.Random(seed), _headline(seed)
        paragraphs = "".join(
            f"<p>{' '.join(rng.sample(self._sentences, 5))}</p>" for _ in range(rng.randint(6, 14))
        )
        others = "".join(
            f'<li class="teaser"><a href="/story-{rng.randrange(10**6)}.html"><h3>'
            f"{_headline(str(rng.random()))}</h3></a><span>{rng.randint(1, 23)} hours ago</span>"
            "</li>"
            for _ in range(25)
        )
        page = (
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
            f"<title>{title} - The Post</title>"
            f'<link rel="canonical" href="/{name}.html">'
            f'<meta property="og:title" content="{title}">'
            '<meta property="article:published_time" content="2024-09-02T13:27:00+02:00">'
            '<meta name="author" content="Maria Holm">%s</head>'
            f'<body><header><nav><ul class="menu">{self._menu}</ul></nav></header><main><article>'
            f'<h1>{title}</h1><div class="byline">By <a rel="author" href="/a/holm">Maria Holm</a>'
            f'</div><div class="article-body">{paragraphs}</div></article>'
            f'<aside class="related"><h2>Read also</h2><ul>{others}</ul></aside></main>'
            "<footer><p>All rights reserved</p></footer></body></html>"
        )
        wanted = LARGE if blake2b(seed.encode(), digest_size=1).digest()[0] < 26 else SMALL
        state = json.dumps([{"id": n, "text": _headline(f"{seed}{n}")} for n in range(50)])
        script = f"<script>window.__STATE__ = {state}; /* {'x' * max(0, wanted - len(page))} */"
        return (page % f"{script[:wanted]}</script>").encode()


def _sentence(rng: random.Random) -> str:
    return " ".join(rng.choices(WORDS, k=rng.randint(8, 20))).capitalize() + "."


def _headline(seed: str) -> str:
    rng = random.Random(seed)
    return " ".join(rng.choices(WORDS, k=6)).capitalize() + f" {rng.randint(2, 999)}"


def run_server(articles: int, latency: float, pipe: Connection) -> None:
    """In a process of its own: sends its port, and what was asked once anything is sent to it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    async def serve() -> None:
        papers = Newspapers(articles, latency)
        server = await asyncio.start_server(papers.serve, "127.0.0.1", 0, backlog=512)
        pipe.send(server.sockets[0].getsockname()[1])
        loop = asyncio.get_running_loop()
        while await loop.run_in_executor(None, pipe.recv):
            pipe.send(papers.traffic)
            papers.traffic = Traffic()
        server.close()

    asyncio.run(serve())


@contextmanager
def serving(articles: int, latency: float) -> Iterator[tuple[int, Connection]]:
    """The port, and the pipe that gives the traffic since it was last asked."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=run_server, args=(articles, latency, theirs), daemon=True)
    process.start()
    try:
        yield ours.recv(), ours
    finally:
        ours.send(False)
        process.join(5)
        process.kill()

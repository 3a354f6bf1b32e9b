"""Serve a corpus of saved pages over loopback HTTP, as a newspaper would: pages, feed, sitemap.

    python -m benchmarks.crawl.serve_corpus --corpus DIR [--port 0] [--limit N] [--validators]

A corpus is a directory with ``manifest.jsonl``: one JSON object a line, of which ``id``,
``html`` (path of the page, gzipped or not, relative to the directory) and ``encoding`` (or null)
are read. A page goes out at ``/`` + that path without ``.gz``, byte for byte as it was saved, with
the declared encoding as its charset. ``/feed.xml`` and ``/sitemap.xml`` list all pages.

The first line on stdout is the feed's address. It serves until SIGINT or SIGTERM, and then
reports on stderr how much was asked, and each request for a path that no page has.
"""

from __future__ import annotations

import argparse
import gzip
import json
import signal
import socket
import sys
import threading
from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, unquote
from xml.sax.saxutils import escape

FEED_PATH = "/feed.xml"
SITEMAP_PATH = "/sitemap.xml"
XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(frozen=True, slots=True)
class CorpusPage:
    id: str
    path: str
    """The path under which it is served, percent-encoded."""
    file: Path
    encoding: str | None

    @property
    def content_type(self) -> str:
        return f"text/html; charset={self.encoding}" if self.encoding else "text/html"

    def read(self) -> bytes:
        data = self.file.read_bytes()
        return gzip.decompress(data) if self.file.suffix == ".gz" else data


@dataclass(slots=True)
class Corpus:
    """The pages by the path they are served at, and what was asked of them."""

    pages: dict[str, CorpusPage]
    validators: bool = False
    requests: int = 0
    unknown: Counter[str] = field(default_factory=Counter)
    documents: dict[str, bytes] = field(default_factory=dict)
    """The generated documents (feed, sitemap) by path."""


def load_corpus(folder: Path, limit: int | None = None, *, validators: bool = False) -> Corpus:
    """Read the manifest. Raises ``ValueError`` for a line that is not a page of this folder."""
    root = folder.resolve()
    pages: dict[str, CorpusPage] = {}
    with (root / "manifest.jsonl").open(encoding="utf-8") as manifest:
        for number, line in enumerate(manifest, 1):
            if limit is not None and len(pages) >= limit:
                break
            if line.strip():
                page = _load_page(root, line, number)
                pages[page.path] = page
    return Corpus(pages, validators)


def _load_page(root: Path, line: str, number: int) -> CorpusPage:
    row = json.loads(line)
    file = (root / row["html"]).resolve()
    if not file.is_relative_to(root):
        raise ValueError(f"manifest.jsonl:{number}: {row['html']} lies outside the corpus")
    name = row["html"].removesuffix(".gz")
    return CorpusPage(row["id"], "/" + quote(name), file, row.get("encoding"))


class CorpusServer(ThreadingHTTPServer):
    """Loopback only. ``feed_url`` is what to hand to ``kliping sources add``."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, corpus: Corpus, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.corpus = corpus
        self.lock = threading.Lock()
        self.base = f"http://127.0.0.1:{self.server_address[1]}"
        corpus.documents[FEED_PATH] = _write_feed(corpus, self.base)
        corpus.documents[SITEMAP_PATH] = _write_sitemap(corpus, self.base)

    @property
    def feed_url(self) -> str:
        return self.base + FEED_PATH

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # a client may hang up
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def _write_feed(corpus: Corpus, base: str) -> bytes:
    """Items are titled by id: a gold title in the feed would help who is measured."""
    items = "".join(
        f"<item><title>{escape(page.id)}</title><link>{base}{escape(page.path)}</link>"
        f'<guid isPermaLink="true">{base}{escape(page.path)}</guid></item>\n'
        for page in corpus.pages.values()
    )
    head = f"<title>Corpus</title><link>{base}/</link><description>Saved pages</description>\n"
    return f'{XML_HEAD}<rss version="2.0"><channel>{head}{items}</channel></rss>\n'.encode()


def _write_sitemap(corpus: Corpus, base: str) -> bytes:
    urls = "".join(f"<url><loc>{base}{escape(path)}</loc></url>\n" for path in corpus.pages)
    xmlns = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'{XML_HEAD}<urlset xmlns="{xmlns}">\n{urls}</urlset>\n'.encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave in one write
    timeout = 60
    server: CorpusServer

    def do_GET(self) -> None:
        corpus = self.server.corpus
        path = quote(unquote(self.path.partition("?")[0]))  # any spelling of the escapes
        with self.server.lock:
            corpus.requests += 1
        if (document := corpus.documents.get(path)) is not None:
            kind = "application/rss+xml" if path == FEED_PATH else "application/xml"
            self._answer(200, document, kind)
        elif (page := corpus.pages.get(path)) is not None:
            self._answer(200, page.read(), page.content_type)
        else:
            if path != "/robots.txt":  # 404: everything is allowed (RFC 9309 §2.3.1.3)
                with self.server.lock:
                    corpus.unknown[self.path] += 1
            self._answer(404, b"No such page\n", "text/plain; charset=utf-8")

    do_HEAD = do_GET

    def _answer(self, status: int, body: bytes, content_type: str) -> None:
        etag = f'"{sha256(body).hexdigest()[:32]}"'
        offers = self.server.corpus.validators and status == 200
        known = offers and etag in (self.headers.get("If-None-Match") or "")
        self.send_response(304 if known else status)
        if offers:
            self.send_header("ETag", etag)
        if not known:
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if not known and self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a line a request would measure the terminal."""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Serve a corpus of saved pages on loopback.")
    parser.add_argument("--corpus", type=Path, required=True, help="folder with manifest.jsonl")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--limit", type=int, help="only the first N pages")
    parser.add_argument("--validators", action="store_true", help="send ETag, answer 304")
    options = parser.parse_args(arguments)
    try:
        corpus = load_corpus(options.corpus, options.limit, validators=options.validators)
        server = CorpusServer(corpus, options.port)
    except (OSError, ValueError, KeyError) as error:
        print(f"{options.corpus}: {error}", file=sys.stderr)
        return 2
    with server:
        _serve_until_signal(server)
    print(f"{corpus.requests} requests", file=sys.stderr)
    for path, times in sorted(corpus.unknown.items()):
        print(f"unknown path: {path} ({times})", file=sys.stderr)
    return 0


def _serve_until_signal(server: CorpusServer) -> None:
    """The server runs in a thread: ``shutdown`` must not be called from its own."""
    wake, ring = socket.socketpair()
    with wake, ring:
        ring.setblocking(False)
        signal.set_wakeup_fd(ring.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: None)
        thread = threading.Thread(target=server.serve_forever, args=(0.1,))
        thread.start()
        print(server.feed_url, flush=True)
        wake.recv(1)
        server.shutdown()
        thread.join()
        signal.set_wakeup_fd(-1)


if __name__ == "__main__":
    sys.exit(main())

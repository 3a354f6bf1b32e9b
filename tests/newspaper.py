"""A small newspaper for whole crawls: a feed, and pages of every outcome."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.servers import Behaviour, Routes, reply

SENTENCES = [
    "The council of the small town met on Monday to speak about the bridge over the river.",
    "Its mayor said that the work would begin in spring and take two years at the most.",
    "Several shopkeepers of the old quarter had asked for a longer time to move their goods.",
    "The money comes from the state, which pays for half, and from a loan of the savings bank.",
    "Nobody in the hall spoke against the plan, though some doubted that the date would hold.",
    "A second reading follows next week, and then the building office may ask for offers.",
]


def article_html(title: str, salt: str = "", head: str = "", author: str = "Maria Holm") -> bytes:
    """A page that is plainly an article; ``salt`` makes its text its own."""
    paragraphs = "".join(
        f"<p>{sentence} {salt} number {number}.</p>" for number, sentence in enumerate(SENTENCES)
    )
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{title} - The Post</title>"
        f'<meta property="article:published_time" content="2024-09-02T13:27:00+02:00">{head}</head>'
        f'<body><nav><a href="/">Home</a> <a href="/local">Local</a></nav><article><h1>{title}</h1>'
        f'<p class="byline">By {author}</p>{paragraphs}</article>'
        f"<footer>All rights reserved</footer></body></html>"
    ).encode()


def page(title: str, salt: str = "", **more: str) -> Behaviour:
    return reply(article_html(title, salt, **more))


def rss(paths: Iterable[str], headers: dict[str, str] | None = None) -> Behaviour:
    items = "".join(f"<item><link>{path}</link></item>" for path in paths)
    body = f'<rss version="2.0"><channel><title>The Post</title>{items}</channel></rss>'
    return reply(body, headers={"Content-Type": "application/rss+xml", **(headers or {})})


NOT_FOUND = (
    b"<html><head><title>404 - Page not found</title></head><body><h1>Page not found</h1>"
    b"<p>Sorry, the page you are looking for does not exist or has been moved.</p></body></html>"
)


def newspaper(articles: int = 20) -> Routes:
    """Articles, and one each of: same text again, declared canonical, redirect, soft 404, 404."""
    routes: Routes = {
        f"/news/{n}": page(f"Council debates plan {n} for the bridge", f"Plan {n} is")
        for n in range(articles)
    }
    routes["/again"] = routes["/news/3"]
    canonical = '<link rel="canonical" href="/news/4">'
    routes["/print/4"] = page("Council debates plan 4 for the bridge", "Plan 4 is", head=canonical)
    routes["/moved"] = reply(b"", 301, {"Location": "/news/5"})
    routes["/gone-soft"] = reply(NOT_FOUND)
    paths = [*routes, "/gone"]
    routes["/feed.xml"] = rss(paths, {"ETag": '"one"', "Last-Modified": "Mon, 02 Sep 2024"})
    return routes


def kliping(*words: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    result = subprocess.run(
        [sys.executable, "-m", "cli", *map(str, words)], capture_output=True, text=True, timeout=60
    )
    if check:
        assert result.returncode == 0, result.stderr
    return result


def content_of(db: Path) -> dict[str, list[Any]]:
    """What a database says of the world, without ids and our own times: for comparing two."""
    with closing(sqlite3.connect(db)) as connection:

        def rows(query: str) -> list[Any]:
            return sorted(map(repr, connection.execute(query).fetchall()))

        return {
            "articles": rows(
                "SELECT a.canonical_url, a.url, a.verdict, d.canonical_url"
                " FROM article a LEFT JOIN article d ON d.id = a.duplicate_of"
            ),
            "versions": rows(
                "SELECT a.canonical_url, v.title, v.body, v.authors, v.accepted, v.cause,"
                " s.payload_digest FROM version v JOIN article a ON a.id = v.article_id"
                " LEFT JOIN snapshot s ON s.id = v.snapshot_id"
            ),
            "pages": rows(
                "SELECT p.canonical_url, p.url, a.canonical_url, p.lease_run_id, p.failures,"
                " p.due_at IS NULL, p.last_checked_at IS NULL"
                " FROM page p LEFT JOIN article a ON a.id = p.article_id"
            ),
            "snapshots": rows("SELECT payload_digest, body FROM snapshot"),
            "outcomes": rows("SELECT DISTINCT requested_url, outcome, reason FROM fetch"),
            "sources": rows("SELECT url, etag, last_modified, failures, lease_run_id FROM source"),
        }


def objects(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]

"""Small newspapers for whole crawls: a feed and pages of every outcome; sources of every kind."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zlib import crc32

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


SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
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


def urlset(entries: Iterable[tuple[str, datetime | None]]) -> Behaviour:
    urls = "".join(
        f"<url><loc>{path}</loc>{f'<lastmod>{at.isoformat()}</lastmod>' if at else ''}</url>"
        for path, at in entries
    )
    return _sitemap(f'<urlset xmlns="{SITEMAPS}">{urls}</urlset>')


def sitemap_index(entries: Iterable[tuple[str, datetime | None]]) -> Behaviour:
    parts = "".join(
        f"<sitemap><loc>{path}</loc>{f'<lastmod>{at.isoformat()}</lastmod>' if at else ''}"
        "</sitemap>"
        for path, at in entries
    )
    return _sitemap(f'<sitemapindex xmlns="{SITEMAPS}">{parts}</sitemapindex>')


def _sitemap(body: str) -> Behaviour:
    return reply(f'<?xml version="1.0"?>{body}', headers={"Content-Type": "application/xml"})


def edition(day: int, start: datetime, articles: int = 8) -> Routes:
    """A newspaper with sources of every kind, on its first or second ``day``; ``start`` is the
    moment between the two.

    Its feed turns over whole, so that the sitemap that robots.txt names has to fill a gap; that
    one and the feed's second page hold older articles, for a backfill. Beside these an index of
    two sitemaps, a front page, an article of three pages, one that is edited, and pages of every
    outcome.
    """
    hour, last = timedelta(hours=1), articles * day
    feed = range(last - articles, last)
    routes = newspaper(last)
    routes |= {f"/{kind}/{n}": _story(kind, n) for kind in ("map", "gap", "old") for n in range(6)}
    routes |= {_front_path(n): _story("front", n) for n in range(8)}
    routes |= {f"/long-story?page={n}": _long(n) for n in (1, 2, 3)}
    routes["/long-story"] = _long(1)
    if day == 2:
        routes["/news/1"] = page("Council debates plan 1 for the bridge", "Plan 1, now dearer, is")
        routes["/map/1"] = page("The mayor of the map replies", "The mayor of the map is")
    others = (
        ["/again", "/print/4", "/moved", "/gone-soft", "/gone", "/long-story"] if day == 1 else []
    )
    routes["/feed.xml"] = _feed([*(f"/news/{n}" for n in feed), *others], older="/feed.xml?page=2")
    routes["/feed.xml?page=2"] = _feed(["/old/0", "/old/1"], older="")
    routes["/robots.txt"] = reply(
        "User-agent: *\nDisallow: /search\nSitemap: /all.xml\n",
        headers={"Content-Type": "text/plain"},
    )
    gap = [(f"/gap/{n}", start - (n + 1) * hour) for n in range(6)]
    old = [(f"/old/{n}", start - (n + 100) * 24 * hour) for n in range(2, 6)]
    routes["/all.xml"] = urlset([*gap, *old] if day == 2 else old)
    changed = start - hour if day == 2 else start - 30 * hour
    routes["/index.xml"] = sitemap_index([("/one.xml", start - 99 * hour), ("/two.xml", changed)])
    routes["/one.xml"] = urlset([("/map/0", start - 100 * hour), ("/map/1", changed)])
    routes["/two.xml"] = urlset((f"/map/{n}", start - 40 * hour) for n in range(2, 2 + 2 * day))
    routes["/"] = _front(range(4) if day == 1 else range(2, 8))
    return routes


def _story(kind: str, number: int) -> Behaviour:
    return page(f"What the {kind} says in its part {number}", f"The {kind} part {number} is")


def _feed(paths: Iterable[str], older: str) -> Behaviour:
    items = "".join(f"<item><link>{path}</link></item>" for path in paths)
    link = f'<atom:link rel="next" href="{older}"/>' if older else ""
    body = (
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
        f"<title>The Post</title>{link}{items}</channel></rss>"
    )
    return reply(
        body, headers={"Content-Type": "application/rss+xml", "ETag": f'"{crc32(body.encode())}"'}
    )


def _long(number: int) -> Behaviour:
    numbers = "".join(f'<a href="/long-story?page={each}">{each}</a> ' for each in (1, 2, 3))
    following = f'<a href="/long-story?page={number + 1}">Next</a>' if number < 3 else ""
    pager = f'</article><div class="pager">{numbers}{following}</div>'
    html = article_html("The long story of the bridge", f"Page {number}").decode()
    return reply(html.replace("</article>", pager))


def _front_path(number: int) -> str:
    return f"/2026/03/01/what-the-front-says-in-its-part-{number}"


def _front(numbers: Iterable[int]) -> Behaviour:
    teasers = "".join(
        f'<article><h2><a href="{_front_path(n)}">What the front says in its part {n}</a></h2>'
        "</article>"
        for n in numbers
    )
    nav = '<nav><a href="/sport">Sport</a><a href="/contact">Contact us</a></nav>'
    return reply(f"<html><body>{nav}<main>{teasers}</main></body></html>")


def kliping(*words: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    result = subprocess.run(
        [sys.executable, "-m", "cli", *map(str, words)], capture_output=True, text=True, timeout=300
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
                "SELECT a.canonical_url, a.url, a.verdict, a.evidence, d.canonical_url, v.body"
                " FROM article a LEFT JOIN article d ON d.id = a.duplicate_of"
                " LEFT JOIN version v ON v.id = a.current_version_id"
            ),
            "filing order": list(
                connection.execute("SELECT canonical_url FROM article ORDER BY filed_by")
            ),
            "versions": rows(
                "SELECT a.canonical_url, v.title, v.body, v.authors, v.accepted, v.cause,"
                " s.payload_digest FROM version v JOIN article a ON a.id = v.article_id"
                " LEFT JOIN snapshot s ON s.id = v.snapshot_id"
            ),
            "parts": rows(
                "SELECT a.canonical_url, v.content_hash, p.number, p.url, s.payload_digest"
                " FROM part p JOIN version v ON v.id = p.version_id"
                " JOIN article a ON a.id = v.article_id JOIN snapshot s ON s.id = p.snapshot_id"
            ),
            "pages": rows(
                "SELECT p.canonical_url, p.url, a.canonical_url, p.lease_run_id, p.failures,"
                " p.due_at IS NULL, p.last_checked_at IS NULL, p.backlog, p.etag, s.url"
                " FROM page p LEFT JOIN article a ON a.id = p.article_id"
                " LEFT JOIN poll ON poll.id = p.poll_id LEFT JOIN source s ON s.id = poll.source_id"
            ),
            "listed": rows(
                "SELECT s.url, p.canonical_url FROM page_source l"
                " JOIN page p ON p.id = l.page_id JOIN source s ON s.id = l.source_id"
            ),
            "snapshots": rows("SELECT payload_digest, body FROM snapshot"),
            "outcomes": rows("SELECT requested_url, outcome, reason, payload_digest FROM fetch"),
            "sources": rows(
                "SELECT s.url, s.name, s.kind, s.title, s.etag, s.last_modified, s.failures,"
                " s.lease_run_id, s.interval_seconds, s.cursor, s.disabled_at, s.due_at IS NULL,"
                " s.stated_at, s.last_polled_at IS NULL, parent.url"
                " FROM source s LEFT JOIN source parent ON parent.id = s.parent_id"
            ),
            "polls": rows(
                "SELECT s.url, p.outcome, p.listed, p.new, p.gap_since IS NULL, p.gap_filled,"
                " p.error FROM poll p JOIN source s ON s.id = p.source_id"
            ),
            "alarms": rows(
                "SELECT s.url, a.kind, a.cleared_at IS NULL, a.examples"
                " FROM alarm a JOIN source s ON s.id = a.source_id"
            ),
            "robots": rows("SELECT origin, status, text FROM robots"),
        }


def let_pass(db: Path, time: timedelta) -> None:
    """As if everything in a database had been done by so much earlier."""

    def earlier(value: str) -> str:
        moment = datetime.fromisoformat(value) - time
        return moment.isoformat(sep=" ", timespec="microseconds")

    with closing(sqlite3.connect(db)) as connection, connection:
        connection.create_function("earlier", 1, earlier)
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        for (table,) in tables.fetchall():
            columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
            for column in [name for _, name, kind, *_ in columns if kind == "DATETIME"]:
                connection.execute(
                    f"UPDATE {table} SET {column} = earlier({column}) WHERE {column} IS NOT NULL"
                )


def objects(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]

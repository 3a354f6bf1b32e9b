"""Search in a generated archive: times by kind of query, and what the index costs.

    python -m benchmarks.archive.search [--articles 10000,100000] [--words 400] [--keep FOLDER]

The text is made of words that are as frequent as in real ones (Zipf's law over 200,000 words, the
most frequent in nearly every article), filed on 500 hosts over eight years; the rows are written
straight into the tables, in bulk, and indexed as ``Archive.save`` does. Nothing is fetched.

Prints for each size: bytes an article of the tables and of the index, milliseconds of CPU to index
one, and for each kind of query the hits, the milliseconds that the first ``Search.find`` took with
its records and snippets, those of CPU that it takes once its pages are in memory (the median of
15, which other work on the machine does not blur), and those of the index alone. ``--by`` orders
are timed once each.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert, text

from storage.database.engine import open_engine, reading, writing
from storage.models import Article, Version, table_of
from storage.search import index, sqlite
from storage.search.finder import Search, SortOrder
from storage.search.query import parse

VOCABULARY = 200_000
HOSTS = 500
FIRST_DAY = datetime(2018, 1, 1, tzinfo=UTC)
DAYS = 3000
BATCH = 1000
ROUNDS = 15
TARGET_MS = 5.0
QUERIES = {
    "rare word": "w150000",
    "common word": "w3",
    "two common words": "w5 w40",
    "phrase of common words": '"w3 w5"',
    "common word + rare site": "w3 site:h499.example.org",
    "rare word + site": "w2000 site:h1.example.org",
    "common word + days": "w3 after:2020-03-05 before:2020-03-19",
    "common word + open range": "w3 after:2026-02",
    "common word + language": "w3 lang:de",
    "author + word": "author:n77 w40",
    "title": "title:w700",
    "without": "w40 -w3",
    "only without": "-w2",
    "only a site": "site:h17.example.org",
    "beginning": "w1999*",
    "one of two": "w9000 OR w9001",
    "no hit": "w3 nowhere",
}


def generated(count: int, words: int, seed: int = 1) -> Iterator[tuple[dict[str, Any], ...]]:
    """(article, version) for each, ids from 1."""
    chance = random.Random(seed)
    names = [f"w{number}" for number in range(1, VOCABULARY + 1)]
    weights = [*accumulate(1 / (rank + 2) for rank in range(VOCABULARY))]
    for number in range(1, count + 1):
        host = f"h{int(HOSTS * chance.random() ** 2)}.example.org"
        length = max(40, int(chance.gauss(words, words / 3)))
        text_words = chance.choices(names, cum_weights=weights, k=length)
        body = "\n".join(" ".join(text_words[at : at + 60]) for at in range(0, length, 60))
        at = FIRST_DAY + timedelta(days=DAYS * number / count)
        url = f"https://{host}/story/{number}"
        article = {
            "id": number,
            "url_key": number.to_bytes(16, "big"),
            "canonical_url": url,
            "url": url,
            "site": "example.org",
            "verdict": "article",
            "evidence": "text",
            "filed_by": number,
            "current_version_id": number,
            "first_seen_at": at,
            "last_checked_at": at,
        }
        version = {
            "id": number,
            "article_id": number,
            "accepted": True,
            "cause": "publisher",
            "extractor_version": "1",
            "first_seen_at": at,
            "content_hash": number.to_bytes(32, "big"),
            "wording_hash": number.to_bytes(32, "big"),
            "text_hash": number.to_bytes(32, "big"),
            "url": url,
            "fetched_at": at,
            "title": " ".join(chance.choices(names, cum_weights=weights, k=9)),
            "authors": [f"n{int(800 * chance.random() ** 2)} n{chance.randrange(5000)}"],
            "published_at": at,
            "published_offset": 0,
            "published_relative": False,
            "language": ("en", "en", "en", "de", "fr")[chance.randrange(5)],
            "tags": [],
            "body": body,
            "blocks": [],
            "provenance": {},
        }
        yield article, version


def fill(engine: Engine, count: int, words: int) -> float:
    """Write the archive and index it; seconds of CPU that indexing took."""
    articles, versions = table_of(Article), table_of(Version)
    rows = generated(count, words)
    seconds = 0.0
    for start in range(0, count, BATCH):
        batch = [next(rows) for _ in range(min(BATCH, count - start))]
        with writing(engine) as session:
            session.execute(text("PRAGMA defer_foreign_keys = ON"))
            session.execute(insert(articles), [article for article, _ in batch])
            session.execute(insert(versions), [version for _, version in batch])
            begun = time.process_time()
            additions = index.Additions(session)
            for article, _ in batch:
                additions.add(article["id"])
            additions.write()
            seconds += time.process_time() - begun
    return seconds


def timed(work: Callable[[], Any]) -> tuple[float, float]:
    """Milliseconds of the first round, and the median of the CPU's in the others."""
    begun = time.perf_counter()
    work()
    first = (time.perf_counter() - begun) * 1000
    times = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        work()
        times.append((time.process_time() - begun) * 1000)
    return first, statistics.median(times)


def index_only(engine: Engine, query: str, limit: int = 20) -> list[int]:
    match = sqlite.compile_query(parse(query))
    statement = text(
        "SELECT rowid FROM search WHERE search MATCH :match ORDER BY rowid DESC LIMIT :limit"
    )
    with reading(engine) as session:
        return [*session.scalars(statement, {"match": match, "limit": limit})]


def show_sizes(path: Path, count: int) -> None:
    with sqlite3.connect(path) as connection:
        try:
            rows = connection.execute(
                "SELECT CASE WHEN name LIKE 'search%' THEN 'index'"
                " WHEN name IN ('document', 'uq_document_article_id',"
                " 'sqlite_autoindex_document_1') THEN 'document' ELSE 'rest' END AS part,"
                " sum(pgsize) FROM dbstat GROUP BY part"
            ).fetchall()
        except sqlite3.OperationalError:  # a SQLite without dbstat
            rows = connection.execute(
                "SELECT 'index', sum(length(block)) FROM search_data"
            ).fetchall()
    parts = ", ".join(f"{part} {size / count:,.0f}" for part, size in rows)
    print(f"bytes an article: {parts}")


def show_orders(engine: Engine) -> None:
    for by in (SortOrder.PUBLISHED, SortOrder.RELEVANCE):
        begun = time.perf_counter()
        Search(engine).find(QUERIES["common word"], by=by)
        milliseconds = (time.perf_counter() - begun) * 1000
        print(f"common word, by {by}: {milliseconds:.0f} ms")


def run(count: int, words: int, folder: Path) -> bool:
    """Whether every query was within the target."""
    path = folder / f"search-{count}.db"
    engine = open_engine(path)
    print(f"\n{count:,} articles")
    seconds = fill(engine, count, words)
    print(f"indexing: {seconds * 1000 / count:.2f} ms an article")
    show_sizes(path, count)
    within = True
    print(f"{'':26} {'hits':>9} {'first':>8} {'find':>8} {'index':>8}   (ms)")
    search = Search(engine)
    for name, query in QUERIES.items():
        hits = len(index_only(engine, query, limit=2**40))
        first, middle = timed(lambda query=query: search.find(query))  # type: ignore[misc]
        _, alone = timed(lambda query=query: index_only(engine, query))  # type: ignore[misc]
        slow = middle > TARGET_MS
        within = within and not slow
        mark = "  slow" if slow else ""
        print(f"{name:26} {hits:9,} {first:8.2f} {middle:8.2f} {alone:8.2f}{mark}")
    show_orders(engine)
    engine.dispose()
    return within


def main() -> int:
    parser = argparse.ArgumentParser(description="Search in a generated archive.")
    parser.add_argument("--articles", default="10000,100000", help="sizes, between commas")
    parser.add_argument("--words", type=int, default=400, help="in a text, on average")
    parser.add_argument("--keep", type=Path, help="leave the databases in this folder")
    options = parser.parse_args()
    sizes = [int(size) for size in options.articles.split(",")]
    if options.keep is None:
        with tempfile.TemporaryDirectory(prefix="kliping-search-") as folder:
            good = [run(size, options.words, Path(folder)) for size in sizes]
    else:
        options.keep.mkdir(parents=True, exist_ok=True)
        good = [run(size, options.words, options.keep) for size in sizes]
    print("\npassed" if all(good) else f"\nfailed: over {TARGET_MS:.0f} ms")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())

"""newspaper4k's own way to get many articles, ``fetch_news`` on threads, kept in SQLite.

    python crawl_newspaper.py LIST DATABASE [--keep-pages] [--shard N --shards M]

Its defaults, but that images are not fetched; it does not ask for robots.txt.
"""

from __future__ import annotations

from typing import Any

import crawling  # first: it names the loopback
from adapters import load_newspaper_article, read_newspaper
from newspaper.mthreading import fetch_news  # type: ignore[import-not-found]

THREADS = 10
"""Its own default for many downloads (``Configuration.number_threads``)."""
BATCH = 100
"""Articles a call: it hands them over when all have been parsed, and holds them until then."""


def _read_all(batch: list[Any]) -> list[Any]:
    try:
        return list(fetch_news(batch, threads=THREADS))
    except ValueError:  # lxml's, of a page with control characters: it takes the others with it
        return [article for one in batch for article in _read_one(one)]


def _read_one(article: Any) -> list[Any]:
    try:
        return list(fetch_news([article], threads=1))
    except ValueError:
        return []


def main() -> None:
    options = crawling.parse_arguments()
    new_article = load_newspaper_article()
    shelf = crawling.Shelf(options.database, keeps_pages=options.keep_pages)
    for first in range(0, len(options.urls), BATCH):
        batch = [new_article(url) for url in options.urls[first : first + BATCH]]
        for article in _read_all(batch):
            shelf.put(article.url, read_newspaper(article), article.html.encode())
    shelf.close()


if __name__ == "__main__":
    main()

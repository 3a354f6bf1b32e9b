"""The pages that every contender of ``benchmarks.pipeline`` gets, and what is right to read on
each.

Made ones are as large and as deep as real ones are (of 1,183 saved pages of newspapers the median
has 131 kB, 850 elements, 140 links and 550 words of text): a template a host, which is most of a
page, and metadata, text and teasers of each page's own. The words are as frequent as English ones
are (Zipf's law over 20,000), and the most frequent are English: some extractors look for them.
Annotated pages of a corpus go out byte for byte as they were saved, under invented addresses.

All answers lie one behind the other in one file, each with its head, so that the server sends a
slice of a mapped file and does nothing else.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from benchmarks.archive.newspapers import Press
from benchmarks.extraction.annotated import load_pages
from benchmarks.extraction.scoring import Gold

FEED_ITEMS = 50
"""Articles that a feed lists."""
VOCABULARY = 20_000
FIRST = datetime(2024, 9, 2, 6, 0, tzinfo=UTC)
ROBOTS = b"User-agent: *\nDisallow: /search\nDisallow: /account/\n"
FUNCTION_WORDS = (
    "the of to and a in that is was for on it with as his he at by be this from had not are but "
    "or have an they which one were all we when there been their who has will more if no out so"
).split()


@dataclass(frozen=True, slots=True)
class Made:
    """One page before it is given an address."""

    html: bytes
    content_type: str
    gold: Gold
    publisher: str
    """Pages of one stay on one host."""


@dataclass(frozen=True, slots=True)
class Served:
    """One page at its address."""

    host: str
    path: str
    gold: Gold
    """What is right to read there."""


@dataclass(frozen=True, slots=True)
class Edition:
    """What one run serves. ``answers`` holds whole HTTP answers, ``index`` where each lies."""

    pages: tuple[Served, ...]
    feeds: tuple[tuple[str, str], ...]
    """Host and path of each."""
    answers: Path
    index: Path
    """JSON: host and path, with a space between, to the answer's offset and the lengths of its head
    and of all of it."""
    page_bytes: int
    """Of all pages together, heads not counted."""


def print_edition(folder: Path, pages: Iterable[Made], hosts: int) -> Edition:
    """Give every page an address on one of ``hosts``, and write all answers."""
    folder.mkdir(parents=True, exist_ok=True)
    index: dict[str, tuple[int, int, int]] = {}
    publishers: dict[str, int] = {}
    served: list[Served] = []
    size = 0
    with (folder / "answers.bin").open("wb") as answers:

        def put(host: str, path: str, content_type: str, body: bytes) -> None:
            head = _head(content_type, len(body))
            index[f"{host} {path}"] = (answers.tell(), len(head), len(head) + len(body))
            answers.write(head + body)

        for number, page in enumerate(pages):
            place = publishers.setdefault(page.publisher, len(publishers)) % hosts
            one = Served(f"h{place}.localhost", f"/story/{number}.html", page.gold)
            put(one.host, one.path, page.content_type, page.html)
            served.append(one)
            size += len(page.html)
        feeds = []
        for host in dict.fromkeys(one.host for one in served):
            put(host, "/robots.txt", "text/plain", ROBOTS)
            paths = [one.path for one in served if one.host == host]
            for first in range(0, len(paths), FEED_ITEMS):
                feeds.append((host, f"/feed{first // FEED_ITEMS}.xml"))
                feed = _feed(host, paths[first : first + FEED_ITEMS])
                put(*feeds[-1], "application/rss+xml", feed)
    (folder / "index.json").write_text(json.dumps(index), encoding="ascii")
    files = folder / "answers.bin", folder / "index.json"
    return Edition(tuple(served), tuple(feeds), *files, size)


def corpus_pages(folder: Path, limit: int | None) -> Iterator[Made]:
    """Of a corpus as ``extraction/annotated.py`` describes it."""
    for page in load_pages(folder, limit=limit):
        data = page.file.read_bytes()
        html = gzip.decompress(data) if page.file.suffix == ".gz" else data
        charset = f"; charset={page.encoding}" if page.encoding else ""
        yield Made(html, f"text/html{charset}", page.gold, page.publisher)


def made_pages(count: int, hosts: int, seed: int = 1) -> Iterator[Made]:
    """``count`` of them, of ``hosts`` templates in turn."""
    press = Press(1)
    made = (press.word("en", rank) for rank in range(len(FUNCTION_WORDS), VOCABULARY))
    words = [*FUNCTION_WORDS, *made]
    writers = [_Newspaper(host, words, seed) for host in range(min(hosts, count))]
    for number in range(count):
        yield writers[number % len(writers)].page(number)


class _Newspaper:
    """One host's template, and its pages."""

    def __init__(self, host: int, words: Sequence[str], seed: int) -> None:
        self._seed = seed
        self._words = words
        self._weights = [*accumulate(1 / (rank + 2) for rank in range(len(words)))]
        chance = random.Random(f"{seed} template {host}")
        self._names = names = chance.choices(words[len(FUNCTION_WORDS) :], k=300)
        self._name = f"The {names[0].capitalize()} Post of {host}"
        styles = "".join(
            f".{a}-{b}__{c}{{margin:{chance.randrange(64)}px;color:#{chance.getrandbits(24):06x}}}"
            for a, b, c in (chance.choices(names, k=3) for _ in range(420))
        )
        scripts = "".join(
            f"function {a}{n}(e,t){{if(e.{b}>{chance.randrange(999)})return t('{c}',e);}}"
            for n, (a, b, c) in enumerate(chance.choices(names, k=3) for _ in range(520))
        )
        self._head = (
            '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            f'<meta property="og:site_name" content="{self._name}"><style>{styles}</style>'
            f"<script>{scripts}</script>"
        )
        self._menu = self._list_links(chance, 60, "menu")
        self._footer = self._list_links(chance, 50, "footer")

    def page(self, number: int) -> Made:
        chance = random.Random(f"{self._seed} page {number}")
        title = self._phrase(chance, 9).capitalize()
        author = " ".join(chance.choice(self._names).capitalize() for _ in range(2))
        at = FIRST - timedelta(minutes=7 * number)
        length, paragraphs = max(90, min(2500, int(chance.lognormvariate(6.3, 0.6)))), []
        while length > 0:
            size = chance.randint(25, 60)
            paragraphs.append(self._paragraph(chance, size))
            length -= size
        html = self._write(chance, title, author, at, paragraphs)
        gold = Gold(title, (author,), at.date().isoformat(), "\n".join(paragraphs))
        return Made(html.encode(), "text/html; charset=utf-8", gold, self._name)

    def _write(
        self, chance: random.Random, title: str, author: str, at: datetime, paragraphs: list[str]
    ) -> str:
        named = {"@type": "Person", "name": author}
        data = {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": title,
            "datePublished": at.isoformat(),
            "author": named,
            "publisher": {"@type": "Organization", "name": self._name},
        }
        state = [
            {"id": f"{chance.getrandbits(64):016x}", "title": self._phrase(chance, 9)}
            for _ in range(60)
        ]
        teasers = "".join(
            '<li class="teaser"><a class="teaser__link" '
            f'href="/story/{chance.randrange(10**6)}"><div class="teaser__image">'
            f'<img src="/media/{chance.randrange(10**6)}.jpg" alt=""></div>'
            f'<h3 class="teaser__title">{self._phrase(chance, 9)}</h3></a>'
            f'<div class="teaser__foot"><span>{chance.randint(2, 23)} hours ago</span></div></li>'
            for _ in range(30)
        )
        text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
        return (
            f'<!DOCTYPE html><html lang="en"><head><title>{title} - {self._name}</title>'
            f'<meta property="og:title" content="{title}"><meta property="og:type" '
            f'content="article"><meta name="author" content="{author}">'
            f'<meta property="article:published_time" content="{at.isoformat()}">'
            f'<script type="application/ld+json">{json.dumps(data)}</script>{self._head}</head>'
            f'<body><header class="site-header"><nav>{self._menu}</nav></header><main>'
            f'<article class="story"><h1 class="story__title">{title}</h1>'
            f'<div class="byline">By <a rel="author" href="/a/1">{author}</a></div>'
            f'<time datetime="{at.isoformat()}">{at:%d %B %Y}</time>'
            f'<div class="story__body">{text}</div></article>'
            f'<aside class="related"><h2>More on this</h2><ul>{teasers}</ul></aside></main>'
            f'<footer class="site-footer">{self._footer}<p>All rights reserved</p></footer>'
            f"<script>window.__STATE__={json.dumps(state)}</script></body></html>"
        )

    def _list_links(self, chance: random.Random, count: int, kind: str) -> str:
        items = "".join(
            f'<li class="{kind}__item {kind}__item--{n}">'
            f'<a class="{kind}__link" data-track="{a}-{n}" href="/{a}/{b}/">'
            f'<svg class="icon"><use href="#{b}"/></svg><span>{b.capitalize()}</span></a></li>'
            for n, (a, b) in enumerate(chance.choices(self._names, k=2) for _ in range(count))
        )
        return f'<ul class="{kind}__list">{items}</ul>'

    def _paragraph(self, chance: random.Random, count: int) -> str:
        sentences = []
        while count > 0:
            length = min(count, chance.randint(8, 20))
            sentences.append(self._phrase(chance, length).capitalize() + ".")
            count -= length
        return " ".join(sentences)

    def _phrase(self, chance: random.Random, count: int) -> str:
        return " ".join(chance.choices(self._words, cum_weights=self._weights, k=count))


def _feed(host: str, paths: Sequence[str]) -> bytes:
    """Addresses alone: what a page says is to be read on it."""
    items = "".join(f"<item><link>{path}</link></item>" for path in paths)
    return f'<rss version="2.0"><channel><title>{host}</title>{items}</channel></rss>'.encode()


def _head(content_type: str, length: int) -> bytes:
    lines = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n"
    return lines.encode("ascii")

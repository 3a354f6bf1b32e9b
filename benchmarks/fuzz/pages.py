"""Pages for the fuzzer: read as articles, as front pages, and for their JSON-LD."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from benchmarks.fuzz.promises import (
    NOW,
    BrokenPromiseError,
    check_article,
    check_link,
    check_texts,
    require,
)
from scraper.discovery.front_page import parse_front_page
from scraper.discovery.offers import declared_in
from scraper.errors import ParseError
from scraper.extraction import extract
from scraper.extraction.metadata.jsonld import read_jsonld
from scraper.extraction.paging.first_page import find_earlier
from scraper.extraction.paging.variants import find_variants
from scraper.isolation.answers import read_answer, write_result
from scraper.isolation.functions import PureFunction
from scraper.isolation.readers import (
    EXTRACT,
    FIND_EARLIER,
    FIND_VARIANTS,
    PARSE_FRONT_PAGE,
    extract_response,
)
from scraper.model.types import Article, Listing
from scraper.urls import parse_address

PAGES = Path(__file__).resolve().parents[2] / "tests" / "pages"
URL = "https://www.paper.example/news/2026/03/15/pier-to-be-widened?page=1"
LARGEST_SEED = 400_000
"""Of a page of a corpus, in bytes."""
_FAILED = "the extractor failed: "
_SCRIPT = re.compile(rb"<script[^>]*ld\+json[^>]*>(.*?)</script", re.S | re.I)
_DIGITS = re.compile(r"\d[\d,]*")


@lru_cache(maxsize=1)
def saved_pages() -> Sequence[bytes]:
    """The pages of the tests, the founding article among them."""
    return [path.read_bytes() for path in sorted(PAGES.glob("*/page.html"))]


@lru_cache(maxsize=4)
def corpus_pages(folder: str) -> Sequence[bytes]:
    """The pages of a corpus in the format of ``crawl/serve_corpus.py``, but the very large ones."""
    root, found = Path(folder), []
    for line in (root / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        data = (root / json.loads(line)["html"]).read_bytes()
        page = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
        if len(page) <= LARGEST_SEED:
            found.append(page)
    return found


@lru_cache(maxsize=1)
def linked_data() -> Sequence[bytes]:
    return [block for page in saved_pages() for block in _SCRIPT.findall(page)]


# --------------------------------------------------------------------- readers


def read_page(data: bytes) -> tuple[str, str]:
    """As the sandbox's child reads it. What is wanted of headers and addresses follows from the
    page's own bytes, so that the same page is always read in the same way."""
    url, headers = setting_of(data)
    if len(data) % 7:
        article = extract_response(data, url, headers, NOW)
    else:  # as from Python, where nobody knows where the page was
        article = extract(data, headers=dict(headers), now=NOW)
    if article.evidence.startswith(_FAILED):
        raise BrokenPromiseError(article.evidence)
    shown = repr(article)
    check_texts(article, shown)
    check_article(article, len(data))
    answered, _ = read_answer(*write_result(article), EXTRACT, (data, article.canonical_url or url))
    require(answered == article, "an article crosses the pipe whole")
    markdown = article.to_markdown()
    check_texts(markdown, repr(markdown))
    return outcome_of(article), shown


def setting_of(data: bytes) -> tuple[str, tuple[tuple[str, str], ...]]:
    """An address and headers, different for different pages."""
    choice = sum(data[:64]) + len(data)
    types = ("text/html", "text/html; charset=utf-8", "", "text/html; charset=windows-1251",
             "text/html;charset=UTF-16", "application/xhtml+xml; charset=shift_jis")  # fmt: skip
    headers = (("Content-Type", types[choice % len(types)]), ("Content-Language", "xx-\u0130"))
    return parse_address(URL if choice % 5 else "http://[2001:db8::1]:8080/a/b;c?d=e"), headers


def outcome_of(article: Article) -> str:
    """The verdict, or why the page was not parsed."""
    if article.evidence.startswith("not parsed"):
        return refusal(article.evidence)
    return article.verdict.value


def refusal(reason: str) -> str:
    """What came of an input that was not read, for a reason: the same for all numbers."""
    return f"refused: {_DIGITS.sub('N', reason)}"


def read_front_page(data: bytes) -> tuple[str, str]:
    """Everything else that reads a page: its links, what it offers, its other versions."""
    url, headers = setting_of(data)
    media_type = headers[0][1]
    others = (
        declared_in(data, url),
        find_variants(data, url, media_type),
        find_earlier(data, url, media_type),
    )
    check_texts(others, repr(others))
    check_crossing(others[1], FIND_VARIANTS)
    check_crossing(others[2], FIND_EARLIER)
    try:
        listing = parse_front_page(data, url, media_type)
    except ParseError as error:
        check_texts(str(error), repr(str(error)))
        return refusal(str(error).partition(": ")[2]), repr(others)
    check_listing(listing, len(data))
    return ("links" if listing.links else "no links"), repr((others, listing))


def check_crossing(result: object, function: PureFunction[Any]) -> None:
    answered, _ = read_answer(*write_result(result), function, ())
    require(answered == result, "a result crosses the pipe whole")


def check_listing(listing: Listing, size: int) -> None:
    check_texts(listing, repr(listing))
    check_crossing(listing, PARSE_FRONT_PAGE)
    for link in (*listing.links, *listing.sitemaps):
        check_link(link)
    urls = [link.url for link in listing.links]
    require(len(set(urls)) == len(urls), "each address is listed once")
    require(len(urls) <= max(10, size // 2), "no more links than the document has room for")


def read_linked_data(data: bytes) -> tuple[str, str]:
    """``read_jsonld`` alone, on texts as the parser gives them: no NUL and no lone surrogate,
    which the JSON's own escapes bring back."""
    text = data.decode("utf-8", "replace").replace("\0", "")
    graph = read_jsonld([text, text[: len(text) // 2]])
    found = (graph.articles, graph.pages, graph.publisher, graph.breadcrumbs)
    check_texts(found, repr(found))
    outcome = "nodes" if graph.articles or graph.pages else "no node"
    return outcome, repr((found, sorted(graph.types)))

"""Readers of sources and of short texts, as the fuzzer calls them: bytes → what came of it."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.fuzz.pages import URL, check_listing, setting_of
from benchmarks.fuzz.promises import (
    NOW,
    YEARS,
    check_address,
    check_canonical,
    check_texts,
    require,
)
from scraper.discovery.documents import parse_source
from scraper.errors import AddressError, ParseError
from scraper.extraction.byline import parse_byline
from scraper.extraction.dates import parse_date
from scraper.fetch.politeness.robots import MAX_BYTES, decode_robots, parse_robots
from scraper.urls import (
    canonical_url,
    choose_canonical,
    date_in_path,
    host_of,
    join_address,
    origin_of,
    parse_address,
    site_of,
    url_key,
)


def any_text(data: bytes) -> str:
    """Any text at all: UTF-8, in which lone surrogates may stand."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace")


def read_source_document(data: bytes) -> tuple[str, str]:
    """A feed or a sitemap, by ``parse_source`` as a poll calls it."""
    url, headers = setting_of(data)
    try:
        kind, listing = parse_source(data, url, headers[0][1] or None)
    except ParseError as error:
        check_texts(str(error), repr(str(error)))
        return "refused: ParseError", str(error)
    check_listing(listing, max(len(data), len(data) * 1000 * (data[:2] == b"\x1f\x8b")))
    check_address(listing.older, "the page of older entries")
    return kind.value, repr(listing)


def read_robots(data: bytes) -> tuple[str, str]:
    """In the parent itself, as the fetcher does: so no more than the cap of it."""
    rules = parse_robots(decode_robots(data[:MAX_BYTES]), "https://post.example")
    delay = rules.crawl_delay
    allowed = [rules.allows(url) for url in (URL, "https://post.example/", f"{URL}&{'a' * 4000}")]
    for sitemap in rules.sitemaps:
        check_address(sitemap, "a sitemap that robots.txt names")
    require(delay is None or delay == delay, "a delay is a number")
    shown = repr((allowed, delay, rules.sitemaps))
    check_texts(rules.sitemaps, shown)
    return ("allowed" if allowed[0] else "forbidden"), shown


def read_date(data: bytes) -> tuple[str, str]:
    """The language in the first line, the text behind it."""
    language, _, text = any_text(data).partition("\n")
    found = [parse_date(text, language=language, now=now) for now in (NOW, None)]
    for parsed in found:
        require(parsed is None or parsed.value.year in YEARS, "a date is in a year of newspapers")
    return ("date" if found[0] else "none"), repr(found)


def read_byline(data: bytes) -> tuple[str, str]:
    language, _, text = any_text(data).partition("\n")
    found = [
        parse_byline(text, language=language, site_name="The Post", stated=stated)
        for stated in (False, True)
    ]
    check_size = sum(len(name) for name in found[0].authors)
    require(check_size <= 2 * len(text) + 100, "the names are no longer than the credit")
    return ("authors" if found[0].authors else "none"), repr(found)


def read_url(data: bytes) -> tuple[str, str]:
    text = any_text(data)
    seen: list[object] = []
    for make in (parse_address, lambda given: join_address(URL, given)):
        try:
            url = make(text)
        except AddressError as error:
            check_texts(str(error), repr(str(error)))
            seen.append(str(error))
            continue
        check_address(url, "a checked address")
        require(url.isascii(), "a checked address is ASCII")
        seen += [url, host_of(url), origin_of(url), site_of(url), date_in_path(url), url_key(url)]
        seen += _canonical_forms(url)
    return ("refused: AddressError" if isinstance(seen[-1], str) else "address"), repr(seen)


def _canonical_forms(url: str) -> Iterator[object]:
    canonical = canonical_url(url)
    check_canonical(canonical)
    yield canonical
    yield choose_canonical(URL, url)
    yield [choose_canonical(url, URL)]

"""What a document is, told by its own bytes."""

from __future__ import annotations

import asyncio
import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.discovery.documents import parse_source
from scraper.errors import ParseError
from scraper.isolation.readers import PARSE_SOURCE
from scraper.isolation.sandbox import Sandbox
from scraper.model.types import Listing, SourceKind
from tests.discovery.test_feeds import ATOM, RDF, RSS
from tests.discovery.test_jsonfeed import FEED
from tests.discovery.test_sitemaps import DRUPAL, GOOGLE_NEWS, WORDPRESS, YOAST_INDEX
from tests.tables import each_row

URL = "https://news.example/source"
JSON_FEED = json.dumps(FEED, indent=1).encode()
ADDRESSES = b"https://news.example/1\nhttps://news.example/2\n"
FEEDS = (RSS, ATOM, RDF, JSON_FEED)
SITEMAPS = (WORDPRESS, YOAST_INDEX, GOOGLE_NEWS, DRUPAL, ADDRESSES)
PAGE = b"<!DOCTYPE html><html><head><title>x</title></head><body><p>Not found</p></body></html>"


def count(listing: Listing) -> int:
    return len(listing.links) + len(listing.sitemaps)


@each_row(
    "content_type", [None, "text/html", "application/octet-stream", "application/json", "; x"]
)
@each_row("body", FEEDS + SITEMAPS)
def test_every_kind_whatever_its_content_type(body: bytes, content_type: str | None) -> None:
    kind, listing = parse_source(body, URL, content_type)
    assert kind == (SourceKind.FEED if body in FEEDS else SourceKind.SITEMAP)
    assert count(listing) > 0
    assert listing.complete


@each_row("body", FEEDS + SITEMAPS)
def test_every_kind_in_gzip_and_behind_junk(body: bytes) -> None:
    expected = parse_source(body, URL, None)
    assert parse_source(gzip.compress(body), URL, "application/x-gzip") == expected
    assert parse_source(b"\n \n" + body, URL, None)[0] == expected[0]
    marked = b"\xef\xbb\xbf" + body
    assert body == ATOM or parse_source(marked, URL, None) == expected  # that one is Latin-1


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_characters_without_a_byte_order_mark(encoding: str) -> None:
    for body in (RSS, DRUPAL, JSON_FEED, ADDRESSES):
        body = body.replace(b"UTF-8", encoding.encode())
        assert parse_source(body.decode().encode(encoding), URL, None) == (
            parse_source(body, URL, None)
        )


def test_a_warning_before_the_root_element() -> None:
    warning = b"<br />\n<b>Warning</b>: Undefined index in <b>feed.php</b><br />\n"
    assert parse_source(warning + WORDPRESS, URL, "text/html")[0] is SourceKind.SITEMAP
    kind, feed = parse_source(warning + RSS, URL, "text/html")
    assert kind is SourceKind.FEED
    assert count(feed) > 0


def test_markup_inside_of_a_feed_does_not_tell() -> None:
    body = b"""<!-- <html> --><rss version="2.0"><channel><item><link>https://news.example/1</link>
    <description><![CDATA[<!DOCTYPE html><html><urlset>]]></description></item></channel></rss>"""
    kind, feed = parse_source(body, URL, None)
    assert kind is SourceKind.FEED
    assert count(feed) == 1


def test_a_document_cut_short_is_not_complete() -> None:
    for body in (RSS, WORDPRESS):
        _, listing = parse_source(gzip.compress(body)[:-12], URL, None)
        assert count(listing) > 0
        assert not listing.complete


@each_row(
    ("body", "content_type", "problem"),
    [
        (b"", None, "empty"),
        (b" \r\n", "text/xml", "empty"),
        (gzip.compress(b""), None, "empty"),
        (PAGE, "application/rss+xml", "an HTML page"),
        (gzip.compress(PAGE), "application/gzip", "an HTML page"),
        (b"<!-- <rss> --> <HTML lang=id>", "text/xml", "an HTML page"),
        (b"<!doctype html><title>Page</title><p>Text", None, "an HTML page"),
        (b"<div>Fragment</div>", "text/html; charset=utf-8", "an HTML page"),
        (b"<?xml version='1.0'?><opml version='2.0'><body/></opml>", None, "an OPML list"),
        (b"<?xml version='1.0'?><svg></svg>", None, "another kind of XML"),
        (b"{}", None, "no JSON Feed"),
        (b"[1, 2]", "application/json", "no JSON Feed"),
        (b"%PDF-1.7", "application/pdf", "a PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "image/png", "a binary file"),
        (b"See https://news.example/ for more.", "text/plain", "another kind"),
        (b'<rss version="2.0"><chan', None, "broken feed"),
    ],
)
def test_what_is_no_source_says_what_it_is(
    body: bytes, content_type: str | None, problem: str
) -> None:
    with pytest.raises(ParseError, match=f"^{URL}: .*{problem}") as caught:
        parse_source(body, URL, content_type)
    assert "\n" not in str(caught.value)


def test_a_bomb_is_not_unpacked_to_be_told() -> None:
    bomb = gzip.compress(b"<html>" + b" " * 60_000_000, 1)
    with pytest.raises(ParseError, match="HTML page"):
        parse_source(bomb, URL, None)
    with pytest.raises(ParseError, match="more than 50 MiB"):
        parse_source(gzip.compress(b"<rss>" + b" " * 60_000_000, 1), URL, None)


def test_it_runs_in_the_sandbox() -> None:
    async def read(body: bytes) -> object:
        async with Sandbox(workers=1) as sandbox:
            return await sandbox.run(PARSE_SOURCE, body, URL, None)

    assert asyncio.run(read(GOOGLE_NEWS)) == parse_source(GOOGLE_NEWS, URL, None)
    with pytest.raises(ParseError, match="an HTML page"):
        asyncio.run(read(PAGE))


@given(
    st.sampled_from([b"", b"{", RSS[:120], WORDPRESS[:150], gzip.compress(DRUPAL)[:-9], PAGE[:20]]),
    st.binary(max_size=100),
)
def test_any_bytes_give_a_listing_or_a_parse_error(head: bytes, tail: bytes) -> None:
    try:
        _, listing = parse_source(head + tail, URL, None)
    except ParseError as error:
        assert "\n" not in str(error)
    else:
        assert all(link.url.startswith("http") for link in listing.links)

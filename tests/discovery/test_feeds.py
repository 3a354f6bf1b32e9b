"""Feeds of every dialect, and what is none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.discovery.documents import feeds
from scraper.discovery.documents.feeds import parse_feed
from scraper.errors import ParseError
from scraper.model.types import Listing
from tests.tables import each_row

URL = "https://news.example/feeds/all"

RSS = b"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title> Karo  Post </title><ttl>90</ttl>
<item><title>One &amp; only</title><link>https://news.example/1?utm_source=rss</link>
<pubDate>Mon, 02 Sep 2024 13:27:00 +0700</pubDate></item>
<item><title>Two</title><link> /2 </link></item>
<item><title>Again</title><link>/2</link></item>
<item><title>By guid</title><guid isPermaLink="true">https://news.example/3</guid></item>
<item><title>No address</title><guid isPermaLink="false">tag:news.example,2024:4</guid></item>
<item><title>Mail</title><link>mailto:desk@news.example</link></item>
</channel></rss>"""

ATOM = """<?xml version="1.0" encoding="iso-8859-1"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>B\u00fccher</title>
<entry><title type="html">&lt;b&gt;Sch\u00f6n&lt;/b&gt;</title>
<id>urn:1</id><updated>2024-09-02T06:27:00Z</updated>
<link rel="self" href="/self"/><link rel="alternate" type="text/html" href="eins"/></entry>
</feed>""".encode("latin-1")

RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
<channel rdf:about="x"><title>R</title><sy:updatePeriod>daily</sy:updatePeriod>
<sy:updateFrequency>4</sy:updateFrequency></channel>
<item rdf:about="https://news.example/r1"><title>R1</title><link>https://news.example/r1</link></item>
</rdf:RDF>"""


def test_rss() -> None:
    feed = parse_feed(RSS, URL, "application/rss+xml")
    assert feed.title == "Karo Post"
    assert feed.ttl == timedelta(minutes=90)
    assert feed.complete
    assert [link.url for link in feed.links] == [
        "https://news.example/1?utm_source=rss",
        "https://news.example/2",
        "https://news.example/3",
    ]
    assert feed.links[0].title == "One & only"
    assert feed.links[0].published_at == datetime(2024, 9, 2, 6, 27, tzinfo=UTC)


def test_atom_in_another_encoding() -> None:
    feed = parse_feed(ATOM, URL, "application/atom+xml")
    assert feed.title == "Bücher"
    assert [(link.url, link.title) for link in feed.links] == [
        ("https://news.example/feeds/eins", "Schön")
    ]


def test_rdf_with_its_update_period() -> None:
    feed = parse_feed(RDF, URL)
    assert [link.url for link in feed.links] == ["https://news.example/r1"]
    assert feed.ttl == timedelta(hours=6)


def test_a_feed_without_news_is_a_feed() -> None:
    feed = parse_feed(b'<rss version="2.0"><channel><title>T</title></channel></rss>', URL)
    assert feed.links == ()


def test_a_feed_without_anything_is_one_whatever_its_content_type() -> None:
    assert parse_feed(b'<rss version="2.0"></rss>', URL, "text/plain") == Listing()


def test_a_feed_that_breaks_midway_gives_what_it_has() -> None:
    feed = parse_feed(RSS[: RSS.index(b"<item><title>Again")], URL)
    assert [link.url for link in feed.links][-1] == "https://news.example/2"
    assert not feed.complete


@each_row(
    "body",
    [
        b"",
        b"  \n",
        b"<!DOCTYPE html><html><body><p>Not found</p></body></html>",
        b"{}",
        b"\x00\x01\xff\xfe",
        b'<rss version="2.0"><chan',
        b"%PDF-1.7",
        b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'></urlset>",
    ],
)
def test_what_is_no_feed_says_so(body: bytes) -> None:
    with pytest.raises(ParseError, match=f"^{URL}: "):
        parse_feed(body, URL, "application/rss+xml")


def test_publication_and_update_are_two_times() -> None:
    body = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>
    <entry><link href="/1"/><published>2024-09-01T00:00:00Z</published>
    <updated>2024-09-02T13:27:00+07:00</updated></entry>
    <entry><link href="/2"/><updated>2024-09-02T06:27:00Z</updated></entry>
    <entry><link href="/3"/><published>2199-01-01T00:00:00Z</published></entry>
    <entry><link href="/4"/><updated>soon</updated></entry></feed>"""
    updated = datetime(2024, 9, 2, 6, 27, tzinfo=UTC)
    assert [(link.published_at, link.modified_at) for link in parse_feed(body, URL).links] == [
        (datetime(2024, 9, 1, tzinfo=UTC), updated),
        (None, updated),
        (datetime(2199, 1, 1, tzinfo=UTC), None),
        (None, None),
    ]


def test_a_date_of_dublin_core_says_when_it_was_changed() -> None:
    body = RDF.replace(
        b"</item>",
        b'<d:date xmlns:d="http://purl.org/dc/elements/1.1/">2024-09-02T13:27+07:00</d:date></item>',
    )
    (link,) = parse_feed(body, URL).links
    assert link.published_at is None
    assert link.dated_at == link.modified_at == datetime(2024, 9, 2, 6, 27, tzinfo=UTC)


@pytest.mark.parametrize(
    ("links", "older"),
    [
        ('<link rel="next" href="?page=2"/>', "https://news.example/feeds/all?page=2"),
        (
            '<link rel="next" href="?page=2"/><link rel="Prev-Archive" href="/2024/08.atom"/>',
            "https://news.example/2024/08.atom",
        ),
        ('<link rel="next" href="all#top"/>', None),  # the same document again
        ('<link rel="next" href="javascript:x"/><link rel="next"/>', None),
        ('<link rel="self" href="all"/><link rel="previous" href="?page=0"/>', None),
        ('<entry><link rel="next" href="/2"/><link href="/1"/></entry>', None),
    ],
)
def test_where_older_entries_are(links: str, older: str | None) -> None:
    atom = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>{links}</feed>'
    assert parse_feed(atom.encode(), URL).older == older


def test_where_older_items_are() -> None:
    body = RSS.replace(
        b"<ttl>", b'<a:link xmlns:a="http://www.w3.org/2005/Atom" rel="next" href="/p2"/><ttl>'
    )
    assert parse_feed(body, URL).older == "https://news.example/p2"


@pytest.mark.parametrize(
    ("declared", "actual"),
    [("utf-8", "iso-8859-1"), ("iso-8859-1", "iso-8859-1"), ("x-none", "utf-8")],
)
def test_a_declared_encoding_may_be_wrong(declared: str, actual: str) -> None:
    text = f"""<?xml version="1.0" encoding="{declared}"?><rss version="2.0"><channel>
    <title>B\u00fccher</title><item><link>/1</link><title>Sch\u00f6n</title></item>
    </channel></rss>"""
    feed = parse_feed(text.encode(actual), URL, "text/xml")
    assert [(link.url, link.title) for link in feed.links] == [
        ("https://news.example/1", "Sch\u00f6n")
    ]


@pytest.mark.parametrize(
    "broken",
    [
        RSS.replace(b"One &amp; only", b"One & only &nbsp;"),
        RSS.replace(b"<title>Two</title>", b"<title>Two < three</title>"),
        RSS.replace(b"<title>Two</title>", b"<title>Two\x0b\0</title>"),
        b"<br /><b>Warning</b>: x in <b>y</b>\n" + RSS,
        b"\n\n" + RSS,
        RSS + b"<script>x()</script>",
    ],
)
def test_broken_xml_costs_no_address(broken: bytes) -> None:
    feed = parse_feed(broken, URL)
    assert {link.url for link in feed.links} >= {link.url for link in parse_feed(RSS, URL).links}


def test_titles_can_be_stored() -> None:
    body = RSS.replace(b"One &amp; only", b"One &#xD800; & &#0; only\x1b[31m")
    first = parse_feed(body, URL).links[0]
    assert first.title == "One \ufffd & only[31m"


def test_references_to_no_character_break_nothing() -> None:
    body = RSS.replace(b"One &amp; only", b"One&#8;&#x0;&#31; &amp; &#xD800;&#xffff;&#x110000;")
    feed = parse_feed(body, URL)
    assert feed.links[0].title == "One & \ufffd\ufffd\ufffd"
    assert feed.complete
    ours = RSS.replace(b"One &amp; only", b"&#66;&#xFC;cher&#10;&#x1F4F0;")
    assert parse_feed(ours, URL).links[0].title == "B\u00fccher \U0001f4f0"


@pytest.mark.parametrize("item", [b"item", b"ITEM"])
def test_more_items_than_a_document_may_have(monkeypatch: pytest.MonkeyPatch, item: bytes) -> None:
    monkeypatch.setattr(feeds, "MAX_ITEMS", 5)
    items = [b"<item><link>/%d</link></item>".replace(b"item", item) % n for n in range(9)]
    start, end = b'<rss version="2.0"><channel>', b"<title>T</title></channel></rss>"
    feed = parse_feed(start + b"".join(items) + end, URL)
    assert [link.url[-1] for link in feed.links[:5]] == ["0", "1", "2", "3", "4"]
    assert len(feed.links) <= 6
    assert not feed.complete
    whole = parse_feed(start + b"".join(items[:5]) + end, URL)
    assert whole.links == feed.links[:5]
    assert whole.title == "T"


def test_a_document_that_is_the_name_of_a_file_opens_none(tmp_path: Path) -> None:
    path = tmp_path / "feed"
    path.write_bytes(b"<rss><channel><item><link>https://x.example/</link></item></channel></rss>")
    assert len(parse_feed(path.read_bytes(), "https://x.example/feed").links) == 1
    with pytest.raises(ParseError, match="not a feed"):
        parse_feed(bytes(path), "https://x.example/feed")


def test_entities_from_outside_are_not_read() -> None:
    hostile = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>
    <rss version="2.0"><channel><title>&x;</title>
    <item><title>t&x;</title><link>https://news.example/1</link></item></channel></rss>"""
    feed = parse_feed(hostile, URL)
    assert "root:" not in (feed.title or "")
    assert "root:" not in (feed.links[0].title or "")


@given(st.binary(max_size=300), st.sampled_from([b"", RSS[:200], ATOM[:150], RDF[:200]]))
def test_any_bytes_give_a_feed_or_a_parse_error(tail: bytes, head: bytes) -> None:
    try:
        feed = parse_feed(head + tail, URL, None)
    except ParseError as error:
        assert "\n" not in str(error)
    else:
        assert all(link.url.startswith("http") for link in feed.links)


RDF_HEAD = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns="http://purl.org/rss/1.0/"><channel rdf:about="/"><title>Post</title></channel>'
)


@pytest.mark.parametrize(
    "cut",
    [
        '<rss version="2.0"><channel><title>Post</title><link>http://news.example/</link>',
        '<rss version="2.0"><channel><title>Post</title><item><title>A sto',
        '<rss version="2.0"><channel><title>Post</title><item><title>A</title></item><item>',
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Post</title><updated>2026-03-01',
        RDF_HEAD,
        RDF_HEAD + "<item>",
    ],
)
def test_a_feed_that_breaks_off_before_its_first_link_is_refused(cut: str) -> None:
    with pytest.raises(ParseError, match="breaks off before its first item"):
        parse_feed(cut.encode(), URL)


@each_row(
    "empty",
    [
        '<rss version="2.0"><channel><title>Post</title></channel></rss>',
        '<rss version="2.0"><channel><title>Post & Co</title></channel></rss>',
        '<rss version="2.0"><channel><title>Post & Co</title></channel>',
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Post</title></feed>',
        '<feed xmlns="http://www.w3.org/2005/Atom"/>',
        f"{RDF_HEAD}</rdf:RDF>",
        '<rss version="2.0"><channel><title>Post</title></channel></rss>\n<!-- 0.1 s -->',
    ],
)
def test_an_empty_feed_that_ends_is_a_good_one(empty: str) -> None:
    assert parse_feed(empty.encode(), URL).links == ()

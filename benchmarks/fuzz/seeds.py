# ruff: noqa: E501 - documents as they are written
"""Small good inputs of every kind but pages, for the fuzzer to damage."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from functools import lru_cache

from benchmarks.fuzz.pages import PAGES
from tests.storage.warc.makers import answer, by_gzip, by_zstd, in_zip, numbered, record

_FEEDS = (
    b"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0"
xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
xmlns:media="http://search.yahoo.com/mrss/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
<channel><title>The Post &amp; Mail</title><link>https://post.example/</link><ttl>60</ttl>
<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>
<item><title><![CDATA[Pier <b>widened</b>]]></title><link>/2026/03/pier</link><guid isPermaLink="false">1</guid>
<pubDate>Sun, 15 Mar 2026 08:30:00 +0700</pubDate><dc:creator>Ann Lee</dc:creator>
<content:encoded><![CDATA[<p>Long text</p>]]></content:encoded><media:content url="/a.jpg"/></item>
<item><title>Second</title><guid>https://post.example/second?a=1&amp;b=2</guid>
<pubDate>Sat, 14 Mar 2026 25:61:00 PST</pubDate></item></channel></rss>""",
    """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://post.example/">
<title type="html">Posten &lt;i&gt;på&lt;/i&gt; øen</title><updated>2026-03-15T08:00:00Z</updated>
<link rel="next" href="/feed?page=2"/><link rel="prev-archive" href="feed/2026-02"/>
<entry><id>tag:post.example,2026:1</id><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A
<em>b</em></div></title><link href="a"/><published>2026-03-15T08:00:00+01:00</published>
<updated>2026-03-15T09:00:00.123Z</updated></entry>
<entry><link rel="alternate" href="b"/><link rel="enclosure" href="c"/></entry></feed>""".encode(),
    b"""<?xml version="1.0" encoding="ISO-8859-1"?><rdf:RDF xmlns="http://purl.org/rss/1.0/"
xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://post.example/"><title>Caf\xe9</title></channel>
<item rdf:about="https://post.example/a"><title>A</title><link>https://post.example/a</link>
<dc:date>2026-03-15</dc:date></item></rdf:RDF>""",
    json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "Posten",
            "next_url": "https://post.example/feed?page=2",
            "items": [
                {"id": "1", "url": "/a", "title": "A", "date_published": "2026-03-15T08:00:00Z"},
                {"id": "https://post.example/b", "date_modified": "2026-03-15T08:00:00.5+07:00"},
                {"id": 3, "external_url": "https://other.example/c", "title": None},
            ],
        }
    ).encode(),
)

_SITEMAPS = (
    b"""<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><!-- made by hand -->
<url><loc>https://post.example/a?b=1&amp;c=2</loc><lastmod>2026-03-15T08:00:00+07:00</lastmod>
<news:news><news:publication><news:name>Post</news:name><news:language>en</news:language></news:publication>
<news:publication_date>2026-03-15</news:publication_date><news:title>Pier &#x201c;widened&#x201d;</news:title>
</news:news><image:image><image:loc>https://post.example/a.jpg</image:loc></image:image></url>
<url><loc><![CDATA[https://post.example/b]]></loc><lastmod>2026-03</lastmod></url></urlset>""",
    b"""<sitemapindex><sitemap><loc>https://post.example/sitemap-1.xml.gz</loc>
<lastmod>2026-03-15</lastmod></sitemap><sitemap><loc>/sitemap-2.xml</loc></sitemap></sitemapindex>""",
    b"\xef\xbb\xbf# pages\nhttps://post.example/a\nhttps://post.example/b?c=d\n",
    gzip.compress(b"<urlset><url><loc>https://post.example/a</loc></url></urlset>", mtime=0),
)

_ROBOTS = (
    b"""# our rules
User-agent: *
Disallow: /search
Disallow: /*?sort=
Disallow: /private*.html$
Allow: /private/open
Crawl-delay: 2.5
Request-rate: 1/10s 0900-1700
Visit-time: 0600-0845

User-agent: kliping
User-agent: OtherBot/1.0
Allow: /
Disallow: /%7euser/%C3%A9
Sitemap: https://post.example/sitemap.xml
Sitemap: /news.xml
""",
    "\ufeffUSER AGENT kliping\r\nDisallow:\r\rdisallow /ärger\nsite-map https://post.example/s\n".encode(),
    b"User-agent: *\nCrawl-delay: 1e400\nDisallow: /\nHost: post.example\nClean-param: ref /a/\n",
)

_URLS = (
    "https://www.paper.example/news/2026/03/15/pier?utm_source=x&b=2&a=1#top",
    "http://m.paper.example:80/amp/story.amp.html?amp=1&outputType=amp",
    "HTTPS://Bücher.Example:443/%7Euser/a%20b/../c/;x//",
    "http://[2001:db8::1]:8080/a;b?c=d&e",
    "http://user:secret@192.168.0.1/%zz?q=%E4%BD%A0",
    "//cdn.paper.example/a.jpg",
    "../b/./c?d#e",
    "mailto:ann@paper.example",
    "http://xn--bcher-kva.example./a",
    "http://1.2.3/20260315-story",
    "http://paper.example" + "/a" * 300 + "?" + "b=c&" * 300,
)

_OPMLS = (
    b"""<?xml version="1.0" encoding="UTF-8"?><opml version="2.0"><head><title>x</title></head><body>
<outline text="Papers / Local"><outline type="rss" text="Post" title="The Post"
xmlUrl="https://post.example/feed.xml"/><outline text="In\\ner"><outline xmlUrl="b" category="/A/B,/C"/>
</outline></outline><outline TYPE="page" XMLURL="https://mail.example/"/></body></opml>""",
    """<?xml version="1.0" encoding="utf-16"?><opml><body><outline text="ø" xmlUrl="https://a.example/"/>
</body></opml>""".encode("utf-16"),
    b"# comment\nhttps://post.example/feed.xml\n\nhttps://post.example/ # front page\n",
)

_CONFIGS = (
    b"""[fetch]
deadline = 30
max_bytes = 10_000_000
allow_private = false
user_agent = "kliping (+https://me.example/)"
[pace]
min_delay = 1.5
max_crawl_delay = 60
concurrency = 32
[rules."paper.example"]
title = "h1.headline > span:not(.kicker)"
authors = "[rel~=author], .byline a:nth-child(2n+1)"
published = "time[datetime]"
body = "article .text"
remove = [".promo", "aside", "div:has(> .ad)"]
single_page = "?page=all"
[sites."paper.example"]
headers = { X-Key = "abc" }
cookies = "session=1; other=2"
insecure = true
""",
    b'[rules."a.example"]\nbody = ""\n[rules."b.example"]\nremove = []\nsingle_page = "/all?x=1"\n'
    b"[pace]\nmin_delay = inf\n[fetch]\ndeadline = nan\nmax_bytes = 0x7fffffff\n",
    b"# Netscape HTTP Cookie File\n.paper.example\tTRUE\t/\tTRUE\t1900000000\tsession\tabc\n"
    b"#HttpOnly_paper.example\tFALSE\t/news\tFALSE\t0\tother\t\n",
)

_QUERIES = (
    'harbour -fish "two words" title:pier* author:"Ann Lee"',
    "site:post.example lang:en after:2026-03 before:7d OR bridge",
    '-"never this" AND one OR OR two* :x body:y after:soon site: "',
    "昨日の記事 海* Straße İstanbul ﬁsh a\u0301 שלום",
    'NEAR(a b, 3) {title}: ^x "a" + "b" NOT (c) col:d; DROP TABLE search --',
)


@lru_cache(maxsize=1)
def dates() -> Sequence[bytes]:
    rows = json.loads((PAGES.parent / "data" / "dates.json").read_text(encoding="utf-8"))
    return [f"{row['lang']}\n{row['text']}".encode() for row in rows]


@lru_cache(maxsize=1)
def bylines() -> Sequence[bytes]:
    rows = json.loads((PAGES.parent / "data" / "bylines.json").read_text(encoding="utf-8"))
    return [f"{row['lang']}\n{row['text']}".encode() for row in rows]


@lru_cache(maxsize=1)
def web_archives() -> Sequence[bytes]:
    """WARC plain, by gzip and by zstd, a WACZ, and an answer in chunks, packed."""
    page = gzip.compress(b"<p>story</p>" * 20, mtime=0)
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(page), page)
    headers = [("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip")]
    records = [
        record(None, b"software: x\r\n", "warcinfo"),
        record("https://post.example/a", answer(chunked, headers)),
        record("https://post.example/b", answer(b"", [("Location", "/c")], 302)),
        record("https://post.example/a", b"HTTP/1.1 200 OK\r\n\r\n", "revisit",
               WARC_Refers_To="<urn:test:1>", WARC_Block_Digest="sha1:AAAA"),
        *numbered(2),
    ]  # fmt: skip
    plain = b"".join(records)
    return [
        plain,
        by_gzip(records),
        gzip.compress(plain, mtime=0),
        by_zstd(records),
        by_zstd(records, b"WARC/1.0\r\nWARC-Type: response", packed=True),
        in_zip({"archive/a.warc.gz": by_gzip(records), "datapackage.json": b"{}"}),
        in_zip({"archive/a.warc": plain}, 8),
    ]


def feeds() -> Sequence[bytes]:
    return _FEEDS


def sitemaps() -> Sequence[bytes]:
    return _SITEMAPS


def robots() -> Sequence[bytes]:
    return _ROBOTS


def source_lists() -> Sequence[bytes]:
    return _OPMLS


def configs() -> Sequence[bytes]:
    return _CONFIGS


def urls() -> Sequence[bytes]:
    return [url.encode() for url in _URLS]


def queries() -> Sequence[bytes]:
    return [query.encode() for query in _QUERIES]

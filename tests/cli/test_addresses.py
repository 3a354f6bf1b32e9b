"""Lists of addresses: lines, comments, OPML, and what is neither."""

from __future__ import annotations

import pytest

from commands.addresses import check_addresses, parse_lines
from commands.exits import UsageError
from commands.sources.opml import parse_opml
from tests.cli.newspaper import feed, story
from tests.cli.running import Kliping, RunHere
from tests.servers import Server, redirect, reply
from tests.tables import each_row


def test_lines() -> None:
    content = (
        "\ufeff# my feeds\r\n\r\nhttp://a.example/feed#top\r\n  https://b.example/ü  # the second\n"
        "#http://off.example/\n\thttp://c.example/#x"
    ).encode()
    items = parse_lines(content, "f")
    assert [(item.text, item.where) for item in items] == [
        ("http://a.example/feed#top", "f, line 3"),
        ("https://b.example/ü", "f, line 4"),
        ("http://c.example/#x", "f, line 6"),
    ]


def test_every_bad_line_is_named_and_the_good_ones_stay() -> None:
    items = parse_lines(b"http://a.example/\nnonsense\nftp://b/\nhttp://c.example/\n", "f")
    checked = check_addresses(items)
    assert [url for url, _ in checked.good] == ["http://a.example/", "http://c.example/"]
    assert len(checked.problems) == 2
    assert checked.problems[0].startswith("f, line 2: 'nonsense'")
    assert checked.problems[1].startswith("f, line 3: 'ftp://b/'")


def test_a_file_of_another_kind_is_told_in_few_lines() -> None:
    checked = check_addresses(parse_lines(b"some words\n" * 22, "f"))
    assert len(checked.problems) == 22
    told = [*checked.told]
    assert told[:-1] == [*checked.problems[:20]]
    assert told[-1] == "and 2 more lines without an address"
    assert len([*check_addresses(parse_lines(b"some words\n" * 20, "f")).told]) == 20


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(UsageError, match="UTF-8"):
        parse_lines(b"http://a/\xff\xfe", "f")


OPML = """<?xml version="1.0" encoding="{0}"?>
<!-- exported --><opml version="2.0"><head><title>My feeds</title></head><body>
<outline text="N"><outline text="Köln &amp; more" xmlUrl="http://a.example/?x=1&amp;y=2"/></outline>

<outline title="B" text="b" xmlurl="http://b.example/feed" /><outline text="none"/></body>
</opml>"""


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "utf-16"])
def test_opml(encoding: str) -> None:
    items = parse_opml(OPML.format(encoding).encode(encoding), "o")
    assert [(item.text, item.where, item.name) for item in items] == [
        ("http://a.example/?x=1&y=2", "o, line 3", "Köln & more"),
        ("http://b.example/feed", "o, line 5", "B"),
    ]


BOMB = """<!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<opml><body><outline xmlUrl="http://a.example/&b;"/></body></opml>"""
LEAK = """<!DOCTYPE opml [<!ENTITY f SYSTEM "file:///etc/passwd">]>
<opml><body><outline xmlUrl="http://a.example/"/>&f;</body></opml>"""


@each_row(
    "document",
    [BOMB, LEAK, "<opml><body>", "<rss><channel/></rss>", "<html><p>x</html>", "<", "<opml>\0"],
)
def test_what_is_no_opml_is_refused(document: str) -> None:
    with pytest.raises(UsageError, match=r"^o: "):
        parse_opml(document.encode(), "o")


def test_deep_and_wide_opml_is_only_read() -> None:
    deep = "<opml>" + "<outline>" * 100_000 + "</outline>" * 100_000 + "</opml>"
    assert parse_opml(deep.encode(), "o") == []


def test_the_address_of_an_article_is_one_whatever_its_spelling(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    """Dots resolved, without the port that goes without saying and without a fragment; by hand, by
    a redirect, and as a saved page."""
    server.routes |= {
        "/news/story": reply(story(1)),
        "/moved": redirect("/old/.././news/./story#top"),
        "/feed.xml": feed([server.url("/news/x/../story#end")]),
    }
    plain = server.url("/news/story")
    for path in ("/news/story", "/news/./story", "/news/x/../story#top", "/%6eews/%2e/story"):
        (page,) = run_here(kliping, "fetch", "--json", server.url(path)).objects
        assert (page["id"], page["url"]) == (1, plain)
    (page,) = run_here(kliping, "fetch", "--json", server.url("/moved")).objects
    assert page["url"] == plain
    assert run_here(kliping, "sources", "add", server.url("/feed.xml")).code == 0
    assert run_here(kliping, "crawl", "-q").code == 0
    (listed,) = run_here(kliping, "list", "--json").objects
    assert listed["url"] == plain
    assert "/news/./story" not in server.targets()

    saved = kliping.home / "saved.html"
    saved.write_text(story(2))
    for url in ("https://x.example/a/../b", "https://X.example:443/./b#c", "https://x.example/b"):
        run_here(kliping, "fetch", "--html", saved, "--url", url)
        newest = run_here(kliping, "list", "--json").objects[0]
        assert (newest["id"], newest["url"]) == (2, "https://x.example/b")
        assert newest["canonical_url"] == "https://x.example/b"

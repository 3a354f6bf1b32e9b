"""Lists of addresses: lines, comments, OPML, and what is neither."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.addresses import check_addresses, parse_given, parse_lines
from commands.exits import UsageError
from commands.sources.opml import parse_opml
from scraper.errors import AddressError
from scraper.urls import parse_address
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


# --------------------------------------------------------------------- without a scheme


@each_row(
    ("text", "address"),
    [
        ("example.com", "https://example.com/"),
        (" Example.COM/Story?x=1#top ", "https://example.com/Story?x=1"),
        ("example.com:8080/x", "https://example.com:8080/x"),
        ("example.com?x=1", "https://example.com/?x=1"),
        ("example.com.", "https://example.com/"),
        ("köln.de/wetter", "https://xn--kln-sna.de/wetter"),
        ("localhost", "https://localhost/"),
        ("localhost:8080/x", "https://localhost:8080/x"),
        ("127.0.0.1:8080", "https://127.0.0.1:8080/"),
        ("[::1]:8080/x", "https://[::1]:8080/x"),
        ("2001:db8::1", "https://[2001:db8::1]/"),
        ("example.com/story.html", "https://example.com/story.html"),
        ("http://localhost/x", "http://localhost/x"),
        ("HTTP://example.com", "http://example.com/"),
    ],
)
def test_a_name_with_a_dot_means_https(text: str, address: str) -> None:
    assert parse_given(text) == address
    assert parse_given(text, otherwise="article's id") == address


@each_row(
    "text",
    [
        "foo", "foo/bar.html", "12", "1.5", "1.2.3", "story.html", "feeds.OPML", "./a.b", "../a.b",
        "/a.b", "~/a.b", ".", "..", ".com", "a..b", "two words.com", "example.com:x", "foo:80",
        "example.com:99999", "anna@example.com", "mailto:anna@example.com", "ann:pw@example.com/",
        "ftp://example.com", "javascript:alert(1.5)", "example.com\\@evil.com", "", "-.com",
        "*.com",
    ],
)  # fmt: skip
def test_anything_else_is_no_address(text: str) -> None:
    with pytest.raises(AddressError, match="not a web address"):
        parse_given(text)
    with pytest.raises((AddressError, UsageError), match="not a web address"):
        parse_given(text, otherwise="article's id")


@given(st.text(max_size=30) | st.from_regex(r"[a-z0-9.:/@\[\]]{1,20}", fullmatch=True))
def test_whatever_is_given_is_an_address_of_the_web_or_refused(text: str) -> None:
    try:
        address = parse_given(text)
    except AddressError:
        return
    assert parse_address(address) == address == parse_given(address)


def test_every_command_takes_one(kliping: Kliping, run_here: RunHere) -> None:
    (kliping.home / "saved.html").write_text(story(1))
    saved = ("fetch", "--html", kliping.home / "saved.html", "--url")
    assert run_here(kliping, *saved, "example.com/news/1").code == 0
    for command in ["show", "history", "forget --yes"]:
        ended = run_here(kliping, *command.split(), "foo")
        assert (ended.code, ended.out) == (2, ""), command
        assert "foo: not a web address (http://… or https://…) and no article's id" in ended.err
        assert run_here(kliping, *command.split(), "example.com/news/1").code == 0, command
    kliping.config = None
    for command in ["fetch", "discover", "explain", "sources add", "sources test"]:
        ended = run_here(kliping, *command.split(), "127.0.0.1:8443/x")
        assert (ended.code, ended.out) == (5, ""), command  # a private address
        assert "https://127.0.0.1:8443/x: " in ended.err, command
        ended = run_here(kliping, *command.split(), "foo")
        assert (ended.code, ended.out) == (2, ""), command
        assert len(ended.errors) == 1
        words = "no source 'foo'" if command == "sources test" else "'foo': not a web address"
        assert words in ended.err.replace("foo: not", "'foo': not"), command


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

"""What feedparser would read in quadratic time never reaches it, and real feeds do as they are."""

from __future__ import annotations

import feedparser
import pytest

from scraper.discovery.documents import parse_source
from scraper.discovery.documents.sanitize import (
    MAX_ATTRIBUTES,
    MAX_HEAD,
    MAX_NAMESPACES,
    MAX_REFERENCES,
    MAX_TAGS,
    tame_feed,
)
from scraper.errors import ParseError
from tests.tables import each_row

URL = "http://a.example/feed"
START, END = b"<rss version='2.0'><channel><item><link>/1</link>", b"</item></channel></rss>"
DECLARED = b"<?xml version='1.0' encoding='utf-8'?>"


def numbered(form: bytes, count: int) -> bytes:
    return b"".join(form % number for number in range(count))


def attributes(count: int) -> bytes:
    return b"<x " + numbered(b"a%d='b' ", count) + b"/>"


REFUSED = {
    "attributes on the root": (
        b"<rss version='2.0' " + numbered(b"a%d='b' ", 150_000) + b"><channel/></rss>",
        "attributes",
    ),
    "attributes on an item's tag": (START + attributes(MAX_ATTRIBUTES + 1) + END, "attributes"),
    "a > in each value": (
        START + b"<x " + numbered(b"a%d='>' ", MAX_ATTRIBUTES + 1) + b"/>" + END,
        "attributes",
    ),
    "many tags of hundreds": (START + attributes(1_000) * 30 + END, "attributes"),
    "namespaces": (
        START + numbered(b"<x xmlns:a%d='http://b.example/'/>", MAX_NAMESPACES + 1) + END,
        "namespaces",
    ),
    "tags": (START + b"<x>" * (MAX_TAGS + 1) + END, "tags"),
    "references": (START + b"&" * (MAX_REFERENCES + 1) + END, "references"),
    "a long head": (b"\n<!DOCTYPE" * (MAX_HEAD // 10) + b" >" + START + END, "first element"),
    "UTF-7": (b"<?xml version='1.0' encoding='utf-7'?>" + START + END, "encoding"),
    "escapes": (b"<?xml version='1.0' encoding='unicode_escape'?>" + START + END, "encoding"),
    "EBCDIC": (b"<?xml version='1.0' encoding='cp037'?>" + START + END, "encoding"),
}
"""Documents, and a word of the reason."""


@pytest.mark.parametrize(("body", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_hazard_is_refused_unparsed(
    body: bytes, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feedparser, "parse", lambda *unused, **options: pytest.fail("parsed"))
    with pytest.raises(ParseError, match=rf"not read: .*{reason}"):
        parse_source(body, URL, "application/xml")


@pytest.mark.parametrize("charset", ["utf-7", "unicode_escape", "cp037"])
def test_a_charset_of_the_header_that_hides_markup_is_not_used(charset: str) -> None:
    hidden = b"<title>+ADw-x+AD4- \\x3c</title>"
    _, listing = parse_source(START + hidden + END, URL, f"application/xml; charset={charset}")
    assert [link.url for link in listing.links] == ["http://a.example/1"]
    assert listing.links[0].title == "+ADw-x+AD4- \\x3c"


READ = {
    "distinct categories": START + numbered(b"<category>c%d</category>", 60_000) + END,
    "Atom's categories": (
        b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><link href='/1'/>"
        + numbered(b"<category term='c%d'/>", 60_000)
        + b"</entry></feed>"
    ),
    "a long author": START + b"<author>" + b"a" * 1_000_000 + b"</author>" + END,
    "a long creator, broken": START + b"<dc:creator>" + b"a" * 1_000_000 + b"</dc:creator>&" + END,
    "tags in a word": START + b"<tags>" + numbered(b"t%d,", 100_000) + b"</tags>" + END,
    "lines before the root": DECLARED + b"\n" * 60_000 + START + END,
    "blanks before the root": DECLARED + b"\n \t" * 20_000 + START + END,
    "quotes on one line": (
        DECLARED
        + START
        + b"<description><![CDATA[ encoding='x' "
        + b"'" * 500_000
        + b"]]></description>"
        + END
    ),
    "a long declaration": b"<?xml encoding='" + b"'" * 15_000 + b">" + START + END,
    "a long base": (
        b"<feed xmlns='http://www.w3.org/2005/Atom' xml:base='http://b.example/"
        + b"b" * 100_000
        + b"/'><entry><link href='http://a.example/1'/>"
        + b"<x/>" * 50_000
        + b"</entry></feed>"
    ),
    "bases that grow": (
        START + (b"<x xml:base='" + b"b" * 100 + b"/'>") * 10_000 + END.replace(b"</item>", b"")
    ),
}


@pytest.mark.parametrize("body", READ.values(), ids=READ)
def test_what_was_quadratic_is_read(body: bytes) -> None:
    """Each took a minute or far more."""
    _, listing = parse_source(body, URL, "application/xml")
    assert [link.url for link in listing.links] == ["http://a.example/1"]


def test_what_an_entity_may_come_to_is_bounded() -> None:
    head = b'<!DOCTYPE rss [\n<!ENTITY a "' + b"x" * 15_000 + b'">\n]>'
    tamed = tame_feed(head + START + b"&a;" * 100_000 + END, URL, None)
    assert b"<!ENTITY" not in tamed
    small = b'<!DOCTYPE rss [\n<!ENTITY nbsp "&#160;">\n]>'
    assert tame_feed(small + START + END, URL, None).startswith(small)


FEW = {
    "attributes; tags in CDATA": (
        START + attributes(300) + b"<![CDATA[" + b"<p>" * (MAX_TAGS + 1) + b"]]>" + END
    ),
    "tags in a comment": START + b"<!-- " + b"<" * (MAX_TAGS + 1) + b" -->" + END,
    "one prefix, declared often": START + b"<x xmlns:a='b'/>" * 1_000 + END,
    "bases": b"<feed xml:base='http://b.example/a/'>"
    + b"<entry xml:base='c/'/>" * 100
    + b"</feed>",
    "a declaration": DECLARED + b"\n" + START + b"<title>\xe9</title>" + END,
    "lines of Windows": DECLARED + b"\r\n" + START + END,
}


@pytest.mark.parametrize("body", FEW.values(), ids=FEW)
def test_what_real_feeds_have_stays_as_it_is(body: bytes) -> None:
    assert tame_feed(body, URL, "text/xml; charset=windows-1252") == body


@each_row(
    "charset", ["utf-8", "shift_jis", "iso-2022-jp", "euc-kr", "gb2312", "big5", "koi8-r", "none"]
)
def test_encodings_with_the_letters_of_ascii_are_taken(charset: str) -> None:
    body = b"<?xml version='1.0' encoding='" + charset.encode() + b"'?>\n" + START + END
    assert tame_feed(body, URL, f"text/xml; charset={charset}") == body

"""Addresses: one page, many spellings, one key."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scraper.errors import AddressError
from scraper.urls import (
    MAX_URL_LENGTH,
    canonical_url,
    choose_canonical,
    host_of,
    join_address,
    origin_of,
    parse_address,
    site_of,
    url_key,
)
from tests.tables import each_row

SAME = [
    "https://example.com/news/story",
    "http://example.com/news/story",
    "https://www.example.com/news/story/",
    "https://m.example.com/news/story",
    "https://EXAMPLE.com:443/news/story#comments",
    "https://example.com/news/story?utm_source=feed&utm_medium=rss",
    "https://example.com/news/story?fbclid=abc",
    "https://example.com/news/story/amp/",
    "https://amp.example.com/news/story",
    "https://example.com/amp/news/story",
    "https://example.com/news/story?amp=1",
    "https://example.com./news/story",
    "https://example.com/a/../news/./story",
    "https://example.com/%6eews/story",
    "https://example.com/news/story?amp%3Butm_medium=rss",
    "https://example.com/news/story?utm_source=a&amp;utm_medium=rss",
    "https://example.com/news/story?utm_source=a&#038;utm_medium=rss",
    "https://example.com/news/story?fb_ref=share",
    "\x19https://example.com/news/story\x06",
    "https:/example.com/news/story",
    "  https://example.com/news/story ",
]
DIFFERENT = [
    "https://example.com/news/story",
    "https://example.com/news/story2",
    "https://example.com/news/Story",
    "https://example.com/news/story?page=2",
    "https://example.com/news/story?id=7",
    "https://news.example.com/news/story",
    "https://example.com:8443/news/story",
    "https://example.org/news/story",
    "https://example.com/news/champ",
    "https://example.com/news/camp",
]
# What archives hold (the first release's keys): they never change.
KEYS = [
    (
        "https://www.paper.example/politics/2026/11/25/bridge-vote/?utm_source=rss",
        "ee1f2cafc0a592aeb9993a82c1128727",
    ),
    ("http://m.paper.example:80/a.html?id=7&b=1", "22fbd4d0cfbf16d356e918afaf983404"),
    ("http://127.0.0.1:8000/story/1", "c3ce3030a240af16d2062236baff1b84"),
    ("https://bücher.example/ä/ö?q=ü", "82ce4602f370dc5ae20aaa42abcd49de"),
    ("https://paper.example/a|b/[c]?d={e}&f='g'", "77f3ede3b61e1a2addc22b98690aa9cf"),
    ("https://paper.example/story.amp.html?amp=1#top", "d13227f0c279785d2cd913aa19f9f763"),
    ("https://paper.example/a//b/", "31ff228eccfee7bece0e36f535f16b30"),
    ("https://[2001:db8::1]/a", "eed288117ab8b5c57928f24c2bcbacbf"),
    ("https://paper.example/%7Eanna/%e4?x=%7e", "4a4ef32e0985829b25b91819f3f77c55"),
    ("https://paper.example/?p=12&amp=1", "16dbebb1b0de3b87b2785c934b575dfa"),
    ("https://paper.example/a;b=1,2/(c)/*!$&+d@e:f", "1fe6924f8dbee0e2256868450b0299fd"),
]
# As a page at http://paper.example/news/today writes them, and as browsers read them (WHATWG).
LINKS = [
    ("/a/./b/../c", "http://paper.example/a/c"),
    ("/a/%2e/b/%2E%2e/c", "http://paper.example/a/c"),
    ("../../../a", "http://paper.example/a"),
    ("a/..", "http://paper.example/news/"),
    ("/%7Eanna/%41%2d%5F%7e", "http://paper.example/~anna/A-_~"),
    ("/a%2Fb%3f%23%25", "http://paper.example/a%2Fb%3f%23%25"),
    ("/%%34%31/%4%31", "http://paper.example/%%341/%4%31"),
    ("/to\tday\r\n/b", "http://paper.example/today/b"),
    ("ht\ntp://other.example/", "http://other.example/"),
    ("https://ot\ther.example/\n", "https://other.example/"),
    ("\x00\x1f /a \x0b", "http://paper.example/a"),
    ("\\a\\b", "http://paper.example/a/b"),
    ("\\\\other.example\\a", "http://other.example/a"),
    ("http:\\\\other.example\\a?b\\c", "http://other.example/a?b\\c"),
    ("///other.example/a", "http://other.example/a"),
    ("https:/other.example/a", "https://other.example/a"),
    ("https:other.example/a", "https://other.example/a"),
    ("http:a", "http://paper.example/news/a"),
    ("//other.example:80/a", "http://other.example/a"),
    ("https://other.example:/a", "https://other.example/a"),
    ("#a\x01b", "http://paper.example/news/today"),
    ("/a#\x00\\", "http://paper.example/a"),
    ("/a\x01b\x7f", "http://paper.example/a%01b%7F"),
    ("/ä ?ö=ü ß", "http://paper.example/%C3%A4%20?%C3%B6=%C3%BC%20%C3%9F"),
    ("/half \ud800", "http://paper.example/half%20%EF%BF%BD"),
    ("?page=2", "http://paper.example/news/today?page=2"),
    ("/a?x='1'&y=[2]|{3}", "http://paper.example/a?x=%271%27&y=[2]|{3}"),
    ("https://ann:word@other.example/a", "https://other.example/a"),
    ("https://0x7f.1/", "https://127.0.0.1/"),
    ("https://%6fther.example/", "https://other.example/"),
    ("https://OTHER。example/", "https://other.example/"),
    ("https://[2001:DB8:0:0:0:0:0:1]/", "https://[2001:db8::1]/"),
    ("https://a\u00adb.example/", "https://ab.example/"),
    # what was escaped once too often
    ("/a?x=1&amp;y=2", "http://paper.example/a?x=1&y=2"),
    ("/a?x=1&amp;amp;y=2&AMP;z=3", "http://paper.example/a?x=1&y=2&z=3"),
    ("/a?x=1&#038;y=2&#x26;z=3", "http://paper.example/a?x=1&y=2&z=3"),
    ("/black-&amp;-white", "http://paper.example/black-&-white"),
    ("/a?x=1&%61mp;y=2", "http://paper.example/a?x=1&y=2"),
    ("/a?x=1&amp%3By=2", "http://paper.example/a?x=1&amp%3By=2"),
]
NO_LINKS = [
    "https://",
    "//",
    "https://other.example:0/",
    "https://other.example:65536/",
    "https://other.example:a/",
    "https://a b.example/",
    "https://a..example/",
    "https://-a.example/",
    "https://a.0x4/",
    "https://1.2.3.4.5/",
    "https://256.1.1.1/",
    "https://99999999999/",
    "https://[::1%25eth0]/",
    "https://[1::2::3]/",
    "https://xn--a.example/",
    "https://other.example%00/",
    "https://other.example∕a.example/",
    "https://*.example/",
    "mailto:anna@paper.example",
    "data:text/html,a",
    "ftp://other.example/",
    "/" + "ä" * 2000,
]


@each_row(("url", "key"), KEYS)
def test_keys_stay_what_archives_hold(url: str, key: str) -> None:
    assert url_key(canonical_url(url)).hex() == key


@each_row(("reference", "expected"), LINKS)
def test_links_are_read_as_browsers_read_them(reference: str, expected: str) -> None:
    address = join_address("http://paper.example/news/today", reference)
    assert address == expected
    assert parse_address(address) == address


@each_row("reference", NO_LINKS)
def test_what_no_crawler_can_ask_for(reference: str) -> None:
    with pytest.raises(AddressError, match="not a web address"):
        join_address("http://paper.example/news/today", reference)


@each_row(
    ("url", "problem"),
    [
        ("http://ann:word-1@other.example:99999/", "port"),
        ("http://ann:word-1@oth er.example/", "no valid name"),
        ("http://ann:word-1@a..example/", "no valid name"),
        ("http:ann:word-1@other.example/", "begin with"),
        ("http:/ann:word-1@other.example/", "begin with"),
        ("http://ann:word-1@other.example\\@127.0.0.1/", "two hosts"),
        ("http://[ann:word-1]@127.0.0.1/", "two hosts"),
        ("http:\\\\ann:word-1@other.example/", "begin with"),
        ("http:///ann:word-1@other.example/", "no host"),
        ("ht\ttp://ann:word-1@other.example:0/", "port"),
        ("http://ann:word-1@127.0.0.1\t.example/", "two hosts"),
        ("//ann:word-1@other.example/", "begin with"),
        ("http://ann:word-1@/", "no host"),
    ],
)
def test_who_types_an_address_is_told_what_is_wrong(url: str, problem: str) -> None:
    with pytest.raises(AddressError, match=problem) as caught:
        parse_address(url)
    assert "word-1" not in str(caught.value)


@given(
    st.lists(
        st.sampled_from(
            "/ .. . %2e %2E a %61 % %2 5 \\ & amp; %26 # 38; ? = %3b %41 ä ; // @ : \t".split(" ")
        ),
        max_size=24,
    ).map("".join)
)
def test_what_is_sent_is_a_fixed_point_without_dots(rest: str) -> None:
    address = join_address("https://example.com/b/c", f"/a/{rest}")
    assert parse_address(address) == address
    path = address.removeprefix("https://example.com").partition("?")[0]
    assert not {".", ".."} & {segment.lower().replace("%2e", ".") for segment in path.split("/")}
    canonical = canonical_url(address)
    assert canonical_url(canonical) == canonical


@each_row("url", SAME)
def test_spellings_of_one_page_meet(url: str) -> None:
    assert canonical_url(url) == "https://example.com/news/story"


def test_different_pages_stay_apart() -> None:
    assert len({url_key(canonical_url(url)) for url in DIFFERENT}) == len(DIFFERENT)


@each_row(
    ("url", "expected"),
    [
        ("http://127.0.0.1:8000/a/", "http://127.0.0.1:8000/a"),
        ("http://[::1]:8000/a", "http://[::1]:8000/a"),
        ("https://www.com/a", "https://www.com/a"),
        ("https://m.co.id/a", "https://m.co.id/a"),
        ("https://example.com/?b=2&a=1", "https://example.com/?a=1&b=2"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
        ("https://faß.example/", "https://xn--fa-hia.example/"),  # in 2003 it was fass.example
        ("https://νέος.example/", "https://xn--ixa5ahm.example/"),  # with its final sigma
        ("https://نامه\u200cای.example/", "https://xn--mgba3gch31f060k.example/"),
        ("https://☃.example/", "https://xn--n3h.example/"),
        ("https://XN--N3H.example/", "https://xn--n3h.example/"),
        ("https://www.👍🏽.example/", "https://xn--on8h5e.example/"),
        ("https://example.com/%e4", "https://example.com/%E4"),
    ],
)
def test_canonical_forms(url: str, expected: str) -> None:
    assert canonical_url(url) == expected


@each_row(
    "url",
    [
        "",
        "   ",
        "example.com/a",
        "//example.com/a",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ftp://example.com/",
        "mailto:a@example.com",
        "http://",
        "http:///a",
        "http://example.com:99999/",
        "http://example.com:0/",
        "http://[bad/",
        "http://exa\x00mple.com/",
        "http://example.com/\r\nHost: evil",
        "http://example.com\\@127.0.0.1/",
        "http://a..b/",
        "http://xn--a.example/",
        "http://" + "a" * 64 + ".com/",
        "https://example.com/" + "a" * 9000,
    ],
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(AddressError, match="not a web address"):
        parse_address(url)


def test_credentials_do_not_travel() -> None:
    assert parse_address("https://user:secret@example.com/a") == "https://example.com/a"


def test_joining() -> None:
    assert join_address("https://example.com/a/b", "../c?x#y") == "https://example.com/c?x"
    with pytest.raises(AddressError):
        join_address("https://example.com/", "javascript:void(0)")


@given(st.text(max_size=200))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    for url in (text, "http://" + text, "https://example.com/" + text):
        try:
            address = parse_address(url)
        except AddressError as error:
            assert "\n" not in str(error)
            continue
        assert parse_address(address) == address
        assert address.isascii()
        assert "\n" not in address


@given(
    st.sampled_from(["http", "https"]),
    st.sampled_from(["example.com", "www.example.co.uk", "m.blog.example.org", "127.0.0.1"]),
    st.sampled_from(["", ":80", ":8080"]),
    st.text(alphabet="aä/%2&=.?amp#:; ~+", max_size=30)
    | st.lists(
        st.sampled_from(["/", "a", "amp", "%61mp", ".amp", ".html", ";", "?", "&", "%75tm_id", "="])
    ).map("".join),
)
@example("http", "example.com", "", ";/;")
@example("http", "example.com", "", "a/amp/amp")
@example("http", "example.com", "", "a/%61mp?%75tm_source=x")
def test_the_canonical_form_is_a_fixed_point(scheme: str, host: str, port: str, rest: str) -> None:
    canonical = canonical_url(f"{scheme}://{host}{port}/{rest}")
    assert canonical_url(canonical) == canonical


def test_the_longest_address_has_a_canonical_form() -> None:
    longest = "https://example.com/".ljust(MAX_URL_LENGTH - 2, "a") + "?b"
    assert canonical_url(longest) == f"{longest}="


@each_row(
    ("final", "declared", "expected"),
    [
        # on the same host it counts, www. and the like left out
        ("https://m.example.com/a?x=1", "https://www.example.com/a", "https://example.com/a"),
        # on another host of the site who writes there may be another
        ("https://news.example.com/a", "https://example.com/b", "https://news.example.com/a"),
        # another domain's claim does not
        ("https://example.com/a", "https://evil.example.org/a", "https://example.com/a"),
        ("https://a.blogspot.com/x", "https://b.blogspot.com/x", "https://a.blogspot.com/x"),
        # nor does the site's root
        ("https://example.com/a", "https://example.com/", "https://example.com/a"),
        ("https://example.com/", "https://example.com/", "https://example.com/"),
        # an IP address is its own site
        ("http://127.0.0.1:8000/a", "http://127.0.0.1:8000/b", "http://127.0.0.1:8000/b"),
        ("http://127.0.0.1:8000/a", "http://127.0.0.2:8000/b", "http://127.0.0.1:8000/a"),
        # rubbish is ignored
        ("https://example.com/a", "javascript:void(0)", "https://example.com/a"),
        ("https://example.com/a", "", "https://example.com/a"),
        ("https://example.com/a", None, "https://example.com/a"),
    ],
)
def test_which_declared_address_counts(final: str, declared: str | None, expected: str) -> None:
    assert choose_canonical(final, declared) == expected


def test_host_origin_and_site() -> None:
    url = "https://News.Example.co.id:443/a"
    assert host_of(url) == "news.example.co.id"
    assert origin_of(url) == "https://news.example.co.id"
    assert site_of(url) == "example.co.id"
    assert host_of("http://127.0.0.1:8000/") == "127.0.0.1:8000"
    assert site_of("http://127.0.0.1:8000/") == "127.0.0.1"
    assert site_of("http://localhost:1/") == "localhost"
    assert site_of("http://[::1]:1/") == "::1"

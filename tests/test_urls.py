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


@pytest.mark.parametrize("url", SAME)
def test_spellings_of_one_page_meet(url: str) -> None:
    assert canonical_url(url) == "https://example.com/news/story"


def test_different_pages_stay_apart() -> None:
    assert len({url_key(canonical_url(url)) for url in DIFFERENT}) == len(DIFFERENT)


@pytest.mark.parametrize(
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


@pytest.mark.parametrize(
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


@pytest.mark.parametrize(
    ("final", "declared", "expected"),
    [
        # on the same registrable domain it counts
        ("https://m.example.com/a?x=1", "https://www.example.com/a", "https://example.com/a"),
        ("https://news.example.com/a", "https://example.com/b", "https://example.com/b"),
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

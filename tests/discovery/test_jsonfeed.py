"""JSON Feeds, careless ones, and what is none."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.discovery.documents import jsonfeed
from scraper.discovery.documents.jsonfeed import parse_json_feed
from scraper.errors import ParseError
from scraper.model.types import Link, Listing
from tests.tables import each_row

URL = "https://news.example/feed.json"
VERSION = "https://jsonfeed.org/version/1.1"

FEED: dict[str, Any] = {
    "version": VERSION,
    "title": " Karo  Post ",
    "home_page_url": "https://news.example/",
    "feed_url": URL,
    "next_url": "feed.json?page=2",
    "items": [
        {
            "id": "1",
            "url": "https://news.example/1?utm_source=feed",
            "title": "One &amp; only",
            "content_html": "<p>Text</p>",
            "date_published": "2024-09-02T13:27:00+07:00",
            "date_modified": "2024-09-02T07:00:00.5Z",
        },
        {"id": 2, "external_url": "/2", "content_text": "No title"},
        {"id": "https://news.example/3", "title": ""},
        {"id": "tag:news.example,2024:4", "title": "No address"},
        {"id": "5", "url": "mailto:desk@news.example", "external_url": "https://o.example/5"},
        {"id": "6", "url": "/2", "title": "Again"},
    ],
}


def read(feed: object) -> Listing:
    return parse_json_feed(json.dumps(feed).encode(), URL)


def test_a_feed() -> None:
    assert read(FEED) == Listing(
        title="Karo Post",
        links=(
            Link(
                "https://news.example/1?utm_source=feed",
                "One &amp; only",  # a title is plain text (jsonfeed.org, "Items")
                datetime(2024, 9, 2, 6, 27, tzinfo=UTC),
                datetime(2024, 9, 2, 7, 0, 0, 500_000, tzinfo=UTC),
            ),
            Link("https://news.example/2"),
            Link("https://news.example/3"),
            Link("https://o.example/5"),
        ),
        older="https://news.example/feed.json?page=2",
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be"])
def test_a_byte_order_mark_and_other_encodings(encoding: str) -> None:
    assert parse_json_feed(json.dumps(FEED).encode(encoding), URL) == read(FEED)


def test_bytes_that_are_no_utf_8() -> None:
    body = json.dumps(FEED, ensure_ascii=False).encode().replace(b"Karo", b"K\xe4ro")
    assert parse_json_feed(body, URL).title == "K\ufffdro Post"


def test_a_version_is_forgiven_where_an_item_has_an_address() -> None:
    assert read({"items": [{"url": "/1"}]}).links == (Link("https://news.example/1"),)
    assert read({"version": VERSION, "items": []}) == Listing()


def test_values_of_the_wrong_type_count_as_none() -> None:
    item = {"url": "/1", "title": 7, "date_published": 1725258420, "date_modified": ["2024"]}
    items: list[object] = [
        None,
        [],
        "x",
        {},
        {"url": None},
        {"url": {"a": 1}, "external_url": 1.5},
        item,
    ]
    feed = read({"version": 1, "title": ["x"], "next_url": 2, "items": items})
    assert feed == Listing(links=(Link("https://news.example/1"),))


def test_numbers_that_python_would_not_read() -> None:
    numbers = "NaN, -Infinity, 1e999, " + "9" * 5000
    body = f'{{"version": "{VERSION}", "x": [{numbers}], "items": [{{"url": "/1"}}]}}'
    assert parse_json_feed(body.encode(), URL).links == (Link("https://news.example/1"),)


def test_lone_surrogates_are_replaced_or_the_address_is_dropped() -> None:
    body = rb'{"items": [{"url": "/\ud800"}, {"url": "/1", "title": "a\udc00b\u0000c"}]}'
    for link in parse_json_feed(body, URL).links:
        link.url.encode()
        (link.title or "").encode()
    assert parse_json_feed(body, URL).links[-1].title == "a\ufffdbc"


def test_a_page_of_older_items_is_another_document() -> None:
    assert read({**FEED, "next_url": URL}).older is None
    assert read({**FEED, "next_url": "javascript:x"}).older is None


def test_more_items_than_a_document_may_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonfeed, "MAX_ITEMS", 2)
    feed = read(FEED)
    assert len(feed.links) == 2
    assert not feed.complete


@each_row(
    ("body", "problem"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"{", "broken JSON"),
        (b'{"items": [{"url": "/1"}', "broken JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"items": ' * 100_000, "nested too deeply"),
        (b"[]", "no JSON Feed"),
        (b"null", "no JSON Feed"),
        (b"{}", "no JSON Feed"),
        (b'{"items": {}}', "no JSON Feed"),
        (b'{"items": []}', "no JSON Feed"),
        (b'{"version": "https://jsonfeed.org/version/1"}', "no JSON Feed"),
        (b'{"version": "2", "items": [{"name": "x"}]}', "no JSON Feed"),
        (b"<rss></rss>", "broken JSON"),
        (b"\xff\xfe\x00", "broken JSON"),
    ],
)
def test_what_is_no_json_feed_says_so(body: bytes, problem: str) -> None:
    with pytest.raises(ParseError, match=f"^{URL}: .*{problem}"):
        parse_json_feed(body, URL)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=20) | st.just("https://a.example/"),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["items", "url", "external_url", "id", "title", "version", "next_url"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(JSON, st.binary(max_size=5))
def test_any_json_gives_a_feed_or_a_parse_error(value: object, tail: bytes) -> None:
    try:
        feed = parse_json_feed(json.dumps(value).encode() + tail, URL)
    except ParseError as error:
        assert "\n" not in str(error)
    else:
        assert all(link.url.startswith(("http://", "https://")) for link in feed.links)

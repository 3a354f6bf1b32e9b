"""Atom, read back by feedparser and by an XML parser."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

import feedparser

from storage.export.atom import write_atom
from storage.export.texts import clean_line
from storage.records import ArticleRecord
from tests.storage.export.makers import HOSTILE, make_hostile, make_record, written
from tests.tables import each_row

ATOM = "{http://www.w3.org/2005/Atom}"


def parsed(*records: ArticleRecord) -> Any:
    read = feedparser.parse(written(write_atom, *records))
    assert not read.bozo
    assert read.version == "atom10"
    return read


def root_of(*records: ArticleRecord) -> ElementTree.Element:
    """Of a feed that has what RFC 4287 §4.1.1 and §4.1.2 demand."""
    root = ElementTree.fromstring(written(write_atom, *records))
    for element in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            (found,) = element.findall(f"{ATOM}{name}")
            assert (found.text or "").strip()
    ids = [element.text for element in root.iter(f"{ATOM}id")]
    assert len(set(ids)) == len(ids)
    for entry in root.iter(f"{ATOM}entry"):
        names = [name.text or "" for name in entry.findall(f"{ATOM}author/{ATOM}name")]
        assert names
        assert all(name.strip() for name in names)
    return root


def test_an_entry_an_article() -> None:
    modified = datetime(2026, 3, 1, 8, tzinfo=UTC)
    read = parsed(make_record(1, modified_at=modified), make_record(2))
    first, second = read.entries
    assert first.title == "Harbour council decides case 1"
    assert [each.name for each in first.authors] == ["Ada Pier", "Bo Quay"]
    assert first.link == "https://example.com/news/1"
    assert (first.published, first.updated) == ("2026-02-28T02:30:00Z", "2026-03-01T08:00:00Z")
    assert second.updated == "2026-02-28T02:30:00Z"
    assert [tag.term for tag in first.tags] == ["News", "harbour", "council"]
    (content,) = first.content
    assert (content.type, content.language) == ("text/html", "en")
    assert content.value == "<p>One paragraph.</p>\n<p>Another, with a “quote”.</p>"
    assert read.feed.updated == "2026-03-01T12:00:00Z"
    assert first.id.startswith("urn:uuid:")
    assert first.id != second.id


def test_an_entry_keeps_its_id() -> None:
    one, other = make_record(1), make_record(2, canonical_url="https://example.com/news/1")
    assert parsed(one).entries[0].id == parsed(other).entries[0].id


def test_nothing_is_a_feed_without_entries() -> None:
    assert not root_of().findall(f"{ATOM}entry")
    assert parsed().entries == []


def test_little_is_known() -> None:
    bare = make_record(
        title=None, byline=None, authors=(), published_at=None, language=None, site_name=None,
        section=None, tags=(), image_url=None, body=None,
    )  # fmt: skip
    (entry,) = root_of(bare).iter(f"{ATOM}entry")
    assert entry.find(f"{ATOM}published") is None
    assert entry.findtext(f"{ATOM}updated") == "2026-03-01T12:00:00Z"
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "example.com"
    assert not entry.attrib


def test_right_to_left() -> None:
    (entry,) = parsed(make_record(language="ar")).entries
    assert entry.content[0].value.startswith('<div dir="rtl">')


@each_row("text", HOSTILE)
def test_hostile_texts(text: str) -> None:
    (entry,) = root_of(make_hostile(text)).iter(f"{ATOM}entry")
    known = {"id", "title", "author", "published", "updated", "link", "category", "content"}
    assert {child.tag.removeprefix(ATOM) for child in entry} <= known
    if clean_line(text):
        assert entry.findtext(f"{ATOM}title") == clean_line(text)
    content = entry.findtext(f"{ATOM}content") or ""
    assert "<script" not in content
    ElementTree.fromstring(f"<div>{content}</div>")

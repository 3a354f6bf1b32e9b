"""Sitemaps: a document of the sitemaps.org protocol in, its links out.

The markup is read tag by tag, not by an XML parser, because real sitemaps break (an unescaped
``&``, half a document, a PHP warning in the middle) and the protocol is flat enough for that. Of
the addresses left in 500 sitemaps damaged at random (bytes changed, cut out, put in; ends missing)
this reads 99.9 %, lxml in its recovering mode 89 %, expat 66 %, the ``&`` repaired for both: lxml
turns ``?a=1&b=2`` into ``?a=1=2``. The entities known are those of XML and HTML; a document's own
are never looked at, so that none can expand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from html.entities import html5
from typing import NamedTuple

from scraper.discovery.documents.unpacking import (
    GZIP_MAGIC,
    MAX_BYTES,
    decode_document,
    describe_nothing,
    limit_met,
    unpack,
)
from scraper.errors import AddressError, ParseError
from scraper.extraction.cleaning import clean_text
from scraper.model.types import Link, Listing
from scraper.urls import join_address

MAX_ENTRIES = 50_000
"""Of one sitemap (sitemaps.org, "Using Sitemap index files")."""
HEAD_CHARACTERS = 64 * 1024  # how far into a document its root element is looked for

# The possessive `*+` keep a tag that never ends from being tried at each of its lengths.
_MARKUP = re.compile(r"<(/?)([A-Za-z_][\w.:-]*+)([^<>]*+)>|<!--|<!\[CDATA\[")
_ROOT = re.compile(
    r"<(?:[\w.-]{1,40}+:)?"
    r"(urlset|sitemapindex|rss|feed|rdf|channel|html|head|body|opml)(?=[\s>/])|<!--",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"&(?:#([0-9]{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,31}));")
_WEB_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_W3C_TIME = re.compile(
    r"(\d{4})(?:-(\d\d?)(?:-(\d\d?)"
    r"(?:(?:T|[ ]{1,3})(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d{1,12}))?)?"
    r"[ ]{0,3}(Z|UTC|GMT|([+-])(\d\d):?(\d\d)?)?)?)?)?",
    re.ASCII | re.IGNORECASE,
)
_ENTRIES = frozenset(("url", "sitemap"))
_EXTENSIONS = frozenset(("news", "image", "video", "pagemap"))


def parse_sitemap(body: bytes, url: str, content_type: str | None = None) -> Listing:
    """Read a sitemap or a sitemap index, in XML or as plain text, that was fetched from ``url``.

    Gzip is known by its first bytes. What is broken, cut, or over the protocol's limits (50,000
    entries, 50 MiB) gives what can be read of it, with ``complete=False``. Times are as stated:
    ``lastmod`` is ``modified_at``, ``news:publication_date`` ``published_at``. An index that lists
    itself is not among its ``sitemaps``. Raises ``ParseError`` where the document is no sitemap,
    and where it is over a limit or breaks off before anything could be read of it.
    """
    unpacked, whole = unpack(body, MAX_BYTES)
    text = decode_document(unpacked, content_type)
    if not text or text.isspace():
        raise ParseError(url, describe_nothing(body, unpacked, whole))
    root = find_root(text)
    if root is not None and root.name in ("urlset", "sitemapindex"):
        reader = _Reader(url=url)
        reader.read(text, root.at)
        if not (reader.links or reader.sitemaps):
            _check_empty(reader, body, unpacked, whole)
        return Listing(
            links=tuple(reader.links.values()),
            sitemaps=tuple(reader.sitemaps.values()),
            complete=whole and reader.complete,
            is_news=reader.is_news,
        )
    if root is None and is_address_list(text):
        return _read_addresses(text, url, whole)
    if root is not None and root.is_page:
        raise ParseError(url, "an HTML page, not a sitemap")
    raise ParseError(url, "not a sitemap (neither a urlset nor a list of addresses)")


def _check_empty(reader: _Reader, body: bytes, unpacked: bytes, whole: bool) -> None:
    """A sitemap that ends and lists nothing is a good one. Raises ``ParseError`` for the others."""
    if limit := limit_met(unpacked, whole):
        raise ParseError(reader.url, f"no address in {limit}")
    if reader.entries >= MAX_ENTRIES:
        most = f"the first {MAX_ENTRIES:,} entries, the most that a sitemap may have"
        raise ParseError(reader.url, f"no address in {most}")
    if reader.is_open or not whole:
        what = (
            "its gzip data ends" if body.startswith(GZIP_MAGIC) and not whole else "it breaks off"
        )
        raise ParseError(reader.url, f"broken sitemap: {what} before the first address")


@dataclass(frozen=True, slots=True)
class Root:
    """The first element that tells what a document is: its name, lower case, without prefix."""

    name: str
    at: int

    @property
    def is_page(self) -> bool:
        return self.name in ("html", "head", "body")


def find_root(text: str) -> Root | None:
    """What a document is by its root element, whatever stands before it; comments don't count."""
    at, end = 0, HEAD_CHARACTERS
    while found := _ROOT.search(text, at, end):
        if found[1] is not None:
            return Root(found[1].lower(), found.start())
        at = text.find("-->", found.end())
        if at < 0:
            return None
        end = at + HEAD_CHARACTERS
    return None


def is_address_list(text: str) -> bool:
    """Whether the first line that says something is a web address and nothing else."""
    lines = (line.strip(" \t\r\f\v\ufeff") for line in text[:HEAD_CHARACTERS].split("\n", 100))
    first = next((line for line in lines if line and not line.startswith("#")), "")
    return _WEB_ADDRESS.fullmatch(first) is not None and "<" not in first


def parse_w3c_time(text: str) -> datetime | None:
    """A W3C or RFC 3339 time of any precision, in UTC; ``None`` for what is none.

    A year, month or day alone is its first midnight, and a time without a zone is taken for UTC.
    A space for the ``T`` is tolerated. Years before 1000 are some program's zero, not a date.
    """
    found = _W3C_TIME.fullmatch(text.strip())
    if found is None or found[1] < "1000":
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    offset = timedelta(hours=int(found[10] or 0), minutes=int(found[11] or 0))
    try:
        stated = datetime(
            year,
            month or (1 if found[2] is None else 0),
            day or (1 if found[3] is None else 0),
            hour,
            minute,
            min(second, 59 if second == 60 else second),  # a leap second
            int((found[7] or "0")[:6].ljust(6, "0")),
            timezone(-offset if found[9] == "-" else offset),
        )
        return stated.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


class _Tag(NamedTuple):
    closing: bool
    prefix: str
    name: str
    before: str
    """The text between the last tag and this one."""


def _read_tags(text: str, at: int) -> Iterator[_Tag]:
    """The tags from ``at`` on; ends early where a comment or CDATA section does not end."""
    pieces: list[str] = []
    while found := _MARKUP.search(text, at):
        slash, name, attributes = found.groups()
        before = text[at : found.start()]
        if "&" in before:
            before = _REFERENCE.sub(_referred, before)
        at = found.end()
        if name is None:
            pieces.append(before)
            is_comment = found[0] == "<!--"
            end = text.find("-->" if is_comment else "]]>", at)
            if end < 0:
                return
            if not is_comment:
                pieces.append(text[at:end])
            at = end + 3
            continue
        if pieces:
            before = "".join((*pieces, before))
            pieces.clear()
        prefix, local = _split_name(name)
        yield _Tag(slash != "", prefix, local, before)
        if attributes[-1:] == "/":
            yield _Tag(True, prefix, local, "")


@lru_cache(maxsize=256)
def _split_name(name: str) -> tuple[str, str]:
    return name.lower().rpartition(":")[::2]


def _referred(found: re.Match[str]) -> str:
    decimal, hexadecimal, name = found.groups()
    if name:  # an unknown one stays, as it may well be `&page;` of an unescaped query
        return html5.get(f"{name};", found[0])
    number = int(decimal) if decimal else int(hexadecimal, 16)
    is_character = 0 < number < 0xD800 or 0xDFFF < number < 0x110000
    return chr(number) if is_character else "\ufffd"


@dataclass(slots=True, kw_only=True)
class _Reader:
    """The state between two tags of a ``urlset`` or ``sitemapindex``."""

    url: str
    links: dict[str, Link] = field(default_factory=dict)
    sitemaps: dict[str, Link] = field(default_factory=dict)
    is_news: bool = False
    complete: bool = True
    entries: int = 0
    is_open: bool = True
    """The root element has not ended yet."""
    _prefix: str = ""
    """Of the protocol's own elements. Those of the extensions have another."""
    _entry: str | None = None
    """The ``url`` or ``sitemap`` that is open."""
    _extension: str | None = None
    """The element of an extension that is open: ``loc`` and ``title`` in it are its own."""
    _values: dict[str, str] = field(default_factory=dict)
    """Of the open entry, the first of each field."""
    _field: tuple[str, str] | None = None
    """Prefix and name of the field whose text comes next."""

    def read(self, text: str, at: int) -> None:
        tags = _read_tags(text, at)
        root = next(tags, None)
        self._prefix = root.prefix if root else ""
        for tag in tags:
            if self._field is not None:
                self._take_field(tag)
            if tag.name in _ENTRIES and tag.prefix == self._prefix:
                if self.entries == MAX_ENTRIES and not tag.closing:
                    self.complete = False
                    return
                self._turn_entry(tag)
            elif tag.name in _EXTENSIONS:
                self._extension = None if tag.closing else tag.name
            elif root is not None and tag.name == root.name:
                self.is_open = not tag.closing
            elif not tag.closing and self._is_field(tag):
                self._field = (tag.prefix, tag.name)
        if self._entry is not None:
            self._close_entry()
        self.complete = self.complete and not self.is_open

    def _is_field(self, tag: _Tag) -> bool:
        if self._entry is None:
            return False
        if self._extension == "news" or (tag.prefix == "news" and self._extension is None):
            return tag.name in ("publication_date", "title")
        is_own = tag.prefix == self._prefix and self._extension is None
        return is_own and tag.name in ("loc", "lastmod")

    def _take_field(self, tag: _Tag) -> None:
        assert self._field is not None
        name = self._field[1]
        if not tag.closing or (tag.prefix, tag.name) != self._field:
            self.complete = False
        if "<" not in tag.before or name == "title":  # else half a tag is in it
            self._values.setdefault(name, tag.before)
        self._field = None

    def _turn_entry(self, tag: _Tag) -> None:
        if (self._entry is None) == tag.closing:
            self.complete = False  # one that was never opened, or never closed
        if self._entry is not None:
            self._close_entry()
        self._extension = None
        if not tag.closing:
            self._entry = tag.name

    def _close_entry(self) -> None:
        values, entry = self._values, self._entry
        self._values, self._entry = {}, None
        self.entries += 1
        reference = values.get("loc", "").strip(" \t\r\n\ufeff")
        self.is_news = self.is_news or "publication_date" in values
        if not reference:
            self.complete = False
            return
        try:
            address = join_address(self.url, reference)
        except AddressError:
            return  # `mailto:`, `android-app:` and the like are not pages
        link = Link(
            address,
            clean_text(values.get("title", "")) or None,
            parse_w3c_time(values.get("publication_date", "")),
            parse_w3c_time(values.get("lastmod", "")),
        )
        if entry == "url":
            self.links.setdefault(address, link)
        elif address != self.url:
            self.sitemaps.setdefault(address, link)


def _read_addresses(text: str, url: str, whole: bool) -> Listing:
    """One address a line (sitemaps.org, "Text file"). Raises ``ParseError`` for prose."""
    links: dict[str, Link] = {}
    entries, others = 0, 0
    for line in text.splitlines():
        reference = line.strip(" \t\ufeff")
        if not reference or reference.startswith("#"):
            continue
        if entries + others == MAX_ENTRIES:
            whole = False
            break
        if _WEB_ADDRESS.fullmatch(reference) is None:
            others += 1
            continue
        entries += 1
        with suppress(AddressError):
            address = join_address(url, reference)
            links.setdefault(address, Link(address))
    if others > entries:
        raise ParseError(url, "a text, not a sitemap (most lines are no addresses)")
    return Listing(links=tuple(links.values()), complete=whole)

"""What must hold of every result, whatever came in: promises that the types make, checked.

A check raises ``BrokenPromiseError``; everything else that a reader raises is a finding by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from typing import Any

from scraper.errors import AddressError
from scraper.model.types import Article, BlockKind, Link
from scraper.urls import canonical_url, parse_address

NOW = datetime.fromisoformat("2026-03-15T12:00:00+07:00")
"""When every input is taken to have been fetched."""
LATEST = NOW + timedelta(days=3)
"""Two days ahead are let pass for zones and wrong clocks, and a day is somewhere a day more."""
YEARS = range(1800, 2101)
MOST_CANDIDATES = 400
"""Of one field."""

# As ``repr`` shows them: a NUL or half of a surrogate pair, not behind an escaped backslash.
_SUSPECT = re.compile(r"\\x00|\\ud[89a-f]")
_BAD = re.compile("[\x00\ud800-\udfff]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")


class BrokenPromiseError(Exception):
    """The message says which promise, for a person, and is the same for the same fault."""


def require(holds: object, promise: str) -> None:
    if not holds:
        raise BrokenPromiseError(promise)


def check_texts(result: object, shown: str) -> None:
    """No string in it holds a NUL or a lone surrogate. ``shown``: its ``repr``."""
    if _SUSPECT.search(shown):
        for where, text in _strings(result, ""):
            require(not _BAD.search(text), f"no NUL and no lone surrogate in {where}")


def _strings(value: Any, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield where, value
    elif is_dataclass(value):
        for field in fields(value):
            yield from _strings(getattr(value, field.name), f"{where}.{field.name}")
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _strings(key, f"{where} key")
            yield from _strings(inner, f"{where}[]")
    elif isinstance(value, tuple | list | set | frozenset):
        for inner in value:
            yield from _strings(inner, f"{where}[]")


def check_address(url: str | None, where: str) -> None:
    """A checked address, in the form that checking leaves."""
    if url is None:
        return
    try:
        require(parse_address(url) == url, f"{where} is in the form that checking leaves")
    except AddressError as error:
        raise BrokenPromiseError(f"{where} is a web address: {error}") from None


def check_canonical(url: str | None) -> None:
    """A web address that is its own canonical form."""
    try:
        require(url is None or canonical_url(url) == url, "a canonical address is its own")
    except AddressError as error:
        raise BrokenPromiseError(f"a canonical address is a web address: {error}") from None


def check_link(link: Link) -> None:
    check_address(link.url, "a link")
    for moment in (link.published_at, link.modified_at):
        require(moment is None or moment.tzinfo is not None, "a link's time is aware")


def check_article(article: Article, size: int) -> None:
    """``size``: of the page in bytes."""
    _check_moment(article.published_at, "published_at")
    _check_moment(article.modified_at, "modified_at")
    require((article.published_at is None) == (article.published_precision is None),
            "a precision where there is a date")  # fmt: skip
    _check_blocks(article, size)
    _check_sizes(article, size)
    check_canonical(article.canonical_url)
    check_address(article.declared_url, "declared_url")
    check_address(article.next_url, "next_url")
    check_address(article.whole_url, "whole_url")
    check_address(article.image_url, "image_url")
    if article.canonical_url:
        require(
            canonical_url(article.canonical_url) == article.canonical_url, "canonical_url is so"
        )
    language = article.language
    require(language is None or re.fullmatch("[a-z]{2,3}", language), "language is a code")
    for name, record in article.provenance.items():
        require(0 <= record.confidence <= 1, f"confidence of {name} from 0 to 1")
        require(len(record.candidates) <= MOST_CANDIDATES, f"candidates of {name} are few")
        for candidate in record.candidates:
            bad = _CONTROLS.search(candidate.value)
            require(not bad, f"no control character in a candidate for {name}")
    names = (*article.authors, *article.tags, article.site_name, article.section)
    stated = (article.title, article.byline, article.page_title, article.published_raw)
    lines = (*names, *stated, article.evidence)
    for line in lines:
        require(line is None or not _CONTROLS.search(line), "no control character in a field")
        require(line is None or "\n" not in line, "a field is one line")


def _check_moment(moment: datetime | None, name: str) -> None:
    if moment is not None:
        require(moment.tzinfo is not None, f"{name} is aware")
        require(moment.year in YEARS, f"{name} is in a year of newspapers")
        require(moment <= LATEST, f"{name} does not lie ahead")


def _check_blocks(article: Article, size: int) -> None:
    texts = [block.text for block in article.blocks if block.kind is not BlockKind.CAPTION]
    require("\n".join(texts) == article.body, "the body is its blocks without captions")
    for block in article.blocks:
        require(block.text.strip(), "a block has text")
        require(not _CONTROLS.search(block.text), "no control character in a block")
        require(block.level is None or 1 <= block.level <= 4_000, "a block's level is sane")
        check_address(block.image_url, "a caption's image")
    require(len(article.body) <= size + 1_000, "the body is no longer than its page")


def _check_sizes(article: Article, size: int) -> None:
    require(len(article.tags) <= 30, "30 tags at most")
    require(len(article.authors) <= 100, "100 authors at most")
    for name in ("title", "byline", "site_name", "section", "page_title", "evidence"):
        require(len(getattr(article, name) or "") <= 10_000, f"{name} is at most 10,000 characters")

"""A later page of an article, met alone: the way back to the first one, under which it is filed.

A source may list each page of an article that is cut into several. Alone, the second would be an
article of its own that begins in the middle. So the page that it names as the first one is asked,
and the article is gathered from there as ever (``parts``); what was fetched already is not asked
for again. Where that article turns out not to hold this page's text, the page is what it is.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from urllib.parse import SplitResult, urlsplit

from scraper.model.types import Article, BlockKind, Response, Verdict
from scraper.pages.parts import (
    CONTAINED,
    MAX_PARTS,
    OWN_LENGTH,
    Ask,
    PageTrail,
    Read,
    fold_text,
)
from scraper.urls import key_of

Find = Callable[[Response], Awaitable[str | None]]
"""Gives the address of the first page, or of the one before, that a later page names."""

# A number of one or two digits at the end of the path, or as a value of the query. What it is, the
# page decides (``extraction.first_page``).
_IN_PATH = re.compile(r"[/_.,-](?:[a-z]{1,8}[/_-]?)?[1-9]\d?(?:\.[a-z]{3,5})?/?$", re.IGNORECASE)
_IN_QUERY = re.compile(r"(?:^|&)[a-z_]{1,12}=[1-9]\d?(?:&|$)", re.IGNORECASE)
# Of these, the ones that hardly mean anything else: no "-2.html".
_PLAINLY = re.compile(
    r"/[1-9]\d?/?$|[/_.,-](?:p|page|seite|pagina|hal|halaman|strona|sayfa|part|s)[-_/]?[1-9]\d?"
    r"(?:\.[a-z]{3,5})?/?$",
    re.IGNORECASE,
)
_MAX_URL = 2_000
_BEGINNINGS = frozenset((Verdict.ARTICLE, Verdict.TOO_SHORT))


def stem_of(url: str) -> str | None:
    """What the addresses of an article's pages share, where this is plainly that of a later one."""
    parts = _split(url)
    if parts is None:
        return None
    if _IN_QUERY.search(parts.query):
        return parts.path
    found = _PLAINLY.search(parts.path)
    return parts.path[: found.start()] if found else None


def may_be_later(answer: Response) -> bool:
    """Whether a page may be a later one of an article: its address holds a small number, and it
    names one that does not, or another."""
    parts = _split(answer.url)
    if parts is None:
        return False
    if _IN_QUERY.search(parts.query):
        return True
    found = _IN_PATH.search(parts.path)
    if found is None:
        return False
    piece, tail = parts.path[: found.start()].rpartition("/")[2], found[0].rstrip("/")
    if "%" in piece:  # a page may write it in letters
        return True
    named = re.escape(piece.encode()) + b"(?!" + re.escape(tail.encode()) + b")"
    return piece != "" and re.search(named, answer.body) is not None


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url) if len(url) <= _MAX_URL else None
    except ValueError:
        return None


class Remembered:
    """An ``Ask`` that asks once for each address, and for none that has answered already."""

    def __init__(self, ask: Ask, answer: Response) -> None:
        self._ask = ask
        self._answers = {key_of(url): answer for url in (answer.url, answer.requested_url)}

    async def __call__(self, url: str) -> Response:
        key = key_of(url)
        if key not in self._answers:
            self._answers[key] = await self._ask(url)
        return self._answers[key]


async def find_first(
    response: Response, article: Article, ask: Ask, read: Read, find: Find
) -> tuple[Response, Article] | None:
    """The first page of the article that ``response`` is a later page of, as its answer and what it
    says; ``None`` where it is none, or that page is not there.

    Raises ``FetchError`` where it could not be fetched now, but perhaps will be later.
    """
    if article.verdict not in _BEGINNINGS:
        return None
    trail, found = PageTrail(response, ask, read), None
    at = response
    for _ in range(MAX_PARTS):
        earlier = await find(at) if may_be_later(at) else None
        if earlier is None:
            return found
        found = await trail.follow(earlier)
        if found is None or found[1].verdict is not Verdict.ARTICLE:
            return None
        at = found[0]
    return None


def holds(whole: Article, part: Article) -> bool:
    """Whether an article has the text of one of its pages, or most of it."""
    theirs = {fold_text(block.text) for block in whole.blocks}
    texts = [
        block.text
        for block in part.blocks
        if block.kind is not BlockKind.CAPTION and len(block.text) >= OWN_LENGTH
    ]
    shared = sum(len(text) for text in texts if fold_text(text) in theirs)
    return bool(texts) and shared >= CONTAINED * sum(map(len, texts))

"""What a wall or a teaser showed of an article: at its addresses, or where these led to."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from scraper.model.types import Verdict
from scraper.urls import site_of
from storage.addresses import key_of
from storage.maintenance.forgetting.pages import pages_of
from storage.models import Article, Fetch, Page, Version, table_of
from storage.proof import entries
from storage.saving.versions import absorb
from storage.search import index

_ARTICLES, _VERSIONS = table_of(Article), table_of(Version)
_PAGES, _FETCHES = table_of(Page), table_of(Fetch)


@dataclass(slots=True)
class Passed:
    """What its addresses led to, as far as that stands for others, too."""

    kept: set[int] = field(default_factory=set)
    urls: set[str] = field(default_factory=set)
    """Spellings that only its addresses led to."""
    snapshots: set[int] = field(default_factory=set)
    pages: set[int] = field(default_factory=set)
    """Those that go without a tombstone."""


def shells_of(session: Session, article_id: int, sites: set[str]) -> list[int]:
    """Pages that were no article (a rejection, a teaser) at addresses from which it was read, too:
    what a wall showed of it. What another site showed stays that one's."""
    brought = exists().where(_FETCHES.c.page_id == _PAGES.c.id, _FETCHES.c.article_id == article_id)
    rows = session.execute(
        select(_ARTICLES.c.id, _ARTICLES.c.canonical_url, _ARTICLES.c.url)
        .join(_PAGES, _PAGES.c.url_key == _ARTICLES.c.url_key)
        .where(_ARTICLES.c.id != article_id, _ARTICLES.c.verdict != Verdict.ARTICLE.value)
        .where((_PAGES.c.article_id == article_id) | brought)
    )
    return [
        row.id for row in rows if site_of(row.canonical_url) in sites or site_of(row.url) in sites
    ]


def take_from_shells(session: Session, article_id: int, sites: set[str], now: datetime) -> Passed:
    """What its addresses led to when they did not lead to its text: a page to log in, a teaser.

    One that nothing else led to goes whole, whatever site it is on. Of one that stands for others,
    too, only the attempts at its addresses go, and the spellings that nothing else has.
    """
    pages = {page.id: page for page in pages_of(session, article_id)}
    its = [one.id for one in pages.values() if one.verdict != Verdict.ARTICLE.value]
    urls = {one.canonical_url for one in pages.values()}
    shells = session.execute(
        select(_ARTICLES.c.id, _ARTICLES.c.url, _ARTICLES.c.canonical_url)
        .where(_ARTICLES.c.id != article_id, _ARTICLES.c.verdict != Verdict.ARTICLE.value)
        .where(_ARTICLES.c.id.in_(select(_FETCHES.c.article_id).where(_FETCHES.c.page_id.in_(its))))
    ).all()
    passed = Passed()
    for shell in shells:
        attempts = session.execute(
            select(
                _FETCHES.c.id,
                _FETCHES.c.page_id,
                _FETCHES.c.requested_url,
                _FETCHES.c.url,
                _FETCHES.c.snapshot_id,
            ).where(_FETCHES.c.article_id == shell.id)
        ).all()
        led = [
            one
            for one in attempts
            if one.page_id in its and _is_its_doing(one, pages[one.page_id], sites)
        ]
        if not led:
            continue
        gone = {one.id for one in led}
        rest = [one for one in attempts if one.id not in gone]
        known = {url for one in rest for url in (one.requested_url, one.url)}
        lone = {one.url for one in led if one.url} - known - {shell.canonical_url}
        read_at = session.scalars(
            select(_VERSIONS.c.url).where(_VERSIONS.c.article_id == shell.id)
        ).all()
        if not rest or lone.intersection(read_at) or _names(shell.canonical_url, urls):
            if rest or not read_at:
                # Others may be led there, and are not to be refused for it.
                there = select(_PAGES.c.id).where(_PAGES.c.article_id == shell.id)
                passed.pages.update(session.scalars(there))
            absorb(session, shell.id, article_id, now)
            continue
        passed.kept.add(shell.id)
        passed.urls |= lone
        passed.snapshots.update(one.snapshot_id for one in led if one.snapshot_id is not None)
        session.execute(delete(_FETCHES).where(_FETCHES.c.id.in_(gone)))
        here = update(_ARTICLES).where(_ARTICLES.c.id == shell.id)
        if shell.url in lone:
            session.execute(here.values(url=shell.canonical_url))
            index.add(session, shell.id)  # as a teaser it is found by its address, too
        # What filed it is one of its attempts, and the evidence is what that one showed.
        last = here.where(_ARTICLES.c.filed_by.in_(gone))
        session.execute(last.values(filed_by=max(one.id for one in rest), evidence=""))
        entries.sign(session, shell.id)
    return passed


def _is_its_doing(attempt: Any, page: Any, sites: set[str]) -> bool:
    """What another site showed at its own address stays that one's."""
    if site_of(page.canonical_url) in sites or attempt.url is None:
        return True
    return key_of(attempt.url) != bytes(page.url_key)


def _names(url: str, others: Collection[str]) -> bool:
    """Whether the query of an address tells of one of the others: as where to go on to."""
    said = unquote(urlsplit(url).query)
    ends = {unquote(urlsplit(one)._replace(scheme="", netloc="").geturl()) for one in others}
    return any(re.search(re.escape(end) + r"(?![\w/.-])", said) for end in ends if len(end) > 1)

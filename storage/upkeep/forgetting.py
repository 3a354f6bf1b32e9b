"""An article that must go for good: what it said, where it stood, and what tells of either.

In two steps. One transaction takes out the rows, and leaves of them the keys of the addresses, so
that no crawl brings the article back, and the chain's word that something went. Then the bytes:
those of a file are overwritten as they go (``storage.database.erasing``), the index is written anew
(``storage.search.rewriting``), and the log is emptied. The second step may be refused, by whoever
still reads the file as it was; it is noted as due, and done by the next who asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import unquote, urlsplit

from sqlalchemy import Engine, and_, delete, exists, func, or_, select, union_all, update
from sqlalchemy.orm import Session

from scraper.errors import AddressError
from scraper.types import Verdict
from scraper.urls import site_of
from storage import addresses, stories
from storage.database import erasing
from storage.database.engine import insert_into, is_sqlite, name_of, reading, writing
from storage.database.failures import explained
from storage.models import (
    Alarm,
    Article,
    Entry,
    Fetch,
    Host,
    Page,
    Part,
    Poll,
    ReferencePage,
    Robots,
    Snapshot,
    Source,
    Version,
    table_of,
)
from storage.proof import entries
from storage.proof.digests import snapshot_digest
from storage.proof.entries import Kind
from storage.search import index, rewriting
from storage.snapshots import free_reference
from storage.versions import absorb

PATIENCE = 30.0
"""Seconds that the bytes wait for who reads the file as it was."""
NOWHERE = ""
"""The host of a tombstone whose own host had nothing but what was removed."""
_KEPT_HEADERS = frozenset({"content-type", "content-language"})
"""Of a page that another article was read from too: they say how to read it. The others may name
the address under which it was fetched (``Link``, ``Content-Location``)."""

_ARTICLES, _VERSIONS, _SNAPSHOTS = table_of(Article), table_of(Version), table_of(Snapshot)
_PAGES, _PARTS, _FETCHES = table_of(Page), table_of(Part), table_of(Fetch)
_ENTRIES, _REFERENCES, _ALARMS = table_of(Entry), table_of(ReferencePage), table_of(Alarm)
_HOSTS, _ROBOTS, _SOURCES = table_of(Host), table_of(Robots), table_of(Source)
_POLLS = table_of(Poll)


class Traces(StrEnum):
    """Where bytes of what was removed may be left in the database."""

    NONE = "none"
    READ = "read"
    """In the file and its log: another process still reads it as it was. ``finish`` it."""
    OLDER = "older"
    """In free room of the file, of earlier deletions: an older kliping did not overwrite them.
    ``vacuum`` does."""
    SERVER = "server"
    """In the server's tables, until they are vacuumed."""


@dataclass(frozen=True, slots=True)
class Removal:
    """What went with an article."""

    article_id: int
    versions: int
    snapshots: int
    addresses: int
    traces: Traces = Traces.NONE


@dataclass(slots=True)
class _Passed:
    """What its addresses led to, as far as that stands for others, too."""

    kept: set[int] = field(default_factory=set)
    urls: set[str] = field(default_factory=set)
    """Spellings that only its addresses led to."""
    snapshots: set[int] = field(default_factory=set)
    pages: set[int] = field(default_factory=set)
    """Those that go without a tombstone."""


def forget(
    engine: Engine, article_id: int, now: datetime, *, patience: float | None = None
) -> Removal | None:
    """Remove an article's texts, pages and addresses for good; ``None`` where there is none.

    The keys of its site's addresses stay, so that no crawl brings it back (a tombstone); so does
    the chain's word, and the entries that spoke of it are emptied but for their digests.
    Addresses of other sites that led to it have no tombstone: they are another outlet's (or a
    link shortener's), which may publish something of its own there. As such an address may tell
    what the article said, its row goes whole, and with it which sources listed it: one that still
    lists it brings it back as new. Nor has a page without text, to log in, that only they led to.
    An address at which another article is at home goes back to that one.

    ``patience``: as for ``finish``, ``PATIENCE`` if not given. Raises ``StorageError``.
    """
    with writing(engine) as session:
        row = session.execute(
            select(
                _ARTICLES.c.verdict, _ARTICLES.c.url, _ARTICLES.c.canonical_url, _VERSIONS.c.body
            )
            .outerjoin(_VERSIONS, _VERSIONS.c.id == _ARTICLES.c.current_version_id)
            .where(_ARTICLES.c.id == article_id)
        ).first()
        if row is None:
            return None
        if is_sqlite(session):
            erasing.note_removal(session.connection())
        sites = _sites_of(session, article_id, row)
        for shell in _shells_of(session, article_id, sites):
            absorb(session, shell, article_id, now)
        passed = _take_from_shells(session, article_id, sites, now)
        index.remove(session, article_id)
        stories.forget(session, article_id, row.body if row.verdict == Verdict.ARTICLE else None)
        _let_go_of_copies(session, article_id)
        snapshots = sorted({*_snapshots_of(session, article_id), *passed.snapshots})
        urls = _urls_of(session, article_id) | {row.url, row.canonical_url} | passed.urls
        pages = _pages_of(session, article_id)
        hosts = sorted({page.host for page in pages})
        _empty_pages(session, article_id, pages, sites, passed.pages, now)
        session.execute(delete(_FETCHES).where(_FETCHES.c.article_id == article_id))
        versions = _delete_article(session, article_id)
        removed = [digest for one in snapshots if (digest := _delete_snapshot(session, one, urls))]
        _leave_empty_hosts(session, hosts, now)
        _take_out_of_alarms(session, urls)
        _take_out_of_reasons(session, urls)
        _redact(session, article_id, passed.kept, urls, removed, now)
    entries.seal(engine, now)
    traces = finish(engine, patience=patience)
    return Removal(article_id, versions, len(removed), len(pages), traces)


def is_unfinished(engine: Engine) -> bool:
    """Whether bytes of something that was removed may still be in the file or its log."""
    if engine.dialect.name != "sqlite":
        return False
    with reading(engine) as session:
        return not erasing.is_finished(erasing.read_state(session.connection()))


def finish(engine: Engine, *, patience: float | None = None) -> Traces:
    """Have nothing left of what was removed; where there still may be.

    The index is written anew, in steps between which others may write: some 30 s for each 100,000
    articles. ``patience``: seconds that it waits for who reads the file as it was. Raises
    ``StorageError``.
    """
    if engine.dialect.name != "sqlite":
        return Traces.SERVER
    with reading(engine) as session:
        state = erasing.read_state(session.connection())
    rewriting.rewrite(engine)
    with explained(name_of(engine)):
        path = str(engine.url.database)
        if not erasing.empty_log(path, PATIENCE if patience is None else patience):
            return Traces.READ
    with writing(engine) as session:
        erasing.note_end(session.connection(), state)
    return Traces.NONE if erasing.is_clean(state) else Traces.OLDER


def _let_go_of_copies(session: Session, article_id: int) -> None:
    """Articles of other sites that were linked to it as copies are linked to the next of them."""
    copies = session.scalars(
        select(_ARTICLES.c.id)
        .where(_ARTICLES.c.duplicate_of == article_id)
        .order_by(_ARTICLES.c.id)
    ).all()
    for copy in copies:
        first = None if copy == copies[0] else copies[0]
        session.execute(update(_ARTICLES).where(_ARTICLES.c.id == copy).values(duplicate_of=first))
        entries.sign(session, copy)


def _snapshots_of(session: Session, article_id: int) -> list[int]:
    """Those that one of its versions or attempts, or an attempt at one of its addresses that
    nothing was filed of, brought."""
    versions = select(_VERSIONS.c.id).where(_VERSIONS.c.article_id == article_id)
    pages = select(_PAGES.c.id).where(_PAGES.c.article_id == article_id)
    queries = (
        select(_VERSIONS.c.snapshot_id).where(_VERSIONS.c.article_id == article_id),
        select(_PARTS.c.snapshot_id).where(_PARTS.c.version_id.in_(versions)),
        select(_FETCHES.c.snapshot_id).where(_FETCHES.c.article_id == article_id),
        select(_FETCHES.c.snapshot_id).where(
            _FETCHES.c.article_id.is_(None), _FETCHES.c.page_id.in_(pages)
        ),
    )
    found = {one for query in queries for one in session.scalars(query) if one is not None}
    return sorted(found)


def _urls_of(session: Session, article_id: int) -> set[str]:
    """Every spelling under which it, or a further page of it, was asked for or found."""
    versions = select(_VERSIONS.c.id).where(_VERSIONS.c.article_id == article_id)
    columns = (
        (_PAGES.c.url, _PAGES.c.article_id == article_id),
        (_PAGES.c.canonical_url, _PAGES.c.article_id == article_id),
        (_FETCHES.c.requested_url, _FETCHES.c.article_id == article_id),
        (_FETCHES.c.url, _FETCHES.c.article_id == article_id),
        (_VERSIONS.c.url, _VERSIONS.c.article_id == article_id),
        (_PARTS.c.url, _PARTS.c.version_id.in_(versions)),
    )
    found = (url for column, its in columns for url in session.scalars(select(column).where(its)))
    return {url for url in found if url}


def _sites_of(session: Session, article_id: int, row: Any) -> set[str]:
    """Where it was published: whose addresses are tombstones. (What was only kept beside it may
    have been read elsewhere, and a record can name any address.)"""
    its = _VERSIONS.c.accepted & _VERSIONS.c.recorded.is_(False)
    read_at = select(_VERSIONS.c.url).where(_VERSIONS.c.article_id == article_id, its).distinct()
    return {site_of(url) for url in (row.url, row.canonical_url, *session.scalars(read_at)) if url}


def _shells_of(session: Session, article_id: int, sites: set[str]) -> list[int]:
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


def _take_from_shells(session: Session, article_id: int, sites: set[str], now: datetime) -> _Passed:
    """What its addresses led to when they did not lead to its text: a page to log in, a teaser.

    One that nothing else led to goes whole, whatever site it is on. Of one that stands for others,
    too, only the attempts at its addresses go, and the spellings that nothing else has.
    """
    pages = {page.id: page for page in _pages_of(session, article_id)}
    its = [one.id for one in pages.values() if one.verdict != Verdict.ARTICLE.value]
    urls = {one.canonical_url for one in pages.values()}
    shells = session.execute(
        select(_ARTICLES.c.id, _ARTICLES.c.url, _ARTICLES.c.canonical_url)
        .where(_ARTICLES.c.id != article_id, _ARTICLES.c.verdict != Verdict.ARTICLE.value)
        .where(_ARTICLES.c.id.in_(select(_FETCHES.c.article_id).where(_FETCHES.c.page_id.in_(its))))
    ).all()
    passed = _Passed()
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
        # What filed it is one of its attempts, and the evidence is what that one showed.
        last = here.where(_ARTICLES.c.filed_by.in_(gone))
        session.execute(last.values(filed_by=max(one.id for one in rest), evidence=""))
        entries.sign(session, shell.id)
    return passed


def _is_its_doing(attempt: Any, page: Any, sites: set[str]) -> bool:
    """What another site showed at its own address stays that one's."""
    if site_of(page.canonical_url) in sites or attempt.url is None:
        return True
    return _key_of(attempt.url) != bytes(page.url_key)


def _names(url: str, others: Collection[str]) -> bool:
    """Whether the query of an address tells of one of the others: as where to go on to."""
    said = unquote(urlsplit(url).query)
    ends = {unquote(urlsplit(one)._replace(scheme="", netloc="").geturl()) for one in others}
    return any(re.search(re.escape(end) + r"(?![\w/.-])", said) for end in ends if len(end) > 1)


def _pages_of(session: Session, article_id: int) -> Sequence[Any]:
    """Its addresses, and who else is at home there; those, too, where nothing is but what was filed
    under it."""
    # Its home may have led elsewhere since, and so to another article.
    own = {
        addresses.parse(url).key
        for row in session.execute(
            select(_ARTICLES.c.url, _ARTICLES.c.canonical_url, _VERSIONS.c.url)
            .outerjoin(_VERSIONS, _VERSIONS.c.article_id == _ARTICLES.c.id)
            .where(_ARTICLES.c.id == article_id)
        )
        for url in row
        if url
    }
    owner, other = _ARTICLES.alias("owner"), _ARTICLES.alias("other")
    filed = select(_FETCHES.c.page_id).where(_FETCHES.c.article_id == article_id)
    others = exists().where(
        _FETCHES.c.page_id == _PAGES.c.id,
        _FETCHES.c.article_id == other.c.id,
        other.c.id != article_id,
        other.c.verdict == Verdict.ARTICLE.value,
    )
    is_only_filed = and_(
        _PAGES.c.article_id.is_(None), _PAGES.c.id.in_(filed), owner.c.id.is_(None), ~others
    )
    is_told = and_(is_only_filed, _PAGES.c.last_checked_at.is_(None), _PAGES.c.url_key.not_in(own))
    return session.execute(
        select(
            _PAGES.c.id,
            _PAGES.c.url_key,
            _PAGES.c.canonical_url,
            _PAGES.c.host,
            owner.c.id.label("owner_id"),
            owner.c.verdict,
            is_told.label("is_told"),  # only by a record, of an address that is still to be asked
        )
        .outerjoin(owner, (owner.c.url_key == _PAGES.c.url_key) & (owner.c.id != article_id))
        .where((_PAGES.c.article_id == article_id) | _PAGES.c.url_key.in_(own) | is_only_filed)
    ).all()


def _empty_pages(
    session: Session,
    article_id: int,
    rows: Sequence[Any],
    sites: set[str],
    passed: Collection[int],
    now: datetime,
) -> None:
    """Leave of each address what ``forget`` says. Those of ``passed`` have no tombstone."""
    homes = [row for row in rows if row.owner_id is not None]
    others = [row for row in rows if row.owner_id is None]
    tombstones = [
        row.id
        for row in others
        if site_of(row.canonical_url) in sites and row.id not in passed and not row.is_told
    ]
    foreign = [row.id for row in others if row.id not in tombstones]
    for row in homes:
        here = update(_PAGES).where(_PAGES.c.id == row.id)
        session.execute(here.values(article_id=row.owner_id))
    # Attempts that another article was filed of are that one's, at the address where it was.
    unfiled = _FETCHES.c.article_id.is_(None) | (_FETCHES.c.article_id == article_id)
    gone = [*tombstones, *foreign]
    session.execute(delete(_FETCHES).where(_FETCHES.c.page_id.in_(gone), unfiled))
    led_on = _FETCHES.c.page_id.in_(gone) & _FETCHES.c.url.is_not(None)
    session.execute(update(_FETCHES).where(led_on).values(requested_url=_FETCHES.c.url))
    session.execute(delete(_PAGES).where(_PAGES.c.id.in_(foreign)))
    session.execute(
        update(_PAGES)
        .where(_PAGES.c.id.in_(tombstones))
        .values(
            url="",
            canonical_url="",
            article_id=None,
            due_at=None,
            backlog=False,
            etag=None,
            last_modified=None,
            forgotten_at=now,
        )
    )


def _leave_empty_hosts(session: Session, hosts: Sequence[str], now: datetime) -> None:
    """A host that has nothing but tombstones goes, and what is known of it: its name may tell what
    was there (``the-case-of-ann.example``). One that asked us to stay away is kept until then."""
    is_live = exists().where(_PAGES.c.host == _HOSTS.c.host, _PAGES.c.forgotten_at.is_(None))
    has_source = exists().where(_SOURCES.c.host == _HOSTS.c.host)
    is_open = _HOSTS.c.paused_until.is_(None) | (_HOSTS.c.paused_until <= now)
    query = select(_HOSTS.c.host).where(
        _HOSTS.c.host.in_(hosts), _HOSTS.c.host != NOWHERE, is_open, ~has_source, ~is_live
    )
    for host in session.scalars(query).all():
        session.execute(insert_into(Host).on_conflict_do_nothing(), {"host": NOWHERE})
        session.execute(update(_PAGES).where(_PAGES.c.host == host).values(host=NOWHERE))
        origins = [f"{scheme}://{host}" for scheme in ("http", "https")]
        session.execute(delete(_ROBOTS).where(_ROBOTS.c.origin.in_(origins)))
        session.execute(delete(_REFERENCES).where(_REFERENCES.c.host == host))
        session.execute(delete(_HOSTS).where(_HOSTS.c.host == host))


def _take_out_of_reasons(session: Session, urls: Collection[str]) -> None:
    """Where a failure says at which address it happened: what kind it was stays."""
    for table, column in (
        (_FETCHES, _FETCHES.c.reason),
        (_POLLS, _POLLS.c.error),
        (_SOURCES, _SOURCES.c.last_error),
        (_ALARMS, _ALARMS.c.detail),
    ):
        named = or_(*(column.contains(url, autoescape=True) for url in urls))
        for row in session.execute(select(table.c.id, column.label("said")).where(named)).all():
            kind = row.said.partition(":")[0]
            kind = "" if any(url in kind for url in urls) else kind
            session.execute(update(table).where(table.c.id == row.id).values({column.name: kind}))


def _take_out_of_alarms(session: Session, urls: Collection[str]) -> None:
    """The addresses that an alarm names as examples, in whatever spelling."""
    keys = {key for url in urls if (key := _key_of(url)) is not None}
    for row in session.execute(select(_ALARMS.c.id, _ALARMS.c.examples)).all():
        left = [one for one in row.examples if one not in urls and _key_of(one) not in keys]
        if len(left) < len(row.examples):
            here = update(_ALARMS).where(_ALARMS.c.id == row.id)
            session.execute(here.values(examples=left))


def _key_of(url: str) -> bytes | None:
    with suppress(AddressError):
        return addresses.parse(url).key
    return None


def _delete_article(session: Session, article_id: int) -> int:
    whole = _ARTICLES.c.id == article_id
    session.execute(update(_ARTICLES).where(whole).values(current_version_id=None))
    mine = _VERSIONS.c.article_id == article_id
    count = session.scalar(select(func.count()).select_from(_VERSIONS).where(mine)) or 0
    session.execute(delete(_VERSIONS).where(mine))
    session.execute(delete(_ARTICLES).where(whole))
    return count


def _delete_snapshot(session: Session, snapshot_id: int, urls: set[str]) -> bytes | None:
    """The digest of its payload, if it went: another article may have been read from the same
    page, which is then stored under that one's address."""
    row = session.execute(select(_SNAPSHOTS).where(_SNAPSHOTS.c.id == snapshot_id)).one()
    # Whoever has an address for it has a use for it.
    uses = union_all(
        *(
            select(table.c.url).where(table.c.snapshot_id == snapshot_id)
            for table in (_VERSIONS, _PARTS, _FETCHES)
        )
    )
    others = session.scalars(uses).all()
    if not others:
        free_reference(session, snapshot_id)
        session.execute(delete(_SNAPSHOTS).where(_SNAPSHOTS.c.id == snapshot_id))
        return bytes(row.payload_digest)
    if row.url in urls:
        reference = select(_SNAPSHOTS.c.payload_digest).where(_SNAPSHOTS.c.id == row.reference_id)
        changed = {
            "url": next((url for url in others if url), ""),
            "headers": [one for one in row.headers if one[0].lower() in _KEPT_HEADERS],
        }
        renamed = {**row._asdict(), **changed}
        changed["digest"] = snapshot_digest(renamed, row.body, session.scalar(reference))
        here = update(_SNAPSHOTS).where(_SNAPSHOTS.c.id == snapshot_id)
        session.execute(here.values(**changed))
    return None


def _redact(
    session: Session,
    article_id: int,
    kept: Collection[int],
    urls: set[str],
    digests: Sequence[bytes],
    now: datetime,
) -> None:
    """Empty the entries that speak of it: its own; and those that are no article's (any more), or a
    page's that its addresses led to (``kept``), of its addresses and pages: prunings, and captures
    of a page that it was found to be one with. What proves a text that stays is not emptied."""
    speaks = _ENTRIES.c.url.in_(urls) | _ENTRIES.c.payload_digest.in_(digests)
    is_others = exists().where(_ARTICLES.c.id == _ENTRIES.c.article_id)
    is_proof = exists().where(_VERSIONS.c.digest == _ENTRIES.c.version_digest)
    emptied = session.execute(
        update(_ENTRIES)
        .where(
            or_(
                _ENTRIES.c.article_id == article_id,
                speaks & (~is_others | (_ENTRIES.c.article_id.in_(kept) & ~is_proof)),
            )
        )
        .where(_ENTRIES.c.redacted.is_(False))
        .values(
            url=None,
            fetched_at=None,
            payload_digest=None,
            version_digest=None,
            detail=None,
            redacted=True,
        )
        .returning(_ENTRIES.c.id)
    )
    ids = sorted(emptied.scalars().all())
    entries.record(session, Kind.REMOVAL, now, article_id=article_id, detail={"entries": ids})

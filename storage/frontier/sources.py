"""The sources: what is polled for links."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Select, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from scraper.model.types import Link, SourceKind, Validators, Verdict
from storage import addresses
from storage.addresses import Address
from storage.database.engine import reading, writing
from storage.frontier import owning
from storage.frontier.index_parts import is_by_hand
from storage.frontier.pages import chunks, ensure_hosts
from storage.frontier.polls import insert_source, queue_links
from storage.models import Article, Page, PageSource, Source, record_from
from storage.records import SourceRecord
from storage.text.fingerprint import scrub

BY_HAND = "disabled by hand"
LONGEST_ID = 18
"""Digits that fit an id."""

Records = list[SourceRecord]
Names = list[tuple[str, str]]


class Sources:
    """Every method raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self,
        url: str,
        *,
        name: str | None,
        kind: SourceKind,
        now: datetime,
        title: str | None = None,
        validators: Validators = Validators(),
        links: Sequence[Link] = (),
        backlog: Sequence[Link] = (),
        asked: str | None = None,
        was_read: bool = False,
        folder: str | None = None,
        vouched: bool = False,
        only: Sequence[str] = (),
        images: str | None = None,
    ) -> tuple[SourceRecord, bool]:
        """Add a source with what was read from it, due at once; the record, and whether it is new.

        ``links`` are due now, ``backlog`` waits for a backfill. ``asked``: the address that was
        given, if it is another. ``was_read``: it could be, and ``kind`` is no guess. ``folder``:
        where it is filed among the sources. ``vouched``: a subscriber's headers and cookies may go
        to it. ``only``: the patterns of the links that are taken of it. ``images``: which
        images of its articles are fetched (``lead``, ``none``); ``None``: as for all.

        A known one (by its canonical address) is returned as it is, but vouched for; a part of
        another one becomes one by itself. Without a ``name`` it is
        called after its host; a taken name gets ``-2``, ``-3``, … Raises ``AddressError``.
        """
        address = addresses.parse(url)
        values = {
            "url_key": address.key,
            "url": address.url,
            "kind": kind.value,
            "title": title,
            "host": address.host,
            "added_at": now,
            "due_at": now,
            "failures": 0,
            "etag": validators.etag,
            "last_modified": validators.last_modified,
            "last_success_at": now if was_read else None,
            "asked_key": addresses.parse(asked).key if asked else None,
            "folder": folder,
            "vouched": vouched,
            "only": [*only] or None,
            "images": images,
        }
        with writing(self._engine) as session:
            ensure_hosts(session, [address.host])
            wanted = _clean_name(name) or _default_name(address)
            source_id = insert_source(session, values, wanted)
            if source_id is None:  # perhaps only as a part of another one
                owning.vouch(session, [address] if vouched else [])
                chosen = {"only": [*only] or None, "images": images}
                _free(session, address, name=wanted, kind=kind, now=now, chosen=chosen)
            else:
                queue_links(session, source_id, links, now)
                queue_links(session, source_id, backlog, now, backlog=True)
            query = _query().where(Source.url_key == address.key)
            return _load(session, query)[0], source_id is not None

    def list(self) -> Records:
        with reading(self._engine) as session:
            return _load(session, _query().where(Source.parent_id.is_(None)).order_by(Source.id))

    def names(self, limit: int) -> Names:
        """Name and address of sources, the first added first."""
        query = select(Source.name, Source.url).where(Source.parent_id.is_(None))
        with reading(self._engine) as session:
            rows = session.execute(query.order_by(Source.id).limit(limit))
            return [(row.name, row.url) for row in rows]

    def find(self, text: str) -> SourceRecord | None:
        """By id, by name (in any case of letters, if nothing fits exactly) or by address."""
        with reading(self._engine) as session:
            for condition in _conditions(session, scrub(text.strip())):
                rows = _load(session, _query().where(condition).order_by(Source.id).limit(1))
                if rows:
                    return rows[0]
        return None

    def find_all(self, urls: Collection[str]) -> dict[str, int]:
        """Of these addresses those that are known, as ``find`` knows them, with the source's id;
        but no parts of others.

        Raises ``AddressError``.
        """
        keys = {url: addresses.parse(url).key for url in urls}
        known: dict[bytes, int] = {}
        with reading(self._engine) as session:
            for column in (Source.asked_key, Source.url_key):  # the address itself goes first
                for chunk in chunks(list(keys.values())):
                    query = select(column, Source.id).where(Source.parent_id.is_(None))
                    rows = session.execute(query.where(column.in_(chunk)))
                    known.update((key, source_id) for key, source_id in rows if key is not None)
        return {url: known[key] for url, key in keys.items() if key in known}

    def file(self, folders: Mapping[int, str]) -> int:
        """Put sources, by id, into folders, but for those that lie in one; how many that were."""
        with writing(self._engine) as session:
            return sum(
                session.execute(
                    update(Source)
                    .where(Source.id == source_id, Source.folder.is_(None))
                    .values(folder=folder)
                    .returning(Source.id)
                ).first()
                is not None
                for source_id, folder in folders.items()
            )

    def remove(self, source_id: int) -> bool:
        """Remove a source, its parts, and their pages that were never tried and that no other
        source lists.

        The other pages stay, with their articles, but are no longer visited by themselves unless
        another source lists them. Returns whether there was such a source.
        """
        other = aliased(PageSource)
        family = select(Source.id).where(or_(Source.id == source_id, Source.parent_id == source_id))
        listed = select(PageSource.page_id).where(
            PageSource.source_id.in_(family),
            ~exists().where(other.page_id == PageSource.page_id, other.source_id.not_in(family)),
        )
        with writing(self._engine) as session:
            session.execute(
                delete(Page).where(
                    Page.id.in_(listed), Page.last_checked_at.is_(None), Page.article_id.is_(None)
                )
            )
            rest = {"due_at": None, "backlog": False}
            session.execute(update(Page).where(Page.id.in_(listed)).values(**rest))
            removed = session.execute(
                delete(Source).where(Source.id == source_id).returning(Source.id)
            )
            return removed.first() is not None

    def make_due(self, source_ids: Collection[int], now: datetime) -> None:
        """Poll these, and the parts that are polled by themselves, at the next opportunity; but
        none that is disabled."""
        with writing(self._engine) as session:
            for chunk in chunks(list(source_ids)):
                parts = Source.parent_id.in_(chunk) & Source.due_at.is_not(None)
                session.execute(
                    update(Source)
                    .where(or_(Source.id.in_(chunk), parts), Source.disabled_at.is_(None))
                    .values(due_at=now)
                )

    def vouch(self, urls: Iterable[str]) -> None:
        """A person has given these addresses, of which some are sources that were found at another
        site. Raises ``AddressError``."""
        with writing(self._engine) as session:
            owning.vouch(session, map(addresses.parse, urls))

    def limit(self, source_id: int, only: Sequence[str], now: datetime) -> None:
        """Take from now on only the links that one of these patterns fits; all without any.

        It is read afresh, at the next opportunity unless it is disabled: what was left out before
        may be wanted now. What it listed before stays.
        """
        source, parts = Source.id == source_id, Source.parent_id == source_id
        afresh = {"etag": None, "last_modified": None}
        with writing(self._engine) as session:
            session.execute(update(Source).where(source).values(only=[*only] or None))
            session.execute(update(Source).where(or_(source, parts)).values(**afresh))
        self.make_due([source_id], now)

    def set_images(self, source_id: int, images: str) -> None:
        """Have these images (``lead``, ``none``) of its articles fetched from now on."""
        here = update(Source).where(Source.id == source_id)
        with writing(self._engine) as session:
            session.execute(here.values(images=images))

    def enable(self, source_id: int, now: datetime) -> None:
        """Poll it again, from now on."""
        values = {"disabled_at": None, "disabled_reason": None, "failures": 0, "due_at": now}
        with writing(self._engine) as session:
            session.execute(update(Source).where(Source.id == source_id).values(**values))

    def disable(self, source_id: int, reason: str | None, now: datetime) -> None:
        """Poll it no more until it is enabled, because a person says so; what it listed stays.

        One that a person disabled before stays so since then, and keeps its reason unless another
        is given.
        """
        with writing(self._engine) as session:
            source = session.get(Source, source_id)
            if source is None:
                return
            if not is_by_hand(source):
                source.disabled_at, source.due_at = now, None
                source.disabled_reason = reason or BY_HAND
            elif reason is not None:
                source.disabled_reason = reason


def _free(
    session: Session,
    address: Address,
    *,
    name: str,
    kind: SourceKind,
    now: datetime,
    chosen: Mapping[str, Any],
) -> None:
    """Make what is a part of another source, a sitemap of its index, one by itself."""
    part = session.execute(owning.query_parts().where(Source.url_key == address.key)).one()
    if part.parent_id is not None:
        values: dict[str, Any] = {
            "kind": kind.value,
            "parent_id": None,
            "stated_at": None,
            "due_at": now,
            **chosen,
        }
        owning.begin_anew(session, part, address, values, name)


def _clean_name(name: str | None) -> str:
    return " ".join((name or "").split())


def _default_name(address: Address) -> str:
    return address.host.removeprefix("www.")


def _load(session: Session, query: Select[Any]) -> Records:
    return [_record(*row) for row in session.execute(query)]


def _query() -> Select[Any]:
    member = aliased(Source)
    articles = (
        select(func.count(Article.id.distinct()))
        .join(Page, Page.article_id == Article.id)
        .join(PageSource, PageSource.page_id == Page.id)
        .join(member, member.id == PageSource.source_id)
        .where(or_(member.id == Source.id, member.parent_id == Source.id))
        .where(Article.verdict == Verdict.ARTICLE)
        .correlate(Source)
        .scalar_subquery()
    )
    parts = (
        select(func.count(member.id))
        .where(member.parent_id == Source.id)
        .correlate(Source)
        .scalar_subquery()
    )
    return select(Source, articles, parts)


def _conditions(session: Session, text: str) -> list[Any]:
    conditions: list[Any] = []
    if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID:
        conditions.append(Source.id == int(text))
    names = session.scalars(select(Source.name)).all()  # SQLite folds the case of ASCII alone
    alike = [name for name in names if name.casefold() == text.casefold()]
    conditions += [Source.name == text, Source.name.in_(alike)]
    if (key := addresses.key_of(text)) is not None:
        conditions += [Source.url_key == key, Source.asked_key == key]
    return conditions


def _record(row: Source, articles: int, parts: int) -> SourceRecord:
    seconds = row.interval_seconds
    return record_from(
        SourceRecord,
        row,
        kind=SourceKind(row.kind),
        interval=None if seconds is None else timedelta(seconds=seconds),
        articles=articles,
        parts=parts,
        is_part=row.parent_id is not None,
        only=tuple(row.only or ()),
    )

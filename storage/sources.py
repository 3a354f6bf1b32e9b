"""The sources: what is polled for links."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Select, delete, exists, func, select, update
from sqlalchemy.orm import Session, aliased

from scraper.errors import AddressError
from scraper.types import Link, SourceKind, Validators, Verdict
from storage import addresses
from storage.addresses import Address
from storage.engine import insert_into, reading, writing
from storage.fingerprint import scrub
from storage.frontier import queue_links
from storage.models import Article, Page, PageSource, Source
from storage.pages import chunks, ensure_hosts
from storage.records import SourceRecord

LONGEST_ID = 18
"""Digits that fit an id."""

Records = list[SourceRecord]


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
    ) -> tuple[SourceRecord, bool]:
        """Add a source with what was read from it, due at once; the record, and whether it is new.

        A known one (by its canonical address) is returned as it is. Without a ``name`` it is
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
        }
        with writing(self._engine) as session:
            ensure_hosts(session, [address.host])
            source_id = _insert(session, values, _clean_name(name) or _default_name(address))
            if source_id is not None:
                queue_links(session, source_id, links, now)
            query = _query().where(Source.url_key == address.key)
            return _load(session, query)[0], source_id is not None

    def list(self) -> Records:
        with reading(self._engine) as session:
            return _load(session, _query().order_by(Source.id))

    def find(self, text: str) -> SourceRecord | None:
        """By id, by name (in any case of letters, if nothing fits exactly) or by address."""
        with reading(self._engine) as session:
            for condition in _conditions(session, scrub(text.strip())):
                rows = _load(session, _query().where(condition).order_by(Source.id).limit(1))
                if rows:
                    return rows[0]
        return None

    def remove(self, source_id: int) -> bool:
        """Remove a source and its pages that were never tried and that no other source lists.

        Its other pages stay, with their articles, but are no longer visited by themselves unless
        another source lists them. Returns whether there was such a source.
        """
        other = aliased(PageSource)
        listed = select(PageSource.page_id).where(
            PageSource.source_id == source_id,
            ~exists().where(other.page_id == PageSource.page_id, other.source_id != source_id),
        )
        with writing(self._engine) as session:
            session.execute(
                delete(Page).where(
                    Page.id.in_(listed), Page.last_checked_at.is_(None), Page.article_id.is_(None)
                )
            )
            session.execute(update(Page).where(Page.id.in_(listed)).values(due_at=None))
            removed = session.execute(
                delete(Source).where(Source.id == source_id).returning(Source.id)
            )
            return removed.first() is not None

    def make_due(self, source_ids: Collection[int], now: datetime) -> None:
        """Poll these at the next opportunity, whatever their interval."""
        with writing(self._engine) as session:
            for chunk in chunks(list(source_ids)):
                session.execute(update(Source).where(Source.id.in_(chunk)).values(due_at=now))


def _insert(session: Session, values: dict[str, Any], name: str) -> int | None:
    """The new source's id, or ``None`` if its address is known."""
    number = 1
    while True:
        tried = name if number == 1 else f"{name}-{number}"
        statement = insert_into(Source).values(name=tried, **values).on_conflict_do_nothing()
        source_id: int | None = session.scalar(statement.returning(Source.id))
        if source_id is not None:
            return source_id
        if session.scalar(select(Source.id).where(Source.url_key == values["url_key"])):
            return None
        number += 1


def _clean_name(name: str | None) -> str:
    return " ".join((name or "").split())


def _default_name(address: Address) -> str:
    return address.host.removeprefix("www.")


def _load(session: Session, query: Select[Any]) -> Records:
    return [_record(row, articles) for row, articles in session.execute(query)]


def _query() -> Select[Any]:
    articles = (
        select(func.count(Article.id.distinct()))
        .join(Page, Page.article_id == Article.id)
        .join(PageSource, PageSource.page_id == Page.id)
        .where(PageSource.source_id == Source.id, Article.verdict == Verdict.ARTICLE)
        .correlate(Source)
        .scalar_subquery()
    )
    return select(Source, articles)


def _conditions(session: Session, text: str) -> list[Any]:
    conditions: list[Any] = []
    if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID:
        conditions.append(Source.id == int(text))
    names = session.scalars(select(Source.name)).all()  # SQLite folds the case of ASCII alone
    alike = [name for name in names if name.casefold() == text.casefold()]
    conditions += [Source.name == text, Source.name.in_(alike)]
    try:
        conditions.append(Source.url_key == addresses.parse(text).key)
    except AddressError:
        return conditions
    return conditions


def _record(row: Source, articles: int) -> SourceRecord:
    seconds = row.interval_seconds
    return SourceRecord(
        id=row.id,
        url=row.url,
        name=row.name,
        kind=SourceKind(row.kind),
        host=row.host,
        added_at=row.added_at,
        title=row.title,
        due_at=row.due_at,
        interval=None if seconds is None else timedelta(seconds=seconds),
        last_polled_at=row.last_polled_at,
        last_error=row.last_error,
        failures=row.failures,
        articles=articles,
    )

"""The rows of pages and hosts, found or made by their keys."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.addresses import Address
from storage.database.engine import get_or_insert, insert_into
from storage.models import Host, Page

T = TypeVar("T")

CHUNK = 500
"""Values in one statement's list."""
_HOST = insert_into(Host).on_conflict_do_nothing()
_PAGE = get_or_insert(Page, "url_key")


def ensure_hosts(session: Session, hosts: Collection[str]) -> None:
    rows = [{"host": host} for host in sorted(hosts)]
    if rows:
        session.execute(_HOST, rows)


def ensure_page(
    session: Session, address: Address, now: datetime, article_id: int | None = None
) -> int:
    """The id of the page at this address, made if it is unknown: not due, and this article's."""
    ensure_hosts(session, [address.host])
    values = {**page_values(address, now), "article_id": article_id}
    page_id: int = session.execute(_PAGE, values).scalar_one()
    return page_id


def page_values(
    address: Address,
    now: datetime,
    due_at: datetime | None = None,
    news_at: datetime | None = None,
    lister_id: int = 0,
) -> dict[str, object]:
    return {
        "url_key": address.key,
        "url": address.url,
        "canonical_url": address.canonical,
        "host": address.host,
        "first_seen_at": now,
        "news_at": now if news_at is None else min(news_at, now),
        "due_at": due_at,
        "failures": 0,
        "backlog": False,
        "lister_id": lister_id,
        "vouched": False,
    }


def load_page_ids(session: Session, keys: Iterable[bytes]) -> dict[bytes, int]:
    """By key, of the pages that exist."""
    wanted = list(keys)
    found: dict[bytes, int] = {}
    for chunk in chunks(wanted):
        rows = session.execute(select(Page.url_key, Page.id).where(Page.url_key.in_(chunk)))
        found.update((key, page_id) for key, page_id in rows)
    return found


def chunks(values: Sequence[T]) -> Iterable[Sequence[T]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]

"""Addresses as the database knows them: the key of the canonical form, and the rows of pages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from scraper import urls
from storage.engine import insert_into
from storage.models import Host, Page

T = TypeVar("T")

CHUNK = 500
"""Values in one statement's list."""


@dataclass(frozen=True, slots=True)
class Address:
    url: str
    """Checked, as it would be fetched."""
    canonical: str
    key: bytes
    host: str


def parse(text: str) -> Address:
    """Raises ``AddressError``."""
    url = urls.parse_address(text)
    canonical = urls.canonical_url(url)
    return Address(url, canonical, urls.url_key(canonical), urls.host_of(url))


def ensure_hosts(session: Session, hosts: Collection[str]) -> None:
    rows = [{"host": host} for host in sorted(hosts)]
    if rows:
        session.execute(insert_into(Host).on_conflict_do_nothing(), rows)


def ensure_page(session: Session, address: Address, now: datetime) -> int:
    """The id of the page at this address, made if it is unknown (and then not due)."""
    ensure_hosts(session, [address.host])
    statement = insert_into(Page).values(**page_values(address, now))
    # Setting the key to itself makes RETURNING give the row that was there.
    statement = statement.on_conflict_do_update(
        index_elements=[Page.url_key], set_={"url_key": statement.excluded.url_key}
    )
    return session.execute(statement.returning(Page.id)).scalar_one()


def page_values(
    address: Address, now: datetime, due_at: datetime | None = None
) -> dict[str, object]:
    return {
        "url_key": address.key,
        "url": address.url,
        "canonical_url": address.canonical,
        "host": address.host,
        "first_seen_at": now,
        "due_at": due_at,
        "failures": 0,
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

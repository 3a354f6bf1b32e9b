"""Whose a source is that more than one names: that of its own outlet, whoever named it first.

An index may list the sitemaps of another outlet. They are polled with it, until an index of their
own outlet lists them, or a person adds them: else who comes first decides whether, and how, others'
are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from scraper.model.types import SourceKind
from scraper.urls import site_of
from storage.addresses import Address
from storage.frontier.index_parts import is_by_hand
from storage.frontier.pages import chunks, ensure_hosts
from storage.models import Source


def query_parts() -> Any:
    """Sources, as the functions below take them, with the address of whose part each is."""
    parent = aliased(Source)
    return select(
        Source.id,
        Source.url_key,
        Source.parent_id,
        Source.stated_at,
        Source.vouched,
        Source.disabled_at,
        Source.last_polled_at,
        parent.url.label("parent_url"),
    ).outerjoin(parent, Source.parent_id == parent.id)


def is_anothers(part: Any, address: Address, lister: str) -> bool:
    """Whether a part is another outlet's, though the index at ``lister`` is of its own."""
    if part.parent_url is None:
        return False
    outlet = site_of(address.url)
    return site_of(lister) == outlet != site_of(part.parent_url)


def begin_anew(
    session: Session, part: Any, address: Address, values: Mapping[str, Any], name: str
) -> None:
    """Give a part to whom ``values`` say, to be read as if it had just been found, under ``name``
    unless that is taken. What a person disabled stays so; what it listed, and its polls, stay."""
    anew: dict[str, Any] = {
        "kind": SourceKind.SITEMAP.value,
        "interval_seconds": None,
        "failures": 0,
        "last_polled_at": None,
        "last_success_at": None,
        "last_error": None,
        "etag": None,
        "last_modified": None,
        **values,
    }
    if is_by_hand(part):
        anew["due_at"] = None
    else:
        anew |= {"disabled_at": None, "disabled_reason": None}
    if not part.vouched:
        ensure_hosts(session, [address.host])
        anew |= spelled(address, vouched=False)
    if not session.scalar(select(Source.id).where(Source.name == name)):
        anew["name"] = name
    session.execute(update(Source).where(Source.id == part.id).values(**anew))


def spelled(address: Address, *, vouched: bool) -> dict[str, Any]:
    return {"url": address.url, "host": address.host, "vouched": vouched}


def vouch(session: Session, addresses: Iterable[Address]) -> None:
    """Sources that are vouched for now, and were not, are asked for as they are spelled now, and
    afresh: the spelling before was another site's, and what it brought everybody's."""
    wanted = {address.key: address for address in addresses}
    for chunk in chunks(list(wanted)):
        query = select(Source.url_key).where(Source.url_key.in_(chunk), Source.vouched.is_(False))
        keys = session.scalars(query).all()
        ensure_hosts(session, {wanted[key].host for key in keys})
        for key in keys:
            values = spelled(wanted[key], vouched=True) | {"etag": None, "last_modified": None}
            session.execute(update(Source).where(Source.url_key == key).values(**values))

"""How the frontier's pages are left after a capture: the lease ends, and what is due when."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, and_, bindparam, case, not_, or_, select, update
from sqlalchemy.orm import Session

from scraper import urls
from scraper.errors import AddressError
from scraper.model.types import Outcome, Settlement
from storage import addresses
from storage.addresses import Address, is_same_host
from storage.database.engine import insert_into
from storage.frontier.pages import ensure_hosts
from storage.frontier.round_robin import note_turn
from storage.models import Article, Host, Page, table_of
from storage.saving.capture_facts import CaptureFacts
from storage.saving.save_plan import SavePlan

_PAGES, _HOSTS, _ARTICLES = table_of(Page), table_of(Host), table_of(Article)

_END_LEASE = (
    update(_PAGES)
    .where(_PAGES.c.id == bindparam("page"), _PAGES.c.lease_run_id == bindparam("run"))
    .values(lease_run_id=None)
)
_ANSWERS = insert_into(Host).values(host=bindparam("name"))
_ANSWERS = _ANSWERS.on_conflict_do_update(
    index_elements=[_HOSTS.c.host],
    set_={"postponed_until": None, "unreachable": 0},
    where=or_(_HOSTS.c.postponed_until.is_not(None), _HOSTS.c.unreachable > 0),
)
_HOME = select(_ARTICLES.c.url).where(_ARTICLES.c.id == bindparam("article"))
_DUE = select(_PAGES.c.due_at).where(_PAGES.c.id == bindparam("page"))
_UPDATE = update(_PAGES).where(_PAGES.c.id == bindparam("page"))
# A spelling that is vouched for stays, whoever else leads there: what answered did so without a
# subscriber's secrets, and its validators are not those of what a subscriber reads.
# Nor does plain http take the place of https, where the article was read over that.
_KEEPS = or_(
    and_(_PAGES.c.vouched, not_(bindparam("is_vouched", type_=Boolean))),
    and_(_PAGES.c.url.startswith("https:"), bindparam("is_plain", type_=Boolean)),
)
_SPELL = _UPDATE.values(
    {
        _PAGES.c.url: case((_KEEPS, _PAGES.c.url), else_=bindparam("spelled")),
        _PAGES.c.host: case((_KEEPS, _PAGES.c.host), else_=bindparam("at_host")),
        _PAGES.c.vouched: or_(_PAGES.c.vouched, bindparam("is_vouched", type_=Boolean)),
    }
)
_BLAME = _UPDATE.where(_PAGES.c.due_at.is_(None), _PAGES.c.failures == 0).values(failures=1)
_READ_AFRESH = _UPDATE.where(_PAGES.c.vouched).values(etag=None, last_modified=None)
_OTHERS_DUE = select(_PAGES.c.id, _PAGES.c.url, _PAGES.c.url_key, _PAGES.c.last_checked_at).where(
    _PAGES.c.article_id == bindparam("article"),
    _PAGES.c.id != bindparam("but"),
    _PAGES.c.due_at.is_not(None),
)
_RESTED: dict[str, Any] = {"due_at": None, "failures": 0, "backlog": False}


@dataclass(frozen=True, slots=True)
class Visit:
    """The rows that a capture touched."""

    requested: int
    """Page ids."""
    final: int | None
    """``None`` where the addresses do not become the article's."""
    article_id: int | None
    stays: bool = False
    """The requested address does not become the article's."""


def settle(
    session: Session,
    facts: CaptureFacts,
    plan: SavePlan,
    visit: Visit,
    settlement: Settlement,
    now: datetime,
) -> None:
    """End the lease, and say when what is due again.

    Of an article's addresses one carries the next visit: the final one, or, where this was
    only a copy, whichever carries it already. Its home always does, and so does a page without
    article.
    """
    if settlement.page_id is not None:
        note_turn(session, settlement.page_id)
        session.execute(_END_LEASE, {"page": settlement.page_id, "run": settlement.run_id})
        if settlement.page_id != visit.requested:
            # An older version spelt, and so keyed, its address otherwise: today's row takes over.
            _update(session, [settlement.page_id], _RESTED | {"last_checked_at": now})
    if facts.capture.response is not None:
        session.execute(_ANSWERS, {"name": facts.final.host})
    if facts.recorded:
        # What a web archive tells changes no plan, unless the page is to be asked for it.
        if plan.proposes and settlement.next_due_at is not None:
            _update(session, [visit.final or visit.requested], {"due_at": settlement.next_due_at})
        return
    _note_by_hand(session, settlement, visit)
    if plan.outcome is Outcome.FAILED:
        tried = {"last_checked_at": now, "backlog": False, **_plan(settlement)}
        _update(session, [visit.requested], tried)
        return
    tried = {
        "last_checked_at": now,
        "backlog": False,
        **_plan(settlement),
        **_validators(facts, settlement),
    }
    if visit.final is None:
        _update(session, [visit.requested], tried)
        return
    rest = _RESTED | {"last_checked_at": now}
    ours = {visit.requested, visit.final}
    home = facts.final if plan.is_home else _load_home(session, visit) or facts.final
    leads_away = home.key == facts.requested.key != facts.final.key
    if visit.stays or leads_away:
        # It is asked again as a page of its own; the validators are those of where it led.
        _update(session, [visit.requested], tried | {"etag": None, "last_modified": None})
        ours = {visit.final}
    is_copy = home.key != facts.final.key
    apart = is_copy and (plan.apart or plan.proposes)
    if is_copy and not apart and _is_carried(session, visit.article_id, ours):
        _update(session, ours, rest)
        return
    _update(session, ours - {visit.final}, rest)
    is_only = plan.makes_article and facts.canonical.key == facts.final.key
    if not is_only and not apart:
        _rest_others(session, facts, visit)
    _rest_parts(session, facts, visit, now)
    if urls.site_of(facts.requested.url) != urls.site_of(facts.final.url):
        # Who only leads there has no say in when it is due.
        due_at = session.scalar(_DUE, {"page": visit.final})
        tried |= {} if due_at is None else {"due_at": due_at}
    _update(session, [visit.final], tried)
    _spell(session, facts, visit, home if plan.proposes else facts.final, home)


def _spell(
    session: Session, facts: CaptureFacts, visit: Visit, answered: Address, home: Address
) -> None:
    """The spelling that answered is asked next time: it needs no redirect. One that only proposes
    is no better than that of the article."""
    response = facts.capture.response
    if response is None:
        ensure_hosts(session, [answered.host])
    vouched = response is not None and response.vouched
    if answered.key == facts.final.key:
        spelling = {"spelled": answered.url, "at_host": answered.host}
        is_plain = home.url.startswith("https:") and facts.requested.url.startswith("http:")
        is_plain = is_plain and answered.url.startswith("http:")
        kinds = {"is_vouched": vouched, "is_plain": is_plain}
        session.execute(_SPELL, {"page": visit.final, **kinds, **spelling})
    if not vouched:
        session.execute(_READ_AFRESH, {"page": visit.final})


def _rest_others(session: Session, facts: CaptureFacts, visit: Visit) -> None:
    """The article's other addresses need not be asked; but one on another host may say something
    else, and so may one that nobody asked yet, unless it is what this page declares."""
    rows = session.execute(_OTHERS_DUE, {"article": visit.article_id, "but": visit.final}).all()
    ids = [
        row.id
        for row in rows
        if is_same_host(row.url, facts.final.url)
        and (row.last_checked_at is not None or row.url_key == facts.canonical.key)
    ]
    _update(session, ids, {"due_at": None, "backlog": False})


def _rest_parts(session: Session, facts: CaptureFacts, visit: Visit, now: datetime) -> None:
    """Further pages of the article that a source listed as pages were fetched with it: those that
    were never tried are its addresses, on its own host. What was read over plain http says nothing
    of a page that is asked over https."""
    keys: set[bytes] = set()
    secure: set[bytes] = set()
    for part in facts.capture.parts:
        for url in (part.requested_url, part.url):
            with suppress(AddressError):
                address = addresses.parse(url)
                if is_same_host(address.url, facts.final.url):
                    keys.add(address.key)
                    if address.url.startswith("https:"):
                        secure.add(address.key)
    if keys:
        session.execute(
            update(_PAGES)
            .where(_PAGES.c.url_key.in_(keys), _PAGES.c.id != visit.final)
            .where(or_(_PAGES.c.url_key.in_(secure), _PAGES.c.url.startswith("http:")))
            .where(_PAGES.c.article_id.is_(None), _PAGES.c.last_checked_at.is_(None))
            .values(article_id=visit.article_id, due_at=None, last_checked_at=now, backlog=False)
        )


def _plan(settlement: Settlement) -> dict[str, Any]:
    if _is_by_hand(settlement):
        return {}  # a person's attempt that failed: a crawl's plans for the page stand
    return {"due_at": settlement.next_due_at, "failures": settlement.failures}


def _note_by_hand(session: Session, settlement: Settlement, visit: Visit) -> None:
    """So that ``crawl --retry`` finds what failed; no crawl has plans for it."""
    if _is_by_hand(settlement):
        session.execute(_BLAME, {"page": visit.requested})


def _is_by_hand(settlement: Settlement) -> bool:
    """Whether it is a person's attempt that failed."""
    failed = settlement.failures and settlement.next_due_at is None
    return settlement.page_id is None and bool(failed)


def _validators(facts: CaptureFacts, settlement: Settlement) -> dict[str, Any]:
    sent = settlement.validators
    stated = {"etag": sent.etag, "last_modified": sent.last_modified}
    if not facts.capture.not_modified:
        return stated
    # A 304 may leave out what has not changed (RFC 9110 §15.4.5).
    return {name: value for name, value in stated.items() if value is not None}


def _load_home(session: Session, visit: Visit) -> Address | None:
    """Where the article's text is looked for."""
    home = session.scalar(_HOME, {"article": visit.article_id})
    return addresses.parse(home) if home else None


def _is_carried(session: Session, article_id: int | None, but: Collection[int]) -> bool:
    """Whether another address of the article carries its next visit."""
    query = select(_PAGES.c.id).where(
        _PAGES.c.article_id == article_id,
        _PAGES.c.id.not_in(but),
        _PAGES.c.due_at.is_not(None),
    )
    return session.scalar(query.limit(1)) is not None


def _update(session: Session, page_ids: Collection[int], values: dict[str, Any]) -> None:
    if page_ids:
        session.execute(_UPDATE, [{"page": page_id, **values} for page_id in sorted(page_ids)])

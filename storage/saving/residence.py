"""Where an article lives: its canonical address is its own, and it may move to another outlet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from scraper import urls
from scraper.model.types import Outcome, Verdict
from storage import addresses
from storage.addresses import Address
from storage.models import Article, Fetch, Host, Page, Version, table_of
from storage.proof import entries
from storage.saving.capture_facts import CaptureFacts, KnownArticle
from storage.saving.save_plan import same_text
from storage.saving.versions import absorb
from storage.search.index import Additions
from storage.text.fingerprint import is_variant

_ARTICLES, _VERSIONS = table_of(Article), table_of(Version)
_PAGES, _FETCHES, _HOSTS = table_of(Page), table_of(Fetch), table_of(Host)
_HOLDER = select(_ARTICLES.c.id, _ARTICLES.c.url, _ARTICLES.c.verdict).where(
    _ARTICLES.c.url_key == bindparam("key")
)
_BODIES = select(_VERSIONS.c.body).where(
    _VERSIONS.c.article_id == bindparam("article"), _VERSIONS.c.accepted
)
_OTHERS = _VERSIONS.alias("other")
_FIRST = (
    select(func.min(_OTHERS.c.id))
    .where(_OTHERS.c.article_id == _ARTICLES.c.id)
    .correlate(_ARTICLES)
    .scalar_subquery()
)
_LOOKED_AT = 1_000
_BORN_THERE = (  # in no order, which an index has
    select(func.coalesce(_VERSIONS.c.url, _ARTICLES.c.url))
    .select_from(_PAGES)
    .join(_ARTICLES, _ARTICLES.c.id == _PAGES.c.article_id)
    .outerjoin(_VERSIONS, _VERSIONS.c.id == _FIRST)
    .where(_PAGES.c.host.in_(bindparam("hosts", expanding=True)))
    .where(_ARTICLES.c.id != bindparam("article"))
    .limit(_LOOKED_AT)
)
_PAGES_OF = select(_PAGES.c.id, _PAGES.c.url, _PAGES.c.url_key).where(
    _PAGES.c.article_id == bindparam("article")
)
_TWINS_OF = (
    select(_FETCHES.c.url)
    .where(_FETCHES.c.article_id == bindparam("article"), _FETCHES.c.url.is_not(None))
    .where(_FETCHES.c.outcome == Outcome.DUPLICATE.value)
    .where(_FETCHES.c.reason == bindparam("reason"))
    .distinct()
)
_RESIDENT = (
    select(_ARTICLES.c.id)
    .where(_ARTICLES.c.url_key == _PAGES.c.url_key, _ARTICLES.c.id != _PAGES.c.article_id)
    .scalar_subquery()
)
"""What stood there before: a wall, as a rule, or what another record told."""
_MOVE = update(_ARTICLES).where(_ARTICLES.c.id == bindparam("article"))


def vacate(session: Session, additions: Additions, key: bytes, now: datetime) -> None:
    """Free a canonical address of the article that has it and does not live there: that one is
    known by its home from now on. Of two that have one home, a wall or a teaser becomes a part of
    the other's history: both were read there."""
    holder = session.execute(_HOLDER, {"key": key}).first()
    if holder is None:
        return
    home = addresses.parse(holder.url)
    if home.key == key:
        return
    additions.remove(holder.id)
    # Its home's may be taken in the same way: so it first lets go of what it has.
    session.execute(_MOVE, {"article": holder.id, "url_key": b"article %d" % holder.id})
    vacate(session, additions, home.key, now)
    resident = session.execute(_HOLDER, {"key": home.key}).first()
    if resident is not None and holder.verdict != Verdict.ARTICLE:
        absorb(session, holder.id, resident.id, now)
        additions.follow(resident.id)
        entries.sign(session, resident.id)
        return
    if resident is not None and resident.verdict != Verdict.ARTICLE:
        absorb(session, resident.id, holder.id, now)
    values = {"article": holder.id, "url_key": home.key, "canonical_url": home.canonical}
    session.execute(_MOVE, values)
    additions.add(holder.id)
    entries.sign(session, holder.id)


def may_move(session: Session, facts: CaptureFacts, article: KnownArticle) -> bool:
    """Whether an article whose home now leads to another outlet has moved there: a paper that
    changes its domain takes its articles along.

    All that it ever said must be the text that stands there now, here and there worded otherwise,
    and nothing, no wall or teaser either, may have been first read in that outlet: or the one would
    write the other's history, by a redirect to what was not read yet.
    """
    page = facts.capture.article
    bodies = session.scalars(_BODIES, {"article": article.id}).all()
    if page is None or not all(is_variant(page.body, body) for body in bodies):
        return False
    hosts = [
        host
        for host in session.scalars(select(_HOSTS.c.host))
        if urls.site_of(f"https://{host}/") == facts.site
    ]
    firsts = session.scalars(_BORN_THERE, {"hosts": hosts, "article": article.id}).all()
    # Where there are too many to look at, nothing more moves there.
    return len(firsts) < _LOOKED_AT and all(urls.site_of(url) != facts.site for url in firsts)


def release_claimed(session: Session, page_id: int) -> None:
    """An address that only a record gave to an article is asked on the web, and is not its home: it
    stands for itself, whatever it answers."""
    session.execute(update(_PAGES).where(_PAGES.c.id == page_id).values(article_id=_RESIDENT))


def release_claims(session: Session, article: KnownArticle, page_ids: Mapping[bytes, int]) -> None:
    """An article that only records told of is read on the web: the addresses that only they gave it
    are free, but those that the web leads to, too (``page_ids``)."""
    session.execute(
        update(_PAGES)
        .where(_PAGES.c.article_id == article.id, _PAGES.c.last_checked_at.is_(None))
        .where(_PAGES.c.id.not_in(page_ids.values()))
        .values(article_id=_RESIDENT)
    )


def release_twins(session: Session, article_id: int, home: Address, now: datetime) -> None:
    """The pages of other hosts that only had the text which an article now changes stand for
    themselves again: they are asked what they say."""
    pages = session.execute(_PAGES_OF, {"article": article_id}).all()
    others = [page for page in pages if not addresses.is_same_host(page.url, home.url)]
    if not others:
        return
    twins = {"article": article_id, "reason": same_text(article_id)}
    had_it = {addresses.parse(url).key for url in session.scalars(_TWINS_OF, twins)}
    ids = [page.id for page in others if page.url_key in had_it]
    session.execute(
        update(_PAGES)
        .where(_PAGES.c.id.in_(ids))
        .values(article_id=_RESIDENT, due_at=now, etag=None, last_modified=None)
    )

"""What the archive knows of a capture's addresses and of its text: the rows, as ``Lookup``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from scraper import urls
from scraper.model.types import Verdict
from storage import addresses
from storage.contents import content_of_row
from storage.models import Article, Page, Version, table_of
from storage.saving import dedup
from storage.saving.capture_facts import CaptureFacts, KnownArticle, KnownVersion, Lookup
from storage.text.fingerprint import is_same_content

_PAGES, _ARTICLES, _MADE = table_of(Page), table_of(Article), table_of(Version)
_CARD = (
    _ARTICLES.c.id,
    _ARTICLES.c.verdict,
    _ARTICLES.c.canonical_url,
    _ARTICLES.c.url,
    _ARTICLES.c.current_version_id,
)
_AT = (
    select(
        _PAGES.c.url_key,
        _PAGES.c.id.label("page_id"),
        _PAGES.c.url.label("spelled"),
        or_(_PAGES.c.last_checked_at.is_not(None), _PAGES.c.due_at.is_not(None)).label("asked"),
        _PAGES.c.last_checked_at.is_not(None).label("is_checked"),
        _PAGES.c.forgotten_at,
        *_CARD,
    )
    .outerjoin(_ARTICLES, _ARTICLES.c.id == _PAGES.c.article_id)
    .where(_PAGES.c.url_key.in_(bindparam("keys", expanding=True)))
)
_ARTICLE = select(*_CARD).where(_ARTICLES.c.id == bindparam("article"))
_OWNER = select(*_CARD).where(
    _ARTICLES.c.url_key == bindparam("key"), _ARTICLES.c.verdict == Verdict.ARTICLE.value
)
_VERSIONS_OF = select(
    _MADE.c.id,
    _MADE.c.accepted,
    _MADE.c.recorded,
    _MADE.c.content_hash,
    _MADE.c.wording_hash,
    _MADE.c.text_hash,
    _MADE.c.published_at,
    _MADE.c.published_offset,
    _MADE.c.published_precision,
    _MADE.c.published_relative,
).where(_MADE.c.article_id == bindparam("article"))
_DECLARED = select(_MADE.c.declared_url).where(_MADE.c.id == bindparam("version"))
TWINS = 50
"""Articles with one text among which those of its own site are looked for."""
_TWINS = (
    select(
        _ARTICLES.c.id,
        _ARTICLES.c.url,
        _MADE.c.declared_url,
        _MADE.c.recorded,
        (_MADE.c.id == _ARTICLES.c.current_version_id).label("is_current"),
    )
    .join(_MADE, _MADE.c.article_id == _ARTICLES.c.id)
    .where(_MADE.c.text_hash == bindparam("text"), _MADE.c.accepted)
    .where(_ARTICLES.c.verdict == Verdict.ARTICLE.value)
    .order_by((_ARTICLES.c.site == bindparam("site")).desc(), _ARTICLES.c.id)
    .limit(TWINS)
)


def look_up(session: Session, facts: CaptureFacts) -> tuple[Lookup, dict[bytes, int]]:
    """What is known of the capture, and the ids of its addresses' pages, by key."""
    requested, final, canonical = (
        one.key for one in (facts.requested, facts.final, facts.canonical)
    )
    rows = session.execute(_AT, {"keys": sorted({requested, final, canonical})}).all()
    found = {row.id: _known_article(session, row) for row in rows if row.id is not None}
    at = {row.url_key: found.get(row.id) for row in rows}
    for key in {final, canonical}:
        if (there := at.get(key)) is not None and key not in there.own_keys:
            at[key] = _load_owner(session, key) or there
    twins = _load_twins(session, facts)
    asked = {row.url_key: row.spelled for row in rows if row.asked}
    forgotten = {row.url_key: row.forgotten_at for row in rows if row.forgotten_at is not None}
    known = Lookup(
        canonical=at.get(canonical),
        final=at.get(final),
        requested=at.get(requested),
        declared=_load_declared(session, facts),
        twin_elsewhere=twins.elsewhere,
        asked=asked.get(requested),
        is_checked=any(row.is_checked for row in rows if row.url_key == requested),
        forgotten_at=max(forgotten.values(), default=None),
        is_tombstone=requested in forgotten,
    )
    known = _settle_twins(session, facts, known, twins, found)
    return known, {row.url_key: row.page_id for row in rows}


def _settle_twins(
    session: Session,
    facts: CaptureFacts,
    known: Lookup,
    twins: _Twins,
    found: Mapping[int, KnownArticle],
) -> Lookup:
    """Which article of its site has the text, so that the address may be one more of it: on another
    host one that never said anything else, or that host would write the address's history."""
    if twins.here is None:
        return known
    twin = found.get(twins.here) or _load_article(session, twins.here)
    is_one = all(
        facts.content is not None and is_same_content(version.content, facts.content)
        for version in twin.versions
    )
    is_near = addresses.is_same_host(twin.url, facts.final.url)
    if not is_near and not is_one:
        return replace(known, twin_elsewhere=min(twin.id, known.twin_elsewhere or twin.id))
    at_home = dedup.is_at_home(facts, twin)
    return replace(
        known,
        twin_here=twin.id,
        twin_apart=not is_near,
        returning=twin if at_home else None,
        pointing=twin if twins.pointing == twin.id else None,
    )


def _load_declared(session: Session, facts: CaptureFacts) -> KnownArticle | None:
    """The article at home where the page says that it is, on another host of the outlet: if it has
    the page's text, or declares the page in turn."""
    declared, content = facts.declared, facts.content
    if declared is None or content is None:
        return None
    row = session.execute(_AT, {"keys": [declared.key]}).first()
    if row is None or row.id is None or row.verdict != Verdict.ARTICLE:
        return None
    article = _known_article(session, row)
    if declared.key not in article.own_keys:
        return None
    says = session.scalar(_DECLARED, {"version": article.current_id})
    is_mutual = addresses.key_of(says) == facts.final.key
    return article if is_mutual or article.has_text(content) else None


def _load_article(session: Session, article_id: int) -> KnownArticle:
    return _known_article(session, session.execute(_ARTICLE, {"article": article_id}).one())


def _load_owner(session: Session, key: bytes) -> KnownArticle | None:
    """The article that lives at an address from which another was led to since."""
    row = session.execute(_OWNER, {"key": key}).first()
    owner = _known_article(session, row) if row is not None else None
    return owner if owner is not None and owner.home_key == key else None


def _known_article(session: Session, row: Any) -> KnownArticle:
    versions = session.execute(_VERSIONS_OF, {"article": row.id})
    home, canonical = addresses.parse(row.url), addresses.parse(row.canonical_url)
    own = (
        {home.key, canonical.key} if addresses.is_same_host(home.url, canonical.url) else {home.key}
    )
    return KnownArticle(
        id=row.id,
        verdict=Verdict(row.verdict),
        url=home.url,
        home_key=home.key,
        own_keys=frozenset(own),
        current_id=row.current_version_id,
        versions=tuple(
            KnownVersion(one.id, content_of_row(one), one.accepted, one.recorded)
            for one in versions
        ),
    )


@dataclass(frozen=True, slots=True)
class _Twins:
    """The first articles with one text, by id."""

    here: int | None = None
    """On the same site."""
    pointing: int | None = None
    """… on another host of it, and declaring the final address."""
    elsewhere: int | None = None


def _load_twins(session: Session, facts: CaptureFacts) -> _Twins:
    if facts.content is None or facts.content.text is None:
        return _Twins()
    values = {"text": facts.content.text, "site": facts.site}
    rows = session.execute(_TWINS, values).all()
    here = [
        row
        for row in rows
        if urls.site_of(row.url) == facts.site
        # What the article says now, and in no lesser way: that is what the address will show.
        and row.is_current
        and (facts.recorded or not row.recorded)
        and not (row.url.startswith("http:") and facts.final.url.startswith("https:"))
    ]
    ids, pointing = {row.id for row in here}, {row.id for row in here if _points_at(row, facts)}
    return _Twins(
        min(pointing or ids, default=None),
        min(pointing, default=None),
        min((row.id for row in rows if row.id not in ids), default=None),
    )


def _points_at(row: Any, facts: CaptureFacts) -> bool:
    is_near = addresses.is_same_host(row.url, facts.final.url)
    return not is_near and addresses.key_of(row.declared_url) == facts.final.key

"""The one public way to write what a page brought: ``Archive.save``, one transaction.

The way of a capture: its addresses and hashes are worked out (``_examine``), what is known of them
is loaded (``_load_known``), ``dedup.decide`` rules, and ``filing`` carries the ruling out: article,
versions, snapshot, addresses, the frontier's page, and the record of the attempt. Saving the
same capture again stores nothing new, so a crawl that died may repeat what it did.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from scraper import urls
from scraper.errors import AddressError
from scraper.types import Capture, Decision, Response, Settlement, StoredPage, Validators, Verdict
from storage import addresses, dedup
from storage.addresses import Address
from storage.contents import content_of_row
from storage.dedup import Known, KnownArticle, KnownVersion
from storage.engine import reading, writing
from storage.filing import Case, Filing
from storage.fingerprint import Content
from storage.models import Article, Page, Snapshot, Version
from storage.snapshots import load_payload, payload_digest


class Archive:
    """Saves captures; loads what a new attempt at an address needs."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def save(self, capture: Capture, settlement: Settlement, now: datetime) -> Decision:
        """Store a capture and settle its page, in one transaction.

        Raises ``AddressError`` for a requested address that is none, and ``StorageError``; then
        nothing of the capture is stored.
        """
        case = _examine(capture)
        with writing(self._engine) as session:
            known = _load_known(session, case)
            ruling = dedup.decide(case.sighting, known)
            return Filing(session, case, ruling, settlement, now).carry_out()

    def load_stale(self, url: str, extractor_version: str) -> StoredPage | None:
        """The stored response behind the current version of the article at this address.

        ``None`` where there is none, or where this extractor made the version or is known to
        make the same of it. Raises ``AddressError`` and ``StorageError``.
        """
        key = addresses.parse(url).key
        with reading(self._engine) as session:
            row = session.execute(
                select(Version, Snapshot)
                .join(Article, Article.current_version_id == Version.id)
                .join(Page, Page.article_id == Article.id)
                .join(Snapshot, Snapshot.id == Version.snapshot_id)
                .where(Page.url_key == key, Article.verdict == Verdict.ARTICLE)
            ).first()
            if row is None:
                return None
            version, snapshot = row
            if extractor_version in (version.extractor_version, version.confirmed_by):
                return None
            response = Response(
                requested_url=version.url,
                url=version.url,
                status=snapshot.status,
                headers=tuple((name, value) for name, value in snapshot.headers),
                body=load_payload(snapshot),
                fetched_at=version.fetched_at,
            )
            return StoredPage(response, version.extractor_version)

    def load_validators(self, url: str) -> Validators:
        """What to send in a conditional GET of this address; empty where no text would be kept.

        Raises ``AddressError`` and ``StorageError``.
        """
        key = addresses.parse(url).key
        with reading(self._engine) as session:
            row = session.execute(
                select(Page.etag, Page.last_modified)
                .join(Article, Article.id == Page.article_id)
                .where(Page.url_key == key, Article.verdict == Verdict.ARTICLE)
            ).first()
            return Validators(*row) if row else Validators()


def _examine(capture: Capture) -> Case:
    requested = addresses.parse(capture.requested_url)
    final = canonical = requested
    response, article = capture.response, capture.article
    if response is not None:
        final = canonical = _parse_or(response.url, requested)
    if article is not None:
        declared = article.declared_url or article.canonical_url
        canonical = _parse_or(urls.choose_canonical(final.url, declared), final)
        if canonical.key == final.key:
            canonical = final
    digest = None
    if response is not None and not capture.not_modified:
        digest = payload_digest(response.body)
    sighting = dedup.sight(capture, canonical.key, final.key)
    return Case(sighting, requested, final, canonical, digest)


def _parse_or(text: str, fallback: Address) -> Address:
    try:
        return addresses.parse(text)
    except AddressError:
        return fallback


def _load_known(session: Session, case: Case) -> Known:
    keys = {case.requested.key, case.final.key, case.canonical.key}
    rows = session.execute(
        select(Page.url_key, Article)
        .join(Article, Article.id == Page.article_id)
        .where(Page.url_key.in_(keys))
    ).all()
    by_id = {article.id: _known_article(session, article) for _key, article in rows}
    by_key = {key: by_id[article.id] for key, article in rows}
    content = case.sighting.content
    twins = _load_twins(session, content, case.site) if content else (None, None)
    return Known(
        by_key.get(case.canonical.key),
        by_key.get(case.final.key),
        by_key.get(case.requested.key),
        *twins,
    )


def _known_article(session: Session, article: Article) -> KnownArticle:
    columns = (
        Version.id,
        Version.accepted,
        Version.content_hash,
        Version.wording_hash,
        Version.text_hash,
        Version.published_at,
        Version.published_offset,
        Version.published_precision,
        Version.published_relative,
    )
    rows = session.execute(select(*columns).where(Version.article_id == article.id))
    return KnownArticle(
        article.id,
        Verdict(article.verdict),
        article.url_key,
        urls.url_key(urls.canonical_url(article.url)),
        article.current_version_id,
        tuple(KnownVersion(row.id, content_of_row(row), row.accepted) for row in rows),
    )


def _load_twins(session: Session, content: Content, site: str) -> tuple[int | None, int | None]:
    """The first article with this text on this site, and the first on any other."""
    if content.text is None:
        return None, None
    query = (
        select(Article.id)
        .join(Version, Version.article_id == Article.id)
        .where(Version.text_hash == content.text, Version.accepted)
        .where(Article.verdict == Verdict.ARTICLE)
        .order_by(Article.id)
        .limit(1)
    )
    return (
        session.scalar(query.where(Article.site == site)),
        session.scalar(query.where(Article.site != site)),
    )

"""What of an article goes into a web archive file: the stored pages behind its versions.

Of each article, the pages of its versions in the order in which they were fetched: what is only
kept beside its text came after that, as a rule. Behind each page stand the further ones, of an
article that is cut into several. Who imports them in this order comes to the same article with the
same text.

Where that text was last seen at another time or address than its page was stored from (a text that
came back after an edit, a site that has moved), the page stands there as well: the archive
keeps one page of a text, and saw that it said the same.

Behind them stand the lead images that are stored of it.

Left out are versions that were read as a subscriber, unless they are asked for; and what is kept
beside the article's text from a page that says ``noarchive`` itself: the article's own pages go by
what its publisher said last (``storage.reading.rights``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from scraper.model.types import Outcome, Response, Verdict
from storage.database.engine import reading
from storage.models import Article, Fetch, Image, Part, Snapshot, Version
from storage.reading.library import listed_ids
from storage.reading.rights import Rights
from storage.snapshots import response_of

_SEEING = (Outcome.NEW.value, Outcome.CHANGED.value, Outcome.UNCHANGED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcPage:
    """One stored page as it came at an address and a time."""

    url: str
    fetched_at: datetime
    snapshot_id: int
    digest: bytes
    """SHA-256 of its body."""
    answer: Mapping[str, Any] | None = None
    """Its status and headers, where they are not those of the snapshot."""
    is_current: bool = False
    """The article's text is from it, and this is the article's address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcArticle:
    """An article and its stored pages, which are read when they are asked for."""

    id: int
    url: str
    title: str | None
    body: str
    directives: tuple[str, ...]
    with_credentials: bool
    """Whether its text was read as a subscriber."""
    left_out: int
    """Of its other versions, those whose pages are left out."""
    _pages: tuple[WarcPage, ...]
    _engine: Engine

    @property
    def has_page(self) -> bool:
        """Whether the page that its text is from is stored (still)."""
        return bool(self._pages)

    def pages(self) -> Iterator[tuple[WarcPage, Response]]:
        """None where the page that the text is from is not stored any more.

        Raises ``StorageError``.
        """
        for page in self._pages:
            with reading(self._engine) as session:
                snapshot = session.get(Snapshot, page.snapshot_id)
                if snapshot is None or snapshot.pruned_at is not None:
                    continue
                response = response_of(session, snapshot, page.url, page.fetched_at, page.answer)
            yield page, response


class WarcSource:
    """Every method raises ``StorageError``."""

    def __init__(self, engine: Engine, rights: Rights | None = None) -> None:
        self._engine = engine
        self._rights = rights or Rights()

    def stream(self, ids: Iterable[int] | None = None) -> Iterator[WarcArticle]:
        """Of these articles in their order, else of all that are listed, the first filed first."""
        for article_id in listed_ids(self._engine) if ids is None else ids:
            with reading(self._engine) as session:
                article = self._load(session, article_id)
            if article is not None:
                yield article

    def _load(self, session: Session, article_id: int) -> WarcArticle | None:
        row = session.execute(
            select(
                Article.id,
                Article.url,
                Article.current_version_id,
                Version.title,
                Version.body,
                func.coalesce(Article.directives, Version.directives).label("directives"),
                Version.with_credentials,
            )
            .join(Version, Version.id == Article.current_version_id)
            .where(Article.id == article_id, Article.verdict == Verdict.ARTICLE)
        ).first()
        if row is None:
            return None
        versions = _versions(session, row)
        given = [one for one in versions if self._may_leave(one)]
        pages = [*_warc_pages(session, row, given)]
        if pages and not self._rights.keeps_image(row.directives or ()):
            pages += _images(session, row.id, given)
        return WarcArticle(
            id=row.id,
            url=row.url,
            title=row.title,
            body=row.body,
            directives=tuple(row.directives or ()),
            with_credentials=row.with_credentials,
            left_out=len(versions) - len(given),
            _pages=tuple(pages),
            _engine=self._engine,
        )

    def _may_leave(self, version: Any) -> bool:
        if version.with_credentials and not self._rights.subscribed:
            return False
        return version.accepted or not self._rights.keeps_page(version.directives or ())


def _versions(session: Session, article: Any) -> Sequence[Any]:
    """Those whose page is stored, in the order in which these were fetched."""
    return session.execute(
        select(
            Version.id,
            Version.accepted,
            Version.url,
            Version.fetched_at,
            Version.directives,
            Version.with_credentials,
            Version.answer,
            Snapshot.id.label("snapshot_id"),
            Snapshot.payload_digest,
        )
        .join(Snapshot, Snapshot.id == Version.snapshot_id)
        .where(Version.article_id == article.id, Snapshot.pruned_at.is_(None))
        .order_by(Version.fetched_at, Version.id)
    ).all()


def _warc_pages(session: Session, article: Any, versions: Sequence[Any]) -> Iterator[WarcPage]:
    """Each once; none without the current one."""
    current = next((one for one in versions if one.id == article.current_version_id), None)
    if current is None:
        return
    own = _warc_page(current)
    later = [one.fetched_at for one in versions if one.accepted and one is not current]
    has_moved = own.url != article.url or own.fetched_at < max(later, default=own.fetched_at)
    seen: set[tuple[str, datetime, int]] = set()
    for version in versions:
        is_own = version is current and not has_moved
        if is_own:  # even if it stands there already, of a version read from the same page
            seen.discard((own.url, own.fetched_at, own.snapshot_id))
        page = replace(_warc_page(version), is_current=is_own)
        yield from _with_parts(session, page, version.id, seen)
    if has_moved:
        last = _last_seen(session, article) or own.fetched_at
        own = replace(own, url=article.url, fetched_at=max(last, own.fetched_at), is_current=True)
        seen.discard((own.url, own.fetched_at, own.snapshot_id))
        yield from _with_parts(session, own, current.id, seen)


def _warc_page(row: Any) -> WarcPage:
    return WarcPage(
        url=row.url,
        fetched_at=row.fetched_at,
        snapshot_id=row.snapshot_id,
        digest=row.payload_digest,
        answer=row.answer,
    )


def _with_parts(
    session: Session, first: WarcPage, version_id: int, seen: set[tuple[str, datetime, int]]
) -> Iterator[WarcPage]:
    rows = session.execute(
        select(
            Part.url,
            Part.fetched_at,
            Snapshot.id.label("snapshot_id"),
            Snapshot.payload_digest,
            Part.answer,
        )
        .join(Snapshot, Snapshot.id == Part.snapshot_id)
        .where(Part.version_id == version_id, Snapshot.pruned_at.is_(None))
        .order_by(Part.number)
    )
    for page in (first, *(_warc_page(row) for row in rows)):
        key = (page.url, page.fetched_at, page.snapshot_id)
        if key not in seen:
            seen.add(key)
            yield page


def _images(session: Session, article_id: int, versions: Sequence[Any]) -> Iterator[WarcPage]:
    """The lead images that these versions name, as their addresses gave them."""
    named = select(Version.image_url).where(Version.id.in_([one.id for one in versions]))
    rows = session.execute(
        select(
            Image.url,
            Image.fetched_at,
            Snapshot.id.label("snapshot_id"),
            Snapshot.payload_digest,
            Image.answer,
        )
        .join(Snapshot, Snapshot.id == Image.snapshot_id)
        .where(Image.article_id == article_id, Image.url.in_(named))
        .where(Snapshot.pruned_at.is_(None))
        .order_by(Image.fetched_at, Image.url)
    )
    yield from map(_warc_page, rows)


def _last_seen(session: Session, article: Any) -> datetime | None:
    """When the article's address last gave its text."""
    found: datetime | None = session.scalar(
        select(func.max(Fetch.fetched_at)).where(
            Fetch.article_id == article.id,
            Fetch.url == article.url,
            Fetch.outcome.in_(_SEEING),
            Fetch.reason.is_(None),  # with one, it gave something worse
        )
    )
    return found

"""Carrying a ruling out: the rows that one capture writes, in ``Archive.save``'s transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, exists, func, or_, select, text, update
from sqlalchemy.orm import Session

from scraper import types
from scraper.types import Decision, Outcome, Settlement, Validators, Verdict
from storage import stories
from storage.addresses import Address
from storage.contents import version_values
from storage.database.engine import get_or_insert, insert_into
from storage.dedup import Ruling, Step
from storage.frontier.pages import ensure_page
from storage.frontier.settling import Visit, settle
from storage.known import Sighting
from storage.models import Article, Entry, Fetch, Page, Run, Snapshot, Source, Version, table_of
from storage.proof import entries
from storage.proof.digests import version_digest
from storage.proof.entries import Kind
from storage.search import index
from storage.snapshots import save_parts, save_snapshot
from storage.texts.fingerprint import Content, content_of

_ARTICLES, _VERSIONS = table_of(Article), table_of(Version)
_PAGES, _FETCHES, _ENTRIES = table_of(Page), table_of(Fetch), table_of(Entry)
_RECORDED = (
    "page_id",
    "article_id",
    "outcome",
    "reason",
    "status",
    "fetched_at",
    "requested_url",
    "url",
)

_MAKE_ARTICLE = get_or_insert(Article, "url_key")
_MAKE_VERSION = (
    insert_into(Version)
    .on_conflict_do_update(
        index_elements=[_VERSIONS.c.article_id, _VERSIONS.c.content_hash],
        set_={"accepted": or_(_VERSIONS.c.accepted, text("excluded.accepted"))},
    )
    .returning(_VERSIONS.c.id)
)
_CONFIRM = (
    update(_VERSIONS)
    .where(_VERSIONS.c.id == bindparam("version"))
    .where(_VERSIONS.c.extractor_version != bindparam("extractor"))
    .where(func.coalesce(_VERSIONS.c.confirmed_by, "") != bindparam("extractor"))
    .values(confirmed_by=bindparam("extractor"))
)
_ACCEPT = (
    update(_VERSIONS)
    .where(_VERSIONS.c.id == bindparam("version"))
    .values(accepted=True, reason=None)
)
_SNAPSHOTS = table_of(Snapshot)
_ORIGIN = (
    select(
        _VERSIONS.c.snapshot_id,
        _VERSIONS.c.url,
        _VERSIONS.c.fetched_at,
        _SNAPSHOTS.c.payload_digest,
    )
    .join(_ARTICLES, _ARTICLES.c.current_version_id == _VERSIONS.c.id)
    .outerjoin(_SNAPSHOTS, _SNAPSHOTS.c.id == _VERSIONS.c.snapshot_id)
    .where(_ARTICLES.c.id == bindparam("article"))
)
_CURRENT = (
    select(_ARTICLES.c.verdict, _ARTICLES.c.url, _VERSIONS.c.body, _VERSIONS.c.digest)
    .outerjoin(_VERSIONS, _VERSIONS.c.id == _ARTICLES.c.current_version_id)
    .where(_ARTICLES.c.id == bindparam("article"))
)
_DIGEST = select(_VERSIONS.c.digest).where(_VERSIONS.c.id == bindparam("version"))
_OTHERS = _ARTICLES.alias("other")
_RENAME = (
    update(_ARTICLES)
    .where(_ARTICLES.c.id == bindparam("article"), _ARTICLES.c.url_key != bindparam("key"))
    .where(~exists().where(_OTHERS.c.url_key == bindparam("key")))
    .values(url_key=bindparam("key"), canonical_url=bindparam("label"))
)
_RECORD = (
    insert_into(Fetch)
    .values(
        # Looked up, since a source may be removed while its pages are being fetched.
        run_id=select(Run.id).where(Run.id == bindparam("run")).scalar_subquery(),
        source_id=select(Source.id).where(Source.id == bindparam("source")).scalar_subquery(),
        snapshot_id=select(Snapshot.id)
        .where(Snapshot.payload_digest == bindparam("digest"))
        .scalar_subquery(),
        payload_digest=bindparam("digest"),
        **{name: bindparam(name) for name in _RECORDED},
    )
    .returning(_FETCHES.c.id)
)


class Filing:
    """One ruling on its way into the tables. ``page_ids``: those of its addresses that exist."""

    def __init__(
        self,
        session: Session,
        sighting: Sighting,
        ruling: Ruling,
        page_ids: dict[bytes, int],
        now: datetime,
    ) -> None:
        self._session = session
        self._sighting = sighting
        self._capture = sighting.capture
        self._ruling = ruling
        self._page_ids = page_ids
        self._now = now
        self._current: int | None = None
        """The version that becomes the article's current one, where that changes."""
        self._beside: int | None = None
        """The version that is kept beside it."""

    def carry_out(self, settlement: Settlement) -> Decision:
        ruling, sighting = self._ruling, self._sighting
        article_id = self._make_article() if ruling.makes_article else ruling.article_id
        if article_id is not None:
            if ruling.absorbs is not None:
                self._absorb(ruling.absorbs, article_id)
            self._add_versions(article_id)
            self._link_addresses(article_id)
        # A 304 says nothing that is to be kept but when it was said.
        fetch_id = None if self._capture.not_modified else self._record(article_id, settlement)
        if article_id is not None and ruling.outcome is not Outcome.FAILED:
            self._update_article(article_id, fetch_id)
        if sighting.digest is not None and ruling.outcome is not Outcome.FAILED:
            self._prove(article_id)
        if ruling.is_held_back:
            # A 304 would say that this is all there is.
            settlement = replace(settlement, validators=Validators())
        visit = Visit(
            requested=self._page(sighting.requested),
            final=self._page(sighting.final) if ruling.links_addresses else None,
            article_id=article_id,
        )
        settle(self._session, sighting, ruling, visit, settlement, self._now)
        return Decision(ruling.outcome, ruling.reason, article_id, ruling.filed)

    def _make_article(self) -> int:
        ruling, canonical = self._ruling, self._sighting.canonical
        assert ruling.verdict is not None
        values = {
            "url_key": canonical.key,
            "canonical_url": canonical.canonical,
            "url": self._sighting.final.url,
            "site": self._sighting.site,
            "verdict": ruling.verdict.value,
            "evidence": ruling.evidence,
            "filed_by": 0,  # until its fetch has an id
            "duplicate_of": ruling.duplicate_of,
            "first_seen_at": self._now,
            "last_checked_at": self._now,
        }
        article_id: int = self._session.execute(_MAKE_ARTICLE, values).scalar_one()
        return article_id

    def _add_versions(self, article_id: int) -> None:
        ruling, capture, sighting = self._ruling, self._capture, self._sighting
        snapshot_id = None
        if ruling.keeps_snapshot and capture.response is not None and sighting.digest is not None:
            snapshot_id = save_snapshot(self._session, capture.response, sighting.digest)
        if ruling.confirms is not None and capture.article is not None:
            self._confirm(ruling.confirms, capture.article)
        if ruling.baseline is not None and capture.baseline is not None:
            assert sighting.baseline is not None
            origin = self._session.execute(_ORIGIN, {"article": article_id}).one()._asdict()
            payload_digest = origin.pop("payload_digest")
            self._add_version(
                article_id,
                ruling.baseline,
                capture.baseline,
                sighting.baseline,
                origin,
                payload_digest,
            )
            if ruling.baseline.revives is None:
                self._prove_reading(article_id, origin, payload_digest)
            if ruling.version is None and ruling.baseline.revives is None:
                # Its further pages are read for the first time, and are no edit.
                self._add_parts(capture.parts)
        if ruling.version is not None and capture.article is not None:
            response = capture.response
            origin = {
                "snapshot_id": snapshot_id,
                "url": sighting.final.url,
                "fetched_at": response.fetched_at if response else capture.attempted_at,
            }
            content = sighting.content or content_of(capture.article)
            digest = None if snapshot_id is None else sighting.digest
            self._add_version(article_id, ruling.version, capture.article, content, origin, digest)
            if ruling.version.revives is None:
                self._add_parts(capture.parts)

    def _add_version(
        self,
        article_id: int,
        step: Step,
        article: types.Article,
        content: Content,
        origin: Mapping[str, Any],
        payload_digest: bytes | None,
    ) -> None:
        """Make this content the article's current version, as a new row if it is a new content;
        or keep it beside the current one."""
        if step.revives is not None:
            self._place(step.revives, step)
            self._confirm(step.revives, article)
            if step.accepted:
                self._session.execute(_ACCEPT, {"version": step.revives})
            return
        values = {
            "article_id": article_id,
            "accepted": step.accepted,
            "reason": None if step.accepted else step.beside or self._ruling.reason,
            "cause": step.cause,
            "first_seen_at": self._now,
            **origin,
            **version_values(article, content),
        }
        values["digest"] = version_digest(values, payload_digest)
        self._place(self._session.execute(_MAKE_VERSION, values).scalar_one(), step)

    def _place(self, version_id: int, step: Step) -> None:
        if step.beside is None:
            self._current = version_id
        else:
            self._beside = version_id

    def _add_parts(self, parts: Sequence[types.Response]) -> None:
        """The further pages that the version was read from, with their snapshots."""
        version_id = self._beside or self._current
        assert version_id is not None
        save_parts(self._session, version_id, parts)

    def _confirm(self, version_id: int, article: types.Article) -> None:
        """This extractor makes that content, too: it need not be compared with it again."""
        values = {"version": version_id, "extractor": article.extractor_version}
        self._session.execute(_CONFIRM, values)

    def _absorb(self, shell_id: int, article_id: int) -> None:
        """All that hangs on a row without text goes over to the article; the row goes."""
        run = self._session.execute
        for table in (_PAGES, _FETCHES, _ENTRIES):
            run(update(table).where(table.c.article_id == shell_id).values(article_id=article_id))
        run(update(_ARTICLES).where(_ARTICLES.c.id == shell_id).values(current_version_id=None))
        theirs = _VERSIONS.alias("theirs")
        known = select(theirs.c.content_hash).where(theirs.c.article_id == article_id)
        run(
            update(_VERSIONS)
            .where(_VERSIONS.c.article_id == shell_id, _VERSIONS.c.content_hash.not_in(known))
            .values(article_id=article_id, accepted=False)
        )
        doubles = delete(_VERSIONS).where(_VERSIONS.c.article_id == shell_id)
        gone = [one.hex() for one in run(doubles.returning(_VERSIONS.c.digest)).scalars() if one]
        if gone:
            detail = {"versions": sorted(gone)}
            entries.record(
                self._session, Kind.JOINING, self._now, article_id=article_id, detail=detail
            )
        run(delete(_ARTICLES).where(_ARTICLES.c.id == shell_id))

    def _update_article(self, article_id: int, fetch_id: int | None) -> None:
        ruling, final, canonical = self._ruling, self._sighting.final, self._sighting.canonical
        values: dict[str, Any] = {"last_checked_at": self._now}
        if self._current is not None:
            values["current_version_id"] = self._current
        if ruling.verdict is not None:
            values |= {"verdict": ruling.verdict.value, "evidence": ruling.evidence}
        if ruling.duplicate_of is not None:
            values["duplicate_of"] = ruling.duplicate_of
        if fetch_id is not None and (ruling.filed or ruling.makes_article):
            values["filed_by"] = fetch_id
        if ruling.is_home:
            values |= {"url": final.url, "site": self._sighting.site}
        before = self._session.execute(_CURRENT, {"article": article_id}).one()
        reads_anew = self._current is not None or "filed_by" in values
        moves = "url" in values and values["url"] != before.url
        if (reads_anew or moves) and not ruling.makes_article:
            index.remove(self._session, article_id)
        self._session.execute(
            update(_ARTICLES).where(_ARTICLES.c.id == article_id).values(**values)
        )
        if ruling.is_home and not ruling.makes_article:
            # The canonical address follows the page, unless it is another article's.
            self._session.execute(
                _RENAME,
                {"article": article_id, "key": canonical.key, "label": canonical.canonical},
            )
        if reads_anew or moves:
            index.add(self._session, article_id)
        if reads_anew:
            self._follow_story(article_id, before)

    def _follow_story(self, article_id: int, before: Any) -> None:
        """The article's text is new, or another: what else carries it?"""
        ruling, article = self._ruling, self._capture.article
        if article is None or ruling.outcome not in (
            Outcome.NEW,
            Outcome.CHANGED,
            Outcome.DUPLICATE,
            Outcome.UNCHANGED,
        ):
            return
        now = self._session.execute(_CURRENT, {"article": article_id}).one()
        old = before.body if before.verdict == Verdict.ARTICLE else None
        if now.verdict == Verdict.ARTICLE and now.body is not None:
            stories.follow(self._session, article_id, old, now.body)
        if ruling.duplicate_of is not None:
            stories.join(self._session, [article_id, ruling.duplicate_of])

    def _prove_reading(
        self, article_id: int, origin: Mapping[str, Any], payload_digest: bytes | None
    ) -> None:
        """Record for the chain that a stored page was read anew."""
        entries.record(
            self._session,
            Kind.REEXTRACTION,
            self._now,
            article_id=article_id,
            url=origin["url"],
            fetched_at=origin["fetched_at"],
            payload_digest=payload_digest,
            version_digest=self._session.scalar(_DIGEST, {"version": self._current}),
        )

    def _prove(self, article_id: int | None) -> None:
        """Record the capture for the chain, and take the article's digest anew."""
        digest, version = None, self._beside or self._current
        if version is not None:
            digest = self._session.scalar(_DIGEST, {"version": version})
        elif article_id is not None and self._ruling.outcome is not Outcome.REJECTED:
            digest = self._session.execute(_CURRENT, {"article": article_id}).one().digest
        response = self._capture.response
        entries.record(
            self._session,
            Kind.REJECTION if self._ruling.outcome is Outcome.REJECTED else Kind.CAPTURE,
            self._now,
            article_id=article_id,
            url=self._sighting.final.url,
            fetched_at=response.fetched_at if response else None,
            payload_digest=self._sighting.digest,
            version_digest=digest,
        )
        if article_id is not None:
            entries.sign(self._session, article_id)

    def _page(self, address: Address) -> int:
        if address.key not in self._page_ids:
            self._page_ids[address.key] = ensure_page(self._session, address, self._now)
        return self._page_ids[address.key]

    def _link_addresses(self, article_id: int) -> None:
        sighting = self._sighting
        if self._ruling.links_addresses:
            mine = [sighting.requested, sighting.final, sighting.canonical]
        elif self._ruling.makes_article:
            # A wall or an error page may stand for many addresses: only its own is its.
            mine = [sighting.canonical]
        else:
            return
        page_ids = {self._page(address) for address in mine}
        self._session.execute(
            update(_PAGES).where(_PAGES.c.id.in_(page_ids)).values(article_id=article_id)
        )

    def _record(self, article_id: int | None, settlement: Settlement) -> int:
        capture, response = self._capture, self._capture.response
        values = {
            "run": settlement.run_id,
            "source": settlement.source_id,
            "page_id": self._page(self._sighting.requested),
            "article_id": article_id,
            "outcome": self._ruling.outcome.value,
            "reason": self._ruling.reason,
            "status": response.status if response else None,
            "fetched_at": response.fetched_at if response else capture.attempted_at,
            "requested_url": self._sighting.requested.url,
            "url": self._sighting.final.url if response else None,
            "digest": self._sighting.digest,
        }
        fetch_id: int = self._session.execute(_RECORD, values).scalar_one()
        return fetch_id

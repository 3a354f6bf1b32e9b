"""Carrying a ruling out: the rows that one capture writes, in ``Archive.save``'s transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from scraper import types, urls
from scraper.types import Capture, Decision, Outcome, Settlement
from storage.addresses import Address, ensure_page
from storage.contents import version_values
from storage.dedup import Ruling, Sighting, Step
from storage.engine import insert_into
from storage.fingerprint import Content, content_of
from storage.models import Article, Fetch, Host, Page, Run, Snapshot, Source, Version
from storage.snapshots import save_snapshot


@dataclass(frozen=True, slots=True)
class Case:
    """A capture with its addresses, hashes and keys."""

    sighting: Sighting
    requested: Address
    final: Address
    canonical: Address
    digest: bytes | None
    """Of the payload, where a body came."""

    @property
    def capture(self) -> Capture:
        return self.sighting.capture

    @property
    def site(self) -> str:
        """The registrable domain of the final address."""
        return urls.site_of(self.final.canonical)


class Filing:
    """One ruling on its way into the tables."""

    def __init__(
        self, session: Session, case: Case, ruling: Ruling, settlement: Settlement, now: datetime
    ) -> None:
        self._session = session
        self._case = case
        self._ruling = ruling
        self._settlement = settlement
        self._now = now
        self._page_ids: dict[bytes, int] = {}

    def carry_out(self) -> Decision:
        ruling = self._ruling
        article_id = self._make_article() if ruling.makes_article else ruling.article_id
        snapshot_id = self._save_snapshot() if ruling.keeps_snapshot else None
        if article_id is not None:
            if ruling.absorbs is not None:
                self._absorb(ruling.absorbs, article_id)
            self._add_versions(article_id, snapshot_id)
            self._link_addresses(article_id)
        fetch_id = self._record(article_id)
        if article_id is not None and ruling.outcome is not Outcome.FAILED:
            self._update_article(article_id, fetch_id)
        self._settle(article_id)
        return Decision(ruling.outcome, ruling.reason, article_id, ruling.filed)

    # ------------------------------------------------------------------ article and versions

    def _make_article(self) -> int:
        canonical, verdict = self._case.canonical, self._ruling.verdict
        assert verdict is not None
        statement = insert_into(Article).values(
            url_key=canonical.key,
            canonical_url=canonical.canonical,
            url=self._case.final.url,
            site=self._case.site,
            verdict=verdict.value,
            evidence=self._ruling.evidence,
            filed_by=0,
            duplicate_of=self._ruling.duplicate_of,
            first_seen_at=self._now,
            last_checked_at=self._now,
        )
        statement = statement.on_conflict_do_update(
            index_elements=[Article.url_key], set_={"url_key": statement.excluded.url_key}
        )
        return self._session.execute(statement.returning(Article.id)).scalar_one()

    def _save_snapshot(self) -> int | None:
        response, digest = self._case.capture.response, self._case.digest
        if response is None or digest is None:
            return None
        return save_snapshot(self._session, response, digest)

    def _add_versions(self, article_id: int, snapshot_id: int | None) -> None:
        ruling, capture = self._ruling, self._case.capture
        if ruling.confirms is not None and capture.article is not None:
            self._confirm(ruling.confirms, capture.article.extractor_version)
        if ruling.baseline is not None and capture.baseline is not None:
            assert self._case.sighting.baseline is not None
            origin = self._origin_of_current(article_id)
            self._add_version(
                article_id, ruling.baseline, capture.baseline, self._case.sighting.baseline, origin
            )
        if ruling.version is not None and capture.article is not None:
            response = capture.response
            origin = {
                "snapshot_id": snapshot_id,
                "url": self._case.final.url,
                "fetched_at": response.fetched_at if response else capture.attempted_at,
            }
            content = self._case.sighting.content or content_of(capture.article)
            self._add_version(article_id, ruling.version, capture.article, content, origin)

    def _add_version(
        self,
        article_id: int,
        step: Step,
        article: types.Article,
        content: Content,
        origin: Mapping[str, Any],
    ) -> None:
        """Make this content the article's current version, as a new row if it is a new content."""
        if step.revives is not None:
            version_id = step.revives
            self._confirm(version_id, article.extractor_version)
            if step.accepted:
                self._session.execute(
                    update(Version).where(Version.id == version_id).values(accepted=True)
                )
        else:
            statement = insert_into(Version).values(
                article_id=article_id,
                accepted=step.accepted,
                cause=step.cause,
                first_seen_at=self._now,
                **origin,
                **version_values(article, content),
            )
            statement = statement.on_conflict_do_update(
                index_elements=[Version.article_id, Version.content_hash],
                set_={"accepted": or_(Version.accepted, statement.excluded.accepted)},
            )
            version_id = self._session.execute(statement.returning(Version.id)).scalar_one()
        self._session.execute(
            update(Article).where(Article.id == article_id).values(current_version_id=version_id)
        )

    def _origin_of_current(self, article_id: int) -> Mapping[str, Any]:
        """Where the current version was read from: its rereading comes from there, too."""
        row = self._session.execute(
            select(Version.snapshot_id, Version.url, Version.fetched_at)
            .join(Article, Article.current_version_id == Version.id)
            .where(Article.id == article_id)
        ).one()
        return row._asdict()

    def _confirm(self, version_id: int, extractor_version: str) -> None:
        self._session.execute(
            update(Version)
            .where(Version.id == version_id, Version.extractor_version != extractor_version)
            .where(func.coalesce(Version.confirmed_by, "") != extractor_version)
            .values(confirmed_by=extractor_version)
        )

    def _absorb(self, shell_id: int, article_id: int) -> None:
        """All that hangs on a row without text goes over to the article; the row goes."""
        session, mine = self._session, aliased(Version)
        for table in (Page, Fetch):
            session.execute(
                update(table).where(table.article_id == shell_id).values(article_id=article_id)
            )
        session.execute(
            update(Article).where(Article.id == shell_id).values(current_version_id=None)
        )
        session.execute(
            update(Version)
            .where(Version.article_id == shell_id)
            .where(
                ~exists().where(
                    mine.article_id == article_id, mine.content_hash == Version.content_hash
                )
            )
            .values(article_id=article_id, accepted=False)
        )
        session.execute(delete(Version).where(Version.article_id == shell_id))
        session.execute(delete(Article).where(Article.id == shell_id))

    def _update_article(self, article_id: int, fetch_id: int) -> None:
        ruling, case = self._ruling, self._case
        values: dict[str, Any] = {"last_checked_at": self._now}
        if ruling.verdict is not None:
            values |= {"verdict": ruling.verdict.value, "evidence": ruling.evidence}
        if ruling.duplicate_of is not None:
            values["duplicate_of"] = ruling.duplicate_of
        if ruling.filed or ruling.makes_article:
            values["filed_by"] = fetch_id
        if ruling.is_home:
            values |= {"url": case.final.url, "site": case.site}
        self._session.execute(update(Article).where(Article.id == article_id).values(**values))
        if ruling.is_home and not ruling.makes_article:
            self._rename(article_id)

    def _rename(self, article_id: int) -> None:
        """The article's canonical address follows its page, unless it is another article's."""
        other, canonical = aliased(Article), self._case.canonical
        self._session.execute(
            update(Article)
            .where(Article.id == article_id, Article.url_key != canonical.key)
            .where(~exists().where(other.url_key == canonical.key))
            .values(url_key=canonical.key, canonical_url=canonical.canonical)
        )

    # ------------------------------------------------------------------ pages and the attempt

    def _page(self, address: Address) -> int:
        if address.key not in self._page_ids:
            known = self._session.scalar(select(Page.id).where(Page.url_key == address.key))
            self._page_ids[address.key] = known or ensure_page(self._session, address, self._now)
        return self._page_ids[address.key]

    def _link_addresses(self, article_id: int) -> None:
        case = self._case
        if self._ruling.links_addresses:
            pages = {self._page(one) for one in (case.requested, case.final, case.canonical)}
        elif self._ruling.makes_article:
            # A wall or an error page may stand for many addresses: only its own is its.
            pages = {self._page(case.canonical)}
        else:
            return
        self._session.execute(update(Page).where(Page.id.in_(pages)).values(article_id=article_id))

    def _record(self, article_id: int | None) -> int:
        capture, settlement, digest = self._case.capture, self._settlement, self._case.digest
        response = capture.response
        statement = insert_into(Fetch).values(
            # Looked up, since a source may be removed while its pages are being fetched.
            run_id=select(Run.id).where(Run.id == settlement.run_id).scalar_subquery(),
            source_id=select(Source.id).where(Source.id == settlement.source_id).scalar_subquery(),
            page_id=self._page(self._case.requested),
            article_id=article_id,
            snapshot_id=select(Snapshot.id)
            .where(Snapshot.payload_digest == digest)
            .scalar_subquery(),
            outcome=self._ruling.outcome.value,
            reason=self._ruling.reason,
            status=response.status if response else None,
            fetched_at=response.fetched_at if response else capture.attempted_at,
            requested_url=self._case.requested.url,
            url=self._case.final.url if response else None,
            payload_digest=digest,
        )
        return self._session.execute(statement.returning(Fetch.id)).scalar_one()

    # ------------------------------------------------------------------ the frontier

    def _settle(self, article_id: int | None) -> None:
        """End the lease, and say when what is due again.

        Of an article's addresses one carries the next visit: the final one, or, where this was
        only a copy, whichever carries it already. A page without article carries its own.
        """
        requested = self._page(self._case.requested)
        self._end_lease()
        if self._ruling.outcome is Outcome.FAILED:
            self._update_pages([requested], self._visit(with_validators=False))
            return
        self._clear_postponement()
        if not self._ruling.links_addresses or article_id is None:
            same = self._case.final.key == self._case.requested.key
            self._update_pages([requested], self._visit(with_validators=same))
            return
        final = self._page(self._case.final)
        rest = {"due_at": None, "failures": 0, "last_checked_at": self._now}
        if not self._ruling.is_home and self._is_visited(article_id, {requested, final}):
            self._update_pages({requested, final}, rest)
            return
        self._update_pages({requested} - {final}, rest)
        self._session.execute(
            update(Page)
            .where(Page.article_id == article_id, Page.id != final, Page.due_at.is_not(None))
            .values(due_at=None)
        )
        # The spelling that answered is asked next time: it needs no redirect.
        spelling = {"url": self._case.final.url, "host": self._case.final.host}
        self._update_pages([final], self._visit(with_validators=True) | spelling)

    def _end_lease(self) -> None:
        settlement = self._settlement
        if settlement.page_id is not None:
            self._session.execute(
                update(Page)
                .where(Page.id == settlement.page_id, Page.lease_run_id == settlement.run_id)
                .values(lease_run_id=None)
            )

    def _clear_postponement(self) -> None:
        """A host that answers is reachable again."""
        self._session.execute(
            update(Host)
            .where(Host.host == self._case.final.host, Host.postponed_until.is_not(None))
            .values(postponed_until=None)
        )

    def _visit(self, *, with_validators: bool) -> dict[str, Any]:
        """The columns of a page that was tried and is to be tried again as settled."""
        settlement, validators = self._settlement, self._settlement.validators
        values: dict[str, Any] = {"last_checked_at": self._now}
        if settlement.page_id is None and settlement.failures and not settlement.next_due_at:
            return values  # a person's attempt that failed; a crawl's plans for it stand
        values |= {"due_at": settlement.next_due_at, "failures": settlement.failures}
        if self._case.capture.not_modified:
            # A 304 may leave out what has not changed (RFC 9110 §15.4.5).
            values |= {
                "etag": func.coalesce(validators.etag, Page.etag),
                "last_modified": func.coalesce(validators.last_modified, Page.last_modified),
            }
        elif with_validators:
            values |= {"etag": validators.etag, "last_modified": validators.last_modified}
        return values

    def _is_visited(self, article_id: int, but: set[int]) -> bool:
        """Whether another address of the article carries its next visit."""
        query = select(Page.id).where(
            Page.article_id == article_id, Page.id.not_in(but), Page.due_at.is_not(None)
        )
        return self._session.scalar(query.limit(1)) is not None

    def _update_pages(self, page_ids: Collection[int], values: dict[str, Any]) -> None:
        if page_ids:
            self._session.execute(update(Page).where(Page.id.in_(page_ids)).values(**values))

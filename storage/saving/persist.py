"""Carrying a plan out: the rows that one capture writes, in ``Archive.save``'s transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, select, update
from sqlalchemy.orm import Session

from scraper.model.types import Decision, Outcome, Settlement, Validators, Verdict
from storage.addresses import Address
from storage.database.engine import get_or_insert, insert_into
from storage.frontier.pages import ensure_page
from storage.models import Article, Fetch, Page, Run, Snapshot, Source, Version, table_of
from storage.proof import entries
from storage.proof.entries import EntryKind
from storage.saving import edit_rows, stories
from storage.saving.capture_facts import CaptureFacts
from storage.saving.directives import heard
from storage.saving.residence import release_twins, vacate
from storage.saving.save_plan import SavePlan
from storage.saving.settling import Visit, settle
from storage.saving.versions import Versions, absorb
from storage.search.index import Additions

_ARTICLES, _VERSIONS = table_of(Article), table_of(Version)
_PAGES, _FETCHES = table_of(Page), table_of(Fetch)
_RECORDED = (
    "page_id",
    "article_id",
    "outcome",
    "reason",
    "status",
    "fetched_at",
    "requested_url",
    "url",
    "with_credentials",
)

_MAKE_ARTICLE = get_or_insert(Article, "url_key")
_CURRENT = (
    select(
        _ARTICLES.c.verdict,
        _ARTICLES.c.url,
        _ARTICLES.c.first_seen_at,
        _ARTICLES.c.last_checked_at,
        _ARTICLES.c.directives,
        _VERSIONS.c.directives.label("read_with"),
        _VERSIONS.c.body,
        _VERSIONS.c.digest,
    )
    .outerjoin(_VERSIONS, _VERSIONS.c.id == _ARTICLES.c.current_version_id)
    .where(_ARTICLES.c.id == bindparam("article"))
)
_UPDATE = update(_ARTICLES).where(_ARTICLES.c.id == bindparam("article"))
_LINK = (
    update(_PAGES).where(_PAGES.c.id == bindparam("page")).values(article_id=bindparam("article"))
)
_LINK_UNASKED = _LINK.where(_PAGES.c.last_checked_at.is_(None), _PAGES.c.due_at.is_(None))
"""A record gives no address away that was asked on the web, or is to be."""
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


@dataclass(kw_only=True)
class Filing:
    """One plan on its way into the tables."""

    session: Session
    additions: Additions
    facts: CaptureFacts
    plan: SavePlan
    page_ids: dict[bytes, int]
    """Those of its addresses that exist, by key."""
    stays: bool
    """The requested address does not become the article's."""
    now: datetime
    seen_at: datetime
    """When somebody recorded the page, else ``now``."""
    _is_out_of_order: bool = False
    """It may have come before another capture of the article."""

    def __post_init__(self) -> None:
        self._is_out_of_order = self.facts.recorded
        self._versions = Versions(
            session=self.session,
            facts=self.facts,
            plan=self.plan,
            now=self.now,
            seen_at=self.seen_at,
        )

    def carry_out(self, settlement: Settlement) -> Decision:
        plan, facts = self.plan, self.facts
        article_id = self._make_article() if plan.makes_article else plan.article_id
        if article_id is not None:
            if plan.absorbs is not None:
                absorb(self.session, plan.absorbs, article_id, self.now)
            self._versions.add(article_id)
            self._link_addresses(article_id)
            if plan.outcome is Outcome.CHANGED and plan.is_home:
                release_twins(self.session, article_id, facts.final, self.now)
        # A 304 says nothing that is to be kept but when it was said.
        fetch_id = None if self.facts.capture.not_modified else self._record(article_id, settlement)
        if article_id is not None and plan.outcome is not Outcome.FAILED:
            self._update_article(article_id, fetch_id)
        if facts.digest is not None and plan.outcome is not Outcome.FAILED:
            self._prove(article_id)
        elif article_id is not None and self.facts.capture.directives:
            entries.sign(self.session, article_id)  # a 304 may forbid more
        if article_id is not None and self._changes_the_past:
            edit_rows.refresh(self.session, article_id)
        if article_id is not None and self._may_hide:
            self.additions.follow(article_id)
        if plan.is_held_back or plan.proposes:
            # A 304 would say that this is all there is.
            settlement = replace(settlement, validators=Validators())
        if plan.proposes and self._asks_again:
            settlement = replace(settlement, next_due_at=self.now)
        visit = Visit(
            requested=self._page(facts.requested),
            final=self._page(facts.final) if plan.links_addresses else None,
            article_id=article_id,
            stays=self.stays,
        )
        settle(self.session, facts, plan, visit, settlement, self.now)
        stored = self._versions.stored
        return Decision(
            plan.outcome,
            plan.reason,
            article_id,
            filed=plan.filed,
            stored=stored,
            reread=plan.reread,
        )

    @property
    def _changes_the_past(self) -> bool:
        """Whether a version of an article that was there may now follow another one."""
        plan = self.plan
        if plan.makes_article:
            return False
        steps = plan.version, plan.baseline, plan.returns_to, plan.absorbs
        has_step = any(step is not None for step in steps)
        return has_step or bool(plan.gives_way) or self._is_out_of_order

    @property
    def _may_hide(self) -> bool:
        """Whether a text of the article may be hidden from a plain search now, or no longer."""
        plan = self.plan
        if plan.makes_article:
            return plan.verdict is Verdict.TEASER or plan.absorbs is not None
        return plan.verdict is not None or self._changes_the_past

    @property
    def _asks_again(self) -> bool:
        """Whether another way is open than the one that brought this, and has not been tried."""
        step, facts = self.plan.version, self.facts
        is_new = step is not None and step.revives is None
        return is_new and (facts.recorded or facts.requested.url.startswith("http:"))

    def _make_article(self) -> int:
        plan, canonical = self.plan, self.facts.canonical
        assert plan.verdict is not None
        vacate(self.session, self.additions, canonical.key, self.now)
        values = {
            "url_key": canonical.key,
            "canonical_url": canonical.canonical,
            "url": self.facts.final.url,
            "site": self.facts.site,
            "verdict": plan.verdict.value,
            "evidence": plan.evidence,
            "filed_by": 0,  # until its fetch has an id
            "duplicate_of": plan.duplicate_of,
            "first_seen_at": self.seen_at,
            "last_checked_at": min(self.seen_at, self.now),
        }
        article_id: int = self.session.execute(_MAKE_ARTICLE, values).scalar_one()
        return article_id

    def _update_article(self, article_id: int, fetch_id: int | None) -> None:
        plan, final, canonical = self.plan, self.facts.final, self.facts.canonical
        values: dict[str, Any] = {}
        if self._versions.current is not None:
            values["current_version_id"] = self._versions.current
        if plan.verdict is not None:
            values |= {"verdict": plan.verdict.value, "evidence": plan.evidence}
        if plan.duplicate_of is not None:
            values["duplicate_of"] = plan.duplicate_of
        if fetch_id is not None and (plan.filed or plan.makes_article):
            values["filed_by"] = fetch_id
        if plan.is_home:
            values |= {"url": final.url, "site": self.facts.site}
        reads_anew, moves, old, before = "filed_by" in values, False, None, None
        if not plan.makes_article:
            before = self.session.execute(_CURRENT, {"article": article_id}).one()
            reads_anew = reads_anew or self._versions.current is not None
            moves = "url" in values and values["url"] != before.url
            response = self.facts.capture.response
            at = response.fetched_at if response else self.facts.capture.attempted_at
            self._is_out_of_order |= at < before.last_checked_at
            # A record's clock may be ahead.
            values["last_checked_at"] = max(before.last_checked_at, min(self.seen_at, self.now))
            if self.seen_at < min(before.first_seen_at, self.now):
                values["first_seen_at"] = self.seen_at
                moves = True  # the index knows an article without a date by this one
            old = before.body if before.verdict == Verdict.ARTICLE else None
            if reads_anew or moves:
                self.additions.remove(article_id)
        values |= heard(self.facts, plan, before, self.seen_at)
        self.session.execute(_UPDATE, {"article": article_id, **values})
        if plan.is_home and not plan.makes_article:
            # The canonical address follows the page, unless it is another article's.
            self.session.execute(
                _RENAME,
                {"article": article_id, "key": canonical.key, "label": canonical.canonical},
            )
        if reads_anew or moves:
            new = self.additions.add(article_id)
            if reads_anew:
                self._follow_story(article_id, old, new)

    def _follow_story(self, article_id: int, old: str | None, new: str | None) -> None:
        """The article's text is new, or another: what else carries it?"""
        plan, article = self.plan, self.facts.capture.article
        if article is None or plan.outcome not in (
            Outcome.NEW,
            Outcome.CHANGED,
            Outcome.DUPLICATE,
            Outcome.UNCHANGED,
        ):
            return
        if new is not None:
            imprint = self.facts.capture.imprint if new == article.body else None
            fingerprint = imprint.fingerprint if imprint else None
            stories.follow(self.session, article_id, old, new, fingerprint)
        if plan.duplicate_of is not None:
            stories.join(self.session, [article_id, plan.duplicate_of])

    def _prove(self, article_id: int | None) -> None:
        """Record the capture for the chain, and take the article's digest anew."""
        digest = None
        if self._versions.last is not None:
            digest = self._versions.load_digest()
        elif article_id is not None and self.plan.outcome is not Outcome.REJECTED:
            digest = self.session.execute(_CURRENT, {"article": article_id}).one().digest
        response = self.facts.capture.response
        entries.record(
            self.session,
            EntryKind.REJECTION if self.plan.outcome is Outcome.REJECTED else EntryKind.CAPTURE,
            self.now,
            article_id=article_id,
            url=self.facts.final.url,
            fetched_at=response.fetched_at if response else None,
            payload_digest=self.facts.digest,
            version_digest=digest,
        )
        if article_id is not None:
            entries.sign(self.session, article_id)

    def _page(self, address: Address, article_id: int | None = None) -> int:
        """The page's id; one that is made is the article's."""
        if address.key not in self.page_ids:
            self.page_ids[address.key] = ensure_page(self.session, address, self.now, article_id)
        return self.page_ids[address.key]

    def _link_addresses(self, article_id: int) -> None:
        facts = self.facts
        if self.plan.links_addresses:
            mine = [] if self.stays else [facts.requested]
            mine += [facts.final, facts.canonical]
        elif self.plan.makes_article:
            # A wall or an error page may stand for many addresses: only its own is its.
            mine = [facts.canonical]
            if self.plan.version is not None:
                mine.append(facts.final)  # a teaser's text was read there
        else:
            return
        known = {one.key: self.page_ids[one.key] for one in mine if one.key in self.page_ids}
        for address in mine:
            self._page(address, article_id)
        for key, page_id in sorted(known.items()):
            is_its = key == facts.final.key and (self.plan.makes_article or self.plan.is_home)
            is_told = facts.recorded and not is_its
            link = _LINK_UNASKED if is_told else _LINK
            self.session.execute(link, {"page": page_id, "article": article_id})

    def _record(self, article_id: int | None, settlement: Settlement) -> int:
        capture, response = self.facts.capture, self.facts.capture.response
        values = {
            "run": settlement.run_id,
            "source": settlement.source_id,
            "page_id": self._page(self.facts.requested),
            "article_id": article_id,
            "outcome": self.plan.outcome.value,
            "reason": self.plan.reason,
            "status": response.status if response else None,
            "fetched_at": response.fetched_at if response else capture.attempted_at,
            "requested_url": self.facts.requested.url,
            "url": self.facts.final.url if response else None,
            "digest": self.facts.digest,
            "with_credentials": capture.with_credentials,
        }
        fetch_id: int = self.session.execute(_RECORD, values).scalar_one()
        return fetch_id

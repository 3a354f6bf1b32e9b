"""The one public way to write what a page brought: ``Archive.save``, one transaction.

Of several captures that are ready together ``save_all`` makes one transaction, which costs less:
one commit, and one piece of the search index.

The way of a capture: its addresses and hashes are worked out (``dedup.examine``), what is known of
them is loaded, ``dedup.decide`` rules, and ``filing`` carries the plan out: article, versions,
snapshot, addresses, the frontier's page (``settling``), and the record of the attempt. Saving the
same capture again stores nothing new, so a crawl that died may repeat what it did.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from sqlalchemy import Boolean, Engine, bindparam, not_, or_, select
from sqlalchemy.orm import Session

from scraper.model.types import (
    Capture,
    Decision,
    ImageCapture,
    Outcome,
    PendingSave,
    Settlement,
    StoredPage,
    Verdict,
)
from storage import addresses, images
from storage.contents import facts_of_row
from storage.database.engine import reading, writing
from storage.models import Article, Page, Snapshot, Version, table_of
from storage.records import EXTRACTOR
from storage.saving import authority, backdated, dedup, residence, save_plan, size_limit
from storage.saving.capture_facts import CaptureFacts, KnownArticle, Lookup
from storage.saving.lookup import look_up
from storage.saving.persist import Filing
from storage.saving.save_plan import SavePlan
from storage.saving.settling import Visit, settle
from storage.search.index import Additions
from storage.snapshots import load_stored_page
from storage.text import quality
from storage.text.content_hashes import IMPRINT_OF
from storage.text.fingerprint import is_variant
from storage.text.quality import Facts
from storage.text.wording import is_worded_alike

_PAGES, _ARTICLES, _MADE = table_of(Page), table_of(Article), table_of(Version)
_HOME = (
    select(_ARTICLES.c.url)
    .join(_PAGES, _PAGES.c.article_id == _ARTICLES.c.id)
    .where(_PAGES.c.url_key == bindparam("key"))
)
_CURRENT = (
    select(
        _MADE.c.id,
        _MADE.c.extractor_version,
        _MADE.c.confirmed_by,
        _MADE.c.url,
        _MADE.c.fetched_at,
        _MADE.c.snapshot_id,
        _MADE.c.answer,
    )
    .join(_ARTICLES, _ARTICLES.c.current_version_id == _MADE.c.id)
    .join(_PAGES, _PAGES.c.article_id == _ARTICLES.c.id)
    .where(_PAGES.c.url_key == bindparam("key"), _ARTICLES.c.verdict == Verdict.ARTICLE.value)
    .where(_MADE.c.snapshot_id.is_not(None))
)
_ACCEPTED = (
    select(
        _MADE.c.id,
        _MADE.c.cause,
        _MADE.c.body,
        _MADE.c.title,
        _MADE.c.authors,
        _MADE.c.published_at,
        _MADE.c.modified_at,
        _MADE.c.extractor_version,
        _MADE.c.confirmed_by,
        _MADE.c.site_name,
        _MADE.c.page_title,
        _ARTICLES.c.current_version_id,
    )
    .join(_ARTICLES, _ARTICLES.c.id == _MADE.c.article_id)
    .where(_ARTICLES.c.id == bindparam("article"), _ARTICLES.c.verdict == Verdict.ARTICLE.value)
    .where(_MADE.c.accepted)
    .where(or_(bindparam("is_recorded", type_=Boolean), not_(_MADE.c.recorded)))
    .where(or_(bindparam("is_plain", type_=Boolean), not_(_MADE.c.url.startswith("http:"))))
    .order_by((_MADE.c.id == _ARTICLES.c.current_version_id).desc(), _MADE.c.id.desc())
    .limit(quality.REMEMBERED)
)
_NUMBERS = select(_MADE.c.id).where(_MADE.c.article_id == bindparam("article")).order_by(_MADE.c.id)


class Archive:
    """Saves captures; loads what a new attempt at an address needs."""

    imprint_by: ClassVar = IMPRINT_OF
    """What a capture's reader may work out for ``save``: see there."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def save(
        self,
        capture: Capture,
        settlement: Settlement,
        now: datetime,
        *,
        seen_at: datetime | None = None,
    ) -> Decision:
        """Store a capture and settle its page, in one transaction.

        ``seen_at``: when somebody recorded the page, if it is not seen only now. What the article
        has been seen to say since stays current; the recorded text is a version before it. Raises
        ``AddressError`` for a requested address that is none, and ``StorageError``; then nothing of
        the capture is stored.
        """
        return self.save_all([PendingSave(capture, settlement, now, seen_at)])[0]

    def save_all(self, savings: Sequence[PendingSave]) -> list[Decision]:
        """``save`` them one after the other, in one transaction: all of them or, where it raises,
        none."""
        all_facts = [
            dedup.examine(saving.capture, recorded=saving.seen_at is not None) for saving in savings
        ]
        with writing(self._engine) as session:
            additions = Additions(session)
            decisions = [
                _save(session, additions, *both) for both in zip(savings, all_facts, strict=True)
            ]
            additions.write()
        return decisions

    def load_stale(self, url: str, extractor_version: str) -> StoredPage | None:
        """The stored response behind the current version of the article at this address, with
        those for its further pages.

        ``None`` where there is none, or where this extractor made the version or is known to
        make the same of it. Raises ``AddressError`` and ``StorageError``.
        """
        key = addresses.parse(url).key
        with reading(self._engine) as session:
            version = session.execute(_CURRENT, {"key": key}).first()
            if version is None:
                return None
            if extractor_version in (version.extractor_version, version.confirmed_by):
                return None  # as a rule: so no text and no snapshot is read before
            snapshot = session.get_one(Snapshot, version.snapshot_id)
            if snapshot.pruned_at is not None:
                return None
            return load_stored_page(session, snapshot, version)

    def load_wanted_image(self, article_id: int, now: datetime) -> str | None:
        """The address of the article's lead image, if it is to be asked for; what another article
        had fetched from there lately is taken for this one too. Raises ``StorageError``."""
        with reading(self._engine) as session:
            if (url := images.find_wanted(session, article_id)) is None:
                return None
        with writing(self._engine) as session:
            return None if images.share(session, article_id, url, now) else url

    def save_image(self, capture: ImageCapture, now: datetime) -> int:
        """Store a lead image, or note why there is none; how many bytes that took. Nothing where
        the article is not there any more. Raises ``StorageError``."""
        with writing(self._engine) as session:
            return images.save(session, capture, now)

    def load_secure(self, url: str) -> str | None:
        """The https address of the article that is known at this plain one; ``None`` where there
        is none, or it was never read over https. Raises ``AddressError`` and ``StorageError``."""
        address = addresses.parse(url)
        if not address.url.startswith("http:"):
            return None
        with reading(self._engine) as session:
            home = session.scalar(_HOME, {"key": address.key})
        is_secure = home is not None and home.startswith("https:")
        return home if home and is_secure and addresses.parse(home).key == address.key else None


def _save(
    session: Session, additions: Additions, saving: PendingSave, facts: CaptureFacts
) -> Decision:
    capture, settlement, now = saving.capture, saving.settlement, saving.now
    known, page_ids = look_up(session, facts)
    if known.forgotten_at is not None:
        return _refuse_forgotten(session, facts, known, page_ids, settlement, now)
    if authority.is_asked_claim(facts, known):
        residence.release_claimed(session, page_ids[facts.requested.key])
    facts, known = authority.heed(facts, known)
    facts, known = _keep_in_outlet(session, facts, known)
    other = dedup.claimed(facts, known)
    if other is not None and not _is_variant(session, capture, other):
        facts, known = dedup.on_its_own(facts, known, other)
        facts, known = _keep_in_outlet(session, facts, known)
    plan = _judge(session, facts, known, saving.seen_at)
    other = dedup.outgrown(facts, known, plan)
    if other is not None:
        facts, known = dedup.on_its_own(facts, known, other)
        facts, known = _keep_in_outlet(session, facts, known)
        plan = _judge(session, facts, known, saving.seen_at)
    seen_at = saving.seen_at or now
    stays = authority.stays(facts, known, plan.article_id)
    found = known.get(plan.article_id)
    if found and found.is_read and not (found.is_live or facts.recorded):
        residence.release_claims(session, found, page_ids)
    if facts.recorded and known.asked is not None:
        plan = replace(plan, absorbs=None)  # what the web said of an address stays there
    plan = size_limit.leave_out(plan, capture)
    filing = Filing(
        session=session,
        additions=additions,
        facts=facts,
        plan=plan,
        page_ids=page_ids,
        stays=stays,
        now=now,
        seen_at=seen_at,
    )
    return filing.carry_out(settlement)


def _keep_in_outlet(
    session: Session, facts: CaptureFacts, known: Lookup
) -> tuple[CaptureFacts, Lookup]:
    """What is known, without an article that the capture would wrongly take to another outlet."""
    other = dedup.leaving(facts, known)
    if other is None or residence.may_move(session, facts, other):
        return facts, known
    return dedup.on_its_own(facts, known, other)


def _refuse_forgotten(
    session: Session,
    facts: CaptureFacts,
    known: Lookup,
    page_ids: dict[bytes, int],
    settlement: Settlement,
    now: datetime,
) -> Decision:
    """What was removed for good does not come back, not even as a failed attempt's address."""
    reason = f"forgotten: removed for good on {known.forgotten_at:%Y-%m-%d}"
    plan = SavePlan(outcome=Outcome.FAILED, reason=reason)
    page_id = page_ids.get(facts.requested.key)
    if page_id is not None:
        visit = Visit(requested=page_id, final=None, article_id=None)
        if known.is_tombstone:
            settlement = replace(settlement, next_due_at=None)
        settle(session, facts, plan, visit, settlement, now)
    return Decision(plan.outcome, reason)


def _judge(
    session: Session, facts: CaptureFacts, known: Lookup, seen_at: datetime | None
) -> SavePlan:
    """What is stored: an edit may turn out to be none, or one for the worse."""
    plan, capture = dedup.decide(facts, known), facts.capture
    plan = _guard_reading(session, capture, plan)
    article = known.get(plan.article_id)
    lesser = authority.lesser_way(facts, article) if article and plan.is_home else None
    if plan.outcome is not Outcome.CHANGED or capture.article is None:
        if lesser is not None:
            return save_plan.propose(plan, lesser)
        current = article.current if article and plan.is_home else None
        is_news = current is not None and current.recorded and not facts.recorded
        return replace(plan, reads=current.id) if current and is_news else plan
    accepted = _load_accepted(session, facts, plan.article_id)
    if accepted and dedup.is_dated_alike(facts, known, plan):
        read_today = capture.baseline if plan.baseline is not None else None
        if is_worded_alike(read_today or accepted[-1], capture.article):
            return save_plan.keep_as_is(plan)
    is_earlier = seen_at is not None and backdated.is_earlier(session, plan.article_id, seen_at)
    if lesser is not None:
        return save_plan.file_before(plan) if is_earlier else save_plan.propose(plan, lesser)
    if seen_at is not None and is_earlier:
        return backdated.give_place(session, capture, plan, seen_at)
    return _never_worse(capture, plan, accepted) if accepted else plan


def _guard_reading(session: Session, capture: Capture, plan: SavePlan) -> SavePlan:
    """The plan without another reading of the stored page that would lose text."""
    if plan.baseline is None or capture.baseline is None:
        return plan
    ways = {"is_recorded": True, "is_plain": True}
    row = session.execute(_ACCEPTED, {"article": plan.article_id, **ways}).first()
    if row is None or row.id != row.current_version_id:
        return plan
    current, today = facts_of_row(row, 0), quality.facts_of(capture.baseline)
    names = current.extractor, today.extractor
    if not quality.may_lose_text(*names) and quality.judge(current, today) is not None:
        return replace(plan, baseline=None)
    return replace(plan, reread=quality.cause_of(*names))


def _never_worse(capture: Capture, plan: SavePlan, accepted: list[Facts]) -> SavePlan:
    """The plan, unless an edit turns out to be a page that lost text: that is kept beside."""
    assert capture.article is not None
    if plan.baseline is not None and capture.baseline is not None:
        baseline = quality.facts_of(capture.baseline, accepted[-1].number)
        accepted = quality.measure_by(accepted[:-1], baseline)
    loss = quality.judge_against(accepted, quality.facts_of(capture.article))
    return plan if loss is None else save_plan.hold_back(plan, loss.reason)


def _load_accepted(session: Session, facts: CaptureFacts, article_id: int | None) -> list[Facts]:
    """The article's last accepted contents, the current one last; none of what is no article, nor
    where that one was read in a lesser way: it has no say in whether what came in a better one is
    filed."""
    ways = {
        "is_recorded": facts.recorded,
        "is_plain": facts.final.url.startswith("http:"),
    }
    rows = session.execute(_ACCEPTED, {"article": article_id, **ways}).all()[::-1]
    if not rows or rows[-1].id != rows[-1].current_version_id:
        return []
    numbers = [*session.scalars(_NUMBERS, {"article": article_id})]
    accepted: list[Facts] = []
    for row in rows:
        content = facts_of_row(row, numbers.index(row.id) + 1)
        is_ours = row.cause == EXTRACTOR
        accepted = quality.measure_by(accepted, content) if is_ours else [*accepted, content]
    return accepted


def _is_variant(session: Session, capture: Capture, other: KnownArticle) -> bool:
    body = session.scalar(select(Version.body).where(Version.id == other.current_id))
    return capture.article is not None and is_variant(capture.article.body, body or "")

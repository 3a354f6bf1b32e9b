"""A text that was recorded before what the archive knows of its article: its place among the
versions.

Recordings come in any order. So each text that was seen since is judged once more as it would have
been with this one known (``quality.judge_against``): what turns out to have lost text gives up its
place, and is kept beside the article with the reason. A half page that is filed and a whole one
from the year before come to the same article as in the order of the web.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from scraper.model.types import Capture, Outcome
from storage.contents import facts_of_row
from storage.models import Article, Fetch, Version, table_of
from storage.records import EXTRACTOR
from storage.saving import save_plan
from storage.saving.save_plan import SavePlan
from storage.text import quality
from storage.text.fingerprint import in_utc
from storage.text.quality import Facts

_ARTICLES, _VERSIONS, _FETCHES = table_of(Article), table_of(Version), table_of(Fetch)
_CHECKED = select(_ARTICLES.c.last_checked_at).where(_ARTICLES.c.id == bindparam("article"))
_READ = select(func.max(_VERSIONS.c.fetched_at)).where(
    _VERSIONS.c.article_id == bindparam("article"), _VERSIONS.c.accepted
)
_SIGHTS = select(
    func.max(_FETCHES.c.fetched_at).filter(_FETCHES.c.reason.is_(None)),
    func.max(_FETCHES.c.fetched_at).filter(_FETCHES.c.reason.is_not(None)),
).where(
    _FETCHES.c.article_id == bindparam("article"),
    _FETCHES.c.outcome.in_([Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.REJECTED]),
)
_CURRENT = select(_ARTICLES.c.current_version_id).where(_ARTICLES.c.id == bindparam("article"))
_NUMBERED = (
    select(
        _VERSIONS.c.id,
        _VERSIONS.c.accepted,
        _VERSIONS.c.cause,
        _VERSIONS.c.fetched_at,
        _VERSIONS.c.title,
        _VERSIONS.c.body,
        _VERSIONS.c.authors,
        _VERSIONS.c.published_at,
        _VERSIONS.c.modified_at,
        _VERSIONS.c.site_name,
        _VERSIONS.c.page_title,
        _VERSIONS.c.confirmed_by,
        _VERSIONS.c.extractor_version,
    )
    .where(_VERSIONS.c.article_id == bindparam("article"))
    .order_by(_VERSIONS.c.id)
)


@dataclass(frozen=True, slots=True)
class Seen:
    """An accepted version."""

    id: int
    at: datetime
    facts: Facts
    is_reading: bool = False
    """Ours, of the page of another version: it gave up what it left out."""


def is_earlier(session: Session, article_id: int | None, seen_at: datetime) -> bool:
    """Whether the article's text was seen since; something worse in its place does not count."""
    article = {"article": article_id}
    if session.execute(_CHECKED, article).scalar_one() <= seen_at:
        return False
    read_at = session.execute(_READ, article).scalar_one()
    whole_at, lesser_at = session.execute(_SIGHTS, article).one()
    if any(at is not None and at > seen_at for at in (read_at, whole_at)):
        return True
    # What is left is a 304 to the text, which writes no row, or something that was held back.
    return lesser_at is None or lesser_at <= seen_at


def give_place(session: Session, capture: Capture, plan: SavePlan, seen_at: datetime) -> SavePlan:
    """The plan for an edit that was seen before what the article says now."""
    is_new = plan.version is not None and plan.version.revives is None
    if not is_new or capture.article is None or plan.baseline is not None:
        return save_plan.file_before(plan)
    rows = session.execute(_NUMBERED, {"article": plan.article_id}).all()
    accepted = [
        Seen(row.id, in_utc(row.fetched_at), facts_of_row(row, number), row.cause == EXTRACTOR)
        for number, row in enumerate(rows, start=1)
        if row.accepted
    ]
    new = Seen(0, in_utc(seen_at), quality.facts_of(capture.article, len(rows) + 1))
    accepted.sort(key=lambda one: (one.at, one.id))
    current = session.execute(_CURRENT, {"article": plan.article_id}).scalar_one()
    return _rule(plan, accepted, new, current)


def _rule(plan: SavePlan, accepted: Sequence[Seen], new: Seen, current: int | None) -> SavePlan:
    """``accepted``: in the order in which they were first seen; ``current``: the id of one."""
    before = [one for one in accepted if one.at <= new.at]
    loss = quality.judge_against(_measure(before), new.facts)
    if loss is not None:
        return save_plan.hold_back(plan, loss.reason)
    kept, lost = [*before, new], dict[int, str]()
    for one in accepted[len(before) :]:
        loss = None
        if not (one.is_reading and kept[-1].at == one.at):  # of a page that was kept it stands
            loss = quality.judge_against(_measure(kept), one.facts)
        if loss is None:
            kept.append(one)
        else:
            lost[one.id] = loss.reason
    if current not in lost:
        return save_plan.file_before(plan)  # as it is for all that was seen before a text came back
    if kept[-1] is new:
        return save_plan.give_way(plan, lost)
    return save_plan.give_way(save_plan.file_before(plan), lost, returns_to=kept[-1].id)


def _measure(seen: Sequence[Seen]) -> list[Facts]:
    """What a content is judged against that came after all of these."""
    facts: list[Facts] = []
    for one in seen:
        facts = quality.measure_by(facts, one.facts) if one.is_reading else [*facts, one.facts]
    return facts

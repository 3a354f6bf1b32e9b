"""The versions that one plan adds, revives or confirms, with their proof."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, delete, func, or_, select, text, update
from sqlalchemy.orm import Session

from scraper.model import types
from storage import images
from storage.contents import version_values
from storage.database.engine import insert_into
from storage.models import Article, Entry, Fetch, Page, Part, Snapshot, Version, table_of
from storage.proof import entries
from storage.proof.digests import version_digest
from storage.proof.entries import EntryKind
from storage.saving.capture_facts import CaptureFacts
from storage.saving.save_plan import SavePlan, Step
from storage.search.index import remove_hidden
from storage.snapshots import copy_parts, drop_unused, save_parts, save_snapshot
from storage.text.fingerprint import Content, content_of

_ARTICLES, _VERSIONS, _SNAPSHOTS = table_of(Article), table_of(Version), table_of(Snapshot)
_FETCHES, _PARTS = table_of(Fetch), table_of(Part)
_OWNED = (table_of(Page), _FETCHES, table_of(Entry))

_MAKE_VERSION = (
    insert_into(Version)
    .on_conflict_do_update(
        index_elements=[_VERSIONS.c.article_id, _VERSIONS.c.content_hash],
        set_={
            "accepted": or_(_VERSIONS.c.accepted, text("excluded.accepted")),
            "recorded": and_(
                _VERSIONS.c.recorded, text("(excluded.recorded OR NOT excluded.accepted)")
            ),
        },
    )
    .returning(_VERSIONS.c.id, _VERSIONS.c.digest)
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
_READ = (
    update(_VERSIONS)
    .where(_VERSIONS.c.id == bindparam("version"), _VERSIONS.c.recorded)
    .values(recorded=False)
)
_GIVE_WAY = (
    update(_VERSIONS)
    .where(_VERSIONS.c.id == bindparam("version"))
    .values(accepted=False, reason=bindparam("why"))
)
_WAS_LESS = (  # which is what became of the attempt that brought it, too
    update(_FETCHES)
    .where(_FETCHES.c.article_id == bindparam("article"), _FETCHES.c.reason.is_(None))
    .where(
        _FETCHES.c.fetched_at
        == select(_VERSIONS.c.fetched_at)
        .where(_VERSIONS.c.id == bindparam("version"))
        .scalar_subquery()
    )
    .values(reason=bindparam("why"))
)
_ORIGIN = (
    select(
        _VERSIONS.c.id.label("version_id"),
        _VERSIONS.c.snapshot_id,
        _VERSIONS.c.url,
        _VERSIONS.c.fetched_at,
        _VERSIONS.c.recorded,
        _VERSIONS.c.with_credentials,
        _VERSIONS.c.answer,
        _SNAPSHOTS.c.payload_digest,
    )
    .join(_ARTICLES, _ARTICLES.c.current_version_id == _VERSIONS.c.id)
    .outerjoin(_SNAPSHOTS, _SNAPSHOTS.c.id == _VERSIONS.c.snapshot_id)
    .where(_ARTICLES.c.id == bindparam("article"))
)
_DIGEST = select(_VERSIONS.c.digest).where(_VERSIONS.c.id == bindparam("version"))


@dataclass(kw_only=True)
class Versions:
    """Those of one article, as one plan leaves them."""

    session: Session
    facts: CaptureFacts
    plan: SavePlan
    now: datetime
    seen_at: datetime
    """When somebody recorded the page, else ``now``."""
    current: int | None = None
    """The version that becomes the article's current one, where that changes."""
    stored: int = 0
    """Bytes that were added: of snapshots as they are stored, of headers and texts."""
    _beside: int | None = None
    """The version that is kept beside it."""
    _digests: dict[int, bytes | None] = field(default_factory=dict)
    """Of those that were added."""

    @property
    def last(self) -> int | None:
        """The one that what was captured says, where it is one."""
        return self._beside or self.current

    def load_digest(self) -> bytes | None:
        """Of ``last``."""
        if self.last in self._digests:
            return self._digests[self.last]
        return self.session.scalar(_DIGEST, {"version": self.last})

    def add(self, article_id: int) -> None:
        """What the plan has for the article: a reading of the stored page by today's extractor
        (the baseline), what was captured, or both, in this order."""
        plan, facts, capture = self.plan, self.facts, self.facts.capture
        snapshot_id, answer = None, None
        if plan.keeps_snapshot and capture.response is not None and facts.digest is not None:
            saved = save_snapshot(self.session, capture.response, facts.digest)
            snapshot_id, answer = saved.id, saved.answer
            self.stored += saved.size
        if plan.confirms is not None and capture.article is not None:
            confirm(self.session, plan.confirms, capture.article.extractor_version)
        if plan.reads is not None:
            self.session.execute(_READ, {"version": plan.reads})
        if plan.baseline is not None and capture.baseline is not None:
            assert facts.baseline is not None
            origin = self.session.execute(_ORIGIN, {"article": article_id}).one()._asdict()
            payload_digest, former = origin.pop("payload_digest"), origin.pop("version_id")
            # Further pages that are read for the first time are part of what the page says.
            origin["with_credentials"] |= any(part.with_credentials for part in capture.parts)
            self._add_version(
                article_id,
                plan.baseline,
                capture.baseline,
                facts.baseline,
                origin,
                payload_digest,
            )
            if plan.baseline.revives is None:
                record_reading(
                    self.session,
                    self.now,
                    article_id,
                    origin,
                    payload_digest=payload_digest,
                    version_digest=self.load_digest(),
                )
                if plan.version is None:
                    # Its further pages are read for the first time, and are no edit.
                    self._add_parts(capture.parts)
                assert self.last is not None
                copy_parts(self.session, former, self.last)
        if plan.version is not None and capture.article is not None:
            response = capture.response
            origin = {
                "snapshot_id": snapshot_id,
                "url": facts.final.url,
                "fetched_at": response.fetched_at if response else capture.attempted_at,
                "recorded": facts.recorded,
                "with_credentials": capture.with_credentials,
                "answer": answer,
            }
            content = facts.content or content_of(capture.article)
            digest = None if snapshot_id is None else facts.digest
            self._add_version(article_id, plan.version, capture.article, content, origin, digest)
            if plan.version.revives is None:
                self._add_parts(capture.parts)
        for version_id, reason in plan.gives_way.items():
            values = {"article": article_id, "version": version_id, "why": reason}
            self.session.execute(_GIVE_WAY, values)
            self.session.execute(_WAS_LESS, values)
        if plan.returns_to is not None:
            self.current = plan.returns_to

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
            confirm(self.session, step.revives, article.extractor_version)
            if not self.facts.recorded and not self.plan.proposes:
                self.session.execute(_READ, {"version": step.revives})
            if step.accepted:
                self.session.execute(_ACCEPT, {"version": step.revives})
            return
        values = {
            "article_id": article_id,
            "accepted": step.accepted,
            "reason": None if step.accepted else step.beside or self.plan.reason,
            "cause": step.cause,
            "first_seen_at": self.seen_at,
            **origin,
            **version_values(article, content),
        }
        values["digest"] = version_digest(values, payload_digest)
        version_id, digest = self.session.execute(_MAKE_VERSION, values).one()
        self._digests[version_id] = digest
        captions = (one.text for one in article.blocks if one.kind is types.BlockKind.CAPTION)
        for words in (article.body, *captions):
            self.stored += len(words.encode("utf-8", "replace"))
        self._place(version_id, step)

    def _place(self, version_id: int, step: Step) -> None:
        if step.beside is None:
            self.current = version_id
        else:
            self._beside = version_id

    def _add_parts(self, parts: Sequence[types.Response]) -> None:
        """The further pages that the version was read from, with their snapshots."""
        version_id = self.last
        assert version_id is not None
        self.stored += save_parts(self.session, version_id, parts)


def confirm(session: Session, version_id: int, extractor: str) -> bool:
    """This extractor makes that content, too: it need not be compared with it again. Whether that
    was not known."""
    values = {"version": version_id, "extractor": extractor}
    return bool(session.connection().execute(_CONFIRM, values).rowcount)


def record_reading(
    session: Session,
    now: datetime,
    article_id: int,
    origin: Mapping[str, Any],
    *,
    payload_digest: bytes | None,
    version_digest: bytes | None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Record for the chain that a stored page was read anew, and which version came of it.
    ``origin``: with the page's ``url`` and ``fetched_at``."""
    entries.record(
        session,
        EntryKind.REEXTRACTION,
        now,
        article_id=article_id,
        url=origin["url"],
        fetched_at=origin["fetched_at"],
        payload_digest=payload_digest,
        version_digest=version_digest,
        detail=detail,
    )


def absorb(session: Session, shell_id: int, article_id: int, now: datetime) -> None:
    """All that hangs on a row without text goes over to the article; the row goes. The caller has
    the article's hidden texts followed (``Additions``)."""
    run = session.execute
    remove_hidden(session, shell_id)
    for table in _OWNED:
        run(update(table).where(table.c.article_id == shell_id).values(article_id=article_id))
    run(update(_ARTICLES).where(_ARTICLES.c.id == shell_id).values(current_version_id=None))
    theirs = _VERSIONS.alias("theirs")
    known = select(theirs.c.content_hash).where(theirs.c.article_id == article_id)
    run(
        update(_VERSIONS)
        .where(_VERSIONS.c.article_id == shell_id, _VERSIONS.c.content_hash.not_in(known))
        .values(article_id=article_id, accepted=False)
    )
    parts = _hand_over_parts(session, shell_id, article_id)
    doubles = delete(_VERSIONS).where(_VERSIONS.c.article_id == shell_id)
    gone = [one.hex() for one in run(doubles.returning(_VERSIONS.c.digest)).scalars() if one]
    if gone:
        detail = {"versions": sorted(gone)}
        entries.record(session, EntryKind.JOINING, now, article_id=article_id, detail=detail)
    images.hand_over(session, shell_id, article_id)
    left = images.drop(session, shell_id)
    run(delete(_ARTICLES).where(_ARTICLES.c.id == shell_id))
    drop_unused(session, [*parts, *left])


def _hand_over_parts(session: Session, shell_id: int, article_id: int) -> list[int]:
    """The further pages of versions that both have are the article's, unless its own version has
    some. Returns the snapshots of all of them."""
    mine, theirs = _VERSIONS.alias("mine"), _VERSIONS.alias("theirs")
    doubles = session.execute(
        select(theirs.c.id, mine.c.id)
        .join(mine, mine.c.content_hash == theirs.c.content_hash)
        .where(theirs.c.article_id == shell_id, mine.c.article_id == article_id)
    ).all()
    for old, new in doubles:
        copy_parts(session, old, new)
    gone = _PARTS.c.version_id.in_([old for old, _ in doubles])
    return sorted({*session.scalars(select(_PARTS.c.snapshot_id).where(gone))})

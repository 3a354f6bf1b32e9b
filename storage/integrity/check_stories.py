"""Stories: articles are found by the fingerprints of their texts, and what is linked is one story.

A fingerprint is taken anew from the text. How alike two texts were when they were compared is
told by nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Engine, exists, or_, select
from sqlalchemy.orm import Session, aliased

from scraper.model.types import Verdict
from storage.database.engine import beside_index, reading
from storage.integrity.chain import load_details
from storage.integrity.report import Damage, Note, VerifyReport
from storage.integrity.walking import each_chunk
from storage.models import Article, Entry, Likeness, Shingle, Version, table_of
from storage.proof.entries import EntryKind
from storage.text.shingles import fingerprint_of

_ARTICLES, _VERSIONS, _ENTRIES = table_of(Article), table_of(Version), table_of(Entry)
_LIKENESS, _SHINGLES = table_of(Likeness), table_of(Shingle)


def check_stories(engine: Engine, report: VerifyReport, note: Note) -> Iterator[Damage]:
    """Articles are found by the fingerprints of their texts, and stories are whole."""
    query = (
        select(_ARTICLES.c.id, _VERSIONS.c.body)
        .join(_VERSIONS, _VERSIONS.c.id == _ARTICLES.c.current_version_id)
        .where(beside_index(_ARTICLES.c.verdict) == Verdict.ARTICLE.value)
    )
    for session, low, high in each_chunk(engine, _ARTICLES, "stories", report, note):
        rows = session.execute(query.where(_ARTICLES.c.id.between(low, high))).all()
        wanted = {(one, row.id) for row in rows for one in fingerprint_of(row.body)}
        stored = select(_SHINGLES.c.hash, _SHINGLES.c.article_id).where(
            _SHINGLES.c.hash.in_({one for one, _ in wanted}),
            _SHINGLES.c.article_id.between(low, high),
        )
        there = {(row.hash, row.article_id) for row in session.execute(stored)}
        for article_id in sorted({one for _, one in wanted - there}):
            yield Damage(
                f"article {article_id}", "the fingerprint of its text was changed", derived=True
            )
    with reading(engine) as session:
        yield from _check_links_of_stories(session)


def _check_links_of_stories(session: Session) -> Iterator[Damage]:
    one, other = aliased(Article), aliased(Article)
    nowhere = (
        select(one.id, one.story_id)
        .outerjoin(other, other.id == one.story_id)
        .where(one.story_id.is_not(None), other.story_id.is_distinct_from(one.story_id))
    )
    for article_id, story_id in session.execute(nowhere):
        yield Damage(f"article {article_id}", f"its story, that of article {story_id}, is none")
    alone = select(_LIKENESS.c.article_id).where(_LIKENESS.c.article_id == _LIKENESS.c.other_id)
    for article_id in session.scalars(alone):
        yield Damage(f"article {article_id}", "is of one text with itself")
    apart = one.story_id.is_(None) | one.story_id.is_distinct_from(other.story_id)
    linked = (
        select(_LIKENESS.c.article_id, _LIKENESS.c.other_id)
        .join(one, one.id == _LIKENESS.c.article_id)
        .join(other, other.id == _LIKENESS.c.other_id)
        .where(_LIKENESS.c.linked, apart)
    )
    copies = (
        select(one.id, one.duplicate_of)
        .join(other, other.id == one.duplicate_of)
        .where(one.verdict == Verdict.ARTICLE.value, other.verdict == one.verdict, apart)
    )
    for query in (linked, copies):
        for article_id, other_id in session.execute(query):
            yield Damage(
                f"article {article_id}", f"is of one text with {other_id}, and in another story"
            )
    if _links_went(session):
        return
    alike = _LIKENESS.c
    has_reason = or_(
        exists().where(alike.article_id == one.id, alike.other_id == other.id),
        exists().where(alike.other_id == one.id, alike.article_id == other.id),
        one.duplicate_of == other.id,
        other.duplicate_of == one.id,
    )
    member = exists().where(other.story_id == one.story_id, other.id != one.id, has_reason)
    for article_id, story_id in session.execute(
        select(one.id, one.story_id).where(one.story_id.is_not(None), ~member)
    ):
        yield Damage(
            f"article {article_id}", f"nothing says why it is in the story of article {story_id}"
        )


def _links_went(session: Session) -> bool:
    """Whether an article was removed, or a re-extraction taken back: what was linked by way of
    that article stays one story."""
    removed = exists().where(_ENTRIES.c.kind == EntryKind.REMOVAL.value)
    if session.scalar(select(removed)):
        return True
    return any(detail.get("undone") for detail in load_details(session, EntryKind.REEXTRACTION))

"""Stories: articles of several outlets that are one text, linked as they are filed.

An article's fingerprint finds those that may share its text; the texts themselves decide
(``likeness``). Linking only: each article stays one of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import bindparam, delete, select, union_all, update
from sqlalchemy.orm import Session

from storage.database.engine import insert_into, upsert
from storage.models import Article, Likeness, Shingle, Version, table_of
from storage.text.likeness import compare
from storage.text.shingles import ENOUGH_SHARED, FINGERPRINT_SIZE, fingerprint_of

COMMON = 200
"""A shingle that stands in more articles than this is boilerplate."""
COMPARED = 20
"""Articles that are compared with a new one at most: those with the most in common."""

_ARTICLES, _VERSIONS, _SHINGLES = table_of(Article), table_of(Version), table_of(Shingle)
_ONE_HASH = [
    select(_SHINGLES.c.hash, _SHINGLES.c.article_id)
    .where(_SHINGLES.c.hash == bindparam(f"hash{number}"))
    .limit(COMMON + 1)
    .subquery()
    for number in range(FINGERPRINT_SIZE)
]
_SHARING = {
    count: union_all(*(select(one.c.hash, one.c.article_id) for one in _ONE_HASH[:count]))
    for count in range(1, FINGERPRINT_SIZE + 1)
}
_BODIES = (
    select(_ARTICLES.c.id, _VERSIONS.c.body)
    .join(_VERSIONS, _VERSIONS.c.id == _ARTICLES.c.current_version_id)
    .where(_ARTICLES.c.id.in_(bindparam("ids", expanding=True)))
)
_NOTE = upsert(Likeness, ["article_id", "other_id"], ["containment", "linked"])


def follow(
    session: Session,
    article_id: int,
    old: str | None,
    new: str,
    fingerprint: Sequence[int] | None = None,
) -> None:
    """An article's text is ``new``, or another one: find what else carries it.

    ``old``: its text before, where it was an article then; ``fingerprint``: of the new one,
    where it is worked out already. What was linked stays linked: a story
    does not end because one outlet rewrote its piece.
    """
    before = set(fingerprint_of(old)) if old is not None else set()
    after = fingerprint_of(new) if fingerprint is None else fingerprint
    _replace(session, article_id, before, set(after))
    likely = find_candidates(session, after, but=article_id)
    for other_id, body in session.execute(_BODIES, {"ids": likely}).all() if likely else ():
        likeness = compare(new, body)
        if likeness.kind == "different":
            continue
        linked = likeness.kind == "same_story"
        values = {
            "article_id": article_id,
            "other_id": other_id,
            "containment": likeness.containment,
            "linked": linked,
        }
        session.execute(_NOTE, values)
        if linked:
            join(session, [article_id, other_id])


def find_candidates(session: Session, hashes: Sequence[int], but: int) -> list[int]:
    """The articles that share enough of these hashes, those with the most in common first."""
    if not hashes:
        return []
    values = {f"hash{number}": one for number, one in enumerate(hashes)}
    rows = session.execute(_SHARING[len(hashes)], values).all()
    common = {one for one, count in Counter(row.hash for row in rows).items() if count > COMMON}
    shared = Counter(
        row.article_id for row in rows if row.hash not in common and row.article_id != but
    )
    return [one for one, count in shared.most_common(COMPARED) if count >= ENOUGH_SHARED]


def join(session: Session, article_ids: Sequence[int]) -> None:
    """Make these articles one story, with all that were in a story with one of them."""
    rows = session.execute(
        select(_ARTICLES.c.id, _ARTICLES.c.story_id).where(_ARTICLES.c.id.in_(article_ids))
    ).all()
    stories = {row.story_id for row in rows if row.story_id is not None}
    first = min(stories | {row.id for row in rows})
    if stories == {first} and all(row.story_id == first for row in rows):
        return
    in_them = _ARTICLES.c.story_id.in_(stories) | _ARTICLES.c.id.in_([row.id for row in rows])
    session.execute(update(_ARTICLES).where(in_them).values(story_id=first))


def forget(session: Session, article_id: int, body: str | None) -> None:
    """Take an article out of its story before it is removed."""
    if body is not None:
        _replace(session, article_id, set(fingerprint_of(body)), set())
    story = session.scalar(select(_ARTICLES.c.story_id).where(_ARTICLES.c.id == article_id))
    session.execute(update(_ARTICLES).where(_ARTICLES.c.id == article_id).values(story_id=None))
    if story is None:
        return
    members = select(_ARTICLES.c.id).where(_ARTICLES.c.story_id == story)
    rest = sorted(session.scalars(members))
    first = rest[0] if len(rest) > 1 else None
    if first != story:
        session.execute(update(_ARTICLES).where(_ARTICLES.c.id.in_(rest)).values(story_id=first))


def _replace(session: Session, article_id: int, before: set[int], after: set[int]) -> None:
    if gone := before - after:
        session.execute(
            delete(_SHINGLES).where(
                _SHINGLES.c.hash.in_(gone), _SHINGLES.c.article_id == article_id
            )
        )
    if come := after - before:
        rows = [{"hash": one, "article_id": article_id} for one in sorted(come)]
        session.execute(insert_into(Shingle).on_conflict_do_nothing(), rows)

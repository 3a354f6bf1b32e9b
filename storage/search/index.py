"""The index, kept true inside the archive's transactions.

An article is in it when it is one (verdict ``article``) and has a current version. Whoever changes
what is indexed of an article (its current version, verdict, addresses, place in the filing order)
calls ``remove`` before and ``add`` after, in the same transaction: FTS5 takes an entry out of an
index with external content by the very values it was put in with
(https://sqlite.org/fts5.html §4.4.3).

Beside it, what a plain search does not see is in the hidden index: the text of a teaser, and of
each version of an article whose words the article does not have any more. Where our own reading of
the same page took a version's place, the publisher changed nothing, and it is in neither. Whoever
changes an article's versions calls ``Additions.follow``; who removes a version, ``remove_hidden``
before.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, bindparam, case, delete, exists, insert, literal, or_, select, text
from sqlalchemy.orm import Session

from scraper.model.types import Verdict
from storage.database.engine import beside_index, is_sqlite, rows_by_id
from storage.models import Article, Version, table_of
from storage.records import EXTRACTOR, PUBLISHER
from storage.search.documents import (
    BOTH,
    COLUMNS,
    DAY_AND_PLACE,
    FIELDS,
    HIDDEN,
    MAIN,
    TEXTS,
    TextIndex,
    content_of,
    document_values,
    hidden_labels,
    hidden_values,
    vector_of,
)
from storage.search.labels import PAST, TEASER

_ARTICLES, _VERSIONS = table_of(Article), table_of(Version)
_CURRENT, _READINGS = _VERSIONS.alias("current"), _VERSIONS.alias("reading")
_verdict = beside_index(_ARTICLES.c.verdict)
INDEXED = (
    select(*COLUMNS)
    .join(_VERSIONS, _VERSIONS.c.id == _ARTICLES.c.current_version_id)
    .where(_verdict == Verdict.ARTICLE.value)
)
_ONE = INDEXED.where(_ARTICLES.c.id == bindparam("article"))
_READ_ANEW = exists().where(
    _READINGS.c.article_id == _VERSIONS.c.article_id,
    _READINGS.c.id > _VERSIONS.c.id,
    _READINGS.c.accepted,
    _READINGS.c.cause == EXTRACTOR,
    _READINGS.c.snapshot_id == _VERSIONS.c.snapshot_id,
)
_IS_PAST = and_(
    _verdict == Verdict.ARTICLE.value,
    _VERSIONS.c.id != _ARTICLES.c.current_version_id,
    or_(_VERSIONS.c.accepted, _VERSIONS.c.cause == PUBLISHER),
    _VERSIONS.c.wording_hash != _CURRENT.c.wording_hash,
    ~_READ_ANEW,
)
_IS_TEASER = and_(
    _verdict == Verdict.TEASER.value, _VERSIONS.c.id == _ARTICLES.c.current_version_id
)
HIDDEN_FROM = (
    select(
        _VERSIONS.c.id,
        _VERSIONS.c.article_id,
        case((_IS_TEASER, literal(TEASER)), else_=literal(PAST)).label("kind"),
        *DAY_AND_PLACE,
    )
    .join(_ARTICLES, _ARTICLES.c.id == _VERSIONS.c.article_id)
    .join(_CURRENT, _CURRENT.c.id == _ARTICLES.c.current_version_id)
    .where(or_(_IS_PAST, _IS_TEASER))
)
"""What is to be in the hidden index, without the texts."""
HIDDEN_TEXTS = HIDDEN_FROM.add_columns(*TEXTS)
_ITS_HIDDEN = HIDDEN_FROM.where(_VERSIONS.c.article_id == bindparam("article"))
_NEW_HIDDEN = HIDDEN_TEXTS.where(_VERSIONS.c.id.in_(bindparam("ids", expanding=True)))
_STORED_HIDDEN = select(HIDDEN.documents.c.id, HIDDEN.documents.c.labels).where(
    HIDDEN.documents.c.article_id == bindparam("article")
)
_TAKE_OUT = {one.name: one.take_out("article_id = :article") for one in BOTH}
_TAKE_OUT_ONE = HIDDEN.take_out("id = :id")
_PUT_IN = {one.name: one.put_in() for one in BOTH}
_FORGET = {
    one.name: delete(one.documents).where(one.documents.c.article_id == bindparam("article"))
    for one in BOTH
}
_FORGET_ONE = delete(HIDDEN.documents).where(HIDDEN.documents.c.id == bindparam("document"))


class Additions:
    """What one transaction puts into the index: last of all, together.

    FTS5 writes a piece of its index, which is later merged with others, not only at the end of a
    transaction but before any statement that could fail half way, if something was put in before
    (it has to be able to take it back): many small ones cost more than one.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._rows: dict[int, Any] = {}
        self._followed: dict[int, None] = {}

    def remove(self, article_id: int) -> None:
        """Take it out of the main index; what is hidden of it follows with ``write``."""
        self.follow(article_id)
        if self._rows.pop(article_id, None) is None:
            _remove(self._session, MAIN, article_id)

    def add(self, article_id: int) -> str | None:
        """As the module's ``add``; the article is found from ``write`` on."""
        row = self._session.execute(_ONE, {"article": article_id}).first()
        if row is None:
            return None
        self._rows[article_id] = row
        return str(row.body)

    def follow(self, article_id: int) -> None:
        """The versions of an article, or what it is, change: with ``write`` the hidden index
        follows."""
        self._followed[article_id] = None

    def write(self) -> None:
        """Put in what was added."""
        if self._rows:
            _put_in(self._session, MAIN, [*self._rows.values()])
        for article_id in self._followed:
            _refresh_hidden(self._session, article_id)
        self._rows.clear()
        self._followed.clear()


def remove(session: Session, article_id: int) -> None:
    """Take the article out of both indexes, as far as it is in; before anything of it changes."""
    _remove(session, MAIN, article_id)
    remove_hidden(session, article_id)


def remove_hidden(session: Session, article_id: int) -> None:
    """Take its earlier versions and its teaser out, before a version of it goes."""
    if session.execute(_STORED_HIDDEN, {"article": article_id}).first() is not None:
        _remove(session, HIDDEN, article_id)


def add(session: Session, article_id: int) -> str | None:
    """Put the article into the index as it is now. Returns its text; ``None`` where it is not to
    be found."""
    additions = Additions(session)
    body = additions.add(article_id)
    additions.follow(article_id)
    additions.write()
    return body


def fill(session: Session) -> None:
    """Make both indexes where nothing is indexed and something is to be."""
    is_filled = session.execute(select(MAIN.documents.c.id).limit(1)).first()
    if is_filled is None and session.execute(select(_VERSIONS.c.id).limit(1)).first() is not None:
        rebuild(session)


def rebuild(session: Session) -> None:
    """Make both indexes anew, whatever state they are in."""
    for one in BOTH:
        session.execute(delete(one.documents))
    for rows in rows_by_id(session, INDEXED, _ARTICLES.c.id):
        _insert(session, MAIN, rows)
    for rows in rows_by_id(session, HIDDEN_TEXTS, _VERSIONS.c.id):
        _insert(session, HIDDEN, rows)
    if is_sqlite(session):
        for one in BOTH:
            session.execute(one.command("rebuild"))
            session.execute(one.command("optimize"))


def _remove(session: Session, index: TextIndex, article_id: int) -> None:
    values = {"article": article_id}
    if is_sqlite(session):
        session.execute(_TAKE_OUT[index.name], values)
    session.execute(_FORGET[index.name], values)


def _refresh_hidden(session: Session, article_id: int) -> None:
    """A version never changes: only what is new, gone or labelled otherwise is touched."""
    values = {"article": article_id}
    wanted = {row.id: hidden_labels(row) for row in session.execute(_ITS_HIDDEN, values)}
    stored = {row.id: row.labels for row in session.execute(_STORED_HIDDEN, values)}
    for one in stored:
        if wanted.get(one) != stored[one]:
            if is_sqlite(session):
                session.execute(_TAKE_OUT_ONE, {"id": one})
            session.execute(_FORGET_ONE, {"document": one})
    new = [one for one in wanted if wanted[one] != stored.get(one)]
    if new:
        _put_in(session, HIDDEN, session.execute(_NEW_HIDDEN, {"ids": new}).all())


def _put_in(session: Session, index: TextIndex, rows: Sequence[Any]) -> None:
    contents = [*map(content_of, rows, _insert(session, index, rows))]
    if is_sqlite(session):
        session.execute(_PUT_IN[index.name], contents)


def _insert(session: Session, index: TextIndex, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Insert the documents; their values."""
    values = [*map(document_values if index is MAIN else hidden_values, rows)]
    if is_sqlite(session):
        session.execute(insert(index.documents), values)
        return values
    # The vector holds all of it already.
    unsegmented = dict.fromkeys(FIELDS)
    session.execute(insert(index.documents), [each | unsegmented for each in values])
    vectors = [
        {"id": each["id"], "vector": vector_of(row, each["labels"])}
        for row, each in zip(rows, values, strict=True)
    ]
    table = index.documents.name
    session.execute(
        text(f"UPDATE {table} SET vector = CAST(:vector AS tsvector) WHERE id = :id"),  # noqa: S608
        vectors,
    )
    return values

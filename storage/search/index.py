"""The index, kept true inside the archive's transactions.

An article is in it when it is one (verdict ``article``) and has a current version. Whoever changes
what is indexed of an article (its current version, verdict, addresses, place in the filing order)
calls ``remove`` before and ``add`` after, in the same transaction: FTS5 takes an entry out of an
index with external content by the very values it was put in with
(https://sqlite.org/fts5.html §4.4.3).

The day of an article, for ``after:`` and ``before:``, is the one on which it was published, at the
offset that the page states; without a published date the one (UTC) on which it was first seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, delete, func, insert, or_, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from scraper.model.types import Verdict
from storage.database.engine import beside_index, is_sqlite, rows_by_id
from storage.models import Article, Document, Version, table_of
from storage.search import latin, postgres, tokenizer
from storage.search.labels import labels_of
from storage.text.fingerprint import read_time

SHOWN = 20
"""Findings of one kind that ``check`` names."""

# The view reads the authors as JSON, where these are letters behind a backslash.
_ESCAPED = re.compile(r"[\x00-\x1f]")
_ARTICLES, _VERSIONS, _DOCUMENTS = table_of(Article), table_of(Version), table_of(Document)
COLUMNS = (
    _ARTICLES.c.id,
    _ARTICLES.c.filed_by,
    _ARTICLES.c.canonical_url,
    _ARTICLES.c.url,
    _ARTICLES.c.first_seen_at,
    _VERSIONS.c.title,
    _VERSIONS.c.byline,
    _VERSIONS.c.authors,
    _VERSIONS.c.published_at,
    _VERSIONS.c.published_offset,
    _VERSIONS.c.language,
    _VERSIONS.c.body,
)
"""What a document is made of, whichever version it is that is read."""
_INDEXED = (
    select(*COLUMNS)
    .join(_VERSIONS, _VERSIONS.c.id == _ARTICLES.c.current_version_id)
    .where(beside_index(_ARTICLES.c.verdict) == Verdict.ARTICLE.value)
)
_ONE = _INDEXED.where(_ARTICLES.c.id == bindparam("article"))
_FORGET = delete(_DOCUMENTS).where(_DOCUMENTS.c.article_id == bindparam("article"))
_INSERT = insert(_DOCUMENTS)
_VALUES = "id, title, author, body, labels FROM search_content WHERE article_id = :article"
_TAKE_OUT = text(
    f"INSERT INTO search (search, rowid, title, author, body, labels) SELECT 'delete', {_VALUES}"
)
_PUT_IN = text(
    "INSERT INTO search (rowid, title, author, body, labels)"
    " VALUES (:id, :title, :author, :body, :labels)"
)
_SET_VECTOR = text("UPDATE document SET vector = CAST(:vector AS tsvector) WHERE id = :id")


class Additions:
    """What one transaction puts into the index: last of all, together.

    FTS5 writes a piece of its index, which is later merged with others, not only at the end of a
    transaction but before any statement that could fail half way, if something was put in before
    (it has to be able to take it back): many small ones cost more than one.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._rows: dict[int, Any] = {}

    def remove(self, article_id: int) -> None:
        """As the module's ``remove``."""
        if self._rows.pop(article_id, None) is None:
            remove(self._session, article_id)

    def add(self, article_id: int) -> str | None:
        """As the module's ``add``; the article is found from ``write`` on."""
        row = self._session.execute(_ONE, {"article": article_id}).first()
        if row is None:
            return None
        self._rows[article_id] = row
        return str(row.body)

    def write(self) -> None:
        """Put in what was added."""
        if not self._rows:
            return
        rows = [*self._rows.values()]
        contents = [*map(content_of, rows, _write(self._session, rows))]
        if is_sqlite(self._session):
            self._session.execute(_PUT_IN, contents)
        self._rows.clear()


def remove(session: Session, article_id: int) -> None:
    """Take the article out of the index, if it is in; before anything of it changes."""
    values = {"article": article_id}
    if is_sqlite(session):
        session.execute(_TAKE_OUT, values)
    session.execute(_FORGET, values)


def add(session: Session, article_id: int) -> str | None:
    """Put the article into the index as it is now. Returns its text; ``None`` where it is not to
    be found."""
    additions = Additions(session)
    body = additions.add(article_id)
    additions.write()
    return body


def rebuild(session: Session) -> None:
    """Make the whole index anew, whatever state it is in."""
    session.execute(delete(_DOCUMENTS))
    for rows in rows_by_id(session, _INDEXED, _ARTICLES.c.id):
        _write(session, rows)
    if is_sqlite(session):
        session.execute(text("INSERT INTO search (search) VALUES ('rebuild')"))
        session.execute(text("INSERT INTO search (search) VALUES ('optimize')"))


def check(session: Session) -> Iterator[str]:
    """What is wrong with what is kept for the index, a line a finding; reads only. ``rebuild``
    mends all that it and ``check_words`` find."""
    yield from _check_documents(session)
    yield from _check_contents(session)


def document_values(row: Any) -> dict[str, Any]:
    """The row of ``document`` for an article, given the columns of it and its current version."""
    author = _author(row)
    return {
        "id": row.filed_by,
        "article_id": row.id,
        "title": _if_needed(row.title or ""),
        "author": tokenizer.indexed(author) if _ESCAPED.search(author) else _if_needed(author),
        "body": _if_needed(row.body),
        "labels": labels_of(row.canonical_url, row.url, row.language, day_of(row)),
        "dated_at": row.published_at or row.first_seen_at,
    }


def day_of(row: Any) -> date:
    """The day by which an article is filtered (see the module)."""
    published: datetime | None = read_time(row.published_at, row.published_offset)
    return (published or row.first_seen_at.astimezone(UTC)).date()


def content_of(row: Any, values: dict[str, Any]) -> dict[str, Any]:
    """``document_values`` with the words that SQLite's view has of them.

    They are made quicker here: the view looks through a text for each letter.
    """
    plain = {"title": row.title or "", "author": _author(row), "body": row.body}
    texts = {
        name: latin.spell(text if values[name] is None else values[name])
        for name, text in plain.items()
    }
    return values | texts


def _write(session: Session, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Insert the documents; their values."""
    values = [document_values(row) for row in rows]
    if is_sqlite(session):
        session.execute(_INSERT, values)
        return values
    # The vector holds all of it already.
    unsegmented = dict.fromkeys(("title", "author", "body"))
    session.execute(_INSERT, [each | unsegmented for each in values])
    vectors = [
        {"id": each["id"], "vector": vector_of(row, each["labels"])}
        for row, each in zip(rows, values, strict=True)
    ]
    session.execute(_SET_VECTOR, vectors)
    return values


def vector_of(row: Any, labels: str) -> str:
    """The same on PostgreSQL, as a tsvector."""
    return postgres.vector_of(row.title or "", _author(row), row.body, labels)


def _author(row: Any) -> str:
    return " ".join([*row.authors, row.byline or ""])


def _if_needed(value: str) -> str | None:
    made = tokenizer.indexed(value)
    return None if made is value else made


# --------------------------------------------------------------------- checking


def _check_documents(session: Session) -> Iterator[str]:
    """Whether exactly the articles are in it, each at its place in the filing order."""
    wanted = and_(
        _ARTICLES.c.verdict == Verdict.ARTICLE.value, _ARTICLES.c.current_version_id.is_not(None)
    )
    missing = (
        select(_ARTICLES.c.id)
        .outerjoin(_DOCUMENTS, _DOCUMENTS.c.article_id == _ARTICLES.c.id)
        .where(wanted, or_(_DOCUMENTS.c.id.is_(None), _DOCUMENTS.c.id != _ARTICLES.c.filed_by))
    )
    extra = (
        select(_DOCUMENTS.c.article_id)
        .outerjoin(_ARTICLES, _ARTICLES.c.id == _DOCUMENTS.c.article_id)
        .where(or_(_ARTICLES.c.id.is_(None), ~wanted))
    )
    for query, what in ((missing, "is not in the search index"), (extra, "is not to be found")):
        ids = session.scalars(query.order_by(query.selected_columns[0]).limit(SHOWN + 1)).all()
        yield from (f"search index: article {one} {what}" for one in ids[:SHOWN])
        if len(ids) > SHOWN:
            total = session.scalar(select(func.count()).select_from(query.subquery()))
            yield f"search index: {total} articles in all: {what}"


def _check_contents(session: Session) -> Iterator[str]:
    """Whether what is stored for the index is what would be stored now."""
    sqlite = is_sqlite(session)
    stored = [column.label(f"stored_{column.name}") for column in _DOCUMENTS.c]
    query = _INDEXED.join(_DOCUMENTS, _DOCUMENTS.c.article_id == _ARTICLES.c.id)
    query = query.with_only_columns(*COLUMNS, *stored, maintain_column_froms=True)
    names = ("title", "author", "body", "labels", "dated_at") if sqlite else ("labels", "dated_at")
    wrong = 0
    for rows in rows_by_id(session, query, _ARTICLES.c.id):
        truths = [document_values(row) for row in rows]
        bad = {
            row.id
            for row, truth in zip(rows, truths, strict=True)
            if any(getattr(row, f"stored_{name}") != truth[name] for name in names)
        }
        if not sqlite:
            bad |= _wrong_vectors(session, rows)
        for one in sorted(bad):
            wrong += 1
            if wrong <= SHOWN:
                yield f"search index: article {one} is indexed other than it is"
    if wrong > SHOWN:
        yield f"search index: {wrong} articles in all: is indexed other than it is"


def _wrong_vectors(session: Session, rows: Sequence[Row[Any]]) -> set[int]:
    same = text("SELECT vector = CAST(:vector AS tsvector) FROM document WHERE id = :id")
    return {
        row.id
        for row in rows
        if not session.scalar(
            same, {"id": row.stored_id, "vector": vector_of(row, document_values(row)["labels"])}
        )
    }


def check_words(session: Session) -> list[str]:
    """FTS5's own check of its words, against the content (``rank`` 1).

    Needs a session that may write, as it is a command that is an INSERT, and writes nothing.
    """
    if not is_sqlite(session):
        return []
    try:
        with session.begin_nested():
            session.execute(text("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)"))
    except DatabaseError as error:
        if not re.search("malformed|corrupt", str(error.orig)):
            raise
        return ["search index: it is not true to the articles' text"]
    return []

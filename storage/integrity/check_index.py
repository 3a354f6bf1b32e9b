"""Whether the two indexes are true to what they index, for ``verify``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Row, and_, func, or_, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from scraper.model.types import Verdict
from storage.database.engine import is_sqlite, rows_by_id
from storage.models import Article, Version, table_of
from storage.search.documents import (
    BOTH,
    FIELDS,
    HIDDEN,
    MAIN,
    TextIndex,
    document_values,
    hidden_values,
    vector_of,
)
from storage.search.index import HIDDEN_FROM, HIDDEN_TEXTS, INDEXED

SHOWN = 20
"""Findings of one kind that ``check`` names."""

_ARTICLES, _VERSIONS = table_of(Article), table_of(Version)
_DOCUMENTS, _HIDDEN = MAIN.documents, HIDDEN.documents
_OTHERWISE = "is indexed other than it is"


def check(session: Session) -> Iterator[str]:
    """What is wrong with what is kept for the index, a line a finding; reads only. ``rebuild``
    mends all that it and ``check_words`` find."""
    yield from _check_documents(session)
    yield from _check_hidden(session)
    yield from _check_contents(session, MAIN)
    yield from _check_contents(session, HIDDEN)


def check_words(session: Session) -> list[str]:
    """FTS5's own check of its words, against the content (``rank`` 1).

    Needs a session that may write, as it is a command that is an INSERT, and writes nothing.
    """
    if not is_sqlite(session):
        return []
    return [finding for one in BOTH for finding in _check_words(session, one)]


def _check_words(session: Session, index: TextIndex) -> Iterator[str]:
    command = f"INSERT INTO {index.name} ({index.name}, rank) VALUES ('integrity-check', 1)"  # noqa: S608
    try:
        with session.begin_nested():
            session.execute(text(command))
    except DatabaseError as error:
        if not re.search("malformed|corrupt", str(error.orig)):
            raise
        whose = "the articles'" if index is MAIN else "the versions'"
        yield f"search index: it is not true to {whose} text"


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
    yield from _name(session, missing, "article", "is not in the search index")
    yield from _name(session, extra, "article", "is not to be found")


def _check_hidden(session: Session) -> Iterator[str]:
    """Whether exactly the earlier versions and the teasers are in the hidden one."""
    wanted = HIDDEN_FROM.subquery()
    missing = (
        select(wanted.c.id)
        .outerjoin(_HIDDEN, _HIDDEN.c.id == wanted.c.id)
        .where(or_(_HIDDEN.c.id.is_(None), _HIDDEN.c.article_id != wanted.c.article_id))
    )
    extra = (
        select(_HIDDEN.c.id)
        .outerjoin(wanted, wanted.c.id == _HIDDEN.c.id)
        .where(wanted.c.id.is_(None))
    )
    yield from _name(session, missing, "version", "is not in the search index")
    yield from _name(session, extra, "version", "is not to be found")


def _name(session: Session, query: Any, kind: str, what: str) -> Iterator[str]:
    ids = session.scalars(query.order_by(query.selected_columns[0]).limit(SHOWN + 1)).all()
    yield from (f"search index: {kind} {one} {what}" for one in ids[:SHOWN])
    if len(ids) > SHOWN:
        total = session.scalar(select(func.count()).select_from(query.subquery()))
        yield f"search index: {total} {kind}s in all: {what}"


def _check_contents(session: Session, index: TextIndex) -> Iterator[str]:
    """Whether what is stored for the index is what would be stored now."""
    sqlite = is_sqlite(session)
    documents = index.documents
    stored = [column.label(f"stored_{column.name}") for column in documents.c]
    if index is MAIN:
        id, kind, values_of, wanted = _ARTICLES.c.id, "article", document_values, INDEXED
        query = wanted.join(documents, documents.c.article_id == id)
    else:
        id, kind, values_of, wanted = _VERSIONS.c.id, "version", hidden_values, HIDDEN_TEXTS
        query = wanted.join(documents, documents.c.id == id)
    query = query.with_only_columns(*wanted.selected_columns, *stored, maintain_column_froms=True)
    names = [
        "labels",
        "facets",
        *(FIELDS if sqlite else ()),
        *(("dated_at",) if index is MAIN else ()),
    ]
    wrong = 0
    for rows in rows_by_id(session, query, id):
        truths = [values_of(row) for row in rows]
        bad = {
            row.id
            for row, truth in zip(rows, truths, strict=True)
            if any(getattr(row, f"stored_{name}") != truth[name] for name in names)
        }
        if not sqlite:
            bad |= _wrong_vectors(session, index, rows, values_of)
        for one in sorted(bad):
            wrong += 1
            if wrong <= SHOWN:
                yield f"search index: {kind} {one} {_OTHERWISE}"
    if wrong > SHOWN:
        yield f"search index: {wrong} {kind}s in all: {_OTHERWISE}"


def _wrong_vectors(
    session: Session,
    index: TextIndex,
    rows: Sequence[Row[Any]],
    values_of: Callable[[Any], dict[str, Any]],
) -> set[int]:
    same = text(
        f"SELECT vector = CAST(:vector AS tsvector) FROM {index.documents.name} WHERE id = :id"  # noqa: S608
    )
    return {
        row.id
        for row in rows
        if not session.scalar(
            same, {"id": row.stored_id, "vector": vector_of(row, values_of(row)["labels"])}
        )
    }

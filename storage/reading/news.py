"""What a watch has to tell: what was filed since it was run last, and what an edit made a hit.

The former comes from the index, in its order. For the latter the entries of the chain name the
articles that were read since; the index says which of them are hits now, and a little index of
their texts of back then which were hits already. Those are no news.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from typing import Any

from sqlalchemy import Engine, bindparam, func, select, text
from sqlalchemy.orm import Session

from scraper.model.types import Verdict
from storage.database.engine import is_sqlite, reading
from storage.models import Article, Document, Entry, Version, table_of
from storage.proof.entries import EntryKind
from storage.search import documents, postgres, sqlite
from storage.search.documents import HIDDEN
from storage.search.finder import Search, match_ids
from storage.search.query import Query

CHUNK = 200
"""Articles that are looked at in one transaction."""

_ENTRIES, _ARTICLES, _VERSIONS = table_of(Entry), table_of(Article), table_of(Version)
_DOCUMENTS = table_of(Document)
_READINGS = (EntryKind.CAPTURE.value, EntryKind.REEXTRACTION.value)
_WOULD_MATCH = text("SELECT CAST(:vector AS tsvector) @@ CAST(:match AS tsquery)")
_SEEN = (
    select(_ENTRIES.c.kind, _ENTRIES.c.fetched_at, _VERSIONS.c.id)
    .join(
        _VERSIONS,
        (_VERSIONS.c.article_id == _ENTRIES.c.article_id)
        & (_VERSIONS.c.digest == _ENTRIES.c.version_digest),
    )
    .where(_ENTRIES.c.article_id == bindparam("article"), _ENTRIES.c.id <= bindparam("until"))
    .where(_VERSIONS.c.accepted)
    .order_by(_ENTRIES.c.id)
)
_TEXT = (
    select(*documents.COLUMNS)
    .join(_VERSIONS, _VERSIONS.c.article_id == _ARTICLES.c.id)
    .where(_VERSIONS.c.id == bindparam("version"))
)
_TEASERS = select(_ARTICLES.c.current_version_id, _ARTICLES.c.id).where(
    _ARTICLES.c.verdict == Verdict.TEASER.value,
    _ARTICLES.c.current_version_id.is_not(None),
    _ARTICLES.c.filed_by > bindparam("after"),
    _ARTICLES.c.filed_by <= bindparam("until"),
)
_LAST_TEASER = select(func.max(_ARTICLES.c.filed_by)).where(
    _ARTICLES.c.verdict == Verdict.TEASER.value
)


class News:
    """The new hits of a query since ``last_document_id`` and ``last_entry_id`` (see ``Watch``).

    ``reached``: how far it looks, for ``Watches.advance``. Raises ``StorageError``.
    """

    def __init__(
        self,
        engine: Engine,
        query: Query,
        last_document_id: int,
        last_entry_id: int,
        *,
        teasers: bool = False,
    ) -> None:
        self._teasers = teasers
        self._engine = engine
        self._query = query
        self._after = last_document_id
        self._since = last_entry_id
        self.document_id, self.entry_id = load_ends(engine)
        self.reached = {"last_document_id": self.document_id, "last_entry_id": self.entry_id}

    def article_ids(self) -> Iterator[int]:
        """Those that became hits, then those that were filed; each once. Last, where they are asked
        for, teasers that were filed."""
        read = self._read_since()
        for chunk in (read[at : at + CHUNK] for at in range(0, len(read), CHUNK)):
            with reading(self._engine) as session:
                hits = _match_now(session, self._query, chunk)
                before = [(hit, _text_before(session, hit, self._since)) for hit in hits]
                texts = [row for _, row in before if row is not None]
                known = _match(session, self._query, texts)
            yield from (hit for hit, _ in before if hit not in known)
        found = Search(self._engine).documents(self._query, after_id=self._after)
        for document_id, article_id in found:
            if document_id > self.document_id:
                break  # filed meanwhile, and told the next time
            yield article_id
        if self._teasers:
            yield from self._new_teasers()

    def _new_teasers(self) -> list[int]:
        since = {"after": self._after, "until": self.document_id}
        with reading(self._engine) as session:
            rows = session.execute(_TEASERS, since).all()
            texts = {row.current_version_id: row.id for row in rows}
            chunks = [[*texts][at : at + CHUNK] for at in range(0, len(texts), CHUNK)]
            return [
                texts[one]
                for chunk in chunks
                for one in match_ids(session, self._query, among=chunk, index=HIDDEN)
            ]

    def _read_since(self) -> list[int]:
        """The articles told of or passed over before that were read again since, by id."""
        query = (
            select(_ENTRIES.c.article_id)
            .join(_DOCUMENTS, _DOCUMENTS.c.article_id == _ENTRIES.c.article_id)
            .where(_ENTRIES.c.id > self._since, _ENTRIES.c.id <= self.entry_id)
            .where(_ENTRIES.c.kind.in_(_READINGS), _DOCUMENTS.c.id <= self._after)
            .order_by(_ENTRIES.c.article_id)
            .distinct()
        )
        with reading(self._engine) as session:
            return [one for one in session.scalars(query) if one is not None]


def load_ends(engine: Engine) -> tuple[int, int]:
    """The last document or teaser, and the last entry, of one moment."""
    queries = select(func.max(_DOCUMENTS.c.id)), _LAST_TEASER, select(func.max(_ENTRIES.c.id))
    with reading(engine) as session:
        document_id, teaser, entry_id = (session.scalar(query) or 0 for query in queries)
        return max(document_id, teaser), entry_id


def _match_now(session: Session, query: Query, articles: Sequence[int]) -> list[int]:
    here = select(_DOCUMENTS.c.id, _DOCUMENTS.c.article_id).where(
        _DOCUMENTS.c.article_id.in_(articles)
    )
    ids = {row.id: row.article_id for row in session.execute(here)}
    return [ids[one] for one in match_ids(session, query, among=[*ids])]


def _text_before(session: Session, article_id: int, until: int) -> Any:
    """The article with the version it had as of this entry; ``None`` where there was none."""
    shown, seen_at = None, None
    for row in session.execute(_SEEN, {"article": article_id, "until": until}):
        if row.kind == EntryKind.CAPTURE and seen_at is not None and row.fetched_at is not None:
            if row.fetched_at < seen_at:
                continue  # a recorded page, of before what was current
            seen_at = row.fetched_at
        shown, seen_at = row.id, seen_at or row.fetched_at
    return None if shown is None else session.execute(_TEXT, {"version": shown}).one()


def _match(session: Session, query: Query, texts: Sequence[Any]) -> set[int]:
    """The ids of the articles that the query would find if these were their texts."""
    if not texts:
        return set()
    if is_sqlite(session):
        return _match_in_memory(sqlite.compile_query(query), texts)
    match = postgres.compile_query(query)
    found = set()
    for row in texts:
        vector = documents.vector_of(row, documents.document_values(row)["labels"])
        if session.scalar(_WOULD_MATCH, {"vector": vector, "match": match}):
            found.add(row.id)
    return found


def _match_in_memory(match: str | None, texts: Sequence[Any]) -> set[int]:
    with closing(sqlite3.connect(":memory:")) as own:
        own.execute(
            "CREATE VIRTUAL TABLE search USING fts5(title, author, body, more, labels, "
            "tokenize = 'unicode61 remove_diacritics 2')"
        )
        for row in texts:
            own.execute(
                "INSERT INTO search (rowid, title, author, body, more, labels) "
                "VALUES (:article_id, :title, :author, :body, :more, :labels)",
                documents.content_of(row, documents.document_values(row)),
            )
        return {
            one for (one,) in own.execute("SELECT rowid FROM search WHERE search MATCH ?", [match])
        }


def match_versions(session: Session, query: Query, version_ids: Iterable[int]) -> set[int]:
    """Those of these versions that the query would find if they were their articles' texts."""
    found = set()
    for version_id in version_ids:
        row = session.execute(_TEXT, {"version": version_id}).one_or_none()
        if row is not None and _match(session, query, [row]):
            found.add(version_id)
    return found

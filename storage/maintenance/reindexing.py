"""Making anew what is derived from the articles' texts: the search index, the fingerprints and
the summaries of edits."""

from __future__ import annotations

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from scraper.model.types import Verdict
from storage.database.engine import beside_index, insert_into, rows_by_id, writing
from storage.models import Article, Shingle, Version, table_of
from storage.saving import edit_rows
from storage.search import index
from storage.text.shingles import fingerprint_of

_ARTICLES, _VERSIONS, _SHINGLES = table_of(Article), table_of(Version), table_of(Shingle)


def rebuild_index(engine: Engine) -> None:
    """Make them anew in one transaction, whatever state they are in; until its end, everything is
    found as before.

    The caller holds the run lock: a crawl would wait for too long. Raises ``StorageError``.
    """
    with writing(engine) as session:
        index.rebuild(session)
        edit_rows.rebuild(session)
        session.execute(delete(_SHINGLES))
        _take_fingerprints(session)


def _take_fingerprints(session: Session) -> None:
    bodies = (
        select(_ARTICLES.c.id, _VERSIONS.c.body)
        .join(_VERSIONS, _VERSIONS.c.id == _ARTICLES.c.current_version_id)
        .where(beside_index(_ARTICLES.c.verdict) == Verdict.ARTICLE.value)
    )
    for rows in rows_by_id(session, bodies, _ARTICLES.c.id):
        values = [
            {"hash": one, "article_id": row.id} for row in rows for one in fingerprint_of(row.body)
        ]
        if values:
            session.execute(insert_into(Shingle), values)

"""Articles as rows, indexed as the archive does, without what else a capture brings."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Engine, insert, select, update

from storage.database.engine import writing
from storage.integrity import check_index
from storage.models import Article, Edit, Version, table_of
from storage.search import index
from storage.search.finder import Search, SortOrder

FIRST_SEEN = datetime(2026, 3, 1, 12, tzinfo=UTC)
_ARTICLES, _VERSIONS = table_of(Article), table_of(Version)
_OWN = ("id", "body", "title", "content_hash", "wording_hash")
"""Columns that an edit changes."""


class Shelf:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._search = Search(engine)
        self._last = 0

    def add(self, body: str = "", title: str | None = None, **fields: Any) -> int:
        """File an article; its id, which is also its place in the filing order."""
        self._last += 1
        number = self._last
        url = fields.pop("url", f"https://example.org/{number}")
        article = {
            "id": number,
            "url_key": number.to_bytes(16, "big"),
            "canonical_url": fields.pop("canonical_url", url),
            "url": url,
            "site": fields.pop("site", "example.org"),
            "verdict": fields.pop("verdict", "article"),
            "evidence": "",
            "filed_by": number,
            "first_seen_at": fields.pop("first_seen_at", FIRST_SEEN),
            "last_checked_at": FIRST_SEEN,
            "story_id": fields.pop("story_id", None),
        }
        with writing(self.engine) as session:
            session.execute(insert(_ARTICLES), article)
            version_id = self._make_version(session, number, body, title, fields)
            session.execute(
                update(_ARTICLES)
                .where(_ARTICLES.c.id == number)
                .values(current_version_id=version_id)
            )
            index.add(session, number)
        return number

    def change(self, article_id: int, body: str, title: str | None = None) -> None:
        """A new version becomes the current one."""
        with writing(self.engine) as session:
            index.remove(session, article_id)
            version_id = self._make_version(session, article_id, body, title, {})
            self._update(session, article_id, current_version_id=version_id)
            index.add(session, article_id)

    def edit(self, article_id: int, body: str, *, stealth: bool = False) -> None:
        """The publisher changes the text."""
        with writing(self.engine) as session:
            base = session.scalar(
                select(_ARTICLES.c.current_version_id).where(_ARTICLES.c.id == article_id)
            )
            row = session.execute(select(_VERSIONS).where(_VERSIONS.c.id == base)).one()._asdict()
            index.remove(session, article_id)
            kept = {name: row[name] for name in row if name not in _OWN}
            version_id = self._make_version(session, article_id, body, row["title"], kept)
            values = {"kinds": [], "stealth": stealth, "summary": ""}
            session.execute(insert(Edit), [values | {"version_id": version_id, "base_id": base}])
            self._update(session, article_id, current_version_id=version_id)
            index.add(session, article_id)

    def alter(self, article_id: int, **values: Any) -> None:
        """Change its row; the index follows."""
        with writing(self.engine) as session:
            index.remove(session, article_id)
            self._update(session, article_id, **values)
            index.add(session, article_id)

    def alter_behind_its_back(self, article_id: int, **values: Any) -> None:
        with writing(self.engine) as session:
            self._update(session, article_id, **values)

    def find(self, query: str, **options: Any) -> list[int]:
        """The ids of what is found."""
        return [hit.record.id for hit in self._search.find(query, **options).hits]

    def notes(self, query: str, by: SortOrder = SortOrder.FILED) -> tuple[str, ...]:
        return self._search.find(query, by=by).notes

    def check(self) -> list[str]:
        with writing(self.engine) as session:
            return [*check_index.check(session), *check_index.check_words(session)]

    def rebuild(self) -> None:
        with writing(self.engine) as session:
            index.rebuild(session)

    def _update(self, session: Any, article_id: int, **values: Any) -> None:
        session.execute(update(_ARTICLES).where(_ARTICLES.c.id == article_id).values(**values))

    def _make_version(
        self, session: Any, article_id: int, body: str, title: str | None, fields: dict[str, Any]
    ) -> int:
        digest = sha256(f"{article_id} {title} {body}".encode("utf-8", "replace")).digest()
        values = {
            "article_id": article_id,
            "accepted": True,
            "cause": "publisher",
            "extractor_version": "1",
            "first_seen_at": FIRST_SEEN,
            "content_hash": digest,
            "wording_hash": digest,
            "url": "https://example.org/",
            "fetched_at": FIRST_SEEN,
            "title": title,
            "authors": [],
            "published_relative": False,
            "tags": [],
            "body": body,
            "blocks": [],
            "provenance": {},
        } | fields
        made: int = session.execute(
            insert(_VERSIONS).returning(_VERSIONS.c.id), values
        ).scalar_one()
        return made

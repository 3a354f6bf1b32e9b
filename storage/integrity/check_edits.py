"""What the versions of each article changed is stored as their texts say."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Engine

from storage.integrity.report import UNREADABLE, Damage, Note, VerifyReport, damage_of
from storage.integrity.walking import each_row
from storage.models import Article, table_of
from storage.saving import edit_rows

_ARTICLES = table_of(Article)


def check_edits(engine: Engine, report: VerifyReport, note: Note) -> Iterator[Damage]:
    """Takes the edits of each article anew."""
    for session, article_id in each_row(engine, _ARTICLES, "edits", report, note):
        name = f"article {article_id}"
        try:
            if edit_rows.differ(session, article_id):
                problem = "what its versions changed is stored otherwise than their texts say"
                yield Damage(name, problem, derived=True)
        except UNREADABLE as error:
            yield damage_of(name, error)

"""What articles are counted by in a search: one text a document.

Revision ID: 20261203_0070
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261203_0070"
down_revision = "20261203_0060"
branch_labels = depends_on = None

AT_ONCE = 1_000
_TABLES = {"document": "article.current_version_id", "hidden_document": "document.id"}


def upgrade() -> None:
    for name, version_id in _TABLES.items():
        op.add_column(name, sa.Column("facets", sa.Text()))
        _fill(name, version_id)


def _fill(name: str, version_id: str) -> None:
    from storage.search.documents import facets_of  # as what makes the index anew (``env``)

    connection = op.get_bind()
    rows = sa.text(
        f"""
        SELECT document.id, document.labels, article.site, version.section, version.authors
          FROM {name} AS document
          JOIN article ON article.id = document.article_id
          JOIN version ON version.id = {version_id}
         WHERE document.id > :last ORDER BY document.id LIMIT {AT_ONCE}
        """  # noqa: S608 - ours
    ).columns(authors=sa.JSON())
    fill = sa.text(f"UPDATE {name} SET facets = :facets WHERE id = :id")  # noqa: S608 - ours
    last = 0
    while found := connection.execute(rows, {"last": last}).all():
        connection.execute(
            fill,
            [
                {"id": one.id, "facets": facets_of(one.labels, one.site, one.section, one.authors)}
                for one in found
            ],
        )
        last = found[-1].id

"""A document's date: by it the articles are listed, the one published last first.

Revision ID: 20261203_0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261203_0020"
down_revision = "20261203_0010"
branch_labels = depends_on = None


def upgrade() -> None:
    op.add_column("document", sa.Column("dated_at", sa.DateTime(timezone=True)))
    op.execute(
        "UPDATE document SET dated_at = ("
        " SELECT coalesce(version.published_at, article.first_seen_at)"
        " FROM article JOIN version ON version.id = article.current_version_id"
        " WHERE article.id = document.article_id)"
    )
    op.create_index("ix_document_dated", "document", ["dated_at", "id"])

"""A document's date: by it the articles are listed, the one published last first.

The next revision has all documents made anew, with their dates.

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
    op.create_index("ix_document_dated", "document", ["dated_at", "id"])

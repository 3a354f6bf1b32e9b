"""Lead images of articles: their bytes are snapshots; and which sources have them fetched.

Revision ID: 20261203_0060
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261203_0060"
down_revision = "20261203_0050"
branch_labels = depends_on = None


def upgrade() -> None:
    identity = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "image",
        sa.Column(
            "article_id",
            identity,
            sa.ForeignKey("article.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("url", sa.Text(), primary_key=True),
        sa.Column("snapshot_id", identity, sa.ForeignKey("snapshot.id")),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text()),
        sa.Column("answer", sa.JSON(none_as_null=True)),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_image_url", "image", ["url"])
    op.create_index("ix_image_snapshot", "image", ["snapshot_id"])
    op.add_column("source", sa.Column("images", sa.Text()))

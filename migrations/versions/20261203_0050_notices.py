"""Watches for edits; notices that wait until they are delivered, and which alarms became one.

Alarms that are over were told long ago, by whatever read them.

Revision ID: 20261203_0050
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261203_0050"
down_revision = "20261203_0040"
branch_labels = depends_on = None


def upgrade() -> None:
    identity = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    time = sa.DateTime(timezone=True)
    op.create_table(
        "notice",
        sa.Column("id", identity, primary_key=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("watch", sa.Text()),
        sa.Column("made_at", time, nullable=False),
        sa.Column("due_at", time, nullable=False),
        sa.Column("problem", sa.Text()),
        sa.Column("items", sa.JSON(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notice_channel", "notice", ["channel", "due_at"])
    op.add_column("watch", sa.Column("reports", sa.Text()))
    op.add_column("watch", sa.Column("last_version_id", identity))
    op.add_column("alarm", sa.Column("announced", sa.Text()))
    op.execute("UPDATE alarm SET announced = 'ended' WHERE cleared_at IS NOT NULL")

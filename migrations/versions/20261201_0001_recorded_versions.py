"""A version says whether it is known from a web archive alone: such a text never takes the place
of one that was read on the web.

Of those that are there, a recorded one was first seen when it was fetched, to the microsecond; one
from the web when it was saved, a moment later.

Revision ID: 20261201_0001
Revises: 20261130_0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261201_0001"
down_revision = "20261130_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    recorded: sa.Column[bool] = sa.Column(
        "recorded", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    op.add_column("version", recorded)
    op.execute("UPDATE version SET recorded = (first_seen_at = fetched_at)")

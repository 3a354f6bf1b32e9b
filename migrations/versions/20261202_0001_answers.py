"""What came with a page whose bytes were known already: its own status and headers.

Of what was stored before nothing is known: it is read as whoever brought the bytes had it.

Revision ID: 20261202_0001
Revises: 20261201_0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261202_0001"
down_revision = "20261201_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("version", "part"):
        op.add_column(table, sa.Column("answer", sa.JSON, nullable=True))

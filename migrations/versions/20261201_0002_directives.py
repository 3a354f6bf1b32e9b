"""What publishers forbid with an article, and what was read with a subscriber's headers or cookies.

Of what was stored before nothing is known: it has no mark.

Revision ID: 20261201_0002
Revises: 20261201_0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261201_0002"
down_revision = "20261201_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("article", "version"):
        op.add_column(table, sa.Column("directives", sa.JSON, nullable=True))
    for table in ("version", "fetch"):
        mark = sa.Column("with_credentials", sa.Boolean, nullable=False, server_default=sa.false())
        op.add_column(table, mark)

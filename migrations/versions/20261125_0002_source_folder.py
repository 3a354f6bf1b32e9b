"""The folder that a source lies in, as feed readers have them.

Revision ID: 20261125_0002
Revises: 20261125_0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261125_0002"
down_revision = "20261125_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("source", sa.Column("folder", sa.Text(), nullable=True))

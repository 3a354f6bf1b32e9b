"""A source's patterns: which of the links that it lists are taken.

Revision ID: 20261203_0040
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261203_0040"
down_revision = "20261203_0030"
branch_labels = depends_on = None


def upgrade() -> None:
    op.add_column("source", sa.Column("only", sa.JSON(none_as_null=True)))

"""A host's extractor: by which rules its pages were last read.

Revision ID: 20261203_0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261203_0010"
down_revision = "20261202_0010"
branch_labels = depends_on = None


def upgrade() -> None:
    op.add_column("host", sa.Column("extractor", sa.Text()))

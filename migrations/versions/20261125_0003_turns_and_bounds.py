"""In whose queue a page waits and whose turn it is, how long a host has been unreachable, and what
a poll left out.

Revision ID: 20261125_0003
Revises: 20261125_0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261125_0003"
down_revision = "20261125_0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
UNTRIED = "last_checked_at IS NULL AND due_at IS NOT NULL"


def upgrade() -> None:
    for table, name, kind in (
        ("host", "unreachable", sa.Integer),
        ("host", "turn", ID),
        ("poll", "left_out", sa.Integer),
        ("page", "lister_id", ID),
    ):
        op.add_column(table, sa.Column(name, kind, nullable=False, server_default="0"))
    op.execute(
        "UPDATE page SET lister_id = coalesce((SELECT min(coalesce(source.parent_id, source.id))"
        " FROM page_source JOIN source ON source.id = page_source.source_id"
        " WHERE page_source.page_id = page.id), 0)"
    )
    op.drop_index("ix_page_fresh", "page")
    for name, columns, condition in (
        ("ix_page_fresh", ["host", "lister_id", "news_at"], UNTRIED),
        ("ix_page_untried", ["lister_id"], UNTRIED),
        ("ix_page_backlog_of", ["lister_id"], "backlog"),
    ):
        where = sa.text(condition)
        op.create_index(name, "page", columns, sqlite_where=where, postgresql_where=where)

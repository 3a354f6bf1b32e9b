"""Whether a subscriber's headers and cookies may go to a page, a source, a page of older entries:
whether the way to it, from what a person gave, never left its site (scraper.vouching).

What a person follows already is taken to be the site's own, and so is what it listed on its own
host and what is still to be fetched; of everything else the next poll says so.

Revision ID: 20261201_0004
Revises: 20261201_0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261201_0004"
down_revision = "20261201_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, name in (("source", "vouched"), ("source", "cursor_vouched"), ("page", "vouched")):
        op.add_column(table, sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false()))
    op.execute("UPDATE source SET vouched = true WHERE parent_id IS NULL")
    op.execute(
        "UPDATE source SET vouched = true WHERE EXISTS (SELECT 1 FROM source AS index_of"
        " WHERE index_of.id = source.parent_id AND index_of.host = source.host)"
    )
    for scheme in ("https://", "http://"):
        own = sa.text(
            "UPDATE source SET cursor_vouched = true WHERE vouched AND"
            " substr(cursor, 1, length(:scheme || host || '/')) = :scheme || host || '/'"
        )
        op.execute(own.bindparams(scheme=scheme))
    op.execute(
        "UPDATE page SET vouched = true WHERE (due_at IS NOT NULL OR backlog) AND EXISTS"
        " (SELECT 1 FROM page_source JOIN source ON source.id = page_source.source_id"
        " WHERE page_source.page_id = page.id AND source.host = page.host AND source.vouched)"
    )

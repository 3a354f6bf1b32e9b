"""The search index is made anew: single characters of scripts without word spaces, Arabic letters
that are written one for another, and digits of every script stand in it otherwise
(storage.search.segments). Articles are found by their current version.

Revision ID: 20261130_0002
Revises: 20261130_0001
"""

from __future__ import annotations

from alembic import op

revision = "20261130_0002"
down_revision = "20261130_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_article_current_version", "article", ["current_version_id"])
    # What follows the migrations indexes everything where nothing is (storage.upkeep.backfill).
    op.execute("DELETE FROM document")

"""What archives lack that were made by the first forms of 20261125_0010.

It was changed twice under its name: its index learned to spell letters that no mark makes, and
watches to remember how far they have looked at edits. The column tells which archives are meant.

Revision ID: 20261130_0001
Revises: 20261125_0010
"""

from __future__ import annotations

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "20261130_0001"
down_revision = "20261125_0010"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
REACHED = "last_entry_id"


def upgrade() -> None:
    if REACHED in {column["name"] for column in sa.inspect(op.get_bind()).get_columns("watch")}:
        return
    op.add_column("watch", sa.Column(REACHED, ID, nullable=True))
    # Edits of the past are no news.
    op.execute(f"UPDATE watch SET {REACHED} = coalesce((SELECT max(id) FROM entry), 0)")  # noqa: S608
    with op.batch_alter_table("watch", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.alter_column(REACHED, existing_type=ID, nullable=False)
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search")
        op.execute("DROP VIEW search_content")
        import_module("migrations.versions.20261125_0010_archive")._index_text_in_sqlite()
    # What follows the migrations indexes everything where nothing is (storage.upkeep.backfill).
    op.execute("DELETE FROM document")

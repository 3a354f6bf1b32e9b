"""Sources of every kind and their parts, the ledger of polls, alarms, articles of several pages.

Revision ID: 20261125_0001
Revises: 20261124_0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261125_0001"
down_revision = "20261124_0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TEXT = sa.Text()
TIME = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    op.add_column("robots", sa.Column("etag", TEXT, nullable=True))
    op.add_column("robots", sa.Column("last_modified", TEXT, nullable=True))
    op.add_column("run", sa.Column("summary", JSON, nullable=True))
    _make_tables()
    for name, kind in (
        ("last_success_at", TIME),
        ("stated_at", TIME),
        ("cursor", TEXT),
        ("asked_key", sa.LargeBinary()),
        ("disabled_at", TIME),
        ("disabled_reason", TEXT),
    ):
        op.add_column("source", sa.Column(name, kind, nullable=True))
    _add_reference("source", "parent_id", "source", "CASCADE")
    op.execute("UPDATE source SET last_success_at = last_polled_at WHERE last_error IS NULL")
    op.create_index("ix_source_parent", "source", ["parent_id"])
    op.create_index("ix_source_asked_key", "source", ["asked_key"])
    _change_pages()


def _make_tables() -> None:
    op.create_table(
        "poll",
        sa.Column("id", ID, nullable=False),
        sa.Column("source_id", ID, nullable=False),
        sa.Column("run_id", ID, nullable=True),
        sa.Column("polled_at", TIME, nullable=False),
        sa.Column("outcome", TEXT, nullable=False),
        sa.Column("listed", sa.Integer, nullable=False),
        sa.Column("new", sa.Integer, nullable=False),
        sa.Column("gap_since", TIME, nullable=True),
        sa.Column("gap_filled", sa.Integer, nullable=True),
        sa.Column("error", TEXT, nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_poll_run_id")),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_poll_source_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_poll_source", "poll", ["source_id", "id"])
    op.create_table(
        "alarm",
        sa.Column("id", ID, nullable=False),
        sa.Column("source_id", ID, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.Column("raised_at", TIME, nullable=False),
        sa.Column("cleared_at", TIME, nullable=True),
        sa.Column("detail", TEXT, nullable=False),
        sa.Column("examples", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_alarm_source_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alarm_source", "alarm", ["source_id", "kind"])
    op.create_table(
        "part",
        sa.Column("version_id", ID, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("fetched_at", TIME, nullable=False),
        sa.Column("snapshot_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshot.id"], name=op.f("fk_part_snapshot_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_part_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("version_id", "number", name=op.f("pk_part")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_part_snapshot", "part", ["snapshot_id"])


def _change_pages() -> None:
    epoch = "1970-01-01 00:00:00.000000"
    op.add_column("page", sa.Column("news_at", TIME, nullable=False, server_default=epoch))
    op.execute("UPDATE page SET news_at = first_seen_at")
    no = sa.false()
    op.add_column("page", sa.Column("backlog", sa.Boolean, nullable=False, server_default=no))
    _add_reference("page", "poll_id", "poll", "SET NULL")
    op.create_index("ix_page_poll", "page", ["poll_id"])
    op.drop_index("ix_page_fresh", "page")
    for name, condition in (
        ("ix_page_fresh", "last_checked_at IS NULL AND due_at IS NOT NULL"),
        ("ix_page_backlog", "backlog"),
    ):
        where = sa.text(condition)
        op.create_index(
            name, "page", ["host", "news_at"], sqlite_where=where, postgresql_where=where
        )


def _add_reference(table: str, column: str, to: str, on_delete: str) -> None:
    name = op.f(f"fk_{table}_{column}")
    with op.batch_alter_table(
        table, recreate="auto", table_kwargs={"sqlite_autoincrement": True}
    ) as batch:
        batch.add_column(sa.Column(column, ID, nullable=True))
        batch.create_foreign_key(name, to, [column], ["id"], ondelete=on_delete)

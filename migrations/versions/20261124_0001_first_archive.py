"""First archive: sources, hosts, the frontier, snapshots, articles with their versions, fetches.

Revision ID: 20261124_0001
Revises: nothing
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261124_0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TEXT = sa.Text()
TIME = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True)
BYTES = sa.LargeBinary()


def upgrade() -> None:
    op.create_table(
        "article",
        sa.Column("id", ID, nullable=False),
        sa.Column("url_key", BYTES, nullable=False),
        sa.Column("canonical_url", TEXT, nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("site", TEXT, nullable=False),
        sa.Column("verdict", TEXT, nullable=False),
        sa.Column("evidence", TEXT, nullable=False),
        sa.Column("filed_by", ID, nullable=False),
        sa.Column("duplicate_of", ID, nullable=True),
        sa.Column("current_version_id", ID, nullable=True),
        sa.Column("first_seen_at", TIME, nullable=False),
        sa.Column("last_checked_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["current_version_id"],
            ["version.id"],
            name="fk_article_current_version",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["duplicate_of"], ["article.id"], name=op.f("fk_article_duplicate_of")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sa.UniqueConstraint("url_key", name=op.f("uq_article_url_key")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_article_duplicate_of", "article", ["duplicate_of"])
    op.create_index("ix_article_filing", "article", ["verdict", "filed_by"])
    op.create_index(
        "ix_article_rejected",
        "article",
        ["filed_by"],
        sqlite_where=sa.text("verdict <> 'article'"),
        postgresql_where=sa.text("verdict <> 'article'"),
    )
    op.create_table(
        "host",
        sa.Column("host", TEXT, nullable=False),
        sa.Column("paused_until", TIME, nullable=True),
        sa.Column("throttled", sa.Integer, nullable=False),
        sa.Column("postponed_until", TIME, nullable=True),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_host")),
    )
    op.create_table(
        "robots",
        sa.Column("origin", TEXT, nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("fetched_at", TIME, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("origin", name=op.f("pk_robots")),
    )
    op.create_table(
        "run",
        sa.Column("id", ID, nullable=False),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("finished_at", TIME, nullable=True),
        sa.Column("exit_code", sa.Integer, nullable=True),
        sa.Column("counts", JSON, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "snapshot",
        sa.Column("id", ID, nullable=False),
        sa.Column("payload_digest", BYTES, nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("fetched_at", TIME, nullable=False),
        sa.Column("payload_size", sa.Integer, nullable=False),
        sa.Column("stored_size", sa.Integer, nullable=False),
        sa.Column("headers", JSON, nullable=False),
        sa.Column("body", BYTES, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot")),
        sa.UniqueConstraint("payload_digest", name=op.f("uq_snapshot_payload_digest")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "page",
        sa.Column("id", ID, nullable=False),
        sa.Column("url_key", BYTES, nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("canonical_url", TEXT, nullable=False),
        sa.Column("host", TEXT, nullable=False),
        sa.Column("article_id", ID, nullable=True),
        sa.Column("due_at", TIME, nullable=True),
        sa.Column("lease_run_id", ID, nullable=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("first_seen_at", TIME, nullable=False),
        sa.Column("last_checked_at", TIME, nullable=True),
        sa.Column("etag", TEXT, nullable=True),
        sa.Column("last_modified", TEXT, nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_page_article_id")),
        sa.ForeignKeyConstraint(["host"], ["host.host"], name=op.f("fk_page_host")),
        sa.ForeignKeyConstraint(["lease_run_id"], ["run.id"], name=op.f("fk_page_lease_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page")),
        sa.UniqueConstraint("url_key", name=op.f("uq_page_url_key")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_page_article", "page", ["article_id"])
    op.create_index("ix_page_due", "page", ["host", "lease_run_id", "due_at"])
    op.create_index(
        "ix_page_fresh",
        "page",
        ["host", "id"],
        sqlite_where=sa.text("last_checked_at IS NULL AND due_at IS NOT NULL"),
        postgresql_where=sa.text("last_checked_at IS NULL AND due_at IS NOT NULL"),
    )
    op.create_index(
        "ix_page_lease",
        "page",
        ["lease_run_id"],
        sqlite_where=sa.text("lease_run_id IS NOT NULL"),
        postgresql_where=sa.text("lease_run_id IS NOT NULL"),
    )
    op.create_table(
        "source",
        sa.Column("id", ID, nullable=False),
        sa.Column("url_key", BYTES, nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("title", TEXT, nullable=True),
        sa.Column("host", TEXT, nullable=False),
        sa.Column("added_at", TIME, nullable=False),
        sa.Column("due_at", TIME, nullable=True),
        sa.Column("lease_run_id", ID, nullable=True),
        sa.Column("interval_seconds", sa.Integer, nullable=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_polled_at", TIME, nullable=True),
        sa.Column("last_error", TEXT, nullable=True),
        sa.Column("etag", TEXT, nullable=True),
        sa.Column("last_modified", TEXT, nullable=True),
        sa.ForeignKeyConstraint(["host"], ["host.host"], name=op.f("fk_source_host")),
        sa.ForeignKeyConstraint(["lease_run_id"], ["run.id"], name=op.f("fk_source_lease_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("name", name=op.f("uq_source_name")),
        sa.UniqueConstraint("url_key", name=op.f("uq_source_url_key")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_source_due", "source", ["host", "lease_run_id", "due_at"])
    op.create_index("ix_source_lease", "source", ["lease_run_id"])
    op.create_table(
        "version",
        sa.Column("id", ID, nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.Column("accepted", sa.Boolean, nullable=False),
        sa.Column("cause", TEXT, nullable=False),
        sa.Column("extractor_version", TEXT, nullable=False),
        sa.Column("confirmed_by", TEXT, nullable=True),
        sa.Column("first_seen_at", TIME, nullable=False),
        sa.Column("content_hash", BYTES, nullable=False),
        sa.Column("wording_hash", BYTES, nullable=False),
        sa.Column("text_hash", BYTES, nullable=True),
        sa.Column("snapshot_id", ID, nullable=True),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("fetched_at", TIME, nullable=False),
        sa.Column("title", TEXT, nullable=True),
        sa.Column("byline", TEXT, nullable=True),
        sa.Column("authors", JSON, nullable=False),
        sa.Column("published_at", TIME, nullable=True),
        sa.Column("published_offset", sa.Integer, nullable=True),
        sa.Column("published_precision", TEXT, nullable=True),
        sa.Column("published_zone", TEXT, nullable=True),
        sa.Column("published_relative", sa.Boolean, nullable=False),
        sa.Column("published_raw", TEXT, nullable=True),
        sa.Column("modified_at", TIME, nullable=True),
        sa.Column("modified_offset", sa.Integer, nullable=True),
        sa.Column("language", TEXT, nullable=True),
        sa.Column("site_name", TEXT, nullable=True),
        sa.Column("image_url", TEXT, nullable=True),
        sa.Column("section", TEXT, nullable=True),
        sa.Column("tags", JSON, nullable=False),
        sa.Column("page_title", TEXT, nullable=True),
        sa.Column("declared_url", TEXT, nullable=True),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("blocks", JSON, nullable=False),
        sa.Column("provenance", JSON, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_version_article_id")),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["snapshot.id"], name=op.f("fk_version_snapshot_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version")),
        sa.UniqueConstraint("article_id", "content_hash", name="uq_version_content"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_version_snapshot", "version", ["snapshot_id"])
    op.create_index("ix_version_text", "version", ["text_hash"])
    op.create_table(
        "fetch",
        sa.Column("id", ID, nullable=False),
        sa.Column("run_id", ID, nullable=True),
        sa.Column("page_id", ID, nullable=True),
        sa.Column("source_id", ID, nullable=True),
        sa.Column("article_id", ID, nullable=True),
        sa.Column("snapshot_id", ID, nullable=True),
        sa.Column("outcome", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=True),
        sa.Column("status", sa.Integer, nullable=True),
        sa.Column("fetched_at", TIME, nullable=False),
        sa.Column("requested_url", TEXT, nullable=False),
        sa.Column("url", TEXT, nullable=True),
        sa.Column("payload_digest", BYTES, nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_fetch_article_id")),
        sa.ForeignKeyConstraint(
            ["page_id"], ["page.id"], name=op.f("fk_fetch_page_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_fetch_run_id")),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["snapshot.id"], name=op.f("fk_fetch_snapshot_id")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_fetch_source_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fetch")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_fetch_article", "fetch", ["article_id"])
    op.create_index("ix_fetch_page", "fetch", ["page_id"])
    op.create_index("ix_fetch_run", "fetch", ["run_id"])
    op.create_index("ix_fetch_snapshot", "fetch", ["snapshot_id"])
    op.create_index("ix_fetch_source", "fetch", ["source_id"])
    op.create_table(
        "page_source",
        sa.Column("page_id", ID, nullable=False),
        sa.Column("source_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["page_id"], ["page.id"], name=op.f("fk_page_source_page_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_page_source_source_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("page_id", "source_id", name=op.f("pk_page_source")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_page_source_source", "page_source", ["source_id"])

    if op.get_bind().dialect.supports_alter:
        # SQLite has it in its CREATE TABLE; elsewhere the two tables need each other first.
        op.create_foreign_key(
            "fk_article_current_version", "article", "version", ["current_version_id"], ["id"]
        )


def downgrade() -> None:
    raise NotImplementedError("an archive is never taken back: restore a backup")

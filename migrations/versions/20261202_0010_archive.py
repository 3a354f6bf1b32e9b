"""The archive.

Revision ID: 20261202_0010
"""

from __future__ import annotations

import sqlite3
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "20261202_0010"
down_revision = branch_labels = depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TEXT = sa.Text()
TIME = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True)
BYTES = sa.LargeBinary()
WORDS_GO_AT_ONCE_SINCE = (3, 42)
"""The SQLite from which on FTS5 can take a word out where it stands
(https://sqlite.org/fts5.html §6.10)."""


def upgrade() -> None:
    _make_tables()
    if op.get_bind().dialect.name == "sqlite":
        _index_text_in_sqlite()
    else:
        op.create_foreign_key(
            "fk_article_current_version", "article", "version", ["current_version_id"], ["id"]
        )
        op.execute("ALTER TABLE document ADD COLUMN vector tsvector")
        op.execute("CREATE INDEX ix_document_vector ON document USING gin (vector)")


def _make_tables() -> None:
    op.create_table(
        "article",
        sa.Column("id", ID, primary_key=True),
        sa.Column("url_key", BYTES, nullable=False, unique=True),
        sa.Column("canonical_url", TEXT, nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("site", TEXT, nullable=False),
        sa.Column("verdict", TEXT, nullable=False),
        sa.Column("evidence", TEXT, nullable=False),
        sa.Column("filed_by", ID, nullable=False),
        sa.Column("duplicate_of", ID, sa.ForeignKey("article.id")),
        sa.Column("current_version_id", ID),
        sa.Column("first_seen_at", TIME, nullable=False),
        sa.Column("last_checked_at", TIME, nullable=False),
        sa.Column("story_id", ID, sa.ForeignKey("article.id")),
        sa.Column("directives", JSON),
        sa.Column("digest", BYTES),
        sa.ForeignKeyConstraint(
            ["current_version_id"],
            ["version.id"],
            name="fk_article_current_version",
            use_alter=True,
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_article_current_version", "article", ["current_version_id"])
    op.create_index("ix_article_duplicate_of", "article", ["duplicate_of"])
    op.create_index("ix_article_filing", "article", ["verdict", "filed_by"])
    op.create_index(
        "ix_article_rejected", "article", ["filed_by"], **_where("verdict <> 'article'")
    )
    op.create_index("ix_article_story", "article", ["story_id"], **_where("story_id IS NOT NULL"))
    op.create_table(
        "entry",
        sa.Column("id", ID, primary_key=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("recorded_at", TIME, nullable=False),
        sa.Column("position", ID, unique=True),
        sa.Column("article_id", ID),
        sa.Column("url", TEXT),
        sa.Column("fetched_at", TIME),
        sa.Column("payload_digest", BYTES),
        sa.Column("version_digest", BYTES),
        sa.Column("detail", JSON),
        sa.Column("redacted", sa.Boolean, nullable=False),
        sa.Column("digest", BYTES, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_entry_article", "entry", ["article_id"])
    op.create_index("ix_entry_unsealed", "entry", ["id"], **_where("position IS NULL"))
    op.create_table(
        "host",
        sa.Column("host", TEXT, primary_key=True),
        sa.Column("paused_until", TIME),
        sa.Column("throttled", sa.Integer, nullable=False),
        sa.Column("postponed_until", TIME),
        sa.Column("unreachable", sa.Integer, nullable=False),
        sa.Column("turn", ID, nullable=False),
    )
    op.create_table(
        "intake",
        sa.Column("id", ID, primary_key=True),
        sa.Column("key", BYTES, nullable=False, unique=True),
        sa.Column("path", TEXT, nullable=False),
        sa.Column("size", ID, nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("finished_at", TIME),
        sa.Column("position", ID, nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("damage", JSON, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "reextraction",
        sa.Column("id", ID, primary_key=True),
        sa.Column("extractor_version", TEXT, nullable=False),
        sa.Column("scope", JSON, nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("cursor", ID, nullable=False),
        sa.Column("finished_at", TIME),
        sa.Column("undone_at", TIME),
        sa.Column("counts", JSON, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "robots",
        sa.Column("origin", TEXT, primary_key=True),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("fetched_at", TIME, nullable=False),
        sa.Column("etag", TEXT),
        sa.Column("last_modified", TEXT),
        sa.Column("text", TEXT, nullable=False),
    )
    op.create_table(
        "run",
        sa.Column("id", ID, primary_key=True),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("finished_at", TIME),
        sa.Column("exit_code", sa.Integer),
        sa.Column("counts", JSON),
        sa.Column("summary", JSON),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "seal",
        sa.Column("id", ID, primary_key=True),
        sa.Column("sealed_at", TIME, nullable=False),
        sa.Column("position", ID, nullable=False, unique=True),
        sa.Column("digest", BYTES, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "shingle",
        sa.Column("hash", sa.BigInteger(), autoincrement=False, primary_key=True),
        sa.Column("article_id", ID, autoincrement=False, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "snapshot",
        sa.Column("id", ID, primary_key=True),
        sa.Column("payload_digest", BYTES, nullable=False, unique=True),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("fetched_at", TIME, nullable=False),
        sa.Column("payload_size", sa.Integer, nullable=False),
        sa.Column("stored_size", sa.Integer, nullable=False),
        sa.Column("headers", JSON, nullable=False),
        sa.Column("body", BYTES, nullable=False),
        sa.Column("reference_id", ID, sa.ForeignKey("snapshot.id")),
        sa.Column("pruned_at", TIME),
        sa.Column("digest", BYTES),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_snapshot_reference", "snapshot", ["reference_id"], **_where("reference_id IS NOT NULL")
    )
    op.create_table(
        "watch",
        sa.Column("id", ID, primary_key=True),
        sa.Column("name", TEXT, nullable=False, unique=True),
        sa.Column("query", TEXT, nullable=False),
        sa.Column("added_at", TIME, nullable=False),
        sa.Column("last_run_at", TIME),
        sa.Column("last_document_id", ID, nullable=False),
        sa.Column("last_entry_id", ID, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "document",
        sa.Column("id", ID, autoincrement=False, primary_key=True),
        sa.Column(
            "article_id",
            ID,
            sa.ForeignKey("article.id", ondelete="CASCADE"),
            nullable=False,
            unique=True,
        ),
        sa.Column("labels", TEXT, nullable=False),
        sa.Column("title", TEXT),
        sa.Column("author", TEXT),
        sa.Column("body", TEXT),
    )
    op.create_table(
        "likeness",
        sa.Column(
            "article_id", ID, sa.ForeignKey("article.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column(
            "other_id", ID, sa.ForeignKey("article.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("containment", sa.Double(), nullable=False),
        sa.Column("linked", sa.Boolean, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_likeness_other", "likeness", ["other_id"])
    op.create_table(
        "reextraction_change",
        sa.Column(
            "reextraction_id",
            ID,
            sa.ForeignKey("reextraction.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column(
            "article_id", ID, sa.ForeignKey("article.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("version_id", ID),
        sa.Column("made_version_id", ID, nullable=False),
        sa.Column("undo", JSON),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_reextraction_change_article", "reextraction_change", ["article_id"])
    op.create_table(
        "reference_page",
        sa.Column("host", TEXT, primary_key=True),
        sa.Column("snapshot_id", ID, sa.ForeignKey("snapshot.id"), nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("share", sa.Double()),
    )
    op.create_table(
        "source",
        sa.Column("id", ID, primary_key=True),
        sa.Column("url_key", BYTES, nullable=False, unique=True),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False, unique=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("title", TEXT),
        sa.Column("host", TEXT, sa.ForeignKey("host.host"), nullable=False),
        sa.Column("added_at", TIME, nullable=False),
        sa.Column("due_at", TIME),
        sa.Column("lease_run_id", ID, sa.ForeignKey("run.id")),
        sa.Column("interval_seconds", sa.Integer),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_polled_at", TIME),
        sa.Column("last_success_at", TIME),
        sa.Column("last_error", TEXT),
        sa.Column("etag", TEXT),
        sa.Column("last_modified", TEXT),
        sa.Column("parent_id", ID, sa.ForeignKey("source.id", ondelete="CASCADE")),
        sa.Column("stated_at", TIME),
        sa.Column("asked_key", BYTES),
        sa.Column("cursor", TEXT),
        sa.Column("disabled_at", TIME),
        sa.Column("disabled_reason", TEXT),
        sa.Column("folder", TEXT),
        sa.Column("vouched", sa.Boolean, nullable=False),
        sa.Column("cursor_vouched", sa.Boolean, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_source_asked_key", "source", ["asked_key"])
    op.create_index("ix_source_due", "source", ["host", "lease_run_id", "due_at"])
    op.create_index("ix_source_lease", "source", ["lease_run_id"])
    op.create_index("ix_source_parent", "source", ["parent_id"])
    op.create_table(
        "version",
        sa.Column("id", ID, primary_key=True),
        sa.Column("article_id", ID, sa.ForeignKey("article.id"), nullable=False),
        sa.Column("accepted", sa.Boolean, nullable=False),
        sa.Column("cause", TEXT, nullable=False),
        sa.Column("extractor_version", TEXT, nullable=False),
        sa.Column("confirmed_by", TEXT),
        sa.Column("first_seen_at", TIME, nullable=False),
        sa.Column("content_hash", BYTES, nullable=False),
        sa.Column("wording_hash", BYTES, nullable=False),
        sa.Column("text_hash", BYTES),
        sa.Column("snapshot_id", ID, sa.ForeignKey("snapshot.id")),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("fetched_at", TIME, nullable=False),
        sa.Column("title", TEXT),
        sa.Column("byline", TEXT),
        sa.Column("authors", JSON, nullable=False),
        sa.Column("published_at", TIME),
        sa.Column("published_offset", sa.Integer),
        sa.Column("published_precision", TEXT),
        sa.Column("published_zone", TEXT),
        sa.Column("published_relative", sa.Boolean, nullable=False),
        sa.Column("published_raw", TEXT),
        sa.Column("modified_at", TIME),
        sa.Column("modified_offset", sa.Integer),
        sa.Column("language", TEXT),
        sa.Column("site_name", TEXT),
        sa.Column("image_url", TEXT),
        sa.Column("section", TEXT),
        sa.Column("tags", JSON, nullable=False),
        sa.Column("page_title", TEXT),
        sa.Column("declared_url", TEXT),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("blocks", JSON, nullable=False),
        sa.Column("provenance", JSON, nullable=False),
        sa.Column("reason", TEXT),
        sa.Column("directives", JSON),
        sa.Column("with_credentials", sa.Boolean, nullable=False),
        sa.Column("answer", JSON),
        sa.Column("digest", BYTES),
        sa.Column("recorded", sa.Boolean, nullable=False),
        sa.UniqueConstraint("article_id", "content_hash", name="uq_version_content"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_version_snapshot", "version", ["snapshot_id"])
    op.create_index("ix_version_text", "version", ["text_hash"])
    op.create_table(
        "edit",
        sa.Column(
            "version_id", ID, sa.ForeignKey("version.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("base_id", ID, sa.ForeignKey("version.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kinds", JSON, nullable=False),
        sa.Column("stealth", sa.Boolean, nullable=False),
        sa.Column("summary", TEXT, nullable=False),
    )
    op.create_index("ix_edit_base", "edit", ["base_id"])
    op.create_table(
        "alarm",
        sa.Column("id", ID, primary_key=True),
        sa.Column("source_id", ID, sa.ForeignKey("source.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.Column("raised_at", TIME, nullable=False),
        sa.Column("cleared_at", TIME),
        sa.Column("detail", TEXT, nullable=False),
        sa.Column("examples", JSON, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alarm_source", "alarm", ["source_id", "kind"])
    op.create_table(
        "part",
        sa.Column(
            "version_id", ID, sa.ForeignKey("version.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("fetched_at", TIME, nullable=False),
        sa.Column("snapshot_id", ID, sa.ForeignKey("snapshot.id"), nullable=False),
        sa.Column("answer", JSON),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_part_snapshot", "part", ["snapshot_id"])
    op.create_table(
        "poll",
        sa.Column("id", ID, primary_key=True),
        sa.Column("source_id", ID, sa.ForeignKey("source.id", ondelete="CASCADE"), nullable=False),
        sa.Column("run_id", ID, sa.ForeignKey("run.id")),
        sa.Column("polled_at", TIME, nullable=False),
        sa.Column("outcome", TEXT, nullable=False),
        sa.Column("listed", sa.Integer, nullable=False),
        sa.Column("new", sa.Integer, nullable=False),
        sa.Column("gap_since", TIME),
        sa.Column("gap_filled", sa.Integer),
        sa.Column("error", TEXT),
        sa.Column("left_out", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_poll_source", "poll", ["source_id", "id"])
    op.create_table(
        "page",
        sa.Column("id", ID, primary_key=True),
        sa.Column("url_key", BYTES, nullable=False, unique=True),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("canonical_url", TEXT, nullable=False),
        sa.Column("host", TEXT, sa.ForeignKey("host.host"), nullable=False),
        sa.Column("article_id", ID, sa.ForeignKey("article.id")),
        sa.Column("due_at", TIME),
        sa.Column("lease_run_id", ID, sa.ForeignKey("run.id")),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("first_seen_at", TIME, nullable=False),
        sa.Column("news_at", TIME, nullable=False),
        sa.Column("backlog", sa.Boolean, nullable=False),
        sa.Column("last_checked_at", TIME),
        sa.Column("etag", TEXT),
        sa.Column("last_modified", TEXT),
        sa.Column("poll_id", ID, sa.ForeignKey("poll.id", ondelete="SET NULL")),
        sa.Column("forgotten_at", TIME),
        sa.Column("lister_id", ID, nullable=False),
        sa.Column("vouched", sa.Boolean, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_page_article", "page", ["article_id"])
    op.create_index("ix_page_backlog", "page", ["host", "news_at"], **_where("backlog"))
    op.create_index("ix_page_backlog_of", "page", ["lister_id"], **_where("backlog"))
    op.create_index("ix_page_due", "page", ["host", "lease_run_id", "due_at"])
    op.create_index(
        "ix_page_fresh",
        "page",
        ["host", "lister_id", "news_at"],
        **_where("last_checked_at IS NULL AND due_at IS NOT NULL"),
    )
    op.create_index("ix_page_lease", "page", ["lease_run_id"], **_where("lease_run_id IS NOT NULL"))
    op.create_index("ix_page_poll", "page", ["poll_id"])
    op.create_index(
        "ix_page_untried",
        "page",
        ["lister_id"],
        **_where("last_checked_at IS NULL AND due_at IS NOT NULL"),
    )
    op.create_table(
        "fetch",
        sa.Column("id", ID, primary_key=True),
        sa.Column("run_id", ID, sa.ForeignKey("run.id")),
        sa.Column("page_id", ID, sa.ForeignKey("page.id", ondelete="SET NULL")),
        sa.Column("source_id", ID, sa.ForeignKey("source.id", ondelete="SET NULL")),
        sa.Column("article_id", ID, sa.ForeignKey("article.id")),
        sa.Column("snapshot_id", ID, sa.ForeignKey("snapshot.id")),
        sa.Column("outcome", TEXT, nullable=False),
        sa.Column("reason", TEXT),
        sa.Column("status", sa.Integer),
        sa.Column("fetched_at", TIME, nullable=False),
        sa.Column("requested_url", TEXT, nullable=False),
        sa.Column("url", TEXT),
        sa.Column("payload_digest", BYTES),
        sa.Column("with_credentials", sa.Boolean, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_fetch_article", "fetch", ["article_id"])
    op.create_index("ix_fetch_page", "fetch", ["page_id"])
    op.create_index("ix_fetch_run", "fetch", ["run_id"])
    op.create_index("ix_fetch_snapshot", "fetch", ["snapshot_id"])
    op.create_index("ix_fetch_source", "fetch", ["source_id"])
    op.create_table(
        "page_source",
        sa.Column("page_id", ID, sa.ForeignKey("page.id", ondelete="CASCADE"), primary_key=True),
        sa.Column(
            "source_id", ID, sa.ForeignKey("source.id", ondelete="CASCADE"), primary_key=True
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_page_source_source", "page_source", ["source_id"])


# Each with its spelling in plain letters (storage.search.latin).
_LETTERS = (
    "đd Đd ðd Ðd þth Þth æae Æae ǽae Ǽae ǣae Ǣae øo Øo ǿo Ǿo œoe Œoe ßss ẞss łl Łl ħh Ħh ıi əe Əe "
    "ŋn Ŋn ŧt Ŧt ɓb Ɓb ɗd Ɗd ƙk Ƙk ƴy Ƴy ɖd Ɖd ɛe Ɛe ɔo Ɔo ɲn Ɲn"
)


def _spelled(value: str) -> str:
    for each in _LETTERS.split():
        value = f"replace({value}, '{each[0]}', '{each[1:]}')"
    return value


def _index_text_in_sqlite() -> None:
    title = "coalesce(document.title, version.title, '')"
    author = "coalesce(document.author, version.authors || ' ' || coalesce(version.byline, ''))"
    body = "coalesce(document.body, version.body)"
    op.execute(
        f"""
        CREATE VIEW search_content (id, article_id, title, author, body, labels) AS
        SELECT document.id, document.article_id,
               {_spelled(title)},
               {_spelled(author)},
               {_spelled(body)},
               document.labels
        FROM document
        JOIN article ON article.id = document.article_id
        JOIN version ON version.id = article.current_version_id
        """  # noqa: S608 - nothing but what stands here
    )
    op.execute(
        """
        CREATE VIRTUAL TABLE search USING fts5(
            title, author, body, labels,
            content = 'search_content', content_rowid = 'id',
            tokenize = 'unicode61 remove_diacritics 2'
        )
        """
    )
    if sqlite3.sqlite_version_info >= WORDS_GO_AT_ONCE_SINCE:
        # The words of earlier versions are in no file and in no backup.
        op.execute("INSERT INTO search (search, rank) VALUES ('secure-delete', 1)")


def _where(condition: str) -> dict[str, Any]:
    """Of an index on a part of the rows."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}

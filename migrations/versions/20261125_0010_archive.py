"""The archive: search, stories, the proof and its chain, re-extraction, imports, watches.

Revision ID: 20261125_0010
Revises: 20261125_0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261125_0010"
down_revision = "20261125_0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TEXT = sa.Text()
TIME = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True)
BYTES = sa.LargeBinary()


def upgrade() -> None:
    _add_columns()
    _make_index()
    _make_proof()
    _make_upkeep()
    if op.get_bind().dialect.name == "sqlite":
        _index_text_in_sqlite()
    else:
        _index_text_in_postgresql()


def _add_columns() -> None:
    _add_reference("snapshot", "reference_id", "snapshot")
    op.add_column("snapshot", sa.Column("pruned_at", TIME, nullable=True))
    op.add_column("snapshot", sa.Column("digest", BYTES, nullable=True))
    _add_reference("article", "story_id", "article")
    op.add_column("article", sa.Column("digest", BYTES, nullable=True))
    op.add_column("page", sa.Column("forgotten_at", TIME, nullable=True))
    op.add_column("version", sa.Column("reason", TEXT, nullable=True))
    op.add_column("version", sa.Column("digest", BYTES, nullable=True))
    _make_partial_index("ix_snapshot_reference", "snapshot", "reference_id")
    _make_partial_index("ix_article_story", "article", "story_id")


def _make_index() -> None:
    op.create_table(
        "document",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.Column("labels", TEXT, nullable=False),
        sa.Column("title", TEXT, nullable=True),
        sa.Column("author", TEXT, nullable=True),
        sa.Column("body", TEXT, nullable=True),
        _reference("document", "article_id", "article", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("article_id", name=op.f("uq_document_article_id")),
    )
    op.create_table(
        "shingle",
        sa.Column("hash", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("article_id", ID, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("hash", "article_id", name=op.f("pk_shingle")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "likeness",
        sa.Column("article_id", ID, nullable=False),
        sa.Column("other_id", ID, nullable=False),
        sa.Column("containment", sa.Double, nullable=False),
        sa.Column("linked", sa.Boolean, nullable=False),
        _reference("likeness", "article_id", "article", "CASCADE"),
        _reference("likeness", "other_id", "article", "CASCADE"),
        sa.PrimaryKeyConstraint("article_id", "other_id", name=op.f("pk_likeness")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_likeness_other", "likeness", ["other_id"])


def _make_proof() -> None:
    op.create_table(
        "entry",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("recorded_at", TIME, nullable=False),
        sa.Column("position", ID, nullable=True),
        sa.Column("article_id", ID, nullable=True),
        sa.Column("url", TEXT, nullable=True),
        sa.Column("fetched_at", TIME, nullable=True),
        sa.Column("payload_digest", BYTES, nullable=True),
        sa.Column("version_digest", BYTES, nullable=True),
        sa.Column("detail", JSON, nullable=True),
        sa.Column("redacted", sa.Boolean, nullable=False),
        sa.Column("digest", BYTES, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint("position", name=op.f("uq_entry_position")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_entry_article", "entry", ["article_id"])
    unsealed = sa.text("position IS NULL")
    op.create_index(
        "ix_entry_unsealed", "entry", ["id"], sqlite_where=unsealed, postgresql_where=unsealed
    )
    op.create_table(
        "seal",
        sa.Column("id", ID, nullable=False),
        sa.Column("sealed_at", TIME, nullable=False),
        sa.Column("position", ID, nullable=False),
        sa.Column("digest", BYTES, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal")),
        sa.UniqueConstraint("position", name=op.f("uq_seal_position")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "reference_page",
        sa.Column("host", TEXT, nullable=False),
        sa.Column("snapshot_id", ID, nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("share", sa.Double, nullable=True),
        _reference("reference_page", "snapshot_id", "snapshot"),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_reference_page")),
    )


def _make_upkeep() -> None:
    op.create_table(
        "reextraction",
        sa.Column("id", ID, nullable=False),
        sa.Column("extractor_version", TEXT, nullable=False),
        sa.Column("scope", JSON, nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("cursor", ID, nullable=False),
        sa.Column("read_at", TIME, nullable=True),
        sa.Column("applied_at", TIME, nullable=True),
        sa.Column("undone_at", TIME, nullable=True),
        sa.Column("counts", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reextraction")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "reextraction_change",
        sa.Column("reextraction_id", ID, nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.Column("version_id", ID, nullable=True),
        sa.Column("made_version_id", ID, nullable=True),
        sa.Column("verdict", TEXT, nullable=False),
        sa.Column("fields", JSON, nullable=False),
        sa.Column("undo", JSON, nullable=True),
        sa.Column("values", JSON, nullable=True),
        _reference("reextraction_change", "reextraction_id", "reextraction", "CASCADE"),
        _reference("reextraction_change", "article_id", "article", "CASCADE"),
        sa.PrimaryKeyConstraint(
            "reextraction_id", "article_id", name=op.f("pk_reextraction_change")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_reextraction_change_article", "reextraction_change", ["article_id"])
    op.create_table(
        "intake",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", BYTES, nullable=False),
        sa.Column("path", TEXT, nullable=False),
        sa.Column("size", ID, nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("finished_at", TIME, nullable=True),
        sa.Column("position", ID, nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("damage", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake")),
        sa.UniqueConstraint("key", name=op.f("uq_intake_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "watch",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("query", TEXT, nullable=False),
        sa.Column("added_at", TIME, nullable=False),
        sa.Column("last_run_at", TIME, nullable=True),
        sa.Column("last_document_id", ID, nullable=False),
        sa.Column("last_entry_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch")),
        sa.UniqueConstraint("name", name=op.f("uq_watch_name")),
        sqlite_autoincrement=True,
    )


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


def _index_text_in_postgresql() -> None:
    op.execute("ALTER TABLE document ADD COLUMN vector tsvector")
    op.execute("CREATE INDEX ix_document_vector ON document USING gin (vector)")


def _reference(
    table: str, column: str, to: str, on_delete: str | None = None
) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete=on_delete)


def _add_reference(table: str, column: str, to: str) -> None:
    # SQLite takes a new reference without rebuilding the table, where nothing is in it yet;
    # Alembic would copy every stored page.
    kind = ID.compile(dialect=op.get_bind().dialect)
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} {kind} "
        f"CONSTRAINT fk_{table}_{column} REFERENCES {to} (id)"
    )


def _make_partial_index(name: str, table: str, column: str) -> None:
    given = sa.text(f"{column} IS NOT NULL")
    op.create_index(name, table, [column], sqlite_where=given, postgresql_where=given)

"""Captions and tags are indexed; earlier versions and teasers are, apart. A watch may tell teasers.

The index is made anew behind the migrations (``env``), with what it holds now.

Revision ID: 20261203_0030
"""

from __future__ import annotations

import sqlite3

import sqlalchemy as sa
from alembic import op

revision = "20261203_0030"
down_revision = "20261203_0020"
branch_labels = depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
WORDS_GO_AT_ONCE_SINCE = (3, 42)
"""The SQLite from which on FTS5 can take a word out where it stands
(https://sqlite.org/fts5.html §6.10)."""
# Each with its spelling in plain letters (storage.search.latin).
_LETTERS = (
    "đd Đd ðd Ðd þth Þth æae Æae ǽae Ǽae ǣae Ǣae øo Øo ǿo Ǿo œoe Œoe ßss ẞss łl Łl ħh Ħh ıi əe Əe "
    "ŋn Ŋn ŧt Ŧt ɓb Ɓb ɗd Ɗd ƙk Ƙk ƴy Ƴy ɖd Ɖd ɛe Ɛe ɔo Ɔo ɲn Ɲn"
)


def upgrade() -> None:
    op.execute("DELETE FROM document")
    op.add_column("document", sa.Column("more", sa.Text()))
    op.create_table(
        "hidden_document",
        sa.Column(
            "id",
            ID,
            sa.ForeignKey("version.id", ondelete="CASCADE"),
            autoincrement=False,
            primary_key=True,
        ),
        sa.Column(
            "article_id", ID, sa.ForeignKey("article.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("labels", sa.Text(), nullable=False),
        sa.Column("title", sa.Text()),
        sa.Column("author", sa.Text()),
        sa.Column("body", sa.Text()),
        sa.Column("more", sa.Text()),
    )
    op.create_index("ix_hidden_document_article", "hidden_document", ["article_id"])
    op.add_column(
        "watch", sa.Column("teasers", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search")
        op.execute("DROP VIEW search_content")
        _index(
            "search",
            """
            FROM document
            JOIN article ON article.id = document.article_id
            JOIN version ON version.id = article.current_version_id
            """,
        )
        _index(
            "search_hidden",
            "FROM hidden_document AS document JOIN version ON version.id = document.id",
        )
    else:
        op.execute("ALTER TABLE hidden_document ADD COLUMN vector tsvector")
        op.execute("CREATE INDEX ix_hidden_document_vector ON hidden_document USING gin (vector)")


def _spelled(value: str) -> str:
    for each in _LETTERS.split():
        value = f"replace({value}, '{each[0]}', '{each[1:]}')"
    return value


def _index(name: str, documents: str) -> None:
    title = "coalesce(document.title, version.title, '')"
    author = "coalesce(document.author, version.authors || ' ' || coalesce(version.byline, ''))"
    body = "coalesce(document.body, version.body)"
    op.execute(
        f"""
        CREATE VIEW {name}_content (id, article_id, title, author, body, more, labels) AS
        SELECT document.id, document.article_id,
               {_spelled(title)},
               {_spelled(author)},
               {_spelled(body)},
               coalesce(document.more, ''),
               document.labels
        {documents}
        """
    )
    op.execute(
        f"""
        CREATE VIRTUAL TABLE {name} USING fts5(
            title, author, body, more, labels,
            content = '{name}_content', content_rowid = 'id',
            tokenize = 'unicode61 remove_diacritics 2'
        )
        """
    )
    if sqlite3.sqlite_version_info >= WORDS_GO_AT_ONCE_SINCE:
        # The words of texts that go are in no file and in no backup.
        op.execute(f"INSERT INTO {name} ({name}, rank) VALUES ('secure-delete', 1)")  # noqa: S608

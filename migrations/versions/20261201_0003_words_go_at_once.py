"""FTS5 takes a word out of its index where it stands, and does not only note that it went: so the
words of an article's earlier versions are in no file and in no backup.

What an older archive's index still holds of them goes when an article is forgotten, as it is
written anew then (storage.search.index), or with ``verify --rebuild-index``.

Revision ID: 20261201_0003
Revises: 20261201_0002
"""

from __future__ import annotations

import sqlite3

from alembic import op

revision = "20261201_0003"
down_revision = "20261201_0002"
branch_labels = None
depends_on = None

SINCE = (3, 42)
"""The SQLite from which on there is this setting (https://sqlite.org/fts5.html §6.10)."""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite" and sqlite3.sqlite_version_info >= SINCE:
        op.execute("INSERT INTO search (search, rank) VALUES ('secure-delete', 1)")

"""A database's schema and content, for comparing two, and the migration to any revision."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine

from storage.database import schema
from storage.models import Base

_REFERENCES = 'SELECT "table", "from", "to", on_delete FROM pragma_foreign_key_list(\'{}\')'

Columns = dict[str, list[str]]
"""Of tables, by name."""


def bring(connection: Connection, revision: str) -> None:
    """Run the migrations as far as this one, and nothing after them."""
    config = Config()
    config.set_main_option("script_location", str(schema.migrations_path()))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def unlike_models(engine: Engine) -> list[Any]:
    """What Alembic would have to change for the database to be as the models say."""
    with engine.connect() as connection:
        opts = {"compare_type": True, "include_name": _is_no_index}
        return list(
            compare_metadata(MigrationContext.configure(connection, opts=opts), Base.metadata)
        )


def _is_no_index(name: str | None, kind: str, _parents: object) -> bool:
    """The full-text index, and what is kept for it alone, is none of the models."""
    return name is None or not re.fullmatch(r"search(_\w+)?|vector|ix_document_vector", name)


def dump(path: Path) -> list[str]:
    """Everything in a database, the schema too."""
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def columns_of(path: Path) -> Columns:
    """The tables that hold what was filed, and their columns."""
    with closing(sqlite3.connect(path)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {
            table: [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            for (table,) in tables.fetchall()
            if not re.match("search|sqlite_|alembic_", table)
        }


def rows_of(path: Path, columns: Columns) -> dict[str, list[str]]:
    """What stands in these columns, a row a text, in no order of the database's."""
    with closing(sqlite3.connect(path)) as connection:
        return {
            table: sorted(map(repr, connection.execute(selection(table, names))))
            for table, names in columns.items()
        }


def selection(table: str, columns: list[str]) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    return f"SELECT {names} FROM {table}"


def shape_of(path: Path) -> dict[str, Any]:
    """A schema without the spelling of the statements that made it."""
    with closing(sqlite3.connect(path)) as connection:

        def ask(query: str) -> list[Any]:
            return sorted(connection.execute(query).fetchall(), key=repr)

        found: dict[str, Any] = {"application_id": ask("PRAGMA application_id")}
        for kind, name, statement in ask("SELECT type, name, sql FROM sqlite_master"):
            if kind == "table":
                found[name] = (
                    ask(f"PRAGMA table_xinfo({name})"),
                    ask(_REFERENCES.format(name)),
                    ask(f"SELECT \"unique\", origin, partial FROM pragma_index_list('{name}')"),
                    "AUTOINCREMENT" in statement,
                    "WITHOUT ROWID" in statement,
                )
            elif name.startswith("sqlite_autoindex"):
                # Of UNIQUE constraints, numbered in the order in which they were written.
                unique = found.setdefault(name.rpartition("_")[0], [])
                unique.append(ask(f"PRAGMA index_info({name})"))
                unique.sort()
            elif kind == "index":
                condition = statement.partition("WHERE")[2]
                found[name] = ask(f"PRAGMA index_xinfo({name})"), condition
            else:
                found[name] = statement
        return found

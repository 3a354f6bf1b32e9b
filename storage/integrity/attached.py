"""What is attached to our tables on a server, and what the models say should be.

Other tables of the same schema are somebody else's, and left alone: nothing of ours goes through
them. What hangs on one of ours does: a trigger, a rule, a policy, a table that inherits from it.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, Dialect, Table, text

from storage.database.schema import VIEWS
from storage.integrity.schema_forms import Forms, Key
from storage.models import Base

_VERSIONS = "alembic_version"
_BESIDE_MODELS: Forms = {
    ("table", _VERSIONS): None,
    ("column", f"{_VERSIONS}.version_num"): "character varying(32) not null",
    ("constraint", f"{_VERSIONS}_pkc"): None,
    ("index", f"{_VERSIONS}_pkc"): None,
    ("column", "document.vector"): "tsvector",
    ("index", "ix_document_vector"): None,
    ("column", "hidden_document.vector"): "tsvector",
    ("index", "ix_hidden_document_vector"): None,
}
"""Alembic's table, and what is kept for the search index alone."""
# A type, what may be in it, and how a value comes there unasked, each with its form.
_ATTACHED = text(
    """
WITH ours AS (
    SELECT oid, relname, relkind FROM pg_class
     WHERE relnamespace = current_schema()::regnamespace AND relname = ANY(:tables)
)
SELECT CASE relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' ELSE 'object' END, relname, NULL
  FROM ours
UNION ALL
SELECT 'column', relname || '.' || attname, format_type(atttypid, atttypmod)
       || CASE WHEN attnotnull THEN ' not null' ELSE '' END
       || CASE WHEN attgenerated <> '' THEN ' generated' ELSE '' END
  FROM pg_attribute JOIN ours ON ours.oid = attrelid
 WHERE attnum > 0 AND NOT attisdropped AND relkind = 'r'
UNION ALL
SELECT 'index', made.relname, NULL
  FROM pg_index JOIN ours ON ours.oid = indrelid JOIN pg_class made ON made.oid = indexrelid
UNION ALL
SELECT 'constraint', conname, NULL FROM pg_constraint JOIN ours ON ours.oid = conrelid
 WHERE contype IN ('c', 'f', 'p', 'u', 'x')
UNION ALL
SELECT 'trigger', tgname || ' on ' || relname, NULL FROM pg_trigger JOIN ours ON ours.oid = tgrelid
 WHERE NOT tgisinternal
UNION ALL
SELECT 'rule', rulename || ' on ' || relname, NULL FROM pg_rewrite JOIN ours ON ours.oid = ev_class
 WHERE rulename <> '_RETURN'
UNION ALL
SELECT 'policy', polname || ' on ' || relname, NULL FROM pg_policy JOIN ours ON ours.oid = polrelid
UNION ALL
SELECT 'table', heir.relname || ' that inherits from ' || ours.relname, NULL
  FROM pg_inherits JOIN ours ON ours.oid = inhparent JOIN pg_class heir ON heir.oid = inhrelid
"""
)


def read_attached(connection: Connection) -> Forms:
    """Of the tables and views that are ours by their names."""
    names = [_VERSIONS, *VIEWS, *(table.name for table in Base.metadata.sorted_tables)]
    rows = connection.execute(_ATTACHED, {"tables": names})
    return {(kind, name): form for kind, name, form in rows}


def expected_on_server(dialect: Dialect) -> Forms:
    """As ``read_attached`` finds them in an archive that nobody else changed."""
    forms = dict(_BESIDE_MODELS)
    forms |= {("view", name): None for name in VIEWS}
    for table in Base.metadata.sorted_tables:
        forms |= dict(_of_table(table, dialect))
    return forms


def _of_table(table: Table, dialect: Dialect) -> Iterator[tuple[Key, str | None]]:
    yield ("table", table.name), None
    for column in table.columns:
        kind = column.type.compile(dialect).lower()
        required = " not null" if not column.nullable else ""
        yield ("column", f"{table.name}.{column.name}"), f"{kind}{required}"
    for index in table.indexes:
        yield ("index", str(index.name)), None
    for constraint in table.constraints:
        if constraint.name is not None:
            yield ("constraint", str(constraint.name)), None
            if constraint.__visit_name__ in ("primary_key_constraint", "unique_constraint"):
                yield ("index", str(constraint.name)), None

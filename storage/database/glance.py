"""A look at the database without SQLAlchemy, which takes 0.3 s to load: whether anything
is due. Cron's usual run finds nothing, says so in the run's book, and is over."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from scraper.errors import StorageError
from storage.database import erasing
from storage.database.meanings import SQLITE_ERRORS
from storage.database.places import Place, ServerAddress
from storage.database.schema import HEAD
from storage.database.wary import be_wary, refuse_triggers

FARTHEST = timedelta(days=17)
"""``leases.FARTHEST_VISIT``: what lies beyond was set under a clock that ran ahead."""
PATIENCE = 0.5
"""Seconds that it waits for a writer."""

# Whatever is not plain is left to the frontier: a run that died, a time that must be mended. The
# lists of hosts make SQLite go along the indexes (host, lease_run_id, due_at).
_HAS_WORK = """
SELECT EXISTS (SELECT 1 FROM run WHERE finished_at IS NULL)
    OR EXISTS (SELECT 1 FROM source WHERE host IN (SELECT host FROM host)
               AND lease_run_id IS NULL AND (due_at <= :now OR due_at > :farthest))
    OR EXISTS (SELECT 1 FROM page WHERE host IN (SELECT host FROM host)
               AND lease_run_id IS NULL AND due_at <= :now)
    OR EXISTS (SELECT 1 FROM page WHERE host IN (SELECT host FROM host)
               AND lease_run_id IS NULL AND due_at > :farthest)
    OR NOT EXISTS (SELECT 1 FROM source)
"""
_RECORD = """
INSERT INTO run (pid, started_at, finished_at, exit_code, counts, summary)
VALUES (:pid, :now, :now, 0, :counts, :summary)
"""
_HOLDS_BACK = """
SELECT EXISTS (SELECT 1 FROM host WHERE paused_until > :now OR postponed_until > :now)
"""
# PostgreSQL goes along them where it cannot but ask host by host.
_HAS_WORK_ON_SERVER = """
SELECT EXISTS (SELECT 1 FROM run WHERE finished_at IS NULL)
    OR EXISTS (SELECT 1 FROM source
               WHERE lease_run_id IS NULL AND (due_at <= %(now)s OR due_at > %(farthest)s))
    OR EXISTS (SELECT 1 FROM host CROSS JOIN LATERAL (
                   SELECT 1 FROM page WHERE page.host = host.host AND lease_run_id IS NULL
                                        AND due_at <= %(now)s LIMIT 1) AS due)
    OR EXISTS (SELECT 1 FROM host CROSS JOIN LATERAL (
                   SELECT 1 FROM page WHERE page.host = host.host AND lease_run_id IS NULL
                                        AND due_at > %(farthest)s LIMIT 1) AS late)
    OR NOT EXISTS (SELECT 1 FROM source)
"""
_RECORD_ON_SERVER = """
INSERT INTO run (pid, started_at, finished_at, exit_code, counts, summary)
VALUES (%(pid)s, %(now)s, %(now)s, 0, %(counts)s::json, %(summary)s::json)
"""


def record_idle_run(place: Place, pid: int, now: datetime, counts: str, summary: str) -> bool:
    """Note a run that found nothing due; ``False``, with nothing done, where something may be.

    The caller holds the run lock. Never raises for a database: the frontier's way tells what is
    wrong with one.
    """
    if isinstance(place, ServerAddress):
        return _record_on_server(place, pid, now, counts, summary)
    return _record_in_file(place, pid, now, counts, summary)


def may_hold_back(place: Place, now: datetime) -> bool:
    """Whether a host may be left alone now; ``False`` is sure. Never raises for a database."""
    if isinstance(place, ServerAddress):
        return True
    moment = _text(now.astimezone(UTC).replace(tzinfo=None))
    try:
        uri = f"{place.resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=PATIENCE)) as connection:
            be_wary(connection)
            found: tuple[int] = connection.execute(_HOLDS_BACK, {"now": moment}).fetchone()
    except SQLITE_ERRORS:
        return True
    return found != (0,)


def _record_in_file(path: Path, pid: int, now: datetime, counts: str, summary: str) -> bool:
    moment = now.astimezone(UTC).replace(tzinfo=None)
    values = {"now": _text(moment), "farthest": _text(moment + FARTHEST)}
    try:
        uri = f"{path.resolve().as_uri()}?mode=rw"
        with closing(sqlite3.connect(uri, uri=True, timeout=PATIENCE)) as connection, connection:
            be_wary(connection)
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(erasing.OVERWRITE)
            if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
                return False
            refuse_triggers(connection, str(path))
            if connection.execute("SELECT version_num FROM alembic_version").fetchone() != (HEAD,):
                return False
            if connection.execute(_HAS_WORK, values).fetchone() != (0,):
                return False
            more = {"pid": pid, "counts": counts, "summary": summary}
            connection.execute(_RECORD, values | more)
            return True
    except (*SQLITE_ERRORS, StorageError):
        return False


def _record_on_server(
    address: ServerAddress, pid: int, now: datetime, counts: str, summary: str
) -> bool:
    from storage.database import server

    values = {"now": now, "farthest": now + FARTHEST}
    try:
        # Committed at the end of the block, and closed.
        with server.told(address), server.connect(address, PATIENCE) as connection:
            key = server.read_schema_number(connection)
            connection.execute("SELECT pg_advisory_xact_lock(%s, %s)", (server.WRITER, key))
            if server.look(connection, str(address)).revision != HEAD:
                return False
            if connection.execute(_HAS_WORK_ON_SERVER, values).fetchone() != (False,):
                return False
            more = {"pid": pid, "counts": counts, "summary": summary}
            connection.execute(_RECORD_ON_SERVER, values | more)
            return True
    except StorageError:
        return False


def _text(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="microseconds")

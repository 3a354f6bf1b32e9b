"""Column types: what may be stored, and how it comes back, the same on every database."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.types import JSON, TypeDecorator

from scraper.errors import StorageError
from storage.text.fingerprint import scrub

BigId = BigInteger().with_variant(Integer, "sqlite")
"""SQLite gives automatic ids to ``INTEGER PRIMARY KEY`` alone."""

Json = JSON(none_as_null=True)


class CleanText(TypeDecorator[str]):
    """Text without NULs and lone surrogates: neither database takes both."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else scrub(value)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, stored and returned in UTC. A naive one is a programming error."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive time {value!r} cannot be stored")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Raises ``StorageError`` for a damaged cell."""
        load = super().result_processor(dialect, coltype)
        assert load is not None

        def load_or_explain(value: Any) -> datetime | None:
            try:
                return load(value)
            except (TypeError, ValueError) as error:
                raise StorageError(
                    f"the database holds a damaged time, {value!r} ({error}): `kliping verify` "
                    "names it; restore a backup"
                ) from None

        return load_or_explain


def dump_json(value: Any) -> str:
    return scrub(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def load_json(text: str) -> Any:
    """Raises ``StorageError`` for a damaged cell."""
    try:
        return json.loads(text)
    except ValueError as error:
        raise StorageError(f"the database holds damaged JSON ({error}): restore a backup") from None

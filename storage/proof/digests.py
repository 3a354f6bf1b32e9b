"""SHA-256 of rows, by which a damaged byte in one of them is found. Pure.

A digest is taken of the values as they come back from a database, written as JSON in a fixed order,
so that it is the same on every database and in every copy. What it covers is a format that is
never changed: a digest once stored must be found again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from storage.text.fingerprint import scrub

VERSION_COLUMNS = (
    "cause",
    "extractor_version",
    "first_seen_at",
    "content_hash",
    "wording_hash",
    "text_hash",
    "url",
    "fetched_at",
    "title",
    "byline",
    "authors",
    "published_at",
    "published_offset",
    "published_precision",
    "published_zone",
    "published_relative",
    "published_raw",
    "modified_at",
    "modified_offset",
    "language",
    "site_name",
    "image_url",
    "section",
    "tags",
    "page_title",
    "declared_url",
    "body",
    "blocks",
    "provenance",
)
"""Of a version: all that it says. What may change later (whether it is accepted) is in its
article's digest."""
SNAPSHOT_COLUMNS = (
    "url",
    "status",
    "fetched_at",
    "payload_size",
    "stored_size",
    "headers",
    "pruned_at",
)
ARTICLE_COLUMNS = (
    "url_key",
    "canonical_url",
    "url",
    "site",
    "verdict",
    "evidence",
    "filed_by",
    "duplicate_of",
    "current_version_id",
    "first_seen_at",
)
LATER_COLUMNS = ("directives", "with_credentials", "answer")
"""Of an article, a version or a further page: what an archive learned to say after digests had been
stored. It counts where it says something, so that a row of before, which says nothing, has the
digest it had; and what is put in or taken out is found all the same."""
STATE_COLUMNS = ("id", "digest", "accepted", "reason", "confirmed_by")
"""Of each of an article's versions, in its digest."""
PART_COLUMNS = ("version_id", "number", "url", "fetched_at", "payload_digest")
ENTRY_COLUMNS = (
    "kind",
    "recorded_at",
    "url",
    "fetched_at",
    "payload_digest",
    "version_digest",
    "detail",
)

CHAIN_START = sha256(b"kliping chain 1").digest()


def version_digest(row: Mapping[str, Any], payload_digest: bytes | None) -> bytes:
    """Of a version's columns, and of the payload that it was read from."""
    return _digest("version", [*_pick(row, VERSION_COLUMNS), payload_digest, *_later(row)])


def snapshot_digest(row: Mapping[str, Any], frame: bytes, reference: bytes | None) -> bytes:
    """Of a snapshot's columns, its frame, and the payload digest of its reference page."""
    values = [*_pick(row, SNAPSHOT_COLUMNS), row["payload_digest"], reference]
    return _digest("snapshot", [*values, sha256(frame).digest()])


def article_digest(
    row: Mapping[str, Any],
    versions: Iterable[Mapping[str, Any]],
    parts: Iterable[Mapping[str, Any]],
) -> bytes:
    """Of an article's columns, and of what it says of its versions and their further pages."""
    return _digest(
        "article",
        [
            *_pick(row, ARTICLE_COLUMNS),
            [_pick(one, STATE_COLUMNS) for one in versions],
            [[*_pick(one, PART_COLUMNS), *_later(one)] for one in parts],
            *_later(row),
        ],
    )


def entry_digest(row: Mapping[str, Any]) -> bytes:
    return _digest("entry", _pick(row, ENTRY_COLUMNS))


def chain(state: bytes, entries: Iterable[bytes]) -> bytes:
    """The chain's state after these entries' digests."""
    for digest in entries:
        state = sha256(state + digest).digest()
    return state


def _later(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The later columns that say something, as one value more; none where none does."""
    said = {name: row.get(name) for name in LATER_COLUMNS}
    said = {name: value for name, value in said.items() if value is not None and value is not False}
    return [said] if said else []


def _pick(row: Mapping[str, Any], columns: Sequence[str]) -> list[Any]:
    values = (row[name] for name in columns)
    return [scrub(value) if isinstance(value, str) else value for value in values]


def _digest(kind: str, values: list[Any]) -> bytes:
    text = json.dumps(
        [kind, *values],
        default=_plain,
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return sha256(text.encode()).digest()


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    raise TypeError(f"{type(value).__name__} in a digest")

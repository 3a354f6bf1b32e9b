"""Stored responses: the payload as one zstd frame, found by its SHA-256."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

import zstandard
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from scraper.errors import StorageError
from scraper.types import Response
from storage.engine import get_or_insert
from storage.fingerprint import scrub
from storage.models import Snapshot, table_of

LEVEL = 3
"""Smaller than zlib-6 at a sixth of its time, on pages of 200 kB."""
_TABLE = table_of(Snapshot)
_FIND = select(_TABLE.c.id).where(_TABLE.c.payload_digest == bindparam("digest"))
_SAVE = get_or_insert(Snapshot, "payload_digest")


def payload_digest(body: bytes) -> bytes:
    return sha256(body).digest()


def save_snapshot(session: Session, response: Response, digest: bytes) -> int:
    """The id of the snapshot with this payload, stored if it is new."""
    known: int | None = session.scalar(_FIND, {"digest": digest})
    if known is not None:
        return known
    packed = zstandard.ZstdCompressor(level=LEVEL).compress(response.body)
    values = {
        "payload_digest": digest,
        "url": response.url,
        "status": response.status,
        "fetched_at": response.fetched_at,
        "payload_size": len(response.body),
        "stored_size": len(packed),
        "headers": [[scrub(name), scrub(value)] for name, value in response.headers],
        "body": packed,
    }
    snapshot_id: int = session.execute(_SAVE, values).scalar_one()
    return snapshot_id


def load_payload(snapshot: Snapshot) -> bytes:
    """The payload, checked against its digest. Raises ``StorageError`` where it is damaged."""
    try:
        body = zstandard.ZstdDecompressor().decompress(
            snapshot.body, max_output_size=snapshot.payload_size
        )
    except zstandard.ZstdError as error:
        raise _damaged(snapshot, str(error)) from None
    if payload_digest(body) != snapshot.payload_digest:
        raise _damaged(snapshot, "its digest differs")
    return body


def response_of(snapshot: Snapshot, url: str, fetched_at: datetime) -> Response:
    """The answer as it came at that address and time: a snapshot may be shared with others.

    Raises ``StorageError``.
    """
    return Response(
        requested_url=url,
        url=url,
        status=snapshot.status,
        headers=tuple((name, value) for name, value in snapshot.headers),
        body=load_payload(snapshot),
        fetched_at=fetched_at,
    )


def _damaged(snapshot: Snapshot, problem: str) -> StorageError:
    return StorageError(
        f"the stored page of {snapshot.url} is damaged ({problem}): restore a backup"
    )

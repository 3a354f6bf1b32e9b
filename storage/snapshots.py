"""Stored responses: the payload as one zstd frame, found by its SHA-256; and the further pages of
an article that is cut into several, behind the version that was read from them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

import zstandard
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from scraper.errors import StorageError
from scraper.types import Response
from storage.engine import get_or_insert, insert_into
from storage.fingerprint import scrub
from storage.models import Part, Snapshot, table_of

LEVEL = 3
"""Smaller than zlib-6 at a sixth of its time, on pages of 200 kB."""
_TABLE = table_of(Snapshot)
_FIND = select(_TABLE.c.id).where(_TABLE.c.payload_digest == bindparam("digest"))
_SAVE = get_or_insert(Snapshot, "payload_digest")
_PARTS = table_of(Part)
_HAS_PARTS = select(_PARTS.c.number).where(_PARTS.c.version_id == bindparam("version")).limit(1)
_PARTS_OF = (
    select(Snapshot, Part.url, Part.fetched_at)
    .join(Part, Part.snapshot_id == Snapshot.id)
    .where(Part.version_id == bindparam("version"))
    .order_by(Part.number)
)


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


def save_parts(session: Session, version_id: int, parts: Sequence[Response]) -> None:
    """Store the answers for a version's further pages, numbered from 2, unless it has some.

    Each is kept under the address that was asked for: it is what the page before it names.
    """
    if not parts or session.scalar(_HAS_PARTS, {"version": version_id}) is not None:
        return
    rows = [
        {
            "version_id": version_id,
            "number": number,
            "url": part.requested_url,
            "fetched_at": part.fetched_at,
            "snapshot_id": save_snapshot(session, part, payload_digest(part.body)),
        }
        for number, part in enumerate(parts, start=2)
    ]
    session.execute(insert_into(Part), rows)


def load_parts(session: Session, version_id: int) -> tuple[Response, ...]:
    """The answers for a version's further pages, in order. Raises ``StorageError``."""
    rows = session.execute(_PARTS_OF, {"version": version_id})
    return tuple(response_of(*row) for row in rows)


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

"""Stored responses, found by their payload's SHA-256; and the further pages of an article that is
cut into several, behind the version that was read from them.

A host's first page is its reference: the later ones are compressed with it (``packing``), until it
stops helping and another takes its place. A reference page stays as long as a row needs it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

import zstandard
from cachetools import LRUCache
from sqlalchemy import bindparam, delete, select, union_all, update
from sqlalchemy.orm import Session

from scraper import urls
from scraper.errors import StorageError
from scraper.model.types import Response, StoredPage
from storage import compression
from storage.compression import Gain, Reference
from storage.database.engine import get_or_insert, insert_into, upsert
from storage.models import Fetch, Image, Part, ReferencePage, Snapshot, Version, table_of
from storage.proof.digests import snapshot_digest
from storage.text.fingerprint import scrub

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import Insert
    from sqlalchemy.sql.dml import ReturningInsert

CACHED_REFERENCES = 32 << 20
"""Bytes of memory for reference pages that are kept at hand."""
_TABLE, _REFERENCES, _PARTS = table_of(Snapshot), table_of(ReferencePage), table_of(Part)
_USERS = (table_of(Version), _PARTS, table_of(Fetch), table_of(Image))
_AS_BROUGHT = (_TABLE.c.url, _TABLE.c.status, _TABLE.c.headers)
_FIND = select(_TABLE.c.id, _TABLE.c.pruned_at, *_AS_BROUGHT).where(
    _TABLE.c.payload_digest == bindparam("digest")
)
_STORED = select(
    _TABLE.c.url,
    _TABLE.c.body,
    _TABLE.c.payload_size,
    _TABLE.c.payload_digest,
    _TABLE.c.reference_id,
    _TABLE.c.pruned_at,
).where(_TABLE.c.id == bindparam("snapshot"))
_DIGEST_OF = select(_TABLE.c.payload_digest).where(_TABLE.c.id == bindparam("snapshot"))
_REFERENCE_OF = (
    select(
        _REFERENCES.c.snapshot_id,
        _REFERENCES.c.pages,
        _REFERENCES.c.share,
        _TABLE.c.payload_digest,
        _TABLE.c.stored_size,
        _TABLE.c.payload_size,
    )
    .join(_TABLE, _TABLE.c.id == _REFERENCES.c.snapshot_id)
    .where(_REFERENCES.c.host == bindparam("name"))
)
_NOTE_GAIN = (
    update(_REFERENCES)
    .where(_REFERENCES.c.host == bindparam("name"))
    .values(pages=bindparam("seen"), share=bindparam("now"))
)
_HAS_PARTS = select(_PARTS.c.number).where(_PARTS.c.version_id == bindparam("version")).limit(1)
_PARTS_OF = (
    select(Snapshot, Part.url, Part.fetched_at, Part.answer)
    .join(Part, Part.snapshot_id == Snapshot.id)
    .where(Part.version_id == bindparam("version"))
    .order_by(Part.number)
)

# By payload digest, so that databases in one process may share it.
_cache: LRUCache[bytes, Reference] = LRUCache(CACHED_REFERENCES, getsizeof=lambda one: one.memory)
_cache_lock = Lock()


def payload_digest(body: bytes) -> bytes:
    return sha256(body).digest()


class Saved(NamedTuple):
    id: int
    size: int
    """Bytes that were stored for it now, headers as well."""
    answer: dict[str, Any] | None = None
    """The status and the headers, where another answer had brought the same bytes with others."""


def save_snapshot(session: Session, response: Response, digest: bytes) -> Saved:
    """The snapshot with this payload, stored if it is new, or was pruned."""
    known = session.execute(_FIND, {"digest": digest}).first()
    headers = [[scrub(name), scrub(value)] for name, value in response.headers]
    answer, size = None, sum(len(part) for header in headers for part in header)
    if known is not None and (known.status, known.headers) != (response.status, headers):
        answer = {"status": response.status, "headers": headers}
    if known is not None and known.pruned_at is None:
        return Saved(int(known.id), size if answer else 0, answer)
    host, is_page = urls.host_of(response.url), _is_page(response)
    row = session.execute(_REFERENCE_OF, {"name": host}).first() if is_page else None
    frame, reference, gain = _pack(session, row, response.body)
    values: dict[str, Any] = {
        "payload_digest": digest,
        "url": scrub(response.url),
        "status": response.status,
        "fetched_at": response.fetched_at,
        "payload_size": len(response.body),
        "stored_size": len(frame),
        "headers": headers,
        "reference_id": reference[0] if reference else None,
        "pruned_at": None,
    }
    if known is not None:  # what was read from it before is read as it came then
        values |= {column.name: getattr(known, column.name) for column in _AS_BROUGHT}
    values["digest"] = snapshot_digest(values, frame, reference[1] if reference else None)
    values["body"] = frame
    if known is not None:
        session.execute(update(_TABLE).where(_TABLE.c.id == known.id).values(**values))
        return Saved(int(known.id), len(frame) + size, answer)
    snapshot_id: int = session.execute(_save(), values).scalar_one()
    if gain is not None:
        session.execute(_NOTE_GAIN, {"name": host, "seen": gain.pages, "now": gain.share})
    elif is_page and compression.can_be_reference(response.body):
        values = {"host": host, "snapshot_id": snapshot_id, "pages": 0, "share": None}
        session.execute(_appoint(), values)
    return Saved(snapshot_id, len(frame) + size)


@cache  # not with the module: it is heavy, and whoever reads needs none
def _save() -> ReturningInsert[Any]:
    return get_or_insert(Snapshot, "payload_digest")


@cache
def _appoint() -> Insert:
    return upsert(ReferencePage, ["host"], ["snapshot_id", "pages", "share"])


def _is_page(response: Response) -> bool:
    """Whether others of its host may look like it."""
    media_type = response.header("content-type") or ""
    return 200 <= response.status < 300 and "html" in media_type.lower()


def _pack(
    session: Session, row: Any, payload: bytes
) -> tuple[bytes, tuple[int, bytes] | None, Gain | None]:
    """The payload's frame, the reference it was made with (id and payload digest), and what that
    gains with it; without a reference where the host has none, or none that helps."""
    if row is None:
        return compression.pack(payload), None, None
    gain = Gain(row.stored_size / max(row.payload_size, 1), row.pages, row.share)
    if gain.is_poor:
        return compression.pack(payload), None, None
    try:
        reference = _load_reference(session, row.snapshot_id, row.payload_digest)
    except StorageError:
        # It is damaged: what is filed from now on must not depend on it (``verify`` names it).
        return compression.pack(payload), None, None
    frame, size = reference.pack(payload), len(payload)
    used = (row.snapshot_id, row.payload_digest)
    if not gain.is_doubtful(len(frame), size):
        return frame, used, gain.after(len(frame), size)
    alone = compression.pack(payload)
    gain = gain.after(len(frame), size, len(alone))
    return (frame, used, gain) if len(frame) < len(alone) else (alone, None, gain)


def _load_reference(session: Session, snapshot_id: int, digest: bytes) -> Reference:
    """Raises ``StorageError`` where it is damaged. ``digest``: of its payload."""
    with _cache_lock:
        known = _cache.get(digest)
    if known is not None:
        return known
    stored: Any = session.execute(_STORED, {"snapshot": snapshot_id}).one()
    reference = Reference(load_payload(session, stored))
    with _cache_lock:
        if reference.memory <= CACHED_REFERENCES:
            _cache[digest] = reference
    return reference


def save_parts(session: Session, version_id: int, parts: Sequence[Response]) -> int:
    """Store the answers for a version's further pages, numbered from 2, unless it has some; how
    many bytes that took.

    Each is kept under the address that was asked for: it is what the page before it names.
    """
    if not parts or session.scalar(_HAS_PARTS, {"version": version_id}) is not None:
        return 0
    saved = [save_snapshot(session, part, payload_digest(part.body)) for part in parts]
    rows = [
        {
            "version_id": version_id,
            "number": number,
            "url": part.requested_url,
            "fetched_at": part.fetched_at,
            "snapshot_id": one.id,
            "answer": one.answer,
        }
        for number, (part, one) in enumerate(zip(parts, saved, strict=True), start=2)
    ]
    session.execute(insert_into(Part), rows)
    return sum(one.size for one in saved)


def copy_parts(session: Session, old: int, new: int) -> None:
    """The further pages of a version that was read again are those of the one it made, unless that
    has some."""
    if session.scalar(_HAS_PARTS, {"version": new}) is not None:
        return
    columns = (
        _PARTS.c.number,
        _PARTS.c.url,
        _PARTS.c.fetched_at,
        _PARTS.c.snapshot_id,
        _PARTS.c.answer,
    )
    rows = session.execute(select(*columns).where(_PARTS.c.version_id == old)).all()
    if rows:
        session.execute(insert_into(Part), [{**row._mapping, "version_id": new} for row in rows])


def load_parts(session: Session, version_id: int) -> tuple[Response, ...]:
    """The answers for a version's further pages, in order; none where one was pruned.

    Raises ``StorageError``.
    """
    rows = session.execute(_PARTS_OF, {"version": version_id}).all()
    if any(snapshot.pruned_at for snapshot, *_ in rows):
        return ()
    return tuple(response_of(session, *row) for row in rows)


def load_payload(session: Session, snapshot: Snapshot) -> bytes:
    """The payload, checked against its digest. ``snapshot``: or a row with its columns.

    Raises ``StorageError`` where it is damaged, or pruned.
    """
    if snapshot.pruned_at is not None:
        raise StorageError(
            f"the stored page of {snapshot.url} was pruned on {snapshot.pruned_at:%Y-%m-%d}"
        )
    try:
        if snapshot.reference_id is None:
            body = compression.unpack(snapshot.body, snapshot.payload_size)
        else:
            digest = session.scalar(_DIGEST_OF, {"snapshot": snapshot.reference_id})
            if digest is None:
                raise _damaged(snapshot, f"its reference {snapshot.reference_id} is gone")
            reference = _load_reference(session, snapshot.reference_id, digest)
            body = reference.unpack(snapshot.body, snapshot.payload_size)
    except zstandard.ZstdError as error:
        raise _damaged(snapshot, str(error)) from None
    if payload_digest(body) != snapshot.payload_digest:
        raise _damaged(snapshot, "its digest differs")
    return body


def response_of(
    session: Session,
    snapshot: Snapshot,
    url: str,
    fetched_at: datetime,
    answer: Mapping[str, Any] | None = None,
) -> Response:
    """The answer as it came at that address and time: a snapshot may be shared with others.
    ``answer``: its status and headers, where they are not those of the snapshot.

    Raises ``StorageError``.
    """
    status, headers = snapshot.status, snapshot.headers
    if answer is not None:
        status, headers = answer["status"], answer["headers"]
    return Response(
        requested_url=url,
        url=url,
        status=status,
        headers=tuple((name, value) for name, value in headers),
        body=load_payload(session, snapshot),
        fetched_at=fetched_at,
    )


def load_stored_page(session: Session, snapshot: Snapshot, version: Any) -> StoredPage:
    """What a version (a row with its columns) was read from, its further pages included; without
    those where one was pruned. Raises ``StorageError``."""
    response = response_of(session, snapshot, version.url, version.fetched_at, version.answer)
    return StoredPage(response, version.extractor_version, load_parts(session, version.id))


def free_reference(session: Session, snapshot_id: int) -> int:
    """Store the pages that were compressed with this one without it, so that it can go.

    Returns how many there were. Raises ``StorageError``.
    """
    session.execute(delete(_REFERENCES).where(_REFERENCES.c.snapshot_id == snapshot_id))
    needing = select(Snapshot).where(Snapshot.reference_id == snapshot_id)
    count = 0
    for snapshot in session.scalars(needing):
        frame = compression.pack(load_payload(session, snapshot))
        snapshot.body, snapshot.stored_size, snapshot.reference_id = frame, len(frame), None
        snapshot.digest = snapshot_digest(vars(snapshot), frame, None)
        session.flush()
        count += 1
    return count


def drop_unused(session: Session, snapshot_ids: Sequence[int]) -> None:
    """Delete those of them that nothing was read from. Raises ``StorageError``."""
    for snapshot_id in snapshot_ids:
        uses = (select(one.c.snapshot_id).where(one.c.snapshot_id == snapshot_id) for one in _USERS)
        if session.execute(union_all(*uses).limit(1)).first() is None:
            free_reference(session, snapshot_id)
            session.execute(delete(_TABLE).where(_TABLE.c.id == snapshot_id))


def _damaged(snapshot: Snapshot, problem: str) -> StorageError:
    return StorageError(
        f"the stored page of {snapshot.url} is damaged ({problem}): restore a backup"
    )

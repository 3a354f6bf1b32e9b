"""The named fields of a WARC record, and what is read of an HTTP answer's head. Pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

Digest = tuple[str, bytes]
"""A hash's name, as ``hashlib`` has it, and its value."""
BEGIN = b"WARC/"
FIRST_LINE = re.compile(rb"WARC/\d{1,2}\.\d{1,3}[ \t]*\r?\n")
MAX_HEAD = 1 << 16
"""Bytes of a record's named fields."""
FIRST_YEAR = 1990

# WARC/1.1 §5.4: any precision of W3C's profile of ISO 8601 from the year down, always in UTC.
_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?Z)?)?)?", re.ASCII
)
_HASHES = {"sha1": 20, "sha256": 32, "sha512": 64, "md5": 16}
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})")
_LOCATION = re.compile(rb"\r?\nlocation:[ \t]*([^\r\n]{1,8000})", re.IGNORECASE)


class BrokenError(Exception):
    """A record or a member that cannot be read; the message says why, for a person."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a record says of itself."""

    kind: str
    """``WARC-Type``, lower case."""
    length: int
    """Bytes of its block."""
    fields: Mapping[str, str]
    """By name in lower case, the first of a name."""

    @property
    def url(self) -> str | None:
        return _unbracketed(self.fields.get("warc-target-uri"))

    @property
    def taken_at(self) -> datetime | None:
        return parse_date(self.fields.get("warc-date", ""))

    @property
    def record_id(self) -> str | None:
        return _unbracketed(self.fields.get("warc-record-id"))

    @property
    def refers_to(self) -> str | None:
        return _unbracketed(self.fields.get("warc-refers-to"))


def parse_head(lines: Iterable[bytes]) -> Head:
    """Of the lines behind the first one, without the empty one. Raises ``BrokenError``."""
    values: dict[str, list[str]] = {}
    folded: list[str] = []
    for line in lines:
        text = line.rstrip(b"\r\n").decode("utf-8", "replace")
        if text[:1] in (" ", "\t"):  # WARC/1.1 §4 allows to fold a field
            folded.append(text.strip())
            continue
        name, colon, value = text.partition(":")
        name = name.strip().lower()
        if not colon or not name:
            raise BrokenError("its head has a line that is no field")
        folded = [value.strip()]
        values.setdefault(name, folded)
    fields = {name: " ".join(parts) for name, parts in values.items()}
    length, kind = fields.get("content-length", ""), fields.get("warc-type", "")
    if not re.fullmatch(r"[0-9]{1,18}", length) or not kind:
        raise BrokenError("its head says no length" if kind else "its head says no type")
    return Head(kind.lower(), int(length), fields)


def parse_date(text: str) -> datetime | None:
    """Aware, in UTC; ``None`` for what is no date, or lies before the web."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction = match.groups()
    micro = int((fraction or "").ljust(6, "0")[:6])
    try:
        found = datetime(
            int(year),
            int(month or 1),
            int(day or 1),
            int(hour or 0),
            int(minute or 0),
            min(int(second or 0), 59),  # a leap second
            micro,
            tzinfo=UTC,
        )
    except ValueError:
        return None
    return found if found.year >= FIRST_YEAR else None


def parse_digest(text: str | None) -> Digest | None:
    """``sha1:…`` in base 32 or hexadecimal → the hash's name and value; ``None`` if unknown."""
    name, _, value = (text or "").strip().partition(":")
    size = _HASHES.get(name.strip().lower().replace("-", ""))
    value = value.strip()
    if size is None or len(value) > 200:
        return None
    try:
        if len(value) == 2 * size:
            digest = bytes.fromhex(value)
        else:
            digest = base64.b32decode(value.upper() + "=" * (-len(value) % 8))
    except (ValueError, binascii.Error):
        return None
    return (name.strip().lower().replace("-", ""), digest) if len(digest) == size else None


def differs(block: bytes, stated: str | None) -> bool:
    """Whether a block is plainly not the one that its digest was taken of."""
    digest = parse_digest(stated)
    return digest is not None and not is_of(digest, block)


def is_of(digest: Digest, data: bytes) -> bool:
    return hashlib.new(digest[0], data, usedforsecurity=False).digest() == digest[1]


def status_of(block: bytes) -> int | None:
    """The status of the HTTP answer that a block begins with."""
    match = _STATUS.match(block)
    return int(match[1]) if match else None


def location_of(block: bytes) -> str | None:
    """Where the HTTP answer in a block redirects to, as printed."""
    head = block[: 1 << 16]
    ends = [at for at in (head.find(b"\r\n\r\n"), head.find(b"\n\n")) if at >= 0]
    match = _LOCATION.search(head[: min(ends, default=len(head))])
    return match[1].strip().decode("utf-8", "replace") if match else None


def _unbracketed(text: str | None) -> str | None:
    """Ids stand in angle brackets, and in some files (WARC/1.0 as wget reads it) addresses do."""
    text = (text or "").strip()
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1].strip()
    return text or None

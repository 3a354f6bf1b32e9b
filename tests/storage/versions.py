"""Version records, made short."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from scraper.model.types import Block, BlockKind, Precision
from storage.records import VersionRecord

T0 = datetime(2026, 3, 1, 10, tzinfo=UTC)
BODY = (
    "The bridge over the river was closed to all traffic on Monday after a survey found cracks.",
    "The repairs are expected to cost £2.4 million, of which the county will pay half. About 310 "
    "households on the station side will be without their usual walk to school.",
    "“We are sorry,” said the mayor, who has crossed the bridge every day of her life.",
    "A ferry will run between the two landings from six in the morning until midnight.",
)


def version(number: int, *texts: str, **fields: object) -> VersionRecord:
    body = texts or BODY
    at = T0 + timedelta(hours=number)
    record = VersionRecord(
        id=number,
        number=number,
        article_id=1,
        current=False,
        accepted=True,
        cause="publisher",
        extractor_version="1",
        first_seen_at=at,
        fetched_at=at,
        url="https://example.com/bridge",
        payload_digest=bytes([number]),
        content_hash=b"",
        title="Bridge closed",
        byline="By Ada Pier",
        authors=("Ada Pier",),
        published_at=T0,
        published_precision=Precision.SECOND,
        modified_at=None,
        body="\n".join(body),
        blocks=tuple(Block(BlockKind.PARAGRAPH, text) for text in body),
    )
    return replace(record, **fields)  # type: ignore[arg-type]


def edited(place: int, old: str, new: str) -> tuple[str, ...]:
    assert old in BODY[place]
    return (*BODY[:place], BODY[place].replace(old, new), *BODY[place + 1 :])


def reread(number: int, of: VersionRecord, extractor: str = "2", **fields: object) -> VersionRecord:
    page = {"fetched_at": of.fetched_at, "payload_digest": of.payload_digest}
    return version(number, **page, cause="extractor", extractor_version=extractor, **fields)

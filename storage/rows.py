"""Rows ↔ records: the columns of an article as it is listed or whole, and what is made of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select

from scraper.model.types import Precision, Verdict, Zone
from storage.contents import read_blocks, read_provenance
from storage.models import Article, Version, record_from
from storage.records import PUBLISHER, ArticleRecord, VersionRecord
from storage.text.fingerprint import read_time

_VERSIONS = (
    select(func.count())
    .where(Version.article_id == Article.id, Version.accepted, Version.cause == PUBLISHER)
    .correlate(Article)
    .scalar_subquery()
)
LISTED = (
    Article.id,
    Article.url,
    Article.canonical_url,
    Article.verdict,
    Article.evidence,
    _VERSIONS.label("versions"),
    Article.first_seen_at,
    Article.last_checked_at,
    Article.duplicate_of,
    Version.title,
    Version.byline,
    Version.authors,
    Version.published_at,
    Version.published_offset,
    Version.published_precision,
    Version.published_zone,
    Version.published_relative,
    Version.modified_at,
    Version.modified_offset,
    Version.language,
    Version.site_name,
    Version.image_url,
    Version.section,
    Version.tags,
    # What an archive of before did not keep, a page that was read again since may have said.
    func.coalesce(Article.directives, Version.directives).label("directives"),
    Version.with_credentials,
)
WHOLE = (*LISTED, Version.body, Version.blocks, Version.provenance)


def select_articles(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Article)
        .outerjoin(Version, Version.id == Article.current_version_id)
    )


def article_of(row: Any) -> ArticleRecord:
    return record_of(dict(row._mapping))


def record_of(fields: dict[str, Any]) -> ArticleRecord:
    """Of the columns ``LISTED`` or ``WHOLE`` by their names; takes the dictionary apart."""
    fields["verdict"] = Verdict(fields["verdict"])
    for name in ("published", "modified"):
        offset = fields.pop(f"{name}_offset")
        fields[f"{name}_at"] = read_time(fields[f"{name}_at"], offset)
    fields["authors"] = tuple(fields["authors"] or ())
    fields["tags"] = tuple(fields["tags"] or ())
    fields["directives"] = tuple(fields["directives"] or ())
    fields["with_credentials"] = bool(fields["with_credentials"])
    fields["published_relative"] = bool(fields["published_relative"])
    if fields["published_precision"]:
        fields["published_precision"] = Precision(fields["published_precision"])
    if fields["published_zone"]:
        fields["published_zone"] = Zone(fields["published_zone"])
    if "body" in fields:
        fields["blocks"] = read_blocks(fields["body"] or "", fields["blocks"] or [])
        fields["provenance"] = read_provenance(fields["provenance"] or {})
    return ArticleRecord(**fields)


def version_of(number: int, row: Version, digest: bytes | None, current: bool) -> VersionRecord:
    precision = row.published_precision
    return record_from(
        VersionRecord,
        row,
        number=number,
        current=current,
        payload_digest=digest,
        authors=tuple(row.authors),
        published_at=read_time(row.published_at, row.published_offset),
        published_precision=Precision(precision) if precision else None,
        modified_at=read_time(row.modified_at, row.modified_offset),
        blocks=read_blocks(row.body, row.blocks),
        directives=tuple(row.directives or ()),
    )

"""Rows ↔ records: the columns of an article as it is listed or whole, and what is made of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, select
from sqlalchemy.orm import aliased

from scraper.model.types import Precision, Verdict, Zone
from storage.contents import read_blocks, read_provenance
from storage.models import Article, Edit, Page, PageSource, Source, Version, record_from
from storage.records import (
    PUBLISHER,
    UNKNOWN_REASON,
    ArticleRecord,
    VersionFacts,
    VersionRecord,
)
from storage.text.fingerprint import read_time


def lister(is_its: ColumnElement[bool]) -> ScalarSelect[Any]:
    """The name of the first source that listed a page; a sitemap of an index goes by the index.
    ``is_its``: which rows of ``PageSource`` are the page's."""
    root = aliased(Source)
    return (
        select(func.coalesce(root.name, Source.name))
        .select_from(PageSource)
        .join(Source, Source.id == PageSource.source_id)
        .outerjoin(root, root.id == Source.parent_id)
        .where(is_its)
        .order_by(PageSource.source_id)
        .limit(1)
        .scalar_subquery()
    )


_PAGES = select(Page.id).where(Page.article_id == Article.id).correlate(Article)
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
WHOLE = (
    *LISTED,
    Version.body,
    Version.blocks,
    Version.provenance,
    lister(PageSource.page_id.in_(_PAGES)).label("source"),
)


def select_articles(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Article)
        .outerjoin(Version, Version.id == Article.current_version_id)
    )


def select_versions() -> Select[Any]:
    """Any version of an article as the whole article, with what it changed (``article_of``).

    The article's columns are those of today, but for the address. What the publisher forbids is
    what it said last, and what the version's own page said.
    """
    earlier = aliased(Version)
    number = (
        select(func.count())
        .where(earlier.article_id == Version.article_id, earlier.id <= Version.id)
        .correlate(Version)
    )
    its_own = {"url": Version.url, "directives": Article.directives}
    return (
        select(
            *(its_own.get(column.name, column).label(column.name) for column in WHOLE),
            Version.directives.label("page_directives"),
            number.scalar_subquery().label("number"),
            Version.first_seen_at.label("seen_at"),
            Version.fetched_at,
            (Article.current_version_id == Version.id).label("current"),
            Version.accepted,
            Version.reason,
            Version.cause,
            Version.recorded,
            Edit.kinds,
            Edit.stealth,
            Edit.summary,
        )
        .select_from(Version)
        .join(Article, Article.id == Version.article_id)
        .outerjoin(Edit, Edit.version_id == Version.id)
    )


def version_article_of(row: Any) -> ArticleRecord:
    """Of ``select_versions``: the article as it was in that version."""
    fields = dict(row._mapping)
    facts = {name: fields.pop(name) for name in VersionFacts.__dataclass_fields__}
    forbidden = (*(fields["directives"] or ()), *(fields.pop("page_directives") or ()))
    fields["directives"] = dict.fromkeys(forbidden)
    facts |= {
        "current": bool(facts["current"]),
        "reason": None if facts["accepted"] else facts["reason"] or UNKNOWN_REASON,
        "kinds": tuple(facts["kinds"] or ()),
        "stealth": bool(facts["stealth"]),
    }
    return replace(record_of(fields), version=VersionFacts(**facts))


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

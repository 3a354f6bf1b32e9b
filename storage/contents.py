"""Articles ↔ the columns of a version."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import compress
from typing import TYPE_CHECKING, Any

from scraper.model.types import (
    Article,
    Block,
    BlockKind,
    Candidate,
    Precision,
    Provenance,
    Verdict,
    Zone,
)
from storage.text.fingerprint import Content, in_utc, offset_seconds, read_time, scrub

if TYPE_CHECKING:
    from storage.text.quality import Facts


def version_values(article: Article, content: Content) -> dict[str, Any]:
    """The columns that hold an article's fields and hashes."""
    body, blocks = _pack_body(article)
    return {
        "content_hash": content.content,
        "wording_hash": content.wording,
        "text_hash": content.text,
        "extractor_version": article.extractor_version,
        "title": article.title,
        "byline": article.byline,
        "authors": [scrub(name) for name in article.authors],
        "published_at": in_utc(article.published_at) if article.published_at else None,
        "published_offset": offset_seconds(article.published_at) if article.published_at else None,
        "published_precision": article.published_precision,
        "published_zone": article.published_zone,
        "published_relative": article.published_relative,
        "published_raw": article.published_raw,
        "modified_at": in_utc(article.modified_at) if article.modified_at else None,
        "modified_offset": offset_seconds(article.modified_at) if article.modified_at else None,
        "language": article.language,
        "site_name": article.site_name,
        "image_url": article.image_url,
        "section": article.section,
        "tags": [scrub(tag) for tag in article.tags],
        "page_title": article.page_title,
        "declared_url": article.declared_url,
        "body": body,
        "blocks": blocks,
        "provenance": pack_provenance(article.provenance),
        "directives": [scrub(one) for one in article.directives] or None,
    }


def read_blocks(body: str, packed: list[Any]) -> tuple[Block, ...]:
    """The blocks, whose texts are pieces of the body in most cases (see ``_pack_body``)."""
    blocks, at = [], 0
    for kind, level, text, *rest in packed:
        if isinstance(text, int):
            start, at = at, at + text + 1
            text = body[start : at - 1]
        more = rest[0] if rest else {}
        blocks.append(
            Block(
                BlockKind(kind),
                text,
                level=level,
                number=more.get("number"),
                cells=tuple(more.get("cells", ())),
                image_url=more.get("image_url"),
            )
        )
    return tuple(blocks)


def read_article(row: Any, verdict: Verdict) -> Article:
    """What a version's row says; without provenance."""
    precision, zone = row.published_precision, row.published_zone
    return Article(
        title=row.title,
        byline=row.byline,
        authors=tuple(row.authors),
        published_at=read_time(row.published_at, row.published_offset),
        published_precision=Precision(precision) if precision else None,
        published_zone=Zone(zone) if zone else None,
        published_relative=row.published_relative,
        published_raw=row.published_raw,
        modified_at=read_time(row.modified_at, row.modified_offset),
        body=row.body,
        blocks=read_blocks(row.body, row.blocks),
        language=row.language,
        site_name=row.site_name,
        image_url=row.image_url,
        section=row.section,
        tags=tuple(row.tags),
        page_title=row.page_title,
        declared_url=row.declared_url,
        verdict=verdict,
        extractor_version=row.extractor_version,
    )


def pack_provenance(provenance: Mapping[str, Provenance]) -> dict[str, Any]:
    return {
        scrub(field): {
            "source": scrub(why.source),
            "confidence": _finite(why.confidence),
            "candidates": [
                [scrub(one.value), scrub(one.source), _finite(one.confidence)]
                for one in why.candidates
            ],
        }
        for field, why in provenance.items()
    }


def read_provenance(packed: dict[str, Any]) -> dict[str, Provenance]:
    return {
        field: Provenance(
            why["source"],
            why["confidence"],
            tuple(Candidate(*one) for one in why["candidates"]),
        )
        for field, why in packed.items()
    }


def content_of_row(version: Any) -> Content:
    """What ``fingerprint.content_of`` gave when the version (a row with its columns) was stored."""
    stated = None if version.published_relative else version.published_at
    precision = version.published_precision
    return Content(
        content=version.content_hash,
        wording=version.wording_hash,
        text=version.text_hash,
        published_at=read_time(stated, version.published_offset),
        precision=Precision(precision) if stated and precision else None,
        guessed_at=read_time(version.published_at, version.published_offset)
        if version.published_relative
        else None,
    )


def facts_of_row(version: Any, number: int) -> Facts:
    """What ``quality`` weighs of a version of an article (a row with its columns). ``number``: its
    place among all of the article's."""
    from storage.text.quality import Facts  # heavy: not for a list

    return Facts(
        version.body,
        version.title,
        authors=tuple(version.authors),
        published_at=version.published_at,
        modified_at=version.modified_at,
        number=number,
        extractor=version.confirmed_by or version.extractor_version,
        site_name=version.site_name,
        page_title=version.page_title,
    )


def _pack_body(article: Article) -> tuple[str, list[Any]]:
    """The body, and its blocks as (kind, level, length of the text in the body).

    A caption's text is no part of the body and stands in place of the length; so do all texts
    where the body is not its blocks joined by newlines. What only some blocks have follows as a
    fourth entry, a mapping.
    """
    body = scrub(article.body)
    texts = [scrub(block.text) for block in article.blocks]
    inside = [block.kind is not BlockKind.CAPTION for block in article.blocks]
    joined = "\n".join(compress(texts, inside)) == body
    packed: list[Any] = []
    for block, text, counts in zip(article.blocks, texts, inside, strict=True):
        entry = [block.kind.value, block.level, len(text) if joined and counts else text]
        packed.append([*entry, more] if (more := _pack_rest(block)) else entry)
    return body, packed


def _pack_rest(block: Block) -> dict[str, Any]:
    rest: dict[str, Any] = {}
    if block.number is not None:
        rest["number"] = block.number
    if block.cells:
        rest["cells"] = [scrub(cell) for cell in block.cells]
    if block.image_url is not None:
        rest["image_url"] = scrub(block.image_url)
    return rest


def _finite(number: float) -> float:
    return number if math.isfinite(number) else 0.0

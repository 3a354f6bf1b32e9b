"""Captures, made short."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from scraper.model.types import (
    Article,
    Block,
    BlockKind,
    Capture,
    Precision,
    Response,
    Settlement,
    Verdict,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=6)
BY_HAND = Settlement(LATER)
LONG = " ".join(f"word{number}" for number in range(150))
"""A body long enough to be known without its title."""


def make_article(body: str = LONG, title: str | None = "A title", **fields: Any) -> Article:
    lines = body.split("\n") if body else []
    defaults: dict[str, Any] = {
        "authors": ("Ana Ruiz",),
        "published_at": datetime(2026, 2, 28, 9, 30, tzinfo=UTC),
        "published_precision": Precision.MINUTE,
        "blocks": tuple(Block(BlockKind.PARAGRAPH, line) for line in lines),
        "verdict": Verdict.ARTICLE,
        "extractor_version": "1",
    }
    return Article(title=title, body=body, **(defaults | fields))


def make_response(
    url: str, body: bytes | None = None, *, final: str | None = None, status: int = 200
) -> Response:
    return Response(
        requested_url=url,
        url=final or url,
        status=status,
        headers=(("Content-Type", "text/html"),),
        body=b"<p>" + url.encode() if body is None else body,
        fetched_at=NOW,
    )


def make_capture(
    url: str,
    article: Article | None = None,
    *,
    final: str | None = None,
    body: bytes | None = None,
    **fields: Any,
) -> Capture:
    """Of a page that was fetched, with an article unless one is given."""
    article = article or make_article()
    if body is None:
        body = f"{article.title}|{article.body}|{article.verdict}".encode("utf-8", "replace")
    return Capture(url, NOW, make_response(url, body, final=final), article, **fields)


def make_rejected(url: str, verdict: Verdict, *, final: str | None = None) -> Capture:
    article = make_article("", None, verdict=verdict, evidence="it says so")
    return make_capture(url, article, final=final)


def make_failed(url: str, reason: str = "timeout") -> Capture:
    return Capture(url, NOW, reason=reason)

"""What the archive works out of an article alone: its hashes and its fingerprint. Pure.

A fifth of the work of saving, and none of it needs the database: the reader that extracted the
article does it in its own process (``Archive.imprint_by``), so that the one thread that writes has
less to do.
"""

from __future__ import annotations

from dataclasses import dataclass

from scraper.types import Article, Verdict
from storage.texts.fingerprint import Content, content_of, forget_folded, scrub
from storage.texts.shingles import fingerprint_of, forget_shingled


@dataclass(frozen=True, slots=True)
class Imprint:
    content: Content
    fingerprint: tuple[int, ...]
    """Of the body as it would be stored."""


def imprint_of(article: Article) -> Imprint | None:
    """``None`` for what is no article."""
    if article.verdict is not Verdict.ARTICLE:
        return None
    try:
        return Imprint(content_of(article), fingerprint_of(scrub(article.body)))
    finally:  # a reader sees no text twice, and has its memory for pages
        forget_folded()
        forget_shingled()

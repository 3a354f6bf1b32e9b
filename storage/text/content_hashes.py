"""What the archive works out of an article alone: its hashes and its fingerprint. Pure.

A fifth of the work of saving, and none of it needs the database: the reader that extracted the
article does it in its own process (``Archive.imprint_by``), so that the one thread that writes has
less to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from scraper.isolation.functions import PureFunction
from scraper.model.types import Article, Verdict
from storage.text.fingerprint import Content, content_of, forget_folded, scrub
from storage.text.shingles import FINGERPRINT_SIZE, fingerprint_of, forget_shingled

_DIGEST_SIZE = sha256().digest_size
_HASHES = range(-(2**63), 2**63)


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


def check_imprint(imprint: Imprint | None, article: Article) -> None:
    """Raises ``ValueError`` where ``imprint_of`` makes no such thing of the article: a reader said
    so that is no longer ours. The hashes themselves are not worked out again."""
    if imprint is None:
        return
    content = imprint.content
    hashes = [content.content, content.wording, *filter(None, (content.text,))]
    stated = None if article.published_relative else article.published_at
    guessed = article.published_at if article.published_relative else None
    if (
        article.verdict is not Verdict.ARTICLE
        or any(len(each) != _DIGEST_SIZE for each in hashes)
        or (content.published_at, content.guessed_at) != (stated, guessed)
        or len(imprint.fingerprint) not in (0, FINGERPRINT_SIZE)
        or not all(each in _HASHES for each in imprint.fingerprint)
    ):
        raise ValueError("an imprint of something else")


IMPRINT_OF: PureFunction[Imprint | None] = PureFunction(
    f"{__name__}:imprint_of", Imprint | None, check=check_imprint
)

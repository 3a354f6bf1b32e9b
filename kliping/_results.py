"""What an archive hands out: frozen, and free of the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scraper.model.types import Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An article that a search found."""

    id: int
    title: str | None
    url: str
    """Where it was read: the final address."""
    site: str
    """The outlet's: ``example.com``."""
    authors: tuple[str, ...]
    published_at: datetime | None
    """As the publisher states it, at its own offset; midnight where only the day is known."""
    snippet: str
    """The piece of the text that shows the words best: one line of plain text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledArticle:
    """An article in the archive, as it says now."""

    id: int
    url: str
    """Where it was read: the final address."""
    canonical_url: str
    """kliping's normal form of its address."""
    site: str
    """The outlet's: ``example.com``."""
    verdict: str
    """``article``; else what the page at its address is: ``teaser``, ``login_wall``, …"""
    title: str | None
    byline: str | None
    """The credit as printed."""
    authors: tuple[str, ...]
    published_at: datetime | None
    """As the publisher states it, at its own offset; midnight where only the day is known."""
    modified_at: datetime | None
    """When the publisher says that it was changed."""
    first_seen_at: datetime
    last_checked_at: datetime
    language: str | None
    """ISO 639-1: ``en``."""
    site_name: str | None
    section: str | None
    tags: tuple[str, ...]
    image_url: str | None
    body: str
    """The text, a paragraph a line; empty where the page has none."""
    blocks: tuple[Block, ...]
    """The text by its kind: paragraphs, headings, list items, captions, …"""
    versions: int
    """How many the publisher had."""
    duplicate_of: int | None
    """The id of the article of another outlet that had the same text first."""
    source: str | None
    """The name of the first source that listed it; ``None`` where it was fetched by hand."""

    @property
    def word_count(self) -> int:
        """The words of the text; in scripts without spaces each character counts."""
        from storage.text.tokens import count_words  # its patterns: not for every import

        return count_words(self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What an article said for a while."""

    number: int
    """From 1, in the order in which they were first seen."""
    seen_at: datetime
    """When it was first seen."""
    fetched_at: datetime
    """When the page was fetched that it was read from."""
    url: str
    """Where that was."""
    current: bool
    """Whether the article says so now."""
    title: str | None
    byline: str | None
    authors: tuple[str, ...]
    published_at: datetime | None
    modified_at: datetime | None
    body: str
    blocks: tuple[Block, ...]
    cause: str
    """Whose change it is: ``publisher``; ``extractor`` where only kliping's reading of the same
    page got better; ``date`` where the same text was given a better date."""
    accepted: bool
    """Whether it was the article's text; else it is only kept, and ``reason`` says why."""
    reason: str | None
    kinds: tuple[str, ...]
    """What was changed: ``headline``, ``paragraph_reworded``, ``correction``, …"""
    stealth: bool
    """The publisher changed the text and did not say so."""
    summary: str | None
    """The change in words: ``headline, 2 paragraphs reworded``. ``None`` for the first version, and
    for one that was not accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What became of a page that was to be filed."""

    outcome: str
    """``new``, ``changed``, ``unchanged``, ``duplicate`` (the same text in another outlet),
    ``rejected`` (no article) or ``failed`` (no page came)."""
    reason: str | None
    """Why, as a short code with detail behind a colon: ``http_404``, ``robots: …``."""
    article_id: int | None
    """The article that the page belongs to, if there is one."""
    filed: bool
    """Whether the archive has an article more."""

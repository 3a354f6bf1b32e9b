"""What ``dedup`` looks at: a capture with its addresses and hashes, and what the archive knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scraper import urls
from scraper.model.types import Capture, Verdict
from storage.addresses import Address
from storage.text.fingerprint import Content, is_same_content


@dataclass(frozen=True, slots=True)
class KnownVersion:
    id: int
    content: Content
    accepted: bool
    recorded: bool = False
    """Known from a web archive alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownArticle:
    id: int
    verdict: Verdict
    url: str
    """Its home: the final address that its current text came from."""
    home_key: bytes
    own_keys: frozenset[bytes]
    """Of its home, and of its canonical address where that is on the home's host."""
    current_id: int | None
    versions: tuple[KnownVersion, ...] = ()

    @property
    def is_read(self) -> bool:
        return self.verdict is Verdict.ARTICLE

    @property
    def is_live(self) -> bool:
        """It was read on the web, and is not known from a web archive alone."""
        return self.current is not None and not self.current.recorded

    def find(self, content: Content) -> KnownVersion | None:
        """The version with this content, the current one first, then the youngest."""
        order = sorted(self.versions, key=lambda one: (one.id == self.current_id, one.id))
        return next((one for one in reversed(order) if is_same_content(one.content, content)), None)

    @property
    def current(self) -> KnownVersion | None:
        return next((one for one in self.versions if one.id == self.current_id), None)

    def has_text(self, content: Content) -> bool:
        """Whether an accepted version has this body, under whatever headline."""
        texts = {one.content.text for one in self.versions if one.accepted}
        return content.text is not None and content.text in texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """What the archive knows of a capture's addresses and text."""

    canonical: KnownArticle | None = None
    """At the canonical address: the declared one where it counts, else the final one."""
    final: KnownArticle | None = None
    requested: KnownArticle | None = None
    declared: KnownArticle | None = None
    """At the address on another host of its outlet that the page declares, where that is its own;
    """
    twin_here: int | None = None
    """The first article with the same text on the same site."""
    twin_apart: bool = False
    """That one is on another host."""
    twin_elsewhere: int | None = None
    """… on any other."""
    returning: KnownArticle | None = None
    """The article with the same text that one of the addresses is the home of, whichever article
    the final address has come to stand for since."""

    pointing: KnownArticle | None = None
    """The article of another host of the outlet that has this content alone, and declares the
    final address, where nothing was read so far."""
    alias_of: int | None = None
    """The article that the final address leads to, whether the capture counts for it or not."""
    resident: int | None = None
    """The article whose home the requested address is, where the capture does not count for it."""
    asked: str | None = None
    """How the requested address is spelt, where it was asked on the web or is to be."""
    is_checked: bool = False
    """It was asked on the web."""

    forgotten_at: datetime | None = None
    """When an article at one of its addresses was removed for good."""
    is_tombstone: bool = False
    """That is the requested one; else it only leads there."""

    @property
    def found(self) -> KnownArticle | None:
        return self.canonical or self.final or self.requested

    def get(self, article_id: int | None) -> KnownArticle | None:
        at_hand = (self.canonical, self.final, self.requested, self.returning, self.pointing)
        return next((one for one in at_hand if one and one.id == article_id), None)

    @property
    def own_article(self) -> KnownArticle | None:
        """The article of the page that was asked for, whatever that page declares."""
        at_hand = (self.final, self.requested)
        return next((one for one in at_hand if one and one.verdict is Verdict.ARTICLE), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureFacts:
    """A capture with its addresses, hashes and contents."""

    capture: Capture
    requested: Address
    final: Address
    canonical: Address
    """The declared address where it counts, else the final one."""
    declared: Address | None = None
    """The declared address where it lies on another host of the outlet: it only links."""
    passed: tuple[Address, ...] = ()
    """The addresses that redirected to the final one."""
    recorded: bool = False
    """It comes from a web archive."""
    digest: bytes | None = None
    """SHA-256 of the payload, where a body came."""
    content: Content | None = None
    """Of an article; ``None`` for everything else."""
    baseline: Content | None = None

    @property
    def site(self) -> str:
        """The registrable domain of the final address."""
        return urls.site_of(self.final.canonical)

"""What JSON-LD and microdata both come to: the article nodes, and what else the page is."""

from __future__ import annotations

from dataclasses import dataclass, field

ARTICLE_TYPES = frozenset(
    "article newsarticle reportagenewsarticle analysisnewsarticle opinionnewsarticle "
    "backgroundnewsarticle reviewnewsarticle askpublicnewsarticle advertisercontentarticle "
    "satiricalarticle blogposting liveblogposting techarticle scholarlyarticle report "
    "socialmediaposting discussionforumposting medicalscholarlyarticle".split()
)
PAGE_TYPES = frozenset("webpage itempage".split())
LISTING_TYPES = frozenset("collectionpage itemlist searchresultspage".split())
MEDIA_TYPES = frozenset("videoobject audioobject imagegallery podcastepisode mediagallery".split())


@dataclass(frozen=True, slots=True)
class Party:
    """An author or publisher: a name, and the type stated for it (``person``, ``organization``,
    or empty)."""

    name: str
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleNode:
    kind: str
    headline: str | None = None
    alternative: str | None = None
    name: str | None = None
    authors: tuple[Party, ...] = ()
    editors: tuple[Party, ...] = ()
    publisher: str | None = None
    published: str | None = None
    modified: str | None = None
    body: str | None = None
    description: str | None = None
    is_free: bool | None = None
    section: str | None = None
    keywords: tuple[str, ...] = ()
    image: str | None = None
    language: str | None = None
    url: str | None = None
    paywall_classes: tuple[str, ...] = ()
    """``hasPart.cssSelector`` of parts that are not free."""


@dataclass(frozen=True, slots=True)
class Graph:
    """The nodes found, in document order."""

    articles: tuple[ArticleNode, ...] = ()
    pages: tuple[ArticleNode, ...] = ()
    types: frozenset[str] = field(default_factory=frozenset)
    publisher: str | None = None
    breadcrumbs: tuple[str, ...] = ()
    """The way from the front page to this one, the names as stated."""

"""What of an article only its metadata states: which JSON-LD node is its own, the site's names,
the language, the image, the tags and the addresses.

Each is a list of candidates, the best first.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from scraper.errors import AddressError
from scraper.extraction.cleaning import fold_text, words_of
from scraper.extraction.document import Document
from scraper.extraction.language import read_language_code
from scraper.extraction.metadata.nodes import ArticleNode
from scraper.extraction.metadata.reading import Metadata
from scraper.model.types import Candidate
from scraper.urls import choose_canonical, domain_of, join_address, site_of

MAX_TAGS = 30
MAX_SITE_NAME = 80


def choose_node(metadata: Metadata, document: Document, url: str | None) -> ArticleNode | None:
    """The JSON-LD article node that is this page's: by address, else by its headline, else the
    first. Pages list other articles' nodes beside their own."""
    nodes = metadata.linked.articles
    if len(nodes) <= 1:
        return nodes[0] if nodes else None
    if url:
        own = url.split("#")[0].split("?")[0].rstrip("/")
        for node in nodes:
            if (
                node.url
                and node.url.split("#")[0].split("?")[0].rstrip("/") == own
                and (node.headline or node.authors)
            ):
                return node
    wanted = set(words_of(fold_text(f"{metadata.first('og:title') or ''} {document.page_title}")))

    def overlap(node: ArticleNode) -> float:
        words = set(words_of(fold_text(node.headline or node.name or "")))
        return len(words & wanted) / len(words) if words else 0.0

    return max(nodes, key=overlap)


def declared_url(document: Document, metadata: Metadata, url: str | None) -> str | None:
    for reference in (metadata.canonical, metadata.first("og:url")):
        if not reference:
            continue
        try:
            return join_address(url or document.base or "", reference)
        except AddressError:
            continue
    return None


def site_names(metadata: Metadata, node: ArticleNode | None, url: str | None) -> list[Candidate]:
    """The site's names, the best for ``site_name`` first; the host's comes last."""
    names: list[Candidate] = []
    for value, source, confidence in (
        (metadata.first("og:site_name"), "meta:og:site_name", 0.95),
        (node.publisher if node else None, "json-ld:publisher", 0.9),
        (metadata.linked.publisher, "json-ld:WebSite", 0.85),
        (
            metadata.first("application-name", "apple-mobile-web-app-title"),
            "meta:application-name",
            0.7,
        ),
        (metadata.first("publisher", "dc.publisher", "copyright"), "meta:publisher", 0.6),
    ):
        if value and len(value) <= MAX_SITE_NAME:
            names.append(Candidate(value, source, confidence))
    try:
        host = (urlsplit(url or "").hostname or "").removeprefix("www.")
        sites = dict.fromkeys((site_of(url), domain_of(url)) if url else ())
    except ValueError:
        host, sites = "", {}
    if host:
        names.append(Candidate(host, "host", 0.5))
    for site in sites:
        if "." in site:
            names.append(Candidate(site, "host", 0.4))
            names.append(Candidate(site.split(".")[0], "host", 0.3))
    return names


def stated_languages(
    document: Document, metadata: Metadata, node: ArticleNode | None, content_language: str | None
) -> list[Candidate]:
    """What the page states, the most trustworthy first."""
    root = document.attributes[0] if document.attributes else {}
    og_locale = metadata.first("og:locale")
    labels = (
        (root.get("lang") or root.get("xml:lang"), "html:lang", 0.95),
        (node.language if node else None, "json-ld:inLanguage", 0.93),
        (metadata.first("content-language", "language", "dc.language"), "meta:language", 0.9),
        (content_language, "http:content-language", 0.85),
        (og_locale, "meta:og:locale", 0.8),
    )
    stated = []
    for label, source, confidence in labels:
        code = read_language_code((label or "").split(",")[0])
        if code:
            stated.append(Candidate(code, source, confidence))
    return stated


def stated_images(
    metadata: Metadata, node: ArticleNode | None, base: str | None
) -> list[Candidate]:
    images: list[Candidate] = []
    for value, source, confidence in (
        (metadata.first("og:image", "og:image:url", "og:image:secure_url"), "meta:og:image", 0.9),
        (node.image if node else None, "json-ld:image", 0.85),
        (metadata.first("twitter:image", "twitter:image:src"), "meta:twitter:image", 0.8),
    ):
        if not value or value.startswith("data:"):
            continue
        try:
            address = join_address(base or "", value)
        except AddressError:
            continue
        images.append(Candidate(address, source, confidence))
    return images


def stated_tags(metadata: Metadata, node: ArticleNode | None) -> tuple[str, ...]:
    values: list[str] = list(metadata.tags.get("article:tag", ()))
    if not values and node is not None:
        values = list(node.keywords)
    if not values:
        keywords = metadata.first("news_keywords", "keywords") or ""
        values = [word.strip() for word in keywords.split(",")]
    elif len(values) == 1 and "," in values[0]:
        values = [word.strip() for word in values[0].split(",")]
    return tuple(dict.fromkeys(value for value in values if value))[:MAX_TAGS]


def canonical_addresses(url: str | None, declared: str | None) -> list[Candidate]:
    """The canonical address, then the one of the two that did not become it."""
    final = url or declared
    if final is None:
        return []
    try:
        chosen, own = choose_canonical(final, declared), choose_canonical(final, None)
        agrees = declared is not None and choose_canonical(declared, None) == own
    except (AddressError, ValueError):
        return []
    if declared is None or agrees:
        return [Candidate(own, "address+declared" if agrees else "address", 0.95)]
    if chosen != own:
        return [Candidate(chosen, "declared", 0.95), Candidate(own, "address", 0.5)]
    return [Candidate(own, "address", 0.95), Candidate(declared, "declared", 0.05)]

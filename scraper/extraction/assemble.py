"""The order in which the fields are found, and the ``Article`` made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from scraper.extraction.body import Body, Hints, Layout, extract_body, lay_out
from scraper.extraction.body.stated import stated_body
from scraper.extraction.candidates import AND, choose_first, provenance_of
from scraper.extraction.cleaning import clean_text, fold_text, words_of
from scraper.extraction.credits import Credits, extract_credits
from scraper.extraction.document import Document
from scraper.extraction.language import choose_language, stated_languages
from scraper.extraction.metadata import ArticleNode, Metadata, read_metadata
from scraper.extraction.paging import Paging, find_paging
from scraper.extraction.ruled import (
    rule_credits,
    rule_layout,
    rule_times,
    rule_title,
    sign_article,
)
from scraper.extraction.times import Setting, Times, extract_times
from scraper.extraction.times.places import assume_zone
from scraper.extraction.title import Title, extract_title
from scraper.extraction.verdict import Page, judge_page, read_calls
from scraper.model.errors import AddressError
from scraper.model.types import Article, Candidate, Provenance
from scraper.pages.directives import find_directives, names_of
from scraper.rules import SiteRule
from scraper.urls import choose_canonical, domain_of, join_address, site_of

MAX_TAGS = 30


@dataclass(frozen=True, slots=True)
class _Fields:
    """Everything found, before it is put together."""

    document: Document
    metadata: Metadata
    node: ArticleNode | None
    title: Title
    body: Body
    credits: Credits
    times: Times
    languages: list[Candidate]
    language: Candidate | None
    site: list[Candidate]
    zone_reason: str
    paging: Paging


def assemble_article(
    document: Document,
    url: str | None,
    headers: Sequence[tuple[str, str]],
    now: datetime,
    version: str,
    rule: SiteRule | None = None,
) -> Article:
    """Find the fields in the order in which they need each other."""
    metadata = read_metadata(document)
    layout = text_layout = lay_out(document)
    if rule is not None:
        layout, text_layout = rule_layout(document, layout)
    declared = _declared_url(document, metadata, url)
    if rule is not None:
        url, declared = (rule.plain_address(each) if each else None for each in (url, declared))
    address = url or declared
    node = choose_node(metadata, document, address)
    site = _site_names(metadata, node, address)
    names = [candidate.value for candidate in site]
    title = extract_title(document, metadata, node, names, layout.start)
    title = rule_title(document, rule, title) if rule is not None else title
    body = extract_body(document, text_layout, _hints(metadata, node, title, names), address)
    body = stated_body(node, body) or body
    content_language = last_header(headers, "content-language")
    languages = stated_languages(document, metadata, node, content_language)
    language = choose_language(languages, body.text or title.value or "")
    code = language.value if language else None
    root = document.attributes[0].get("lang") if document.attributes else None
    zone, reason = assume_zone(address, code, (root, metadata.first("og:locale")))
    setting = Setting(address, code, now, zone, reason)
    span = (title.start, title.end)
    times = extract_times(document, metadata, node, layout, span, body.last, setting)
    body_span = (body.first, body.last)
    credits = extract_credits(document, metadata, node, layout, span, body_span, code, names)
    if rule is not None:
        times = rule_times(document, rule, times, setting)
        credits = rule_credits(document, rule, credits, code, next(iter(names), None))
    # Where a rule knows the single-page address, this is that page.
    whole = rule is not None and bool(rule.single_page)
    paging = Paging() if whole else find_paging(document, address, body.last or None)
    found = (title, body, credits, times, languages, language, site, reason, paging)
    fields = _Fields(document, metadata, node, *found)
    article = _put_together(fields, layout, url, declared, version)
    article = _with_directives(article, find_directives(metadata.tags, headers))
    return sign_article(document, rule, article) if rule is not None else article


def last_header(headers: Sequence[tuple[str, str]], name: str) -> str | None:
    """The last header of this name (given in lower case)."""
    return next((value for key, value in reversed(headers) if key.lower() == name), None)


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


def _declared_url(document: Document, metadata: Metadata, url: str | None) -> str | None:
    for reference in (metadata.canonical, metadata.first("og:url")):
        if not reference:
            continue
        try:
            return join_address(url or document.base or "", reference)
        except AddressError:
            continue
    return None


def _site_names(metadata: Metadata, node: ArticleNode | None, url: str | None) -> list[Candidate]:
    """The site's names, the best for ``site_name`` first; the host's comes last."""
    found: list[Candidate] = []
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
        if value and len(value) <= 80:
            found.append(Candidate(value, source, confidence))
    try:
        host = (urlsplit(url or "").hostname or "").removeprefix("www.")
        sites = dict.fromkeys((site_of(url), domain_of(url)) if url else ())
    except ValueError:
        host, sites = "", {}
    if host:
        found.append(Candidate(host, "host", 0.5))
    for site in sites:
        if "." in site:
            found.append(Candidate(site, "host", 0.4))
            found.append(Candidate(site.split(".")[0], "host", 0.3))
    return found


def _hints(
    metadata: Metadata, node: ArticleNode | None, title: Title, names: Sequence[str]
) -> Hints:
    descriptions = (
        metadata.first("description"),
        metadata.first("og:description"),
        node.description if node else None,
    )
    authors = [party.name for party in node.authors] if node else []
    authors += [value for name in ("author", "parsely-author") if (value := metadata.first(name))]
    sites = {fold_text(name) for name in names}
    return Hints(
        title=fold_text(title.value or ""),
        titles=title.folded,
        descriptions=tuple(dict.fromkeys(fold_text(text) for text in descriptions if text)),
        title_end=title.end,
        names=frozenset(fold_text(name) for name in (*names, *authors)),
        authors=frozenset(fold_text(name) for name in authors) - sites,
    )


def _put_together(
    fields: _Fields, layout: Layout, url: str | None, declared: str | None, version: str
) -> Article:
    metadata, node, times = fields.metadata, fields.node, fields.times
    known = fields.title.folded | {fold_text(candidate.value) for candidate in fields.site}
    stated = {
        "image_url": _images(metadata, node, url or declared),
        "section": _sections(metadata, node, known),
        "canonical_url": _canonicals(url, declared),
    }
    ruling = judge_page(
        Page(fields.document, metadata, node, layout, fields.title, fields.body, times, url)
    )
    return Article(
        title=fields.title.value,
        byline=fields.credits.byline,
        authors=fields.credits.authors,
        published_at=times.published,
        published_precision=times.precision,
        published_zone=times.zone,
        published_relative=times.relative,
        published_raw=times.raw,
        modified_at=times.modified,
        body=fields.body.text,
        blocks=fields.body.with_captions,
        language=fields.language.value if fields.language else None,
        site_name=_first(fields.site),
        image_url=_first(stated["image_url"]),
        section=_first(stated["section"]),
        tags=_tags(metadata, node),
        page_title=clean_text(fields.document.page_title) or None,
        canonical_url=_first(stated["canonical_url"]),
        declared_url=declared,
        next_url=fields.paging.next_url,
        whole_url=fields.paging.whole_url,
        calls=read_calls(fields.body, layout),
        verdict=ruling.verdict,
        evidence=ruling.evidence,
        provenance=_provenance(fields, stated),
        extractor_version=version,
    )


def _with_directives(article: Article, found: Sequence[Candidate]) -> Article:
    if not found:
        return article
    sources = AND.join(dict.fromkeys(candidate.source for candidate in found))
    record = {"directives": provenance_of(sources, 1.0)}
    names = names_of(found)
    return replace(article, directives=names, provenance={**article.provenance, **record})


def _first(candidates: Sequence[Candidate]) -> str | None:
    return candidates[0].value if candidates else None


def _images(metadata: Metadata, node: ArticleNode | None, base: str | None) -> list[Candidate]:
    found: list[Candidate] = []
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
        found.append(Candidate(address, source, confidence))
    return found


_NO_SECTIONS = frozenset(
    "uncategorized uncategorised home startseite accueil inicio beranda".split()
)


def _sections(
    metadata: Metadata, node: ArticleNode | None, known: frozenset[str]
) -> list[Candidate]:
    """The sections stated. ``known``: folded names of the site and the headlines, which
    breadcrumbs hold too."""
    trail = [
        name
        for name in metadata.linked.breadcrumbs
        if not name.startswith(("http://", "https://")) and fold_text(name) not in known
    ]
    stated = (
        (metadata.first("article:section", "section"), "meta:article:section", 0.8),
        (node.section if node else None, "json-ld:articleSection", 0.75),
        (metadata.first("parsely-section"), "meta:parsely-section", 0.75),
        (trail[-1] if trail else None, "json-ld:BreadcrumbList", 0.6),
    )
    return [
        Candidate(value, source, confidence)
        for value, source, confidence in stated
        if value and fold_text(value) not in _NO_SECTIONS
    ]


def _tags(metadata: Metadata, node: ArticleNode | None) -> tuple[str, ...]:
    values: list[str] = list(metadata.tags.get("article:tag", ()))
    if not values and node is not None:
        values = list(node.keywords)
    if not values:
        keywords = metadata.first("news_keywords", "keywords") or ""
        values = [word.strip() for word in keywords.split(",")]
    elif len(values) == 1 and "," in values[0]:
        values = [word.strip() for word in values[0].split(",")]
    return tuple(dict.fromkeys(value for value in values if value))[:MAX_TAGS]


def _canonicals(url: str | None, declared: str | None) -> list[Candidate]:
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


def _provenance(
    fields: _Fields, stated: Mapping[str, Sequence[Candidate]]
) -> dict[str, Provenance]:
    """By field, what was chosen, from where, and what lost."""
    title, credits, times, body = fields.title, fields.credits, fields.times, fields.body
    found: dict[str, Provenance] = {}
    if title.value:
        found["title"] = provenance_of(title.source, title.confidence, title.candidates)
    if credits.authors or credits.byline:
        record = provenance_of(credits.source, credits.confidence, credits.candidates)
        found["byline"] = found["authors"] = record
    if times.published:
        source = times.source
        if times.zone == "assumed":
            source = f"{source} (zone assumed: {fields.zone_reason})"
        found["published_at"] = provenance_of(source, times.confidence, times.candidates)
    if times.modified:
        best = max((c.confidence for c in times.modified_candidates), default=0.0)
        found["modified_at"] = provenance_of(times.modified_source, best, times.modified_candidates)
    if body.blocks:
        found["body"] = provenance_of(body.source, body.confidence)
    if fields.language:
        chosen = fields.language
        found["language"] = provenance_of(chosen.source, chosen.confidence, fields.languages)
    if fields.site:
        best_site = fields.site[0]
        found["site_name"] = provenance_of(best_site.source, best_site.confidence, fields.site)
    records = {name: choose_first(candidates) for name, candidates in stated.items()}
    return found | {name: record for name, record in records.items() if record is not None}

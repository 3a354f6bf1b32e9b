"""The order in which the fields are found, and the ``Article`` made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from scraper.directives import find_directives, names_of
from scraper.extraction.body import Body, Hints, extract_body, lay_out
from scraper.extraction.body.stated import stated_body
from scraper.extraction.candidates import AND, choose_first, provenance_of
from scraper.extraction.cleaning import clean_text, fold_text
from scraper.extraction.context import PageContext
from scraper.extraction.credits import Credits, extract_credits
from scraper.extraction.document import Document
from scraper.extraction.language import choose_language
from scraper.extraction.metadata import read_metadata
from scraper.extraction.metadata.fields import (
    canonical_addresses,
    choose_node,
    declared_url,
    site_names,
    stated_images,
    stated_languages,
    stated_tags,
)
from scraper.extraction.metadata.sections import stated_sections
from scraper.extraction.paging import Paging, find_paging
from scraper.extraction.ruled import (
    rule_credits,
    rule_layout,
    rule_times,
    rule_title,
    sign_article,
)
from scraper.extraction.times import Setting, Times, extract_times
from scraper.extraction.times.assumed_zone import assume_zone
from scraper.extraction.title import Title, extract_title
from scraper.extraction.verdict import judge_page, read_calls
from scraper.model.types import Article, Candidate, Provenance
from scraper.rules import SiteRule


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fields:
    """What was chosen for each field, before it is put together."""

    title: Title
    body: Body
    credits: Credits
    times: Times
    languages: list[Candidate]
    language: Candidate | None
    sites: list[Candidate]
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
    declared = declared_url(document, metadata, url)
    if rule is not None:
        layout, text_layout = rule_layout(document, layout)
        url = rule.plain_address(url) if url else None
        declared = rule.plain_address(declared) if declared else None
    address = url or declared
    node = choose_node(metadata, document, address)
    sites = site_names(metadata, node, address)
    page = PageContext(
        document=document,
        metadata=metadata,
        node=node,
        layout=layout,
        url=url,
        declared_url=declared,
        site_names=tuple(candidate.value for candidate in sites),
    )
    title = extract_title(page)
    title = rule_title(document, rule, title) if rule is not None else title
    body = extract_body(document, text_layout, _hints(page, title), address)
    body = stated_body(node, body) or body
    languages = stated_languages(document, metadata, node, last_header(headers, "content-language"))
    language = choose_language(languages, body.text or title.value or "")
    code = language.value if language else None
    zone, reason = assume_zone(address, code, (page.root_language, metadata.first("og:locale")))
    setting = Setting(address, code, now, zone, reason)
    title_span = (title.start, title.end)
    times = extract_times(page, title_span, body.last, setting)
    credits = extract_credits(page, title_span, (body.first, body.last), code)
    if rule is not None:
        times = rule_times(document, rule, times, setting)
        credits = rule_credits(document, rule, credits, code, next(iter(page.site_names), None))
    # Where a rule knows the single-page address, this is that page.
    whole = rule is not None and bool(rule.single_page)
    fields = _Fields(
        title=title,
        body=body,
        credits=credits,
        times=times,
        languages=languages,
        language=language,
        sites=sites,
        zone_reason=reason,
        paging=Paging() if whole else find_paging(document, address, body.last or None),
    )
    article = _put_together(page, fields, version)
    article = _with_directives(article, find_directives(metadata.tags, headers))
    return sign_article(document, rule, article) if rule is not None else article


def last_header(headers: Sequence[tuple[str, str]], name: str) -> str | None:
    """The last header of this name (given in lower case)."""
    return next((value for key, value in reversed(headers) if key.lower() == name), None)


def _hints(page: PageContext, title: Title) -> Hints:
    metadata, node = page.metadata, page.node
    descriptions = (
        metadata.first("description"),
        metadata.first("og:description"),
        node.description if node else None,
    )
    authors = [party.name for party in node.authors] if node else []
    authors += [value for name in ("author", "parsely-author") if (value := metadata.first(name))]
    sites = {fold_text(name) for name in page.site_names}
    return Hints(
        title=fold_text(title.value or ""),
        titles=title.folded,
        descriptions=tuple(dict.fromkeys(fold_text(text) for text in descriptions if text)),
        title_end=title.end,
        names=frozenset(fold_text(name) for name in (*page.site_names, *authors)),
        authors=frozenset(fold_text(name) for name in authors) - sites,
    )


def _put_together(page: PageContext, fields: _Fields, version: str) -> Article:
    metadata, node, times = page.metadata, page.node, fields.times
    known = fields.title.folded | {fold_text(name) for name in page.site_names}
    near = fields.title.start if fields.title.start >= 0 else fields.body.first
    stated = {
        "image_url": stated_images(metadata, node, page.address),
        "section": stated_sections(metadata, node, page.document, near, known),
        "canonical_url": canonical_addresses(page.url, page.declared_url),
    }
    judgement = judge_page(page, fields.title, fields.body, times)
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
        site_name=_first(fields.sites),
        image_url=_first(stated["image_url"]),
        section=_first(stated["section"]),
        tags=stated_tags(metadata, node),
        page_title=clean_text(page.document.page_title) or None,
        canonical_url=_first(stated["canonical_url"]),
        declared_url=page.declared_url,
        next_url=fields.paging.next_url,
        whole_url=fields.paging.whole_url,
        calls=read_calls(fields.body, page.layout),
        verdict=judgement.verdict,
        evidence=judgement.evidence,
        provenance=_provenance(fields, stated),
        extractor_version=version,
    )


def _with_directives(article: Article, directives: Sequence[Candidate]) -> Article:
    if not directives:
        return article
    sources = AND.join(dict.fromkeys(candidate.source for candidate in directives))
    record = {"directives": provenance_of(sources, 1.0)}
    names = names_of(directives)
    return replace(article, directives=names, provenance={**article.provenance, **record})


def _first(candidates: Sequence[Candidate]) -> str | None:
    return candidates[0].value if candidates else None


def _provenance(
    fields: _Fields, stated: Mapping[str, Sequence[Candidate]]
) -> dict[str, Provenance]:
    """By field, what was chosen, from where, and what lost."""
    title, credits, times, body = fields.title, fields.credits, fields.times, fields.body
    chosen: dict[str, Provenance] = {}
    if title.value:
        chosen["title"] = provenance_of(title.source, title.confidence, title.candidates)
    if credits.authors or credits.byline:
        record = provenance_of(credits.source, credits.confidence, credits.candidates)
        chosen["byline"] = chosen["authors"] = record
    if times.published:
        source = times.source
        if times.zone == "assumed":
            source = f"{source} (zone assumed: {fields.zone_reason})"
        chosen["published_at"] = provenance_of(source, times.confidence, times.candidates)
    if times.modified:
        best = max((c.confidence for c in times.modified_candidates), default=0.0)
        chosen["modified_at"] = provenance_of(
            times.modified_source, best, times.modified_candidates
        )
    if body.blocks:
        chosen["body"] = provenance_of(body.source, body.confidence)
    if fields.language:
        language = fields.language
        chosen["language"] = provenance_of(language.source, language.confidence, fields.languages)
    if fields.sites:
        best_site = fields.sites[0]
        chosen["site_name"] = provenance_of(best_site.source, best_site.confidence, fields.sites)
    records = {name: choose_first(candidates) for name, candidates in stated.items()}
    return chosen | {name: record for name, record in records.items() if record is not None}

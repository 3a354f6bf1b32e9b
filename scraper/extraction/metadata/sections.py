"""The section of an article: as its metadata states it, as its markup marks it, or as breadcrumbs
lead to it."""

from __future__ import annotations

from collections.abc import Iterator

from scraper.extraction.cleaning import fold_text
from scraper.extraction.document import Document
from scraper.extraction.metadata.nodes import ArticleNode
from scraper.extraction.metadata.reading import Metadata
from scraper.model.types import Candidate

MAX_SECTIONS = 5
MAX_NAME = 60
"""Characters: a longer one is a sentence that was marked by mistake."""
MAX_LABEL = 12
"""Characters beside the links of a list of sections: "Posted in"."""
MAX_CATEGORIES = 200
"""Links marked as categories that are looked at: a page with more lists other articles."""

_HEADLINES = ("h1", "h2", "h3", "h4")

# What systems call the section of what was put in none, WordPress in all its languages first.
_NO_SECTIONS = frozenset(
    map(
        fold_text,
        "uncategorized|uncategorised|non classé|sin categoría|sem categoria|"
        "senza categoria|geen categorie|bez kategorii|nezařazené|nezaradené|okategoriserade|"
        "ukategorisert|ikke-kategoriseret|luokittelematon|без рубрики|без категорії|"
        "tak berkategori|chưa được phân loại|未分類|未分类|미분류|"
        "home|start|startseite|accueil|inicio|beranda".split("|"),
    )
)


def stated_sections(
    metadata: Metadata,
    node: ArticleNode | None,
    document: Document,
    near: int,
    known: frozenset[str],
) -> list[Candidate]:
    """The sections found, the best first.

    ``near``: a node of this article's in the page, its headline as a rule; -1 where there is none.
    ``known``: folded names of the site and the headlines, which breadcrumbs hold too.
    """
    trail = [
        name
        for name in metadata.linked.breadcrumbs
        if not name.startswith(("http://", "https://")) and fold_text(name) not in known
    ]
    stated = (
        (metadata.first("article:section", "section"), "meta:article:section", 0.8),
        (node.section if node else None, "json-ld:articleSection", 0.75),
        (metadata.first("parsely-section"), "meta:parsely-section", 0.75),
        (metadata.first("articlesection"), "itemprop:articleSection", 0.75),
        *((name, "itemprop:articleSection", 0.75) for name in _in_markup(document, near)),
        (trail[-1] if trail else None, "json-ld:BreadcrumbList", 0.6),
        *((name, "rel=category", 0.55) for name in _categories(document, near)),
    )
    found = {
        (value, source): Candidate(value, source, confidence)
        for value, source, confidence in stated
        if value and fold_text(value) not in _NO_SECTIONS
    }
    return [*found.values()]


def _in_markup(document: Document, near: int) -> Iterator[str]:
    """Microdata: ``itemprop=articleSection``; where that is a list of links, each is a section."""
    marked = [
        at
        for at in document.hinted
        if "articlesection" in document.attribute(at, "itemprop").lower().split()
    ]
    for at in _of_the_article(document, marked, near):
        whole = document.attribute(at, "content") or document.text_of(at)
        linked = [document.text_of(link) for link in document.within(at, "a")[:MAX_SECTIONS]]
        if not linked:
            yield _name(whole)
        elif len(whole) - sum(map(len, linked)) <= MAX_LABEL:
            yield from map(_name, linked)


def _categories(document: Document, near: int) -> Iterator[str]:
    """Links marked ``rel="category tag"``, as WordPress writes them, but no mere tags."""
    marked = [
        at
        for at in document.by_tag["a"]
        if "category" in document.attribute(at, "rel").lower().split()
    ]
    return (_name(document.text_of(at)) for at in _of_the_article(document, marked, near))


def _name(text: str) -> str:
    """Without marks around it; empty for what is no name."""
    name = text.strip(" ›»>/|•·,:;–—-#")
    return name if len(name) <= MAX_NAME else ""


def _of_the_article(document: Document, marked: list[int], near: int) -> list[int]:
    """Those in the smallest element that holds the headline and any of them, but for those that
    stand with another headline: further out and there they are another article's."""
    if not marked or len(marked) > MAX_CATEGORIES or near < 0:
        return []
    for around in document.ancestors(near):
        inside = [
            at
            for at in marked
            if document.contains(around, at) and not _has_other_headline(document, at, around)
        ]
        if inside:
            return inside[:MAX_SECTIONS]
    return []


def _has_other_headline(document: Document, link: int, around: int) -> bool:
    """Whether what holds the link, within ``around``, has a headline that leads elsewhere."""
    for at in document.ancestors(link):
        if at == around:
            return False
        if any(
            document.links[it] or document.within(it, "a")
            for it in document.within(at, *_HEADLINES)
        ):
            return True
    return False

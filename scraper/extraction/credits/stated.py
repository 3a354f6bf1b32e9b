"""Credits that the page states for machines: JSON-LD, microdata, meta tags."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from scraper.extraction.byline.names import is_plain_name
from scraper.extraction.byline.words import ONE_NAME_LANGUAGES
from scraper.extraction.metadata import ArticleNode, Metadata

Stated = tuple[str | None, str, str]
"""The credit, its source, its family."""

_TAGS = (
    ("parsely-author", "parsely"), ("sailthru.author", "sailthru"), ("byl", "meta:byl"),
    ("cxenseparse:author", "cxense"), ("author", "meta:author"),
    ("article:author", "meta:article:author"), ("og:article:author", "meta:og:article:author"),
    ("dc.creator", "meta:dc.creator"), ("dcterms.creator", "meta:dcterms.creator"),
    ("citation_author", "meta:citation_author"),
    ("article:author_name", "meta:article:author_name"), ("og:author", "meta:og:author"),
    ("mrf:authors", "marfeel"), ("authors", "meta:authors"), ("byline", "meta:byline"),
    ("author_name", "meta:author_name"), ("dable:author", "meta:dable:author"),
)  # fmt: skip
_WRITTEN_BY = re.compile(
    r"writ|author|verfass|geschrieben|écrit|escrito|von|oleh|ditulis|scritto|skrev|autor|napsal|"
    r"автор|yazar|作者",
    re.IGNORECASE,
)
_SURNAME_FIRST = frozenset(("citation_author", "dc.creator", "dcterms.creator"))
_SURNAME = re.compile(r"^([^\W\d_][\w'’-]+),\s+([^,;]{2,30})$")
"""``Lee, Ann``, as libraries write names."""
_SLUG = re.compile(r"[a-z]{2,}(?:-[a-z]+){1,3}")
"""``ann-lee``: the last part of an address. What readers see of the author comes first."""
_MAX_VALUES = 8
MAX_PARSELY = 4_000
"""Characters of a field in JSON that are read."""


def find_stated(
    metadata: Metadata, node: ArticleNode | None, language: str | None
) -> Iterator[Stated]:
    if node is not None and node.authors:
        yield from _of_node(node, language)
    for item in metadata.micro.articles[:1]:
        names = list(dict.fromkeys(party.name for party in item.authors))
        yield ", ".join(names), "microdata:author", "class"
    for name, source in _TAGS:
        values = metadata.tags.get(name)
        if values:
            yield _of_tag(name, values, source, language)
    for value in metadata.tags.get("parsely-page", ())[:1]:
        yield ", ".join(_of_parsely(value)), "parsely", "meta"
    for number in ("1", "2"):
        if _WRITTEN_BY.search(metadata.first(f"twitter:label{number}") or ""):
            yield metadata.first(f"twitter:data{number}"), "meta:twitter:data", "meta"


def _of_node(node: ArticleNode, language: str | None) -> Iterator[Stated]:
    persons = [party for party in node.authors if party.kind != "organization"]
    if not persons:
        alone = len(node.authors) == 1
        source = "json-ld:organization" if alone else "json-ld:author"
        yield ", ".join(party.name for party in node.authors), source, "json-ld"
        return
    names = [_of_person(party.name, language) for party in persons]
    slugs = [name for name in names if _SLUG.fullmatch(name)]
    if len(slugs) < len(names):
        yield ", ".join(name for name in names if name not in slugs), "json-ld:author", "json-ld"
    if slugs:
        yield _spelt(slugs), "json-ld:slug", "slug"


def _of_tag(name: str, values: Sequence[str], source: str, language: str | None) -> Stated:
    stated = [v for v in values if not v.startswith(("http", "//", "@"))]
    if name in _SURNAME_FIRST:
        stated = [_SURNAME.sub(r"\2 \1", value) for value in stated]
    elif name == "author" and len(stated) == 1:
        stated = [_of_person(stated[0], language)]
    stated = list(dict.fromkeys(stated[:_MAX_VALUES]))
    if stated and all(map(_SLUG.fullmatch, stated)):
        return _spelt(stated), "meta:slug", "slug"
    return ", ".join(stated), source, "meta"


def _of_parsely(value: str) -> list[str]:
    """The authors in an old form of Parse.ly's field: ``{"title": …, "authors": ["Ann Lee"]}``."""
    try:
        page = json.loads(value[:MAX_PARSELY])
    except (ValueError, RecursionError):
        return []
    authors = page.get("authors") or page.get("author") if isinstance(page, dict) else None
    listed = authors if isinstance(authors, list) else [authors]
    return [name for name in listed[:_MAX_VALUES] if isinstance(name, str)]


def _of_person(name: str, language: str | None) -> str:
    """``Lee, Ann`` in the order in which it is spoken. Where people have one name, it is two."""
    root = (language or "").lower().partition("-")[0]
    if "," not in name or root in ONE_NAME_LANGUAGES:
        return name
    spoken = _SURNAME.sub(r"\2 \1", name)
    return spoken if is_plain_name(spoken) else name


def _spelt(slugs: Sequence[str]) -> str:
    return ", ".join(slug.replace("-", " ").title() for slug in slugs[:_MAX_VALUES])

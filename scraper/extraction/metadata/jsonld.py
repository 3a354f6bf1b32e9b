"""JSON-LD as publishers write it: several blocks, graphs, broken syntax, strings for objects."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from typing import Any

from scraper.extraction.cleaning import clean_markup, clean_surrogates, clean_text
from scraper.extraction.metadata.nodes import ARTICLE_TYPES, PAGE_TYPES, ArticleNode, Graph, Party

MAX_NODES = 2_000
MAX_AUTHORS = 40
MAX_BODY = 400_000
MAX_TRAIL = 12

_WRAPPING = re.compile(
    r"^\s*(?:(?:/\*|//)?\s*(?:<!\[CDATA\[|<!--)\s*(?:\*/|//)?)+|(?:(?:/\*|//)?\s*(?:\]\]>|-->)\s*(?:\*/)?)+\s*;?\s*$"
)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_BAD_ESCAPE = re.compile(r'\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})')
# Where another node hangs; a node below any other key (``hasPart``, ``itemListElement``,
# ``mentions``, …) is about something else than this page.
_NESTING = ("@graph", "mainEntity", "mainEntityOfPage", "item", "article", "blogPost")


def read_jsonld(scripts: Sequence[str]) -> Graph:
    """All article and page nodes of the page's JSON-LD blocks; what cannot be read is skipped."""
    articles: list[ArticleNode] = []
    pages: list[ArticleNode] = []
    types: set[str] = set()
    publisher: str | None = None
    trail: tuple[str, ...] = ()
    nodes = [node for script in scripts for node in _nodes_of(_parse_tolerantly(script))]
    named = _by_id(nodes)
    for node in nodes:
        kinds = _types_of(node)
        types |= kinds
        if kinds & ARTICLE_TYPES:
            articles.append(_read_node(node, kinds & ARTICLE_TYPES, named))
        elif kinds & PAGE_TYPES:
            pages.append(_read_node(node, kinds & PAGE_TYPES, named))
        elif kinds & {"newsmediaorganization", "website"} and publisher is None:
            publisher = _text(node.get("name"))
        elif "breadcrumblist" in kinds and not trail:
            trail = tuple(_trail(node.get("itemListElement")))
    return Graph(tuple(articles), tuple(pages), frozenset(types), publisher, trail)


def _parse_tolerantly(script: str) -> Any:
    """The JSON value, repaired where need be; ``None`` where it is past repair."""
    text = script
    for repair in (None, _strip_wrapping, _repair_syntax):
        if repair is not None:
            text = repair(text)
        try:
            return json.loads(text, strict=False)
        except (ValueError, RecursionError):  # ValueError also for an int of 5,000 digits
            continue
    return _parse_first_value(text)


def _strip_wrapping(text: str) -> str:
    return _WRAPPING.sub("", text.strip()).strip().rstrip(";")


def _repair_syntax(text: str) -> str:
    text = _BAD_ESCAPE.sub(r"\\\\", _TRAILING_COMMA.sub(r"\1", text))
    if '"' not in text and "&quot;" in text:
        text = unescape(text)
    return text


def _parse_first_value(text: str) -> Any:
    """What stands before the garbage (two objects in one block, a stray brace)."""
    values: list[Any] = []
    decoder = json.JSONDecoder(strict=False)
    at = 0
    while at < len(text) and len(values) < 20:
        while at < len(text) and text[at] not in "[{":
            at += 1
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        values.append(value)
    return values or None


def _nodes_of(value: Any) -> Iterator[dict[str, Any]]:
    """Every node that may speak of the page, outermost first, in document order."""
    stack = [(value, 0)]
    seen = 0
    while stack and seen < MAX_NODES:
        current, depth = stack.pop()
        seen += 1
        if isinstance(current, list):
            stack.extend((item, depth) for item in reversed(current[:MAX_NODES]))
        elif isinstance(current, dict):
            yield current
            if depth < 6:
                stack.extend(
                    (current[key], depth + 1)
                    for key in reversed(_NESTING)
                    if isinstance(current.get(key), dict | list)
                )


_Named = Mapping[str, dict[str, Any]]


def _by_id(nodes: Sequence[dict[str, Any]]) -> _Named:
    """The nodes that others refer to by ``{"@id": …}``, as Yoast's graphs do."""
    named: dict[str, dict[str, Any]] = {}
    for node in nodes:
        ident = node.get("@id")
        if isinstance(ident, str) and len(node) > 2:
            named.setdefault(ident, node)
    return named


def _resolve(value: Any, named: _Named) -> Any:
    """A reference replaced by what it refers to; in a list, each of them."""
    if isinstance(value, list):
        return [_resolve_one(item, named) for item in value[:MAX_AUTHORS]]
    return _resolve_one(value, named)


def _resolve_one(value: Any, named: _Named) -> Any:
    if isinstance(value, dict) and "name" not in value and isinstance(value.get("@id"), str):
        return named.get(value["@id"], value)
    return value


def _types_of(node: dict[str, Any]) -> set[str]:
    stated = node.get("@type")
    values = stated if isinstance(stated, list) else [stated]
    return {
        value.rsplit("/", 1)[-1].rsplit(":", 1)[-1].lower()
        for value in values[:20]
        if isinstance(value, str)
    }


def _clean_body(body: str) -> str:
    """Line breaks stay: they are its paragraphs."""
    return clean_surrogates(body).replace("\0", "")


def _read_node(node: dict[str, Any], kinds: set[str], named: _Named) -> ArticleNode:
    authors = _resolve(node.get("author") or node.get("creator"), named)
    publishers = _resolve(node.get("publisher"), named)
    image = _resolve(node.get("image") or node.get("primaryImageOfPage"), named)
    body = node.get("articleBody") or node.get("text")
    return ArticleNode(
        kind=min(kinds),
        headline=_text(node.get("headline")),
        alternative=_text(node.get("alternativeHeadline") or node.get("alternateName")),
        name=_text(node.get("name")),
        authors=tuple(_parties(authors))[:MAX_AUTHORS],
        editors=tuple(_parties(_resolve(node.get("editor"), named)))[:MAX_AUTHORS],
        publisher=next((party.name for party in _parties(publishers)), None),
        published=_time(node.get("datePublished") or node.get("dateCreated")),
        modified=_time(node.get("dateModified")),
        body=_clean_body(body[:MAX_BODY]) if isinstance(body, str) else None,
        description=_text(node.get("description")),
        is_free=_boolean(node.get("isAccessibleForFree")),
        section=_text(node.get("articleSection")),
        keywords=tuple(_keywords(node.get("keywords"))),
        image=_url(image or node.get("thumbnailUrl")),
        language=_text(node.get("inLanguage")),
        url=_url(node.get("url") or node.get("mainEntityOfPage") or node.get("@id")),
        paywall_classes=tuple(_paywalled_parts(node.get("hasPart"))),
    )


def _text(value: Any) -> str | None:
    """A string, or the first of a list, or an object's ``name`` or ``@value``."""
    for _ in range(4):
        if isinstance(value, list):
            value = value[0] if value else None
        elif isinstance(value, dict):
            value = value.get("name") or value.get("@value")
    if isinstance(value, str):
        return clean_markup(value[:5_000]) or None
    return None


def _time(value: Any) -> str | None:
    """A time as text; seconds since 1970 may be a number."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:.0f}" if abs(value) < 1e15 else None
    return _text(value)


def _url(value: Any) -> str | None:
    for _ in range(4):
        if isinstance(value, list):
            value = value[0] if value else None
        elif isinstance(value, dict):
            value = value.get("url") or value.get("@id") or value.get("contentUrl")
    return clean_text(value[:4_000]) or None if isinstance(value, str) else None


def _parties(value: Any) -> Iterator[Party]:
    """Author, editor or publisher: a name, an object, ``{"name": ["A", "B"]}``, lists of these."""
    stack: list[tuple[Any, str]] = [(value, "")]
    seen = 0
    while stack and seen < MAX_AUTHORS * 3:
        current, kind = stack.pop()
        seen += 1
        if isinstance(current, str):
            name = clean_markup(current[:500])
            if name:
                yield Party(name, kind)
        elif isinstance(current, list):
            stack.extend((item, kind) for item in reversed(current[:MAX_AUTHORS]))
        elif isinstance(current, dict):
            kinds = _types_of(current)
            own = "person" if "person" in kinds else "organization" if kinds else ""
            name_value = current.get("name")
            if not name_value and (current.get("givenName") or current.get("familyName")):
                parts = (current.get("givenName"), current.get("familyName"))
                name_value = " ".join(part for part in parts if isinstance(part, str))
            if isinstance(name_value, str | list | dict):
                stack.append((name_value, own))


def _boolean(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        word = value.strip().lower().rsplit("/", 1)[-1]
        return {"true": True, "false": False}.get(word)
    return None


def _keywords(value: Any) -> Iterator[str]:
    items = value if isinstance(value, list) else [value]
    for item in items[:50]:
        if isinstance(item, str):
            parts = item.split(",") if not isinstance(value, list) else [item]
            for part in parts[:50]:
                if cleaned := clean_markup(part[:200]):
                    yield cleaned


def _trail(value: Any) -> Iterator[str]:
    """The names of a ``BreadcrumbList``, in its own order."""
    for entry in value[:MAX_TRAIL] if isinstance(value, list) else ():
        if isinstance(entry, dict) and (
            name := _text(entry.get("name")) or _text(entry.get("item"))
        ):
            yield name


def _paywalled_parts(value: Any) -> Iterator[str]:
    for part in value if isinstance(value, list) else [value]:
        if isinstance(part, dict) and _boolean(part.get("isAccessibleForFree")) is False:
            selector = part.get("cssSelector")
            if isinstance(selector, str):
                yield from re.findall(r"[.#]([\w-]+)", selector[:300])

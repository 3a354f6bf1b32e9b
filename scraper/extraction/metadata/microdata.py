"""Microdata: ``itemscope``/``itemprop`` of article types, and nothing of the items inside them."""

from __future__ import annotations

from scraper.extraction.document import Document
from scraper.extraction.metadata.nodes import ARTICLE_TYPES, ArticleNode, Graph, Party

_WANTED = frozenset("headline name author creator editor datepublished datemodified".split())


def read_microdata(document: Document) -> Graph:
    """The page's article items. ``author`` may itself be an item with a ``name``."""
    scopes: dict[int, dict[str, list[tuple[str, str]]]] = {}
    types: dict[int, str] = {}
    for index in document.hinted:
        attributes = document.attributes[index]
        if "itemscope" in attributes or "itemtype" in attributes:
            kind = (attributes.get("itemtype") or "").rstrip("/").rsplit("/", 1)[-1].lower()
            types[index] = kind
            if kind in ARTICLE_TYPES:
                scopes[index] = {}
        prop = (attributes.get("itemprop") or "").lower()
        if prop and scopes:
            _note_property(document, index, prop, types, scopes)
    articles = tuple(_read_item(types[scope], props) for scope, props in scopes.items())
    return Graph(articles=articles, types=frozenset(kind for kind in types.values() if kind))


def _note_property(
    document: Document,
    index: int,
    prop: str,
    types: dict[int, str],
    scopes: dict[int, dict[str, list[tuple[str, str]]]],
) -> None:
    wanted = [word for word in prop.split() if word in _WANTED]
    if not wanted:
        return
    owners = [at for at in document.ancestors(index) if at in types][:2]
    if not owners:
        return
    if owners[0] in scopes and index not in types:
        for word in wanted:
            scopes[owners[0]].setdefault(word, []).append((_value(document, index), ""))
    elif len(owners) == 2 and owners[1] in scopes and "name" in wanted:
        role = document.attribute(owners[0], "itemprop").lower()
        for word in role.split():
            if word in ("author", "creator", "editor"):
                entry = (_value(document, index), types[owners[0]])
                scopes[owners[1]].setdefault(word, []).append(entry)


def _value(document: Document, index: int) -> str:
    attributes = document.attributes[index]
    stated = attributes.get("content") or attributes.get("datetime")
    return " ".join(stated.split()) if stated else document.text_of(index)[:1000]


def _read_item(kind: str, props: dict[str, list[tuple[str, str]]]) -> ArticleNode:
    def first(name: str) -> str | None:
        return next((value for value, _ in props.get(name, ()) if value), None)

    def parties(*names: str) -> tuple[Party, ...]:
        return tuple(
            Party(value, "person" if kind == "person" else "organization" if kind else "")
            for name in names
            for value, kind in props.get(name, ())[:20]
            if value
        )

    return ArticleNode(
        kind=kind,
        headline=first("headline"),
        name=first("name"),
        authors=parties("author", "creator"),
        editors=parties("editor"),
        published=first("datepublished"),
        modified=first("datemodified"),
    )

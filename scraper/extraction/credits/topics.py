"""Sections, places and captions that stand as a name does: ``Health Care, March 4``.

Two capitalised words without a label are a person only where nothing says that they are something
else: their words, the page's fields, the link that they are, or the menu that lists them.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from scraper.extraction.byline.names import is_call, is_place, key, vocabulary
from scraper.extraction.cleaning import fold_text
from scraper.extraction.credits.parts import MAX_CLASS
from scraper.extraction.document import Document
from scraper.extraction.metadata import ArticleNode, Metadata

MAX_VALUES = 60
"""Sections that are looked at."""
MAX_NAME = 80
MAX_MENU = 400
"""Links of menus that are looked at."""

_TOPIC_PATH = re.compile(
    r"/(?:tags?|topics?|categor(?:y|ies|ia|ias|ie|ies)|section|sections|seccion|secao|subject|"
    r"thema|themen|temas?|themes?|rubriques?|rubriky?|rubrik|kategorie?|kategori|locations?|"
    r"places?)(?:/|\?)",
    re.IGNORECASE,
)
_MENU_CLASS = re.compile(r"(?<![a-z])(?:nav|navbar|navigation|menu|breadcrumbs?)(?![a-z])")
_TOPIC_CLASS = re.compile(
    r"(?<![a-z])(?:categor(?:y|ies|ia|ie)|kicker|topics?|tags?|rubri[ckq][a-z]*|location|eyebrow|"
    r"overline|keywords?|kategorie|kategori)(?![a-z])"
)
"""Of the element itself or the one around it."""
_CAPTION = re.compile(r"caption|legend|bildunter|pie-?de-?foto|didascalia")
_PICTURES = frozenset(("figure", "figcaption"))
_MENUS = frozenset(("nav", "header", "footer"))


def stated_topics(metadata: Metadata, node: ArticleNode | None) -> frozenset[str]:
    """What the page's fields call its sections, folded.

    Keywords say nothing here: many papers list whoever wrote the article among them.
    """
    values = [*metadata.tags.get("article:section", ())]
    for name in ("section", "parsely-section"):
        values += (metadata.first(name) or "").split(",")
    if node is not None:
        values.append(node.section or "")
    return frozenset(fold_text(value.strip()) for value in values[:MAX_VALUES] if value.strip())


def is_topic(name: str, node: int, document: Document, topics: frozenset[str]) -> bool:
    """Whether the name that begins at the text ``node`` is rather a section's or a place's."""
    parts = name.split(", ")
    if any(fold_text(part) in topics or _has_topic_word(part) for part in parts):
        return True
    for up, at in enumerate(document.ancestors(node, 4)):
        if up < 2 and _TOPIC_CLASS.search(document.words[at][:MAX_CLASS]):
            return True
        if document.tags[at] in _PICTURES or _CAPTION.search(document.words[at][:MAX_CLASS]):
            return True
    return _links_to_topic(document, node) or _is_in_menu(document, node, fold_text(parts[0]))


def _has_topic_word(name: str) -> bool:
    words = key(name)
    first = words.partition(" ")[0]
    if is_place(name) or is_call(name) or first in vocabulary("place start"):
        return True
    return words in vocabulary("section") or first in vocabulary("section")


def _links_to_topic(document: Document, node: int) -> bool:
    for at in document.ancestors(node, 4):
        if document.tags[at] == "a":
            return bool(_TOPIC_PATH.search((document.attributes[at] or {}).get("href") or ""))
    return False


def _is_in_menu(document: Document, node: int, folded: str) -> bool:
    """A menu, a header or a footer links to a page of this name."""
    links = document.by_tag["a"]
    here = bisect_left(links, node)
    tried = [*links[: min(here, MAX_MENU)], *links[bisect_right(links, node) :][-MAX_MENU:]]
    for at in tried:
        if document.ends[at] - at > 4:
            continue
        text = document.texts[at + 1] if document.ends[at] > at + 1 else ""
        is_alike = len(text) <= MAX_NAME and fold_text(" ".join(text.split())) == folded
        if is_alike and any(
            document.tags[up] in _MENUS or _MENU_CLASS.search(document.words[up][:MAX_CLASS])
            for up in document.ancestors(at, 6)
        ):
            return True
    return False

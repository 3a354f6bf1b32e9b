"""The page as arrays: one parse, one walk, and no node of the parser kept afterwards.

Elements and texts share one index, in document order, so that the subtree of ``i`` is the range
``i .. ends[i]``. Everything else in ``extraction`` works on these arrays.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scraper.extraction.cleaning import clean_text

TEXT = "#text"
MAX_NODES = 400_000
MAX_ANCESTORS = 60
MAX_TITLE = 2_000
MAX_SCRIPT = 2_000_000
"""JSON-LD blocks longer than this are not read."""

# Never text of the page. ``button``, ``select`` and the like are controls.
_DEAD = frozenset(
    "script style template svg noscript iframe object embed applet canvas video audio map select "
    "option optgroup datalist textarea button input source track picture-source dialog".split()
)
BLOCK_TAGS = frozenset(
    "address article aside blockquote body center dd details dir div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre "
    "section summary table tbody td tfoot th thead tr ul caption option".split()
)
_HEAD_TAGS = frozenset(("meta", "link", "title", "base"))

_PLAYER = re.compile(r"youtube|youtu\.be|vimeo|dailymotion|soundcloud|spotify|player|jwplatform")

Attributes = Mapping[str, str | None]
_NONE: Attributes = {}


@dataclass(slots=True)
class Document:
    """Parallel lists, one entry a node; texts have tag ``#text`` and no attributes."""

    tags: list[str] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    """One past the last node of the subtree."""
    attributes: list[Attributes] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    """Of a text, what it says; of a ``br`` or a block element a space; else empty."""
    words: list[str] = field(default_factory=list)
    """Class and id, lower case, padded with a space on either side; empty where there are none."""
    links: list[bool] = field(default_factory=list)
    """Inside an ``<a href>``."""
    by_tag: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    metas: list[Attributes] = field(default_factory=list)
    link_rels: list[Attributes] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    """The JSON-LD blocks, raw."""
    page_title: str = ""
    noscript: str = ""
    base: str | None = None
    has_password: bool = False
    players: int = 0
    """Video, audio and embedded players."""
    images: int = 0
    cut: bool = False
    """The page has more than ``MAX_NODES`` nodes; the rest was not read."""

    def text_of(self, index: int) -> str:
        """All text of a subtree, white space collapsed."""
        return clean_text("".join(self.texts[index : self.ends[index]]))

    def attribute(self, index: int, name: str) -> str:
        return self.attributes[index].get(name) or ""

    def ancestors(self, index: int) -> Iterator[int]:
        """From the parent upwards, ``MAX_ANCESTORS`` at most: pages nest thousands deep too."""
        index = self.parents[index]
        for _ in range(MAX_ANCESTORS):
            if index < 0:
                return
            yield index
            index = self.parents[index]

    def depth_of(self, index: int) -> int:
        """How many elements hold it."""
        depth = 0
        while (index := self.parents[index]) >= 0:
            depth += 1
        return depth

    def children(self, index: int) -> Iterator[int]:
        """The direct children, texts included."""
        child, end = index + 1, self.ends[index]
        while child < end:
            yield child
            child = self.ends[child]

    def contains(self, outer: int, inner: int) -> bool:
        return outer <= inner < self.ends[outer]


def parse_document(text: str) -> Document:
    """Parse and walk. The text must have passed ``prescan.find_hazard``."""
    # NUL is no character of HTML, and long runs of it cost the parser 100 times what letters do.
    parser = LexborHTMLParser(text.replace("\x00", "") if "\x00" in text else text)
    document = Document()
    root = parser.root
    if root is None:
        return document
    _walk(root, document)
    _measure(document)
    return document


def _walk(root: LexborNode, document: Document) -> None:
    known: dict[int, int] = {}
    tags, parents, texts = document.tags, document.parents, document.texts
    attributes, words, links = document.attributes, document.words, document.links
    by_tag = document.by_tag
    for node in root.traverse(include_text=True):
        tag = node.tag or ""
        above = node.parent
        parent = known.get(above.mem_id, -1) if above is not None else -1
        if parent < 0 and tags:
            # Inside something dead; a script's text is read from the script.
            continue
        if tag == "-text":
            text = node.text_content or ""
            if texts and text.isspace() and texts[-1] == " ":
                continue  # indentation after the start of a block
            tags.append(TEXT)
            texts.append(text)
            attributes.append(_NONE)
            words.append("")
            links.append(links[parent] if parents else False)
            parents.append(parent)
            continue
        if not tag or tag[0] in "-!":  # comments, on which ``attributes`` raises
            continue
        own: Attributes = node.attributes
        if tag in _HEAD_TAGS:
            _note_head(node, tag, own, document)
            continue
        if tag in _DEAD:
            _note_dead(node, tag, own, document)
            continue
        index = len(tags)
        if index >= MAX_NODES:
            document.cut = True
            break
        known[node.mem_id] = index
        tags.append(tag)
        attributes.append(own)
        texts.append(" " if tag in BLOCK_TAGS or tag == "br" else "")
        by_tag[tag].append(index)
        document.images += tag in ("img", "amp-img")
        words.append(_class_words(own) if own else "")
        links.append(
            bool((parents and parent >= 0 and links[parent]) or (tag == "a" and "href" in own))
        )
        parents.append(parent)


def _measure(document: Document) -> None:
    """Fill ``ends`` bottom-up."""
    count = len(document.tags)
    sizes = [1] * count
    parents = document.parents
    for index in range(count - 1, 0, -1):
        if parents[index] >= 0:
            sizes[parents[index]] += sizes[index]
    document.ends = [index + size for index, size in enumerate(sizes)]


def _class_words(own: Attributes) -> str:
    names = own.get("class")
    ident = own.get("id")
    if names and ident:
        return f" {names} {ident} ".lower()
    return f" {names or ident} ".lower() if names or ident else ""


def _note_head(node: LexborNode, tag: str, own: Attributes, document: Document) -> None:
    if tag == "meta":
        document.metas.append(own)
    elif tag == "link":
        document.link_rels.append(own)
    elif tag == "title":
        document.page_title = document.page_title or clean_text((node.text() or "")[:MAX_TITLE])
    elif document.base is None:
        document.base = own.get("href")


def _note_dead(node: LexborNode, tag: str, own: Attributes, document: Document) -> None:
    if tag == "script" and "ld+json" in (own.get("type") or "").lower():
        script = node.text() or ""
        if len(script) <= MAX_SCRIPT:
            document.scripts.append(script)
    elif tag == "input":
        document.has_password |= (own.get("type") or "").lower() == "password"
    elif tag in ("video", "audio") or (tag == "iframe" and _PLAYER.search(own.get("src") or "")):
        document.players += 1
    elif tag == "noscript" and len(document.noscript) < 2000:
        document.noscript += (node.text() or "")[:1000]

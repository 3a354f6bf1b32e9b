"""The page as arrays: one parse, one walk, and no node of the parser kept afterwards.

Elements and texts share one index, in document order, so that the subtree of ``i`` is the range
``i .. ends[i]``. Everything else in ``extraction`` works on these arrays.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from scraper.extraction.cleaning import clean_markup, clean_text
from scraper.extraction.prescan import MAX_TAGS, cut_tags, find_hazard

TEXT = "#text"
MAX_ANCESTORS = 60
MAX_TITLE = 2_000
MAX_CONTROLS = 2_000
MAX_SOURCES = 12
MAX_SCRIPT = 2_000_000
"""JSON-LD blocks longer than this are not read."""

# Never text of the page. ``button``, ``select`` and the like are controls.
_DEAD = frozenset(
    "script style template svg noscript iframe object embed applet canvas video audio map select "
    "option optgroup datalist textarea button input source track picture-source dialog "
    "rt rp rtc".split()  # readings printed above Japanese and Chinese words
)
BLOCK_TAGS = frozenset(
    "address article aside blockquote body center dd details dir div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre "
    "section summary table tbody td tfoot th thead tr ul caption option".split()
)
_HEAD_TAGS = frozenset(("meta", "link", "title", "base"))

_PLAYER = re.compile(r"youtube|youtu\.be|vimeo|dailymotion|soundcloud|spotify|player|jwplatform")

# What the walk does with a node.
_ELEMENT, _BLOCK, _TEXT, _HEAD, _DEAD_ELEMENT, _SKIP = range(6)
_STATIC_TAGS = 256
"""Lexbor numbers the elements of HTML and SVG below this; ids above are of this page only."""
_KINDS: dict[int, tuple[str, int]] = {}
"""Name and treatment by Lexbor's id, filled as tags are met: an id costs a third of a name."""

_HINTS = frozenset("itemscope itemtype itemprop role style hidden aria-hidden".split())

Attributes = Mapping[str, str | None]
_NONE: Attributes = {}


@dataclass(slots=True, kw_only=True)
class Document:
    """Parallel lists, one entry a node; texts have tag ``#text`` and no attributes."""

    tags: list[str] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    """One past the last node of the subtree."""
    attributes: list[Attributes] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    """Of a text, what it says; of an element a space where a block begins or has ended, else
    empty. White space behind or at the start of a block is left out."""
    words: list[str] = field(default_factory=list)
    """Class and id, lower case, padded with a space on either side; empty where there are none."""
    links: list[bool] = field(default_factory=list)
    """Inside an ``<a href>``."""
    by_tag: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    hinted: list[int] = field(default_factory=list)
    """The elements with microdata, a role, a style or a word on whether they are shown."""
    metas: list[Attributes] = field(default_factory=list)
    link_rels: list[Attributes] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    """The JSON-LD blocks, raw."""
    page_title: str = ""
    noscript: str = ""
    controls: str = ""
    """What its buttons say, one a line, ``MAX_CONTROLS`` characters at most."""
    sources: list[str] = field(default_factory=list)
    """Where its first scripts and frames come from, ``MAX_SOURCES`` of them."""
    image_sources: list[tuple[int, Attributes]] = field(default_factory=list)
    """The attributes of each ``source`` and of images in ``noscript``, and which node follows."""
    base: str | None = None
    has_password: bool = False
    players: int = 0
    """Video, audio and embedded players."""
    images: int = 0
    email_fields: list[int] = field(default_factory=list)
    player_places: list[int] = field(default_factory=list)
    """The elements that hold them."""
    marked: dict[str, list[int]] = field(default_factory=dict)
    """By key, the elements that the selectors of a site's rule name, in document order."""
    marked_metas: dict[str, list[str]] = field(default_factory=dict)
    """By key, what the ``meta`` elements among them say."""

    def text_of(self, index: int) -> str:
        """All text of a subtree, white space collapsed."""
        return clean_text("".join(self.texts[index : self.ends[index]]))

    def attribute(self, index: int, name: str) -> str:
        return self.attributes[index].get(name) or ""

    def ancestors(self, index: int, most: int = MAX_ANCESTORS) -> Iterator[int]:
        """From the parent upwards, ``most`` at most: pages nest thousands deep too."""
        return self.outwards(self.parents[index], most)

    def outwards(self, index: int, most: int = MAX_ANCESTORS) -> Iterator[int]:
        """The node itself and what holds it, ``most`` at most; nothing for -1."""
        for _ in range(most):
            if index < 0:
                return
            yield index
            index = self.parents[index]

    def within(self, index: int, *tags: str) -> list[int]:
        """The elements of these tags in a subtree, its root included, tag by tag."""
        end, inside = self.ends[index], list[int]()
        for tag in tags:
            places = self.by_tag.get(tag, ())
            inside += places[bisect_left(places, index) : bisect_left(places, end)]
        return inside

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


def parse_document(
    text: str, remove: Sequence[str] = (), mark: Mapping[str, str] | None = None
) -> Document:
    """Parse and walk. The text must have passed ``prescan`` (see ``parse_untrusted``).

    ``remove``: CSS selectors of what is left out with all it holds; ``mark``: by key, a selector
    whose elements ``Document.marked`` lists. All must have been checked (``rules``). Raises
    ``MemoryError``.
    """
    # NUL is no character of HTML, and long runs of it cost the parser 100 times what letters do.
    parser = _parse(text.replace("\x00", "") if "\x00" in text else text)
    document = Document()
    root = parser.root
    if root is None:
        return document
    removed = {node.mem_id for selector in remove for node in parser.css(selector)}
    known = _walk(root, document, removed, keep=bool(mark))
    _note_links(document)
    for key, selector in (mark or {}).items():
        nodes = parser.css(selector)
        indexes = [known.get(node.mem_id, -1) for node in nodes]
        document.marked[key] = sorted({index for index in indexes if index >= 0})
        stated = [node.attributes.get("content") or "" for node in nodes if node.tag == "meta"]
        document.marked_metas[key] = [clean_markup(value) for value in stated if value]
    return document


def parse_untrusted(text: str) -> Document | None:
    """The page up to its last tag that is read; ``None`` where the parser must not be given it."""
    tags = text.count("<")
    text = cut_tags(text, tags)
    if find_hazard(text, min(tags, MAX_TAGS)) is not None:
        return None
    return parse_document(text)


def _parse(text: str) -> LexborHTMLParser:
    try:
        return LexborHTMLParser(text)
    except SelectolaxError as error:  # HTML has no error that stops a parser but want of memory
        raise MemoryError("the parser has no memory left") from error


def _walk(  # noqa: C901 - one loop over every node of the page
    root: LexborNode, document: Document, removed: set[int], *, keep: bool
) -> dict[int, int]:
    """Fill the arrays; with ``keep``, the index of each element by the parser's number for it.

    By first child and next sibling: nothing below an element that is left out is visited, and the
    parent is known without asking for it.
    """
    known: dict[int, int] = {}
    tags, parents, texts, ends = document.tags, document.parents, document.texts, document.ends
    attributes, words, by_tag = document.attributes, document.words, document.by_tag
    hinted = document.hinted
    index = 0  # of the next node
    parent = -1
    # The next child of ``parent`` stands at its start or behind a block, where white space says
    # nothing. It is two thirds of all texts.
    fresh = False
    open_nodes: list[tuple[LexborNode, bool]] = []
    kinds = _KINDS
    node = root
    while True:
        number = node.tag_id
        name, kind = kinds[number] if number in kinds else _kind_of(node)
        if kind == _TEXT:
            text = node.text_content or ""
            if not fresh or not text.isspace():
                tags.append(TEXT)
                texts.append(f" {text}" if fresh else text)
                attributes.append(_NONE)
                words.append("")
                parents.append(parent)
                fresh = False
                index += 1
                ends.append(index)
        elif kind <= _BLOCK and not (removed and node.mem_id in removed):
            own: Attributes = node.attributes
            if keep:
                known[node.mem_id] = index
            tags.append(name)
            attributes.append(own)
            parents.append(parent)
            by_tag[name].append(index)
            if own and not _HINTS.isdisjoint(own):
                hinted.append(index)
            names, ident = own.get("class"), own.get("id")
            if names:
                words.append(f" {names} {ident} ".lower() if ident else f" {names} ".lower())
            else:
                words.append(f" {ident} ".lower() if ident else "")
            inner = kind == _BLOCK
            texts.append(" " if inner or fresh else "")
            fresh = inner
            index += 1
            ends.append(index)
            child = node.first_child
            if child is not None:
                open_nodes.append((node, inner))
                parent = index - 1
                node = child
                continue
        elif kind == _HEAD and not (removed and node.mem_id in removed):
            _note_head(node, name, node.attributes, document)
        elif kind == _DEAD_ELEMENT and not (removed and node.mem_id in removed):
            _note_dead(node, name, node.attributes, document, parent)
        following = node.next if open_nodes else None
        while following is None:
            if not open_nodes:
                return known
            node, fresh = open_nodes.pop()
            ends[parent] = index
            parent = parents[parent]
            following = node.next if open_nodes else None
        node = following


def _kind_of(node: LexborNode) -> tuple[str, int]:
    name = node.tag or ""
    if name == "-text":
        kind = _TEXT
    elif not name or name[0] in "-!":  # comments, on which ``attributes`` raises
        kind = _SKIP
    elif name in _HEAD_TAGS:
        kind = _HEAD
    elif name in _DEAD:
        kind = _DEAD_ELEMENT
    else:
        kind = _BLOCK if name in BLOCK_TAGS or name == "br" else _ELEMENT
    if node.tag_id < _STATIC_TAGS:
        _KINDS[node.tag_id] = name, kind
    return name, kind


def _note_links(document: Document) -> None:
    """Fill ``links``, and count the images."""
    ends, count = document.ends, len(document.tags)
    links = document.links = [False] * count
    for index in document.by_tag.get("a", ()):
        if "href" in document.attributes[index]:
            links[index : ends[index]] = [True] * (ends[index] - index)
    document.images = sum(len(document.by_tag.get(tag, ())) for tag in ("img", "amp-img"))


def _note_head(node: LexborNode, tag: str, own: Attributes, document: Document) -> None:
    if tag == "meta":
        document.metas.append(own)
    elif tag == "link":
        document.link_rels.append(own)
    elif tag == "title":
        document.page_title = document.page_title or clean_text((node.text() or "")[:MAX_TITLE])
    elif document.base is None:
        document.base = own.get("href")


def _note_dead(
    node: LexborNode, tag: str, own: Attributes, document: Document, parent: int
) -> None:
    if tag in ("script", "iframe") and len(document.sources) < MAX_SOURCES:
        document.sources.append((own.get("src") or "")[:300])
    if tag == "script" and "ld+json" in (own.get("type") or "").lower():
        script = node.text() or ""
        if len(script) <= MAX_SCRIPT:
            document.scripts.append(script)
    elif tag == "source":
        document.image_sources.append((len(document.tags), own))
    elif tag == "button":
        _note_control(document, node.text(separator=" ") or "")
    elif tag == "input":
        _note_input(own, document, parent)
    elif tag in ("video", "audio") or (tag == "iframe" and _PLAYER.search(own.get("src") or "")):
        document.players += 1
        document.player_places.append(parent)
    elif tag == "noscript":
        image = node.css_first("img")
        if image is not None:
            document.image_sources.append((len(document.tags), image.attributes))
        if len(document.noscript) < 2000:
            document.noscript += (node.text() or "")[:1000]


def _note_input(own: Attributes, document: Document, parent: int) -> None:
    kind = (own.get("type") or "").lower()
    if kind in ("submit", "button"):
        _note_control(document, own.get("value") or "")
    document.has_password |= kind == "password"
    if kind == "email" or "email" in (own.get("name") or "").lower():
        document.email_fields.append(parent)


def _note_control(document: Document, text: str) -> None:
    if len(document.controls) < MAX_CONTROLS and (said := clean_text(text[:200])):
        document.controls += f"{said}\n"

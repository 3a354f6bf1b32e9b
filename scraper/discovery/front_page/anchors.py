"""A front page as its links: one parse, one walk, and for each address what the page says of it.

Elements are numbered in document order, so that the subtree of ``i`` is ``i .. ends[i]`` and a
question such as "how many links are in this card" is two look-ups.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scraper.discovery.front_page.link_context import combine, parts_of, place_by_itself
from scraper.discovery.front_page.page_words import TIME_PARTS
from scraper.discovery.front_page.ranking import LinkGroup, PagePosition, is_headline
from scraper.discovery.front_page.url_paths import count_words

MAX_TEXT = 300
"""Characters of a link's text that are kept."""
MAX_INSIDE = 5
"""Of the headings and times in one link, so many are looked at."""
MAX_PIECES = 200
"""Of an element's text, so many pieces between tags are read."""
MAX_ANCHORS = 20_000
CARD_LEVELS = 4
CARD_LINKS = 4
"""An element with more addresses than this is no longer one article's card."""
GROUP_LEVELS = 3
FEWEST_ALIKE = 3
SHARE_ALIKE = 0.6

_DEAD = frozenset(
    "script style template svg noscript iframe object canvas video audio map select textarea "
    "button dialog rt rp".split()
)
# What parts no words: text on both sides is one.
_INLINE = frozenset("b i em strong mark font sup sub u wbr abbr q cite ruby".split())
_HOLDS_HEADERS = frozenset("article main section li".split())
_DIGITS = re.compile(r"[0-9]+")


@dataclass(slots=True, kw_only=True)
class Anchor:
    """One ``<a href>``."""

    index: int
    href: str
    text: str = ""
    alt: str = ""
    """What its image says, or a heading beside it: taken where the link has no words at all."""
    place: PagePosition = PagePosition.ELSEWHERE
    headed: bool = False
    """``text`` is that of a heading in it."""
    dating: bool = False
    """It stands in an element that is a time: what it says is no title."""
    timed: bool = False
    company: LinkGroup = LinkGroup.NONE


@dataclass(slots=True, kw_only=True)
class FrontPage:
    """What the walk gathers; lists of elements by number."""

    title: str = ""
    base: str = ""
    tags: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    """The first class name without digits: what elements of a kind share."""
    parents: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    own_places: list[PagePosition | None] = field(default_factory=list)
    """What an element's tag, role and names alone make of it."""
    doubtful: list[int] = field(default_factory=list)
    """Those whose names only, or ``header``, make them furniture."""
    headings: list[int] = field(default_factory=list)
    times: list[int] = field(default_factory=list)
    images: list[tuple[int, str]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    """All texts in order, with a space wherever an element parts words."""
    text_starts: list[int] = field(default_factory=list)
    text_ends: list[int] = field(default_factory=list)
    """Of each element, which of the texts are in it."""
    anchors: list[Anchor] = field(default_factory=list)
    labels: dict[int, str] = field(default_factory=dict)
    """By anchor's element, its ``aria-label`` or ``title``."""

    def text_of(self, index: int, without: Iterable[int] = ()) -> str:
        """What an element says, but for what the elements ``without`` in it say."""
        start, end = self.text_starts[index], self.text_ends[index]
        texts = self.texts[start : min(end, start + MAX_PIECES)]
        for inner in without:
            first, last = self.text_starts[inner] - start, self.text_ends[inner] - start
            texts[first:last] = [" "] * len(texts[first:last])
        return " ".join("".join(texts).split())[:MAX_TEXT]


def read_anchors(text: str) -> FrontPage:
    """Parse a page and say of each of its links where it stands, what it says and beside what.

    The text must have passed ``extraction.prescan``. ``MAX_ANCHORS`` links at most.
    """
    page = FrontPage()
    root = LexborHTMLParser(text).root
    if root is None:
        return page
    _walk(root, page)
    starts = [anchor.index for anchor in page.anchors]
    _read_texts(page, starts)
    _read_places(page, starts)
    _note_times(page, starts)
    _note_company(page)
    return page


def _walk(root: LexborNode, page: FrontPage) -> None:
    index, parent = 0, -1
    open_nodes: list[LexborNode] = []
    node: LexborNode | None = root
    while node is not None:
        tag = node.tag or ""
        child = None
        if tag == "-text":
            if content := node.text_content:
                page.texts.append(content[: MAX_TEXT * 4])
        elif tag and tag[0] not in "-!" and tag not in _DEAD:
            _note_element(node, tag, index, parent, page)
            index += 1
            child = node.first_child
            if child is None:
                page.text_ends[index - 1] = len(page.texts)
        if child is not None:
            open_nodes.append(node)
            parent, node = index - 1, child
            continue
        following = node.next if open_nodes else None
        while following is None and open_nodes:
            node = open_nodes.pop()
            page.ends[parent] = index
            page.text_ends[parent] = len(page.texts)
            if page.tags[parent] not in _INLINE:
                page.texts.append(" ")
            parent = page.parents[parent]
            following = node.next if open_nodes else None
        node = following


def _note_element(node: LexborNode, tag: str, index: int, parent: int, page: FrontPage) -> None:
    own = node.attributes
    names = f"{own.get('class') or ''} {own.get('id') or ''}"[:500] if own else ""
    page.tags.append(tag)
    page.parents.append(parent)
    page.ends.append(index + 1)
    page.names.append(_DIGITS.sub("", names.split(None, 1)[0]) if names.strip() else "")
    if tag not in _INLINE:
        page.texts.append(" ")
    page.text_starts.append(len(page.texts))
    page.text_ends.append(len(page.texts))
    parts = parts_of(names)
    held = tag in ("header", "footer") and _is_held(parent, page)
    place, doubtful = place_by_itself(tag, own.get("role") or "", parts, held=held)
    page.own_places.append(place)
    if doubtful:
        page.doubtful.append(index)
    if place is PagePosition.HEADING:
        page.headings.append(index)
    if tag == "time" or not TIME_PARTS.isdisjoint(parts):
        page.times.append(index)
    if tag == "a":
        href = (own.get("href") or "").strip()
        if href and len(page.anchors) < MAX_ANCHORS:
            page.anchors.append(Anchor(index=index, href=href))
            if label := own.get("aria-label") or own.get("title"):
                page.labels[index] = label
    elif tag == "img" and own.get("alt"):
        page.images.append((index, own.get("alt") or ""))
    elif tag == "base" and not page.base:
        page.base = own.get("href") or ""
    elif tag == "title" and not page.title:
        page.title = " ".join((node.text() or "")[: MAX_TEXT * 2].split())[:MAX_TEXT]


def _is_held(index: int, page: FrontPage) -> bool:
    """Whether an article, a section or a list's item is around: its header is its own."""
    for _ in range(CARD_LEVELS * 2):
        if index < 0:
            return False
        if page.tags[index] in _HOLDS_HEADERS:
            return True
        index = page.parents[index]
    return False


def _within(places: list[int], start: int, end: int) -> Iterator[int]:
    """The numbers in a sorted list that lie in a range."""
    at = bisect_left(places, start)
    while at < len(places) and places[at] < end:
        yield places[at]
        at += 1


def _read_texts(page: FrontPage, starts: list[int]) -> None:
    image_at = [index for index, _ in page.images]
    for anchor in page.anchors:
        end = page.ends[anchor.index]
        headed = ""
        for heading in islice(_within(page.headings, anchor.index + 1, end), MAX_INSIDE):
            headed = max(headed, page.text_of(heading), key=len)
        anchor.headed = bool(headed)
        times = islice(_within(page.times, anchor.index + 1, end), MAX_INSIDE)
        anchor.text = headed or page.text_of(anchor.index, times) or page.text_of(anchor.index)
        if not anchor.text:
            label = page.labels.get(anchor.index, "")
            anchor.text = " ".join(label[: MAX_TEXT * 2].split())[:MAX_TEXT]
        if not anchor.text:
            anchor.alt = _heading_beside(page, anchor, starts)
        if not anchor.text and not anchor.alt:
            at = bisect_left(image_at, anchor.index)
            if at < len(image_at) and image_at[at] < end:
                anchor.alt = " ".join(page.images[at][1][: MAX_TEXT * 2].split())[:MAX_TEXT]


def _heading_beside(page: FrontPage, anchor: Anchor, starts: list[int]) -> str:
    """The heading of the card that an empty link is laid over."""
    card = anchor.index
    for _ in range(CARD_LEVELS):
        card = page.parents[card]
        if card < 0:
            return ""
        end = page.ends[card]
        if bisect_left(starts, end) - bisect_left(starts, card) > 1:
            return ""
        heading = next(_within(page.headings, card, end), None)
        if heading is not None:
            return page.text_of(heading)
    return ""


def _read_places(page: FrontPage, starts: list[int]) -> None:
    """Each link's place, from the elements around it.

    An element that holds most of the page's headlines is no furniture, whatever its name:
    ``<div class="content-with-sidebar">``, ``<div id="menu-and-news">``.
    """
    headlines = [anchor.index for anchor in page.anchors if is_headline(anchor.text)]
    for index in page.doubtful:
        inside = bisect_left(headlines, page.ends[index]) - bisect_left(headlines, index)
        if inside >= FEWEST_ALIKE and inside * 2 > len(headlines):
            page.own_places[index] = None
    places: list[PagePosition] = []
    for index, own in enumerate(page.own_places):
        parent = page.parents[index]
        around = places[parent] if parent >= 0 else PagePosition.ELSEWHERE
        places.append(combine(around, own))
    for anchor in page.anchors:
        place = places[anchor.index]
        if anchor.headed:
            place = combine(place, PagePosition.HEADING)
        anchor.place = place


def _note_times(page: FrontPage, starts: list[int]) -> None:
    """Mark the links of each card with a time: the largest element around it that holds no more
    than ``CARD_LINKS`` addresses."""
    for index in page.times:
        card, found = index, range(0)
        own = range(bisect_left(starts, index + 1), bisect_left(starts, page.ends[index]))
        if len(own) <= CARD_LINKS:
            for at in own:
                page.anchors[at].dating = True
        for _ in range(CARD_LEVELS + 1):
            inside = range(bisect_left(starts, card), bisect_left(starts, page.ends[card]))
            if len(inside) > CARD_LINKS * 3:
                break
            if len({page.anchors[at].href for at in inside}) > CARD_LINKS:
                break
            found = inside
            card = page.parents[card]
            if card < 0 or page.tags[card] == "body":
                break
        for at in found:
            page.anchors[at].timed = True


def _note_company(page: FrontPage) -> None:
    groups: dict[tuple[str, ...], list[Anchor]] = defaultdict(list)
    for anchor in page.anchors:
        if anchor.text:
            groups[_markup_of(page, anchor.index)].append(anchor)
    for group in groups.values():
        texts: dict[str, str] = {}
        for anchor in group:
            texts[anchor.href] = max(texts.get(anchor.href, ""), anchor.text, key=len)
        if len(texts) < FEWEST_ALIKE:
            continue
        headlines = sum(map(is_headline, texts.values()))
        labels = sum(count_words(text) < 3 for text in texts.values())
        company = LinkGroup.NONE
        if headlines >= SHARE_ALIKE * len(texts):
            company = LinkGroup.HEADLINES
        elif labels >= SHARE_ALIKE * len(texts):
            company = LinkGroup.LABELS
        for anchor in group:
            anchor.company = company


def _markup_of(page: FrontPage, index: int) -> tuple[str, ...]:
    """Tag and name of an element and of those around it: what items of one list share."""
    markup: list[str] = []
    for _ in range(GROUP_LEVELS + 1):
        if index < 0:
            break
        markup += (page.tags[index], page.names[index])
        index = page.parents[index]
    return tuple(markup)

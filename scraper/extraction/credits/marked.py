"""Elements that their markup calls the author's: rel, itemprop, class, a profile's address."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from scraper.extraction.byline.names import is_plain_name
from scraper.extraction.context import Span
from scraper.extraction.credits.parts import MAX_CLASS, is_behind_words, leaves_of, text_of
from scraper.extraction.document import Document

MAX_CREDIT = 200
"""Characters of a credit; of a longer element only the short texts at its start are looked at."""
MAX_NODES = 60
"""Nodes of an element whose text may be a credit as a whole."""
MAX_BOX = 400
"""Nodes of an author's box, whose first name is the author's."""
ABOVE, BELOW, INSIDE = 60, 150, 40
"""How many nodes above the headline, below the text and inside either end of it are looked at."""
FAR_ABOVE = 250
"""The same above the text where there is no headline."""
MAX_JOINT = 3
"""Characters between two authors of one list, below the text."""
TOGETHER = 30
"""Nodes between the first and the last link of one list of authors."""

_AUTHOR_PATH = re.compile(
    r"/(?:authors?|autor(?:en|es|e|i|ka|in)?|auteurs?|journalist(?:s|en|es|e|i)?|redakteure?|"
    r"people|profile|profil|staff|staff-contributors|writers?|contributors?|by|columnists?|"
    r"kolumnisten|colunistas?|columnistas?|reporters?|penulis|wartawan|jurnalis|redaktion|"
    r"editorial-team|team|verfasser|mitarbeiter|bloggers?|giornalisti|redactores|skribenter|"
    r"forfatter|toimittajat|yazar(?:lar)?|tac-gia|users?|members?|personen)/[^/?#]"
    r"|/\?author=\w|mailto:\w",
    re.IGNORECASE,
)
_ANYBODY_PATH = re.compile(
    r"/(?:people|users?|members?|personen)/|^mailto:",
    re.IGNORECASE,
)
"""Of authors and of others: believed between the headline and the text only."""
_AUTHOR_CLASS = re.compile(
    r"(?<![a-z])(?:author(?!i[sz]|ity|iti)[a-z]*|autor(?!i[sz]|yz)[a-z]*|auteur|byline[a-z]*|by-line|"
    r"writer|reporter|penulis|contributor|journalist|redakteur|vcard|fn|"
    r"wartawan|signature|muhabir|yazar|jurnalis|pewarta|firma|giornalista|"
    r"verfasser|submitted|posted-?by|written-?by|created-?by|published-?by|columnist|colunista|"
    r"columnista|kolumnist|creator|signatura|firmante|auteurs|redaktor|user-?name|journaliste|periodista|redactor|redacteur|verslaggever|toimittaja|kirjoittaja|szerzo|"
    r"dziennikarz|skribent|forfatter|avtor|tac-gia|tacgia)(?![a-z])"
)
_NAME_CLASS = re.compile(r"author[-_ ]*name|name[-_ ]*author|(?<![a-z])fn(?![a-z])")
_CREDIT_CLASS = re.compile(r"(?<![a-z])(?:credits?|kredit|credito|kunye|sign)(?![a-z])")
"""Of a writer or of a photographer: what it holds must parse as people by itself."""
_HELPERS_CLASS = re.compile(r"(?:author|byline)[-_a-z]{0,30}contribut(?:ors|ions)(?![a-z])")
"""Of the list of those who helped, inside a byline."""
_PICTURE_CLASS = re.compile(r"photo|image|img|media|caption|figure|picture|foto|bild|video")
_ENTRY_CLASS = re.compile(r"(?<![a-z])(?:entry|post|article)(?![a-z])")
_RDFA = frozenset(("author", "schema:author", "dc:creator"))
_PICTURE = frozenset(("figure", "figcaption", "picture"))
_OTHERS_CLASS = re.compile(
    r"comment|related|recommend|sidebar|popular|latest|teaser|newsletter|footer"
)
_BESIDE_CLASS = re.compile(r"bio|avatar|social|share|caption|credit|quote")
"""Furniture, unless the same class says "author"."""
_NOT_HERE = frozenset(("nav", "footer", "aside", "form"))


@dataclass(frozen=True, slots=True)
class MarkedCredit:
    """Texts marked as the author's: a whole credit first, then its parts until one names people."""

    texts: tuple[str, ...]
    source: str
    family: str
    distance: int


@dataclass(frozen=True, slots=True)
class _Element:
    index: int
    text: str
    source: str
    family: str


@dataclass(frozen=True, slots=True)
class CreditRange:
    """Nodes of the page between which its author is named."""

    first: int
    """Where to begin, above the headline."""
    anchor: int
    """The headline, else the start of the text."""
    start: int
    end: int
    """The first and last node of the text."""

    @property
    def head(self) -> int:
        """Where what belongs to the headline ends, a little below the start of the text."""
        return min(self.start + INSIDE, self.end + 1)


def find_credit_range(title_span: Span, body_span: Span, start: int) -> CreditRange:
    """``start``: the first node of the text."""
    anchor, above = (title_span[0], ABOVE) if title_span[0] >= 0 else (start, FAR_ABOVE)
    return CreditRange(max(0, anchor - above), anchor, start, max(body_span[1], start))


def find_at_headline(document: Document, span: CreditRange) -> Iterator[MarkedCredit]:
    """What is marked as the author's around the headline."""
    return _find(document, _marks(document, span.first, span.head), span)


def find_at_end(document: Document, span: CreditRange) -> Iterator[MarkedCredit]:
    """What is marked as the author's at the end of the text and a little below it."""
    first = max(span.end - INSIDE, span.head, span.first)
    return _find(document, _marks(document, first, span.end + BELOW), span)


def _find(
    document: Document, marks: Mapping[int, tuple[str, str]], span: CreditRange
) -> Iterator[MarkedCredit]:
    anchor, start = span.anchor, span.start
    elements: list[_Element] = []
    boxes: list[tuple[int, str]] = []
    for index, (source, family) in sorted(marks.items()):
        size = document.ends[index] - index
        if source == "link:person" and (
            not anchor < index < start or is_behind_words(document, index)
        ):
            continue
        if size > MAX_BOX or not _is_admissible(document, index, (anchor, start)):
            continue
        text = text_of(document, index) if size <= MAX_NODES else ""
        if source == "class:credit":
            if anchor < index < start and text and not _is_of_picture(document, index):
                yield MarkedCredit((text,), source, "text", index - anchor)
        elif source == "class:contributors":
            yield MarkedCredit((text,), source, "text", index - anchor)
        elif text and len(text) <= MAX_CREDIT and source != "class:box":
            elements.append(_Element(index, text, source, family))
        elif family == "class" and not document.contains(index, start):
            boxes.append((index, source))
    yield from _groups(document, elements, anchor, span.end)
    for index, source in boxes[:4]:
        leaves = tuple(leaves_of(document, index))
        if leaves:
            yield MarkedCredit(leaves, source, "class", index - anchor)


def _marks(document: Document, first: int, last: int) -> dict[int, tuple[str, str]]:
    """Source and family of each element from ``first`` to ``last`` that has a mark of an author's;
    of several marks the strongest."""
    marks: dict[int, tuple[str, str]] = {}
    for index, names in enumerate(document.words[first:last], first):
        if names and len(names) <= MAX_CLASS and (source := _class_mark(names)):
            marks[index] = (source, "class")
    links = document.by_tag["a"]
    links = links[bisect_left(links, first) : bisect_left(links, last)]
    for index in links:
        href = document.attribute(index, "href")
        if _AUTHOR_PATH.search(href):
            source = "link:person" if _ANYBODY_PATH.search(href) else "link:author"
            marks[index] = (source, "link")
    for index, own in enumerate(document.attributes[first:last], first):
        if "itemprop" in own and (own["itemprop"] or "").lower() in ("author", "creator"):
            marks[index] = ("itemprop:author", "class")
        elif "property" in own and (own["property"] or "").lower() in _RDFA:
            marks[index] = ("property:author", "class")
    for index in links:
        rel = document.attributes[index].get("rel")
        if rel and "author" in rel.lower().split():
            marks[index] = ("rel=author", "link")
    return marks


@lru_cache(maxsize=8192)
def _class_mark(words: str) -> str:
    """Which author class these names have; remembered, as a site repeats its classes."""
    if _CREDIT_CLASS.search(words) and not _PICTURE_CLASS.search(words):
        return "class:credit"
    if not _AUTHOR_CLASS.search(words) or _OTHERS_CLASS.search(words):
        return ""
    if _HELPERS_CLASS.search(words):
        return "class:contributors"
    if _NAME_CLASS.search(words):
        return "class:author-name"
    return "class:box" if _BESIDE_CLASS.search(words) else "class:author"


def _is_of_picture(document: Document, index: int) -> bool:
    return any(
        document.tags[at] in _PICTURE or _PICTURE_CLASS.search(document.words[at] or "")
        for at in document.ancestors(index, 3)
    )


def _is_admissible(document: Document, index: int, places: Span) -> bool:
    """Not in the furniture, in a list of other articles, or in a comment; ``places`` are the
    headline and the start of the text, and what holds either is the article."""
    anchor, start = places
    for at in document.ancestors(index):
        if at <= start < document.ends[at] or at <= anchor < document.ends[at]:
            return True
        if document.tags[at] == "footer" and _is_of_article(document, at):
            continue
        if document.tags[at] in _NOT_HERE or _is_elsewhere(document.words[at][:MAX_CLASS]):
            return False
    return True


def _is_of_article(document: Document, footer: int) -> bool:
    """The last line of the article itself: ``<article>…<footer class="entry-meta">``."""
    outer = document.parents[footer]
    words = document.words[footer][:MAX_CLASS]
    return (outer >= 0 and document.tags[outer] == "article") or bool(_ENTRY_CLASS.search(words))


@lru_cache(maxsize=4096)
def _is_elsewhere(words: str) -> bool:
    if not words:
        return False
    if _OTHERS_CLASS.search(words):
        return True
    return bool(_BESIDE_CLASS.search(words)) and not _AUTHOR_CLASS.search(words)


def _groups(
    document: Document, marked: Sequence[_Element], anchor: int, last: int
) -> Iterator[MarkedCredit]:
    """Elements of one source that stand together are one list; the nearest to the title first.
    ``last`` is the last node of the text."""
    ordered = sorted(marked, key=lambda element: _distance(element.index, anchor))
    by_source: dict[str, list[_Element]] = {}
    for element in ordered:
        by_source.setdefault(element.source, []).append(element)
    for source, elements in by_source.items():
        nearest = elements[0]
        group = sorted(
            (e for e in elements if abs(e.index - nearest.index) <= TOGETHER),
            key=lambda e: e.index,
        )
        names = {element.text for element in group}
        if nearest.index > last and any(e.text not in names for e in elements):
            continue  # below the text, here and there: the authors of other articles
        if nearest.index > last and _are_of_cards(document, group):
            continue
        texts = list(dict.fromkeys(element.text for element in _outermost(document, group)))
        whole = ", ".join(texts[:8])
        leaves = tuple(leaves_of(document, nearest.index))
        listed = (", ".join(leaves),) if len(leaves) > 1 and all(map(is_plain_name, leaves)) else ()
        yield MarkedCredit(
            (*listed, whole, *leaves),
            source,
            nearest.family,
            nearest.index - anchor,
        )
        members = _side_by_side(document, group)
        for element in elements[:4]:
            if element.text != whole and element.index not in members:
                yield MarkedCredit((element.text,), source, element.family, element.index - anchor)


def _are_of_cards(document: Document, group: Sequence[_Element]) -> bool:
    """Between two of them stands more than a joint: each is another article's."""
    return any(
        len("".join(document.texts[document.ends[one.index] : other.index]).strip()) > MAX_JOINT
        for one, other in pairwise(group)
    )


def _outermost(document: Document, group: Sequence[_Element]) -> Iterator[_Element]:
    end = -1
    for element in group:
        if element.index >= end:
            end = document.ends[element.index]
            yield element


def _side_by_side(document: Document, group: Sequence[_Element]) -> set[int]:
    """The elements that have the same classes as another one beside them, or in a box beside
    theirs: together they are the list."""
    alike: dict[str, list[int]] = {}
    for element in group:
        words = document.words[element.index]
        if words and element.family == "class":
            alike.setdefault(words, []).append(element.index)
    members: set[int] = set()
    for indices in alike.values():
        outer = {document.parents[index] for index in indices}
        boxes = len({document.words[at] for at in outer}) == 1
        if len(outer) == 1 or (boxes and len({document.parents[at] for at in outer}) == 1):
            members.update(indices if len(indices) > 1 else ())
    return members


def _distance(index: int, anchor: int) -> int:
    """Above the headline counts three times as far."""
    return index - anchor if index >= anchor else (anchor - index) * 3

"""The headings that may be the page's headline, and those that are its logo."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scraper.extraction.cleaning import clean_markup, clean_text, measure_text
from scraper.extraction.document import TEXT, Document
from scraper.extraction.title.sites import fold_title

MAX_LENGTH = 400
_MAX_SCANNED, _MAX_KEPT = 60, 40
_FIRST_LINKS = 8
_MAX_NAME = 60
_MAX_ROOT = 24

TITLE_CLASS = re.compile(
    r"(?<![a-z])(?:(?:entry|post|article|story|news|page|content|main)[-_ ]?)?(?:title|"
    r"headline|titre|titulo|judul|titolo|heading|hed)(?![a-z])"
)
_OWN_CLASS = re.compile(
    r"(?<![a-z])(?:entry|post|article|story|news|single)[-_]{0,2}(?:title|headline|heading|hed)"
    r"(?![a-z])|(?<![a-z])(?:headline|hed)(?![a-z])"
)
_LOGO_CLASS = re.compile(
    r"(?<![a-z])(?:logo|brand|branding|(?:site|blog|masthead)[-_]?(?:title|name|logo|branding)|"
    r"tagline|strapline|kicker|overline|eyebrow|dachzeile|subtitle)(?![a-z])"
)
"""Of headings that are the site's, or a line above or below the headline."""
_KICKER_CLASS = re.compile(
    r"(?<![a-z])(?:kicker|overline|eyebrow|dachzeile|roofline|supertitle|surtitre|"
    r"antetitulo|ceja|label|badge|flag|sr-only|screen-reader(?:-text)?|visually-?hidden|element-invisible|is-hidden)(?![a-z])"
)
_ROOT = re.compile(
    r"(?:(?:\.\./)+|/?)(?:[a-z]{2}(?:[-_][a-z]{2})?/?)?(?:(?:index|default|home)\.\w{2,5})?",
    re.IGNORECASE,
)
"""The path of a front page."""
_ESCAPED = re.compile(r"&(?:#?\w{2,8});")
"""What a template escaped twice."""
_NOT_HERE = frozenset(("nav", "footer", "aside"))


@dataclass(frozen=True, slots=True)
class Heading:
    text: str
    index: int
    tag: str
    key: str
    """The text folded."""


def find_headings(document: Document, tag: str) -> tuple[list[Heading], list[str]]:
    """The headings of one level outside navigation; and what its logos say."""
    headings: list[Heading] = []
    logos: list[str] = []
    for index in document.by_tag.get(tag, ())[:_MAX_SCANNED]:
        text = _heading_text(document, index)
        if not text or len(text) > MAX_LENGTH:
            continue
        if _is_logo(document, index, text):
            logos.append(text)
        elif not any(document.tags[at] in _NOT_HERE for at in document.ancestors(index)):
            headings.append(Heading(text, index, tag, fold_title(text)))
            if len(headings) >= _MAX_KEPT:
                break
    return headings, logos


def _heading_text(document: Document, index: int) -> str:
    """The text of a heading, with a space where two elements meet that are set apart by style
    alone."""
    if document.ends[index] - index <= 3:
        text = document.text_of(index)
    else:
        text = clean_text("".join(_texts_of(document, index)))
    return clean_markup(text) if _ESCAPED.search(text) else text


def _texts_of(document: Document, index: int) -> Iterator[str]:
    at, end = index + 1, document.ends[index]
    last = " "  # of the element before, where nothing stands between
    while at < end:
        tag = document.tags[at]
        text = document.texts[at]
        if tag == TEXT:
            if last.isalnum() and text[:1].isupper() and document.parents[at] != index:
                yield " "
            last = text[-1:] if document.parents[at] != index else " "
        elif text:
            last = " "
        yield text
        at += 1


def _is_logo(document: Document, index: int, text: str) -> bool:
    """A heading that leads to the front page, or is named as the site's."""
    if _LOGO_CLASS.search(document.words[index]):
        return True
    if document.links[index]:
        at = next((at for at in document.ancestors(index) if document.tags[at] == "a"), -1)
        return at >= 0 and (is_root(document, at) or "logo" in document.words[at])
    for at in range(index + 1, min(document.ends[index], index + 12)):
        if document.tags[at] == "a":
            return is_root(document, at) and document.text_of(at) == text
    return False


def is_root(document: Document, index: int) -> bool:
    href = document.attribute(index, "href").strip()
    if not href or href[0] in "#?" or href.count("/") > 5:
        return False
    if "//" in href[:8]:
        slash = href.find("/", href.index("//") + 2)
        href = href[slash:] if slash >= 0 else "/"
    path = href.partition("?")[0].partition("#")[0]
    return len(path) <= _MAX_ROOT and _ROOT.fullmatch(path) is not None


def names_on_root_links(document: Document) -> Iterator[str]:
    """What the page's first links call the front page."""
    for index in document.by_tag.get("a", ())[:_FIRST_LINKS]:
        if is_root(document, index) and document.ends[index] - index < 12:
            text = document.text_of(index) or document.attribute(index, "title")
            if 0 < len(text) <= _MAX_NAME:
                yield text


def has_own_class(document: Document, heading: Heading) -> bool:
    """Whether its class names it an article's headline."""
    return _OWN_CLASS.search(document.words[heading.index]) is not None


def parts_of(document: Document, heading: Heading) -> list[str]:
    """What the children of a heading say, the last first."""
    children = list(document.children(heading.index))
    if len(children) == 1 and document.tags[children[0]] != TEXT:
        children = list(document.children(children[0]))
    parts = [document.text_of(child) for child in children if document.tags[child] != "br"]
    return [part for part in reversed(parts) if part]


def without_kicker(document: Document, heading: Heading) -> str:
    """A heading's text without children that are named as a line above the headline."""
    children = list(document.children(heading.index))
    rest = [child for child in children if not _KICKER_CLASS.search(document.words[child])]
    if len(rest) == len(children):
        return heading.text
    texts = ["".join(document.texts[child : document.ends[child]]) for child in rest]
    text = clean_text("".join(texts)).strip(" :|")
    return text if measure_text(text) >= 8 else heading.text


def other_headings(document: Document, body_start: int) -> list[Heading]:
    """Without an ``h1``: ``itemprop=headline``, an element named like a title, ``h2``, ``h3``."""
    ranked: list[tuple[int, Heading]] = []
    for index, (words, own) in enumerate(zip(document.words, document.attributes, strict=True)):
        if not own:
            continue
        prop = own.get("itemprop")
        named = TITLE_CLASS.search(words) is not None
        if not named and not (prop and "headline" in prop.lower()):
            continue
        if document.ends[index] - index > 40 or _is_logo(document, index, ""):
            continue
        text = document.text_of(index)
        if 8 <= measure_text(text) <= MAX_LENGTH:
            heading = Heading(text, index, document.tags[index], fold_title(text))
            ranked.append((0 if prop else 1, heading))
        if len(ranked) > 60:
            break
    for tag in ("h2", "h3"):
        ranked.extend((2, heading) for heading in find_headings(document, tag)[0][:20])
    above = [entry for entry in ranked if entry[1].index < body_start] or ranked
    return [heading for _, heading in sorted(above, key=lambda entry: entry[0])]

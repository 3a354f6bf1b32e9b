"""What an element that is marked as the author's says, part by part: names, roles, places, mail."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scraper.extraction.byline.labels import colon_labels
from scraper.extraction.byline.names import (
    is_call,
    is_caseless,
    is_label,
    is_place,
    is_plain_name,
)
from scraper.extraction.byline.words import JOINERS
from scraper.extraction.cleaning import clean_text
from scraper.extraction.document import TEXT, Document

MAX_RAW = 4_000
"""Characters, white space included, of an element that may be a credit."""
MAX_LEAVES = 8
MAX_PART = 80
"""Characters, white space included, of a name, a label or a place."""
MAX_CLASS = 500
"""Characters of an element's class and id that are looked at."""

_PLACE_CLASS = re.compile(
    r"(?<![a-z])(?:location|locality|dateline|place(?!-(?:self|content|items))|city|lugar|ciudad|"
    r"localidad|lloc|lieu|ville|ort|luogo|citta|cidade|plaats|miasto|lokasi)(?![a-z])"
)
"""Of the part of a credit that says from where."""
_MAIL = re.compile(r"\s*\S{1,64}@[\w.-]{2,64}\s*")
_APART = re.compile(r"\s*[-–—|,]\s*$")
_PLAIN_PART = frozenset(("span", "em", "i", "small", "strong", "b"))


def text_of(document: Document, index: int) -> str:
    """The text of an element, a space between two of its parts that would run together, and a
    label behind a name in brackets: ``<span>Ann Lee</span><span>Photo</span>``."""
    parts: list[str] = []
    size = 0
    before = -1
    for at, text in _parts(document, index):
        if parts and _is_next_line(document, before, at) and _ends_line("".join(parts)):
            parts.append(" | ")
        before = at
        if len(text) <= MAX_PART and is_label(text) and _is_alone(document, at):
            if not parts:
                text = f"{text.strip()}: " if len(text.strip()) > 3 else text
            elif _closes(document, at):
                parts[-1] = parts[-1].rstrip(" ,")
                text = f" ({text.strip()})"
        elif parts and parts[-1].endswith(")") and parts[-1].startswith(" ("):
            parts.append(", ")
        elif parts and parts[-1] and _run_together(parts[-1][-1], text[0]):
            parts.append(" ")
        parts.append(text)
        size += len(text)
        if size > MAX_RAW:
            return ""
    return clean_text("".join(parts))


def line_of(document: Document, first: int, last: int) -> str:
    """The text of a line, a space or a bar between two elements that stand beside each other
    without any white space, or in two lines: ``<span>By Ann Lee</span><span>120 views</span>``."""
    if first == last:
        return clean_text(document.texts[first])
    parts: list[str] = []
    before = -1
    for at in range(first, last + 1):
        text = document.texts[at]
        if not text or document.tags[at] == "br":
            continue
        if _is_pressed(document, at, text):
            continue
        if before >= 0 and _is_next_line(document, before, at) and _ends_line("".join(parts)):
            parts.append(" | ")
        elif before >= 0 and not (text[0].isspace() or parts[-1][-1].isspace()):
            own = document.parents[before]
            if own != document.parents[at] and document.ends[own] <= document.parents[at]:
                parts.append(" | " if _is_whole(parts[-1]) and _is_whole(text) else " ")
        parts.append(text)
        before = at
    return clean_text("".join(parts))


def _is_next_line(document: Document, before: int, at: int) -> bool:
    """A line break stands before the text, which does not go on as a list: ``and Bob Kim``."""
    if "br" not in document.tags[before + 1 : at]:
        return False
    return document.texts[at].lstrip()[:20].partition(" ")[0] not in JOINERS


def _ends_line(text: str) -> bool:
    """What stands before a line break is a name with what belongs to it, and not only a label or
    the first half of a list: ``Ann Lee<br>Transport correspondent``."""
    words = text.split()
    if len(words) < 2 or text.rstrip()[-1] in ":,;|&":
        return False
    return not is_label(text) and not (words[-1].islower() and not is_caseless(words[-1]))


def _is_whole(text: str) -> bool:
    words = text.split()
    return len(words) >= 2 and not words[-1].endswith((":", ","))


def leaves_of(document: Document, index: int) -> Iterator[str]:
    """The first texts of an element, where it holds more than one. What begins with a comma
    goes on about the one before."""
    filled = [clean_text(text) for _, text in _parts(document, index) if text.strip()]
    if len(filled) > 1:
        yield from (
            text for text in filled[:MAX_LEAVES] if 2 < len(text) <= 60 and text[0] not in ",;،、"
        )


def is_behind_words(document: Document, link: int) -> bool:
    """Whom the line names behind other words than a credit's: ``In this story: Ann Lee``."""
    own = document.parents[link]
    before = "".join(document.texts[own + 1 : link])
    if len(before) > MAX_RAW or not before.strip().endswith((":", "：")):
        return False
    return not any(
        "author" in roles for start, _, roles in colon_labels(before.strip()) if not start
    )


def _parts(document: Document, index: int) -> Iterator[tuple[int, str]]:
    """The texts of an element with their nodes, without addresses of mail, buttons and what says
    from where: an element called a place, and what a dash divides from a name in plain text."""
    end = document.ends[index]
    at = index
    before = -1
    while at < end:
        text = document.texts[at]
        if document.tags[at] != TEXT:
            if at > index and _is_place(document, at, before, end):
                at = document.ends[at]
                continue
        elif (
            text
            and not _is_pressed(document, at, text)
            and not ("@" in text[:MAX_RAW] and _MAIL.fullmatch(text[:MAX_RAW]))
        ):
            yield at, text
            before = at
        at += 1


def _is_pressed(document: Document, at: int, text: str) -> bool:
    """A button or a link such as ``Email the author``: it is all that its element holds."""
    return (
        len(text) <= MAX_PART
        and document.tags[at] == TEXT
        and is_call(text)
        and _is_alone(document, at)
    )


def _is_place(document: Document, at: int, before: int, end: int) -> bool:
    name = document.texts[before] if before >= 0 else ""
    if len(name) > MAX_PART:
        name = ""
    own = document.texts[at + 1] if document.ends[at] == at + 2 else ""
    if 0 < len(own) <= MAX_PART and is_place(own) and is_plain_name(name.strip()):
        return True
    words = document.words[at]
    if words and len(words) <= MAX_CLASS and _PLACE_CLASS.search(words):
        return True
    return (
        before == at - 1
        and document.tags[at] in _PLAIN_PART
        and document.ends[at] == end
        and document.parents[before] == document.parents[at]
        and _APART.search(name) is not None
        and is_plain_name(_APART.sub("", name).strip())
    )


def _closes(document: Document, at: int) -> bool:
    """The element of the text is the last thing in its parent."""
    outer = document.parents[document.parents[at]]
    return outer >= 0 and document.ends[outer] == at + 1


def _is_alone(document: Document, at: int) -> bool:
    """The text is all that its element holds."""
    own = document.parents[at]
    return own == at - 1 and document.ends[own] == at + 1


def _run_together(last: str, first: str) -> bool:
    if last.islower() and first.isupper():
        return True
    return is_caseless(last) and (is_caseless(first) or first.isdigit())

"""Names without a label: the parts of a line that are nothing but people's names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from scraper.extraction.body.runs import TextRun
from scraper.extraction.byline import parse_byline
from scraper.extraction.byline.chunks import FIRST_NAMES, is_day_name, without_date
from scraper.extraction.byline.names import is_caseless, is_label, is_organisation, key
from scraper.extraction.cleaning import clean_text
from scraper.extraction.document import TEXT, Document

CJK = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
_ASIDE = re.compile(r"\s*\([^()]{0,40}\)$")
_NAME_SHAPE = re.compile(r"^[^\W\d_][\w'’.-]*(?:\s+[^\W\d_][\w'’.-]*){1,3}$")
_PIECES = re.compile(r"\s*[|•·∙]\s*|\s+[-–—]\s+|\s*/\s+|\s+/\s*")
_FULL_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{4}\..{0,20}\d:\d\d")
"""What is no year alone: ``Ana Ruiz 04/03/2025``, not ``River Cup 2026``."""
_BETWEEN = frozenset("bin binti bint ibn van von ter ten".split())
"""Small words inside names, never inside those of places or sections."""
_DATE_VERBS = frozenset(
    "updated published posted modified created last aktualisiert veröffentlicht actualizado "
    "publicado atualizado aggiornato publié mis geplaatst diperbarui".split()
)
_MONTHS_TOO = frozenset(("april", "june", "july", "august", "avril", "mart"))
_DAYS_TOO = frozenset(("marco", "jana", "juma", "juni", "domingo", "augusta"))
"""Months and days of one language, names in another."""


def _texts(document: Document, first: int, last: int) -> Iterator[str]:
    """The texts of a line up to the one behind words and a colon: ``In this story: Ann Lee``."""
    before = ""
    for index in range(first, last + 1):
        if document.tags[index] == TEXT:
            text = clean_text(document.texts[index])
            names = bool(text) and not any(c.isdigit() for c in text)
            if names and before.endswith(":") and not is_label(before):
                return
            before = text or before
            yield text


def name_leaves(document: Document, first: int, last: int) -> Iterator[str]:
    for text in _texts(document, first, last):
        name = text.rstrip(" -–—|")
        if _NAME_SHAPE.match(name) and all(
            word[0].isupper() for word in name.split() if len(word) > 3
        ):
            yield name
            if name != text:
                return  # behind a dash stands from where


def name_pieces(document: Document, run: TextRun) -> Iterator[str]:
    """The parts of a line between its bars and dots, without its date."""
    for text in _texts(document, run.first, run.last):
        for piece in _PIECES.split(text):
            parts = [part.strip() for part in re.split(r"[,،]", piece)]
            parts = [without_date(part) if _FULL_DATE.search(part) else part for part in parts]
            named = [part for part in parts if part and not any(c.isdigit() for c in part)]
            if named and len(parts) <= 3:
                yield ", ".join(named)


def only_name(piece: str, language: str | None) -> str | None:
    """One or two people's names, an agency or a place behind them at most: ``Jan Novák, PAP``."""
    piece = _ASIDE.sub("", without_date(piece)).strip()
    first, _, rest = piece.partition(",")
    words = first.split()
    if not 2 <= len(words) <= 4 or len(piece) > 60 or CJK.search(piece):
        return None
    if re.search("[:：?!]", piece) or _is_of_date(words):
        return None
    if len(rest.split()) > 2 or is_organisation(first):
        return None
    caseless = is_caseless(first)
    if not caseless and not all(word[0].isupper() or word in _BETWEEN for word in words):
        return None
    if caseless and any(len(word) < 2 for word in words):
        return None
    byline = parse_byline(first, language=language)
    return first if byline.authors == (first,) and not byline.organisations else None


def _is_of_date(words: Sequence[str]) -> bool:
    """``Tuesday Morning``, ``Updated Tue``; not ``April Jones``."""
    if key(words[0]) in _DATE_VERBS:
        return True
    return any(
        len(word) > 3
        and is_day_name(word)
        and key(word) not in FIRST_NAMES | _DAYS_TOO
        and (at > 0 or key(word) not in _MONTHS_TOO)
        for at, word in enumerate(words)
    )

"""The lookup of FTS5's index: by which word each of its pages is found.

FTS5's own ``integrity-check`` compares all words on its pages with the articles' text, but hardly
looks at the table ``search_idx``, by which a page is found: a word that is on a page and not
looked for there is lost. The format is described in ``fts5_index.c`` of SQLite: a segment's pages
hold its words in order, and a row (segment, word, page) says that words from that one on stand on
that page, the word being cut to what tells it from the last one on the page before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from sqlalchemy import text
from sqlalchemy.orm import Session

_FIRST_PAGE = 1 << 10
"""Ids of rows below are none of pages."""
_SEGMENT_AT, _LIST_AT, _HEIGHT_AT, _PAGE_MASK = 37, 36, 31, (1 << 31) - 1

_PAGES = text("SELECT id FROM search_data WHERE id >= :first ORDER BY id")
_PAGE = text("SELECT block FROM search_data WHERE id = :id")
_LOOKUP = text("SELECT segid, term, pgno FROM search_idx ORDER BY segid, term")


def check_lookup(session: Session) -> Iterator[str]:
    """What is wrong with it, a line a finding. Reads only.

    Raises ``LookupError`` and ``TypeError`` for pages that are none.
    """
    pages: dict[int, list[int]] = defaultdict(list)
    lists: set[tuple[int, int]] = set()
    for page_id in session.scalars(_PAGES, {"first": _FIRST_PAGE}):
        segment, page = page_id >> _SEGMENT_AT, page_id & _PAGE_MASK
        if page_id >> _LIST_AT & 1:
            lists.add((segment, page))
        elif not page_id >> _HEIGHT_AT & 0b11111:
            pages[segment].append(page)
    lookup: dict[int, list[tuple[bytes, int]]] = defaultdict(list)
    for segment, term, place in session.execute(_LOOKUP):
        lookup[segment].append((bytes(term), place >> 1))
        if place & 1 and (segment, place >> 1) not in lists:
            yield f"page {place >> 1} of part {segment} has no list of its places"
    for segment in sorted(pages.keys() | lookup.keys()):
        yield from _check_segment(session, segment, pages[segment], lookup[segment])


def _check_segment(
    session: Session, segment: int, pages: list[int], lookup: list[tuple[bytes, int]]
) -> Iterator[str]:
    found: dict[int, list[bytes]] = defaultdict(list)
    for term, page in lookup:
        found[page].append(term)
    if any(later <= earlier for (_, earlier), (_, later) in pairwise(lookup)):
        yield f"the pages of part {segment} are looked up in another order than theirs"
    before: int | None = None
    """The last page that has a word on it."""
    for page in pages:
        first = _first_term(_load(session, segment, page))
        if first is None:
            continue  # the rest of a list of places that began before
        terms = found[page]
        if len(terms) != 1 or not (
            first.startswith(terms[0])
            # What is removed for good takes the first word off a page, and not its row.
            or (terms[0] <= first and _comes_after(session, segment, before, terms[0]))
        ):
            yield f"page {page} of part {segment} is not found by the words on it"
        before = page


def _comes_after(session: Session, segment: int, page: int | None, term: bytes) -> bool:
    return page is None or _last_term(_load(session, segment, page)) < term


def _load(session: Session, segment: int, page: int) -> bytes:
    page_id = (segment << _SEGMENT_AT) + page
    return bytes(session.execute(_PAGE, {"id": page_id}).scalar_one())


def _first_term(block: bytes) -> bytes | None:
    """The first word that begins on a page, which stands there whole."""
    end = int.from_bytes(block[2:4], "big")
    if end >= len(block):
        return None
    at, _ = _varint(block, end)
    size, at = _varint(block, at)
    return block[at : at + size]


def _last_term(block: bytes) -> bytes:
    """Each word but the first is written as what it shares with the one before, and the rest."""
    foot = int.from_bytes(block[2:4], "big")
    start, foot = _varint(block, foot)
    size, at = _varint(block, start)
    term = block[at : at + size]
    while foot < len(block):
        step, foot = _varint(block, foot)
        start += step
        shared, at = _varint(block, start)
        size, at = _varint(block, at)
        term = term[:shared] + block[at : at + size]
    return term


def _varint(block: bytes, at: int) -> tuple[int, int]:
    """SQLite's variable-length integer at a place, and the place after it."""
    value = 0
    for count in range(9):
        byte = block[at + count]
        if count == 8:
            return (value << 8) | byte, at + 9
        value = (value << 7) | (byte & 0x7F)
        if byte < 0x80:
            return value, at + count + 1
    raise AssertionError("unreachable")

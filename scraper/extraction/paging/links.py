"""The further pages of an article that is cut into several: the next one, and the whole.

Pure. A link counts only where its address is plainly the same article's: same host, same path and
query up to the page's number, and that number is the current one's plus one. ``rel=next`` alone
says nothing: of 1,183 real pages 110 have it, on three it leads to the article's next page, and on
nearly all others to the next post of a blog.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import SplitResult, quote, unquote, urlsplit

from scraper.errors import AddressError
from scraper.extraction.cleaning import fold_text
from scraper.extraction.document import Document
from scraper.extraction.paging.addresses import (
    ALL,
    ALL_ENDS,
    NUMBERS,
    PERHAPS_ALL,
    NumberedAddress,
    has_pair,
    is_of_article,
    read_numbers,
    shows_all,
)
from scraper.extraction.word_lists import read_sections
from scraper.urls import host_of, join_address

MAX_LINKS = 300
"""Links of one page that are looked at closely."""
MAX_GAP = 1_000
"""Characters between the end of the text and a link to its next page: tags, share buttons."""
MAX_NUMBER = 30
"""Whoever links a higher page pages through a list, or through comments."""

_WORDS = {name: frozenset(words) for name, words in read_sections("paging.txt").items()}

# What follows an article's name in the addresses of its comments and its share buttons, …
_ELSEWHERE = re.compile(r"comment|respond|reply|kommentar|share=|trackback", re.IGNORECASE)
# … and in a link to itself.
_NOTHING = re.compile(r"/?(?:\.\w{1,5})?/?$")
# Class words of what is around a link, as whole parts of a name.
_AROUND = re.compile(
    r"(?<![a-z])(?:comments?|commentlist|comment-list|kommentare?|komentar|comentarios|reply|replies"
    r"|disqus|respond|reviews?|related|recommended|terkait|latest|trending|popular|calendar"
    r"|archive|tabs|otz|otzyvy?)(?![a-z])"
)
_AROUND_TAGS = frozenset(("aside", "footer"))
_MARKS = " \t\u00a0<>«»‹›←→⟩▶►▸❯⇒»…|[]()·:.-–—\u200e\u200f"
_COUNTED = re.compile(
    r"(?:(\D{1,12}?)[ .:]{0,2})?([1-9]\d?)(?: ?(?:/|of|von|dari|de) ?\d{1,2})?(?:页|頁|ページ|쪽)?"
)


@dataclass(frozen=True, slots=True)
class Paging:
    """Absolute addresses on the page's own host; ``None`` where the page names none."""

    next_url: str | None = None
    whole_url: str | None = None


@dataclass(slots=True)
class _Target:
    """One address that the page links, and how."""

    reference: str
    parts: SplitResult
    labels: set[str] = field(default_factory=set)
    is_next: bool = False
    """By ``rel=next``."""


def find_paging(document: Document, url: str | None, end: int | None = None) -> Paging:
    """The next page of the article at ``url`` (its final address), and the whole one.

    ``end``: the node where the article's text ends; a link far behind it pages through something
    else.
    """
    if not url:
        return Paging()
    own = urlsplit(url)
    if (own.path in ("", "/") and not own.query) or shows_all(own):
        return Paging()
    readings = [reading for reading in read_numbers(own) if is_of_article(reading)]
    targets = _collect(document, url, own, readings, end) if readings else []
    if not targets:
        return Paging()
    following = _choose_next(readings, targets)
    whole = next((target for target in targets if _is_whole(target, readings)), None)
    return Paging(_address(document, url, following), _address(document, url, whole))


def _collect(
    document: Document, url: str, own: SplitResult, readings: list[NumberedAddress], end: int | None
) -> list[_Target]:
    """What the page links on its own host that may be a page of the same article."""
    stems = _stems(readings)
    base = base_of(document, url)
    host = host_of(url)
    limit = _limit(document, end)
    targets: dict[str, _Target] = {}
    parsed: dict[str, SplitResult | None] = {}
    for reference, index in _references(document, stems, host, is_first=len(readings) == 1):
        if reference not in parsed:
            parsed[reference] = parse_reference(base, reference, host)
        parts = parsed[reference]
        if parts is None or (parts.path, parts.query) == (own.path, own.query):
            continue
        if index is not None and (index > limit or stands_elsewhere(document, index)):
            continue
        target = targets.setdefault(f"{parts.path}?{parts.query}", _Target(reference, parts))
        if index is None:
            target.is_next = True
            continue
        target.is_next |= "next" in document.attribute(index, "rel").lower().split()
        for label in (document.text_of(index)[:80], document.attribute(index, "title")[:80]):
            if label:
                target.labels.add(fold_text(label).strip(_MARKS))
    return list(targets.values())


def _references(
    document: Document, stems: tuple[str, ...], host: str, *, is_first: bool
) -> Iterator[tuple[str, int | None]]:
    """The addresses linked that may be this article's, with the link's node; quickly.

    ``is_first``: the page's own address holds nothing that may be a page's number, so that a link
    to itself says nothing.
    """
    for own in document.link_rels:
        if "next" in (own.get("rel") or "").lower():
            yield own.get("href") or "", None
    attributes, taken = document.attributes, 0
    for index in document.by_tag.get("a", ()):
        reference = attributes[index].get("href")
        if not reference:
            continue
        for stem in stems:
            if stem in reference:
                break
        else:
            # "2/", "?page=2": relative to the page itself.
            if reference[0] != "?" and not (len(reference) <= 4 and reference[0] in "123456789"):
                continue
            stem = ""
        if _leads_on(reference, stem, host, is_first=is_first):
            yield reference, index
            taken += 1
            if taken == MAX_LINKS:
                return


def _leads_on(reference: str, stem: str, host: str, *, is_first: bool) -> bool:
    """Whether an address that holds ``stem`` may be another page of this article."""
    if "//" in reference[:8] and f"//{host}" not in reference[: len(host) + 8]:
        return False
    bare, _, fragment = reference.partition("#")
    rest = bare.rpartition(stem)[2] if stem else bare
    if is_first and (stem not in bare or _NOTHING.match(rest)):
        return False
    return not _ELSEWHERE.search(rest) and not _ELSEWHERE.search(fragment)


def _stems(readings: list[NumberedAddress]) -> tuple[str, ...]:
    """What every address of this article holds: its path's last piece, without an ending."""
    stems = set()
    for reading in readings:
        path = reading.article[0]
        before, _, last = path.rpartition("/")
        stem = last.partition(".")[0] or path
        if stem == "index":  # many addresses hold this, and many something as short
            stem = f"{before.rpartition('/')[2]}/{stem}"
        elif len(stem) < 4 and last:
            stem = last
        stems.add(stem)
    return tuple(stems | {_quoted(stem) for stem in stems if not stem.isascii()})


def _quoted(stem: str) -> str:
    return quote(stem)


def base_of(document: Document, url: str) -> str:
    """What the references of the page at ``url`` are relative to: itself where its ``<base>`` is
    no address."""
    try:
        return join_address(url, document.base) if document.base else url
    except AddressError:
        return url


def parse_reference(base: str, reference: str, host: str) -> SplitResult | None:
    """The address in parts, where it is on ``host``."""
    try:
        address = join_address(base, reference)
    except AddressError:
        return None
    return urlsplit(address) if host_of(address) == host else None


def _limit(document: Document, end: int | None) -> int:
    """The last node that is near the text."""
    count = len(document.texts)
    if end is None:
        return count
    size = 0
    for index in range(end + 1, count):
        size += len(document.texts[index])
        if size > MAX_GAP:
            return index
    return count


def stands_elsewhere(document: Document, index: int) -> bool:
    """Whether a link stands among comments, other articles or in the page's foot."""
    for outer in document.ancestors(index):
        tag = document.tags[outer]
        if tag in _AROUND_TAGS:
            return True
        if tag in ("article", "main", "body"):
            return False
        words = document.words[outer]
        if words and _AROUND.search(words):
            return True
    return False


def _choose_next(readings: list[NumberedAddress], targets: list[_Target]) -> _Target | None:
    numbered = defaultdict(list)
    for target in targets:
        for reading in read_numbers(target.parts):
            numbered[reading.article].append((target, reading))
    for own in readings:
        pages = numbered.get(own.article, [])
        highest = max(
            (n for linked, _ in pages for n in map(count_of, linked.labels) if n), default=0
        )
        if highest > MAX_NUMBER:
            continue
        for target, reading in pages:
            if reading.number is not None and _follows(own, reading, target, pages):
                return target
    return None


def _follows(
    own: NumberedAddress,
    reading: NumberedAddress,
    target: _Target,
    pages: list[tuple[_Target, NumberedAddress]],
) -> bool:
    """Whether ``reading``, which is of the same article, is the page after ``own``."""
    assert reading.number is not None
    counts = {count for label in target.labels if (count := count_of(label))}
    says_next = not _WORDS["next"].isdisjoint(target.labels)
    if own.number is None:
        if reading.number == 2:
            good = 2 in counts or (not counts and (says_next or target.is_next))
        else:  # counted from 0: the address says 1 where the link says 2
            counts_from_one = any(
                1 in map(count_of, linked.labels) for linked, _ in pages if linked is target
            )
            good = reading.number == 1 and not counts_from_one and (2 in counts or says_next)
            good = good and reading.shape in NUMBERS
    else:
        good = reading.shape == own.shape and reading.number == own.number + 1
        good = good and (
            says_next or target.is_next or bool(counts & {reading.number, reading.number + 1})
        )
    if not good or reading.shape in NUMBERS or reading.shape == "marked":
        return good
    if reading.shape == "worded":  # a blog's list has rel=next, too
        return says_next or bool(counts)
    if reading.shape == "suffix" and reading.number not in counts:
        return False  # the second article of that name has the same address
    return own.number is None or any(_is_before(own, other, linked) for linked, other in pages)


def _is_before(own: NumberedAddress, reading: NumberedAddress, target: _Target) -> bool:
    """Whether the page before ``own`` is linked as such: then its number is a page's."""
    assert own.number is not None
    before = own.number - 1
    if reading.shape not in ("", own.shape) or reading.number not in (None, before):
        return False
    if (reading.number or 1) != before:
        return False
    return own.shape == "segment" or before in map(count_of, target.labels)


def count_of(label: str) -> int | None:
    """The page's number that a link's text is: "2", "Page 2", "2/5"."""
    if len(label) > 24:
        return None
    match = _COUNTED.fullmatch(label)
    if match is None or (match[1] and match[1].strip(_MARKS) not in _WORDS["page"]):
        return None
    return int(match[2])


def _is_whole(target: _Target, readings: list[NumberedAddress]) -> bool:
    """Whether the link leads to all of this article on one page."""
    labels = target.labels
    says_whole = not _WORDS["whole"].isdisjoint(labels)
    plainly = says_whole and any(
        label in _WORDS["whole"] and label not in _WORDS["vague"] for label in labels
    )
    path, query = unquote(target.parts.path).rstrip("/"), target.parts.query
    articles = {reading.article for reading in readings}
    if shows_all(target.parts):
        left = [
            pair
            for pair in query.split("&")
            if pair and not (has_pair(pair, ALL) or has_pair(pair, PERHAPS_ALL))
        ]
        bare = SplitResult("", "", target.parts.path, "&".join(left), "")
        if read_numbers(bare)[0].article not in articles:
            return False
        return says_whole or has_pair(query, ALL)
    for end in ALL_ENDS if says_whole else ():
        stem, dot, ending = (
            path.rpartition(".") if "." in path.rpartition("/")[2] else (path, "", "")
        )
        if stem.endswith(end):
            bare_path = stem.removesuffix(end) + dot + ending
            return any(bare_path == article[0] for article in articles)
    return plainly and any(
        path == article[0] and set(article[1]) < set(query.split("&")) for article in articles
    )


def _address(document: Document, url: str, target: _Target | None) -> str | None:
    if target is None:
        return None
    try:
        return join_address(base_of(document, url), target.reference)
    except AddressError:
        return None

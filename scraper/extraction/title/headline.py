"""The headline: the heading nearest above the text, confirmed or corrected by what the page
states elsewhere.

The order of the rules and their confidences follow a count over 779 annotated pages: the heading
equal to a stated headline is right on 97 %; ``og:title`` and ``<title>`` are one field of the
CMS, not two witnesses; a heading that nothing confirms loses only to a stated headline that
hardly shares a word with it (then it is a logo or a section).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from scraper.extraction.cleaning import clean_markup, measure_text, words_of
from scraper.extraction.context import PageContext
from scraper.extraction.document import Document
from scraper.extraction.title.headings import (
    Heading,
    find_headings,
    has_own_class,
    names_on_root_links,
    other_headings,
    parts_of,
    without_kicker,
)
from scraper.extraction.title.sites import (
    EDGES,
    SiteNames,
    first_part,
    fold_title,
    is_edge_of,
    strip_site,
)
from scraper.model.types import Candidate

__all__ = ["Title", "extract_title", "strip_site"]

MAX_TITLE = 400
_ELLIPSIS = " .…"
_META = ("parsely-title", "sailthru.title", "dc.title", "dcterms.title", "headline")
_WEAK = frozenset(("title:first-part", "json-ld:alternativeHeadline"))
"""They confirm a heading, and never take its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    value: str | None = None
    source: str = ""
    confidence: float = 0.0
    candidates: tuple[Candidate, ...] = ()
    start: int = -1
    """The node of the heading in the page; -1 where there is none."""
    end: int = -1
    folded: frozenset[str] = field(default_factory=frozenset)
    """Every headline above the text or stated, folded."""


@dataclass(frozen=True, slots=True)
class _Stated:
    """What the page states as its headline, best first."""

    candidates: tuple[Candidate, ...]
    usable: tuple[tuple[Candidate, str], ...]
    """Those that say more than the site's name, with their folded form."""
    keys: dict[str, Candidate]
    whole: tuple[str, ...]
    """The titles with the site's name, folded."""


_Choice = tuple[Candidate, Heading | None]


def extract_title(page: PageContext) -> Title:
    """The headline, with every one that lost."""
    document, body_start = page.document, page.layout.start
    headings, logos = find_headings(document, "h1")
    names = SiteNames.of(
        dict.fromkeys(fold_title(name) for name in page.site_names if name),
        (fold_title(name) for name in (*logos, *names_on_root_links(document))),
    )
    stated = _read_stated(page, names)
    chosen = _choose(document, headings, stated, names, body_start)
    printed = [Candidate(h.text, h.tag, 0.81) for h in headings[:8]]
    candidates = tuple(dict.fromkeys((*printed, *stated.candidates)))
    above = {heading.key for heading in headings[:8] if heading.index <= body_start}
    folded = above | stated.keys.keys()
    if chosen is None:
        return Title(candidates=candidates, folded=frozenset(folded))
    candidate, heading = chosen
    if heading is None:
        lower = find_headings(document, "h2")[0]
        heading = _heading_like(candidate.value, [*headings, *lower])
    return Title(
        value=candidate.value[:MAX_TITLE],
        source=candidate.source,
        confidence=candidate.confidence,
        candidates=candidates,
        start=heading.index if heading else -1,
        end=document.ends[heading.index] - 1 if heading else -1,
        folded=frozenset(folded | {fold_title(candidate.value)}),
    )


def _read_stated(page: PageContext, names: SiteNames) -> _Stated:
    metadata, node = page.metadata, page.node
    candidates: list[Candidate] = []

    def add(value: str | None, source: str, confidence: float) -> None:
        if value and value.strip():
            candidates.append(Candidate(value.strip()[:MAX_TITLE], source, confidence))

    if node is not None:
        add(node.headline, "json-ld:headline", 0.88)
        if not node.headline:
            add(node.name, "json-ld:name", 0.8)

    @cache
    def strip(text: str | None) -> str | None:
        return strip_site(text, names) if text else None

    for name in _META:
        if name in metadata.tags:
            add(strip(metadata.first(name)), f"meta:{name}", 0.85)
    social = metadata.first("og:title")
    add(strip(social), "meta:og:title", 0.79)
    twitter = metadata.first("twitter:title", "twitter:text:title")
    add(strip(twitter), "meta:twitter:title", 0.78)
    printed = clean_markup(page.document.page_title)
    add(strip(printed), "title", 0.63)
    add(printed and first_part(printed), "title:first-part", 0.5)
    if node is not None:
        add(node.alternative, "json-ld:alternativeHeadline", 0.29)
    folded = [(candidate, fold_title(candidate.value)) for candidate in candidates]
    usable = [(c, k) for c, k in folded if c.source not in _WEAK and not names.is_name(c.value)]
    return _Stated(
        tuple(candidates),
        tuple(sorted(usable, key=lambda entry: _is_cut(entry[1]))),
        {key: candidate for candidate, key in reversed(folded)},
        tuple({fold_title(text[:MAX_TITLE]) for text in (social, twitter, printed) if text}),
    )


def _is_cut(folded: str) -> bool:
    """``A headline that is too long for ...``"""
    return folded.endswith(("...", "…"))


def _nearest_above(headings: list[Heading], body_start: int) -> Heading | None:
    above = [h for h in headings if h.index < body_start]
    if above:
        return above[-1]
    return headings[0] if headings else None


def _choose(
    document: Document,
    headings: list[Heading],
    stated: _Stated,
    names: SiteNames,
    body_start: int,
) -> _Choice | None:
    nearest = _nearest_above(headings, body_start)
    keys = stated.keys
    if nearest is not None:
        part = _confirmed_part(document, nearest, keys)
        if part is not None:
            return Candidate(part, "h1:part+" + keys[fold_title(part)].source, 0.98), nearest
        if nearest.key in keys and not _is_section(nearest, stated):
            return _confirmed(nearest, keys[nearest.key], 0.97), nearest
    for heading in headings:
        if heading is nearest or names.is_name(heading.text):
            continue
        if heading.key in keys:
            return _confirmed(heading, keys[heading.key], 0.95), heading
    if nearest is not None and nearest.index >= body_start:
        # The text's own headings are of the first level: the headline is another's.
        for heading in other_headings(document, body_start):
            if heading.key in keys and heading.index < body_start:
                return _confirmed(heading, keys[heading.key], 0.9), heading
    if nearest is not None and not names.is_known(nearest.text):
        return _judge_unconfirmed(document, nearest, stated)
    return _without_heading(document, stated, body_start)


def _confirmed(heading: Heading, stated: Candidate, confidence: float) -> Candidate:
    """The heading as printed; as stated, where it is printed in capitals."""
    shouted = heading.text.isupper() and not stated.value.isupper()
    text = stated.value if shouted else heading.text
    return Candidate(text, f"{heading.tag}+{stated.source}", confidence)


def _is_section(heading: Heading, stated: _Stated) -> bool:
    """A word that ``<title>`` has too, where the article's own metadata says something else."""
    if measure_text(heading.key) >= 15 or stated.keys[heading.key].confidence > 0.63:
        return False
    best, key = stated.usable[0] if stated.usable else (None, "")
    return (
        best is not None
        and best.confidence >= 0.78
        and measure_text(key) >= 20
        and heading.key not in key
    )


def _confirmed_part(document: Document, heading: Heading, keys: dict[str, Candidate]) -> str | None:
    """A child of the heading that says what is stated, where the whole says more (a kicker)."""
    if heading.key in keys:
        return None
    for part in parts_of(document, heading):
        if len(part) >= 8 and fold_title(part) in keys:
            return part
    return None


def _judge_unconfirmed(document: Document, nearest: Heading, stated: _Stated) -> _Choice:
    """The heading says what nothing else says: it, or the stated headline."""
    text = without_kicker(document, nearest)
    heading = Candidate(text, "h1", 0.8)
    key, size = fold_title(text), measure_text(text)
    whole = next((title for title in stated.whole if is_edge_of(key, title)), None)
    if size >= 10 and whole is not None:
        below = _heading_of_rest(document, nearest, whole)
        if below is not None:
            return Candidate(below.text, f"{below.tag}+title's edge", 0.86), below
        return Candidate(text, "h1+title's edge", 0.86), nearest
    if size >= 15 and any(key in other for _, other in stated.usable):
        return Candidate(text, "h1 in stated", 0.86), nearest
    own = set(words_of(key))
    for candidate, other in stated.usable:
        if _is_cut(other) and key.startswith(other.rstrip(_ELLIPSIS)):
            return heading, nearest
        if measure_text(other) >= 15 and other in key:
            if key.startswith(other) and not is_edge_of(other, key):
                return heading, nearest  # the heading says more
            # A kicker or the site's name runs into the headline.
            return Candidate(candidate.value, candidate.source + "<h1", 0.85), nearest
        theirs = set(words_of(other))
        if not theirs:
            continue
        shared = len(own & theirs)
        if candidate.source.startswith("json-ld") and shared > 0.7 * max(len(own), len(theirs)):
            return candidate, nearest
        if _is_no_headline(document, nearest, size, shared, own, theirs):
            if measure_text(candidate.value) >= max(10, size):
                return candidate, None
            continue
        return heading, nearest
    return heading, nearest


def _heading_of_rest(document: Document, nearest: Heading, whole: str) -> Heading | None:
    """The lower heading that says the rest of ``Name of the blog - Headline``, where the ``h1``
    says the first part."""
    if not whole.startswith(nearest.key):
        return None
    rest = whole[len(nearest.key) :].lstrip(EDGES)
    if measure_text(rest) < max(15, measure_text(nearest.key)):
        return None
    for tag in ("h2", "h3"):
        for heading in find_headings(document, tag)[0]:
            if heading.key.endswith(rest) and len(heading.key) <= len(rest) + 3:
                return heading
    return None


def _is_no_headline(
    document: Document, heading: Heading, size: int, shared: int, own: set[str], theirs: set[str]
) -> bool:
    """Whether a heading beside a stated headline is a section's or the site's: it shares hardly a
    word with it, or is a word."""
    if has_own_class(document, heading):
        return False
    if shared < 0.2 * min(len(own), len(theirs)):
        return True
    return size < 15 and not (len(own) > 1 and own <= theirs)


def _without_heading(document: Document, stated: _Stated, body_start: int) -> _Choice | None:
    others = other_headings(document, body_start)
    keys = stated.keys
    for heading in others:
        if heading.key in keys:
            return _confirmed(heading, keys[heading.key], 0.9), heading
    if stated.usable:
        return _least_kicker(stated.usable), None
    if others:
        return Candidate(others[0].text, others[0].tag, 0.69), others[0]
    if stated.candidates:
        return stated.candidates[0], None
    return None


def _least_kicker(usable: tuple[tuple[Candidate, str], ...]) -> Candidate:
    """The best stated headline; where another one is its end ("Kicker: headline"), that."""
    best, key = usable[0]
    for candidate, other in usable[1:]:
        if measure_text(other) >= 15 and key.endswith(other) and is_edge_of(other, key):
            return candidate
    return best


def _heading_like(value: str, headings: list[Heading]) -> Heading | None:
    own = set(words_of(fold_title(value)))
    for heading in headings:
        theirs = set(words_of(heading.key))
        if own and len(own & theirs) >= 0.5 * len(own):
            return heading
    return None

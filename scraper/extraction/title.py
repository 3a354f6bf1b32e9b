"""The headline: the heading nearest above the text, confirmed or corrected by what the page
states elsewhere.

The order of the rules and their confidences follow a count over 779 annotated pages: the heading
equal to a stated headline is right on 97 %; ``og:title`` and ``<title>`` are one field of the
CMS, not two witnesses; a heading that nothing confirms loses only to a stated headline that
hardly shares a word with it (then it is a logo or a section).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from scraper.extraction.cleaning import fold_text, measure_text, words_of
from scraper.extraction.document import TEXT, Document
from scraper.extraction.metadata import ArticleNode, Metadata
from scraper.types import Candidate

MAX_TITLE = 400
_SPLITTER = re.compile(r"(\s+[-–—|•·»›~/:]{1,3}\s+|\s*[|»›]\s*|\s*:{2}\s*)")
_TITLE_CLASS = re.compile(
    r"(?<![a-z])(?:(?:entry|post|article|story|news|page|content|main)[-_ ]?)?(?:title|"
    r"headline|titre|titulo|judul|titolo|heading)(?![a-z])"
)
_NOT_HERE = frozenset(("nav", "footer", "aside"))


@dataclass(frozen=True, slots=True)
class Title:
    value: str | None = None
    source: str = ""
    confidence: float = 0.0
    candidates: tuple[Candidate, ...] = ()
    start: int = -1
    """The node of the heading in the page; -1 where there is none."""
    end: int = -1
    folded: frozenset[str] = field(default_factory=frozenset)
    """Every headline the page has, folded."""


@dataclass(frozen=True, slots=True)
class _Heading:
    text: str
    index: int
    tag: str

    @property
    def key(self) -> str:
        return fold_text(self.text)


def extract_title(
    document: Document,
    metadata: Metadata,
    node: ArticleNode | None,
    site_names: Iterable[str],
    body_start: int,
) -> Title:
    """``node``: the JSON-LD node of this article; ``body_start``: where the text begins."""
    sites = tuple(dict.fromkeys(fold_text(name) for name in site_names if name))
    stated = _stated_titles(document, metadata, node, sites)
    headings = _headings(document, "h1")
    nearest = _nearest_above(headings, body_start)
    chosen = _choose(document, nearest, headings, stated, sites, body_start)
    found = [Candidate(h.text, h.tag, 0.81) for h in headings[:8]]
    candidates = tuple(dict.fromkeys(found + [c for c, _ in stated]))
    folded = frozenset(fold_text(c.value) for c in candidates)
    if chosen is None:
        return Title(candidates=candidates, folded=folded)
    candidate, heading = chosen
    if heading is None:
        heading = _heading_like(document, candidate.value, headings)
    return Title(
        value=candidate.value[:MAX_TITLE],
        source=candidate.source,
        confidence=candidate.confidence,
        candidates=candidates,
        start=heading.index if heading else -1,
        end=document.ends[heading.index] - 1 if heading else -1,
        folded=folded | {fold_text(candidate.value)},
    )


def strip_site(title: str, sites: Iterable[str]) -> str:
    """A title without the site's name before or after a separator. ``sites`` are folded."""
    parts = _SPLITTER.split(title)
    if len(parts) < 3:
        return title
    known = set(sites)
    squeezed = {re.sub(r"\W", "", site) for site in known}
    start, end = 0, len(parts)
    while end - start >= 3 and _is_site(parts[end - 1], known, squeezed):
        end -= 2
    while end - start >= 3 and _is_site(parts[start], known, squeezed):
        start += 2
    return "".join(parts[start:end]).strip()


def _is_site(part: str, known: set[str], squeezed: set[str]) -> bool:
    folded = fold_text(part)
    tight = re.sub(r"\W", "", folded)
    if not tight or folded in known or tight in squeezed:
        return True
    # "Sport - The Example": a section beside the name; "Example News" for example.com.
    return any(
        len(name) >= 4
        and (tight.startswith(name) or tight.endswith(name))
        and len(tight) <= len(name) + 14
        for name in squeezed
    ) or any(len(tight) >= 4 and name.startswith(tight) for name in squeezed)


def _stated_titles(
    document: Document, metadata: Metadata, node: ArticleNode | None, sites: tuple[str, ...]
) -> list[tuple[Candidate, str]]:
    """What the page states as its headline, best first, each with its folded form."""
    found: list[Candidate] = []

    def add(value: str | None, source: str, confidence: float) -> None:
        if value and value.strip():
            found.append(Candidate(value.strip()[:MAX_TITLE], source, confidence))

    if node is not None:
        add(node.headline, "json-ld:headline", 0.88)
        if not node.headline:
            add(node.name, "json-ld:name", 0.8)
    for name in ("parsely-title", "sailthru.title", "dc.title", "dcterms.title", "headline"):
        add(metadata.first(name), f"meta:{name}", 0.85)
    og = metadata.first("og:title")
    if og:
        add(strip_site(og, sites), "meta:og:title", 0.79)
    twitter = metadata.first("twitter:title", "twitter:text:title")
    if twitter:
        add(strip_site(twitter, sites), "meta:twitter:title", 0.78)
    if document.page_title:
        add(strip_site(document.page_title, sites), "title", 0.63)
        add(_first_part(document.page_title), "title:first-part", 0.5)
    if node is not None:
        add(node.alternative, "json-ld:alternativeHeadline", 0.29)
    return [(candidate, fold_text(candidate.value)) for candidate in found]


def _first_part(title: str) -> str:
    parts = _SPLITTER.split(title)
    return max(parts[::2], key=len).strip() if len(parts) >= 3 else title


def _headings(document: Document, tag: str) -> list[_Heading]:
    found = []
    for index in document.by_tag.get(tag, ())[:60]:
        text = document.text_of(index)
        if not text or len(text) > MAX_TITLE:
            continue
        if any(document.tags[at] in _NOT_HERE for at in document.ancestors(index)):
            continue
        found.append(_Heading(text, index, tag))
        if len(found) >= 40:
            break
    return found


def _nearest_above(headings: list[_Heading], body_start: int) -> _Heading | None:
    above = [h for h in headings if h.index < body_start]
    if above:
        return above[-1]
    return headings[0] if headings else None


def _choose(
    document: Document,
    nearest: _Heading | None,
    headings: list[_Heading],
    stated: list[tuple[Candidate, str]],
    sites: tuple[str, ...],
    body_start: int,
) -> tuple[Candidate, _Heading | None] | None:
    keys = {key: candidate for candidate, key in reversed(stated)}
    if nearest is not None:
        part = _confirmed_part(document, nearest, keys)
        if part is not None:
            return Candidate(part, "h1:part+" + keys[fold_text(part)].source, 0.98), nearest
        if nearest.key in keys:
            return Candidate(nearest.text, "h1+" + keys[nearest.key].source, 0.97), nearest
    for heading in headings:
        if heading.key in keys:
            return Candidate(heading.text, "h1+" + keys[heading.key].source, 0.95), heading
    if nearest is not None and nearest.key not in sites:
        return _judge_unconfirmed(nearest, stated)
    return _without_heading(document, stated, keys, body_start)


def _confirmed_part(
    document: Document, heading: _Heading, keys: dict[str, Candidate]
) -> str | None:
    """A child of the heading that says what is stated, where the whole says more (a kicker)."""
    if heading.key in keys:
        return None
    parts = [
        document.text_of(child)
        for child in document.children(heading.index)
        if document.tags[child] == TEXT or document.tags[child] != "br"
    ]
    parts = [part for part in parts if part]
    for part in reversed(parts):
        if fold_text(part) in keys and len(part) >= 8:
            return part
    return None


def _judge_unconfirmed(
    nearest: _Heading, stated: list[tuple[Candidate, str]]
) -> tuple[Candidate, _Heading | None]:
    """The heading says what nothing else says: it, or the stated headline."""
    heading = Candidate(nearest.text, "h1", 0.8)
    own = set(words_of(nearest.key))
    for candidate, key in stated:
        if candidate.source in ("title:first-part", "json-ld:alternativeHeadline"):
            continue
        theirs = set(words_of(key))
        if not theirs:
            continue
        overlap = len(own & theirs) / max(1, min(len(own), len(theirs)))
        ld = candidate.source.startswith("json-ld")
        # A kicker runs into the headline: the shorter of the two is the headline.
        if nearest.key.endswith(key) and measure_text(key) >= 15:
            return Candidate(candidate.value, candidate.source + "<h1", 0.85), nearest
        if key.startswith(nearest.key) and measure_text(nearest.key) >= 15:
            return heading, nearest
        if ld and len(own & theirs) > 0.7 * max(len(own), len(theirs)):
            return candidate, nearest
        if overlap < 0.2 or measure_text(nearest.text) < 15:
            if candidate.confidence >= 0.6 and measure_text(candidate.value) >= 10:
                return candidate, None
            continue
        return heading, nearest
    return heading, nearest


def _without_heading(
    document: Document,
    stated: list[tuple[Candidate, str]],
    keys: dict[str, Candidate],
    body_start: int,
) -> tuple[Candidate, _Heading | None] | None:
    others = list(_other_headings(document, body_start))
    for heading in others:
        if heading.key in keys:
            return Candidate(
                heading.text, f"{heading.tag}+{keys[heading.key].source}", 0.9
            ), heading
    usable = [c for c, _ in stated if c.confidence >= 0.6]
    if usable:
        return usable[0], None
    if others:
        return Candidate(others[0].text, others[0].tag, 0.69), others[0]
    return None


def _other_headings(document: Document, body_start: int) -> Iterator[_Heading]:
    """Without an ``h1``: ``itemprop=headline``, an element named like a title, ``h2``, ``h3``."""
    found: list[tuple[int, _Heading]] = []
    for index, words in enumerate(document.words):
        prop = document.attributes[index].get("itemprop")
        named = bool(words) and _TITLE_CLASS.search(words) is not None
        if not named and not (prop and "headline" in prop.lower()):
            continue
        if document.ends[index] - index > 40:
            continue
        text = document.text_of(index)
        if 8 <= measure_text(text) <= MAX_TITLE:
            rank = 0 if prop else 1
            found.append((rank, _Heading(text, index, document.tags[index])))
        if len(found) > 60:
            break
    for tag in ("h2", "h3"):
        found.extend((2, heading) for heading in _headings(document, tag)[:20])
    above = [entry for entry in found if entry[1].index < body_start] or found
    yield from (heading for _, heading in sorted(above, key=lambda entry: entry[0]))


def _heading_like(document: Document, value: str, headings: list[_Heading]) -> _Heading | None:
    own = set(words_of(fold_text(value)))
    for heading in headings:
        theirs = set(words_of(heading.key))
        if own and len(own & theirs) >= 0.5 * len(own):
            return heading
    return None

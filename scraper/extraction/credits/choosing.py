"""Who wrote it: where credits stand, and which list of names to believe.

Every source gives a list of names; equal lists are one entry, and a small scorecard
(``rating``) rates the entries: what JSON-LD says, how many independent families of sources
agree, whether it looks like names, whether better sources differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from scraper.extraction.byline import Byline, parse_byline
from scraper.extraction.byline.names import is_label, is_nobody, is_phrase_of_name, is_plain_name
from scraper.extraction.byline.parsing import LOGIN
from scraper.extraction.cleaning import fold_text
from scraper.extraction.context import PageContext, Span
from scraper.extraction.credits.ends import fuller_names, last_resorts, wire_credits
from scraper.extraction.credits.lines import BY, credit_lines
from scraper.extraction.credits.marked import (
    MAX_CREDIT,
    MarkedCredit,
    find_at_end,
    find_at_headline,
    find_credit_range,
)
from scraper.extraction.credits.rating import Credit, Rated, is_of_site, rate_lists, squash
from scraper.extraction.credits.stated import find_stated
from scraper.extraction.credits.topics import is_topic, stated_topics
from scraper.extraction.metadata import ArticleNode
from scraper.model.types import Candidate

MAX_FOUND = 40
BELOW_TEXT = 40
"""How many nodes below the text a line may be its credit."""
CARD = 5
"""Nodes between the bylines of two articles in a list at least."""
MIN_CHANCE = 0.2
"""A list that is less likely than this is not given."""
MAX_PRINTED = 160

_TAIL = re.compile(r"\s+(?:@\w|[·|•]|(?:[^\W\d_]+\.?,?\s+)?\d)")
_BY_WORD = re.compile(r"^(?:by|von|par|por|di|door|av|af)\s+", re.IGNORECASE)
_KINDS = {
    "class:author": "class",
    "json-ld:organization": "organization",
    **dict.fromkeys(
        ("json-ld:author", "microdata:author", "rel=author", "link:author", "class:author-name",
         "text:login", "itemprop:author", "property:author", "meta:author", "meta:twitter:data"),
        "named",
    ),
}  # fmt: skip
"""What holds nothing but the author, where a single word or a login is a name too; a class "author"
holds buttons as well."""
_NO_AUTHORS = frozenset(("text:editor", "class:contributors"))
_UNLABELLED = frozenset(("text:leaf", "text:name"))
_HELPERS = frozenset(("editor", "contributor", "compiler"))


@dataclass(frozen=True, slots=True)
class Credits:
    byline: str | None = None
    authors: tuple[str, ...] = ()
    source: str = ""
    confidence: float = 0.0
    candidates: tuple[Candidate, ...] = ()


@dataclass(slots=True, kw_only=True)
class _Collector:
    """The credits of a page as they are found."""

    language: str | None
    site_name: str | None
    found: list[Credit] = field(default_factory=list)
    parsed: dict[tuple[str, str], Byline] = field(default_factory=dict)
    unread: list[tuple[str, str]] = field(default_factory=list)
    """What a field of authors says that is like no name, with its source."""
    helpers: set[str] = field(default_factory=set)
    """Whom the page prints as editors or contributors, folded."""

    def add(self, raw: str | None, source: str, family: str, distance: int = 0) -> bool:
        """Note a credit; whether it names people."""
        if not raw or len(self.found) >= MAX_FOUND:
            return False
        raw = raw.strip()
        if family == "text" and _is_prose(raw):
            return False
        if not raw or len(raw) > MAX_CREDIT or raw.startswith(("http://", "https://", "//")):
            return False
        kind = _KINDS.get(source, "text" if family == "text" else "marked")
        parsed = self.parsed.get((raw, kind))
        if parsed is None:
            parsed = self.parsed[(raw, kind)] = self._parse(raw, kind)
        if family == "text" and parsed.roles:
            self.helpers |= {fold_text(r.name) for r in parsed.roles if r.role in _HELPERS}
        if source not in _NO_AUTHORS and (parsed.authors or parsed.organisations):
            key = tuple(sorted(fold_text(name) for name in parsed.authors))
            self.found.append(
                Credit(
                    raw=raw, source=source, family=family, parsed=parsed, key=key, distance=distance
                )
            )
        elif kind == "named":
            named = _BY_WORD.sub("", raw).strip(" -–—|:,")
            if is_phrase_of_name(named):
                self.unread.append((named, source))
        return bool(parsed.authors)

    def add_marked(self, credits: Iterable[MarkedCredit]) -> None:
        """Note what is marked; the parts of an element only until one names people."""
        for marked in credits:
            for text in marked.texts:
                if self.add(text, marked.source, marked.family, marked.distance):
                    break

    def is_settled(self) -> bool:
        """Two independent families of sources name the same people, and no other differs."""
        first: dict[str, tuple[str, ...]] = {}
        for credit in self.found:
            if credit.key and credit.distance >= 0 and credit.source != "microdata:author":
                first.setdefault(credit.family, credit.key)
        return len(first) >= 2 and len(set(first.values())) == 1

    def drop_cards(self, below: int) -> None:
        """Forget the lines below the text that name people here and there: those of other
        articles. ``below``: the distance of the end of the text."""
        lines = [c for c in self.found if c.source == "text:by" and c.key and c.distance > below]
        far = any(b.distance - a.distance >= CARD for a, b in pairwise(lines))
        if far and len({credit.key for credit in lines}) > 1:
            self.found = [credit for credit in self.found if credit not in lines]

    def _is_of_site(self, word: str) -> bool:
        return bool(self.site_name) and squash(self.site_name or "").startswith(squash(word))

    def _parse(self, raw: str, kind: str) -> Byline:
        """The credit as a list of names. What the page itself marks as the author's may be a
        single word, and may run on into a handle or a date."""
        if kind == "organization" and not (is_plain_name(raw) or is_nobody(raw)):
            return Byline(organisations=(raw,))  # as printed: it is one name, however long
        whole = parse_byline(raw, language=self.language, site_name=self.site_name)
        best = whole
        cut = _TAIL.search(raw)
        if cut is not None and cut.start() >= 3:
            head = raw[: cut.start()]
            shorter = parse_byline(head, language=self.language, site_name=self.site_name)
            best = shorter if len(shorter.authors) > len(whole.authors) else whole
        login = kind in ("named", "class") and LOGIN.fullmatch(raw) is not None
        if best.authors or kind == "text" or BY.match(raw) or (best.organisations and not login):
            return best
        head = raw[: cut.start()] if cut is not None else raw
        words = head.split()
        if is_nobody(head.partition(",")[0]):
            return best  # Our correspondent, Springfield
        # One word before a date is its month; one that is only the label names nobody.
        if not 0 < len(words) <= 3 or is_label(head) or (len(words) == 1 and cut is not None):
            return best
        if len(words) == 1 and kind in ("named", "class"):
            if kind == "class" and head.islower() and not self._is_of_site(head):
                return best  # "asked", "share"
            return parse_byline(head, language=self.language, site_name=self.site_name, stated=True)
        if len(head) < 4:
            return best
        return parse_byline(f"By {head}", language=self.language, site_name=self.site_name)


def extract_credits(
    page: PageContext, title_span: Span, body_span: Span, language: str | None
) -> Credits:
    """The byline and the authors, with every list that lost."""
    document, node, layout = page.document, page.node, page.layout
    collector = _Collector(language=language, site_name=next(iter(page.site_names), None))
    for raw, source, family in find_stated(page.metadata, node, language):
        collector.add(raw, source, family)
    span = find_credit_range(title_span, body_span, layout.start)
    collector.add_marked(find_at_headline(document, span))
    settled = collector.is_settled()
    if not settled:
        collector.add_marked(find_at_end(document, span))
    end = span.start if settled else body_span[1] + BELOW_TEXT
    anchor = title_span[0] if title_span[0] >= 0 else max(0, layout.start - 60)
    topics = stated_topics(page.metadata, node)
    for text, source, first in credit_lines(page, title_span, end, language):
        if source not in _UNLABELLED or not is_topic(text, first, document, topics):
            collector.add(text, source, "text", first - anchor)
    collector.drop_cards(span.end - anchor)
    sites = frozenset(squash(name) for name in page.site_names)
    people = [credit for credit in collector.found if credit.parsed.authors]
    if all(_is_weak(credit, sites) or credit.source == "text:name" for credit in people):
        for text, source, first in last_resorts(page, body_span, language, signed=bool(people)):
            collector.add(text, source, "text", first - anchor)
        if not collector.unread and not any(c.parsed.organisations for c in collector.found):
            for text, source, first in wire_credits(page, body_span, language):
                collector.add(text, source, "text", first - anchor)
        people = [credit for credit in collector.found if credit.parsed.authors]
    people = _without_helpers(people, collector.helpers)
    title = fold_text(document.text_of(title_span[0])) if title_span[0] >= 0 else ""
    rated = rate_lists(people, sites, title)
    chances = {entry.key: round(entry.chance, 3) for entry in rated}
    weighed = [Candidate(c.raw, c.source, chances.get(c.key, 0.1)) for c in collector.found]
    candidates = tuple(dict.fromkeys(sorted(weighed, key=lambda candidate: -candidate.confidence)))
    below = span.end - anchor
    outranked = bool(rated) and _is_outranked(rated[0], collector.found, below, sites)
    if not rated or outranked or rated[0].chance < MIN_CHANCE:
        return _without_person(node, collector, sites, candidates)
    best = rated[0]
    authors = fuller_names(best.credit.parsed.authors, collector.found, layout, body_span[1])
    return Credits(
        byline=_printed(best.key, collector.found) or best.credit.raw,
        authors=(*authors, *_beside(best.credit, node)),
        source=best.credit.source,
        confidence=best.chance,
        candidates=candidates,
    )


def _is_outranked(
    best: Rated, credits: Sequence[Credit], below: int, sites: frozenset[str]
) -> bool:
    """People who stand only above the headline or below the text, while the page says that an
    agency wrote it: they wrote something else."""
    if any(c.key == best.key and 0 <= c.distance <= below for c in credits):
        return False
    agencies = {
        credit.family
        for credit in credits
        if 0 <= credit.distance <= below
        and any(squash(name) not in sites for name in credit.parsed.organisations)
    }
    return "json-ld" in agencies or len(agencies) >= 2


def _is_prose(line: str) -> bool:
    """``By using this site you agree to …``: not worth a parse."""
    words = line.split()
    return len(words) >= 8 and 2 * sum(word[0].islower() for word in words) > len(words)


def _is_weak(credit: Credit, sites: frozenset[str]) -> bool:
    """Only the site's name, or a login."""
    return all(is_of_site(name, sites) or " " not in name for name in credit.key)


def _without_helpers(people: Sequence[Credit], helpers: set[str]) -> list[Credit]:
    """Without those whom the page prints as editors or contributors, if it names somebody else as
    the writer."""
    writers = {name for credit in people if credit.source == "text:by" for name in credit.key}
    writers -= {fold_text(r.name) for c in people for r in c.parsed.roles if r.role == "compiler"}
    helpers = helpers - writers
    if not helpers or not any(set(credit.key) - helpers for credit in people):
        return list(people)
    kept = []
    for credit in people:
        if helpers.isdisjoint(credit.key):
            kept.append(credit)
        elif left := tuple(n for n in credit.parsed.authors if fold_text(n) not in helpers):
            key = tuple(sorted(map(fold_text, left)))
            kept.append(replace(credit, parsed=replace(credit.parsed, authors=left), key=key))
    return kept


def _beside(credit: Credit, node: ArticleNode | None) -> tuple[str, ...]:
    """The agencies that JSON-LD lists as authors beside the people that were chosen."""
    if credit.family != "json-ld" or node is None:
        return ()
    known = set(credit.key)
    agencies = [party.name for party in node.authors[:8] if party.kind == "organization"]
    return tuple(name for name in agencies if fold_text(name) not in known)


def _printed(key: tuple[str, ...], credits: Sequence[Credit]) -> str | None:
    """The credit as a reader sees it: visible sources before metadata."""
    same = [credit for credit in credits if credit.key == key]
    for families in (("class",), ("link",), ("text",), ("json-ld", "meta")):
        for credit in same:
            if credit.family in families and len(credit.raw) <= MAX_PRINTED:
                return credit.raw
    return None


def _without_person(
    node: ArticleNode | None,
    collector: _Collector,
    sites: frozenset[str],
    candidates: tuple[Candidate, ...],
) -> Credits:
    """Nobody is named: the agency or desk that is; the site itself only where no other is."""
    named = [
        credit
        for family in ("json-ld", "class", "link", "text", "meta")
        for credit in collector.found
        if credit.family == family
        and credit.parsed.organisations
        and credit.source != "text:name"  # a button or a section as well
    ]
    if not named:
        return _as_printed(collector, candidates)
    others = (c for c in named if not all(squash(o) in sites for o in c.parsed.organisations))
    best = next(others, named[0])
    return Credits(
        byline=best.raw,
        authors=best.parsed.organisations[:3],
        source=best.source,
        confidence=0.4,
        candidates=candidates,
    )


def _as_printed(collector: _Collector, candidates: tuple[Candidate, ...]) -> Credits:
    """A field of authors that is like no name is a team or a pen name, if anything."""
    if not collector.unread:
        return Credits(candidates=candidates)
    raw, source = collector.unread[0]
    return Credits(raw, (raw,), source, 0.3, (Candidate(raw, source, 0.3), *candidates))

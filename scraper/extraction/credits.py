"""Who wrote it: where credits stand, and which list of names to believe.

Every source gives a list of names; equal lists are one entry, and a small scorecard (weights
from a logistic model over 607 annotated pages) rates the entries: what JSON-LD says, how many
independent families of sources agree, whether it looks like names, whether better sources differ.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from scraper.extraction.body import Layout
from scraper.extraction.byline import Byline, parse_byline
from scraper.extraction.cleaning import fold_text
from scraper.extraction.credits_lines import BY, credit_lines, sign_offs
from scraper.extraction.document import Document
from scraper.extraction.metadata import ArticleNode, Metadata
from scraper.types import Candidate

MAX_CREDIT = 200
MAX_FOUND = 40

_AUTHOR_PATH = re.compile(
    r"/(?:authors?|autor(?:en|es|e)?|auteurs?|journalists?|journaliste|redakteur|people|"
    r"profile|profil|staff|writers?|contributors?|by|columnists?|reporter|penulis|"
    r"editorial-team|team)/[^/?#]",
    re.IGNORECASE,
)
_AUTHOR_CLASS = re.compile(
    r"(?<![a-z])(?:author|authors|autor|autoren|auteur|byline|by-line|bylines|writer|"
    r"reporter|penulis|author-name|authorname|author_name|article-author|post-author|"
    r"entry-author|contributor|journalist|redakteur|autorname|meta-author|vcard|fn|"
    r"wartawan|signature|muhabir|yazar|jurnalis|pewarta|firma|autora|autore|autorka|giornalista|"
    r"journaliste|periodista|redactor|redacteur|verslaggever|toimittaja|kirjoittaja|szerzo|"
    r"dziennikarz|skribent|forfatter|avtor|tac-gia|tacgia|reporter-name)(?![a-z])"
)
_NAME_CLASS = re.compile(r"author[-_ ]?name|name[-_ ]?author|(?<![a-z])fn(?![a-z])")
_CREDIT_CLASS = re.compile(r"(?<![a-z])(?:credits?|kredit|credito|kunye|sign)(?![a-z])")
"""Of a writer or of a photographer: what it holds must parse as people by itself."""
_PICTURE_CLASS = re.compile(r"photo|image|img|media|caption|figure|picture|foto|bild|video")
_PICTURE = frozenset(("figure", "figcaption", "picture"))
_NOT_AUTHOR_CLASS = re.compile(
    r"comment|related|recommend|sidebar|bio|avatar|social|share|footer|popular|latest|"
    r"teaser|newsletter|caption|credit|quote"
)
_TAIL = re.compile(r"\s+(?:@\w|[·|•]|(?:[^\W\d_]+\.?,?\s+)?\d)")
_NOT_HERE = frozenset(("nav", "footer", "aside", "form"))
_FAMILIES = ("json-ld", "meta", "link", "class", "text")


@dataclass(frozen=True, slots=True)
class Credit:
    """A credit found: as printed, parsed, and by which family of sources."""

    raw: str
    source: str
    family: str
    parsed: Byline
    distance: int = 0
    """Nodes between it and the headline; negative above it."""

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(sorted(fold_text(name) for name in self.parsed.authors))


@dataclass(frozen=True, slots=True)
class Credits:
    byline: str | None = None
    authors: tuple[str, ...] = ()
    source: str = ""
    confidence: float = 0.0
    candidates: tuple[Candidate, ...] = ()


@dataclass(slots=True)
class _Context:
    language: str | None
    site_name: str | None
    found: list[Credit] = field(default_factory=list)
    parsed: dict[tuple[str, bool], Byline] = field(default_factory=dict)
    editors: set[str] = field(default_factory=set)

    def add(self, raw: str | None, source: str, family: str, distance: int = 0) -> None:
        if not raw or len(self.found) >= MAX_FOUND:
            return
        raw = raw.strip()
        if not raw or len(raw) > MAX_CREDIT or raw.startswith(("http://", "https://", "//")):
            return
        marked = family != "text"
        parsed = self.parsed.get((raw, marked))
        if parsed is None:
            parsed = self.parsed[(raw, marked)] = self._parse(raw, marked=marked)
        if family == "text":
            self.editors |= {fold_text(r.name) for r in parsed.roles if r.role == "editor"}
        if source != "text:editor" and (parsed.authors or parsed.organisations):
            self.found.append(Credit(raw, source, family, parsed, distance))

    def _parse(self, raw: str, *, marked: bool) -> Byline:
        """The credit as a list of names. What the page itself marks as the author's may be a
        single word, and may run on into a handle or a date."""
        whole = parse_byline(raw, language=self.language, site_name=self.site_name)
        best = whole
        cut = _TAIL.search(raw)
        if cut is not None and cut.start() >= 3:
            head = raw[: cut.start()]
            shorter = parse_byline(head, language=self.language, site_name=self.site_name)
            best = shorter if len(shorter.authors) > len(whole.authors) else whole
        if best.authors or best.organisations or not marked or BY.match(raw):
            return best
        head = raw[: cut.start()] if cut is not None else raw
        words = head.split()
        # One word before a date is its month; one that is only the label names nobody.
        if not 0 < len(words) <= 3 or (len(words) == 1 and (cut is not None or len(head) < 4)):
            return best
        return parse_byline(f"By {head}", language=self.language, site_name=self.site_name)


def extract_credits(
    document: Document,
    metadata: Metadata,
    node: ArticleNode | None,
    layout: Layout,
    title_span: tuple[int, int],
    body_span: tuple[int, int],
    language: str | None,
    site_names: Sequence[str],
) -> Credits:
    """The byline and the authors, with every list that lost."""
    context = _Context(language, site_names[0] if site_names else None)
    linked = _collect_stated(metadata, node, context)
    _collect_marked(document, layout, title_span, body_span, context)
    anchor = title_span[0] if title_span[0] >= 0 else max(0, layout.start - 60)
    for text, source, first in credit_lines(
        document, layout, title_span, body_span, language, site_names
    ):
        context.add(text, source, "text", first - anchor)
    sites = {re.sub(r"\W", "", fold_text(name)) for name in site_names}
    people = [credit for credit in context.found if credit.parsed.authors]
    if all(_is_site(credit, sites) for credit in people):
        for text, source, first in sign_offs(document, layout, body_span, language):
            context.add(text, source, "text", first - anchor)
        people = [credit for credit in context.found if credit.parsed.authors]
    people = _without_editors(people, context.editors)
    rated = _rate(people, linked, sites, title_span)
    chances = {entry.key: round(entry.chance, 3) for entry in rated}
    weighed = [Candidate(c.raw, c.source, chances.get(c.key, 0.1)) for c in context.found]
    candidates = tuple(dict.fromkeys(sorted(weighed, key=lambda found: -found.confidence)))
    if rated and rated[0].chance >= 0.2:
        best = rated[0]
        return Credits(
            byline=_printed(best.key, context.found) or best.credit.raw,
            authors=best.credit.parsed.authors,
            source=best.credit.source,
            confidence=best.chance,
            candidates=candidates,
        )
    return _without_person(node, context, candidates)


def _is_site(credit: Credit, sites: set[str]) -> bool:
    return all(re.sub(r"\W", "", name) in sites for name in credit.key)


def _without_editors(people: Sequence[Credit], editors: set[str]) -> list[Credit]:
    """Without the lists that name only those whom the page prints as its editors, if it prints
    somebody else as the writer."""
    writers = {name for credit in people if credit.source == "text:by" for name in credit.key}
    editors = editors - writers
    return [c for c in people if not (writers and set(c.key) <= editors)]


def _collect_stated(metadata: Metadata, node: ArticleNode | None, context: _Context) -> list[str]:
    """JSON-LD, microdata and meta tags; returns JSON-LD's names as printed."""
    names: list[str] = []
    if node is not None and node.authors:
        names = [party.name for party in node.authors]
        persons = [party.name for party in node.authors if party.kind != "organization"]
        context.add(", ".join(persons or names), "json-ld:author", "json-ld")
    for item in metadata.micro.articles[:1]:
        context.add(
            ", ".join(dict.fromkeys(p.name for p in item.authors)), "microdata:author", "class"
        )
    for name, source in (
        ("parsely-author", "parsely"), ("sailthru.author", "sailthru"), ("byl", "meta:byl"),
        ("cxenseparse:author", "cxense"), ("author", "meta:author"),
        ("article:author", "meta:article:author"), ("og:article:author", "meta:og:article:author"),
        ("dc.creator", "meta:dc.creator"), ("dcterms.creator", "meta:dcterms.creator"),
        ("citation_author", "meta:citation_author"),
        ("article:author_name", "meta:article:author_name"),
    ):  # fmt: skip
        values = [v for v in metadata.tags.get(name, ()) if not v.startswith(("http", "//", "@"))]
        context.add(", ".join(dict.fromkeys(values[:8])), source, "meta")
    for number in ("1", "2"):
        label = metadata.first(f"twitter:label{number}") or ""
        if re.search(
            r"writ|author|verfass|geschrieben|écrit|escrito|von|oleh|ditulis", label, re.IGNORECASE
        ):
            context.add(metadata.first(f"twitter:data{number}"), "meta:twitter:data", "meta")
    return names


def _collect_marked(
    document: Document,
    layout: Layout,
    title_span: tuple[int, int],
    body_span: tuple[int, int],
    context: _Context,
) -> None:
    """Elements that their markup calls the author's: rel, itemprop, class, a profile's address."""
    anchor = title_span[0] if title_span[0] >= 0 else layout.start
    limit = max(body_span[1], layout.start)
    links: list[tuple[int, str, str, str]] = []
    for index, attributes in enumerate(document.attributes):
        if not attributes:
            continue
        kind = _author_mark(document, index)
        if kind is None or document.ends[index] - index > 60 or index > limit + 400:
            continue
        if not _is_admissible(document, index, anchor, layout.start):
            continue
        text = document.text_of(index)
        if kind[0] == "class:credit":
            if anchor < index < layout.start and not _is_of_picture(document, index):
                context.add(text, "class:credit", "text", index - anchor)
            continue
        if text and len(text) <= MAX_CREDIT:
            links.append((index, text, *kind))
    _add_groups(document, links, anchor, context)


def _author_mark(document: Document, index: int) -> tuple[str, str] | None:
    attributes = document.attributes[index]
    rel = attributes.get("rel")
    if rel and "author" in rel.lower().split():
        return "rel=author", "link"
    prop = attributes.get("itemprop")
    if prop and prop.lower() in ("author", "creator"):
        return "itemprop:author", "class"
    if document.tags[index] == "a" and _AUTHOR_PATH.search(attributes.get("href") or ""):
        return "link:author", "link"
    source = _class_mark(document.words[index])
    return (source, "class") if source else None


@lru_cache(maxsize=8192)
def _class_mark(words: str) -> str:
    """Which author class these names have; remembered, as a site repeats its classes."""
    if words and _CREDIT_CLASS.search(words) and not _PICTURE_CLASS.search(words):
        return "class:credit"
    if not words or not _AUTHOR_CLASS.search(words) or _NOT_AUTHOR_CLASS.search(words):
        return ""
    return "class:author-name" if _NAME_CLASS.search(words) else "class:author"


def _is_of_picture(document: Document, index: int) -> bool:
    return any(
        document.tags[at] in _PICTURE or _PICTURE_CLASS.search(document.words[at] or "")
        for at in list(document.ancestors(index))[:3]
    )


def _is_admissible(document: Document, index: int, anchor: int, start: int) -> bool:
    """Not in the furniture, in a list of other articles, or in a comment."""
    for at in document.ancestors(index):
        if document.tags[at] in _NOT_HERE and not document.contains(at, start):
            return False
        words = document.words[at]
        if words and not document.contains(at, start) and _NOT_AUTHOR_CLASS.search(words):
            return False
    return True


def _add_groups(
    document: Document,
    marked: Sequence[tuple[int, str, str, str]],
    anchor: int,
    context: _Context,
) -> None:
    """Links of one source that stand together are one list; the nearest to the title first."""
    ordered = sorted(marked, key=lambda entry: _distance(entry[0], anchor))
    by_source: dict[str, list[tuple[int, str, str, str]]] = {}
    for entry in ordered:
        by_source.setdefault(entry[2], []).append(entry)
    for source, entries in by_source.items():
        nearest = entries[0][0]
        group = sorted(e for e in entries if abs(e[0] - nearest) <= 30)
        texts: list[str] = []
        end = -1
        for index, text, _, _ in group:
            if index < end:  # inside the one before
                continue
            end = document.ends[index]
            if text not in texts:
                texts.append(text)
        context.add(", ".join(texts[:8]), source, entries[0][3], nearest - anchor)
        for index, text, _, family in entries[:4]:
            if text != ", ".join(texts[:8]):
                context.add(text, source, family, index - anchor)


def _distance(index: int, anchor: int) -> int:
    """Above the headline counts three times as far."""
    return index - anchor if index >= anchor else (anchor - index) * 3


@dataclass(frozen=True, slots=True)
class _Rated:
    key: tuple[str, ...]
    credit: Credit
    chance: float


def _rate(
    people: Sequence[Credit], linked: Sequence[str], sites: set[str], title_span: tuple[int, int]
) -> list[_Rated]:
    lists: dict[tuple[str, ...], list[Credit]] = {}
    for credit in people:
        lists.setdefault(credit.key, []).append(credit)
    by_family = {
        family: next((credit.key for credit in people if credit.family == family), None)
        for family in _FAMILIES
    }
    rated = []
    for names, credits in lists.items():
        score = _score_list(names, credits, by_family, sites, lists)
        rated.append(_Rated(names, credits[0], 1 / (1 + math.exp(-score))))
    return sorted(rated, key=lambda entry: -entry.chance)


def _score_list(
    key: tuple[str, ...],
    credits: Sequence[Credit],
    by_family: dict[str, tuple[str, ...] | None],
    sites: set[str],
    lists: dict[tuple[str, ...], list[Credit]],
) -> float:
    """The weights of docs/extraction-evidence: log-odds, from a base just below even."""
    families = {credit.family for credit in credits}
    sources = {credit.source for credit in credits}
    score = -0.4
    score += 2.4 * ("json-ld" in families)
    score += 1.5 * (len(families) >= 2)
    score += 1.2 * bool(
        sources & {"parsely", "sailthru", "cxense", "meta:byl", "meta:citation_author"}
    )
    score += 0.9 * all(2 <= len(name.split()) <= 3 for name in key)
    score += 0.6 * ("meta:author" in sources)
    score += 0.5 * ("link" in families) + 0.5 * ("class" in families) + 0.4 * ("text" in families)
    score += 0.3 * ("text:by" in sources)
    for family, weight in (("json-ld", 1.4), ("link", 1.1), ("meta", 0.9)):
        other = by_family[family]
        score -= weight * (other is not None and other != key)
    score -= 0.7 * any(set(key) < set(other) and len(where) > 1 for other, where in lists.items())
    score -= 0.7 * (sources == {"text:leaf"})
    score -= 0.8 * (families == {"text"} and all(credit.distance < 0 for credit in credits))
    score -= 0.6 * any(re.sub(r"\W", "", name) in sites for name in key)
    score -= 0.5 * any(len(name.split()) >= 4 or len(name) <= 3 for name in key)
    return score


def _printed(key: tuple[str, ...], found: Sequence[Credit]) -> str | None:
    """The credit as a reader sees it: visible sources before metadata."""
    same = [credit for credit in found if credit.key == key]
    for families in (("class",), ("link",), ("text",), ("json-ld", "meta")):
        for credit in same:
            if credit.family in families and len(credit.raw) <= 160:
                return credit.raw
    return None


def _without_person(
    node: ArticleNode | None, context: _Context, candidates: tuple[Candidate, ...]
) -> Credits:
    """Nobody is named: the agency or desk that is."""
    for family in ("json-ld", "class", "link", "text", "meta"):
        for credit in context.found:
            if credit.family == family and credit.parsed.organisations:
                return Credits(
                    byline=credit.raw,
                    authors=credit.parsed.organisations[:3],
                    source=credit.source,
                    confidence=0.4,
                    candidates=candidates,
                )
    return Credits(candidates=candidates)

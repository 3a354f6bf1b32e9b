"""Which list of names to believe: a scorecard over the lists that the sources give.

The weights come from a logistic model over 607 annotated pages (docs/extraction-evidence).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from scraper.extraction.byline import Byline
from scraper.extraction.cleaning import fold_text

_FAMILIES = ("json-ld", "meta", "link", "class", "text")
_PLUGINS = frozenset(
    ("parsely", "sailthru", "cxense", "marfeel", "meta:byl", "meta:citation_author")
)
"""Fields that a publisher fills for a service that counts by author: right where present."""
_PRINTED = frozenset(("text:by", "text:sign-on", "class:author-name", "rel=author", "link:author"))
_NOT_LETTERS = re.compile(r"\W")

MIN_SITE = 6
"""Letters of a site's name that is looked for inside others."""
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """A credit found: as printed, parsed, and by which family of sources."""

    raw: str
    source: str
    family: str
    parsed: Byline
    key: Key
    """The folded names in order of the alphabet: equal for equal lists."""
    distance: int = 0
    """Nodes between it and the headline; negative above it."""


@dataclass(frozen=True, slots=True)
class Rated:
    key: Key
    credit: Credit
    chance: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the lists are weighed against."""

    by_family: dict[str, Key | None]
    lists: dict[Key, list[Credit]]
    sites: frozenset[str]
    title: str


def squash(text: str) -> str:
    """Letters and digits alone: ``Harian Pagi`` and ``harian-pagi`` are one site."""
    return _NOT_LETTERS.sub("", fold_text(text))


def is_of_site(name: str, sites: frozenset[str]) -> bool:
    """The site's name, or one that holds it: ``The River Gazette`` at ``rivergazette.example``."""
    squashed = _NOT_LETTERS.sub("", fold_text(name))
    return squashed in sites or any(len(site) >= MIN_SITE and site in squashed for site in sites)


def _names_another(evidence: Evidence) -> bool:
    """Whether the page prints somebody else than the site as the one who wrote."""
    return any(
        credit.source in _PRINTED
        for key, credits in evidence.lists.items()
        if not any(is_of_site(name, evidence.sites) for name in key)
        for credit in credits
    )


def rate_lists(people: Sequence[Credit], sites: frozenset[str], title: str) -> list[Rated]:
    """The lists of names, the most likely first; ``sites`` squashed, ``title`` folded."""
    lists: dict[Key, list[Credit]] = {}
    for credit in people:
        lists.setdefault(credit.key, []).append(credit)
    by_family = {
        family: next((credit.key for credit in people if credit.family == family), None)
        for family in _FAMILIES
    }
    evidence = Evidence(by_family, lists, sites, title)
    rated = [
        Rated(names, credits[0], 1 / (1 + math.exp(-_score(names, credits, evidence))))
        for names, credits in lists.items()
    ]
    return sorted(rated, key=lambda entry: -entry.chance)


def _score(key: Key, credits: Sequence[Credit], evidence: Evidence) -> float:
    """Log-odds, from a base just below even."""
    families = {credit.family for credit in credits}
    sources = {credit.source for credit in credits}
    score = -0.4
    score += 2.4 * ("json-ld" in families)
    score += 1.5 * (len(families) >= 2)
    score += 1.2 * bool(sources & _PLUGINS)
    score += 0.9 * all(2 <= len(name.split()) <= 3 for name in key)
    score += 0.6 * ("meta:author" in sources)
    score += 0.5 * ("link" in families) + 0.5 * ("class" in families) + 0.4 * ("text" in families)
    score += 0.3 * ("text:by" in sources)
    for family, weight in (("json-ld", 1.4), ("link", 1.1), ("meta", 0.9)):
        other = evidence.by_family[family]
        score -= weight * (other is not None and other != key)
    score -= 0.7 * any(
        set(key) < set(other) and len(where) > 1 for other, where in evidence.lists.items()
    )
    score -= 0.7 * (sources == {"text:leaf"}) + 2.3 * (sources == {"text:name"})
    score -= 0.8 * (families == {"text"} and all(credit.distance < 0 for credit in credits))
    if any(is_of_site(name, evidence.sites) for name in key) and _names_another(evidence):
        score -= 1.8
    elif any(_NOT_LETTERS.sub("", name) in evidence.sites for name in key):
        score -= 0.6
    score -= 0.5 * any(len(name.split()) >= 4 or len(name) <= 3 for name in key)
    stated = evidence.by_family["json-ld"] or evidence.by_family["meta"]
    if stated and "text:by" in sources and set(key) > set(stated):
        score += 7.0  # the line that readers see names one more
    linked = evidence.by_family["link"]
    if not stated and linked and "text:by" in sources and set(key) > set(linked):
        score += 2.0  # of the names in the line one is a link
    if "json-ld" not in families and any(name in evidence.title for name in key):
        score -= 1.5  # whom the headline names, the article is about
    return score

"""Shapes of addresses, and what a site's own addresses teach about them.

The articles of a site share few shapes: ``/news/D/long-slug``, ``/berita/9/s``. What pages of a
shape turned out to be says more about the next one than any rule that holds for all sites.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl, urlsplit

from scraper.discovery.front_page.url_paths import Segment, read_path
from scraper.urls import TRACKER_PREFIXES, TRACKERS

MAX_SHAPES = 1_000
"""So many are kept, the most frequent: a site with more has learnt nothing from the rest."""
MAX_PARAMETERS = 8
FEWEST = 3
"""By so many examples one side must lead before anything is said."""
DOUBT = 2.0
"""Added to the number of examples: three of three are 0.6, thirty of thirty 0.94."""
KIN_WEIGHT = 0.25
KIN_CAP = 4.0
"""Shapes that differ in their first segment only (``/sport/D/s``, ``/world/D/s``) count a quarter
for each other, and all of them together no more than four examples."""


def shape_of(url: str) -> str:
    """The shape of an address: its path and the names of its parameters, as data.

    Dates become ``D``, numbers ``9``, identifiers ``#``, one word ``w``, two or three ``s``, more
    ``long-slug``; a slug with a number at its end is ``s-9`` or ``long-slug-9``. A first segment
    of words is kept where more follows, since it is the section or the kind of page. The host is
    not part of it: shapes are of one site.

    >>> shape_of("https://x.example/news/2026/11/25/council-votes-on-new-bridge.html")
    '/news/D/long-slug.html'
    >>> shape_of("https://x.example/politics?page=2")
    '/w?page'
    """
    path = read_path(url)
    parts = [segment.kind for segment in path.segments]
    if len(parts) > 1 and _is_kept(path.segments[0]):
        parts[0] = path.segments[0].text
    names = _parameters(url)
    return f"/{'/'.join(parts)}{path.extension}{'?' if names else ''}{'&'.join(names)}"


@dataclass(frozen=True)
class Shapes:
    """How many pages of each shape were articles, and how many were not.

    Both are sorted by shape, so that equal knowledge is equal. It is data to be stored and sent.
    """

    articles: tuple[tuple[str, int], ...] = ()
    others: tuple[tuple[str, int], ...] = ()

    def judge(self, url: str) -> float:
        """From -1 (never an article) to 1 (always one); 0 where too little is known.

        More articles of a shape never lower its judgement, more others never raise it.
        """
        shape = shape_of(url)
        articles = _weight(shape, *self._articles)
        others = _weight(shape, *self._others)
        lead = articles - others
        if abs(lead) < FEWEST:
            return 0.0
        return lead / (articles + others + DOUBT)

    @cached_property
    def _articles(self) -> tuple[Mapping[str, int], Mapping[str, int]]:
        return _tally(self.articles)

    @cached_property
    def _others(self) -> tuple[Mapping[str, int], Mapping[str, int]]:
        return _tally(self.others)


NOTHING_KNOWN = Shapes()


def learn_shapes(articles: Iterable[str], others: Iterable[str]) -> Shapes:
    """Count the shapes of addresses that were articles and of those that were not.

    Their order does not matter. An address that stands there twice counts twice.
    """
    counted = Counter(map(shape_of, articles)), Counter(map(shape_of, others))
    return Shapes(*(_kept(counts) for counts in counted))


def _kept(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(sorted(ranked[:MAX_SHAPES]))


def _tally(counts: Iterable[tuple[str, int]]) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """The counts by shape, and by what remains of a shape without its first segment."""
    exact: Counter[str] = Counter()
    kin: Counter[str] = Counter()
    for shape, count in counts:
        exact[shape] += count
        kin[_tail(shape)] += count
    return exact, kin


def _weight(shape: str, exact: Mapping[str, int], kin: Mapping[str, int]) -> float:
    own = exact.get(shape, 0)
    tail = _tail(shape)
    if not tail:
        return own
    return own + min(KIN_WEIGHT * (kin.get(tail, 0) - own), KIN_CAP)


def _tail(shape: str) -> str:
    """Behind the first segment; empty where there is but one, or it is not a kept one."""
    first, _, rest = shape[1:].partition("/")
    return rest if rest and first not in ("w", "s") else ""


def _is_kept(segment: Segment) -> bool:
    return segment.kind in ("w", "s")


def _parameters(url: str) -> list[str]:
    """The names of an address's parameters, but those that only say where a reader came from."""
    try:
        query = urlsplit(url).query
        pairs = parse_qsl(query[:2_000], keep_blank_values=True)
    except ValueError:
        return []
    names = {name.lower()[:40] for name, _ in pairs}
    kept = (n for n in names if n not in TRACKERS and not n.startswith(TRACKER_PREFIXES))
    return sorted(kept)[:MAX_PARAMETERS]

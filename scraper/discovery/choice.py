"""Why an offer stands where it stands among those of its site. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from scraper.discovery.offers import ASIDE, MARKS, Offer

_RULES = {
    "content": "one that lists more goes first",
    "age": "one with newer articles goes first",
    "scope": "one that fits the address better goes first",
    "turnover": "one that holds more than a few hours goes first",
}
"""By mark; of the kinds ``_by_kind`` tells."""


def explain_place(ranked: Sequence[Offer], place: int) -> str:
    """The rule that counted most between an offer and the first one, or for the first one the
    second.

    ``ranked``: all offers, the best first, as ``rank_offers`` has them; ``place``: an index.
    """
    if len(ranked) == 1:
        return "the only one"
    better, worse = ranked[0], ranked[place or 1]
    leads = [mine - other for mine, other in zip(better.marks, worse.marks, strict=True)]
    most = max(range(len(leads)), key=leads.__getitem__)
    if leads[most] <= 0:
        return "as good, and the shorter address goes first"
    return _RULES.get(MARKS[most]) or _by_kind(better, worse)


def fits(offer: Offer) -> bool:
    """Whether it is about what was asked for, as far as can be seen."""
    return offer.marks[MARKS.index("scope")] > ASIDE


def _by_kind(better: Offer, worse: Offer) -> str:
    return f"a {_named(better)} goes before a {_named(worse)}"


def _named(offer: Offer) -> str:
    return "sitemap of news" if offer.is_news else str(offer.kind)

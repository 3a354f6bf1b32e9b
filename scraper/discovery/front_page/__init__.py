"""A front or section page: the articles it links to, and the feeds it declares."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urldefrag, urlsplit

from scraper.discovery.front_page.anchors import Anchor, read_anchors
from scraper.discovery.front_page.older import find_older
from scraper.discovery.front_page.ranking import (
    PASS,
    PLACES,
    LinkCandidate,
    LinkGroup,
    PagePosition,
    is_file,
    is_page_of_words,
    is_service,
    score_address,
    score_link,
)
from scraper.discovery.front_page.shapes import NOTHING_KNOWN, Shapes, learn_shapes
from scraper.discovery.wanted import is_said
from scraper.errors import AddressError, ParseError
from scraper.extraction.cleaning import clean_surrogates
from scraper.extraction.decode import decode_page
from scraper.extraction.prescan import cut_tags, find_hazard
from scraper.model.types import Link, Listing
from scraper.urls import canonical_url, join_address, site_of

MAX_LINKS = 300
"""A page gives so many links at most, the best ones."""
MAX_ADDRESSES = 4_000
"""Five times what the fullest front pages link to: what is behind is not looked at."""
MAX_HREF = 2_000
SURE_ARTICLE = PASS + 1.5
SURE_OTHER = -1.0
SURE_PATH = 2.0
_FURNITURE = (PagePosition.ASIDE, PagePosition.NAVIGATION, PagePosition.SERVICE)
OWN_SHAPES = 1.0
"""What the shapes of the page's own sure links weigh for those in doubt."""


@dataclass(slots=True)
class _Address:
    """One address, with what all the anchors to it say together."""

    url: str
    anchors: list[Anchor]


def parse_front_page(
    html: bytes,
    url: str,
    content_type: str | None = None,
    shapes: Shapes = NOTHING_KNOWN,
    only: Sequence[str] = (),
) -> Listing:
    """The links of the page at ``url`` that lead to articles, in document order, each once.

    What is left out: other sites (subdomains of the same registrable domain stay), files, the page
    itself, and every link that scores below ``ranking.PASS``. Two addresses are one where their
    canonical forms are; the first as printed is kept, without its fragment. The title of a link is
    its heading, else the longest text of the anchors to it, else what an image or a heading beside
    says. ``shapes`` is what is known of the site's addresses. ``only``: patterns by which a person
    has said which links are articles (see ``wanted``): those are taken though their slugs are
    short.

    Pure. Raises ``ParseError`` for what is no page or must not be parsed.
    """
    whole = decode_page(html, content_type)
    text = cut_tags(whole, whole.count("<"))
    hazard = find_hazard(text)
    if hazard is not None:
        raise ParseError(url, f"cannot be read: {hazard}")
    text = clean_surrogates(text.replace("\x00", ""))
    page = read_anchors(text, is_service=is_service(url))
    addresses = _gather(page.anchors, _base_of(url, page.base), url)
    candidates = [_describe(address) for address in addresses]
    scores = _score(candidates, shapes)
    passing = [
        at
        for at, score in enumerate(scores)
        if score >= PASS or (only and _is_said(addresses[at], candidates[at], only))
    ]
    best = sorted(passing, key=lambda at: (-scores[at], at))[:MAX_LINKS]
    links = (_link_of(addresses[at]) for at in sorted(best))
    return Listing(title=page.title or None, links=tuple(links), older=find_older(text, url))


def _is_said(address: _Address, candidate: LinkCandidate, only: Sequence[str]) -> bool:
    """Whether a person has said that it is an article, and but for its slug nothing contradicts."""
    is_content = candidate.place not in _FURNITURE and not all(a.beside for a in address.anchors)
    return is_content and is_said(address.url, only) and is_page_of_words(address.url)


def _link_of(address: _Address) -> Link:
    beside = all(anchor.beside for anchor in address.anchors)
    return Link(address.url, _title_of(address) or None, beside=beside)


def _base_of(url: str, base: str) -> str:
    try:
        return join_address(url, base) if base else url
    except AddressError:
        return url


def _gather(anchors: Iterable[Anchor], base: str, url: str) -> list[_Address]:
    """The anchors by the address they lead to, of this site only, in document order."""
    site, own = site_of(url), canonical_url(url)
    by_href: dict[str, _Address | None] = {}
    by_key: dict[str, _Address] = {}
    sites: dict[str, bool] = {}
    for anchor in anchors:
        href = urldefrag(anchor.href[: MAX_HREF + 1])[0] if "#" in anchor.href else anchor.href
        if href in by_href:
            known = by_href[href]
            if known is not None:
                known.anchors.append(anchor)
            continue
        if len(by_href) >= MAX_ADDRESSES:
            continue
        by_href[href] = None
        resolved = _resolve(href, base, site, sites)
        if resolved is None:
            continue
        address, key = resolved
        if key == own:
            continue
        entry = by_href[href] = by_key.setdefault(key, _Address(address, []))
        entry.anchors.append(anchor)
    return list(by_key.values())


def _resolve(href: str, base: str, site: str, sites: dict[str, bool]) -> tuple[str, str] | None:
    """The absolute address and its canonical form; ``None`` for what cannot be an article here."""
    if not href or len(href) > MAX_HREF:
        return None
    try:
        address = join_address(base, href)
        host = urlsplit(address).netloc
        if host not in sites:
            sites[host] = site_of(address) == site
        if not sites[host] or is_file(address):
            return None
        return address, _key_of(address)
    except (AddressError, ValueError):
        return None


def _key_of(address: str) -> str:
    """The canonical address; without its parameters where the path alone is clearly an article's:
    then they say from where on the page a reader came (``?ico=most_popular``)."""
    key = canonical_url(address)
    bare, mark, _ = key.partition("?")
    return bare if mark and score_address(bare) >= SURE_PATH else key


def _describe(address: _Address) -> LinkCandidate:
    """The best that any anchor to the address says for it."""
    anchors = address.anchors
    companies = {anchor.company for anchor in anchors if anchor.text}
    company = LinkGroup.NONE
    if LinkGroup.HEADLINES in companies:
        company = LinkGroup.HEADLINES
    elif companies == {LinkGroup.LABELS}:
        company = LinkGroup.LABELS
    return LinkCandidate(
        url=address.url,
        text=_title_of(address),
        place=max((anchor.place for anchor in anchors), key=PLACES.__getitem__),
        timed=any(anchor.timed for anchor in anchors),
        company=company,
    )


def _title_of(address: _Address) -> str:
    """The text of a heading, else the longest that is no date; an image's only where no link to
    the address has words."""
    best = max(address.anchors, key=_rate_text)
    return best.text or max((anchor.alt for anchor in address.anchors), key=len)


def _rate_text(anchor: Anchor) -> tuple[bool, bool, bool, int]:
    in_heading = anchor.headed or anchor.place is PagePosition.HEADING
    return bool(anchor.text), in_heading, not anchor.dating, len(anchor.text)


def _score(candidates: list[LinkCandidate], shapes: Shapes) -> list[float]:
    """The page's sure links teach the shapes by which those in doubt are judged once more."""
    scores = [score_link(candidate, shapes) for candidate in candidates]
    rated = list(zip(candidates, scores, strict=True))
    own = learn_shapes(
        (candidate.url for candidate, score in rated if score >= SURE_ARTICLE),
        (candidate.url for candidate, score in rated if score <= SURE_OTHER),
    )
    return [score + OWN_SHAPES * own.judge(candidate.url) for candidate, score in rated]

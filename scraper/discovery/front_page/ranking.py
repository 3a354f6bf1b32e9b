"""How much a link looks like one to an article: a sum of evidence, each number tested by name.

Three witnesses are heard, and none decides alone: the address (a date, an identifier, a long
slug), the words of the link (a headline has four words and more, a section one or two), and the
place (navigation or heading, beside a time, in a list of headlines). What is known of the site's
own addresses (``shapes``) is a fourth. ``PASS`` is the sum from which a link is taken.

The numbers were set on generated front pages and on addresses of 789 publishers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qsl, urlsplit

from scraper.discovery.front_page.path_words import (
    COLLECTION,
    FILES,
    LIST_PARAMETERS,
    LISTING,
    NUMBERS,
    SERVICE,
    SERVICE_FIRST,
    plain,
)
from scraper.discovery.front_page.shapes import NOTHING_KNOWN, Shapes
from scraper.discovery.front_page.url_paths import LONG_SLUG, Path, Segment, count_words, read_path
from scraper.urls import site_of

PASS = 1.5
HEADLINE_WORDS = 4
HEADLINE_LENGTH = (16, 200)
"""Characters of a headline in a script with spaces; a longer text is a teaser."""
SHORT_HEADLINE = 25
"""Three words may be a headline from so many characters on: "Bundestag beschließt Haushalt"."""
LEARNT = 4.0
"""What a sure judgement of the site's own shapes weighs: more than any two of the others, since
forty pages of a shape that were lists all make the next one a list, whatever its link says."""


class PagePosition(StrEnum):
    """Where on the page a link stands."""

    HEADING = "heading"
    """In a heading, or around one, or in an element that is named as a title."""
    CONTENT = "content"
    """In ``main`` or ``article``."""
    ELSEWHERE = "elsewhere"
    ASIDE = "aside"
    """Beside the matter: most read, related, further stories."""
    NAVIGATION = "navigation"
    SERVICE = "service"
    """Among share buttons, comments, consent, newsletters, breadcrumbs, tags, bylines."""


class LinkGroup(StrEnum):
    """What the links of the same markup on the page are."""

    HEADLINES = "headlines"
    LABELS = "labels"
    NONE = "none"
    """Mixed, or fewer than three."""


@dataclass(frozen=True, slots=True)
class LinkCandidate:
    """All that a page says of one address."""

    url: str
    text: str = ""
    place: PagePosition = PagePosition.ELSEWHERE
    timed: bool = False
    """A time stands beside it."""
    company: LinkGroup = LinkGroup.NONE


PLACES = {
    PagePosition.HEADING: 1.5,
    PagePosition.CONTENT: 0.5,
    PagePosition.ELSEWHERE: 0.0,
    PagePosition.ASIDE: -0.5,
    PagePosition.NAVIGATION: -3.0,
    PagePosition.SERVICE: -3.0,
}
LISTS = -3.0
"""What a parameter that makes a list of an address weighs."""
COMPANIES = {LinkGroup.HEADLINES: 1.5, LinkGroup.LABELS: -1.0, LinkGroup.NONE: 0.0}
TIMED = 1.5


def score_link(candidate: LinkCandidate, shapes: Shapes = NOTHING_KNOWN) -> float:
    """The sum of all evidence; an article's is ``PASS`` or more.

    Where the site's own pages of this shape were none, what its address promises counts the less
    the surer that is.
    """
    address, judged = score_address(candidate.url), shapes.judge(candidate.url)
    if judged < 0 < address:
        address *= 1 + judged
    return (
        address
        + LEARNT * judged
        + score_text(candidate.text)
        + PLACES[candidate.place]
        + COMPANIES[candidate.company]
        + (TIMED if candidate.timed else 0.0)
    )


def score_text(text: str) -> float:
    """What the words of a link say: 1.5 for a headline, down to -1.5 for a label."""
    words = count_words(text)
    if not words:
        return -0.5  # a picture alone says little
    if is_headline(text):
        return 1.5
    if len(text) > HEADLINE_LENGTH[1]:
        return 0.5
    return 0.0 if words >= 3 else -1.5


def is_headline(text: str) -> bool:
    words, length = count_words(text), len(text)
    if length > HEADLINE_LENGTH[1]:
        return False
    spaced = len(text.split()) * 2 >= words  # else a script whose letters say more each
    if words >= HEADLINE_WORDS:
        return length >= HEADLINE_LENGTH[0] or not spaced
    return words >= 3 and length >= SHORT_HEADLINE


def score_address(url: str) -> float:
    """What an address alone says, from about -6 to 5.

    For it: a date with something behind or before it 2, an identifier 1.5, a slug of four words
    1.5 (three: 0.75), ``.html`` 0.5, three segments and more 0.5. Against it: a word at the end -2
    or two -1.25, a date alone -2, neither path nor an article's number -3, a list's word anywhere
    -3, a service's -4, a collection's -1.5. Parameters behind a path: an article's number 2, a
    list's -2.5, others -0.5 where the path says nothing.
    """
    path = read_path(url)
    if not path.segments:
        return _score_parameters(url) if urlsplit(url).query else -3.0
    score = _score_path(path) + _score_words(path, _labels_of(url))
    if urlsplit(url).query:
        parameters = _score_parameters(url) + 0.5
        # ``/mayor-resigns-b2651790?source=home`` is known by its path.
        score += 0.0 if parameters == -0.5 and score > 0 else parameters
    return score


def _score_path(path: Path) -> float:
    last = path.segments[-1]
    slug = _slug_of(path)
    dated = any(segment.dated for segment in path.segments)
    identified = any(segment.identified for segment in path.segments[-3:])
    score = 0.0
    if last.kind == "D" and not path.extension:
        return -2.0  # an archive's day
    if dated:
        score += 2.0
    if identified:
        score += 1.5
    if slug.words >= LONG_SLUG:
        score += 1.5
    elif slug.words >= 3:
        score += 0.75
    elif slug.words and not (dated or identified):
        score -= 1.25 if slug.words > 1 else 2.0
    if path.extension and last.text != "index":
        score += 0.5
    if len(path.segments) >= 3:
        score += 0.5
    return score


def _slug_of(path: Path) -> Segment:
    """The one with the most words among the last three but the first: it may stand before a number,
    ``/council-votes-on-bridge/4711``. A path of one segment has but that."""
    few = path.segments[1:][-3:] if len(path.segments) > 1 else path.segments
    return max(few, key=lambda segment: segment.words)


def _labels_of(url: str) -> list[str]:
    """The labels of the host before the registrable domain: ``shop``, ``video``."""
    host, site = urlsplit(url).hostname or "", site_of(url)
    return host.removesuffix(site).strip(".").split(".") if host != site else []


def _score_words(path: Path, labels: list[str]) -> float:
    """What words of lists and services in the path, or before the domain, weigh."""
    names = labels + [plain(segment.text) for segment in path.segments]
    last = names[-1]
    if _names_service(path, names):
        return -4.0
    if any(name in LISTING for name in names):
        return -3.0
    if last in COLLECTION:
        return -3.0
    return -1.5 if any(name in COLLECTION for name in names) else 0.0


def is_page_of_words(url: str) -> bool:
    """Whether nothing speaks against an address but how short its slug is: it ends in a word, and
    is no list, no further page of one, no service."""
    path = read_path(url)
    if not path.segments or not path.segments[-1].words:
        return False
    numbered = plain(path.segments[-1].text).replace("_", "-").partition("-")[0]
    if numbered in LISTING or _score_words(path, _labels_of(url)) < 0:
        return False
    return not urlsplit(url).query or _score_parameters(url) > LISTS


def is_service(url: str) -> bool:
    """Whether an address is one of an imprint, a contact form, a shop or the like."""
    path = read_path(url)
    names = [plain(segment.text) for segment in path.segments]
    return bool(names) and _names_service(path, names)


def _names_service(path: Path, names: list[str]) -> bool:
    first = names[-1].replace("_", "-").split("-", 1)[0]
    few = len(path.segments) <= 2 and 2 <= path.segments[-1].words <= 3
    return any(name in SERVICE for name in names) or (few and first in SERVICE_FIRST)


def _score_parameters(url: str) -> float:
    """1.5 with an article's number, ``LISTS`` with a list's parameter, else -1."""
    try:
        pairs = parse_qsl(urlsplit(url).query[:2_000])
    except ValueError:
        return -1.0
    if any(name.lower() in LIST_PARAMETERS or value == "print" for name, value in pairs):
        return LISTS
    return 1.5 if any(_is_articles_number(name.lower(), value) for name, value in pairs) else -1.0


def _is_articles_number(name: str, value: str) -> bool:
    if not value[-1:].isdigit() or len(value) < 3:
        return False
    return name in NUMBERS or (len(value) >= 4 and name.endswith(("id", "no", "nr", "num")))


def is_file(url: str) -> bool:
    """Whether an address is of something else than a page: ``.pdf``, ``.jpg``, ``.rss``."""
    name = urlsplit(url).path.rsplit("/", 1)[-1]
    _, dot, ending = name.rpartition(".")
    return bool(dot) and ending.lower() in FILES

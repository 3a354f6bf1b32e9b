"""The captions of the article's images, each with its image's address.

A caption is what stands in a ``figcaption``, in a ``figure``, in the ``caption`` of a table that
frames an image, or under a caption's class next to an image, between the headline and the end of
the text, and in none of the boxes that are no part of the article: related stories, authors'
portraits, other articles.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from operator import attrgetter

from scraper.extraction.body.blocks import PlacedBlock
from scraper.extraction.body.images.finding import find_hidden_url, find_image_url, find_images
from scraper.extraction.body.pruning import Hints
from scraper.extraction.body.runs import TextRun
from scraper.extraction.body.words.class_words import class_reason, class_test
from scraper.extraction.body.words.lines import is_credited
from scraper.extraction.cleaning import clean_text, fold_text
from scraper.extraction.document import Document
from scraper.model.types import Block, BlockKind

REACH = 8
"""How many elements up a caption and its figure are looked for."""
MAX_CAPTIONS = 200
MAX_BEHIND = 12
"""So many lines behind the text are looked at."""
MAX_NODES = 1_000
"""Of one caption; longer ones are cut."""

# By class: what holds a caption. By language, for it names what it is.
_names_caption = class_test(
    r"caption|figcap|cutline|(?:img|image|photo|foto|picture|media)-?_?(?:text|desc|legend)|"
    r"bildunter|bildtext|bildlegende|fototext|legende|leyenda|pie-?_?(?:de-?_?)?foto|epigrafe|legenda|didascalia|"
    r"bijschrift|onderschrift|billedtekst|bildetekst|kuvateksti|podpis|popisek|képaláírás|keterangan"
)
# Furniture that may hold an article's image, and what none of its captions is in.
_IMAGE_REASONS = frozenset(("image", "caption", "player"))
_RUN_REASONS = frozenset(("", "tag", *_IMAGE_REASONS))
_IMAGE_TAGS = frozenset(("figure", "figcaption"))
_CONTROLS = frozenset(("controls", "share", "advert", "newsletter", "related", "furniture"))
_IMAGE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)(?:$|[?#])", re.IGNORECASE)


_first = attrgetter("first")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Surroundings:
    """The page around the captions."""

    document: Document
    runs: Sequence[TextRun]
    reasons: Sequence[str]
    kept: Sequence[int]
    """Where the runs of the text begin."""
    images: Sequence[int]
    address: str | None
    holders: dict[int, int | None] = field(default_factory=dict)
    """By the element around a text: what holds it as a caption."""

    def count(self, places: Sequence[int], at: int) -> int:
        """How many of these nodes are inside an element."""
        return bisect_left(places, self.document.ends[at]) - bisect_left(places, at)

    def outwards(self, at: int) -> Iterator[int]:
        """A node and what holds it, up to what holds text of the article as well."""
        holders = self.document.outwards(at, REACH)
        return takewhile(lambda holder: not self.count(self.kept, holder), holders)


def place_captions(
    document: Document,
    reasons: Sequence[str],
    runs: Sequence[TextRun],
    kept: Sequence[TextRun],
    hints: Hints,
    address: str | None,
) -> list[PlacedBlock]:
    """The captions in document order, each text once. ``runs`` and ``reasons`` are the layout's."""
    if not kept:
        return []
    low = _first_node(document, kept[0].first, hints.title_end)
    begin, end = bisect_left(runs, low, key=_first), bisect_left(runs, kept[-1].last, key=_first)
    span = runs[begin : end + MAX_BEHIND]
    images = find_images(document, low, span[-1].last)
    if not images and "figure" not in document.by_tag:
        return []
    page = _Surroundings(
        document=document,
        runs=runs,
        reasons=reasons,
        kept=[run.first for run in kept],
        images=images,
        address=address,
    )
    placed: list[PlacedBlock] = []
    seen: set[str] = set(hints.names)
    for holder, own in _group(page, _choose(page, span, kept[-1].last)):
        text = _text_of(page, holder, own)
        folded = fold_text(text)
        if not any(map(str.isalnum, text)) or folded in seen or not _is_ours(page, holder, own):
            continue
        figure = _figure_of(page, holder)
        image = _image_of(page, holder, figure)
        if image is None and figure is None and document.tags[holder] != "figcaption":
            continue
        seen.add(folded)
        url = None if image is None else find_image_url(document, image, address)
        if url is None and figure is not None:
            url = find_hidden_url(document, figure, address)
        placed.append(PlacedBlock(own[0].first, Block(BlockKind.CAPTION, text, image_url=url)))
        if len(placed) == MAX_CAPTIONS:
            break
    return placed


def _choose(page: _Surroundings, span: Sequence[TextRun], last: int) -> Iterator[TextRun]:
    """What is no text, up to the text's end; captions right behind it are its own."""
    held = set(page.kept)
    for run in span:
        if run.first > last and _holder_of(page, run) is None:
            return
        if run.first not in held and run.reason in _RUN_REASONS:
            yield run


def _first_node(document: Document, text: int, title_end: int) -> int:
    """Where the article begins: at the headline's own box, or with the ``article`` of both."""
    if not 0 <= title_end < text:
        title_end = text
    at = title_end
    while document.parents[at] >= 0 and not document.contains(document.parents[at], text):
        at = document.parents[at]
    holders = document.ancestors(at, REACH)
    return next((above for above in holders if document.tags[above] == "article"), at)


def _group(page: _Surroundings, runs: Iterable[TextRun]) -> Iterator[tuple[int, list[TextRun]]]:
    """The runs by the element that holds them as one caption."""
    holder, own = -1, list[TextRun]()
    for run in runs:
        around = _holder_of(page, run)
        if around is None:
            continue
        if around != holder and own:
            yield holder, own
            own = []
        holder = around
        own.append(run)
    if own:
        yield holder, own


def _holder_of(page: _Surroundings, run: TextRun) -> int | None:
    """The caption's element: a ``figcaption``; else the outermost of a caption's class without an
    image in it; else the box of an image that has neither; else a line with a credit behind an
    image."""
    around = page.document.parents[run.first]
    if around not in page.holders:
        page.holders[around] = _holder_around(page, around)
    holder = page.holders[around]
    is_line = holder is None and not run.reason and not page.count(page.kept, run.owner)
    if is_line and is_credited(run.text):
        image = _beside(page, run.first)
        return run.owner if image is not None and image < run.first else None
    return holder


def _holder_around(page: _Surroundings, around: int) -> int | None:
    document = page.document
    named, box = -1, -1
    for at in page.outwards(around):
        tag = document.tags[at]
        if tag == "figcaption" or (
            tag == "caption" and page.count(page.images, document.parents[at])
        ):
            return at
        is_caption = _names_caption(document.words[at])
        if is_caption and not page.count(page.images, at):
            named = at
        elif tag == "figure" or is_caption:
            box = at if box < 0 else box
            if tag == "figure":
                break
    if named >= 0:
        return named
    if box < 0 or document.within(box, "figcaption"):
        return None
    return box if page.count(page.images, box) else None


def _text_of(page: _Surroundings, holder: int, runs: Sequence[TextRun]) -> str:
    """What the caption says, what is no part of it for a reader and repeated lines left out."""
    document = page.document
    end = min(document.ends[holder], holder + MAX_NODES)
    hidden: set[int] = set()
    for at in range(holder + 1, end):
        if document.parents[at] in hidden or _is_control(document, at):
            hidden.add(at)
    lines: dict[str, None] = {}
    for run in runs:
        shown = [at for at in range(run.first, min(run.last + 1, end)) if at not in hidden]
        if line := clean_text("".join(document.texts[at] for at in shown)):
            lines[line] = None
    return " ".join(lines)


def _is_control(document: Document, at: int) -> bool:
    if class_reason(document.words[at]) in _CONTROLS:
        return True
    has = document.attributes[at]
    return "hidden" in has or has.get("aria-hidden") == "true"


def _is_ours(page: _Surroundings, holder: int, runs: Sequence[TextRun]) -> bool:
    """Not a caption of a related story, a portrait or another article."""
    document, reasons = page.document, page.reasons
    link_size = sum(run.link_size for run in runs)
    if 2 * link_size > sum(len(run.text) for run in runs) and not _opens_image(page, holder):
        return False
    outermost = -1
    for at in document.outwards(holder):
        if reasons[at]:
            outermost = at
        if document.tags[at] == "article" and not page.count(page.kept, at):
            return False
    if outermost < 0:
        return True
    return reasons[outermost] in _IMAGE_REASONS or document.tags[outermost] in _IMAGE_TAGS


def _opens_image(page: _Surroundings, holder: int) -> bool:
    """Inside a link to the image itself."""
    for at in page.document.outwards(holder):
        if page.document.tags[at] == "a":
            return _IMAGE_FILE.search(page.document.attribute(at, "href")) is not None
    return False


def _figure_of(page: _Surroundings, holder: int) -> int | None:
    return next((at for at in page.outwards(holder) if page.document.tags[at] == "figure"), None)


def _image_of(page: _Surroundings, holder: int, figure: int | None) -> int | None:
    """In the figure or the smallest box of both, the nearest before the caption, else after it."""
    if figure is not None:
        return _nearest(page, holder, figure, page.document.ends[figure])
    for at in page.outwards(holder):
        if page.count(page.images, at):
            return _nearest(page, holder, at, page.document.ends[at])
    return _beside(page, holder)


def _beside(page: _Surroundings, at: int) -> int | None:
    """The image before or behind an element or text, with no text between."""
    runs = page.runs
    before = bisect_left(runs, at, key=_first)
    behind = bisect_left(runs, page.document.ends[at], key=_first)
    low = runs[before - 1].last if before else 0
    high = runs[behind].first if behind < len(runs) else len(page.document.tags)
    return _nearest(page, at, low, high)


def _nearest(page: _Surroundings, holder: int, low: int, high: int) -> int | None:
    place = bisect_left(page.images, holder)
    if place and page.images[place - 1] >= low:
        return page.images[place - 1]
    if place < len(page.images) and page.images[place] < high:
        return page.images[place]
    return None

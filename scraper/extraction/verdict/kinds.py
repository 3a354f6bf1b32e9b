"""Pages whose substance is no text: players, galleries, lists of links, nothing at all."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from scraper.extraction.metadata.nodes import LISTING_TYPES, MEDIA_TYPES
from scraper.extraction.verdict.phrasebook import Phrasebook, plain_text
from scraper.extraction.verdict.phrases import NEEDS_ADVERTS, NEEDS_SCRIPT, PLACEHOLDER
from scraper.extraction.verdict.posts import POST_HEADINGS, count_posts
from scraper.extraction.verdict.signals import (
    IMPRINT,
    LITTLE,
    MIN_BODY,
    MIN_FLASH,
    SHORT,
    Judgement,
    PageSignals,
    measure,
    quote,
)
from scraper.model.types import Verdict

MIN_PROMISE = 10
MAX_ABOVE = 6
"""So many lines may stand between a heading and a line of text: byline, date, section."""
MAX_MEDIA = 250
MAX_LINKS = 400
_OPENING = re.compile(r"\W{0,2}\w{0,2}\d|\W*(?:©|\(c\)|copyright)", re.IGNORECASE)
_MEDIA_PATH = re.compile(
    r"/(?:videos?|watch|mediathek|podcasts?|audio|gallery|galerie|galleries|fotos?|photos?|"
    r"fotostrecken?|bildergalerie|bilder|pictures|diaporama|fotogaleri[ae]?|slideshow|live-?tv|"
    r"movie|vod|tv|galeria|galeri|foto-galeri|video-galeri)(?:/|-|$)"
)
_LIST_PATH = re.compile(
    r"/(?:(?:tags?|topics?|temas?|themen?|themes?|dossiers?|category|categories|kategori[ae]?|"
    r"rubriques?|authors?|autor(?:en)?|auteurs?|profile|search|suche|recherche|buscar|busca|cerca|"
    r"arama|archives?|archiv|archivo|label|etiqueta|etiket|amne|series?|serien?|rensai|hashtag|"
    r"keyword|staff|newsroom|press-releases?)(?:/[^/]+){0,2}|"
    r"indeks|index|latest|news|blogs?|page/\d+|[^/]*list[^/]*)/?$"
)
_LIST_STATE = re.compile(
    r" (?:archive|category|tag|author|search(?:-results)?|blog|home|page-template-archive) "
)
_LISTING_TAGS = frozenset(("h2", "h3", "h4", "article", "div", "p", "li", "td", "section"))
_SENTENCE_END = re.compile(r"[.!?…。！？।۔؟\"'”“’‘»«)\]]\s*$")
_SENTENCES = re.compile(r"(?<=[.!?…。！？।۔؟])\s*")


def find_placeholder(page: PageSignals) -> Judgement | None:
    """A heading, and a text that only says that there will be one."""
    if page.size > LITTLE:
        return None
    lines = [run.text for run in page.opening if run.size >= MIN_PROMISE]
    text = "\n".join(lines[:2] if page.is_elsewhere else lines)
    if page.size <= 2 * MIN_BODY and not PLACEHOLDER.find(text):
        text = page.text
    if measure(text) > 2 * MIN_BODY or _size_without(PLACEHOLDER, text) >= MIN_FLASH:
        return None
    return Judgement(Verdict.TOO_SHORT, f"its text only says “{quote(text)}”")


def find_media(page: PageSignals) -> Judgement | None:
    """A player or gallery with a line or two of text."""
    if page.size > LITTLE:
        return None
    types = page.metadata.linked.types | page.metadata.micro.types
    og_type = (page.metadata.first("og:type") or "").lower()
    signs = []
    if types & MEDIA_TYPES:
        signs.append(f"JSON-LD {min(types & MEDIA_TYPES)}")
    if og_type.startswith(("video", "music")):
        signs.append(f"og:type {og_type}")
    shown = page.document.players or page.document.images
    if shown and page.url and _MEDIA_PATH.search(urlsplit(page.url).path.lower()):
        signs.append("the address")
    if page.document.players:
        signs.append("a player")
    if page.document.images >= 8 and page.visible_size < SHORT and not page.reads_on:
        signs.append(f"{page.document.images} images")
    if page.is_published and page.size >= MAX_MEDIA:
        return None
    if signs == ["a player"] and (_is_root(page.url) or (page.is_dated and page.size >= MIN_BODY)):
        return None
    limit = LITTLE if len(signs) >= 2 and page.node is None else MAX_MEDIA
    if signs and page.size < limit and (page.node is None or len(signs) >= 2):
        return Judgement(Verdict.MEDIA, f"{page.amount} beside {', '.join(signs)}")
    return None


def find_listing(page: PageSignals) -> Judgement | None:
    """Headlines that lead elsewhere instead of a text."""
    if page.is_published or page.node is not None:
        return None
    if number := _count_index(page):
        return _listing(number, "the beginning of a text under each")
    entries, inside = _count_entries(page)
    if page.size > LITTLE and entries < 5:
        return None
    signs = _listing_signs(page)
    if page.reads_on and not signs:
        return None
    if entries >= 8 and page.size < 250:
        return _listing(entries, "hardly a text")
    leads = _count_leads(page) if page.size < LITTLE else 0
    if leads >= (4 if signs else 5) and page.size < (LITTLE // 2 if signs else MIN_BODY):
        return _listing(leads, signs or "hardly a text")
    if (
        leads >= 5
        and page.size < LITTLE // 2
        and not any(run.size > MIN_FLASH for run in page.opening)
    ):
        return _listing(leads, "no text under the heading")
    largest = max((measure(block.text) for block in page.body.blocks), default=0)
    mean = page.size / max(1, len(page.body.blocks))
    typed = bool(page.metadata.linked.types & LISTING_TYPES) or _is_root(page.url)
    if entries >= 5 and typed and largest < 600 and mean < 220:
        return _listing(entries, signs or "no text of its own")
    if inside >= 6 and largest < 450 and mean < 200 and inside * 150 > page.size:
        return _listing(entries, "no text of its own")
    return None


def _count_index(page: PageSignals) -> int:
    """The posts of an index; without a link to the rest a date is enough where the page is said
    to be a list."""
    posts = count_posts(page)
    enough = 0.75 * posts.number
    if not posts.number or (posts.leading < enough and posts.dated < enough):
        return 0
    if page.reads_on and page.heading < posts.first:
        return 0
    return posts.number if posts.leading >= enough or _listing_signs(page) else 0


def _listing(entries: int, beside: str) -> Judgement:
    return Judgement(Verdict.LISTING, f"{entries} linked headlines and {beside}")


def _listing_signs(page: PageSignals) -> str:
    """What says that the page is a list, or ``""``."""
    types = page.metadata.linked.types & (LISTING_TYPES | {"profilepage"})
    if types:
        return f"JSON-LD {min(types)}"
    if _is_root(page.url):
        return "the address of a site"
    if page.url and _LIST_PATH.search(urlsplit(page.url).path.lower()):
        return "the address of a list"
    body = next(iter(page.document.by_tag.get("body", ())), None)
    if body is not None and _LIST_STATE.search(page.document.words[body]):
        return "the markup of a list"
    return ""


def _count_entries(page: PageSignals) -> tuple[int, int]:
    """Headings (or the items of lists) that are links, outside the furniture; and how many of
    them stand inside the element that holds the text."""
    tags, container = page.document.tags, page.layout.container
    start = container if container is not None else len(tags)
    end = page.document.ends[container] if container is not None else 0
    entries = inside = 0
    for run in page.layout.runs:
        if run.size < 20 or not run.link_size or run.reason or run.link_density < 0.8:
            continue
        if tags[run.owner] in _LISTING_TAGS:
            entries += 1
            inside += start <= run.first < end
    return entries, inside


def _count_leads(page: PageSignals) -> int:
    """Links as long as a headline, on a page without a text."""
    document, reasons = page.document, page.layout.reasons
    leads = set()
    for at in document.by_tag.get("a", ())[:MAX_LINKS]:
        if document.links[at] and not reasons[at]:
            text = document.text_of(at)
            if (len(text) >= 15 and len(text.split()) >= 3) or measure(text) >= 21:
                leads.add(text)
    return len(leads)


def _is_root(url: str | None) -> bool:
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return False
    return bool(parts.netloc) and parts.path.rstrip("/") in (
        "",
        "/index.html",
        "/index.php",
        "/home",
    )


def find_nothing(page: PageSignals) -> Judgement | None:
    """No text, or too little of it."""
    if page.size > LITTLE:
        return None
    stated = page.times.published is not None and page.times.source != "url"
    if page.is_framed and page.heading < 0 and not stated and page.node is None:
        return Judgement(Verdict.EMPTY, f"no heading, no date, {page.amount}")
    if page.size > IMPRINT:
        return None
    if not page.size:
        line = _find_line(page)
        if line:
            return Judgement(Verdict.TOO_SHORT, f"all it says is “{quote(line)}”")
        what = "the page has no text" if not page.visible_size else "no paragraph of text found"
        return Judgement(Verdict.EMPTY, what)
    if not page.is_dated and _size_without(NEEDS_SCRIPT, page.text) < MIN_FLASH:
        return Judgement(Verdict.EMPTY, f"all it says is “{quote(page.text)}”")
    said = None if page.is_dated else NEEDS_ADVERTS.find(f"{page.title.value or ''}\n{page.text}")
    if said is not None:
        return Judgement(Verdict.EMPTY, f"the page says “{quote(said)}”")
    if page.size < MIN_BODY and not _is_flash(page):
        return Judgement(Verdict.TOO_SHORT, page.amount)
    return None


def _find_line(page: PageSignals) -> str:
    """What stands below the heading, too little to be taken for a text, or ``""``."""
    if page.heading < 0 or page.document.tags[page.heading] not in POST_HEADINGS:
        return ""
    for run in page.opening[:MAX_ABOVE]:
        if run.reason or run.link_density > 0.5 or page.is_in_footer(run.first):
            continue
        if run.size >= MIN_PROMISE and not _OPENING.match(run.text):
            return run.text
    return ""


def _size_without(book: Phrasebook, text: str) -> int:
    """Of the sentences that hold no phrase of the book; of all where none does."""
    parts = _SENTENCES.split(text)
    rest = [part for part in parts if not book.find(part)]
    return sum(map(measure, rest)) if len(rest) < len(parts) else MIN_FLASH + measure(text)


def _is_flash(page: PageSignals) -> bool:
    """Short, but whole: a dated headline with a sentence that says more than it."""
    text = page.text.rstrip()
    if page.size < MIN_FLASH or not page.is_dated or not _SENTENCE_END.search(text):
        return False
    return plain_text(text).strip(" .!") != plain_text(page.title.value or "").strip(" .!")

"""The verdict: what the page is, and the phrase that says why.

A page is taken for an article unless something speaks against it, and what speaks against it
counts only while the page has little text of its own: one refused article in a hundred costs
more than one consent dialog filed. The rules are tried in order; the first that holds decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from scraper.extraction.body import Body, Layout
from scraper.extraction.cleaning import fold_text, measure_text
from scraper.extraction.document import Document
from scraper.extraction.metadata import ArticleNode, Metadata
from scraper.extraction.metadata.nodes import LISTING_TYPES, MEDIA_TYPES
from scraper.extraction.phrases import (
    BOT_MARKS,
    CHALLENGE,
    CONSENT_ACTS,
    CONSENT_TEXT,
    LOGIN_TEXT,
    NOT_FOUND,
    NOT_FOUND_TITLE,
    PAYWALL_CLASS,
    PAYWALL_TEXT,
)
from scraper.extraction.times import Times
from scraper.extraction.title import Title
from scraper.types import Verdict

MIN_BODY = 100
LITTLE = 700
"""With less text than this, a page may be something that only stands where an article was."""
SHORT = 1_500
WHOLE = 2_500
"""A page with this much text is no wall and no error, whatever phrases it has."""
MAX_PAGE_TEXT = 6_000
VERY_SHORT = 350
CALL = 100
"""A call to subscribe is shorter than this; a longer paragraph may only mention one."""


# In most languages' dialogs; the long lists are tried only where one of these stands.
_CONSENT_HINT = re.compile(
    r"[Cc]ookie|COOKIE|consen[st]|[Dd]atenschutz|[Ee]inwillig|[Zz]ustimm|[Pp]rivacy|vie privée|"
    r"privacidad|toestemming|[Pp]rivasi|zgod|prywatno|samtyck|kakor|eväste|çerez|соглас|隐私|同意|동의"
)


@dataclass(frozen=True)
class Page:
    """What a verdict is made from."""

    document: Document
    metadata: Metadata
    node: ArticleNode | None
    layout: Layout
    title: Title
    body: Body
    times: Times
    url: str | None

    @cached_property
    def size(self) -> int:
        return measure_text(self.body.text)

    @cached_property
    def visible(self) -> str:
        """The page's text, furniture included, up to a bound; the first and last of a long one."""
        texts = [run.text for run in self.layout.runs]
        joined = "\n".join(texts[:400])
        if len(joined) > MAX_PAGE_TEXT:
            joined = joined[: MAX_PAGE_TEXT // 2] + "\n" + joined[-MAX_PAGE_TEXT // 2 :]
        return joined

    @cached_property
    def visible_size(self) -> int:
        return sum(run.size for run in self.layout.runs)

    @cached_property
    def heads(self) -> list[str]:
        """Title and top headings, folded, the site's part of ``<title>`` cut off."""
        found = [self.title.value or "", *(c.value for c in self.title.candidates)]
        found += re.split(r"\s[-–—|:·•»]\s|\s*\|\s*", self.document.page_title)
        for tag in ("h1", "h2"):
            found += [self.document.text_of(at) for at in self.document.by_tag.get(tag, ())[:4]]
        return [fold_text(text) for text in dict.fromkeys(found) if 0 < len(text) < 150]

    @cached_property
    def is_written(self) -> bool:
        """A heading, a date and paragraphs: an article, whatever it is about."""
        if self.title.start < 0 or self.times.published is None or self.size < 250:
            return False
        return self.body.paragraphs >= (2 if _is_published(self) else 3)

    @cached_property
    def after_text(self) -> str:
        """The last block of the text, the short ones before it, and what stands right behind."""
        behind = [run.text for run in self.layout.runs if run.first > self.body.last][:14]
        blocks = self.body.blocks
        ends = [block.text for block in blocks[-4:-1] if len(block.text) < CALL]
        return "\n".join([*ends, *(block.text for block in blocks[-1:]), *behind])

    @cached_property
    def outer_words(self) -> str:
        """Class names and ids of the page but for the elements that hold the text: the markup
        for locked text asked for by search engines names what is shown as well."""
        document, first, last = self.document, self.body.first, self.body.last
        if not self.body.blocks:
            return "".join(document.words)
        holders = {at for at in document.ancestors(first) if document.contains(at, last)}
        return "".join(words for at, words in enumerate(document.words) if at not in holders)


@dataclass(frozen=True, slots=True)
class Ruling:
    verdict: Verdict
    evidence: str


def judge_page(page: Page) -> Ruling:
    """The first rule that holds; else an article."""
    for rule in _RULES:
        ruling = rule(page)
        if ruling is not None:
            return ruling
    paragraphs = page.body.paragraphs
    return Ruling(Verdict.ARTICLE, f"{page.size} characters of text in {paragraphs} paragraphs")


def _find_challenge(page: Page) -> Ruling | None:
    if page.size > SHORT or page.visible_size > 4_000:
        return None
    said = CHALLENGE.search(f"{page.document.page_title}\n{page.visible}\n{page.document.noscript}")
    if said is None and page.visible_size < LITTLE:
        marks = BOT_MARKS.search("".join(page.document.words))
        if marks is not None:
            return Ruling(Verdict.BOT_CHALLENGE, f"markup of a challenge: {marks[0]}")
    if said is None or page.is_written or (_is_published(page) and page.size > LITTLE):
        return None
    return Ruling(Verdict.BOT_CHALLENGE, f"the page says “{_quoted(said[0])}”")


def _find_soft_404(page: Page) -> Ruling | None:
    if page.size > WHOLE:
        return None
    for head in page.heads if not page.is_written else [fold_text(page.title.value or "")]:
        found = NOT_FOUND_TITLE.fullmatch(head.strip(" .!?…:-"))
        if found is not None and not (_is_published(page) and page.size > LITTLE):
            return Ruling(Verdict.SOFT_404, f"its heading is “{_quoted(head)}”")
    if page.size > LITTLE or _is_published(page) or page.is_written:
        return None
    said = NOT_FOUND.search(page.body.text if page.size > 60 else page.visible)
    if said is not None:
        return Ruling(Verdict.SOFT_404, f"the page says “{_quoted(said[0])}”")
    return None


def _find_consent_wall(page: Page) -> Ruling | None:
    """Most of the paragraphs speak of consent, and a dialog's acts are named.

    Where the acts stand on buttons, which are no text, the heading must speak of consent too and
    nothing may speak for an article: no date, no JSON-LD node.
    """
    if page.size > 12_000 or page.is_written or (_is_published(page) and page.size > LITTLE):
        return None
    if page.size > LITTLE and not _CONSENT_HINT.search(page.body.text):
        return None
    act = CONSENT_ACTS.search(f"{page.document.page_title}\n{page.visible}")
    bare = page.size <= LITTLE and page.node is None and page.times.published is None
    if act is None and not bare:
        return None
    text = page.body.text if page.size >= MIN_BODY else page.visible
    lines = [line for line in text.split("\n") if len(line) > 12]
    about = [line for line in lines if CONSENT_TEXT.search(line)]
    share = sum(map(len, about)) / max(1, sum(map(len, lines)))
    head_says = any(CONSENT_TEXT.search(head) for head in page.heads)
    if act is None and not (head_says and share >= 0.6):
        return None
    if about and (share >= 0.5 or (head_says and share >= 0.25)):
        return Ruling(Verdict.CONSENT_WALL, f"{share:.0%} of the text asks for consent")
    return None


def _find_teaser(page: Page) -> Ruling | None:
    """Text that stops at a paywall. A whole text behind ``isAccessibleForFree: false`` is none."""
    locked = page.node is not None and page.node.is_free is False
    if page.size < 60 or page.size > (6_000 if locked else SHORT):
        return None
    said = PAYWALL_TEXT.search(page.after_text)
    markup = PAYWALL_CLASS.search(page.outer_words) if said or locked else None
    stated = _stated_size(page)
    if locked and stated > 1.5 * page.size and stated - page.size > 400:
        return Ruling(Verdict.TEASER, f"not free, and {page.size} of {stated} characters are shown")
    stops = page.body.text.rstrip().endswith(("…", "...", "[…]", "[...]"))
    little = page.size < LITTLE and page.body.paragraphs <= 4
    if locked and (
        stops
        or (said and (markup or little) and page.size < SHORT)
        or (markup and little)
        or page.size < VERY_SHORT
    ):
        return Ruling(
            Verdict.TEASER, _teaser_evidence("isAccessibleForFree is false", said, markup)
        )
    if said and page.size < SHORT and (stops or (markup and not locked)):
        return Ruling(Verdict.TEASER, _teaser_evidence("", said, markup))
    if said and little:
        return Ruling(Verdict.TEASER, _teaser_evidence("", said, markup))
    return None


def _stated_size(page: Page) -> int:
    body = page.node.body if page.node is not None else None
    return measure_text(body) if body else 0


def _teaser_evidence(lead: str, said: re.Match[str] | None, markup: re.Match[str] | None) -> str:
    parts = [lead] if lead else []
    if said is not None:
        parts.append(f"the text ends in “{_quoted(said[0])}”")
    if markup is not None:
        parts.append(f"markup of a paywall: {markup[0]}")
    return ", ".join(parts) or "short text"


def _find_login_wall(page: Page) -> Ruling | None:
    if page.size > LITTLE or (_is_published(page) and page.size > 250):
        return None
    if page.visible_size > 4_000:
        return None
    # A link "log in" stands in the header of any page: beside a text only the text counts.
    where = page.body.text if page.size > 250 else page.visible
    said = LOGIN_TEXT.search("\n".join([*page.heads, where]))
    if said is not None:
        return Ruling(Verdict.LOGIN_WALL, f"the page says “{_quoted(said[0])}”")
    if page.document.has_password and page.size < MIN_BODY:
        return Ruling(Verdict.LOGIN_WALL, "a password field and no text")
    return None


def _find_media(page: Page) -> Ruling | None:
    """A player or gallery with a line or two of text."""
    if page.size > LITTLE:
        return None
    types = page.metadata.linked.types | page.metadata.micro.types
    og_type = (page.metadata.first("og:type") or "").lower()
    path = urlsplit(page.url or "").path.lower() if page.url else ""
    signs = []
    if types & MEDIA_TYPES:
        signs.append(f"JSON-LD {min(types & MEDIA_TYPES)}")
    if og_type.startswith(("video", "music")):
        signs.append(f"og:type {og_type}")
    if re.search(
        r"/(?:videos?|watch|mediathek|podcasts?|audio|gallery|galerie|galleries|foto(?:s|strecken?)?|photos?|bildergalerie|pictures|diaporama|fotogaleria|slideshow)(?:/|-|$)",
        path,
    ):
        signs.append("the address")
    if page.document.players:
        signs.append("a player")
    if page.document.images >= 8 and page.visible_size < SHORT:
        signs.append(f"{page.document.images} images")
    limit = LITTLE if len(signs) >= 2 and page.node is None else 250
    if signs and page.size < limit and (page.node is None or len(signs) >= 2):
        return Ruling(Verdict.MEDIA, f"{page.size} characters of text beside {' and '.join(signs)}")
    return None


def _find_listing(page: Page) -> Ruling | None:
    """Headlines that lead elsewhere instead of a text."""
    if _is_published(page) or page.node is not None:
        return None
    types = page.metadata.linked.types
    container = page.layout.container
    entries = _count_entries(page)
    typed = bool(types & LISTING_TYPES) or _is_root(page.url)
    if entries >= 8 and page.size < 250:
        return Ruling(Verdict.LISTING, f"{entries} linked headlines and hardly a text")
    leads = _count_leads(page) if page.size < MIN_BODY else 0
    if leads >= 5:
        return Ruling(Verdict.LISTING, f"{leads} linked headlines and hardly a text")
    largest = max((measure_text(block.text) for block in page.body.blocks), default=0)
    mean = page.size / max(1, len(page.body.blocks))
    if entries >= 5 and typed and largest < 600 and mean < 220:
        return Ruling(Verdict.LISTING, f"{entries} linked headlines and no text of its own")
    inside = _count_entries(page, container) if container is not None else 0
    if inside >= 6 and largest < 450 and mean < 200 and inside * 150 > page.size:
        return Ruling(Verdict.LISTING, f"{entries} linked headlines and no text of its own")
    return None


def _count_entries(page: Page, container: int | None = None) -> int:
    """Headings (or the items of the main list) that are links, outside the furniture."""
    count = 0
    tags = page.document.tags
    for run in page.layout.runs:
        if run.link_density < 0.8 or run.size < 20:
            continue
        if container is not None and not page.document.contains(container, run.first):
            continue
        if run.reason:
            continue
        tag = tags[run.owner]
        if tag in ("h2", "h3", "h4", "article", "div", "p", "li", "td", "section"):
            count += 1
    return count


def _count_leads(page: Page) -> int:
    """Links as long as a headline, a date or a line beside them, on a page without a text."""
    found = set()
    for run in page.layout.runs:
        if run.reason or run.link_density < 0.6 or run.link_size < 15:
            continue
        if len(run.text.split()) >= 3 or (run.size >= 20 and not run.text.isascii()):
            found.add(run.text)
    return len(found)


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


def _is_published(page: Page) -> bool:
    """The page states an article: a JSON-LD node with a date, or ``og:type`` and a date."""
    if page.node is not None and page.node.published and page.node.headline:
        return True
    stated = page.metadata.first("article:published_time")
    return bool(stated) and (page.metadata.first("og:type") or "").lower() == "article"


def _find_nothing(page: Page) -> Ruling | None:
    if not page.size:
        what = "the page has no text" if not page.visible_size else "no paragraph of text found"
        return Ruling(Verdict.EMPTY, what)
    if page.size < MIN_BODY:
        return Ruling(Verdict.TOO_SHORT, f"{page.size} characters of text")
    return None


def _quoted(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 80 else text[:79] + "…"


_RULES: tuple[Callable[[Page], Ruling | None], ...] = (
    _find_challenge,
    _find_soft_404,
    _find_consent_wall,
    _find_teaser,
    _find_login_wall,
    _find_media,
    _find_listing,
    _find_nothing,
)

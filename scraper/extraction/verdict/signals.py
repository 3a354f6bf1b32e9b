"""What a verdict is made from: the page's fields, and what several rules ask about them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from scraper.extraction.body import Body, TextRun
from scraper.extraction.cleaning import fold_text, measure_text
from scraper.extraction.context import PageContext
from scraper.extraction.times import Times
from scraper.extraction.title import Title
from scraper.extraction.verdict.phrases import CONSENT
from scraper.model.types import Verdict

MIN_BODY = 100
LITTLE = 700
"""With less text than this, a page may be something that only stands where an article was."""
SHORT = 1_500
WHOLE = 2_500
"""A page with this much text is no wall and no error, whatever phrases it has."""
LONG = 12_000
"""Beyond this nothing depends on the size."""
CALL = 100
"""A call to subscribe is shorter than this; a longer paragraph may only mention one."""
MAX_PAGE_TEXT = 6_000

IMPRINT = 250
"""The imprint, or a cookie notice, is shorter than this."""
MIN_LINE = 15
MAX_DATE = 80
MAX_BETWEEN = 12
"""So many links may stand between a heading and its text: authors, topics, sharing."""
MAX_LEADS = 4
"""And so many headlines of others."""
MIN_FLASH = 45
"""A dated headline with one whole sentence of this length is a flash, and news."""
FRAMED = 1_500
"""A page with more text than this, furniture included, has a site around it."""

_FOOTER = re.compile(r"(?<![a-z])(?:footer|foot|colophon|imprint|impressum|copyright)(?![a-z])")
_HEADINGS = frozenset(("h1", "h2", "h3"))
_NUMBER = re.compile(r"\d+")
_HANGUL = re.compile("[\uac00-\ud7af]")
_PARTS = re.compile(r"\s[-–—|:·•»]\s|\s*\|\s*")
# Furniture that never holds what a wall or an error page says.
_ASIDE = frozenset(("tag", "hidden", "furniture", "related", "share", "advert", "comments"))


@dataclass(frozen=True, slots=True)
class Judgement:
    verdict: Verdict
    evidence: str
    """One short phrase for a person: what was seen."""


@dataclass(frozen=True, kw_only=True)
class PageSignals(PageContext):
    """Everything found on a page, as the rules look at it."""

    title: Title
    body: Body
    times: Times

    @cached_property
    def text(self) -> str:
        """The body; where that stands elsewhere, what is said under the heading."""
        if self.is_elsewhere:
            return "\n".join(run.text for run in self.opening if run.size >= MIN_LINE)
        return self.body.text

    @cached_property
    def heading(self) -> int:
        """The node of the heading: the title's; where that is not what the page calls itself, the
        first of the first level that is no link home; -1 without one."""
        document, start, value = self.document, self.title.start, self.title.value
        if value and value in document.page_title:
            if start >= 0:
                return start
            for tag in ("h1", "h2", "h3"):
                for at in document.by_tag.get(tag, ())[:5]:
                    if document.text_of(at) == value and not self._is_logo(at):
                        return at
        reasons = self.layout.reasons
        tops = document.by_tag.get("h1", ())[:5]
        return next((at for at in tops if not reasons[at] and not self._is_logo(at)), start)

    def _is_logo(self, at: int) -> bool:
        """A linked heading that says what the title of the page begins or ends with."""
        document = self.document
        text, title = document.text_of(at), document.page_title
        return any(document.links[at : at + 3]) and (title == text or not title.startswith(text))

    @cached_property
    def is_elsewhere(self) -> bool:
        """The body is no text of this page: little, and far from its heading."""
        text = self.body.text
        if not text or len(text) > SHORT or measure(text) > SHORT or self.heading < 0:
            return False
        first, end = self.body.first, self.document.ends[self.heading]
        if self.body.last < self.heading:
            return True
        between = [run for run in self.layout.runs if end <= run.first < first]
        links = [run for run in between if run.link_density > 0.8]
        leads = sum(run.size >= 25 and not run.reason for run in links)
        return len(links) > MAX_BETWEEN or leads > MAX_LEADS

    @cached_property
    def size(self) -> int:
        """Of the text, as ``measure`` has it; none where that is the imprint or a cookie notice,
        which are taken for the text of a page that has no other."""
        size = len(self.text)
        if size > LONG:
            return size
        size = measure(self.text)
        if not 0 < size < IMPRINT or self.is_elsewhere:
            return size
        if self.is_in_footer(self.body.first):
            return 0
        lines = self.text.split("\n")
        return 0 if not self.is_dated and all(CONSENT.find(line) for line in lines) else size

    @cached_property
    def amount(self) -> str:
        """For evidence: the text in characters as a reader counts them, unlike ``size``."""
        number = len(self.text)
        if not number:
            return "no text"
        told = "1 character" if number == 1 else f"{number:,} characters"
        return f"{told} of text{' under the heading' if self.is_elsewhere else ''}"

    def is_in_footer(self, at: int) -> bool:
        """By tag or class, of the node or of what holds it."""
        document = self.document
        return any(
            document.tags[above] == "footer" or _FOOTER.search(document.words[above])
            for above in document.ancestors(at)
            if self.heading < 0 or not document.contains(above, self.heading)
        )

    @cached_property
    def visible_size(self) -> int:
        return sum([run.size for run in self.layout.runs])

    @cached_property
    def is_framed(self) -> bool:
        """A whole site stands around it: menus, headlines, and dialogs that are not shown yet."""
        return self.visible_size > FRAMED

    @cached_property
    def aside(self) -> frozenset[str]:
        """Reasons of furniture that never holds what the page itself says."""
        return _ASIDE | {"controls"} if self.is_framed else _ASIDE

    @cached_property
    def own_runs(self) -> list[TextRun]:
        """What the page itself says: all but its frame, related links and single links."""
        aside = self.aside
        return [
            run
            for run in self.layout.runs[:400]
            if run.reason not in aside and not (run.link_density > 0.8 and run.size < 40)
        ]

    @cached_property
    def opening(self) -> list[TextRun]:
        """The lines under the heading, up to the first linked headline or the next heading."""
        lines: list[TextRun] = []
        if self.heading < 0:
            return lines
        tags, aside, end = self.document.tags, self.aside, self.document.ends[self.heading]
        for run in self.layout.runs:
            if run.first < end or run.reason in aside:
                continue
            if self.is_in_footer(run.first):
                break
            if tags[run.owner] in _HEADINGS or (run.link_density > 0.8 and run.size >= 20):
                break
            lines.append(run)
        return lines

    @cached_property
    def next_heading(self) -> str:
        """The heading under these lines, unless it leads elsewhere; or ``""``."""
        if self.heading < 0:
            return ""
        tags, start = self.document.tags, self.document.ends[self.heading]
        for run in self.layout.runs:
            if run.first >= start and run.reason not in self.aside and tags[run.owner] in _HEADINGS:
                return "" if run.link_density > 0.8 else run.text
        return ""

    @cached_property
    def has_dateline(self) -> bool:
        """A sentence under the heading, and a date between them or the word of the metadata."""
        first = next((at for at, run in enumerate(self.opening) if _is_sentence(run)), None)
        if first is None or not self.is_dated:
            return False
        if (self.metadata.first("og:type") or "").lower() == "article":
            return True
        return any(map(is_date_like, self.opening[:first]))

    @cached_property
    def reads_on(self) -> bool:
        """A heading with a text right under it: two paragraphs, or a date and one."""
        return self.has_dateline or sum(map(_is_sentence, self.opening)) >= 2

    @cached_property
    def own_text(self) -> str:
        """The first and last of ``own_runs``, noscript text included."""
        joined = "\n".join([*(run.text for run in self.own_runs), self.document.noscript])
        if len(joined) > MAX_PAGE_TEXT:
            joined = f"{joined[: MAX_PAGE_TEXT // 2]}\n{joined[-MAX_PAGE_TEXT // 2 :]}"
        return joined

    @cached_property
    def heads(self) -> list[str]:
        """Title and top headings, folded, the site's part of ``<title>`` cut off."""
        texts = [self.title.value or "", *(c.value for c in self.title.candidates[:6])]
        texts += [self.document.page_title, *_PARTS.split(self.document.page_title)]
        reasons = self.layout.reasons
        for tag in ("h1", "h2"):
            tops = self.document.by_tag.get(tag, ())[:3]
            texts += [self.document.text_of(at) for at in tops if reasons[at] not in self.aside]
        return [fold_text(text) for text in dict.fromkeys(texts) if 0 < len(text) < 150]

    @cached_property
    def is_published(self) -> bool:
        """The page states an article: a JSON-LD node or ``og:type`` with a date."""
        if self.node is not None and self.node.published and self.node.headline:
            return True
        stated = self.metadata.first("article:published_time")
        return bool(stated) and (self.metadata.first("og:type") or "").lower() == "article"

    @cached_property
    def is_written(self) -> bool:
        """A heading, a date and paragraphs: an article, whatever it is about."""
        if self.title.start < 0 or self.times.published is None or self.size < 250:
            return False
        return self.body.paragraphs >= (1 if self.is_published else 3)

    @cached_property
    def is_dated(self) -> bool:
        """A heading and a date; one in the address must be confirmed under the heading."""
        if not self.title.value or self.times.published is None:
            return False
        return self.times.source != "url" or any(map(is_date_like, self.opening))

    @cached_property
    def stops_short(self) -> bool:
        """The text ends in dots."""
        return self.text.rstrip().endswith(("…", "...", "[…]", "[...]"))


def _is_sentence(run: TextRun) -> bool:
    return run.size >= MIN_FLASH and run.link_density < 0.5 and run.ends_sentence


def is_date_like(run: TextRun) -> bool:
    return run.size < MAX_DATE and len(_NUMBER.findall(run.text)) >= 2


def measure(text: str) -> int:
    """How much text this is, in characters of an alphabet; a syllable of Hangul is about two."""
    size = measure_text(text)
    return size if text.isascii() else size + len(_HANGUL.findall(text[:WHOLE]))


def quote(text: str) -> str:
    """For evidence: one line, not too long."""
    text = " ".join(text.split())
    return text if len(text) <= 80 else text[:79] + "…"

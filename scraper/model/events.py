"""What a run says while it goes on, and its sum."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field
from typing import Literal

from scraper.errors import FetchError, ParseError
from scraper.model.jobs import Gap
from scraper.model.types import Outcome

StopReason = Literal["max-time", "max-articles", "signal"]


@dataclass(frozen=True)
class PageDone:
    """One page was tried."""

    url: str
    outcome: Outcome
    reason: str | None
    article_id: int | None


@dataclass(frozen=True)
class SourceDone:
    """One source was polled; ``error`` says why it could not be."""

    source_id: int
    name: str
    url: str
    _: KW_ONLY
    new_links: int = 0
    error: FetchError | ParseError | None = None
    failed_before: bool = False
    """The poll before this one failed, too."""
    gap: Gap | None = None
    """Between its last poll and this one it turned over whole."""
    gap_filled: int | None = None
    """How many pages the site's sitemaps brought for it; ``None`` where none could be read."""
    left_out: int = 0
    """Listed addresses that the archive had no room for; the next poll meets them again."""


@dataclass(frozen=True)
class ImageDone:
    """An article's lead image was asked for; ``problem`` says why there is none."""

    url: str
    article_id: int
    problem: str | None = None
    stored: int = 0
    """Bytes that it added to the archive."""
    unreachable: bool = False
    """Its host did not answer."""


CrawlEvent = PageDone | SourceDone | ImageDone
MAX_FAILED = 5


@dataclass(kw_only=True)
class CrawlSummary:
    counts: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    sources_polled: int = 0
    sources_failed: int = 0
    new_links: int = 0
    gaps: int = 0
    left: int = 0
    """Pages that a backfill has not come to yet."""
    forbidden: int = 0
    """Of the pages that failed, those that a robots.txt forbids."""
    failed_pages: list[PageDone] = field(default_factory=list)
    """The first ``MAX_FAILED`` of the others."""
    full: dict[int, int] = field(default_factory=dict)
    """Bytes that the sources brought whose further pages wait for another run, by their ids."""
    stopped: StopReason | None = None

    def add(self, event: CrawlEvent) -> None:
        if isinstance(event, PageDone):
            self.counts[event.outcome] += 1
            if event.outcome is Outcome.FAILED:
                self._add_failed(event)
            return
        if isinstance(event, ImageDone):
            return  # it is no page, and what became of it is said with -v
        self.sources_polled += 1
        self.new_links += event.new_links
        self.gaps += event.gap is not None
        if event.error is not None:
            _forget_frames(event.error)  # which hold the document, of up to 50 MB
            self.sources_failed += 1

    def _add_failed(self, event: PageDone) -> None:
        if (event.reason or "").partition(":")[0] == "robots":
            self.forbidden += 1
        elif len(self.failed_pages) < MAX_FAILED:
            self.failed_pages.append(event)


def _forget_frames(error: BaseException | None) -> None:
    """Of an error that is kept, and of those that led to it."""
    waiting = [error]
    while waiting:
        link = waiting.pop()
        if link is not None and link.__traceback__ is not None:
            link.__traceback__ = None
            waiting += [link.__cause__, link.__context__]

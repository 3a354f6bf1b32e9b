"""What a crawl shows while it goes on: live totals on a terminal's standard error, else a line a
minute at most; or every event as JSON."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from commands.cleaning import escape_in_json
from commands.render.counting import Counting
from commands.render.values import counted, short_time
from commands.terminal import say
from scraper.model.events import CrawlEvent, ImageDone, PageDone, SourceDone
from scraper.model.types import Outcome
from scraper.urls import host_of

LINE_EVERY = 60.0
"""Seconds between two lines of a log."""
RATE_OVER = 60.0
"""Seconds over which a rate is taken."""


@dataclass(frozen=True)
class OutputOptions:
    quiet: bool = False
    log_json: bool = False
    bar: bool = True
    """Whether a bar may be shown where there is a terminal."""


@dataclass
class Totals:
    """What has happened so far, by the monotonic clock."""

    due: int
    """Pages that were due at the start, and those that were found since."""
    started: float
    pages: Counter[Outcome] = field(default_factory=Counter)
    sources: int = 0
    _marks: deque[tuple[float, int]] = field(default_factory=deque)
    """Of the last minute: when, and how many pages were done."""

    def add(self, event: CrawlEvent, now: float) -> None:
        if isinstance(event, PageDone):
            self.pages[event.outcome] += 1
        elif isinstance(event, SourceDone):
            self.sources += 1
            self.due += event.new_links
        self._marks.append((now, self.done))
        while self._marks[0][0] < now - RATE_OVER:
            self._marks.popleft()

    @property
    def done(self) -> int:
        return self.pages.total()

    def rate(self, now: float) -> float:
        """Pages a second over the last minute."""
        if not self._marks or now <= self._marks[0][0]:
            return 0.0
        since, done = self._marks[0]
        return (self.done - done) / (now - since)

    def left(self, now: float) -> float | None:
        """Seconds to the end at this rate; ``None`` where nobody knows."""
        rate = self.rate(now)
        return max(0, self.due - self.done) / rate if rate else None


class Display:
    """Nothing is shown; lines go to standard error as they come."""

    def show(self, event: CrawlEvent) -> None:
        """Note one event."""

    def say(self, text: str) -> None:
        say(text)


class LogLines(Display):
    """A line a minute at most."""

    def __init__(
        self,
        totals: Totals,
        hosts: Callable[[], int],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._totals = totals
        self._hosts = hosts
        self._monotonic = monotonic
        self._last = monotonic()

    def show(self, event: CrawlEvent) -> None:
        now = self._monotonic()
        self._totals.add(event, now)
        if now - self._last >= LINE_EVERY:
            self._last = now
            say(describe(self._totals, self._hosts(), now))


class JsonLines(Display):
    """Every event, and every line, as one JSON object a line on standard error."""

    def show(self, event: CrawlEvent) -> None:
        if isinstance(event, PageDone):
            self._emit(
                "page",
                url=event.url,
                outcome=event.outcome,
                reason=event.reason,
                article_id=event.article_id,
            )
        elif isinstance(event, ImageDone):
            self._emit("image", url=event.url, article_id=event.article_id, problem=event.problem)
        else:
            self._emit(
                "source",
                source=event.name,
                url=event.url,
                new_links=event.new_links,
                error=None if event.error is None else str(event.error),
                gap_since=None if event.gap is None else event.gap.since.isoformat(),
                left_out=event.left_out,
            )

    def say(self, text: str) -> None:
        self._emit("message", text=text)

    def _emit(self, event: str, **values: Any) -> None:
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"at": at, "event": event, **values}, ensure_ascii=False)
        sys.stderr.write(escape_in_json(line) + "\n")
        sys.stderr.flush()


class _Bar(Display):
    def __init__(self, show: Callable[[CrawlEvent], None]) -> None:
        self._show = show

    def show(self, event: CrawlEvent) -> None:
        self._show(event)


@contextmanager
def display(due: int, output: OutputOptions, hosts: Callable[[], int]) -> Iterator[Display]:
    """What is shown of a crawl with ``due`` pages at its start; ``hosts`` tells how many are being
    visited."""
    totals = Totals(due, time.monotonic())
    if output.log_json:
        yield JsonLines()
    elif output.quiet or not output.bar:
        yield Display()
    elif not sys.stderr.isatty():
        yield LogLines(totals, hosts)
    else:
        with _bar(totals, hosts) as bar:
            yield bar


@contextmanager
def _bar(totals: Totals, hosts: Callable[[], int]) -> Iterator[Display]:
    """One line that is overwritten, also while nothing comes: what is waited for takes longer."""
    at = ""

    def state() -> str:
        now = time.monotonic()
        rate = f"{totals.rate(now):.1f}/s"
        pages = f"{totals.done:,} of {counted(totals.due, 'page')}"
        return ", ".join((f"{at}{pages}", rate, counted(hosts(), "host"), _eta(totals, now)))

    def show(event: CrawlEvent) -> None:
        nonlocal at
        with counting.lock:
            totals.add(event, time.monotonic())
            at = f"{host_of(event.url)[:20]}: "
        counting.tick()

    with Counting("", state=state) as counting:
        yield _Bar(show)


def describe(totals: Totals, hosts: int, now: float) -> str:
    """One line of a log."""
    outcomes = ", ".join(f"{count} {outcome}" for outcome, count in sorted(totals.pages.items()))
    pages = f"{totals.done} of {totals.due} pages" + (f" ({outcomes})" if outcomes else "")
    rate = f"{totals.rate(now):.1f} a second"
    polled = f"{counted(totals.sources, 'source')} polled"
    in_flight = f"{counted(hosts, 'host')} in flight"
    spent = short_time(now - totals.started)
    return f"after {spent}: {pages}, {rate}; {polled}; {in_flight}; {_eta(totals, now)}"


def _eta(totals: Totals, now: float) -> str:
    """How long it takes yet; of what is done but for answers that may bring more, nobody knows."""
    if totals.done >= totals.due:
        return "waiting for answers"
    left = totals.left(now)
    return "time left unknown" if left is None else f"{short_time(max(left, 1))} left"

"""The sources and the runs: what is polled, how it does, and what became of what it listed.

The judgement of a source is made anew for its page and kept nowhere: whoever reads writes nothing.
So the list, which is of all sources, shows the alarms that a crawl or ``kliping health`` kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from markupsafe import Markup
from sqlalchemy import Engine
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from commands.crawl.coverage import coverage_object, poll_object, short_remarks
from commands.crawl.runs import RUNS
from commands.render.columns import object_of, pick, plain
from commands.render.failures import FAILED
from commands.render.sources import SOURCES
from commands.sources.health import judge
from commands.sources.health_render import TROUBLES, Trouble, merge, title_of
from scraper.clock import SystemClock
from storage.export.svg_bars import Bar
from storage.frontier.sources import Sources
from storage.frontier.store import Frontier
from storage.ledger.coverage import Coverage, Ledger, PollRecord
from storage.ledger.failures import FailedPage, list_failed
from storage.ledger.health import AlarmRecord, HealthBook
from storage.records import RunRecord, SourceRecord
from web.charts import chart
from web.render import Plain, page
from web.site import MOST_PER_PAGE, ask, number_of

PER_PAGE = 150
DAYS = 30
POLLS = 30
FAILURES = 50
RUNS_SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A source, and all that is known of how it does."""

    source: SourceRecord
    now: datetime
    troubles: Sequence[Trouble]
    """Alarms, and then what is told and is none; judged now."""
    days: Sequence[Coverage]
    """The newest first; only those on which something was listed or polled."""
    polls: Sequence[PollRecord]
    failed: Sequence[FailedPage]
    more_failed: bool
    """Not all are in ``failed``."""

    @property
    def chart(self) -> Markup:
        """What was listed, and of it what was filed, by day; days without anything, too."""
        by_day = {one.day: one for one in self.days}
        first, last = min(by_day), max(by_day)
        bars = []
        for day in (first + timedelta(days=at) for at in range((last - first).days + 1)):
            listed, filed = (by_day[day].listed, by_day[day].filed) if day in by_day else (0, 0)
            bars.append(Bar(day.isoformat(), listed, part=filed))
        return chart(
            bars,
            title="Pages listed, and of these those filed, by day",
            description=f"{first} to {last}. The whole bar: listed; filled: filed.",
            key="coverage",
        )

    @property
    def gaps(self) -> Sequence[PollRecord]:
        return [poll for poll in self.polls if poll.gap_since is not None]

    @property
    def is_index(self) -> bool:
        return any(poll.is_part for poll in self.polls)


# --------------------------------------------------------------------- all sources


def show_sources(request: Request) -> Response:
    start = number_of(request, "from", low=1, high=10**6, default=1) - 1
    sources, alarms = ask(request, _load_all)
    sources.sort(key=lambda source: source.folder or "")  # in each as they were added
    folders: dict[str, list[SourceRecord]] = {}
    for source in sources[start : start + PER_PAGE]:
        folders.setdefault(source.folder or "", []).append(source)
    return page(
        request,
        "sources.html",
        folders=folders,
        number=len(sources),
        start=start,
        per_page=PER_PAGE,
        alarms=alarms,
        unwell=[source for source in sources if source.id in alarms],
        titles=title_of,
    )


def list_sources(request: Request) -> Response:
    """As ``sources list --json``, with the kinds of the open alarms of each."""
    sources, alarms = ask(request, _load_all)
    listed = [
        {**object_of(source, SOURCES), "alarms": [one.kind for one in alarms.get(source.id, ())]}
        for source in sources
    ]
    return Plain({"sources": listed, "next_cursor": None})


def _load_all(engine: Engine) -> tuple[list[SourceRecord], Mapping[int, list[AlarmRecord]]]:
    alarms: dict[int, list[AlarmRecord]] = {}
    for alarm in HealthBook(engine).open_alarms():
        alarms.setdefault(alarm.source_id, []).append(alarm)
    return Sources(engine).list(), alarms


# --------------------------------------------------------------------- one source


def show_source(request: Request) -> Response:
    source_id = request.path_params["id"]
    followed = ask(request, lambda engine: _load(engine, source_id, DAYS))
    return page(
        request,
        "source.html",
        known=followed,
        source=followed.source,
        titles=title_of,
        remarks=short_remarks,
        most_failed=FAILURES,
        number_of_days=DAYS,
    )


def give_source(request: Request) -> Response:
    """The object of ``sources list --json``, and in lists those of ``health``, ``coverage``,
    ``coverage --polls`` and ``list --failed``."""
    source_id = request.path_params["id"]
    days = number_of(request, "days", low=1, high=3660, default=DAYS)
    followed = ask(request, lambda engine: _load(engine, source_id, days))
    values: dict[str, Any] = {
        **object_of(followed.source, SOURCES),
        "health": [plain(object_of(one, TROUBLES)) for one in followed.troubles],
        "coverage": [coverage_object(day) for day in followed.days],
        "polls": [poll_object(poll) for poll in followed.polls],
        "failed": [object_of(failed, FAILED) for failed in followed.failed],
    }
    return Plain(values)


def _load(engine: Engine, source_id: int, days: int) -> Followed:
    source = find_source(engine, source_id)
    now, ledger = SystemClock().now(), Ledger(engine)
    failed = list_failed(engine, FAILURES + 1, source_ids=[source_id])
    return Followed(
        source=source,
        now=now,
        troubles=_judge(engine, source_id, now),
        days=ledger.coverage(now - timedelta(days=days), [source_id]),
        polls=ledger.polls(source_id, POLLS),
        failed=failed[:FAILURES],
        more_failed=len(failed) > FAILURES,
    )


def find_source(engine: Engine, source_id: int) -> SourceRecord:
    """Raises ``HTTPException``: 404, also for a part of another source."""
    source = Sources(engine).find(str(source_id))
    if source is None or source.id != source_id or source.is_part:
        raise HTTPException(404, f"No source has the id {source_id}.")
    return source


def _judge(engine: Engine, source_id: int, now: datetime) -> list[Trouble]:
    """As ``kliping health`` would tell it now. What is open already began when it was raised."""
    judged = judge(engine, now, [source_id])
    began = {alarm.kind: alarm.since for alarm in HealthBook(engine).open_alarms([source_id])}
    alarms = [replace(one, since=began.get(one.kind, one.since)) for one in judged.alarms]
    return [
        *merge(alarms, judged.causes),
        *merge(judged.notes, judged.causes, are_alarms=False),
    ]


# --------------------------------------------------------------------- runs


def show_runs(request: Request) -> Response:
    runs = ask(request, lambda engine: Frontier(engine).list_runs(RUNS_SHOWN))
    return page(request, "runs.html", runs=[(run, _cells(run)) for run in runs], most=RUNS_SHOWN)


def list_runs(request: Request) -> Response:
    """As ``runs --json``."""
    limit = number_of(request, "limit", low=1, high=MOST_PER_PAGE, default=20)
    runs = ask(request, lambda engine: Frontier(engine).list_runs(limit))
    return Plain({"runs": [plain(object_of(run, RUNS)) for run in runs], "next_cursor": None})


def _cells(run: RunRecord) -> Mapping[str, object]:
    """By heading, as the table of ``kliping runs`` has them."""
    return {
        heading: pick(run, [value])[value] if isinstance(value, str) else value(run)
        for heading, value in RUNS.table.items()
    }

"""Figures: what an archive holds, or what of it a query finds."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from markupsafe import Markup
from sqlalchemy import Engine
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from commands.read.stats import FIGURES, csv_lines, object_of
from commands.render.values import counted, human_size, short_time
from commands.times import local_time
from scraper.clock import SystemClock
from storage.export.svg_bars import Bar
from storage.reading.stats import OutletStats, Stats, load_stats
from web.charts import chart, period_after
from web.render import Plain, link_to, page
from web.site import ask, number_of, query_of

COUNTED = 5_000
"""Articles, those filed last, as beside facets: a page has two seconds."""
OUTLETS_DRAWN = 20
UNITS = (("minutes", 60), ("hours", 3600), ("days", 86400))
LONGEST = 36_500
"""Days back that may be asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A chart with its table."""

    key: str
    title: str
    csv: str
    """Which rows of the CSV have it."""
    chart: Markup | None
    headings: Sequence[str]
    rows: Sequence[Sequence[object]]
    """Cells; the first one is the row's name."""
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    query: str
    days: int
    """So many back; 0: all."""
    since: datetime | None
    found: Stats

    @property
    def address(self) -> Mapping[str, object]:
        return {"q": self.query, "days": self.days or None}


def show_stats(request: Request) -> Response:
    asked = _ask(request)
    found = asked.found
    totals = {
        "Articles": f"{found.articles:,}",
        "Edits": f"{found.edits:,}",
        "By stealth": f"{found.stealth:,}",
        "From publication to filing (median)": _shown(found.median_delay) or "not known",
        "Size of the pages": human_size(found.stored_bytes),
    }

    def search(name: str, count: int) -> str | None:
        words = f"{asked.query} after:{name} before:{period_after(name)}".strip()
        return link_to(request, "/search", q=words) if count else None

    makers = (partial(_by_day, search), _by_outlet, _edits, _delays, _by_hour)
    figures = [make(found) for make in makers] if found.articles else []
    return page(
        request,
        "stats.html",
        query=asked.query,
        asked=asked,
        found=found,
        totals=totals,
        figures=[figure for figure in figures if figure.rows],
        most_days=LONGEST,
    )


def give_stats(request: Request) -> Response:
    """The object of ``stats --json``."""
    asked = _ask(request)
    return Plain(object_of(asked.found, query=asked.query, since=asked.since))


def give_csv(request: Request) -> Response:
    """As ``stats --csv``; ``what``: one figure of it."""
    what = request.query_params.get("what") or None
    if what is not None and what not in FIGURES:
        raise HTTPException(400, f"what: write {', '.join(FIGURES)}.")
    lines = csv_lines(_ask(request).found, what)
    headers = {"content-disposition": f'attachment; filename="{what or "stats"}.csv"'}
    text = "".join(f"{line}\r\n" for line in lines)
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


def _ask(request: Request) -> Asked:
    now = SystemClock().now()
    query = query_of(request)
    days = number_of(request, "days", low=1, high=LONGEST, default=0)
    since = now - timedelta(days=days) if days else None
    today = local_time(now).date()

    def load(engine: Engine) -> Stats:
        return load_stats(engine, query, since=since, today=today, most=COUNTED)

    return Asked(query=query, days=days, since=since, found=ask(request, load))


# --------------------------------------------------------------------- the figures


def _by_day(search: Callable[[str, int], str | None], found: Stats) -> Figure:
    names = [name for name, _ in found.days]
    unit = {4: "year", 7: "month"}.get(len(names[0]) if names else 0, "day")
    title = f"Articles by {unit} of publication"
    return Figure(
        key="days",
        title=title,
        csv="day",
        chart=chart(
            [Bar(name, number, search(name, number)) for name, number in found.days],
            title=title,
            description=f"{counted(found.articles, 'article')}, {names[0]} to {names[-1]}."
            if names
            else "None.",
            key="days",
        ),
        headings=(unit.capitalize(), "Articles"),
        rows=[(name, number) for name, number in found.days if number],
    )


def _by_hour(found: Stats) -> Figure:
    title = "Hour of publication"
    known = sum(found.hours)
    return Figure(
        key="hours",
        title=title,
        csv="hour",
        chart=chart(
            [Bar(f"{hour:02}", number) for hour, number in enumerate(found.hours)],
            title=title,
            description=f"{counted(known, 'article')} by the hour on the publisher's own clock.",
            key="hours",
        ),
        headings=("Hour", "Articles"),
        rows=[(f"{hour:02}", number) for hour, number in enumerate(found.hours)] if known else [],
        about="On the publisher's own clock, of the articles whose page says the hour.",
    )


def _by_outlet(found: Stats) -> Figure:
    return _of_outlets(
        found,
        key="outlets",
        title="Articles by outlet",
        headings=("Outlet", "Articles"),
        number=lambda one: one.articles,
        cells=lambda one: (one.articles,),
    )


def _edits(found: Stats) -> Figure:
    return _of_outlets(
        found,
        key="edits",
        title="Edits by outlet",
        headings=("Outlet", "Edits", "By stealth"),
        number=lambda one: one.edits,
        part=lambda one: one.stealth,
        cells=lambda one: (one.edits, one.stealth),
        about="Filled: by stealth, where the page does not say that it was changed.",
    )


def _delays(found: Stats) -> Figure:
    longest = max((one.median_delay or 0 for one in found.outlets), default=0)
    unit, seconds = next(((name, size) for name, size in UNITS if longest < 100 * size), UNITS[-1])
    return _of_outlets(
        found,
        key="delays",
        title="Time from publication to filing, by outlet",
        headings=("Outlet", "Median"),
        number=lambda one: math.ceil((one.median_delay or 0) / seconds),
        cells=lambda one: (_shown(one.median_delay),),
        about=f"The median, in {unit}, of the articles whose page says the minute.",
    )


def _of_outlets(
    found: Stats,
    *,
    key: str,
    title: str,
    headings: Sequence[str],
    number: Callable[[OutletStats], int],
    cells: Callable[[OutletStats], Sequence[object]],
    part: Callable[[OutletStats], int] | None = None,
    about: str = "",
) -> Figure:
    """Of those that have any, the greatest number first."""
    outlets = sorted((one for one in found.outlets if number(one)), key=number, reverse=True)
    drawn = outlets[:OUTLETS_DRAWN]
    more = "" if len(drawn) == len(outlets) else f" The first {len(drawn)} of {len(outlets):,}."
    bars = [Bar(one.site, number(one), part=part(one) if part else None) for one in drawn]
    return Figure(
        key=key,
        title=title,
        csv="outlet",
        chart=chart(
            bars,
            title=title,
            description=f"{about or counted(found.articles, 'article')}{more}",
            key=key,
        ),
        headings=headings,
        rows=[(one.site, *cells(one)) for one in outlets],
        about=f"{about}{more}".strip(),
    )


def _shown(delay: float | None) -> str:
    return "" if delay is None else short_time(delay)

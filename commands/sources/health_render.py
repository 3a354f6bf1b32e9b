"""Alarms and rates, for people and for programs."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from commands.cleaning import clean
from commands.render.columns import Columns, emit_json, emit_row, pick, print_records, print_rows
from commands.render.news import describe_waiting
from commands.render.values import counted, listed_first
from commands.sources.health_advice import Case, what_to_do
from commands.times import local_minute, local_times
from scraper.model.health import BY_HAND, History, Kind
from scraper.monitoring.source_health import Rates, measure

if TYPE_CHECKING:
    from storage.ledger.health import AlarmRecord
    from storage.outbox import Waiting

Causes = Mapping[tuple[int, str], str]
OF_A_HOST = (Kind.UNREACHABLE, Kind.BLOCKED)
"""What sources of one host have together is the host's."""
OF_ALL = (Kind.OVERDUE,)
"""What is nobody's in particular."""
OF_NOTICES = "notices"
"""Not of a source: what could not be sent."""
MAX_NAMES = 5
EXAMPLES = 3

_TITLES: dict[str, str] = {
    Kind.DISABLED: "disabled",
    Kind.UNREACHABLE: "cannot be read",
    Kind.OVERDUE: "not polled",
    Kind.PARTS: "sitemaps are not read",
    Kind.SILENT: "silent",
    Kind.GAP: "has a gap",
    Kind.BLOCKED: "blocks us",
    Kind.WALLED: "shows walls, not articles",
    Kind.REJECTED: "brings no articles",
    Kind.FAILING: "pages fail",
    Kind.FULL: "fills the archive",
    Kind.FIELDS: "fields are missing",
    Kind.SHORT: "texts are short",
    OF_NOTICES: "cannot send",
}


@dataclass(frozen=True, kw_only=True)
class Note:
    """What is told of a source, and is no alarm."""

    source_id: int
    source: str
    host: str
    kind: str
    since: datetime
    detail: str
    examples: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """An alarm or a note of one source, or the same one of several sources."""

    kind: str
    cause: str
    host: str
    sources: tuple[str, ...]
    source_ids: tuple[int, ...]
    since: datetime
    detail: str
    examples: tuple[str, ...]
    is_alarm: bool = True
    """Else it is told, and nothing is wrong."""

    @property
    def name(self) -> str:
        if len(self.sources) == 1:
            return self.sources[0]
        names = listed_first(self.sources, MAX_NAMES)
        sources = f"{len(self.sources)} sources"
        return (
            f"{sources} ({names})" if self.kind in OF_ALL else f"{self.host} ({sources}: {names})"
        )

    @property
    def how(self) -> str:
        if self.kind == OF_NOTICES:
            mend = f"mend {self.sources[0]} in kliping.toml, or what it names; "
            return f"{mend if self.cause else ''}each run with --notify sends what waits"
        example = self.examples[0] if self.examples else ""
        return what_to_do(Case(self.kind, self.cause, self.sources[0], example))


@dataclass(frozen=True)
class HealthReport:
    troubles: tuple[Trouble, ...]
    """Alarms, and then notes."""
    histories: tuple[History, ...]
    now: datetime
    with_rates: bool = False

    @property
    def well(self) -> list[History]:
        """Of which there is nothing to tell."""
        unwell = {source_id for one in self.troubles for source_id in one.source_ids}
        return [history for history in self.histories if history.source_id not in unwell]


def merge(
    told: Sequence[AlarmRecord | Note], causes: Causes, *, are_alarms: bool = True
) -> list[Trouble]:
    """In their order; those of a host's own kinds (``OF_A_HOST``) once for each host and cause,
    those of no source in particular (``OF_ALL``) once. ``causes``: by source and kind."""
    groups: dict[tuple[object, ...], list[AlarmRecord | Note]] = {}
    for one in told:
        cause = causes.get((one.source_id, one.kind), "")
        shared: object = (one.host, cause) if one.kind in OF_A_HOST else one.source_id
        groups.setdefault((one.kind, None if one.kind in OF_ALL else shared), []).append(one)
    return [_merged(group, causes, are_alarms) for group in groups.values()]


def _merged(group: Sequence[AlarmRecord | Note], causes: Causes, are_alarms: bool) -> Trouble:
    first = group[0]
    # One of each source in turn, so that the examples tell of several.
    turns = [one.examples[at] for at in range(EXAMPLES) for one in group if at < len(one.examples)]
    return Trouble(
        kind=first.kind,
        cause=causes.get((first.source_id, first.kind), ""),
        host=first.host,
        sources=tuple(one.source for one in group),
        source_ids=tuple(one.source_id for one in group),
        since=min(one.since for one in group),
        detail=first.detail,
        examples=tuple(dict.fromkeys(turns))[:EXAMPLES],
        is_alarm=are_alarms,
    )


def trouble_of_notices(waiting: Waiting) -> Trouble:
    """Told like a note: the sources are well for all that."""
    name = f"[notices.{waiting.channel}]"
    return Trouble(
        kind=OF_NOTICES,
        cause=waiting.problem or "",
        host="",
        sources=(name,),
        source_ids=(),
        since=waiting.since,
        detail=describe_waiting(waiting),
        examples=(),
        is_alarm=False,
    )


def title_of(kind: str, cause: str = "", *, is_alarm: bool = True) -> str:
    """What is wrong in two or three words, to be read after the source's name."""
    if kind == Kind.UNREACHABLE and not is_alarm:
        return "not read"
    if kind == OF_NOTICES and not cause:
        return "not all sent yet"
    if kind == Kind.DISABLED and cause == BY_HAND:
        return "disabled by hand"
    return _TITLES.get(kind, kind)


def sum_up(report: HealthReport) -> str:
    """How many sources are well, in one sentence."""
    number, well = len(report.histories), len(report.well)
    wrong = {each for one in report.troubles if one.is_alarm for each in one.source_ids}
    if not report.troubles:
        return (
            f"all {number} sources are well"
            if number != 1
            else f"{report.histories[0].name} is well"
        )
    if not wrong:
        are = "is" if 1 in (well, number) else "are"
        return f"no alarm; {well} of {counted(number, 'source')} {are} well"
    rest = "none is well" if well == 0 else f"{well} {'is' if well == 1 else 'are'} well"
    return f"something is wrong with {len(wrong)} of {counted(number, 'source')}; {rest}"


# ------------------------------------------------------------------ for programs


def _object(trouble: Trouble) -> dict[str, Any]:
    source_id = trouble.source_ids[0] if trouble.source_ids else None
    values = {"source": trouble.sources[0], "source_id": source_id, "host": trouble.host or None}
    keys = ("kind", "since", "detail", "examples", "how", "sources")
    return (
        values | {"host": trouble.host or None} | pick(trouble, keys) | {"alarm": trouble.is_alarm}
    )


TROUBLES: Columns[Trouble] = Columns(
    json=_object,
    line=("name", "kind", "since", "detail", lambda trouble: " ".join(trouble.examples), "how"),
)


def emit_report(report: HealthReport) -> None:
    """One object a line; with rates those of the sources that are well, too (``kind`` is null)."""
    if not report.with_rates:
        print_records(report.troubles, TROUBLES, json=True)
        return
    rates = {one.source_id: asdict(measure(one.attempts, report.now)) for one in report.histories}
    for trouble in report.troubles:
        known = _object(trouble)
        emit_json(known | {"rates": rates.get(known["source_id"])})
    for history in report.well:
        emit_json(
            {
                "source": history.name,
                "source_id": history.source_id,
                "host": history.host,
                **dict.fromkeys(("kind", "since", "detail")),
                "examples": [],
                "how": None,
                "sources": [history.name],
                "alarm": False,
                "rates": rates[history.source_id],
            }
        )


# ------------------------------------------------------------------ for people


def print_report(report: HealthReport) -> None:
    if sys.stdout.isatty():
        for trouble in report.troubles:
            _print_trouble(trouble, report.now)
        if report.with_rates and report.histories:
            _print_rates(report)
        return
    print_records(report.troubles, TROUBLES)
    for history in report.well if report.with_rates else ():
        emit_row(history.name, "well", *_cells(measure(history.attempts, report.now)))


def _print_trouble(trouble: Trouble, now: datetime) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from commands.render.rich_output import open_console  # heavy: only for a terminal

    console = open_console()
    since = f"for {in_words(now - trouble.since)} (since {local_minute(trouble.since)})"
    title = title_of(trouble.kind, trouble.cause, is_alarm=trouble.is_alarm)
    head = f"{trouble.name}: {title}, {since}"
    console.print(Text(clean(head), style="bold"))
    console.print(Padding(Text(clean(local_times(trouble.detail))), (0, 0, 0, 2), expand=False))
    for example in trouble.examples:
        console.print(Text(f"    {clean(example)}"), soft_wrap=True)
    console.print(
        Padding(Text(clean(f"→ {trouble.how}"), style="italic"), (0, 0, 1, 2), expand=False)
    )


def _print_rates(report: HealthReport) -> None:
    headings = ("Source", "Per day", "Filed", "Failed", "Title", "Author", "Date", "Bytes")
    rows = [(one.name, *_cells(measure(one.attempts, report.now))) for one in report.histories]
    print_rows(headings, rows, flexible="Source")


def _cells(rates: Rates) -> tuple[str, ...]:
    a_day = "–" if rates.articles_a_day is None else f"{rates.articles_a_day:.1f}"
    size = "–" if rates.median_size is None else f"{rates.median_size:.0f}"
    shares = [rates.filed, rates.failed, rates.titles, rates.authors, rates.dates]
    return (a_day, *map(_percent, shares), size)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


def in_words(time: timedelta) -> str:
    """``40 minutes``, ``7 hours``, ``3 days``."""
    minutes = max(time / timedelta(minutes=1), 1)
    number, unit = minutes, "minute"
    if minutes >= 72 * 60:
        number, unit = minutes / (24 * 60), "day"
    elif minutes >= 60:
        number, unit = minutes / 60, "hour"
    return counted(int(number), unit)

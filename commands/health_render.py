"""Alarms and rates, for people and for programs."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from commands.cleaning import clean
from commands.render import emit_json, emit_row, format_time, print_table
from scraper.alarms import Kind
from scraper.health import Rates, measure

if TYPE_CHECKING:
    from storage.health import AlarmRecord
    from storage.histories import SourceHistory

OF_A_HOST = (Kind.UNREACHABLE, Kind.BLOCKED)
"""What sources of one host have together is the host's."""
MAX_NAMES = 5
EXAMPLES = 3

_TITLES: dict[str, str] = {
    Kind.DISABLED: "disabled",
    Kind.UNREACHABLE: "cannot be polled",
    Kind.SILENT: "silent",
    Kind.GAP: "has a gap",
    Kind.BLOCKED: "blocks us",
    Kind.WALLED: "shows walls",
    Kind.REJECTED: "brings no articles",
    Kind.FAILING: "pages fail",
    Kind.FIELDS: "fields are missing",
    Kind.SHORT: "texts are short",
}


@dataclass(frozen=True)
class Trouble:
    """An alarm of one source, or the same one of several sources of a host."""

    kind: str
    host: str
    sources: tuple[str, ...]
    source_ids: tuple[int, ...]
    since: datetime
    detail: str
    examples: tuple[str, ...]

    @property
    def name(self) -> str:
        if len(self.sources) == 1:
            return self.sources[0]
        more = len(self.sources) - MAX_NAMES
        names = ", ".join(self.sources[:MAX_NAMES]) + (f" and {more} more" if more > 0 else "")
        return f"{self.host} ({len(self.sources)} sources: {names})"


@dataclass(frozen=True)
class Report:
    troubles: tuple[Trouble, ...]
    histories: tuple[SourceHistory, ...]
    now: datetime
    with_rates: bool = False

    @property
    def well(self) -> list[SourceHistory]:
        unwell = {source_id for one in self.troubles for source_id in one.source_ids}
        return [history for history in self.histories if history.source_id not in unwell]


def merge_by_host(alarms: Sequence[AlarmRecord]) -> list[Trouble]:
    """The alarms in their order; those of a host's own kinds (``OF_A_HOST``) once for each host."""
    groups: dict[tuple[object, ...], list[AlarmRecord]] = {}
    for alarm in alarms:
        shared = alarm.kind in OF_A_HOST
        groups.setdefault((alarm.kind, alarm.host if shared else alarm.id), []).append(alarm)
    return [_merged(group) for group in groups.values()]


def _merged(alarms: Sequence[AlarmRecord]) -> Trouble:
    first = alarms[0]
    # One of each source in turn, so that the examples tell of several.
    turns = [one.examples[at] for at in range(EXAMPLES) for one in alarms if at < len(one.examples)]
    return Trouble(
        kind=first.kind,
        host=first.host,
        sources=tuple(one.source for one in alarms),
        source_ids=tuple(one.source_id for one in alarms),
        since=min(one.since for one in alarms),
        detail=first.detail,
        examples=tuple(dict.fromkeys(turns))[:EXAMPLES],
    )


def title_of(kind: str) -> str:
    """What is wrong in two or three words, to be read after the source's name."""
    return _TITLES.get(kind, kind)


def what_to_do(trouble: Trouble) -> str:
    """One line with the command that helps, or with what to look at."""
    name = shlex.quote(trouble.sources[0])
    example = shlex.quote(trouble.examples[0]) if trouble.examples else "URL"
    explain = f"`kliping explain {example}` shows why"
    advice: dict[str, str] = {
        Kind.DISABLED: f"`kliping sources enable {name}` polls it again",
        Kind.UNREACHABLE: "open it in a browser; if it has moved, `kliping sources add` the new "
        "address; else wait, it is polled on and on",
        Kind.SILENT: f"if the site goes on, `kliping discover https://{trouble.host}/` finds what "
        "it lists today",
        Kind.GAP: f"`kliping crawl {name} --backfill` asks for what was missed",
        Kind.BLOCKED: "open an example in a browser; if it shows there, raise min_delay in [pace] "
        "of kliping.toml, or ask the publisher",
        Kind.WALLED: f"{explain}; what you may read, save in a browser and give to `kliping fetch "
        "--html FILE --url URL`",
        Kind.REJECTED: f"{explain}; after a redesign a rule for the site helps",
        Kind.FAILING: f"`kliping fetch {example}` tells why; failed pages are tried again",
        Kind.FIELDS: f"{explain}; after a redesign a rule for the site helps",
        Kind.SHORT: f"{explain}; after a redesign a rule for the site helps",
    }
    return advice.get(trouble.kind) or explain


# ------------------------------------------------------------------ for programs


def emit_report(report: Report) -> None:
    """One object a line; with rates those of the sources that are well, too (``kind`` is null)."""
    rates = {one.source_id: asdict(measure(one.attempts, report.now)) for one in report.histories}
    for trouble in report.troubles:
        values = _object(trouble)
        own = rates.get(trouble.source_ids[0])
        emit_json(values | {"rates": own} if report.with_rates else values)
    for history in report.well if report.with_rates else ():
        values = dict.fromkeys(_KEYS) | {"source": history.name, "source_id": history.source_id}
        values |= {"host": history.host, "examples": [], "sources": [history.name]}
        emit_json(values | {"rates": rates[history.source_id]})


_KEYS = ("source", "source_id", "host", "kind", "since", "detail", "examples", "how", "sources")


def _object(trouble: Trouble) -> dict[str, Any]:
    return {
        "source": trouble.sources[0],
        "source_id": trouble.source_ids[0],
        "host": trouble.host,
        "kind": trouble.kind,
        "since": format_time(trouble.since),
        "detail": trouble.detail,
        "examples": list(trouble.examples),
        "how": what_to_do(trouble),
        "sources": list(trouble.sources),
    }


# ------------------------------------------------------------------ for people


def print_report(report: Report) -> None:
    if sys.stdout.isatty():
        for trouble in report.troubles:
            _print_trouble(trouble, report.now)
        if report.with_rates and report.histories:
            _print_rates(report)
        return
    for one in report.troubles:
        since, examples = format_time(one.since), " ".join(one.examples)
        emit_row(one.name, one.kind, since, one.detail, examples, what_to_do(one))
    for history in report.well if report.with_rates else ():
        emit_row(history.name, "well", *_cells(measure(history.attempts, report.now)))


def _print_trouble(trouble: Trouble, now: datetime) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console(file=sys.stdout, highlight=False)
    local = trouble.since.astimezone().strftime("%Y-%m-%d %H:%M")
    since = f"for {in_words(now - trouble.since)} (since {local})"
    head = f"{trouble.name}: {title_of(trouble.kind)}, {since}"
    console.print(Text(clean(head), style="bold"))
    console.print(Padding(Text(clean(trouble.detail)), (0, 0, 0, 2), expand=False))
    for example in trouble.examples:
        console.print(Text(f"    {clean(example)}"), soft_wrap=True)
    console.print(
        Padding(Text(clean(what_to_do(trouble)), style="italic"), (0, 0, 1, 2), expand=False)
    )


def _print_rates(report: Report) -> None:
    headings = ("Source", "A day", "Filed", "Title", "Author", "Date", "Size", "Failed")
    rows = [(one.name, *_cells(measure(one.attempts, report.now))) for one in report.histories]
    print_table(headings, rows, flexible=0)


def _cells(rates: Rates) -> tuple[str, ...]:
    a_day = "–" if rates.articles_a_day is None else f"{rates.articles_a_day:.1f}"
    size = "–" if rates.median_size is None else f"{rates.median_size:.0f}"
    shares = [rates.filed, rates.titles, rates.authors, rates.dates]
    return (a_day, *map(_percent, shares), size, _percent(rates.failed))


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
    return f"{int(number)} {unit}{'' if int(number) == 1 else 's'}"

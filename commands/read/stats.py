"""``stats``: what an archive holds, in figures and bars."""

from __future__ import annotations

import csv as csv_module
import io
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from commands.archive import open_archive
from commands.cleaning import clean
from commands.exits import UsageError
from commands.options import Config, Db, Json, parse_moment
from commands.render.columns import emit_json, emit_row, pick
from commands.render.values import counted, human_size, short_time
from commands.settings import load_settings
from commands.terminal import emit, emit_words, is_utf8, say, terminal_width, width_of
from scraper.clock import SystemClock
from storage.reading.stats import OutletStats, Stats, load_stats

SHOWN = 20
"""Outlets on a terminal; all of them elsewhere."""
NARROWEST = 5
"""Cells of the longest bar, however narrow the terminal."""
FIGURES = ("total", "day", "outlet", "hour")
"""The first cell of a row."""
HEADINGS = ("figure", "name", "articles", "edits", "stealth", "median_delay")


def stats(
    context: typer.Context,
    query: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="QUERY", help="Only what this finds, as of `search`.", show_default=False
        ),
    ] = None,
    days: Annotated[
        int | None,
        typer.Option(
            "--days", metavar="N", min=1, max=36_500, help="Published so many days ago at most."
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since", metavar="WHEN", help="Published since then: 7d, 2w, or 2026-01-31."
        ),
    ] = None,
    svg: Annotated[
        Path | None,
        typer.Option("--svg", metavar="FILE", help="Write the articles over time as a picture."),
    ] = None,
    csv: Annotated[bool, typer.Option("--csv", help="Print the figures as CSV.")] = False,
    json: Json = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Show articles over time, by outlet and by hour, and who edits.

    Of the articles by day of publication, by month or year where they span more;
    by outlet with its edits, those by stealth, and the median time from publication
    to filing, where the page says the minute and was read on the web; by the hour of
    publication on the publisher's own clock. At most the 100,000 articles filed last
    are counted, and more is told. Without a terminal: figure (total, day, outlet,
    hour), name, articles, edits, stealth and seconds of delay between tabs.

    \b
    Examples:
      kliping stats --days 30
      kliping stats harbour council --since 2026-01-01 --csv
      kliping stats --svg articles.svg site:example.org
    """
    if json and csv:
        raise UsageError("--json and --csv: name one of them")
    now = SystemClock().now()
    moment = _start(days, since, now)
    words = " ".join(query or ())
    with open_archive(load_settings(context), read_only=True) as engine:
        found = load_stats(engine, words, since=moment, today=now.astimezone().date())
    for note in found.notes:
        say(note)
    if found.is_truncated:
        say(f"more than {found.articles:,} articles: those filed last are counted")
    if svg is not None:
        _write_picture(svg, found, words)
    if json:
        emit_json(object_of(found, query=words, since=moment))
    elif csv:
        for line in csv_lines(found):
            emit(line)
    elif svg is None:
        _print(found)


def _start(days: int | None, since: str | None, now: datetime) -> datetime | None:
    """Raises ``UsageError``, and ``BadParameter`` for what is no time."""
    if days is not None and since is not None:
        raise UsageError("--days and --since: name one of them")
    if days is not None:
        return now - timedelta(days=days)
    return None if since is None else parse_moment(since, now)


def object_of(found: Stats, *, query: str, since: datetime | None) -> dict[str, Any]:
    """As ``--json`` has it."""
    keys = ("articles", "is_truncated", "edits", "stealth", "median_delay", "stored_bytes")
    return {
        "query": query,
        "since": since.astimezone(UTC).isoformat(timespec="seconds") if since else None,
        **pick(found, keys),
        "days": [{"day": name, "articles": number} for name, number in found.days],
        "hours": [*found.hours],
        "outlets": [pick(one, OutletStats.__dataclass_fields__) for one in found.outlets],
    }


def _rows(found: Stats) -> Iterator[tuple[object, ...]]:
    """The cells of ``HEADINGS``."""
    yield "total", "", found.articles, found.edits, found.stealth, _seconds(found.median_delay)
    for name, number in found.days:
        yield "day", name, number, "", "", ""
    for one in found.outlets:
        delay = _seconds(one.median_delay)
        yield "outlet", one.site, one.articles, one.edits, one.stealth, delay
    for hour, number in enumerate(found.hours):
        yield "hour", f"{hour:02}", number, "", "", ""


def csv_lines(found: Stats, figure: str | None = None) -> Iterator[str]:
    """As ``--csv`` has it; ``figure``: only the rows of this one."""
    yield _csv_line(HEADINGS)
    yield from (_csv_line(row) for row in _rows(found) if figure in (None, row[0]))


def _seconds(delay: float | None) -> object:
    return None if delay is None else round(delay)


def _csv_line(cells: Sequence[object]) -> str:
    out = io.StringIO()
    csv_module.writer(out, lineterminator="").writerow(
        ["" if cell is None else clean(str(cell)) for cell in cells]
    )
    return out.getvalue()


def _write_picture(target: Path, found: Stats, words: str) -> None:
    from storage.export.svg_bars import Bar, render_bars  # only for whom it is
    from storage.export.writing import new_file

    title = f"Articles: {words}" if words else "Articles"
    days = found.days
    span = f"{days[0][0]} to {days[-1][0]}" if days else "none"
    drawn = render_bars(
        [Bar(name, number) for name, number in days],
        title=title,
        description=f"{counted(found.articles, 'article')} by time of publication, {span}.",
        alone=True,
    )
    with new_file(target, force=True) as out:
        out.write(f"{drawn}\n".encode())


def _print(found: Stats) -> None:
    if sys.stdout.isatty():
        _print_charts(found)
        return
    for row in _rows(found):
        emit_row(*row)


def _print_charts(found: Stats) -> None:
    delay = found.median_delay
    parts = [
        counted(found.articles, "article"),
        f"{counted(found.edits, 'edit')}, {found.stealth:,} by stealth",
        f"filed {short_time(delay)} after publication (median)" if delay is not None else "",
        f"{human_size(found.stored_bytes)} of pages",
    ]
    emit_words("; ".join(filter(None, parts)))
    if not found.articles:
        return
    _print_chart("Articles by time of publication", [(name, n, "") for name, n in found.days])
    outlets = found.outlets[:SHOWN]
    more = len(found.outlets) - len(outlets)
    heading = "By outlet, with the median time to filing"
    _print_chart(
        f"{heading}, the first {SHOWN} of {SHOWN + more:,}" if more else heading,
        [(one.site, one.articles, _shown(one.median_delay)) for one in outlets],
    )
    edited = sorted((one for one in found.outlets if one.edits), key=lambda one: -one.edits)
    _print_chart(
        "Edits by outlet, and how many by stealth",
        [(one.site, one.edits, f"{one.stealth:,}") for one in edited[:SHOWN]],
    )
    if any(found.hours):
        _print_chart(
            "Hour of publication, on the publisher's clock",
            [(f"{hour:02}", number, "") for hour, number in enumerate(found.hours)],
        )


def _print_chart(heading: str, rows: Sequence[tuple[str, int, str]]) -> None:
    """A row: name, number, and what stands behind it; a bar in what room the terminal has."""
    if not rows:
        return
    emit("")
    emit_words(heading)
    room, most = terminal_width(), max(number for _, number, _ in rows)
    numbers = max(len(f"{number:,}") for _, number, _ in rows)
    behind = max(len(text) for _, _, text in rows)
    behind += 2 if behind else 0
    left = room - numbers - behind - 4
    names = min(max(width_of(clean(name)) for name, _, _ in rows), max(8, left - NARROWEST))
    longest = max(NARROWEST, left - names)
    sign = "█" if is_utf8() else "#"
    for name, number, text in rows:
        bar = sign * (-(-number * longest // most) if most else 0)
        shown = _cut(clean(name), names)
        padding = " " * (names - width_of(shown))
        line = f"{shown}{padding}  {number:>{numbers},}  {text:>{behind - 2 if behind else 0}}"
        emit(f"{line}{'  ' if behind else ''}{bar}".rstrip())


def _shown(delay: float | None) -> str:
    return "" if delay is None else short_time(delay)


def _cut(text: str, room: int) -> str:
    if width_of(text) <= room:
        return text
    while width_of(text) > room - 1:
        text = text[:-1]
    return f"{text}…" if is_utf8() else f"{text}~"

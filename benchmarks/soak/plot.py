"""The rows of ``benchmarks.soak`` as a picture: a panel for each question, all over the same
hours."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.soak.verdicts import MOST_MB, Row, fit, settled

PANELS = (
    ("Memory, at most in a run (MB, PSS)", ("own_mb", "children_mb", "reader_mb", "rest_mb")),
    (
        "Descriptors, threads, processes",
        ("descriptors", "threads", "processes", "rest_descriptors"),
    ),
    ("Log (MB); grey: a long reader", ("wal_mb", "wal_left_mb")),
    ("Database (MB)", ("database_mb", "free_mb")),
    ("Rows", ("fetches", "known_pages", "versions", "articles")),
    ("Seconds of a run", ("seconds", "cpu_seconds")),
    ("Asked for in a run", ("pages", "polls")),
    ("Pages a second", ("pages_per_second",)),
)
"""Title, and what of the rows is drawn."""
FITTED = ("own_mb", "reader_mb", "rest_mb")
SIZE = (12.0, 13.0)
"""Inches."""


def draw(rows: Sequence[Row], title: str, path: Path) -> list[Path]:
    """Written as PNG at ``path`` and as SVG beside it."""
    figure = Figure(figsize=SIZE, layout="constrained")
    figure.suptitle(title)
    for axes, (heading, columns) in zip(figure.subplots(4, 2).flat, PANELS, strict=True):
        _draw_panel(axes, rows, columns)
        axes.set_title(heading, fontsize="medium")
        axes.set_xlabel("hours")
    written = [path.with_suffix(".png"), path.with_suffix(".svg")]
    for each in written:
        figure.savefig(each, dpi=110)
    return written


def _draw_panel(axes: Axes, rows: Sequence[Row], columns: Sequence[str]) -> None:
    # What asks for nothing is over before most is loaded: it would only blur the lines.
    busy = [row for row in rows if row.pages]
    for column in columns:
        points = [(row.hours, getattr(row, column)) for row in busy]
        if not any(value for _, value in points):
            continue
        (drawn,) = axes.plot(*zip(*points, strict=True), label=column, linewidth=0.9)
        late = [(row.hours, getattr(row, column)) for row in settled(rows) if row.pages]
        if column in FITTED and len(late) > 2:
            line = fit(late)
            middle = sum(time for time, _ in late) / len(late)
            ends = [line.mean + line.slope * (time - middle) for time in (late[0][0], late[-1][0])]
            color = drawn.get_color()
            axes.plot([late[0][0], late[-1][0]], ends, color=color, linestyle="--", linewidth=1.4)
    if "wal_mb" in columns:
        for row, after in pairwise(rows):
            if row.held:
                axes.axvspan(row.hours, after.hours, color="0.9", linewidth=0)
    if "own_mb" in columns:
        axes.axhline(MOST_MB, color="0.5", linestyle=":")
    axes.set_ylim(bottom=0)
    axes.grid(alpha=0.3)
    axes.legend(fontsize="small", loc="best")

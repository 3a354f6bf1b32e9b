"""A bar chart as SVG, to stand in a page or alone. Pure.

It is drawn in the colour of the text around it (``currentColor``), so that it can be read in the
dark and on paper; it holds no style, script or address of elsewhere, but for a link a bar. Whoever
shows it puts the same numbers in a table beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from storage.export.texts import escape_line

WIDTH, HEIGHT = 720, 180
_TOP, _BOTTOM = 18, 22
_LETTER = 7.2
"""About how wide a letter of a label is."""
_SIZE = 12
_PLAIN, _FULL = 'fill-opacity=".75"', 'fill-opacity="1"'
_LIGHT = 'fill-opacity=".3" stroke="currentColor"'
_STYLE = (
    "<style>svg{color:#1a1a1a;background:#fff}"
    "@media (prefers-color-scheme:dark){svg{color:#e8e6e3;background:#161616}}</style>"
)


@dataclass(frozen=True, slots=True)
class Bar:
    name: str
    value: int
    address: str | None = None
    """Where a click leads to, as it is to stand in a document."""
    part: int | None = None
    """How much of it is drawn full; the rest is light. ``None``: all."""


def render_bars(
    bars: Sequence[Bar], *, title: str, description: str, key: str = "bars", alone: bool = False
) -> str:
    """One ``svg`` element. ``key`` tells its ids from those of others in the same document, and is
    of letters and digits; ``alone``: a file of its own, with colours by the reader's preference.

    Raises ``ValueError`` for a negative value, and for a part that is more than all.
    """
    if any(bar.value < 0 for bar in bars):
        raise ValueError("a bar has no negative value")
    if any(bar.part is not None and not 0 <= bar.part <= bar.value for bar in bars):
        raise ValueError("a part of a bar is no more than the bar")
    role = "group" if any(bar.address for bar in bars) else "img"
    return "".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="{role}"'
            f' aria-labelledby="{key}-title {key}-desc" fill="currentColor"'
            f' font-family="sans-serif" font-size="{_SIZE}">',
            _STYLE if alone else "",
            f'<title id="{key}-title">{escape_line(title)}</title>',
            f'<desc id="{key}-desc">{escape_line(description)}</desc>',
            *_draw(bars),
            "</svg>",
        )
    )


def _draw(bars: Sequence[Bar]) -> Iterator[str]:
    base, most = HEIGHT - _BOTTOM, max((bar.value for bar in bars), default=0)
    yield f'<path d="M0 {base + 0.5}H{WIDTH}" stroke="currentColor" stroke-opacity=".4"/>'
    if not bars:
        return
    yield f'<text x="0" y="{_SIZE}">{most:,}</text>'
    step = WIDTH / len(bars)
    width = min(step * 0.8, 40)
    scale = (base - _TOP) / most if most else 0
    for place, bar in enumerate(bars):
        left, part = place * step, "" if bar.part is None else f", of these {bar.part:,}"
        at = f'x="{left + (step - width) / 2:.1f}" width="{width:.1f}"'
        columns = [(bar.value, _PLAIN)]
        if bar.part is not None:
            columns = [(bar.value, _LIGHT), (bar.part, _FULL)]
        yield _linked(
            bar,
            f"<title>{escape_line(bar.name)}: {bar.value:,}{part}</title>"
            # Easier to hit than what may be a line of one pixel.
            f'<rect x="{left:.1f}" y="{_TOP}" width="{step:.1f}" height="{base - _TOP}"'
            ' fill-opacity="0"/>'
            + "".join(
                f'<rect {at} y="{base - value * scale:.1f}" height="{value * scale:.1f}" {look}/>'
                for value, look in columns
            ),
        )
    yield from _name_bars(bars, step)


def _name_bars(bars: Sequence[Bar], step: float) -> Iterator[str]:
    """Labels below as many bars as have room for one, none over another."""
    taken = -_LETTER
    for place, bar in enumerate(bars):
        half = min(len(bar.name) * _LETTER, WIDTH) / 2
        at = min(max(place * step + step / 2, half), WIDTH - half)
        if at - half >= taken + _LETTER:
            taken = at + half
            name = escape_line(bar.name)
            yield f'<text x="{at:.1f}" y="{HEIGHT - 5}" text-anchor="middle">{name}</text>'


def _linked(bar: Bar, drawn: str) -> str:
    if bar.address is None:
        return f"<g>{drawn}</g>"
    return f'<a href="{escape_line(bar.address)}">{drawn}</a>'

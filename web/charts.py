"""Charts for pages: bars as SVG, made by ``storage.export.svg_bars``, which escapes all text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from markupsafe import Markup

from storage.export.svg_bars import Bar, render_bars


def chart(bars: Sequence[Bar], *, title: str, description: str, key: str) -> Markup:
    """``key``: tells its ids from those of the page's other charts. Where the window is narrow it
    scrolls in itself, so that its labels can be read."""
    drawn = render_bars(bars, title=title, description=description, key=key)
    whole = Markup('<div class="scroll" tabindex="0" role="region" aria-label="{}">{}</div>')
    return whole.format(title, Markup(drawn))  # noqa: S704 - made of escaped texts


def period_after(name: str) -> str:
    """``2026-12`` → ``2027-01``."""
    year, *rest = map(int, name.split("-"))
    if not rest:
        return f"{year + 1:04}"
    if len(rest) == 1:
        return f"{year + rest[0] // 12:04}-{rest[0] % 12 + 1:02}"
    return (date(year, *rest) + timedelta(days=1)).isoformat()

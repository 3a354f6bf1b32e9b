"""Charts for pages: bars as SVG, made by ``storage.export.svg_bars``, which escapes all text."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from storage.export.svg_bars import Bar, render_bars


def chart(bars: Sequence[Bar], *, title: str, description: str, key: str) -> Markup:
    """``key``: tells its ids from those of the page's other charts. Where the window is narrow it
    scrolls in itself, so that its labels can be read."""
    drawn = render_bars(bars, title=title, description=description, key=key)
    whole = Markup('<div class="scroll" tabindex="0" role="region" aria-label="{}">{}</div>')
    return whole.format(title, Markup(drawn))  # noqa: S704 - made of escaped texts

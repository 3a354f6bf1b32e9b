"""Which of several dates a text calls that of publication: :func:`rank_of`."""

from __future__ import annotations

import re

from scraper.extraction.dates.forms import DateMatch
from scraper.extraction.dates.tokens import Tokens

_LABEL = re.compile("[PV]")


def labels_trail(tokens: Tokens, shapes: list[DateMatch]) -> bool:
    """Whether each date has its label behind it: ``1.7 17:45 posted 1.8 06:00 updated``."""
    if _LABEL.search(tokens.kinds, 0, shapes[0].start):
        return False
    edges = [shape.start for shape in shapes[1:]] + [len(tokens.kinds)]
    return all(
        _LABEL.search(tokens.kinds, shape.end, edge)
        for shape, edge in zip(shapes, edges, strict=True)
    )


def rank_of(
    tokens: Tokens, shape: DateMatch, lower: int, reached: int, upper: int, *, trailing: bool
) -> int:
    """4 published, 3 no label, 2 updated.

    The label stands between ``lower`` and the date, or between ``reached`` and ``upper``.
    """
    if trailing:
        behind = _LABEL.search(tokens.kinds, reached, upper)
        return 2 if behind and behind[0] == "V" else 4
    before = tokens.kinds[lower : shape.start]
    label = max(before.rfind("P"), before.rfind("V"))
    if label >= 0:
        return 4 if before[label] == "P" else 2
    if upper == len(tokens.kinds):
        after = tokens.kinds[reached : reached + 4].lstrip("|().,-: ")
        if after[:1] == "V":
            return 2
    return 3

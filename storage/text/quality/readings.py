"""What another reading of the same page may take away. Pure.

A reading of ours is judged as a page that was fetched later is (``judge``): it may lose no text.
Only a changed rule that a person wrote for the site may: whoever names what is to be left out
means it. (The rules that kliping ships change no reading; a test holds them to it.)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from storage.text.quality.judging import Facts, judge

Reread = Literal["rule", "extractor"]
"""Why the same page is read otherwise: by a changed rule, or by another extractor."""

_RULE = "+rule:"


def cause_of(before: str | None, today: str | None) -> Reread:
    """Whether it is a rule that reads otherwise, by both extractors' names (``4+rule:1f2e``).

    A rule that is gone is none: it may be that only its file was not found.
    """
    rules = [(name or "").partition(_RULE)[2] for name in (before, today)]
    return "rule" if rules[1] and rules[0] != rules[1] else "extractor"


def measure_by(earlier: Sequence[Facts], reading: Facts) -> list[Facts]:
    """What a later content is judged against once ``reading`` is accepted, ``reading`` last: what
    it gave up itself is no measure any more."""
    return [*(one for one in earlier if judge(one, reading) is None), reading]

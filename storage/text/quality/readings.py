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
"""Why the same page is read otherwise: by another rule or none, or by another extractor."""

_RULE = "+rule:"


def cause_of(before: str | None, today: str | None) -> Reread:
    """What reads otherwise, by both extractors' names (``4+rule:1f2e``)."""
    return "extractor" if _rule_of(before) == _rule_of(today) else "rule"


def may_lose_text(before: str | None, today: str | None) -> bool:
    """Whether it is a rule that reads, another than before. A rule that is gone is none: it may be
    that only its file was not found."""
    return bool(_rule_of(today)) and cause_of(before, today) == "rule"


def _rule_of(extractor: str | None) -> str:
    return (extractor or "").partition(_RULE)[2]


def measure_by(earlier: Sequence[Facts], reading: Facts) -> list[Facts]:
    """What a later content is judged against once ``reading`` is accepted, ``reading`` last: what
    it gave up itself is no measure any more."""
    return [*(one for one in earlier if judge(one, reading) is None), reading]

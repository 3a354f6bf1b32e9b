"""What came of an imported file: counted, and told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from commands.render.values import counted, format_time
from scraper.model.types import Outcome
from storage.warc.import_log import MAX_DAMAGE

if TYPE_CHECKING:
    from scraper.pages.record_importer import ImportResult
    from storage.warc.import_log import ImportRecord
    from storage.warc.reading import DamagedRange

SHOWN = 10
"""Damaged members of a file that are named on the terminal."""

_OUTCOMES = ("new", "changed", "unchanged", "duplicate", "rejected", "failed")
_SKIPPED = {
    "kind": ("other record", "other records"),
    "status": ("error or redirect", "errors and redirects"),
    "not_html": ("that is not a page", "that are not pages"),
    "part": ("further page of an article", "further pages of articles"),
    "revisit": ("revisit of a page that is not there", "revisits of pages that are not there"),
    "date": ("without a usable date", "without a usable date"),
    "address": ("without a web address", "without a web address"),
    "too_large": ("too large", "too large"),
}
_UNREADABLE = ("that cannot be decoded", "that cannot be decoded")
_FAILED = {"forgotten": "removed for good before"}


@dataclass(kw_only=True)
class Tally:
    """What came of a file so far: what is noted to go on from."""

    position: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    damage: list[tuple[int, str]] = field(default_factory=list)
    undated: list[str] = field(default_factory=list)
    """What was skipped for want of a usable date, since it was begun or gone on with."""
    misstated: list[str] = field(default_factory=list)
    """Pages whose payload digest is of something else: the first; ``counts`` has how many."""
    replaying: bool = False
    """What is known is what was filed before the interruption, and not yet counted."""
    counts_there: Counter[str] = field(default_factory=Counter)
    damage_there: int = 0
    """As they were when reading came to ``position``: a member of many records is read from its
    beginning again."""

    @classmethod
    def of(cls, record: ImportRecord, *, is_resumed: bool = False) -> Tally:
        counts, damage = Counter[str](), list[tuple[int, str]]()
        if record.position:
            counts, damage = Counter(record.counts), [*record.damage]
        tally = cls(counts=counts, damage=damage, replaying=is_resumed)
        tally.reach(record.position)
        return tally

    def reach(self, position: int) -> None:
        if position > self.position:
            self.position = position
            self.counts_there, self.damage_there = Counter(self.counts), len(self.damage)

    def add(self, result: ImportResult) -> None:
        if not result.is_known:
            self.replaying = self.replaying and result.outcome is None
        if result.outcome is None:
            self.counts[f"skipped:{result.reason}"] += 1
            if result.reason == "date" and len(self.undated) <= SHOWN:
                self.undated.append(result.url or "")
        elif result.is_known and not self.replaying:
            self.counts[Outcome.UNCHANGED] += 1
        else:
            self.counts[result.outcome] += 1
            if result.outcome is Outcome.FAILED:
                code = (result.reason or "").partition(":")[0]
                self.counts[f"failed:{code}"] += 1

    def add_damage(self, damaged: DamagedRange) -> None:
        self.counts["damaged"] += 1
        if len(self.damage) < MAX_DAMAGE:
            what = f"{damaged.reason}: {damaged.size:,} bytes skipped"
            self.damage.append((damaged.at, what))

    def by_reason(self, kind: str) -> dict[str, int]:
        """Of what was ``skipped`` or ``failed``; the frequent reasons first."""
        pairs = [(key.partition(":"), count) for key, count in self.counts.items()]
        named = {name: count for (found, _, name), count in pairs if name and found == kind}
        return dict(sorted(named.items(), key=lambda one: -one[1]))


def describe(tally: Tally) -> str:
    """``12 new, 3 unchanged, 40 skipped (38 other records, 2 errors and redirects)``."""
    counts = tally.counts
    parts = [f"{counts[name]:,} {name}" for name in _OUTCOMES if counts[name]]
    if failed := tally.by_reason("failed"):
        listed = ", ".join(
            f"{count:,} {_FAILED.get(reason, reason.replace('_', ' '))}"
            for reason, count in failed.items()
        )
        parts[-1] += f" ({listed})"
    if skipped := tally.by_reason("skipped"):
        named = Counter[tuple[str, str]]()
        for reason, count in skipped.items():
            named[_SKIPPED.get(reason, _UNREADABLE)] += count
        listed = ", ".join(counted(count, *name) for name, count in named.items())
        parts.append(f"{sum(skipped.values()):,} skipped ({listed})")
    if counts["damaged"]:
        parts.append(f"{counts['damaged']:,} damaged")
    if counts["misstated"]:
        parts.append(f"{counts['misstated']:,} whose payload does not match its digest")
    return ", ".join(parts) or "nothing in it"


def tally_object(path: Path, tally: Tally, done_before: datetime | None) -> dict[str, object]:
    skipped = tally.by_reason("skipped")
    return {
        "file": str(path),
        "imported_before": None if done_before is None else format_time(done_before),
        **{name: tally.counts[name] for name in _OUTCOMES},
        "failed_by_reason": tally.by_reason("failed"),
        "skipped": sum(skipped.values()),
        "skipped_by_reason": skipped,
        "damaged": tally.counts["damaged"],
        "misstated": tally.counts["misstated"],
        "damage": [{"at": at, "reason": reason} for at, reason in tally.damage],
    }

"""What a re-extraction found and did, for people and as JSON."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any

from commands.cleaning import clean
from commands.exits import Exit
from commands.render.columns import emit_json, emit_row, print_rows
from commands.render.rereading import print_text_change, print_values, print_words
from commands.render.values import counted, listed_first
from commands.terminal import emit, say
from commands.times import local_day
from scraper.model.jobs import FieldChange
from scraper.urls import host_of
from storage.reextraction.findings import Finding, State

if TYPE_CHECKING:
    from storage.reextraction.undoing import Undone

SAMPLES = 3
"""Shown of each field and kind of change."""
NAMED = 10
"""Pages that are named of each kind."""
MAX_IDS = 20
"""Ids in one line."""
KINDS = ("gained", "lost", "changed")
WHAT = {
    State.FILES: "becomes an article",
    State.LOSES: "loses text",
    State.REFUSED: "no article today",
    State.COPY: "is filed already",
    State.PRUNED: "page is not stored",
    State.DAMAGED: "damaged page",
    State.FAILED: "cannot be read",
}
"""The states that are named page by page, in the order in which they are told."""
NOT_APPLIED = {
    State.LOSES: "would lose text (--accept-losses)",
    State.REFUSED: "would be refused",
    State.COPY: "filed already",
    State.OVERTAKEN: "changed meanwhile",
    State.PRUNED: "without a stored page",
    State.DAMAGED: "damaged (restore a backup)",
    State.FAILED: "that cannot be read",
}
NONE = "(none)"


class ReextractionReport:
    """What was found, page by page; memory does not grow with it."""

    def __init__(self, *, json: bool, quiet: bool, accept_losses: bool) -> None:
        self._json = json
        self.quiet = quiet
        self.accepts_losses = accept_losses
        self._fields: dict[str, Counter[str]] = defaultdict(Counter)
        self._samples: dict[tuple[str, str], list[tuple[Finding, FieldChange]]] = defaultdict(list)
        self._named: dict[State, list[Finding]] = defaultdict(list)
        self._states: Counter[str] = Counter()
        self._shorter = 0
        """Articles that lose text by a rule."""

    def add(self, finding: Finding) -> None:
        """Note a finding; as JSON it is told at once."""
        state = finding.state
        self._states[state] += 1
        if len(self._named[state]) < NAMED:
            self._named[state].append(finding)
        self._shorter += state is State.CHANGES and finding.by_rule and bool(finding.note)
        if state is State.CHANGES or (state is State.LOSES and self.accepts_losses):
            for change in finding.changes:
                self._fields[change.field][change.kind] += 1
                samples = self._samples[change.field, change.kind]
                if len(samples) < SAMPLES:
                    samples.append((finding, change))
        if self._json:
            emit_json(finding_object(finding))

    @property
    def to_apply(self) -> int:
        """How many articles would be changed or filed."""
        losses = self._states[State.LOSES] if self.accepts_losses else 0
        return self._states[State.CHANGES] + self._states[State.FILES] + losses

    @property
    def question(self) -> str:
        """What a person is asked before it is done."""
        rule = f", {self._shorter:,} of which shorten a text by a rule" if self._shorter else ""
        return f"Apply {counted(self.to_apply, 'change')}{rule}?"

    def print(self) -> None:
        """What was found, but for the last line."""
        if self._json:
            return
        if self.quiet:
            for state in (State.DAMAGED, State.FAILED):
                for finding in self._named[state]:
                    say(f"article {finding.article_id} ({finding.url}): {finding.note}")
            return
        on_terminal = sys.stdout.isatty()
        if fields := [*self._field_rows()]:
            print_rows(("Field", "Gained", "Lost", "Changed"), fields, flexible="Field")
        for sample in chain.from_iterable(self._samples.values()):
            (_print_sample if on_terminal else _emit_sample)(*sample)
        if named := [*self._named_rows()]:
            if fields and on_terminal:
                emit("")
            print_rows(("ID", "Host", "What", "Why"), named, flexible="Why")
            if on_terminal and not self.accepts_losses:
                self._print_refused()
        for state in WHAT:
            more = self._states[state] - len(self._named[state])
            if more > 0:
                say(f"{WHAT[state]}: {more:,} more; --json names them all")

    def _print_refused(self) -> None:
        """What --accept-losses would do."""
        for finding in self._named[State.LOSES][:SAMPLES]:
            for change in finding.changes:
                _print_sample(finding, change, "; only with --accept-losses")

    def conclude(self, run_id: int | None, found: Counter[str], applied: Mapping[str, int]) -> Exit:
        """The last line: what was done, or with no ``run_id`` what would be."""
        self._print_last(run_id, found, applied)
        return Exit.STORAGE if found[State.DAMAGED] else Exit.OK

    def _print_last(
        self, run_id: int | None, found: Counter[str], applied: Mapping[str, int]
    ) -> None:
        read = found.total()
        if self._json:
            emit_json(
                {
                    "reextraction": run_id,
                    "read": read,
                    "found": {str(state): found[state] for state in State},
                    "applied": None if run_id is None else _counted(applied),
                }
            )
            return
        if self.quiet:
            return
        if not read:
            say("nothing to read again: today's rules have read everything that is stored")
            return
        if run_id is None:
            done = [*self._in_words(found, "would be ")]
        else:
            done = [*self._in_words(applied, "")]
        rest = [*self._rest_in_words(found, applied)]
        line = f"{counted(read, 'page')} read again: "
        line += ", ".join(done) or "nothing changes"
        line += f"; not applied: {', '.join(rest)}" if rest else ""
        if run_id is not None and done:
            line += "; `kliping reextract --undo` takes it back"
        say(f"re-extraction {run_id}: {line}" if run_id is not None else line)

    def _in_words(self, states: Mapping[str, int], verb: str) -> Iterator[str]:
        changed = states.get(State.CHANGES, 0)
        if verb and self.accepts_losses:
            changed += states.get(State.LOSES, 0)
        if changed:
            yield f"{changed:,} {verb}changed"
        if states.get(State.FILES):
            yield f"{states[State.FILES]:,} {verb}filed"

    def _rest_in_words(self, found: Counter[str], applied: Mapping[str, int]) -> Iterator[str]:
        numbers = found | {
            State.LOSES: 0 if self.accepts_losses else found[State.LOSES],
            State.OVERTAKEN: applied.get(State.OVERTAKEN, 0),
        }
        for state, words in NOT_APPLIED.items():
            if number := numbers.get(state):
                yield f"{number:,} {words}"

    def _field_rows(self) -> Iterator[tuple[object, ...]]:
        for name, kinds in self._fields.items():
            yield (name, *(f"{kinds[kind]:,}" for kind in KINDS))

    def _named_rows(self) -> Iterator[tuple[object, ...]]:
        for state, what in WHAT.items():
            for finding in self._named[state]:
                was, verdict = finding.was, finding.verdict
                moved = f"{was} → {verdict}: " if verdict not in ("", was) else ""
                yield finding.article_id, host_of(finding.url), what, f"{moved}{finding.note}"


def _emit_sample(finding: Finding, change: FieldChange) -> None:
    said = f"{change.old or NONE} → {change.new or NONE}"
    emit_row(finding.article_id, host_of(finding.url), change.field, said)


def _print_sample(finding: Finding, change: FieldChange, how: str = "") -> None:
    """Which field of which article, and below it what was there and what comes."""
    is_text = change.field == "body"
    by_rule = " by the changed rule" if finding.by_rule else ""
    loss = f" ({finding.note}{by_rule}{how})" if is_text and finding.note else ""
    emit("")
    print_words(f"article {finding.article_id}, {host_of(finding.url)}: {change.field}{loss}")
    if is_text and finding.stored is not None and finding.reading is not None:
        print_text_change(finding.stored, finding.reading)
    else:
        print_values(clean(change.old) or NONE, clean(change.new) or NONE)


def _counted(states: Mapping[str, int]) -> dict[str, int]:
    return {str(state): states[state] for state in State if states.get(state)}


def finding_object(finding: Finding) -> dict[str, Any]:
    return {
        "article": finding.article_id,
        "url": finding.url,
        "state": finding.state.value,
        "was": finding.was.value,
        "verdict": finding.verdict or None,
        "note": finding.note or None,
        "by_rule": finding.by_rule,
        "fields": {
            change.field: {"kind": change.kind, "old": change.old, "new": change.new}
            for change in finding.changes
        },
    }


def print_undone(undone: Undone | None, *, json: bool, quiet: bool) -> None:
    if json:
        emit_json(
            {
                "reextraction": undone.id if undone else None,
                "undone": undone.articles if undone else 0,
                "left": undone.left if undone else 0,
                "left_articles": list(undone.names) if undone else [],
            }
        )
        return
    if undone is None:
        if not quiet:
            say("nothing to undo: no re-extraction has changed anything that still stands")
        return
    if undone.left:
        names = listed_first([*map(str, undone.names)], MAX_IDS, undone.left)
        say(f"{counted(undone.left, 'article')} changed since and left as they are: {names}")
    if not quiet:
        day, articles = local_day(undone.started_at), counted(undone.articles, "article")
        say(f"re-extraction {undone.id} of {day} is taken back: {articles}")

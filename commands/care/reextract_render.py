"""What a re-extraction found and did, for people and as JSON."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from commands.render.columns import emit_json, print_rows
from commands.render.values import counted, listed_first, local_day
from commands.terminal import emit, say
from scraper.urls import host_of
from storage.reextraction.findings import Finding, State

if TYPE_CHECKING:
    from storage.reextraction.reextraction_run import Undone

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
    State.OVERTAKEN: "changed meanwhile",
    State.PRUNED: "page is not stored",
    State.DAMAGED: "damaged page",
    State.FAILED: "cannot be read",
}
"""The states that are named page by page, in the order in which they are told."""
NONE = "(none)"


class Report:
    """What was found, page by page; memory does not grow with it."""

    def __init__(self, *, json: bool, quiet: bool, accept_losses: bool) -> None:
        self._json = json
        self._quiet = quiet
        self._accepts = accept_losses
        self._fields: dict[str, Counter[str]] = defaultdict(Counter)
        self._samples: dict[tuple[str, str], list[Finding]] = defaultdict(list)
        self._named: dict[State, list[Finding]] = defaultdict(list)
        self._states: Counter[State] = Counter()
        self._counts: Counter[str] = Counter()

    def add(self, finding: Finding) -> None:
        """Note a finding; as JSON it is told at once."""
        state = finding.state
        self._states[state] += 1
        if len(self._named[state]) < NAMED:
            self._named[state].append(finding)
        if state is State.CHANGES or (state is State.LOSES and self._accepts):
            for name, change in finding.fields.items():
                kind = change["kind"]
                self._fields[name][kind] += 1
                if len(self._samples[name, kind]) < SAMPLES:
                    self._samples[name, kind].append(finding)
        if self._json:
            emit_json(finding_object(finding))

    @property
    def to_apply(self) -> int:
        """How many articles would be changed or filed."""
        losses = self._states[State.LOSES] if self._accepts else 0
        return self._states[State.CHANGES] + self._states[State.FILES] + losses

    @property
    def is_damaged(self) -> bool:
        return self._states[State.DAMAGED] > 0

    def print(self, counts: Mapping[str, int]) -> None:
        """The whole report. ``counts``: what was read, by state."""
        self._counts.update({key: one for key, one in counts.items() if isinstance(one, int)})
        if self._json:
            return
        if self._quiet:
            for state in (State.DAMAGED, State.FAILED):
                for finding in self._named[state]:
                    say(f"article {finding.article_id} ({finding.url}): {finding.note}")
            return
        tables = (
            (("Field", "Gained", "Lost", "Changed"), [*self._field_rows()], "Field"),
            (("ID", "Host", "Field", "Before → after"), [*self._sample_rows()], "Before → after"),
            (("ID", "Host", "What", "Why"), [*self._named_rows()], "Why"),
        )
        shown = [table for table in tables if table[1]]
        for number, (headings, rows, flexible) in enumerate(shown):
            if number and sys.stdout.isatty():
                emit("")
            print_rows(headings, rows, flexible=flexible)
        for state in WHAT:
            more = self._states[state] - len(self._named[state])
            if more > 0:
                say(f"{WHAT[state]}: {more:,} more; --json names them all")

    def conclude(self, go_id: int | None, done: Mapping[str, int]) -> None:
        """The last line: what was done, or with no ``go_id`` what would be."""
        read = self._counts.total()
        if self._json:
            counts = {str(state): self._counts[state] for state in State}
            values = {"reextraction": go_id, "read": read, "found": counts}
            applied = {str(state): done[state] for state in State if done.get(state)}
            emit_json(values | {"applied": None if go_id is None else applied})
            return
        if self._quiet:
            return
        if not read:
            say("nothing to read again: all that is stored was read by the rules of today")
            return
        if go_id is None:
            said = [*self._in_words(self._states, "would be ")]
        else:
            said = [*self._in_words(Counter({State(key): one for key, one in done.items()}), "")]
        rest = [*self._rest_in_words(done)]
        line = f"{counted(read, 'page')} read again: "
        line += ", ".join(said) or "nothing changes"
        line += f"; not applied: {', '.join(rest)}" if rest else ""
        if go_id is not None and said:
            line += "; `kliping reextract --undo` takes it back"
        say(f"re-extraction {go_id}: {line}" if go_id is not None else line)

    def _in_words(self, states: Mapping[State, int], verb: str) -> Iterator[str]:
        changed = states.get(State.CHANGES, 0)
        if verb and self._accepts:
            changed += states.get(State.LOSES, 0)
        if changed:
            yield f"{changed:,} {verb}changed"
        if states.get(State.FILES):
            yield f"{states[State.FILES]:,} {verb}filed"

    def _rest_in_words(self, done: Mapping[str, int]) -> Iterator[str]:
        if self._states[State.LOSES] and not self._accepts:
            yield f"{self._states[State.LOSES]:,} would lose text (--accept-losses)"
        if self._states[State.REFUSED]:
            yield f"{self._states[State.REFUSED]:,} would be refused"
        if copies := max(self._states[State.COPY], done.get(State.COPY, 0)):
            yield f"{copies:,} filed already"
        if done.get(State.OVERTAKEN):
            yield f"{done[State.OVERTAKEN]:,} changed meanwhile"
        if self._states[State.PRUNED]:
            yield f"{self._states[State.PRUNED]:,} without a stored page"
        if self._states[State.DAMAGED]:
            yield f"{self._states[State.DAMAGED]:,} damaged (restore a backup)"
        if self._states[State.FAILED]:
            yield f"{self._states[State.FAILED]:,} that cannot be read"

    def _field_rows(self) -> Iterator[tuple[object, ...]]:
        for name, kinds in self._fields.items():
            yield (name, *(f"{kinds[kind]:,}" for kind in KINDS))

    def _sample_rows(self) -> Iterator[tuple[object, ...]]:
        for (name, _), samples in self._samples.items():
            for one in samples:
                change = one.fields[name]
                said = f"{change['old'] or NONE} → {change['new'] or NONE}"
                yield one.article_id, host_of(one.url), name, said

    def _named_rows(self) -> Iterator[tuple[object, ...]]:
        for state, what in WHAT.items():
            for one in self._named[state]:
                moved = f"{one.was} → {one.verdict}: " if one.verdict not in ("", one.was) else ""
                yield one.article_id, host_of(one.url), what, f"{moved}{one.note}"


def finding_object(finding: Finding) -> dict[str, Any]:
    return {
        "article": finding.article_id,
        "url": finding.url,
        "state": finding.state.value,
        "was": finding.was.value,
        "verdict": finding.verdict or None,
        "note": finding.note or None,
        "fields": {name: dict(change) for name, change in finding.fields.items()},
    }


def print_undone(done: Undone | None, *, json: bool, quiet: bool) -> None:
    if json:
        emit_json(
            {
                "reextraction": done.id if done else None,
                "undone": done.articles if done else 0,
                "left": done.left if done else 0,
                "left_articles": list(done.names) if done else [],
            }
        )
        return
    if done is None:
        if not quiet:
            say("nothing to undo: no re-extraction has changed anything that still stands")
        return
    if done.left:
        names = listed_first([*map(str, done.names)], MAX_IDS, done.left)
        say(f"{counted(done.left, 'article')} changed since and left as they are: {names}")
    if not quiet:
        day, articles = local_day(done.started_at), counted(done.articles, "article")
        say(f"re-extraction {done.id} of {day} is taken back: {articles}")

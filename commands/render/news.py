"""What a watch or ``health`` tells: for programs, and in the lines of a report or a mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from commands.cleaning import clean
from commands.render.articles import article_object, local_when
from commands.render.columns import pick
from commands.render.values import counted, format_time
from commands.times import local_minute
from scraper.model.types import Verdict

if TYPE_CHECKING:
    from storage.ledger.health import AlarmRecord
    from storage.outbox import Waiting
    from storage.reading.edit_log import EditEvent
    from storage.records import ArticleRecord

EDIT_KEYS = ("article", "url", "title", "version", "seen_at", "kinds", "stealth", "summary")
ALARM_KEYS = ("source", "source_id", "host", "kind", "since", "detail", "examples")
Told = tuple[dict[str, Any], list[str]]
"""An item as JSON has it, and in lines. The lines are clean."""


def told_article(record: ArticleRecord) -> Told:
    """Title, number with date, address."""
    date = f"  {local_when(record)}" if record.published_at else ""
    title = clean(record.title or "(no title)")
    what = "teaser" if record.verdict is Verdict.TEASER else "article"
    lines = [title, f"  {what} {record.id}{date}", f"  {clean(record.url)}"]
    return article_object(record), lines


def told_edit(event: EditEvent) -> Told:
    """Title, number with what changed, address."""
    what = f"{event.summary} (stealth)" if event.stealth else event.summary
    place = f"article {event.article}, version {event.version}"
    lines = [
        clean(event.title or "(no title)"),
        f"  {place}  {local_minute(event.seen_at)}",
        f"  changed: {clean(what)}",
        f"  {clean(event.url)}",
    ]
    return pick(event, EDIT_KEYS), lines


def told_alarm(alarm: AlarmRecord, event: str, title: str) -> Told:
    """Source and trouble, since when, what is wrong with examples. ``event``: ``began`` or
    ``ended``; ``title``: what is wrong in two or three words."""
    if event == "ended" and alarm.cleared_at is not None:
        head = f"{alarm.source}: over: {title}"
        when_ = f"from {local_minute(alarm.since)} to {local_minute(alarm.cleared_at)}"
    else:
        head = f"{alarm.source}: {title}"
        when_ = f"since {local_minute(alarm.since)}"
    examples = [f"  {clean(one)}" for one in alarm.examples] if event == "began" else []
    lines = [clean(head), f"  {when_}", f"  {clean(alarm.detail)}", *examples]
    ended_at = format_time(alarm.cleared_at) if event == "ended" else None
    return {"event": event} | pick(alarm, ALARM_KEYS) | {"ended_at": ended_at}, lines


def describe_waiting(waiting: Waiting) -> str:
    """``2 notices wait: mail.example.org:587: connection refused``."""
    verb = "waits" if waiting.count == 1 else "wait"
    why = f": {waiting.problem}" if waiting.problem else ""
    return f"{counted(waiting.count, 'notice')} {verb}{why}"

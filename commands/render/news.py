"""What a watch or ``health`` tells, in the lines of a report or a mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from commands.cleaning import clean
from commands.render.articles import local_when
from commands.render.values import counted
from commands.times import local_minute
from scraper.model.types import Verdict

if TYPE_CHECKING:
    from storage.ledger.health import AlarmRecord
    from storage.outbox import Backlog
    from storage.reading.edit_log import EditEvent
    from storage.records import ArticleRecord

EDIT_KEYS = ("article", "url", "title", "version", "seen_at", "kinds", "stealth", "summary")


def article_lines(record: ArticleRecord) -> list[str]:
    """Title, number with date, address. Clean, as all lines here."""
    date = f"  {local_when(record)}" if record.published_at else ""
    title = clean(record.title or "(no title)")
    what = "teaser" if record.verdict is Verdict.TEASER else "article"
    return [title, f"  {what} {record.id}{date}", f"  {clean(record.url)}"]


def edit_lines(event: EditEvent) -> list[str]:
    """Title, number with what changed, address."""
    what = f"{event.summary} (stealth)" if event.stealth else event.summary
    place = f"article {event.article}, version {event.version}"
    return [
        clean(event.title or "(no title)"),
        f"  {place}  {local_minute(event.seen_at)}",
        f"  changed: {clean(what)}",
        f"  {clean(event.url)}",
    ]


def alarm_lines(alarm: AlarmRecord, event: str, title: str) -> list[str]:
    """Source and trouble, since when, what is wrong with examples. ``event``: ``began`` or
    ``ended``; ``title``: what is wrong in two or three words."""
    if event == "ended" and alarm.cleared_at is not None:
        head = f"{alarm.source}: over: {title}"
        when_ = f"from {local_minute(alarm.since)} to {local_minute(alarm.cleared_at)}"
    else:
        head = f"{alarm.source}: {title}"
        when_ = f"since {local_minute(alarm.since)}"
    examples = [f"  {clean(one)}" for one in alarm.examples] if event == "began" else []
    return [clean(head), f"  {when_}", f"  {clean(alarm.detail)}", *examples]


def describe_backlog(backlog: Backlog) -> str:
    """``2 notices wait: mail.example.org:587: connection refused``."""
    verb = "waits" if backlog.count == 1 else "wait"
    why = f": {backlog.problem}" if backlog.problem else ""
    return f"{counted(backlog.count, 'notice')} {verb}{why}"

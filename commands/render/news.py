"""What a watch or ``health`` tells, in the lines of a report or a mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from commands.cleaning import clean
from commands.render.articles import when
from commands.render.values import local_minute

if TYPE_CHECKING:
    from storage.reading.edit_log import EditEvent
    from storage.records import ArticleRecord

EDIT_KEYS = ("article", "url", "title", "version", "seen_at", "kinds", "stealth", "summary")


def article_lines(record: ArticleRecord) -> list[str]:
    """Title, number with date, address. Clean, as all lines here."""
    date = f"  {when(record)}" if record.published_at else ""
    title = clean(record.title or "(no title)")
    return [title, f"  article {record.id}{date}", f"  {clean(record.url)}"]


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

"""What a notice says: made when it is sent, of what the archive holds then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from commands.cleaning import clean
from commands.render.news import Told, told_alarm, told_article, told_edit
from commands.render.values import counted, format_time
from storage.ledger.health import HealthBook
from storage.outbox import NoticeKind, WaitingNotice
from storage.reading.edit_log import load_edits
from storage.reading.library import Library

if TYPE_CHECKING:
    from sqlalchemy import Engine

LONGEST_TITLE = 120


class DeliveryError(Exception):
    """A channel did not take a notice. ``is_down``: it would take no other either.

    The message holds no secret.
    """

    def __init__(self, problem: str, *, is_down: bool = False) -> None:
        super().__init__(problem)
        self.is_down = is_down


@dataclass(frozen=True, kw_only=True)
class Message:
    key: str
    """The same for each time that it is sent, and by each channel."""
    made_at: datetime
    title: str
    text: str
    """Title and items, in lines."""
    values: dict[str, Any]
    """For programs (docs/usage.md, "Notices")."""


def compose(engine: Engine, notice: WaitingNotice) -> Message | None:
    """``None`` where nothing is left of what it tells of. Raises ``StorageError``."""
    told = _load(engine, notice)
    if not told:
        return None
    title = _title(notice, told)
    blocks = ["\n".join(lines) for _, lines in told]
    text = "\n\n".join([title, *blocks]) + "\n"
    values = {
        "id": notice.key,
        "kind": notice.kind,
        "made_at": format_time(notice.made_at),
        "watch": notice.watch,
        "title": title,
        "text": text,
        "items": [values for values, _ in told],
    }
    return Message(key=notice.key, made_at=notice.made_at, title=title, text=text, values=values)


def _load(engine: Engine, notice: WaitingNotice) -> list[Told]:
    if notice.kind == NoticeKind.ARTICLES:
        return [*map(told_article, Library(engine).stream([*notice.items]))]
    if notice.kind == NoticeKind.EDITS:
        return [*map(told_edit, load_edits(engine, notice.items))]
    alarms = {one.id: one for one in HealthBook(engine).load(one["alarm"] for one in notice.items)}
    return [
        told_alarm(alarms[item["alarm"]], item["event"], item["title"])
        for item in notice.items
        if item["alarm"] in alarms  # else its source was removed
    ]


def _title(notice: WaitingNotice, told: Sequence[Told]) -> str:
    if notice.kind == NoticeKind.ALARMS:
        first = told[0][1][0]
        more = f" (and {len(told) - 1:,} more)" if len(told) > 1 else ""
        title = f"kliping: {first}{more}"
    else:
        thing = "article" if notice.kind == NoticeKind.ARTICLES else "edit"
        title = f"kliping: {notice.watch}: {counted(len(told), f'new {thing}')}"
    title = clean(title)
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…"

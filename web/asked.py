"""What a request to search asks for: words, facets and an order, as an address has them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, get_args

from sqlalchemy import Engine
from starlette.exceptions import HTTPException
from starlette.requests import Request

from commands.times import local_time
from scraper.clock import SystemClock
from storage.search.filters import Filters, PageType
from storage.search.finder import CursorError, ResultPage, Search, SortOrder
from web.site import query_of

FLAGS = ("edited", "stealth", "story")
VALUES = ("site", "language", "author", "section", "month")
LONGEST_VALUE = 300
"""Characters of a facet's value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    text: str
    """In the query language; empty: everything."""
    filters: Filters
    by: SortOrder
    today: date
    """From which ``7d`` is counted."""

    def address(self, **changed: Any) -> dict[str, Any]:
        """The parameters of an address that asks for this, but for what is changed; none that says
        what holds anyway."""
        values = {"q": self.text, **asdict(self.filters), "by": self.by.value} | changed
        plain = {"type": "article", "by": SortOrder.PUBLISHED.value}
        return {name: value for name, value in values.items() if value != plain.get(name)}

    def chosen(self) -> list[tuple[str, str]]:
        """What it is narrowed by beside the words, as an address has it."""
        plain = asdict(Filters())
        given = ((name, value) for name, value in asdict(self.filters).items())
        return [
            (name, "1" if value is True else value) for name, value in given if value != plain[name]
        ]

    def has(self, name: str, value: str) -> bool:
        """Whether it is narrowed by this value of a facet."""
        return (name, value) in self.chosen()

    def narrowed(self, words: str) -> Asked:
        """The same with more words."""
        return replace(self, text=f"{self.text} {words}".strip())


def asked_of(request: Request, order: SortOrder = SortOrder.PUBLISHED) -> Asked:
    """``order``: where none is asked for. Raises ``HTTPException`` for what is none of a
    parameter's values."""
    given = request.query_params
    by = given.get("by") or order.value
    kind = given.get("type") or "article"
    if by not in [one.value for one in SortOrder]:
        raise HTTPException(400, "by: write published, relevance or filed.")
    if kind not in get_args(PageType):
        raise HTTPException(400, f"type: write {' or '.join(get_args(PageType))}.")
    values: dict[str, Any] = {
        "type": kind,
        **{name: given.get(name, "")[:LONGEST_VALUE] or None for name in VALUES},
        **{name: given.get(name, "") not in ("", "0", "false") for name in FLAGS},
    }
    return Asked(
        text=query_of(request),
        filters=Filters(**values),
        by=SortOrder(by),
        today=local_time(SystemClock().now()).date(),
    )


def find(engine: Engine, asked: Asked, limit: int, cursor: str | None) -> ResultPage:
    """Raises ``HTTPException`` for a cursor that is none."""
    try:
        return Search(engine).page(
            asked.text,
            filters=asked.filters,
            by=asked.by,
            limit=limit,
            cursor=cursor,
            today=asked.today,
        )
    except CursorError:
        raise HTTPException(400, "cursor: this is none that the archive gave.") from None

"""The front page: the newest articles, by the day of their publication."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import Response

from storage.records import ArticleRecord
from storage.search.finder import Search, SortOrder
from web.beside import Beside, load_beside
from web.render import outlet, page
from web.site import ask

PER_PAGE = 40
MANY = 12
"""Articles of one day that are grouped by their outlets."""


@dataclass(frozen=True, slots=True)
class Day:
    at: datetime
    groups: list[tuple[str, list[ArticleRecord]]]
    """Outlet and its articles; one group without a name where the day has few."""


def show_latest(request: Request) -> Response:
    cursor = request.query_params.get("cursor")

    def load(engine: Engine) -> tuple[list[ArticleRecord], str | None, Beside]:
        found = Search(engine).page("", by=SortOrder.PUBLISHED, limit=PER_PAGE, cursor=cursor)
        records = [hit.record for hit in found.hits]
        return records, found.next_cursor, load_beside(engine, records)

    records, following, beside = ask(request, load)
    days = [
        Day(group[0][0], _by_outlet([record for _, record in group]))
        for _, found in groupby(
            ((dated(record), record) for record in records), lambda one: one[0].date()
        )
        if (group := [*found])
    ]
    return page(request, "front.html", days=days, beside=beside, next=following, first=not cursor)


def show_keys(request: Request) -> Response:
    return page(request, "keys.html")


def dated(record: ArticleRecord) -> datetime:
    """By which it is listed: when it was published, in the publisher's zone; else first seen."""
    return record.published_at or record.first_seen_at


def _by_outlet(records: list[ArticleRecord]) -> list[tuple[str, list[ArticleRecord]]]:
    if len(records) < MANY:
        return [("", records)]
    groups: dict[str, list[ArticleRecord]] = {}
    for record in records:
        groups.setdefault(outlet(record), []).append(record)
    return sorted(groups.items(), key=lambda group: -len(group[1]))

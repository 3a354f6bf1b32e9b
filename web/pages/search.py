"""The search: words and facets together, and the hits over time."""

from __future__ import annotations

from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import Response

from storage.reading.marks import Marks, load_marks
from storage.search.facets import Facets
from storage.search.finder import ResultPage, Search, SortOrder
from web.asked import asked_of, find
from web.render import page
from web.site import ask

PER_PAGE = 20
ORDERS = {
    SortOrder.PUBLISHED: "published last",
    SortOrder.RELEVANCE: "most relevant",
    SortOrder.FILED: "filed last",
}
FACETS = {
    "site": "Outlet",
    "language": "Language",
    "author": "Author",
    "section": "Section",
    "month": "Month",
    "edited": "Edited",
    "stealth": "Stealth-edited",
    "story": "In a story",
    "type": "Kind of page",
}


def show_search(request: Request) -> Response:
    asked = asked_of(request)
    cursor = request.query_params.get("cursor") or None

    def load(engine: Engine) -> tuple[ResultPage, Facets, dict[int, Marks]]:
        found = find(engine, asked, PER_PAGE, cursor)
        facets = Search(engine).facets(asked.text, filters=asked.filters, today=asked.today)
        return found, facets, load_marks(engine, [hit.record.id for hit in found.hits])

    found, facets, marks = ask(request, load)
    return page(
        request,
        "search.html",
        query=asked.text,
        asked=asked,
        found=found,
        facets=facets,
        marks=marks,
        orders=ORDERS,
        names=FACETS,
        first=cursor is None,
    )

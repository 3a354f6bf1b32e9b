"""The search: words and facets together, and the hits over time."""

from __future__ import annotations

from markupsafe import Markup
from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import Response

from storage.export.svg_bars import Bar
from storage.search.facets import Facets
from storage.search.finder import ResultPage, Search, SortOrder
from web.asked import Asked, asked_of, find
from web.beside import Beside, load_beside
from web.charts import chart, period_after
from web.feed import offered
from web.render import link_to, page
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

    def load(engine: Engine) -> tuple[ResultPage, Facets, Beside]:
        found = find(engine, asked, PER_PAGE, cursor)
        facets = Search(engine).facets(asked.text, filters=asked.filters, today=asked.today)
        return found, facets, load_beside(engine, [hit.record for hit in found.hits])

    found, facets, beside = ask(request, load)
    bars = [_bar(request, asked, name, count) for name, count in facets.days]
    return page(
        request,
        "search.html",
        query=asked.text,
        asked=asked,
        found=found,
        facets=facets,
        beside=beside,
        orders=ORDERS,
        names=FACETS,
        bars=bars,
        chart=_chart(bars) if len(bars) > 1 else None,
        formats=offered(),
        first=cursor is None,
    )


def _bar(request: Request, asked: Asked, name: str, count: int) -> Bar:
    """``name``: a day, a month or a year, as ``Facets.days`` has it; a click asks for it alone."""
    narrower = asked.narrowed(f"after:{name} before:{period_after(name)}")
    address = link_to(request, "/search", **narrower.address()) if count else None
    return Bar(name, count, address)


def _chart(bars: list[Bar]) -> Markup:
    total = sum(bar.value for bar in bars)
    about = f"{total:,} articles from {bars[0].name} to {bars[-1].name}"
    return chart(bars, title="Articles over time", description=about, key="bars")

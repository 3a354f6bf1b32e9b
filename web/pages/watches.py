"""Saved queries, and what each finds."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Engine
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from storage.reading.watches import Watches, WatchRecord
from storage.search.finder import ResultPage
from web.asked import asked_of, find
from web.beside import Beside, load_beside
from web.pages.desk import REPORTS
from web.render import page
from web.site import ask

PER_PAGE = 20
_IN_WORDS = {name: words for name, (words, _) in REPORTS.items()}


def show_watches(request: Request) -> Response:
    watches = ask(request, lambda engine: Watches(engine).list())
    return page(request, "watches.html", watches=watches, reports=_IN_WORDS)


def show_watch(request: Request) -> Response:
    """What its query finds now, published last on top."""
    cursor = request.query_params.get("cursor") or None
    plain = asked_of(request)

    def load(engine: Engine) -> tuple[WatchRecord, ResultPage, Beside]:
        watch = _find(engine, request.path_params["id"])
        found = find(engine, replace(plain, text=watch.query), PER_PAGE, cursor)
        return watch, found, load_beside(engine, [hit.record for hit in found.hits])

    watch, found, beside = ask(request, load)
    return page(
        request,
        "watch.html",
        watch=watch,
        found=found,
        beside=beside,
        first=cursor is None,
    )


def _find(engine: Engine, watch_id: int) -> WatchRecord:
    """Raises ``HTTPException``."""
    for watch in Watches(engine).list():
        if watch.id == watch_id:
            return watch
    raise HTTPException(404, f"No watch has the id {watch_id}.")

"""The archive for programs: JSON with the keys of ``show --json`` and ``list --json``."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import Response

from storage.fields import Form, as_object
from storage.reading.library import Library
from storage.search.hits import Hit
from web.asked import asked_of, find
from web.render import Plain
from web.site import MOST_PER_PAGE, ask, find_article, number_of, site_of

LISTED = 20


def list_articles(request: Request) -> Response:
    """What the query finds, each as ``list --json`` has it, with the place in the text where there
    are words to look for."""
    asked = asked_of(request)
    limit = number_of(request, "limit", low=1, high=MOST_PER_PAGE, default=LISTED)
    cursor = request.query_params.get("cursor") or None
    found = ask(request, lambda engine: find(engine, asked, limit, cursor))
    articles = [_listed(hit, with_snippet=bool(asked.text)) for hit in found.hits]
    return Plain({"articles": articles, "next_cursor": found.next_cursor})


def _listed(hit: Hit, *, with_snippet: bool) -> dict[str, Any]:
    values = as_object(hit.record, Form.LIST)
    return values | {"snippet": hit.snippet.text} if with_snippet else values


def give_article(request: Request) -> Response:
    """The object that ``show --json`` prints."""
    article_id = request.path_params["id"]
    record = ask(request, lambda engine: find_article(Library(engine), article_id))
    return Plain(as_object(record, Form.JSON))


def tell_health(request: Request) -> Response:
    """200 while the archive can be read; else 503, as of any page."""

    def count(engine: Engine) -> int | None:
        return Library(engine).nearest_id(2**63 - 1)

    last = ask(request, count)
    return Plain({"status": "ok", "archive": site_of(request).name, "last_article": last})

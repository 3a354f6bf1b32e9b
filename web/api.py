"""The archive for programs: JSON with the keys of ``show --json`` and ``list --json``."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from storage.fields import Form, as_object
from storage.reading.library import Library
from web.site import ask, find_article, site_of


class Plain(JSONResponse):
    """JSON in ASCII: nothing of a page's text drives a terminal that it is printed on."""

    def render(self, content: Any) -> bytes:
        return json.dumps(content, separators=(", ", ": ")).encode()


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

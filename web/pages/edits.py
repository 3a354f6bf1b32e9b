"""What publishers changed, over the whole archive."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from commands.exits import UsageError
from commands.read.edits import parse_site
from commands.render.columns import pick
from commands.render.news import EDIT_KEYS
from storage.reading.edit_log import EditEvent, list_edits
from storage.reading.edits import EditKind
from web.render import Plain, page
from web.site import MOST_PER_PAGE, ask, number_of, place_of

PER_PAGE = 40
LISTED = 20


def show_edits(request: Request) -> Response:
    asked = _asked(request)
    found, following = _list(request, asked, PER_PAGE)
    return page(
        request,
        "edits.html",
        edits=found,
        asked=asked,
        kinds=[*EditKind],
        next=following,
        first="cursor" not in request.query_params,
    )


def give_edits(request: Request) -> Response:
    """Each as ``edits --json`` has it."""
    limit = number_of(request, "limit", low=1, high=MOST_PER_PAGE, default=LISTED)
    found, following = _list(request, _asked(request), limit)
    edits = [pick(one, EDIT_KEYS) for one in found]
    return Plain({"edits": edits, "next_cursor": following})


def _asked(request: Request) -> dict[str, Any]:
    """``site``, ``stealth`` and ``kind``, as an address has them. Raises ``HTTPException``."""
    given = request.query_params
    site, kind = given.get("site", "").strip() or None, given.get("kind") or None
    if kind is not None and kind not in [*EditKind]:
        raise HTTPException(400, f"kind: write one of {', '.join(EditKind)}.")
    try:
        site = site and parse_site(site)
    except UsageError:
        raise HTTPException(400, "site: write the host alone, as in example.com.") from None
    return {"site": site, "kind": kind, "stealth": given.get("stealth", "") not in ("", "0")}


def _list(
    request: Request, asked: dict[str, Any], limit: int
) -> tuple[list[EditEvent], str | None]:
    """A page of them, and where the next one begins."""
    wanted = asked | {"kind": EditKind(asked["kind"]) if asked["kind"] else None}
    before = place_of(request)
    found = ask(request, lambda engine: list_edits(engine, limit + 1, **wanted, before=before))
    shown = found[:limit]
    return shown, str(shown[-1].version_id) if len(found) > limit else None

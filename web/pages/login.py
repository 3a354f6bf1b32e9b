"""Logging in and out: the way in for whoever may act."""

from __future__ import annotations

from anyio import to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from web.acting import Act, door_of, own_form, see, session_of
from web.acts.door import Session, SlowDown, cookie_name
from web.render import page

LONGEST_CLIP = 2_000
"""Characters of an address that is to be clipped after the login."""


def show_login(request: Request) -> Response:
    clip = request.query_params.get("clip", "")[:LONGEST_CLIP]
    if session_of(request) is not None:
        return see(request, "/clip", url=clip) if clip else see(request, "/desk")
    return _show(request, clip=clip, token=request.query_params.get("token", "")[:200])


async def log_in(request: Request) -> Response:
    """By the token or the password of a form; a session begins with a cookie for this path alone,
    that no script may read and that no other site's page brings along."""
    form = await own_form(request)
    clip = form.get("clip", "")[:LONGEST_CLIP]
    try:
        session = await to_thread.run_sync(_open, request, form.get("token"), form.get("password"))
    except SlowDown as error:
        wait = {"Retry-After": str(error.seconds)}
        detail = f"Too many tries: wait {error.seconds} s before the next one."
        raise HTTPException(429, detail, wait) from None
    if session is None:
        return await to_thread.run_sync(lambda: _show(request, clip=clip, token="", is_wrong=True))
    answer = see(request, "/clip", url=clip) if clip else see(request, "/desk")
    answer.set_cookie(
        cookie_name(request.headers["host"]),
        session.id,
        path=_path(request),
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return answer


def log_out(act: Act) -> Response:
    door_of(act.request).leave(act.session)
    answer = see(act.request, "/")
    name = cookie_name(act.request.headers["host"])
    answer.delete_cookie(name, path=_path(act.request), httponly=True, samesite="strict")
    return answer


def _open(request: Request, token: str | None, password: str | None) -> Session | None:
    door = door_of(request)
    place = request.client.host if request.client else ""
    if token is not None:
        return door.open_by_token(token)
    return door.open_by_password(password or "", place)


def _show(request: Request, *, clip: str, token: str, is_wrong: bool = False) -> Response:
    return page(
        request,
        "login.html",
        403 if is_wrong else 200,
        door=door_of(request),
        clip=clip,
        token=token,
        is_wrong=is_wrong,
    )


def _path(request: Request) -> str:
    return str(request.scope.get("root_path", "")) or "/"

"""What is answered where something is wrong: a page for people, problem details for programs.

Problem details are those of RFC 9457.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from storage.database.limits import TooSlowError
from web.render import page

API = "/api/"


def explain_refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    phrase = HTTPStatus(error.status_code).phrase
    detail = "" if error.detail == phrase else error.detail
    return _problem(request, error.status_code, phrase, detail, error.headers)


def explain_archive(request: Request, error: Exception) -> Response:
    """What cannot be read, or not in the time that a page has."""
    if isinstance(error, TooSlowError):
        return _problem(
            request,
            503,
            "This took too long",
            f"The archive was asked, and {error}. Ask for less: more words, a site, a month.",
        )
    return _problem(request, 503, "The archive cannot be read", str(error))


def explain_fault(request: Request, error: Exception) -> Response:
    """A mistake of ours; what it is stands in the server's log."""
    return _problem(request, 500, "Something went wrong", "This is a fault of kliping.")


def _problem(
    request: Request,
    status: int,
    title: str,
    detail: str,
    headers: Mapping[str, str] | None = None,
) -> Response:
    path = request.url.path.removeprefix(str(request.scope.get("root_path", "")))
    if path.startswith(API) or path == "/healthz":
        problem: dict[str, Any] = {"type": "about:blank", "title": title, "status": status}
        problem |= {"detail": detail} if detail else {}
        response: Response = JSONResponse(problem, status, media_type="application/problem+json")
    else:
        response = page(request, "problem.html", status, title=title, detail=detail)
    response.headers.update(headers or {})
    return response

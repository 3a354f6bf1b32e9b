"""The desk: what may be done here, and what became of it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from commands.addresses import parse_given
from commands.exits import UsageError
from scraper.errors import AddressError
from storage.reading.watches import Watches
from web.acting import Act, acting_of, see, session_of
from web.acts.jobs import TooMuchError
from web.pages.sources import find_source
from web.render import link_to, page
from web.site import ask

PATIENCE = 3.0
"""Seconds that a form waits for its command, so that a quick one's outcome is there at once."""
LONGEST_NAME = 80
LONGEST_QUERY = 1_000
REPORTS = {
    "articles": ("new articles", ()),
    "edits": ("edits", ("--edits",)),
    "stealth": ("stealth edits", ("--stealth",)),
}
"""What a watch tells of, in words and as options."""


def show_desk(request: Request) -> Response:
    if session_of(request) is None:
        return see(request, "/login")
    return _show(request)


def show_clip(request: Request) -> Response:
    """The form for one address. A bookmarklet opens it from another site's page, with which the
    browser sends no cookie of ours; with the page that we then ask for ourselves it does."""
    url = request.query_params.get("url", "")[:2_000]
    if session_of(request) is not None:
        return _show(request, url)
    if not request.query_params.get("again"):
        return page(request, "again.html", target=link_to(request, "/clip", url=url, again="1"))
    return see(request, "/login", clip=url)


def _show(request: Request, url: str = "") -> Response:
    host, root = request.headers["host"], str(request.scope.get("root_path", ""))
    here = json.dumps(f"{request.url.scheme}://{host}{root}/clip?url=")
    return page(
        request,
        "desk.html",
        url=url,
        bookmarklet=f"javascript:location.href={here}+encodeURIComponent(location.href)",
        watches=ask(request, lambda engine: Watches(engine).list()),
        reports={name: words for name, (words, _) in REPORTS.items()},
        jobs=acting_of(request).jobs.list(),
    )


def show_job(request: Request) -> Response:
    if session_of(request) is None:
        return see(request, "/login")
    job = acting_of(request).jobs.get(request.path_params["id"])
    if job is None:
        raise HTTPException(404, "Nothing with this number was done since the server started.")
    return page(request, "job.html", job=job, article=_article_of(job.arguments, job.answer))


def _article_of(arguments: Sequence[str], answer: object) -> int | None:
    values = answer if isinstance(answer, dict) else {}
    found = values.get("id") if arguments[0] == "fetch" else None
    return found if isinstance(found, int) else None


# --------------------------------------------------------------------- what may be done


def clip(act: Act) -> Response:
    url = _address(act.field("url"))
    return _do(act, f"Clip {url}", ("fetch", "--json", *_web(act), "--", url), "/desk")


def add_source(act: Act) -> Response:
    url, name = _address(act.field("url")), act.field("name", LONGEST_NAME)
    options = [f"--name={name}"] if name else []
    arguments = ("sources", "add", "--json", *options, *_web(act), "--", url)
    return _do(act, f"Add the source {url}", arguments, "/sources")


def change_source(act: Act) -> Response:
    source_id, what = act.request.path_params["id"], act.request.path_params["what"]
    source = ask(act.request, lambda engine: find_source(engine, source_id))
    reason = act.field("reason", 200)
    number = str(source.id)
    acts: dict[str, tuple[str, ...]] = {
        "retry": ("crawl", "--retry", *_web(act), "--", number),
        "disable": (
            "sources",
            "disable",
            *([f"--reason={reason}"] if reason else []),
            "--",
            number,
        ),
        "enable": ("sources", "enable", "--", number),
    }
    titles = {
        "retry": "Try failed pages again of",
        "disable": "Disable",
        "enable": "Enable",
    }
    if what not in acts:
        raise HTTPException(404)
    return _do(act, f"{titles[what]} {source.name}", acts[what], f"/sources/{source.id}")


def add_watch(act: Act) -> Response:
    query, name = act.field("query", LONGEST_QUERY), act.field("name", LONGEST_NAME)
    reports = act.field("reports") or "articles"
    if reports not in REPORTS:
        raise HTTPException(400, f"reports: write {', '.join(REPORTS)}.")
    options = [*REPORTS[reports][1], *([f"--name={name}"] if name else [])]
    arguments = ("watch", "add", *options, "--", *([query] if query else []))
    return _do(act, f"Watch for {query or REPORTS[reports][0]}", arguments, "/watches")


def remove_watch(act: Act) -> Response:
    name = act.field("name", LONGEST_NAME)
    return _do(act, f"Watch no longer for {name}", ("watch", "remove", "--", name), "/watches")


def _do(act: Act, title: str, arguments: Sequence[str], back: str) -> Response:
    """Begin it, and show what became of it. Raises ``HTTPException`` where too much waits."""
    try:
        job = act.jobs.start(title, arguments, back)
    except TooMuchError:
        raise HTTPException(429, "Too much waits already: try again later.") from None
    job.ended.wait(PATIENCE)
    return see(act.request, f"/jobs/{job.id}")


def _web(act: Act) -> Sequence[str]:
    return acting_of(act.request).options


def _address(text: str) -> str:
    """As it is asked for, without a login in it. Raises ``HTTPException`` for what is none."""
    try:
        return parse_given(text)
    except (AddressError, UsageError) as error:
        raise HTTPException(400, f"{error}.") from None

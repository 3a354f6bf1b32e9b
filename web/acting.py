"""Acting: a form that was sent, and whether it may be heeded.

No other site's page may act for whoever is logged in here: its request names its origin
(``Origin``, ``Sec-Fetch-Site``), brings no cookie (``SameSite=Strict``) and knows no form's token.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

import anyio
from anyio import to_thread
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response

from web.acts.door import Door, Session, cookie_name
from web.acts.jobs import Jobs
from web.render import link_to
from web.site import Acting, site_of

FORM_TYPE = "application/x-www-form-urlencoded"
LARGEST_FORM = 64 * 1024
"""Bytes."""
SLOWEST_FORM = 10.0
"""Seconds that a form may take to come in."""
MOST_FIELDS = 50
FORM_TOKEN = "form_token"  # noqa: S105 - the name of a field
Form = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Act:
    """A form that may be heeded."""

    request: Request
    form: Form
    session: Session

    @property
    def jobs(self) -> Jobs:
        return acting_of(self.request).jobs

    def field(self, name: str, most: int = 2_000) -> str:
        """What a field holds, on one line. Raises ``HTTPException`` for what is too long."""
        text = " ".join(self.form.get(name, "").replace("\0", "").split())
        if len(text) > most:
            raise HTTPException(400, f"{name}: at most {most:,} characters are taken.")
        return text


def acting_of(request: Request) -> Acting:
    """Only where the routes of acting are."""
    acting = site_of(request).acting
    assert acting is not None
    return acting


def door_of(request: Request) -> Door:
    return acting_of(request).door


def session_of(request: Request) -> Session | None:
    return door_of(request).session(request.cookies, cookie_name(request.headers["host"]))


def act(work: Callable[[Act], Response]) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of a form that only somebody who is logged in may send. It is heard in a thread:
    it may take its time."""

    async def heed(request: Request) -> Response:
        form = await own_form(request)
        session = session_of(request)
        if session is None:
            return see(request, "/login")
        if not session.signed(form.get(FORM_TOKEN, "")):
            raise HTTPException(403, "This form is of another session: open its page anew.")
        return await to_thread.run_sync(work, Act(request, form, session))

    return heed


async def own_form(request: Request) -> Form:
    """What a page of ours sent. Raises ``HTTPException`` for anything else."""
    if not is_own(request):
        raise HTTPException(403, "Only a page of this server may send this.")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM_TYPE:
        raise HTTPException(415, "Send a form.")
    received = bytearray()
    try:
        with anyio.fail_after(SLOWEST_FORM):
            async for chunk in request.stream():
                received += chunk
                if len(received) > LARGEST_FORM:
                    raise HTTPException(413, f"A form has at most {LARGEST_FORM:,} bytes.")
        text = received.decode("ascii")
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except (TimeoutError, ClientDisconnect):
        raise HTTPException(408, "The form did not come in.") from None
    except ValueError:
        raise HTTPException(400, "This is no form that can be read.") from None


def is_own(request: Request) -> bool:
    """Whether a page of this server sent it. A browser says where a form is from in at least one of
    both headers; a client that says nothing is no browser, and has no business here."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None and site != "same-origin":
        return False
    if origin is None or origin == "null":  # it is so where no referrer is told
        return site is not None
    try:
        return urlsplit(origin).netloc == request.headers["host"].lower()
    except ValueError:
        return False


def see(request: Request, path: str, **query: str) -> Response:
    """Where the browser goes on, with a GET."""
    return RedirectResponse(link_to(request, path, **query), 303)

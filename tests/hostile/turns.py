# ruff: noqa: E501 - a table of cases, one a line
"""Redirects that lead nowhere, in circles, or where nobody may go."""

from __future__ import annotations

from tests.hostile.cases import NEW, Case, Document, Making
from tests.servers import Behaviour, Request, Routes, raw, redirect

HOPS = 11
CIRCLE = "redirects: it redirects in a circle, by"
NO_ADDRESS = "redirect_target: it redirects to what is no web address:"
FORBIDDEN = "forbidden_address: redirected to"
METADATA = "http://169.254.169.254/latest/meta-data"


def to(location: str) -> Making:
    return lambda document: redirect(location)


def to_itself(suffix: str) -> Making:
    def make(document: Document) -> Behaviour:
        async def behave(request: Request, writer: object) -> bool:
            return await redirect(request.target + suffix)(request, writer)  # type: ignore[arg-type]

        return behave

    return make


def chain(hops: int) -> Making:
    """So many redirects, and the document behind the last one."""

    def make(document: Document) -> Routes:
        steps: Routes = {f"/{n}": redirect(f"/{n + 1}") for n in range(1, hops)}
        return {"": redirect("/1"), **steps, f"/{hops}": raw(document.whole())}

    return make


CASES = [
    Case("redirect-to-itself", to_itself(""), CIRCLE),
    Case("redirect-to-fragment", to_itself("#again"), CIRCLE),
    Case("redirect-circle", lambda d: {"": redirect("/1"), "/1": redirect("/2"), "/2": redirect("/1")}, CIRCLE),
    Case("redirects-10", chain(10), NEW),
    Case("redirects-11", chain(HOPS), "redirects: more than 10 redirects"),
    Case("redirect-javascript", to("javascript:alert(1)"), NO_ADDRESS),
    Case("redirect-file", to("file:///etc/passwd"), NO_ADDRESS),
    Case("redirect-data", to("data:text/html,<p>hello"), NO_ADDRESS),
    Case("redirect-ftp", to("ftp://127.0.0.1/"), NO_ADDRESS),
    Case("redirect-bracket", to("http://["), NO_ADDRESS),
    Case("redirect-no-host", to("http://"), NO_ADDRESS),
    Case("redirect-port", to("http://127.0.0.1:99999/"), NO_ADDRESS),
    Case("redirect-long", to("/" + "a" * 60_000), NO_ADDRESS),
    Case("redirect-bidi", to("data:\u202eevil\u009b31m"), NO_ADDRESS),
    Case("redirect-metadata", to(METADATA), FORBIDDEN),
    Case("redirect-metadata-decimal", to("http://2852039166/"), FORBIDDEN),
    Case("redirect-metadata-mapped", to("http://[::ffff:a9fe:a9fe]/"), FORBIDDEN),
    Case("redirect-unspecified", to("//0/"), FORBIDDEN),
    Case("redirect-unknown-name", to("http://nobody.invalid/"), "dns: redirected to"),
    Case("redirect-closed-port", to("http://127.0.0.1:2/"), "connect: redirected to"),
    Case("redirect-nowhere", lambda d: raw(d.whole(status=302)), "http_302"),
    Case("redirect-empty", to(""), CIRCLE),
]  # fmt: skip

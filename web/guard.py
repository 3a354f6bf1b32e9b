"""What keeps a reader safe, whatever was stored: an ASGI middleware around all pages.

What is shown was written by strangers. So no script but our own runs, nothing is asked of any other
host, and no other page may frame ours or read it. A browser is told so with every answer; a page
that is shown as it was stored has a policy of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import blake2b
from ipaddress import ip_address

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-dns-prefetch-control": "off",
    "permissions-policy": "interest-cohort=()",
}
LONGEST_ADDRESS = 16 * 1024
"""Bytes of a path with its query."""
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

_HOST = re.compile(r"(?:\[(?P<six>[0-9a-fA-F:.]+)\]|(?P<name>[^\[\]:/@\s]+))(?::\d{1,5})?")


class Hosts:
    """The names under which this server may be asked for.

    A page of another host whose name leads here (DNS rebinding) names itself, so it is refused. An
    address in digits is nobody's name.
    """

    def __init__(self, names: Iterable[str], *, any_address: bool) -> None:
        self._names = frozenset(name.lower().rstrip(".") for name in names)
        self._any_address = any_address

    def knows(self, host: str) -> bool:
        found = _HOST.fullmatch(host)
        if found is None:
            return False
        name = (found["six"] or found["name"]).lower().rstrip(".")
        return name in self._names or (self._any_address and _is_address(name))


class Guard:
    """Refuses foreign hosts and endless addresses, and gives every answer its headers and, where it
    has none, an ETag of its content."""

    def __init__(self, app: ASGIApp, hosts: Hosts, root_path: str = "") -> None:
        self._app = app
        self._hosts = hosts
        self._root_path = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        answer = Answer(send, headers.get("if-none-match", ""), scope["method"])
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > LONGEST_ADDRESS:
            refusal = PlainTextResponse("This address is too long.\n", 414)
            await refusal(scope, receive, answer.send)
        elif not self._hosts.knows(headers.get("host", "")):
            refusal = PlainTextResponse(
                "This server is not known by that name: start it with --allow-host NAME.\n", 421
            )
            await refusal(scope, receive, answer.send)
        else:
            await self._app(self._below_root(scope), receive, answer.send)

    def _below_root(self, scope: Scope) -> Scope:
        """A proxy may leave the path that it serves us under in the address, or take it off."""
        root, path = self._root_path, scope["path"]
        if root and path != root and not path.startswith(f"{root}/"):
            path = root + path
        return {**scope, "root_path": root, "path": path}


class Answer:
    """One answer on its way out."""

    def __init__(self, send: Send, known: str, method: str) -> None:
        self._send = send
        self._known = known
        self._is_read = method in ("GET", "HEAD")
        self._start: Message | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message["headers"])
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("cache-control", "private, no-cache")
            self._start = message
            return
        if message["type"] == "http.response.body" and self._start is not None:
            start, self._start = self._start, None
            is_whole = not message.get("more_body", False)
            if is_whole and start["status"] == 200 and self._is_read and message.get("body"):
                message = self._tagged(start, message)
            await self._send(start)
        await self._send(message)

    def _tagged(self, start: Message, message: Message) -> Message:
        headers = MutableHeaders(raw=start["headers"])
        tag = f'"{blake2b(message["body"], digest_size=16).hexdigest()}"'
        headers.setdefault("etag", tag)
        known = {one.strip().removeprefix("W/") for one in self._known.split(",")}
        if headers["etag"] not in known:
            return message
        start["status"] = 304
        for name in ("content-length", "content-type"):
            del headers[name]
        return {"type": "http.response.body", "body": b""}


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True

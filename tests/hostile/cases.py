"""What a case of the hostile table is: a way to misbehave, and what is to be recorded of it."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass

from tests.hostile.server import Conduct
from tests.servers import Behaviour, Routes, endless, head_of, raw

OK = b"HTTP/1.1 200 OK\r\n"
NEW = "new"
"""The page is filed, the source is read."""
NO_SOURCE = "neither a feed nor a sitemap"
_NO_RULES = (NEW, "too_large", "redirects", "redirect_target", "empty", "media")


@dataclass(frozen=True)
class Document:
    """What an honest server would send: a page, a robots.txt, a feed or a sitemap."""

    media_type: str
    body: bytes

    def head(self, *fields: tuple[str, str], status: int = 200) -> bytes:
        return head_of(status, [("Content-Type", self.media_type), *fields])

    def whole(self, *fields: tuple[str, str], status: int = 200) -> bytes:
        """An answer as it should be, with its length."""
        return (
            self.head(("Content-Length", str(len(self.body))), *fields, status=status) + self.body
        )


@dataclass(frozen=True)
class Wire:
    """A host that misbehaves before it has read a request."""

    conduct: Conduct
    tls: bool = False
    """It is asked by https, so that its robots.txt fares the same."""


@dataclass(frozen=True)
class Secure:
    """A proper server with the certificate of this file."""

    certificate: str


Making = Callable[[Document], Behaviour | Routes | Wire | Secure]


@dataclass(frozen=True)
class Case:
    """One way to misbehave. Each ending is how the recorded reason begins, or ``NEW``."""

    name: str
    make: Making
    page: str
    robots: str | None = None
    """Of a page whose robots.txt is so; ``None``: it follows from ``page``."""
    source: str | None = None
    """What the error of a feed or sitemap says; ``None``: the same as of a page."""

    @property
    def robots_ending(self) -> str:
        """RFC 9309 §2.3.1: redirects that lead nowhere and 4xx allow everything, what cannot be
        read forbids it, and the first 512 KiB of what is longer are the file."""
        if self.robots is not None:
            return self.robots
        code, _, detail = self.page.partition(": ")
        if code in _NO_RULES or (code.startswith("http_") and code < "http_429"):
            return NEW
        if code in ("tls", "dns", "forbidden_address") or "robots.txt" in detail:
            return self.page
        kept = code if code in ("connect", "timeout", "protocol") else "robots_unreachable"
        return f"{kept}: its robots.txt could not be read: {detail}"

    @property
    def source_ending(self) -> str:
        """Errors of sources are told in words, without the code."""
        if self.source is not None:
            return self.source
        code, _, detail = self.page.partition(": ")
        return detail or code.replace("http_", "the server answered HTTP ")


def plain(make: Callable[[Document], bytes]) -> Making:
    """These bytes, and the connection is closed."""
    return lambda document: raw(make(document))


def pour(head: Callable[[Document], bytes], piece: bytes, every: float = 0.0) -> Making:
    """``head``, then ``piece`` for ever: ``every`` seconds one, or as fast as it is read."""
    return lambda document: endless(head(document), piece, every)


def reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST instead of FIN."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()

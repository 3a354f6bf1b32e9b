# ruff: noqa: E501 - a table of cases, one a line
"""Connections that are broken, silent, or no TLS: what goes wrong below HTTP."""

from __future__ import annotations

import asyncio
import socket

from tests.hostile.cases import NEW, OK, Case, Document, Making, Secure, Wire, reset
from tests.hostile.heads import CLOSED, LATE, TOO_LONG
from tests.hostile.server import Conduct
from tests.servers import Behaviour, Request, drop, silent

LONG = 3600.0
ALERT = b"\x15\x03\x03\x00\x02\x02\x28"  # fatal: handshake failure
RESET = "connect: the connection was reset"
UNREAD = "its robots.txt could not be read"


async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(LONG)


async def slam(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    reset(writer)


async def leave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Ends what it says before it has said a word. To close would be a reset, now and then."""
    writer.write_eof()
    await reader.read(65536)


async def read_slowly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    while await reader.read(1):
        await asyncio.sleep(0.2)


def saying(data: bytes, *, stay: bool = False) -> Conduct:
    """These bytes, once the other side has spoken."""

    async def conduct(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65536)
        writer.write(data)
        await writer.drain()
        if stay:
            await asyncio.sleep(LONG)

    return conduct


def early(data: bytes) -> Conduct:
    """These bytes before anything was asked."""

    async def conduct(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        await reader.readuntil(b"\r\n\r\n")

    return conduct


def broken_at(part: str) -> Making:
    """A reset after the ``status`` line, the ``head`` or ``half`` of the body."""

    def make(document: Document) -> Behaviour:
        whole, head = document.whole(), len(document.whole()) - len(document.body)
        end = {"nothing": 0, "status": len(OK), "head": head, "half": (head + len(whole)) // 2}[
            part
        ]

        async def behave(request: Request, writer: asyncio.StreamWriter) -> bool:
            writer.write(whole[:end])
            await writer.drain()
            await asyncio.sleep(0.05)  # a reset takes back what has not been read
            reset(writer)
            return False

        return behave

    return make


def half_closed(share: float) -> Making:
    """This share of the answer, an end of file, and the connection stays open."""

    def make(document: Document) -> Behaviour:
        async def behave(request: Request, writer: asyncio.StreamWriter) -> bool:
            whole = document.whole()
            writer.write(whole[: int(share * len(whole))])
            writer.write_eof()
            await asyncio.sleep(LONG)
            return False

        return behave

    return make


def slowly(document: Document) -> Behaviour:
    """The whole document, in twenty pieces within a second."""

    async def behave(request: Request, writer: asyncio.StreamWriter) -> bool:
        whole = document.whole()
        step = len(whole) // 20 + 1
        for at in range(0, len(whole), step):
            writer.write(whole[at : at + step])
            await writer.drain()
            await asyncio.sleep(0.02)
        return False

    return behave


CASES = [
    Case("accept-and-nothing", lambda d: Wire(mute), LATE),
    Case("answer-never", lambda d: silent(LONG), LATE),
    Case("window-slow", lambda d: Wire(read_slowly), LATE),
    Case("close-at-once", lambda d: Wire(leave), CLOSED),
    Case("reset-at-once", lambda d: Wire(slam), RESET),
    Case("close-after-request", lambda d: drop(), CLOSED),
    Case("reset-after-request", broken_at("nothing"), RESET),
    Case("reset-after-status", broken_at("status"), RESET),
    Case("reset-after-head", broken_at("head"), RESET),
    Case("reset-in-body", broken_at("half"), RESET),
    Case("half-closed", half_closed(0.0), CLOSED),
    Case("half-closed-in-body", half_closed(0.9), "protocol: the answer ends too early"),
    Case("slow-but-whole", lambda d: slowly(d), NEW),
    Case("answer-before-request", lambda d: Wire(early(d.whole(("Connection", "close")))), NEW, robots="media: not_html: the server sent text/plain"),
    Case("answer-before-request-endless", lambda d: Wire(early(OK + b"X: y\r\n" * 200_000)), TOO_LONG),
    # TLS
    Case("tls-silent", lambda d: Wire(mute, tls=True), f"timeout: {UNREAD}: no complete answer within"),
    Case("tls-garbage", lambda d: Wire(saying(b"\x16\x03\x01" + bytes(range(256)) * 4), tls=True), "tls: TLS failed: record layer failure"),
    Case("tls-closed", lambda d: Wire(saying(b"\x16\x03\x03\x00\x7a\x02\x00"), tls=True), "tls: TLS failed: unexpected eof while reading (the connection was closed in the handshake)"),
    Case("tls-closed-at-once", lambda d: Wire(leave, tls=True), "tls: TLS failed: unexpected eof while reading (the connection was closed in the handshake)"),
    Case("tls-reset", lambda d: Wire(slam, tls=True), f"connect: {UNREAD}: the connection was reset"),
    Case("tls-alert", lambda d: Wire(saying(ALERT), tls=True), "tls: TLS failed: sslv3 alert handshake failure"),
    Case("tls-half", lambda d: Wire(saying(b"\x16\x03\x03\x40\x00\x02", stay=True), tls=True), f"timeout: {UNREAD}: no complete answer within"),
    Case("tls-plain-http", lambda d: Wire(saying(d.whole(status=400)), tls=True), "tls: TLS failed: wrong version number (it speaks no TLS there; the address may have to begin with http://)"),
    Case("tls-plain-text", lambda d: Wire(early(b"220 mail.test ESMTP\r\n"), tls=True), "tls: TLS failed: wrong version number (it speaks no TLS there; the address may have to begin with http://)"),
    Case("self-signed", lambda d: Secure("unknown.pem"), "tls: TLS failed: its certificate is not valid (self"),
    Case("expired", lambda d: Secure("expired.pem"), "tls: TLS failed: its certificate is not valid (certificate has expired"),
    Case("wrong-name", lambda d: Secure("../fetch/loopback.pem"), "tls: TLS failed: its certificate is not valid (Hostname mismatch"),
]  # fmt: skip

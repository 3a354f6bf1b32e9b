"""What went wrong on the wire, as a reason code and one line for a person.

The libraries below raise a dozen classes and hide the cause in chains (httpcore raises
``from None`` on the way, so that ``__context__`` counts as well as ``__cause__``).
"""

from __future__ import annotations

import errno
import os
import re
import ssl
from collections.abc import Callable, Iterator
from typing import Any

import anyio
import h11
import httpcore

from scraper.fetch.guard import ResolutionError

# Everything that may come out of a request but an httpx class. OSError covers ssl.SSLError and
# the sockets, ValueError covers UnicodeError and bad header values.
TRANSPORT_ERRORS: tuple[type[Exception], ...] = (
    ResolutionError,
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
    httpcore.ConnectionNotAvailable,
    h11.ProtocolError,
    anyio.BrokenResourceError,
    anyio.ClosedResourceError,
    anyio.EndOfStream,
    OSError,
    EOFError,
    ValueError,
)

NOBODY = "connection refused"
"""The detail where no server is there at all."""
_LOCAL_ERRNOS = frozenset(
    {errno.ENETUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL, errno.EMFILE, errno.ENFILE}
)
_MAX_DETAIL = 160
_BYTES = re.compile(r"""bytearray\(b(['"])(.*?)\1\)""")  # as h11 shows what it received

_OPENSSL = re.compile(r"^\[SSL\] *| *\(_ssl\.c:\d+\)$")  # around a message without a name
_TLS_WORDS = {
    "wrong version number": "it speaks no TLS there; the address may have to begin with http://",
    "unexpected eof while reading": "the connection was closed in the handshake",
}
# What h11 and httpcore say in terms of their own, as a person would say it.
_HTTP_WORDS = (
    (re.compile(r"^Server disconnected without.*"), "the connection was closed without an answer"),
    (
        re.compile(r"^peer closed connection without sending complete message body \((.*)\)$"),
        r"the answer ends too early (\1)",
    ),
    (
        re.compile(r"^peer unexpectedly closed connection$"),
        "the answer ends too early (within a chunk's size)",
    ),
    (
        re.compile(r"^Receive buffer too long$"),
        "not a valid HTTP answer (its head, or what stands between two chunks, has no end)",
    ),
    (
        re.compile(r"^Received server _SWITCH_UPGRADE.*"),
        "not a valid HTTP answer (it changes to another protocol unasked)",
    ),
    (
        re.compile(r"^\w+ status_code should be in range .*, not (\d+)$"),
        r"not a valid HTTP answer (its status is \1)",
    ),
    (
        re.compile(r"^illegal request line$"),  # h11 means a first line with control characters
        "not a valid HTTP answer (it begins with binary data)",
    ),
)


def explain(error: BaseException) -> tuple[str, str]:
    """``(reason, detail)``: dns, tls, timeout, connect or protocol, and what to tell a person."""
    links = list(chain(error))
    for kinds, reason, tell in _MEANINGS:
        for link in links:
            if isinstance(link, kinds):
                return reason, tell(link)
    return "protocol", f"the request cannot be made ({one_line(error)})"


def is_local(error: BaseException) -> bool:
    """Whether it went wrong on this machine: it has no network, no name server, no socket left."""
    return any(
        link.is_temporary
        if isinstance(link, ResolutionError)
        else isinstance(link, OSError) and link.errno in _LOCAL_ERRNOS
        for link in chain(error)
    )


def one_line(error: BaseException) -> str:
    """A message without line breaks and control characters, and not too long."""
    text = "".join(c if c.isprintable() else " " for c in str(error) or type(error).__name__)
    text = _BYTES.sub(r"\1\2\1", " ".join(text.split()))
    return text if len(text) <= _MAX_DETAIL else text[: _MAX_DETAIL - 1] + "…"


def chain(error: BaseException) -> Iterator[BaseException]:
    """The error and whatever led to it, the nearest first.

    Without the two that are no failures: by them a TLS connection asks for more bytes, and one may
    stand behind the reset that came instead.
    """
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        link = waiting.pop(0)
        if link is None or id(link) in seen:
            continue
        seen.add(id(link))
        if not isinstance(link, ssl.SSLWantReadError | ssl.SSLWantWriteError):
            yield link
        waiting += [link.__cause__, link.__context__]
        if isinstance(link, BaseExceptionGroup):
            waiting += link.exceptions


def _tls_problem(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid ({one_line(ValueError(error.verify_message))})"
    problem = (error.reason or _OPENSSL.sub("", one_line(error))).replace("_", " ").lower()
    meaning = _TLS_WORDS.get(problem)
    return problem if meaning is None else f"{problem} ({meaning})"


def _protocol_problem(error: Exception) -> str:
    text = one_line(error)
    for pattern, told in _HTTP_WORDS:
        if pattern.search(text):
            return one_line(ValueError(pattern.sub(told, text)))
    return f"not a valid HTTP answer ({text})"


def _connection_problem(error: OSError) -> str:
    if isinstance(error, ConnectionRefusedError):
        return NOBODY
    if isinstance(error, ConnectionResetError):
        return "the connection was reset"
    cause = os.strerror(error.errno).lower() if error.errno else one_line(error)
    return f"cannot connect ({cause})"


# Whichever comes first here, wherever it stands in the chain.
_MEANINGS: tuple[tuple[tuple[type[BaseException], ...], str, Callable[[Any], str]], ...] = (
    (
        (ResolutionError,),
        "dns",
        lambda error: f"its host name cannot be resolved ({one_line(error)})",
    ),
    ((ssl.SSLError,), "tls", lambda error: f"TLS failed: {_tls_problem(error)}"),
    (
        (httpcore.TimeoutException, TimeoutError),
        "timeout",
        lambda error: "the connection timed out",
    ),
    (
        (httpcore.ProtocolError, h11.ProtocolError),
        "protocol",
        _protocol_problem,
    ),
    (
        (ConnectionRefusedError, ConnectionResetError),
        "connect",
        _connection_problem,
    ),
    (
        (httpcore.ReadError, httpcore.WriteError),
        "connect",
        lambda error: "the connection broke off",
    ),
    ((OSError,), "connect", _connection_problem),
    (
        (httpcore.NetworkError,),
        "connect",
        lambda error: f"cannot connect ({one_line(error)})",
    ),
)

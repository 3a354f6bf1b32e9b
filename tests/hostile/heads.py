# ruff: noqa: E501 - a table of cases, one a line
"""Status lines and headers that are none, that do not end, or that say what is not so."""

from __future__ import annotations

from collections.abc import Callable

from tests.hostile.cases import NEW, OK, Case, Document, plain, pour

DRIP = 0.05
NO_ANSWER = "no complete answer within"
LATE = f"timeout: {NO_ANSWER}"
NO_HTTP = "protocol: not a valid HTTP answer"
TOO_LONG = f"{NO_HTTP} (its head, or what stands between two chunks, has no end)"
TOO_MUCH = f"{NO_HTTP} (far more around its content than content)"
CLOSED = "protocol: the connection was closed without an answer"
ILLEGAL = f"{NO_HTTP} (illegal"
STATUS = f"{ILLEGAL} status line: "
BEGINS = f"{NO_HTTP} (it begins with"
STORM = b"".join(b"Set-Cookie: c%d=%s; Path=/\r\n" % (n, b"x" * 40) for n in range(1000))
MANY = b"".join(b"x%d: y\r\n" % n for n in range(100_000))


def answer(fields: bytes, status: bytes = OK) -> Callable[[Document], bytes]:
    """The document behind a head with these bytes in it."""

    def make(document: Document) -> bytes:
        _, _, rest = document.whole().partition(b"\r\n")
        return status + fields + rest

    return make


CASES = [
    # drips: each byte comes in time, the answer never does
    Case("drip-status", pour(lambda d: b"HTTP/1.1 200 ", b"O", DRIP), LATE),
    Case("drip-headers", pour(lambda d: OK, b"X: y\r\n", DRIP), LATE),
    Case("drip-header", pour(lambda d: OK + b"X: ", b"y", DRIP), LATE),
    Case("drip-interim", pour(lambda d: b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", DRIP), LATE),
    # floods
    Case("status-line-endless", pour(lambda d: b"HTTP/1.1 200 ", b"O" * 65536), TOO_LONG),
    Case("headers-endless", pour(lambda d: OK, b"X: y\r\n" * 10_000), TOO_LONG),
    Case("header-endless", pour(lambda d: OK + b"X: ", b"y" * 65536), TOO_LONG),
    Case("headers-100000", plain(answer(MANY)), TOO_LONG),
    Case("headers-5000", plain(answer(MANY[: MANY.index(b"x5000:")])), NEW),
    Case("cookies-1000", plain(answer(STORM)), NEW),
    Case("cookies-endless", pour(lambda d: OK, STORM), TOO_LONG),
    Case("interim-endless", pour(lambda d: b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 2000), TOO_MUCH),
    Case("interim-then-page", plain(lambda d: b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 5 + d.whole()), NEW),
    Case("interim-only", plain(lambda d: b"HTTP/1.1 100 Continue\r\n\r\n"), f"{NO_HTTP} (it ends within its head)"),
    # status lines
    Case("http-0.9", plain(lambda d: d.body), BEGINS),
    Case("http-2-preface", plain(lambda d: b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), STATUS),
    Case("http-2-settings", plain(lambda d: b"\0\0\x12\4\0\0\0\0\0" + b"\0\3\0\0\0\x80" * 3), f"{BEGINS} binary data"),
    Case("http-3.0", plain(answer(b"", b"HTTP/3.0 200 OK\r\n")), NEW),
    Case("http-1.0", plain(answer(b"", b"HTTP/1.0 200 OK\r\n")), NEW),
    Case("icy", plain(answer(b"", b"ICY 200 OK\r\n")), STATUS),
    Case("ssh", plain(lambda d: b"SSH-2.0-OpenSSH_9.6\r\n"), f"{BEGINS} 'SSH-2.0"),
    Case("status-none", plain(answer(b"", b"HTTP/1.1\r\n")), STATUS),
    Case("status-abc", plain(answer(b"", b"HTTP/1.1 abc OK\r\n")), STATUS),
    Case("status-2000", plain(answer(b"", b"HTTP/1.1 2000 OK\r\n")), STATUS),
    Case("status-000", plain(answer(b"", b"HTTP/1.1 000 OK\r\n")), f"{NO_HTTP} (its status is 0)"),
    Case("status-999", plain(answer(b"", b"HTTP/1.1 999 Odd\r\n")), "http_999"),
    Case("status-599", plain(answer(b"", b"HTTP/1.1 599 Odd\r\n")), "http_599"),
    Case("status-205", plain(answer(b"", b"HTTP/1.1 205 Reset Content\r\n")), NEW),
    Case("status-206", plain(answer(b"Content-Range: bytes 0-9/5000\r\n", b"HTTP/1.1 206 Partial Content\r\n")), "http_206"),
    Case("status-101", plain(answer(b"Upgrade: h2c\r\nConnection: Upgrade\r\n", b"HTTP/1.1 101 Switching Protocols\r\n")), f"{NO_HTTP} (it changes to another protocol unasked)"),
    Case("status-204-body", plain(answer(b"", b"HTTP/1.1 204 No Content\r\n")), "empty"),
    Case("status-304-body", plain(answer(b"", b"HTTP/1.1 304 Not Modified\r\n")), "protocol: it answered 304"),
    Case("status-only", plain(lambda d: b"HTTP/1.1 200\r\n\r\n" + d.body), NEW),
    Case("status-bytes", plain(answer(b"", b"HTTP/1.1 200 \xff\xfe\xe9\r\n")), NEW),
    Case("status-nul", plain(answer(b"", b"HTTP/1.1 200 O\0K\r\n")), STATUS),
    Case("retry-after-forever", plain(answer(b"Retry-After: 99999999999999999999\r\n", b"HTTP/1.1 503 Later\r\n")), "http_503: HTTP 503: its host is left alone until"),
    Case("retry-after-word", plain(answer(b"Retry-After: \xff later\r\n", b"HTTP/1.1 429 Slow Down\r\n")), "http_429: HTTP 429: its host is left alone until"),
    # header lines
    Case("nul-in-value", plain(answer(b"X: a\0b\r\n")), ILLEGAL),
    Case("nul-in-name", plain(answer(b"X\0Y: a\r\n")), ILLEGAL),
    Case("bare-cr", plain(answer(b"X: a\rSet-Cookie: b=c\r\n")), ILLEGAL),
    Case("bare-lf", plain(lambda d: d.whole().replace(b"\r\n", b"\n")), NEW),
    Case("obs-fold", plain(answer(b"X: a\r\n b\r\n\tc\r\n")), NEW),
    Case("fold-first", plain(answer(b" X: a\r\n")), f"{NO_HTTP} (continuation line at start of headers)"),
    Case("no-name", plain(answer(b": a\r\n")), ILLEGAL),
    Case("no-colon", plain(answer(b"just words\r\n")), ILLEGAL),
    Case("space-before-colon", plain(answer(b"X : a\r\n")), ILLEGAL),
    Case("bytes-in-value", plain(answer(b"X-Odd: \xff\xfe\xe9\r\nETag: \"\xff\"\r\n")), NEW),
    Case("type-none", plain(lambda d: OK + b"\r\n" + d.body), NEW),
    Case("type-long", plain(lambda d: OK + b"Content-Type: text/html; charset=" + b"x" * 60_000 + b"\r\n\r\n" + d.body), NEW),
]  # fmt: skip

"""Request headers to send, response headers to read. Pure.

Headers travel as ``(name, value)`` pairs of ``str`` in which each character is one byte
(latin-1), so that what was received can be stored and sent back verbatim.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version

from scraper.model.types import Validators

Headers = tuple[tuple[str, str], ...]

REDIRECTS = frozenset({301, 302, 303, 307, 308})
ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
ACCEPT_ENCODING = "gzip, deflate, br, zstd"


def _version() -> str:
    try:
        return version("kliping")
    except PackageNotFoundError:  # run from a checkout that was never installed
        return "0"


PRODUCT = f"kliping/{_version()}"
DEFAULT_USER_AGENT = f"{PRODUCT} (newspaper archive)"

# RFC 9110 §5.5: visible characters with single spaces or tabs between, obs-text allowed.
_FIELD_VALUE = re.compile(r"[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?")


def user_agent(wish: str) -> str:
    """The User-Agent to send: it starts with ``kliping/`` whatever a person configures, and holds
    only what a header may (other characters become ``?``)."""
    text = " ".join(wish.split()).encode("ascii", "replace").decode("ascii")
    text = re.sub(r"[^\x20-\x7e]", "?", text)
    if not text:
        return DEFAULT_USER_AGENT
    return text if text.startswith("kliping/") else f"{PRODUCT} {text}"


def conditional(validators: Validators) -> list[tuple[bytes, bytes]]:
    """If-None-Match where there is an ETag, else If-Modified-Since, verbatim (RFC 9110 §13.1).

    A stored value that no header can hold is left out: the GET is then unconditional.
    """
    for name, value in (
        (b"If-None-Match", validators.etag),
        (b"If-Modified-Since", validators.last_modified),
    ):
        if value and _FIELD_VALUE.fullmatch(value):
            return [(name, value.encode("latin-1"))]
    return []


def received(raw: Iterable[tuple[bytes, bytes]]) -> Headers:
    """The pairs as they came, in order and in their own case of letters."""
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in raw)


def first(headers: Headers, name: str) -> str | None:
    return next((value for key, value in headers if key.lower() == name), None)


def codings(headers: Headers) -> Sequence[str]:
    """The Content-Encodings applied, in order, lower case, ``identity`` left out."""
    values = ",".join(value for key, value in headers if key.lower() == "content-encoding")
    names = (name.strip().lower() for name in values.split(","))
    return [name for name in names if name and name != "identity"]


def declared_length(headers: Headers) -> int | None:
    value = first(headers, "content-length")
    return int(value) if value and re.fullmatch(r"[0-9]{1,20}", value) else None


def redirect_target(status: int, headers: Headers) -> str | None:
    """The Location of a redirect, as text: servers send it raw in UTF-8, or else in latin-1."""
    location = first(headers, "location") if status in REDIRECTS else None
    if location is None:
        return None
    try:
        return location.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return location

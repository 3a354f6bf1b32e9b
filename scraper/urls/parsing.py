"""An address as it is sent: read as browsers read it, and spelt as robots.txt judges it.

Reading is Ada's (WHATWG's URL Standard): white space and controls, backslashes, missing slashes,
dots, IDNA, the spellings of IPv4. What is a crawler's own follows here.
"""

from __future__ import annotations

import re

from ada_url import URL, idna_to_unicode

from scraper.errors import AddressError
from scraper.urls.outlets import DEFAULT_PORTS, is_ip
from scraper.urls.redaction import shown

MAX_URL_LENGTH = 8192
PORT_PROBLEM = "its port is no number from 1 to 65535"
NOT_WEB = "it must begin with http:// or https://"

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
# RFC 3986 §2.3, unless a stray per cent sign before it would take part in it.
_UNRESERVED = re.compile(
    r"(?<!%)(?<!%[0-9a-f])%(2[DE]|3[0-9]|[46][1-9A-F]|[57][0-9A]|5F|7E)", re.IGNORECASE
)
# What was escaped twice on its way into a page or a sitemap.
_AMPERSAND = re.compile(r"&(?:(?:amp|#0*38|#x0*26);)+", re.IGNORECASE)
_HEADER = re.compile(r"[\r\n][!-9;-~]+:[ \t]")
_BROKEN_NAME = re.compile(r"[\t\r\n]\.")
_BEGINNING = re.compile(r"(?:https?:)?(?P<slashes>/*)(?P<authority>[^/?#]*)", re.IGNORECASE)
# What could pass for a sign of an address: slashes, colons, lines.
_LOOKALIKES = re.compile("[\u2044\u2215\u2216\u2236\u2500-\u257f\u29f5\u29f8\u29f9]")
_PARTS = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*):[/\\]*(?:[^/\\?#]*@)?"
    r"(?P<host>\[[^\]/\\?#]*\]?|[^:/\\?#]*)(?::(?P<port>[^/\\?#]*))?",
    re.IGNORECASE,
)


def parse_address(text: str) -> str:
    """Check an address that a person, a feed or a redirect gave, and make it what is sent.

    The fragment is dropped, and a name and password before the host; ``&amp;`` in it becomes
    ``&``. Dots are resolved and unreserved characters decoded (RFC 3986 §6.2.2, RFC 9309
    §2.2.2), so that what robots.txt judges is what is asked for. Idempotent.
    Raises ``AddressError``, whose text holds no password.
    """
    stripped = text.strip()
    if not stripped:
        raise AddressError(shown(text), "empty")
    problem = _doubt(stripped)
    if problem:
        raise AddressError(shown(text), problem)
    return _read(stripped, None)


def join_address(base: str, reference: str) -> str:
    """``reference`` as found in the document at ``base``, absolute, as browsers read it; else as
    ``parse_address``. Raises ``AddressError``."""
    return _read(reference.strip(), base or None)


def _doubt(text: str) -> str | None:
    """What whoever gives an address may have meant otherwise than browsers read it: a page's link
    is followed all the same."""
    beginning = _BEGINNING.match(text)
    assert beginning is not None  # it matches anything
    slashes, authority = beginning["slashes"], beginning["authority"]
    login = authority.rpartition("@")[0]
    if len(slashes) > 2:
        return "it names no host"
    if login and len(slashes) < 2:
        return NOT_WEB
    if "\\" in authority or "[" in login or _BROKEN_NAME.search(authority):
        return "two hosts can be read in it"
    if _HEADER.search(text):
        return "a line break and a header are in it"
    return None


def _read(text: str, base: str | None) -> str:
    if len(text) > MAX_URL_LENGTH:
        raise AddressError(shown(text), "too long")
    if not text.isascii():  # half of a pair of UTF-16, out of JSON, stands for no character
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    try:
        url = URL(_AMPERSAND.sub("&", text), base)
    except ValueError:
        raise AddressError(shown(text), _problem_of(text)) from None
    scheme, host, port = url.protocol[:-1], url.hostname.rstrip("."), url.port
    if scheme not in DEFAULT_PORTS:
        raise AddressError(shown(text), NOT_WEB)
    if not _is_host(host):
        raise AddressError(shown(text), "its host is no valid name")
    if port:
        if port == "0":
            raise AddressError(shown(text), PORT_PROBLEM)
        host = f"{host}:{port}"
    address = f"{scheme}://{host}{_spelt(url.pathname)}{_spelt(url.search)}"
    if len(address) > MAX_URL_LENGTH:  # percent-encoding makes nine characters of a Han one
        raise AddressError(shown(text), "too long")
    return address


def _spelt(part: str) -> str:
    if "%" in part:
        part = _UNRESERVED.sub(lambda found: chr(int(found[1], 16)), part)
    return _AMPERSAND.sub("&", part) if "&" in part else part


def _is_host(host: str) -> bool:
    """Whether it can be asked for: names have a shape (RFC 1035 §2.3.4), and where they are
    encoded, stand for something."""
    if host.startswith("["):
        return is_ip(host[1:-1])
    if "xn--" in host:
        meant = idna_to_unicode(host)
        if "xn--" in meant or _LOOKALIKES.search(meant):
            return False
    return len(host) <= 253 and all(map(_LABEL.fullmatch, host.split(".")))


def _problem_of(text: str) -> str:
    """In words, as the parser only says that there is one."""
    found = _PARTS.match(text)
    if found is None or found["scheme"].lower() not in DEFAULT_PORTS:
        return NOT_WEB
    if not found["host"]:
        return "it names no host"
    port = found["port"] or "1"
    is_port = port.isascii() and port.isdecimal() and len(port) < 20 and int(port) < 65_536
    return "its host is no valid name" if is_port else PORT_PROBLEM

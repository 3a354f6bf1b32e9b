"""An address as it is sent: checked, and spelt in the one way in which robots.txt judges it."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urljoin, urlsplit, urlunsplit

import idna
from w3lib.url import safe_url_string

from scraper.errors import AddressError
from scraper.urls.outlets import DEFAULT_PORTS, is_ip
from scraper.urls.redaction import shown

MAX_URL_LENGTH = 8192
PORT_PROBLEM = "its port is no number from 1 to 65535"
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_FORBIDDEN_CHARACTERS = re.compile(r"[\x00-\x20\x7f\\]")


def parse_address(text: str) -> str:
    """Check an address that a person, a feed or a redirect gave, and make it safe to send.

    White space around it is dropped, the host is lower-cased and IDNA-encoded, the path and
    query are percent-encoded; the fragment is dropped, and a name and password before the host.
    Raises ``AddressError``, whose text holds no password.
    """
    stripped = text.strip()
    if not stripped or len(stripped) > MAX_URL_LENGTH:
        raise AddressError(shown(text), "empty" if not stripped else "too long")
    if _FORBIDDEN_CHARACTERS.search(stripped.replace(" ", "")):
        raise AddressError(shown(text), "it has a control character or backslash")
    try:
        named = urlsplit(stripped).hostname  # w3lib spells it as of 2003: fass.de for faß.de
        parts = urlsplit(safe_url_string(stripped))
        port = parts.port
    except (ValueError, UnicodeError) as error:
        raise AddressError(shown(text), _what_is_wrong(error)) from None
    if parts.scheme not in DEFAULT_PORTS:
        raise AddressError(shown(text), "it must begin with http:// or https://")
    if not named:
        raise AddressError(shown(text), "it names no host")
    host = _ascii_host(named)
    if host is None:
        raise AddressError(shown(text), "its host is no valid name")
    if port == 0:
        raise AddressError(shown(text), PORT_PROBLEM)
    if port is not None and port != DEFAULT_PORTS[parts.scheme]:
        host = f"{host}:{port}"
    address = urlunsplit((parts.scheme, host, parts.path or "/", parts.query, ""))
    if len(address) > MAX_URL_LENGTH:  # percent-encoding makes nine characters of a Han one
        raise AddressError(shown(text), "too long")
    return address


def join_address(base: str, reference: str) -> str:
    """``reference`` as found in the document at ``base``, absolute. Raises ``AddressError``."""
    try:
        return parse_address(urljoin(base, reference.strip()))
    except ValueError as error:
        raise AddressError(shown(reference), _what_is_wrong(error)) from None


def _ascii_host(host: str) -> str | None:
    """The host as it is sent (IDNA, UTS 46), in brackets for IPv6; ``None`` for no host name."""
    if ":" in host:
        return f"[{host}]" if is_ip(host) else None
    try:
        if not host.isascii():
            host = idna.encode(host, uts46=True).decode("ascii")
        elif "xn--" in host.lower():
            idna.decode(host)  # what stands for no name is none
    except idna.InvalidCodepoint:
        host = _symbolic_host(host) or ""
    except idna.IDNAError:
        return None
    host = host.rstrip(".").lower()
    valid = len(host) <= 253 and all(_LABEL.fullmatch(label) for label in host.split("."))
    return host if valid else None


def _symbolic_host(host: str) -> str | None:
    """A name with symbols in it (``☃``, a pizza), which IDNA 2008 forbids, UTS 46 has as valid,
    and browsers open: as it is sent, each label but for its symbols what IDNA allows."""
    try:
        mapped = idna.uts46_remap(host, std3_rules=True, transitional=False)
        return ".".join(map(_symbolic_label, mapped.removesuffix(".").split(".")))
    except (idna.IDNAError, UnicodeError):
        return None


def _symbolic_label(label: str) -> str:
    """Raises ``idna.IDNAError`` or ``UnicodeError``."""
    if label.startswith("xn--"):
        name = label.removeprefix("xn--").encode("ascii").decode("punycode")
        is_name = idna.uts46_remap(name, std3_rules=True, transitional=False) == name
        if name.isascii() or not is_name or _symbolic_label(name) != label:
            raise idna.IDNAError("it stands for no name")
        return label
    plain = "".join(character for character in label if not _is_symbol(character))
    if plain == label:
        return idna.alabel(label).decode("ascii")
    if plain:
        idna.alabel(plain)
    idna.check_hyphen_ok(label)
    idna.check_bidi(label)
    return f"xn--{label.encode('punycode').decode('ascii')}"


def _is_symbol(character: str) -> bool:
    """But for those that could pass for a part of an address: signs of mathematics, lines."""
    return (
        character >= "\u2190"
        and not "\u2500" <= character <= "\u257f"
        and unicodedata.category(character) in ("So", "Sk")
    )


def _what_is_wrong(error: ValueError) -> str:
    """The standard library's own words repeat a part of the address, which may be a password."""
    is_port = str(error).startswith("Port ")
    return PORT_PROBLEM if is_port else "its host is no valid name"

"""Addresses: checking, the canonical form, and which host or site an address belongs to.

Three words (docs/architecture.md): the *requested* address is what was asked, the *final* one is
where redirects ended, the *canonical* one is ours: a normal form under which all the spellings
of one page meet. The canonical form is a key and a label; what is fetched is always an address
that was listed or answered.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

import idna
from w3lib.url import canonicalize_url, safe_url_string

from scraper.errors import AddressError

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

MAX_URL_LENGTH = 8192
DEFAULT_PORTS = {"http": 80, "https": 443}
PORT_PROBLEM = "its port is no number from 1 to 65535"

# Parameters that say where a reader came from and never which page it is. Taken from what the
# networks document: Google (utm, gclid), Meta (fbclid), Microsoft, Yandex, HubSpot, Mailchimp,
# Matomo, Adobe, and the share buttons of AT Internet, IVW and Outbrain.
TRACKERS = frozenset(
    "fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid ysclid twclid ttclid igshid "
    "igsh mc_cid mc_eid _hsenc _hsmi __hssc __hstc __hsfp hsctatracking mkt_tok "
    "oly_anon_id oly_enc_id vero_id wickedid s_cid icid ncid cmpid at_medium at_campaign "
    "xtor spm ocid guccounter guce_referrer guce_referrer_sig __twitter_impression _ga "
    "_gl echobox fb_action_ids fb_action_types fb_source ref_src ref_url".split()
)
TRACKER_PREFIXES = ("utm_", "mtm_", "matomo_", "pk_", "piwik_", "hsa_", "wt_mc", "wt_zmc")

_MOBILE_LABELS = ("www", "m", "mobile", "amp")
_AMP_PARAMS = frozenset({("amp", ""), ("amp", "1"), ("amp", "true"), ("outputtype", "amp")})
_AMP_PATH = re.compile(r"(?:^/amp(?=/.))|(?:/amp/?$)|(?:\.amp(?=(?:\.html?)?$))", re.IGNORECASE)
_DAY_IN_PATH = re.compile(r"(?<!\d)((?:19|20)\d\d)([/_-]?)([01]?\d)\2([0-3]?\d)(?!\d)")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
# Up to the last @ of the authority; where that is cut short by an unescaped sign in the password
# (its colon is then followed by no port), up to the last one of all.
_AT = "(?:[@\uff20\ufe6b]|%40)"  # and what people and servers make of it
_NO_PORT = (
    r"(?!(?:0*(?:[1-5]?[0-9]{1,4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?"
    r"(?:[/?#]|$))"
)
_USERINFO = re.compile(
    r"(\s*(?:[a-z][a-z0-9+.-]*:)?/*)"
    rf"(?:[^/?#]*|(?!\[[0-9a-f:.]*\])[^/?#@]*:{_NO_PORT}.*){_AT}",
    re.IGNORECASE | re.DOTALL,
)
# Where what stands before it is no scheme: quotes, something invisible, a colon of another script.
_LOGIN = re.compile(
    rf"(?<=//)[^\s/?#@]+{_AT}|[^\s/:=@\[\]]+:(?!//){_NO_PORT}[^\s@]*{_AT}", re.IGNORECASE
)
_MAX_SHOWN = 2_048
_FORBIDDEN_CHARACTERS = re.compile(r"[\x00-\x20\x7f\\]")


def parse_address(text: str) -> str:
    """Check an address that a person, a feed or a redirect gave, and make it safe to send.

    White space around it is dropped, the host is lower-cased and IDNA-encoded, the path and
    query are percent-encoded; the fragment is dropped, and a name and password before the host.
    Raises ``AddressError``, whose text holds no password.
    """
    stripped = text.strip()
    if not stripped or len(stripped) > MAX_URL_LENGTH:
        raise AddressError(_shown(text), "empty" if not stripped else "too long")
    if _FORBIDDEN_CHARACTERS.search(stripped.replace(" ", "")):
        raise AddressError(_shown(text), "it has a control character or backslash")
    try:
        named = urlsplit(stripped).hostname  # w3lib spells it as of 2003: fass.de for faß.de
        parts = urlsplit(safe_url_string(stripped))
        port = parts.port
    except (ValueError, UnicodeError) as error:
        raise AddressError(_shown(text), _what_is_wrong(error)) from None
    if parts.scheme not in DEFAULT_PORTS:
        raise AddressError(_shown(text), "it must begin with http:// or https://")
    if not named:
        raise AddressError(_shown(text), "it names no host")
    host = _ascii_host(named)
    if host is None:
        raise AddressError(_shown(text), "its host is no valid name")
    if port == 0:
        raise AddressError(_shown(text), PORT_PROBLEM)
    if port is not None and port != DEFAULT_PORTS[parts.scheme]:
        host = f"{host}:{port}"
    address = urlunsplit((parts.scheme, host, parts.path or "/", parts.query, ""))
    if len(address) > MAX_URL_LENGTH:  # percent-encoding makes nine characters of a Han one
        raise AddressError(_shown(text), "too long")
    return address


def join_address(base: str, reference: str) -> str:
    """``reference`` as found in the document at ``base``, absolute. Raises ``AddressError``."""
    try:
        return parse_address(urljoin(base, reference.strip()))
    except ValueError as error:
        raise AddressError(_shown(reference), _what_is_wrong(error)) from None


@lru_cache(maxsize=1024)  # several fields of a page ask for the same one
def canonical_url(address: str) -> str:
    """The normal form under which all spellings of one page meet.

    Trackers and the fragment are dropped, query parameters sorted, ``/amp`` forms and
    ``www.``, ``m.``, ``mobile.``, ``amp.`` taken off, a trailing slash removed, and the scheme
    is ``https`` where no port is given (with a port, or on an IP address, two schemes are two
    services). Idempotent. Raises ``AddressError``.
    """
    url, normal = "", _normalize(parse_address(address))
    while normal != url:  # what is taken off may bare more of it
        url = normal
        try:
            normal = _normalize(parse_address(url))
        except AddressError:  # longer now than an address may be: ``?a`` is spelt ``?a=``
            break
    return url


def date_in_path(address: str) -> date | None:
    """The day that an address names (``/2026/11/25/story``, ``/20261125-story``), if any."""
    for found in _DAY_IN_PATH.finditer(urlsplit(address).path):
        try:
            return date(int(found[1]), int(found[3]), int(found[4]))
        except ValueError:
            continue
    return None


def url_key(canonical: str) -> bytes:
    """The 16 bytes under which a canonical address is stored and found."""
    return blake2b(canonical.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def choose_canonical(final_url: str, declared_url: str | None) -> str:
    """The canonical address of a page: the declared one where it can be trusted.

    A declared address counts only on the final address's registrable domain (the same host for
    IP addresses) and not when it is the site's root: of 1,183 real pages 27 declare another
    domain and 7 their root. Raises ``AddressError`` for a bad ``final_url`` only.
    """
    final = canonical_url(final_url)
    if declared_url is None:
        return final
    try:
        declared = canonical_url(declared_url)
    except AddressError:
        return final
    parts = urlsplit(declared)
    is_root = parts.path == "/" and not parts.query
    if site_of(declared) != site_of(final) or (is_root and declared != final):
        return final
    return declared


def host_of(address: str) -> str:
    """The host whose pace counts: lower case, with the port where it is not the scheme's own."""
    parts = urlsplit(address)
    return _authority(parts)


def origin_of(address: str) -> str:
    """``scheme://host[:port]``: the unit that a robots.txt speaks for (RFC 9309 §2.3)."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{_authority(parts)}"


def site_of(address: str) -> str:
    """The registrable domain of an address (``example.co.id``), or the host of an IP address.

    A name without a public suffix (``localhost``) is its own site. Ports don't count.
    """
    host = (urlsplit(address).hostname or "").rstrip(".")
    if _is_ip(host):
        return host
    return _suffixes().privatesuffix(host) or host


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    from publicsuffixlist import PublicSuffixList  # 40 ms: not for `--help`

    return PublicSuffixList()


def _bare_host(host: str) -> str:
    """Without ``www.`` and the like, as long as a registrable domain is left."""
    label, _, rest = host.partition(".")
    if label in _MOBILE_LABELS and rest and not _is_ip(host) and _suffixes().privatesuffix(rest):
        return _bare_host(rest)
    return host


def _normalize(url: str) -> str:
    parts = urlsplit(url)
    host = _bare_host(parts.hostname or "")
    scheme = parts.scheme
    if parts.port is None or parts.port == DEFAULT_PORTS[parts.scheme]:
        authority = _bracketed(host)
        scheme = scheme if _is_ip(host) else "https"
    else:
        authority = f"{_bracketed(host)}:{parts.port}"
    # First, since it spells out what was percent-encoded without need: ``%61mp``.
    spelt = canonicalize_url(urlunsplit((scheme, authority, parts.path, parts.query, "")))
    normal = urlsplit(spelt)
    pairs = [pair for pair in normal.query.split("&") if pair and not _is_noise(pair)]
    return urlunsplit(normal._replace(path=_plain_path(normal.path), query="&".join(pairs)))


def _plain_path(path: str) -> str:
    """Without AMP's part and what ends it in vain, however often: ``/a/amp/.;/`` → ``/a``."""
    before = ""
    while path != before:
        before, path = path, _AMP_PATH.sub("", path)
        while path.endswith(("/", ";", "/.", "/..")):
            path = path[:-1]
    return path or "/"


def _is_noise(pair: str) -> bool:
    name, _, value = pair.partition("=")
    name = name.lower()
    return (
        name in TRACKERS
        or name.startswith(TRACKER_PREFIXES)
        or (name, value.lower()) in _AMP_PARAMS
    )


def _ascii_host(host: str) -> str | None:
    """The host as it is sent (IDNA, UTS 46), in brackets for IPv6; ``None`` for no host name."""
    if ":" in host:
        return f"[{host}]" if _is_ip(host) else None
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


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _authority(parts: SplitResult) -> str:
    host = _bracketed((parts.hostname or "").rstrip("."))
    if parts.port is None or parts.port == DEFAULT_PORTS.get(parts.scheme):
        return host
    return f"{host}:{parts.port}"


def hide_userinfo(text: str) -> str:
    """What was given as an address, for messages: the name and password before its host are
    hidden, whatever else is wrong with it. Of a long text the beginning."""
    text = text[:_MAX_SHOWN]
    found = _USERINFO.match(text)
    if found:
        return f"{found[1]}…@{text[found.end() :]}"
    return _LOGIN.sub("…@", text)


def _what_is_wrong(error: ValueError) -> str:
    """The standard library's own words repeat a part of the address, which may be a password."""
    is_port = str(error).startswith("Port ")
    return PORT_PROBLEM if is_port else "its host is no valid name"


def _shown(text: str) -> str:
    text = hide_userinfo(text)
    return repr(text if len(text) <= 80 else text[:77] + "...")

"""What a subscriber sends to a site, and to nobody else: headers and cookies.

Whether any goes along at all, the way to an address says (``scraper.fetch.vouching``). Which of it,
is decided anew for each request, each hop of a redirect included:

- the host must be the one named or lie below it (``example.org`` → ``news.example.org`` too);
- the path must lie below one of the site's ``paths``, where it has some, and be no robots.txt;
- the connection must be encrypted, unless the site is marked ``insecure``;
- a cookie of a file must match by its own domain, path, expiry and ``secure`` (RFC 6265 §5.4);
- a cookie whose name begins with ``__Secure-`` or ``__Host-`` is ``secure`` (RFC 6265bis §4.1.3).

What a site sets in answer is not kept: nothing that came unencrypted is ever sent. What stays back
for want of encryption can be told to whoever opened the ``Credentials``.

Nothing here shows a secret: no ``repr`` holds one, and pickling is refused, so that none gets
into the sandbox, a log or the archive.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from typing import NoReturn, SupportsIndex
from urllib.parse import urlsplit

from scraper.fetch.politeness.paths import is_below, is_robots

MAX_VALUE = 8192

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 §5.6.2
_VALUE = re.compile(r"[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?")  # §5.5, without obs-text
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SECURE_NAME = re.compile(r"__(?:Secure|Host)-", re.IGNORECASE)

_FRAMING = "it belongs to the connection, which is kliping's"
_OWN = "kliping sets it by itself"
REFUSED: Mapping[str, str] = {
    "host": _FRAMING,
    "connection": _FRAMING,
    "content-length": _FRAMING,
    "transfer-encoding": _FRAMING,
    "keep-alive": _FRAMING,
    "proxy-connection": _FRAMING,
    "proxy-authorization": _FRAMING,
    "proxy-authenticate": _FRAMING,
    "te": _FRAMING,
    "trailer": _FRAMING,
    "upgrade": _FRAMING,
    "expect": _FRAMING,
    "http2-settings": _FRAMING,
    "accept": _OWN,
    "accept-encoding": _OWN,
    "range": _OWN,
    "if-range": _OWN,
    "if-match": _OWN,
    "if-none-match": _OWN,
    "if-modified-since": _OWN,
    "if-unmodified-since": _OWN,
    "user-agent": "hosts know kliping by it: write user_agent in [fetch]",
    "cookie": "write cookies or cookies_file",
}
"""By lower-case name, why a header cannot be set, and what to write instead."""


class _Secret:
    """Never leaves the process."""

    __slots__ = ()

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError(f"{type(self).__name__} holds secrets and is not pickled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cookie(_Secret):
    """A cookie that one site is sent."""

    name: str
    value: str = field(repr=False)
    domain: str
    subdomains: bool = True
    """Whether it is for the hosts below ``domain`` too."""
    path: str = "/"
    secure: bool = False
    """For encrypted connections only."""
    expires: float | None = None
    """Seconds since 1970; ``None`` for a session's, which is taken to last."""

    def is_for(self, url: str, now: datetime) -> bool:
        parts = urlsplit(url)
        host = parts.hostname or ""
        secure = self.secure or _SECURE_NAME.match(self.name)
        return (
            (host == self.domain or (self.subdomains and _is_below(host, self.domain)))
            and (parts.scheme == "https" or not secure)
            and (self.expires is None or now.timestamp() < self.expires)
            and is_below(parts.path, self.path)
        )


@dataclass(frozen=True, slots=True)
class SiteAccess(_Secret):
    """What is sent to one host and to the hosts below it."""

    host: str
    """Lower case, IDNA; an IPv6 address without brackets."""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    cookies: tuple[Cookie, ...] = field(default=(), repr=False)
    """Of one name for the same domain and path the last one counts."""
    insecure: bool = False
    """Whether it is sent without encryption too."""
    paths: tuple[str, ...] = ()
    """Where it is sent: these paths, and what lies below them; none: everywhere."""

    def covers(self, url: str) -> bool:
        host = urlsplit(url).hostname or ""
        return host == self.host or _is_below(host, self.host)

    def is_for_path(self, path: str) -> bool:
        return not self.paths or any(is_below(path, each) for each in self.paths)


class Withheld(Enum):
    """What stays back from an address, and why."""

    ALL = auto()
    """The connection is not encrypted, and the site is not marked ``insecure``."""
    COOKIES = auto()
    """It is marked so, but some of its cookies are for encrypted connections only."""
    ELSEWHERE = auto()
    """Another site listed the address, or led to it."""


@dataclass(frozen=True, slots=True)
class Credentials(_Secret):
    sites: tuple[SiteAccess, ...] = ()
    on_withheld: Callable[[SiteAccess, str, Withheld], None] | None = field(
        default=None, repr=False, compare=False
    )
    """Called with the site, the address and what stayed back, by ``note_answer``."""

    def headers_for(self, url: str, now: datetime) -> list[tuple[bytes, bytes]]:
        """What is to be sent to ``url``, a checked address that is vouched for, beside everybody's
        headers.

        Of several sites that cover it the most specific one counts, alone. Pure.
        """
        site, parts = self._site_of(url), urlsplit(url)
        if site is None or (parts.scheme != "https" and not site.insecure):
            return []
        if is_robots(parts.path) or not site.is_for_path(parts.path):
            return []
        sent = [(name.encode("ascii"), value.encode("ascii")) for name, value in site.headers]
        cookies = _cookie_header(each for each in site.cookies if each.is_for(url, now))
        return [*sent, (b"Cookie", cookies)] if cookies else sent

    def withheld_from(self, url: str, now: datetime) -> Withheld | None:
        """What would be sent to ``url`` over https, and is not."""
        site, parts = self._site_of(url), urlsplit(url)
        if site is None or parts.scheme == "https":
            return None
        encrypted = parts._replace(scheme="https").geturl()
        if self.headers_for(encrypted, now) == self.headers_for(url, now):
            return None
        return Withheld.COOKIES if site.insecure else Withheld.ALL

    def note_answer(self, url: str, status: int, now: datetime, *, vouched: bool) -> None:
        """``url`` was answered: say so where something stayed back from it.

        An address that redirects, to https for one, loses nothing.
        """
        site = self._site_of(url)
        is_redirect = 300 <= status < 400 and status != 304
        if self.on_withheld is None or is_redirect or site is None:
            return
        withheld = self.withheld_from(url, now)
        if not vouched:
            withheld = Withheld.ELSEWHERE if self.headers_for(url, now) else None
        if withheld is not None:
            self.on_withheld(site, url, withheld)

    def _site_of(self, url: str) -> SiteAccess | None:
        """The most specific one that covers it."""
        covering = (site for site in self.sites if site.covers(url))
        return max(covering, key=lambda each: len(each.host), default=None)


def header_problem(name: str, value: object) -> str | None:
    """Why a header cannot be sent, in words that don't tell its value; ``None`` where it can."""
    if not _TOKEN.fullmatch(name):
        return "is no name of a header: write letters, digits and hyphens, as in X-Key"
    if why := _refusal(name):
        return f"cannot be set: {why}"
    if not isinstance(value, str):
        return "must be text in quotation marks"
    if len(value) > MAX_VALUE or not _VALUE.fullmatch(value):
        return (
            f"must be one line of plain ASCII text without blanks around it, at most {MAX_VALUE} "
            "characters"
        )
    return None


def parse_cookies(text: str, host: str) -> tuple[Cookie, ...]:
    """``name=value; other=value``, as a browser sends it, for ``host`` and the hosts below it.

    Raises ``ValueError`` with what is wrong, in words that don't tell a value.
    """
    cookies = []
    for number, pair in enumerate(filter(None, map(str.strip, text.split(";"))), start=1):
        name, equals, value = pair.partition("=")
        if not equals or not _TOKEN.fullmatch(name.strip()):
            raise ValueError(f"the {_ordinal(number)} of them has no name=value")
        if not value.isascii() or _CONTROL.search(value):
            raise ValueError(f"the value of the {_ordinal(number)} of them is not plain ASCII text")
        cookies.append(Cookie(name=name.strip(), value=value.strip(), domain=host))
    if not cookies or len(text) > MAX_VALUE:
        raise ValueError(f"it must hold at least one, and at most {MAX_VALUE} characters")
    return tuple(cookies)


def parse_cookies_file(text: str) -> tuple[tuple[Cookie, ...], tuple[int, ...]]:
    """The cookies in a file as browsers' extensions, curl and yt-dlp write it, and the numbers of
    the lines that hold none.

    Seven fields between tabs: domain, whether subdomains too, path, secure, expiry, name, value
    (curl's https://curl.se/docs/http-cookies.html). An expiry of 0 is a session's.

    ``http.cookiejar.MozillaCookieJar`` is not used: it takes 0 for 1970, fails on the whole file
    for a missing first line or for a domain without a dot, has no bound, and its errors and
    warnings show the line with the secret.
    """
    cookies: list[Cookie] = []
    skipped: list[int] = []
    for number, line in enumerate(text.split("\n"), start=1):
        line = line.rstrip("\r")
        if not line.startswith(_HTTP_ONLY) and (line.startswith("#") or not line.strip()):
            continue
        cookie = _parse_line(line.removeprefix(_HTTP_ONLY))
        if cookie is None:
            skipped.append(number)
        else:
            cookies.append(cookie)
    return tuple(cookies), tuple(skipped)


_HTTP_ONLY = "#HttpOnly_"
_EXPIRY = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]*)?")


def _parse_line(line: str) -> Cookie | None:
    fields = line.split("\t")
    if len(fields) == 6:  # an empty value, whose tab was lost
        fields.append("")
    if len(fields) != 7 or _CONTROL.search("".join(fields)):
        return None
    domain, subdomains, path, secure, expiry, name, value = fields
    domain = domain.strip().lower().removeprefix(".")
    flags = {subdomains.upper(), secure.upper()}
    sound = domain and domain.isascii() and path.startswith("/") and flags <= {"TRUE", "FALSE"}
    if not sound or not _EXPIRY.fullmatch(expiry or "0") or set(";=") & set(name) or ";" in value:
        return None
    expires = float(expiry or "0")
    return Cookie(
        name=name.strip(),
        value=value.strip(),
        domain=domain,
        subdomains=subdomains.upper() == "TRUE",
        path=path,
        secure=secure.upper() == "TRUE",
        expires=expires if expires > 0 else None,
    )


def _cookie_header(cookies: Iterable[Cookie]) -> bytes:
    """The longer paths first (RFC 6265 §5.4); a later one takes an earlier one's place."""
    chosen = {(each.name, each.domain, each.path): each for each in cookies}
    ordered = sorted(chosen.values(), key=lambda each: -len(each.path))
    pairs = (f"{each.name}={each.value}" if each.name else each.value for each in ordered)
    return "; ".join(filter(None, pairs)).encode("utf-8", "replace")


def _refusal(name: str) -> str | None:
    lower = name.lower()
    return _FRAMING if lower.startswith("proxy-") else REFUSED.get(lower)


def _is_below(host: str, domain: str) -> bool:
    """Whether ``host`` is a subdomain; an IP address has none."""
    return host.endswith(f".{domain}") and not domain.replace(".", "").isdecimal()


def _ordinal(number: int) -> str:
    return {1: "first", 2: "second", 3: "third"}.get(number, f"{number}th")

"""Whose an address is: its host, the outlet that publishes there, the domain of the machines.

On a shared host each name is an outlet of its own, but one owner keeps the machines: identity asks
for the outlet (``site_of``), pace for the domain (``domain_of``).
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

DEFAULT_PORTS = {"http": 80, "https": 443}
_LEVELLED = ("www", "m", "mobile", "amp")


def host_of(address: str) -> str:
    """The host whose pace counts: lower case, with the port where it is not the scheme's own."""
    return _authority(urlsplit(address))


def origin_of(address: str) -> str:
    """``scheme://host[:port]``: the unit that a robots.txt speaks for (RFC 9309 §2.3)."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{_authority(parts)}"


def levelled_host(address: str) -> str:
    """The host, with the port where it is not the scheme's own, without ``www.``, ``m.``,
    ``mobile.`` and ``amp.``: equal where ``canonical_url`` has two hosts as one."""
    parts = urlsplit(address)
    return _authority(parts, bare_host(_host(parts)))


def site_of(address: str) -> str:
    """The outlet of an address: its registrable domain (``example.co.id``), or on a shared host
    the name there (``anna.substack.com``); the host of an IP address.

    Shared hosts are the public suffix list's private section and ``data/shared_hosts.txt``. A
    name without a public suffix (``localhost``) and a shared host itself are sites of their own.
    Ports don't count.
    """
    return _site_of_host(_host(urlsplit(address)))


def domain_of(address: str) -> str:
    """The registrable domain of an address by the public suffix list alone (``substack.com`` of
    ``anna.substack.com``), or the host of an IP address: whose machines they are.

    The list's private section counts, as who is in it has said that its names are owners apart.
    """
    return _domain_of_host(_host(urlsplit(address)))


def bare_host(host: str) -> str:
    """Without ``www.`` and the like, as long as a registrable domain is left."""
    label, _, rest = host.partition(".")
    if label in _LEVELLED and rest and not is_ip(host) and _suffixes().privatesuffix(rest):
        if label in ("mobile", "amp") and _shared_hosts().publicsuffix(rest) == rest:
            return host  # somebody who is called so
        return bare_host(rest)
    return host


def is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


@lru_cache(maxsize=4096)  # of each link of a page
def _site_of_host(host: str) -> str:
    if is_ip(host):
        return host
    host = bare_host(host)
    domain, shared = _domain_of_host(host), _shared_hosts()
    if not shared.publicsuffix(host):
        return domain
    return max(domain, shared.privatesuffix(host) or host, key=len)


def _domain_of_host(host: str) -> str:
    return host if is_ip(host) else _suffixes().privatesuffix(host) or host


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    from publicsuffixlist import PublicSuffixList  # 40 ms: not for `--help`

    return PublicSuffixList()


@lru_cache(maxsize=1)
def _shared_hosts() -> PublicSuffixList:
    from publicsuffixlist import PublicSuffixList  # 40 ms: not for `--help`

    text = files("scraper").joinpath("data", "shared_hosts.txt").read_text(encoding="utf-8")
    return PublicSuffixList(source=text.splitlines(), accept_unknown=False)


def _host(parts: SplitResult) -> str:
    return (parts.hostname or "").rstrip(".")


def _authority(parts: SplitResult, host: str | None = None) -> str:
    host = bracketed(_host(parts) if host is None else host)
    if parts.port is None or parts.port == DEFAULT_PORTS.get(parts.scheme):
        return host
    return f"{host}:{parts.port}"

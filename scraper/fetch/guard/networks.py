"""The networks that may not be connected to: a pure law over addresses.

Closed are, each in full:

- every block of IANA's special-purpose registries (RFC 6890, RFC 8190:
  iana-ipv4-special-registry, iana-ipv6-special-registry) but the two that stand for all of IPv4,
  and those too that count as globally reachable: anycast services such as AS112 are answered by
  the nearest node, perhaps one of our own network, and none of them is a newspaper;
- multicast and what is reserved (iana-multicast-addresses, iana-ipv4-address-space), and in IPv6
  whatever lies outside 2000::/3 (iana-ipv6-address-space), old site-local and IPv4-compatible
  addresses with it;
- the addresses at which clouds serve metadata and credentials, as far as they are published.

An IPv6 address that carries one of IPv4 is judged by that one where it leads there (mapped, NAT64's
well-known prefix, ISATAP) and closed where it is a tunnel of old (6to4, Teredo, IPv4-compatible).
``ipaddress.is_global`` lets multicast, NAT64, 6to4, site-local and more through, hence the lists.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_network
from typing import Any

Address = IPv4Address | IPv6Address


def _networks(table: str) -> list[tuple[Any, str]]:
    lines = (line.split(maxsplit=1) for line in table.strip().splitlines())
    return [(ip_network(network), why) for network, why in lines]


# Never open. Some lie within the private networks that allow_private opens.
_METADATA = _networks("""
    169.254.169.254/32       cloud metadata
    100.100.100.200/32       cloud metadata
    168.63.129.16/32         cloud metadata
    192.0.0.192/32           cloud metadata
    fd00:ec2::/32            cloud metadata
    fd20:ce::/32             cloud metadata
    fd00:c1::a9fe:a9fe/128   cloud metadata
    fd00:42::42/128          cloud metadata
    fd00:a9fe:a9fe::1/128    cloud metadata
    fd00:100::100:200/128    cloud metadata
""")
# What allow_private opens.
_PRIVATE = _networks("""
    127.0.0.0/8      loopback
    ::1/128          loopback
    10.0.0.0/8       private
    172.16.0.0/12    private
    192.168.0.0/16   private
    fc00::/7         private
""")
_CLOSED = _networks("""
    0.0.0.0/8           unspecified
    100.64.0.0/10       carrier-grade NAT
    169.254.0.0/16      link-local
    192.0.0.0/24        IETF protocol assignments
    192.0.2.0/24        documentation
    192.31.196.0/24     AS112
    192.52.193.0/24     multicast relays
    192.88.99.0/24      6to4 relays
    192.175.48.0/24     AS112
    198.18.0.0/15       benchmarking
    198.51.100.0/24     documentation
    203.0.113.0/24      documentation
    224.0.0.0/4         multicast
    240.0.0.0/4         reserved
    fe80::/10           link-local
    ff00::/8            multicast
    2001::/23           IETF protocol assignments
    2001:db8::/32       documentation
    2002::/16           6to4
    2620:4f:8000::/48   AS112
    3fff::/20           documentation
""")
_NAT64 = ip_network("64:ff9b::/96")  # how an IPv6-only network reaches IPv4 (RFC 6052)
_GLOBAL_UNICAST = ip_network("2000::/3")
_ISATAP = 0x00005EFE  # the upper half of an interface identifier (RFC 5214 §6.1)
_EUI64_FLAGS = 0x03000000  # its bits "universal" and "group", whatever they say


def plain(address: Address) -> Address:
    """The address that is meant: IPv4 where it is mapped, and without a scope."""
    if isinstance(address, IPv4Address):
        return address
    return address.ipv4_mapped or IPv6Address(int(address))


def why_forbidden(address: Address, *, allow_private: bool = False) -> str | None:
    """Why ``address`` may not be connected to, in a word or two; ``None`` where it may.

    ``allow_private`` opens loopback, RFC 1918 and fc00::/7 without the metadata addresses in them,
    by their own name only: not where another address carries one of them.
    """
    address = plain(address)
    embedded = _embedded(address)
    if embedded is not None and (why := why_forbidden(embedded)) is not None:
        return why
    for network, why in _METADATA:
        if address in network:
            return why
    for network, why in _PRIVATE:
        if address in network:
            return None if allow_private else why
    for network, why in _CLOSED:
        if address in network:
            return why
    if isinstance(address, IPv4Address) or address in _GLOBAL_UNICAST or address in _NAT64:
        return None
    return "not global unicast"


def _embedded(address: Address) -> IPv4Address | None:
    """Where a translator or an ISATAP router on the way would take it."""
    if isinstance(address, IPv4Address):
        return None
    number = int(address)
    identifier = (number >> 32) & 0xFFFFFFFF & ~_EUI64_FLAGS
    if address in _NAT64 or identifier == _ISATAP:
        return IPv4Address(number & 0xFFFFFFFF)
    return None

"""An address in any of its spellings, as strategies for Hypothesis (``inet_aton``, RFC 4291 §2.2).

What they make is the host of a URL as a person, a page or a redirect may write it.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

from hypothesis import strategies as st

DOTS = ".。．｡"
_SHAPES = (0xFF10, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1FBF0)
"""Where Unicode has the digits 0 to 9 once more, each a compatibility form of the plain one."""
DIGITS = tuple(
    {ord("0") + digit: chr(zero + digit) for digit in range(10)} for zero in (ord("0"), *_SHAPES)
)


@st.composite
def _part(draw: st.DrawFn, number: int) -> str:
    zeros = "0" * draw(st.integers(0, 3))
    spelt = draw(st.sampled_from([f"{number}", f"0{zeros}{number:o}", f"0x{zeros}{number:x}"]))
    return draw(st.sampled_from([spelt, spelt.upper()]))


@st.composite
def legacy_ipv4(draw: st.DrawFn, address: IPv4Address) -> str:
    """One to four parts, each decimal, octal or hexadecimal, the last one for all that is left."""
    parts = draw(st.integers(1, 4))
    octets = list(address.packed)
    numbers = [*octets[: parts - 1], int.from_bytes(bytes(octets[parts - 1 :]))]
    spelt = draw(st.sampled_from(DOTS)).join(draw(_part(number)) for number in numbers)
    end = draw(st.sampled_from(["", "."]))
    return spelt.translate(draw(st.sampled_from(DIGITS))) + end


@st.composite
def ipv6(draw: st.DrawFn, address: IPv6Address) -> str:
    """In brackets; short or in full, with a dotted end, in capitals."""
    head, tail = address.exploded[:29], IPv4Address(int(address) & 0xFFFFFFFF)
    forms = [address.compressed, address.exploded, f"{head}:{tail}", _without_zeros(address)]
    spelt = draw(st.sampled_from(forms))
    return f"[{draw(st.sampled_from([spelt, spelt.upper()]))}]"


@st.composite
def hosts(draw: st.DrawFn, address: IPv4Address | IPv6Address) -> str:
    """Any spelling of ``address``; one of IPv4 as its mapped form, too."""
    if isinstance(address, IPv6Address):
        return draw(ipv6(address))
    mapped = IPv6Address(0xFFFF << 32 | int(address))
    return draw(st.one_of(legacy_ipv4(address), ipv6(mapped)))


def _without_zeros(address: IPv6Address) -> str:
    """All eight groups, none with a zero before it."""
    return ":".join(f"{int(group, 16):x}" for group in address.exploded.split(":"))

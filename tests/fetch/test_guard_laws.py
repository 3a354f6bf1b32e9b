"""The law of the address guard: what lies in a closed network is refused, in whatever spelling it
comes, and everything else is connected to.

Which networks those are is told here by ``special_purpose_blocks.csv``, the blocks of IANA's
registries as published, and not by the product's own tables.
"""

from __future__ import annotations

import asyncio
import csv
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scraper.fetch.guard import ForbiddenTargetError, Guard, GuardedBackend
from scraper.fetch.guard.networks import why_forbidden
from scraper.urls import parse_address
from tests.fetch.recorder import Recorder
from tests.fetch.spellings import hosts
from tests.tables import each_row

TABLE = Path(__file__).parents[1] / "data" / "special_purpose_blocks.csv"
BLOCKS: list[Any] = [
    ip_network(row["block"]) for row in csv.DictReader(TABLE.read_text("utf-8").splitlines())
]
"""But for ::ffff:0:0/96 and 64:ff9b::/96, which are judged by the address of IPv4 in them."""
CLOUDS = [ip_network("168.63.129.16"), ip_network("fd00:ec2::/32"), ip_network("fd20:ce::/32")]
PRIVATE = [
    ip_network(block)
    for block in "127.0.0.0/8 ::1 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7".split()
]
UNICAST = ip_network("2000::/3")
FOUR, SIX = ip_network("0.0.0.0/0"), ip_network("::/0")

Address = IPv4Address | IPv6Address


def lies_in(address: Address, networks: list[Any]) -> bool:
    return any(address in network for network in networks)


def is_closed(address: Address) -> bool:
    """As the registries have it."""
    inside = lies_in(address, [*BLOCKS, *CLOUDS])
    return inside or (isinstance(address, IPv6Address) and address not in UNICAST)


def near(network: Any) -> st.SearchStrategy[Address]:
    """Inside ``network``, its ends among them, and the addresses beside it."""
    family = IPv4Address if network.version == 4 else IPv6Address
    first, last = int(network[0]), int(network[-1])
    highest = 2**network.max_prefixlen - 1
    ends = [first, last, max(first - 1, 0), min(last + 1, highest)]
    return st.one_of(st.sampled_from(ends), st.integers(first, last)).map(family)


ADDRESSES = st.sampled_from([*BLOCKS, *CLOUDS, UNICAST, FOUR, SIX]).flatmap(near)


def dialled(host: str, port: int = 80, **options: Any) -> list[str]:
    """Where the backend connects to for the host of a URL as it is written."""
    recorder = Recorder()
    guard = Guard(resolver=recorder.resolve, dialler=recorder, **options)
    name = urlsplit(parse_address(f"http://{host}/")).hostname or ""
    asyncio.run(GuardedBackend(guard).connect_tcp(name, port))
    assert recorder.looked_up == []
    return recorder.dialled


def is_translated(address: Address) -> bool:
    """Whether it carries an address of IPv4 by which it is judged."""
    return isinstance(address, IPv6Address) and (
        lies_in(address, [ip_network("::ffff:0:0/96"), ip_network("64:ff9b::/96")])
        or int(address) >> 32 & 0xFCFFFFFF == 0x5EFE
    )


@given(st.data())
def test_what_lies_in_a_closed_network_is_refused_in_every_spelling(data: st.DataObject) -> None:
    address = data.draw(ADDRESSES.filter(lambda each: not is_translated(each)))
    host = data.draw(hosts(address), "host")
    if is_closed(address):
        with pytest.raises(ForbiddenTargetError):
            dialled(host)
    else:
        assert dialled(host) == [str(address)]


@given(st.data())
def test_allow_private_opens_the_private_networks_alone(data: st.DataObject) -> None:
    address = data.draw(ADDRESSES.filter(lambda each: not is_translated(each)))
    metadata = lies_in(address, CLOUDS) or str(address) in {
        "fd00:c1::a9fe:a9fe",
        "fd00:42::42",
        "fd00:a9fe:a9fe::1",
        "fd00:100::100:200",
    }
    opened = lies_in(address, PRIVATE) and not metadata
    assert (why_forbidden(address, allow_private=True) is None) == (
        opened or not is_closed(address)
    )


@given(st.data(), st.sampled_from(["::ffff:0:0", "64:ff9b::"]))
def test_an_ipv4_address_is_judged_alike_where_another_carries_it(
    data: st.DataObject, prefix: str
) -> None:
    four = data.draw(st.sampled_from([FOUR, *(b for b in BLOCKS if b.version == 4)]).flatmap(near))
    six = IPv6Address(int(IPv6Address(prefix)) | int(four))
    assert why_forbidden(six) == why_forbidden(four)
    if prefix == "64:ff9b::":  # a translator of the network, which is not asked what it opens
        assert why_forbidden(six, allow_private=True) == why_forbidden(four)
    else:
        assert why_forbidden(six, allow_private=True) == why_forbidden(four, allow_private=True)


@given(
    st.integers(0x2003 << 48, (0x2600 << 48) - 1),
    st.sampled_from([0x0000, 0x0200, 0x0100, 0x0300]),
    st.sampled_from([FOUR, *(b for b in BLOCKS if b.version == 4)]).flatmap(near),
)
def test_isatap_is_judged_by_the_address_that_it_leads_to(
    prefix: int, flags: int, four: Address
) -> None:
    six = IPv6Address(prefix << 64 | flags << 48 | 0x5EFE << 32 | int(four))
    assert why_forbidden(six) == why_forbidden(four)


@given(st.lists(ADDRESSES, min_size=1, max_size=4, unique=True))
def test_one_forbidden_answer_is_enough(answers: list[Address]) -> None:
    recorder = Recorder({"news.test": [str(answer) for answer in answers]})
    backend = GuardedBackend(Guard(resolver=recorder.resolve, dialler=recorder))
    if any(why_forbidden(answer) for answer in answers):
        with pytest.raises(ForbiddenTargetError):
            asyncio.run(backend.connect_tcp("news.test", 80))
        assert recorder.dialled == []
    else:
        asyncio.run(backend.connect_tcp("news.test", 80))
        assert recorder.dialled == [str(getattr(answers[0], "ipv4_mapped", None) or answers[0])]


@each_row("block", BLOCKS, ids=str)
def test_no_special_purpose_block_is_missing(block: Any) -> None:
    assert why_forbidden(block[0]) is not None
    assert why_forbidden(block[-1]) is not None


@given(ADDRESSES)
def test_what_the_standard_library_closes_is_closed(address: Address) -> None:
    if not (address.is_global or is_translated(address)):
        assert why_forbidden(address) is not None


@settings(suppress_health_check=[HealthCheck.filter_too_much])  # of most bases none is left
@given(ADDRESSES.filter(lambda address: not is_closed(address) and not is_translated(address)))
def test_an_address_of_this_machine_is_closed_wherever_it_lies(address: Address) -> None:
    own = {address}
    host = f"[{address}]" if isinstance(address, IPv6Address) else str(address)
    with pytest.raises(ForbiddenTargetError, match="this machine's own"):
        dialled(host, is_own=own.__contains__)
    assert dialled(host, is_own=own.__contains__, allow_private=True) == [str(address)]
    assert ip_address(dialled(host)[0]) in own

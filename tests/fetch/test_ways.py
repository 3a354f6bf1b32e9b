"""The law of the way: a secret goes along only where every address on the way to one is of its
site, whatever sites redirect to each other and wherever their robots.txt lead."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from urllib.parse import quote, unquote

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scraper.errors import FetchError
from scraper.fetch.credentials import Cookie, Credentials, SiteAccess
from scraper.fetch.politeness.paths import is_below, is_robots, normal_path
from scraper.fetch.vouching import is_same_site, vouch_for, vouches
from scraper.model.types import FetchRequest, Listing, Response
from scraper.model.types import Link as Listed
from tests.clocks import FakeClock
from tests.fetch.kit import open_fetcher
from tests.servers import Server, redirect, reply
from tests.tables import each_row

pytestmark = pytest.mark.anyio

SECRET = "s3cr3t-t0ken"
ACCESS = SiteAccess(
    "paper.test", (("X-Key", SECRET),), (Cookie(name="a", value=SECRET, domain="paper.test"),), True
)
HOSTS = ("paper.test", "www.paper.test", "evil.test", "paper.test.evil.test")
PLACES = tuple(f"{host}/{number}" for host in HOSTS for number in range(3))


@settings(max_examples=60, deadline=None)
@given(
    hops=st.dictionaries(st.sampled_from(PLACES), st.sampled_from(PLACES)),
    robots=st.dictionaries(st.sampled_from(HOSTS), st.sampled_from(PLACES), max_size=2),
    asked=st.lists(st.tuples(st.sampled_from(PLACES), st.booleans()), min_size=1, max_size=4),
)
def test_no_chain_of_redirects_and_robots_txts_carries_one_off(
    hops: dict[str, str], robots: dict[str, str], asked: list[tuple[str, bool]]
) -> None:
    with Server() as server:

        def at(place: str) -> str:
            host, _, path = place.partition("/")
            return server.url(f"/{path}", host)

        for place in PLACES:
            page = redirect(at(hops[place])) if place in hops else reply(b"a")
            server.routes[f"//{place}"] = page
        for host, place in robots.items():
            server.routes[f"//{host}/robots.txt"] = redirect(at(place))
        for place, vouched in asked:
            server.requests.clear()
            answer = asyncio.run(fetch(at(place), vouched))
            paid = [request.target for request in server.requests if SECRET in f"{request.headers}"]
            wanted = way_of(place, hops) if vouched else []
            assert paid == [f"/{each.partition('/')[2]}" for each in wanted][: len(paid)]
            if answer is not None:
                assert len(paid) == len(wanted)
                assert answer.with_credentials == (bool(paid) and answer.vouched)


async def fetch(url: str, vouched: bool) -> Response | None:
    async with open_fetcher(credentials=Credentials((ACCESS,))) as fetcher:
        with suppress(FetchError):
            return await fetcher.fetch(FetchRequest(url, vouched=vouched))
    return None


def way_of(place: str, hops: dict[str, str]) -> list[str]:
    """The places of the paper that a chain passes before it leaves it, or goes in a circle."""
    way: list[str] = []
    at: str | None = place
    while at is not None and at not in way and at.partition("/")[0].endswith("paper.test"):
        way.append(at)
        at = hops.get(at)
    return way


@pytest.mark.parametrize("host", ["one.test", "two.test"])
async def test_two_robots_txts_that_lead_to_each_other_end(host: str) -> None:
    with Server({"/a": reply(b"a")}) as server:
        for one, other in (("one.test", "two.test"), ("two.test", "one.test")):
            server.routes[f"//{one}/robots.txt"] = redirect(server.url("/rules", other))
        async with open_fetcher() as fetcher, asyncio.timeout(300):
            pages = (server.url("/a", each) for each in ("one.test", "two.test"))
            both = [fetcher.fetch(FetchRequest(url)) for url in pages]
            assert [each.body for each in await asyncio.gather(*both)] == [b"a", b"a"]
        assert "/rules" not in server.targets()


async def test_no_robots_txt_leads_round_another() -> None:
    with Server({"/a": reply(b"a"), "/account": reply("User-agent: *\nDisallow: /")}) as server:
        server.routes |= {
            "//one.test/robots.txt": redirect(server.url("/account", "two.test")),
            "//two.test/robots.txt": reply("User-agent: *\nDisallow: /account"),
        }
        async with open_fetcher() as fetcher:
            assert (await fetcher.fetch(FetchRequest(server.url("/a", "one.test")))).body == b"a"
        assert "/account" not in server.targets()
        # Where the other host is not sure, nothing of the first is.
        server.routes["//two.test/robots.txt"] = reply("", 500)
        async with open_fetcher() as fetcher:
            with pytest.raises(FetchError) as caught:
                await fetcher.fetch(FetchRequest(server.url("/a", "one.test")))
        assert caught.value.reason == "robots_unreachable"
        assert "/account" not in server.targets()


@each_row(
    ("one", "other", "same"),
    [
        ("https://www.news.org/a", "http://feeds.news.org:8080/b", True),
        ("https://news.org/", "https://news.org.evil.org/", False),
        ("http://127.0.0.1:1/", "http://127.0.0.1:2/", True),
        ("http://127.0.0.1/", "http://127.0.0.2/", False),
        ("http://[::1]/", "http://[::2]/", False),
        ("https://a.co.uk/", "https://b.co.uk/", False),
        ("https://a.github.io/", "https://b.github.io/", False),
        ("https://news.org/", "http://[", False),
    ],
)
def test_what_a_site_is(one: str, other: str, same: bool) -> None:
    assert is_same_site(one, other) is is_same_site(other, one) is same


def test_a_document_vouches_for_its_own_site_if_it_is_vouched_for() -> None:
    own, others = "https://paper.test/a", "https://evil.test/a"
    listing = Listing(links=(Listed(own), Listed(others)), sitemaps=(Listed(others), Listed(own)))
    for vouched in (True, False):
        url = "https://www.paper.test/feed"
        answer = Response(url, url, 200, (), b"", FakeClock().now(), vouched=vouched)
        found = vouch_for(listing, answer)
        assert [link.vouched for link in (*found.links, *found.sitemaps)] == [
            vouched, False, False, vouched,
        ]  # fmt: skip
        assert [vouches(answer, each) for each in (own, others)] == [vouched, False]


@each_row(
    ("path", "wanted", "below"),
    [
        ("/news/a", "/news/", True),
        ("/news/a", "/news", True),
        ("/news", "/news", True),
        ("/news", "/news/", False),
        ("/newsroom", "/news", False),
        ("/NEWS/a", "/news/", False),
        ("", "/", True),
        ("/news/../account", "/news/", False),
        ("/account/../news/a", "/news/", False),
        ("/news/%2e%2E/account", "/news/", False),
        ("/news/.%2e/account", "/news/", False),
        ("/news/%2e%2e%2faccount", "/news/", False),
        ("/news/..%5caccount", "/news/", False),
        ("/news/..;x/account", "/news/", False),
        ("/news//../account", "/news/", False),
        ("/news/%252e%252e/account", "/news/", False),
        ("/news/%2f../../account", "/news/", False),
        ("/n%65ws/a", "/news/", True),
        ("/news/a;b=1/c%2Fd", "/news/", True),
        ("/news/../../../news/a", "/news/", False),
        ("/actualit%C3%A9s/a", "/actualit%C3%A9s/", True),
        ("/news/M%fcller%20und%20S%F6hne", "/news/", True),
        ("/news/100%25-sure...?", "/news/", True),
        ("/news/.well/b..c/d..;e", "/news/", True),
        ("/news/..%2faccount%5c..%5c..%5cnews/b", "/news/", False),
        ("/news/..%2faccount%252f..%252f..%252fnews/b", "/news/", False),
        ("/news/..%2faccount;%2f..%2f..%2fnews/b", "/news/", False),
        ("/news/..%3b/account", "/news/", False),
        ("/news/..%20/account", "/news/", False),
        ("/news/.%09./account", "/news/", False),
        ("/news/%u002e%u002e/account", "/news/", False),
        (f"/news/%{'25' * 9}2e./account", "/news/", False),
    ],
)
def test_what_lies_below_a_path(path: str, wanted: str, below: bool) -> None:
    assert is_below(path, wanted) is below


def decode(path: str) -> str:
    return unquote(path)


READERS: tuple[Callable[[str], str], ...] = (
    decode,
    *(
        partial(re.compile(f"%{ord(each):02x}", re.IGNORECASE).sub, f"\\{each}")
        for each in r"/.;\%"
    ),
    lambda path: path.replace("\\", "/"),
    lambda path: re.sub("/+", "/", path),
    lambda path: re.sub(";[^/]*", "", path),
    lambda path: re.sub(r"[\t\n]", "", path),
    lambda path: re.sub(r" +(?=/|$)", "", path),
    normal_path,
)
"""What a server may do to a path, in any order: the decoders of one sign are those of servers that
leave the others."""


def spelled(sign: str, times: int) -> str:
    """A sign as it is, escaped, escaped twice, …"""
    for _ in range(times):
        sign = "".join(f"%{ord(each):02x}" if each in sign[:1] else each for each in sign)
    return sign


SIGNS = st.builds(spelled, st.sampled_from([*"/\\..;a% \t", "..", "news"]), st.integers(0, 3))


@settings(max_examples=1000)
@given(
    signs=st.lists(SIGNS, max_size=14),
    steps=st.lists(st.sampled_from(READERS), max_size=10),
    wanted=st.sampled_from(["/news/", "/news"]),
)
def test_what_lies_below_does_so_however_much_a_server_undoes_in_whatever_order(
    signs: list[str], steps: list[Callable[[str], str]], wanted: str
) -> None:
    path = f"/news/{''.join(signs)}"
    assume(is_below(path, wanted))
    for step in steps:
        path = step(path)
        assert normal_path(path).startswith("/news/")


@given(st.lists(st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1), min_size=1))
def test_an_ordinary_address_lies_below_however_often_it_was_escaped(words: list[str]) -> None:
    names = [quote(quote(word.replace(".", "-"), safe="")) for word in words]
    assume("%u" not in unquote(unquote("/".join(names))).lower())
    assert is_below(f"/news/{'/'.join(names)}", "/news/")


@given(st.text("/.%2eEfF5c;\\a", max_size=12))
def test_a_normal_path_stays_so(text: str) -> None:
    normal = normal_path(f"/{text}")
    assert normal.startswith("/")
    assert not {".", ".."} & set(normal.split("/"))


@pytest.mark.parametrize(
    "path", ["/robots.txt", "/%72obots.txt", "/a/../robots.txt", "//robots.txt"]
)
async def test_a_robots_txt_is_one_however_it_is_spelled(path: str) -> None:
    assert is_robots(path)
    with Server({path: redirect("/a"), "/robots.txt": reply(b""), "/a": reply(b"a")}) as server:
        await fetch(server.url(path, "paper.test"), vouched=True)
        assert SECRET not in f"{[request.headers for request in server.requests]}"

"""What a subscriber sends: to its site alone, on each hop anew, and shown nowhere."""

from __future__ import annotations

import copy
import logging
import pickle
import ssl
import traceback
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.errors import FetchError
from scraper.fetch.credentials import (
    Cookie,
    Credentials,
    SiteAccess,
    Withheld,
    header_problem,
    parse_cookies,
    parse_cookies_file,
)
from scraper.model.types import FetchRequest, Response
from tests.clocks import FakeClock
from tests.fetch.kit import MemoryHosts, get, open_fetcher
from tests.servers import Behaviour, Request, Server, drop, raw, redirect, reply
from tests.tables import each_row

pytestmark = pytest.mark.anyio

by_hand = partial(FetchRequest, vouched=True)
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SECRET = "s3cr3t-t0ken"
PEM = Path(__file__).with_name("loopback.pem")


def access(host: str = "news.test", *, insecure: bool = True, cookie: bool = True) -> SiteAccess:
    cookies = (Cookie(name="sid", value=SECRET, domain=host),) if cookie else ()
    return SiteAccess(host, (("Authorization", f"Bearer {SECRET}"),), cookies, insecure)


def sent_to(url: str, *sites: SiteAccess, now: datetime = NOW) -> dict[str, str]:
    pairs = Credentials(sites).headers_for(url, now)
    return {name.decode(): value.decode() for name, value in pairs}


@each_row(
    ("host", "url", "sent"),
    [
        ("news.test", "https://news.test/a", True),
        ("news.test", "https://www.news.test/a", True),
        ("news.test", "https://a.b.news.test:8443/a", True),
        ("news.test", "https://fakenews.test/a", False),
        ("news.test", "https://news.test.evil.test/a", False),
        ("news.test", "https://evil.test/news.test", False),
        ("news.test", "https://evil.test/?https://news.test/", False),
        ("news.test", "https://test/", False),
        ("news.test", "http://news.test/a", False),
        ("www.news.test", "https://www.news.test/a", True),
        ("www.news.test", "https://x.www.news.test/a", True),
        ("www.news.test", "https://news.test/a", False),
        ("www.news.test", "https://m.news.test/a", False),
        ("127.0.0.1", "https://127.0.0.1:8000/", True),
        ("127.0.0.1", "https://1.127.0.0.1/", False),
        ("::1", "https://[::1]/", True),
        ("localhost", "https://press.localhost/", True),
    ],
)
def test_whom_a_secret_is_for(host: str, url: str, sent: bool) -> None:
    assert bool(sent_to(url, access(host, insecure=False))) is sent


def test_without_encryption_only_where_the_site_says_so() -> None:
    assert sent_to("http://news.test/", access(insecure=False)) == {}
    assert sent_to("http://news.test/", access(insecure=True)) == {
        "Authorization": f"Bearer {SECRET}",
        "Cookie": f"sid={SECRET}",
    }


def test_the_most_specific_site_counts_alone() -> None:
    whole = SiteAccess("news.test", (("X-Key", "whole"), ("X-More", "1")))
    part = SiteAccess("paid.news.test", (("X-Key", "part"),))
    assert sent_to("https://a.paid.news.test/", whole, part) == {"X-Key": "part"}
    assert sent_to("https://a.paid.news.test/", part, whole) == {"X-Key": "part"}
    assert sent_to("https://news.test/", part, whole) == {"X-Key": "whole", "X-More": "1"}


def cookies_of(url: str, *lines: str, now: datetime = NOW, insecure: bool = True) -> str:
    cookies, skipped = parse_cookies_file("\n".join(lines))
    assert not skipped
    site = SiteAccess("news.test", (), cookies, insecure)
    return sent_to(url, site, now=now).get("Cookie", "")


LATER = str(int(NOW.timestamp()) + 60)


@each_row(
    ("line", "url", "sent"),
    [
        (".news.test|TRUE|/|FALSE|0|a|b", "https://www.news.test/x", "a=b"),
        (".news.test|TRUE|/|FALSE|0|a|b", "https://news.test/", "a=b"),
        ("news.test|FALSE|/|FALSE|0|a|b", "https://news.test/", "a=b"),
        ("news.test|FALSE|/|FALSE|0|a|b", "https://www.news.test/", ""),
        ("www.news.test|FALSE|/|FALSE|0|a|b", "https://news.test/", ""),
        ("News.Test|TRUE|/|FALSE|0|a|b", "https://www.news.test/", "a=b"),
        (".other.test|TRUE|/|FALSE|0|a|b", "https://news.test/", ""),
        (".test|TRUE|/|FALSE|0|a|b", "https://other.test/", ""),
        ("#HttpOnly_.news.test|TRUE|/|FALSE|0|a|b", "https://www.news.test/", "a=b"),
        # path
        (".news.test|TRUE|/in|FALSE|0|a|b", "https://news.test/in", "a=b"),
        (".news.test|TRUE|/in|FALSE|0|a|b", "https://news.test/in/side?x", "a=b"),
        (".news.test|TRUE|/in/|FALSE|0|a|b", "https://news.test/in/side", "a=b"),
        (".news.test|TRUE|/in|FALSE|0|a|b", "https://news.test/index", ""),
        (".news.test|TRUE|/in/|FALSE|0|a|b", "https://news.test/in", ""),
        # secure
        (".news.test|TRUE|/|TRUE|0|a|b", "https://news.test/", "a=b"),
        (".news.test|TRUE|/|TRUE|0|a|b", "http://news.test/", ""),
        (".news.test|TRUE|/|FALSE|0|a|b", "http://news.test/", "a=b"),
        # expiry
        (f".news.test|TRUE|/|FALSE|{LATER}|a|b", "https://news.test/", "a=b"),
        (f".news.test|TRUE|/|FALSE|{LATER}.5|a|b", "https://news.test/", "a=b"),
        (".news.test|TRUE|/|FALSE|1|a|b", "https://news.test/", ""),
        (f".news.test|TRUE|/|FALSE|{int(NOW.timestamp())}|a|b", "https://news.test/", ""),
        (".news.test|TRUE|/|FALSE|-1|a|b", "https://news.test/", "a=b"),
        (".news.test|TRUE|/|FALSE||a|b", "https://news.test/", "a=b"),
        (".news.test|TRUE|/|FALSE|99999999999999999|a|b", "https://news.test/", "a=b"),
        # names and values
        (".news.test|TRUE|/|FALSE|0|a|", "https://news.test/", "a="),
        (".news.test|TRUE|/|FALSE|0|a", "https://news.test/", "a="),
        (".news.test|TRUE|/|FALSE|0||b", "https://news.test/", "b"),
        ('.news.test|TRUE|/|FALSE|0|a|"x=1, ü"', "https://news.test/", 'a="x=1, ü"'),
        (".news.test|TRUE|/|FALSE|0|a|b\r", "https://news.test/", "a=b"),
    ],
)
def test_a_cookies_own_limits_hold(line: str, url: str, sent: str) -> None:
    assert cookies_of(url, line.replace("|", "\t")) == sent


@each_row(
    "line",
    [
        "news.test TRUE / FALSE 0 a b",
        ".news.test|TRUE|/|FALSE|0|a|b|c",
        ".news.test|TRUE|/|FALSE|soon|a|b",
        ".news.test|TRUE|/|FALSE|nan|a|b",
        ".news.test|TRUE|/|maybe|0|a|b",
        ".news.test|TRUE|no path|FALSE|0|a|b",
        "|TRUE|/|FALSE|0|a|b",
        ".news.test|TRUE|/|FALSE|0|a;b|c",
        ".news.test|TRUE|/|FALSE|0|a|b; c=d",
        ".news.test|TRUE|/|FALSE|0|a|b\0",
        ".news.test|TRUE|/|FALSE|0|a|b\rX-Evil: 1",
        '[{"domain": ".news.test"}]',
    ],
)
def test_a_line_that_is_no_cookie_spoils_no_other(line: str) -> None:
    good = ".news.test\tTRUE\t/\tFALSE\t0\ta\tb"
    text = f"# Netscape HTTP Cookie File\n\n# a comment\n{line.replace('|', chr(9))}\n{good}\n"
    cookies, skipped = parse_cookies_file(text)
    assert [cookie.name for cookie in cookies] == ["a"]
    assert skipped == (4,)


def test_longer_paths_come_first_and_later_ones_take_the_place_of_the_same() -> None:
    def line(path: str, name: str, value: str, domain: str = ".news.test") -> str:
        return f"{domain}\tTRUE\t{path}\tFALSE\t0\t{name}\t{value}"

    lines = [line("/", "a", "1"), line("/in", "b", "2"), line("/", "a", "3"), line("/in", "a", "4")]
    assert cookies_of("https://news.test/in/x", *lines) == "b=2; a=4; a=3"


def test_any_file_is_read() -> None:
    for text in ("\t" * 1_000_000, "\n" * 1_000_000, "#HttpOnly_" * 100_000, "a\t" * 500_000):
        parse_cookies_file(text)
    line = ".news.test\tTRUE\t/\tFALSE\t0\t{0}\tb\n"
    cookies, _ = parse_cookies_file("".join(line.format(n) for n in range(20_000)))
    assert len(cookies) == 20_000


@given(st.text(max_size=200))
def test_any_text_is_a_file_of_cookies(text: str) -> None:
    cookies, _ = parse_cookies_file(text)
    for cookie in cookies:
        cookie.is_for("https://news.test/", NOW)


def test_cookies_as_a_browser_sends_them() -> None:
    cookies = parse_cookies(' a=b;c = "d e" ; ;e=f=g,h;', "news.test")
    site = SiteAccess("news.test", (), cookies)
    assert sent_to("https://x.news.test/y", site) == {"Cookie": 'a=b; c="d e"; e=f=g,h'}


@each_row(
    "text",
    ["", ";", "a", f"{SECRET}", f"Cookie: a={SECRET}", f"a={SECRET}\r\nX: y", f"a={SECRET}\0",
     f"a={SECRET}ü", f"=a{SECRET}", f"a b={SECRET}", f"a=b; {SECRET}", "a=" + SECRET * 1000],
)  # fmt: skip
def test_cookies_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"of them|at least") as caught:
        parse_cookies(text, "news.test")
    assert SECRET not in str(caught.value)


@each_row(
    ("name", "value", "problem"),
    [
        ("Authorization", f"Bearer {SECRET}", None),
        ("X-Key", "a\tb", None),
        ("Accept-Language", "id", None),
        ("X Key", SECRET, "no name"),
        ("X-Key:", SECRET, "no name"),
        ("Schlüssel", SECRET, "no name"),
        ("", SECRET, "no name"),
        ("X-Key\n", SECRET, "no name"),
        ("X-Key", f"{SECRET}\r\nX-Evil: 1", "one line"),
        ("X-Key", f"{SECRET}\0", "one line"),
        ("X-Key", f" {SECRET}", "blanks"),
        ("X-Key", f"{SECRET}\n", "one line"),
        ("X-Key", "ü", "ASCII"),
        ("X-Key", "", "one line"),
        ("X-Key", "x" * 8193, "8192"),
        ("X-Key", 3, "quotation marks"),
        ("HOST", SECRET, "connection"),
        ("content-length", "0", "connection"),
        ("Transfer-Encoding", "chunked", "connection"),
        ("Connection", "close", "connection"),
        ("Proxy-Something", SECRET, "connection"),
        ("Accept-Encoding", "gzip", "by itself"),
        ("If-None-Match", '"1"', "by itself"),
        ("User-Agent", "Mozilla", "user_agent in [fetch]"),
        ("Cookie", f"a={SECRET}", "write cookies"),
    ],
)
def test_headers_that_may_be_set(name: str, value: object, problem: str | None) -> None:
    found = header_problem(name, value)
    if problem is None:
        assert found is None
    else:
        assert found is not None
        assert problem in found
        assert SECRET not in found


@given(st.text(st.characters(max_codepoint=0x100), max_size=20), st.text(max_size=40))
def test_what_is_accepted_can_be_sent(name: str, value: str) -> None:
    pairs: list[tuple[str, str]] = []
    if header_problem(name, value) is None:
        pairs.append((name, value))
    cookies, _ = parse_cookies_file(f".news.test\tTRUE\t/\tFALSE\t0\t{name}\t{value}")
    site = SiteAccess("news.test", tuple(pairs), cookies)
    headers = Credentials((site,)).headers_for("https://news.test/", NOW)
    h11.Request(method="GET", target="/", headers=[(b"Host", b"news.test"), *headers])


def test_no_secret_is_shown_or_pickled() -> None:
    credentials = Credentials((access(),))
    for secret in (credentials, credentials.sites[0], credentials.sites[0].cookies[0]):
        assert SECRET not in repr(secret) + str(secret) + f"{secret}"
        for leak in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError, match="secrets"):
                leak(secret)
    assert "news.test" in repr(credentials)


# --------------------------------------------------------------------- on the wire


def secrets_in(request: Request) -> bool:
    return any(SECRET in f"{name}{value}" for name, value in request.headers)


async def subscribed(url: str, *sites: SiteAccess, hosts: MemoryHosts | None = None) -> Response:
    return await get(url, credentials=Credentials(sites or (access(),)), hosts=hosts)


async def test_each_request_to_the_site_has_them() -> None:
    with Server({"/a": redirect("/b"), "/b": reply(b"b")}) as server:
        await subscribed(server.url("/a", "www.news.test"))
        assert server.targets() == ["/robots.txt", "/a", "/b"]
        assert not secrets_in(server.requests[0])
        for request in server.pages():
            assert request.header("authorization") == f"Bearer {SECRET}"
            assert request.header("cookie") == f"sid={SECRET}"
            assert (request.header("user-agent") or "").startswith("kliping/")


async def test_a_redirect_to_another_site_takes_none_along_and_none_back() -> None:
    with Server() as server:
        server.routes |= {
            "//news.test/a": redirect(server.url("/b", "other.test")),
            "//other.test/b": redirect(server.url("/c", "www.news.test")),
            "//www.news.test/c": reply(b"c"),
        }
        await subscribed(server.url("/a", "news.test"))
        by_host = {
            (request.header("host") or "").partition(":")[0]: secrets_in(request)
            for request in server.requests
        }
        assert by_host == {"news.test": True, "other.test": False, "www.news.test": False}
        assert len(server.requests) == 6  # robots.txt of each host too


async def test_a_robots_txt_that_redirects_elsewhere_takes_none_along() -> None:
    with Server() as server:
        server.routes |= {
            "//news.test/robots.txt": redirect(server.url("/rules", "cdn.test")),
            "//cdn.test/rules": reply(b""),
            "//news.test/a": reply(b"a"),
        }
        await subscribed(server.url("/a", "news.test"))
        assert [secrets_in(request) for request in server.requests] == [False, False, False, True]


async def test_over_tls_but_not_after_a_redirect_to_plain_http(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(PEM))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(PEM)
    with Server({"/b": reply(b"b")}) as plain, Server(tls=tls) as server:
        server.routes["/a"] = redirect(plain.url("/b", "news.test"))
        response = await subscribed(server.url("/a", "news.test"), access(insecure=False))
        assert response.body == b"b"
        assert [secrets_in(request) for request in server.requests] == [False, True]
        assert [secrets_in(request) for request in plain.requests] == [False, False]


async def test_cookies_that_an_answer_sets_are_neither_sent_nor_kept() -> None:
    setting = [("Set-Cookie", f"sid={SECRET}-renewed"), ("set-cookie", "x=y"), ("X-Kept", "1")]
    with Server({"/a": reply(b"a", headers=setting)}) as server:
        async with open_fetcher(credentials=Credentials((access(),))) as fetcher:
            for _ in range(2):
                response = await fetcher.fetch(by_hand(server.url("/a", "news.test")))
                assert SECRET not in repr(response)
                assert ("X-Kept", "1") in response.headers
            # to a site without a subscription they are nobody's secret, and stay as received
            response = await fetcher.fetch(by_hand(server.url("/a", "other.test")))
            assert ("set-cookie", "x=y") in response.headers
        assert {request.header("cookie") for request in server.pages()} == {f"sid={SECRET}", None}


async def test_an_answer_says_whether_it_came_to_a_subscriber() -> None:
    with Server({"/a": reply(b"a"), "/b": redirect("/a"), "/no": reply(b"no", 403)}) as server:
        server.routes["/out"] = redirect(server.url("/a", "other.test"))
        for path in ("/a", "/b", "/no"):
            assert (await subscribed(server.url(path, "news.test"))).with_credentials
            assert not (await subscribed(server.url(path, "other.test"))).with_credentials
        # the body is the last one's alone, to which nothing was sent
        assert not (await subscribed(server.url("/out", "news.test"))).with_credentials
        expired = SiteAccess(
            "news.test", (), (Cookie(name="a", value="b", domain="news.test", expires=1.0),), True
        )
        assert not (await subscribed(server.url("/a", "news.test"), expired)).with_credentials


@pytest.mark.parametrize(
    "behaviour",
    [
        drop(),
        raw(b"nonsense\r\n\r\n"),
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"),
        redirect("javascript:1"),
        redirect("/a"),
        redirect("http://169.254.169.254/"),
        redirect("http://gone.invalid:2/"),
        reply(b"", 429),
        reply(b"", 503, {"Retry-After": "60"}),
        reply(b"no gzip", headers={"Content-Encoding": "gzip"}),
    ],
)
async def test_no_failure_and_no_log_line_tells_a_secret(
    behaviour: Behaviour, caplog: pytest.LogCaptureFixture
) -> None:
    hosts = MemoryHosts()
    with caplog.at_level(logging.DEBUG), Server({"/a": behaviour}) as server:
        with pytest.raises(FetchError) as caught:
            await subscribed(server.url("/a", "news.test"), hosts=hosts)
        assert secrets_in(server.requests[-1])
    told = "".join(traceback.format_exception(caught.value)) + caplog.text
    told += repr(caught.value.__dict__) + repr((hosts.hosts, hosts.robots))
    assert SECRET not in told
    assert SECRET.encode() not in pickle.dumps(caught.value)


async def test_a_cookie_expires_while_the_process_runs() -> None:
    clock = FakeClock()
    cookie = Cookie(
        name="sid", value=SECRET, domain="news.test", expires=clock.now().timestamp() + 10
    )
    site = SiteAccess("news.test", (), (cookie,), insecure=True)
    with Server({"/a": reply(b"a")}) as server:
        async with open_fetcher(clock=clock, credentials=Credentials((site,))) as fetcher:
            for _ in range(2):
                await fetcher.fetch(by_hand(server.url("/a", "news.test")))
                clock.advance(10)
        assert [secrets_in(request) for request in server.pages()] == [True, False]


# --------------------------------------------------------------------- without encryption


@pytest.mark.parametrize("name", ["__Secure-sid", "__Host-sid", "__secure-sid", "__HOST-x"])
def test_a_name_can_say_secure_too(name: str) -> None:
    """RFC 6265bis §4.1.3, whatever the file's own field says."""
    (in_file,) = parse_cookies_file(f".news.test\tTRUE\t/\tFALSE\t0\t{name}\tb")[0]
    for cookie in (in_file, *parse_cookies(f"{name}=b", "news.test")):
        assert cookie.is_for("https://www.news.test/", NOW)
        assert not cookie.is_for("http://www.news.test/", NOW)


SECURE = Cookie(name="sid", value=SECRET, domain="news.test", secure=True)
PLAIN = Cookie(name="theme", value="dark", domain="news.test")
KEY = (("X-Key", SECRET),)


@each_row(
    ("site", "url", "withheld"),
    [
        (SiteAccess("news.test", KEY), "http://news.test/a", Withheld.ALL),
        (SiteAccess("news.test", (), (PLAIN,)), "http://www.news.test/a", Withheld.ALL),
        (SiteAccess("news.test", KEY), "https://news.test/a", None),
        (SiteAccess("news.test", KEY), "http://other.test/a", None),
        (SiteAccess("news.test"), "http://news.test/a", None),
        (SiteAccess("news.test", KEY, (), True), "http://news.test/a", None),
        (SiteAccess("news.test", (), (PLAIN,), True), "http://news.test/a", None),
        (SiteAccess("news.test", KEY, (SECURE,), True), "http://news.test/a", Withheld.COOKIES),
    ],
)
def test_what_stays_back_without_encryption(
    site: SiteAccess, url: str, withheld: Withheld | None
) -> None:
    assert Credentials((site,)).withheld_from(url, NOW) is withheld


async def told_of(*urls: str, site: SiteAccess) -> list[tuple[str, str, Withheld]]:
    told: list[tuple[str, str, Withheld]] = []

    def tell(site: SiteAccess, url: str, withheld: Withheld) -> None:
        told.append((site.host, url, withheld))

    async with open_fetcher(credentials=Credentials((site,), tell)) as fetcher:
        for url in urls:
            await fetcher.fetch(by_hand(url))
    return told


async def test_it_is_told_of_an_answer_that_came_without_them() -> None:
    with Server({"/a": reply(b"a"), "/b": reply(b"no", 403)}) as server:
        urls = [server.url(path, "news.test") for path in ("/a", "/b")]
        told = await told_of(
            *urls, server.url("/a", "other.test"), site=SiteAccess("news.test", KEY)
        )
    assert told == [("news.test", url, Withheld.ALL) for url in urls]


async def test_but_of_no_address_that_leads_to_https(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(PEM))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(PEM)
    with Server() as plain, Server({"/a": reply(b"a")}, tls=tls) as server:
        plain.routes["/a"] = redirect(server.url("/a", "news.test"), 301)
        url = plain.url("/a", "news.test")
        assert await told_of(url, site=access(insecure=False, cookie=False)) == []
        assert [secrets_in(request) for request in server.requests] == [False, True]


async def test_a_cookie_that_plain_http_sets_goes_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Anybody on the way can set one: it must not take the place of a subscriber's over https."""
    monkeypatch.setenv("SSL_CERT_FILE", str(PEM))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(PEM)
    setting = [
        ("Set-Cookie", "sid=forged; Domain=news.test; Path=/; Secure"),
        ("Set-Cookie", "more=forged; Path=/"),
    ]
    credentials = Credentials((SiteAccess("news.test", (), (SECURE,), insecure=True),))
    with (
        Server({"/a": reply(b"a", headers=setting)}) as plain,
        Server({"/a": reply(b"a", headers=setting)}, tls=tls) as server,
    ):
        async with open_fetcher(credentials=credentials) as fetcher:
            for each in (plain, server, plain, server):
                await fetcher.fetch(by_hand(each.url("/a", "news.test")))
        assert {each.header("cookie") for each in plain.requests} == {None}
        assert {each.header("cookie") for each in server.pages()} == {f"sid={SECRET}"}

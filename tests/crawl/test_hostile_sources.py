# ruff: noqa: E501 - tables of cases, one a line
"""Sources that are broken or mean harm, each at a host of its own, in whole crawls: each ends in a
recorded outcome, and what stands beside it comes in."""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path

import httpcore
import pytest
from sqlalchemy import event

import cli
from scraper.fetch import FetchPolicy
from scraper.fetch.guard import Guard
from scraper.model.events import PageDone, SourceDone
from scraper.model.jobs import Poll
from scraper.model.types import Link, Outcome, SourceKind
from scraper.schedule import split_news, split_sitemaps
from storage.frontier.store import Frontier
from storage.ledger.coverage import PollRecord
from storage.records import SourceRecord
from tests.newspaper import article_html, page, rss
from tests.press import DAY, HOUR, START, Press
from tests.servers import (
    Behaviour,
    Request,
    Server,
    drop,
    endless,
    head_of,
    raw,
    redirect,
    reply,
    silent,
)
from tests.tables import each_row

FEED = {"Content-Type": "application/rss+xml"}
XML = {"Content-Type": "application/xml"}
JSON = {"Content-Type": "application/feed+json"}
TEXT = {"Content-Type": "text/plain"}
MEGABYTE = 1 << 20
GOOD = 12
"""Pages of the source that nothing is wrong with."""
DEADLINE = 10.0


# ------------------------------------------------------------------ documents


def feed_of(items: str, head: str = "") -> str:
    return f'<rss version="2.0"><channel><title>Post</title>{head}{items}</channel></rss>'


def item(link: str, date: str = "", title: str = "A story") -> str:
    at = f"<pubDate>{date}</pubDate>" if date else ""
    return f"<item><title>{title}</title><link>{link}</link>{at}</item>"


def urlset(entries: Iterable[tuple[str, str]]) -> str:
    urls = "".join(
        f"<url><loc>{path}</loc>{f'<lastmod>{at}</lastmod>' if at else ''}</url>"
        for path, at in entries
    )
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'


def index(entries: Iterable[tuple[str, str]]) -> str:
    parts = "".join(
        f"<sitemap><loc>{path}</loc>{f'<lastmod>{at}</lastmod>' if at else ''}</sitemap>"
        for path, at in entries
    )
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<sitemapindex xmlns="{space}">{parts}</sitemapindex>'


def bomb(head: bytes, size: int) -> bytes:
    """A gzip body of ``head`` and ``size`` bytes of spaces, in members of a megabyte each."""
    return gzip.compress(head) + gzip.compress(b" " * MEGABYTE) * (size // MEGABYTE)


def sized(body: bytes, length: object, headers: dict[str, str] = FEED) -> Behaviour:
    return raw(head_of(200, [*headers.items(), ("Content-Length", str(length))]) + body)


LAUGHS = "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha" * 50}">' for n in range(12)
)  # fmt: skip
ENTITIES = (
    f'<!DOCTYPE rss [{LAUGHS}<!ENTITY file SYSTEM "file:///etc/passwd">'
    '<!ENTITY web SYSTEM "http://xxe.localhost/stolen">]>'
)
WHOLE = feed_of(item("/a"))
ONE = reply(WHOLE, headers=FEED)
ATTRIBUTES = " ".join(f"a{n}=''" for n in range(100_000))
PAGE = "<html><head><title>Oops</title></head><body><p>Something went wrong.</p></body></html>"
FOREIGN = "".join(item(f"http://victim.localhost/{n}") for n in range(500))
ODD_LINKS = [
    "javascript:alert(1)", "data:text/html,hello", "file:///etc/passwd", "mailto:a@example.com",
    "http://169.254.169.254/latest/meta-data", "http://2852039166/", "http://0.0.0.0/",
    "http://[::ffff:169.254.169.254]/", "http://100.100.100.200/", "http://192.0.2.1/", "http://[fe80::1]/",
    "http://", "http://:80/", "http://a b/", "//", "http://example.com:0/", "http://%00/", "https://[",
    "ftp://example.com/a", "http://" + "a" * 300 + "/", "/" + "a" * 20_000,
]  # fmt: skip


# ------------------------------------------------------------------ the cases


@dataclass(frozen=True)
class Case:
    name: str
    behaviour: Behaviour
    error: str | None = None
    """What the recorded error says; ``None`` where the poll works."""
    kind: SourceKind = SourceKind.FEED
    listed: int | None = None
    path: str = "/feed"
    routes: dict[str, Behaviour] = field(default_factory=dict)


def feeds() -> list[Case]:
    texts: list[tuple[str, str | bytes, str | None, int | None]] = [
        ("cut", WHOLE.replace("</item>", "</item><item><li")[:-30], None, 1),
        ("unclosed", WHOLE.replace("</link>", ""), None, None),
        ("garbage", b"\x93\x01\xff\xfe\x00" * 9000, "neither a feed nor a sitemap", None),
        ("nothing", b"", "empty", None),
        ("blanks", b" \n" * 70_000, "empty", None),
        ("nuls", WHOLE.replace("A story", "A\0 st\0ory"), None, 1),
        ("nuls-only", b"\0" * MEGABYTE, "neither a feed nor a sitemap", None),
        ("utf16", WHOLE.encode("utf-16"), None, 1),
        ("utf16-bare", WHOLE.encode("utf-16-le"), None, 1),
        ("charset", b'<?xml version="1.0" encoding="utf-8"?>' + WHOLE.replace("Post", "Caf\xe9").encode("latin-1"), None, 1),
        ("charset-odd", f'<?xml version="1.0" encoding="x-klingon"?>{WHOLE}', None, 1),
        ("charset-16", f'<?xml version="1.0" encoding="utf-16"?>{WHOLE}', None, 1),
        ("laughs", ENTITIES + feed_of(item("/a", title="&l11;") + item("/&file;") + item("/&web;")), None, None),
        ("attributes", f"<rss {ATTRIBUTES}><channel/></rss>", "attributes", None),
        ("deep", feed_of("<a>" * 50_000), None, None),
        ("years", feed_of(item("/a", "Thu, 01 Jan 2099 00:00:00 GMT") + item("/b", "Thu, 01 Jan 1970 00:00:00 GMT") + item("/c", "Mon, 01 Jan 0001 00:00:00 GMT") + item("/d", "Fri, 31 Dec 9999 23:59:59 -2359")), None, 4),
        ("links", feed_of("".join(map(item, ODD_LINKS)) + item("http://user:secret@links.localhost/u")), None, None),
        ("foreign", feed_of(FOREIGN), None, 500),
        ("items", feed_of("".join(item(f"/{n}") for n in range(2_000))), None, 2_000),
        ("ttl", feed_of(item("/a"), "<ttl>-1</ttl>"), None, 1),
        ("ttl-long", feed_of(item("/a"), f"<ttl>{10**12}</ttl>"), None, 1),
        ("ttl-word", feed_of(item("/a"), "<ttl>abc</ttl>"), None, 1),
        ("ttl-digits", feed_of(item("/a"), f"<ttl>{'9' * 6000}</ttl>"), None, 1),
        ("period", feed_of(item("/a"), f'<sy:updatePeriod xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">hourly</sy:updatePeriod><sy:updateFrequency xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">{"9" * 400}</sy:updateFrequency>'), None, 1),
        ("html", PAGE, "a page, not a feed", None),
    ]  # fmt: skip
    cases = [
        Case(name, reply(body, headers=FEED), error, listed=n) for name, body, error, n in texts
    ]
    jsons: list[tuple[str, str, str | None, int | None]] = [
        ("json", json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"url": f"/{n % 2000}"} for n in range(30_000)]}), None, 2_000),
        ("json-deep", '{"items":' + "[" * 200_000, "nested too deeply", None),
        ("json-number", '{"items":[{"url":"/a","x":' + "9" * 6000 + ',"y":NaN,"title":"\\ud800"}]}', None, 1),
        ("json-surrogate", '{"items":[{"url":"/\\ud800"},{"url":"http://\\udfff/"},{"url":"/a"}]}', None, None),
        ("json-types", '{"items":[null,1,[],{"url":{}},{"url":"/a","date_published":[]}]}', None, 1),
        ("json-cut", '{"items":[{"url":"/a"}', "broken JSON", None),
    ]  # fmt: skip
    cases += [
        Case(name, reply(body, headers=JSON), error, listed=n) for name, body, error, n in jsons
    ]
    return cases


def answers() -> list[Case]:
    """Where HTTP itself goes wrong."""
    whole = WHOLE.encode()
    gz = {**FEED, "Content-Encoding": "gzip"}
    return [
        Case("hangs", silent(), "no complete answer"),
        Case("drips", endless(head_of(200, FEED.items()), b"<", 0.1), "no complete answer"),
        Case("drips-head", endless(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n", 0.1), "no complete answer"),
        Case("pours", endless(head_of(200, FEED.items()), b"<item>" * 10_000), "larger than"),
        Case("pours-head", endless(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n" * 1000), ""),
        Case("drops", drop(), ""),
        Case("resets", raw(b"HTTP/1.1 200 OK\r\nContent-Le"), ""),
        Case("no-http", raw(b"SSH-2.0-OpenSSH_9.2\r\n"), ""),
        Case("long", sized(whole, len(whole) + 50), ""),
        Case("short", sized(whole, len(whole) - 16), None, listed=1),
        Case("length", sized(whole, "abc"), ""),
        Case("length-huge", sized(whole, 10**15), ""),
        Case("gzip-bomb", reply(bomb(whole, 400 * MEGABYTE), headers=gz), "larger than"),
        Case("gzip-cut", reply(gzip.compress(whole)[:-9], headers=gz), ""),
        Case("gzip-lie", reply(whole, headers=gz), ""),
        Case("coding", reply(whole, headers={**FEED, "Content-Encoding": "klingon"}), ""),
        Case("status-999", reply(whole, 999, FEED), "999"),
        Case("status-204", reply(b"", 204, FEED), "empty"),
        Case("status-500", reply(PAGE, 500), "HTTP 500"),
        Case("unasked-304", reply(b"", 304), "304"),
        Case("circle", redirect("/feed"), "circle"),
        Case("further", redirect("/1"), "redirects", routes={f"/{n}": redirect(f"/{n + 1}") for n in range(99)}),
        Case("to-script", redirect("javascript:alert(1)"), "no web address"),
        Case("to-bidi", redirect("data:\u202eevil\u009b31m"), "no web address"),
        Case("to-private", redirect("http://169.254.169.254/"), "forbidden"),
        Case("to-file", redirect("file:///etc/passwd"), "no web address"),
        Case("to-other", redirect("http://good.localhost:PORT/feed"), None, listed=GOOD + len(pages())),
        Case("max-age", reply(WHOLE, headers={**FEED, "Cache-Control": f"max-age={10**9}"}), None, listed=1),
    ]  # fmt: skip


def sitemaps() -> list[Case]:
    gz = {"Content-Type": "application/gzip"}
    kind = SourceKind.SITEMAP
    head = urlset([("/a", "")]).encode()
    cycle = {
        f"/{n}.xml": reply(index([(f"/{(n + 1) % 3}.xml", "")]), headers=XML) for n in range(3)
    }
    return [
        Case("map-bomb", reply(bomb(head[:-9], 1000 * MEGABYTE), headers=gz), None, kind, 1),
        Case("map-bomb-empty", reply(bomb(b"", 1000 * MEGABYTE), headers=gz), "", kind),
        Case("map-members", reply(gzip.compress(b"", 1) * 100_000, headers=gz), "", kind),
        Case("map-60000", reply(gzip.compress(urlset((f"/{n % 2000}", "") for n in range(60_000)).encode()), headers=gz), None, kind, 2_000),
        Case("map-entities", reply(ENTITIES + urlset([("/&l11;", ""), ("/&file;", ""), ("/b", "")]), headers=XML), None, kind),
        Case("map-years", reply(urlset([("/a", "2099-01-01"), ("/b", "1970-01-01"), ("/c", "0001-01-01"), ("/d", "9999-12-31T23:59:59-23:59")]), headers=XML), None, kind, 4),
        Case("map-lists-itself", reply(urlset([("/feed", ""), ("/robots.txt", "")]), headers=XML), None, kind, 2),
        Case("index-100000", reply(gzip.compress(index((f"/{n % 300}.xml", "") for n in range(100_000)).encode()), headers=gz), None, kind, 0),
        Case("index-cycle", cycle["/0.xml"], None, kind, 0, "/0.xml", cycle),
        Case("index-of-pages", reply(index([("/page", "")]), headers=XML), None, kind, 0, routes={"/page": reply(PAGE)}),
        Case("index-private", reply(index([("http://169.254.169.254/s.xml", ""), ("file:///s.xml", "")]), headers=XML), None, kind, 0),
    ]  # fmt: skip


def fronts() -> list[Case]:
    kind = SourceKind.FRONT_PAGE
    story = "/2026/03/01/the-council-debates-the-old-bridge"
    links = "".join(
        f"<a href=/2026/03/01/council-debates-{n}>The council debates {n}</a>"
        for n in range(100_000)
    )
    pages: list[tuple[str, str | bytes, str | None]] = [
        ("front-100000", f"<body>{links}", None),
        ("front-one-link", f'<a href="{story}">' + "council " * 300_000, None),
        ("front-href", f'<a href="/{"a" * 2_000_000}">The council debates</a>', None),
        ("front-nested", f"{'<div>' * 100_000}<a href={story}>The council debates plans</a>", "nested"),
        ("front-templates", "<template>" * 65_000, "nested"),
        ("front-attributes", f"<a {' '.join(f'a{n}' for n in range(50_000))} href={story}>Council</a>", "attributes"),
        ("front-nuls", b"\0" * 2 * MEGABYTE, None),
        ("front-entities", "&lt;" * 400_000, ""),
        ("front-base", f'<base href="http://169.254.169.254/"><a href="{story}">The council debates</a>', None),
        ("front-feed", WHOLE, None),
        ("front-pdf", b"%PDF-1.7\n" + b"\xff" * 1000, "PDF"),
    ]  # fmt: skip
    return [Case(name, reply(body), error, kind, path="/") for name, body, error in pages]


def robots() -> list[Case]:
    big = b"User-agent: *\nDisallow: /secret\n" + b"# nothing\n" * 500_000
    own = "".join("Sitemap: /robots.txt\n" for _ in range(10_000))
    many = "".join(f"Sitemap: http://{n}.localhost/s.xml\n" for n in range(10_000))
    stars = "User-agent: *\nDisallow: /" + "*a" * 900 + "b\n"
    rules = "User-agent: *\n" + "".join(f"Disallow: /{n}*x*y*z$\n" for n in range(12_000))
    texts: list[tuple[str, Behaviour, str | None]] = [
        ("robots-5mb", reply(big, headers=TEXT), None),
        ("robots-nuls", reply(b"User-agent: *\n\0Disallow: /feed\n" + b"\0" * 400_000, headers=TEXT), None),
        ("robots-itself", reply(own, headers=TEXT), None),
        ("robots-many", reply(many, headers=TEXT), None),
        ("robots-stars", reply(stars, headers=TEXT), None),
        ("robots-rules", reply(rules, headers=TEXT), None),
        ("robots-page", reply(PAGE), None),
        ("robots-circle", redirect("/robots.txt"), None),
        ("robots-script", redirect("javascript:alert(1)"), None),
        ("robots-closed", reply("User-agent: *\nDisallow: /\n", headers=TEXT), "robots.txt forbids"),
        ("robots-500", reply(b"", 500), "robots.txt could not be read: HTTP 500"),
        ("robots-hangs", silent(), "robots.txt could not be read"),
        ("robots-drips", endless(head_of(200, TEXT.items()), b"a\n", 0.1), "robots.txt could not be read"),
        ("robots-pours", endless(head_of(200, TEXT.items()), b"Allow: /\n" * 9000), None),
        ("robots-drops", drop(), ""),
        ("robots-bomb", reply(bomb(b"", 400 * MEGABYTE), headers={**TEXT, "Content-Encoding": "gzip"}), None),
        ("robots-private", redirect("http://169.254.169.254/"), "forbidden"),
    ]  # fmt: skip
    return [Case(name, ONE, error, routes={"/robots.txt": there}) for name, there, error in texts]


@cache
def pages() -> dict[str, tuple[Behaviour, Outcome]]:
    """Hostile pages, by name of their host: all are listed by the good feed."""
    body = article_html("A hostile page", "hostile")
    html = {"Content-Type": "text/html"}
    return {
        "page-hangs": (silent(), Outcome.FAILED),
        "page-drips": (endless(head_of(200, html.items()), b"<", 0.1), Outcome.FAILED),
        "page-pours": (endless(head_of(200, html.items()), b"<p>" * 9000), Outcome.FAILED),
        "page-drops": (drop(), Outcome.FAILED),
        "page-long": (sized(body, len(body) + 9, html), Outcome.FAILED),
        "page-circle": (redirect("/p"), Outcome.FAILED),
        "page-private": (redirect("http://169.254.169.254/"), Outcome.FAILED),
        "page-bomb": (reply(bomb(b"", 400 * MEGABYTE), headers={"Content-Encoding": "gzip"}), Outcome.FAILED),
        "page-304": (reply(b"", 304), Outcome.FAILED),
        "page-deep": (reply("<b><i>" * 400_000), Outcome.REJECTED),
        "page-templates": (reply("<template>" * 65_000), Outcome.REJECTED),
        "page-nuls": (reply(b"\0" * 3_000_000), Outcome.REJECTED),
        "page-feed": (ONE, Outcome.REJECTED),
        "page-attributes": (reply(f"<p {' '.join(f'a{n}' for n in range(50_000))}>Council"), Outcome.REJECTED),
        "page-empty": (reply(b""), Outcome.REJECTED),
    }  # fmt: skip


CASES = [*feeds(), *answers(), *sitemaps(), *fronts(), *robots()]

# ------------------------------------------------------------------ one run over all of them


@dataclass
class Ran:
    """What a run over all cases left."""

    sources: dict[str, SourceRecord]
    polls: dict[str, list[PollRecord]]
    pages: dict[str, list[tuple[str, Outcome, str | None]]]
    """By host, without its port: address, outcome and reason."""
    filed: set[str]
    targets: list[str]
    dialled: set[str]
    texts: str


class _Noting(httpcore.AnyIOBackend):
    """Dials for real, and writes down whom."""

    def __init__(self, dialled: set[str]) -> None:
        super().__init__()
        self.dialled = dialled

    async def connect_tcp(
        self, host: str, *more: object, **named: object
    ) -> httpcore.AsyncNetworkStream:
        self.dialled.add(host)
        return await super().connect_tcp(host, *more, **named)  # type: ignore[arg-type]


def at_most(number: int) -> Callable[..., object]:
    """``split_news`` with another limit."""
    return lambda links, limit, now: split_news(links, number, now)


def policy_of(deadline: float) -> Callable[..., FetchPolicy]:
    """What ``Press`` fetches by, with another deadline."""
    return lambda **values: FetchPolicy(**{**values, "deadline": deadline})


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    press = Press(tmp_path_factory.mktemp("hostile") / "press.db")
    dialled: set[str] = set()
    with Server() as server, pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.press.FetchPolicy", policy_of(DEADLINE))
        patch.setattr("scraper.fetch.client.Guard", partial(Guard, dialler=_Noting(dialled)))
        patch.setattr("scraper.crawl.sources.DOCUMENT_CPU_SECONDS", 4.0)
        patch.setattr("scraper.crawl.polling.split_news", at_most(40))
        patch.setattr("scraper.crawl.polling.split_sitemaps", partial(split_sitemaps, limit=3))
        _serve(server, press)
        events = press.crawl(START)
        sources = {_name_of(source.url): source for source in press.sources.list()}
        done: dict[str, list[tuple[str, Outcome, str | None]]] = {}
        for one in events:
            if isinstance(one, PageDone):
                done.setdefault(_name_of(one.url), []).append((one.url, one.outcome, one.reason))
        yield Ran(
            sources=sources,
            polls={name: press.ledger.polls(source.id) for name, source in sources.items()},
            pages=done,
            filed=press.filed(),
            targets=server.targets(),
            dialled=dialled,
            texts=repr(press.sql("SELECT title, last_error FROM source")),
        )
    press.engine.dispose()


def _serve(server: Server, press: Press) -> None:
    for case in CASES:
        host = f"{case.name}.localhost"
        behaviour = case.behaviour
        if case.name == "to-other":
            behaviour = redirect(server.url("/feed", "good.localhost"))
        routes = {case.path: behaviour, **case.routes}
        server.routes |= {f"//{host}{path}": there for path, there in routes.items()}
        press.add(server.url(case.path, host), kind=case.kind, read=True)
    for name, (behaviour, _) in pages().items():
        server.routes[f"//{name}.localhost/p"] = behaviour
    good = {f"/s/{n}": page(f"Story {n}", f"Story {n} is") for n in range(GOOD)}
    listed = [*good, *(server.url("/p", f"{name}.localhost") for name in pages())]
    routes = {**good, "/feed": rss(listed)}
    server.routes |= {f"//good.localhost{path}": there for path, there in routes.items()}
    press.add(server.url("/feed", "good.localhost"), read=True)


def _name_of(url: str) -> str:
    return url.split("/")[2].partition(":")[0].removesuffix(".localhost")


def _marked(case: Case) -> object:
    return pytest.param(case, id=case.name)


@pytest.mark.parametrize("case", [*map(_marked, CASES)])
def test_each_source_ends_in_a_recorded_outcome(case: Case, ran: Ran) -> None:
    source, polls = ran.sources[case.name], ran.polls[case.name]
    poll = polls[-1]  # the first one: parts are polled after it
    assert source.last_polled_at is not None
    assert source.due_at is not None
    assert source.due_at > START
    if case.error is None:
        assert (source.last_error, source.failures) == (None, 0)
        assert poll.outcome == "listed"
        assert case.listed is None or poll.listed == case.listed
        return
    assert poll.outcome == "failed"
    assert poll.error == source.last_error
    assert source.failures == 1
    assert source.last_error is not None
    assert case.error in source.last_error
    assert source.last_error.isprintable(), source.last_error
    assert len(source.last_error) < 600


@each_row("name", pages())
def test_each_page_ends_in_a_recorded_outcome(name: str, ran: Ran) -> None:
    ((_, outcome, reason),) = ran.pages[name]
    assert outcome == pages()[name][1]
    assert reason
    assert reason.isprintable(), reason


def test_what_is_good_comes_in(ran: Ran) -> None:
    assert {f"/s/{n}" for n in range(GOOD)} <= ran.filed


def test_nothing_but_the_server_was_connected_to(ran: Ran) -> None:
    assert ran.dialled <= {"127.0.0.1", "::1"}


def test_no_entity_was_looked_up(ran: Ran) -> None:
    assert not [target for target in ran.targets if "stolen" in target]
    assert "root:" not in ran.texts
    assert "haha" not in ran.texts


def test_a_cycle_of_indexes_is_walked_once(ran: Ran) -> None:
    for number in range(3):
        assert ran.targets.count(f"/{number}.xml") <= 2  # index-cycle and index-100000


def test_an_index_of_pages_says_so_of_each(ran: Ran) -> None:
    polls = ran.polls["index-of-pages"]
    assert [poll.outcome for poll in polls] == ["failed", "listed"]
    assert "a page, not a feed or sitemap" in (polls[0].error or "")


def test_links_to_what_is_no_web_address_are_passed_over(ran: Ran) -> None:
    asked = {url for done in ran.pages.values() for url, _, _ in done}
    assert not [url for url in asked if not url.startswith(("http://", "https://"))]
    assert not [url for url in asked if "secret" in url]
    assert ran.pages["169.254.169.254"][0][1] is Outcome.FAILED
    assert "forbidden_address" in (ran.pages["169.254.169.254"][0][2] or "")


# ------------------------------------------------------------------ over several runs


@pytest.fixture
def press(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Press]:
    monkeypatch.setattr("scraper.isolation.sandbox.os.cpu_count", lambda: 1)  # one child is enough
    archive = Press(tmp_path / "press.db")
    yield archive
    archive.engine.dispose()


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        running.routes |= {f"/s/{n}": page(f"Story {n}", f"Story {n} is") for n in range(20)}
        yield running


def stories(*numbers: int) -> set[str]:
    return {f"/s/{n}" for n in numbers}


def asked(server: Server, path: str) -> int:
    return server.targets().count(path)


def test_odd_dates_keep_no_page_from_being_filed(press: Press, server: Server) -> None:
    dates = ["2099-01-01T00:00:00Z", "9999-12-31", "2026-03-01", "1970-01-01", "0001-01-01", "-5"]
    listed = [(f"/s/{n}", date) for n, date in enumerate(dates)]
    server.routes["/map.xml"] = reply(urlset(listed), headers=XML)
    press.add(server.url("/map.xml"), kind=SourceKind.SITEMAP)
    press.crawl(START, max_articles=4)
    assert len(press.filed()) == 4
    press.crawl(START + timedelta(minutes=1))
    assert press.filed() == stories(*range(6))
    ((latest,),) = press.sql("SELECT max(news_at) FROM page")
    assert latest < "2026-03-01 14"


def test_dates_in_the_future_push_no_news_aside(
    press: Press, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scraper.crawl.polling.split_news", at_most(5))
    fake = [(f"/fake/{n}", "2099-01-01") for n in range(10)]
    server.routes["/map.xml"] = reply(
        urlset([*fake, ("/s/1", "2026-03-01"), ("/s/2", "2026-02-28")]), headers=XML
    )
    press.add(server.url("/map.xml"), kind=SourceKind.SITEMAP)
    press.crawl(START)
    press.crawl(START + DAY)
    assert press.filed() == stories(1, 2)


@pytest.mark.parametrize("date", [START, START + 9_999 * DAY])
def test_dates_make_no_more_than_some_thousands_news(date: datetime) -> None:
    links = [Link(f"http://example.com/{n}", None, date) for n in range(20_000)]
    news, _ = split_news(links, 1_000, START)
    assert len(news) <= 5_000


def test_sitemaps_dated_in_the_future_push_no_other_aside(
    press: Press, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scraper.crawl.polling.split_sitemaps", partial(split_sitemaps, limit=2))
    fake = [(f"/{n}.xml", "2099-01-01") for n in range(3)]
    server.routes |= {
        "/index.xml": reply(index([*fake, ("/news.xml", "2026-03-01")]), headers=XML),
        "/news.xml": reply(urlset([("/s/1", "")]), headers=XML),
    }
    press.add(server.url("/index.xml"), kind=SourceKind.SITEMAP)
    press.crawl(START)
    assert press.filed() == stories(1)


@pytest.mark.parametrize(
    "number",
    [
        3,
        10,
    ],
)
def test_lastmod_that_is_always_now_fetches_no_page_at_each_poll(
    press: Press, server: Server, number: int
) -> None:
    press.add(server.url("/map.xml"), kind=SourceKind.SITEMAP)
    for hours in (0, 2, 5):
        now = START + hours * HOUR
        body = urlset([(f"/s/{n}", now.isoformat()) for n in range(number)])
        server.routes["/map.xml"] = reply(body, headers=XML)
        press.crawl(now)
    assert press.filed() == stories(*range(number))
    assert asked(server, "/map.xml") == 3
    assert [asked(server, f"/s/{n}") for n in range(number)] == [1] * number


def test_an_etag_that_changes_each_time_makes_no_news(press: Press, server: Server) -> None:
    count = 0

    async def behave(request: Request, writer: object) -> bool:
        nonlocal count
        count += 1
        headers = {"ETag": f'"{count}"', "Content-Type": "application/rss+xml"}
        return await rss(["/s/1"], headers)(request, writer)  # type: ignore[arg-type]

    server.routes["/feed"] = behave
    press.add(server.url("/feed"))
    for hours in (0, 2, 5, 14):
        press.crawl(START + hours * HOUR)
    sent = [each.header("if-none-match") for each in server.pages() if each.target == "/feed"]
    assert len(sent) == 4
    assert all(etag in (None, f'"{at}"') for at, etag in enumerate(sent))  # the last one, if any
    assert press.filed() == stories(1)
    (row,) = press.sql("SELECT interval_seconds FROM source")
    assert row[0] > 3600  # it slows down


def test_a_feed_may_send_us_elsewhere_but_not_past_its_rules(
    press: Press, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A feed may list any site's pages: so many at a time, and that site's robots.txt rules."""
    monkeypatch.setattr("scraper.crawl.polling.split_news", at_most(30))
    victim = "victim.localhost"
    links = "".join(item(server.url(f"/v/{n}", victim)) for n in range(500))
    server.routes |= {
        "/feed": reply(feed_of(links), headers=FEED),
        f"//{victim}/robots.txt": reply("User-agent: *\nDisallow: /v/\n", headers=TEXT),
    }
    press.add(server.url("/feed"))
    outcomes = press.pages(START)
    assert len(outcomes) == 30
    assert {(reason or "").partition(":")[0] for _, reason in outcomes.values()} == {"robots"}
    assert not [target for target in server.targets() if target.startswith("/v/")]
    assert asked(server, "/robots.txt") == 2


def test_an_index_without_end_is_not_followed_without_end(press: Press, server: Server) -> None:
    """Each index of it lists indexes that nobody has seen before."""
    count = 0

    async def behave(request: Request, writer: object) -> bool:
        nonlocal count
        count += 1
        stem = request.target.removesuffix(".xml")
        body = index([(f"{stem}/{n}/i.xml", "") for n in range(10)] if count < 64 else [])
        for n in range(10):
            server.routes[f"{stem}/{n}/i.xml"] = behave
        return await reply(body, headers=XML)(request, writer)  # type: ignore[arg-type]

    server.routes["/i.xml"] = behave
    press.add(server.url("/i.xml"), kind=SourceKind.SITEMAP)
    press.crawl(START)
    assert count <= 60


def test_feeds_that_hang_cost_their_host_three_tries(
    press: Press, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.press.FetchPolicy", policy_of(0.3))
    for n in range(6):
        server.routes[f"/feed/{n}"] = silent()
        press.add(server.url(f"/feed/{n}"))
    press.crawl(START)
    assert len(server.pages()) <= 3
    sources = press.sources.list()
    assert all(source.due_at is not None and source.due_at > START for source in sources)


def test_what_is_long_to_read_keeps_no_other_host_waiting(
    press: Press, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scraper.crawl.sources.DOCUMENT_CPU_SECONDS", 0.6)
    monkeypatch.setattr("scraper.crawl.sources.QUICK_CPU_SECONDS", 0.2, raising=False)
    monkeypatch.setattr("scraper.isolation.sandbox.os.cpu_count", lambda: 2)
    hog = reply(feed_of("<a>" * 390_000), headers=FEED)
    for n in range(8):
        server.routes[f"//hog{n}.localhost/feed"] = hog
        press.add(server.url("/feed", f"hog{n}.localhost"), read=True)
    server.routes["/feed"] = rss(stories(1, 2, 3))
    press.add(server.url("/feed"), read=True)
    order = [
        "hog" if isinstance(one, SourceDone) and one.error is not None else "page"
        for one in press.crawl(START)
        if isinstance(one, PageDone) or (isinstance(one, SourceDone) and one.error is not None)
    ]
    assert order.count("hog") == 8
    assert order.count("page") == 3
    last = len(order) - order[::-1].index("page")
    assert order[:last].count("hog") <= 4


# ------------------------------------------------------------------ the archive's one thread


@pytest.fixture
def frontier(press: Press) -> Frontier:
    press.add("http://example.com/map.xml", kind=SourceKind.SITEMAP)
    return Frontier(press.engine)


def poll_of(**values: Sequence[Link]) -> Poll:
    return Poll(1, None, START + DAY, interval=HOUR, **{k: tuple(v) for k, v in values.items()})  # type: ignore[arg-type]


def statements(press: Press, call: Callable[[], object]) -> int:
    """How many statements a call makes."""
    count = 0

    def note(*unused: object) -> None:
        nonlocal count
        count += 1

    event.listen(press.engine, "before_cursor_execute", note)
    try:
        call()
    finally:
        event.remove(press.engine, "before_cursor_execute", note)
    return count


@pytest.mark.parametrize("form", ["/{}/sitemap.xml", "/sitemap.xml?page={}"])
def test_sitemaps_of_one_name_are_stored_in_few_steps(
    press: Press, frontier: Frontier, form: str
) -> None:
    parts = [Link(f"http://example.com{form.format(n)}") for n in range(60)]
    count = statements(press, lambda: frontier.save_poll(poll_of(sitemaps=parts), START))
    ((stored,),) = press.sql("SELECT count(*) FROM source WHERE parent_id IS NOT NULL")
    assert stored == 60
    assert count < 60 * 25


def test_what_is_beyond_the_bound_of_parts_costs_nothing(
    press: Press, frontier: Frontier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.frontier.polls.MAX_PARTS", 20)
    parts = [Link(f"http://example.com/{n}.xml") for n in range(2_000)]
    count = statements(press, lambda: frontier.save_poll(poll_of(older_sitemaps=parts), START))
    assert count < 300


def test_an_address_is_worked_out_once_for_a_poll(
    press: Press, frontier: Frontier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is 0.1 ms of the thread that all hosts share: 15 s for a sitemap of 50,000, three times
    over."""
    from scraper import urls

    seen: list[str] = []
    real = urls.url_key

    def url_key(text: str) -> bytes:
        seen.append(text)
        return real(text)

    monkeypatch.setattr(urls, "url_key", url_key)
    links = [Link(f"http://example.com/{n}") for n in range(3_000)]
    frontier.compare_links(1, links)
    frontier.save_poll(poll_of(links=links[:1000], backlog=links[1000:]), START)
    assert len(seen) <= 3_000 * 1.1


# ------------------------------------------------------------------ what a person sees

NASTY = "\x1b[31mRed\x1b]0;owned\x07 \u202egnp.exe\u2066 \x9b31m [/bad] \x00end"
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.mark.parametrize("json_out", [False, True])
def test_no_control_character_reaches_a_terminal(
    tmp_path: Path,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    json_out: bool,
) -> None:
    config = tmp_path / "kliping.toml"
    config.write_text("[fetch]\nallow_private = true\ndeadline = 10\n[pace]\nmin_delay = 0\n")
    for name, value in {
        "HOME": tmp_path,
        "KLIPING_DB": tmp_path / "x.db",
        "KLIPING_CONFIG": config,
    }.items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    head = f'<link rel="alternate" type="application/rss+xml" title="{NASTY}" href="/feed">'
    feed = feed_of(item("/s/1", title=NASTY) + item("/s/2")).replace("Post", NASTY)
    nasty = article_html(f"Council {NASTY}", "text", author=f"Maria {NASTY}")
    server.routes |= {
        "/": reply(f"<html><head>{head}<title>{NASTY}</title></head><p>Hello"),
        "/feed": reply(feed, headers=FEED),
        "/s/1": reply(nasty),
        "/bad": redirect("data:\u202eevil\u009b31m"),
        "/worse": reply(f"<?xml version='1.0'?><rss><channel><{NASTY}", headers=FEED),
    }
    commands = [
        ("discover", server.url("/")),
        ("sources", "test", server.url("/feed")),
        ("sources", "test", server.url("/bad")),
        ("sources", "test", server.url("/worse")),
        ("sources", "add", server.url("/feed")),
        ("sources", "add", server.url("/bad")),
        ("crawl",),
        ("sources", "list"),
        ("list",),
        ("coverage",),
        ("health",),
    ]
    before = signal.getsignal(signal.SIGTERM)
    try:
        for command in commands:
            cli.main([*command, *(["--json"] if json_out else [])])
            captured = capsys.readouterr()
            text = captured.out + captured.err
            assert not CONTROLS.search(text), (command, text)
            assert "Traceback" not in text, (command, text)
            assert text.strip() or command == ("health",), command
    finally:
        signal.signal(signal.SIGTERM, before)

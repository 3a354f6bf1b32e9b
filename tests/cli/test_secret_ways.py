"""When a secret is sent: the table of SECURITY.md, row by row, with two real sites on loopback.

``paper`` (127.0.0.1) has a subscriber, ``other`` (127.0.0.2) would like to choose what for. What
the log of ``paper`` shows to have come with the secret is compared with what a row allows.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.cli.conftest import QUICK
from tests.cli.newspaper import feed, story
from tests.cli.running import Ended, Kliping, prepare
from tests.crawl.test_parts import page_html
from tests.servers import Behaviour, Server, redirect, reply

SECRET = "s3cr3t-t0ken"
ACCESS = f"""
[sites."127.0.0.1"]
headers = {{ X-Key = "{SECRET}" }}
cookies = "sid={SECRET}"
insecure = true
"""
XML = {"Content-Type": "application/xml"}
CANCEL = "/account/cancel?confirm=1"


@dataclass
class Net:
    user: Kliping
    paper: Server
    other: Server

    def give(self, command: str, *arguments: str) -> Ended:
        return prepare(self.user, *command.split(), *arguments)

    def follow(self, *sources: str) -> None:
        for source in sources:
            ended = self.give("sources add", source)
            assert ended.code == 0, ended.err
        self.give("crawl")

    def paid(self) -> set[str]:
        """What ``paper`` was asked for with the secret; nobody else ever sees it."""
        assert not any(SECRET in f"{each.headers}" for each in self.other.requests)
        with_it = [each for each in self.paper.requests if SECRET in f"{each.headers}"]
        assert {each.method for each in with_it} <= {"GET"}
        assert all(each.header("x-key") and each.header("cookie") for each in with_it)
        return {each.target for each in with_it}

    def asked(self, target: str) -> bool:
        return target in self.paper.targets()


@pytest.fixture
def net(tmp_path: Path) -> Iterator[Net]:
    with Server() as paper, Server(host="127.0.0.2") as other:
        paper.routes |= {
            "/story/1": reply(story(1)),
            "/story/2": reply(story(2)),
            "/account/cancel": reply(story(9)),
        }
        yield Net(Kliping(tmp_path, QUICK + ACCESS), paper, other)


def front(*links: str, head: str = "") -> Behaviour:
    rows = "".join(
        f'<li><h2><a href="{link}">The council decides on case {number} of the harbour</a></h2>'
        for number, link in enumerate(links)
    )
    return reply(f"<html><head>{head}</head><body><main><ul>{rows}</ul></main></body></html>")


def sitemap(*links: str) -> Behaviour:
    rows = "".join(f"<url><loc>{link}</loc></url>" for link in links)
    return reply(f"<urlset>{rows}</urlset>", headers=XML)


def index(*links: str) -> Behaviour:
    rows = "".join(f"<sitemap><loc>{link}</loc></sitemap>" for link in links)
    return reply(f"<sitemapindex>{rows}</sitemapindex>", headers=XML)


def older(links: list[str], page: str) -> Behaviour:
    rows = "".join(f"<entry><title>x</title><link href='{link}'/></entry>" for link in links)
    text = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>T</title>{rows}"
    more = f"<link rel='prev-archive' href='{page}'/></feed>"
    return reply(text + more, headers={"Content-Type": "application/atom+xml"})


# --------------------------------------------------------------------- it is sent

Row = Callable[[Net], set[str]]
"""Plays a row of the table; gives what may, and must, be asked for with the secret."""


def what_a_person_fetches(net: Net) -> set[str]:
    net.give("fetch", net.paper.url("/story/1"))
    net.give("explain", net.paper.url("/story/2"))
    net.give("extract", net.paper.url("/story/3"))
    return {"/story/1", "/story/2", "/story/3"}


def what_a_person_follows_and_it_lists(net: Net) -> set[str]:
    net.paper.routes["/feed.xml"] = feed([net.paper.url("/story/1"), net.other.url("/x")])
    net.follow(net.paper.url("/feed.xml"))
    return {"/feed.xml", "/story/1"}


def what_a_front_page_lists(net: Net) -> set[str]:
    links = [f"/2026/03/01/a-story-of-the-harbour-{number}" for number in range(8)]
    net.paper.routes |= {link: reply(story(n)) for n, link in enumerate(links, start=20)}
    net.paper.routes["/"] = front(*links)
    net.follow(net.paper.url("/"))
    assert net.paid() >= {"/", *links}
    return net.paid() - {"/robots.txt"}  # and the usual addresses of feeds


def what_discover_asks_of_the_site(net: Net) -> set[str]:
    head = '<link rel=alternate type="application/rss+xml" href="/feed.xml">'
    net.paper.routes["/"] = front(head=head)
    net.paper.routes["/feed.xml"] = feed([net.paper.url("/story/1")])
    net.paper.routes["/robots.txt"] = reply(f"Sitemap: {net.paper.url('/map.xml')}")
    net.paper.routes["/map.xml"] = sitemap(net.paper.url("/story/2"))
    assert net.give("discover", net.paper.url("/")).code == 0
    return {"/", "/feed.xml", "/map.xml"}


def where_the_site_itself_redirects(net: Net) -> set[str]:
    net.paper.routes["/moved"] = redirect("/story/1")
    net.give("fetch", net.paper.url("/moved"))
    return {"/moved", "/story/1"}


def sitemaps_of_its_index_and_of_its_robots_txt(net: Net) -> set[str]:
    net.paper.routes |= {
        "/feed.xml": feed([]),
        "/robots.txt": reply(f"Sitemap: {net.paper.url('/index.xml')}"),
        "/index.xml": index(net.paper.url("/part.xml")),
        "/part.xml": sitemap(net.paper.url("/story/2")),
    }
    net.follow(net.paper.url("/feed.xml"))
    for _ in range(2):
        net.give("crawl --backfill --since 2000-01-01")
    return {"/feed.xml", "/index.xml", "/part.xml", "/story/2"}


def pages_of_older_entries(net: Net) -> set[str]:
    here = net.paper.url
    net.paper.routes["/feed.atom"] = older([here("/story/1")], here("/older.atom"))
    net.paper.routes["/older.atom"] = older([here("/story/2")], here("/older.atom"))
    net.follow(here("/feed.atom"))
    net.give("crawl --backfill --since 2000-01-01")
    assert net.paid() >= {"/feed.atom", "/older.atom", "/story/1", "/story/2"}
    return net.paid() & {"/feed.atom", "/older.atom", "/story/1", "/story/2", "/sitemap.xml"}


def further_pages_and_other_versions_of_an_article(net: Net) -> set[str]:
    net.paper.routes |= {
        **{f"/long-story?page={number}": reply(page_html(number, 2)) for number in (1, 2)},
        "/long-story": reply(page_html(1, 2)),
        "/shell": reply("<title>A shell</title><link rel=amphtml href='/shell/amp'><p>Loading"),
        "/shell/amp": reply(story(5)),
    }
    net.give("fetch", net.paper.url("/long-story"), net.paper.url("/shell"))
    return {"/long-story", "/long-story?page=2", "/shell", "/shell/amp"}


def pages_that_lead_on_from_an_address_of_another_sites(net: Net) -> set[str]:
    further_pages_and_other_versions_of_an_article(net)
    net.paper.requests.clear()
    net.user = Kliping(net.user.home / "..", net.user.config)
    links = [net.paper.url("/long-story"), net.paper.url("/shell")]
    net.other.routes["/feed.xml"] = feed(links)
    net.follow(net.other.url("/feed.xml"))
    assert net.asked("/long-story?page=2")
    assert net.asked("/shell/amp")
    return set()


def a_single_page_that_a_rule_knows(net: Net) -> set[str]:
    net.user.config = f'{QUICK}{ACCESS}[rules."127.0.0.1"]\nsingle_page = "?page=all"\n'
    net.paper.routes["/story/1?page=all"] = reply(story(1))
    net.give("fetch", net.paper.url("/story/1"))
    return {"/story/1?page=all"}


def only_below_the_paths_that_are_named(net: Net) -> set[str]:
    net.user.config = f'{QUICK}{ACCESS}paths = ["/news/"]\n'
    ways: tuple[str, ...] = (
        "/news/../account/a",
        "/news/%2e%2e/account/b",
        "/news/..%2faccount/c",
        "/account/d",
    )
    ways += ("/news/..%2faccount%5c..%5c..%5cnews/e", "/news/..%2faccount%252f..%252f..%252fnews/f")
    inside = ("/news/a", "/news/b/c?x=/account", "/account/../news/e")
    net.give("fetch", *map(net.paper.url, (*ways, *inside)))
    paid = net.paid()
    assert {"/news/a", "/news/b/c?x=/account"} <= paid
    return {target for target in paid if target.startswith("/news/") and ".." not in target}


# --------------------------------------------------------------------- it is not sent


def what_the_feed_of_another_site_lists(net: Net) -> set[str]:
    net.other.routes["/feed.xml"] = feed([net.paper.url(CANCEL), net.paper.url("/story/1")])
    net.follow(net.other.url("/feed.xml"))
    assert net.asked(CANCEL)
    assert net.asked("/story/1")
    return set()


def what_the_front_page_of_another_site_lists(net: Net) -> set[str]:
    own = [f"/2026/03/01/a-story-of-the-harbour-{number}" for number in range(8)]
    head = f'<link rel=alternate type="application/rss+xml" href="{net.paper.url("/feed.xml")}">'
    net.paper.routes["/feed.xml"] = feed([net.paper.url("/story/1")])
    net.other.routes["/"] = front(*own, net.paper.url(CANCEL), head=head)
    net.give("discover", net.other.url("/"))
    net.follow(net.other.url("/"))
    net.give("crawl")
    assert net.asked("/feed.xml")
    return set()


def what_sitemaps_of_another_site_list(net: Net) -> set[str]:
    net.paper.routes["/part.xml"] = sitemap(net.paper.url("/story/1"))
    net.other.routes |= {
        "/robots.txt": reply(f"Sitemap: {net.paper.url('/part.xml?confirm=1')}"),
        "/index.xml": index(net.paper.url("/part.xml"), net.other.url("/own.xml")),
        "/own.xml": sitemap(net.paper.url(CANCEL)),
        "/part.xml": sitemap(),
    }
    net.follow(net.other.url("/index.xml"))
    for _ in range(2):
        net.give("crawl --backfill --since 2000-01-01")
    assert net.asked(CANCEL)
    assert net.asked("/part.xml")
    assert net.asked("/story/1")
    return set()


def what_another_site_lists_in_the_place_of_its_own_feed(net: Net) -> set[str]:
    """The feed moved to somebody else's machines, and pages of older entries with it."""
    net.paper.routes["/feed.atom"] = redirect(net.other.url("/feed.atom"))
    net.other.routes["/feed.atom"] = older([net.paper.url(CANCEL)], net.paper.url("/old?go=1"))
    net.paper.routes["/old"] = older([net.paper.url("/story/1")], net.paper.url("/old?go=1"))
    net.follow(net.paper.url("/feed.atom"))
    for _ in range(2):
        net.give("crawl --backfill --since 2000-01-01")
    assert net.asked(CANCEL)
    assert net.asked("/old?go=1")
    assert net.asked("/story/1")
    return net.paid() & {"/feed.atom", "/sitemap.xml"}


def where_another_site_redirects(net: Net) -> set[str]:
    net.other.routes["/x"] = redirect(net.paper.url(CANCEL))
    net.other.routes["/feed.xml"] = redirect(net.paper.url("/feed.xml"))
    net.paper.routes["/feed.xml"] = feed([net.paper.url("/story/1")])
    net.give("fetch", net.other.url("/x"))
    net.follow(net.other.url("/feed.xml"))
    assert net.asked(CANCEL)
    assert net.asked("/story/1")
    return set()


def back_from_another_site(net: Net) -> set[str]:
    net.paper.routes["/out"] = redirect(net.other.url("/back"))
    net.other.routes["/back"] = redirect(net.paper.url(CANCEL))
    net.give("fetch", net.paper.url("/out"))
    assert net.asked(CANCEL)
    return {"/out"}


def robots_txt_and_what_it_leads_to(net: Net) -> set[str]:
    net.paper.routes["/robots.txt"] = redirect("/rules")
    net.paper.routes["/rules"] = reply("")
    net.give("fetch", net.paper.url("/story/1"))
    net.give("fetch", net.paper.url("/robots.txt"))
    return {"/story/1"}


def sitemaps_of_a_robots_txt_that_another_site_wrote(net: Net) -> set[str]:
    net.paper.routes["/robots.txt"] = redirect(net.other.url("/robots.txt"))
    net.other.routes["/robots.txt"] = reply(f"Sitemap: {net.paper.url(CANCEL)}")
    net.paper.routes["/feed.xml"] = feed([])
    net.follow(net.paper.url("/feed.xml"))
    net.give("crawl --backfill --since 2000-01-01")
    assert not net.asked(CANCEL)
    return net.paid() & {"/feed.xml", "/sitemap.xml"}


def where_the_robots_txt_of_another_site_leads(net: Net) -> set[str]:
    net.paper.routes["/robots.txt"] = reply("User-agent: *\nDisallow: /account/")
    net.other.routes |= {"/robots.txt": redirect(net.paper.url(CANCEL)), "/x": reply(story(7))}
    assert net.give("fetch", net.other.url("/x")).code == 0
    assert not net.asked(CANCEL)  # nor is it asked without one
    net.paper.routes["/open"] = reply("User-agent: *\nDisallow: /y")
    net.other.routes["/robots.txt"] = redirect(net.paper.url("/open"))
    net.user = Kliping(net.user.home / "..", net.user.config)
    net.give("fetch", net.other.url("/x"), net.other.url("/y"))
    assert net.asked("/open")
    return set()


def what_another_site_listed_first(net: Net) -> set[str]:
    """As old ones, spelled its own way: until the site lists it, or a person gives it, too."""
    net.paper.routes |= {
        "/part.xml": sitemap(net.paper.url("/story/1")),
        "/given.xml": sitemap(net.paper.url("/story/2")),
        "/index.xml": index(net.paper.url("/part.xml")),
    }
    theirs = "".join(
        f"<sitemap><loc>{url}</loc><lastmod>{day}</lastmod></sitemap>"
        for url, day in (
            (net.paper.url("/part.xml?utm_source=x"), "2001-01-01"),
            (net.paper.url("/given.xml?utm_source=x"), "2001-01-01"),
            *((net.other.url(f"/{n}.xml"), "2002-01-01") for n in range(60)),
        )
    )
    net.other.routes["/index.xml"] = reply(f"<sitemapindex>{theirs}</sitemapindex>", headers=XML)
    net.follow(net.other.url("/index.xml"))
    assert not net.paper.requests
    net.follow(net.paper.url("/index.xml"), net.paper.url("/given.xml"))
    return {"/index.xml", "/part.xml", "/given.xml", "/story/1", "/story/2"}


def without_encryption(net: Net) -> set[str]:
    net.user.config = QUICK + ACCESS.replace("insecure = true", "insecure = false")
    net.give("fetch", net.paper.url("/story/1"))
    assert net.asked("/story/1")
    return set()


ROWS: tuple[Row, ...] = (
    what_a_person_fetches,
    what_a_person_follows_and_it_lists,
    what_a_front_page_lists,
    what_discover_asks_of_the_site,
    where_the_site_itself_redirects,
    sitemaps_of_its_index_and_of_its_robots_txt,
    pages_of_older_entries,
    further_pages_and_other_versions_of_an_article,
    a_single_page_that_a_rule_knows,
    only_below_the_paths_that_are_named,
    what_the_feed_of_another_site_lists,
    pages_that_lead_on_from_an_address_of_another_sites,
    what_the_front_page_of_another_site_lists,
    what_sitemaps_of_another_site_list,
    what_another_site_lists_in_the_place_of_its_own_feed,
    where_another_site_redirects,
    back_from_another_site,
    robots_txt_and_what_it_leads_to,
    sitemaps_of_a_robots_txt_that_another_site_wrote,
    where_the_robots_txt_of_another_site_leads,
    what_another_site_listed_first,
    without_encryption,
)


@pytest.mark.parametrize("row", ROWS, ids=[row.__name__ for row in ROWS])
def test_the_table(row: Row, net: Net) -> None:
    allowed = row(net)
    # The usual places, which kliping tries by itself at a site that a person gave.
    assert without_guesses(net.paid() - allowed) == set()
    assert allowed <= net.paid()
    assert "/robots.txt" not in net.paid()


def without_guesses(targets: set[str]) -> set[str]:
    return {each for each in targets if each.rstrip("/").rpartition("/")[2] not in GUESSED}


GUESSED = frozenset(
    "feed rss.xml feed.xml rss atom.xml index.xml feed.json sitemap.xml news-sitemap.xml "
    "sitemap_index.xml wp-sitemap.xml sitemap-news.xml".split()
)


def test_what_another_site_listed_is_told_once(net: Net) -> None:
    net.other.routes["/feed.xml"] = feed([net.paper.url("/story/1"), net.paper.url("/story/2")])
    net.follow(net.other.url("/feed.xml"))
    net.user = Kliping(net.user.home / "..", net.user.config)
    net.give("sources add", net.other.url("/feed.xml"))
    told = [line for line in net.give("crawl").errors if "not sent" in line]
    assert len(told) == 1
    assert '[sites."127.0.0.1"]: its headers and cookies were not sent to http://127' in told[0]
    assert "which another site listed or led to; follow a source of the site's own" in told[0]
    assert SECRET not in told[0]


def test_a_source_that_another_site_named_is_ones_own_once_its_address_is_given(net: Net) -> None:
    feed_url = net.paper.url("/feed.xml")
    head = f'<link rel=alternate type="application/rss+xml" href="{feed_url}">'
    net.other.routes["/"] = front(head=head)
    net.paper.routes["/feed.xml"] = feed([net.paper.url("/story/1")])
    net.follow(net.other.url("/"))
    assert net.asked("/story/1")
    assert net.paid() == set()
    assert net.give("sources add", feed_url).code == 0
    net.give("crawl", feed_url)
    assert net.paid() == {"/feed.xml"}


# --------------------------------------------------------------------- the law


@dataclass(frozen=True)
class Web:
    """Two sites whose addresses lead to each other in any way: ``h0`` … of the honest one, ``e0`` …
    of the other. The law is worked out from this alone."""

    kinds: dict[str, str]
    """By address what is there: ``feed``, ``index``, ``map``, ``front``, ``redirect``, ``page``."""
    leads: dict[str, tuple[str, ...]]
    robots: dict[str, str]
    """By site (``h``, ``e``) where its robots.txt redirects, or nothing."""
    followed: tuple[str, ...]
    fetched: tuple[str, ...]

    def allowed(self) -> set[str]:
        """What can be reached from what a person gave without leaving the honest site."""
        found, ahead = set[str](), [*self.followed, *self.fetched]
        while ahead:
            at = ahead.pop()
            if at.startswith("h") and at not in found:
                found.add(at)
                ahead += self.leads[at]
                if self.kinds[at] == "redirect" and not self.leads[at]:
                    found.add("none")  # of the same site
        return found

    def open(self, net: Net) -> None:
        for at, kind in self.kinds.items():
            server, links = self._server(net, at), [self.url(net, to) for to in self.leads[at]]
            made: dict[str, Callable[[], Behaviour]] = {
                "feed": lambda links=links: feed(links),  # type: ignore[misc]
                "index": lambda links=links: index(*links),  # type: ignore[misc]
                "map": lambda links=links: sitemap(*links),  # type: ignore[misc]
                "front": lambda links=links: front(*links),  # type: ignore[misc]
                "older": lambda links=links: older(links, (links or [""])[-1]),  # type: ignore[misc]
                "redirect": lambda links=links: redirect((links or ["/none"])[0]),  # type: ignore[misc]
                "page": lambda at=at: reply(story(int(at[1:]) + 20)),  # type: ignore[misc]
            }
            server.routes[f"/{at}"] = made[kind]()
        for site, to in self.robots.items():
            self._server(net, site).routes["/robots.txt"] = redirect(self.url(net, to))

    def url(self, net: Net, at: str) -> str:
        return self._server(net, at).url(f"/{at}")

    def _server(self, net: Net, at: str) -> Server:
        return net.paper if at.startswith("h") else net.other


NAMES = tuple(f"{site}{number}" for site in "he" for number in range(7))
KINDS = ("feed", "index", "map", "front", "older", "redirect", "page")


@st.composite
def webs(draw: st.DrawFn) -> Web:
    kinds = {at: draw(st.sampled_from(KINDS)) for at in NAMES}
    some = st.lists(st.sampled_from(NAMES), max_size=4, unique=True).map(tuple)
    leads = {at: () if kind == "page" else draw(some) for at, kind in kinds.items()}
    robots = draw(st.dictionaries(st.sampled_from("he"), st.sampled_from(NAMES)))
    given = st.lists(st.sampled_from(NAMES), max_size=3, unique=True).map(tuple)
    return Web(kinds, leads, robots, draw(given), draw(given))


@pytest.mark.timeout(600)
@settings(
    max_examples=int(os.environ.get("SECRET_WEBS", "3")), deadline=None, phases=[Phase.generate]
)
@given(web=webs())
def test_whatever_another_site_builds_the_log_shows_secrets_where_the_law_has_them(
    web: Web, tmp_path_factory: pytest.TempPathFactory
) -> None:
    user = Kliping(tmp_path_factory.mktemp("law"), QUICK + ACCESS)
    with Server() as paper, Server(host="127.0.0.2") as other:
        net = Net(user, paper, other)
        web.open(net)
        for at in web.followed:
            net.give("sources add", web.url(net, at))
        for at in web.fetched:
            net.give("fetch", web.url(net, at))
        net.give("crawl")
        net.give("crawl --backfill --since 2000-01-01")
        paid = {target.strip("/") for target in without_guesses(net.paid())}
        assert paid <= web.allowed()
        # and where a person asks, and nothing stands in the way, they are sent
        if "h" not in web.robots:
            asked = {at for at in web.fetched if at.startswith("h")}
            assert asked <= paid

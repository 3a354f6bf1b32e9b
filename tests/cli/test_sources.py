"""``kliping sources``: adding, importing, listing, removing."""

from __future__ import annotations

import pytest

from tests.cli.newspaper import FEED_TYPE, feed, newspaper
from tests.cli.running import Kliping, RunHere
from tests.cli.terminals import on_terminal
from tests.servers import Server, redirect, reply

KEYS = [
    "id", "name", "url", "kind", "title", "articles", "added_at", "last_polled_at", "due_at",
    "failures", "last_error", "parts", "disabled_at", "disabled_reason", "folder",
    "only",
    "images",
]  # fmt: skip


def names(user: Kliping, run_here: RunHere) -> list[str]:
    return [line.split("\t")[1] for line in run_here(user, "sources", "list").out.splitlines()]


def test_add_list_remove(kliping: Kliping, run_here: RunHere, server: Server) -> None:
    url = newspaper(server, 3)
    ended = run_here(kliping, "sources", "add", url, "--name", "The  Mole")
    assert (ended.code, ended.out) == (0, "")
    assert ended.errors == [
        "kliping: added source The Mole: a feed of 3 articles",
        "kliping: `kliping crawl` fetches what is new of its 3 links",
    ]
    asked = len(server.requests)
    again = run_here(kliping, "sources", "add", url + "?utm_source=x#y")
    assert (again.code, again.out) == (0, "")
    assert "known already: source The Mole" in again.err
    assert len(server.requests) == asked
    (line,) = run_here(kliping, "sources", "list").out.splitlines()
    assert line == f"1\tThe Mole\tfeed\t{url}\t"
    (source,) = run_here(kliping, "sources", "list", "--json").objects
    assert list(source) == KEYS
    assert (source["title"], source["failures"], source["last_error"]) == ("The Mole", 0, None)
    assert run_here(kliping, "crawl", "-q").code == 0
    assert run_here(kliping, "sources", "list", "--json").objects[0]["articles"] == 3
    for wanted in ("the mule", "7", "http://example.com/"):
        missing = run_here(kliping, "sources", "remove", wanted)
        assert (missing.code, missing.out) == (2, "")
        assert ("the nearest is 'The Mole'" in missing.err) == (wanted == "the mule")
        assert "`kliping sources list` shows all" in missing.err
    assert run_here(kliping, "sources", "remove", "The Mole").code == 0
    assert names(kliping, run_here) == []
    assert len(run_here(kliping, "list").out.splitlines()) == 3


def test_what_was_read_is_kept(kliping: Kliping, run_here: RunHere, server: Server) -> None:
    """The source is due at once, but its links are queued already, and its validators known."""
    url = newspaper(server, 2)
    links = [server.url(f"/story/{number}") for number in (1, 2)]
    first = feed(links, headers={"ETag": '"one"'})
    server.routes["/feed.xml"] = [first, reply("", 304, headers={"ETag": '"one"'})]
    assert run_here(kliping, "sources", "add", url).code == 0
    assert run_here(kliping, "crawl", "-q").code == 0
    polls = [each for each in server.requests if each.target == "/feed.xml"]
    assert [each.header("if-none-match") for each in polls] == [None, '"one"']
    assert len(run_here(kliping, "list").out.splitlines()) == 2


def test_add_says_what_was_picked_and_why(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    url = newspaper(server, 3)
    server.routes["/"] = reply(
        '<link rel="alternate" type="application/rss+xml" href="/feed.xml"><h2>'
        '<a href="/story/1">The harbour council decides the case of the mole</a></h2>'
    )
    picked, why, then = run_here(kliping, "sources", "add", server.url("/")).errors
    assert picked.endswith(f": {url} (link rel=alternate): a feed of 3 articles")
    assert "first of 2 offers (a feed goes before a front page)" in why
    assert then == "kliping: `kliping crawl` fetches what is new of its 3 links"


def test_add_quietly(kliping: Kliping, run_here: RunHere, server: Server) -> None:
    url = newspaper(server, 3)
    for _ in range(2):
        ended = run_here(kliping, "sources", "add", url, "-q")
        assert (ended.code, ended.out, ended.err) == (0, "", "")
    ended = run_here(kliping, "sources", "add", url, "--quiet", "--json")
    assert (ended.objects[0]["url"], ended.err) == (url, "")
    failed = run_here(kliping, "sources", "add", server.url("/missing"), "-q")
    assert (failed.code, len(failed.errors)) == (4, 1)


PAGE = (
    '<html><head><link rel="alternate" type="application/rss+xml" href="/a.xml">'
    '<link rel="alternate" type="application/atom+xml" href="/b.xml"></head><p>Hello</html>'
)


@pytest.mark.parametrize(
    ("path", "code", "words"),
    [
        ("/page", 2, ["/a.xml", "/b.xml", "not a feed"]),
        ("/missing", 4, ["HTTP 404"]),
        ("/down", 4, ["HTTP 503"]),
        ("/forbidden", 5, ["HTTP 403", "another address"]),
        ("/hidden/feed", 5, ["robots"]),
        ("/broken", 4, ["feed"]),
        ("/empty", 4, ["empty"]),
    ],
)
def test_what_is_no_feed(
    kliping: Kliping, run_here: RunHere, server: Server, path: str, code: int, words: list[str]
) -> None:
    server.routes |= {
        "/robots.txt": reply(
            "User-agent: *\nDisallow: /hidden/", headers={"Content-Type": "text/plain"}
        ),
        "/page": reply(PAGE),
        "/down": reply("later", 503),
        "/forbidden": reply("no", 403),
        "/broken": reply("<?xml version='1.0'?><rss><chan", headers=FEED_TYPE),
        "/empty": reply("", headers=FEED_TYPE),
    }
    ended = run_here(kliping, "sources", "add", server.url(path))
    assert (ended.code, ended.out) == (code, "")
    (line,) = ended.errors
    assert line.startswith(f"kliping: {server.url(path)}: ")
    for word in words:
        assert word in line
    assert names(kliping, run_here) == []


def test_addresses_that_are_none(kliping: Kliping, run_here: RunHere) -> None:
    for url in ("example/feed", "file:///etc/passwd", "http://"):
        ended = run_here(kliping, "sources", "add", url)
        assert (ended.code, ended.out) == (2, "")
        assert len(ended.errors) == 1
    ended = run_here(kliping, "sources", "add", "http://127.0.0.1:2/feed")
    assert ended.code == 4
    kliping.config = ""
    ended = run_here(kliping, "sources", "add", "http://127.0.0.1:2/feed")
    assert ended.code == 5
    assert "--allow-private" in ended.err


def test_a_moved_feed_is_known_by_the_address_given(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    newspaper(server, 1)
    server.routes["/old"] = redirect("/feed.xml", 301)
    assert run_here(kliping, "sources", "add", server.url("/old")).code == 0
    assert "known already" in run_here(kliping, "sources", "add", server.url("/old")).err


def test_switched_off_and_on_twice(kliping: Kliping, run_here: RunHere, server: Server) -> None:
    run_here(kliping, "sources", "add", newspaper(server, 1), "--name", "mole")

    def said(*arguments: object) -> str:
        ended = run_here(kliping, "sources", *arguments)
        assert (ended.code, ended.out) == (0, "")
        return ended.err

    assert "source mole is not disabled" in said("enable", "mole")
    assert "mole is no longer polled: a wall; " in said("disable", "mole", "--reason", "a wall")
    again = said("disable", "mole")
    assert "mole was disabled already, since 2" in again
    assert ": a wall; " in again
    assert ": gone; " in said("disable", "mole", "--reason", " gone ")
    assert "mole is polled again" in said("enable", "mole")


def test_a_page_of_many_links_is_told_to_be_cut(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    teasers = "".join(
        f"<h2><a href=/2026/03/01/council-debates-plan-{n}>The council debates plan {n}</a></h2>"
        for n in range(400)
    )
    server.routes["/"] = reply(f"<main>{teasers}</main>")
    said = run_here(kliping, "sources", "test", server.url("/")).err
    assert "with 300 links (the most that are taken of a page), 300 of them new" in said


# --------------------------------------------------------------------- import


def test_import_of_lines(kliping: Kliping, run_here: RunHere, server: Server) -> None:
    server.routes |= {"/a": feed([]), "/b": reply("oops", 500), "/page": reply(PAGE)}
    path = kliping.home / "feeds.txt"
    path.write_text(f"# mine\n{server.url('/a')}\n{server.url('/b')}\nhttp://127.0.0.1:2/c\n")
    ended = run_here(kliping, "sources", "import", path)
    assert (ended.code, ended.out) == (0, "")
    down, dead, count = ended.errors
    assert f"{path}, line 3: {server.url('/b')}: the server answered HTTP 500; kept" in down
    assert f"{path}, line 4: http://127.0.0.1:2/c: " in dead
    assert count == "kliping: 3 new, 0 known already"
    sources = run_here(kliping, "sources", "list", "--json").objects
    assert [each["url"] for each in sources] == [
        server.url("/a"), server.url("/b"), "http://127.0.0.1:2/c",
    ]  # fmt: skip
    assert all(each["due_at"] for each in sources)
    asked = len(server.requests)
    again = run_here(kliping, "sources", "import", path, "-q")
    assert (again.code, again.out, again.err) == (0, "", "")
    assert len(server.requests) == asked, "only new addresses are probed"


def test_import_with_bad_lines_keeps_the_good_ones(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    """What answers with something else may be a source under maintenance: it is kept, too."""
    others = {"/page": reply(PAGE), "/none": reply("", 204), "/part": reply("<p>Hello", 206)}
    server.routes |= {"/a": feed([]), **others}
    urls = [server.url(path) for path in ("/a", *others)]
    text = "\n".join(("nonsense", *urls))
    ended = run_here(kliping, "sources", "import", "-", stdin=text)
    assert (ended.code, ended.out) == (2, "")
    assert ended.errors[0].startswith("kliping: standard input, line 1: 'nonsense'")
    for line, told in zip((3, 4, 5), ended.errors[1:], strict=False):
        assert told.startswith(f"kliping: standard input, line {line}: ")
        assert told.endswith("; kept, the next crawl tries it again")
    assert ended.errors[-1] == "kliping: 4 new, 0 known already"
    listed = run_here(kliping, "sources", "list", "--json").objects
    assert [each["url"] for each in listed] == urls
    server.routes["/page"] = feed([server.url("/a-story")])  # it is over
    assert "1 page: 1 failed; 4 sources polled" in run_here(kliping, "crawl").errors[-1]


def test_import_of_opml(kliping: Kliping, run_here: RunHere, server: Server) -> None:
    server.routes |= {"/a": feed([]), "/b": feed([])}
    path = kliping.home / "feeds.opml"
    path.write_text(
        '<opml version="2.0"><body><outline text="News">'
        f'<outline text="A" xmlUrl="{server.url("/a")}"/>'
        f'<outline text="A" xmlUrl="{server.url("/b")}"/><outline text="12" xmlUrl="nonsense"/>'
        "</outline></body></opml>"
    )
    ended = run_here(kliping, "sources", "import", path)
    assert ended.code == 2
    assert f"{path}, line 1: 'nonsense'" in ended.err
    assert names(kliping, run_here) == ["A", "A-2"]


def test_import_of_what_cannot_be_read(kliping: Kliping, run_here: RunHere) -> None:
    (kliping.home / "bomb.opml").write_text('<!DOCTYPE x [<!ENTITY a "b">]><opml>&a;</opml>')
    (kliping.home / "binary").write_bytes(b"\x89PNG\xff\xfe")
    for name in ("missing.txt", "bomb.opml", "binary", "."):
        ended = run_here(kliping, "sources", "import", kliping.home / name)
        assert (ended.code, ended.out) == (2, "")
        assert len(ended.errors) == 1
        assert name.strip(".") in ended.err


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        ("", 2, "empty"),
        (" \n\ufeff", 2, "not a web address"),
        ("<opml/>", 2, "OPML without a source"),
        ('<opml><body><outline text="News"/></body></opml>', 2, "no outline in it has an xmlUrl"),
        ('<opml><outline type="rss" xmlUrl=" "/></opml>', 2, "OPML without a source"),
        ("# later\n", 2, "no source is listed there"),
    ],
)
def test_import_of_nothing(
    kliping: Kliping, run_here: RunHere, content: str, code: int, says: str
) -> None:
    path = kliping.home / "nothing"
    path.write_text(content)
    ended = run_here(kliping, "sources", "import", path)
    assert (ended.code, ended.out) == (code, "")
    assert says in ended.err


OPML = (
    '<opml version="2.0"><body><outline text="Papers"><outline text="Radio/TV">'
    '<outline text="A" xmlUrl="{}"/></outline><outline text="B" xmlUrl="{}"/></outline>'
    '<outline text="C" xmlUrl="{}"/></body></opml>'
)


def folders(user: Kliping, run_here: RunHere, *more: object) -> dict[str, str | None]:
    listed = run_here(user, "sources", "list", "--json", *more).objects
    return {each["name"]: each["folder"] for each in listed}


def test_folders_go_in_and_out(kliping: Kliping, run_here: RunHere, server: Server) -> None:
    server.routes |= {f"/{name}": feed([]) for name in "abc"}
    opml, again = kliping.home / "in.opml", kliping.home / "out.opml"
    opml.write_text(OPML.format(*(server.url(f"/{name}") for name in "abc")))
    assert run_here(kliping, "sources", "import", opml).code == 0
    expected = {"A": r"Papers/Radio\/TV", "B": "Papers", "C": None}
    assert folders(kliping, run_here) == expected
    again.write_text(run_here(kliping, "sources", "export").out)
    other = ("--db", kliping.home / "other.db")
    assert run_here(kliping, "sources", "import", again, *other).code == 0
    assert folders(kliping, run_here, *other) == expected
    assert run_here(kliping, "sources", "export", *other).out == again.read_text()


def test_a_known_source_gets_a_folder_if_it_has_none(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    server.routes |= {f"/{name}": feed([]) for name in "abc"}
    run_here(kliping, "sources", "add", server.url("/b"), "--name", "Mine")
    opml = kliping.home / "in.opml"
    opml.write_text(OPML.format(*(server.url(f"/{name}") for name in "abc")))
    ended = run_here(kliping, "sources", "import", opml)
    assert ended.errors == ["kliping: 2 new, 1 known already, 1 of them put into their folders"]
    assert folders(kliping, run_here)["Mine"] == "Papers"
    opml.write_text(opml.read_text().replace("Papers", "Press"))
    assert run_here(kliping, "sources", "import", opml).errors == [
        "kliping: 0 new, 3 known already"
    ]
    assert folders(kliping, run_here)["Mine"] == "Papers"


def test_an_import_without_measure_is_refused(kliping: Kliping, run_here: RunHere) -> None:
    path = kliping.home / "all.opml"
    outlines = "".join(f'<outline xmlUrl="http://127.0.0.1:2/{n}"/>' for n in range(20_001))
    path.write_text(f"<opml>{outlines}</opml>")
    ended = run_here(kliping, "sources", "import", path)
    assert (ended.code, ended.out) == (2, "")
    (line,) = ended.errors
    assert "20001 sources" in line
    same = '<outline xmlUrl="http://127.0.0.1:2/x"/>' * 20_001
    path.write_text(f"<opml>{same}</opml>")
    ended = run_here(kliping, "sources", "import", path)
    assert (ended.code, ended.errors[-1]) == (0, "kliping: 1 new, 0 known already")


# --------------------------------------------------------------------- this one, and what of it

SECTIONS = "".join(
    f"<h2><a href=/{section}/2026/03/0{n}/council-debates-plan-{n}>The council debates plan {n} "
    f"of {section}</a></h2>"
    for section in ("sport", "sports", "de/politik")
    for n in (1, 2)
)


def serve_sections(server: Server) -> str:
    """A section page that names a feed of the whole site; its address."""
    newspaper(server, 3)
    server.routes["/sport/"] = reply(
        f'<link rel="alternate" type="application/rss+xml" href="/feed.xml"><main>{SECTIONS}</main>'
    )
    return server.url("/sport/")


def due(user: Kliping, run_here: RunHere) -> list[str]:
    rows = run_here(user, "crawl", "--dry-run", "--json").objects
    return [row["url"].partition("/2026/")[0] for row in rows if row["kind"] == "page"]


def test_exactly_this_page(kliping: Kliping, run_here: RunHere, server: Server) -> None:
    url = serve_sections(server)
    feed_url = server.url("/feed.xml")
    server.routes["/front"] = server.routes["/sport/"]
    run_here(kliping, "sources", "add", server.url("/front"))
    (found,) = run_here(kliping, "sources", "list", "--json").objects
    assert found["kind"] in ("feed", "front page")
    ended = run_here(kliping, "sources", "add", url, "--exact", "--json")
    (source,) = ended.objects
    assert (ended.code, source["url"], source["kind"]) == (0, url, "front page")
    assert source["only"] == []
    (feed_itself,) = run_here(kliping, "sources", "add", feed_url, "--exact", "--json").objects
    assert (feed_itself["url"], feed_itself["kind"]) == (feed_url, "feed")
    again = run_here(kliping, "sources", "add", url, "--exact")
    assert (again.code, "known already" in again.err) == (0, True)


def test_an_address_that_led_elsewhere_may_be_asked_for_exactly(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    serve_sections(server)
    server.routes["/"] = server.routes["/sport/"]
    url = server.url("/")
    run_here(kliping, "sources", "add", url)
    assert "known already" in run_here(kliping, "sources", "add", url).err
    assert run_here(kliping, "sources", "add", url, "--exact").code == 0
    listed = run_here(kliping, "sources", "list", "--json").objects
    assert [each["url"] for each in listed] == [server.url("/feed.xml"), url]


@pytest.mark.parametrize(
    ("only", "taken"),
    [
        (["/sport/"], {"/sport"}),
        (["/sport"], {"/sport"}),
        (["/*/politik/*"], {"/de/politik"}),
        (["/sport*"], {"/sport", "/sports"}),
        (["/sport/", "/de/"], {"/sport", "/de/politik"}),
    ],
)
def test_only_some_links(
    kliping: Kliping, run_here: RunHere, server: Server, only: list[str], taken: set[str]
) -> None:
    url = serve_sections(server)
    given = [word for pattern in only for word in ("--only", pattern)]
    ended = run_here(kliping, "sources", "add", url, "--exact", "--name", "s", *given)
    assert ended.code == 0
    assert f"kliping: only its links that fit {' or '.join(only)} are taken" in ended.errors
    assert {each.removeprefix(server.url("")) for each in due(kliping, run_here)} == taken
    (line,) = run_here(kliping, "sources", "list").out.splitlines()
    assert line == f"1\ts\tfront page\t{url}\t\t{' '.join(only)}"
    tried = run_here(kliping, "sources", "test", "s", "--json").objects
    assert {
        row["url"].removeprefix(server.url("")).partition("/2026/")[0] for row in tried
    } == taken
    # A poll holds to it as well.
    server.routes["/sport/"] = reply(f"<main>{SECTIONS.replace('2026/03', '2026/04')}</main>")
    run_here(kliping, "crawl", "s")
    asked = {target.partition("/2026/")[0] for target in server.targets() if "/2026/04" in target}
    assert asked == taken


def test_the_links_that_are_taken_can_be_changed(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    url = serve_sections(server)
    run_here(kliping, "sources", "add", url, "--exact", "--only", "/sprot/")
    assert due(kliping, run_here) == []
    told = run_here(kliping, "sources", "add", url, "--exact", "--only", "/sport/").errors
    assert told[1:] == [
        "kliping: only its links that fit /sport/ are taken from now on; what it listed before "
        "stays"
    ]
    assert run_here(kliping, "crawl", "-q").code == 0
    asked = {target.partition("/2026/")[0] for target in server.targets() if "/2026/" in target}
    assert asked == {"/sport"}
    run_here(kliping, "sources", "add", url)
    assert run_here(kliping, "sources", "list", "--json").objects[0]["only"] == ["/sport/"]
    told = run_here(kliping, "sources", "add", url, "--only", "/").errors
    assert told[1].startswith("kliping: all its links are taken from now on")
    assert run_here(kliping, "sources", "list", "--json").objects[0]["only"] == []
    run_here(kliping, "crawl", "-q")
    asked = {target.partition("/2026/")[0] for target in server.targets() if "/2026/" in target}
    assert asked == {"/sport", "/sports", "/de/politik"}


def test_a_pattern_that_fits_nothing_is_told(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    ended = run_here(kliping, "sources", "add", serve_sections(server), "--exact", "--only", "/x/")
    assert ended.errors[-1] == "kliping: none of its 6 links is one of these now; check the pattern"


@pytest.mark.parametrize(
    "pattern", ["", "sport/", "//sport", "https://x.example/sport/", "/a?b=1", "/a#b", "/" * 300]
)
def test_what_is_no_pattern(
    kliping: Kliping, run_here: RunHere, server: Server, pattern: str
) -> None:
    url = serve_sections(server)
    ended = run_here(kliping, "sources", "add", url, "--only", pattern)
    assert (ended.code, ended.out) == (2, "")
    (line,) = ended.errors
    assert line.startswith("kliping: --only ")
    assert pattern or line.startswith("kliping: --only '': ")
    assert server.requests == []
    assert not kliping.db.exists()


def test_patterns_hold_for_the_sitemaps_of_an_index(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    ns = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    paths = ("/sport/2026/03/01/one", "/other/2026/03/01/two")
    locs = "".join(f"<url><loc>{server.url(path)}</loc></url>" for path in paths)
    part = server.url("/part.xml")
    index = f"<sitemapindex {ns}><sitemap><loc>{part}</loc></sitemap></sitemapindex>"
    server.routes |= {
        "/index.xml": reply(index),
        "/part.xml": reply(f"<urlset {ns}>{locs}</urlset>"),
    }
    run_here(kliping, "sources", "add", server.url("/index.xml"), "--only", "/sport/")
    run_here(kliping, "crawl", "-q")
    assert [target for target in server.targets() if "/2026/" in target] == [paths[0]]


def test_an_import_tells_what_it_replaces(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    serve_sections(server)
    server.routes["/"] = server.routes["/sport/"]
    path = kliping.home / "list.txt"
    path.write_text(f"# mine\n{server.url('/')}\n{server.url('/feed.xml')}\n")
    ended = run_here(kliping, "sources", "import", path)
    told, count = ended.errors
    assert told.startswith(
        f"kliping: {path}, line 2: {server.url('/')}: replaced by {server.url('/feed.xml')} (link "
    )
    assert count == "kliping: 1 new, 0 known already"
    other = ("--db", kliping.home / "exact.db")
    exact = run_here(kliping, "sources", "import", path, "--exact", *other)
    assert exact.errors == ["kliping: 2 new, 0 known already"]
    listed = run_here(kliping, "sources", "list", "--json", *other).objects
    assert [each["kind"] for each in listed] == ["front page", "feed"]


def test_pages_and_patterns_go_out_and_in(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    url = serve_sections(server)
    only = ("--only", "/sport/", "--only", "/*/politik/*")
    run_here(kliping, "sources", "add", url, "--exact", *only)
    opml, other = kliping.home / "out.opml", ("--db", kliping.home / "other.db")
    opml.write_text(run_here(kliping, "sources", "export").out)
    assert run_here(kliping, "sources", "import", opml, *other).errors == [
        "kliping: 1 new, 0 known already"
    ]
    (source,) = run_here(kliping, "sources", "list", "--json", *other).objects
    assert (source["url"], source["only"]) == (url, ["/sport/", "/*/politik/*"])
    assert run_here(kliping, "sources", "export", *other).out == opml.read_text()
    plain = run_here(kliping, "sources", "export", "--plain")
    assert (plain.out, len(plain.errors)) == (f"{url}\n", 1)
    opml.write_text(opml.read_text().replace("/sport/ ", "sport "))
    bad = run_here(kliping, "sources", "import", opml)
    assert bad.code == 2
    assert f"{opml}, line 5" in bad.err


def test_the_table_says_what_its_columns_hold(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    run_here(kliping, "sources", "add", newspaper(server, 1), "--name", "mole")
    heading, row = filter(None, on_terminal(kliping, "sources", "list").splitlines())
    assert "Kind or state" in heading
    assert "  feed  " in row

"""``kliping sources``: adding, importing, listing, removing."""

from __future__ import annotations

import pytest

from tests.cli.newspaper import FEED_TYPE, feed, newspaper
from tests.cli.running import Kliping, RunHere
from tests.servers import Server, redirect, reply

KEYS = [
    "id", "name", "url", "kind", "title", "articles", "added_at", "last_polled_at", "due_at",
    "failures", "last_error", "parts", "disabled_at", "disabled_reason", "folder",
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

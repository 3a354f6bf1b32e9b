"""``kliping fetch``: what is printed, on which stream, and the exit code."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from asyncio import StreamWriter
from pathlib import Path

import pytest

from scraper.fetch.client import LARGE_AT_A_TIME, LARGE_BYTES
from scraper.urls import host_of
from storage.database.turns import open_turns
from storage.fields import Form, fields_of
from tests.cli.conftest import QUICK
from tests.cli.newspaper import feed, newspaper, story
from tests.cli.running import Kliping, RunHere
from tests.servers import Request, Server, redirect, reply

PINNED = [
    "id", "url", "canonical_url", "title", "byline", "authors", "published_at", "modified_at",
    "language", "site_name", "verdict", "versions", "first_seen_at", "last_checked_at",
]  # fmt: skip
WHOLE = [
    "id", "url", "canonical_url", "title", "byline", "authors", "published_at", "modified_at",
    "language", "site_name", "section", "tags", "image_url", "verdict", "versions",
    "first_seen_at", "last_checked_at", "body", "provenance", "blocks", "site", "source",
    "word_count",
]  # fmt: skip
OF_FETCH = [*WHOLE, "requested_url", "outcome", "reason", "reread"]


def test_the_pinned_keys() -> None:
    for form, names in ((Form.LIST, PINNED), (Form.JSON, WHOLE)):
        assert [field.name for field in fields_of(form) if not field.if_any] == names
    assert set(PINNED) < set(WHOLE)


def test_more_pages_than_are_read_are_told(
    kliping: Kliping, run_here: RunHere, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def paged(number: int) -> str:
        title = "Harbour council decides the long case"
        links = "".join(f'<a href="/long-case?page={each}">{each}</a> ' for each in range(1, 6))
        pager = f'<div class="pager">{links}</div>'
        return story(number, title=title).replace("</body>", f"{pager}</body>")

    server.routes |= {f"/long-case?page={number}": reply(paged(number)) for number in range(1, 6)}
    server.routes["/long-case"] = reply(paged(1))
    monkeypatch.setattr("scraper.pages.parts.MAX_PARTS", 3)
    (line, *_) = run_here(kliping, "fetch", server.url("/long-case")).errors
    assert "read 2 further pages of it: " in line
    assert line.endswith("; it has more, and 3 of them are kept")
    monkeypatch.setattr("scraper.pages.parts.MAX_PARTS", 20)
    (line, *_) = run_here(kliping, "fetch", server.url("/long-case")).errors
    assert line.endswith(f"read 4 further pages of it: {server.url('/long-case?page=2')}")


def test_one_page_for_people(kliping: Kliping, run_here: RunHere, server: Server) -> None:
    server.routes["/1"] = reply(story(1))
    ended = run_here(kliping, "fetch", server.url("/1"))
    assert (ended.code, ended.err) == (0, "")
    (line,) = ended.out.splitlines()
    outcome, number, title, byline, date = line.split("\t")
    assert (outcome, number, title) == ("new", "1", "Harbour council decides case 1")
    assert "Ada Pier" in byline
    assert date == "2026-03-02 10:00+02:00"
    again = run_here(kliping, "fetch", server.url("/1"))
    assert (again.code, again.err) == (0, "")
    assert again.out.startswith("unchanged\t1\t")
    server.routes["/1"] = reply(story(1, edit="<p>The mole has collapsed in the night.</p>"))
    assert run_here(kliping, "fetch", server.url("/1")).out.startswith("changed\t1\t")
    assert run_here(kliping, "show", "1", "--json").objects[0]["versions"] == 2


def test_one_page_as_json(kliping: Kliping, run_here: RunHere, server: Server) -> None:
    server.routes |= {"/go": redirect("/1"), "/1": reply(story(1))}
    (page,) = run_here(kliping, "fetch", "--json", server.url("/go")).objects
    assert list(page) == OF_FETCH
    assert page["url"] == server.url("/1")
    assert (page["outcome"], page["reason"], page["verdict"]) == ("new", None, "article")
    assert page["authors"] == ["Ada Pier"]
    assert page["published_at"] == "2026-03-02T10:00:00+02:00"
    assert page["body"].startswith("In case 1, point 1: ")
    assert page["provenance"]["title"]["candidates"]
    assert page["versions"] == 1


@pytest.mark.parametrize(
    ("path", "code", "outcome", "words"),
    [
        ("/404", 4, "failed", "HTTP 404"),
        ("/410", 4, "failed", "gone"),
        ("/500", 4, "failed", "try again later"),
        ("/401", 5, "failed", "--html FILE"),
        ("/402", 5, "failed", "--html FILE"),
        ("/403", 5, "failed", "--html FILE"),
        ("/451", 5, "failed", "HTTP 451"),
        ("/429", 5, "failed", "until"),
        ("/secret/1", 5, "failed", "robots"),
        ("/image", 6, "rejected", "image/png"),
        ("/nothing", 6, "rejected", "empty"),
        ("/feed", 6, "rejected", "article"),
    ],
)
def test_what_is_no_article(
    kliping: Kliping,
    run_here: RunHere,
    server: Server,
    path: str,
    code: int,
    outcome: str,
    words: str,
) -> None:
    server.routes["/robots.txt"] = reply(
        "User-agent: kliping\nDisallow: /secret/", headers={"Content-Type": "text/plain"}
    )
    for status in (401, 402, 403, 404, 410, 429, 451, 500):
        server.routes[f"/{status}"] = reply(b"<p>no", status)
    server.routes["/image"] = reply(b"\x89PNG\r\n", headers={"Content-Type": "image/png"})
    server.routes["/nothing"] = reply(b"")
    server.routes["/feed"] = feed([])
    url = server.url(path)
    ended = run_here(kliping, "fetch", "--json", url)
    assert ended.code == code
    (line,) = ended.errors
    assert line.startswith(f"kliping: {url}: ")
    assert words in line
    (page,) = ended.objects
    assert list(page) == OF_FETCH
    assert (page["url"], page["outcome"]) == (url, outcome)
    assert page["reason"]
    if outcome == "failed":
        known = {"url", "requested_url", "outcome", "reason"}
        assert all(value is None for key, value in page.items() if key not in known)
    assert run_here(kliping, "list").out == ""


def test_a_closed_port_and_an_unknown_host(kliping: Kliping, run_here: RunHere) -> None:
    ended = run_here(kliping, "fetch", "-q", "http://127.0.0.1:2/", "http://no-such-host.invalid/")
    assert (ended.code, ended.out) == (4, "")
    first, second = ended.errors
    assert "http://127.0.0.1:2/: " in first
    assert "http://no-such-host.invalid/: " in second
    assert "check the spelling" in second


def test_private_addresses_need_the_option(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    kliping.config = "[pace]\nmin_delay = 0\n"
    server.routes["/1"] = reply(story(1))
    ended = run_here(kliping, "fetch", server.url("/1"))
    assert (ended.code, ended.out, server.requests) == (5, "", [])
    assert "--allow-private" in ended.err
    assert run_here(kliping, "fetch", "--allow-private", server.url("/1")).code == 0
    assert run_here(kliping, "fetch", "--allow-private", "http://169.254.169.254/").code == 5


def test_several_pages(kliping: Kliping, run_here: RunHere, server: Server) -> None:
    server.routes |= {"/1": reply(story(1)), "/2": reply(story(2))}
    one, two, gone = server.url("/1"), server.url("/2"), server.url("/gone")
    listed = kliping.home / "urls.txt"
    listed.write_text(f"# today\n{two}\n\n{gone}  # maybe\n")
    ended = run_here(kliping, "fetch", one, "-i", listed, "--json")
    assert ended.code == 3
    assert [each["outcome"] for each in ended.objects] == ["new", "new", "failed"]
    assert run_here(kliping, "fetch", one, two, "-q").out == ""
    assert run_here(kliping, "fetch", gone, server.url("/gone/too")).code == 4
    piped = run_here(kliping, "fetch", "-", "--json", stdin=f"{one}\r\n{two}")
    assert piped.code == 0
    assert [each["id"] for each in piped.objects] == [1, 2]


def test_nothing_is_fetched_if_an_address_is_none(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    server.routes["/1"] = reply(story(1))
    listed = kliping.home / "urls.txt"
    listed.write_text("nonsense\nftp://x.example/\n")
    for bad in (["foo"], ["ftp://x.example/"], ["http://"], ["http://a b/"]):
        ended = run_here(kliping, "fetch", server.url("/1"), *bad)
        assert (ended.code, ended.out) == (2, "")
        assert len(ended.errors) == 1
    ended = run_here(kliping, "fetch", "-i", listed)
    assert (ended.code, ended.out) == (2, "")
    first, second = ended.errors
    assert "urls.txt, line 1: 'nonsense'" in first
    assert "urls.txt, line 2: 'ftp://x.example/'" in second
    assert server.requests == []
    assert not kliping.db.exists()


def test_a_bad_line_of_a_list_is_told_and_skipped(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    server.routes["/1"] = reply(story(1))
    one, text = server.url("/1"), f"# today\n{server.url('/1')}\nnonsense\n\nhttp://\n"
    listed = kliping.home / "urls.txt"
    listed.write_text(text)
    ended = run_here(kliping, "fetch", "-i", listed, "--json")
    assert (ended.code, [each["outcome"] for each in ended.objects]) == (3, ["new"])
    third, fifth, total = ended.errors
    assert "urls.txt, line 3: 'nonsense'" in third
    assert "urls.txt, line 5: 'http://'" in fifth
    assert total == "kliping: 2 lines skipped, 1 address left"
    piped = run_here(kliping, "fetch", "-q", "-", stdin=text)
    assert (piped.code, piped.out) == (3, "")
    assert [line.partition(":")[0] for line in piped.errors] == ["kliping"] * 2
    # What is given by itself is no line that may be skipped.
    server.requests.clear()
    assert run_here(kliping, "fetch", "ftp://x.example/", "-i", listed).code == 2
    assert server.requests == []
    failed = run_here(kliping, "fetch", "-", stdin=f"{server.url('/gone')}\nnonsense")
    assert failed.code == 3
    assert run_here(kliping, "fetch", one, "-", stdin="# nothing\n").code == 0


def test_several_hosts_are_asked_at_the_same_time(kliping: Kliping, run_here: RunHere) -> None:
    """The slow one answers only when the other has answered twice; each is asked in order."""
    with Server() as slow, Server() as quick:
        over = threading.Event()

        async def answer(request: Request, writer: StreamWriter) -> bool:
            while not over.is_set():
                await asyncio.sleep(0.01)
            return await reply(story(1))(request, writer)

        async def last(request: Request, writer: StreamWriter) -> bool:
            over.set()
            return await reply(story(3))(request, writer)

        slow.routes["/1"] = answer
        quick.routes |= {"/2": reply(story(2)), "/3": last}
        urls = [slow.url("/1"), quick.url("/2"), quick.url("/3")]
        ended = run_here(kliping, "fetch", "--json", *urls)
        assert ended.code == 0
        told = [each["requested_url"] for each in ended.objects]
        assert sorted(told) == sorted(urls)
        assert told.index(urls[1]) < told.index(urls[2])
        assert [page for page in quick.targets() if page != "/robots.txt"] == ["/2", "/3"]
        assert (slow.most_at_once, quick.most_at_once) == (1, 1)


def test_more_large_pages_than_are_in_memory_at_a_time(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    large = f"<!-- {'x' * LARGE_BYTES} -->"
    paths = [f"/{number}" for number in range(LARGE_AT_A_TIME + 2)]
    for number, path in enumerate(paths):
        server.routes[path] = reply(story(number).replace("</body>", f"{large}</body>"))
    ended = run_here(kliping, "fetch", "--json", *map(server.url, paths))
    assert [each["outcome"] for each in ended.objects] == ["new"] * len(paths)


@pytest.mark.parametrize("name", ["no.txt", "."])
def test_a_list_that_cannot_be_read(kliping: Kliping, run_here: RunHere, name: str) -> None:
    for option in (["-i", name], ["--html", name, "--url", "http://a.example/"]):
        ended = run_here(kliping, "fetch", *option)
        assert (ended.code, ended.out) == (2, "")
        assert f"kliping: {name}: cannot be read" in ended.err


def test_a_saved_page(kliping: Kliping, run_here: RunHere) -> None:
    path = kliping.home / "saved.html"
    path.write_text(story(4))
    url = "https://www.example.com/news/4?utm_source=x"
    (page,) = run_here(kliping, "fetch", "--html", path, "--url", url, "--json").objects
    assert (page["outcome"], page["canonical_url"]) == ("new", "https://example.com/news/4")
    again = run_here(kliping, "fetch", "--html", "-", "--url", url, stdin=story(4))
    assert (again.code, again.err) == (0, "")
    assert again.out.startswith("unchanged\t1\t")
    path.write_text("")
    assert run_here(kliping, "fetch", "--html", path, "--url", "http://b.example/").code == 6


def test_a_teaser_is_refused(kliping: Kliping, run_here: RunHere, server: Server) -> None:
    server.routes["/1"] = reply(
        '<html lang="en"><head><script type="application/ld+json">{"@context":"https://schema.org",'
        '"@type":"NewsArticle","headline":"The rest is paid for","isAccessibleForFree":false,'
        '"hasPart":{"@type":"WebPageElement","isAccessibleForFree":false,"cssSelector":".paid"}}'
        "</script></head><body><article><h1>The rest is paid for</h1><p>The harbour council met on "
        "Tuesday to hear the fishermen, and the meeting went on long into the night.</p>"
        '<div class="paywall">Subscribe to read on</div></article></body></html>'
    )
    ended = run_here(kliping, "fetch", "--json", server.url("/1"))
    (page,) = ended.objects
    assert (ended.code, page["outcome"], page["verdict"]) == (5, "rejected", "teaser")
    assert run_here(kliping, "list").out == ""
    assert "teaser" in run_here(kliping, "list", "--rejected").out
    server.routes["/1"] = reply(story(1))
    assert run_here(kliping, "fetch", server.url("/1")).out.startswith("new\t1\t")


def test_what_a_page_says_cannot_drive_the_terminal(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    server.routes["/1"] = reply(
        story(1, title="Evil &#x1b;[31m\u009b31m \u202etitle [/bad]\u2028x")
    )
    for command in (["fetch", server.url("/1")], ["list"], ["show", "1"]):
        out = run_here(kliping, *command).out
        assert "Evil" in out
        assert not set(out) & set("\x1b\x9b\u202e\u2028")
    for command in (["list", "--json"], ["show", "1", "--json"]):
        ended = run_here(kliping, *command)
        assert not set(ended.out) & set("\x1b\x9b\u202e\u2028")
        assert len(ended.objects) == 1


def test_a_foreign_database_is_left_alone(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    with sqlite3.connect(kliping.db) as connection:
        connection.execute("CREATE TABLE recipe (name TEXT)")
    connection.close()
    before = kliping.db.read_bytes()
    for command in (["list"], ["fetch", server.url("/1")], ["crawl"], ["db", "upgrade"]):
        ended = run_here(kliping, *command)
        assert (ended.code, ended.out) == (74, "")
        (line,) = ended.errors
        assert str(kliping.db) in line
    assert kliping.db.read_bytes() == before
    assert server.requests == []


@pytest.mark.parametrize("path", ["/proc/nowhere/x.db", "."])
def test_a_database_that_cannot_be_made(kliping: Kliping, run_here: RunHere, path: str) -> None:
    place = kliping.home if path == "." else Path(path)
    ended = run_here(kliping, "list", "--db", place)
    assert (ended.code, ended.out) == (74, "")
    assert str(place) in ended.err
    assert len(ended.errors) == 1


def test_a_file_that_is_given_like_an_address(kliping: Kliping, run_here: RunHere) -> None:
    path = kliping.home / "saved.html"
    path.write_text(story(1))
    ended = run_here(kliping, "fetch", path)
    assert (ended.code, ended.out) == (2, "")
    (line,) = ended.errors
    assert f"{path}: a file; a saved page is given as --html {path} --url URL" in line
    (line,) = run_here(kliping, "sources", "add", path).errors
    assert f"`kliping sources import {path}`" in line


def test_robots_txt_is_ignored_only_where_that_is_asked_for(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    closed = reply("User-agent: *\nDisallow: /", headers={"Content-Type": "text/plain"})
    server.routes |= {"/robots.txt": closed, "/1": reply(story(1))}
    refused = run_here(kliping, "fetch", server.url("/1"))
    assert (refused.code, server.targets()) == (5, ["/robots.txt"])
    ended = run_here(kliping, "fetch", "--ignore-robots", server.url("/1"))
    assert ended.code == 0
    assert ended.out.startswith("new\t")
    assert "robots.txt was not checked" in ended.err
    assert run_here(kliping, "fetch", server.url("/1")).code == 5


def test_it_says_what_it_did(kliping: Kliping, run_here: RunHere, server: Server) -> None:
    server.routes |= {"/go": redirect("/1"), "/1": reply(story(1))}
    ended = run_here(kliping, "fetch", server.url("/go"))
    assert ended.err == f"kliping: {server.url('/go')}: redirected to {server.url('/1')}\n"
    assert run_here(kliping, "fetch", "-q", server.url("/go")).err == ""


def test_it_says_that_a_single_page_was_read(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    kliping.config = QUICK + '[rules."127.0.0.1"]\nsingle_page = "?page=all"\n'
    server.routes |= {"/1?page=all": reply(story(1)), "/1": reply(story(1))}
    ended = run_here(kliping, "fetch", server.url("/1"))
    assert ended.err.endswith(f"read on one page: {server.url('/1?page=all')}\n")


def test_a_fetch_waits_its_turn_beside_a_crawl(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    """Two processes, one host: one request at a time, and neither waits for the other's end."""
    run_here(kliping, "sources", "add", newspaper(server, 6))

    async def slow(request: Request, writer: StreamWriter) -> bool:
        await asyncio.sleep(0.7)
        return await reply(story(1))(request, writer)

    for number in range(1, 7):
        server.routes[f"/story/{number}"] = slow
    server.routes["/by-hand"] = reply(story(9))
    server.requests.clear()
    with kliping.running("crawl", "-q") as crawl:
        while not any("/story/" in target for target in server.targets()):
            assert crawl.poll() is None
            time.sleep(0.01)
        assert run_here(kliping, "fetch", server.url("/by-hand")).code == 0
        assert crawl.wait(60) == 0
    assert server.most_at_once == 1
    asked = server.targets()
    assert asked.index("/by-hand") < len(asked) - 1


def test_a_fetch_leaves_a_host_the_rest_that_another_process_owes_it(
    kliping: Kliping, server: Server
) -> None:
    kliping.config = "[fetch]\nallow_private = true\n[pace]\nmin_delay = 2.5\n"
    server.routes["/1"] = server.routes["/2"] = reply(story(1))
    assert [kliping.run("fetch", server.url(path)).code for path in ("/1", "/2")] == [0, 0]
    first, second = (request for request in server.requests if request.target in ("/1", "/2"))
    assert second.time - first.time >= 2.4


def test_a_rest_that_no_pace_could_set_is_ignored(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    """Else the fetch would wait for as long as the longest pace."""
    kliping.config = f"{QUICK}max_crawl_delay = 20\n"
    server.routes["/story/1"] = reply(story(1))
    url, now = server.url("/story/1"), time.time()
    turns = open_turns(kliping.db)
    assert turns is not None
    with turns:
        assert turns.take(host_of(url), now) == 0
        turns.give_back(host_of(url), now + 1e9)
    assert run_here(kliping, "fetch", url).code == 0
    assert time.time() - now < 20

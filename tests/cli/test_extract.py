"""``kliping extract``: what pages say, without an archive; and what is no article."""

from __future__ import annotations

import asyncio
import threading
from asyncio import StreamWriter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.newspaper import story
from tests.cli.running import Ended, Kliping, RunHere
from tests.cli.terminals import lines_on_terminal
from tests.servers import Request, Server, redirect, reply
from tests.tables import each_row

URL = "https://www.example.com/news/4?utm_source=x"
OF_THE_ARCHIVE = {"id", "versions", "first_seen_at", "last_checked_at", "source"}
TEASER = (
    '<title>Bridge to close</title><script type="application/ld+json">{"@type": "NewsArticle", '
    '"headline": "Bridge to close", "isAccessibleForFree": false}</script><article><h1>Bridge to '
    "close</h1><p>The bridge over the harbour will close on Monday for repairs, the council said."
    "</p><div class=paywall>Subscribe to read on</div></article>"
)


@pytest.fixture(autouse=True)
def _nothing_is_filed(kliping: Kliping) -> Iterator[None]:
    """No test here makes an archive, nor a directory for one."""
    yield
    made = {path.name for path in kliping.home.rglob("*") if path.suffix not in (".html", ".txt")}
    assert made <= {"kliping.toml"}


@pytest.fixture
def saved(kliping: Kliping) -> Path:
    path = kliping.home / "saved.html"
    path.write_text(story(4))
    return path


def test_an_address_as_text(kliping: Kliping, run_here: RunHere, server: Server) -> None:
    server.routes |= {"/go": redirect("/1"), "/1": reply(story(1))}
    ended = run_here(kliping, "extract", server.url("/go"))
    assert (ended.code, ended.err) == (0, "")
    title, credit, date, address, empty, first, *_ = ended.out.splitlines()
    assert (title, credit) == ("Harbour council decides case 1", "By Ada Pier")
    assert (date, address, empty) == ("2026-03-02 10:00+02:00", server.url("/1"), "")
    assert first.startswith("In case 1, point 1: ")
    assert server.targets() == ["/robots.txt", "/go", "/1"]


def test_a_file_as_markdown(kliping: Kliping, run_here: RunHere, saved: Path) -> None:
    ended = run_here(kliping, "extract", saved, "--markdown", "--url", "example.com/news/4")
    assert (ended.code, ended.err) == (0, "")
    title, credit, address, first, *_ = ended.out.split("\n\n")
    assert title == "# Harbour council decides case 4"
    assert credit == "*By Ada Pier · 2026-03-05 10:00+02:00*"
    assert address == "<https://example.com/news/4>"
    assert first.startswith("In case 4, point 1: ")


def test_json_has_the_keys_of_show(kliping: Kliping, run_here: RunHere, saved: Path) -> None:
    """What says something only of an archive is left out."""
    (page,) = run_here(kliping, "extract", saved, "--url", URL, "--json").objects
    other = Kliping(kliping.home.parent / "other", kliping.config)
    other.home.mkdir(exist_ok=True)
    assert run_here(other, "fetch", "--html", saved, "--url", URL).code == 0
    (shown,) = run_here(other, "show", "1", "--json").objects
    kept = {key: value for key, value in shown.items() if key not in OF_THE_ARCHIVE}
    own = {"requested_url": URL, "file": str(saved), "reason": None}
    assert page == kept | own
    assert page["verdict"] == "article"
    assert page["authors"] == ["Ada Pier"]


def test_standard_input_without_an_address(kliping: Kliping, run_here: RunHere) -> None:
    ended = run_here(kliping, "extract", "-", "--json", stdin=story(4))
    (page,) = ended.objects
    assert (ended.code, ended.err) == (0, "")
    assert [page[key] for key in ("url", "canonical_url", "site", "requested_url")] == [None] * 4
    assert (page["file"], page["title"]) == ("-", "Harbour council decides case 4")
    text = run_here(kliping, "extract", "-", stdin=story(4)).out
    assert text.splitlines()[3] == "", "no line for an address"


def test_lines_are_wrapped_on_a_terminal(kliping: Kliping, saved: Path) -> None:
    lines = lines_on_terminal(kliping, "extract", str(saved))
    assert max(map(len, lines)) <= 80
    assert lines[0].rstrip() == "Harbour council decides case 4"


# --------------------------------------------------------------------- no article


@each_row(
    ("body", "words"),
    [
        ("", "no article there (empty): the page has no text"),
        ("<p>Not found", "no article there (empty)"),
        (TEASER, "no article there (teaser)"),
        ("<title>404</title><h1>Page not found</h1><p>Sorry, gone.", "no article there (soft 404)"),
        ("%PDF-1.7 xx", "no article there (not html): it is binary data, not a page"),
        ("<?xml version='1.0'?><rss/>", "(not html): it is a feed or sitemap"),
        ("\0" * 5000, "no article there"),
        ("<div>" * 20_000, "no article there"),
    ],
)
def test_what_is_no_article_on_standard_input(
    kliping: Kliping, run_here: RunHere, body: str, words: str
) -> None:
    ended = run_here(kliping, "extract", "-", stdin=body)
    assert (ended.code, ended.out) == (6, "")
    (line,) = ended.errors
    assert line.startswith("kliping: standard input: ")
    assert words in line


@each_row(
    ("path", "code", "words"),
    [
        ("/404", 4, "the server answered HTTP 404; check the address"),
        ("/403", 5, "HTTP 403; open it in a browser, save the page and give it with FILE --url"),
        ("/teaser", 6, "no article there (teaser): "),
        ("/short", 6, "no article there ("),
        ("/pdf", 6, "the server sent application/pdf, not a page"),
        ("/private", 5, "--ignore-robots"),
        ("/away", 5, "a forbidden address"),
    ],
)
def test_codes_are_those_of_fetch(
    kliping: Kliping, run_here: RunHere, server: Server, path: str, code: int, words: str
) -> None:
    server.routes |= {
        "/403": reply("no", 403),
        "/teaser": reply(TEASER),
        "/short": reply("<p>Hello"),
        "/pdf": reply(b"%PDF-1.7", headers={"Content-Type": "application/pdf"}),
        "/private": reply(story(1)),
        "/away": redirect("http://169.254.169.254/"),
        "/robots.txt": reply("User-agent: *\nDisallow: /private"),
    }
    ended = run_here(kliping, "extract", server.url(path))
    assert (ended.code, ended.out) == (code, "")
    assert words in ended.err
    told = run_here(kliping, "extract", server.url(path), "--json")
    (page,) = told.objects
    assert told.code == code
    assert page["reason"]
    assert page["requested_url"] == server.url(path)
    assert page["verdict"] == ("teaser" if path == "/teaser" else page["verdict"])
    if path == "/private":
        assert run_here(kliping, "extract", server.url(path), "--ignore-robots").code == 0


# --------------------------------------------------------------------- several


def test_several_are_lines_of_json(
    kliping: Kliping, run_here: RunHere, server: Server, saved: Path
) -> None:
    server.routes |= {"/1": reply(story(1)), "/2": reply(story(2))}
    urls = [server.url("/1"), server.url("/2")]
    ended = run_here(kliping, "extract", urls[0], saved, urls[1])
    assert (ended.code, ended.err) == (0, "")
    assert sorted((each["file"] or each["requested_url"]) for each in ended.objects) == sorted(
        [*urls, str(saved)]
    )
    assert [each["verdict"] for each in ended.objects] == ["article"] * 3
    mixed = run_here(kliping, "extract", *urls, server.url("/none"))
    assert mixed.code == 3
    keys = {tuple(each) for each in mixed.objects}
    assert len(keys) == 1, "one set of keys, whatever came of a page"
    assert {each["requested_url"]: each["reason"] for each in mixed.objects} == {
        urls[0]: None, urls[1]: None, server.url("/none"): "http_404",
    }  # fmt: skip


def test_several_hosts_are_asked_at_the_same_time(kliping: Kliping, run_here: RunHere) -> None:
    """The slow one answers only when the other has answered twice."""
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
        ended = run_here(kliping, "extract", "-i", "-", stdin="\n".join(urls))
        assert (ended.code, ended.err) == (0, "")
        assert {each["requested_url"] for each in ended.objects} == {*urls}
        assert quick.targets() == ["/robots.txt", "/2", "/3"]
        assert (slow.most_at_once, quick.most_at_once) == (1, 1)


def test_a_list_with_bad_lines(kliping: Kliping, run_here: RunHere, server: Server) -> None:
    server.routes["/1"] = reply(story(1))
    listed = kliping.home / "list.txt"
    listed.write_text(f"# today\n{server.url('/1')}\nnonsense\n")
    ended = run_here(kliping, "extract", "-i", listed)
    assert (ended.code, [each["requested_url"] for each in ended.objects]) == (
        3,
        [server.url("/1")],
    )
    assert "list.txt, line 3: 'nonsense': not a web address" in ended.err
    piped = run_here(kliping, "extract", "-i", "-", stdin="nonsense\nftp://x.example/\n")
    assert (piped.code, piped.out, len(piped.errors)) == (2, "", 2)
    empty = run_here(kliping, "extract", "-i", "-", stdin="# nothing\n")
    assert (empty.code, empty.out, empty.err) == (0, "", "kliping: no address in the list\n")


def test_one_file_that_cannot_be_read_leaves_the_others(
    kliping: Kliping, run_here: RunHere, saved: Path
) -> None:
    large = kliping.home / "large.html"
    large.write_bytes(b"x" * 2000)
    kliping.config = "[fetch]\nmax_bytes = 1999\n"
    assert saved.stat().st_size <= 1999
    ended = run_here(kliping, "extract", large, saved)
    assert ended.code == 3
    assert [each["reason"] is None for each in ended.objects] == [False, True]
    assert ended.errors == [f"kliping: {large}: larger than 1999 bytes"]
    assert run_here(kliping, "extract", large).code == 2


# --------------------------------------------------------------------- wrong arguments


@each_row(
    ("arguments", "words"),
    [
        ("", "give an address, a file, or - for standard input"),
        ("foo", "foo: not a web address (http://… or https://…) and no file"),
        ("gone.html", "gone.html: not a web address (http://… or https://…) and no file"),
        (".", "no file"),
        ("12", "no file"),
        ("ftp://example.com/", "not a web address"),
        ("saved.html --url foo", "'foo': not a web address"),
        ("https://example.com/ --url https://example.com/", "--url says where one FILE or -"),
        ("saved.html - --url https://example.com/", "--url says where one FILE or -"),
        ("- --json --markdown", "--json and --markdown exclude each other"),
        ("- saved.html --markdown", "--markdown is for one page"),
        ("- -", "standard input is read once"),
        ("- -i -", "standard input is read once"),
        ("-i gone.txt", "gone.txt: cannot be read"),
    ],
)
def test_a_wrong_command_line(
    kliping: Kliping,
    run_here: RunHere,
    monkeypatch: pytest.MonkeyPatch,
    saved: Path,
    arguments: str,
    words: str,
) -> None:
    monkeypatch.chdir(kliping.home)
    ended: Ended = run_here(kliping, "extract", *arguments.split())
    assert (ended.code, ended.out) == (2, "")
    (line,) = ended.errors
    assert words in line

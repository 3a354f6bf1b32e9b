"""What leaves the archive: not what was read with a subscription, not what publishers forbid."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from zipfile import ZipFile

import feedparser
import pyarrow.parquet as pq
import pytest
from warcio.archiveiterator import ArchiveIterator

from storage.export import FORMATS
from tests.cli.conftest import QUICK
from tests.cli.newspaper import story
from tests.cli.running import Ended, Kliping, RunHere, prepare
from tests.cli.terminals import run_on_terminal
from tests.cli.test_fetch import PINNED
from tests.servers import Request, Server, redirect, reply
from tests.storage.warc.makers import answer, record

SUBSCRIBER = '[sites."127.0.0.1"]\ncookies = "sid=mine"\ninsecure = true\n'
STRICT = '[rights]\nobey = "strict"\n'
NOTHING = '[rights]\nobey = "nothing"\n'
NOT_SUBSCRIBED = (
    "kliping: 1 article was read with a subscription and is left out; "
    "--include-subscribed includes them"
)
FORBIDDEN = (
    "kliping: 1 article is left out as the publisher asks (noarchive and the like); "
    "[rights] obey in kliping.toml decides"
)


def html_of(number: int, *tags: str) -> str:
    return story(number, title=f"Fähre {number}").replace("</head>", f"{''.join(tags)}</head>")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Kliping:
    """Of a subscriber: 1 is read with his cookies, 2 says noarchive, 3 reserves mining, 4 says
    nothing."""
    user = Kliping(tmp_path_factory.mktemp("subscriber"), QUICK + SUBSCRIBER)
    with Server() as server:
        noarchive = {"X-Robots-Tag": "noarchive, max-snippet:20"}
        reserved = ('<meta name="tdm-reservation" content="1">', "<meta name=robots content=index>")
        server.routes |= {
            "/news/1": reply(html_of(1)),
            "//localhost/news/2": reply(html_of(2), headers=noarchive),
            "//localhost/news/3": reply(html_of(3, *reserved)),
            "//localhost/news/4": reply(html_of(4)),
        }
        urls = [server.url("/news/1"), *(server.url(f"/news/{n}", "localhost") for n in (2, 3, 4))]
        assert prepare(user, "fetch", "-q", *urls).code == 0
        assert "cookie: sid=mine" in " ".join(
            f"{name}: {value}".lower()
            for request in server.pages()
            if request.target == "/news/1"
            for name, value in request.headers
        )
    return user


def with_(archive: Kliping, tmp_path: Path, config: str) -> Kliping:
    """The same archive with other settings."""
    user = Kliping(tmp_path, QUICK + config)
    user.db.write_bytes(archive.db.read_bytes())
    return user


# --------------------------------------------------------------------- shown


def test_readers_see_the_marks(archive: Kliping, run_here: RunHere) -> None:
    listed = run_here(archive, "list", "--json").objects[::-1]
    assert [one.get("with_credentials", False) for one in listed] == [True, False, False, False]
    assert [one.get("directives") for one in listed] == [
        None, ["noarchive"], ["tdm-reservation"], None,
    ]  # fmt: skip
    assert list(listed[3]) == PINNED
    lines = run_here(archive, "list").out.splitlines()[::-1]
    assert [line.split("\t")[5:] for line in lines] == [["subscribed"], [], [], []]
    found = run_here(archive, "search", "title:Fähre").out.splitlines()[::-1]
    assert [line.split("\t")[6:] for line in found] == [["subscribed"], [], [], []]
    assert "(read with a subscription)" in run_here(archive, "show", 1).out.splitlines()
    assert "(its publisher says: noarchive)" in run_here(archive, "show", 2).out.splitlines()
    assert "publisher" not in run_here(archive, "show", 4).out
    (shown,) = run_here(archive, "show", 2, "--json").objects
    assert (shown["directives"], "with_credentials" in shown) == (["noarchive"], False)


def test_the_history_has_them(archive: Kliping, run_here: RunHere) -> None:
    (version,) = run_here(archive, "history", 1, "--json").objects
    assert version["with_credentials"] is True
    assert "first version; read with a subscription" in run_here(archive, "history", 1).out
    assert "first version; noarchive" in run_here(archive, "history", 2).out
    (version,) = run_here(archive, "history", 4, "--json").objects
    assert not {"directives", "with_credentials"} & version.keys()


def test_explain_says_where_it_stands(archive: Kliping, run_here: RunHere) -> None:
    (told,) = run_here(archive, "explain", 2, "--json").objects
    said = {"value": ["noarchive"], "source": "http:x-robots-tag", "confidence": 1.0}
    assert told["fields"]["directives"] == said | {"candidates": []}
    lines = run_here(archive, "explain", 3).out.splitlines()
    row = "directives\tchosen\ttdm-reservation\tmeta tdm-reservation\t100%"
    assert row in lines
    assert "read with a subscription" in run_here(archive, "explain", 1).out


def test_on_a_terminal(archive: Kliping) -> None:
    _, text = run_on_terminal(archive, "list")
    heading, *rows = text.splitlines()
    assert "Mark" in heading
    assert ["subscribed" in row for row in rows[:4]] == [False, False, False, True]
    _, text = run_on_terminal(archive, "search", "title:Fähre")
    assert text.count("subscribed") == 1
    _, text = run_on_terminal(archive, "explain", "4")
    assert "directives" not in text


# --------------------------------------------------------------------- left out


def titles_in(name: str, target: Path) -> set[str]:
    """The numbers of the articles that an export holds."""
    if target.is_dir():
        data = b"".join(file.read_bytes() for file in target.iterdir())
    elif name == "parquet":
        data = json.dumps(pq.read_table(target).to_pylist(), default=str).encode()
    elif name in ("epub", "wacz"):
        with ZipFile(target) as package:
            data = b"".join(
                package.read(one) for one in package.namelist() if not one.endswith(".gz")
            )
            if name == "wacz":
                data += _pages(io.BytesIO(package.read("archive/data.warc.gz")))
    elif name == "warc":
        with target.open("rb") as file:
            data = _pages(file)
    else:
        data = target.read_bytes()
    return {number for number in "1234" if f"In case {number}, point 1".encode() in data}


def _pages(file: object) -> bytes:
    return b"".join(one.content_stream().read() for one in ArchiveIterator(file))


def export(user: Kliping, run_here: RunHere, name: str, target: Path, *more: str) -> Ended:
    return run_here(user, "export", "--format", name, "-o", target, *more)


@pytest.mark.parametrize("name", FORMATS)
def test_what_was_read_with_a_subscription_stays(
    archive: Kliping, run_here: RunHere, tmp_path: Path, name: str
) -> None:
    of_pages = name in ("warc", "wacz")
    target = tmp_path / "out"
    ended = export(archive, run_here, name, target)
    assert (ended.code, ended.out) == (0, "")
    reasons = [FORBIDDEN, NOT_SUBSCRIBED] if of_pages else [NOT_SUBSCRIBED]
    assert ended.errors == [f"kliping: {4 - len(reasons)} articles exported to {target}", *reasons]
    assert titles_in(name, target) == ({"3", "4"} if of_pages else {"2", "3", "4"})
    ended = export(archive, run_here, name, tmp_path / "all", "-q", "--include-subscribed")
    assert (ended.code, ended.errors) == (0, reasons[:1] if of_pages else [])
    wanted = {"1", "3", "4"} if of_pages else {"1", "2", "3", "4"}
    assert titles_in(name, tmp_path / "all") == wanted
    ended = export(archive, run_here, name, tmp_path / "one", "--", "title:1")
    assert ended.errors[-1] == NOT_SUBSCRIBED


@pytest.mark.parametrize("name", FORMATS)
def test_publishers_are_obeyed_as_far_as_set(
    archive: Kliping, run_here: RunHere, tmp_path: Path, name: str
) -> None:
    strict = with_(archive, tmp_path, STRICT)
    ended = export(strict, run_here, name, tmp_path / "strict", "-q", "--include-subscribed")
    assert (ended.code, ended.errors) == (0, [FORBIDDEN.replace("1 article is", "2 articles are")])
    assert titles_in(name, tmp_path / "strict") == {"1", "4"}
    nothing = with_(archive, tmp_path, NOTHING)
    ended = export(nothing, run_here, name, tmp_path / "nothing", "-q", "--include-subscribed")
    assert (ended.code, ended.errors) == (0, [])
    assert titles_in(name, tmp_path / "nothing") == {"1", "2", "3", "4"}


def test_what_leaves_says_what_it_is(archive: Kliping, run_here: RunHere, tmp_path: Path) -> None:
    table = run_here(archive, "export", "-q", "--format", "csv", "--include-subscribed").out
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [(row["directives"], row["with_credentials"]) for row in rows] == [
        ("", "yes"), ("noarchive", ""), ("tdm-reservation", ""), ("", ""),
    ]  # fmt: skip
    export(archive, run_here, "parquet", tmp_path / "p")
    assert pq.read_table(tmp_path / "p")["directives"].to_pylist() == [
        ["noarchive"], ["tdm-reservation"], [],
    ]  # fmt: skip
    export(archive, run_here, "markdown", tmp_path / "m")
    notes = [file.read_text() for file in sorted((tmp_path / "m").iterdir())]
    assert ['directives: ["noarchive"]' in note for note in notes] == [True, False, False]
    assert ["directives" in note for note in notes] == [True, True, False]


def test_a_stored_page_that_says_noarchive_is_not_shown(
    archive: Kliping, run_here: RunHere, tmp_path: Path
) -> None:
    for words in (["open", "2", "--snapshot"], ["show", "2", "--html"]):
        ended = run_here(archive, *words)
        assert (ended.code, ended.out) == (2, "")
        (line,) = ended.errors
        assert line == (
            "kliping: article 2: its publisher asks that no stored copy of the page is shown "
            '(noarchive); `obey = "nothing"` under [rights] in kliping.toml shows it'
        )
    nothing = with_(archive, tmp_path, NOTHING)
    assert "Fähre 2" in run_here(nothing, "show", "2", "--html").out
    for number in ("1", "3", "4"):
        assert run_here(archive, "show", number, "--html").code == 0
    assert run_here(archive, "open", "2").code == 0, "the article on the web is not its copy"


def test_a_setting_that_is_none(archive: Kliping, run_here: RunHere, tmp_path: Path) -> None:
    for value in ('"some"', "true", "3", "[]"):
        user = with_(archive, tmp_path, f"[rights]\nobey = {value}\n")
        ended = run_here(user, "list")
        assert (ended.code, ended.out, len(ended.errors)) == (2, "", 1)
        assert '[rights] obey must be "nothing", "pages" or "strict", not ' in ended.err
    ended = run_here(with_(archive, tmp_path, "[right]\nobey = 'strict'\n"), "list")
    assert (ended.code, "the nearest known one is [rights]" in ended.err) == (2, True)


def test_a_feed_of_watches(run_here: RunHere, server: Server, tmp_path: Path) -> None:
    user, target = Kliping(tmp_path, QUICK + SUBSCRIBER), tmp_path / "clips.atom"
    server.routes |= {
        "/news/1": reply(html_of(1)),
        "//localhost/news/2": reply(html_of(2), headers={"X-Robots-Tag": "noarchive"}),
    }
    assert run_here(user, "watch", "add", "-q", "title:Fähre").code == 0
    urls = server.url("/news/1"), server.url("/news/2", "localhost")
    assert run_here(user, "fetch", "-q", *urls).code == 0

    def links(*more: str) -> tuple[list[str], list[str]]:
        ended = run_here(user, "watch", "run", "--atom", target, *more)
        assert (ended.code, ended.out) == (0, "")
        return [one.link for one in feedparser.parse(target.read_bytes()).entries], ended.errors

    assert links() == ([urls[1]], [NOT_SUBSCRIBED])
    assert links() == ([urls[1]], []), "cron mails it once"
    assert links("--include-subscribed") == ([urls[1], urls[0]], [])
    strict = Kliping(tmp_path, QUICK + SUBSCRIBER + STRICT)
    assert run_here(strict, "watch", "run", "--atom", target).errors == []
    assert feedparser.parse(target.read_bytes()).entries == []
    ended = run_here(user, "watch", "run", "--include-subscribed")
    assert (ended.code, "goes with --atom" in ended.err) == (2, True)


# --------------------------------------------------------------------- where it comes from


def test_a_later_look_decides_and_makes_no_version(
    kliping: Kliping, run_here: RunHere, server: Server, tmp_path: Path
) -> None:
    server.routes["/news/1"] = reply(html_of(1))
    url = server.url("/news/1")
    assert run_here(kliping, "fetch", "-q", url).code == 0
    server.routes["/news/1"] = reply(html_of(1), headers={"X-Robots-Tag": "kliping: noarchive"})
    assert run_here(kliping, "fetch", url).out.startswith("unchanged\t1\t")
    assert run_here(kliping, "show", "1", "--html").code == 2
    assert len(run_here(kliping, "history", "1", "--json").objects) == 1
    server.routes["/news/1"] = reply(html_of(1), headers={"X-Robots-Tag": "googlebot: noarchive"})
    assert run_here(kliping, "fetch", url).out.startswith("unchanged\t1\t")
    assert run_here(kliping, "show", "1", "--html").code == 0
    assert run_here(kliping, "verify").code == 0


def test_a_304_to_a_crawl_forbids_more(kliping: Kliping, run_here: RunHere, server: Server) -> None:
    """A server that is set to say it sends it with its 304s, too."""
    page = reply(html_of(1), headers={"ETag": '"1"'})
    not_modified = reply(b"", 304, headers={"ETag": '"1"', "X-Robots-Tag": "noarchive"})

    async def behave(request: Request, writer: object) -> bool:
        chosen = not_modified if request.header("if-none-match") else page
        return await chosen(request, writer)  # type: ignore[arg-type]

    server.routes["/news/1"] = behave
    server.routes["/feed.xml"] = reply(
        f"<rss><channel><title>x</title><item><link>{server.url('/news/1')}</link></item>"
        "</channel></rss>",
        headers={"Content-Type": "application/rss+xml"},
    )
    run_here(kliping, "sources", "add", server.url("/feed.xml"))
    assert run_here(kliping, "crawl", "-q").code == 0
    assert run_here(kliping, "show", "1", "--html").code == 0
    with closing(sqlite3.connect(kliping.db)) as connection, connection:
        connection.execute("UPDATE page SET due_at = '2026-01-01 00:00:00.000000'")
    assert run_here(kliping, "crawl", "-q").code == 0
    assert server.targets().count("/news/1") == 2
    assert run_here(kliping, "show", "1", "--html").code == 2
    assert run_here(kliping, "verify").code == 0


def test_further_pages_count(run_here: RunHere, server: Server, tmp_path: Path) -> None:
    user = Kliping(tmp_path, QUICK + SUBSCRIBER)

    def paged(number: int) -> str:
        title = "Harbour council decides the long case"
        pager = (
            '<div class="pager"><a href="/the-long-case?page=2">Next</a></div>'
            if number == 1
            else ""
        )
        return story(number, title=title).replace("</body>", f"{pager}</body>")

    server.routes |= {f"/the-long-case?page={number}": reply(paged(number)) for number in (1, 2)}
    server.routes["/the-long-case?page=2"] = reply(paged(2), headers={"X-Robots-Tag": "noarchive"})
    server.routes["/the-long-case"] = reply(paged(1))
    assert run_here(user, "fetch", "-q", server.url("/the-long-case")).code == 0
    (shown,) = run_here(user, "show", "1", "--json").objects
    assert "In case 2, point 1" in shown["body"]
    assert (shown["directives"], shown["with_credentials"]) == (["noarchive"], True)
    ended = run_here(user, "reextract", "--all")
    assert ended.code == 0
    assert run_here(user, "verify").code == 0


def test_a_publisher_s_words_are_clean_wherever_they_are_shown(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    evil = "unavailable_after: 25\x1b[31m\u202e =1+1 [/bold]"
    server.routes["/news/1"] = reply(html_of(1, f'<meta name="robots" content="{evil}">'))
    assert run_here(kliping, "fetch", "-q", server.url("/news/1")).code == 0
    for words in (
        ["show", "1"],
        ["show", "1", "--json"],
        ["history", "1"],
        ["history", "1", "--json"],
        ["explain", "1"],
        ["export", "--format", "jsonl"],
        ["export", "--format", "csv"],
    ):
        ended = run_here(kliping, *words)
        assert (ended.code, "unavailable_after: 25" in ended.out) == (0, True), words
        assert not {"\x1b", "\u202e"} & set(ended.out), words
    _, text = run_on_terminal(kliping, "history", "1")
    assert "[/bold]" in text


def test_a_saved_page_and_a_recorded_one(run_here: RunHere, server: Server, tmp_path: Path) -> None:
    """Whose browser it was, and whose crawler, nobody knows: they are not marked."""
    user = Kliping(tmp_path, QUICK + SUBSCRIBER)
    saved = tmp_path / "saved.html"
    saved.write_text(html_of(1, '<meta name="robots" content="noarchive">'))
    assert run_here(user, "fetch", "-q", "--html", saved, "--url", server.url("/news/1")).code == 0
    headers = (("Content-Type", "text/html"), ("X-Robots-Tag", "noindex"), ("X-Robots-Tag", "noai"))
    file = tmp_path / "crawl.warc"
    file.write_bytes(record("https://paper.example/2", answer(html_of(2).encode(), headers)))
    assert run_here(user, "import", "-q", file).code == 0
    listed = run_here(user, "list", "--by", "filed", "--json").objects
    assert [one.get("directives") for one in listed] == [["noindex", "noai"], ["noarchive"]]
    assert not any("with_credentials" in one for one in listed)


def test_a_redirect_to_the_subscriber_s_site_marks_it(
    run_here: RunHere, server: Server, tmp_path: Path
) -> None:
    """What counts is what was sent to where the page came from."""
    user = Kliping(tmp_path, QUICK + SUBSCRIBER)
    server.routes |= {
        "/news/1": redirect(server.url("/open/1", "localhost")),
        "//localhost/open/1": reply(html_of(1)),
    }
    assert run_here(user, "fetch", "-q", server.url("/news/1")).code == 0
    (listed,) = run_here(user, "list", "--json").objects
    assert "with_credentials" not in listed

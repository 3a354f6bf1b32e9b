"""``kliping explain``: what was taken, from where, what lost; and what cannot be explained."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from commands.read.explanation import FIELDS, explain_fields, pieces_of
from commands.render.provenance import source_in_words, sources_in_words
from scraper.extraction import extract
from scraper.model.types import Article, Candidate, Provenance
from tests.cli.newspaper import story
from tests.cli.running import Ended, Kliping, RunHere
from tests.cli.terminals import lines_on_terminal
from tests.servers import Server, redirect, reply
from tests.tables import each_row

URL = "https://www.example.com/news/4?utm_source=x"
TEASERS = "".join(
    f"<p>Read in our newsletter number {number} what else the harbour council has decided, and "
    f"when the survey of the mole will be finished.</p>"
    for number in range(3)
)


@pytest.fixture
def saved(kliping: Kliping) -> Path:
    path = kliping.home / "saved.html"
    page = story(4).replace("</article>", f"</article><aside class=newsletter>{TEASERS}</aside>")
    page = page.replace("<title>", '<meta property="og:title" content="Case 4 decided"><title>')
    path.write_text(page)
    return path


def explained(ended: Ended) -> dict[str, Any]:
    assert (ended.code, ended.err) == (0, "")
    (page,) = ended.objects
    return page


# --------------------------------------------------------------------- a file


def test_a_saved_page_as_json(kliping: Kliping, run_here: RunHere, saved: Path) -> None:
    page = explained(run_here(kliping, "explain", "--html", saved, "--url", URL, "--json"))
    assert list(page) == ["url", "origin", "fetched_at", "verdict", "fields"]
    assert (page["url"], page["origin"]) == (URL, str(saved))
    verdict, fields = page["verdict"], page["fields"]
    assert verdict["value"] == "article"
    assert verdict["evidence"]
    assert tuple(fields) == FIELDS
    shape = ["value", "source", "confidence", "candidates"]
    assert all(list(field)[:4] == shape for field in fields.values())
    assert fields["authors"]["value"] == ["Ada Pier"]
    assert fields["published_at"]["value"] == "2026-03-05T10:00:00+02:00"
    assert fields["canonical_url"]["value"] == "https://example.com/news/4"
    assert fields["modified_at"] == {
        "value": None, "source": None, "confidence": None, "candidates": [],
    }  # fmt: skip
    assert not kliping.db.exists(), "a file needs no archive"


def test_candidates_that_lost(kliping: Kliping, run_here: RunHere, saved: Path) -> None:
    page = explained(run_here(kliping, "explain", "--html", saved, "--json"))
    title = page["fields"]["title"]
    assert title["value"] == "Harbour council decides case 4"
    candidates = title["candidates"]
    assert [each["value"] for each in candidates if each["chosen"]] == [title["value"]]
    assert all(list(each) == ["value", "source", "confidence", "chosen"] for each in candidates)
    values = [each["value"] for each in candidates]
    assert len(values) == len(set(values)), "equal values are one candidate"
    lost = {each["value"]: each["source"] for each in candidates if not each["chosen"]}
    assert lost["Case 4 decided"] == "meta:og:title"
    confidences = [each["confidence"] for each in candidates]
    assert confidences == sorted(confidences, reverse=True)


def test_the_body_in_numbers_and_what_was_left_out(
    kliping: Kliping, run_here: RunHere, saved: Path
) -> None:
    page = explained(run_here(kliping, "explain", "--html", saved, "--json"))
    body = page["fields"]["body"]
    assert body["value"].startswith("In case 4, point 1: ")
    assert body["blocks"] == {"paragraph": 6}
    assert body["characters"] == len(body["value"])
    assert 0.5 < body["share_of_page"] < 0.95
    assert [each["text"][:32] for each in body["left_out"]] == [
        f"Read in our newsletter number {number} " for number in range(3)
    ]
    assert {each["reason"] for each in body["left_out"]} <= {"newsletter", "tag"}


def test_a_caption_is_counted_once(kliping: Kliping, run_here: RunHere) -> None:
    """As one, and not as left out, too."""
    caption = f"The survey ship Petrel lies at the eastern mole{', with its divers on deck' * 3}."
    image = '<img src="/a.jpg" width=600 height=400>'
    figure = f"<figure>{image}<figcaption>{caption}</figcaption></figure>"
    path = kliping.home / "saved.html"
    path.write_text(story(4).replace("<p class=byline>", f"{figure}<p class=byline>"))
    arguments = ("explain", "--html", path, "--url", URL)
    body = explained(run_here(kliping, *arguments, "--json"))["fields"]["body"]
    assert body["blocks"] == {"caption": 1, "paragraph": 6}
    assert body["left_out"] == []
    lines = run_here(kliping, *arguments).out.splitlines()
    assert "1 caption" in next(line for line in lines if line.startswith("body\tchosen"))
    assert not [line for line in lines if "Petrel" in line]


def test_lines_without_a_terminal(kliping: Kliping, run_here: RunHere, saved: Path) -> None:
    ended = run_here(kliping, "explain", "--html", saved, "--url", URL)
    assert (ended.code, ended.err) == (0, "")
    rows = [line.split("\t") for line in ended.out.splitlines()]
    assert rows[0] == ["url", "", URL, str(saved)]
    assert rows[1][:3] == ["verdict", "chosen", "article"]
    taken = {row[0]: row[2:] for row in rows if row[1] == "chosen"}
    value, source, sure = taken["title"]
    assert value == "Harbour council decides case 4"
    assert source.startswith("main heading, ")
    assert sure.endswith("%")
    assert taken["body"][0].startswith("6 paragraphs, ")
    assert taken["authors"][:2] == ["Ada Pier", "the byline"]
    assert ["title", "lost", "Case 4 decided", "meta og:title"] in [row[:4] for row in rows]
    (begins,) = (row[2] for row in rows if row[:2] == ["body", "begins"])
    (ends,) = (row[2] for row in rows if row[:2] == ["body", "ends"])
    assert begins.startswith("In case 4, point 1: ")
    assert begins.endswith(" …")
    assert ends.endswith("was not yet finished.")


def test_what_a_site_rule_says(kliping: Kliping, run_here: RunHere, saved: Path) -> None:
    rule = (
        '[rules."example.com"]\ntitle = ".byline"\nsection = ".nowhere"\nremove = [".newsletter"]\n'
    )
    kliping.config = rule
    page = explained(run_here(kliping, "explain", "--html", saved, "--url", URL, "--json"))
    title = page["fields"]["title"]
    assert (title["value"], title["source"]) == ("By Ada Pier", "rule:example.com title")
    assert "Harbour council decides case 4" in {each["value"] for each in title["candidates"]}
    assert {each["reason"] for each in page["fields"]["body"]["left_out"]} == {"rule"}
    rows = run_here(kliping, "explain", "--html", saved, "--url", URL).out.splitlines()
    assert "title\tchosen\tBy Ada Pier\tsite rule example.com title\t100%" in rows


def test_standard_input(kliping: Kliping) -> None:
    ended = kliping.run("explain", "--html", "-", "--json", stdin=story(4))
    page = explained(ended)
    assert (page["url"], page["origin"]) == (None, "standard input")


def test_a_table_fits_a_terminal_of_80_columns(kliping: Kliping, saved: Path) -> None:
    lines = _shown(kliping, "explain", "--html", str(saved), "--url", URL)
    assert lines[:2] == [URL, str(saved)]
    assert max(map(len, lines[2:])) <= 80
    heading = next(line for line in lines if line.startswith("Field"))
    assert heading.split() == ["Field", "Value", "Source", "Sure"]
    title = next(line for line in lines if line.startswith("title "))
    assert title.split()[1:3] == ["✓", "Harbour"]
    assert title.endswith("%")
    assert any(line.startswith("not found: modified") for line in lines)
    assert any(line.startswith("text begins  In case 4, point 1") for line in lines)
    assert any(line.startswith("Left out") for line in lines)


def test_long_lines_are_broken_between_words(kliping: Kliping, saved: Path) -> None:
    address = "https://example.com/harbour-news/2026/bridge-closed-for-two-weeks-after-inspection"
    lines = _shown(kliping, "explain", "--html", str(saved), "--url", address)
    assert lines[0] == address
    start = next(at for at, line in enumerate(lines) if line.startswith("address"))
    shown = [line[12:50].strip() for line in lines[start : start + 3]]
    assert "".join(shown) == address
    assert all(line.endswith(("/", "-")) for line in shown[:-1])
    path = kliping.home / "video.html"
    path.write_text(
        '<title>The mole from the air</title><meta property="og:type" content="video.other">'
        '<script type="application/ld+json">{"@type": "VideoObject"}</script>'
        "<h1>The mole from the air</h1><video src=a.mp4></video><p>A flight over the mole.</p>"
    )
    lines = _shown(kliping, "explain", "--html", str(path))
    end = lines.index("")
    assert max(map(len, lines[1:end])) <= 80  # after the file's name, which is whole
    verdict = " ".join(lines[1:end])
    assert verdict.startswith("verdict: media (23 characters of text beside ")
    assert verdict.endswith(", a player)")


@pytest.mark.parametrize(
    ("texts", "counted"),
    [
        (["議会は火曜日に橋の修理を決めた。" * 8, "工事は来月に始まる。" * 9], "2 paragraphs"),
        (["The council met. " * 12, "“Well.”", "It voted for the repair. " * 9], "3 paragraphs"),
        (
            ["The council met on Tuesday and voted for the repair of the bridge. " * 9],
            "1 paragraph",
        ),
    ],
)
def test_the_verdict_and_the_body_count_alike(
    kliping: Kliping, run_here: RunHere, texts: list[str], counted: str
) -> None:
    body = "".join(f"<p>{text}</p>" for text in texts)
    path = kliping.home / "page.html"
    path.write_text(f"<article><h1>The bridge over the harbour</h1>{body}</article>", "utf-8")
    page = explained(run_here(kliping, "explain", "--html", path, "--json"))
    size = f"{page['fields']['body']['characters']:,} characters"
    assert page["verdict"]["evidence"].startswith(f"{size} of text in {counted}")
    rows = [
        row.split("\t") for row in run_here(kliping, "explain", "--html", path).out.splitlines()
    ]
    (told,) = (row[2] for row in rows if row[:2] == ["body", "chosen"])
    assert told.startswith(counted)
    assert f", {size}, " in told


def test_nothing_of_a_page_drives_the_terminal(kliping: Kliping, run_here: RunHere) -> None:
    path = kliping.home / "hostile.html"
    path.write_text(story(4, title="Mole\x1b[2J\u202e &#27;]0;x&#7; case"), encoding="utf-8")
    for option in ([], ["--json"]):
        out = run_here(kliping, "explain", "--html", path, *option).out
        assert not {"\x1b", "\x07", "\u202e"} & set(out)
        assert "case" in out
    assert not [line for line in _shown(kliping, "explain", "--html", str(path)) if "\x1b" in line]


@pytest.mark.parametrize(
    ("page", "verdict"),
    [
        (b"<html><title>Not found</title><h1>Page not found</h1><p>404</html>", "soft_404"),
        (b"%PDF-1.7 \x00\x01", "empty"),
        (b"\x00" * 100, "empty"),
        (b"<p>", "empty"),
    ],
)
def test_what_is_no_article_is_explained(
    kliping: Kliping, run_here: RunHere, page: bytes, verdict: str
) -> None:
    path = kliping.home / "page.html"
    path.write_bytes(page)
    told = explained(run_here(kliping, "explain", "--html", path, "--json"))
    assert told["verdict"]["value"] == verdict
    assert run_here(kliping, "explain", "--html", path).out.splitlines()[1].startswith("verdict\t")
    assert _shown(kliping, "explain", "--html", str(path))


# --------------------------------------------------------------------- an address


def test_an_address_is_fetched_and_not_filed(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    server.routes |= {"/go": redirect("/1"), "/1": reply(story(1))}
    page = explained(run_here(kliping, "explain", server.url("/go"), "--json"))
    assert (page["url"], page["origin"]) == (server.url("/1"), "fetched now")
    assert page["fields"]["title"]["value"] == "Harbour council decides case 1"
    assert run_here(kliping, "list").out == ""
    assert run_here(kliping, "list", "--rejected").out == ""
    assert [request.target for request in server.requests] == ["/robots.txt", "/go", "/1"]


@pytest.mark.parametrize(
    ("path", "code", "words"),
    [
        ("/404", 4, "HTTP 404"),
        ("/403", 5, "--html FILE"),
        ("/206", 4, "HTTP 206"),
        ("/secret/1", 5, "robots"),
        ("/image", 6, "image/png"),
    ],
)
def test_a_page_that_does_not_come(
    kliping: Kliping, run_here: RunHere, server: Server, path: str, code: int, words: str
) -> None:
    server.routes["/robots.txt"] = reply(
        "User-agent: *\nDisallow: /secret/", headers={"Content-Type": "text/plain"}
    )
    for status in (206, 403, 404):
        server.routes[f"/{status}"] = reply(b"<p>no", status)
    server.routes["/image"] = reply(b"\x89PNG\r\n", headers={"Content-Type": "image/png"})
    ended = run_here(kliping, "explain", server.url(path), "--json")
    assert (ended.code, ended.out) == (code, "")
    (line,) = ended.errors
    assert line.startswith(f"kliping: {server.url(path)}: ")
    assert words in line


def test_private_addresses_need_the_option(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    kliping.config = "[pace]\nmin_delay = 0\n"
    server.routes["/1"] = reply(story(1))
    ended = run_here(kliping, "explain", server.url("/1"))
    assert (ended.code, ended.out, server.requests) == (5, "", [])
    assert "--allow-private" in ended.err
    assert run_here(kliping, "explain", "--allow-private", server.url("/1")).code == 0


def test_a_page_that_is_gone_but_in_the_archive(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    server.routes["/1"] = reply(story(1))
    assert run_here(kliping, "fetch", "-q", server.url("/1")).code == 0
    server.routes["/1"] = reply(b"gone", 410)
    ended = run_here(kliping, "explain", server.url("/1"))
    assert (ended.code, ended.out) == (4, "")
    (line,) = ended.errors
    assert "HTTP 410" in line
    assert "give its id, 1," in line


# --------------------------------------------------------------------- the archive


def test_a_stored_page_is_read_again(kliping: Kliping, run_here: RunHere, server: Server) -> None:
    server.routes |= {"/1": reply(story(1)), "/2": reply("<title>Not found</title><p>404")}
    assert run_here(kliping, "fetch", "-q", server.url("/1")).code == 0
    assert run_here(kliping, "fetch", "-q", server.url("/2")).code == 6
    asked = len(server.requests)
    page = explained(run_here(kliping, "explain", 1, "--json"))
    assert page["url"] == server.url("/1")
    assert page["origin"].startswith("the page of article 1 as stored on 20")
    assert page["fields"]["body"]["value"].startswith("In case 1, ")
    rejected = explained(run_here(kliping, "explain", 2, "--json"))
    assert rejected["url"] == server.url("/2")
    assert rejected["verdict"]["value"] != "article"
    assert len(server.requests) == asked


def test_a_page_that_is_no_longer_stored(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    server.routes["/1"] = reply(story(1))
    assert run_here(kliping, "fetch", "-q", server.url("/1")).code == 0
    with sqlite3.connect(kliping.db) as database:
        database.execute("UPDATE version SET snapshot_id = NULL")
        database.execute("UPDATE fetch SET snapshot_id = NULL")
        database.execute("DELETE FROM snapshot")
    database.close()
    ended = run_here(kliping, "explain", 1)
    assert (ended.code, ended.out) == (2, "")
    (line,) = ended.errors
    assert "no stored page" in line
    assert f"kliping fetch {server.url('/1')}" in line


# --------------------------------------------------------------------- wrong arguments


@each_row(
    ("arguments", "words"),
    [
        ("", "give an address, an id or --html FILE"),
        ("http://example.com/ --html page.html", "one of them"),
        ("1 --html page.html", "one of them"),
        ("--url http://example.com/", "--html FILE"),
        ("http://example.com/ --url http://example.com/", "--html FILE"),
        ("--html page.html --url nonsense", "not a web address"),
        ("--html .", "cannot be read"),
        ("--html no.html", "cannot be read"),
        ("--html empty.html", "empty"),
        ("page.html", "page.html: a file; give it with --html page.html"),
        ("nonsense", "not a web address (http://… or https://…) and no article's id"),
        ("gone.html", "and no article's id (a saved page is given with --html FILE)"),
        ("ftp://example.com/", "not a web address"),
        ("7", "the archive is empty"),
        ("1 2", "2"),
    ],
)
def test_a_wrong_command_line(
    kliping: Kliping,
    run_here: RunHere,
    monkeypatch: pytest.MonkeyPatch,
    arguments: str,
    words: str,
) -> None:
    kliping.make_archive()
    monkeypatch.chdir(kliping.home)
    Path("page.html").write_text(story(1))
    Path("empty.html").write_bytes(b"")
    ended = run_here(kliping, "explain", *arguments.split())
    assert (ended.code, ended.out) == (2, "")
    (line,) = ended.errors
    assert line.startswith("kliping: ")
    assert words in line


# --------------------------------------------------------------------- the choice itself


def test_equal_values_are_joined_with_their_sources() -> None:
    why = Provenance(
        "h1+meta:og:title",
        0.97,
        (
            Candidate("A mole", "h1", 0.81),
            Candidate("A mole | Site", "title", 0.63),
            Candidate("A  mole", "meta:og:title", 0.79),
            Candidate("A mole", "json-ld:headline", 0.88),
        ),
    )
    title = explain_fields(Article(title="A mole", provenance={"title": why}))[0]
    (chosen, lost) = title.entries
    assert (chosen.value, chosen.confidence, chosen.chosen) == ("A mole", 0.97, True)
    assert chosen.sources == ("h1", "meta:og:title", "json-ld:headline")
    assert (lost.value, lost.sources, lost.chosen) == ("A mole | Site", ("title",), False)


def test_times_are_joined_by_the_moment() -> None:
    head = (
        '<meta property="article:published_time" content="2026-03-02T08:00:00Z">'
        '<script type="application/ld+json">{"@type":"NewsArticle",'
        '"datePublished":"2026-03-02T10:00:00+02:00","dateModified":"2026-03-03"}</script>'
    )
    fields = explain_fields(extract(story(1).replace("<title>", head + "<title>")))
    published = next(field for field in fields if field.name == "published_at")
    (chosen,) = published.entries
    assert set(chosen.sources) >= {"json-ld:datePublished", "meta:article:published_time"}


def test_the_value_taken_is_told_even_if_no_candidate_has_it() -> None:
    why = Provenance("words", 0.9, (Candidate("en", "html:lang", 0.95),))
    fields = explain_fields(Article(language="de", provenance={"language": why}))
    language = next(field for field in fields if field.name == "language")
    assert [(each.value, each.chosen) for each in language.entries] == [("en", False), ("de", True)]
    assert [each.value for each in language.lost] == ["en"]
    assert language.sources == ("words",)


@pytest.mark.parametrize(
    ("source", "pieces"),
    [
        ("h1", ("h1",)),
        ("h1:part+meta:og:title", ("h1:part", "meta:og:title")),
        ("meta:og:title<h1", ("meta:og:title",)),
        ("", ()),
    ],
)
def test_pieces_of_a_source(source: str, pieces: tuple[str, ...]) -> None:
    assert pieces_of(source) == pieces


PAGES = Path(__file__).parents[1] / "pages"


def test_every_source_is_told_in_words() -> None:
    sources = {
        piece
        for path in sorted(PAGES.glob("*/page.html"))
        for field in explain_fields(extract(path.read_bytes(), "https://news.example/2026/03/02/a"))
        for entry in field.entries
        for piece in entry.sources
    }
    assert len(sources) > 20
    assert not [code for code in sources if source_in_words(code) == code], "see source_words.py"


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (
            ("h1", "meta:og:title", "title", "title:first-part"),
            "main heading, meta og:title and 1 more",
        ),
        (("text:leaf", "text:name"), "a name on its own line"),
        (("h4", "rule:example.org title"), "<h4> in the page, site rule example.org title"),
        (("json-ld:author",), "JSON-LD author"),
        ((), ""),
    ],
)
def test_sources_in_words(codes: tuple[str, ...], words: str) -> None:
    assert sources_in_words(codes, 2) == words


def _shown(user: Kliping, *arguments: str) -> list[str]:
    """The lines on a terminal."""
    return [line.rstrip() for line in lines_on_terminal(user, *arguments)]

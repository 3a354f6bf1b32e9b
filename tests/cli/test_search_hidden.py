"""``search``: captions, standfirsts, tables and tags; what was edited away; teasers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.conftest import QUICK
from tests.cli.running import Kliping, RunHere, prepare
from tests.cli.terminals import on_terminal
from tests.cli.test_fetch import PINNED

ROOMY = """<!doctype html><html lang="en"><head><title>{title}</title>
<meta property="og:type" content="article"><meta name="author" content="{author}">
<meta property="article:tag" content="seawalls">{more}
<meta property="article:published_time" content="2026-03-01T10:00:00+02:00"></head>
<body><article><h1>{title}</h1>
<p class="standfirst">Anglers, says the standfirst of it all, will not like what was decided.</p>
<figure><img src="/a.jpg"><figcaption>Trawlers lie at the quay.</figcaption></figure>
<p>The harbour council heard the fishermen of the eastern mole. Nothing else was decided here.</p>
<p>{text} In point two nothing else was decided by anyone who was there on that day.</p>
<table><tr><th>Year</th><th>Boats</th></tr><tr><td>2025</td><td>seventeen</td></tr></table>
<p>The harbour council heard the fishermen of the northern mole. Nobody said anything else.</p>
{rest}</article></body></html>"""
PAID = (
    '<script type="application/ld+json">{"@context":"https://schema.org",'
    '"@type":"NewsArticle","headline":"Lighthouse keeper talks","isAccessibleForFree":false,'
    '"hasPart":{"@type":"WebPageElement","isAccessibleForFree":false,"cssSelector":".paid"}}</script>'
)


def page(title: str, text: str, author: str = "Ada Pier", more: str = "", rest: str = "") -> str:
    return ROOMY.format(title=title, text=text, author=author, more=more, rest=rest)


def file(user: Kliping, name: str, html: str, code: int = 0) -> None:
    path: Path = user.home / "page.html"
    path.write_text(html, encoding="utf-8")
    url = f"https://www.example.org/{name}"
    assert prepare(user, "fetch", "-q", "--html", path, "--url", url).code == code


def teaser(text: str) -> str:
    rest = "<div class='paid'></div><p class='paywall'>Subscribe to read on.</p>"
    html = page("Lighthouse keeper talks", text, more=PAID, rest=rest)
    start, end = html.index('<p class="standfirst">'), html.index("<p>" + text)
    return html[:start] + html[end:].replace("<p>The harbour council heard", "<p>He heard")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Kliping:
    """Article 1 in three versions, article 2 never edited, a teaser."""
    user = Kliping(tmp_path_factory.mktemp("digger"), QUICK)
    file(user, "a", page("Moles are mended", "The work costs 4.1 million, said Agnes Holt."))
    file(user, "a", page("Moles are mended", "The work costs 5.6 million, said Agnes Holt."))
    file(user, "a", page("Moles are open", "The work cost 5.6 million, we hear.", "Bo Quay"))
    file(user, "b", page("Ferries return", "The ferries of Agnes Holt come back in the spring."))
    file(user, "c", teaser("The lighthouse keeper speaks for the first time since the storm."), 5)
    return user


@pytest.mark.parametrize("word", ["trawlers", "anglers", "seventeen", "seawalls", "seaw*"])
def test_captions_standfirsts_tables_and_tags(
    archive: Kliping, run_here: RunHere, word: str
) -> None:
    hits = run_here(archive, "search", "--json", word).objects
    assert [hit["id"] for hit in hits] == [2, 1]
    shown = word.strip("*")
    assert all(shown in hit["snippet"].lower() for hit in hits)
    assert shown in run_here(archive, "show", "1").out.lower()


def versions(archive: Kliping, run_here: RunHere, query: str) -> list[tuple[int, int, bool]]:
    ended = run_here(archive, "search", "--json", "--all-versions", "--", query)
    assert all(list(hit) == [*PINNED, "snippet", "version", "current"] for hit in ended.objects)
    return [(hit["id"], hit["version"], hit["current"]) for hit in ended.objects]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ('"4.1 million"', [(1, 1, False)]),
        ('"agnes holt"', [(2, 1, True), (1, 2, False), (1, 1, False)]),
        ('"agnes holt" -ferries', [(1, 2, False), (1, 1, False)]),
        ('"5.6 million"', [(1, 3, True)]),
        ("author:ada", [(2, 1, True), (1, 2, False), (1, 1, False)]),
        ("title:mended site:www.example.org after:2026-03", [(1, 2, False), (1, 1, False)]),
        ("title:mended after:2026-04", []),
        ("mended OR ferries", [(2, 1, True), (1, 2, False), (1, 1, False)]),
        ("lighthouse", []),
        ("nowhere", []),
    ],
)
def test_what_was_edited_away(
    archive: Kliping, run_here: RunHere, query: str, wanted: list[tuple[int, int, bool]]
) -> None:
    assert versions(archive, run_here, query) == wanted
    plain = run_here(archive, "search", "--json", "--", query).objects
    assert [hit["id"] for hit in plain] == [id for id, _, current in wanted if current]


def test_an_edited_away_hit_is_that_version(archive: Kliping, run_here: RunHere) -> None:
    (hit,) = run_here(archive, "search", "--json", "--all-versions", '"4.1 million"').objects
    assert (hit["title"], hit["authors"]) == ("Moles are mended", ["Ada Pier"])
    assert "4.1 million" in hit["snippet"]
    shown = run_here(archive, "show", hit["id"], "--version", hit["version"]).out
    assert "4.1 million" in shown
    (line,) = run_here(archive, "search", "--all-versions", '"4.1 million"').out.splitlines()
    assert line.split("\t")[-1] == "version 1 of 3, edited away since"


@pytest.mark.parametrize("by", ["filed", "published", "relevance"])
def test_orders_and_limits(archive: Kliping, run_here: RunHere, by: str) -> None:
    def found(limit: int) -> list[int]:
        asked = ("search", "--json", "--all-versions", "--by", by, "--limit", limit, "agnes holt")
        return [hit["version"] for hit in run_here(archive, *asked).objects]

    everything = found(0)
    assert sorted(everything) == [1, 1, 2]
    assert [found(limit) for limit in (1, 2, 3)] == [everything[:limit] for limit in (1, 2, 3)]


def test_teasers(archive: Kliping, run_here: RunHere) -> None:
    assert run_here(archive, "search", "lighthouse").out == ""
    (hit,) = run_here(archive, "search", "--include-teasers", "--json", "title:lighthouse").objects
    assert (hit["verdict"], hit["title"]) == ("teaser", "Lighthouse keeper talks")
    assert list(hit) == [*PINNED, "snippet"]
    (line,) = run_here(archive, "search", "--include-teasers", "lighthouse").out.splitlines()
    assert line.split("\t")[-1].startswith("teaser")
    both = run_here(
        archive, "search", "--include-teasers", "--all-versions", "--json", "author:ada"
    )
    assert [(hit["id"], hit["verdict"]) for hit in both.objects] == [
        (3, "teaser"),
        (2, "article"),
        (1, "article"),
        (1, "article"),
    ]


def test_on_a_terminal_the_mark_has_its_own_line(archive: Kliping) -> None:
    text = on_terminal(archive, "search", "--all-versions", '"4.1 million"')
    lines = re.sub(r"\x1b\[\d+m", "", text).splitlines()
    assert lines[1] == "   version 1 of 3, edited away since"
    assert lines == [line.rstrip() for line in lines]
    assert max(map(len, lines)) <= 80


def test_half_a_page_is_told_apart(kliping: Kliping, run_here: RunHere) -> None:
    more = "".join(
        f"<p>On day {day} the council heard the men of mole {day}.</p>" for day in range(9)
    )
    file(kliping, "a", page("Moles are mended", "The work costs 4.1 million.", rest=more))
    file(kliping, "a", teaser("The work costs 5.6 million, it is said on the free half."), 5)
    assert run_here(kliping, "search", "--include-teasers", "half").out == ""
    (line,) = run_here(kliping, "search", "--all-versions", "half").out.splitlines()
    assert line.split("\t")[-1] == "version 2 of 2, not the article's text"


def test_a_watch_tells_of_teasers_where_asked(
    kliping: Kliping, run_here: RunHere, tmp_path: Path
) -> None:
    file(kliping, "old", teaser("The lighthouse keeper spoke for the first time long ago."), 5)
    for name, asked in (
        ("plain", ()),
        ("all", ("--include-teasers",)),
        ("feed", ("--include-teasers",)),
    ):
        added = run_here(kliping, "watch", "add", "-q", "lighthouse", "--name", name, *asked)
        assert added.code == 0
    listed = run_here(kliping, "watch", "list", "--json").objects
    assert [watch["teasers"] for watch in listed] == [False, True, True]
    assert run_here(kliping, "watch", "run").out == ""
    file(
        kliping, "c", teaser("The lighthouse keeper speaks for the first time since the storm."), 5
    )
    file(
        kliping,
        "d",
        teaser("The night watchman speaks for the first time since the storm.").replace(
            "Lighthouse", "Gatehouse"
        ),
        5,
    )
    told = run_here(kliping, "watch", "run", "plain", "all").out
    assert told.splitlines()[0] == "all:"
    assert ("teaser 2" in told, "Gatehouse" in told) == (True, False)
    assert run_here(kliping, "watch", "run", "plain", "all").out == ""
    target = tmp_path / "clips.atom"
    assert run_here(kliping, "watch", "run", "feed", "--atom", target).code == 0
    assert "Lighthouse keeper talks" in target.read_text()
    assert '<category term="teaser"/>' in target.read_text()
    # Once the whole of it can be read, all are told.
    file(kliping, "c", page("Lighthouse keeper talks", "The whole of what he said is to be read."))
    hits = run_here(kliping, "watch", "run", "plain", "all", "--json").objects
    assert [(hit["watch"], hit["id"], hit["verdict"]) for hit in hits] == [
        ("plain", 2, "article"),
        ("all", 2, "article"),
    ]


def test_forgotten_means_gone(kliping: Kliping, run_here: RunHere) -> None:
    file(kliping, "a", page("Moles are mended", "The work costs 4.1 million, said Zebulon."))
    file(kliping, "a", page("Moles are mended", "The work costs 5.6 million, said the council."))
    assert versions(kliping, run_here, "zebulon") == [(1, 1, False)]
    assert run_here(kliping, "forget", "--yes", "1").code == 0
    assert versions(kliping, run_here, "zebulon") == []
    assert b"zebulon" not in kliping.db.read_bytes().lower()
    assert run_here(kliping, "verify").code == 0


def test_verify_names_and_mends_it(kliping: Kliping, run_here: RunHere) -> None:
    from tests.cli.test_verify import change

    file(kliping, "a", page("Moles are mended", "The work costs 4.1 million, said Zebulon."))
    file(kliping, "a", page("Moles are mended", "The work costs 5.6 million, said the council."))
    change(kliping, "DELETE FROM hidden_document")
    ended = run_here(kliping, "verify")
    assert (ended.code, "version 1 is not in the search index" in ended.err) == (74, True)
    assert run_here(kliping, "verify", "--rebuild-index").code == 0
    assert versions(kliping, run_here, "zebulon") == [(1, 1, False)]

"""What crawls did and would do: ``runs``, ``coverage``, ``crawl --dry-run`` and
``--backfill``; and sources found, tried, switched off and written out."""

from __future__ import annotations

import pytest

from storage.frontier import queueing
from tests.cli.newspaper import feed, newspaper, story
from tests.cli.running import Kliping, RunHere
from tests.servers import Server, reply

XML = {"Content-Type": "application/xml"}


def test_past_runs(kliping: Kliping, run_here: RunHere, server: Server) -> None:
    kliping.make_archive()
    assert "no crawl has run yet" in run_here(kliping, "runs").err
    run_here(kliping, "sources", "add", newspaper(server, 3))
    run_here(kliping, "crawl", "-q")
    run_here(kliping, "crawl", "-q")
    second, first = run_here(kliping, "runs", "--json").objects
    assert (first["exit_code"], first["pages"]["new"], first["sources_polled"]) == (0, 3, 1)
    assert (second["sources_polled"], second["stopped"]) == (0, None)
    assert list(first)[:6] == [
        "id", "pid", "started_at", "finished_at", "exit_code", "pages"
    ]  # fmt: skip
    (line,) = run_here(kliping, "runs", "--limit", "1").out.splitlines()
    assert line.split("\t")[3:] == ["0", "none", "0"]


def test_coverage(kliping: Kliping, run_here: RunHere, server: Server) -> None:
    url = newspaper(server, 3)
    links = [server.url(f"/story/{n}") for n in (1, 2, 3)]
    server.routes["/feed.xml"] = feed([*links, server.url("/missing")])
    run_here(kliping, "sources", "add", url, "--name", "Mole")
    run_here(kliping, "crawl", "-q")
    assert run_here(kliping, "coverage").out == "Mole\t4\t3\t0\t1\t0\t0\t0\n"
    (day,) = run_here(kliping, "coverage", "Mole", "--json").objects
    assert (day["source"], day["listed"], day["filed"], day["failed"]) == ("Mole", 4, 3, 1)
    assert (day["polls"], day["failed_polls"], day["gaps"]) == (1, 0, 0)
    (poll,) = run_here(kliping, "coverage", "Mole", "--polls", "--json").objects
    assert (poll["outcome"], poll["listed"]) == ("listed", 4)
    assert run_here(kliping, "coverage", "--polls").code == 2
    unknown = run_here(kliping, "coverage", "Molle")
    assert (unknown.code, "'Mole'" in unknown.err) == (2, True)


def index_of(server: Server, *parts: str) -> None:
    """Serve a sitemap index of these."""
    listed = "".join(f"<sitemap><loc>{server.url(part)}</loc></sitemap>" for part in parts)
    server.routes["/index.xml"] = reply(f"<sitemapindex>{listed}</sitemapindex>", headers=XML)


def test_sitemaps_of_an_index_are_counted_as_what_they_are(
    kliping: Kliping, run_here: RunHere, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was due, and what was polled, is one sum for a reader."""
    newspaper(server, 1)
    index_of(server, "/a.xml", "/b.xml")
    url = f"<url><loc>{server.url('/story/1')}</loc></url>"
    server.routes["/a.xml"] = reply(f"<urlset>{url}</urlset>", headers=XML)
    server.routes["/b.xml"] = reply(status=404)
    run_here(kliping, "sources", "add", server.url("/index.xml"), "--name", "Mole")
    due = run_here(kliping, "crawl", "--dry-run")
    assert "1 source and 0 pages due, and what the sources will list; no request was" in due.err
    ended = run_here(kliping, "crawl")
    assert "3 sources polled (2 of them sitemaps of an index), 1 failed" in ended.err
    (run,) = run_here(kliping, "runs", "--json").objects
    assert (run["sources_polled"], run["parts_polled"], run["sources_failed"]) == (3, 2, 1)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    wide = {"COLUMNS": "80", "TERM": "dumb"}
    polls = run_here(kliping, "coverage", "Mole", "--polls", env=wide).out.splitlines()
    remarks = sorted(line.rstrip().split("  ")[-1].strip() for line in polls[1:])
    assert remarks == ["a.xml", "b.xml: HTTP 404", "the index"]
    assert max(map(len, polls)) <= 80
    shown = run_here(kliping, "coverage", env=wide)
    assert "polls that failed: Mole 1 of 3; `kliping coverage Mole --polls` shows why" in shown.err


def test_what_there_was_no_room_for_is_told(
    kliping: Kliping, run_here: RunHere, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = newspaper(server, 3)
    run_here(kliping, "sources", "add", url, "--name", "Mole")
    server.routes["/feed.xml"] = feed([server.url(f"/missing/{n}") for n in range(9)])
    monkeypatch.setattr(queueing, "MAX_DUE", 5)
    ended = run_here(kliping, "crawl")
    assert "source Mole lists 7 pages more than may wait at once" in ended.err
    (poll, *_) = run_here(kliping, "coverage", "Mole", "--polls", "--json").objects
    assert (poll["listed"], poll["left_out"]) == (9, 7)
    (line, *_) = run_here(kliping, "coverage", "Mole", "--polls").out.splitlines()
    assert line.endswith("7 left out")


def test_what_is_due_is_told_and_nobody_asked(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    run_here(kliping, "sources", "add", newspaper(server, 2))
    asked = len(server.requests)
    ended = run_here(kliping, "crawl", "--dry-run", "--json")
    assert [each["kind"] for each in ended.objects] == ["source", "page", "page"]
    assert len(server.requests) == asked
    assert run_here(kliping, "runs", "--json").objects == []
    assert "1 source and 2 pages due" in ended.err


def test_discover_and_add_the_best(kliping: Kliping, run_here: RunHere, server: Server) -> None:
    url = newspaper(server, 2)
    server.routes["/"] = reply(
        f'<html><head><link rel="alternate" type="application/rss+xml" href="{url}"></head>'
        f'<body><main><h2><a href="/story/1-the-harbour-council-decides">The harbour council'
        " decides the case of the mole</a></h2></main></body></html>"
    )
    front = server.url("/")
    found = run_here(kliping, "discover", front, "--json").objects
    assert (found[0]["url"], found[0]["kind"], found[0]["best"]) == (url, "feed", True)
    assert found[0]["why"]
    assert run_here(kliping, "sources", "list", "--json").objects == []
    ended = run_here(kliping, "sources", "add", front)
    assert ended.code == 0
    assert f"{url} (link rel=alternate): " in ended.err
    assert "known already" in run_here(kliping, "sources", "add", front).err
    (source,) = run_here(kliping, "sources", "list", "--json").objects
    assert (source["url"], source["kind"]) == (url, "feed")


def test_a_source_is_tried_without_being_stored(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    url = newspaper(server, 2)
    ended = run_here(kliping, "sources", "test", url)
    assert [line.split("\t")[0] for line in ended.out.splitlines()] == ["new", "new"]
    assert "a feed with 2 links, 2 of them new; nothing was stored" in ended.err
    assert run_here(kliping, "sources", "list").out == ""
    run_here(kliping, "sources", "add", url, "--name", "Mole")
    run_here(kliping, "crawl", "-q")
    states = [
        each["state"] for each in run_here(kliping, "sources", "test", "Mole", "--json").objects
    ]
    assert states == ["known", "known"]
    assert run_here(kliping, "sources", "test", "Molle").code == 2


def test_off_and_on(kliping: Kliping, run_here: RunHere, server: Server) -> None:
    run_here(kliping, "sources", "add", newspaper(server, 1), "--name", "Mole")
    off = run_here(kliping, "sources", "disable", "Mole", "--reason", "moved\x1b[31m away")
    assert "kliping sources enable Mole" in off.err
    assert "\x1b" not in off.err
    polls = server.targets().count("/feed.xml")
    run_here(kliping, "crawl", "-q")
    assert server.targets().count("/feed.xml") == polls
    (source,) = run_here(kliping, "sources", "list", "--json").objects
    assert source["disabled_reason"].startswith("moved")
    told = run_here(kliping, "health", "--json")
    (note,) = told.objects
    assert (told.code, note["kind"], note["alarm"]) == (0, "disabled", False)
    assert "moved" in note["detail"]
    assert note["how"] == "`kliping sources enable Mole` polls it again"
    assert run_here(kliping, "health", "-q").out == ""
    for words in ((), ("-q",)):
        named = run_here(kliping, "crawl", "Mole", *words)
        assert (named.code, server.targets().count("/feed.xml")) == (0, polls)
        assert "is disabled: moved" in named.err
        assert "kliping sources enable Mole" in named.err
    run_here(kliping, "sources", "enable", "Mole")
    run_here(kliping, "crawl", "-q")
    assert server.targets().count("/feed.xml") == polls + 1
    assert run_here(kliping, "health").code == 0


def test_sources_go_out_and_come_back(kliping: Kliping, run_here: RunHere, server: Server) -> None:
    for name in ("a", "b"):
        server.routes[f"/{name}.xml"] = feed([])
        run_here(kliping, "sources", "add", server.url(f"/{name}.xml"), "--name", f'{name} & "co"')
    opml = kliping.home / "out.opml"
    opml.write_text(run_here(kliping, "sources", "export").out)
    plain = run_here(kliping, "sources", "export", "--plain").out
    assert plain.split() == [server.url("/a.xml"), server.url("/b.xml")]
    other = ("--db", kliping.home / "other.db")
    assert run_here(kliping, "sources", "import", opml, *other).code == 0
    listed = run_here(kliping, "sources", "list", "--json", *other)
    names = [each["name"] for each in listed.objects]
    assert names == ['a & "co"', 'b & "co"']


def test_a_backfill_by_command(kliping: Kliping, run_here: RunHere, server: Server) -> None:
    url = newspaper(server, 1)
    for number in range(10, 14):
        server.routes[f"/story/{number}"] = reply(story(number))
    old = "".join(
        f"<url><loc>{server.url(f'/story/{n}')}</loc><lastmod>20{n}-05-01</lastmod></url>"
        for n in range(10, 14)
    )
    server.routes["/sitemap.xml"] = reply(f"<urlset>{old}</urlset>", headers=XML)
    run_here(kliping, "sources", "add", url, "--name", "Mole")
    assert run_here(kliping, "crawl", "-q").code == 0
    assert len(run_here(kliping, "list").out.splitlines()) == 1
    ended = run_here(kliping, "crawl", "Mole", "--backfill", "--since", "2012-01-01", "--json")
    assert [each["url"][-2:] for each in ended.objects if each["outcome"] == "new"] == ["13", "12"]
    run_here(kliping, "crawl", "Mole", "--backfill", "-q")
    assert len(run_here(kliping, "list").out.splitlines()) == 5


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--since", "2012-01-01"], "--backfill"),
        (["--backfill", "--since", "yesterday"], "2024-12-31"),
        (["--backfill", "--budget", "0"], "budget"),
    ],
)
def test_wrong_arguments(kliping: Kliping, run_here: RunHere, words: list[str], said: str) -> None:
    ended = run_here(kliping, "crawl", *words)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err

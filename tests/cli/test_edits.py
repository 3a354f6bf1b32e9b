"""``edits``: what publishers changed, over the whole archive."""

from __future__ import annotations

import pytest

from tests.cli.newspaper import story
from tests.cli.running import Kliping, RunHere
from tests.servers import Server, reply

KEYS = ["article", "url", "title", "version", "seen_at", "kinds", "stealth", "summary"]
EDIT = "<p>Correction: the survey of the eastern mole had been finished in May after all.</p>"


@pytest.fixture
def edited(kliping: Kliping, run_here: RunHere, server: Server) -> Kliping:
    """Three articles: the first got another headline, the second a correction, the third stayed."""
    for number in (1, 2, 3):
        server.routes[f"/{number}"] = reply(story(number))
        run_here(kliping, "fetch", server.url(f"/{number}"))
    server.routes["/1"] = reply(story(1, title="The harbour council is overruled by the mayor"))
    server.routes["/2"] = reply(story(2, edit=EDIT))
    for number in (1, 2, 3):
        run_here(kliping, "fetch", server.url(f"/{number}"))
    return kliping


def test_the_newest_first(edited: Kliping, run_here: RunHere, server: Server) -> None:
    second, first = run_here(edited, "edits", "--json").objects
    assert list(first) == KEYS
    assert (first["article"], first["version"], first["url"]) == (1, 2, server.url("/1"))
    assert first["title"] == "The harbour council is overruled by the mayor"
    assert first["kinds"] == ["headline"]
    assert (second["article"], "correction" in second["kinds"]) == (2, True)
    lines = run_here(edited, "edits").out.splitlines()
    assert [line.split("\t")[1:3] for line in lines] == [["2", "2"], ["1", "2"]]


def test_filters(edited: Kliping, run_here: RunHere) -> None:
    def articles(*arguments: object) -> list[int]:
        found = run_here(edited, "edits", "--json", *arguments).objects
        return [one["article"] for one in found]

    everything = articles()
    assert articles("--kind", "headline") == [1]
    assert articles("--kind", "byline") == []
    assert articles("--since", "1d") == everything
    assert articles("--limit", 1) == everything[:1]
    assert articles("--site", "127.0.0.1") == everything
    assert articles("--site", "example.com") == []
    stealthy = [
        one["article"] for one in run_here(edited, "edits", "--json").objects if one["stealth"]
    ]
    assert articles("--stealth") == stealthy


def test_none(kliping: Kliping, run_here: RunHere) -> None:
    kliping.make_archive()
    assert run_here(kliping, "edits").err == "kliping: no edit was seen\n"
    assert run_here(kliping, "edits", "--stealth").err == "kliping: no edit was seen that fits\n"
    assert run_here(kliping, "edits", "--json").out == ""


@pytest.mark.parametrize(
    "wrong",
    ["--kind nonsense", "--since soon", "--since 2999-01-01", "--site http://", "--limit -1"],
)
def test_wrong_options(kliping: Kliping, run_here: RunHere, wrong: str) -> None:
    kliping.make_archive()
    ended = run_here(kliping, "edits", *wrong.split())
    assert (ended.code, ended.out, len(ended.errors)) == (2, "", 1)


def test_an_empty_site_is_shown(kliping: Kliping, run_here: RunHere) -> None:
    run_here(kliping, "db", "upgrade")
    ended = run_here(kliping, "edits", "--site", "")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == "kliping: --site '': write the host alone, as in example.com\n"

"""A port that browsers refuse is told in one line, by every command that can meet it."""

from __future__ import annotations

import pytest

from tests.cli.newspaper import feed
from tests.cli.running import Kliping, RunHere
from tests.fetch.test_ports import LINE
from tests.servers import Server, reply


@pytest.mark.parametrize(
    "words", [("fetch",), ("explain",), ("extract",), ("discover",), ("sources", "add")]
)
def test_every_command_says_so_in_one_line(
    words: tuple[str, ...], kliping: Kliping, run_here: RunHere
) -> None:
    ended = run_here(kliping, *words, "http://127.0.0.1:25/feed.xml", "--allow-private")
    assert ended.code == 5
    (line,) = ended.errors
    assert LINE in line
    assert "--allow-private" not in line


def test_a_crawl_passes_over_what_a_feed_and_a_robots_txt_name(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    server.routes["/feed.xml"] = feed(["http://127.0.0.1:25/story", server.url("/other")])
    server.routes["/robots.txt"] = reply("Sitemap: http://127.0.0.1:25/sitemap.xml")
    assert run_here(kliping, "sources", "add", server.url("/feed.xml")).code == 0
    ended = run_here(kliping, "crawl", "--backfill", "--since", "2000-01-01", "--json")
    assert any(LINE in line and ":25/sitemap.xml" in line for line in ended.errors), ended.err
    assert LINE in ended.out, ended.out

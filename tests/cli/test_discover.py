"""``kliping discover``: what a site offers, for a person and for a program."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import termios
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from commands.times import local_minute
from tests.cli.newspaper import FEED_TYPE, feed, newspaper
from tests.cli.running import COMMAND, Kliping, RunHere
from tests.servers import Server, reply

KEYS = [
    "url", "kind", "best", "title", "via", "links", "sitemaps", "newest", "per_day", "is_news",
    "why", "reason",
]  # fmt: skip
NEWEST = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
"""The command has the clock of this machine, by which a source is new or old."""


def on_terminal(user: Kliping, *arguments: str, columns: int = 80) -> tuple[int, str]:
    """The exit code, and what stands on a terminal of so many columns."""
    control, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = user.environment({"TZ": "UTC", "COLUMNS": "", "TERM": "dumb"})
    with subprocess.Popen(
        [*COMMAND, *arguments], env=environment, stdin=terminal, stdout=terminal, stderr=terminal
    ) as process:
        os.close(terminal)
        shown = b""
        with suppress(OSError):  # how a closed terminal ends on Linux
            while piece := os.read(control, 65536):
                shown += piece
        os.close(control)
    return process.returncode, shown.decode().replace("\r\n", "\n")


def serve(server: Server) -> str:
    """A front page that names a feed of the whole site and one of a section; its address."""
    newspaper(server, 4)
    for path, count in (("/feed.xml", 9), ("/a-very-long-name-of-a-section-of-the-paper/rss", 6)):
        items = "".join(
            f"<item><title>One</title><link>{server.url(f'{path}/{n}')}</link>"
            f"<pubDate>{format_datetime(NEWEST - timedelta(hours=n))}</pubDate></item>"
            for n in range(count)
        )
        document = f"<rss version='2.0'><channel><title>T</title>{items}</channel></rss>"
        server.routes[path] = reply(document, headers=FEED_TYPE)
    server.routes["/"] = reply(
        '<link rel="alternate" type="application/rss+xml" href="/feed.xml"><link rel="alternate" '
        'type="application/rss+xml" href="/a-very-long-name-of-a-section-of-the-paper/rss">'
        '<h2><a href="/story/1">The harbour council decides the case of the mole</a></h2>'
    )
    return server.url("/")


def test_a_terminal_of_80_columns_shows_all_that_counts(kliping: Kliping, server: Server) -> None:
    code, shown = on_terminal(kliping, "discover", serve(server))
    assert code == 0
    heading, first, url, why, *rest = shown.splitlines()
    assert heading.split() == ["Kind", "Lists", "Newest", "A", "day", "Found", "by"]
    assert first.split() == [
        "1", "feed", "9", "links", *local_minute(NEWEST).split(), "24.0",
        "link", "rel=alternate",
    ]  # fmt: skip
    assert url.strip() == server.url("/feed.xml")
    assert why.strip() == "one that fits the address better goes first"
    long = "    " + server.url("/a-very-long-name-of-a-section-of-the-paper/rss")
    assert long in rest, "an address is shown whole"
    assert all(len(line) < 80 for line in shown.splitlines() if "://" not in line)
    end = " ".join(rest[-2:])
    assert end.endswith(f"`kliping sources add {server.url('/feed.xml')}` follows the first")


def test_a_narrow_terminal(kliping: Kliping, server: Server) -> None:
    code, shown = on_terminal(kliping, "discover", serve(server), columns=40)
    assert code == 0
    assert server.url("/feed.xml") in shown


def test_programs_are_told_the_same(kliping: Kliping, run_here: RunHere, server: Server) -> None:
    front = serve(server)
    found = run_here(kliping, "discover", front, "--json").objects
    assert [list(each) for each in found] == [KEYS] * len(found)
    best = found[0]
    assert (best["best"], best["links"]) == (True, 9)
    assert best["newest"] == NEWEST.isoformat()
    assert best["reason"] == "one that fits the address better goes first"
    lines = run_here(kliping, "discover", front).out.splitlines()
    assert lines[0].split("\t") == [
        "feed", "9", best["newest"], "24.0", best["url"], best["via"], best["why"], best["reason"],
    ]  # fmt: skip


def test_a_misspelt_section_is_not_the_whole_site(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    newspaper(server, 2)
    robots = f"Sitemap: {server.url('/sitemap.xml')}"
    server.routes["/robots.txt"] = reply(robots, headers={"Content-Type": "text/plain"})
    server.routes["/sitemap.xml"] = feed([server.url(f"/story/{n}") for n in range(9)])
    for command in (("discover",), ("sources", "add")):
        ended = run_here(kliping, *command, server.url("/polittics/"))
        assert (ended.code, ended.out) == (4, "")
        (line,) = ended.errors
        assert "HTTP 404" in line
    assert run_here(kliping, "discover", server.url("/")).code == 0, "its front page may be closed"


@pytest.mark.parametrize("given", ["", "a b", "example", "ftp://example.com/", "http://"])
def test_what_is_no_address(kliping: Kliping, run_here: RunHere, given: str) -> None:
    ended = run_here(kliping, "discover", given)
    assert (ended.code, ended.out, len(ended.errors)) == (2, "", 1)

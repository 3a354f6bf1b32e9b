"""``stories``, ``show --story``, ``open`` and ``watch``: an archive of two outlets."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from commands.read.snapshots import disarm
from tests.cli.conftest import QUICK
from tests.cli.newspaper import story
from tests.cli.running import Kliping, RunHere, prepare
from tests.servers import Server, reply
from tests.tables import each_row

CHANGED = story(1, edit="<p>And the mayor of the town said that nobody had asked her.</p>")
REFRESH = '<meta HTTP-Equiv="&#114;efresh" content="60;url=https://tracker.example/">'
LIVE = story(1).replace("<title>", f"{REFRESH}<title>")
EVIL = "Mole \x1b[31m\u202e[/bad] =cmd"


@pytest.fixture(scope="module")
def outlets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Kliping, Server]]:
    """A story on two hosts of one server, and one that only one has."""
    user = Kliping(tmp_path_factory.mktemp("stories"), QUICK)
    with Server() as server:
        server.routes["/story/1"] = reply(LIVE)
        server.routes["/copy"] = reply(CHANGED)
        server.routes["/story/2"] = reply(story(2, title=EVIL))
        other = server.url("/copy").replace("127.0.0.1", "localhost")
        for url in (server.url("/story/1"), other, server.url("/story/2")):
            assert prepare(user, "fetch", "-q", url).code == 0
        yield user, server


def test_stories_in_json(outlets: tuple[Kliping, Server], run_here: RunHere) -> None:
    (found,) = run_here(outlets[0], "stories", "--json").objects
    assert [one["id"] for one in found["articles"]] == [1, 2]
    assert {"id", "url", "canonical_url", "first_seen_at"} <= set(found["articles"][0])


def test_stories_for_people(outlets: tuple[Kliping, Server], run_here: RunHere) -> None:
    lines = run_here(outlets[0], "stories").out.splitlines()
    assert [line.split("\t")[:2] for line in lines] == [["1", "1"], ["1", "2"]]


def test_show_story_says_who_changed_what(
    outlets: tuple[Kliping, Server], run_here: RunHere
) -> None:
    out = run_here(outlets[0], "show", "2", "--story").out
    assert "had it first" in out
    assert "1 paragraph added" in out
    (found,) = run_here(outlets[0], "show", "1", "--story", "--json").objects
    assert len(found["articles"]) == 2
    like = run_here(outlets[0], "show", "3", "--story").out
    assert "May belong to it too" in like
    assert "had it first" not in like


def test_an_article_may_be_alone(kliping: Kliping, server: Server, run_here: RunHere) -> None:
    server.routes["/story/1"] = reply(story(1))
    run_here(kliping, "fetch", "-q", server.url("/story/1"))
    alone = run_here(kliping, "show", "1", "--story")
    assert (alone.code, alone.out) == (0, "")
    assert "no other article" in alone.err
    assert run_here(kliping, "stories", "--json").out == ""


def test_ways_of_showing_exclude_each_other(
    outlets: tuple[Kliping, Server], run_here: RunHere
) -> None:
    ended = run_here(outlets[0], "show", "1", "--html", "--markdown")
    assert (ended.code, len(ended.errors)) == (2, 1)


def test_the_stored_page_is_printed_byte_for_byte(outlets: tuple[Kliping, Server]) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-P",
            "-c",
            "import sys, cli; sys.exit(cli.main())",
            "show",
            "1",
            "--html",
        ],
        env=outlets[0].environment(),
        capture_output=True,
        cwd=outlets[0].home,
        check=True,
    )
    assert done.stdout == LIVE.encode()


def test_a_stored_page_is_opened_from_a_private_file_that_runs_nothing(
    outlets: tuple[Kliping, Server], run_here: RunHere, tmp_path: Path
) -> None:
    env = {"TMPDIR": str(tmp_path), "BROWSER": "", "PATH": "", "DISPLAY": ""}
    ended = run_here(outlets[0], "open", "1", "--snapshot", env=env)
    assert ended.code == 0
    path = Path(ended.out.strip().removeprefix("file://"))
    assert path.stat().st_mode & 0o077 == 0
    text = path.read_text()
    assert text.index("Content-Security-Policy") < text.index("<title>")
    assert "default-src 'none'" in text
    assert text.lower().count("http-equiv") == text.count("data-HTTP-Equiv") + 2  # our own
    assert run_here(outlets[0], "open", "1", env=env).out.strip().endswith("/story/1")


@each_row(
    ("page", "disarmed"),
    [
        ("a<script>1 < 2</script >b", "a b"),
        ('a<SCRIPT src="//x.example/s.js"></script>b', "a b"),
        ("a<script>var s = '</scripts>';</script\n>b", "a b"),
        ("a<script>never ends", "a "),
        ('a<link rel=preconnect href="//x.example">b', "a b"),
        ("a<link/rel=dns-prefetch/href=//x.example>b", "a b"),
        ("<li<link>nk rel=preconnect>", "<li nk rel=preconnect>"),
        ("<li<script></script>nk rel=preconnect>", "<li nk rel=preconnect>"),
        ("<iframe srcdoc='&lt;link rel=x&gt;'>", "<iframe data-srcdoc='&lt;link rel=x&gt;'>"),
        ("<scripted>a</scripted><links>b</links>", "<scripted>a</scripted><links>b</links>"),
        ("<meta http-equiv=refresh>", "<meta data-http-equiv=refresh>"),
    ],
)
def test_what_no_policy_forbids_is_taken_out(page: str, disarmed: str) -> None:
    assert disarm(page) == disarmed


def test_the_browser_that_a_person_names_is_started(
    outlets: tuple[Kliping, Server], tmp_path: Path
) -> None:
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/asked\n')
    browser.chmod(0o700)
    ended = outlets[0].run("open", "1", env={"BROWSER": str(browser)})
    assert (ended.code, ended.out) == (0, "")
    assert (tmp_path / "asked").read_text().strip().endswith("/story/1")

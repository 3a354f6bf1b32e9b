"""A paper on one host, and another outlet that would write its article, from the command line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import zstandard

from tests.cli.conftest import QUICK
from tests.cli.running import Kliping, RunHere, prepare
from tests.cli.test_history import FIRST, page
from tests.servers import Server, redirect, reply

OLD = Path(__file__).parent.parent / "data" / "identity.db.zst"
LIE = (FIRST[0].replace("cracks", "no cracks at all"), *FIRST[1:])


@dataclass
class Scene:
    user: Kliping
    story: str
    short: str
    shortener: Server


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    user = Kliping(tmp_path, QUICK)
    with Server() as paper, Server(host="127.0.0.2") as shortener:
        paper.routes["/story"] = reply(page(FIRST, "Bridge closed"))
        story, short = paper.url("/story"), shortener.url("/x")
        shortener.routes["/x"] = redirect(story)
        assert prepare(user, "fetch", "-q", short).code == 0
        yield Scene(user, story, short, shortener)


def test_a_sold_shortener_does_not_write_the_papers_article(
    scene: Scene, run_here: RunHere
) -> None:
    scene.shortener.routes["/x"] = reply(page(LIE, "Bridge closed"))
    assert run_here(scene.user, "fetch", "-q", scene.short).code == 0
    (shown,) = run_here(scene.user, "show", scene.story, "--json").objects
    assert (shown["url"], shown["versions"]) == (scene.story, 1)
    assert shown["body"].splitlines()[0] == FIRST[0]
    (other,) = run_here(scene.user, "show", scene.short, "--json").objects
    assert (other["url"], other["body"].splitlines()[0]) == (scene.short, LIE[0])
    versions = run_here(scene.user, "history", scene.story, "--json").objects
    assert [version["url"] for version in versions] == [scene.story]
    found = run_here(scene.user, "search", "--json", "site:127.0.0.1").objects
    assert [one["url"] for one in found] == [scene.story]
    again = run_here(scene.user, "fetch", "--json", scene.story).objects
    assert [one["outcome"] for one in again] == ["unchanged"]
    assert run_here(scene.user, "db", "check-identity").code == 0


def test_nor_does_a_page_that_declares_it(scene: Scene, run_here: RunHere) -> None:
    claim = page(LIE, "Bridge closed").replace(
        "<meta charset", f'<link rel="canonical" href="{scene.story}"><meta charset'
    )
    scene.shortener.routes["/claim"] = reply(claim)
    assert run_here(scene.user, "fetch", "-q", scene.shortener.url("/claim")).code == 0
    (shown,) = run_here(scene.user, "show", scene.story, "--json").objects
    assert shown["body"].splitlines()[0] == FIRST[0]


@pytest.fixture
def old(tmp_path: Path) -> Kliping:
    user = Kliping(tmp_path)
    user.db.write_bytes(zstandard.ZstdDecompressor().decompress(OLD.read_bytes()))
    return user


def test_what_an_older_archive_holds_is_told_and_undone(old: Kliping, run_here: RunHere) -> None:
    checked = run_here(old, "verify")
    assert checked.code == 0
    assert checked.errors[-2].endswith(
        "3 articles hold what another address brought or claimed: "
        "`kliping db check-identity` lists it, --apply returns it"
    )
    listed = run_here(old, "db", "check-identity", "--json").objects
    assert [one["id"] for one in listed] == [1, 2, 3]
    assert listed[0]["versions"] == {"https://short.example/x": 1}
    told = run_here(old, "db", "check-identity")
    assert told.out.splitlines()[0].startswith("article 1 of https://www.paper.example/story: ")
    assert "3 articles hold what another address" in told.err
    applied = run_here(old, "db", "check-identity", "--apply")
    assert (applied.code, applied.errors[-1]) == (
        0,
        f"kliping: {old.db}: 3 articles put right: `kliping crawl` asks their addresses again",
    )
    after = run_here(old, "db", "check-identity")
    assert (after.out, after.code) == ("", 0)
    assert len(run_here(old, "verify").errors) == 1

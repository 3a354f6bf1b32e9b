"""What failed or was rejected is asked again: on request, and when the rules change."""

from __future__ import annotations

from tests.cli.conftest import QUICK
from tests.cli.newspaper import newspaper, story
from tests.cli.running import Kliping, RunHere
from tests.servers import Server, reply

HIDDEN = story(2).replace("<article>", '<nav class="story">').replace("</article>", "</nav>")
"""A page whose text only a rule finds."""
RULE = '[rules."127.0.0.1"]\nbody = "nav.story > p"\n'


def titles(kliping: Kliping, run_here: RunHere) -> set[str]:
    return {row["title"] for row in run_here(kliping, "list", "--json").objects}


def crawled(kliping: Kliping, run_here: RunHere, *more: object) -> tuple[int, str]:
    ended = run_here(kliping, "crawl", *more)
    return ended.code, ended.err


def test_failed_pages_are_tried_again_on_request(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    run_here(kliping, "sources", "add", newspaper(server, 3), "--name", "mole")
    down = {path: server.routes.pop(path) for path in ("/story/1", "/story/2")}
    run_here(kliping, "crawl")
    assert len(titles(kliping, run_here)) == 1
    server.routes |= down
    server.requests.clear()
    crawled(kliping, run_here)
    assert server.requests == [], "they are due tomorrow"
    code, said = crawled(kliping, run_here, "--retry", "--limit", 1)
    assert (code, said.splitlines()[0]) == (
        0,
        "kliping: 1 failed or rejected page to be tried again",
    )
    assert len(titles(kliping, run_here)) == 2
    crawled(kliping, run_here, "--retry", "mole", "-q")
    assert len(titles(kliping, run_here)) == 3
    _, said = crawled(kliping, run_here, "--retry")
    assert said.startswith("kliping: 0 failed or rejected pages to be tried again\n")


def test_a_source_that_failed_is_polled_again_on_request(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    feed = newspaper(server, 1)
    run_here(kliping, "sources", "add", feed, "--name", "mole")
    kept = server.routes.pop("/feed.xml")
    run_here(kliping, "crawl", "mole")
    server.routes["/feed.xml"] = kept
    server.requests.clear()
    crawled(kliping, run_here)
    assert "/feed.xml" not in server.targets()
    crawled(kliping, run_here, "--retry")
    assert "/feed.xml" in server.targets()


def test_a_new_rule_makes_rejected_pages_due(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    run_here(kliping, "sources", "add", newspaper(server, 3))
    server.routes["/story/2"] = reply(HIDDEN)
    gone = server.routes.pop("/story/3")
    run_here(kliping, "crawl")
    assert len(titles(kliping, run_here)) == 1
    kliping.config = QUICK + RULE
    server.requests.clear()
    server.routes["/story/3"] = gone
    code, said = crawled(kliping, run_here)
    assert (code, said.splitlines()[0]) == (
        0,
        "kliping: 1 rejected page to be read by changed rules",
    )
    assert "/story/2" in server.targets(), "is read again"
    assert "/story/1" not in server.targets(), "is filed"
    assert "/story/3" not in server.targets(), "waits: no rule is to blame"
    assert len(titles(kliping, run_here)) == 2
    server.requests.clear()
    crawled(kliping, run_here)
    assert server.requests == []


def test_wrong_options(kliping: Kliping, run_here: RunHere) -> None:
    for arguments, problem in (
        (("--limit", 3), "--limit belongs to --retry"),
        (("--retry", "--limit", 0), "--limit"),
        (("--retry", "--dry-run"), "--dry-run changes nothing"),
    ):
        ended = run_here(kliping, "crawl", *arguments)
        assert (ended.code, ended.out) == (2, "")
        assert problem in ended.err
        assert len(ended.errors) == 1
    assert not kliping.db.exists()

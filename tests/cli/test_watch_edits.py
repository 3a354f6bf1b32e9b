"""``watch add --edits`` and ``--stealth``: edits are told, once."""

from __future__ import annotations

from contextlib import redirect_stdout
from pathlib import Path

import pytest

from tests.cli.newspaper import story
from tests.cli.running import Kliping, RunHere, main_here
from tests.postgres import postgres
from tests.servers import Server, reply
from tests.tables import each_row

KEYS = [
    "watch", "article", "url", "title", "version", "seen_at", "kinds", "stealth", "summary",
]  # fmt: skip
ZEPPELIN = "<p>A zeppelin came by at noon and stayed for an hour over the harbour.</p>"


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest, kliping: Kliping) -> str:
    return str(kliping.db if request.param == "sqlite" else postgres().fresh())


def file(
    user: Kliping, run_here: RunHere, server: Server, db: str, number: int, **how: str
) -> None:
    server.routes[f"/{number}"] = reply(story(number, **how))
    assert run_here(user, "fetch", "-q", "--db", db, server.url(f"/{number}")).code == 0


def test_what_the_query_finds_before_or_after(
    kliping: Kliping, run_here: RunHere, server: Server, db: str
) -> None:
    file(kliping, run_here, server, db, 1)
    file(kliping, run_here, server, db, 2, edit=ZEPPELIN)
    file(kliping, run_here, server, db, 3)
    for words in (("--edits", "zeppelin"), ("--edits",), ("--stealth",), ("zeppelin",)):
        assert run_here(kliping, "watch", "add", "-q", "--db", db, *words).code == (
            2 if words == ("zeppelin",) else 0
        )
    run_here(kliping, "watch", "add", "-q", "--db", db, "--name", "hits", "zeppelin")
    assert run_here(kliping, "watch", "run", "--db", db).out == ""  # nothing since
    file(kliping, run_here, server, db, 1, edit=ZEPPELIN)  # the word came
    file(kliping, run_here, server, db, 2)  # and went
    file(kliping, run_here, server, db, 3, title="The council is overruled by the mayor")
    file(kliping, run_here, server, db, 4, edit=ZEPPELIN)  # no edit
    told = run_here(kliping, "watch", "run", "--json", "--db", db).objects
    of = {name: [one.get("article", one.get("id")) for one in told if one["watch"] == name]
          for name in ("zeppelin", "all edits", "stealth edits", "hits")}  # fmt: skip
    stealthy = [one["article"] for one in run_here(kliping, "edits", "--stealth", "--json",
                                                   "--db", db).objects]  # fmt: skip
    assert of == {
        "zeppelin": [1, 2],
        "all edits": [1, 2, 3],
        "stealth edits": stealthy[::-1],
        "hits": [1, 4],
    }
    assert list(told[0]) == KEYS
    assert (told[0]["version"], told[0]["kinds"]) == (2, ["paragraph_added"])
    assert run_here(kliping, "watch", "run", "--db", db).out == ""


def test_in_lines(kliping: Kliping, run_here: RunHere, server: Server) -> None:
    db = str(kliping.db)
    file(kliping, run_here, server, db, 1)
    run_here(kliping, "watch", "add", "--edits", "harbour")
    file(kliping, run_here, server, db, 1, title="Mole \x1b[31m\u202e")
    lines = run_here(kliping, "watch", "run").out.splitlines()
    assert lines[0] == "harbour:"
    assert lines[2].startswith("    article 1, version 2  20")
    assert lines[3].startswith("    changed: headline")
    assert lines[4:] == [f"    {server.url('/1')}", ""]
    assert not {"\x1b", "\u202e"} & set("".join(lines))
    listed = run_here(kliping, "watch", "list").out.rstrip("\n").split("\t")
    assert listed[-1] == "edits"


def test_what_could_not_be_written_is_told_again(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    db = str(kliping.db)
    file(kliping, run_here, server, db, 1)
    run_here(kliping, "watch", "add", "--edits")
    file(kliping, run_here, server, db, 1, title="Another headline for the same harbour")
    with Path("/dev/full").open("w") as full, redirect_stdout(full):
        assert main_here(kliping, ("watch", "run"), None) == 74
    assert run_here(kliping, "watch", "run").out.startswith("all edits:")


def test_a_feed_holds_articles(
    kliping: Kliping, run_here: RunHere, server: Server, tmp_path: Path
) -> None:
    db = str(kliping.db)
    file(kliping, run_here, server, db, 1)
    run_here(kliping, "watch", "add", "--edits", "harbour", "--name", "e")
    alone = run_here(kliping, "watch", "run", "--atom", tmp_path / "a")
    assert (alone.code, len(alone.errors)) == (2, 1)
    run_here(kliping, "watch", "add", "harbour", "--name", "a")
    assert run_here(kliping, "watch", "run", "e", "a", "--atom", tmp_path / "a").code == 2
    assert not (tmp_path / "a").exists()
    file(kliping, run_here, server, db, 1, title="Another headline for the same harbour")
    assert run_here(kliping, "watch", "run", "--atom", tmp_path / "a").code == 0
    assert run_here(kliping, "watch", "run").out.startswith("e:")  # it was not told by the feed


@each_row("wrong", ["--edits ...", "--stealth --name", "", "--edits=x", "--edits --name ''"])
def test_wrong(kliping: Kliping, run_here: RunHere, wrong: str) -> None:
    kliping.make_archive()
    words = [word.strip("'") for word in wrong.split()]
    ended = run_here(kliping, "watch", "add", *words)
    assert (ended.code, ended.out) == (2, "")
    assert run_here(kliping, "watch", "list").out == ""


def test_nothing_to_watch_for(kliping: Kliping, run_here: RunHere) -> None:
    ended = run_here(kliping, "watch", "add")
    assert (ended.code, len(ended.errors), "--edits" in ended.err) == (2, 1, True)
    assert not kliping.db.exists()

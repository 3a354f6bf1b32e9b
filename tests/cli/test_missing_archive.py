"""A mistyped --db is no empty archive: only a command that files or adds something makes one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.newspaper import newspaper
from tests.cli.running import Kliping, RunHere
from tests.servers import Server
from tests.tables import each_row

READERS = """
    list
    list --rejected
    list --failed
    show 1
    search harbour
    stories
    stats
    history 1
    diff 1
    open 1
    export --format jsonl
    explain 1
    coverage
    runs
    health
    watch list
    watch run
    watch remove x
    sources list
    sources remove x
    sources enable x
    sources disable x
    sources export
    reextract
    verify
    prune --snapshots-older-than 1y
    forget 1 --yes
    db info
    db upgrade
    db vacuum
    db backup b.db
    crawl --dry-run
""".split("\n")
READERS = [line.strip() for line in READERS if line.strip()]


@each_row("arguments", READERS)
def test_it_is_refused_and_nothing_made(
    kliping: Kliping, run_here: RunHere, arguments: str
) -> None:
    before = set(kliping.home.rglob("*"))
    ended = run_here(kliping, *arguments.split())
    assert (ended.code, ended.out) == (74, "")
    assert ended.errors == [
        f"kliping: {kliping.db}: there is no archive: name one with --db; "
        "`kliping sources add URL` or `kliping fetch URL` makes one"
    ]
    made = {path for path in kliping.home.rglob("*") if path not in before}
    assert {path.name for path in made} <= {"kliping.toml"}


@pytest.mark.parametrize("command", ["discover", "explain", "extract", "sources test"])
def test_who_only_looks_at_the_web_makes_none(
    kliping: Kliping, run_here: RunHere, server: Server, command: str
) -> None:
    feed = newspaper(server, 2)
    address = server.url("/story/1") if command in ("explain", "extract") else feed
    ended = run_here(kliping, *command.split(), address)
    assert ended.code == 0, ended.err
    assert not kliping.db.exists()


def test_who_files_or_adds_makes_one(
    kliping: Kliping, run_here: RunHere, server: Server, tmp_path: Path
) -> None:
    feed = newspaper(server, 2)
    listed = tmp_path / "list.txt"
    listed.write_text(feed)
    commands: dict[str, tuple[object, ...]] = {
        "fetch": ("fetch", server.url("/story/1")),
        "add": ("sources", "add", feed),
        "import": ("sources", "import", listed),
        "watch": ("watch", "add", "harbour"),
        "crawl": ("crawl",),
    }
    for name, arguments in commands.items():
        user = Kliping(tmp_path / name, kliping.config)
        user.home.mkdir()
        assert run_here(user, *arguments).code == 0, name
        assert user.db.exists(), name

"""What the shells complete: as they call it, and in a real bash."""

from __future__ import annotations

import os
import shlex
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from tests.cli.newspaper import newspaper
from tests.cli.running import COMMAND, Kliping, RunHere, prepare
from tests.servers import Server
from tests.tables import each_row


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Kliping:
    """Somebody with three articles of two sources, one of which has a strange name."""
    user = Kliping(tmp_path_factory.mktemp("reader"), "[fetch]\nallow_private = true\n")
    with Server() as server:
        assert prepare(user, "sources", "add", newspaper(server, 3), "--name", "mole").code == 0
        assert prepare(user, "crawl").code == 0
    with closing(sqlite3.connect(user.db)) as connection, connection:
        connection.execute("UPDATE source SET url = 'http://127.0.0.1:80/feed.xml'")
        connection.execute(
            "UPDATE article SET url = 'http://127.0.0.1:80/story/' || id || '?a=1&b=2'"
        )
    return user


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    """A completion's process ends, and what it wrote into the environment with it."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


Complete = Callable[..., list[str]]


@pytest.fixture
def complete(run_here: RunHere) -> Complete:
    """``(user, shell, *words) -> offered``"""
    return partial(_complete, run_here)


def _complete(run_here: RunHere, user: Kliping, shell: str, *words: str) -> list[str]:
    env = {"_KLIPING_COMPLETE": f"complete_{shell}", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    if shell == "bash":
        env |= {"COMP_WORDS": "\n".join(words), "COMP_CWORD": str(len(words) - 1)}
    else:
        env |= {"_TYPER_COMPLETE_ARGS": shlex.join(words[:-1]) + f" {words[-1]}"}
    ended = run_here(user, env=env)
    assert (ended.code, ended.err) == (0, "")
    return [line.partition("\t")[0] for line in ended.out.splitlines() if line]


@each_row(
    ("words", "completed"),
    [
        ("show ", ["3", "2", "1"]),
        ("history 2", ["2"]),
        ("show http://127.0.0.1:80/story/3", ["http://127.0.0.1:80/story/3?a=1&b=2"]),
        ("explain 1", ["1"]),
        ("sources test ", ["mole"]),
        ("sources disable m", ["mole"]),
        ("crawl h", ["http://127.0.0.1:80/feed.xml"]),
        ("coverage mo", ["mole"]),
        ("list --failed --source ", ["mole"]),
        ("show none", []),
        ("export --format w", ["warc", "wacz"]),
        ("search --by p", ["published"]),
        ("edits --kind head", ["headline"]),
        ("schedule b", ["backup"]),
        ("config sh", ["show"]),
        ("list --fa", ["--failed"]),
        ("list --con", ["--config"]),
    ],
)
def test_what_fits_is_offered(
    reader: Kliping, complete: Complete, words: str, completed: list[str]
) -> None:
    assert complete(reader, "fish", "kliping", *words.split(" ")) == completed


def test_zsh_is_told_the_titles(reader: Kliping, run_here: RunHere) -> None:
    env = {"_KLIPING_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "kliping show "}
    assert '"1":"' in run_here(reader, env=env).out


@each_row(
    ("words", "completed"),
    [
        ("show http : //127.0", [r"//127.0.0.1:80/story/3\?a=1\&b=2"]),
        ("show http : //127.0.0.1 : 80/story/3", [r"80/story/3\?a=1\&b=2"]),
        ("show http :", [r"//127.0.0.1:80/story/3\?a=1\&b=2"]),
        ("crawl http : //1", ["//127.0.0.1:80/feed.xml"]),
        ("sources test 'http", ["http://127.0.0.1:80/feed.xml"]),
        ("list --failed --source = m", ["mole"]),
        ("list --failed --source = http : //1", ["//127.0.0.1:80/feed.xml"]),
        ("crawl http : //127.0.0.1 : 80/feed.xml mo", ["mole"]),
    ],
)
def test_bash_takes_addresses_apart(
    reader: Kliping, complete: Complete, words: str, completed: list[str]
) -> None:
    offered = complete(reader, "bash", "kliping", *words.split(" "))
    assert offered[: len(completed)] == completed
    assert bool(offered) == bool(completed)


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
def test_in_a_real_bash(reader: Kliping, tmp_path: Path) -> None:
    program = tmp_path / "kliping"
    program.write_text(f'#!/bin/sh\nexec {shlex.join(COMMAND)} "$@"\n')
    program.chmod(0o755)
    script = reader.run(env={"_KLIPING_COMPLETE": "source_bash"}).out
    calls = [["crawl", "http", ":", "//127"], ["show", "3"], ["expo"]]
    for words, completed in zip(calls, ["//127.0.0.1:80/feed.xml", "3", "export"], strict=True):
        script += (
            f"\nCOMP_WORDS=(kliping {shlex.join(words)}); COMP_CWORD={len(words)}\n"
            f"_kliping_completion {shlex.quote(str(program))}\n"
            f'[ "${{COMPREPLY[0]}}" = {completed} ] || printf "%s\\n" "${{COMPREPLY[@]}}"\n'
        )
    done = subprocess.run(
        ["bash", "--norc", "-c", script], capture_output=True, text=True, env=reader.environment()
    )
    assert (done.stdout, done.stderr) == ("", "")


# --------------------------------------------------------------------- silence

PLACES = ["missing", "empty", "foreign", "older", "locked", "no name", "unreachable server"]


@each_row("place", PLACES)
def test_nothing_is_said_where_nothing_can_be_read(
    reader: Kliping, complete: Complete, tmp_path: Path, place: str
) -> None:
    db = tmp_path / f"{place}.db"
    user = Kliping(tmp_path, reader.config)
    given = str(db)
    if place in ("older", "locked"):
        shutil.copy(reader.db, db)
    holder = sqlite3.connect(db if db.exists() else ":memory:", isolation_level=None)
    if place == "empty":
        db.touch()
    elif place == "foreign":
        db.write_text("this is a letter to my mother, and no archive at all")
    elif place == "older":
        holder.execute("UPDATE alembic_version SET version_num = '0001'")
    elif place == "locked":
        holder.execute("PRAGMA locking_mode = EXCLUSIVE")
        holder.execute("UPDATE source SET name = name")
    elif place == "no name":
        given = "''"
    elif place == "unreachable server":
        given = "postgresql+psycopg://ann:secret@127.0.0.1:1/news"
    try:
        before = set(tmp_path.iterdir())
        for command in ("show", "crawl"):
            assert complete(user, "fish", "kliping", command, "--db", given, "") == []
        assert {path.name for path in set(tmp_path.iterdir()) - before} <= {"kliping.toml"}
    finally:
        holder.close()


def test_a_bad_settings_file_is_no_matter(
    reader: Kliping, complete: Complete, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text("[")
    assert complete(reader, "fish", "kliping", "show", "--config", str(bad), "") == ["3", "2", "1"]


def test_few_are_offered(reader: Kliping, complete: Complete, tmp_path: Path) -> None:
    listed = tmp_path / "sources.txt"
    user = Kliping(tmp_path, reader.config)
    user.make_archive()
    listed.write_text("\n".join(f"http://127.0.0.1:1/{n}.xml" for n in range(60)))
    prepare(user, "sources", "import", listed)
    assert len(complete(user, "fish", "kliping", "crawl", "http")) == 50

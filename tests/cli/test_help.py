"""Help: for every command, with an example, at once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

import cli
from commands.lazy import LazyCommand
from tests.cli.running import COMMAND, Kliping, RunHere
from tests.tables import each_row

HEAVY = {
    "alembic", "asyncio", "feedparser", "filelock", "h11", "httpcore", "httpx",
    "platformdirs", "protego", "publicsuffixlist", "rich", "selectolax", "sqlalchemy", "sqlite3",
    "ssl", "tomllib", "w3lib", "zstandard",
}  # fmt: skip
LIGHT = {"storage", "storage.database", "storage.database.places"}
LIGHT |= {"storage.text", "storage.text.unseen"}
"""Of the storage: that a word names a file or a server; which characters are not for a terminal."""


def walk(group: Any, path: tuple[str, ...] = ("kliping",)) -> Iterator[tuple[str, Any]]:
    for name, listed in group.commands.items():
        command = listed.load() if isinstance(listed, LazyCommand) else listed
        assert listed.get_short_help_str(100) == command.get_short_help_str(100), name
        if hasattr(command, "commands"):
            yield from walk(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


COMMANDS = dict(walk(typer.main.get_command(cli.app)))


def test_the_commands_are_those_of_the_interface() -> None:
    assert set(COMMANDS) == {
        "kliping fetch", "kliping crawl", "kliping sources add", "kliping sources list",
        "kliping sources remove", "kliping sources import", "kliping list", "kliping show",
        "kliping serve",
        "kliping db upgrade", "kliping demo", "kliping explain", "kliping extract",
        "kliping rules list", "kliping rules test", "kliping discover", "kliping runs",
        "kliping coverage", "kliping health", "kliping schedule", "kliping sources test",
        "kliping sources enable",
        "kliping sources disable", "kliping sources export", "kliping search", "kliping open",
        "kliping stories", "kliping history", "kliping edits", "kliping diff", "kliping export",
        "kliping stats", "kliping verify",
        "kliping prune", "kliping forget", "kliping watch add", "kliping watch list",
        "kliping watch remove", "kliping watch run", "kliping db backup", "kliping db restore",
        "kliping db vacuum", "kliping db info", "kliping db copy", "kliping import",
        "kliping reextract", "kliping db check-identity", "kliping config path",
        "kliping config show", "kliping config sample", "kliping config check",
        "kliping config password",
    }  # fmt: skip


@each_row("path", COMMANDS)
def test_every_command_is_documented_with_an_example(path: str) -> None:
    command = COMMANDS[path]
    summary, _, rest = command.help.partition("\n")
    assert summary.endswith(".")
    assert "Example" in rest
    assert f"\n  {path}" in rest, "the example shows the command itself"


@pytest.mark.parametrize("group", [[], ["sources"], ["rules"], ["watch"], ["config"], ["db"]])
def test_no_summary_is_cut_short(kliping: Kliping, run_here: RunHere, group: list[str]) -> None:
    ended = run_here(kliping, *group, "--help", env={"COLUMNS": "80"})
    summaries = ended.out.partition("-h, --help")[2].splitlines()[1:]
    assert summaries
    assert not [line for line in summaries if line.endswith("...")]


@each_row("path", COMMANDS)
def test_every_option_is_documented(path: str) -> None:
    undocumented = [each.name for each in COMMANDS[path].params if not getattr(each, "help", None)]
    assert not undocumented


@each_row("path", COMMANDS)
def test_every_command_takes_db_and_config(path: str) -> None:
    options = {option for each in COMMANDS[path].params for option in each.opts}
    assert {"--db", "--config"} <= options


@each_row("path", ["kliping", "kliping sources", "kliping db", *COMMANDS])
def test_help_has_a_short_name_and_the_global_options_once(
    kliping: Kliping, run_here: RunHere, path: str
) -> None:
    words = path.split()[1:]
    short, long = run_here(kliping, *words, "-h"), run_here(kliping, *words, "--help")
    assert (short.code, short.out, short.err) == (0, long.out, "")
    options = short.out.partition("Options:")[2].splitlines()
    assert [line for line in options if line.startswith("  -h, --help ")]
    naming = [line for line in options if "--db" in line or "--config" in line]
    assert len(naming) == (1 if words else 2)


def test_commands_stand_below_headings(kliping: Kliping, run_here: RunHere) -> None:
    listed: dict[str, list[str]] = {}
    heading = ""
    for line in run_here(kliping, "-h").out.splitlines():
        if line.endswith(":") and not line.startswith(" "):
            heading = line
        elif line and heading:
            listed.setdefault(heading.rstrip(":"), []).append(line.split()[0])
    assert list(listed)[1:] == ["Acquire", "Read", "Sources", "Look after", "Export"]
    del listed["Options"]
    names = [name for names in listed.values() for name in names]
    assert sorted(names) == sorted({path.split()[1] for path in COMMANDS})
    assert {"fetch", "crawl"} <= set(listed["Acquire"])


@pytest.mark.parametrize(
    "command", ["--help", "-h", "crawl --help", "sources --help", "sources add -h"]
)
def test_help_loads_nothing_heavy(kliping: Kliping, command: str) -> None:
    code = (
        "import atexit, sys, cli\n"
        "atexit.register(lambda: print('\\n@', *sys.modules))\n"
        "sys.exit(cli.main())"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, *command.split()],
        capture_output=True,
        text=True,
        check=True,
        env=kliping.environment(),
    )
    help_text, _, modules = done.stdout.rpartition("\n@")
    assert help_text.startswith("Usage: kliping")
    loaded = set(modules.split())
    assert not HEAVY & loaded
    assert {name for name in loaded if name.split(".")[0] == "storage"} <= LIGHT
    assert not kliping.db.exists()


@each_row("path", COMMANDS)
def test_help_fits_80_columns(kliping: Kliping, run_here: RunHere, path: str) -> None:
    shown = run_here(kliping, *path.split()[1:], "--help")
    assert shown.code == 0
    assert max(map(len, shown.out.splitlines())) <= 80
    assert f"\n    {path}" in shown.out, "the examples stand on lines of their own"


@each_row(
    ("arguments", "told"),
    [
        ("list --limit x", "--limit 'x': write a whole number, 0 or more"),
        ("list --limit -1", "--limit '-1': write a whole number, 0 or more"),
        ("search --limit 1.5 a", "--limit '1.5': write a whole number, 0 or more"),
        (f"runs --limit {'9' * 5000}", f"--limit '{'9' * 60}': write a whole number, 0 or more"),
        ("crawl --max-articles 0", "--max-articles '0': write a whole number, 1 or more"),
        ("coverage --days 0", "--days '0': write a whole number from 1 to 100000"),
        ("diff 1 x", "V1 'x': write a whole number"),
        ("search --by size a", "'size' is not one of 'filed', 'published', 'relevance'"),
    ],
)
def test_a_wrong_value_is_told_in_our_words(
    kliping: Kliping, run_here: RunHere, arguments: str, told: str
) -> None:
    ended = run_here(kliping, *arguments.split())
    assert (ended.code, ended.out) == (2, "")
    (line,) = ended.errors
    command = arguments.split()[0]
    assert line.removeprefix("kliping: Invalid value for '--by': ").removeprefix("kliping: ") == (
        f"{told}; see `kliping {command} --help`"
    )


@each_row(
    "path", ["kliping", "kliping list", "kliping crawl", "kliping sources", "kliping config show"]
)
def test_help_breaks_lines_on_a_narrow_terminal(
    kliping: Kliping, run_here: RunHere, path: str
) -> None:
    lines = run_here(kliping, *path.split()[1:], "-h", env={"COLUMNS": "40"}).out.splitlines()
    assert not [line for line in lines if len(line) > 40 and "    kliping " not in line]
    assert not [line for line in lines if line != line.rstrip()]


def test_version(kliping: Kliping) -> None:
    ended = kliping.run("--version")
    assert ended.code == 0
    assert ended.out.startswith("kliping 0.")
    assert ended.out.count("\n") == 1
    assert ended.err.startswith("kliping: readers are confined by ")


@each_row(
    ("arguments", "names"),
    [
        ("crawl --max-article 3", "--max-article"),
        ("crawl --max-articles 0", "--max-articles"),
        ("crawl --max-articles many", "--max-articles"),
        ("crawl --max-time soon", "--max-time"),
        ("crawl --max-time 0", "--max-time"),
        ("list --limit -1", "--limit"),
        ("lst", "list"),
        ("sources ad", "add"),
        ("show", "ID|URL"),
        ("show 1 2", "2"),
        ("list --db", "--db"),
        ("fetch", "kliping fetch --help"),
        ("fetch --html page.html", "--url"),
        ("fetch --url http://example.com/", "--html"),
        ("fetch http://example.com/ --html p.html --url http://example.com/", "--html"),
        ("sources add http://example.com/ --name 12", "--name"),
        ("crawl --budget 3", "--backfill"),
        ("crawl --budget 3 --dry-run", "--backfill"),
        ("crawl --backfill --budget 0", "--budget"),
        ("crawl --since 2024-01-01", "--backfill"),
        ("crawl --backfill --since 2999-01-01", "future"),
        ("crawl --backfill --since soon", "2024-12-31"),
        ("sources exprt", "Did you mean 'export'? See `kliping sources --help`"),
        ("sources test nonsense", "nonsense"),
        ("sources disable nonsense", "nonsense"),
        ("sources enable", "NAME|ID|URL"),
        ("sources export --plian", "--plain"),
        ("sources import", "FILE|-"),
        ("discover", "URL"),
    ],
)
def test_a_wrong_command_line_is_one_line_and_exit_2(
    kliping: Kliping, run_here: RunHere, arguments: str, names: str
) -> None:
    kliping.make_archive()
    ended = run_here(kliping, *arguments.split())
    assert (ended.code, ended.out) == (2, "")
    (line,) = ended.errors
    assert line.startswith("kliping: ")
    assert names in line


@pytest.mark.parametrize("group", ["", "sources", "db"])
def test_a_group_alone_shows_its_help(kliping: Kliping, run_here: RunHere, group: str) -> None:
    ended = run_here(kliping, *group.split())
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("Usage: kliping")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_help_that_cannot_be_written(kliping: Kliping, unbuffered: str) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*COMMAND, "--help"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=kliping.environment({"PYTHONUNBUFFERED": unbuffered}),
        )
    assert done.returncode == 74
    assert done.stderr.startswith("kliping: standard output cannot be written: ")


def test_help_that_nobody_reads(kliping: Kliping) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [*COMMAND, "--help"], stdout=writer, stderr=subprocess.PIPE, env=kliping.environment()
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("kliping se", ["search", "serve"]),
        ("kliping sources e", ["enable", "export"]),
        ("kliping db co", ["copy"]),
        ("kliping crawl --dry", ["--dry-run"]),
    ],
)
def test_the_shell_completes(kliping: Kliping, words: str, completed: list[str]) -> None:
    asked = {
        "_KLIPING_COMPLETE": "complete_bash",
        "COMP_WORDS": words,
        "COMP_CWORD": str(words.count(" ")),
    }
    ended = kliping.run(env=asked)
    assert (ended.code, ended.out.split()) == (0, completed)


@each_row(
    ("given", "told"),
    [
        ("--jso", "(Possible options: --json)"),
        ("--on", ""),
        ("--nonsense", ""),
        ("--utcc", "--utc"),
    ],
)
def test_an_option_is_proposed_only_where_it_is_near(
    kliping: Kliping, run_here: RunHere, given: str, told: str
) -> None:
    ended = run_here(kliping, "list", given)
    assert (ended.code, ended.out) == (2, "")
    (line,) = ended.errors
    assert told in line
    assert told or "Possible" not in line

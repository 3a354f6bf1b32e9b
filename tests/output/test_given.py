"""What stands on the command line comes back in messages: file names, queries, addresses, options,
which are a stranger's where a script takes them from somewhere."""

from __future__ import annotations

import io
import shlex
from pathlib import Path

import pytest
import typer

import cli
from commands.exits import Exit
from commands.render.counting import Counting
from tests.cli.conftest import QUICK
from tests.cli.running import Kliping, RunHere, prepare
from tests.cli.terminals import run_on_terminal
from tests.output.reading import check_json, check_pipe, check_terminal
from tests.output.strings import HARM

NAME = (HARM["escape_sequences"] + HARM["c1"] + HARM["line_breaks"] + HARM["bidi"]).replace(
    "/", "|"
)
SHORT = "a\x1b[2J\x9b5m\u202e\nkliping: forged"
"""For a file; what has a byte that is no UTF-8 is told to Python as a surrogate."""
NOT_UTF8 = SHORT + "\udcff"


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory) -> Kliping:
    """Whose home, archive and files have such names."""
    home = tmp_path_factory.mktemp("given") / SHORT
    home.mkdir()
    (home / f"{SHORT}.html").write_text("<p>saved")
    (home / f"{SHORT}.warc").write_bytes(b"WARC/1.0\r\nnothing")
    (home / f"{SHORT}.opml").write_text("<opml><body>\x1b")
    (home / f"{SHORT}.toml").write_text("[fetch]\nx = 1")
    kliping = Kliping(home, QUICK)
    assert prepare(kliping, "watch", "add", "-q", "pier").code == 0
    return kliping


GIVEN = (
    (NAME,),
    (f"--{NAME}",),
    ("list", f"--{NAME}"),
    ("list", "--limit", NAME),
    ("list", NAME),
    ("fetch", NAME),
    ("fetch", f"http://127.0.0.1:2/{NAME}"),
    ("fetch", "{home}/{short}.html"),
    ("show", NAME),
    ("show", "http://example.com/$(id)"),
    ("open", NAME),
    ("history", NAME),
    ("diff", "1", NAME),
    ("search", "--", NAME),
    ("search", f'"{NAME}" title:{NAME} -{NAME}'),
    ("crawl", NAME),
    ("crawl", "--backfill", "--since", NAME),
    ("discover", NAME),
    ("sources", NAME),
    ("sources", "add", NAME),
    ("sources", "add", "{home}/{short}.opml"),
    ("sources", "add", "http://127.0.0.1:2/", "--name", NAME),
    ("sources", "import", "{home}/{short}.opml"),
    ("sources", "import", NAME),
    ("sources", "test", NAME),
    ("coverage", NAME),
    ("explain", NAME),
    ("explain", "--html", "{home}/{short}.html"),
    ("explain", "{home}/{short}.html"),
    ("extract", NAME),
    ("extract", "{home}/{short}.html"),
    ("extract", "{home}/{short}.html", "--json"),
    ("extract", "-i", "{home}/{short}.html"),
    ("rules", "test", NAME),
    ("watch", "remove", NAME),
    ("watch", "run", NAME),
    ("watch", "add", "..", "--name", NAME),
    ("export", "--format", NAME),
    ("export", "--format", "csv", "-o", "{home}/{short}.csv", "--", NAME),
    ("export", "--format", "markdown", "-o", "{home}/none/{short}"),
    ("import", "{home}/{short}.warc"),
    ("import", NAME),
    ("import", NOT_UTF8),
    ("reextract", "--site", NAME),
    ("reextract", "--since", NAME),
    ("verify",),
    ("verify", "--against", NAME),
    ("db", "info"),
    ("db", "backup", "{home}/{short}.db"),
    ("db", "backup", "{home}/none/{short}"),
    ("db", "restore", "{home}/{short}.html"),
    ("db", "copy", "{home}/news.db", "{home}/{short}.copy"),
    ("--db", "{home}/none/{short}/{short}", "list"),
    ("--db", "{home}/{short}.html", "list"),
    ("--db", "{home}/" + NOT_UTF8, "list"),
    ("--db", f"postgresql+psycopg://{NAME}", "list"),
    ("--config", "{home}/{short}.toml", "crawl"),
    ("--config", NAME, "crawl"),
    ("prune", "--snapshots-older-than", NAME),
    ("forget", NAME),
    ("schedule",),
    ("schedule", "--every", NAME),
)


def _words(user: Kliping, words: tuple[str, ...]) -> list[str]:
    return [w.replace("{home}", str(user.home)).replace("{short}", SHORT) for w in words]


@pytest.mark.parametrize("words", GIVEN, ids=lambda words: ascii(" ".join(words))[:50])
def test_what_is_given_is_told_again(words: tuple[str, ...], user: Kliping) -> None:
    code, text = run_on_terminal(user, *_words(user, words))
    check_terminal(text)
    assert text
    assert code != Exit.UNEXPECTED


def test_a_wrong_command_line_is_told_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever the library leaves in its message: its older releases put it in as it was given."""
    assert cli._explain_usage(typer.BadParameter(f"no such thing: {NAME}")) == Exit.USAGE
    told = capsys.readouterr().err
    check_pipe(told)
    assert told.count("\n") == 1


def test_in_a_pipe(user: Kliping, run_here: RunHere) -> None:
    info = run_here(user, "db", "info")
    check_pipe(info.out, 2)
    assert info.out.startswith("archive\t")
    (parsed,) = check_json(run_here(user, "db", "info", "--json").out)
    assert parsed["db"] == str(user.db)
    refused = run_here(user, "import", user.home / f"{SHORT}.warc", "--json")
    (parsed,) = check_json(refused.out)
    assert parsed["file"] == str(user.home / f"{SHORT}.warc")
    check_pipe(refused.err)


def test_a_schedule_holds_plain_names_only(
    kliping: Kliping, run_here: RunHere, tmp_path: Path
) -> None:
    """A line break in a name would be a line of a crontab, which is a command to run."""
    refused = run_here(kliping, "schedule", "--db", tmp_path / "a\n* * * * * id\n")
    assert (refused.code, refused.out) == (Exit.USAGE, "")
    odd = tmp_path / "it's 100% $(id) می‌خواهم"
    lines = run_here(kliping, "schedule", "--db", odd).out.splitlines()
    cron = next(line for line in lines if line.startswith("*/15"))
    assert shlex.split(cron.replace("\\%", "%"))[-3:][0] == str(odd)
    (start,) = [line for line in lines if line.startswith("ExecStart=")]
    assert str(odd).replace("%", "%%").replace("$", "$$") in start


def test_a_progress_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own escape sequences are all it has."""
    shown = io.StringIO()
    monkeypatch.setattr(shown, "isatty", lambda: True)
    monkeypatch.setattr("sys.stderr", shown)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("commands.render.counting.AFTER", 0.0)
    with Counting("copied", state=lambda: f"1 of 2: {NAME}") as counting:
        counting.say(f"1 of 2: {NAME}")
    check_terminal(shown.getvalue())
    assert "1 of 2" in shown.getvalue()

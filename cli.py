"""``kliping``: global options, the commands, and how a command ends.

Whatever happens ends in one clear line on standard error and an exit code (``commands.exits``).
Only Typer and the commands' signatures are loaded here, so that ``--help`` answers at once.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from typing import Annotated

import typer

from commands import read
from commands.care import db_app, proof, reextract
from commands.crawl import acquire, intake, runs
from commands.options import Config, Db
from commands.read import explain, export, history, search, snapshots, stories
from commands.read.watch import watch_app
from commands.sources import discover, health, sources_app
from commands.sources.rules import rules_app

app = typer.Typer(
    name="kliping",
    rich_markup_mode=None,  # help without loading rich
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
)
app.command("fetch")(acquire.fetch)
app.command("crawl")(acquire.crawl)
app.command("discover")(discover.discover)
app.add_typer(sources_app, name="sources")
app.command("list")(read.list_articles)
app.command("show")(read.show)
app.command("search")(search.search)
app.command("open")(snapshots.open_article)
app.command("stories")(stories.stories)
app.command("history")(history.history)
app.command("diff")(history.diff)
app.command("export")(export.export)
app.command("import")(intake.import_files)
app.command("reextract")(reextract.reextract)
app.command("verify")(proof.verify)
app.command("prune")(proof.prune)
app.command("forget")(proof.forget)
app.command("explain")(explain.explain)
app.command("runs")(runs.runs)
app.command("coverage")(runs.coverage)
app.command("health")(health.health)
app.command("schedule")(runs.schedule)
app.add_typer(rules_app, name="rules")
app.add_typer(watch_app, name="watch")
app.add_typer(db_app, name="db")


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        from commands.terminal import emit, say
        from scraper.isolation.confinement import measures

        emit(f"kliping {version('kliping')}")
        say(f"readers are confined by {', '.join(measures()) or 'limits alone'}")
        raise typer.Exit


@app.callback()
def kliping(
    db: Db = None,
    config: Config = None,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            help="Print the version, and what confines readers here.",
            callback=_print_version,
            is_eager=True,
        ),
    ] = False,
) -> None:
    """A newspaper morgue: every version of every article, in one SQLite file.

    `sources add` says what to follow, `crawl` (from cron) files what is new, `list` and `show`
    read it, `health` and `coverage` tell whether anything is missed. `demo` shows it all at once.
    Every command takes --help. --db and --config go before the first command word or after the
    last.

    \b
    Examples:
      kliping sources add https://example.com/
      kliping crawl
      kliping list
      kliping fetch https://example.com/news/story
    """


@app.command("demo")
def demo(context: typer.Context, db: Db = None, config: Config = None) -> None:
    """Show it all on a small newspaper on this machine.

    Without --db or KLIPING_DB, the archive is a new file in a temporary directory.

    \b
    Example:
      kliping demo
    """
    from commands.demo import run_demo
    from commands.settings import chosen_db

    raise typer.Exit(run_demo(chosen_db(context)))


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; the exit code. Never raises."""
    try:
        return _main(arguments)
    # There was not even enough to tell an error, or to compile a module that is imported for the
    # first time: which CPython calls a fault of its syntax.
    except (MemoryError, SystemError, SyntaxError):
        if os.environ.get("KLIPING_DEBUG"):
            raise
        sys.unraisablehook = _say_nothing
        with suppress(OSError):
            os.write(2, b"kliping: ran out of memory: what was filed is whole; raise the limit\n")
        return 71


def _main(arguments: list[str] | None) -> int:
    from commands.terminal import flush, prepare_streams, say

    prepare_streams()
    signal.signal(signal.SIGTERM, _end_on_signal)
    code = 0
    try:
        code = app(arguments, prog_name="kliping", standalone_mode=False) or 0
        flush()
    except typer.TyperException as error:
        code = _explain_usage(error)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except (KeyboardInterrupt, typer.Abort):
        code = 128 + signal.SIGINT
    except SyntaxError:
        raise
    except Exception as error:  # the last resort: one line instead of a traceback
        if os.environ.get("KLIPING_DEBUG"):
            raise
        from commands.exits import Exit, explain_error

        line, code = explain_error(_of_output(error))
        if code == Exit.SYSTEM:
            sys.unraisablehook = _say_nothing
        if line:
            say(line)
    return int(code)


def _end_on_signal(number: int, frame: object) -> None:
    """A real exit status, with ``finally`` blocks run, where no command drains by itself."""
    raise SystemExit(128 + number)


def _of_output(error: Exception) -> Exception:
    """What Typer prints by itself, help, goes through a function called ``echo``."""
    import traceback

    from commands.terminal import OutputError, writing_output

    if isinstance(error, OSError) and traceback.extract_tb(error.__traceback__)[-1].name == "echo":
        try:
            with writing_output():
                raise error
        except OutputError as lost:
            return lost
    return error


def _say_nothing(unraisable: object) -> None:
    """Where memory or descriptors are short, what was half made cannot even be thrown away, and
    Python would print a traceback for each."""


def _explain_usage(error: Exception) -> int:
    from commands.terminal import say

    message = str(getattr(error, "format_message", error.__str__)())
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":  # a group without a command: its help
        sys.stderr.write(message + "\n")
    else:
        command = context.command_path if context else "kliping"
        ends = message.rstrip(".")
        ends += "" if ends.endswith("?") else ";"
        if type(error).__name__ == "NoSuchOption" and _takes_query(context):
            ends += " put -- before a query that has a dash in it;"
        say(f"{ends} see '{command} --help'")
    return int(getattr(error, "exit_code", 2))


def _takes_query(context: typer.Context | None) -> bool:
    parameters = context.command.params if context else []
    return any(getattr(one, "metavar", None) == "QUERY" for one in parameters)


if __name__ == "__main__":
    sys.exit(main())

"""``kliping``: global options, the commands, and how a command ends.

Whatever happens ends in one clear line on standard error and an exit code (``commands.exits``).
A command's module is imported when the command is called (``commands.lazy``), so that ``--help``
answers at once.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated, Any

import typer

from commands.exits import Exit, explain_error
from commands.lazy import App, lazy_group
from commands.options import Config, Db, Utc
from commands.terminal import emit, flush, safe_streams, say
from scraper.isolation.confinement import measures

NEAR = 0.75
"""Likeness of two words of which one may have been meant for the other."""
ACQUIRE = {
    "fetch": ("crawl.acquire:fetch", "Fetch and file single pages, now, whether due or not."),
    "extract": (
        "read.extract:extract",
        "Print what a page says, as text, Markdown or JSON; file nothing.",
    ),
    "crawl": (
        "crawl.acquire:crawl",
        "Poll the due sources, file what they list, revisit articles.",
    ),
    "import": (
        "crawl.importing:import_files",
        "File the pages of web archive files, of any crawler.",
    ),
    "schedule": (
        "crawl.schedule:schedule",
        "Print crontab lines and systemd timers that run the crawl.",
    ),
    "demo": ("demo:demo", "Show it all on a small newspaper on this machine."),
}
READ = {
    "list": (
        "read.articles:list_articles",
        "List the newest articles, the one published last first.",
    ),
    "show": ("read.articles:show", "Show one article: title, byline, date, address and text."),
    "search": ("read.search:search", "Search titles, bylines and texts, the one filed last first."),
    "open": (
        "read.snapshots:open_article",
        "Open an article in the browser: on the web, or its stored page.",
    ),
    "history": ("read.history:history", "List the versions of an article, and what each changed."),
    "edits": (
        "read.edits:edits",
        "List what publishers changed in their articles, the newest first.",
    ),
    "diff": ("read.history:diff", "Show how two versions of an article differ, word by word."),
    "stories": ("read.stories:stories", "List texts that several outlets carry."),
    "stats": ("read.stats:stats", "Show articles over time, by outlet and by hour, and who edits."),
    "explain": (
        "read.explain:explain",
        "Explain a page: each field, where it is from, and what lost.",
    ),
    "watch": ("watch:watch_app", "Get a report of new articles that match a query."),
    "serve": ("web.serve:serve", "Show the archive in a browser."),
}
SOURCES = {
    "sources": ("sources:sources_app", "Add, list, test and export what `kliping crawl` polls."),
    "discover": ("sources.discover:discover", "Show what a site offers to follow, the best first."),
    "rules": ("sources.rules:rules_app", "List and test the rules for single sites."),
    "health": ("sources.health:health", "Show which sources have problems."),
    "coverage": ("crawl.coverage:coverage", "Compare what sources listed with what was filed."),
    "runs": ("crawl.runs:runs", "List past crawls, the last one first."),
}
LOOK_AFTER = {
    "verify": ("care.proof:verify", "Check that everything is as it was filed; 74 for any damage."),
    "reextract": (
        "care.reextract:reextract",
        "Read stored pages again with today's rules, offline.",
    ),
    "prune": ("care.proof:prune", "Remove stored pages that are older than a date."),
    "forget": ("care.proof:forget", "Remove an article for good."),
    "config": ("care:config_app", "Show and check the settings."),
    "db": ("care:db_app", "Maintain the archive's database."),
}
EXPORT = {
    "export": ("read.export:export", "Write articles in a format that other programs read."),
}
SECTIONS = {
    "Acquire": ACQUIRE,
    "Read": READ,
    "Sources": SOURCES,
    "Look after": LOOK_AFTER,
    "Export": EXPORT,
}
"""The commands by the heading under which help lists them."""

app = App(
    name="kliping",
    cls=lazy_group(SECTIONS),
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},  # of every command below, too
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # heavy: nothing else needs it

        emit(f"kliping {version('kliping')}")
        say(f"readers are confined by {', '.join(measures()) or 'limits alone'}")
        raise typer.Exit


@app.callback()
def kliping(
    db: Db = None,
    config: Config = None,
    utc: Utc = False,
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
    Every command takes -h. --db, --config and --utc go before the first command word or after the
    last.

    \b
    Examples:
      kliping sources add https://example.com/
      kliping crawl
      kliping list
      kliping fetch https://example.com/news/story
    """


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; the exit code. Never raises."""
    try:
        with safe_streams():
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
    signal.signal(signal.SIGTERM, _end_on_signal)
    code = 0
    try:
        if os.environ.get("_KLIPING_COMPLETE") == "complete_bash":
            from commands.completion import join_bash_words  # only for a shell that completes

            join_bash_words()
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
        line, code = explain_error(error)
        if code == Exit.SYSTEM:
            sys.unraisablehook = _say_nothing
        if line:
            say(line)
    return int(code)


def _end_on_signal(number: int, frame: object) -> None:
    """A real exit status, with ``finally`` blocks run, where no command drains by itself."""
    raise SystemExit(128 + number)


def _say_nothing(unraisable: object) -> None:
    """Where memory or descriptors are short, what was half made cannot even be thrown away, and
    Python would print a traceback for each."""


NUMBER_PROBLEMS = {
    "int_parsing",
    "int_parsing_size",
    "greater_than_equal",
    "less_than_equal",
}
"""As pydantic, which Typer asks, calls what is wrong with a number."""


def _explain_usage(error: Exception) -> int:
    if type(error).__name__ == "NoSuchOption":
        error.possibilities = _near(error.option_name, error.possibilities or ())  # type: ignore[attr-defined]
    message = str(getattr(error, "format_message", error.__str__)())
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":  # a group without a command: its help
        sys.stderr.write(message + "\n")
    else:
        command = context.command_path if context else "kliping"
        ends = _explain_number(error) or message.rstrip(".").replace("Value error, ", "")
        if type(error).__name__ == "NoSuchOption" and _takes_query(context):
            ends += "; put -- before a query of which a word begins with a dash"
        see = " See" if ends.endswith("?") else "; see"
        say(f"{ends}{see} `{command} --help`")
    return int(getattr(error, "exit_code", 2))


def _near(given: str, possible: Sequence[str]) -> list[str]:
    """The options that may have been meant: Typer counts the dashes, which all of them share."""
    from difflib import SequenceMatcher

    word = given.lstrip("-")
    return [
        option
        for option in possible
        if SequenceMatcher(None, word, option.lstrip("-")).ratio() >= NEAR
    ]


def _explain_number(error: Exception) -> str:
    """What to write for an option that takes a number; nothing for any other error. Typer would
    tell it in the words of a library."""
    option: Any = getattr(error, "param", None)
    wrong: list[Any] = getattr(error.__cause__, "errors", list)()
    if not wrong or not hasattr(option, "min") or wrong[0]["type"] not in NUMBER_PROBLEMS:
        return ""
    low, high = option.min, option.max
    bounds = (
        f" from {low} to {high}" if high is not None else f", {low} or more" * (low is not None)
    )
    name = max(option.opts, key=len) if option.param_type_name == "option" else option.metavar
    return f"{name} {str(wrong[0]['input'])[:60]!r}: write a whole number{bounds}"


def _takes_query(context: typer.Context | None) -> bool:
    parameters = context.command.params if context else []
    return any(getattr(parameter, "metavar", None) == "QUERY" for parameter in parameters)


if __name__ == "__main__":
    sys.exit(main())

"""Writes ``docs/commands.md``, the reference of all commands, from the commands themselves, and the
settings in ``docs/usage.md`` from their table.

    python tools/command_reference.py            # writes the pages
    python tools/command_reference.py --check    # 1 where a page is out of date

The reference says what ``--help`` says: usage, help, arguments, and options with their defaults.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import typer

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "commands.md"
USAGE = ROOT / "docs" / "usage.md"
SETTINGS = re.compile(
    r"(<!-- made by tools/command_reference.py: ([a-z. ]+) -->\n```toml\n).*?(?=```\n)", re.DOTALL
)
"""In ``USAGE``, a block with the settings of these sections."""
HEAD = """\
# Commands

What `--help` says, for every command. This page is made by `tools/command_reference.py`: edit the
commands' docstrings, not the page.
"""
VERBATIM = "\b"
"""Opens a paragraph of a help text whose lines stay as they are."""

sys.path.insert(0, str(ROOT))

import cli  # noqa: E402
from commands.lazy import help_rows  # noqa: E402
from commands.settings.sample import sample_section  # noqa: E402


def render() -> str:
    """The page."""
    command = typer.main.get_command(cli.app)
    return "\n".join([HEAD, *_render_tree(_context_of(command, "kliping"))])


def _context_of(command: Any, name: str, parent: Any = None) -> Any:
    """That in which the command is called; it holds the command itself, not its lazy stand-in.
    (Typer makes no promise about the types of either.)"""
    return command.make_context(name, [], parent, resilient_parsing=True)


def _render_tree(context: Any) -> Iterator[str]:
    """The lines about a command, and about those below it."""
    command = context.command
    yield from _render_command(context)
    if isinstance(command, typer.core.TyperGroup):
        for name in command.list_commands(context):
            yield from _render_tree(_context_of(command.commands[name], name, context))


def _render_command(context: Any) -> Iterator[str]:
    command = context.command
    path = context.command_path
    yield f"{'#' * min(len(path.split()) + 1, 3)} `{path}`\n"
    yield f"```text\n{' '.join([path, *command.collect_usage_pieces(context)])}\n```\n"
    yield from map(_render_paragraph, _paragraphs(command.help or ""))
    if isinstance(command, typer.core.TyperGroup):
        yield from _render_table("Command", _list_commands(context))
    yield from _render_table("Argument or option", _list_parameters(context))


def _list_parameters(context: Any) -> Iterator[tuple[str, str]]:
    for kind in ("argument", "option"):
        for name, text in help_rows(context, kind):
            name = name.partition(" <")[0] if kind == "argument" else name  # without Python's type
            yield name, " ".join(text.split())


def _list_commands(context: Any) -> Iterator[tuple[str, str]]:
    group = context.command
    for name in group.list_commands(context):
        yield f"{context.command_path} {name}", group.commands[name].get_short_help_str(limit=200)


def _paragraphs(text: str) -> list[str]:
    return [part for part in re.split(r"\n\s*\n", dedent(text)) if part.strip()]


def _render_paragraph(text: str) -> str:
    if not text.startswith(VERBATIM):
        return f"{_escape(' '.join(text.split()))}\n"
    text = text.removeprefix(VERBATIM).strip("\n")
    first, _, rest = text.partition("\n")
    if not first.endswith(":"):  # a table, without a heading
        return f"```text\n{dedent(text)}\n```\n"
    return f"{_escape(first)}\n\n```sh\n{dedent(rest)}\n```\n"


def _render_table(head: str, rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    lines = [f"| `{_escape_bars(name)}` | {_escape(text)} |" for name, text in rows]
    if lines:
        yield "\n".join([f"| {head} | What it does |", "|---|---|", *lines, ""])


def _escape_bars(code: str) -> str:
    """Code in a table, whose cells a bar would end."""
    return code.replace("|", r"\|")


def _escape(text: str) -> str:
    """As Markdown that says just this; what stands in backticks is code there too."""
    parts = text.split("`")
    parts[::2] = [re.sub(r"([|<*\[\]])", r"\\\1", part) for part in parts[::2]]
    return "`".join(parts)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="write nothing; 1 if it would differ")
    check = parser.parse_args().check
    pages = {PAGE: render(), USAGE: SETTINGS.sub(_render_settings, USAGE.read_text())}
    outdated = [path for path, page in pages.items() if page != path.read_text()]
    for path in outdated:
        if check:
            name = path.relative_to(ROOT)
            print(f"{name} is out of date: run python tools/command_reference.py")
        else:
            path.write_text(pages[path])
    return int(check and bool(outdated))


def _render_settings(block: re.Match[str]) -> str:
    """As a file has them, not commented out."""
    text = "\n".join(map(sample_section, block[2].split()))
    return block[1] + re.sub(r"(?m)^#(?! )", "", text)


if __name__ == "__main__":
    sys.exit(main())

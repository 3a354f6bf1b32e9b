"""Commands that are imported when they are called, so that help and cron's idle run stay quick; and
how their help is laid out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from importlib import import_module
from shutil import get_terminal_size
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from commands.options import Config, Db, Utc

Commands = Mapping[str, tuple[str, str]]
"""Name → where it is (``module:attribute``, a function or a ``Typer``; below ``commands``, but for
what is ``web``'s), and the first line of its help."""
GLOBAL = ("db", "config", "utc")
"""Options of every command, which only the help of ``kliping`` itself explains."""
GLOBAL_ROW = ("--db, --config, --utc", "Archive, settings, times in UTC: see `kliping -h`.")


class App(typer.Typer):
    """A Typer of ours: help without loading rich, and the global options in one line of it."""

    def __init__(self, **named: Any) -> None:
        super().__init__(rich_markup_mode=None, pretty_exceptions_enable=False, **named)

    def command(self, name: str | None = None, **named: Any) -> Callable[[Any], Any]:
        return super().command(name, cls=PlainCommand, **named)


def lazy_group(sections: Mapping[str, Commands]) -> type[TyperGroup]:
    """The class of a group of these commands, by the headings under which its help lists them. An
    empty section lists all commands of the group."""

    class LazyGroup(TyperGroup):
        def __init__(self, **attributes: Any) -> None:
            super().__init__(**attributes)
            for commands in sections.values():
                for name, (target, summary) in commands.items():
                    self.add_command(LazyCommand(name, target, summary))

        def format_help(self, ctx: Any, formatter: Any) -> None:
            _fit_terminal(formatter, lambda: super(LazyGroup, self).format_help(ctx, formatter))

        def format_options(self, ctx: Any, formatter: Any) -> None:
            _write_parameters(ctx, formatter)
            width = max(map(len, self.commands))
            for heading, commands in sections.items():
                listed = [self.commands[name] for name in commands or self.commands]
                rows = [(f"{each.name:{width}}", each.get_short_help_str(200)) for each in listed]
                with formatter.section(heading):
                    formatter.write_dl(rows, col_max=formatter.width // 2 - 9)

    return LazyGroup


def sub_group(summary: str, commands: Commands) -> App:
    """A group of commands as ``lazy_group`` has them, below ``kliping``."""
    group = App(cls=lazy_group({"Commands": commands}), no_args_is_help=True, add_completion=False)

    @group.callback(help=summary)
    def take_options(db: Db = None, config: Config = None) -> None:
        """The options that stand before the last command word."""

    return group


def _with_shared_options(command: Any) -> Any:
    """A command or a group, and what is below it and loaded."""
    known = {parameter.name for parameter in command.params}  # of one that was loaded before
    shared = typer.main.get_command(_shared).params
    command.params = [*command.params, *(one for one in shared if one.name not in known)]
    for below in getattr(command, "commands", {}).values():
        if not isinstance(below, LazyCommand):
            _with_shared_options(below)
    return command


class PlainCommand(TyperCommand):
    def format_help(self, ctx: Any, formatter: Any) -> None:
        _fit_terminal(formatter, lambda: super(PlainCommand, self).format_help(ctx, formatter))

    def format_options(self, ctx: Any, formatter: Any) -> None:
        _write_parameters(ctx, formatter)


_shared = App(add_completion=False)


@_shared.command()
def _take_shared(utc: Utc = False) -> None:
    """What every command takes, and has to do nothing about."""


class LazyCommand(TyperCommand):
    """Stands for a command, or a group of them, until it is called, completed or asked for help."""

    def __init__(self, name: str, target: str, summary: str) -> None:
        super().__init__(name, short_help=summary, rich_markup_mode=None)
        self._target = target

    def load(self) -> Any:
        """The command itself."""
        module, _, attribute = self._target.partition(":")
        path = module if module.startswith("web.") else f"commands.{module}"
        command = getattr(import_module(path), attribute)
        if not isinstance(command, typer.Typer):
            app = App(add_completion=False)
            app.command(self.name)(command)
            command = app
        return _with_shared_options(typer.main.get_command(command))

    def make_context(self, *arguments: Any, **named: Any) -> Any:
        """Of the command itself, which this context then invokes."""
        return self.load().make_context(*arguments, **named)


def help_rows(context: Any, kind: str) -> list[tuple[str, str]]:
    """What help says of a command's parameters of a kind (``argument`` or ``option``): name and
    text. Below ``kliping`` itself the global options share one row."""
    parameters = [p for p in context.command.get_params(context) if p.param_type_name == kind]
    own = [p for p in parameters if context.parent is None or p.name not in GLOBAL]
    rows = [row for row in (each.get_help_record(context) for each in own) if row is not None]
    if len(own) < len(parameters):
        rows.insert(len(rows) - 1, GLOBAL_ROW)  # before --help
    return rows


def _fit_terminal(formatter: Any, write: Callable[[], None]) -> None:
    """Typer breaks lines at 50 columns where the terminal has fewer, and leaves blanks at ends."""
    formatter.width = min(max(get_terminal_size().columns, 40), 80) - 2
    write()
    formatter.buffer = [re.sub(r" +$", "", formatter.getvalue(), flags=re.MULTILINE)]


def _write_parameters(context: Any, formatter: Any) -> None:
    for heading, kind in (("Arguments", "argument"), ("Options", "option")):
        if rows := help_rows(context, kind):
            with formatter.section(heading):
                formatter.write_dl(rows, col_max=formatter.width // 2 - 9)

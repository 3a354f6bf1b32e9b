"""Commands that are imported when they are called, so that help and cron's idle run stay quick."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from commands.options import Config, Db, Utc


def lazy_group(commands: Mapping[str, tuple[str, str]]) -> type[TyperGroup]:
    """The class of a group of these commands: name → where it is, below ``commands``
    (``module:attribute``, a function or a ``Typer``), and the first line of its help."""

    class LazyGroup(TyperGroup):
        def __init__(self, **attributes: Any) -> None:
            super().__init__(**attributes)
            for name, (target, summary) in commands.items():
                self.add_command(LazyCommand(name, target, summary))

    return LazyGroup


def sub_group(summary: str, commands: Mapping[str, tuple[str, str]]) -> typer.Typer:
    """A group of commands as ``lazy_group`` has them, below ``kliping``."""
    group = typer.Typer(
        cls=lazy_group(commands),
        rich_markup_mode=None,
        no_args_is_help=True,
        add_completion=False,
    )

    @group.callback(help=summary)
    def take_options(db: Db = None, config: Config = None) -> None:
        """The options that stand before the last command word."""

    return group


_shared = typer.Typer(add_completion=False)


@_shared.command()
def _take_shared(utc: Utc = False) -> None:
    """What every command takes, and has to do nothing about."""


def _with_shared_options(command: Any) -> Any:
    """A command or a group, and what is below it and loaded."""
    known = {parameter.name for parameter in command.params}  # of one that was loaded before
    shared = typer.main.get_command(_shared).params
    command.params = [*command.params, *(one for one in shared if one.name not in known)]
    for below in getattr(command, "commands", {}).values():
        if not isinstance(below, LazyCommand):
            _with_shared_options(below)
    return command


class LazyCommand(TyperCommand):
    """Stands for a command, or a group of them, until it is called, completed or asked for help."""

    def __init__(self, name: str, target: str, summary: str) -> None:
        super().__init__(name, short_help=summary, rich_markup_mode=None)
        self._target = target

    def load(self) -> Any:
        """The command itself."""
        module, _, attribute = self._target.partition(":")
        command = getattr(import_module(f"commands.{module}"), attribute)
        if not isinstance(command, typer.Typer):
            app = typer.Typer(rich_markup_mode=None, add_completion=False)
            app.command(self.name)(command)
            command = app
        return _with_shared_options(typer.main.get_command(command))

    def make_context(self, *arguments: Any, **named: Any) -> Any:
        """Of the command itself, which this context then invokes."""
        return self.load().make_context(*arguments, **named)

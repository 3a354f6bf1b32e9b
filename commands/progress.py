"""What a crawl shows while it goes on: a bar on a terminal's standard error, else nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from commands.cleaning import clean
from commands.terminal import say
from scraper.events import CrawlEvent, PageDone
from scraper.urls import host_of


class Display:
    """Nothing is shown; lines go to standard error as they come."""

    def show(self, event: CrawlEvent) -> None:
        """Note one event."""

    def say(self, text: str) -> None:
        say(text)


class _Bar(Display):
    def __init__(
        self, show: Callable[[CrawlEvent], None], print_line: Callable[[str], None]
    ) -> None:
        self._show = show
        self._print = print_line

    def show(self, event: CrawlEvent) -> None:
        self._show(event)

    def say(self, text: str) -> None:
        self._print(f"kliping: {clean(text)}")


@contextmanager
def display(due: int, *, wanted: bool) -> Iterator[Display]:
    """A progress bar over ``due`` pages and what is found on the way, if there is a terminal."""
    if not wanted or not sys.stderr.isatty():
        yield Display()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.text import Text

    console = Console(stderr=True, highlight=False)
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("pages"),
    )
    bar = Progress(*columns, console=console, transient=True, redirect_stdout=False)
    task = bar.add_task("crawling", total=due)
    total = due

    def show(event: CrawlEvent) -> None:
        nonlocal total
        if isinstance(event, PageDone):
            bar.update(task, advance=1, description=clean(host_of(event.url))[:30])
        else:
            total += event.new_links
            bar.update(task, total=total)

    with bar:
        yield _Bar(show, lambda line: console.print(Text(line), soft_wrap=True))

"""What asking the web needs, as the settings have it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from typing import TYPE_CHECKING

from scraper.clock import SystemClock
from scraper.setup import MemoryHosts, Tools, open_tools
from storage.database.turns import open_turns
from storage.frontier.hosts import Hosts

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from commands.settings import Settings
    from scraper.fetch.credentials import Credentials


_WITHOUT_ARCHIVE = MemoryHosts()
"""For all that one command asks: it may open the web twice."""


@asynccontextmanager
async def open_web(
    settings: Settings,
    engine: Engine | None,
    *,
    allow_private: bool,
    obey_robots: bool = True,
    credentials: Credentials | None = None,
) -> AsyncIterator[Tools]:
    """With an archive the pace is that of all processes that use it; without one, what is known of
    hosts is forgotten in the end.

    With the credentials of subscribed sites; else those are read, and of what is missing standard
    error is told.

    Raises ``ConfigError``.
    """
    turns = None if engine is None else open_turns(settings.db)
    with turns or nullcontext():
        async with open_tools(
            settings.fetch_policy(allow_private=allow_private),
            settings.pace_policy(),
            _WITHOUT_ARCHIVE if engine is None else Hosts(engine),
            SystemClock(),
            settings.rule_book(),
            credentials=settings.credentials() if credentials is None else credentials,
            obey_robots=obey_robots,
            turns=turns,
        ) as tools:
            yield tools

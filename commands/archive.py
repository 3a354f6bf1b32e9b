"""Opening the archive for the length of a command, and finding an article or a source in it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from commands.addresses import parse_given
from commands.exits import UsageError
from commands.render.articles import reason_of
from commands.render.quoting import operand
from commands.settings import Settings
from commands.terminal import say
from commands.times import local_day
from scraper.errors import AddressError, NotFoundError, StorageError
from scraper.urls import hide_userinfo
from storage.database.engine import open_engine, open_to_read
from storage.database.places import Place
from storage.reading.library import Library

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine

    from storage.frontier.sources import Sources
    from storage.records import ArticleRecord, SourceRecord, VersionRecord

MAX_ID = 2**63 - 1
HOW_TO_ADD = "`kliping sources add URL` adds a feed to crawl"
HOW_TO_MAKE = "`kliping sources add URL` or `kliping fetch URL` makes one"


@contextmanager
def open_archive(
    settings: Settings, *, read_only: bool = False, create: bool = False
) -> Iterator[Engine]:
    """The database of ``settings``, upgraded if need be. Raises ``StorageError``.

    ``create``: for commands that file or add something, where there is no file or an empty one. To
    all others a mistyped name would look like an empty archive.
    """
    if not (create or is_there(settings.db)):
        raise StorageError(f"{settings.db}: there is no archive: name one with --db; {HOW_TO_MAKE}")
    engine = open_engine(settings.db, read_only=read_only, tell=say)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def open_if_there(settings: Settings) -> Iterator[Engine | None]:
    """The same where there is one, for commands that can do without: what asks the web goes by what
    the archive knows of hosts."""
    if not is_there(settings.db) or _is_bare(settings.db):
        yield None
        return
    with open_archive(settings) as engine:
        yield engine


def no_source_yet(settings: Settings, *, is_new: bool = False) -> str:
    """What to do about it. ``is_new``: the archive was not there before this command."""
    if is_new:
        made = "there was no archive, and an empty one was made: name another with --db"
        return f"{settings.db}: {made}; {HOW_TO_ADD}"
    return f"no source yet in {settings.db}: {HOW_TO_ADD}"


def is_there(place: Place) -> bool:
    """Anything that is not just missing is for ``open_engine`` to judge."""
    if not isinstance(place, Path):
        return True
    try:
        return place.stat().st_size > 0 or not place.is_file()
    except FileNotFoundError:
        return False
    except (OSError, ValueError):
        return True


def _is_bare(place: Place) -> bool:
    """Whether it is a server's database without an archive in it, which opening it would make."""
    if isinstance(place, Path):
        return False
    try:
        open_to_read(place).dispose()
    except NotFoundError:
        return True
    except StorageError:
        pass  # an older archive, or for whoever opens it to tell
    return False


def find_article(library: Library, wanted: str) -> ArticleRecord:
    """By id or any known address. Raises ``UsageError`` that says what there is instead."""
    if not wanted.strip().isdecimal():
        address = parse_given(wanted, otherwise="article's id")
        if record := library.find(address):
            return record
        if gone := library.forgotten_at(address):
            raise UsageError(f"{address}: {_removed(gone)}")
        how = f"`kliping fetch {operand(address)}` files it"
        raise UsageError(f"{address}: not in the archive; {how}")
    number = min(int(wanted[:20]), MAX_ID)
    if record := library.get(number):
        return record
    if gone := library.removed_at(number):
        raise UsageError(f"article {number}: {_removed(gone)}")
    nearest = library.nearest_id(number)
    hint = "the archive is empty" if nearest is None else f"the nearest id is {nearest}"
    raise UsageError(f"no article has the id {wanted.strip()}; {hint}")


def find_version(library: Library, record: ArticleRecord, number: int) -> VersionRecord:
    """Raises ``UsageError`` that says which versions there are."""
    versions = library.versions(record.id)
    if number not in range(1, len(versions) + 1):
        raise no_version(record, len(versions), number)
    return versions[number - 1]


def no_version(record: ArticleRecord, last: int, wanted: int) -> UsageError:
    if not last:
        return UsageError(f"article {record.id} has no text ({reason_of(record)})")
    have = f"versions 1 to {last}" if last > 1 else "version 1 only"
    return UsageError(f"article {record.id} has no version {wanted}; it has {have}")


def find_removal(library: Library, wanted: str) -> datetime | None:
    """When the article of this id or address was removed for good. Raises ``UsageError``."""
    if wanted.strip().isdecimal():
        return library.removed_at(min(int(wanted[:20]), MAX_ID))
    return library.forgotten_at(parse_given(wanted, otherwise="article's id"))


def _removed(at: datetime) -> str:
    return f"removed for good on {local_day(at)}"


def pick_source(sources: Sources, text: str) -> SourceRecord:
    """A source by name, id or address. Raises ``UsageError`` that names one with much the same
    name, if there is any."""
    source = sources.find(text)
    if source is None and "://" not in text:
        with suppress(AddressError):
            source = sources.find(parse_given(text))
    if source is not None:
        return source
    shown = repr(hide_userinfo(text))
    names = {each.name.casefold(): each.name for each in sources.list()}
    if not names:
        raise UsageError(f"no source {shown}: there is none yet; {HOW_TO_ADD}")
    near = difflib.get_close_matches(text.strip().casefold(), names, n=1)
    hint = f"the nearest is {names[near[0]]!r}; " if near else ""
    raise UsageError(f"no source {shown}: {hint}`kliping sources list` shows all")


def why_nothing_is_listed(engine: Engine, *, rejected: bool) -> str:
    """For a person who sees an empty list: what there is, and what to do next."""
    if Library(engine).nearest_id(0) is not None:
        if rejected:
            return "nothing was rejected"
        return "no article yet; `kliping list --rejected` tells why what was fetched is none"
    from storage.frontier.sources import Sources  # heavy: not for a list of articles

    if Sources(engine).list():
        return "no article yet: `kliping crawl` fetches what your sources list"
    return f"no article yet: `kliping fetch URL` files one; {HOW_TO_ADD}"

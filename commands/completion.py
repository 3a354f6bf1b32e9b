"""What the shell completes: names and addresses of what is in the archive.

The archive is only read, and briefly. Where there is none, or it cannot be read at once, nothing is
completed and nothing is said: the person is still typing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

import typer

from commands.cleaning import clean, is_clean
from commands.settings import db_place
from scraper.errors import KlipingError

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from storage.records import ArticleRecord

LISTED = 50
"""How many are offered."""
SEARCHED = 1_000
"""Among how many of the newest articles, and of the sources, an address is looked for."""
PATIENCE = 0.5
"""Seconds to wait for a lock."""
T = TypeVar("T")
_SHELL = "_KLIPING_COMPLETE"
_BEFORE = "_KLIPING_WORD_BEGINS"
"""What stands before the last colon of the word that bash has us complete."""

_BREAKS = (":", "=")

Item = tuple[str, str]
"""A word, and what it means (shown by zsh and fish)."""


def sources(context: typer.Context, typed: str) -> list[Item]:
    """Names and, once something is typed, addresses of sources."""
    from storage.frontier.sources import Sources  # heavy, as all below: not for the words alone

    known = _read(context, lambda engine: Sources(engine).names(SEARCHED))
    addresses = [(url, name) for name, url in known] if _is_begun(typed) else []
    return _fitting([*known, *addresses], typed)


def articles(context: typer.Context, typed: str) -> list[Item]:
    """Ids and, once something is typed, addresses of the newest articles."""
    from storage.reading.library import Library

    known: Sequence[ArticleRecord] = _read(context, lambda engine: Library(engine).list(SEARCHED))
    ids = [(str(each.id), each.title or "") for each in known]
    addresses = [(each.url, each.title or "") for each in known] if _is_begun(typed) else []
    return _fitting([*ids, *addresses], typed)


def formats(context: typer.Context, typed: str) -> list[Item]:
    from storage.export import FORMATS

    return _fitting([(name, "") for name in FORMATS], typed)


def _read(context: typer.Context, load: Callable[[Engine], Sequence[T]]) -> Sequence[T]:
    from storage.database.engine import open_to_read

    os.environ.setdefault("PGCONNECT_TIMEOUT", "2")
    with suppress(KlipingError):
        engine = open_to_read(db_place(context), busy_timeout=PATIENCE)
        try:
            return load(engine)
        finally:
            engine.dispose()
    return ()


def _is_begun(typed: str) -> bool:
    return bool(typed or os.environ.get(_BEFORE))


def _fitting(items: Iterable[Item], typed: str) -> list[Item]:
    """Those that begin with what was typed, as the shell wants them."""
    before = os.environ.get(_BEFORE, "")
    fitting = (item for item in items if item[0].startswith(before + typed) and is_clean(item[0]))
    return [
        # Typer hands a meaning to rich, to which brackets are markup.
        (_escape(word.removeprefix(before)), clean(meaning).replace("[", "(").replace("]", ")"))
        for word, meaning in islice(fitting, LISTED)
    ]


def _escape(word: str) -> str:
    """Bash puts a word into the line as it is."""
    is_bash = os.environ.get(_SHELL) == "complete_bash"
    return re.sub(r"([^\w@%+=:,./-])", r"\\\1", word) if is_bash else word


def join_bash_words() -> None:
    """Bash takes words apart at colons and equals signs: put them together again. Of the word that
    is being typed it wants only what follows the last colon."""
    given = os.environ.get("COMP_WORDS", "")
    words = given.split("\n" if "\n" in given else " ")
    place = int(os.environ.get("COMP_CWORD", "0"))
    *complete, typed = words[: place + 1] if place < len(words) else [*words, ""]
    joined: list[str] = []
    for word in complete:
        if joined and (word in _BREAKS or joined[-1].endswith(_BREAKS)):
            joined[-1] += word
        else:
            joined.append(word)
    before = ""
    if joined and (typed in _BREAKS or complete[-1] in _BREAKS):
        whole = joined.pop() + typed
        option, _, value = whole.partition("=")
        if option.startswith("--"):
            joined.append(option)
            whole = value
        before, colon, typed = whole.rpartition(":")
        before += colon
    os.environ |= {
        "COMP_WORDS": "\n".join([*joined, typed]),
        "COMP_CWORD": str(len(joined)),
        _BEFORE: before,
    }

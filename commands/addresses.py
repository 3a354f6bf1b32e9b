"""Addresses that people give: on the command line, in a file, on standard input."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from commands.exits import UsageError
from scraper.errors import AddressError
from scraper.urls import hide_userinfo, parse_address

MOST_PROBLEMS = 20
"""Of one list; more are counted."""
MAX_LIST_BYTES = 32_000_000
_COMMENT = re.compile(r"(?:^|\s)#.*")


@dataclass(frozen=True)
class Named:
    """An address as given, where it stood, and what it is called there."""

    text: str
    where: str
    """``FILE, line 3``; empty for the command line."""
    name: str | None = None


N = TypeVar("N", bound=Named)


@dataclass(frozen=True)
class Checked(Generic[N]):
    good: tuple[tuple[str, N], ...]
    """Checked address beside what was given, in the order given."""
    problems: tuple[str, ...]
    """One line for each that is no address."""
    is_spoilt: bool = False
    """One of these was given by itself, and is no line of a list."""

    @property
    def told(self) -> Iterator[str]:
        """The problems for a person: a file of another kind has one in every line."""
        yield from self.problems[:MOST_PROBLEMS]
        if len(self.problems) > MOST_PROBLEMS:
            yield f"and {len(self.problems) - MOST_PROBLEMS} more lines without an address"


def check_addresses(given: Iterable[N]) -> Checked[N]:
    good, problems, is_spoilt = [], [], False
    for item in given:
        try:
            good.append((parse_address(item.text), item))
        except AddressError as error:
            problems.append(f"{item.where}: {error}" if item.where else str(error))
            is_spoilt = is_spoilt or not item.where
    return Checked(tuple(good), tuple(problems), is_spoilt)


def parse_given(text: str, *, otherwise: str) -> str:
    """The address, where something else may be given as well: ``otherwise``, as in "no …".

    Raises ``UsageError`` for what has no scheme, and may be meant as that; else ``AddressError``.
    """
    try:
        return parse_address(text)
    except AddressError:
        if "://" in text:
            raise
        problem = f"not a web address (http://… or https://…) and no {otherwise}"
        raise UsageError(f"{clip(text)}: {problem}") from None


def is_file(given: str) -> bool:
    """Where an address is wanted: a file's name, not an address that is a name as well."""
    return "://" not in given and os.path.isfile(given)


def clip(text: str) -> str:
    """For messages, without a password."""
    text = hide_userinfo(text)
    return text if len(text) <= 80 else f"{text[:79]}…"


def read_addresses(arguments: Sequence[str], list_file: str | None) -> list[Named]:
    """The arguments, with ``-`` replaced by the lines of standard input, then those of a file."""
    given = []
    for argument in arguments:
        given += read_lines(argument) if argument == "-" else [Named(argument, "")]
    return given + (read_lines(list_file) if list_file is not None else [])


def read_lines(path: str) -> list[Named]:
    """One address a line; empty lines and ``#`` comments are skipped. Raises ``UsageError``."""
    return parse_lines(read_input(path, MAX_LIST_BYTES), input_name(path))


def parse_lines(content: bytes, name: str) -> list[Named]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{name}: not UTF-8 text; one address a line is expected") from None
    lines = enumerate(text.splitlines(), start=1)
    stripped = ((number, _COMMENT.sub("", line).strip()) for number, line in lines)
    return [Named(line, f"{name}, line {number}") for number, line in stripped if line]


def read_input(path: str, limit: int) -> bytes:
    """A file, or standard input for ``-``. Raises ``UsageError``."""
    name = input_name(path)
    try:
        if path == "-":
            content = sys.stdin.buffer.read(limit + 1)
        else:
            with Path(path).open("rb") as file:
                content = file.read(limit + 1)
    except OSError as error:
        raise UsageError(f"{name}: cannot be read: {error.strerror or error}") from None
    if len(content) > limit:
        raise UsageError(f"{name}: larger than {limit} bytes")
    return content


def input_name(path: str) -> str:
    return "standard input" if path == "-" else hide_userinfo(path)

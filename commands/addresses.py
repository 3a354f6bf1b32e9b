"""Addresses that people give: on the command line, in a file, on standard input."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import typer

from commands.exits import Exit, UsageError
from commands.terminal import say
from scraper.errors import AddressError
from scraper.urls import hide_userinfo, is_ip, parse_address, shown

MOST_PROBLEMS = 20
"""Of one list; more are counted."""
MAX_LIST_BYTES = 32_000_000
HOW_TO_WRITE = "write it as in example.com/story or https://example.com/story"
FILE_ENDINGS = frozenset("csv db htm html json mhtml opml pdf txt warc xhtml xml".split())
"""A name that ends so, alone, is that of a file: no top-level domain is called so."""
_HOST = re.compile(
    r"(?P<host>\[[0-9a-f:.]+\]|[^\s/?#@:\[\]\\]+)(?::[0-9]{1,5})?(?=[/?#]|$)", re.IGNORECASE
)
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
            good.append((parse_given(item.text), item))
        except AddressError as error:
            problems.append(f"{item.where}: {error}" if item.where else str(error))
            is_spoilt = is_spoilt or not item.where
    return Checked(tuple(good), tuple(problems), is_spoilt)


def sift_addresses(given: Iterable[Named]) -> tuple[tuple[str, ...], int]:
    """The addresses, and how many lines of a list are none: these are told, and skipped.

    Raises ``typer.Exit`` where one is bad that was given by itself, and where none is left.
    """
    checked = check_addresses(given)
    for problem in checked.told:
        say(problem)
    if checked.is_spoilt or (checked.problems and not checked.good):
        raise typer.Exit(Exit.USAGE)
    return tuple(address for address, _ in checked.good), len(checked.problems)


def parse_given(text: str, *, otherwise: str | None = None) -> str:
    """The address that a person means: ``example.com/story`` and ``localhost:8080`` as well, which
    are of https.

    ``otherwise``: what else may be given in its place, and is looked for first, as in "no …".
    Raises ``AddressError``; or ``UsageError``, for what may be meant as that.
    """
    try:
        return parse_address(_with_scheme(text))
    except AddressError as error:
        if "://" in text:
            raise
        if otherwise is None:
            raise AddressError(shown(text), HOW_TO_WRITE) from error
    problem = f"not a web address (http://… or https://…) and no {otherwise}"
    raise UsageError(f"{clip(text)}: {problem}")


def _with_scheme(text: str) -> str:
    """With https:// before it, where it begins with the name of a host."""
    stripped = text.strip()
    found = _HOST.match(stripped)
    if found is None:
        return f"https://[{stripped}]" if ":" in stripped and is_ip(stripped) else text
    host, rest = found["host"].lower(), stripped[found.end("host") :]
    labels = host.removesuffix(".").split(".")
    if host.startswith("[") or host == "localhost" or is_ip(host):
        return f"https://{stripped}"
    is_number = labels[-1].isdecimal()  # as in 1.5, which browsers take for an IP address
    is_name = len(labels) > 1 and all(labels) and not is_number
    is_file_name = not rest and labels[-1] in FILE_ENDINGS
    return f"https://{stripped}" if is_name and not is_file_name else text


def is_file(given: str) -> bool:
    """Where an address is wanted: the name of a file, a pipe included, and no address that is a
    name as well."""
    return "://" not in given and os.path.exists(given) and not os.path.isdir(given)


def clip(text: str) -> str:
    """For messages, without a password; nothing is shown as ``''``."""
    text = hide_userinfo(text) or "''"
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

"""What a check found: damage, and where the chain stands; and which errors tell of damage."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from sqlalchemy.exc import DBAPIError, NoResultFound

from scraper.errors import AddressError, StorageError
from storage.database import failures
from storage.proof.digests import CHAIN_START

LISTED = 1000
"""Findings that are kept; what is beyond is counted."""

Note = Callable[[str, int, int], None]
"""Hears how far it is: what is checked, how many were, of how many."""

UNREADABLE = (
    AddressError,
    StorageError,
    DBAPIError,
    NoResultFound,
    sqlite3.Error,
    *failures.UNREADABLE,
)
"""What a value that is not as it was stored makes of the database and the code that read it."""

_UNWRITABLE = {
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
}
_PASSING = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_INTERRUPT,
}
# Classes of SQLSTATE: connections, transactions, logins, resources, states of objects, operators.
_PASSING_CLASSES = {"08", "25", "28", "40", "53", "55", "57"}
_READ_ONLY_SERVER = "25006"


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The chain's state after so many entries: to write down elsewhere."""

    position: int
    digest: bytes

    def __str__(self) -> str:
        return f"{self.position}:{self.digest.hex()}"

    @classmethod
    def parse(cls, given: str) -> ChainHead:
        """Raises ``ValueError`` for what ``str`` did not make."""
        position, _, digest = given.strip().partition(":")
        if not (position.isascii() and position.isdecimal() and len(digest) == 64):
            raise ValueError("a head is a number, a colon and 64 hexadecimal digits")
        return cls(int(position), bytes.fromhex(digest))


@dataclass(frozen=True, slots=True)
class Damage:
    """Something that is not as it was stored."""

    what: str
    """``snapshot 12``, ``version 4 (of article 3)``, ``index``, …"""
    problem: str
    derived: bool = False
    """Whether all of it can be made anew from what is filed (``upkeep.reindexing``)."""


@dataclass(slots=True, kw_only=True)
class VerifyReport:
    """What was checked, and what was found."""

    checked: dict[str, int] = field(default_factory=dict)
    rejected: int = 0
    """Of the articles, the pages that are none."""
    damage: list[Damage] = field(default_factory=list)
    total: int = 0
    """Of findings, those included that are not kept."""
    derived: int = 0
    """Of them, those in what can be made anew."""
    unchecked: list[str] = field(default_factory=list)
    """What could not be done here, a sentence each, though nothing is wrong."""
    head: ChainHead = ChainHead(0, CHAIN_START)

    def add(self, findings: Iterable[Damage]) -> None:
        for one in findings:
            self.total += 1
            self.derived += one.derived
            if len(self.damage) < LISTED:
                self.damage.append(one)


def damage_of(what: str, error: Exception) -> Damage:
    """What an error says of the data. Raises it where it says nothing of them: another process
    keeps the database locked, the connection was lost, the disk is full."""
    code = _code_of(error)
    passing = code[:2] in _PASSING_CLASSES if isinstance(code, str) else code in _PASSING
    if passing or is_unwritable(error):
        raise error
    if isinstance(error, NoResultFound):
        return Damage(what, "its row is listed, and not found")
    cause = getattr(error, "orig", None) or error
    return Damage(what, " ".join(f"{cause}".split())[:300])


def is_unwritable(error: Exception) -> bool:
    """Whether the database just cannot be written to, from here."""
    code = _code_of(error)
    return code in _UNWRITABLE or code == _READ_ONLY_SERVER


def _code_of(error: BaseException) -> int | str | None:
    """SQLite's primary result code, or the server's SQLSTATE, behind an error."""
    driver: BaseException | None = error
    while driver is not None:
        code = getattr(driver, "sqlite_errorcode", None)
        if code is not None:
            return int(code) & 0xFF
        state = getattr(driver, "sqlstate", None)
        if state is not None:
            return str(state)
        if isinstance(driver, OSError):
            return sqlite3.SQLITE_CANTOPEN
        driver = getattr(driver, "orig", None) or driver.__cause__
    return None

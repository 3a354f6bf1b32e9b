"""What is served, and how a page asks for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Engine
from starlette.exceptions import HTTPException
from starlette.requests import Request

from storage.reading.library import Library
from storage.reading.rights import Rights
from storage.records import ArticleRecord, VersionRecord
from web.acts.door import Door
from web.acts.jobs import Jobs
from web.archive import OpenArchive
from web.guard import Hosts

T = TypeVar("T")

LONGEST_QUERY = 1_000
"""Characters of a query that a page takes."""
MOST_PER_PAGE = 100
LONGEST_PLACE = 19
"""Digits of a number that a database takes."""


@dataclass(frozen=True, kw_only=True)
class Acting:
    """What ``serve --write`` has more."""

    door: Door
    jobs: Jobs
    options: tuple[str, ...] = ()
    """Of the commands that ask the web: ``--allow-private``."""


@dataclass(frozen=True, kw_only=True)
class Site:
    archive: OpenArchive
    hosts: Hosts
    rights: Rights
    root_path: str = ""
    """Where a proxy has it: ``/kliping``; empty at the root."""
    acting: Acting | None = None
    """``None``: it can only be read."""

    @property
    def name(self) -> str:
        """Of the archive, as readers see it: without the directories that lead to it."""
        return str(self.archive.place).rsplit("/", 1)[-1]


def site_of(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


def ask(request: Request, question: Callable[[Engine], T]) -> T:
    """What a page needs of the archive, in one go. Raises ``StorageError``."""
    return site_of(request).archive.ask(question)


# --------------------------------------------------------------------- what a request asks for


def query_of(request: Request) -> str:
    """``q``, in the query language. Raises ``HTTPException`` for one without measure."""
    text = request.query_params.get("q", "").strip()
    if len(text) > LONGEST_QUERY:
        raise HTTPException(400, f"A query has at most {LONGEST_QUERY:,} characters.")
    return text


def number_of(request: Request, name: str, *, low: int, high: int, default: int) -> int:
    """A whole number of the query. Raises ``HTTPException`` for anything else."""
    given = request.query_params.get(name, "")
    if not given:
        return default
    if not (given.isascii() and given.isdecimal() and low <= int(given[:20]) <= high):
        raise HTTPException(400, f"{name}: write a whole number from {low} to {high}.")
    return int(given)


def place_of(request: Request) -> int | None:
    """``cursor``, of a list that goes on by a number. Raises ``HTTPException``."""
    given = request.query_params.get("cursor", "")
    if not given:
        return None
    if not (given.isascii() and given.isdecimal() and len(given) < LONGEST_PLACE):
        raise HTTPException(400, "cursor: this is none that the archive gave.")
    return int(given)


def find_article(library: Library, article_id: int) -> ArticleRecord:
    """Raises ``HTTPException``: 404, or 410 for what was removed for good."""
    record = library.get(article_id)
    if record is None:
        if gone := library.removed_at(article_id):
            raise HTTPException(
                410, f"Article {article_id} was removed for good on {gone:%Y-%m-%d}."
            )
        raise HTTPException(404, f"No article has the id {article_id}.")
    return record


def pick_version(versions: Sequence[VersionRecord], number: int) -> VersionRecord:
    """Raises ``HTTPException``: 404."""
    if not 0 < number <= len(versions):
        have = len(versions)
        some = "no version" if not have else "one version" if have == 1 else f"{have} versions"
        raise HTTPException(404, f"There is no version {number}; the article has {some}.")
    return versions[number - 1]

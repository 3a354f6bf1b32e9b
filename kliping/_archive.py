"""An archive, opened."""

from __future__ import annotations

import os
import sys
import threading
from array import array
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self, TypeVar
from urllib.parse import urlsplit

from kliping._results import Decision, FiledArticle, Hit, Version
from scraper.errors import AddressError, BusyError, NotFoundError, StorageError
from scraper.urls import levelled_host, parse_address, site_of
from storage.database.places import Place, parse_place

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from kliping._web import Web
    from scraper.setup import Tools
    from storage.reading.library import Library
    from storage.records import ArticleRecord

T = TypeVar("T")

AT_ONCE = 32
"""Articles that ``articles`` reads in one short transaction."""
TRIES = 3
"""How often a question is asked that writers disturb, before it is asked under locks."""


class Archive:
    """An archive; ``kliping.open`` makes one. It is a context manager, which closes it.

    Each call is a short transaction of its own and sees what was filed until then. Every method
    raises ``StorageError`` for what cannot be read, and ``ValueError`` once the archive is closed.
    """

    def __init__(
        self, place: str | os.PathLike[str], *, write: bool = False, allow_private: bool = False
    ) -> None:
        self._place = _read_place(place)
        self._write = write
        self._allow_private = allow_private
        self._lock = threading.Lock()
        self._web: Web | None = None
        self._engine: Engine | None = self._open()

    def __enter__(self) -> Self:
        self._current()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<kliping.Archive {self._place}{'' if self._engine else ', closed'}>"

    def close(self) -> None:
        """Let go of the database. It may be called again."""
        with self._lock:
            web, self._web = self._web, None
            engine, self._engine = self._engine, None
        if web is not None:
            web.close()
            _seal(engine)
        if engine is not None:
            engine.dispose()

    # ----------------------------------------------------------------- reading

    def search(
        self,
        query: str,
        limit: int | None = 20,
        *,
        by: Literal["filed", "published", "relevance"] = "filed",
    ) -> list[Hit]:
        """The articles that match, in the query language of ``kliping search`` (docs/usage.md):
        words, ``"phrases"``, ``-word``, ``site:``, ``author:``, ``after:``, …

        The one filed last comes first; ``by="published"`` and ``by="relevance"`` order the newest
        10,000 and 2,000 hits. ``limit=None`` gives all.
        """
        from storage.search.finder import Search, SortOrder  # SQLAlchemy: 0.2 s

        if not isinstance(query, str):
            raise TypeError(f"a query is a str, not {type(query).__name__}")
        if limit is not None and (not isinstance(limit, int) or isinstance(limit, bool)):
            raise TypeError(f"limit is an int or None, not {type(limit).__name__}")
        if limit is not None and limit < 1:
            raise ValueError(f"limit is at least 1, or None for all hits, not {limit}")
        if by not in [one.value for one in SortOrder]:
            raise ValueError(f"by is 'filed', 'published' or 'relevance', not {by!r}")
        today = datetime.now().astimezone().date()
        found = self._ask(
            lambda engine: Search(engine).find(
                query, limit=min(limit or 0, sys.maxsize), by=SortOrder(by), today=today
            )
        )
        return [
            Hit(
                id=hit.record.id,
                title=hit.record.title,
                url=hit.record.url,
                site=site_of(hit.record.url),
                authors=hit.record.authors,
                published_at=hit.record.published_at,
                snippet=hit.snippet.text,
            )
            for hit in found.hits
        ]

    def get(self, article: int | str) -> FiledArticle:
        """The article of this id, or at this address: any that is known to lead to it.

        Raises ``NotFound``, and ``AddressError`` for what is no web address.
        """
        return _filed(self._find(article))

    def versions(self, article: int | str) -> list[Version]:
        """What the article of this id or address has said, in the order in which it was first seen,
        with what was not taken for its text. Empty where its page never had one.

        Raises as ``get``.
        """
        from storage.reading.library import Library  # SQLAlchemy: 0.2 s

        article_id = self._find(article).id

        def load(engine: Engine) -> list[Version]:
            library = Library(engine)
            edits = library.edits(article_id)
            versions = []
            for one in library.versions(article_id):
                edit = edits.get(one.id)
                versions.append(
                    Version(
                        number=one.number,
                        seen_at=one.first_seen_at,
                        fetched_at=one.fetched_at,
                        url=one.url,
                        current=one.current,
                        title=one.title,
                        byline=one.byline,
                        authors=one.authors,
                        published_at=one.published_at,
                        modified_at=one.modified_at,
                        body=one.body,
                        blocks=one.blocks,
                        cause=one.cause,
                        accepted=one.accepted,
                        reason=one.reason,
                        kinds=edit.kinds if edit else (),
                        stealth=edit.stealth if edit else False,
                        summary=edit.summary if edit else None,
                    )
                )
            return versions

        return self._ask(load)

    def articles(
        self,
        *,
        site: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Iterator[FiledArticle]:
        """The articles, the one published last first.

        ``site``: of this host and those below it, as ``example.com``. ``since`` and ``until``: from
        this moment on, and before that one; without a zone they are local time. An article without
        a date counts by when it was first seen.

        They are read as they are asked for, a few at a time: memory is bounded, and a slow reader
        holds up nobody. What is filed meanwhile is not among them; what is removed is left out.
        """
        from storage.reading.library import Library  # SQLAlchemy: 0.2 s

        host = None if site is None else _read_site(site)
        start, end = _read_time("since", since), _read_time("until", until)
        ids = self._ask(lambda engine: Library(engine).newest(host, start, end))
        return self._stream(ids)

    # ----------------------------------------------------------------- writing

    def fetch(self, url: str) -> Decision:
        """Fetch a page now and file it, as ``kliping fetch`` does.

        Polite and guarded as ``kliping.fetch``. What failed, or is no article, is noted in the
        archive and told by the decision. Raises ``AddressError``, and ``StorageError`` where the
        archive was opened to read.
        """
        from kliping._web import checked_address  # the HTTP client: 0.3 s
        from scraper.clock import SystemClock
        from scraper.crawl.fetch_one import fetch_by_hand
        from storage.archive import Archive as Filing

        engine = self._current()
        if not self._write:
            raise StorageError(f"{self._place}: is open to read: open it with write=True to file")
        address = checked_address(url)

        async def work(tools: Tools) -> Decision:
            result = await fetch_by_hand(
                address, tools=tools, archive=Filing(engine), clock=SystemClock()
            )
            decision = result.decision
            return Decision(
                outcome=decision.outcome.value,
                reason=decision.reason or result.capture.reason,
                article_id=decision.article_id,
                filed=decision.filed,
            )

        return self._open_web().run(work)

    # ----------------------------------------------------------------- the database

    def _open(self, *, may_freeze: bool = True) -> Engine:
        from storage.database.engine import open_engine, open_to_read  # SQLAlchemy: 0.2 s

        if self._write:
            return open_engine(self._place)
        return open_to_read(self._place, may_freeze=may_freeze)

    def _open_web(self) -> Web:
        from kliping._web import Web
        from storage.frontier.hosts import Hosts

        engine = self._current()
        with self._lock:
            if self._web is None:
                self._web = Web(
                    Hosts(engine), allow_private=self._allow_private, archive=self._place
                )
            return self._web

    def _current(self, *, may_freeze: bool = True) -> Engine:
        """The database; opened anew where it was read as it stood, and is written to by now."""
        from storage.database.engine import has_moved

        with self._lock:
            if self._engine is None:
                raise ValueError("the archive is closed")
            if has_moved(self._engine):
                former, self._engine = self._engine, self._open(may_freeze=may_freeze)
                former.dispose()
            return self._engine

    def _ask(self, question: Callable[[Engine], T]) -> T:
        from storage.database.engine import has_moved

        for _ in range(TRIES):
            engine = self._current()
            try:
                return question(engine)
            except BusyError:
                if not has_moved(engine):
                    raise
        return question(self._current(may_freeze=False))

    def _library(self, question: Callable[[Library], T]) -> T:
        from storage.reading.library import Library

        return self._ask(lambda engine: question(Library(engine)))

    def _find(self, article: int | str) -> ArticleRecord:
        if isinstance(article, str):
            address = parse_address(article)
            record = self._library(lambda library: library.find(address))
            gone = None if record else self._library(lambda library: library.forgotten_at(address))
            missing = f"{address}: not in the archive"
        elif isinstance(article, int) and not isinstance(article, bool):
            record = self._library(lambda library: library.get(article))
            gone = None if record else self._library(lambda library: library.removed_at(article))
            missing = f"no article has the id {article}"
        else:
            kind = type(article).__name__
            raise TypeError(f"an article is named by its id or an address, not by {kind}")
        if record is None:
            when = f": it was removed for good on {gone.astimezone():%Y-%m-%d}" if gone else ""
            raise NotFoundError(missing + when)
        return record

    def _stream(self, ids: array[int]) -> Iterator[FiledArticle]:
        for start in range(0, len(ids), AT_ONCE):
            batch = ids[start : start + AT_ONCE]
            yield from self._library(partial(_read_batch, batch))


def _read_batch(ids: array[int], library: Library) -> list[FiledArticle]:
    return [_filed(record) for record in library.stream(ids)]


def _seal(engine: Engine | None) -> None:
    """Put what was filed into the chain."""
    from storage.proof.entries import seal

    if engine is not None:
        seal(engine, datetime.now(UTC))


def _filed(record: ArticleRecord) -> FiledArticle:
    return FiledArticle(
        id=record.id,
        url=record.url,
        canonical_url=record.canonical_url,
        site=site_of(record.url),
        verdict=record.verdict.value,
        title=record.title,
        byline=record.byline,
        authors=record.authors,
        published_at=record.published_at,
        modified_at=record.modified_at,
        first_seen_at=record.first_seen_at,
        last_checked_at=record.last_checked_at,
        language=record.language,
        site_name=record.site_name,
        section=record.section,
        tags=record.tags,
        image_url=record.image_url,
        body=record.body or "",
        blocks=record.blocks,
        versions=record.versions,
        duplicate_of=record.duplicate_of,
        source=record.source,
    )


# --------------------------------------------------------------------- arguments


def _read_place(place: object) -> Place:
    if isinstance(place, str):
        return parse_place(place)
    if isinstance(place, os.PathLike):
        path = os.fspath(place)
        if isinstance(path, str):
            return Path(path)
    kind = type(place).__name__
    raise TypeError(f"an archive is a path or the address of a database, not {kind}")


def _read_site(site: object) -> str:
    """Its host. Raises ``TypeError`` and ``ValueError``."""
    if not isinstance(site, str):
        raise TypeError(f"site is a str, not {type(site).__name__}")
    try:
        address = parse_address(site if "://" in site else f"http://{site}/")
    except AddressError:
        raise ValueError(f"site is a host such as example.com, not {site!r}") from None
    return urlsplit(f"//{levelled_host(address)}").hostname or ""


def _read_time(name: str, moment: object) -> datetime | None:
    if moment is not None and not isinstance(moment, datetime):
        raise TypeError(f"{name} is a datetime, not {type(moment).__name__}")
    try:
        return None if moment is None else moment.astimezone(UTC)
    except (OverflowError, ValueError):
        raise ValueError(f"{name} is too near the end of the calendar: {moment}") from None

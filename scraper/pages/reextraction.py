"""Reading stored pages again, with the rules of today, and what that makes of an article.

    compare       the article as stored, and as it is read today → the fields that differ. Pure
    read_all      every page that a store names, in its order, several at a time in the sandbox

No page is fetched: further pages are answered from what was stored with the article.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Literal, Protocol, TypeVar

from scraper.errors import FetchError, SandboxError
from scraper.isolation.db_thread import DbThread
from scraper.model.jobs import FieldChange
from scraper.model.types import Article, Block, Precision, StoredPage
from scraper.pages.page_reader import PageReader

Kind = Literal["gained", "lost", "changed"]

SHOWN = 200
"""Characters kept of a value, for people: the whole stands in the versions."""
BEFORE = 24
"""Characters shown before the place where two texts part."""
AHEAD = 4
"""Pages under way for each worker: none waits while one page takes long, or is being stored."""
_LENGTHS = {Precision.YEAR: 4, Precision.MONTH: 7, Precision.DAY: 10}
"""Of ISO 8601 dates."""


# --------------------------------------------------------------------- comparing


def compare(
    old: Article, new: Article, fold: Callable[[str], str] = str
) -> tuple[FieldChange, ...]:
    """What is read otherwise, in the order of ``Article``'s fields; nothing for equal ones.

    Two texts are the same if ``fold`` makes the same of both. Where a value comes from, its printed
    form (``published_raw``) and the page's own title and address do not count.
    """
    changes: list[FieldChange] = []
    for field, read in _READERS.items():
        before, after = read(old), read(new)
        if before == after or [*map(fold, before)] == [*map(fold, after)]:
            continue
        if field == "blocks" and any(change.field == "body" for change in changes):
            continue  # another text has other blocks
        kind: Kind = "gained" if not any(before) else "lost" if not any(after) else "changed"
        spell = _SPELLINGS.get(field, ", ".join)
        changes.append(FieldChange(field, kind, *_cut(spell(before), spell(after))))
    return tuple(changes)


def _date(article: Article) -> list[str]:
    """At the offset that the page states, as exactly as it says."""
    moment = article.published_at
    if moment is None:
        return []
    length = _LENGTHS.get(article.published_precision) if article.published_precision else None
    return [moment.isoformat()[:length]]


def _instant(moment: datetime | None) -> list[str]:
    return [] if moment is None else [moment.isoformat()]


def _block(block: Block) -> str:
    rest = (block.kind.value, block.level, block.number, block.cells, block.image_url, block.text)
    return " ".join(map(str, rest))


def _outline(blocks: Sequence[str]) -> str:
    """``12 paragraph, 1 heading``: what a list of blocks is made of."""
    kinds: dict[str, int] = {}
    for block in blocks:
        kind = block.partition(" ")[0].replace("_", " ")
        kinds[kind] = kinds.get(kind, 0) + 1
    return ", ".join(f"{number} {kind}" for kind, number in kinds.items())


_READERS: Mapping[str, Callable[[Article], list[str]]] = {
    "title": lambda article: [article.title or ""],
    "byline": lambda article: [article.byline or ""],
    "authors": lambda article: [*article.authors],
    "published_at": _date,
    "modified_at": lambda article: _instant(article.modified_at),
    "body": lambda article: [article.body],
    "blocks": lambda article: [*map(_block, article.blocks)],
    "language": lambda article: [article.language or ""],
    "site_name": lambda article: [article.site_name or ""],
    "image_url": lambda article: [article.image_url or ""],
    "section": lambda article: [article.section or ""],
    "tags": lambda article: [*article.tags],
}
_SPELLINGS: Mapping[str, Callable[[Sequence[str]], str]] = {"blocks": _outline}


def _cut(old: str, new: str) -> tuple[str, str]:
    """Both from shortly before the place where they part, each no longer than ``SHOWN``."""
    same = next(
        (at for at, (left, right) in enumerate(zip(old, new, strict=False)) if left != right),
        min(len(old), len(new)),
    )
    start = same - BEFORE if max(len(old), len(new)) > SHOWN and same > 2 * BEFORE else 0
    return _window(old, start), _window(new, start)


def _window(text: str, start: int) -> str:
    if start and start >= len(text):
        return "…"
    cut = text[start : start + SHOWN]
    return f"{'…' if start else ''}{cut}{'…' if start + SHOWN < len(text) else ''}"


# --------------------------------------------------------------------- reading again


class Candidate(Protocol):
    """A page that is to be read again."""

    @property
    def article(self) -> Article | None:
        """As it is stored; ``None`` where no text is."""

    @property
    def page(self) -> StoredPage | None:
        """``None`` where the page is not to be had any more: the store knows why."""


C = TypeVar("C", bound=Candidate)


class Store(Protocol[C]):
    """Names the pages to be read and takes what they say. Synchronous; called in one thread."""

    def load_next(self) -> C | None:
        """The next page; ``None`` at the end."""

    def keep(
        self,
        candidate: C,
        article: Article | None,
        changes: tuple[FieldChange, ...],
        problem: str | None,
    ) -> None:
        """What a page says; with ``problem`` its reader died of it. In the order of the pages."""


async def read_all(
    store: Store[C],
    reader: PageReader,
    offload: DbThread,
    *,
    workers: int,
    fold: Callable[[str], str] = str,
) -> int:
    """Read every page of ``store`` again, a few ahead of the one that is kept. Returns how many.

    Memory is bounded by the pages under way, ``AHEAD`` for each of the ``workers``. Raises what the
    store raises.
    """
    under_way: deque[tuple[C, asyncio.Task[_Reading]]] = deque()
    try:
        for number in count():
            while len(under_way) < AHEAD * workers:
                candidate = await offload(store.load_next)
                if candidate is None:
                    break
                task = asyncio.create_task(_read(candidate.page, reader))
                under_way.append((candidate, task))
            if not under_way:
                return number
            candidate, task = under_way[0]
            article, problem = await task
            under_way.popleft()
            changes: tuple[FieldChange, ...] = ()
            if article is not None:
                changes = compare(candidate.article or Article(), article, fold)
            await offload(store.keep, candidate, article, changes, problem)
    finally:
        for _, task in under_way:
            task.cancel()
        await asyncio.gather(*(task for _, task in under_way), return_exceptions=True)
    raise AssertionError("unreachable")


_Reading = tuple[Article | None, str | None]


async def _read(page: StoredPage | None, reader: PageReader) -> _Reading:
    if page is None:
        return None, None
    try:
        return await reader.read_stored(page), None
    except (SandboxError, FetchError) as error:
        return None, str(error)

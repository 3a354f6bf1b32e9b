"""Saving in order, together what is ready together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from scraper.clock import SystemClock
from scraper.crawl.saving import TOGETHER, Saver
from scraper.errors import AddressError
from scraper.isolation.db_thread import DbThread
from scraper.model.types import Decision, PendingSave
from storage.archive import Archive
from storage.database.engine import open_engine
from storage.reading.library import Library
from tests.storage.makers import BY_HAND, make_article, make_capture

pytestmark = pytest.mark.anyio

PAGES = [
    make_capture(f"https://a.example/{number}", make_article(f"Text {number}."))
    for number in range(3 * TOGETHER)
]


class Counting(Archive):
    """An archive that notes how many captures each transaction had."""

    def __init__(self, path: Path) -> None:
        self.engine = open_engine(path)
        self.sizes: list[int] = []
        super().__init__(self.engine)

    def save_all(self, savings: Sequence[PendingSave]) -> list[Decision]:
        self.sizes.append(len(savings))
        return super().save_all(savings)


@asynccontextmanager
async def saving_to(archive: Archive) -> AsyncIterator[Saver]:
    offload = DbThread()
    yield Saver(archive, offload, SystemClock())
    offload.close()


@pytest.fixture
def archive(tmp_path: Path) -> Counting:
    return Counting(tmp_path / "kliping.db")


async def test_what_is_ready_together_is_one_transaction_in_order(archive: Counting) -> None:
    async with saving_to(archive) as saver:
        decisions = await asyncio.gather(*(saver.save(page, BY_HAND) for page in PAGES))
    assert archive.sizes == [TOGETHER] * 3
    ids = [decision.article_id for decision in decisions]
    assert ids == sorted(ids, key=lambda id: id or 0)
    filed = [record.url for record in reversed(Library(archive.engine).list(0))]
    assert filed == [page.requested_url for page in PAGES]


async def test_one_alone_does_not_wait_for_company(archive: Counting) -> None:
    async with saving_to(archive) as saver:
        for page in PAGES[:3]:
            assert (await saver.save(page, BY_HAND)).filed
    assert archive.sizes == [1, 1, 1]


async def test_what_cannot_be_saved_fails_alone(archive: Counting) -> None:
    bad = make_capture("https://")
    async with saving_to(archive) as saver:
        pages = [PAGES[0], bad, PAGES[1]]
        first, failed, last = await asyncio.gather(
            *(saver.save(page, BY_HAND) for page in pages), return_exceptions=True
        )
    assert isinstance(failed, AddressError)
    assert isinstance(first, Decision)
    assert isinstance(last, Decision)
    assert [record.id for record in Library(archive.engine).list(0)] == [
        last.article_id,
        first.article_id,
    ]


async def test_a_caller_that_is_cancelled_holds_up_nobody(archive: Counting) -> None:
    async with saving_to(archive) as saver:
        futures = [saver.save(page, BY_HAND) for page in PAGES[:3]]
        futures[1].cancel()
        decisions = await asyncio.gather(*futures, return_exceptions=True)
    assert isinstance(decisions[1], asyncio.CancelledError)
    assert len(Library(archive.engine).list(0)) == 3

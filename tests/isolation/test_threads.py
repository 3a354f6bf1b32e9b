"""Threads that cannot begin, and the one that calls of the database go through."""

from __future__ import annotations

import _thread
import asyncio
import errno
import gc
import sys
import threading
import weakref

import pytest

from scraper import threads
from scraper.isolation import db_thread as offload_module
from scraper.isolation.db_thread import DbThread


def fail_for_memory(*unused: object) -> None:
    raise MemoryError


def refuse(*unused: object) -> int:
    raise RuntimeError("can't start new thread")


def test_where_there_are_no_more_threads_the_system_is_short(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_thread, "start_new_thread", refuse)
    with pytest.raises(OSError, match="new thread") as caught:
        DbThread()
    assert caught.value.errno == errno.EAGAIN


def test_a_thread_that_dies_before_it_begins_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_thread, "start_new_thread", lambda *unused: 1)
    monkeypatch.setattr(threads, "BEGINS_WITHIN", 0.05)
    with pytest.raises(MemoryError):
        DbThread()


def test_what_the_thread_could_not_tell_is_seen_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(offload_module, "LOOKS_EVERY", 0.05)

    async def work() -> None:
        offload = DbThread()
        loop = asyncio.get_running_loop()
        monkeypatch.setattr(loop, "call_soon_threadsafe", fail_for_memory)
        assert await offload(len, "abc") == 3
        with pytest.raises(ValueError, match="literal"):
            await offload(int, "x")
        monkeypatch.undo()
        offload.close()

    asyncio.run(work())


def test_a_thread_that_has_died_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offload_module, "LOOKS_EVERY", 0.05)
    monkeypatch.setattr(offload_module, "_carry_out", lambda answer, work: sys.exit())

    async def work() -> None:
        offload = DbThread()
        for _ in range(2):
            with pytest.raises(MemoryError):
                await offload(len, "abc")
        offload.close()

    asyncio.run(work())


def test_calls_keep_their_order_and_their_thread() -> None:
    async def work() -> None:
        offload = DbThread()
        done: list[int] = []
        seen = set()

        def call(number: int) -> int:
            seen.add(threading.get_ident())
            done.append(number)
            return number

        results = await asyncio.gather(*(offload(call, number) for number in range(50)))
        offload.close()
        offload.close()
        assert done == results == [*range(50)]
        assert len(seen) == 1
        assert seen != {threading.get_ident()}

    asyncio.run(work())


def test_an_error_is_its_callers_and_the_next_call_runs() -> None:
    async def work() -> None:
        offload = DbThread()
        with pytest.raises(SystemExit):
            await offload(exec, "raise SystemExit(3)")
        assert await offload(len, "abc") == 3
        offload.close()
        with pytest.raises(RuntimeError, match="been ended"):
            await offload(len, "abc")

    asyncio.run(work())


def test_a_call_that_has_begun_is_finished_and_one_that_has_not_is_left() -> None:
    async def work() -> None:
        offload = DbThread()
        begun, go_on = threading.Event(), threading.Event()
        done: list[str] = []

        def first() -> None:
            begun.set()
            go_on.wait(300)
            done.append("first")

        calls = [
            asyncio.create_task(offload(first)),
            asyncio.create_task(offload(done.append, "2nd")),
        ]
        await asyncio.to_thread(begun.wait, 10)
        for call in calls:
            call.cancel()
        assert await asyncio.gather(*calls, return_exceptions=True) != [None, None]
        go_on.set()
        offload.close()
        assert done == ["first"]

    asyncio.run(work())


def test_what_a_call_held_is_let_go() -> None:
    async def work() -> None:
        class Held:
            def fail(self) -> None:
                raise ValueError

        gc.disable()
        try:
            offload, held = DbThread(), Held()
            gone = weakref.ref(held)
            with pytest.raises(ValueError):  # noqa: PT011
                await offload(held.fail)
            await offload(len, "")
            del held
            assert gone() is None
        finally:
            gc.enable()
            offload.close()

    asyncio.run(work())

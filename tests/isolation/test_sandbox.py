"""The sandbox keeps hostile input from harming the run."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from scraper.errors import ParseError, SandboxError
from scraper.isolation.functions import PureFunction
from scraper.isolation.sandbox import APART_BYTES, Sandbox, SandboxLimits
from tests import sandboxed

HERE = "tests.sandboxed"


def asked(function: str) -> PureFunction[Any]:
    answer = get_type_hints(getattr(sandboxed, function))["return"]
    return PureFunction(f"{HERE}:{function}", answer)


def run(function: str, *args: object, limits: SandboxLimits | None = None) -> Any:
    async def once() -> object:
        async with Sandbox(1, limits) as sandbox:
            return await sandbox.run(asked(function), *args)

    return asyncio.run(once())


@pytest.fixture(autouse=True)
def _children_find_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))


def test_a_result_comes_back() -> None:
    assert run("add", 2, 3) == 5


def test_what_is_large_comes_over_whole_and_is_there_once() -> None:
    values = [os.urandom(size) for size in (0, 1, APART_BYTES, 300_001, 40_000_000)]
    _, _, small = run("describe", b"")
    kinds, digests, large = run("describe", *values)
    assert set(kinds) == {"bytes"}
    assert digests == [sha256(value).hexdigest() for value in values]
    assert large - small < 1.5 * len(values[-1])


def test_what_a_function_prints_does_not_disturb() -> None:
    assert run("print_and_return", "x" * 100_000) == 100_000


def test_our_own_errors_cross_the_pipe() -> None:
    with pytest.raises(ParseError) as caught:
        run("raise_parse_error", "http://a.example/feed")
    assert caught.value.url == "http://a.example/feed"
    assert str(caught.value) == "http://a.example/feed: broken"


def test_a_foreign_error_is_reported_with_its_kind() -> None:
    with pytest.raises(SandboxError, match="ZeroDivisionError") as caught:
        run("divide", 1, 0)
    assert caught.value.reason == "error"


def test_an_endless_loop_is_stopped_by_its_cpu_time() -> None:
    with pytest.raises(SandboxError) as caught:
        run("loop", limits=SandboxLimits(cpu_seconds=0.3))
    assert caught.value.reason == "timeout"


def test_a_child_that_hangs_is_stopped() -> None:
    with pytest.raises(SandboxError) as caught:
        run("hang", limits=SandboxLimits(wall_seconds=1.0))
    assert caught.value.reason == "timeout"


def test_memory_is_bounded() -> None:
    with pytest.raises(SandboxError) as caught:
        run("allocate", 1 << 30, limits=SandboxLimits(memory_bytes=512 << 20))
    assert caught.value.reason == "memory"


def long_page(paragraphs: int = 29_000) -> bytes:
    said = "that are long enough to be a paragraph"
    lines = [f"<p>Some words of text {at} {said}, and {at * 7}.</p>" for at in range(paragraphs)]
    return "\n".join(["<html><body><h1>A long story</h1>", *lines]).encode()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere memory is not limited")
@pytest.mark.parametrize("megabytes", [1, 4, 10])
def test_want_of_memory_is_no_verdict_on_a_page(megabytes: int) -> None:
    with pytest.raises(SandboxError) as caught:
        run("read_in_little_memory", long_page(), megabytes, False)
    assert caught.value.reason == "memory"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere memory is not limited")
def test_extract_itself_never_raises_for_want_of_memory() -> None:
    evidence = run("read_in_little_memory", long_page(), 1, True)
    assert evidence.startswith("the extractor failed: MemoryError")


def test_a_crash_is_the_inputs_fault() -> None:
    with pytest.raises(SandboxError) as caught:
        run("die", signal.SIGSEGV)
    assert caught.value.reason == "crash"


@pytest.mark.parametrize(("number", "wait"), [(signal.SIGKILL, 120.0), (signal.SIGSTOP, 4.0)])
def test_what_befalls_a_child_from_outside_costs_time_alone(number: int, wait: float) -> None:
    async def befall() -> str:
        async with Sandbox(1, SandboxLimits(wall_seconds=wait)) as sandbox:
            napping = asyncio.create_task(sandbox.run(asked("nap")))
            while not sandbox._all:
                await asyncio.sleep(0.01)
            (first,) = sandbox._all
            os.kill(first.process.pid, number)
            result: str = await napping
            assert first not in sandbox._all
            return result

    assert asyncio.run(befall()) == "alive"


def test_after_a_crash_the_next_task_runs() -> None:
    async def both() -> object:
        async with Sandbox(1) as sandbox:
            with pytest.raises(SandboxError):
                await sandbox.run(asked("die"), signal.SIGABRT)
            return await sandbox.run(asked("add"), 1, 1)

    assert asyncio.run(both()) == 2


def test_children_are_waited_for_without_threads() -> None:
    """A thread may die before it says that it runs, and asyncio would wait for it for ever."""

    async def count() -> int:
        async with Sandbox(2) as sandbox:
            await asyncio.gather(*(sandbox.run(asked("add"), 1, 1) for _ in range(2)))
            return threading.active_count()

    before = threading.active_count()
    assert asyncio.run(count()) == before


def test_each_end_is_told_whatever_thread_the_event_loop_runs_in() -> None:
    def see_all() -> list[str]:
        ends: list[tuple[str, tuple[object, ...], SandboxLimits | None]] = [
            ("loop", (), SandboxLimits(cpu_seconds=0.3)),
            ("die", (signal.SIGKILL,), None),
            ("die", (signal.SIGSEGV,), None),
        ]
        seen = []
        for function, args, limits in ends:
            with pytest.raises(SandboxError) as caught:
                run(function, *args, limits=limits)
            seen.append(str(caught.value))
        return seen

    with ThreadPoolExecutor(2) as pool:
        others = [pool.submit(see_all) for _ in range(2)]
        here = see_all()
        assert [other.result(60) for other in others] == [here, here]
    assert here == [
        "reading it took more than 0.3 s of CPU",
        "its reader was killed twice",
        f"its reader crashed (status -{int(signal.SIGSEGV)})",
    ]


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="asyncio chooses by itself")
def test_without_pidfds_children_are_waited_for_by_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    policy = asyncio.get_event_loop_policy()
    before = policy.get_child_watcher()
    policy.set_child_watcher(None)  # type: ignore[arg-type]
    monkeypatch.delattr(os, "pidfd_open")
    try:
        assert run("add", 2, 3) == 5
        assert isinstance(policy.get_child_watcher(), asyncio.ThreadedChildWatcher)
    finally:
        policy.set_child_watcher(before)


def test_children_ignore_the_groups_signals() -> None:
    assert run("signal_self", signal.SIGINT) == "alive"
    assert run("signal_self", signal.SIGTERM) == "alive"


def test_children_die_with_their_parent(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(note)])
    deadline = time.monotonic() + 300
    while not (note.exists() and note.read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    child = int(note.read_text())
    parent.kill()
    parent.wait()
    while _runs(child):
        assert time.monotonic() < deadline
        time.sleep(0.02)


PARENT = """
import asyncio, sys
from pathlib import Path
from scraper.isolation.sandbox import Sandbox
from scraper.isolation.functions import PureFunction
async def main():
    async with Sandbox(1) as sandbox:
        assert await sandbox.run(PureFunction("tests.sandboxed:add", int), 1, 1) == 2
        (child,) = sandbox._all
        Path(sys.argv[1]).write_text(str(child.process.pid))
        await sandbox.run(PureFunction("tests.sandboxed:loop", None))
asyncio.run(main())
"""


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (ProcessLookupError, FileNotFoundError):
        return False
    return state != "Z"

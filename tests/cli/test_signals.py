"""A signal ends what is under way, even if that hangs."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

PROGRAM = """
import asyncio, sys, time
from commands import signals
from commands.exits import Exit
signals.GRACE = 0.3

async def work(watch):
    print("ready", flush=True)
    {body}
    return Exit.OK

sys.exit(signals.run_watched(work))
"""
ENDS = "await asyncio.sleep(30)"
HANGS = "time.sleep(30)"  # keeps the event loop busy
REFUSES = "watch.stop = lambda: None\n    await asyncio.sleep(30)"
WAITS = "import threading; threading.Event().wait()"  # for what never comes
FAILS = 'def fail(*_): raise RuntimeError("can\'t start new thread")'
REFUSED = f"{FAILS}\n    signals._thread.start_new_thread = fail\n    {WAITS}"
DEAD = f"signals._thread.start_new_thread = lambda *_: 1\n    {WAITS}"


@pytest.mark.parametrize("body", [ENDS, HANGS, REFUSES, WAITS, REFUSED, DEAD])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_exit_status_is_a_real_one(body: str, number: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-P", "-c", PROGRAM.format(body=body)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        assert process.wait(300) == 128 + number


def test_a_second_signal_cancels_at_once() -> None:
    body = "watch.stop = lambda: print('stopping', flush=True)\n    await asyncio.sleep(30)"
    program = PROGRAM.format(body=body).replace("GRACE = 0.3", "GRACE = 60")
    with subprocess.Popen(
        [sys.executable, "-P", "-c", program], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in ("ready\n", "stopping\n"):
            assert process.stdout.readline() == line
            process.send_signal(signal.SIGINT)
        assert process.wait(300) == 130


def test_a_signal_that_another_thread_receives_wakes_the_loop() -> None:
    """As does one that comes just before the loop begins to wait: no system call of the main
    thread is interrupted then."""
    body = f"""import signal, threading
    def take():
        time.sleep(0.3)
        signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
        time.sleep(30)
    threading.Thread(target=take, daemon=True).start()
    {ENDS}"""
    program = PROGRAM.format(body=body).replace("GRACE = 0.3", "GRACE = 60")
    done = subprocess.run([sys.executable, "-P", "-c", program], timeout=300)
    assert done.returncode == 143


@pytest.mark.parametrize(("ignored", "code"), [(True, 0), (False, 129)])
def test_nohup_is_respected(ignored: bool, code: int) -> None:
    program = PROGRAM.format(body="await asyncio.sleep(0.5)")
    first = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n" if ignored else ""
    with subprocess.Popen(
        [sys.executable, "-P", "-c", first + program], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGHUP)
        assert process.wait(300) == code


LOOP = "def fail(): raise MemoryError\n    asyncio.get_running_loop().call_soon(fail)"
GOES_ON = f"try: {ENDS}\n    except asyncio.CancelledError: {WAITS}"
THREAD = "def fail(): raise MemoryError\n    signals._thread.start_new_thread(fail, ())"


@pytest.mark.parametrize("lost", [LOOP, THREAD])
@pytest.mark.parametrize(("then", "code"), [(ENDS, 0), (GOES_ON, 71)])
def test_want_of_memory_that_no_task_hears_of_ends_the_work(
    lost: str, then: str, code: int
) -> None:
    """With its error where the work can be cancelled, else by force."""
    program = PROGRAM.format(body=f"{lost}\n    {then}")
    program = program.replace("sys.exit(signals.run_watched(work))", RAISES)
    done = subprocess.run(
        [sys.executable, "-P", "-c", program], capture_output=True, text=True, timeout=300
    )
    assert (done.returncode, done.stderr) == (code, "")


RAISES = """
try:
    signals.run_watched(work)
except MemoryError:
    sys.exit(0)
sys.exit(1)
"""

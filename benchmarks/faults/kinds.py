"""The faults of ``benchmarks.faults``, each as what is done to a crawl at a random moment, and how
the crawl has to end. Those of disks and of the database are in ``fault_disks``."""

from __future__ import annotations

import os
import resource
import signal
import time
from contextlib import suppress
from pathlib import Path

from benchmarks.faults.child import (
    HOST,
    SHIFT,
    break_names,
    limit_descriptors,
    lose_patience,
    set_clock,
)
from benchmarks.faults.scene import Command
from benchmarks.faults.trial import Codes, Fault, Play

QUIETLY: Codes = {0: ""}
SHORT: Codes = {71: "ran out of"}
DOWN: Codes = {0: "", 3: "could not be read", 4: "could not be read"}
HOUR, DAYS = 3600.0, 3 * 86_400.0

# ------------------------------------------------------------------ signals


def kill(play: Play) -> None:
    crawl = play.crawl()
    play.reach(crawl)
    crawl.signal(signal.SIGKILL)
    play.end(crawl, {-signal.SIGKILL: ""})


def kill_all(play: Play) -> None:
    """As where a whole control group is out of memory."""
    crawl = play.crawl()
    play.reach(crawl)
    for reader in crawl.readers():
        _send(reader, signal.SIGKILL)
    crawl.signal(signal.SIGKILL)
    play.end(crawl, {-signal.SIGKILL: ""})


def terminate(play: Play) -> None:
    _stop(play, signal.SIGTERM)


def interrupt(play: Play) -> None:
    _stop(play, signal.SIGINT)


def hang_up(play: Play) -> None:
    """The terminal is gone."""
    _stop(play, signal.SIGHUP)


def _stop(play: Play, number: signal.Signals) -> None:
    crawl = play.crawl()
    play.reach(crawl)
    crawl.signal(number)
    play.end_by_signal(crawl, 128 + number, f"stopped by {number.name}, the next crawl continues")


def pause(play: Play) -> None:
    crawl = play.crawl()
    play.reach(crawl)
    crawl.signal(signal.SIGSTOP)
    time.sleep(play.waits.stop)
    crawl.signal(signal.SIGCONT)
    play.end(crawl, QUIETLY)


# ------------------------------------------------------------------ readers


def kill_readers(play: Play) -> None:
    crawl = play.crawl()
    play.reach(crawl)
    for reader in crawl.readers():
        _send(reader, signal.SIGKILL)
    play.end(crawl, QUIETLY)


def pause_readers(play: Play) -> None:
    crawl = play.crawl()
    play.reach(crawl)
    readers = crawl.readers()
    for number in (signal.SIGSTOP, signal.SIGCONT):
        for reader in readers:
            _send(reader, number)
        time.sleep(0.3)
    play.end(crawl, QUIETLY)


def stop_readers(play: Play) -> None:
    """For good: each is given up after the time that a reader may take."""
    crawl = play.crawl(None, None, lose_patience(reader=play.waits.reader))
    play.reach(crawl)
    for reader in crawl.readers():
        _send(reader, signal.SIGSTOP)
    play.end(crawl, DOWN)


def starve_readers(play: Play) -> None:
    """They get no more memory."""
    crawl = play.crawl()
    play.reach(crawl)
    for reader in crawl.readers():
        _limit(reader, resource.RLIMIT_AS, _memory_of(reader))
    play.end(crawl, DOWN)


def _send(pid: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


# ------------------------------------------------------------------ limits


def starve(play: Play) -> None:
    """The crawl itself gets no more memory than it has, or little."""
    crawl = play.crawl()
    play.reach(crawl)
    room = play.rng.choice((0, 0, 1 << 18, 1 << 20))
    _limit(crawl.pid, resource.RLIMIT_AS, _memory_of(crawl.pid) + room)
    play.end(crawl, {**QUIETLY, **SHORT})


def take_descriptors(play: Play) -> None:
    """No file, socket or pipe can be opened any more, or hardly one."""
    crawl = play.crawl()
    play.reach(crawl)
    with suppress(OSError):  # it is over
        opened = len(os.listdir(f"/proc/{crawl.pid}/fd"))
        _limit(crawl.pid, resource.RLIMIT_NOFILE, max(0, opened + play.rng.randint(-3, 1)))
    play.end(crawl, {**QUIETLY, **SHORT})


def start_without_descriptors(play: Play) -> None:
    """So few that not even all of the first files can be opened."""
    more = play.rng.randint(1, 24)  # without any, Python itself would not start
    crawl = play.crawl(None, None, limit_descriptors(more))
    play.result.said.append(f"{more} descriptors")
    play.result.is_met = True
    unopened = {74: "cannot be written here|cannot be taken|Too many open"}
    play.end(crawl, {**QUIETLY, **SHORT, **unopened})


def _limit(pid: int, what: int, most: int) -> None:
    with suppress(ProcessLookupError):  # it is over
        _, hard = resource.prlimit(pid, what)
        resource.prlimit(pid, what, (most, hard))


def _memory_of(pid: int) -> int:
    with suppress(OSError):  # it is over
        pages = Path(f"/proc/{pid}/statm").read_text().split()[0]
        return int(pages) * resource.getpagesize()
    return 0


# ------------------------------------------------------------------ clock


def set_clock_back(play: Play) -> None:
    _set_clock(play, -play.rng.uniform(HOUR, DAYS))


def set_clock_forward(play: Play) -> None:
    _set_clock(play, play.rng.uniform(HOUR, DAYS))


def _set_clock(play: Play, seconds: float) -> None:
    clock = play.folder / "clock"
    clock.write_bytes(SHIFT.pack(0.0))
    crawl = play.crawl(None, None, set_clock(clock))
    play.reach(crawl)
    clock_file = os.open(clock, os.O_WRONLY)
    os.pwrite(clock_file, SHIFT.pack(seconds), 0)
    os.close(clock_file)
    play.result.said.append(f"{seconds / HOUR:+.1f} h")
    play.end(crawl, QUIETLY)


# ------------------------------------------------------------------ the network


def cut_answers(play: Play) -> None:
    """The server is gone in mid-body, for some answers or for good."""
    crawl = play.crawl()
    play.reach(crawl)
    play.scene.outage.begin("cut", play.rng.choice((1, 3, 1000)))
    play.end(crawl, DOWN)
    play.scene.outage.end()


def reset_connections(play: Play) -> None:
    crawl = play.crawl()
    play.reach(crawl)
    play.scene.outage.begin("reset", 1000)
    play.end(crawl, DOWN)
    play.scene.outage.end()


def break_resolution(play: Play) -> None:
    """No name can be looked up; connections that are open stay so, or are closed."""
    broken = play.folder / "no names"
    crawl = play.crawl(None, None, break_names(broken))
    play.reach(crawl)
    broken.touch()
    if play.rng.random() < 0.7:
        play.scene.outage.begin("reset", 1)
    play.end(crawl, DOWN)
    play.scene.outage.end()


# ------------------------------------------------------------------ streams


def close_output(play: Play) -> None:
    """Whoever read standard output is gone."""
    pipe = play.folder / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    crawl = play.crawl(pipe)
    play.reach(crawl)
    os.close(reader)
    play.end(crawl, {141: ""})


def fill_output(play: Play) -> None:
    crawl = play.crawl(Path("/dev/full"))
    play.result.is_met = True
    play.end(crawl, {74: "standard output cannot be written: No space left"})


def fill_error_output(play: Play) -> None:
    """And what is to be said there is that it was stopped."""
    crawl = play.crawl(None, Path("/dev/full"))
    play.reach(crawl)
    crawl.signal(signal.SIGTERM)
    play.end_by_signal(crawl, 143, "")


# ------------------------------------------------------------------ others at the same time


def crawl_twice(play: Play) -> None:
    both = [play.crawl(), play.crawl()]
    play.result.is_met = True
    codes = [play.end(crawl, {0: "", 75: "another crawl is running"}) for crawl in both]
    play.is_told([0, 75], sorted(codes))


def delete_lock(play: Play) -> None:
    """So that a second crawl can begin beside the first."""
    first = play.crawl()
    play.reach(first)
    lock = play.db.with_name(play.db.name + ".lock")
    lock.unlink()
    second = play.crawl()
    codes = [play.end(crawl, {0: "", 75: "another crawl"}) for crawl in (first, second)]
    play.is_told(True, 0 in codes)


def fetch_by_hand(play: Play) -> None:
    crawl = play.crawl()
    play.reach(crawl)
    paths = play.rng.sample([f"/news/{number}" for number in range(8)], 3)
    urls = [play.scene.server.url(path, HOST) for path in paths]
    hand: Command = play.scene.start(play.folder, "fetch", "-q", "--db", play.db, *urls)
    play.end(hand, QUIETLY)
    play.end(crawl, QUIETLY)


OF_PROCESSES = (
    Fault("sigkill", kill),
    Fault("sigkill-all", kill_all),
    Fault("sigterm", terminate),
    Fault("sigint", interrupt),
    Fault("sighup", hang_up),
    Fault("sigstop", pause, comes_later=True),
    Fault("reader-killed", kill_readers),
    Fault("reader-paused", pause_readers),
    Fault("reader-stopped", stop_readers, comes_later=True),
    Fault("reader-memory", starve_readers, comes_later=True),
    Fault("memory", starve, comes_later=True),
    Fault("descriptors", take_descriptors, comes_later=True),
    Fault("few-descriptors", start_without_descriptors, comes_later=True),
    Fault("clock-back", set_clock_back, comes_later=True),
    Fault("clock-forward", set_clock_forward, comes_later=True),
)
OF_SURROUNDINGS = (
    Fault("cut-off", cut_answers, comes_later=True),
    Fault("reset", reset_connections, comes_later=True),
    Fault("no-dns", break_resolution, comes_later=True),
    Fault("stdout-closed", close_output),
    Fault("stdout-full", fill_output),
    Fault("stderr-full", fill_error_output),
    Fault("two-crawls", crawl_twice),
    Fault("lock-deleted", delete_lock, is_repeated=True),
    Fault("by-hand", fetch_by_hand, is_repeated=True),
)

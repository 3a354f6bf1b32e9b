"""What is fuzzed, and the trial of one input: run in a child of the sandbox.

An input is known by its kind, a seed and a number, from which it can be made again anywhere.
Trials come in batches, since to send pages one by one takes longer than to read them; each input
has the time of a task of its own. What kills the child is found by trying the inputs singly.
"""

from __future__ import annotations

import re
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

from benchmarks.fuzz.json_documents import DOCUMENTS, SCRIPTS
from benchmarks.fuzz.mutations import LINES, MARKUP, USUAL_BYTES, WORDS, Mutation, mutate
from benchmarks.fuzz.promises import BrokenPromiseError
from scraper.isolation.worker import load_function

SLOW_SECONDS = 2.0
"""CPU time from which an input is a finding."""
MAKING_SECONDS = 60.0
"""CPU time in which an input is made: a bound on this code's own mistakes."""
AGAIN = 16
"""Of so many inputs one is read twice, the second time after the rest of its batch."""
CORPUS_SHARE = 0.1
"""Of the pages that are damaged, those of a corpus: they are 50 times as long as the tests'."""

_ROOT = str(Path(__file__).resolve().parents[2])
PAGES = "benchmarks.fuzz.pages:saved_pages"


@dataclass(frozen=True)
class Kind:
    """What is read and made of it: functions by their import paths, as a child needs few of them.

    ``read``: bytes → what came of it in a word or two, and everything in text, the same for the
    same bytes. ``seeds``: good inputs, of which the bad ones are made.
    """

    seeds: str
    mutations: Sequence[Mutation]
    read: str
    weight: float = 1.0
    """Its share of the time."""
    limit: int = USUAL_BYTES
    """Bytes that an input usually has at most."""


PAGE_MUTATIONS = (*MARKUP, *SCRIPTS, *SCRIPTS)
FEED_MUTATIONS = (*MARKUP, *DOCUMENTS)
SOURCE = "benchmarks.fuzz.texts:read_source_document"
KINDS = {
    "page": Kind(PAGES, PAGE_MUTATIONS, "benchmarks.fuzz.pages:read_page", 14),
    "front": Kind(PAGES, PAGE_MUTATIONS, "benchmarks.fuzz.pages:read_front_page", 2),
    "jsonld": Kind(
        "benchmarks.fuzz.pages:linked_data",
        DOCUMENTS,
        "benchmarks.fuzz.pages:read_linked_data",
        1,
        100_000,
    ),
    "feed": Kind("benchmarks.fuzz.seeds:feeds", FEED_MUTATIONS, SOURCE, 1, 100_000),
    "sitemap": Kind("benchmarks.fuzz.seeds:sitemaps", MARKUP, SOURCE, 1, 100_000),
    "robots": Kind(
        "benchmarks.fuzz.seeds:robots", LINES, "benchmarks.fuzz.texts:read_robots", 1, 100_000
    ),
    "date": Kind("benchmarks.fuzz.seeds:dates", WORDS, "benchmarks.fuzz.texts:read_date", 1, 2_000),
    "byline": Kind(
        "benchmarks.fuzz.seeds:bylines", WORDS, "benchmarks.fuzz.texts:read_byline", 1, 2_000
    ),
    "url": Kind("benchmarks.fuzz.seeds:urls", WORDS, "benchmarks.fuzz.texts:read_url", 1, 20_000),
    "warc": Kind(
        "benchmarks.fuzz.seeds:web_archives",
        LINES,
        "benchmarks.fuzz.files:read_web_archive",
        1,
        100_000,
    ),
    "opml": Kind(
        "benchmarks.fuzz.seeds:source_lists", MARKUP, "benchmarks.fuzz.files:read_opml", 1, 100_000
    ),
    "config": Kind(
        "benchmarks.fuzz.seeds:configs",
        (*LINES, *WORDS),
        "benchmarks.fuzz.files:read_config",
        1,
        50_000,
    ),
    "query": Kind(
        "benchmarks.fuzz.seeds:queries", WORDS, "benchmarks.fuzz.files:read_query", 1, 20_000
    ),
}


@dataclass(slots=True)
class Tally:
    """What came of the inputs of one kind."""

    inputs: int = 0
    seconds: float = 0.0
    """CPU time."""
    slowest: float = 0.0
    outcomes: dict[str, int] = field(default_factory=dict)
    problems: list[tuple[int, str]] = field(default_factory=list)
    """The numbers of the inputs that are findings, and what is wrong with each."""

    def __post_init__(self) -> None:
        self.outcomes = Counter(self.outcomes)

    def add(self, other: Tally) -> None:
        self.inputs += other.inputs
        self.seconds += other.seconds
        self.slowest = max(self.slowest, other.slowest)
        for outcome, number in other.outcomes.items():
            self.outcomes[outcome] += number
        self.problems += other.problems


_function = lru_cache(maxsize=None)(load_function)


def make_input(name: str, seed: int, number: int, corpus: str | None = None) -> bytes:
    kind = KINDS[name]
    rng = Random(f"{seed}:{name}:{number}")
    pool: Sequence[bytes] = _function(kind.seeds)()
    if corpus is not None and kind.seeds == PAGES and rng.random() < CORPUS_SHARE:
        pool = _function("benchmarks.fuzz.pages:corpus_pages")(corpus)
    return mutate(rng, rng.choice(pool), rng.choice(pool), kind.mutations, kind.limit)


def try_batch(
    name: str, seed: int, numbers: Sequence[int], corpus: str | None, cpu_seconds: float
) -> Tally:
    """Read these inputs one after the other; one over its CPU time ends the process, as a task of
    the sandbox does."""
    tally, again = Tally(), []
    try:
        for number in numbers:
            signal.setitimer(signal.ITIMER_PROF, MAKING_SECONDS)
            data = make_input(name, seed, number, corpus)
            signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
            shown = _try_into(tally, name, number, data)
            if shown is not None and number % AGAIN == 0:
                again.append((number, data, shown))
        for number, data, shown in again:
            signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
            if _function(KINDS[name].read)(data)[1] != shown:
                tally.problems.append((number, "the same input is read otherwise the second time"))
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return tally


def try_data(name: str, data: bytes, number: int = 0) -> Tally:
    """One input, under the time and memory that the sandbox gives a task."""
    tally = Tally()
    _try_into(tally, name, number, data)
    return tally


def _try_into(tally: Tally, name: str, number: int, data: bytes) -> str | None:
    """Everything that was read, where all is well."""
    read = _function(KINDS[name].read)
    started = time.process_time()
    shown = problem = None
    try:
        outcome, shown = read(data)
    except BrokenPromiseError as error:
        problem = str(error)
        if problem.startswith("the extractor failed"):
            problem = f"{problem} at {_place_of_failure(name, data)}"
    except MemoryError:
        raise  # the sandbox has a reason for it
    except Exception as error:  # noqa: BLE001 - what is looked for
        problem = f"{type(error).__name__}: {error} at {_place_in(error.__traceback__)}"
    took = time.process_time() - started
    if problem is None and took > SLOW_SECONDS:
        problem = f"slow: {took:.1f} s of CPU"
    if problem is not None:
        outcome, shown = "finding", None
        told = problem[:500].encode(errors="backslashreplace").decode()
        tally.problems.append((number, told))
    tally.inputs += 1
    tally.seconds += took
    tally.slowest = max(tally.slowest, took)
    tally.outcomes[outcome] += 1
    return shown


def key_of(problem: str) -> str:
    """The same for the same fault: without what differs from input to input."""
    if problem.startswith("slow"):
        return "slow"
    start, _, place = problem.rpartition(" at ")
    return f"{start.partition(':')[0]} at {place}" if start else re.sub(r"\d+|'.*'", "N", problem)


def _place_in(trace: Any) -> str:
    frames = [frame for frame in traceback.extract_tb(trace) if frame.filename.startswith(_ROOT)]
    last = frames[-1] if frames else traceback.extract_tb(trace)[-1]
    return f"{last.filename.removeprefix(_ROOT + '/')}:{last.lineno}"


def _place_of_failure(name: str, data: bytes) -> str:
    """Where ``extraction``, which turns errors into a verdict, caught one: it is read once more and
    watched."""
    from scraper.extraction import read_page  # a child begins sooner without it

    places: list[str] = []

    def watch(frame: FrameType, event: str, arg: Any) -> Any:
        if event == "exception" and frame.f_code is read_page.__code__:
            places.append(_place_in(arg[2]))
        return watch

    sys.settrace(watch)
    try:
        _function(KINDS[name].read)(data)
    except BrokenPromiseError:
        pass
    finally:
        sys.settrace(None)
    return places[-1] if places else "an unknown place"

"""The measuring end: runs one extractor on the pages that it is told, in that one's environment.

    python worker.py PEER TIME_LIMIT

Says one JSON line when it is ready; then, for each line of ``{"file", "url", "encoding"}`` on
stdin, answers with one: the fields, ``cpu`` (seconds: decoding, parsing and all of the call) and
``error`` where the call raised or took more than ``TIME_LIMIT`` seconds. Needs nothing but the
standard library and the extractor.
"""

from __future__ import annotations

import gzip
import json
import logging
import os
import signal
import sys
import time
import warnings
from pathlib import Path
from typing import Any, TextIO

from adapters import ADAPTERS, Extractor, Page


class PageTimeout(BaseException):
    """Not an ``Exception``: extractors catch those."""


def main() -> None:
    peer, limit = sys.argv[1], float(sys.argv[2])
    answers = _take_stdout()
    warnings.filterwarnings("ignore")
    logging.disable(logging.CRITICAL)
    signal.signal(signal.SIGALRM, _stop_page)
    sys.setrecursionlimit(20_000)
    extractor = ADAPTERS[peer]()
    _say(answers, {"ready": peer})
    for line in sys.stdin:
        _say(answers, measure(extractor, json.loads(line), limit))


def measure(extractor: Extractor, request: dict[str, Any], limit: float) -> dict[str, Any]:
    """Reading the file is not counted."""
    file = Path(request["file"])
    raw = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    page = Page(raw, request["url"], request["encoding"])
    start = time.process_time()
    # By the wall clock: while a timer of CPU time is armed, Linux lets process_time() advance by
    # whole ticks only. Again and again: an extractor may swallow the first one.
    signal.setitimer(signal.ITIMER_REAL, limit, 0.1)
    try:
        answer = extractor(page)
    except PageTimeout:
        answer = {"error": f"took more than {limit:g} s"}
    except Exception as error:  # noqa: BLE001 - whatever an extractor raises is its result
        answer = {"error": f"{type(error).__name__}: {error}"[:200]}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return {**answer, "cpu": time.process_time() - start}


def _take_stdout() -> TextIO:
    """The answers' own channel: what an extractor prints goes to stderr."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


def _stop_page(*_: object) -> None:
    raise PageTimeout


def _say(answers: TextIO, message: dict[str, Any]) -> None:
    answers.write(json.dumps(message) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()

"""Where kliping's extraction spends its CPU time, stage by stage.

    python -m benchmarks.extraction.stages --corpus DIR [--part tuned|unseen] [--limit N]
        [--expand NAME,NAME]

A stage is a function that ``extract`` calls. ``--expand`` names stages whose own stages are
shown in their place, as ``assemble_article``'s always are. A thousand times a second the program is
asked where it is, and the CPU time since the last answer goes to that stage: no call is slowed
down, which a tracing profiler would do to short ones most.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from types import FrameType

from benchmarks.crawl.serve_corpus import CorpusPage
from benchmarks.extraction.annotated import PARTS, load_pages
from scraper import extract

PERIOD = 0.001
OUTSIDE = "(reading files)"


class Sampler:
    """CPU seconds by stage."""

    def __init__(self, expand: set[str]) -> None:
        self.seconds: Counter[str] = Counter()
        self._expand = expand
        self._last = time.process_time()
        signal.signal(signal.SIGALRM, self._sample)

    def start(self) -> None:
        self._last = time.process_time()
        signal.setitimer(signal.ITIMER_REAL, PERIOD, PERIOD)

    def stop(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)

    def _sample(self, _: int, frame: FrameType | None) -> None:
        now = time.process_time()
        self.seconds[self._stage_of(frame)] += now - self._last  # type: ignore[assignment]
        self._last = now

    def _stage_of(self, frame: FrameType | None) -> str:
        """The outermost call below ``extract`` that is not expanded."""
        names: list[str] = []
        while frame is not None and frame.f_code is not extract.__code__:
            names.append(frame.f_code.co_name)
            frame = frame.f_back
        if frame is None:
            return OUTSIDE
        parent = "extract"
        while names and names[-1] in self._expand:
            parent = names.pop()
        return names[-1] if names else f"{parent} itself"


def main() -> int:
    parser = argparse.ArgumentParser(description="CPU time of kliping's extraction by stage.")
    parser.add_argument("--corpus", type=Path, required=True, help="folder with manifest.jsonl")
    parser.add_argument("--part", choices=PARTS, help="only this part of the publishers")
    parser.add_argument("--limit", type=int, help="only N pages, spread over all")
    parser.add_argument("--expand", default="", help="stages to look into, with commas between")
    options = parser.parse_args()
    try:
        pages = load_pages(options.corpus, part=options.part, limit=options.limit)
    except (OSError, ValueError) as error:
        print(f"{options.corpus}: {error}", file=sys.stderr)
        return 2
    sampler = Sampler({"assemble_article", *options.expand.split(",")})
    for number, page in enumerate((*pages[:20], *pages)):
        if number == min(20, len(pages)):  # what came before was warming up
            sampler.start()
        saved = CorpusPage(page.id, "", page.file, page.encoding)
        extract(saved.read(), page.url, headers={"content-type": saved.content_type})
    sampler.stop()
    show_stages(sampler.seconds, len(pages))
    return 0


def show_stages(seconds: Counter[str], pages: int) -> None:
    del seconds[OUTSIDE]
    total = seconds.total()
    print(f"{'all':30}{1000 * total / pages:8.2f} ms a page")
    for stage, spent in seconds.most_common():
        print(f"{stage:30}{1000 * spent / pages:8.2f}{spent / total:8.1%}")


if __name__ == "__main__":
    sys.exit(main())

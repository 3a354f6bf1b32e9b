"""Quality and CPU of kliping's extraction beside its peers', over annotated pages.

    python -m benchmarks.extraction --corpus DIR [--peers a,b] [--part tuned|unseen|each]
        [--sets a,b] [--limit N] [--worst N] [--markdown] [--json FILE] [--predictions FOLDER]

The corpus's format is in ``annotated.py``, the measures are in ``scoring.py``. Each peer runs in
an environment of its own with a pinned version (``extraction/peer_processes.py``), which is built
once, from PyPI; kliping is the code of this checkout. The peers take turns on batches of pages, one
at a time, so that whatever else the machine does hits all alike. A page that a peer fails on counts
as read empty.

Publishers are parted by a hash of their domain: kliping's rules were tuned on three quarters of
them, so that its figures there flatter it; the unseen quarter tells what to expect on other
publishers. ``--part each`` shows both, and all, from one run.

Exit code: 0; 1 when a peer could not be run; 2 for a corpus that cannot be read.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from platformdirs import user_cache_path

from benchmarks.extraction.annotated import PARTS, AnnotatedPage, load_pages
from benchmarks.extraction.peer_processes import (
    PEERS,
    Peer,
    PeerError,
    PeerProcess,
    prepare_environment,
)
from benchmarks.extraction.reporting import (
    LEGEND,
    Result,
    describe,
    write_errors,
    write_markdown,
    write_table,
    write_worst,
)
from benchmarks.extraction.scoring import (
    Prediction,
    average_sets,
    score_page,
    summarise_by_set,
    summarise_cost,
)

BATCH = 25
"""Pages a turn: enough to warm a processor's caches again, few enough to share its weather."""
WARM_UP = 5
"""Pages before the first that counts: lazy imports and tables are no page's cost."""
DEFAULT_ENVIRONMENTS = user_cache_path("kliping") / "benchmark-peers"


def main(arguments: list[str] | None = None) -> int:
    options = parse_arguments(arguments)
    part = options.part if options.part in PARTS else None
    try:
        pages = load_pages(options.corpus, sets=options.sets, part=part, limit=options.limit)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        named = error.filename if isinstance(error, OSError) else options.corpus
        print(f"{named}: {reason}", file=sys.stderr)
        return 2
    results = run_peers([PEERS[name] for name in options.peers], pages, options)
    report(results, options)
    return 1 if any(result.failure for result in results) else 0


def parse_arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure extractors over annotated pages.")
    add = parser.add_argument
    add("--corpus", type=Path, required=True, help="folder with manifest.jsonl")
    add("--peers", type=_listed(PEERS), default=list(PEERS), help=f"of {','.join(PEERS)}")
    add(
        "--part",
        choices=[*PARTS, "all", "each"],
        default="all",
        help="A: publishers tuned on; B: not tuned on; each: tables for A, B and all",
    )
    add("--sets", type=_listed(), help="only these sets")
    add("--limit", type=_positive, help="only N pages, spread over all")
    add("--body-apart", type=_listed(), default=["readability"], metavar="SETS",
        help="sets whose bodies are one extractor's own output (default: readability)")  # fmt: skip
    add(
        "--time-limit",
        type=float,
        default=30.0,
        metavar="SECONDS",
        help="a page, by the wall clock (30)",
    )
    add("--envs", type=Path, default=DEFAULT_ENVIRONMENTS, metavar="FOLDER",
        help="where the peers' environments are kept (default: %(default)s)")  # fmt: skip
    add("--worst", type=_positive, default=0, metavar="N", help="list the N worst pages per field")
    add("--markdown", action="store_true", help="print the table as Markdown")
    add("--json", type=Path, metavar="FILE", help="write every figure and page there")
    add("--predictions", type=Path, metavar="FOLDER", help="write PEER.jsonl there")
    return parser.parse_args(arguments)


def _listed(known: object = None) -> Callable[[str], list[str]]:
    def split(text: str) -> list[str]:
        names = [name.strip() for name in text.split(",") if name.strip()]
        unknown = [name for name in names if isinstance(known, dict) and name not in known]
        if unknown or not names:
            raise argparse.ArgumentTypeError(f"no such peer: {', '.join(unknown) or text!r}")
        return list(dict.fromkeys(names))

    return split


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return number


# ------------------------------------------------------------------ running


def run_peers(
    peers: Sequence[Peer], pages: Sequence[AnnotatedPage], options: argparse.Namespace
) -> list[Result]:
    """In the order of ``peers``; one that does not come up has a ``failure`` instead of pages."""
    given: dict[str, list[Prediction]] = {}
    failures: dict[str, str] = {}
    with ExitStack() as stack:
        running: list[PeerProcess] = []
        for peer in peers:
            show_progress(f"preparing {peer.name}")
            try:
                python = prepare_environment(peer, options.envs)
                process = PeerProcess(peer, python, options.time_limit)
                stack.callback(process.close)
                process.start()
            except (PeerError, OSError) as error:
                failures[peer.name] = str(error)
            else:
                running.append(process)
                given[peer.name] = []
        for process in running:
            for page in pages[:WARM_UP]:
                process.ask(page)
        take_turns(running, pages, given)
    return [
        judge(peer, pages, given.get(peer.name), failures.get(peer.name), options.body_apart)
        for peer in peers
    ]


def take_turns(
    running: list[PeerProcess],
    pages: Sequence[AnnotatedPage],
    given: dict[str, list[Prediction]],
) -> None:
    """One process at work at a time; who begins changes from batch to batch."""
    start = time.monotonic()
    for first in range(0, len(pages), BATCH):
        batch = pages[first : first + BATCH]
        for process in running:
            seconds = time.monotonic() - start
            show_progress(f"{first} of {len(pages)} pages, {seconds:.0f} s, {process.peer.name}")
            given[process.peer.name] += [process.ask(page) for page in batch]
        running = running[1:] + running[:1]
    show_progress(f"{len(pages)} pages, {time.monotonic() - start:.0f} s", end="\n")


def judge(
    peer: Peer,
    pages: Sequence[AnnotatedPage],
    given: list[Prediction] | None,
    failure: str | None,
    body_apart: Sequence[str],
) -> Result:
    measured = pages if given is not None else ()
    given = given or []
    scores = [
        score_page(page.gold, prediction, peer.fields)
        for page, prediction in zip(measured, given, strict=True)
    ]
    named = ((page.set, score) for page, score in zip(measured, scores, strict=True))
    sets = summarise_by_set(named, body_apart)
    cost = summarise_cost(prediction.cpu for prediction in given)
    return Result(peer, measured, given, scores, sets, average_sets(sets), cost, failure)


def show_progress(text: str, end: str = "") -> None:
    """One line on stderr that is written over; in a file, only the last."""
    if sys.stderr.isatty():
        print(f"\r{text:<78}", end=end, file=sys.stderr, flush=True)
    elif end:
        print(text, end=end, file=sys.stderr, flush=True)


# ------------------------------------------------------------------ reporting


def report(results: Sequence[Result], options: argparse.Namespace) -> None:
    if any(result.pages for result in results):
        for part in (*PARTS, "all") if options.part == "each" else (options.part,):
            print(write_part([narrow(result, part, options) for result in results], part, options))
        print(f"{LEGEND}\n")
    for line in write_errors(results):
        print(line)
    for result in results:
        if result.failure:
            print(f"{result.peer.name} did not run: {result.failure}", file=sys.stderr)
        for line in write_worst(result, options.worst) if options.worst else ():
            print(line)
    if options.json:
        content = {
            "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "python": platform.python_version(),
            "peers": {result.peer.name: describe(result) for result in results},
        }
        options.json.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    if options.predictions:
        write_predictions(results, options.predictions)


def narrow(result: Result, part: str, options: argparse.Namespace) -> Result:
    """``result`` over one part of the publishers."""
    if part not in PARTS or result.failure:
        return result
    rows = zip(result.pages, result.given, strict=True)
    chosen = [(page, given) for page, given in rows if page.part == part]
    pages, given = [page for page, _ in chosen], [given for _, given in chosen]
    return judge(result.peer, pages, given, None, options.body_apart)


def write_part(results: Sequence[Result], part: str, options: argparse.Namespace) -> str:
    pages = max((result.pages for result in results), key=len)
    whose = {"tuned": "publishers tuned on", "unseen": "publishers not tuned on"}.get(
        part, "all publishers"
    )
    heading = (
        f"{len(pages)} pages of {len({page.set for page in pages})} sets, {whose};"
        f" {datetime.now(UTC).date()}, Python {platform.python_version()}"
    )
    table = write_markdown(results) if options.markdown else write_table(results)
    return f"{heading}\n\n{table}\n"


def write_predictions(results: Sequence[Result], folder: Path) -> None:
    """A line a page, with the fields that the peer does."""
    folder.mkdir(parents=True, exist_ok=True)
    for result in results:
        with (folder / f"{result.peer.name}.jsonl").open("w", encoding="utf-8") as lines:
            for page, given in zip(result.pages, result.given, strict=True):
                row: dict[str, object] = {"id": page.id, "set": page.set, "cpu_s": given.cpu}
                row |= {name: getattr(given, name) for name in result.peer.fields}
                if given.error:
                    row["error"] = given.error
                lines.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)

"""What the archive costs, and how it grows: saving, finding, size, checking, copying.

    python -m benchmarks.archive [--articles 10000,100000] [--fast] [--markdown] [--keep FOLDER]
                                 [--seed 1] [--profile]

For each size the generated newspapers of ``archive_press`` are saved through ``Archive.save``,
everything on (snapshot, search index, stories, chain), and then asked. Costs are milliseconds of
CPU of this process, which other work on the machine blurs least, and of the clock:

- ``save``: the last 2,000 pieces, one after another, the mean; making them is not counted.
- ``save again``: 500 of them once more, unchanged. ``duplicate lookup``: what of that is working
  out addresses and hashes, loading what is known of them, and deciding.
- ``story lookup``: the fingerprint of a new text, the articles that share it, and comparing them.
  ``… of it the index``: without the fingerprint.
- searches: the median of 15, the newest 20 with records and snippets.
- ``seal`` and ``verify``: an article. ``backup``: the whole, with the file's size.
- ``reextract``: reading a sample of the stored pages again with the extractor, as
  ``kliping reextract --dry-run`` does; only pages with a template are read.

``--fast`` is for a million. All but the last 2,000 pieces are not saved but written straight into
the tables, in bulk: the same rows with the same digests, index and fingerprints, so that ``verify``
finds nothing. They differ in three ways: they are all new (no copy is linked, no edit a version);
their page is their text without a template; and each is the only fetch of its page. Snapshots are
measured on the saved ones alone then.

The last columns say how a cost grows from one size to the next; 1.00 is a cost that does not depend
on the size. Exit 1 where a target is missed: save 3 ms, lookups 1 ms, searches 5 ms of CPU at up to
100,000 articles.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from benchmarks.archive.bulk import write_in_bulk
from benchmarks.archive.figures import Figures, show
from benchmarks.archive.newspapers import DAYS, FIRST_DAY, Piece, Press
from scraper.model.types import Capture, Settlement
from storage import compression
from storage.archive import Archive
from storage.database.engine import open_engine, reading
from storage.integrity.verify import verify
from storage.maintenance.backup import backup
from storage.proof import entries
from storage.saving import dedup, stories
from storage.saving.lookup import look_up
from storage.search.finder import Search
from storage.text.likeness import compare
from storage.text.shingles import fingerprint_of

SAVED = 2_000
"""Pieces that are always saved, and measured."""
AGAIN = 500
SAMPLE = 200
"""Stored pages that are extracted again."""
LATER = FIRST_DAY + timedelta(days=DAYS + 30)
DONE = Settlement(None)
TARGETS = {"save": 3.0, "duplicate lookup": 1.0, "story lookup, index": 1.0, "search": 5.0}
TARGET_SIZE = 100_000

PARTS = {
    "versions": ("version", "article"),
    "snapshots": ("snapshot", "reference_page"),
    "search index": ("search", "document"),
    "shingles and likeness": ("shingle", "likeness"),
    "entries and seals": ("entry", "seal"),
    "pages and fetches": ("page", "fetch", "host"),
}
"""The tables (with what is named after them) that each part is stored in."""


def measure(count: int, folder: Path, options: argparse.Namespace) -> Figures:
    path = folder / f"archive-{count}.db"
    engine, press, figures = open_engine(path), Press(count, options.seed), Figures(count)
    first = max(0, count - SAVED)
    began = time.process_time()
    if options.fast:
        write_in_bulk(engine, press, first)
    else:
        save_all(Archive(engine), press, range(1, first + 1))
    say(f"{first:,} pieces {'written' if options.fast else 'saved'}", began)
    captures = [*made(press, range(first + 1, count + 1))]
    measure_saving(engine, captures, figures, options.profile)
    measure_lookups(engine, press, captures, figures)
    measure_searches(engine, press, figures)
    say(f"{figures.cpu}", began)
    measure_sizes(engine, figures)
    measure_snapshots(engine, figures)
    measure_extraction(engine, figures)
    with figures.timing("backup"):
        figures.sizes["file"] = backup(engine, folder / f"backup-{count}.db")
    (folder / f"backup-{count}.db").unlink()
    say(f"{figures.sizes}", began)
    measure_sealing(engine, figures)  # last: of a million it takes an hour
    engine.dispose()
    if not options.keep:
        for left in folder.glob(f"{path.name}*"):
            left.unlink()
    return figures


def made(press: Press, numbers: Iterable[int]) -> Iterator[tuple[Piece, Capture]]:
    for number in numbers:
        piece = press.piece(number)
        yield piece, press.capture(piece)


def save_all(archive: Archive, press: Press, numbers: Iterable[int]) -> None:
    for piece, capture in made(press, numbers):
        archive.save(capture, DONE, piece.at)


def measure_saving(
    engine: Engine, captures: list[tuple[Piece, Capture]], figures: Figures, profile: bool
) -> None:
    archive, profiler = Archive(engine), cProfile.Profile()
    tenth = max(1, len(captures) // 10)
    for piece, capture in captures[:tenth]:
        archive.save(capture, DONE, piece.at)  # caches fill
    measured = captures[tenth:]
    if profile:
        profiler.enable()
    with figures.timing("save", len(measured)):
        for piece, capture in measured:
            outcome = archive.save(capture, DONE, piece.at).outcome
            figures.counts[outcome] = figures.counts.get(outcome, 0) + 1
    if profile:
        profiler.disable()
        pstats.Stats(profiler).sort_stats("tottime").print_stats(35)
        pstats.Stats(profiler).sort_stats("cumtime").print_stats(70)
    # The last of each article: an older one would be an edit back.
    again = {capture.requested_url: capture for _, capture in measured}
    chosen = [*islice(reversed(again.values()), AGAIN)]
    with figures.timing("save again", len(chosen)):
        for capture in chosen:
            outcome = archive.save(capture, DONE, LATER).outcome
            assert outcome == "unchanged", outcome
    with reading(engine) as session, figures.timing("duplicate lookup", len(chosen)):
        for capture in chosen:
            sighting = dedup.examine(capture)
            known, _ = look_up(session, sighting)
            dedup.decide(sighting, known)


def measure_lookups(
    engine: Engine, press: Press, captures: list[tuple[Piece, Capture]], figures: Figures
) -> None:
    """Of texts that are not in the archive: every other one a copy of one that is, in another's
    place."""
    fresh = [press.capture(press.plain_piece(figures.articles + 1 + n)) for n in range(AGAIN // 2)]
    known = [capture for _, capture in captures[-AGAIN // 2 :]]
    bodies = [one.article.body for one in (*fresh, *known) if one.article is not None]
    with reading(engine) as session:
        for body in bodies:
            with figures.timing("fingerprint", len(bodies)):
                hashes = fingerprint_of(body)
            with figures.timing("story lookup, index", len(bodies)):
                likely = stories.find_candidates(session, hashes, but=0)
            with figures.timing("story lookup, comparing", len(bodies)):
                found = session.execute(stories._BODIES, {"ids": likely}).all() if likely else []
                for _, other in found:
                    compare(body, other)


def queries(press: Press) -> dict[str, str]:
    common, second, rare = (press.word("en", rank) for rank in (3, 5, 30_000))
    middle, host = press.word("en", 400), press.host_of("en")
    return {
        "search: rare word": rare,
        "search: common word": common,
        "search: phrase": f'"{common} {second}"',
        "search: word + site": f"{middle} site:{host}",
        "search: word + days": f"{common} after:2020-03-05 before:2020-03-19",
        "search: Chinese": press.word("zh", 3),
        "search: a Chinese character": press.word("zh", 40),
        "search: Thai": press.word("th", 40),
    }


def measure_searches(engine: Engine, press: Press, figures: Figures) -> None:
    search = Search(engine)
    for name, query in queries(press).items():
        found = figures.median(name, lambda query=query: search.find(query))  # type: ignore[misc]
        figures.counts[name] = len(found.hits)


def measure_sealing(engine: Engine, figures: Figures) -> None:
    with figures.timing("seal, an entry"):
        sealed = entries.seal(engine, LATER)
    for figure in (figures.cpu, figures.wall):
        figure["seal, an entry"] /= max(sealed, 1)
    figures.counts["sealed"] = sealed
    with figures.timing("verify, an article", figures.articles):
        report = verify(engine, LATER)
    assert not report.total, report.damage[:5]


def measure_sizes(engine: Engine, figures: Figures) -> None:
    """Of each part, with its indexes: bytes an article."""
    with reading(engine) as session:
        rows = session.execute(
            text(
                "SELECT s.tbl_name, sum(d.pgsize) FROM dbstat d"
                " JOIN (SELECT name, tbl_name FROM sqlite_master) s ON s.name = d.name"
                " WHERE d.aggregate = 1 GROUP BY s.tbl_name"
            )
        ).all()
        articles = session.execute(text("SELECT count(*) FROM article")).scalar_one()
    figures.counts["articles"] = articles
    left = dict(map(tuple, rows))
    for part, tables in PARTS.items():
        names = [name for name in left if name in tables or name.split("_")[0] == tables[0]]
        figures.sizes[part] = sum(left.pop(name) for name in names) / articles
    figures.sizes["all else"] = sum(left.values()) / articles
    figures.sizes["an article, in all"] = sum(dict(map(tuple, rows)).values()) / articles


def measure_snapshots(engine: Engine, figures: Figures) -> None:
    """What a stored page takes, and what it would without its host's reference page."""
    with reading(engine) as session:
        row = session.execute(
            text(
                "SELECT avg(payload_size), avg(stored_size), count(*) FROM snapshot"
                " WHERE reference_id IS NOT NULL"
            )
        ).one()
        if not row[2]:
            return
        sample = session.scalars(
            text(
                "SELECT id FROM snapshot WHERE reference_id IS NOT NULL ORDER BY id DESC LIMIT 100"
            )
        ).all()
        alone = [len(compression.pack(_payload(session, one))) for one in sample]
    figures.sizes["a page, as it came"] = row[0]
    figures.sizes["a page, with its host's reference"] = row[1]
    figures.sizes["a page, without"] = statistics.mean(alone)


def _payload(session: Any, snapshot_id: int) -> bytes:
    from storage.models import Snapshot
    from storage.snapshots import load_payload

    return load_payload(session, session.get_one(Snapshot, snapshot_id))


def measure_extraction(engine: Engine, figures: Figures) -> None:
    """What ``reextract`` does of a page without its processes: load, extract, compare."""
    from scraper.extraction import extract
    from storage.text.fingerprint import content_of

    with reading(engine) as session:
        ids = session.scalars(
            text(
                "SELECT id FROM snapshot WHERE reference_id IS NOT NULL "
                "ORDER BY id DESC LIMIT :most"
            ),
            {"most": SAMPLE},
        ).all()
        with figures.timing("load a stored page", max(len(ids), 1)):
            pages = [_payload(session, one) for one in ids]
    with figures.timing("extract a page again", max(len(ids), 1)):
        for page in pages:
            content_of(extract(page, "https://www.paper.example/story/1", now=LATER))


def judge(one: Figures) -> list[str]:
    if one.articles > TARGET_SIZE:
        return []
    return [
        f"{name} at {one.articles:,}: {value:.2f} ms, target {target:g}"
        for name, value in one.cpu.items()
        for begin, target in TARGETS.items()
        if (name == begin or name.startswith(f"{begin}:")) and value > target
    ]


def say(what: str, began: float) -> None:
    print(f"{what}, {time.process_time() - began:.0f} s of CPU", file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description="What the archive costs, and how it grows.")
    parser.add_argument("--articles", default="10000,100000", help="sizes, between commas")
    parser.add_argument("--fast", action="store_true", help="bulk rows but for the last 2,000")
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--profile", action="store_true", help="of saving")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="leave the databases in this folder")
    options = parser.parse_args()
    random.seed(options.seed)
    sizes = []
    with tempfile.TemporaryDirectory(prefix="kliping-archive-") as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for count in map(int, options.articles.split(",")):
            sizes.append(measure(count, folder, options))
            print(f"{count:,}: {sizes[-1].counts}", file=sys.stderr, flush=True)
    show(sizes, options.markdown)
    missed = [line for one in sizes for line in judge(one)]
    for line in missed:
        print(f"missed: {line}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

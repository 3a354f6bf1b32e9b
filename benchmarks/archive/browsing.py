"""What looking through an archive costs: pages of lists, searches with facets, figures.

    python -m benchmarks.archive.browsing [--articles 100000] [--db FILE] [--seed 1]

The newspapers of ``benchmarks.archive`` with what facets need: dozens of languages, sections,
several thousand authors, edits and stories by the thousand. ``--db``: the archive is made there, or
used where it is there already. Costs are milliseconds of CPU of this process, the median of 9.

Exit 1 where a target is missed at up to 100,000 articles: a page 10 ms, a page of a search with its
facets 35 ms.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine

from benchmarks.archive.bulk import write_in_bulk
from benchmarks.archive.newspapers import Piece, Press
from scraper.model.types import Capture, Settlement
from storage.archive import Archive
from storage.database.engine import open_engine
from storage.reading.marks import load_marks
from storage.search.filters import Filters
from storage.search.finder import Search, SortOrder

SAVED = 8_000
"""Pieces that go through the archive, so that there are edits and stories."""
COPIES, EDITS = 0.2, 0.55
TIMES = 9
PAGE, FACETED = 10.0, 35.0
TARGET_SIZE = 100_000
SECTIONS = 60
LANGUAGES = (
    "en de fr es ru ar zh ja th it pt nl sv da nb fi pl cs sk hu ro bg el tr uk he fa hi bn ta ko"
    " vi id ms sw"
).split()


class VariedPress(Press):
    """Sections, more authors and more languages; of the last pieces many are edits or copies."""

    def capture(self, piece: Piece, *, bare: bool = False) -> Capture:
        made = super().capture(piece, bare=bare)
        assert made.article is not None
        chance = random.Random(f"{self._seed} facets {piece.of}")
        language = made.article.language
        if language == "en":
            language = LANGUAGES[int(len(LANGUAGES) * chance.random() ** 4)]
        second = (f"Bo N{int(4000 * chance.random() ** 3)} Lind",) if chance.random() < 0.2 else ()
        section = f"Section {int(SECTIONS * chance.random() ** 2)}"
        article = replace(
            made.article,
            language=language,
            authors=(*piece.authors, *second),
            section=section if chance.random() < 0.9 else None,
            modified_at=None if piece.number % 3 else made.article.modified_at,
        )
        return replace(made, article=article)

    def _kind_of(self, number: int) -> str:  # type: ignore[override]
        if number <= self._count - SAVED:
            return "new"
        drawn = random.Random(f"{self._seed} kind {number}").random()
        return "copy" if drawn < COPIES else "edit" if drawn < COPIES + EDITS else "new"


def make(path: Path, count: int, seed: int) -> Engine:
    engine, press = open_engine(path), VariedPress(count, seed, template_size=2_000)
    first = max(0, count - SAVED)
    write_in_bulk(engine, press, first)
    archive = Archive(engine)
    for number in range(first + 1, count + 1):
        piece = press.piece(number)
        archive.save(press.capture(piece), Settlement(None), piece.at)
    return engine


def main() -> int:
    parser = argparse.ArgumentParser(description="What looking through an archive costs.")
    parser.add_argument("--articles", type=int, default=TARGET_SIZE)
    parser.add_argument("--db", type=Path, help="where the archive is made, or is already")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kliping-browsing-") as folder:
        path = options.db or Path(folder) / "kliping.db"
        is_there = path.exists()
        engine = open_engine(path) if is_there else make(path, options.articles, options.seed)
        return measure(engine, VariedPress(options.articles, options.seed))


def measure(engine: Engine, press: Press) -> int:
    missed = 0
    for name, (target, act) in acts(engine, press).items():
        costs, found = [], 0
        for _ in range(TIMES):
            began = time.process_time()
            found = act()
            costs.append((time.process_time() - began) * 1000)
        cost = statistics.median(costs)
        missed += cost > target
        print(
            f"{name:<44} {cost:7.1f} ms, target {target:g}{' MISSED' * (cost > target)}"
            f"  ({found:,} found)",
            flush=True,
        )
    return 1 if missed else 0


def acts(engine: Engine, press: Press) -> dict[str, tuple[float, Callable[[], int]]]:
    """Name → target, and what is done; it returns how much it found."""
    search = Search(engine)
    common, middle, rare = (press.word("en", rank) for rank in (0, 400, 30_000))
    author, late = "Ana N3 Ruiz", "Ana N790 Ruiz"
    queries = {"nothing": "", "a common word": common, "a middling one": middle, "a rare one": rare}
    filters = {
        "": Filters(),
        ", a site": Filters(site="paper0.example"),
        ", an author": Filters(author=author),
        ", a rare author": Filters(author=late),
        ", a section": Filters(section="Section 3"),
        ", a rare section": Filters(section="Section 59"),
        ", a language and a month": Filters(language="en", month="2022-05"),
        ", edited": Filters(edited=True),
        ", by stealth, in a story": Filters(stealth=True, story=True),
        ", teasers": Filters(type="teaser"),
    }
    found: dict[str, tuple[float, Callable[[], int]]] = {}

    def page(text: str, by: SortOrder, filters: Filters, times: int = 1) -> int:
        cursor = None
        for _ in range(times):
            result = search.page(text, by=by, filters=filters, cursor=cursor)
            cursor = result.next_cursor
        load_marks(engine, [hit.record.id for hit in result.hits])
        return len(result.hits)

    def faceted(text: str, filters: Filters) -> int:
        page(text, SortOrder.PUBLISHED, filters)
        return search.facets(text, filters=filters).total

    for words, text in queries.items():
        for narrowed, chosen in filters.items():
            for by in (SortOrder.FILED, SortOrder.PUBLISHED):
                found[f"{words}{narrowed}, {by.value}"] = (
                    PAGE,
                    lambda text=text, by=by, chosen=chosen: page(text, by, chosen),  # type: ignore[misc]
                )
            found[f"{words}{narrowed}, with facets"] = (
                FACETED,
                lambda text=text, chosen=chosen: faceted(text, chosen),  # type: ignore[misc]
            )
    return found


if __name__ == "__main__":
    sys.exit(main())

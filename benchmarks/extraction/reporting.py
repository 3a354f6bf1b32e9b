"""What the extraction benchmark says: a table for the terminal or for Markdown, the worst pages
of each field, and everything as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

from benchmarks.extraction.annotated import AnnotatedPage
from benchmarks.extraction.peer_processes import Peer
from benchmarks.extraction.scoring import Cost, PageScore, Prediction

COLUMNS = (
    ("body_f1", "body", "body F1"),
    ("clean", "clean", "pages ≥ 0.95"),
    ("must", "must", "must / must not"),
    ("title", "title", "title exact"),
    ("authors", "auth.", "authors right"),
    ("date", "date", "date ±1 day"),
    ("all_four", "all 4", "all four"),
)
"""Figure, heading on the terminal, heading in Markdown."""
COSTS = ("mean", "median", "p99")
LEGEND = """\
body: F1 of the bag of words; clean: share of pages with F1 >= 0.95; must:
strings that must and must not be there; title: exact; auth.: all right; date:
+-1 day; all 4: title, authors, date, clean body. Averages over the sets.
ms: CPU a page, decoding and parsing included."""
WIDTH = 110
"""Characters that are shown of a value in the lists of worst pages."""


@dataclass(frozen=True, slots=True)
class Result:
    """One peer over all pages; the three sequences run in step."""

    peer: Peer
    pages: Sequence[AnnotatedPage]
    given: Sequence[Prediction]
    scores: Sequence[PageScore]
    sets: dict[str, dict[str, float | None]]
    macro: dict[str, float | None]
    cost: Cost | None
    failure: str | None = None
    """Why the peer did not run at all."""

    @property
    def errors(self) -> list[str]:
        return [prediction.error for prediction in self.given if prediction.error]


def write_table(results: Iterable[Result]) -> str:
    """At most 80 columns."""
    heads = [f"{head:>6}" for _, head, _ in COLUMNS] + [
        f"{head:>7}" for head in ("ms", "median", "p99")
    ]
    lines = [f"{'':16}{''.join(heads)}"]
    for result in results:
        if result.failure:
            lines.append(f"{result.peer.name:16} {result.failure}"[:80])
            continue
        cells = [f"{_share(result.macro[figure]):>6}" for figure, _, _ in COLUMNS]
        cells += [f"{_milliseconds(result.cost, name):>7}" for name in COSTS]
        lines.append(f"{result.peer.name:16}{''.join(cells)}")
    return "\n".join(lines)


def write_markdown(results: Iterable[Result]) -> str:
    heads = ["", *(head for _, _, head in COLUMNS), "CPU ms a page", "median", "p99"]
    lines = [f"| {' | '.join(heads)} |", "|---" + "|---:" * (len(heads) - 1) + "|"]
    for result in results:
        if result.failure is None:
            cells = [f"{result.peer.name} {result.peer.version}"]
            cells += [_share(result.macro[figure]) for figure, _, _ in COLUMNS]
            cells += [_milliseconds(result.cost, name) for name in COSTS]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _milliseconds(cost: Cost | None, name: str) -> str:
    return "–" if cost is None else f"{getattr(cost, name):.1f}"


def write_errors(results: Iterable[Result]) -> Iterator[str]:
    """A line for each peer and kind of error."""
    for result in results:
        for error, count in Counter(result.errors).most_common():
            pages = "page" if count == 1 else "pages"
            yield f"{result.peer.name}: {count} {pages} failed: {' '.join(error.split())}"


def describe(result: Result) -> dict[str, Any]:
    """Everything as plain values, the pages one by one."""
    return {
        "version": result.peer.version,
        "failure": result.failure,
        "macro": result.macro,
        "sets": result.sets,
        "cpu_ms": asdict(result.cost) if result.cost else None,
        "errors": len(result.errors),
        "pages": [
            {
                "id": page.id,
                "part": page.part,
                "body_f1": score.body.f1 if score.body else None,
                "must": score.must,
                "title": score.title,
                "authors": score.authors,
                "date": score.date,
                "all_four": score.all_four,
                "cpu_ms": None if given.cpu is None else 1000 * given.cpu,
                "error": given.error,
            }
            for page, given, score in zip(result.pages, result.given, result.scores, strict=True)
        ],
    }


# ------------------------------------------------------------------ the worst pages

Row = tuple[AnnotatedPage, Prediction, PageScore]
Worst = Iterator[tuple[AnnotatedPage, tuple[str, ...]]]
"""Pages, and the lines that say what is wrong with each; the worst first."""


def write_worst(result: Result, count: int) -> Iterator[str]:
    """Per field, the ``count`` pages that are furthest off, with what was given and expected."""
    rows = list(zip(result.pages, result.given, result.scores, strict=True))
    for name, find_worst in WORST.items():
        worst = list(islice(find_worst(rows), count))
        if worst:
            yield f"\n{result.peer.name}, {name}:"
        for page, lines in worst:
            yield f"  {page.id}  {page.url or ''}"
            yield from (f"    {_shorten(line)}" for line in lines)


def _compare(given: object, expected: object) -> tuple[str, str]:
    return f"given     {given}", f"expected  {expected}"


def _worst_bodies(rows: Sequence[Row]) -> Worst:
    """By F1; of the lines, the first that only one side has."""
    scored = [(score.body, page, given) for page, given, score in rows if score.body]
    for body, page, given in sorted(scored, key=lambda entry: entry[0].f1):
        if body.f1 < 1:
            expected, found = _count_lines(page.gold.body or ""), _count_lines(given.body)
            yield (
                page,
                (
                    f"F1 {body.f1:.3f}, precision {body.precision:.3f}, recall {body.recall:.3f}",
                    f"too much  {_first_of(found - expected)}",
                    f"missing   {_first_of(expected - found)}",
                ),
            )


def _count_lines(text: str) -> Counter[str]:
    return Counter(line for raw in text.split("\n") if (line := " ".join(raw.split())))


def _first_of(lines: Counter[str]) -> str:
    return f"[{lines.total()} lines] {next(iter(lines))}" if lines else "[no line]"


def _wrong_strings(rows: Sequence[Row]) -> Worst:
    for page, given, score in rows:
        if score.must and score.must[0] < score.must[1]:
            body = " ".join(given.body.split())
            extra = [text for text in page.gold.must_not or () if " ".join(text.split()) in body]
            lost = [text for text in page.gold.must or () if " ".join(text.split()) not in body]
            yield page, (f"too much  {extra}", f"missing   {lost}")


def _wrong_titles(rows: Sequence[Row]) -> Worst:
    for page, given, score in rows:
        if score.title is False:
            yield page, _compare(given.title, page.gold.title)


def _wrong_authors(rows: Sequence[Row]) -> Worst:
    for page, given, score in rows:
        if score.authors is False:
            yield page, _compare(list(given.authors), list(page.gold.authors or ()))


def _wrong_dates(rows: Sequence[Row]) -> Worst:
    for page, given, score in rows:
        if score.date is False:
            yield page, _compare(given.date, page.gold.date)


def _slowest(rows: Sequence[Row]) -> Worst:
    for page, given, _ in sorted(rows, key=lambda row: -(row[1].cpu or 0)):
        yield page, (f"{1000 * (given.cpu or 0):.1f} ms",)


WORST = {
    "body": _worst_bodies,
    "must": _wrong_strings,
    "title": _wrong_titles,
    "authors": _wrong_authors,
    "date": _wrong_dates,
    "CPU": _slowest,
}


def _shorten(text: str) -> str:
    line = text.replace("\n", " ")
    return line if len(line) <= WIDTH else line[: WIDTH - 1] + "…"

"""A corpus of saved pages with what people read on them.

A directory with ``manifest.jsonl``, one JSON object a line, of which these keys are read:

    id        unique
    set       the data set it comes from; figures are averaged over sets
    url       the page's address, or null
    domain    one key for a publisher; pages are parted by it
    html      the page's path, relative to the directory; gzipped where the name ends in .gz
    encoding  its charset as a server would have declared it, or null
    gold      title, authors, date, body, optional, must, must_not (see ``scoring.Gold``)
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha1
from pathlib import Path
from typing import Any

from benchmarks.extraction.scoring import Gold

PARTS = ("tuned", "unseen")


@dataclass(frozen=True, slots=True)
class AnnotatedPage:
    id: str
    set: str
    url: str | None
    publisher: str
    file: Path
    encoding: str | None
    gold: Gold

    @property
    def part(self) -> str:
        """``tuned``: rules were tuned on this publisher; ``unseen``: they were not (a quarter)."""
        return PARTS[int(sha1(self.publisher.encode()).hexdigest(), 16) % 4 == 3]


def load_pages(
    folder: Path,
    *,
    sets: Collection[str] | None = None,
    part: str | None = None,
    limit: int | None = None,
) -> list[AnnotatedPage]:
    """The pages asked for, in the manifest's order; ``limit`` of them, evenly spread.

    Raises ``OSError`` where there is no manifest and ``ValueError`` for a line that describes no
    page and for a selection that has none.
    """
    manifest = folder / "manifest.jsonl"
    with manifest.open(encoding="utf-8") as lines:
        pages = [
            _load_page(folder, line, number) for number, line in enumerate(lines, 1) if line.strip()
        ]
    unknown = sorted(set(sets or ()) - {page.set for page in pages})
    if unknown:
        raise ValueError(f"no such set: {', '.join(unknown)}")
    chosen = [
        page
        for page in pages
        if (sets is None or page.set in sets) and (part is None or page.part == part)
    ]
    if not chosen:
        raise ValueError("no page to measure")
    if limit is None or limit >= len(chosen):
        return chosen
    return [chosen[number * len(chosen) // limit] for number in range(limit)]


def _load_page(folder: Path, line: str, number: int) -> AnnotatedPage:
    where = f"manifest.jsonl:{number}"
    try:
        row = json.loads(line)
        page = AnnotatedPage(
            id=row["id"],
            set=row["set"],
            url=row.get("url"),
            publisher=row.get("domain") or row["id"],
            file=folder / row["html"],
            encoding=row.get("encoding"),
            gold=_read_gold(row["gold"]),
        )
    except (ValueError, TypeError, AttributeError) as error:
        raise ValueError(f"{where}: {error}") from error
    except KeyError as error:
        raise ValueError(f"{where}: no {error}") from error
    if not page.file.is_file():
        raise ValueError(f"{where}: no file {row['html']}")
    return page


def _read_gold(row: dict[str, Any]) -> Gold:
    return Gold(
        title=row.get("title"),
        authors=_strings(row.get("authors")),
        date=row.get("date"),
        body=row.get("body"),
        optional=_strings(row.get("optional")) or (),
        must=_strings(row.get("must")),
        must_not=_strings(row.get("must_not")),
    )


def _strings(value: list[str] | None) -> tuple[str, ...] | None:
    return None if value is None else tuple(value)

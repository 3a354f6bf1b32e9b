"""All that extraction says of each page of a corpus, a JSON line a page: for a change that may not
change it. Run it in both checkouts and compare the files.

    python -m benchmarks.extraction.output --corpus ../shared/corpus > before.jsonl
"""

from __future__ import annotations

import argparse
import dataclasses
import gzip
import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from benchmarks.extraction.annotated import load_pages
from scraper import extract

NOW = datetime(2026, 12, 1, tzinfo=UTC)
"""Relative dates count from here, in each run."""


def as_data(value: Any) -> Any:
    """``value`` as JSON has it; names of classes are no part of it."""
    if dataclasses.is_dataclass(value):
        return {
            field.name: as_data(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
    if isinstance(value, dict):
        return {str(key): as_data(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_data(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted(map(str, value))
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return value if value is None or isinstance(value, (int, float, bool)) else str(value)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    for page in load_pages(parser.parse_args().corpus):
        html = page.file.read_bytes()
        charset = f"; charset={page.encoding}" if page.encoding else ""
        article = extract(
            gzip.decompress(html) if page.file.suffix == ".gz" else html,
            page.url,
            headers={"content-type": f"text/html{charset}"},
            now=NOW,
        )
        line = {"id": page.id} | as_data(article)
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()

"""Writes ``docs/fields.md``, the reference of what is told of an article, from ``storage.fields``.

python tools/field_reference.py            # writes the page
python tools/field_reference.py --check    # 1 where the page is out of date
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "fields.md"
HEAD = """\
# Fields

What is told of an article, in which form. `show --json`, `fetch --json` and all exports of texts
take their fields from one table, `storage/fields.py`. This page is made of it by
`tools/field_reference.py`: edit the table, not the page.

The fields have the same names and the same order everywhere. A new one comes last, but for those
of a version.

- **JSON**: `show --json`, `fetch --json` and `export` to `.jsonl`. Every field is there, null where
  it is not known; `directives` and `with_credentials` only where they say something. `list`,
  `search`, `watch` and `stories` with `--json` have those with a • in the column **list**.
- **CSV**: what is not known is an empty cell; several names in a cell have `; ` between them. A
  cell that a spreadsheet would take for a formula begins with an apostrophe.
- **Parquet**: times are timestamps in UTC. A small integer is 32 bits wide, an integer 64.
- **Markdown**: the front matter of each file. What is not known has no line. Title, credit,
  address and text follow below it.
- EPUB and Atom show an article to readers: its title, authors, times, address and text. Atom has
  the section and the tags as categories.

A time is ISO 8601 with its offset. "Null" says whether a field may be unknown.
"""
VERSIONS = """\
## Of a version

`export --versions` writes a record a version: all the fields above, as they were in that version,
and these behind `id`. `url` is where the version was read. `canonical_url`, `verdict`, `versions`,
`first_seen_at`, `last_checked_at`, `duplicate_of` and `source` are the article's own.
"""

sys.path.insert(0, str(ROOT))

from storage.fields import FIELDS, VERSION_FIELDS, Field, Form  # noqa: E402

COLUMNS = {
    "JSON": Form.JSON,
    "list": Form.LIST,
    "CSV": Form.CSV,
    "Parquet": Form.PARQUET,
    "Markdown": Form.MARKDOWN,
}


def render() -> str:
    """The page."""
    parts = [HEAD, *_render_table(FIELDS), "", VERSIONS, *_render_table(VERSION_FIELDS)]
    return "\n".join(parts) + "\n"


def _render_table(fields: Iterable[Field]) -> Iterator[str]:
    yield f"| Field | Type | Null | What it is | {' | '.join(COLUMNS)} |"
    yield "|" + "---|" * (4 + len(COLUMNS))
    for field in fields:
        null = "yes" if field.nullable else ""
        where = ("•" if form in field.forms else "" for form in COLUMNS.values())
        cells = (f"`{field.name}`", field.kind.value, null, field.about, *where)
        yield f"| {' | '.join(cells)} |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="write nothing; 1 if it would differ")
    check = parser.parse_args().check
    page = render()
    if not check:
        PAGE.write_text(page)
    elif page != PAGE.read_text():
        print(f"{PAGE.relative_to(ROOT)} is out of date: run python tools/field_reference.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

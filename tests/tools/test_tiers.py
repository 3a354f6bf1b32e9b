"""No row of ``tests/tiers.py`` names a test that is gone, or has another name now."""

from __future__ import annotations

import re
from pathlib import Path

from tests.tables import each_row
from tests.tiers import KEPT, TIERS

ROOT = Path(__file__).parents[2]
ROWS = [row.strip() for text in (*TIERS.values(), KEPT) for row in text.splitlines() if row.strip()]


@each_row("row", [row for row in ROWS if row.startswith("tests/")])
def test_each_row_names_a_test(row: str) -> None:
    name, *words = row.split("::")
    files = [path for path in ROOT.glob(name) if path.suffix == ".py"]
    assert files
    for word in words:
        start = re.split(r"[*\[]", word)[0]
        text = files[0].read_text(encoding="utf-8")
        assert re.search(rf"^\s*(async )?(def|class) {start}", text, re.M) or not start

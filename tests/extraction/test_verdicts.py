"""The verdict on a labelled set of pages written for this project.

They lie at ``tests/verdicts/KIND/NAME.html``, and adding one needs no code. A first comment as
browsers write it, ``<!-- saved from url=(NNNN)ADDRESS -->``, gives its address. Pages known to be
judged wrong stand in ``tests/verdicts/known-wrong.json`` (page → reason) and must stay wrong until
they leave that file.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from scraper import Article, extract
from scraper.model.types import Verdict
from tests.tables import each_row

PAGES = Path(__file__).parent.parent / "verdicts"
NOW = datetime(2026, 11, 25, tzinfo=UTC)
RIGHT = 0.95
MOST_BYTES = 1_000_000
FEWEST = 12
"""Pages of each kind."""
_SAVED_FROM = re.compile(rb"<!-- saved from url=\(\d+\)(\S+) -->")
NAMES = sorted(path.relative_to(PAGES).as_posix() for path in PAGES.glob("*/*.html"))
KNOWN_WRONG: dict[str, str] = json.loads((PAGES / "known-wrong.json").read_text(encoding="utf-8"))


@cache
def judge(name: str) -> Article:
    page = (PAGES / name).read_bytes()
    address = _SAVED_FROM.search(page, 0, 1_000)
    return extract(page, address[1].decode() if address else None, now=NOW)


@each_row("name", NAMES, by=lambda name: name.split("/")[0])
def test_verdict(name: str) -> None:
    article = judge(name)
    is_right = article.verdict.value == name.split("/")[0]
    assert is_right == (name not in KNOWN_WRONG), (article.verdict.value, article.evidence)
    assert 0 < len(article.evidence) <= 200
    assert "\n" not in article.evidence


def test_the_set_as_a_whole() -> None:
    """At least 95 % right, and no article lost but those that are known."""
    wrong = {name for name in NAMES if judge(name).verdict.value != name.split("/")[0]}
    assert len(wrong) <= (1 - RIGHT) * len(NAMES), sorted(wrong)
    assert not [name for name in wrong - set(KNOWN_WRONG) if name.startswith("article/")]


def test_the_set_is_large_small_and_labelled_with_verdicts() -> None:
    counts = Counter(name.split("/")[0] for name in NAMES)
    assert set(counts) == {verdict.value for verdict in Verdict}
    assert min(counts.values()) >= FEWEST, counts
    assert sum((PAGES / name).stat().st_size for name in NAMES) < MOST_BYTES


def test_pages_known_to_be_judged_wrong_exist() -> None:
    assert set(KNOWN_WRONG) <= set(NAMES)
    assert all(KNOWN_WRONG.values())

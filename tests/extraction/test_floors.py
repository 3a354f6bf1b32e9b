# ruff: noqa: E501 - tables of cases, one a line
"""How good extraction is may not fall below a floor. Lowering one is a deliberate act.

Everybody has the pages of ``tests/pages``, which were written for this project: each field that one
of them states is right, and so many of them state it. Where a corpus of real pages lies beside the
checkout, ``pytest -m floors`` measures on it, by its own scorer, what may not fall below floors.json;
where none does, the last lines of pytest's output say so.
"""

from __future__ import annotations

import gzip
import importlib.util
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from scraper import Article, extract
from tests.conftest import CORPUS
from tests.extraction.test_pages import STATED, check_field
from tests.tables import each_row

SHARED = CORPUS.parents[1]
FLOORS = json.loads((Path(__file__).parent / "floors.json").read_text(encoding="utf-8"))

beside_the_corpus = pytest.mark.skipif(
    not CORPUS.is_file() or not (SHARED / "tools" / "score.py").is_file(),
    reason=f"there is no corpus of real pages at {CORPUS}",
)
OWN = {
    "verdict": 74, "title": 46, "body": 46, "published_at": 22, "blocks": 17, "authors": 15,
    "language": 8, "markdown": 5, "modified_at": 3,
}  # fmt: skip
"""How many of the pages beside the tests state a field, at least."""


@each_row("field", OWN)
def test_own_pages(field: str) -> None:
    pages = [name for name, stated in STATED.items() if field in stated]
    assert len(pages) >= OWN[field]
    for name in pages:
        check_field(name, field)


@lru_cache(maxsize=1)
def measure() -> dict[str, float]:
    spec = importlib.util.spec_from_file_location("score", SHARED / "tools" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    score: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    with CORPUS.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    articles = {row["id"]: read_page(row) for row in rows}
    golds = [score.Gold(row) for row in rows]
    predictions = {key: as_prediction(article) for key, article in articles.items()}
    results, _ = score.score_peer(golds, predictions, {"readability"})
    real = [row["id"] for row in rows if row["gold"].get("body") or row["gold"].get("must")]
    accepted = sum(articles[key].verdict in ("article", "teaser") for key in real)
    return {**results["macro"], "articles_accepted": accepted / len(real)}


def read_page(row: dict[str, Any]) -> Article:
    page = gzip.decompress((SHARED / "corpus" / row["html"]).read_bytes())
    charset = f"; charset={row['encoding']}" if row.get("encoding") else ""
    return extract(page, row["url"], headers={"content-type": f"text/html{charset}"})


def as_prediction(article: Article) -> dict[str, Any]:
    published = article.published_at
    return {
        "title": article.title,
        "authors": list(article.authors),
        "date": published.date().isoformat() if published else None,
        "body": article.body,
        "cpu_s": None,
    }


@beside_the_corpus
@pytest.mark.parametrize("figure", FLOORS)
def test_floor(figure: str) -> None:
    assert round(measure()[figure], 4) >= FLOORS[figure]

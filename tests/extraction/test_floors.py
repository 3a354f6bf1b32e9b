# ruff: noqa: E501 - tables of cases, one a line
"""The corpus beside the checkout, where there is one: quality may not fall below floors.json.

Lowering a floor is a deliberate act. These tests are a tier of their own (``pytest -m floors``), as
a checkout alone has no corpus; the pages beside the tests pin the rest. The scorer is the corpus's own.
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

SHARED = Path(__file__).resolve().parents[3] / "shared"
FLOORS = json.loads((Path(__file__).parent / "floors.json").read_text(encoding="utf-8"))

pytestmark = pytest.mark.skipif(
    not (SHARED / "corpus" / "manifest.jsonl").is_file() or not (SHARED / "tools" / "score.py").is_file(),
    reason="the corpus is not beside this checkout",
)  # fmt: skip


@lru_cache(maxsize=1)
def measure() -> dict[str, float]:
    spec = importlib.util.spec_from_file_location("score", SHARED / "tools" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    score: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    with (SHARED / "corpus" / "manifest.jsonl").open(encoding="utf-8") as lines:
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


@pytest.mark.parametrize("figure", FLOORS)
def test_floor(figure: str) -> None:
    assert round(measure()[figure], 4) >= FLOORS[figure]

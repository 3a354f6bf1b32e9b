"""Small pages written for this project, one a bug class: ``tests/pages/NAME/page.html`` beside
``expected.json``. Adding a case needs no code. Each page is a test, which names every wrong field.

``expected.json``: ``url``, ``headers`` and ``now`` go into ``extract``; ``why`` is for readers;
``body`` lists the lines; ``body_has`` and ``body_lacks`` list strings; ``blocks`` lists
``[kind, level, text]``, and as a fourth what else the block has: ``number``, ``cells``,
``image_url``; ``markdown`` lists the lines; every other key names a field of ``Article``.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from scraper import Article, extract
from scraper.model.types import Block
from tests.tables import each_row

PAGES = Path(__file__).parent.parent / "pages"
INPUTS = {"url", "headers", "now", "why"}


STATED: dict[str, list[str]] = {
    path.parent.name: [
        field for field in json.loads(path.read_text(encoding="utf-8")) if field not in INPUTS
    ]
    for path in sorted(PAGES.glob("*/expected.json"))
}
"""The fields that each page states."""
ITEMS = [
    pytest.param(name, field, id=f"{name}-{field}")
    for name, fields in STATED.items()
    for field in fields
]


@cache
def load_case(name: str) -> tuple[dict[str, Any], Article]:
    expected = json.loads((PAGES / name / "expected.json").read_text(encoding="utf-8"))
    now = expected.get("now")
    article = extract(
        (PAGES / name / "page.html").read_bytes(),
        expected.get("url"),
        headers=expected.get("headers"),
        now=datetime.fromisoformat(now) if now else None,
    )
    return expected, article


def list_block(block: Block) -> list[Any]:
    more = {"number": block.number, "cells": list(block.cells), "image_url": block.image_url}
    more = {key: value for key, value in more.items() if value not in (None, [])}
    return [block.kind.value, block.level, block.text, *([more] if more else [])]


@each_row(("name", "field"), ITEMS, by=lambda name, field: name)
def test_page(name: str, field: str) -> None:
    check_field(name, field)


def check_field(name: str, field: str) -> None:
    expected, article = load_case(name)
    wanted = expected[field]
    if field == "body":
        assert article.body.split("\n") == wanted
    elif field == "body_has":
        assert [text for text in wanted if text not in article.body] == []
    elif field == "body_lacks":
        assert [text for text in wanted if text in article.body] == []
    elif field == "blocks":
        assert [list_block(block) for block in article.blocks] == wanted
    elif field == "markdown":
        assert article.to_markdown().splitlines() == wanted
    elif field in ("published_at", "modified_at"):
        found = getattr(article, field)
        assert (found.isoformat() if found else None) == wanted
    elif field == "evidence_has":
        assert wanted in article.evidence
    else:
        value = asdict(article)[field]
        assert (list(value) if isinstance(value, tuple) else value) == wanted

"""Nothing that scripts build on goes away: options, exit codes, JSON keys, what exports hold."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli.interface import KEPT, interface


@pytest.fixture(scope="module")
def today() -> dict[str, Any]:
    return interface()


@pytest.mark.parametrize("part", ["commands", "steps"])
def test_it_is_as_it_was(today: dict[str, Any], part: str) -> None:
    kept = json.loads(KEPT.read_text(encoding="utf-8"))[part]
    other = {name for name in kept.keys() | today[part].keys()
             if kept.get(name) != today[part].get(name)}  # fmt: skip
    assert {name: today[part].get(name) for name in other} == {
        name: kept.get(name) for name in other
    }

"""Commands that write, two at once (``pairs``): those that met badly, and one of each kind. The
whole table is ``benchmarks/archive/pairs.py``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.pairs import Stage, make_stage, run_pair
from tests.servers import Server

SOME = (
    ("reextract", "forget"),
    ("reextract", "reextract"),
    ("crawl", "forget"),
    ("import", "prune"),
    ("vacuum", "fetch"),
    ("restore", "copy"),
    ("backup", "rebuild"),
)
"""Each of the eleven at least once."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with Server() as server:
        yield make_stage(tmp_path_factory.mktemp("pairs"), server)


@pytest.mark.parametrize(("first", "second"), SOME)
def test_two_at_once(stage: Stage, tmp_path: Path, first: str, second: str) -> None:
    assert run_pair(stage, tmp_path / "both", first, second) == []

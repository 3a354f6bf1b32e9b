"""What tests of whole crawls start from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.press import Press
from tests.servers import Server


@pytest.fixture
def press(tmp_path: Path) -> Iterator[Press]:
    archive = Press(tmp_path / "press.db")
    yield archive
    archive.engine.dispose()


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running

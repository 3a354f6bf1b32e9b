"""What tests of whole crawls start from, and how the tests are shared out among processes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.press import Press
from tests.servers import Server
from tests.warm import WarmSandbox, dismiss

# An example may take as long as a machine with other work needs for it.
hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.load_profile("here")

LONGEST = (
    "tests/test_year.py",
    "tests/test_hostile_sources.py",
    "tests/test_kill.py",
    "tests/extraction/test_floors.py",
)
"""Modules that begin first, so that no process is left alone with one at the end."""


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Tests named one by one run here, in reach of a debugger; ``None``: a process a core."""
    is_whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    return None if is_whole else 0


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {path: place for place, path in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.nodeid.partition("::")[0], len(LONGEST)))


def pytest_make_parametrize_id(val: object) -> str | None:
    """Bytes that are no text are not told apart by what they are: a gzip header holds the time,
    and all processes that share the tests must find the same names."""
    return "bytes" if isinstance(val, bytes) and not val.isascii() else None


@pytest.fixture(scope="session", autouse=True)
def _readers_are_kept_warm() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scraper.sandbox.Sandbox", WarmSandbox)
        patch.setattr("scraper.setup.Sandbox", WarmSandbox)
        yield
    dismiss()


@pytest.fixture
def press(tmp_path: Path) -> Iterator[Press]:
    archive = Press(tmp_path / "press.db")
    yield archive
    archive.engine.dispose()


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running

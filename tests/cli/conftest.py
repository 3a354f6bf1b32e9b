from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.cli.running import Ended, Kliping, RunHere, main_here
from tests.servers import Server

QUICK = "[fetch]\nallow_private = true\n[pace]\nmin_delay = 0\n"


@pytest.fixture
def kliping(tmp_path: Path) -> Kliping:
    """A user who may fetch from loopback, without waiting."""
    return Kliping(tmp_path, QUICK)


@pytest.fixture
def run_here(capsys: pytest.CaptureFixture[str]) -> RunHere:
    def run(
        user: Kliping,
        *arguments: object,
        env: Mapping[str, str] | None = None,
        stdin: str = "",
    ) -> Ended:
        return Ended(main_here(user, arguments, env, stdin), *capsys.readouterr())

    return run


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running

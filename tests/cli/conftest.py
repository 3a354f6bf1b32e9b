from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import cli
from tests.cli.running import Ended, Kliping, RunHere
from tests.servers import Server

QUICK = "[fetch]\nallow_private = true\n[pace]\nmin_delay = 0\n"


@pytest.fixture
def kliping(tmp_path: Path) -> Kliping:
    """A user who may fetch from loopback, without waiting."""
    return Kliping(tmp_path, QUICK)


@pytest.fixture
def run_here(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> RunHere:
    def run(user: Kliping, *arguments: object, env: Mapping[str, str] | None = None) -> Ended:
        for name in os.environ:
            monkeypatch.delenv(name)
        for name, value in user.environment(env).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(os, "cpu_count", lambda: 1)  # one sandboxed child is enough
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
        before = signal.getsignal(signal.SIGTERM)
        try:
            code = cli.main([str(argument) for argument in arguments])
        finally:
            signal.signal(signal.SIGTERM, before)
        return Ended(code, *capsys.readouterr())

    return run


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running

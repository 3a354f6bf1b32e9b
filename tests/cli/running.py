"""Running kliping as its users do: as a process of its own, or in this one where that is enough."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import cli
from storage.database.engine import open_engine

RunHere = Callable[..., "Ended"]
"""``(user, *arguments) -> Ended``: in this process, where starting one proves nothing more."""

COMMAND = (sys.executable, "-P", "-c", "import sys, cli; sys.exit(cli.main())")


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def errors(self) -> list[str]:
        return self.err.splitlines()


@dataclass
class Kliping:
    """A user with a home directory and an archive of his own."""

    home: Path
    config: str | None = None
    """The contents of his ``kliping.toml``."""

    @property
    def db(self) -> Path:
        return self.home / "news.db"

    def make_archive(self, path: Path | None = None) -> None:
        """One with nothing in it."""
        open_engine(path or self.db).dispose()

    def environment(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("KLIPING_", "XDG_"))}
        mine = {"HOME": str(self.home), "KLIPING_DB": str(self.db), "NO_COLOR": "1"}
        if self.config is not None:
            path = self.home / "kliping.toml"
            path.write_text(self.config)
            mine["KLIPING_CONFIG"] = str(path)
        given = kept | mine | dict(extra or {})
        return {key: value for key, value in given.items() if value}

    def run(
        self,
        *arguments: object,
        env: Mapping[str, str] | None = None,
        stdin: str | bytes = b"",
        timeout: float = 300,
    ) -> Ended:
        """Run a command to its end. An empty value in ``env`` unsets the variable."""
        done = subprocess.run(
            [*COMMAND, *map(str, arguments)],
            env=self.environment(env),
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            timeout=timeout,
            cwd=self.home,
        )
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())

    @contextmanager
    def running(
        self, *arguments: object, env: Mapping[str, str] | None = None
    ) -> Iterator[subprocess.Popen[str]]:
        """A command under way; it is killed at the end of the block."""
        process = subprocess.Popen(
            [*COMMAND, *map(str, arguments)],
            env=self.environment(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.home,
        )
        with process:
            try:
                yield process
            finally:
                process.kill()


def main_here(
    user: Kliping,
    arguments: tuple[object, ...],
    env: Mapping[str, str] | None,
    stdin: str = "",
) -> int:
    """Run a command in this process; its exit code."""
    before = signal.getsignal(signal.SIGTERM)
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            patch.delenv(name)
        for name, value in user.environment(env).items():
            patch.setenv(name, value)
        patch.setattr(os, "cpu_count", lambda: 1)  # one sandboxed child is enough
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        try:
            return cli.main([str(argument) for argument in arguments])
        finally:
            signal.signal(signal.SIGTERM, before)


def prepare(user: Kliping, *arguments: object) -> Ended:
    """Run a command in this process, for what it leaves in the archive of several tests."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err):
        code = main_here(user, arguments, None)
    told = (each.buffer.getvalue().decode() for each in (out, err))
    return Ended(code, *told)

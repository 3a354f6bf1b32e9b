"""Where the processes of ``archive.py`` are born, so that one takes milliseconds to start.

A helper loads the program once and forks for every order, a line of JSON on standard input. The
child counts its steps and dies before the one that it was told, or is killed at a moment. Steps are
what changes something on the disk or comes right after it: statements of SQLite that write, COMMIT
included (as its trace tells them, before they run), links, renames and removals of files in the
order's folder, every fsync, and every note of progress.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
_WRITING = ("INSERT", "UPDATE", "DELETE", "COMMIT", "CREATE", "ALTER", "DROP", "PRAGMA JOURNAL")
_FILES = ("os.link", "os.rename", "os.remove")


@dataclass(frozen=True)
class Order:
    """What a child does. ``words``: of the command line; of ``save`` see ``save_and_tell``."""

    folder: str
    words: list[str]
    step: int = 0
    """It is killed before this one, from 1; 0: by none."""
    moment: float = 0.0
    """Seconds after which it is killed; 0: never."""


@dataclass(frozen=True)
class Ended:
    code: int
    """Negative: the signal that killed it."""
    steps: int
    """0 where it was killed."""
    seconds: float
    said: str
    """Standard output and error together."""

    @property
    def was_killed(self) -> bool:
        return self.code == -signal.SIGKILL


class Nursery:
    """The helper process, as its user sees it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.kills.fork_server"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, order: Order) -> Ended:
        """Have a child born, and wait for its end."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asdict(order)) + "\n")
        self._process.stdin.flush()
        return Ended(**json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()

    def __enter__(self) -> Nursery:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


# --------------------------------------------------------------------- in the helper


def main() -> None:
    load_everything()
    for line in sys.stdin:
        print(json.dumps(raise_child(Order(**json.loads(line)))), flush=True)


def load_everything() -> None:
    """What any of the commands imports when it runs; no connection and no thread is made."""
    from alembic import command  # noqa: F401

    import cli  # noqa: F401
    import commands.care.copying
    import commands.crawl.importing  # noqa: F401
    import scraper.pages.reextraction  # noqa: F401
    import storage.archive
    import storage.export.web_archive.warc
    import storage.maintenance.backup
    import storage.maintenance.copying
    import storage.reextraction.reextraction_run
    import storage.warc.import_log  # noqa: F401
    from benchmarks.kills import archive_scene

    for _ in archive_scene.captures(12):  # the words of its languages are made
        pass


def raise_child(order: Order) -> dict[str, Any]:
    out = Path(order.folder) / "said"
    counted = Path(order.folder) / "steps"
    for path in (out, counted):
        path.unlink(missing_ok=True)
    begun = time.monotonic()
    pid = os.fork()
    if not pid:
        live(order, out, counted)
    code = await_end(pid, begun + order.moment if order.moment else None)
    steps = int(counted.read_text()) if counted.exists() else 0
    seconds = time.monotonic() - begun
    return asdict(Ended(code, steps, seconds, out.read_text(errors="replace")))


def await_end(pid: int, deadline: float | None) -> int:
    while True:
        done, status = os.waitpid(pid, os.WNOHANG if deadline else 0)
        if done:
            return os.waitstatus_to_exitcode(status)
        if deadline and time.monotonic() >= deadline:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            deadline = None
        time.sleep(0.0005)


def live(order: Order, out: Path, counted: Path) -> None:
    """The child's life; it does not return."""
    code = 1
    try:
        given = os.open(os.devnull, os.O_RDONLY)
        told = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        for source, target in ((given, 0), (told, 1), (told, 2)):
            os.dup2(source, target)
        sys.stdin, sys.stdout, sys.stderr = (
            open(number, mode, buffering=size)  # noqa: SIM115 - for as long as it lives
            for number, mode, size in ((0, "r", -1), (1, "w", 1), (2, "w", 1))
        )
        for name in [name for name in os.environ if name.startswith(("KLIPING_", "XDG_"))]:
            del os.environ[name]
        os.environ |= {"HOME": order.folder, "KLIPING_CONFIG": f"{order.folder}/kliping.toml"}
        os.cpu_count = lambda: 1  # one sandboxed child is enough
        steps = Steps(order)
        code = act(order.words)
        counted.write_text(str(steps.taken))
    finally:
        sys.stdout.flush()
        os._exit(code)


def act(words: list[str]) -> int:
    if words[0] == "save":
        from benchmarks.kills.archive_scene import save_and_tell

        return save_and_tell(words[1:])
    import cli

    return cli.main(words)


class Steps:
    """Counts what the child does, and ends it."""

    def __init__(self, order: Order) -> None:
        self.taken = 0
        self._last, self._folder = order.step, order.folder
        self._trace_databases()
        sys.addaudithook(self._on_audit)
        os.fsync = self._before(os.fsync)
        from commands.render.counting import Counting

        Counting.say = self._before(Counting.say)  # type: ignore[method-assign]
        import storage.maintenance.backup

        storage.maintenance.backup.PAGES = 40

    def take(self) -> None:
        self.taken += 1
        if self.taken == self._last:
            os.kill(os.getpid(), signal.SIGKILL)

    def _trace_databases(self) -> None:
        connect = sqlite3.connect

        def traced(*words: Any, **options: Any) -> sqlite3.Connection:
            connection: sqlite3.Connection = connect(*words, **options)
            if words[0] != ":memory:":
                connection.set_trace_callback(self._on_statement)
            return connection

        sqlite3.connect = traced  # type: ignore[assignment]  # its overloads

    def _on_statement(self, statement: str) -> None:
        if statement.lstrip().upper().startswith(_WRITING):
            self.take()

    def _on_audit(self, event: str, values: tuple[Any, ...]) -> None:
        if event in _FILES and str(values[0]).startswith(self._folder):
            self.take()

    def _before(self, work: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*values: Any, **options: Any) -> Any:
            self.take()
            return work(*values, **options)

        return counted


if __name__ == "__main__":
    main()

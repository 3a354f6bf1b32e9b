"""The peers: which they are, an environment for each, and a process that answers page by page."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.extraction.annotated import AnnotatedPage
from benchmarks.extraction.scoring import Prediction

HERE = Path(__file__).resolve().parents[1]
WORKER = HERE / "peers" / "worker.py"
START_LIMIT = 120.0
"""Seconds of wall clock in which a peer must have been imported."""
GRACE = 5.0
"""Seconds over the limit of a page after which a process that cannot be interrupted is killed."""
ALL_FIELDS = ("title", "authors", "date", "body")


class PeerError(Exception):
    """A peer that cannot be installed or started; the message is one line."""


@dataclass(frozen=True, slots=True)
class Peer:
    name: str
    requirements: tuple[str, ...]
    """For pip, the first one pinned; none: it runs in this environment."""
    fields: tuple[str, ...] = ALL_FIELDS

    @property
    def version(self) -> str:
        if self.requirements:
            return self.requirements[0].partition("==")[2]
        try:
            return version(self.name)
        except PackageNotFoundError:
            return "checkout"


PEERS = {
    peer.name: peer
    for peer in (
        Peer("kliping", ()),
        # lxml renamed the extra by which trafilatura's justext asks for its cleaner: named here.
        Peer("trafilatura", ("trafilatura==2.3.1", "lxml_html_clean==0.4.6")),
        Peer("newspaper4k", ("newspaper4k[bn,hi,ja,nlp,np,ta,th,zh]==0.9.6",)),
        Peer(
            "readability-lxml",
            ("readability-lxml==0.9", "lxml_html_clean==0.4.6"),
            ("title", "body"),
        ),
        Peer("resiliparse", ("resiliparse==2.0.1",), ("title", "body")),
    )
}


def prepare_environment(peer: Peer, folder: Path) -> Path:
    """The Python to run ``peer`` with; its environment under ``folder`` is built when it is not
    there yet. Raises ``PeerError``."""
    if not peer.requirements:
        return Path(sys.executable)
    home = (
        folder / f"{peer.name}-{peer.version}-py{sys.version_info.major}.{sys.version_info.minor}"
    )
    python = home / "bin" / "python"
    done = home / "installed.txt"  # written last: an interrupted build is built again
    wanted = "\n".join(peer.requirements)
    if done.is_file() and done.read_text(encoding="utf-8") == wanted:
        return python
    shutil.rmtree(home, ignore_errors=True)
    _run([sys.executable, "-m", "venv", str(home)])
    _run([str(python), "-m", "pip", "install", "--quiet", "--no-input", *peer.requirements])
    done.write_text(wanted, encoding="utf-8")
    return python


def _run(command: list[str]) -> None:
    result = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace")
    if result.returncode:
        raise PeerError(_last_line(result.stderr + result.stdout) or f"exit {result.returncode}")


class PeerProcess:
    """One peer at work. It is started when first asked, and again after it died."""

    def __init__(self, peer: Peer, python: Path, time_limit: float) -> None:
        self.peer = peer
        self._command = [str(python), str(WORKER), peer.name, str(time_limit)]
        self._patience = time_limit + GRACE
        self._process: subprocess.Popen[str] | None = None
        self._errors = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 - closed in close()

    def start(self) -> None:
        """Raises ``PeerError`` when it does not come up."""
        environment = {
            **os.environ,
            "PYTHONPATH": str(HERE / "offline"),  # a look-up would be measured too
            "KLIPING_OFFLINE_LOG": os.devnull,
            "PYTHONHASHSEED": "0",
        }
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=environment,
            encoding="utf-8",
        )
        self._read(START_LIMIT)

    def ask(self, page: AnnotatedPage) -> Prediction:
        """What it reads on ``page``; whatever goes wrong is the prediction's ``error``."""
        try:
            if self._process is None:
                self.start()
            answer = self._exchange(page)
        except PeerError as error:
            return Prediction(error=str(error))
        return Prediction(
            title=answer.get("title"),
            authors=tuple(answer.get("authors") or ()),
            date=answer.get("date"),
            body=answer.get("body") or "",
            cpu=answer["cpu"],
            error=answer.get("error"),
        )

    def close(self) -> None:
        if self._process is not None:
            self._reap()
        self._errors.close()

    def _exchange(self, page: AnnotatedPage) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdin is not None
        request = {"file": str(page.file), "url": page.url, "encoding": page.encoding}
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise PeerError(f"died, {self._reap()}") from None
        return self._read(self._patience)

    def _read(self, seconds: float) -> dict[str, Any]:
        """The next answer; a process that gives none in time is killed."""
        process, late = self._process, threading.Event()
        assert process is not None
        assert process.stdout is not None

        def give_up() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(seconds, give_up)
        timer.start()
        try:
            line = process.stdout.readline()
        finally:
            timer.cancel()
        if not line.endswith("\n"):
            reason = self._reap()
            raise PeerError(f"no answer in {seconds:g} s" if late.is_set() else f"died, {reason}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _reap(self) -> str:
        """End the process by the end of its input, or by force; its exit code and last words."""
        process, self._process = self._process, None
        assert process is not None
        try:
            process.communicate(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
        self._errors.seek(0)
        words = _last_line(self._errors.read())
        self._errors.seek(0)
        self._errors.truncate()
        return f"exit {process.returncode}{': ' if words else ''}{words}"


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:200] if lines else ""

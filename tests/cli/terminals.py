"""What a command shows on a terminal of 80 columns, which is a real one; the command runs in this
process."""

from __future__ import annotations

import os
import pty
import threading
from contextlib import ExitStack, redirect_stderr, redirect_stdout

from tests.cli.running import Kliping, main_here


def on_terminal(user: Kliping, *arguments: str, **env: str) -> str:
    """All that is written to standard output there, by a command that ends well."""
    code, text = run_on_terminal(user, *arguments, errors=False, **env)
    assert code == 0
    return text


def run_on_terminal(
    user: Kliping, *arguments: object, errors: bool = True, **env: str
) -> tuple[int, str]:
    """The exit code, and all that is written there; ``errors``: standard error goes there, too."""
    ours, theirs = pty.openpty()
    shown: list[bytes] = []
    reader = threading.Thread(target=lambda: shown.extend(iter(lambda: _read(ours), b"")))
    reader.start()
    try:
        terminal = os.fdopen(theirs, "w", buffering=1, encoding="utf-8", errors="backslashreplace")
        with terminal, ExitStack() as redirected:
            redirected.enter_context(redirect_stdout(terminal))
            if errors:
                redirected.enter_context(redirect_stderr(terminal))
            code = main_here(user, arguments, {"COLUMNS": "80", "TERM": "xterm-256color", **env})
    finally:
        reader.join()
        os.close(ours)
    return code, b"".join(shown).decode()


def lines_on_terminal(user: Kliping, *arguments: str) -> list[str]:
    """The same without bold, in lines."""
    text = on_terminal(user, *arguments)
    return text.replace("\x1b[1m", "").replace("\x1b[0m", "").splitlines()


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # Linux: the other end is closed
        return b""

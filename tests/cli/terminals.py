"""What a command shows on a terminal of 80 columns, which is a real one; the command runs in this
process."""

from __future__ import annotations

import os
import pty
import threading
from contextlib import redirect_stdout

from tests.cli.running import Kliping, main_here


def on_terminal(user: Kliping, *arguments: str, **env: str) -> str:
    """All that is written there, by a command that ends well."""
    ours, theirs = pty.openpty()
    shown: list[bytes] = []
    reader = threading.Thread(target=lambda: shown.extend(iter(lambda: _read(ours), b"")))
    reader.start()
    try:
        terminal = os.fdopen(theirs, "w", buffering=1, encoding="utf-8")
        with terminal, redirect_stdout(terminal):
            code = main_here(user, arguments, {"COLUMNS": "80", "TERM": "xterm-256color", **env})
    finally:
        reader.join()
        os.close(ours)
    assert code == 0
    return b"".join(shown).decode()


def lines_on_terminal(user: Kliping, *arguments: str) -> list[str]:
    """The same without bold, in lines."""
    text = on_terminal(user, *arguments)
    return text.replace("\x1b[1m", "").replace("\x1b[0m", "").splitlines()


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # Linux: the other end is closed
        return b""

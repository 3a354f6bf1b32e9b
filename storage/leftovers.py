"""Where a file or directory is made before it is whole: beside its place, under a name that tells
whose it is. What a process left there that was killed is removed by the next that comes by.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from contextlib import suppress
from pathlib import Path

_NAME = re.compile(r"\.kliping-(\d+)-[0-9a-f]+\.part(-wal|-shm|-journal)?")


def beside(place: Path) -> Path:
    """A new name in the same directory, where nothing is yet. What was left there is removed."""
    sweep(place.parent)
    return place.with_name(f".kliping-{os.getpid()}-{secrets.token_hex(6)}.part")


def sweep(directory: Path) -> None:
    """Remove what was left there by processes that are dead."""
    with suppress(OSError):  # the directory may be missing, which is told by who writes there
        for left in directory.iterdir():
            match = _NAME.fullmatch(left.name)
            if match is None or _is_alive(int(match[1])):
                continue
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left, ignore_errors=True)
            else:
                with suppress(OSError):
                    left.unlink()


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True

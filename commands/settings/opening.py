"""Opening the files that a person names: the settings, rules, cookies, a password."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import BinaryIO


def open_file(path: Path) -> BinaryIO:
    """To read bytes. Raises ``OSError``, also for a named pipe: to open one waits for somebody who
    writes. What a shell has open for us, as for ``<(…)``, has no name and may be one, by
    whatever link it is reached."""
    if path.is_fifo() and not os.path.realpath(path).startswith(("/dev/fd/", "/proc/")):
        raise OSError(errno.EINVAL, "it is a pipe")
    return path.open("rb")

"""What is freed of large blocks goes back to the system.

glibc takes a block of its own from the system for what is large, and gives it back when it is
freed; but what is large it raises with each such block, up to 32 MB (mallopt(3)). After the first
page of 9 MB the next ones come out of the common heap, which keeps its size ever after: a crawl
stays some 30 MB larger, and so does each of its readers.
"""

from __future__ import annotations

import ctypes

LARGE_BLOCK = 4 * 1024 * 1024
KEPT_FREE = 8 * 1024 * 1024
"""Bytes at the end of the common heap that are kept for what comes next."""
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3


def give_back_large_blocks() -> None:
    """For this process. Does nothing where the C library is another one."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, LARGE_BLOCK)
        mallopt(_M_TRIM_THRESHOLD, KEPT_FREE)

"""A child of the fuzzer: as the sandbox's own, with its limits of time and memory, but not
confined, as some of the readers that are tried read files, which have to be written first.
"""

from __future__ import annotations

import resource
import sys

from scraper.isolation.worker import begin, serve


def main() -> None:
    parent, memory_bytes = int(sys.argv[1]), int(sys.argv[2])
    replies = begin(parent)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    serve(sys.stdin.buffer, replies)


if __name__ == "__main__":
    main()

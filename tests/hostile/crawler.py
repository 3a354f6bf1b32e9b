"""kliping's own main, where the names of a hostile server have the addresses that it listens at.

    python -m tests.hostile.crawler ADDRESSES.json crawl --db …

Only the system's resolver is answered for: what the guard makes of an answer, and who connects to
it, is what every user has.
"""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path
from typing import Any


def main(argv: list[str]) -> int:
    addresses: dict[str, str] = json.loads(Path(argv[0]).read_text())
    look_up = socket.getaddrinfo

    def answered(host: Any, *more: Any, **named: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        return look_up(addresses.get(name, host), *more, **named)

    socket.getaddrinfo = answered
    import cli

    return cli.main(argv[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

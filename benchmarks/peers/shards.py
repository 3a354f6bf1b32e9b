"""Run a peer's crawl in several processes, each with its share of the hosts.

    python shards.py COUNT COMMAND...

The command gets ``--shard N --shards COUNT``; stdout is shared. The exit code is the worst one.
"""

from __future__ import annotations

import subprocess
import sys


def main() -> int:
    count, command = int(sys.argv[1]), sys.argv[2:]
    shards = [
        subprocess.Popen([*command, "--shard", str(n), "--shards", str(count)])
        for n in range(count)
    ]
    return max(abs(shard.wait()) for shard in shards)


if __name__ == "__main__":
    sys.exit(main())

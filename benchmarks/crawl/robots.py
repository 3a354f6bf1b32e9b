"""Run Protego's collection of real robots.txt files through ``parse_robots``.

    python -m benchmarks.crawl.robots [--limit N]

Fetches the source distribution of the installed Protego by pip into a temporary directory and reads
each file twice: as it is by Protego, and by ``scraper.fetch.politeness.robots.parse_robots``, which
names groups by their product token first (RFC 9309 §2.2.1). For the agents ``kliping``, ``kli`` (of
which Protego takes a group for ours) and ``*`` both are asked for some addresses of the site and
for those that the file itself names, for the crawl delay, and for the sitemaps. Prints what differs
and the agent lines of the file that explain it. The run fails (exit 1) on a crash.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from protego import Protego

from benchmarks.crawl.feeds import unpack_source
from scraper.errors import AddressError
from scraper.fetch.politeness.robots import MAX_SITEMAPS, decode_robots, parse_robots
from scraper.urls import join_address

AGENTS = ("kliping", "kli", "*")
PATHS = (
    "/",
    "/robots.txt",
    "/index.html",
    "/news/2024/09/02/a-story.html",
    "/search?q=berita&page=2",
    "/wp-admin/admin-ajax.php",
    "/berita/b%C3%BCcher",
)
MAX_RULES = 40  # of a file whose addresses are asked for
_RULE = re.compile(r"^[ \t]*(?:dis)?allow[ \t]*:[ \t]*(/[^\s#]{0,500})", re.I | re.M)
_AGENT = re.compile(r"^[ \t]*user-?agent[ \t]*:[ \t]*([^#\r\n]*)", re.I | re.M)


def addresses_of(text: str, site: str) -> list[str]:
    """Addresses of the site that its rules speak of, and some that any site has."""
    named = [found[1].replace("*", "x").removesuffix("$") for found in _RULE.finditer(text)]
    paths = dict.fromkeys((*PATHS, *named[:MAX_RULES]))
    return [f"https://{site}{path}" for path in paths]


def compare(text: str, site: str, counts: Counter[str]) -> list[str]:
    """What differs between Protego on the raw text and our reading, one line each."""
    raw = Protego.parse(text)
    ours = parse_robots(text, f"https://{site}")
    lines = []
    for agent in AGENTS:
        for address in addresses_of(text, site):
            theirs, mine = raw.can_fetch(address, agent), ours.parsed.can_fetch(address, agent)
            counts["questions"] += 1
            if agent == "kliping" and ours.allows(address) != mine:
                lines.append(f"{agent}: {address}: allows() says {not mine}")
            if theirs != mine:
                lines.append(f"{agent}: {address}: Protego {theirs}, we {mine}")
        delays = raw.crawl_delay(agent), ours.parsed.crawl_delay(agent)
        counts["with a crawl delay for kliping"] += agent == "kliping" and delays[1] is not None
        if delays[0] != delays[1]:
            lines.append(f"{agent}: crawl delay: Protego {delays[0]}, we {delays[1]}")
    sitemaps = _joined(f"https://{site}/robots.txt", raw.sitemaps), list(ours.sitemaps)
    counts["with sitemaps"] += bool(sitemaps[1])
    counts["sitemaps"] += len(sitemaps[1])
    if sitemaps[0] != sitemaps[1]:
        lines.append(f"sitemaps: Protego {sitemaps[0]}, we {sitemaps[1]}")
    return lines


def _joined(base: str, references: Iterable[str]) -> list[str]:
    """As ``Rules.sitemaps`` gives them: web addresses, each once, up to its limit."""
    found: dict[str, None] = {}
    for reference in references:
        with suppress(AddressError):
            found[join_address(base, reference)] = None
    return list(found)[:MAX_SITEMAPS]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--limit", type=int, help="read so many files")
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    differing, crashes, slowest = Counter[str](), 0, (0.0, "")
    with tempfile.TemporaryDirectory() as folder:
        data = unpack_source("Protego", Path(folder)) / "tests" / "test_data"
        for path in sorted(data.iterdir())[: options.limit]:
            text = decode_robots(path.read_bytes())
            counts["files"] += 1
            start = time.process_time()
            try:
                parse_robots(text)
                slowest = max(slowest, (time.process_time() - start, path.name))
                lines = compare(text, path.name, counts)
            except Exception as error:  # noqa: BLE001 - a crash is what this is looking for
                crashes += 1
                print(f"{path.name}: crashed: {type(error).__name__}: {error}")
                continue
            if lines:
                agents = dict.fromkeys(found[1].strip() for found in _AGENT.finditer(text))
                near = [name for name in agents if "kli" in name.lower() or "*" in name]
                print(f"{path.name}: agents {near or list(agents)[:5]}")
                print("".join(f"    {line}\n" for line in lines[:5]), end="")
                differing.update({line.partition(":")[0] for line in lines})
    print(f"Protego {version('Protego')}:", ", ".join(f"{n} {name}" for name, n in counts.items()))
    print(f"slowest to parse: {slowest[1]}, {slowest[0]:.2f} s")
    print(f"{crashes} crashed; files that differ, by agent or field: {dict(differing)}")
    return 1 if crashes else 0


if __name__ == "__main__":
    sys.exit(main())

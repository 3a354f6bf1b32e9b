"""Whether a version that kliping is tested with has a known vulnerability.

    python tools/audit.py                        # asks the OSV database; needs the network
    python tools/audit.py --advisories all.zip   # its export for PyPI, fetched before; needs none

Reads ``constraints.txt``, which pins every package of the development environment. The advisories
are OSV's (https://ossf.github.io/osv-schema/), into which PyPA's and GitHub's flow; an export is a
ZIP or a folder of JSON files. Exit codes: 0 none is known, 1 there are some, 2 wrong use or
something that cannot be read, 3 the database could not be asked, so that nothing is known.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from packaging.version import InvalidVersion, Version

CONSTRAINTS = Path(__file__).parents[1] / "constraints.txt"
SERVICE = "https://api.osv.dev"
TIMEOUT = 30.0
"""Seconds for an answer."""
NONE, SOME, UNREADABLE, UNKNOWN = 0, 1, 2, 3

Pins = Mapping[str, str]
"""Versions by normal name."""


@dataclass(frozen=True, order=True)
class Finding:
    package: str
    version: str
    advisory: str
    summary: str
    fixed: tuple[str, ...]

    def __str__(self) -> str:
        mended = f"; mended in {', '.join(self.fixed)}" if self.fixed else ""
        return f"{self.package} {self.version}: {self.advisory}: {self.summary}{mended}"


def main(arguments: list[str] | None = None) -> int:
    options = _parse(arguments)
    try:
        pins = read_pins(options.constraints.read_text(encoding="utf-8"))
        offline = options.advisories is not None
        known = read_advisories(options.advisories) if offline else ask(options.service, pins)
        found = {one for one in find(pins, known) if one.advisory not in options.ignore}
    except httpx.HTTPError as error:
        _say(f"{options.service} could not be asked ({type(error).__name__}): nothing is known")
        _say("without a network, give OSV's export for PyPI with --advisories")
        return UNKNOWN
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        _say(str(error))
        return UNREADABLE
    for one in sorted(found):
        print(one)
    _say(f"{len(pins)} packages, {len(found)} known vulnerabilities")
    return SOME if found else NONE


def read_pins(text: str) -> Pins:
    """The lines ``name==version`` of a constraints file. Raises ``ValueError`` for any other."""
    pins = {}
    for line in text.splitlines():
        plain = line.partition("#")[0].partition(";")[0].strip()
        if not plain:
            continue
        name, pinned, version = plain.partition("==")
        if not pinned:
            raise ValueError(f"{plain!r} pins no version: an audit needs name==version")
        pins[normal(name)] = version.strip()
    return pins


def normal(name: str) -> str:
    """A package's name as it is compared (https://peps.python.org/pep-0503/)."""
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def read_advisories(path: Path) -> Iterator[dict[str, Any]]:
    """Those of an export. Raises ``ValueError`` for one without any, and what reading raises."""
    read = 0
    for content in _documents(path):
        read += 1
        yield json.loads(content)
    if not read:
        raise ValueError(f"{path}: no advisory in it: give OSV's export for PyPI")


def _documents(path: Path) -> Iterator[bytes]:
    if path.is_dir():
        yield from (one.read_bytes() for one in sorted(path.rglob("*.json")))
        return
    with zipfile.ZipFile(path) as archive:
        yield from (archive.read(name) for name in archive.namelist() if name.endswith(".json"))


def ask(service: str, pins: Pins) -> Iterator[dict[str, Any]]:
    """The advisories for these versions (https://google.github.io/osv.dev/post-v1-querybatch/).

    Raises ``httpx.HTTPError``.
    """
    queries = [
        {"package": {"name": name, "ecosystem": "PyPI"}, "version": version}
        for name, version in pins.items()
    ]
    with httpx.Client(base_url=service, timeout=TIMEOUT) as client:
        answer = client.post("/v1/querybatch", json={"queries": queries}).raise_for_status()
        listed = (each for result in answer.json()["results"] for each in result.get("vulns", ()))
        ids = sorted({each["id"] for each in listed})
        yield from (client.get(f"/v1/vulns/{one}").raise_for_status().json() for one in ids)


def find(pins: Pins, advisories: Iterable[Mapping[str, Any]]) -> Iterator[Finding]:
    """Which of the pins are affected, by advisories that were not withdrawn."""
    for advisory in advisories:
        if advisory.get("withdrawn"):
            continue
        for affected in advisory.get("affected", ()):
            package = affected.get("package", {})
            name = normal(package.get("name", ""))
            if package.get("ecosystem") != "PyPI" or name not in pins:
                continue
            if is_affected(pins[name], affected):
                summary = advisory.get("summary") or advisory.get("details") or "no summary"
                fixed = tuple(event["fixed"] for event in _events(affected) if "fixed" in event)
                line = " ".join(summary.split())[:120]
                yield Finding(name, pins[name], advisory["id"], line, fixed)


def is_affected(version: str, affected: Mapping[str, Any]) -> bool:
    """As OSV's schema says ("Evaluation"): listed, or in one of the ranges."""
    if version in affected.get("versions", ()):
        return True
    inside, pinned = False, Version(version)
    for event in sorted(_events(affected), key=_place):
        if _place(event)[0] > pinned:
            break
        if "introduced" in event:
            inside = True
        elif "fixed" in event or Version(event["last_affected"]) < pinned:
            inside = False
    return inside


def _events(affected: Mapping[str, Any]) -> list[dict[str, str]]:
    ranges = (one for one in affected.get("ranges", ()) if one.get("type") == "ECOSYSTEM")
    events = (event for one in ranges for event in one.get("events", ()))
    return [event for event in events if {"introduced", "fixed", "last_affected"} & event.keys()]


def _place(event: Mapping[str, str]) -> tuple[Version, bool]:
    """Where it stands; what begins at a version comes after what ends there."""
    (value,) = event.values()
    try:
        return Version(value), "introduced" in event
    except InvalidVersion:
        return Version("0"), "introduced" in event


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--constraints", type=Path, default=CONSTRAINTS, metavar="FILE")
    parser.add_argument("--advisories", type=Path, metavar="ZIP|FOLDER", help="an export of OSV's")
    parser.add_argument("--service", default=SERVICE, metavar="URL", help="who is asked else")
    parser.add_argument("--ignore", action="append", default=[], metavar="ID", help="repeatable")
    return parser.parse_args(arguments)


def _say(line: str) -> None:
    print(f"audit: {line}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())

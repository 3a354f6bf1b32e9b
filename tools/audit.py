"""Whether a version that kliping is tested with has a known vulnerability.

    python tools/audit.py                        # asks the OSV database; needs the network
    python tools/audit.py --advisories all.zip   # its export for PyPI, fetched before; needs none

Reads ``constraints.txt``, which pins every package of the development environment, or another file
of its kind, also one with hashes. The advisories are OSV's (https://ossf.github.io/osv-schema/),
into which PyPA's and GitHub's flow; an export is a ZIP or a folder of JSON files. Exit codes: 0
none is known, 1 there are some, 2 wrong use or something that cannot be read, 3 the database could
not be asked, so that nothing is known.
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
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

CONSTRAINTS = Path(__file__).parents[1] / "constraints.txt"
SERVICE = "https://api.osv.dev"
TIMEOUT = 30.0
"""Seconds for an answer."""
MOST_QUERIES = 1000
"""In one question, as OSV has it."""
MOST_QUESTIONS = 100
NONE, SOME, UNREADABLE, UNKNOWN = 0, 1, 2, 3

Pins = Mapping[str, frozenset[str]]
"""Versions by normal name: a package may have another one on another platform."""


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
    except (OSError, ValueError, zipfile.BadZipFile, httpx.InvalidURL) as error:
        _say(str(error))
        return UNREADABLE
    except (LookupError, TypeError, AttributeError) as error:
        _say(f"what was read is not as OSV's schema has it ({type(error).__name__}: {error})")
        return UNREADABLE
    for one in sorted(found):
        print(one)
    _say(f"{len(pins)} packages, {len(found)} known vulnerabilities")
    return SOME if found else NONE


def read_pins(text: str) -> Pins:
    """The lines ``name==version`` of a constraints or requirements file, with hashes or without.
    Raises ``ValueError`` for any other."""
    pins: dict[str, frozenset[str]] = {}
    for line in text.replace("\\\n", " ").splitlines():
        plain = re.sub(r"(^|\s)#.*|\s--hash=\S+", "", line).strip()
        if plain:
            name, version = _read_pin(plain)
            pins[name] = pins.get(name, frozenset()) | {version}
    return pins


def _read_pin(line: str) -> tuple[str, str]:
    try:
        requirement = Requirement(line)
        (specifier,) = requirement.specifier
        Version(specifier.version)  # no wildcard
    except (InvalidRequirement, ValueError):
        specifier = None
    if specifier is None or specifier.operator != "==":
        raise ValueError(f"{line!r} pins no version: an audit needs name==version")
    return canonicalize_name(requirement.name), specifier.version


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

    Raises ``httpx.HTTPError``, and ``ValueError`` for an answer that is none.
    """
    with httpx.Client(base_url=service, timeout=TIMEOUT) as client:
        ids = sorted({*_ask_ids(client, pins)})
        yield from (client.get(f"/v1/vulns/{one}").raise_for_status().json() for one in ids)


def _ask_ids(client: httpx.Client, pins: Pins) -> Iterator[str]:
    """Of the advisories: page by page, where one for a package does not hold them all."""
    queries: list[dict[str, Any]] = [
        {"package": {"name": name, "ecosystem": "PyPI"}, "version": version}
        for name, versions in pins.items()
        for version in sorted(versions)
    ]
    for _ in range(MOST_QUESTIONS):
        asked, queries = queries[:MOST_QUERIES], queries[MOST_QUERIES:]
        answer = client.post("/v1/querybatch", json={"queries": asked}).raise_for_status()
        # One for each query: ``zip`` raises ``ValueError`` for any other number.
        for query, result in zip(asked, answer.json()["results"], strict=True):
            yield from (each["id"] for each in result.get("vulns", ()))
            if token := result.get("next_page_token"):
                queries.append(query | {"page_token": token})
        if not queries:
            return
    raise ValueError(f"{client.base_url}: its answers do not come to an end")


def find(pins: Pins, advisories: Iterable[Mapping[str, Any]]) -> Iterator[Finding]:
    """Which of the pins are affected, by advisories that were not withdrawn."""
    for advisory in advisories:
        if advisory.get("withdrawn"):
            continue
        for affected in advisory.get("affected", ()):
            package = affected.get("package", {})
            name = canonicalize_name(package.get("name", ""))
            if package.get("ecosystem") != "PyPI":
                continue
            for version in pins.get(name, ()):
                if is_affected(version, affected):
                    yield _finding(name, version, advisory, affected)


def _finding(
    name: str, version: str, advisory: Mapping[str, Any], affected: Mapping[str, Any]
) -> Finding:
    summary = advisory.get("summary") or advisory.get("details") or "no summary"
    events = (event for one in _ranges(affected) for event in _events(one))
    fixed = tuple(event["fixed"] for event in events if "fixed" in event)
    return Finding(name, version, advisory["id"], " ".join(summary.split())[:120], fixed)


def is_affected(version: str, affected: Mapping[str, Any]) -> bool:
    """As OSV's schema says ("Evaluation"): listed, however it is spelled, or in any one of the
    ranges."""
    pinned = Version(version)
    listed = any(_is_spelling(one, pinned) for one in affected.get("versions", ()))
    return listed or any(_is_inside(pinned, one) for one in _ranges(affected))


def _is_spelling(text: str, version: Version) -> bool:
    try:
        return Version(text) == version
    except InvalidVersion:
        return False


def _is_inside(version: Version, range_: Mapping[str, Any]) -> bool:
    inside = False
    for event in sorted(_events(range_), key=_place):
        place, begins = _place(event)
        if place > version:
            break
        if begins:
            inside = True
        elif "fixed" in event or place < version:  # ``last_affected`` is affected itself
            inside = False
    return inside


def _ranges(affected: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [one for one in affected.get("ranges", ()) if one.get("type") == "ECOSYSTEM"]


def _events(range_: Mapping[str, Any]) -> list[dict[str, str]]:
    known = {"introduced", "fixed", "last_affected"}
    return [event for event in range_.get("events", ()) if known & event.keys()]


def _place(event: Mapping[str, str]) -> tuple[Version, bool]:
    """Where it stands, and whether it begins a range; that comes after what ends one there."""
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

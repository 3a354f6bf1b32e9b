"""Every package that an installation brings is pinned, and those of a release by their hashes, too.

What is needed is computed: from ``pyproject.toml``, and from the metadata of what is installed.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from audit import Pins, read_pins  # noqa: E402

CONSTRAINTS, HASHED = ROOT / "constraints.txt", ROOT / "requirements.hashed.txt"
OWN = "kliping"
FOR_USERS = ("images", "parquet", "postgres")
"""The extras that a release brings."""

Requires = Callable[[str], Iterable[str]]
"""What a package says that it needs, by its name."""


def installed(name: str) -> Iterable[str]:
    """Nothing for one that is not there, as the benchmarks' extra."""
    try:
        return metadata.requires(name) or ()
    except metadata.PackageNotFoundError:
        return ()


def gather(wanted: Iterable[str], requires: Requires) -> list[Requirement]:
    """What these need here, and what that needs, and so on."""
    found: list[Requirement] = []
    seen: set[tuple[str, str]] = set()
    open_ = [(text, "") for text in wanted]
    while open_:
        text, extra = open_.pop()
        requirement = Requirement(text)
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        found.append(requirement)
        for part in ("", *requirement.extras):
            if (name, part) not in seen:
                seen.add((name, part))
                open_ += [(each, part) for each in requires(name)]
    return [one for one in found if canonicalize_name(one.name) != OWN]


def unpinned(needed: Iterable[Requirement], pins: Pins) -> list[str]:
    """What has no pin, or one that it does not allow."""
    problems = []
    for one in needed:
        name = canonicalize_name(one.name)
        versions = pins.get(name, frozenset())
        if not versions:
            problems.append(f"{name} is missing")
        problems += [f"{one} does not allow {version}" for version in versions
                     if not one.specifier.contains(version, prereleases=True)]  # fmt: skip
    return sorted({*problems})


def project() -> Mapping[str, Iterable[str]]:
    """What this project needs: of itself under the empty name, and of its extras."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return {"": declared["dependencies"], **declared["optional-dependencies"]}


def of_project(name: str) -> Iterable[str]:
    """As ``installed``; our own are the project's, whatever was installed."""
    if name != OWN:
        return installed(name)
    return [f'{each}; extra == "{extra}"' if extra else each
            for extra, needed in project().items() for each in needed]  # fmt: skip


def needed_by(*extras: str) -> list[Requirement]:
    return gather([f"{OWN}[{','.join(extras)}]"], of_project)


def test_whatever_is_needed_is_pinned() -> None:
    needed = needed_by(*filter(None, project()))
    assert {"hijridate", "mako", "pytest", "matplotlib"} <= {one.name.lower() for one in needed}
    problems = unpinned(needed, read_pins(CONSTRAINTS.read_text()))
    assert not problems, f"{CONSTRAINTS.name}: {', '.join(problems)}"


def test_a_release_is_pinned_by_hashes() -> None:
    """For whoever sees this fail: the file's head says the command that makes it anew."""
    text, pins = HASHED.read_text(), read_pins(HASHED.read_text())
    problems = unpinned(needed_by(*FOR_USERS), pins)
    assert not problems, f"{HASHED.name}: {', '.join(problems)}"
    ours = read_pins(CONSTRAINTS.read_text())
    assert {name: ours.get(name) for name in pins} == pins, "other versions than the tests ran with"
    assert "://" not in text
    for entry in re.split(r"\n(?=\S)", text):
        if not entry.startswith("#"):
            assert re.fullmatch(
                r"\S+==\S+( ;.*)? \\(\n    --hash=sha256:[0-9a-f]{64}( \\)?)+\n?", entry
            )


@pytest.mark.parametrize(
    ("pins", "problems"),
    [
        ("a==1.5\nb==2\nc==3\nd==4\n", []),
        ("a==1.5\nb==2\nd==4\n", ["c is missing"]),
        ("a==2.0\nb==2\nc==3\n", ["a<2 does not allow 2.0", "d is missing"]),
    ],
)
def test_what_is_missing_is_named(pins: str, problems: list[str]) -> None:
    metadata_of = {
        "kliping": ["A<2", 'b[more]; extra == "x"', 'never; sys_platform == "none"'],
        "a": ["b>=1", 'unasked; extra == "more"'],
        "b": ["a", 'c; extra == "more"'],
        "c": ["D"],
    }
    needed = gather(["kliping[x]"], lambda name: metadata_of.get(name, ()))
    found = unpinned(needed, read_pins(pins))
    assert [one.replace("A", "a") for one in found] == problems

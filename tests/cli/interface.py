"""What scripts build on, met on one tour of the demo's paper: every command with its options, the
exit code of every step, and the shape of all that it prints as JSON or exports.

``interface.json`` holds it all. A difference breaks somebody's script: only a new thing may be
written there, with ``python -m tests.cli.interface``.
"""

from __future__ import annotations

import csv
import json
import re
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet
import typer

import cli
from commands.demo.server import DemoSite
from commands.lazy import LazyCommand
from tests.cli.running import Kliping, prepare

KEPT = Path(__file__).with_name("interface.json")
CONFIG = """
[fetch]
allow_private = true
[pace]
min_delay = 0
[rules.localhost]
title = "h1"
remove = [".none"]
"""


def interface() -> dict[str, Any]:
    """All of it, as ``interface.json`` has it."""
    return {"commands": dict(commands()), "steps": _tour()}


def commands() -> Iterator[tuple[str, list[str]]]:
    waiting = [("kliping", typer.main.get_command(cli.app))]
    while waiting:
        path, command = waiting.pop(0)
        if isinstance(command, LazyCommand):
            command = command.load()
        yield path, sorted(_parameter(parameter) for parameter in command.params)
        below: dict[str, Any] = getattr(command, "commands", {})
        waiting += [(f"{path} {name}", below[name]) for name in sorted(below)]


def _parameter(parameter: Any) -> str:
    names = "/".join([*parameter.opts, *parameter.secondary_opts])
    if parameter.param_type_name == "argument":
        names = f"<{parameter.name}>"
    takes = "" if getattr(parameter, "is_flag", False) else " VALUE"
    many = "…" if parameter.multiple or parameter.nargs == -1 else ""
    return names + takes + many


@dataclass
class _Tour:
    user: Kliping
    steps: dict[str, Any] = field(default_factory=dict)

    def run(self, *arguments: object, name: str | None = None) -> None:
        """Run a command and note its exit code and the shape of what it prints as JSON."""
        ended = prepare(self.user, *arguments)
        step: dict[str, Any] = {"code": ended.code}
        if "--json" in arguments or "jsonl" in arguments:
            step["prints"] = _shape_of_all(json.loads(line) for line in ended.out.splitlines())
        name = name or " ".join(str(argument) for argument in arguments)
        if name in self.steps:
            raise ValueError(f"two steps are called {name}")
        self.steps[name] = step

    def note(self, name: str, value: Any) -> None:
        self.steps[name]["writes"] = value


def _tour() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as home, DemoSite() as site:
        tour = _Tour(Kliping(Path(home), CONFIG))
        _read_nothing(tour)
        _fill(tour, site)
        _read(tour)
        _look_at_pages(tour, site)
        _export(tour, Path(home))
        _keep(tour, Path(home))
        _be_wrong(tour, Path(home))
        return tour.steps


def _read_nothing(tour: _Tour) -> None:
    tour.run("list", "--json", name="list --json, no archive")
    tour.run("show", "1", name="show 1, no archive")
    tour.run("verify", name="verify, no archive")


def _fill(tour: _Tour, site: DemoSite) -> None:
    wire, kabar = site.feeds
    tour.run("sources", "add", wire, "--json", name="sources add FEED --json")
    tour.run("sources", "add", kabar, "--name", "kabar", name="sources add FEED --name")
    tour.run("sources", "add", kabar, name="sources add FEED again")
    tour.run("watch", "add", "--name", "bridge", "--", "bridge")
    tour.run("crawl", "--dry-run", "--json")
    tour.run("crawl", "--json")
    tour.run("crawl", "--quiet", name="crawl, nothing due")
    site.edit()
    tour.run("fetch", site.edited_url, "--json", name="fetch EDITED --json")
    tour.run("fetch", site.edited_url, name="fetch EDITED again")
    tour.run("fetch", f"{site.base}/none", "--json", name="fetch 404 --json")
    tour.run("fetch", f"{site.base}/", "--json", name="fetch FRONT --json")


def _read(tour: _Tour) -> None:
    for command in (
        "list --json", "list --limit 2", "list --rejected --json", "list",
        "show 1 --json", "show 1", "show 1 --markdown", "show 1 --html",
        "search --json bridge", "search bridge",
        "search --by relevance --json bridge", "search nothingatall", "stories --json", "stories",
        "runs --json", "runs", "coverage --json", "coverage 1 --polls --json", "coverage",
        "health --json", "health --all --json", "health", "schedule", "schedule --every 5",
        "sources list --json", "sources list", "sources export", "sources export --plain",
        "rules list --json", "rules list", "watch list --json", "watch list", "watch run --json",
        "watch run", "db info --json", "db info", "verify --json", "verify", "verify --head",
        "open 1 --snapshot",
    ):  # fmt: skip
        tour.run(*command.split())
    edited = _edited(tour.user)
    for command in ("history", "diff"):
        tour.run(command, edited, "--json", name=f"{command} EDITED --json")
        tour.run(command, edited, name=f"{command} EDITED")
    tour.run("show", edited, "--json", name="show EDITED --json")
    tour.run("diff", edited, "--plain", name="diff EDITED --plain")


def _edited(user: Kliping) -> int:
    """The number of the article that has two versions."""
    listed = prepare(user, "list", "--json", "--limit", "99").objects
    return next(int(article["id"]) for article in listed if article["versions"] == 2)


def _look_at_pages(tour: _Tour, site: DemoSite) -> None:
    url = site.founding_url
    tour.run("discover", f"{site.base}/", "--json", name="discover FRONT --json")
    tour.run("discover", f"{site.base}/", name="discover FRONT")
    tour.run("explain", url, "--json", name="explain URL --json")
    tour.run("explain", url, name="explain URL")
    tour.run("explain", "1", "--json")
    tour.run("extract", url, "--json", name="extract URL --json")
    tour.run("extract", f"{site.base}/none", "--json", name="extract 404 --json")
    tour.run("extract", url, "--markdown", name="extract URL --markdown")
    tour.run("rules", "test", url, "--json", name="rules test URL --json")
    tour.run("sources", "test", "1", "--json")
    tour.run("sources", "test", "1")


def _export(tour: _Tour, home: Path) -> None:
    tour.run("export", "--format", "jsonl")
    for kind in ("csv", "parquet", "markdown", "epub", "atom", "warc", "wacz"):
        path = home / f"out.{kind}"
        command = f"export --format {kind}"
        tour.run(*command.split(), "-o", path, name=f"{command} -o FILE")
        tour.note(f"{command} -o FILE", _written(kind, path))
    tour.run("export", "--format", "csv", "-o", home / "out.csv", name="export, the file exists")
    tour.run("export", "--format", "jsonl", "--", "bridge")
    other = Kliping(home / "other", CONFIG)
    other.home.mkdir()
    tour.user, user = other, tour.user
    tour.run("import", home / "out.warc", "--json", name="import WARC --json")
    tour.run("import", home / "out.wacz", "--json", name="import WACZ --json")
    tour.run("reextract", "--all", "--dry-run", "--json", name="reextract, imported, --json")
    tour.user = user


def _written(kind: str, path: Path) -> Any:
    if kind == "csv":
        with path.open(newline="", encoding="utf-8-sig") as file:
            return next(csv.reader(file))
    if kind == "parquet":
        schema = pyarrow.parquet.read_schema(path)
        return [f"{column.name} {column.type}" for column in schema]
    if kind == "markdown":
        texts = [each.read_text(encoding="utf-8") for each in path.rglob("*.md")]
        return sorted({key for text in texts for key in _front_matter(text)})
    if kind == "atom":
        return sorted(set(re.findall(r"<(\w[\w:]*)", path.read_text(encoding="utf-8"))))
    if kind == "warc":
        return None
    with zipfile.ZipFile(path) as archive:
        return sorted({re.sub(r"\d+", "N", name) for name in archive.namelist()})


def _front_matter(text: str) -> list[str]:
    return re.findall(r"^(\w+):", text.split("\n---\n")[0], re.MULTILINE)


def _keep(tour: _Tour, home: Path) -> None:
    for command in (
        "reextract --dry-run --json", "reextract --all --dry-run --json", "reextract --all --yes",
        "reextract --undo", "prune --snapshots-older-than 1d --dry-run",
        "prune --snapshots-older-than 1d", "db check-identity --json",
        "db check-identity --apply --json", "db upgrade", "db vacuum", "db vacuum --full",
        "verify --rebuild-index --json", "forget 1 --yes", "forget 1",
        "sources disable 1 --reason tired", "crawl --json 1", "sources enable 1",
        "sources remove 1", "watch remove bridge",
    ):  # fmt: skip
        tour.run(*command.split())
    backup, copy = home / "backup.db", home / "copy.db"
    tour.run("db", "backup", backup, name="db backup FILE")
    tour.run("db", "backup", backup, name="db backup FILE, it exists")
    tour.run("db", "copy", tour.user.db, copy, "--json", name="db copy FILE FILE --json")
    tour.run("verify", "--against", backup, "--json", name="verify --against FILE --json")
    tour.run("db", "restore", backup, name="db restore FILE")
    tour.run("db", "restore", backup, "--force", name="db restore FILE --force")


def _be_wrong(tour: _Tour, home: Path) -> None:
    for command in (
        "", "nonsense", "list --nonsense", "list --limit x", "show", "show 999", "show /no/address",
        "search", "history 999", "diff 1 7 9", "fetch", "fetch not-an-address", "crawl 999",
        "crawl --max-time never", "explain 999", "forget 999 --yes", "export --format nothing",
        "import /none.warc", "db restore /none.db", "sources add nothing:", "sources remove 999",
        "watch remove none", "reextract --undo", "db backup", "rules test 999",
        "fetch http://127.0.0.1:1/",
    ):  # fmt: skip
        tour.run(*command.split(), name=f"wrong: {command}")
    (home / "broken.db").write_bytes(b"SQLite format 3\0" + bytes(200))
    tour.run("--db", home / "broken.db", "list", name="wrong: list of a broken file")
    tour.user.config = "[pace]\nmin_delai = 1\n"
    tour.run("list", name="wrong: an unknown setting")


def _shape_of_all(values: Iterator[Any]) -> Any:
    shape: Any = None
    for value in values:
        shape = _joined(shape, _shape(value))
    return shape


def _shape(value: Any) -> Any:
    """Objects by their keys, lists by what all their values have, the rest by type."""
    if isinstance(value, dict):
        return {key: _shape(below) for key, below in sorted(value.items())}
    if isinstance(value, list):
        return [_shape_of_all(iter(value))]
    return "null" if value is None else type(value).__name__


def _joined(left: Any, right: Any) -> Any:
    if left is None or left == right:
        return right
    if isinstance(left, dict) and isinstance(right, dict):
        keys = sorted(left.keys() | right.keys())
        return {key: _joined(left.get(key), right.get(key, left.get(key))) for key in keys}
    if isinstance(left, list) and isinstance(right, list):
        return [_joined(left[0], right[0])] if right[0] is not None else left
    parts = {*str(left).split(" | "), *str(right).split(" | ")} if _plain(left, right) else None
    if parts is not None:
        return " | ".join(sorted(parts))
    return left if isinstance(right, str) else right  # an object, or null


def _plain(*shapes: Any) -> bool:
    return all(isinstance(shape, str) for shape in shapes)


if __name__ == "__main__":
    text = json.dumps(interface(), indent=1, ensure_ascii=False)
    KEPT.write_text(text + "\n", encoding="utf-8")

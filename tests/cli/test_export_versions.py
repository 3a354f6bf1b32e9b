"""``export --versions``: every version of each article, and of each only what may leave."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml

from storage.export import FORMATS
from tests.cli.conftest import QUICK
from tests.cli.newspaper import story
from tests.cli.running import Kliping, RunHere, prepare
from tests.servers import Server, reply

EDIT = "<p>Correction: the survey of the eastern mole had been finished in May after all.</p>"
HEAD = '<meta property="article:section" content="Harbour"><meta name="keywords" content="mole">'
WITH_RECORDS = [name for name, its in FORMATS.items() if its.of_fields]


def write(server: Server, number: int, section: bool = False, **more: Any) -> str:
    page = story(number, **more)
    if section:
        page = page.replace("</head>", f"{HEAD}</head>")
    server.routes[f"/{number}"] = reply(page)
    return server.url(f"/{number}")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Kliping:
    """Article 1 was edited twice, and article 2 never; the last fetch of 1 was half a page."""
    user = Kliping(tmp_path_factory.mktemp("exporter"), QUICK)
    with Server() as server:

        def fetch(number: int, **more: Any) -> None:
            url = write(server, number, **more)
            assert prepare(user, "fetch", "-q", url).code == 0

        fetch(1, section=True)
        fetch(2)
        fetch(1, title="Harbour council is corrected", edit=EDIT)
        fetch(1, title="Harbour council decides at last", edit=EDIT)
        whole = story(1, title="Harbour council decides at last")
        head, _, _ = whole.partition("<p>In case 1, point 3")
        server.routes["/1"] = reply(f"{head}</article></body></html>")
        prepare(user, "fetch", "-q", server.url("/1"))
    return user


def records(user: Kliping, run_here: RunHere, name: str, target: Path, *more: str) -> list[Any]:
    """What an export holds, a mapping a record."""
    path = f"{target}/{name}/" if name == "markdown" else str(target / f"clips.{name}")
    assert run_here(user, "export", "-q", "--versions", "-o", path, *more).code == 0
    if name == "jsonl":
        return [json.loads(line) for line in Path(path).read_text().splitlines()]
    if name == "csv":
        return [*csv.DictReader(io.StringIO(Path(path).read_text(), newline=""))]
    if name == "parquet":
        return [*pq.read_table(path).to_pylist()]
    fronts = [file.read_text().split("---\n")[1] for file in sorted(Path(path).iterdir())]
    return [yaml.safe_load(front) for front in fronts]


@pytest.mark.parametrize("name", WITH_RECORDS)
def test_a_record_a_version(archive: Kliping, run_here: RunHere, tmp_path: Path, name: str) -> None:
    found = records(archive, run_here, name, tmp_path)
    history = run_here(archive, "history", "1", "--json", "--texts").objects
    assert [one["accepted"] for one in history] == [True, True, True, False]
    numbers = [(int(one["id"]), int(one["version"])) for one in found]
    assert numbers == [*((1, one["version"]) for one in history), (2, 1)]
    for one, known in zip(found, history, strict=False):
        assert one["title"] == known["title"]
        assert str(one["accepted"]) in (str(known["accepted"]), "yes" if known["accepted"] else "")
        assert (one.get("reason") or None) == known["reason"]
        assert one["cause"] == known["cause"]
        seen = one["seen_at"]
        seen = datetime.fromisoformat(seen) if isinstance(seen, str) else seen
        assert seen == datetime.fromisoformat(known["first_seen_at"])
        if name != "markdown":
            assert one["body"] == known["body"]
    current = [one for one in found if one["current"] not in (False, "")]
    assert len(current) == 2, "one of each article"
    assert found[0]["section"] == "Harbour", "as that version had it"
    assert not found[1].get("section")


def test_json_lines_say_what_each_version_changed(
    archive: Kliping, run_here: RunHere, tmp_path: Path
) -> None:
    found = records(archive, run_here, "jsonl", tmp_path)
    edits = {one["version"]: one for one in run_here(archive, "edits", "--json").objects}
    for one in found[:3]:
        known = edits.get(one["version"], {"kinds": [], "stealth": False, "summary": None})
        assert {key: one[key] for key in ("kinds", "stealth", "summary")} == {
            key: known[key] for key in ("kinds", "stealth", "summary")
        }
        shown = run_here(archive, "show", 1, "--version", one["version"], "--json").objects[0]
        assert shown == {key: one[key] for key in shown}
    assert found[1]["kinds"]


def test_the_closing_line_counts_both(archive: Kliping, run_here: RunHere, tmp_path: Path) -> None:
    total = len(records(archive, run_here, "jsonl", tmp_path))
    ended = run_here(archive, "export", "--versions", "--format", "jsonl")
    assert ended.errors == [f"kliping: {total} versions of 2 articles exported"]
    ended = run_here(archive, "export", "--versions", "--format", "jsonl", "--", "title:2")
    assert ended.errors == ["kliping: 1 version of 1 article exported"]
    assert [one["id"] for one in ended.objects] == [2]


def test_files_of_versions(archive: Kliping, run_here: RunHere, tmp_path: Path) -> None:
    records(archive, run_here, "markdown", tmp_path)
    names = sorted(one.name for one in (tmp_path / "markdown").iterdir())
    assert names[0] == "1-v1-harbour-council-decides-case-1.md"
    assert names[1] == "1-v2-harbour-council-is-corrected.md"
    again = ["export", "-q", "--versions", "-o", f"{tmp_path}/markdown", "--force"]
    assert run_here(archive, *again).code == 0, "it knows its own files"


@pytest.mark.parametrize("name", [one for one in FORMATS if one not in WITH_RECORDS])
def test_other_formats_say_why_not(
    archive: Kliping, run_here: RunHere, tmp_path: Path, name: str
) -> None:
    for words in (["-o", tmp_path / f"x.{name}"], ["--format", name]):
        ended = run_here(archive, "export", "--versions", *words)
        assert (ended.code, ended.out, len(ended.errors)) == (2, "", 1)
        assert "--versions goes with jsonl, csv, parquet, markdown" in ended.err
    assert [*tmp_path.iterdir()] == []


SUBSCRIBER = '[sites."127.0.0.1"]\nheaders = { X-Reader = "1" }\ninsecure = true\n'


@pytest.mark.parametrize("name", WITH_RECORDS)
def test_every_version_is_judged(
    kliping: Kliping, run_here: RunHere, server: Server, tmp_path: Path, name: str
) -> None:
    """A version that a subscription brought stays, whatever became of the article since; a
    publisher's word of today holds for all of them."""
    reader = Kliping(tmp_path, QUICK + SUBSCRIBER)
    assert run_here(kliping, "fetch", "-q", write(server, 1)).code == 0
    assert (
        run_here(
            reader, "fetch", "-q", write(server, 1, title="Harbour council for readers", edit=EDIT)
        ).code
        == 0
    )
    assert (
        run_here(
            kliping,
            "fetch",
            "-q",
            write(server, 1, title="Harbour council for everybody", edit=EDIT),
        ).code
        == 0
    )
    (tmp_path / "out").mkdir()
    titles = [one["title"] for one in records(kliping, run_here, name, tmp_path / "out")]
    assert titles == ["Harbour council decides case 1", "Harbour council for everybody"]
    ended = run_here(kliping, "export", "--versions", "--format", "jsonl")
    assert ended.errors == [
        "kliping: 2 versions of 1 article exported",
        "kliping: 1 version was read with a subscription and is left out; --include-subscribed "
        "includes them",
    ]
    everything = run_here(
        kliping, "export", "-q", "--versions", "--format", "jsonl", "--include-subscribed"
    )
    assert [one.get("with_credentials") for one in everything.objects] == [None, True, None]
    server.routes["/1"] = reply(
        story(1, title="Harbour council for everybody", edit=EDIT), headers={"X-Robots-Tag": "noai"}
    )
    assert run_here(kliping, "fetch", "-q", server.url("/1")).code == 0
    strict = Kliping(tmp_path, QUICK + '[rights]\nobey = "strict"\n')
    ended = run_here(strict, "export", "--versions", "--format", "jsonl", "--include-subscribed")
    assert ended.out == ""
    assert ended.errors[0] == "kliping: 0 versions of 0 articles exported"
    assert "3 versions are left out as the publisher asks" in ended.errors[1]

"""``tools/audit.py``: which pinned versions an advisory means, offline and over a service."""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.servers import Server, reply

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))

from audit import is_affected, main, read_pins


def advisory(name: str, *events: dict[str, str], **more: Any) -> dict[str, Any]:
    ranges = [{"type": "ECOSYSTEM", "events": list(events)}]
    affected = {"package": {"name": name, "ecosystem": "PyPI"}, "ranges": ranges}
    return {"id": f"TEST-{name}", "summary": "It falls\nover", "affected": [affected], **more}


BAD = advisory("Bad.Package", {"introduced": "0"}, {"fixed": "2.0"})
KNOWN = [
    BAD,
    advisory("gone", {"introduced": "0"}, withdrawn="2026-01-01T00:00:00Z"),
    advisory("other", {"introduced": "0"}),
]
PINS = "# pinned\nbad_package==1.9.1\ngone==1.0\nfine==3.0  # as it is\n"


@pytest.fixture
def constraints(tmp_path: Path) -> Path:
    path = tmp_path / "constraints.txt"
    path.write_text(PINS)
    return path


def export(tmp_path: Path, *, zipped: bool) -> Path:
    folder = tmp_path / "advisories"
    folder.mkdir()
    for one in KNOWN:
        (folder / f"{one['id']}.json").write_text(json.dumps(one))
    if not zipped:
        return folder
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for path in folder.iterdir():
            archive.write(path, path.name)
    return tmp_path / "all.zip"


@pytest.mark.parametrize("zipped", [False, True])
def test_what_an_export_knows_is_told(
    tmp_path: Path, constraints: Path, capsys: pytest.CaptureFixture[str], zipped: bool
) -> None:
    words = [
        "--constraints",
        str(constraints),
        "--advisories",
        str(export(tmp_path, zipped=zipped)),
    ]
    assert main(words) == 1
    told = capsys.readouterr()
    assert told.out == "bad-package 1.9.1: TEST-Bad.Package: It falls over; mended in 2.0\n"
    assert told.err == "audit: 3 packages, 1 known vulnerabilities\n"
    assert main([*words, "--ignore", "TEST-Bad.Package"]) == 0
    constraints.write_text(PINS.replace("1.9.1", "2.0"))
    assert main(words) == 0


def test_a_service_is_asked_for_all_at_once(
    constraints: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    results = {"results": [{"vulns": [{"id": BAD["id"]}]}, {}, {}]}
    routes = {
        "/v1/querybatch": reply(json.dumps(results)),
        f"/v1/vulns/{BAD['id']}": reply(json.dumps(BAD)),
    }
    words = ["--constraints", str(constraints), "--service"]
    with Server(routes) as server:
        assert main([*words, server.url("")]) == 1
        assert "bad-package 1.9.1: TEST-Bad.Package" in capsys.readouterr().out
        server.routes["/v1/querybatch"] = reply(status=503)
        assert main([*words, server.url("")]) == 3
    assert main([*words, "http://127.0.0.1:9"]) == 3
    told = capsys.readouterr()
    assert told.out == ""
    assert "could not be asked (ConnectError): nothing is known" in told.err


@pytest.mark.parametrize("content", ["unpinned>=1\n", None])
def test_what_cannot_be_read_is_no_all_clear(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "constraints.txt"
    if content is not None:
        path.write_text(content)
    assert main(["--constraints", str(path), "--advisories", str(tmp_path)]) == 2


def test_an_empty_export_is_no_all_clear(tmp_path: Path, constraints: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert main(["--constraints", str(constraints), "--advisories", str(tmp_path / "empty")]) == 2


@pytest.mark.parametrize(
    ("version", "events", "is_meant"),
    [
        ("1.0", [{"introduced": "0"}], True),
        ("1.0", [{"introduced": "1.0"}, {"fixed": "1.0.1"}], True),
        ("1.0.1", [{"introduced": "1.0"}, {"fixed": "1.0.1"}], False),
        ("0.9", [{"introduced": "1.0"}], False),
        ("1.10", [{"introduced": "1.9"}, {"last_affected": "1.10"}], True),
        ("1.11", [{"introduced": "1.9"}, {"last_affected": "1.10"}], False),
        ("2.5", [{"introduced": "0"}, {"fixed": "2.0"}, {"introduced": "2.4"}], True),
        ("2.0", [{"introduced": "2.0"}, {"introduced": "0"}, {"fixed": "2.0"}], True),
        ("2.0rc1", [{"introduced": "0"}, {"fixed": "2.0"}], True),
    ],
)
def test_ranges(version: str, events: list[dict[str, str]], is_meant: bool) -> None:
    affected = advisory("x", *events)["affected"][0]
    assert is_affected(version, affected) is is_meant
    assert is_affected(version, {"versions": [version], **affected})


def test_every_line_of_ours_is_a_pin() -> None:
    pins = read_pins((Path(__file__).parents[1] / "constraints.txt").read_text())
    assert {"httpx", "sqlalchemy", "selectolax", "brotli"} <= pins.keys()

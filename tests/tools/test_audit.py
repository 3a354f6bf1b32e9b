"""``tools/audit.py``: which pinned versions an advisory means, offline and over a service."""

from __future__ import annotations

import json
import sys
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import pytest

from tests.servers import Server, reply

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

from audit import is_affected, main, read_pins

from tests.tables import each_row


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


class Advisories(ThreadingHTTPServer):
    """OSV's service: one advisory a page, and the next page by a token."""

    def __init__(self, known: list[dict[str, Any]]) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.known = known
        self.questions: list[list[dict[str, Any]]] = []
        self.answer: Any = None
        """What it says in place of an answer."""

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def results(self, queries: list[dict[str, Any]]) -> Any:
        self.questions.append(queries)
        return self.answer or {"results": [*map(self._result, queries)]}

    def _result(self, query: dict[str, Any]) -> dict[str, Any]:
        ids = [
            one["id"]
            for one in self.known
            if one["affected"][0]["package"]["name"] == query["package"]["name"]
        ]
        page = int(query.get("page_token", "0"))
        more = {"next_page_token": str(page + 1)} if len(ids) > page + 1 else {}
        return {"vulns": [{"id": ids[page]}], **more} if ids else {}


class _Answering(BaseHTTPRequestHandler):
    server: Advisories

    def do_POST(self) -> None:
        question = self.rfile.read(int(self.headers["Content-Length"]))
        self._say(self.server.results(json.loads(question)["queries"]))

    def do_GET(self) -> None:
        name = self.path.removeprefix("/v1/vulns/")
        self._say(next(one for one in self.server.known if one["id"] == name))

    def _say(self, answer: Any) -> None:
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def test_further_pages_are_read(constraints: Path, capsys: pytest.CaptureFixture[str]) -> None:
    known = [
        advisory("bad-package", {"introduced": "0"}) | {"id": f"TEST-{number}"}
        for number in range(3)
    ]
    with Advisories(known) as service:
        assert main(["--constraints", str(constraints), "--service", service.url]) == 1
    told = capsys.readouterr()
    assert [line.split()[2] for line in told.out.splitlines()] == ["TEST-0:", "TEST-1:", "TEST-2:"]
    assert "3 packages, 3 known vulnerabilities" in told.err
    assert [len(one) for one in service.questions] == [3, 1, 1]


def test_no_question_is_too_long(tmp_path: Path) -> None:
    path = tmp_path / "constraints.txt"
    path.write_text("".join(f"package-{number}==1.0\n" for number in range(2500)))
    with Advisories([advisory("package-2499", {"introduced": "0"})]) as service:
        assert main(["--constraints", str(path), "--service", service.url]) == 1
    assert [len(one) for one in service.questions] == [1000, 1000, 500]


@pytest.mark.parametrize(
    "answer",
    [
        {"results": [{}, {}]},
        {"results": [{"next_page_token": "again"}] * 3},
        {"results": [{"vulns": [{"name": "x"}]}, {}, {}]},
        {"results": [{"vulns": 7}, {}, {}]},
        {"answers": []},
        ["results"],
    ],
    ids=["too few", "no end", "no id", "number", "no results", "list"],
)
def test_an_answer_that_is_none_is_no_all_clear(
    constraints: Path, capsys: pytest.CaptureFixture[str], answer: Any
) -> None:
    with Advisories([]) as service:
        service.answer = answer
        assert main(["--constraints", str(constraints), "--service", service.url]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("audit: ")


@pytest.mark.parametrize("content", ["unpinned>=1\n", "a==1.*\n", "a==1,==2\n", "-e .\n", None])
def test_what_cannot_be_read_is_no_all_clear(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "constraints.txt"
    if content is not None:
        path.write_text(content)
    assert main(["--constraints", str(path), "--advisories", str(tmp_path)]) == 2


def test_an_empty_export_is_no_all_clear(tmp_path: Path, constraints: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert main(["--constraints", str(constraints), "--advisories", str(tmp_path / "empty")]) == 2


@each_row(
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


@pytest.mark.parametrize(
    ("version", "listed", "is_meant"),
    [
        ("1.0", ["1.0.0"], True),
        ("1.0.0", ["1"], True),
        ("1.0rc1", ["1.0.RC.1"], True),
        ("1.0", ["v1.0"], True),
        ("1.0.post1", ["1.0-1"], True),
        ("1.0", ["1.0.1", "no version"], False),
    ],
)
def test_a_version_is_meant_however_it_is_spelled(
    version: str, listed: list[str], is_meant: bool
) -> None:
    assert is_affected(version, {"versions": listed}) is is_meant


@pytest.mark.parametrize(
    ("version", "is_meant"),
    [("0.9", True), ("1.5", True), ("2.5", True), ("3.0", False), ("4.1", True), ("4.2", False)],
)
def test_each_range_is_judged_by_itself(version: str, is_meant: bool) -> None:
    """Ranges of several branches may overlap: what ends one does not end another."""
    ranges = [
        [{"introduced": "0"}, {"fixed": "3.0"}],
        [{"introduced": "1.0"}, {"fixed": "2.0"}, {"introduced": "4.0"}, {"last_affected": "4.1"}],
    ]
    for order in (ranges, ranges[::-1]):
        affected = {"ranges": [{"type": "ECOSYSTEM", "events": events} for events in order]}
        assert is_affected(version, affected) is is_meant


def test_pins_with_hashes_and_of_several_platforms_are_read() -> None:
    text = (
        "# made by a command\n"
        "a.B[c]==1.0 ; python_version < '3.12' \\\n    --hash=sha256:00 \\\n    --hash=sha256:01\n"
        "a_b==2.0 ; python_version >= '3.12' \\\n    --hash=sha256:02  # via x\n"
    )
    assert read_pins(text) == {"a-b": {"1.0", "2.0"}}


def test_every_line_of_ours_is_a_pin() -> None:
    pins = read_pins((Path(__file__).parents[2] / "constraints.txt").read_text())
    assert {"httpx", "sqlalchemy", "selectolax", "brotli"} <= pins.keys()

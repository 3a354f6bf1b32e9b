"""``export``: formats, targets, and what goes wrong."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import feedparser
import pyarrow.parquet as pq
import pytest

from commands.read.export import export
from storage.export import FORMATS
from tests.cli.conftest import QUICK
from tests.cli.newspaper import story
from tests.cli.running import COMMAND, Kliping, RunHere, prepare
from tests.servers import Server, reply

FILES = ("jsonl", "csv", "parquet", "epub", "atom")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Kliping:
    """Three articles and a page that is none."""
    user = Kliping(tmp_path_factory.mktemp("exporter"), QUICK)
    with Server() as server:
        for number in (1, 2, 3):
            server.routes[f"/news/{number}"] = reply(story(number, title=f"Fähre {number}"))
        server.routes["/news/4"] = reply("<html><title>Not found</title><p>404</html>")
        urls = [server.url(f"/news/{number}") for number in (1, 2, 3, 4)]
        assert prepare(user, "fetch", "-q", *urls).code == 3
    return user


def test_the_help_names_every_format() -> None:
    assert export.__annotations__["format_name"]
    shown = str(export.__annotations__["format_name"])
    assert all(name in shown for name in FORMATS)


def test_json_lines_are_what_show_prints(archive: Kliping, run_here: RunHere) -> None:
    ended = run_here(archive, "export", "--format", "jsonl")
    assert ended.code == 0
    assert ended.errors == ["kliping: 3 articles exported"]
    assert [each["id"] for each in ended.objects] == [1, 2, 3]
    assert ended.objects[2] == run_here(archive, "show", "3", "--json").objects[0]
    assert "Fähre 3" in ended.out


def test_a_query_is_a_filter(archive: Kliping, run_here: RunHere) -> None:
    def ids(*query: str) -> list[int]:
        ended = run_here(archive, "export", "-q", "--format", "jsonl", "--", *query)
        assert ended.code == 0
        return [each["id"] for each in ended.objects]

    assert ids("title:2") == [2]
    assert ids("fahre", "-title:2") == [1, 3]
    assert ids("nowhere") == []
    for query in ('"', "-", "site:", "( OR", "\x1b[31m", "'; DROP TABLE article; --"):
        ids(query)
    ended = run_here(archive, "export", "--format", "csv", "--", '""')
    assert (ended.code, len(ended.out.splitlines())) == (0, 1)
    assert ended.errors[-1] == "kliping: 0 articles exported"


def test_files(archive: Kliping, run_here: RunHere, tmp_path: Path) -> None:
    for name in FILES:
        target = tmp_path / f"clips.{name}"
        ended = run_here(archive, "export", "--format", name, "-o", target)
        assert (ended.code, ended.out) == (0, "")
        assert ended.errors == [f"kliping: 3 articles exported to {target}"]
        refused = run_here(archive, "export", "--format", name, "-o", target)
        assert refused.code == 2
        assert "--force" in refused.err
        ended = run_here(archive, "export", "-q", "--format", name, "-o", target, "--force")
        assert (ended.code, ended.out, ended.err) == (0, "", "")
    assert sorted(os.listdir(tmp_path)) == sorted(f"clips.{name}" for name in FILES)
    titles = ["Fähre 1", "Fähre 2", "Fähre 3"]
    lines = (tmp_path / "clips.jsonl").read_text().splitlines()
    assert [json.loads(line)["title"] for line in lines] == titles
    with (tmp_path / "clips.csv").open(newline="") as file:
        assert [row["title"] for row in csv.DictReader(file)] == titles
    assert pq.read_table(tmp_path / "clips.parquet")["title"].to_pylist() == titles
    entries = feedparser.parse((tmp_path / "clips.atom").read_bytes()).entries
    assert [entry.title for entry in entries] == titles
    with ZipFile(tmp_path / "clips.epub") as book:
        package = ElementTree.fromstring(book.read("EPUB/package.opf"))
    assert len([*package.iter("{http://www.idpf.org/2007/opf}itemref")]) == 3


def test_markdown(archive: Kliping, run_here: RunHere, tmp_path: Path) -> None:
    target = tmp_path / "clips"
    ended = run_here(archive, "export", "--format", "markdown", "-o", target)
    assert ended.code == 0
    assert sorted(os.listdir(target)) == ["1-fähre-1.md", "2-fähre-2.md", "3-fähre-3.md"]
    assert all(path.read_text().startswith("---\nid: ") for path in target.iterdir())
    ended = run_here(archive, "export", "--format", "markdown")
    assert (ended.code, ended.out) == (2, "")
    assert "name it with -o" in ended.err


def test_an_empty_archive(kliping: Kliping, run_here: RunHere, tmp_path: Path) -> None:
    kliping.make_archive()
    for name in FORMATS:
        ended = run_here(kliping, "export", "--format", name, "-o", tmp_path / name)
        assert ended.code == 0
        assert ended.errors == [f"kliping: 0 articles exported to {tmp_path / name}"]
    assert (tmp_path / "jsonl").read_bytes() == b""
    assert len((tmp_path / "csv").read_text().splitlines()) == 1
    assert pq.read_table(tmp_path / "parquet").num_rows == 0
    assert os.listdir(tmp_path / "markdown") == []
    assert feedparser.parse((tmp_path / "atom").read_bytes()).version == "atom10"
    with ZipFile(tmp_path / "epub") as book:
        assert "EPUB/nav.xhtml" in book.namelist()


@pytest.mark.parametrize("name", ["csv", "parquet", "epub"])
def test_standard_output_is_the_file(archive: Kliping, name: str) -> None:
    piped = subprocess.run(
        [*COMMAND, "export", "-q", "--format", name, "-o", "-"],
        env=archive.environment({"LC_ALL": "C", "PYTHONUTF8": "0"}),
        capture_output=True,
        check=True,
    )
    assert piped.stderr == b""
    if name == "csv":
        rows = [*csv.DictReader(io.StringIO(piped.stdout.decode(), newline=""))]
        assert rows[2]["title"] == "Fähre 3"
    elif name == "parquet":
        assert pq.read_table(io.BytesIO(piped.stdout)).num_rows == 3
    else:
        assert ZipFile(io.BytesIO(piped.stdout)).testzip() is None


def test_nothing_binary_on_a_terminal(archive: Kliping) -> None:
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [*COMMAND, "export", "--format", "epub"],
        env=archive.environment(),
        stdout=theirs,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(theirs)
    os.close(ours)
    assert done.returncode == 2
    assert "name a file with -o" in done.stderr


@pytest.mark.parametrize("name", [*FILES, "warc", "wacz"])
@pytest.mark.parametrize("target", ["/dev/stdout", ">(cat)", "/dev/stderr"])
def test_what_is_no_file_is_written_to(
    archive: Kliping, tmp_path: Path, name: str, target: str
) -> None:
    """A pipe's link leads to no path that there is."""
    command = f'"$@" -q --format {name} -o {target}'
    if target == ">(cat)":
        command += " | cat"  # which waits for the other one
    piped = subprocess.run(
        ["bash", "-c", command, "bash", *COMMAND, "export"],
        env=archive.environment(),
        capture_output=True,
    )
    assert piped.returncode == 0, piped.stderr
    written, other = piped.stdout, piped.stderr
    if target == "/dev/stderr":
        written, other = other, written
    assert other == b""
    if name in ("epub", "wacz"):
        assert ZipFile(io.BytesIO(written)).testzip() is None
    assert len(written) > 1000


def test_without_pyarrow_the_extra_is_named(
    archive: Kliping, run_here: RunHere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    ended = run_here(archive, "export", "--format", "parquet", "-o", tmp_path / "x")
    assert ended.code == 2
    (line,) = ended.errors
    assert "kliping's extra 'parquet'" in line
    assert not (tmp_path / "x").exists()
    assert run_here(archive, "export", "-q", "--format", "epub", "-o", tmp_path / "y").code == 0


def test_targets_that_cannot_be_written(
    archive: Kliping, run_here: RunHere, tmp_path: Path
) -> None:
    before = archive.db.read_bytes()
    for target, code, word in (
        (tmp_path / "no" / "such", 74, "No such file"),
        ("/dev/full", 74, "free some space"),
        (archive.db, 2, "archive itself"),
        (f"{archive.db}-wal", 2, "archive itself"),
        (tmp_path, 2, "directory"),
    ):
        ended = run_here(archive, "export", "--format", "csv", "--force", "-o", target)
        assert (ended.code, ended.out) == (code, "")
        (line,) = ended.errors
        assert word in line
    assert archive.db.read_bytes() == before
    assert os.listdir(tmp_path) == []
    ended = run_here(archive, "export", "--format", "docx")
    assert ended.code == 2
    assert "jsonl, csv, parquet, markdown, epub, html, atom" in ended.err


def test_a_link_to_nothing_is_followed_by_force_alone(
    archive: Kliping, run_here: RunHere, tmp_path: Path
) -> None:
    link = tmp_path / "link"
    for name in ("jsonl", "markdown"):
        link.symlink_to(tmp_path / f"new.{name}")
        ended = run_here(archive, "export", "--format", name, "-o", link)
        assert (ended.code, len(ended.errors)) == (2, 1)
        assert (
            f"{link}: it is a link to {tmp_path / f'new.{name}'}, which is not there" in ended.err
        )
        assert os.listdir(tmp_path) == ["link"]
        link.unlink()


def test_nobody_reads(archive: Kliping) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [*COMMAND, "export", "--format", "jsonl"],
        env=archive.environment(),
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


HALFWAY = """
import signal, sys, time, cli
signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests may ignore it
from storage.reading.library import Library
whole = Library.stream

def stream(self, ids=None):
    yield next(whole(self))
    print("halfway", flush=True)
    time.sleep(30)

Library.stream = stream
sys.exit(cli.main())
"""


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("csv", signal.SIGINT),
        ("markdown", signal.SIGTERM),
        ("parquet", signal.SIGTERM),
        ("epub", signal.SIGHUP),
    ],
)
def test_a_signal_leaves_nothing_half_written(
    archive: Kliping, tmp_path: Path, name: str, number: int
) -> None:
    target = tmp_path / "old"
    target.write_text("old")
    forced = [] if name == "markdown" else ["--force"]
    if name == "markdown":
        target = tmp_path / "new"
    with subprocess.Popen(
        [sys.executable, "-P", "-c", HALFWAY, "export", "--format", name, "-o", target, *forced],
        env=archive.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "halfway\n"
        assert len(os.listdir(tmp_path)) == 2, "it is written beside"
        process.send_signal(number)
        assert process.wait(300) == 128 + number
    assert os.listdir(tmp_path) == ["old"]
    assert (tmp_path / "old").read_text() == "old"

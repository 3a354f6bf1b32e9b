"""``export -o NAME``: the name says the format, and means it; CSV for spreadsheets."""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path
from zipfile import ZipFile

import feedparser
import pyarrow.parquet as pq
import pytest
from warcio.archiveiterator import ArchiveIterator

from storage.database.places import BESIDE
from storage.export import FORMATS
from tests.cli.conftest import QUICK
from tests.cli.newspaper import story
from tests.cli.running import Kliping, RunHere, prepare
from tests.servers import Server, reply

FORMULA = "=1+2; or so"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Kliping:
    """An article whose title is a formula."""
    user = Kliping(tmp_path_factory.mktemp("named"), QUICK)
    with Server() as server:
        server.routes["/1"] = reply(story(1, title=FORMULA))
        assert prepare(user, "fetch", "-q", server.url("/1")).code == 0
    return user


def what_is_in(path: Path) -> str:
    """The format, by what the file holds."""
    if path.is_dir():
        return "markdown" if all(one.suffix == ".md" for one in path.iterdir()) else "?"
    data = path.read_bytes()
    if data[:4] == b"PAR1":
        return "parquet" if pq.read_table(path).num_rows == 1 else "?"
    if data[:2] == b"PK":
        with ZipFile(path) as package:
            return "epub" if "mimetype" in package.namelist() else "wacz"
    if data[:2] == b"\x1f\x8b":
        return "warc.gz" if len([*ArchiveIterator(io.BytesIO(data))]) == 2 else "?"
    if data.startswith(b"WARC/1.1"):
        return "warc" if len([*ArchiveIterator(io.BytesIO(data))]) == 2 else "?"
    if data.startswith(b"{"):
        return "jsonl"
    if data.startswith(b"id,"):
        return "csv"
    return "atom" if feedparser.parse(data).entries else "?"


@pytest.mark.parametrize(
    ("name", "holds"),
    [
        ("clips.jsonl", "jsonl"),
        ("clips.csv", "csv"),
        ("CLIPS.CSV", "csv"),
        ("clips.parquet", "parquet"),
        ("clips.epub", "epub"),
        ("clips.atom", "atom"),
        ("feed.xml", "atom"),
        ("clips.warc", "warc"),
        ("clips.warc.gz", "warc.gz"),
        ("clips.wacz", "wacz"),
        ("clips/", "markdown"),
        ("there", "markdown"),
    ],
)
def test_the_name_says_the_format(
    archive: Kliping, run_here: RunHere, tmp_path: Path, name: str, holds: str
) -> None:
    (tmp_path / "there").mkdir()
    ended = run_here(archive, "export", "-o", f"{tmp_path}/{name}")
    assert (ended.code, ended.out) == (0, "")
    assert ended.errors == [f"kliping: 1 article exported to {tmp_path / name}"]
    assert what_is_in(tmp_path / name) == holds


@pytest.mark.parametrize(
    ("format_name", "name", "holds"),
    [
        ("warc", "clips.warc", "warc"),
        ("warc", "clips.warc.gz", "warc.gz"),
        ("warc", "clips", "warc.gz"),
        ("jsonl", "clips.json", "jsonl"),
        ("csv", "table.txt", "csv"),
        ("markdown", "clips.md", "markdown"),
        ("atom", "feed.xml", "atom"),
    ],
)
def test_the_option_says_it_for_any_other_name(
    archive: Kliping, run_here: RunHere, tmp_path: Path, format_name: str, name: str, holds: str
) -> None:
    ended = run_here(archive, "export", "-q", "--format", format_name, "-o", tmp_path / name)
    assert (ended.code, ended.err) == (0, "")
    assert what_is_in(tmp_path / name) == holds


@pytest.mark.parametrize(
    "name", ["clips.txt", "clips", "clips.gz", "clips.json", ".csvs", "clips."]
)
def test_a_name_that_says_nothing(
    archive: Kliping, run_here: RunHere, tmp_path: Path, name: str
) -> None:
    ended = run_here(archive, "export", "-o", tmp_path / name)
    assert (ended.code, ended.out, len(ended.errors)) == (2, "", 1)
    assert f"{name}: its name says no format" in ended.err
    assert all(suffix in ended.err for its in FORMATS.values() for suffix in its.suffixes)
    assert [*tmp_path.iterdir()] == []


def test_what_cannot_be_meant(archive: Kliping, run_here: RunHere, tmp_path: Path) -> None:
    out = tmp_path / "clips"
    for words, problem in (
        (["-o", f"{out}.md"], f"markdown is a directory with a file an article; name it with a "
         f"slash at the end: -o {out}/"),
        (["--format", "jsonl", "-o", f"{out}.csv"], "its name says csv, and --format says jsonl"),
        (["--format", "csv", "-o", f"{out}/"], "its name says markdown, and --format says csv"),
        (["--format", "wacz", "-o", f"{out}.warc.gz"], "its name says warc, and --format says w"),
        ([], "name the format: --format F for standard output"),
        (["-o", "-"], "name the format: --format F for standard output"),
        (["-o", "/dev/stdout"], "name the format: --format F for standard output"),
        (["--format", "docx", "-o", f"{out}.csv"], "docx: no such format"),
        (["--excel", "-o", f"{out}.jsonl"], "--excel goes with csv alone, and this is jsonl"),
        (["--semicolon", "-o", f"{out}/"], "--semicolon goes with csv alone, and this is markdown"),
        (["--format", "parquet", "--excel"], "--excel goes with csv alone, and this is parquet"),
        (["-o", ""], "'': its name says no format"),
    ):  # fmt: skip
        ended = run_here(archive, "export", *words)
        assert (ended.code, ended.out, len(ended.errors)) == (2, "", 1), words
        assert problem in ended.err
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("mark", [[], ["--excel"]])
@pytest.mark.parametrize(("delimiter", "given"), [(",", []), (";", ["--semicolon"])])
def test_csv_for_spreadsheets(
    archive: Kliping, run_here: RunHere, tmp_path: Path, mark: list[str], delimiter: str,
    given: list[str],
) -> None:  # fmt: skip
    target = tmp_path / "clips.csv"
    assert run_here(archive, "export", "-q", "-o", target, *mark, *given).code == 0
    data = target.read_bytes()
    assert data.startswith(codecs.BOM_UTF8) == bool(mark)
    text = data.decode("utf-8-sig")
    assert text.startswith(f"id{delimiter}url{delimiter}")
    (row,) = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    assert row["title"] == f"'{FORMULA}"
    assert row["authors"] == "Ada Pier"
    assert len(row["body"].split("\n")) == 6


@pytest.mark.parametrize("suffix", [*BESIDE.values()])
def test_what_stands_beside_the_archive_is_no_target(
    archive: Kliping, run_here: RunHere, suffix: str
) -> None:
    beside = archive.db.with_name(archive.db.name + suffix)
    ended = run_here(archive, "export", "--force", "--format", "jsonl", "-o", beside)
    assert (ended.code, ended.out) == (2, "")

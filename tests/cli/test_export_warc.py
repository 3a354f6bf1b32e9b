"""``export --format warc`` and ``wacz``: through the command."""

from __future__ import annotations

import io
import os
import pty
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from zipfile import ZipFile

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from tests.cli.conftest import QUICK
from tests.cli.newspaper import story
from tests.cli.running import COMMAND, Kliping, RunHere, prepare
from tests.servers import Server, reply


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Kliping:
    """Three articles, one of them with an edit, and a page that is none."""
    user = Kliping(tmp_path_factory.mktemp("exporter"), QUICK)
    with Server() as server:
        for number in (1, 2, 3):
            server.routes[f"/news/{number}"] = reply(story(number, title=f"Fähre {number}"))
        server.routes["/news/4"] = reply("<html><title>Not found</title><p>404</html>")
        urls = [server.url(f"/news/{number}") for number in (1, 2, 3, 4)]
        assert prepare(user, "fetch", "-q", *urls).code == 3
        edited = story(2, title="Fähre 2", edit="<p>The council has met again since then.</p>")
        server.routes["/news/2"] = reply(edited)
        assert prepare(user, "fetch", "-q", urls[1]).code == 0
    return user


class _Asked:
    """What ``warcio check`` is asked on its command line."""

    verbose = False

    def __init__(self, path: Path) -> None:
        self.inputs = [str(path)]


def responses(data: bytes) -> dict[str, int]:
    """How many response records there are of each address."""
    found: dict[str, int] = {}
    for record in ArchiveIterator(io.BytesIO(data)):
        if record.rec_type == "response":
            url = record.rec_headers.get_header("WARC-Target-URI")
            found[url] = found.get(url, 0) + 1
    return found


def test_a_warc_that_warcio_checks(archive: Kliping, run_here: RunHere, tmp_path: Path) -> None:
    target = tmp_path / "clips.warc.gz"
    ended = run_here(archive, "export", "--format", "warc", "-o", target)
    assert (ended.code, ended.out) == (0, "")
    assert ended.errors == [f"kliping: 3 articles exported to {target}"]
    assert Checker(_Asked(target)).process_all() == 0
    urls = [one["url"] for one in run_here(archive, "list", "--json").objects]
    assert responses(target.read_bytes()) == {urls[2]: 1, urls[1]: 2, urls[0]: 1}
    refused = run_here(archive, "export", "--format", "warc", "-o", target)
    assert refused.code == 2
    assert "--force" in refused.err


def test_of_a_query(archive: Kliping, run_here: RunHere, tmp_path: Path) -> None:
    target = tmp_path / "clips.wacz"
    ended = run_here(archive, "export", "--format", "wacz", "-o", target, "--", "title:3")
    assert ended.errors == [f"kliping: 1 article exported to {target}"]
    with ZipFile(target) as package:
        assert package.testzip() is None
        (url,) = responses(package.read("archive/data.warc.gz"))
        assert url.endswith("/news/3")
        assert b"title:3" in package.read("datapackage.json")


def test_what_has_no_stored_page_is_told(
    archive: Kliping, run_here: RunHere, tmp_path: Path
) -> None:
    user = Kliping(tmp_path, QUICK)
    user.db.write_bytes(archive.db.read_bytes())
    with closing(sqlite3.connect(user.db)) as connection, connection:
        connection.execute(
            "UPDATE snapshot SET pruned_at = '2026-03-01 00:00:00', body = x'' WHERE id IN "
            "(SELECT snapshot_id FROM version WHERE article_id IN (1, 2))"
        )
    ended = run_here(user, "export", "--format", "warc", "-o", tmp_path / "x.warc.gz")
    assert ended.code == 0
    first, second = ended.errors
    assert first.startswith("kliping: 1 article exported")
    assert second == "kliping: 2 articles have no stored page and are left out"


def test_standard_output_but_no_terminal(archive: Kliping) -> None:
    for name in ("warc", "wacz"):
        command = [*COMMAND, "export", "-q", "--format", name]
        piped = subprocess.run(
            command, env=archive.environment(), capture_output=True, check=True
        ).stdout
        if name == "wacz":
            with ZipFile(io.BytesIO(piped)) as package:
                assert package.testzip() is None
                piped = package.read("archive/data.warc.gz")
        assert len(responses(piped)) == 3
    ours, theirs = pty.openpty()
    done = subprocess.run(
        command, env=archive.environment(), stdout=theirs, stderr=subprocess.PIPE, text=True
    )
    os.close(theirs)
    os.close(ours)
    assert done.returncode == 2
    assert "name a file with -o" in done.stderr


def test_an_archive_without_articles(kliping: Kliping, run_here: RunHere, tmp_path: Path) -> None:
    kliping.make_archive()
    for name in ("warc", "wacz"):
        ended = run_here(kliping, "export", "--format", name, "-o", tmp_path / name)
        assert ended.errors == [f"kliping: 0 articles exported to {tmp_path / name}"]
    (only,) = ArchiveIterator(io.BytesIO((tmp_path / "warc").read_bytes()))
    assert only.rec_type == "warcinfo"
    with ZipFile(tmp_path / "wacz") as package:
        assert package.testzip() is None

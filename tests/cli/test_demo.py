"""The demo as a person meets it, and its newspaper page by page."""

from __future__ import annotations

import http.client
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from commands.demo.server import DemoSite
from scraper import Article, extract
from scraper.discovery.documents.feeds import parse_feed
from tests.cli.running import Kliping, prepare

EXPECTED: dict[str, Any] = json.loads(
    (files("commands") / "demo_site" / "expected.json").read_text(encoding="utf-8")
)
ARTICLES: list[dict[str, Any]] = EXPECTED["articles"]
REJECTED: list[dict[str, Any]] = EXPECTED["rejected"]


def name_of(case: dict[str, Any]) -> str:
    return f"{case['host']}{case['path'][:30]}"


# --------------------------------------------------------------------- the newspaper


class Reader:
    """Asks the site's two names for pages, as a fetcher does."""

    def __init__(self, site: DemoSite) -> None:
        self.site = site
        self.addresses = {"kabar": site.base, "wire": site.wire}
        port = int(site.base.rpartition(":")[2])
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)

    def get(
        self, host: str, path: str, method: str = "GET", **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        name = self.addresses[host].removeprefix("http://")
        sent = {key.replace("_", "-"): value for key, value in headers.items()}
        self.connection.request(method, path, headers={"Host": name, **sent})
        answer = self.connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()

    def extract(self, case: dict[str, Any]) -> Article:
        status, headers, body = self.get(case["host"], case["path"])
        assert status == 200
        return extract(body, self.addresses[case["host"]] + case["path"], headers=headers)


@contextmanager
def open_paper() -> Iterator[Reader]:
    with DemoSite() as site:
        reader = Reader(site)
        yield reader
        reader.connection.close()


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with open_paper() as reader:
        yield reader


def test_the_feeds_list_every_page_that_is_expected_and_one_that_robots_forbid(
    reader: Reader,
) -> None:
    listed = set()
    for host in ("kabar", "wire"):
        status, headers, body = reader.get(host, "/feed.xml")
        assert status == 200
        url = reader.addresses[host] + "/feed.xml"
        listed |= {link.url for link in parse_feed(body, url, headers["Content-Type"]).links}
    expected = {reader.addresses[case["host"]] + case["path"] for case in ARTICLES + REJECTED}
    forbidden = f"{reader.site.base}/redaksi/internal/rencana-liputan"
    assert listed == expected | {forbidden}
    assert b"Disallow: /redaksi/internal/" in reader.get("kabar", "/robots.txt")[2]


def test_the_sitemap_and_the_front_page_name_the_articles(reader: Reader) -> None:
    sitemap = reader.get("kabar", "/sitemap.xml")[2].decode()
    front = reader.get("kabar", "/")[2].decode()
    for case in ARTICLES:
        if case["host"] == "kabar":
            address = reader.site.base + case["path"]
            assert address in sitemap
            assert address in front


@pytest.mark.parametrize("case", ARTICLES, ids=name_of)
class TestArticle:
    def test_title_authors_and_language(self, reader: Reader, case: dict[str, Any]) -> None:
        article = reader.extract(case)
        assert article.verdict == "article"
        assert article.title == case["title"]
        assert list(article.authors) == case["authors"]
        assert article.language == case["language"]

    def test_date(self, reader: Reader, case: dict[str, Any]) -> None:
        assert reader.extract(case).published_at == datetime.fromisoformat(case["published"])

    def test_body_from_the_first_to_the_last_paragraph(
        self, reader: Reader, case: dict[str, Any]
    ) -> None:
        lines = reader.extract(case).body.split("\n")
        assert case.get("first", lines[0]) == lines[0]
        assert lines[-1] == case["last"]

    def test_nothing_of_the_furniture(self, reader: Reader, case: dict[str, Any]) -> None:
        body = reader.extract(case).body
        assert [text for text in case["absent"] if text in body] == []


@pytest.mark.parametrize("case", REJECTED, ids=name_of)
def test_what_is_no_article_is_seen(reader: Reader, case: dict[str, Any]) -> None:
    assert reader.extract(case).verdict == case["verdict"]


def test_validators_of_feed_and_pages(reader: Reader) -> None:
    for path in ("/feed.xml", ARTICLES[1]["path"]):
        status, headers, body = reader.get("kabar", path)
        assert (status, bool(body)) == (200, True)
        for condition in (
            {"If_None_Match": headers["ETag"]},
            {"If_None_Match": f'"other", W/{headers["ETag"]}'},
            {"If_Modified_Since": headers["Last-Modified"]},
        ):
            status, again, body = reader.get("kabar", path, **condition)
            assert (status, again["ETag"], body) == (304, headers["ETag"], b"")
        stale = {"If_None_Match": '"x"', "If_Modified_Since": headers["Last-Modified"]}
        assert reader.get("kabar", path, **stale)[0] == 200


@pytest.fixture
def own_reader() -> Iterator[Reader]:
    with open_paper() as reader:
        yield reader


def test_the_edit_changes_one_page_and_its_validators(own_reader: Reader) -> None:
    reader = own_reader
    edited = reader.site.edited_url.removeprefix(reader.site.base)
    before = {case["path"]: reader.get(case["host"], case["path"]) for case in ARTICLES}
    reader.site.edit()
    after = {case["path"]: reader.get(case["host"], case["path"]) for case in ARTICLES}
    changed = [path for path in before if before[path][2] != after[path][2]]
    assert changed == [edited]
    old = before[edited][1]
    assert reader.get("kabar", edited, If_None_Match=old["ETag"])[0] == 200
    assert reader.get("kabar", edited, If_Modified_Since=old["Last-Modified"])[0] == 200


def test_unknown_pages_and_hosts_are_404(reader: Reader) -> None:
    assert reader.get("kabar", "/nothing")[0] == 404
    assert reader.get("wire", "/robots.txt")[0] == 404
    assert reader.get("wire", ARTICLES[1]["path"])[0] == 404


# --------------------------------------------------------------------- the command


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "import sys, cli; sys.exit(cli.main())", *arguments]
    return subprocess.run(
        command,
        capture_output=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONUTF8": "1", **environment},
        timeout=300,
        check=False,
    )


def test_it_shows_every_title_with_its_byline_date_and_language(demo: tuple[Path, str]) -> None:
    flat = "".join(demo[1].split())
    for case in ARTICLES:
        assert "".join(case["title"].split()) in flat
        assert "".join(case["authors"][0].split()) in flat
        assert case["published"][:16].replace("T", "") in flat


def test_it_shows_the_edit_as_before_and_after(demo: tuple[Path, str]) -> None:
    edit = demo[1].partition("The edit:")[2].partition("The duplicate")[0]
    flat = " ".join(edit.split())
    assert (
        "- The repairs are expected to cost £2.4 million, of which the county will pay half" in flat
    )
    assert "+ The repairs are now expected to cost £2.9 million" in flat
    assert "+ The council had first put the bill at £2.4 million" in flat
    assert "2 versions" in flat


def test_it_shows_the_duplicate_and_its_first_carrier(demo: tuple[Path, str]) -> None:
    part = demo[1].partition("The duplicate")[2].partition("Not filed")[0]
    first, second = part.index("http://wire.localhost:"), part.index("http://kabar.localhost:")
    assert first < second
    assert "first carrier" in part[:first]


def test_it_says_what_was_not_filed_and_why(demo: tuple[Path, str]) -> None:
    part = demo[1].partition("Not filed")[2].partition("Look further")[0]
    for reason, path in (
        ("soft_404", "/en/2019/old-ferry-timetable"),
        ("consent_wall", "/en/2025/05/budget-explained"),
        ("robots", "/redaksi/internal/rencana-liputan"),
    ):
        before = part[: part.index(path)].rstrip().splitlines()
        assert any(reason in line for line in before[-3:])


def test_it_is_plain_text_of_80_columns_but_for_lines_to_copy(demo: tuple[Path, str]) -> None:
    assert "\x1b" not in demo[1]
    assert [line for line in demo[1].splitlines() if line != line.rstrip()] == []
    long = [line for line in demo[1].splitlines() if cell_len(line) > 80]
    assert all("http://" in line or str(demo[0]) in line for line in long)


def test_it_names_the_database_and_commands_that_work(
    demo: tuple[Path, str], tmp_path: Path
) -> None:
    database, output = demo
    end = output.partition("Look further")[2]
    assert str(database) in end
    assert f"kliping --db '{database}' list --rejected" in end
    user = Kliping(tmp_path)
    listed = prepare(user, "--db", database, "list", "--limit", 0, "--json")
    assert len(listed.objects) == len(ARTICLES)
    (shown,) = prepare(user, "--db", database, "show", 1, "--json").objects
    assert shown["id"] == 1
    rejected = prepare(user, "--db", database, "list", "--rejected")
    assert len(rejected.out.splitlines()) == 2


def test_every_time_it_stored_lies_in_the_past(demo: tuple[Path, str]) -> None:
    with closing(sqlite3.connect(demo[0])) as connection:
        (late,) = connection.execute(
            "SELECT count(*) FROM article WHERE last_checked_at > datetime('now', '+1 second')"
        ).fetchone()
    assert late == 0


def test_the_second_crawl_finds_the_edit_and_nothing_else(demo: tuple[Path, str]) -> None:
    line = next(line for line in demo[1].splitlines() if line.startswith("Second crawl"))
    assert "1 changed" in line
    assert "new" not in line
    assert "failed" not in line.replace("1 failed", "")  # robots still forbid one


def test_without_a_file_it_keeps_a_fresh_one(tmp_path: Path) -> None:
    result = run("demo", TMPDIR=str(tmp_path))
    assert result.returncode == 0
    (database,) = tmp_path.glob("kliping-demo-*/demo.db")
    assert str(database) in result.stdout


def test_it_leaves_an_archive_that_is_in_use_alone(demo: tuple[Path, str], tmp_path: Path) -> None:
    mine = tmp_path / "mine.db"
    with DemoSite() as site:
        added = run("--db", str(mine), "sources", "add", "--allow-private", site.feeds[0])
    assert added.returncode == 0
    for database in (demo[0], mine):
        before = database.read_bytes()
        for arguments, environment in (
            (["--db", str(database), "demo"], {}),
            (["demo"], {"KLIPING_DB": str(database)}),
        ):
            result = run(*arguments, **environment)
            assert (result.returncode, result.stdout) == (2, "")
            assert str(database) in result.stderr
        assert database.read_bytes() == before


def test_a_reader_that_leaves_ends_it_like_every_command(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-c", "import sys, cli; sys.exit(cli.main())", "demo"]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with os.fdopen(writer, "w") as output:
        result = subprocess.run(
            command,
            stdout=output,
            stderr=subprocess.PIPE,
            env=environment,
            timeout=300,
            check=False,
        )
    assert (result.returncode, result.stderr) == (141, b"")

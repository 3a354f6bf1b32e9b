"""``kliping reextract``: a newspaper's stored pages, read with rules that were not there before."""

from __future__ import annotations

import os
import pty
import re
import sqlite3
import subprocess
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scraper import extract
from scraper.model.types import Capture, Outcome, Response, Settlement
from storage.archive import Archive
from storage.database.engine import open_engine
from tests.cli.conftest import QUICK
from tests.cli.newspaper import story
from tests.cli.running import COMMAND, Kliping, RunHere
from tests.servers import Server, reply

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
RULE = '[rules."127.0.0.1"]\nauthors = ".x9"\nsection = ".kicker"\n'
EVIL = "Docks \x1b]0;owned\x07 [/bad] \u202edlrow"


def page(number: int) -> str:
    """Its byline and section are where only a rule finds them."""
    marks = f"<div class=kicker>{EVIL}</div><div class=x9>Berta Quay</div>"
    return story(number).replace("<p class=byline>By Ada Pier</p>", marks)


@pytest.fixture
def archive(tmp_path: Path, run_here: RunHere, server: Server) -> Kliping:
    """Two articles and a page that is none, read without the rule; now the rule is there."""
    user = Kliping(tmp_path, QUICK)
    for number in (1, 2):
        server.routes[f"/{number}"] = reply(page(number))
    server.routes["/3"] = reply("<title>Section</title><p>Nothing here.")
    run_here(user, "fetch", *(server.url(f"/{number}") for number in (1, 2, 3)))
    user.config = QUICK + RULE
    return user


def shown(user: Kliping, run_here: RunHere, article: int = 1) -> Any:
    return run_here(user, "show", article, "--json").objects[0]


def sql(user: Kliping, statement: str) -> list[Any]:
    with closing(sqlite3.connect(user.db)) as connection, connection:
        return connection.execute(statement).fetchall()


def in_terminal(user: Kliping, *arguments: str, answer: bytes = b"") -> str:
    """What a person sees in 80 columns, standard output and error together."""
    outer, inner = pty.openpty()
    if answer:
        os.write(outer, answer)
    with subprocess.Popen(
        [*COMMAND, *arguments],
        env=user.environment({"COLUMNS": "80", "TERM": "xterm"}),
        stdin=inner,
        stdout=inner,
        stderr=inner,
    ) as process:
        os.close(inner)
        seen = b""
        while True:
            try:
                piece = os.read(outer, 65536)
            except OSError:
                break
            if not piece:
                break
            seen += piece
        process.wait(300)
    os.close(outer)
    return seen.decode()


def test_it_reports_applies_and_takes_back(archive: Kliping, run_here: RunHere) -> None:
    ended = run_here(archive, "reextract", "--dry-run")
    assert ended.code == 0
    assert ["authors", "0", "0", "2"] in [line.split("\t") for line in ended.out.splitlines()]
    assert "Ada Pier → Berta Quay" in ended.out
    assert "\x1b" not in ended.out
    assert "\u202e" not in ended.out
    assert ended.errors == ["kliping: 3 pages read again: 2 would be changed"]
    before = shown(archive, run_here)
    assert before["authors"] == ["Ada Pier"]
    assert sql(archive, "SELECT count(*) FROM reextraction") == [(0,)]

    ended = run_here(archive, "reextract")
    assert "2 changed; `kliping reextract --undo` takes it back" in ended.err
    after = shown(archive, run_here)
    assert (after["authors"], after["versions"]) == (["Berta Quay"], 1)
    assert "our reading, not an edit" in run_here(archive, "history", 1).out
    assert run_here(archive, "verify").code == 0

    again = run_here(archive, "reextract")
    assert (again.code, again.out) == (0, "")
    assert "nothing to read again" in again.err

    ended = run_here(archive, "reextract", "--undo")
    assert "is taken back: 2 articles" in ended.err
    assert shown(archive, run_here) == before
    assert run_here(archive, "verify").code == 0
    ended = run_here(archive, "reextract", "--undo")
    assert (ended.code, "nothing to undo" in ended.err) == (0, True)


def test_json(archive: Kliping, run_here: RunHere) -> None:
    *changes, summary = run_here(archive, "reextract", "--json").objects
    assert [one["article"] for one in changes] == [1, 2]
    assert changes[0]["fields"]["authors"] == {
        "kind": "changed",
        "old": "Ada Pier",
        "new": "Berta Quay",
    }
    assert (summary["reextraction"], summary["read"]) == (1, 3)
    assert (summary["found"]["changes"], summary["applied"]) == (2, {"changes": 2})
    (undone,) = run_here(archive, "reextract", "--undo", "--json").objects
    assert undone == {"reextraction": 1, "undone": 2, "left": 0, "left_articles": []}


def test_quiet(archive: Kliping, run_here: RunHere) -> None:
    ended = run_here(archive, "reextract", "-q")
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    assert shown(archive, run_here)["authors"] == ["Berta Quay"]


def test_the_scope(archive: Kliping, run_here: RunHere) -> None:
    ended = run_here(archive, "reextract", "--dry-run", "--site", "127.0.0.1")
    assert "2 would be changed" in ended.err
    assert "2 would be changed" in run_here(archive, "reextract", "--since", 1, "--dry-run").err
    assert "nothing to read" in run_here(archive, "reextract", "--since", 99, "--dry-run").err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--site", "other.example"], ["other.example", "nothing of it is in the archive"]),
        (["--site", "a b"], ["--site 'a b'", "example.org"]),
        (["--site", ""], ["--site ''", "example.org"]),
        (["--site", "a.example/x"], ["a.example/x", "name alone"]),
        (["--since", "yesterday"], ["yesterday", "--since 2"]),
        (["--undo", "--site", "a.example"], ["--undo", "alone"]),
    ],
)
def test_bad_input_is_one_line(
    archive: Kliping, run_here: RunHere, arguments: list[str], words: list[str]
) -> None:
    ended = run_here(archive, "reextract", *arguments)
    assert (ended.code, ended.out) == (2, "")
    (line,) = ended.errors
    for word in words:
        assert word in line


def test_a_damaged_page_is_named_and_the_rest_is_applied(
    archive: Kliping, run_here: RunHere
) -> None:
    sql(archive, "UPDATE snapshot SET body = x'00' WHERE id = 1")
    ended = run_here(archive, "reextract", "-q")
    assert ended.code == 74
    (line,) = ended.errors
    assert "article 1" in line
    assert "damaged" in line
    assert shown(archive, run_here, 2)["authors"] == ["Berta Quay"]


def test_a_person_is_asked(archive: Kliping, run_here: RunHere) -> None:
    seen = in_terminal(archive, "reextract", answer=b"n\n")
    assert "Apply 2 changes?" in seen
    assert "nothing was changed" in seen
    lines = [re.sub(r"\x1b\[\d*m", "", line) for line in seen.splitlines() if "→" in line]
    assert lines
    assert all(len(line) <= 80 for line in lines)
    assert shown(archive, run_here)["authors"] == ["Ada Pier"]
    assert sql(archive, "SELECT count(*) FROM reextraction") == [(0,)]
    assert "2 changed" in in_terminal(archive, "reextract", answer=b"y\n")
    assert shown(archive, run_here)["authors"] == ["Berta Quay"]


def test_a_person_is_asked_once_and_not_who_says_yes(archive: Kliping, run_here: RunHere) -> None:
    assert "2 changed" in in_terminal(archive, "reextract", answer=b"y\n")
    assert "nothing to read again" in in_terminal(archive, "reextract")
    assert "2 articles" in in_terminal(archive, "reextract", "--undo")
    assert "Apply" not in in_terminal(archive, "reextract", "--yes")
    assert shown(archive, run_here)["authors"] == ["Berta Quay"]


def test_killed_at_any_time_it_goes_on(tmp_path: Path, run_here: RunHere) -> None:
    """Three kills: at the beginning, once it has begun, and between two chunks."""
    archive, count = Kliping(tmp_path, QUICK + RULE), 80
    fill(archive.db, count)

    def state() -> tuple[int, int]:
        runs, changes = (
            "SELECT count(*) FROM reextraction",
            "SELECT count(*) FROM reextraction_change",
        )
        return sql(archive, runs)[0][0], sql(archive, changes)[0][0]

    for runs, applied in ((0, 0), (1, 0), (1, 32)):
        with archive.running("reextract", "-q") as process:
            deadline = time.monotonic() + 300
            while process.poll() is None and time.monotonic() < deadline:
                if state() >= (runs, applied):
                    break
            process.kill()
        assert run_here(archive, "verify", "-q").code == 0
    summary = run_here(archive, "reextract", "--json").objects[-1]
    assert (summary["found"]["changes"], summary["applied"]) == (count, {"changes": count})
    assert state() == (1, count)
    assert sql(archive, "SELECT count(*) FROM version WHERE cause = 'extractor'") == [(count,)]
    assert run_here(archive, "verify", "-q").code == 0


def fill(path: Path, count: int) -> None:
    """File so many pages as an extractor without rules reads them."""
    engine = open_engine(path)
    archive = Archive(engine)
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    for number in range(1, count + 1):
        url, body = f"http://127.0.0.1:8000/{number}", page(number).encode()
        article = extract(body, url, headers=dict(headers), now=NOW)
        capture = Capture(url, NOW, Response(url, url, 200, headers, body, NOW), article)
        assert archive.save(capture, Settlement(None), NOW).outcome is Outcome.NEW
    engine.dispose()

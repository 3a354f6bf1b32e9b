"""``import``: web archive files of our own and of other crawlers."""

from __future__ import annotations

import gzip
import os
import re
import signal
import sqlite3
import subprocess
import sys
from base64 import b32encode
from contextlib import closing
from hashlib import sha1
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import QUICK
from tests.cli.newspaper import story
from tests.cli.running import Kliping, RunHere, prepare
from tests.crawl.test_parts import page_html
from tests.servers import Server, reply
from tests.storage.warc.makers import answer, by_gzip, by_zstd, in_zip, record

PAPER = "https://paper.example"
ROWS = ("article", "version", "snapshot", "part", "page", "fetch", "entry")


def user_at(home: Path) -> Kliping:
    home.mkdir(exist_ok=True)
    return Kliping(home, QUICK)


def rows(user: Kliping) -> dict[str, int]:
    with closing(sqlite3.connect(user.db)) as connection:
        return {
            name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ROWS
        }


def contents(user: Kliping, run_here: RunHere) -> dict[str, tuple[Any, ...]]:
    found = run_here(user, "export", "--format", "jsonl").objects
    return {
        one["canonical_url"]: (one["title"], one["body"], one["authors"], one["published_at"])
        for one in found
    }


def paged(number: int, html: str | None = None, **more: str) -> bytes:
    """The record of a story."""
    body = (html or story(number)).encode()
    return record(f"{PAPER}/news/{number}", answer(body), **more)


def in_charset(number: int, charset: str, words: str, declared: str | None) -> bytes:
    text = story(number, title=words).replace("the harbour council", words)
    text = text.replace('charset="utf-8"', f'charset="{declared}"' if declared else 'name="x"')
    return text.encode(charset)


@pytest.fixture(scope="module")
def press(tmp_path_factory: pytest.TempPathFactory) -> Kliping:
    """An archive of a paper with every oddity."""
    user = user_at(tmp_path_factory.mktemp("press") / "home")
    with Server() as server:
        routes: dict[str, Any] = {
            f"/news/{number}": reply(story(number, title=f"Case {number}"))
            for number in range(1, 9)
        }
        html = {"Content-Type": "text/html"}
        routes["/latin"] = reply(
            in_charset(20, "windows-1252", "Fähre fährt", "windows-1252"), headers=html
        )
        routes["/koi"] = reply(
            in_charset(21, "koi8-r", "Паром ушёл в море", None),
            headers={"Content-Type": "text/html; charset=koi8-r"},
        )
        routes["/sjis"] = reply(
            in_charset(22, "shift_jis", "港の評議会は決めた", "Shift_JIS"), headers=html
        )
        routes["/odds"] = reply(
            in_charset(23, "windows-1251", "Лодка пришла домой", "utf-8"),
            headers={"Content-Type": "text/html; charset=windows-1251"},
        )
        packed = gzip.compress(story(24).encode())
        routes["/packed"] = reply(packed, headers={**html, "Content-Encoding": "gzip"})
        amp = story(25).replace(
            "<head>", f'<head><link rel="canonical" href="{server.url("/real")}">'
        )
        routes["/amp/25"] = reply(amp)
        # Its template declares one address for all, and so it is an article of its own.
        other = story(26).replace(
            "<head>", f'<head><link rel="canonical" href="{server.url("/news/1")}">'
        )
        routes["/other"] = reply(other)
        for page in (1, 2, 3):
            routes[f"/long-story?page={page}"] = reply(page_html(page, 3))
        routes["/long-story"] = reply(page_html(1, 3))
        server.routes.update(routes)
        urls = [server.url(path) for path in routes if "?" not in path]
        ended = prepare(user, "fetch", "-q", *urls)
        assert (ended.code, ended.err) == (0, "")
        server.routes["/news/3"] = reply(
            story(3, title="Case 3", edit="<p>It met again on Friday.</p>")
        )
        server.routes["/news/4"] = reply(story(4, title="Case 4, decided"))
        assert prepare(user, "fetch", "-q", server.url("/news/3"), server.url("/news/4")).code == 0
    return user


@pytest.mark.parametrize("form", ["warc", "wacz"])
def test_our_own_file_gives_the_same_articles(
    press: Kliping, run_here: RunHere, tmp_path: Path, form: str
) -> None:
    file = tmp_path / f"clips.{form}"
    assert run_here(press, "export", "-q", "--format", form, "-o", file).code == 0
    user = user_at(tmp_path / "other")
    ended = run_here(user, "import", file)
    assert (ended.code, ended.out) == (0, "")
    assert contents(user, run_here) == contents(press, run_here)
    before = rows(user)
    assert before["part"] == rows(press)["part"] == 2
    assert before["version"] == rows(press)["version"]
    assert ended.errors == [
        f"kliping: {file}: 16 new, 2 changed, 2 skipped (2 further pages of articles)"
    ]
    again = run_here(user, "import", file, "--utc")
    assert again.code == 0
    assert re.fullmatch(
        rf"kliping: {file}: imported before, on \d+-\d\d-\d\d \d\d:\d\d\+00:00; nothing to add",
        again.err[:-1],
    )
    back = run_here(press, "import", file)
    assert "18 unchanged" in back.err, "it came from there"
    other = tmp_path / "the other form"
    run_here(press, "export", "-q", "--format", "wacz" if form == "warc" else "warc", "-o", other)
    assert run_here(user, "import", other).code == 0
    assert rows(user) == before


def test_of_another_crawler(kliping: Kliping, run_here: RunHere, tmp_path: Path) -> None:
    page = story(1).encode()
    packed = gzip.compress(page)
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(packed), packed)
    html = ("Content-Type", "text/html; charset=utf-8")
    coded = [html, ("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")]
    bomb = gzip.compress(b"<p>" + b"\0" * (30 << 20))
    digest = f"sha1:{b32encode(sha1(chunked).digest()).decode()}"
    first = record(f"{PAPER}/news/1", answer(chunked, coded), WARC_Payload_Digest=digest)
    records = [
        record(None, b"software: a crawler\r\n", kind="warcinfo"),
        record(f"{PAPER}/news/1", b"GET /news/1 HTTP/1.1\r\n\r\n", kind="request"),
        record("dns:paper.example", b"paper.example. 300 IN A 192.0.2.1"),
        record(f"{PAPER}/robots.txt", answer(b"User-agent: *", [("Content-Type", "text/plain")])),
        first,
        paged(2),
        record(f"{PAPER}/gone", answer(b"<p>gone", status=404)),
        record(f"{PAPER}/pic", answer(b"\x89PNG...", [("Content-Type", "image/png")])),
        record(f"{PAPER}/old-1", answer(b"", [("Location", "/news/3")], 301)),
        record(f"{PAPER}/login", answer(b"", [("Location", "/news/3")], 302)),
        paged(3),
        record(f"{PAPER}/bomb", answer(bomb, [html, ("Content-Encoding", "gzip")])),
        record(
            f"{PAPER}/news/1",
            b"",
            kind="revisit",
            date="2020-03-01T00:00:00Z",
            WARC_Payload_Digest=digest,
        ),
        record(
            f"{PAPER}/news/9", b"", kind="revisit", WARC_Refers_To="<urn:uuid:nothing-of-this-file>"
        ),
        paged(5, date="2999-01-01T00:00:00Z"),
        paged(6, date="yesterday"),
        record("https://[not an address/", answer(page)),
        record(f"{PAPER}/front", answer(b"<html><title>404</title><p>Page not found</html>")),
        record(f"{PAPER}/words", b"no HTTP at all"),
    ]
    file = tmp_path / "crawl.warc.gz"
    file.write_bytes(by_gzip(records))
    ended = run_here(kliping, "import", file, "--json")
    assert (ended.code, ended.err) == (0, "")
    (told,) = ended.objects
    assert told["file"] == str(file)
    assert (told["new"], told["unchanged"], told["rejected"], told["damaged"]) == (3, 1, 1, 0)
    assert told["skipped_by_reason"] == {
        "kind": 2, "status": 3, "not_html": 2, "date": 2,
        "too_large": 1, "revisit": 1, "address": 1, "recorded": 1,
    }  # fmt: skip
    shown = run_here(kliping, "show", "--json", f"{PAPER}/old-1").objects[0]
    assert shown["url"] == f"{PAPER}/news/3", "what is moved for good is the same page"
    assert run_here(kliping, "show", "--json", f"{PAPER}/login").code == 2
    due = run_here(kliping, "crawl", "--dry-run", "--json")
    assert (due.code, due.out) == (0, ""), "nothing becomes due"
    said = run_here(kliping, "import", file)
    assert "imported before" in said.err


@pytest.mark.parametrize("form", ["plain", "gzip", "whole", "zstd", "dictionary", "wacz"])
def test_every_form(kliping: Kliping, run_here: RunHere, tmp_path: Path, form: str) -> None:
    records = [paged(number) for number in (1, 2)]
    files = {
        "plain": b"".join(records),
        "gzip": by_gzip(records),
        "whole": gzip.compress(b"".join(records)),
        "zstd": by_zstd(records),
        "dictionary": by_zstd(records, records[0], packed=True),
        "wacz": in_zip({"archive/x.warc.gz": by_gzip(records), "pages/pages.jsonl": b""}),
    }
    file = tmp_path / "any name"
    file.write_bytes(files[form])
    assert run_here(kliping, "import", file).errors == [f"kliping: {file}: 2 new"]


def test_the_pages_of_an_article_lie_anywhere(
    kliping: Kliping, run_here: RunHere, tmp_path: Path
) -> None:
    pages = [
        record(f"{PAPER}/long-story?page={page}", answer(page_html(page, 3))) for page in (3, 2)
    ]
    first = record(f"{PAPER}/long-story", answer(page_html(1, 3)))
    file = tmp_path / "x.warc"
    again = record(f"{PAPER}/long-story?page=1", answer(page_html(1, 3)))
    file.write_bytes(pages[0] + paged(1) + first + paged(2) + pages[1] + again)
    ended = run_here(kliping, "import", file)
    assert ended.code == 0
    paths = {one["url"].removeprefix(PAPER) for one in run_here(kliping, "list", "--json").objects}
    assert paths == {"/long-story?page=1", "/news/1", "/news/2"}
    body = run_here(kliping, "show", "--json", f"{PAPER}/long-story").objects[0]["body"]
    assert [f"Page {page}" in body for page in (1, 2, 3)] == [True, True, True]


@pytest.mark.parametrize("order", ["123", "132", "213", "231", "312", "321"])
def test_captures_come_in_any_order(
    kliping: Kliping, run_here: RunHere, tmp_path: Path, order: str
) -> None:
    """What was recorded last is what the article says; it is as old as its first capture."""
    states = {
        "1": paged(1, date="2020-01-01T00:00:00Z"),
        "2": paged(1, story(1, edit="<p>The mayor came by in the evening.</p>"),
                   date="2022-01-01T00:00:00Z"),
        "3": paged(1, story(1, title="The mole is dry", edit="<p>The mayor stayed at home.</p>"),
                   date="2024-01-01T00:00:00Z"),
    }  # fmt: skip
    for name in order:
        (tmp_path / name).write_bytes(states[name])
        assert run_here(kliping, "import", "-q", str(tmp_path / name)).code == 0
    (shown,) = run_here(kliping, "show", "1", "--json").objects
    assert (shown["title"], shown["versions"]) == ("The mole is dry", 3)
    assert shown["first_seen_at"].startswith("2020-01-01")
    versions = run_here(kliping, "history", "1", "--json").objects
    seen = sorted((one["first_seen_at"][:4], one["current"]) for one in versions)
    assert seen == [("2020", False), ("2022", False), ("2024", True)]
    assert "headline" in {one["kind"] for one in versions[-1]["edits"]} or order[-1] != "3"
    diff = run_here(kliping, "diff", "1", "--json").objects[0]
    assert "stayed at home" in str(diff)
    assert run_here(kliping, "search", "--", "dry").out.count("\n") == 1
    assert run_here(kliping, "verify").code == 0


def test_who_had_it_first_is_told_by_when_it_was_recorded(
    kliping: Kliping, run_here: RunHere, tmp_path: Path
) -> None:
    page = re.sub("<meta property=.article:published_time[^>]*>", "", story(1)).encode()
    for host, year in (("late", 2024), ("early", 2020)):
        one = record(f"https://{host}.example/a", answer(page), date=f"{year}-05-01T00:00:00Z")
        (tmp_path / host).write_bytes(one)
        assert run_here(kliping, "import", "-q", str(tmp_path / host)).code == 0
    told = run_here(kliping, "show", "1", "--story").out
    assert told.index("early.example") < told.index("had it first") < told.index("late.example")
    assert run_here(kliping, "search", "--", "site:early.example before:2021").out


def test_a_revisit_of_what_the_archive_has(
    kliping: Kliping, run_here: RunHere, tmp_path: Path
) -> None:
    file = tmp_path / "first.warc"
    file.write_bytes(paged(1))
    run_here(kliping, "import", "-q", file)
    later = tmp_path / "later.warc"
    refers = {
        "WARC_Refers_To_Target_URI": f"{PAPER}/news/1",
        "WARC_Refers_To_Date": "2020-02-03T04:05:06Z",
    }
    revisit = record(f"{PAPER}/news/1", b"", kind="revisit", date="2020-05-01T00:00:00Z", **refers)
    later.write_bytes(revisit)
    assert run_here(kliping, "import", later).errors == [f"kliping: {later}: 1 unchanged"]


def test_damage_is_named(kliping: Kliping, run_here: RunHere, tmp_path: Path) -> None:
    members = [by_gzip([paged(number)]) for number in range(1, 31)]
    for number in range(4, 28, 2):
        members[number] = members[number][:40] + b"\0\0\0" + members[number][43:]
    file = tmp_path / "bad\x1b[31m.warc.gz"
    file.write_bytes(b"".join(members)[:-20])
    ended = run_here(kliping, "import", "-q", file)
    assert ended.code == 3
    assert "\x1b" not in ended.err
    first, *named, last = ended.errors
    assert first.endswith(": 17 new, 13 damaged")
    assert len(named) == 10
    assert named[0].startswith(f"kliping: {tmp_path}/bad")
    assert f"at byte {sum(map(len, members[:4])):,}: its gzip data is damaged" in named[0]
    assert last.endswith(": and 3 more damaged places")
    assert len(run_here(kliping, "list", "--json", "--limit", "0").objects) == 17
    (told,) = run_here(kliping, "import", file, "--json").objects
    assert told["damaged"] == len(told["damage"]) == 13


def test_what_adds_nothing_is_told_with_the_reason(
    kliping: Kliping, run_here: RunHere, tmp_path: Path
) -> None:
    first, again = tmp_path / "first.warc", tmp_path / "again.warc"
    first.write_bytes(paged(1) + paged(2))
    assert run_here(kliping, "import", "-q", first).code == 0
    with closing(sqlite3.connect(kliping.db)) as connection:
        unsealed = "SELECT count(*) FROM entry WHERE position IS NULL"
        assert connection.execute(unsealed).fetchone() == (0,)
    url = f"{PAPER}/news/1"
    assert run_here(kliping, "forget", "--yes", "-q", url).code == 0
    about = record(None, b"software: a crawler\r\n", kind="warcinfo")
    metadata = record(f"{PAPER}/news/3", b"fetchTimeMs: 3\r\n", kind="metadata")
    again.write_bytes(about + metadata + paged(1) + paged(3, date="yesterday"))
    counts, undated = run_here(kliping, "import", again).errors
    assert counts.endswith(
        ": 1 failed (1 removed for good before), "
        "2 skipped (1 other record, 1 without a usable date)"
    )
    assert f"{PAPER}/news/3: its date is missing, broken or in the future" in undated
    for arguments in (
        ("show", url),
        ("forget", "--yes", url),
        ("fetch", "--html", first, "--url", url),
    ):
        ended = run_here(kliping, *arguments)
        assert re.search(r"removed for good on \d{4}-\d\d-\d\d", ended.err)
        assert "fetch" not in ended.err
        assert "try again" not in ended.err
        assert ended.code == (2 if arguments[0] != "fetch" else 4)
    (told,) = run_here(kliping, "import", "--json", _copied(again)).objects
    assert told["failed_by_reason"] == {"forgotten": 1}


def _copied(file: Path) -> Path:
    """Of another content, so that it was not imported before."""
    other = file.with_name("other.warc")
    other.write_bytes(file.read_bytes() + b"\r\n")
    return other


def test_what_is_no_web_archive(kliping: Kliping, run_here: RunHere, tmp_path: Path) -> None:
    good, bad, none = tmp_path / "good.warc", tmp_path / "bad.pdf", tmp_path / "none.warc"
    good.write_bytes(paged(1))
    bad.write_bytes(b"%PDF-1.7\n" + b"x" * 5000)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)  # nobody writes to it: it is not waited for
    for files in ((bad,), (none,), (tmp_path,), (pipe,), (bad, none)):
        ended = run_here(kliping, "import", *files)
        assert (ended.code, ended.out) == (2, "")
        assert len(ended.errors) == len(files)
    (line,) = run_here(kliping, "import", bad).errors
    assert line == f"kliping: {bad}: no WARC or WACZ file: no record was found in it"
    ended = run_here(kliping, "import", bad, good, none)
    assert ended.code == 3
    assert ended.errors[1] == f"kliping: {good}: 1 new"
    assert run_here(kliping, "import").code == 2
    told = run_here(kliping, "import", "--json", bad, good).objects
    assert [sorted(one)[:2] for one in told] == [["error", "file"], ["changed", "damage"]]


KILLED = """
import os, signal, sys, cli
import commands.crawl.importing as importing
from storage.archive import Archive
importing.NOTE_AFTER = 3
save, left = Archive.save, int(sys.argv.pop(1))

def dying(self, *rest, **options):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    decision = save(self, *rest, **options)
    if left == 1 and number == "after":
        os.kill(os.getpid(), signal.SIGKILL)
    return decision

number = sys.argv.pop(1)
Archive.save = dying
sys.exit(cli.main())
"""


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Kliping]:
    """A file of 24 pages, and an archive that it was imported into in peace."""
    folder = tmp_path_factory.mktemp("peace")
    members = [by_gzip([paged(number)]) for number in range(1, 25)]
    members[10] = members[10][:40] + b"\0\0\0" + members[10][43:]
    file = folder / "crawl.warc.gz"
    file.write_bytes(b"".join(members))
    user = user_at(folder / "home")
    assert user.run("import", "-q", file).code == 3
    return file, user


@pytest.mark.parametrize(("left", "when"), [(1, "before"), (9, "after"), (21, "before")])
def test_killed_at_any_moment_and_run_once_more(
    undisturbed: tuple[Path, Kliping], run_here: RunHere, tmp_path: Path, left: int, when: str
) -> None:
    file, peace = undisturbed
    user = user_at(tmp_path / "home")
    done = subprocess.run(
        [sys.executable, "-P", "-c", KILLED, str(left), when, "import", "-q", str(file)],
        env=user.environment(),
        cwd=user.home,
        capture_output=True,
    )
    assert done.returncode == -signal.SIGKILL
    assert rows(user)["fetch"] == left - 1
    ended = run_here(user, "import", file)
    assert ended.code == 3
    assert ended.errors[0].endswith(": 23 new, 1 damaged")
    assert rows(user) == rows(peace)
    assert contents(user, run_here) == contents(peace, run_here)


def test_a_signal_ends_it_in_good_order(
    undisturbed: tuple[Path, Kliping], run_here: RunHere, tmp_path: Path
) -> None:
    file, peace = undisturbed
    user = user_at(tmp_path / "home")
    script = KILLED.replace("SIGKILL", "SIGTERM")
    done = subprocess.run(
        [sys.executable, "-P", "-c", script, "5", "before", "import", str(file)],
        env=user.environment(),
        cwd=user.home,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout, done.stderr) == (143, "", "")
    assert 4 <= rows(user)["fetch"] < 23
    assert run_here(user, "import", file).errors[0].endswith(": 23 new, 1 damaged")
    assert rows(user) == rows(peace)


def test_a_full_disk_is_one_line(kliping: Kliping, tmp_path: Path) -> None:
    file = tmp_path / "x.warc"
    file.write_bytes(b"".join(paged(number) for number in range(1, 13)))
    kliping.make_archive()
    most = kliping.db.stat().st_size + 60_000
    script = (
        "import resource, signal, sys, cli; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {most})); sys.exit(cli.main())"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", script, "import", str(file)],
        env=kliping.environment(),
        cwd=kliping.home,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 74
    assert len(done.stderr.splitlines()) == 1
    assert kliping.run("import", file).errors[0].endswith(": 12 new")

"""``search``: rows, orders, and that nothing typed is an error."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import QUICK
from tests.cli.running import COMMAND, Kliping, RunHere, prepare
from tests.cli.terminals import on_terminal
from tests.cli.test_fetch import PINNED


def page(number: int, title: str, text: str) -> str:
    body = "".join(f"<p>{text} In point {point} nothing else was decided by anyone.</p>"
                   for point in range(number, number + 6))  # fmt: skip
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title>'
        f'<meta property="og:type" content="article"><meta name="author" content="Ada Pier">'
        f'<meta property="article:published_time" content="2026-03-0{number}T10:00:00+02:00">'
        f"</head><body><article><h1>{title}</h1>{body}</article></body></html>"
    )


PAGES = (
    ("Harbour council decides", "The harbour council heard the fishermen of the eastern mole."),
    ("Mole is mended", "The mole of the harbour is mended, says the café on [bold]pier[/nine]."),
    ("港口委员会推迟决定", "港口委员会周二决定推迟。The survey was not finished at all by then."),
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Kliping:
    user = Kliping(tmp_path_factory.mktemp("searcher"), QUICK)
    for number, (title, text) in enumerate(PAGES, start=1):
        path: Path = user.home / f"{number}.html"
        path.write_text(page(number, title, text), encoding="utf-8")
        url = f"https://{'news' if number == 2 else 'www'}.example.org/story/{number}"
        assert prepare(user, "fetch", "-q", "--html", path, "--url", url).code == 0
    return user


def ids(archive: Kliping, run_here: RunHere, *arguments: object) -> list[int]:
    ended = run_here(archive, "search", "--json", *arguments)
    assert ended.code == 0
    assert all(list(each) == [*PINNED, "snippet"] for each in ended.objects)
    return [each["id"] for each in ended.objects]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("mole", [2, 1]),
        ("-mole", [3]),
        ('"harbour council"', [1]),
        ("title:mole", [2]),
        ("author:pier site:news.example.org", [2]),
        ("mole -author:ada", []),
        ("委员会", [3]),
        ("cafe", [2]),
        ("lang:en before:2026-03-02", [1]),
        ("after:2026-03-03", [3]),
        ("nowhere", []),
    ],
)
def test_rows(archive: Kliping, run_here: RunHere, query: str, wanted: list[int]) -> None:
    assert ids(archive, run_here, "--", query) == wanted


def test_arguments_are_one_query(archive: Kliping, run_here: RunHere) -> None:
    assert ids(archive, run_here, "harbour", "council") == [1]
    assert ids(archive, run_here, "--", "mole", "-council") == [2]
    assert ids(archive, run_here, "mole", "--limit", "1") == [2]
    assert ids(archive, run_here, "--by", "relevance", "mole")[0] == 2
    assert ids(archive, run_here, "--by", "published", "--limit", "0", "site:example.org") == [
        3,
        2,
        1,
    ]


def test_for_scripts(archive: Kliping, run_here: RunHere) -> None:
    ended = run_here(archive, "search", "fishermen")
    (line,) = ended.out.splitlines()
    listed = run_here(archive, "list").out.splitlines()[-1]
    assert line.startswith(f"{listed}\t")
    assert "fishermen of the eastern mole" in line.split("\t")[5]
    assert (ended.code, ended.err) == (0, "")


@pytest.mark.parametrize("query", ["", '"', "NEAR(", "a:b:c", "*", "-", "\U0001f642"])
def test_any_text(archive: Kliping, run_here: RunHere, query: str) -> None:
    ended = run_here(archive, "search", "--", query)
    assert (ended.code, ended.out) == (0, "")
    assert len(ended.errors) <= 2


@pytest.mark.parametrize("query", [b"\xff\xfe", b"x" * 100_000])
def test_any_bytes(archive: Kliping, query: bytes) -> None:
    done = subprocess.run(
        [*COMMAND, "search", "--", query], env=archive.environment(), capture_output=True
    )
    assert (done.returncode, done.stdout) == (0, b"")
    assert done.stderr.count(b"\n") <= 2
    assert b"Traceback" not in done.stderr


def test_what_a_person_is_told(archive: Kliping, kliping: Kliping, run_here: RunHere) -> None:
    assert run_here(archive, "search", "nowhere").err == "kliping: nothing found\n"
    assert "nothing to look for" in run_here(archive, "search").err
    assert "after:soon" in run_here(archive, "search", "after:soon").err
    for typed, told in (("body:mole", "no filter body:"), ("site:", "a host"), ('"mole', "mark")):
        ended = run_here(archive, "search", typed)
        assert told in ended.err
        assert ended.code == 0
    assert "too long" in run_here(archive, "search", "mole " * 9999).err
    kliping.make_archive()
    assert "no article yet" in run_here(kliping, "search", "mole").err
    assert run_here(archive, "search", "--json", "nowhere").err == ""
    assert run_here(archive, "search", "--by", "luck", "mole").code == 2
    dashed = run_here(archive, "search", "mole", "-fish")
    assert (dashed.code, "put -- before" in dashed.err) == (2, True)


def test_on_a_terminal_the_hits_are_bold(archive: Kliping) -> None:
    text = on_terminal(archive, "search", "pier mended")
    assert "\x1b[1mmended\x1b[0m" in text
    assert "[bold]" in text, "markup of a page is text"
    plain = text.replace("\x1b[1m", "").replace("\x1b[0m", "")
    assert "\x1b" not in plain
    assert max(map(len, plain.splitlines())) <= 80
    assert "Mole is mended" in plain.splitlines()[0]
    assert "2026-03-02" in plain.splitlines()[0]

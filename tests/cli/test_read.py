"""``list`` and ``show``."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.cli.conftest import QUICK
from tests.cli.newspaper import newspaper, story
from tests.cli.running import Kliping, RunHere, prepare
from tests.cli.terminals import lines_on_terminal
from tests.cli.test_fetch import PINNED, WHOLE
from tests.servers import Server, reply


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Kliping:
    """Three articles and a page that is none."""
    user = Kliping(tmp_path_factory.mktemp("reader"), QUICK)
    with Server() as server:
        for number in (1, 2, 3):
            server.routes[f"/news/{number}"] = reply(story(number))
        server.routes["/news/4"] = reply("<html><title>Not found</title><p>404</html>")
        urls = [server.url(f"/news/{number}") for number in (1, 2, 3, 4)]
        assert prepare(user, "fetch", "-q", *urls).code == 3
    return user


@pytest.fixture
def site(archive: Kliping) -> str:
    """Where the archive's articles are from."""
    return str(prepare(archive, "list", "--json", "--limit", 1).objects[0]["url"]).removesuffix(
        "/3"
    )


def test_an_empty_archive(kliping: Kliping, run_here: RunHere) -> None:
    kliping.make_archive()
    for command in ("list", "list --rejected", "sources list"):
        ended = run_here(kliping, *command.split())
        assert (ended.code, ended.out) == (0, "")
        (line,) = ended.errors
        assert "`kliping sources add URL` adds a feed to crawl" in line
    for command in ("list --json", "sources list --json"):
        ended = run_here(kliping, *command.split())
        assert (ended.code, ended.out, ended.err) == (0, "", "")
    ended = run_here(kliping, "show", "1")
    assert ended.code == 2
    assert "empty" in ended.err


def test_a_list_without_articles_says_why(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    assert run_here(kliping, "sources", "add", newspaper(server, 1)).code == 0
    assert "`kliping crawl` fetches what your sources list" in run_here(kliping, "list").err
    server.routes["/story/1"] = reply("<html><title>Not found</title><p>404</html>")
    assert run_here(kliping, "crawl", "-q").code == 0
    ended = run_here(kliping, "list")
    assert (ended.code, ended.out) == (0, "")
    assert "`kliping list --rejected` tells why" in ended.err
    assert run_here(kliping, "list", "--rejected").err == ""


def test_a_list_without_rejects_says_so(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    server.routes["/1"] = reply(story(1))
    assert run_here(kliping, "fetch", "-q", server.url("/1")).code == 0
    ended = run_here(kliping, "list", "--rejected")
    assert (ended.code, ended.out, ended.errors) == (0, "", ["kliping: nothing was rejected"])


def test_list(archive: Kliping, run_here: RunHere) -> None:
    lines = run_here(archive, "list").out.splitlines()
    assert [line.split("\t")[0] for line in lines] == ["3", "2", "1"]
    assert lines[0].split("\t")[2] == "Harbour council decides case 3"
    assert len(run_here(archive, "list", "--limit", 2).out.splitlines()) == 2
    assert len(run_here(archive, "list", "--limit", 0).out.splitlines()) == 3


def test_list_as_json(archive: Kliping, run_here: RunHere, site: str) -> None:
    objects = run_here(archive, "list", "--json").objects
    assert [each["id"] for each in objects] == [3, 2, 1]
    assert all(list(each) == PINNED for each in objects)
    assert objects[0]["canonical_url"] == f"{site}/3"


def test_rejected(archive: Kliping, run_here: RunHere, site: str) -> None:
    (line,) = run_here(archive, "list", "--rejected").out.splitlines()
    number, reason, _title, url = line.split("\t")
    assert (number, url) == ("4", f"{site}/4")
    (page,) = run_here(archive, "list", "--rejected", "--json").objects
    assert list(page) == [*PINNED, "reason"]
    assert page["verdict"] != "article"
    assert reason == page["reason"]
    assert reason.startswith(page["verdict"])


def test_show(archive: Kliping, run_here: RunHere, site: str) -> None:
    ended = run_here(archive, "show", "2")
    assert (ended.code, ended.err) == (0, "")
    head, _, body = ended.out.partition("\n\n")
    assert head.splitlines() == [
        "Harbour council decides case 2",
        head.splitlines()[1],
        "2026-03-03 10:00+02:00",
        f"{site}/2",
    ]
    assert "Ada Pier" in head
    assert body.startswith("In case 2, point 1: ")
    assert len(body.strip().split("\n\n")) == 6
    for url in (f"{site}/2/", f"{site}/2?fbclid=1#x"):
        (page,) = run_here(archive, "show", url, "--json").objects
        assert page["id"] == 2
        assert list(page) == WHOLE
        texts = [block["text"] for block in page["blocks"] if block["kind"] != "caption"]
        assert "\n".join(texts) == page["body"]


def test_show_as_markdown(archive: Kliping, run_here: RunHere, site: str) -> None:
    ended = run_here(archive, "show", "2", "--markdown")
    assert (ended.code, ended.err) == (0, "")
    title, credit, address, first, *_ = ended.out.split("\n\n")
    assert title == "# Harbour council decides case 2"
    assert credit.endswith(" · 2026-03-03 10:00+02:00*")
    assert address == f"<{site}/2>"
    assert first.startswith("In case 2, point 1: ")
    ended = run_here(archive, "show", "2", "--markdown", "--json")
    assert (ended.code, ended.out) == (2, "")
    assert "--json and --markdown" in ended.err


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ("99", "nearest id is 4"),
        ("0", "nearest id is 1"),
        ("9" * 30, "nearest id is 4"),
        ("https://example.com/other", "kliping fetch https://example.com/other"),
        ("example", "not a web address"),
        ("1.5", "not a web address"),
    ],
)
def test_what_is_not_there(archive: Kliping, run_here: RunHere, wanted: str, words: str) -> None:
    ended = run_here(archive, "show", wanted)
    assert (ended.code, ended.out) == (2, "")
    (line,) = ended.errors
    assert words in line


# --------------------------------------------------------------------- streams


def test_a_table_fits_a_terminal_of_80_columns(archive: Kliping) -> None:
    heading, line = lines_on_terminal(archive, "list", "--rejected")
    assert max(len(heading), len(line)) <= 80
    assert heading.split() == ["ID", "Title", "Reason"]
    assert line.split()[0] == "4"
    assert "\x1b" not in heading + line, "no colours: NO_COLOR is set"


def test_an_article_is_wrapped_on_a_terminal(archive: Kliping, run_here: RunHere) -> None:
    lines = [line.rstrip() for line in lines_on_terminal(archive, "show", "2")]
    assert max(map(len, lines)) <= 80
    assert "\x1b" not in "".join(lines)
    shown = "\n".join(lines).split("\n\n")
    piped = run_here(archive, "show", "2").out.rstrip("\n").split("\n\n")
    assert len(shown) == len(piped) == 7
    assert [" ".join(text.split("\n")) for text in shown[1:]] == piped[1:]


def test_a_narrow_column_shows_the_end_of_an_address(
    kliping: Kliping, server: Server, run_here: RunHere
) -> None:
    path = "/news/2026/11/the-council-and-the-mole"
    server.routes[path] = reply("<html><p>404</html>")
    assert run_here(kliping, "fetch", "-q", server.url(path)).code == 6
    _, line = lines_on_terminal(kliping, "list", "--rejected")
    assert "council-and-the-mole" in line
    assert "\x1b" not in line


def _shell(user: Kliping, line: str) -> subprocess.CompletedProcess[str]:
    python = f'"{sys.executable}" -P -c "import sys, cli; sys.exit(cli.main())"'
    script = f'set -o pipefail; kliping() {{ {python} "$@"; }}; {line}'
    return subprocess.run(
        ["bash", "-c", script], env=user.environment(), capture_output=True, text=True, timeout=300
    )


def test_a_reader_that_leaves_early(archive: Kliping) -> None:
    ended = _shell(archive, "kliping show 1 | sleep 0; echo ${PIPESTATUS[0]}")
    assert (ended.stdout, ended.stderr) == ("141\n", "")


def test_output_that_cannot_be_written(archive: Kliping) -> None:
    for command in ("list", "--help", "--version", "list --help"):
        full = _shell(archive, f"kliping {command} > /dev/full")
        assert full.returncode == 74
        assert full.stderr.startswith("kliping: standard output cannot be written")
        assert len(full.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "command",
    ["list", "show --html 1", "export --format jsonl", "export --format epub", "--help"],
)
def test_output_that_is_closed_is_no_success(archive: Kliping, command: str) -> None:
    closed = _shell(archive, f"kliping {command} >&-")
    assert closed.returncode == 74
    assert closed.stderr == "kliping: standard output cannot be written: it is closed\n"


def test_closed_streams_hurt_nothing_that_does_not_use_them(archive: Kliping) -> None:
    for command in ("crawl -q", "verify", "search nowhere"):
        closed = _shell(archive, f"kliping {command} >&- 2>&- <&-")
        assert (closed.returncode, closed.stderr) == (0, ""), command
    shown = _shell(archive, "kliping list 2>&- <&-")
    assert (shown.returncode, bool(shown.stdout)) == (0, True)


def test_output_in_another_encoding(kliping: Kliping, run_here: RunHere) -> None:
    path = kliping.home / "page.html"
    path.write_text(story(8, title="Köln 日本"), encoding="utf-8")
    run_here(kliping, "fetch", "-q", "--html", path, "--url", "https://example.com/8")
    env = {"PYTHONIOENCODING": "ascii"}
    assert "K\\xf6ln" in kliping.run("list", env=env).out
    shown = kliping.run("list", "--json", "--limit", 1, env=env)
    assert "Köln 日本" in json.loads(shown.out)["title"]


def test_reading_goes_on_during_a_crawl(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    url = newspaper(server, 2)
    assert run_here(kliping, "sources", "add", url).code == 0
    server.routes["/story/2"] = reply(story(2))
    with kliping.running("crawl", "-q", "--config", _slow(kliping)) as crawl:
        while not run_here(kliping, "list").out and crawl.poll() is None:
            assert run_here(kliping, "sources", "list").code == 0


def _slow(user: Kliping) -> str:
    path = user.home / "slow.toml"
    path.write_text("[fetch]\nallow_private = true\n[pace]\nmin_delay = 0.2\n")
    return str(path)

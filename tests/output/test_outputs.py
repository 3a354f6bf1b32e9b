"""Nothing that a page, a feed, a header or an address says drives, reorders, forges or hides
anything on a terminal, in a pipe, in a log or in JSON; and every plain text comes out whole."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.running import Kliping, RunHere
from tests.cli.terminals import run_on_terminal
from tests.output.archive import ON_TERMINAL, Archived
from tests.output.paper import page, said
from tests.output.reading import check_json, check_pipe, check_terminal
from tests.output.strings import HARM, PLAIN, faults


@dataclass(frozen=True)
class Command:
    """``words``: what is asked, with ``{id}`` for an article. ``cells``: of each line in a pipe.
    ``witness``: what must stand in every output, so that the strings are known to get there.
    ``is_prose``: lines are broken between words, so that any may begin one."""

    words: str
    cells: int | None = None
    witness: str = "harbour"
    json: bool = True
    is_prose: bool = False

    def of(self, archived: Archived, ids: dict[str, int]) -> list[str]:
        rules, saved = archived.user.home / "ruled.toml", archived.user.home / "saved.html"
        saved.write_bytes(page("all_driving"))
        return self.words.format(id=ids["all_driving"], rules=rules, saved=saved).split()


COMMANDS = (
    Command("list --limit 0", 5),
    Command("list --rejected --limit 0", 4, "trouble"),
    Command("search --limit 0 harbour", 6),
    Command("stories", 5),
    Command("sources list", 5),
    Command("sources export", witness="source harbour", json=False),
    Command("sources export --plain", 1, "/feed/", json=False),
    Command("coverage", 8),
    Command("coverage 1 --polls", 8, ""),
    Command("health", 6, "trouble", is_prose=True),
    Command("health --all", witness="trouble", is_prose=True),
    Command("runs", 6, ""),
    Command("watch list", 5),
    Command("db info", 2, "articles"),
    Command("reextract --dry-run --config {rules}", 4),
    Command("crawl --dry-run", 3, "trouble"),
    Command("export --format jsonl", json=False),
    Command("show {id}", is_prose=True),
    Command("show {id} --markdown", json=False, is_prose=True),
    Command("show {id} --story", witness=""),
    Command("history {id}", 6, "version"),
    Command("diff {id}", witness="anew"),
    Command("diff {id} --plain", witness="anew", json=False),
    Command("explain {id}", witness="verdict"),
    Command("extract {saved}", is_prose=True),
    Command("extract {saved} --markdown", json=False, is_prose=True),
    Command("rules test {id} --config {rules}", 3, "bell back del"),
)


@pytest.fixture(scope="module")
def ids(archived: Archived) -> dict[str, int]:
    """The articles, by the string that their pages say."""
    rows = archived.run("ids", "list", "--limit", 0, "--json").objects
    paths = {str(row["url"]): int(row["id"]) for row in rows}
    return {name: paths[archived.url(name)] for name in (*HARM, *PLAIN)}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.words)
def test_on_a_terminal(command: Command, archived: Archived, ids: dict[str, int]) -> None:
    _, text = run_on_terminal(archived.user, *command.of(archived, ids), NO_COLOR="")
    check_terminal(text, is_prose=command.is_prose)
    assert command.witness in text


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.words)
def test_in_a_pipe(
    command: Command, archived: Archived, ids: dict[str, int], run_here: RunHere
) -> None:
    ended = run_here(archived.user, *command.of(archived, ids))
    check_pipe(ended.out, command.cells)
    check_pipe(ended.err)
    assert command.witness in ended.out + ended.err


@pytest.mark.parametrize(
    "command", [one for one in COMMANDS if one.json], ids=lambda command: command.words
)
def test_as_json(
    command: Command, archived: Archived, ids: dict[str, int], run_here: RunHere
) -> None:
    ended = run_here(archived.user, *command.of(archived, ids), "--json")
    objects = check_json(ended.out)
    check_pipe(ended.err)
    assert command.witness in json.dumps(objects)


def test_what_was_said_while_it_was_filed(archived: Archived) -> None:
    logged: set[object] = set()
    for name, ended in archived.told.items():
        if name.startswith(ON_TERMINAL):
            check_terminal(ended.out)
        elif "with a log" in name:
            lines = [line for line in ended.err.split("\n") if not line.startswith("kliping: ")]
            logged |= {one["event"] for one in check_json("\n".join(lines))}
            check_json(ended.out)
        else:
            check_pipe(ended.out)
            check_pipe(ended.err)
    assert logged == {"page", "source", "message"}
    assert "evil" in archived.told["fetch what fails"].err
    assert "evil" in archived.told[f"{ON_TERMINAL}crawl"].out


def test_what_a_site_offers(archived: Archived, run_here: RunHere) -> None:
    """And what is proposed to be typed is typed without harm: the address is the publisher's."""
    front = archived.server.url("/")
    check_terminal(run_on_terminal(archived.user, "discover", front)[1])
    code, text = run_on_terminal(archived.user, "discover", archived.server.url("/shell"))
    check_terminal(text)
    (proposed,) = re.findall(r"`(kliping sources add .*)`\s+follows the first", text)
    words = shlex.split(proposed)
    assert code == 0
    assert "$(touch$IFS$9owned)" in words[-1]
    said_by_shell = subprocess.run(
        ["sh", "-c", f"kliping() {{ printf '%s\\n' \"$@\"; }}; {proposed}"],
        capture_output=True,
        text=True,
        cwd=archived.user.home,
    )
    assert said_by_shell.stdout.splitlines() == words[1:]
    piped = run_here(archived.user, "discover", front)
    check_pipe(piped.out, 8)
    assert len(check_json(run_here(archived.user, "discover", front, "--json").out)) > 2


def test_what_a_feed_lists(archived: Archived, run_here: RunHere) -> None:
    feed = archived.server.url("/feed/all_driving")
    check_terminal(run_on_terminal(archived.user, "sources", "test", feed)[1])
    check_pipe(run_here(archived.user, "sources", "test", feed).out, 4)
    links = check_json(run_here(archived.user, "sources", "test", feed, "--json").out)
    assert all("item harbour" in link["title"] for link in links)


def test_news_of_a_watch(archived: Archived, run_here: RunHere, tmp_path: Path) -> None:
    """In a copy: what was told is not told again."""
    user = Kliping(tmp_path)
    shutil.copyfile(archived.user.db, user.db)
    terminal = Kliping(tmp_path / "terminal")
    terminal.home.mkdir()
    shutil.copyfile(archived.user.db, terminal.db)
    _, text = run_on_terminal(terminal, "watch", "run")
    check_terminal(text)
    assert "title harbour" in text
    check_pipe(run_here(user, "watch", "run").out)
    shutil.copyfile(archived.user.db, user.db)
    news = check_json(run_here(user, "watch", "run", "--json").out)
    assert len(news) >= len(HARM) + len(PLAIN)


def test_a_stored_page_on_a_terminal(archived: Archived, ids: dict[str, int]) -> None:
    """There it is cleaned; into a pipe it goes byte for byte, which is what it is for."""
    _, text = run_on_terminal(archived.user, "show", ids["all_driving"], "--html")
    assert faults(text.replace("\r", "")) == []
    assert "<h1>" in text


@pytest.mark.parametrize("name", PLAIN)
def test_plain_text_is_shown_whole(
    name: str, archived: Archived, ids: dict[str, int], run_here: RunHere
) -> None:
    shown = run_here(archived.user, "show", ids[name]).out
    listed = run_here(archived.user, "list", "--limit", 0).out
    (parsed,) = run_here(archived.user, "show", ids[name], "--json").objects
    assert said(name, "title") == parsed["title"]
    assert said(name, "title") in listed
    assert said(name, "title") in shown
    assert f"{PLAIN[name]} paragraph" in shown
    assert f"first {PLAIN[name]} line\n second line" in shown
    assert f"\tfirst {PLAIN[name]} line\n\tsecond line" in parsed["body"]
    _, text = run_on_terminal(archived.user, "show", ids[name], COLUMNS="400")
    assert f"{PLAIN[name]} paragraph" in text

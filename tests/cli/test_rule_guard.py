"""A rule that a person wrote may shorten a text; nothing else of ours may."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scraper import extract
from scraper.model.types import Block, BlockKind, Capture, Outcome, Response, Settlement
from storage.archive import Archive
from storage.database.engine import open_engine
from tests.cli.conftest import QUICK
from tests.cli.newspaper import story
from tests.cli.running import Kliping, RunHere
from tests.cli.terminals import run_on_terminal
from tests.servers import Server, reply

RULE = '[rules."127.0.0.1"]\nremove = [".rest"]\n'
EVIL = " \x1b]0;owned\x07[/bold]\u202e"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def page(edit: str = "") -> str:
    """An article with the harbour's notices below it, which only a rule tells from its text."""
    notices = "".join(
        f"<p>Notice {number}: the pilots of basin {number * 7} ask the skippers of barges to keep "
        f"to the starboard side of buoy {number * 3}{EVIL} while the dredger works there by "
        "night.</p>"
        for number in range(1, 12)
    )
    return story(1, edit=f"{edit}<div class=rest>{notices}</div>")


@pytest.fixture
def filed(tmp_path: Path, run_here: RunHere, server: Server) -> Kliping:
    """The article as it is read without the rule; now the rule is there."""
    user = Kliping(tmp_path, QUICK)
    server.routes["/1"] = reply(page())
    assert run_here(user, "fetch", server.url("/1")).code == 0
    assert "Notice 11" in body(user, run_here)
    user.config = QUICK + RULE
    return user


def body(user: Kliping, run_here: RunHere) -> str:
    text: str = run_here(user, "show", 1, "--json").objects[0]["body"]
    return text


def versions(user: Kliping, run_here: RunHere) -> list[dict[str, Any]]:
    return [row for row in run_here(user, "history", 1, "--json").objects if row.get("version")]


def test_fetch_and_reextract_let_the_rule_through(
    filed: Kliping, run_here: RunHere, server: Server
) -> None:
    """Each on an archive of its own: they file the same."""
    (found,) = run_here(filed, "reextract", "--dry-run", "--json").objects[:1]
    assert (found["state"], found["by_rule"]) == ("changes", True)
    assert "of the text" in found["note"]
    assert "Notice" in body(filed, run_here)
    assert "1 changed" in run_here(filed, "reextract", "--yes").err
    by_reextract = body(filed, run_here)
    assert "Notice" not in by_reextract
    run_here(filed, "reextract", "--undo")
    assert "Notice" in body(filed, run_here)

    ended = run_here(filed, "fetch", server.url("/1"))
    assert ended.code == 0
    assert ended.out.startswith("re-read by a changed rule\t1\t")
    assert body(filed, run_here) == by_reextract
    assert "our reading, not an edit" in run_here(filed, "history", 1).out
    assert run_here(filed, "fetch", server.url("/1")).out.startswith("unchanged\t1\t")
    assert run_here(filed, "verify", "-q").code == 0


def test_the_outcome_in_json_keeps_its_value(
    filed: Kliping, run_here: RunHere, server: Server
) -> None:
    (page_read,) = run_here(filed, "fetch", "--json", server.url("/1")).objects
    assert (page_read["outcome"], page_read["reread"]) == ("unchanged", "rule")
    assert "Notice" not in page_read["body"]
    (page_read,) = run_here(filed, "fetch", "--json", server.url("/1")).objects
    assert (page_read["outcome"], page_read["reread"]) == ("unchanged", None)


def test_an_edit_that_comes_with_the_changed_rule_is_the_publishers(
    filed: Kliping, run_here: RunHere, server: Server
) -> None:
    server.routes["/1"] = reply(page("<p>The harbour master has resigned over it.</p>"))
    assert run_here(filed, "fetch", server.url("/1")).out.startswith("changed\t1\t")
    assert body(filed, run_here).endswith("The harbour master has resigned over it.")
    assert run_here(filed, "verify", "-q").code == 0


@pytest.mark.parametrize("command", ["fetch", "reextract"])
def test_later_edits_are_not_measured_by_what_the_rule_left_out(
    filed: Kliping, run_here: RunHere, server: Server, command: str
) -> None:
    run_here(
        filed, *(["reextract", "--yes"] if command == "reextract" else ["fetch", server.url("/1")])
    )
    server.routes["/1"] = reply(page("<p>The harbour master has resigned over it.</p>"))
    assert run_here(filed, "fetch", server.url("/1")).out.startswith("changed\t1\t")
    assert body(filed, run_here).endswith("The harbour master has resigned over it.")
    short = re.sub(r"<p>In case 1, point [2-6].*?</p>", "", page())
    server.routes["/1"] = reply(short)
    assert run_here(filed, "fetch", server.url("/1")).out.startswith("unchanged\t1\t")
    assert "point 6" in body(filed, run_here)


def test_without_a_rule_neither_may_lose_text(
    tmp_path: Path, run_here: RunHere, server: Server
) -> None:
    """An older extractor read more of the page than today's."""
    user = Kliping(tmp_path, QUICK)
    html, url = story(1).encode(), server.url("/1")
    server.routes["/1"] = reply(html)
    response = Response(url, url, 200, (("Content-Type", "text/html"),), html, NOW)
    read = extract(html, url, headers=dict(response.headers), now=NOW)
    more = tuple(
        Block(BlockKind.PARAGRAPH, f"The pilots of basin {number} have seen dredger {number * 3} "
              f"work there by night, and told the harbour master of it on day {number * 5}.")
        for number in range(1, 15)
    )  # fmt: skip
    blocks = (*read.blocks, *more)
    old = replace(
        read,
        blocks=blocks,
        body="\n".join(block.text for block in blocks),
        extractor_version="1",
    )
    engine = open_engine(user.db)
    filed = Archive(engine).save(Capture(url, NOW, response, old), Settlement(None), NOW)
    engine.dispose()
    assert filed.outcome is Outcome.NEW
    assert "would lose text" in run_here(user, "reextract", "--dry-run").err
    code, shown = run_on_terminal(user, "reextract", "--dry-run")
    assert code == 0
    told = " ".join(re.sub(r"\x1b\[[\d;?]*[a-zA-Z]", "", shown).split())
    assert "of the text from the end; only with --accept-losses)" in told
    assert "14 paragraphs removed" in told
    assert run_here(user, "fetch", url).out.startswith("unchanged\t1\t")
    assert body(user, run_here) == old.body
    assert len(versions(user, run_here)) == 1
    assert "1 changed" in run_here(user, "reextract", "--accept-losses", "--yes").err
    assert body(user, run_here) == read.body


def test_a_person_can_judge_what_comes_after(filed: Kliping) -> None:
    code, shown = run_on_terminal(filed, "reextract", "--dry-run")
    assert code == 0
    assert not [mark for mark in ("\x1b]", "\x07", "\u202e") if mark in shown]
    lines = re.sub(r"\x1b\[[\d;?]*[a-zA-Z]", "", shown).replace("\r", "").splitlines()
    assert max(map(len, lines)) <= 80
    lines = lines[next(at for at, line in enumerate(lines) if line.startswith("article 1")) :]
    assert not [line for line in lines if line != line.rstrip()]
    text = re.sub(" +", " ", " ".join(lines))
    assert re.search(r"article 1, 127\.0\.0\.1:\d+: body \(lost \d\d % of the text", text)
    assert "by the changed rule)" in text
    assert "11 paragraphs removed" in text
    assert "paragraph 7, removed: [-Notice 1: the pilots of basin 7 ask" in text
    assert "now begins In case 1, point 1: the harbour council heard" in text
    assert text.count("was not yet finished.") == 1


def test_a_rule_that_is_taken_back(filed: Kliping, run_here: RunHere, server: Server) -> None:
    run_here(filed, "fetch", server.url("/1"))
    assert "Notice" not in body(filed, run_here)
    filed.config = QUICK
    ended = run_here(filed, "fetch", server.url("/1"))
    assert ended.out.startswith("re-read by a changed rule\t1\t")
    assert "Notice 11" in body(filed, run_here)


def test_a_terminal_has_room_for_what_was_done(filed: Kliping, server: Server) -> None:
    code, shown = run_on_terminal(filed, "fetch", server.url("/1"))
    assert code == 0
    assert "re-read by a changed rule  1  " in shown

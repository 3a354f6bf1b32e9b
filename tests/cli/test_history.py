"""``history`` and ``diff``: versions fetched from a newspaper that edits its stories."""

from __future__ import annotations

import difflib
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from commands.times import local_minute
from scraper.model.types import Verdict
from storage.archive import Archive
from storage.database.engine import open_engine
from tests.cli.conftest import QUICK
from tests.cli.newspaper import story
from tests.cli.running import Kliping, RunHere, prepare
from tests.cli.terminals import on_terminal
from tests.servers import Server, reply
from tests.storage.makers import (
    BY_HAND,
    LONG,
    NOW,
    make_article,
    make_capture,
    make_rejected,
    make_response,
)

PATH = "/news/bridge"
FIRST = (
    "The bridge over the river was closed to all traffic on Monday after a survey found cracks.",
    "The repairs are expected to cost £2.4 million, of which the county will pay one half. About "
    "310 households on the station side will be without their usual walk to the school.",
    "“We are sorry,” said the mayor, who has crossed the bridge on every working day of her life.",
    "A ferry will run between the two landings from six in the morning until midnight, free for "
    "everyone who can show a ticket of the county's bus company.",
    "The council will hear the engineers next Tuesday, and after them whoever wants to be heard.",
)
SECOND = (
    FIRST[0],
    FIRST[1].replace("310", "410"),
    *FIRST[2:4],
    "Nobody knows for how long.",
    FIRST[4],
)
EVIL = (
    "The mayor said: \x1b]0;owned\x07\x9b31m [/bad] [red]nothing[/red] \u202edlrow\u202c and more "
    "of the same kind, to fill a paragraph of some length."
)


def page(texts: tuple[str, ...], title: str, modified: str | None = None) -> str:
    stated = f'<meta property="article:modified_time" content="{modified}">' if modified else ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta property="og:type" content="article"><meta name="author" content="Ada Pier">'
        '<meta property="article:published_time" content="2026-03-01T10:00:00+00:00">'
        f"{stated}</head><body><article><h1>{title}</h1><p class=byline>By Ada Pier</p>"
        f"{''.join(f'<p>{text}</p>' for text in texts)}</article></body></html>"
    )


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Kliping:
    """A story of three versions (the last one of a newspaper that means harm), one of one
    version, and a page that is no article."""
    user = Kliping(tmp_path_factory.mktemp("history"), QUICK)
    edits = (
        page(FIRST, "Bridge closed", "2026-03-01T10:00:00Z"),
        page(SECOND, "Bridge closed", "2026-03-02T10:00:00Z"),
        page((*SECOND[:3], EVIL, *SECOND[3:]), "Bridge \x1b[31mshut[/bad]", "2026-03-02T10:00:00Z"),
    )
    with Server() as server:
        for edit in edits:
            server.routes[PATH] = reply(edit)
            assert prepare(user, "fetch", "-q", server.url(PATH)).code == 0
        server.routes["/once"] = reply(story(1))
        server.routes["/none"] = reply("<html><title>Not found</title><p>404</html>")
        assert prepare(user, "fetch", "-q", server.url("/once")).code == 0
        prepare(user, "fetch", "-q", server.url("/none"))
    return user


@pytest.fixture(scope="module")
def reverted(tmp_path_factory: pytest.TempPathFactory) -> Kliping:
    """A paragraph taken out, put in again, taken out and put in; then a wall, twice."""
    user = Kliping(tmp_path_factory.mktemp("reverted"))
    engine = open_engine(user.db)
    url, body = "https://a.example/story", f"{LONG}\nThe mayor knew of it."
    row = [make_capture(url, make_article(text)) for text in (body, LONG, body, LONG, body)]
    row += 2 * [make_rejected(url, Verdict.LOGIN_WALL)]
    for hour, capture in enumerate(row):
        at = NOW + timedelta(hours=hour)
        answer = replace(capture.response or make_response(url), fetched_at=at)
        Archive(engine).save(replace(capture, response=answer), BY_HAND, at)
    engine.dispose()
    return user


def test_history_in_json(archive: Kliping, run_here: RunHere) -> None:
    ended = run_here(archive, "history", "1", "--json")
    first, second, third = ended.objects
    assert (first["version"], first["edits"], first["stealth"]) == (1, [], False)
    assert [edit["kind"] for edit in second["edits"]] == ["figures", "paragraph_added"]
    assert [edit["kind"] for edit in third["edits"]] == ["headline", "paragraph_added"]
    assert (second["stealth"], third["stealth"]) == (False, True)
    assert [one["current"] for one in (first, second, third)] == [False, False, True]
    assert (second["cause"], second["accepted"], second["reason"]) == ("publisher", True, None)
    assert second["edits"][0]["removed"] == ["310"]
    assert (second["edits"][0]["old_block"], second["edits"][0]["new_block"]) == (2, 2)
    assert set(first) >= {"first_seen_at", "title", "modified_at", "fetched_at", "url"}
    url = first["url"]
    assert run_here(archive, "history", url, "--json").out == ended.out


def test_history_in_lines(archive: Kliping, run_here: RunHere) -> None:
    lines = [line.split("\t") for line in run_here(archive, "history", "1").out.splitlines()]
    assert [line[0] for line in lines] == ["1", "2", "3"]
    assert [line[2] for line in lines] == ["", "", "(stealth) current"]
    assert [line[3] for line in lines] == [
        "first version",
        "1 paragraph added, 1 with changed numbers",
        "headline, 1 paragraph added",
    ]


def test_diff_in_json(archive: Kliping, run_here: RunHere) -> None:
    (last,) = run_here(archive, "diff", "1", "--json").objects
    assert (last["from"], last["to"], last["stealth"]) == (2, 3, True)
    (given,) = run_here(archive, "diff", "1", "1", "2", "--json").objects
    assert (given["from"], given["to"]) == (1, 2)
    assert given["removed"] == ["310"]
    assert given["added"] == ["410", "Nobody", "knows", "for", "how", "long"]
    (back,) = run_here(archive, "diff", "1", "2", "1", "--json").objects
    assert sorted(back["removed"]) == sorted(given["added"])
    assert sorted(back["added"]) == sorted(given["removed"])
    (against_current,) = run_here(archive, "diff", "1", "1", "--json").objects
    assert (against_current["from"], against_current["to"]) == (1, 3)
    assert against_current["stealth"] is False


def test_a_unified_diff_turns_one_text_into_the_other(archive: Kliping, run_here: RunHere) -> None:
    plain = run_here(archive, "diff", "1", "1", "2", "--plain").out
    assert plain == run_here(archive, "diff", "1", "1", "2").out, "no terminal: plain"
    assert plain.startswith("--- version 1\t")
    head = [
        "Title: Bridge closed",
        "Byline: By Ada Pier",
        "Published: 2026-03-01T10:00:00+00:00",
        "",
    ]
    expected = difflib.unified_diff([*head, *FIRST], [*head, *SECOND], lineterm="")
    assert plain.splitlines()[2:] == [*expected][2:]


def test_the_headline_is_part_of_a_unified_diff(archive: Kliping, run_here: RunHere) -> None:
    lines = run_here(archive, "diff", "1", "--plain").out.splitlines()
    assert "-Title: Bridge closed" in lines
    assert "+Title: Bridge [31mshut[/bad]" in lines


@pytest.mark.parametrize("arguments", ["history 1", "diff 1", "diff 1 --plain", "diff 1 --json"])
def test_a_hostile_page_does_not_drive_the_terminal(
    archive: Kliping, run_here: RunHere, arguments: str
) -> None:
    for shown in (
        run_here(archive, *arguments.split()).out,
        on_terminal(archive, *arguments.split(), NO_COLOR="1"),
    ):
        assert shown
        assert not set(shown) & {"\x07", "\x9b", "\u202e", "\u202c"}
        assert "\x1b" not in _without_styles(shown)


def test_history_fits_a_terminal_of_80_columns(archive: Kliping) -> None:
    shown = _without_styles(on_terminal(archive, "history", "1", NO_COLOR="1"))
    heading, *lines, address = shown.splitlines()
    assert address.startswith("read at http://127.0.0.1:")
    assert len(lines) == 3
    assert max(map(len, [heading, *lines])) <= 80
    assert "1 paragraph added, 1 with changed numbers" in lines[1]
    assert lines[2].rstrip().endswith("headline, 1 paragraph added (stealth)")
    assert [line.split()[0] for line in lines] == ["1", "2", "3*"]


def test_what_came_back_and_what_was_not_taken(reverted: Kliping, run_here: RunHere) -> None:
    ended = run_here(reverted, "history", "1", "--json")
    first, second = ended.objects
    hours = [f"2026-03-01T{hour}:00:00+00:00" for hour in range(12, 19)]
    assert (first["returned_at"], second["returned_at"]) == ([hours[2], hours[4]], [hours[3]])
    wall = {"reason": "login_wall: it says so", "times": 2}
    wall |= {"first_at": hours[5], "last_at": hours[6]}
    assert (first["rejections"], second["rejections"]) == ([], [wall])
    ended = run_here(reverted, "history", "1")
    assert [line.split("\t")[3] for line in ended.out.splitlines()] == [
        f"first version; back 2 times, last {hours[4]}",
        f"1 paragraph removed; back {hours[3]}",
    ]
    five, six = (local_minute(NOW + timedelta(hours=hour)) for hour in (5, 6))
    assert ended.errors == [
        f"kliping: not taken: {five} login_wall: it says so (2 times, last {six})"
    ]


def test_the_last_change_is_told_as_it_happened(reverted: Kliping, run_here: RunHere) -> None:
    (last,) = run_here(reverted, "diff", "1", "--json").objects
    assert (last["from"], last["to"], last["returned_at"]) == (2, 1, "2026-03-01T16:00:00+00:00")
    assert (last["removed"], last["added"]) == ([], ["The", "mayor", "knew", "of", "it"])
    lines = run_here(reverted, "diff", "1").out.splitlines()
    assert lines[:2] == [
        "--- version 2\t2026-03-01 13:00:00+00:00",
        "+++ version 1\t2026-03-01 16:00:00+00:00",
    ]
    assert "+The mayor knew of it." in lines


def test_a_long_history_is_told_whole_in_a_narrow_terminal(reverted: Kliping) -> None:
    narrow = {"COLUMNS": "50", "NO_COLOR": "1"}
    back, wall = (local_minute(NOW + timedelta(hours=hour)) for hour in (4, 5))
    shown = _without_styles(on_terminal(reverted, "history", "1", **narrow))
    assert max(map(len, shown.splitlines())) <= 50
    words = " ".join(shown.split())
    assert "first version; back 2 times, last" in words
    assert f"not taken: {wall} login_wall: it says so (2 times, last" in words
    words = " ".join(on_terminal(reverted, "diff", "1", **narrow).split())
    assert f"time of change did not move); back {back}" in words


def test_words_are_marked_on_a_terminal(archive: Kliping) -> None:
    coloured = on_terminal(archive, "diff", "1", "1", "2", NO_COLOR="")
    assert "\x1b[9;31m310\x1b[0m \x1b[4;32m410\x1b[0m" in " ".join(coloured.split())
    marked = on_terminal(archive, "diff", "1", "1", "2", NO_COLOR="1")
    assert "[-310-] {+410+}" in " ".join(marked.split())
    assert max(map(len, _without_styles(marked).splitlines())) <= 80


def test_nothing_to_compare(archive: Kliping, run_here: RunHere) -> None:
    ended = run_here(archive, "diff", "2")
    assert (ended.code, ended.out) == (0, "")
    assert ended.errors == ["kliping: article 2 has one version: nothing to compare"]
    (none,) = run_here(archive, "diff", "2", "--json").objects
    assert (none["from"], none["to"], none["edits"], none["removed"]) == (None, 1, [], [])
    ended = run_here(archive, "diff", "1", "2", "2")
    assert (ended.code, ended.out) == (0, "")
    assert "the same text" in ended.err


def test_a_page_without_text(archive: Kliping, run_here: RunHere) -> None:
    for command in ("history", "diff"):
        ended = run_here(archive, command, "3")
        assert (ended.code, ended.out) == (0, "")
        assert "article 3 has no text" in ended.err


def test_what_does_not_exist(archive: Kliping, run_here: RunHere) -> None:
    ended = run_here(archive, "diff", "1", "1", "9")
    assert (ended.code, ended.out) == (2, "")
    assert ended.errors == ["kliping: article 1 has no version 9; it has versions 1 to 3"]
    for command in ("history", "diff"):
        shown = run_here(archive, "show", "99")
        ended = run_here(archive, command, "99")
        assert (ended.code, ended.err) == (shown.code, shown.err) == (2, shown.err)
    assert run_here(archive, "diff", "1", "--json", "--plain").code == 2


def _without_styles(shown: str) -> str:
    """Bold, dim and plain are ours; with ``NO_COLOR`` there is nothing else."""
    return re.sub(r"\x1b\[[012]m", "", shown)

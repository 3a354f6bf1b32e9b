"""``watch``: new hits are told, once."""

from __future__ import annotations

from pathlib import Path

import feedparser

from tests.cli.newspaper import story
from tests.cli.running import Kliping, RunHere
from tests.cli.terminals import run_on_terminal
from tests.servers import Server, reply

EVIL = "Mole \x1b[31m\u202e[/bad] =cmd"


def test_new_hits_are_told_once(kliping: Kliping, server: Server, run_here: RunHere) -> None:
    server.routes["/story/1"] = reply(story(1))
    server.routes["/story/2"] = reply(story(2, title=EVIL))
    assert run_here(kliping, "fetch", "-q", server.url("/story/1")).code == 0
    added = run_here(kliping, "watch", "add", "harbour", "council", "--name", "harbour")
    assert added.code == 0
    assert run_here(kliping, "watch", "run").out == ""  # what was there is not news
    assert run_here(kliping, "fetch", "-q", server.url("/story/2")).code == 0
    told = run_here(kliping, "watch", "run")
    assert "harbour:" in told.out
    assert server.url("/story/2") in told.out
    assert "\x1b" not in told.out
    assert "\u202e" not in told.out
    assert run_here(kliping, "watch", "run").out == ""
    server.routes["/story/1"] = reply(story(1, edit="<p>A zeppelin came by at noon.</p>"))
    assert run_here(kliping, "watch", "add", "-q", "zeppelin").code == 0
    assert run_here(kliping, "fetch", "-q", server.url("/story/1")).code == 0
    told = run_here(kliping, "watch", "run")  # the harbour stood there before
    assert (told.out.splitlines()[0], told.out.count("article 1")) == ("zeppelin:", 1)
    assert run_here(kliping, "watch", "run").out == ""


def test_as_json_and_as_a_feed(
    kliping: Kliping, server: Server, run_here: RunHere, tmp_path: Path
) -> None:
    for name in ("a", "b"):
        assert run_here(kliping, "watch", "add", "-q", "harbour", "--name", name).code == 0
    for number in (1, 2):
        server.routes[f"/story/{number}"] = reply(story(number))
        run_here(kliping, "fetch", "-q", server.url(f"/story/{number}"))
    hits = run_here(kliping, "watch", "run", "a", "--json").objects
    assert [(one["watch"], one["id"]) for one in hits] == [("a", 1), ("a", 2)]
    target = tmp_path / "clips.atom"
    assert run_here(kliping, "watch", "run", "b", "--atom", target).code == 0
    entries = feedparser.parse(target.read_bytes()).entries
    assert [one.tags[0].term for one in entries] == ["b", "b"]
    server.routes["/story/3"] = reply(story(3))
    run_here(kliping, "fetch", "-q", server.url("/story/3"))
    assert run_here(kliping, "watch", "run", "b", "--atom", target).code == 0
    links = [one.link for one in feedparser.parse(target.read_bytes()).entries]
    assert links[0] == server.url("/story/3")  # the new one first, the old ones stay
    assert len(links) == 3


def test_what_could_not_be_written_is_told_again(
    kliping: Kliping, server: Server, run_here: RunHere, tmp_path: Path
) -> None:
    run_here(kliping, "watch", "add", "-q", "harbour")
    server.routes["/story/1"] = reply(story(1))
    run_here(kliping, "fetch", "-q", server.url("/story/1"))
    failed = run_here(kliping, "watch", "run", "--atom", tmp_path / "none" / "clips.atom")
    assert failed.code != 0
    assert run_here(kliping, "watch", "run").out != ""


def test_no_feed_takes_the_place_of_a_database(
    kliping: Kliping, run_here: RunHere, tmp_path: Path
) -> None:
    assert run_here(kliping, "watch", "add", "-q", "harbour").code == 0
    other = Kliping(tmp_path / "other")
    other.home.mkdir()
    other.make_archive()
    for target in (kliping.db, Path(f"{kliping.db}-wal"), other.db):
        ended = run_here(kliping, "watch", "run", "--atom", target)
        assert (ended.code, ended.out, len(ended.errors)) == (2, "", 1)
    assert run_here(kliping, "watch", "list").out.startswith("harbour")
    other.make_archive()


def test_list_and_remove(kliping: Kliping, run_here: RunHere) -> None:
    kliping.make_archive()
    empty = run_here(kliping, "watch", "run")
    assert (empty.code, "watch add" in empty.err) == (2, True)
    run_here(kliping, "watch", "add", "-q", "--name", "x", "--", "-fish", "pier")
    (one,) = run_here(kliping, "watch", "list", "--json").objects
    assert (one["name"], one["query"], one["last_run_at"]) == ("x", "-fish pier", None)
    again = run_here(kliping, "watch", "add", "pier", "--name", "x")
    assert (again.code, len(again.errors)) == (2, 1)
    unknown = run_here(kliping, "watch", "remove", "y")
    assert (unknown.code, "the nearest is x" in unknown.err) == (2, True)
    assert run_here(kliping, "watch", "remove", "x").code == 0
    assert run_here(kliping, "watch", "list").out == ""


def test_a_query_without_a_word_is_refused(kliping: Kliping, run_here: RunHere) -> None:
    ended = run_here(kliping, "watch", "add", "...")
    assert ended.code == 2
    assert "no word" in ended.errors[-1]


def test_what_is_missing_of_a_watch_is_named(kliping: Kliping, run_here: RunHere) -> None:
    assert "the query has no word" in run_here(kliping, "watch", "add", "").err
    assert "the query has no word" in run_here(kliping, "watch", "add", "--name", "x", " ").err
    assert "needs a name" in run_here(kliping, "watch", "add", "--name", "", "harbour").err


def test_a_feed_follows_no_link_to_nothing(
    kliping: Kliping, run_here: RunHere, tmp_path: Path
) -> None:
    assert run_here(kliping, "watch", "add", "harbour").code == 0
    link = tmp_path / "feed.atom"
    link.symlink_to(tmp_path / "nowhere")
    ended = run_here(kliping, "watch", "run", "--atom", str(link))
    assert ended.code == 2
    assert ended.errors == [
        f"kliping: {link}: it is a link that leads nowhere; name the file itself"
    ]
    assert not (tmp_path / "nowhere").exists()


def test_a_name_is_one_line_wherever_it_is_given(kliping: Kliping, run_here: RunHere) -> None:
    assert run_here(kliping, "watch", "add", "mole", "--name", " a\n b").code == 0
    assert run_here(kliping, "watch", "remove", " a\n b").code == 0


def test_a_feed_needs_a_file(kliping: Kliping, run_here: RunHere) -> None:
    assert run_here(kliping, "watch", "add", "mole").code == 0
    ended = run_here(kliping, "watch", "run", "--atom", "-")
    assert (ended.code, ended.out) == (2, "")
    assert "-: --atom writes a file" in ended.err


def test_a_person_is_told_that_nothing_is_new(kliping: Kliping, run_here: RunHere) -> None:
    assert run_here(kliping, "watch", "add", "mole").code == 0
    assert run_here(kliping, "watch", "run").errors == []
    assert "nothing new since the last run" in run_on_terminal(kliping, "watch", "run")[1]

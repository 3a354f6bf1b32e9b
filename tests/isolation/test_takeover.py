"""A reader that a hostile page has taken over runs nothing in the parent, and gets at nothing."""

from __future__ import annotations

import asyncio
import json
import os
import pickle
import resource
import subprocess
import sys
import textwrap
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from scraper.discovery.documents import feeds, jsonfeed, sitemaps
from scraper.errors import SandboxError
from scraper.extraction import prescan
from scraper.extraction.body import blocks, stated
from scraper.extraction.dates.parsing import ParsedDate
from scraper.extraction.times.assumed_zone import locate
from scraper.isolation.answers import (
    MAX_OBJECTS,
    REPLY,
    AnswerError,
    AnswerKind,
    check_head,
    read_answer,
)
from scraper.isolation.claims import LEVELS, MAX_TEXTS, NUMBERS
from scraper.isolation.confinement import LIFETIME_CPU_SECONDS, OPEN_FILES, measures
from scraper.isolation.functions import PureFunction
from scraper.isolation.readers import EXTRACT, IMPRINT, PARSE_SOURCE
from scraper.isolation.sandbox import LARGE_ANSWER, Sandbox, SandboxLimits
from scraper.model.types import Article, Outcome, Precision, Response
from storage.text.content_hashes import IMPRINT_OF
from tests import sandboxed
from tests.crossing import cross
from tests.isolation.test_sandbox import asked, run
from tests.liar import Bomb
from tests.newspaper import article_html, rss
from tests.press import START, Press
from tests.servers import Server, reply
from tests.tables import each_row

ROOT = Path(__file__).parents[2]
URL = "https://a.example/1"
CONFINED = {"seccomp", "Landlock"} <= {each.partition(" ")[0] for each in measures()}
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there are limits alone")
if_confined = pytest.mark.skipif(not CONFINED, reason="this kernel lacks Landlock or seccomp")
as_root = pytest.mark.skipif(
    sys.platform != "linux" or os.getuid() != 0, reason="only root becomes another user"
)


@pytest.fixture(autouse=True)
def _children_find_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


# --------------------------------------------------------------------- what it answers


def frame(kind: int, data: bytes, length: int | None = None) -> bytes:
    return REPLY.pack(kind, len(data) if length is None else length) + data


def answer_with(sent: bytes, function: PureFunction[Any]) -> Any:
    """What ``sent`` is taken for where ``function`` was asked; the next task is done as ever."""
    liar = replace(function, path=f"{sandboxed.__name__}:answer_instead", check=None)

    async def ask() -> Any:
        async with Sandbox(1) as sandbox:
            try:
                return await sandbox.run(liar, sent)
            finally:
                assert await sandbox.run(asked("add"), 1, 1) == 2

    return asyncio.run(ask())


def test_a_pickle_is_no_answer(tmp_path: Path) -> None:
    bomb = pickle.dumps(("returned", Bomb(str(tmp_path / "ran"))))
    for sent in (len(bomb).to_bytes(8, "big") + bomb, frame(AnswerKind.RETURNED, bomb)):
        with pytest.raises(SandboxError) as caught:
            answer_with(sent, EXTRACT)
        assert caught.value.reason in ("answer", "crash")
    for kind in AnswerKind:
        with suppress(AnswerError):
            read_answer(kind, bomb, EXTRACT, (b"", URL))
    assert not (tmp_path / "ran").exists()
    pickle.loads(bomb)
    assert (tmp_path / "ran").exists()


def article(**fields: Any) -> bytes:
    return json.dumps(fields).encode()


def many(start: str, each: str, end: str) -> bytes:
    return f"{start}{','.join([each] * 1_000_000)}{end}".encode()


LIES = {
    "nothing": b"",
    "no JSON": b"\x80\x04garbage",
    "a number": b"1",
    "not a number": b"NaN",
    "something after it": b"{} {}",
    "a list for a mapping": b"[]",
    "a text for a list": article(authors="Ann"),
    "a number for a text": article(title=1),
    "an unknown verdict": article(verdict="forged"),
    "no text in a block": article(blocks=[{"kind": "paragraph"}]),
    "a truth for a number": article(provenance={"x": {"source": "x", "confidence": True}}),
    "a date that is none": article(published_at="yesterday"),
    "a date as a number": article(published_at=1e308),
    "a date without a zone": article(published_at="2026-01-01T00:00:00"),
    "a date before the calendar": article(modified_at="0001-01-01T00:00:00+14:00"),
    "a date behind the calendar": article(published_at="9999-12-31T23:59:59-14:00"),
    "half of a surrogate pair": b'{"title": "\\ud800"}',
    "the same in UTF-8": b'{"title": "\xed\xa0\x80"}',
    "no UTF-8": b'{"title": "\xff"}',
    "a NUL": b'{"title": "a\\u0000b"}',
    "a NUL behind a backslash": b'{"title": "\\\\\\u0000"}',
    "lists in lists": b'{"provenance":' + b"[" * 1_000_000,
    "mappings in mappings": b'{"x":' * 1_000_000,
    "a huge number": article(blocks=[{"kind": "heading", "text": "x", "level": 2**64}]),
    "a level that is none": article(blocks=[{"kind": "list_item", "text": "x", "level": 100}]),
    "a level below none": article(blocks=[{"kind": "heading", "text": "x", "level": -1}]),
    "a number of 32 bits": article(blocks=[{"kind": "list_item", "text": "x", "number": 2**31}]),
    "a number below none": article(blocks=[{"kind": "list_item", "text": "x", "number": -1}]),
    "a longer one": b'{"blocks":[{"kind":"heading","text":"x","level":' + b"9" * 100_000 + b"}]}",
    "an address of another site": article(canonical_url="https://paper.example/story"),
    "an address in another form": article(canonical_url="https://www.a.example/1/"),
    "no address": article(canonical_url="javascript:alert(1)"),
    "a script for a page": article(next_url="javascript:alert(1)"),
    "a file for an image": article(image_url="file:///etc/passwd"),
    "an address without a host": article(declared_url="http://["),
    "a caption's image": article(
        blocks=[{"kind": "caption", "text": "x", "image_url": "http://["}]
    ),
    "a million blocks": many('{"blocks": [', '{"kind": "quote", "text": ""}', "]}"),
    "a million blocks in many spaces": many('{"blocks": [', '{ "kind":"quote", "text":"{" }', "]}"),
    "a million sources": many(
        '{"provenance": {"x": {"source": "", "confidence": 0, "candidates": [',
        '{"value": "", "source": "", "confidence": 0}',
        "]}}}",
    ),
    "a million things that nobody asked for": many('{"x": [', "{}", "]}"),
    "a million names": many('{"authors": [', '""', "]}"),
    "a million tags": many('{"tags": [', '""', "]}"),
    "a million calls": many('{"calls": [', '""', "]}"),
    "an unknown directive": article(directives=["evil"]),
    "a directive with a value that none has": article(directives=["noarchive: x"]),
    "a directive without its value": article(directives=["unavailable_after"]),
    "a date without end": article(directives=["unavailable_after: " + "1" * 81]),
    "a policy that is no address": article(directives=["tdm-policy: javascript:alert(1)"]),
    "more directives than there are": article(directives=["noindex"] * 21),
    "a language that is none": article(language='en"><x'),
    "a confidence beyond all": article(provenance={"x": {"source": "x", "confidence": 1e308}}),
    "a candidate's confidence": article(
        provenance={
            "x": {
                "source": "x",
                "confidence": 1,
                "candidates": [{"value": "x", "source": "x", "confidence": -1}],
            }
        }
    ),
    "a million directives": many('{"directives": [', '""', "]}"),
    "a million cells": many('{"blocks": [{"kind":"quote","text":"x","cells":[', '""', "]}]}"),
}


@each_row("lie", LIES)
def test_nobody_believes_a_lie(lie: str) -> None:
    with pytest.raises(AnswerError) as caught:
        read_answer(AnswerKind.RETURNED, LIES[lie], EXTRACT, (b"", URL))
    assert len(str(caught.value)) < 300


def test_a_listing_without_end_is_refused() -> None:
    """Reading it took 13 seconds, in which nothing else was done."""
    listing = many('["feed", {"links": [', '{"url": "http://a.b"}', "]}]")
    with pytest.raises(AnswerError, match="more than 120,000 objects"):
        read_answer(AnswerKind.RETURNED, listing, PARSE_SOURCE, (b"", URL, None))


def test_what_readers_keep_to_is_no_lie() -> None:
    kept = (feeds.MAX_ITEMS, jsonfeed.MAX_ITEMS, sitemaps.MAX_ENTRIES, prescan.MAX_TAGS,
            stated.MAX_LINES)  # fmt: skip
    assert max(kept) + 1_000 < MAX_OBJECTS
    assert prescan.MAX_TAGS < MAX_TEXTS
    assert blocks.REACH in LEVELS
    assert max(blocks.LARGEST_NUMBER, prescan.MAX_TAGS) in NUMBERS
    braces = "{" * MAX_OBJECTS + '"{\\'
    read, _ = read_answer(AnswerKind.RETURNED, article(title=braces * 2), EXTRACT, (b"", URL))
    assert read.title == braces * 2


def test_a_large_answer_is_read_while_the_loop_goes_on() -> None:
    async def ask(sent: bytes) -> Article:
        loop, turned = asyncio.get_running_loop(), threading.Event()

        def check(_: Article, *__: object) -> None:
            loop.call_soon_threadsafe(turned.set)
            if not turned.wait(300):
                raise ValueError("the loop stood still")

        liar = replace(EXTRACT, path=f"{sandboxed.__name__}:answer_instead", check=check)
        async with Sandbox(1) as sandbox:
            return await sandbox.run(liar, frame(AnswerKind.RETURNED, sent))

    title = "x" * LARGE_ANSWER
    assert asyncio.run(ask(article(title=title))).title == title
    with pytest.raises(SandboxError, match="verdict"):
        asyncio.run(ask(article(title=title, verdict="forged")))


def test_a_reader_that_lied_reads_nothing_more() -> None:
    with pytest.raises(SandboxError, match=r"gave no answer that can be: .*verdict") as caught:
        answer_with(frame(AnswerKind.RETURNED, LIES["an unknown verdict"]), EXTRACT)
    assert caught.value.reason == "answer"


def test_what_is_no_lie_is_taken() -> None:
    good = article(title="\\u0000 and \ud83d\ude00", published_at="2026-01-01T00:00:00+07:00")
    read, error = read_answer(AnswerKind.RETURNED, good, EXTRACT, (b"", URL))
    assert error is None
    assert read.title == "\\u0000 and \N{GRINNING FACE}"
    assert read.published_at.isoformat() == "2026-01-01T00:00:00+07:00"


def test_a_time_crosses_with_the_offset_of_its_zone() -> None:
    """Amsterdam was at +00:19:32 then, and no format of times has room for seconds."""
    printed = ParsedDate(datetime(1920, 1, 1), Precision.DAY)
    moment, _ = locate(printed, ZoneInfo("Europe/Amsterdam"))
    assert moment.isoformat() == "1920-01-01T00:00:00+00:20"
    crossed = cross(Article(published_at=moment), Article).published_at
    assert crossed.isoformat() == moment.isoformat()


@pytest.mark.parametrize("size", [EXTRACT.most_bytes + 1, 1 << 30, (1 << 64) - 1])
def test_an_answer_is_not_large(size: int) -> None:
    with pytest.raises(AnswerError, match="more than 33,554,432 bytes"):
        check_head(frame(AnswerKind.RETURNED, b"", size), EXTRACT)


def test_a_large_answer_is_not_waited_for() -> None:
    with pytest.raises(SandboxError, match="more than 33,554,432 bytes") as caught:
        answer_with(frame(AnswerKind.RETURNED, b"x" * 4096, 1 << 30), EXTRACT)
    assert caught.value.reason == "answer"


@pytest.mark.parametrize("kind", [AnswerKind.RAISED, AnswerKind.FAILED, AnswerKind.OUT_OF_MEMORY])
def test_an_error_is_not_large(kind: AnswerKind) -> None:
    with pytest.raises(AnswerError, match="more than 65,536 bytes"):
        check_head(frame(kind, b"", 1 << 20), EXTRACT)


def test_an_error_of_another_page_is_no_answer() -> None:
    raised = article(url="https://b.example/", problem="x")
    with pytest.raises(AnswerError, match="another address"):
        read_answer(AnswerKind.RAISED, raised, EXTRACT, (b"", URL))
    with pytest.raises(AnswerError):
        read_answer(AnswerKind.RAISED, article(url=URL, problem="x" * 5_000), EXTRACT, (b"", URL))


def test_answers_without_end_fill_nothing() -> None:
    function = PureFunction[Any](f"{sandboxed.__name__}:answer_instead", Article, 1 << 20)

    async def ask(sent: bytes) -> list[str]:
        """What became of some tasks, each of which may get what was sent unasked."""
        seen = []
        async with Sandbox(1) as sandbox:
            for _ in range(3):
                try:
                    seen.append(str(await sandbox.run(function, sent, 0)))
                except SandboxError as error:
                    seen.append(error.reason)
        return seen

    assert asyncio.run(ask(frame(AnswerKind.RETURNED, b"{" * 1000, 1 << 20))) == ["answer"] * 3
    assert asyncio.run(ask(frame(AnswerKind.RETURNED, b"{}"))) == [str(Article())] * 3


def test_a_reader_that_hangs_up_in_the_middle_has_crashed() -> None:
    with pytest.raises(SandboxError) as caught:
        answer_with(frame(AnswerKind.RETURNED, b"{", 1000), EXTRACT)
    assert caught.value.reason == "crash"


def test_a_listing_and_an_imprint_are_checked_as_well() -> None:
    for lie in {"url": "javascript:0"}, {"url": URL, "published_at": "0001-01-01T00:00:00+14:00"}:
        for name in ("links", "sitemaps"):
            listing = json.dumps(["feed", {name: [lie]}]).encode()
            with pytest.raises(AnswerError):
                read_answer(AnswerKind.RETURNED, listing, PARSE_SOURCE, (b"", URL, None))
    content = {"content": "eA==", "wording": "eA==", "text": None}
    with pytest.raises(ValueError, match="something else"):
        _checked_imprint({"content": content, "fingerprint": []})
    good = dict.fromkeys(content, "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")
    with pytest.raises(ValueError, match="something else"):
        _checked_imprint({"content": good, "fingerprint": [2**63] * 16})
    _checked_imprint({"content": good, "fingerprint": [2**63 - 1] * 16})


def _checked_imprint(imprint: dict[str, Any]) -> None:
    import msgspec

    read = msgspec.json.decode(json.dumps(imprint), type=IMPRINT_OF.answer)
    assert IMPRINT_OF.check is not None
    IMPRINT_OF.check(read, msgspec.convert({"verdict": "article"}, Article))


def test_the_imprint_of_a_page_is_checked_beside_it() -> None:
    from scraper.isolation.readers import imprint_in

    class Liar(Sandbox):
        async def run(self, function: Any, *args: object, **_: Any) -> Any:
            assert function.path == IMPRINT.path
            function.check((Article(canonical_url="https://paper.example/"), None), *args)

    page = Response(URL, URL, 200, (), b"<p>", sandboxed.NOW)
    with pytest.raises(ValueError, match="another site"):
        asyncio.run(imprint_in(Liar(1), page, None, IMPRINT_OF))


# --------------------------------------------------------------------- what it can do


@on_linux
def test_putting_off_its_timer_does_not_help() -> None:
    with pytest.raises(SandboxError) as caught:
        run("put_off_the_timer", limits=SandboxLimits(cpu_seconds=0.3))
    assert str(caught.value) == "reading it took more than 0.3 s of CPU"
    assert caught.value.reason == "timeout"


def test_closing_its_end_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scraper.isolation.sandbox.DYING_SECONDS", 0.5)
    with pytest.raises(SandboxError) as caught:
        run("close_all_and_wait")
    assert caught.value.reason == "answer"


def test_it_has_no_descriptor_no_secret_and_hard_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = ("KLIPING_DB", "PGPASSWORD", "PGHOST", "HTTPS_PROXY", "http_proxy", "AWS_SECRET_KEY")
    for name in secrets:
        monkeypatch.setenv(name, "postgresql+psycopg://me:word@db/x")
    held = os.open("/dev/null", os.O_RDONLY)
    os.set_inheritable(held, True)
    try:
        environment, descriptors, limits = run("tell_about_itself")
    finally:
        os.close(held)
    assert "word" not in repr(environment)
    assert len(descriptors) == 4  # standard input, the null device twice, and where answers go
    memory = limits.pop(resource.RLIMIT_AS)
    assert memory == (SandboxLimits.memory_bytes,) * 2 or sys.platform != "linux"
    assert limits == {
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_CPU: (LIFETIME_CPU_SECONDS,) * 2,
        resource.RLIMIT_FSIZE: (0, 0),
        resource.RLIMIT_NOFILE: (OPEN_FILES,) * 2,
        resource.RLIMIT_NPROC: (0, 0),
    }


@if_confined
def test_nothing_of_what_a_stranger_would_try_goes_through(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("word")
    outcomes = run("try_everything", str(tmp_path), str(secret))
    assert len(outcomes) > 35
    assert {name: end for name, end in outcomes.items() if end.startswith("done")} == {}
    assert secret.read_text() == "word"
    assert os.listdir(tmp_path) == ["secret"]


BY_CALLS_ALONE = {"read a file", "read /etc/passwd", "list a folder", "the parent's environment",
                  "the parent's memory"}  # fmt: skip
"""What seccomp cannot forbid: what is read by name."""


@if_confined
def test_calls_alone_leave_reading_alone(tmp_path: Path) -> None:
    """As on a kernel without Landlock: nothing goes through but opening a file to read it."""
    secret = tmp_path / "secret"
    secret.write_text("word")
    outcomes = _in_a_process("confinement._file_rules = lambda: None", tmp_path, secret)
    assert {name for name, end in outcomes.items() if end.startswith("done")} <= BY_CALLS_ALONE
    assert secret.read_text() == "word"


@as_root
@if_confined
def test_limits_alone_keep_another_user_from_writing_and_from_processes(tmp_path: Path) -> None:
    """As on a kernel without Landlock and seccomp. Root is exempt from RLIMIT_NPROC."""
    tmp_path.chmod(0o777)
    secret = tmp_path / "secret"
    secret.write_text("word")
    secret.chmod(0o666)
    neither = "confinement._file_rules = confinement._allowed_calls = lambda: None"
    outcomes = _in_a_process(f"{neither}; os.setgroups([]); os.setgid(65534); os.setuid(65534)",
                             tmp_path, secret, "become a program")  # fmt: skip
    for act in ("fork", "a thread", "run a program", "write a file", "raise a limit"):
        assert not outcomes[act].startswith("done"), (act, outcomes[act])
    for act in ("lower and raise a limit", "another user", "another root"):
        assert not outcomes[act].startswith("done"), (act, outcomes[act])


def _in_a_process(before: str, *words: object) -> dict[str, str]:
    """What goes through in a process that is confined after ``before``."""
    program = f"""
        import ctypes.util, json, os, sys
        import landlockpy, seccompy
        from scraper.isolation import confinement
        from tests import sandboxed
        {before}
        confinement.confine(1 << 30)
        print(json.dumps(sandboxed.try_everything(*sys.argv[1:])))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), *map(str, words)],
        stdout=subprocess.PIPE, cwd=ROOT, check=True, timeout=300,
    )  # fmt: skip
    outcomes: dict[str, str] = json.loads(done.stdout)
    return outcomes


@as_root
@if_confined
def test_another_user_is_as_confined(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("word")
    tmp_path.chmod(0o777)
    secret.chmod(0o666)
    outcomes = _in_a_process("os.setgroups([]); os.setgid(65534); os.setuid(65534)",
                             tmp_path, secret)  # fmt: skip
    assert {name: end for name, end in outcomes.items() if end.startswith("done")} == {}


# --------------------------------------------------------------------- a crawl with such pages


def test_a_crawl_goes_on_when_pages_take_its_readers_over(
    press: Press, server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Liars(Sandbox):
        worker = "tests.liar"

        def __init__(self) -> None:
            super().__init__(1, SandboxLimits(cpu_seconds=2.0))

    monkeypatch.setattr("scraper.setup.Sandbox", Liars)
    words = ["", "pickle", "old-pickle", "huge", "loop", ""]
    paths = [f"/story-{number}-of-the-day" for number in range(len(words))]
    for path, word in zip(paths, words, strict=True):
        mark = f"<!-- take over: {word} {tmp_path / 'ran'} -->".encode() if word else b""
        server.routes[path] = reply(article_html(f"Story {path}", salt=path) + mark)
    server.routes["/feed"] = rss(paths)
    press.add(server.url("/feed"))
    pages = press.pages(START)
    reasons = [(pages[path][1] or ": ").split(": ")[1] for path in paths]
    answer = "extraction_answer"
    timeout = "extraction_timeout" if sys.platform == "linux" else reasons[4]
    assert reasons == ["", answer, answer, answer, timeout, ""]
    assert press.filed() == {paths[0], paths[-1]}
    assert not (tmp_path / "ran").exists()


def test_the_parent_parses_neither_pages_nor_feeds(
    press: Press, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    import feedparser

    from scraper.discovery import offers
    from scraper.discovery.front_page import anchors, older
    from scraper.extraction import document

    def fail(*_: object) -> None:
        raise AssertionError("the parent parsed what a stranger wrote")

    for module in (anchors, offers, older, document):
        monkeypatch.setattr(module, "LexborHTMLParser", fail)
    monkeypatch.setattr(feedparser, "parse", fail)
    server.routes |= {"/feed": rss(["/story"]), "/story": reply(article_html("A story"))}
    press.add(server.url("/feed"))
    assert press.pages(START) == {"/story": (Outcome.NEW, None)}

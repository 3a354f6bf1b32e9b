"""A share of the fuzzer (benchmarks/fuzz/__main__.py) with a fixed seed, what it has found so far,
and that it finds what is planted."""

from __future__ import annotations

import asyncio
import os
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.fuzz import __main__ as command
from benchmarks.fuzz import kinds, running
from benchmarks.fuzz.kinds import KINDS, make_input, try_batch, try_data
from benchmarks.fuzz.report import rows_of
from benchmarks.fuzz.running import Plan, Run, fuzz
from benchmarks.fuzz.shrinking import shrink
from scraper import extract
from scraper.discovery.documents import parse_source
from scraper.errors import AddressError
from scraper.isolation.sandbox import SandboxLimits
from scraper.urls import parse_address
from tests import planted

REAL = tuple(name for name in KINDS if name not in planted.PLANTED)
PAGES = ("page", "front")
OTHERS = tuple(name for name in REAL if name not in PAGES)

SEED = 20260315
FOUND = {
    "a base that is no address": ("page", b"<base href=//[>"),
    "an image that is no address, on a page that has none": (
        "page",
        b"<meta property=og:image content=javascript:x>".ljust(49),
    ),
    "brackets around a line's end": ("byline", b"en\nAnn Lee (\n)"),
    "a reference too large for a character": ("feed", b"<rss><item><id>&#99999999999;</id"),
    "a control character in a time for machines": (
        "page",
        b"<html><h1>Pier</h1><time datetime='2024-06-02T09:00:00+09:00\x01'>2 June</time>",
    ),
    "a time for machines that is none": ("page", b"<time datetime='\x01'>4 March 2024</time>"),
    "an address that is too long once encoded": (
        "sitemap",
        f"<urlset><url><loc>https://a.example/{'é' * 4_000}</loc></url></urlset>".encode(),
    ),
}
"""What broke something once, by what is odd in it. Whole pages are in tests/pages."""


@pytest.mark.parametrize("name", FOUND)
def test_what_was_found_stays_mended(name: str) -> None:
    assert try_data(*FOUND[name]).problems == []


BOMBS = {
    "end tags that end nothing": "<article></ul>" * 20_000,
    "end tags of headings that end nothing": '<div class="part"></h1><p>Text.' * 15_000,
    "formatting that other end tags leave open": "<p><b id={}></i>",
    "formatting behind an applet": "<p><b id={}><applet></b></applet>",
    "formatting behind a cell": "<p><b id={}><table><td></b></table>",
    "elements behind an object": "<article><object></article></object>" * 10_000,
    "elements behind a cell": "<article><table><tr><th></article></table>" * 10_000,
    "elements behind a template": "<div><template></div></template>" * 10_000,
}
"""Shapes that the parser needs up to minutes for, and that were not seen to nest."""


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_of_tags_is_not_parsed(name: str) -> None:
    shape = BOMBS[name]
    text = "".join(map(shape.format, range(8_000))) if "{}" in shape else shape
    assert extract(f"<html><body>{text}").evidence.startswith("not parsed: ")


SOUND = {
    "end tags that end nothing": "<p>Text that is long enough to be one.</p></div></b>",
    "cells without end tags": "<table><tr><td><b>1</b><td><i>2</i><th>3</table>",
    "rows without end tags": "<tr><td><div>1</div><td><em>2</em>",
    "headings that another one's end tag ends": "<h2>Text</h3><p>More text</p>",
    "tables in cells": "<table><tr><td><table><tr><td><b>1</b></table><b>2</b></table>",
    "templates": "<template><div><b>1</b></div></template>",
    "objects with what is left open": "<object><b>1<div>2</object>",
}


@pytest.mark.parametrize("name", SOUND)
def test_what_is_closed_in_another_way_is_no_bomb(name: str) -> None:
    text = "<article><h1>T</h1>" + "<p>Real text, and enough of it.</p>" * 30
    assert not extract(f"{text}<table>{SOUND[name] * 5_000}").evidence.startswith("not parsed")


def test_a_reference_too_large_costs_no_link() -> None:
    feed = (
        b"<rss><channel><item><title>&#99999999999;</title><link>/a</link></item></channel></rss>"
    )
    _, listing = parse_source(feed, "https://a.example/feed", None)
    assert [(link.url, link.title) for link in listing.links] == [("https://a.example/a", "\ufffd")]


def test_an_address_may_not_become_too_long() -> None:
    shown = f"https://a.example/{'a' * 2000}{'é' * 1000}"
    assert len(parse_address(shown)) == 8018
    with pytest.raises(AddressError, match="too long"):
        parse_address(f"{shown}{'é' * 100}")


# --------------------------------------------------------------------- a share of it


def run(plan: Plan) -> Run:
    return asyncio.run(fuzz(plan, lambda line: None))


@pytest.mark.parametrize(("kinds", "inputs"), [(PAGES, 300), (OTHERS, 100)])
def test_nothing_breaks(kinds: tuple[str, ...], inputs: int, tmp_path: Path) -> None:
    done = run(Plan(SEED, kinds, inputs=inputs, folder=tmp_path))
    assert done.findings == {}, "\n".join(rows_of(done))
    assert {name: tally.inputs for name, tally in done.tallies.items()} == dict.fromkeys(
        kinds, inputs
    )
    for tally in done.tallies.values():
        assert len(tally.outcomes) > 1  # not all is refused, and not all let pass


@settings(max_examples=30, derandomize=True)
@given(
    data=st.one_of(
        st.binary(max_size=300),
        st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
        st.text("\ud800\udfff\0 <>&;:/.-0123456789", max_size=60).map(
            lambda text: text.encode("utf-8", "surrogatepass")
        ),
    )
)
@pytest.mark.parametrize("kind", REAL)
def test_any_bytes_break_nothing(kind: str, data: bytes) -> None:
    assert try_data(kind, data).problems == []


@pytest.mark.parametrize("kind", REAL)
def test_an_input_can_be_made_again(kind: str) -> None:
    made = [make_input(kind, SEED, number) for number in range(30)]
    assert made == [make_input(kind, SEED, number) for number in range(30)]
    assert len({sha256(data).digest() for data in made}) > 20
    assert made != [make_input(kind, SEED + 1, number) for number in range(30)]


# --------------------------------------------------------------------- what is planted is found


@pytest.fixture
def _children_have_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "TRIALS", "tests.planted")


@pytest.mark.usefixtures("_children_have_faults")
@pytest.mark.parametrize(
    ("kind", "reason"), [("crash", "crash"), ("loop", "timeout"), ("fill", "memory")]
)
def test_what_ends_a_child_is_found_and_ends_nothing_else(kind: str, reason: str) -> None:
    before = os.environ.copy()
    limits = SandboxLimits(cpu_seconds=0.3)
    done = run(Plan(7, (kind,), inputs=4, limits=limits))
    faults = [number for number in range(4) if planted.FAULT in make_input(kind, 7, number)]
    assert 0 < len(faults) < 4
    assert done.killed == {reason: len(faults)}
    assert [number for number, _ in done.tallies[kind].problems] == faults
    assert done.tallies[kind].outcomes == {
        "read": 4 - len(faults),
        f"killed: {reason}": len(faults),
    }
    assert os.environ == before


@pytest.mark.usefixtures("_children_have_faults")
def test_what_ends_a_child_only_with_what_was_read_before_is_found() -> None:
    done = run(Plan(7, ("tire",), inputs=3))
    assert done.killed == {}
    ((number, problem),) = done.tallies["tire"].problems
    assert number == 0
    assert problem.endswith("(3 inputs together, and none of them alone)")


@pytest.mark.usefixtures("_children_have_faults")
def test_an_error_is_written_down_as_small_as_it_gets(tmp_path: Path) -> None:
    done = run(Plan(7, ("fail",), inputs=20, folder=tmp_path))
    (finding,) = done.findings.values()
    assert finding.problem.startswith("IndexError: list index out of range at tests/planted.py:")
    assert finding.seen > 1
    assert finding.path is not None
    assert sorted(finding.path.read_bytes().split()) == finding.path.read_bytes().split()
    assert len(finding.path.read_bytes()) <= 5  # three words, one of them the fault
    assert finding.path.with_suffix(".txt").read_text() == f"{finding.problem}\n"


def test_a_broken_promise_is_a_finding() -> None:
    tally = try_data("lie", planted.FAULT, 3)
    assert tally.problems == [(3, "what holds of all")]
    assert try_data("lie", b"fine").problems == []


def test_another_result_for_the_same_input_is_a_finding() -> None:
    tally = try_batch("waver", 1, range(20), None, 5.0)
    same = "the same input is read otherwise the second time"
    assert tally.problems == [(0, same), (16, same)]


def test_an_input_that_takes_long_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "SLOW_SECONDS", -1.0)
    ((number, problem),) = try_data("lie", b"fine", 5).problems
    assert number == 5
    assert problem.startswith("slow: ")


def test_an_error_that_extraction_turns_into_a_verdict_is_placed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr("scraper.extraction.assemble.extract_title", fail)
    ((_, problem),) = try_data("page", b"<p>text").problems
    place = "tests/benchmarks/test_fuzz.py"
    assert problem.startswith(f"the extractor failed: KeyError: 'x' at {place}:")


@pytest.mark.usefixtures("_children_have_faults")
def test_the_command_says_what_it_found_and_exits_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = tmp_path / "found"
    words = ["fuzz.py", "--kind", "lie", "--inputs", "8", "--workers", "1", "--folder", str(folder)]
    monkeypatch.setattr(sys, "argv", words)
    assert command.main() == 1
    said = capsys.readouterr().out
    assert "what holds of all" in said
    assert "1 findings" in said
    (path,) = folder.glob("*.bin")
    assert path.read_bytes() == planted.FAULT
    monkeypatch.setattr(sys, "argv", ["fuzz.py", "--kind", "lie", "--again", str(path)])
    assert command.main() == 1
    assert capsys.readouterr().out == "what holds of all\n"
    path.write_bytes(b"fine")
    assert command.main() == 0


def test_what_is_left_out_is_what_does_not_matter() -> None:
    async def shows(data: bytes) -> bool:
        return b"a" in data and b"z" in data

    assert asyncio.run(shrink(b"bcad" * 50 + b"xyz", shows, 10.0)) == b"az"

"""A crawl that is killed at any moment, run once more, files what an undisturbed one files.

Some of the points of ``benchmarks/kills``, which does it at fifty.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from benchmarks.kills.crawl_scene import Stage, open_stage
from benchmarks.kills.crawler import Point

SHARES = {
    "in the polls": ("write", 0.08),
    "while pages are filed": ("write", 0.4),
    "while pages are fetched": ("after", 0.6),
    "in the backfill": ("write", 0.9),
}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with open_stage(tmp_path_factory.mktemp("stage"), articles=4) as stage:
        yield stage


@pytest.mark.parametrize("name", SHARES)
def test_killed_at_any_moment_and_run_once_more(stage: Stage, name: str) -> None:
    kind, share = SHARES[name]
    peace = stage.peace(backfill=True)
    whole = peace.writes if kind == "write" else peace.requests
    said, wrong = stage.judge(Point(kind, 1 + int(share * whole), backfill=True))
    assert not wrong
    assert said.startswith(f"exit {-signal.SIGKILL}"), "it was over before it was killed"


def test_killed_while_a_gap_is_filled(stage: Stage) -> None:
    _, wrong = stage.judge(Point("before", stage.number_of("/all.xml"), backfill=True))
    assert not wrong


def test_readers_that_are_killed_all_at_once_cost_no_page(stage: Stage) -> None:
    at = stage.peace(backfill=True).requests // 2
    _, wrong = stage.judge(Point("after", at, readers=True, backfill=True))
    assert not wrong


def test_a_signal_ends_the_crawl_in_good_order(stage: Stage) -> None:
    at = stage.peace(backfill=True).requests // 3
    interrupted = Point("before", at, signal.SIGINT)
    said, wrong = stage.judge(Point("before", at, signal.SIGTERM, again=interrupted, backfill=True))
    assert not wrong
    assert said.startswith("exit 143, exit 130")


def test_a_further_crawl_finds_nothing_to_do(stage: Stage) -> None:
    assert not stage.judge_rest(backfill=True)

"""A crawl that meets a fault loses nothing, doubles nothing, and says what happened.

One point of each fault of ``benchmarks/faults``, which does it at fifty. In two classes, so that
two processes share them.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks.faults.__main__ import chance_of
from benchmarks.faults.disks import OF_DISKS
from benchmarks.faults.kinds import OF_PROCESSES, OF_SURROUNDINGS
from benchmarks.faults.scene import Scene, open_scene
from benchmarks.faults.trial import Fault, SkippedError, Waits, play

SEED = 1
WAITS = Waits(stop=0.5, lock=0.5, reader=5.0)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with open_scene(tmp_path_factory.mktemp("faults"), articles=6, readers=1) as scene:
        yield scene


LEFT_OUT = frozenset(
    (
        "sigkill-all",
        "sigint",
        "reader-paused",
        "reader-memory",
        "few-descriptors",
        "stderr-full",
        "power-cut",
        "log-deleted",
        "locked-for-good",
        "disk-back",
        "by-hand",
    )
)
"""Near another kind, which is here: the benchmark has them all."""


def each(faults: tuple[Fault, ...]) -> pytest.MarkDecorator:
    chosen = [fault for fault in faults if fault.name not in LEFT_OUT]
    return pytest.mark.parametrize("fault", chosen, ids=lambda fault: fault.name)


class TestTheProcess:
    @each(OF_PROCESSES)
    def test_loses_and_doubles_nothing(self, scene: Scene, fault: Fault) -> None:
        judge(scene, fault)


class TestWhatIsAroundIt:
    @each((*OF_SURROUNDINGS, *OF_DISKS))
    def test_loses_and_doubles_nothing(self, scene: Scene, fault: Fault) -> None:
        judge(scene, fault)


def judge(scene: Scene, fault: Fault) -> None:
    try:
        result = play(scene, fault, chance_of(SEED, fault, 0), WAITS)
    except SkippedError as reason:  # a full disk is a mount, which not every machine allows
        pytest.skip(str(reason))
    assert not result.wrong
    assert result.is_met, "it was over before the fault"

"""What changes or copies an archive is killed, and run again: nothing told is lost, nothing half is
left.

Some of the points of ``benchmarks/kills/archive.py``, which has twenty of each command.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from benchmarks.kills.archive_acts import ACTS
from benchmarks.kills.archive_scene import Act, Stage
from benchmarks.kills.fork_server import Nursery

AS_COMMANDS = ("import", "reextract")
"""Killed whole, as people run them: tests/cli/test_import.py, test_reextract.py."""
SHARES = (0.2, 0.6, 0.97)
"""Of the steps of an undisturbed run."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with Nursery() as nursery:
        yield Stage(tmp_path_factory.mktemp("stage"), nursery, pieces=10)


@pytest.mark.parametrize(
    "kind",
    [kind for kind in ACTS if kind.name not in AS_COMMANDS],
    ids=lambda kind: kind.name,
)
def test_killed_at_any_step_and_run_again(stage: Stage, kind: type[Act]) -> None:
    kill(kind(stage), SHARES)


def test_a_save_that_is_killed_and_run_again(stage: Stage) -> None:
    kill(next(kind for kind in ACTS if kind.name == "save")(stage), SHARES[1:2])


def kill(act: Act, shares: Sequence[float]) -> None:
    peace = act.in_peace()
    for share in shares:
        said, wrong = act.play(step=1 + int(share * peace.steps))
        assert not wrong
        assert said == "killed", "it was over before it was killed"

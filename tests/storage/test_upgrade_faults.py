"""Upgrades that fail at any statement: the old archive stays as it was, the next try succeeds."""

from __future__ import annotations

import resource
import signal
import subprocess
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import pytest

from scraper.errors import StorageError
from storage.database.engine import open_engine
from storage.database.schema import known_revisions
from storage.proof.verify import verify
from tests.cli.running import COMMAND, Kliping
from tests.storage import children
from tests.storage.old_archives import ARCHIVES, DAY, START
from tests.storage.schemas import dump
from tests.storage.statements import before_statement, recorded

OLD = ARCHIVES[0]
BACKFILL = "backfill"
"""What follows the migrations (``storage.upkeep.backfill``)."""
STEPS = [*sorted(known_revisions() - {OLD.revision}), BACKFILL]
Places = dict[str, tuple[int, int]]
"""Of each step, its first and its last statement."""


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Places:
    path = tmp_path_factory.mktemp("whole") / "old.db"
    OLD.unpack(path)
    with recorded() as statements:
        open_engine(path).dispose()
    found: Places = {}
    first = 1 + [statement for statement, _ in statements].index("BEGIN IMMEDIATE")
    for number, (statement, values) in enumerate(statements):
        if statement.startswith("UPDATE alembic_version"):
            step = next(one for one in STEPS if one in f"{statement} {values}".split("WHERE")[0])
            found[step] = (first, number)
            first = number + 1
    return found | {BACKFILL: (first, len(statements) - 1)}


@pytest.fixture
def old(path: Path) -> list[str]:
    """All that is in the archive at ``path``."""
    OLD.unpack(path)
    return dump(path)


def number_of(places: Places, step: str, where: str) -> int:
    first, last = places[step]
    return {"first": first, "middle": (first + last) // 2, "last": last}[where]


def assert_it_succeeds_now(path: Path) -> None:
    engine = open_engine(path)
    assert verify(engine, START + 5 * DAY).total == 0
    engine.dispose()


@pytest.mark.parametrize("where", ["first", "middle", "last"])
@pytest.mark.parametrize("step", STEPS)
def test_a_statement_that_fails_undoes_all(
    old: list[str], path: Path, places: Places, step: str, where: str
) -> None:
    def fail() -> None:
        raise RuntimeError("the statement failed")

    with (
        before_statement(number_of(places, step, where), fail),
        pytest.raises(StorageError, match="failed and was undone: the statement failed"),
    ):
        open_engine(path)
    assert dump(path) == old
    assert_it_succeeds_now(path)


@pytest.mark.parametrize("step", ["20261125_0001", "20261125_0010", BACKFILL, "commit"])
def test_a_kill_undoes_all(old: list[str], path: Path, places: Places, step: str) -> None:
    number = -1 if step == "commit" else number_of(places, step, "middle")
    process = get_context("spawn").Process(target=children.upgrade_and_die, args=(path, number))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert dump(path) == old
    assert_it_succeeds_now(path)


@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
def test_a_full_disk_undoes_all(path: Path, old: list[str], share: float) -> None:
    kliping = Kliping(path.parent)
    path.rename(kliping.db)
    limit = int(share * kliping.db.stat().st_size)
    ended = subprocess.run(
        [*COMMAND, "db", "upgrade"],
        env=kliping.environment(),
        preexec_fn=partial(resource.setrlimit, resource.RLIMIT_FSIZE, (limit, limit)),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (74, "", 1), ended.stderr
    assert "the disk may be full: free some space and try again" in ended.stderr
    assert dump(kliping.db) == old
    assert kliping.run("db", "upgrade").code == 0
    assert_it_succeeds_now(kliping.db)

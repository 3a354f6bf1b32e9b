"""``benchmarks/soak`` for seconds, and that its verdicts tell what is wrong from what is not."""

from __future__ import annotations

import csv
import math
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.soak import __main__ as soak
from benchmarks.soak import ledger
from benchmarks.soak.fast_clock import FastClock
from benchmarks.soak.verdicts import Row, Verdict, fit, judge
from benchmarks.soak.watch import Place, look
from tests.tables import each_row

pytestmark = pytest.mark.timeout(300)

# ------------------------------------------------------------------ a short soak


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> tuple[soak.Soak, list[Verdict]]:
    """Two runs or so in one process, a day of news, and the weeks after."""
    folder = tmp_path_factory.mktemp("soak")
    words = "--hours 0.001 --sources 5 --every 2 --speed 1000 --verify-every 9 --resident --csv"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(soak, "AFTER_DAYS", (0, 1, 20))  # fewer crawls: little ails one day's papers
        return soak.play(soak.parse([*words.split(), str(folder / "soak.csv")]), folder)


def test_a_short_soak_finds_nothing_wrong(short: tuple[soak.Soak, list[Verdict]]) -> None:
    played, verdicts = short
    assert not [str(verdict) for verdict in verdicts if not verdict.good]
    assert played.rows[0].rest_descriptors > 0
    assert max(row.own_mb for row in played.rows) > 20
    with (played.desk.database.parents[1] / "soak.csv").open(newline="") as file:
        written = [int(row["articles"]) for row in csv.DictReader(file)]
    assert written == sorted(written)
    assert written[-1] > 10


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("DELETE FROM version WHERE article_id = (SELECT min(id) FROM article)", "never filed"),
        ("DELETE FROM version WHERE id = (SELECT max(id) FROM version)", "kept in"),
        ("UPDATE version SET body = substr(body, 1, 200) WHERE id = 1", "kept in"),
    ],
)
def test_the_ledger_tells_what_is_lost(
    short: tuple[soak.Soak, list[Verdict]], tmp_path: Path, statement: str, told: str
) -> None:
    played, _ = short
    copy = Path(shutil.copy(played.desk.database, tmp_path))
    now = played.press.end
    assert not ledger.judge(played.press, copy, now).wrong
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute(statement)
    assert told in " ".join(ledger.judge(played.press, copy, now).wrong)


# ------------------------------------------------------------------ verdicts

RUNS = 100


def steady(number: int) -> Row:
    """A run of a soak in which all is well."""
    noise = random.Random(number)
    pages = noise.randint(0, 20)
    return Row(
        run=number,
        hours=number / 100,
        days=number / 10,
        exit_code=3 if number % 7 == 0 else 0,
        seconds=0.8,
        cpu_seconds=0.5 + 0.02 * (pages + 4) + noise.uniform(-0.05, 0.05),
        pages=pages,
        polls=4,
        own_mb=90 + noise.uniform(-3, 3),
        children_mb=60 + noise.uniform(-9, 9),
        descriptors=20 + noise.randint(0, 4),
        threads=4,
        processes=3,
        rest_mb=80 + noise.uniform(-1, 1),
        rest_descriptors=9,
        wal_mb=40.0 if 40 <= number < 55 else 4.1,
        wal_left_mb=40.0 if 40 <= number < 55 else 0.0,
        database_mb=10 + number / 5,
        free_mb=0.1,
        articles=10 * number,
        versions=13 * number,
        fetches=30 * number,
        known_pages=10 * number,
        temp_left=0,
        held=int(40 <= number < 55),
    )


def failed(spoil: Callable[[Row], Row]) -> set[str]:
    return {one.name for one in judge([spoil(steady(n)) for n in range(RUNS)]) if not one.good}


def test_a_steady_soak_is_good() -> None:
    assert failed(lambda row: row) == set()


@each_row(
    ("spoil", "names"),
    [
        (lambda row: replace(row, exit_code=74 if row.run == 50 else 0), {"exits"}),
        (lambda row: replace(row, own_mb=250 if row.run == 1 else row.own_mb), {"memory"}),
        (lambda row: replace(row, own_mb=row.own_mb + 20 * row.hours), {"memory of the crawler"}),
        (
            lambda row: replace(row, children_mb=row.children_mb + 30 * row.hours),
            {"memory of a reader"},
        ),
        (
            lambda row: replace(row, rest_mb=row.rest_mb + 10 * row.hours),
            {"memory between the runs"},
        ),
        (lambda row: replace(row, descriptors=row.descriptors + row.run // 20), {"descriptors"}),
        (
            lambda row: replace(row, rest_descriptors=9 + row.run // 40),
            {"descriptors between the runs"},
        ),
        (lambda row: replace(row, threads=4 + row.run // 30), {"threads"}),
        (lambda row: replace(row, wal_mb=17.0 if row.run == 30 else row.wal_mb), {"log"}),
        (
            lambda row: replace(row, wal_left_mb=70.0 if row.run == 56 else 0.0),
            {"log after a long reader"},
        ),
        (lambda row: replace(row, free_mb=row.database_mb / 5), {"free pages"}),
        (lambda row: replace(row, temp_left=int(row.run == 70)), {"files left behind"}),
        (lambda row: replace(row, cpu_seconds=row.cpu_seconds * 1.03**row.run), {"time of a run"}),
    ],
)
def test_what_is_wrong_fails_its_verdict(spoil: Callable[[Row], Row], names: set[str]) -> None:
    assert failed(spoil) == names


def test_a_line_is_fitted_with_the_error_of_its_slope() -> None:
    exact = fit([(0.0, 1.0), (1.0, 3.0), (2.0, 5.0)])
    assert (exact.mean, exact.slope, exact.error) == (3.0, 2.0, 0.0)
    # Residuals -1/3, 2/3, -1/3 of a slope of 0 over a spread of 2.
    bent = fit([(0.0, 0.0), (1.0, 1.0), (2.0, 0.0)])
    assert math.isclose(bent.error, math.sqrt(6 / 9 / 1 / 2))
    assert bent.slope == 0.0


# ------------------------------------------------------------------ watch and clock

HOLDS = """
import subprocess, sys, threading
files = [open("/dev/null") for _ in range(25)]
child = subprocess.Popen(["sleep", "60"])
threading.Thread(target=threading.Event().wait, daemon=True).start()
block = bytearray(b"x" * (40 << 20))
print("holding", flush=True)
sys.stdin.read()
child.kill()
"""


def test_what_a_process_holds_is_seen(tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    for name in ("a.db", "a.db-wal", "a.db.lock", "forgotten"):
        (tmp_path / name).write_bytes(bytes(1 << 20))
    (tmp_path / "tmp" / "left").touch()
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        held = look(process.pid, Place(tmp_path / "a.db", tmp_path / "tmp"))
        process.communicate()
    assert held.descriptors == 3 + 25
    assert (held.threads, held.processes) == (2, 2)
    assert 40 < held.own_mb < 80
    assert 0 < held.children_mb < 10
    assert held.wal_mb == 1.0
    assert held.temp_files == 3  # "forgotten", TMPDIR itself as it lies here, and "left"


def test_a_clock_that_is_told_is_the_same_clock() -> None:
    clock = FastClock(datetime(2026, 3, 2, tzinfo=UTC), speed=3600)
    clock.jump(timedelta(days=2))
    other = FastClock.read(clock.told())
    before, between, after = clock.now(), other.now(), clock.now()
    assert before <= between <= after
    assert before >= datetime(2026, 3, 4, tzinfo=UTC)
    assert after - before < timedelta(hours=1)

"""What a process takes of memory beside what it began with, and what it says for want of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.checks.cost import at_most, growth
from tests.cli.running import COMMAND, Kliping
from tests.hostile.stage import PAGE, crawl_good, run_crawl
from tests.hostile.table import CASES
from tests.storage.warc.test_budget import HARM, many_entries

READING = """
from pathlib import Path
from scraper.errors import ParseError
from storage.warc.opening import RecordFile
"""
READ = """
try:
    with RecordFile(Path(sys.argv[1]), 1 << 20) as file:
        for one in file.records():
            pass
except ParseError:
    pass
"""


@pytest.mark.parametrize(
    ("harm", "times"),
    [("bombs", 4), ("heads, packed", 4), ("bombs in a ZIP", 4), ("lengths that are not true", 4)],
)
def test_a_file_of_records_that_means_harm(tmp_path: Path, harm: str, times: float) -> None:
    path = tmp_path / "x.warc"
    path.write_bytes(HARM[harm]())
    assert growth(READING, READ, str(path))[1] < times


def test_a_zip_of_many_entries(tmp_path: Path) -> None:
    """Its directory alone took 186 MiB, several times what the process began with."""
    path = tmp_path / "x.wacz"
    for count in (8_000, 200_000):
        many_entries(path, count)
        assert growth(READING, READ, str(path))[1] < 2.5


@pytest.mark.parametrize("harm", HARM)
def test_the_work_for_a_file_of_records_that_means_harm(tmp_path: Path, harm: str) -> None:
    path = tmp_path / "x.warc"
    path.write_bytes(HARM[harm]())
    program = f"import sys\n{READING}\n{READ}"
    with at_most(400, children=True):
        subprocess.run([sys.executable, "-c", program, str(path)], check=True)


def test_hostile_servers_take_little_more_than_good_ones(tmp_path: Path) -> None:
    (tmp_path / "good").mkdir()
    peace = crawl_good(tmp_path / "good", 5.0)
    ran = run_crawl([(case, PAGE) for case in CASES], tmp_path, 5.0)
    assert ran.peak_mib < 2 * peace.peak_mib


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere memory is not limited")
def test_want_of_memory_is_one_line(tmp_path: Path) -> None:
    """Enough for the interpreter, and not for all that a command loads. Where in the code memory
    ends depends on where the system puts things, so a quarter of the limits may end otherwise."""
    user, ends = Kliping(tmp_path), []
    for megabytes in range(40, 80, 5):
        limit = f'ulimit -v {megabytes * 1024}; exec "$@"'
        ended = subprocess.run(
            ["/bin/sh", "-c", limit, "sh", *COMMAND, "list"],
            env=user.environment(), capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        is_one_line = ended.stderr.count("\n") == 1 and ended.stderr.startswith("kliping: ")
        ends.append(is_one_line and ended.returncode in (0, 71))
    assert sum(ends) >= 0.75 * len(ends)

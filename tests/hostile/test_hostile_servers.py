"""Servers that are broken or mean harm, each at an address of its own, in one real crawl.

``benchmarks/crawl/hostile.py`` does the same with every case in every role, at any deadline.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hostile.stage import (
    FEED,
    GOOD_HOSTS,
    GOOD_PAGES,
    PAGE,
    ROBOTS,
    SITEMAP,
    Ran,
    Row,
    crawl_good,
    run_crawl,
)
from tests.hostile.table import CASES

DEADLINE = 5.0
"""Seconds: as short as a busy machine can keep with 500 hosts at once."""
PATIENCE = 30.0
"""Seconds, where few are served."""
MEETINGS = [
    *((case, role) for case in CASES for role in (PAGE, ROBOTS)),
    *((case, (FEED, SITEMAP)[number % 2]) for number, case in enumerate(CASES)),
]


@pytest.fixture(scope="module")
def peace(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return crawl_good(tmp_path_factory.mktemp("peace"), DEADLINE)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return run_crawl(MEETINGS, tmp_path_factory.mktemp("hostile"), DEADLINE)


def told(rows: list[Row]) -> str:
    return "\n".join(map(str, rows))


def test_some_behaviours(tmp_path: Path) -> None:
    """Every twelfth: so few leave a busy machine time enough."""
    ran = run_crawl([(case, PAGE) for case in CASES[::12]], tmp_path, DEADLINE)
    wrong = [row for row in ran.rows if not row.is_right]
    assert not wrong, told(wrong)
    assert ran.good == GOOD_HOSTS * GOOD_PAGES


def test_each_behaviour_ends_for_the_right_reason(ran: Ran) -> None:
    wrong = [row for row in ran.rows if not row.is_right and not row.timed_out]
    assert not wrong, told(wrong)


def test_what_time_ran_out_for_in_the_crowd_ends_for_the_right_reason_without_it(
    ran: Ran, tmp_path: Path
) -> None:
    """Megabytes that 500 hosts pour at once may take a busy machine longer than the deadline: what
    each would have come to is seen where only these are served, with time to spare."""
    hurried = [(row.case, row.role) for row in ran.rows if not row.is_right and row.timed_out]
    again = run_crawl(hurried, tmp_path, PATIENCE) if hurried else None
    wrong = [row for row in again.rows if not row.is_right] if again else []
    assert not wrong, told(wrong)


def test_each_behaviour_ends_with_its_deadline(ran: Ran) -> None:
    late = [row for row in ran.rows if row.is_late(DEADLINE)]
    assert not late, told(late)


def test_all_pages_of_the_good_hosts_come_in(ran: Ran) -> None:
    assert ran.good == GOOD_HOSTS * GOOD_PAGES


def test_what_is_recorded_can_be_shown(ran: Ran) -> None:
    odd = [row for row in ran.rows if not row.reason.isprintable() or len(row.reason) > 600]
    assert not odd, told(odd)


def test_the_crawl_says_that_sources_failed_and_nothing_worse(ran: Ran, peace: Ran) -> None:
    assert (peace.code, peace.errors) == (0, "")
    assert ran.code == 3
    assert "Traceback" not in ran.errors
    assert all(line.isprintable() for line in ran.errors.splitlines())

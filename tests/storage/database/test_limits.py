from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from scraper.errors import NotFoundError
from storage.database.engine import open_engine, open_to_read, reading
from storage.database.limits import TooSlowError, obey_limits, time_limit
from storage.database.places import Place

ENDLESS = text(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) "
    "SELECT count(*) FROM n"
)


@pytest.fixture
def limited(place: Place) -> Engine:
    open_engine(place).dispose()
    engine = open_to_read(place)
    obey_limits(engine)
    return engine


def ask(engine: Engine) -> None:
    with reading(engine) as session:
        session.execute(ENDLESS)


def test_what_takes_too_long_is_broken_off(limited: Engine) -> None:
    with pytest.raises(TooSlowError, match=r"longer than 0\.05 seconds"), time_limit(0.05):
        ask(limited)
    with time_limit(60), reading(limited) as session:
        assert session.scalar(text("SELECT 1")) == 1
    limited.dispose()


def test_another_fault_stays_what_it_is(limited: Engine) -> None:
    with pytest.raises(NotFoundError), time_limit(60):
        raise NotFoundError("it")
    limited.dispose()

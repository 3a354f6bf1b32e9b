"""Whatever a hostile outlet does in any order, the honest one's addresses show what it served."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.database.engine import open_engine
from storage.integrity.verify import verify
from tests.storage.two_outlets import World

walks = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    database=None,
    derandomize=True,  # benchmarks/archive/identity.py walks on
)


@settings(walks, max_examples=25)
@given(st.data())
def test_nobody_writes_anothers_article(data: st.DataObject) -> None:
    walk(data, 40)


@settings(walks, max_examples=3)
@given(st.data())
def test_nobody_writes_anothers_article_on_a_short_walk(data: st.DataObject) -> None:
    walk(data, 15)


def walk(data: st.DataObject, most: int) -> None:
    with tempfile.TemporaryDirectory() as directory:
        engine = open_engine(Path(directory) / "kliping.db")
        world = World(engine, lambda options: data.draw(st.sampled_from(options)))
        for _ in range(data.draw(st.integers(most // 2, most))):
            world.step()
            world.check(deep=False)
        world.check()
        assert verify(engine, world.now).total == 0
        engine.dispose()

"""The outbox: whatever happens to runs and channels, each hit is told, and never under two keys."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from commands.notices import delivery
from commands.notices.message import DeliveryError, Message
from commands.settings.notices import CommandChannel
from scraper.clock import SystemClock
from storage import outbox
from storage.database.engine import open_engine, writing
from storage.outbox import NoticeKind, Outbox, WaitingNotice
from tests.storage.makers import NOW

CHANNEL = CommandChannel(run=("tell",))


class Killed(BaseException):
    """No ``Exception``: nothing catches a SIGKILL."""


class World:
    """An outbox, a channel that fares in some way, and what came of it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.now = NOW
        self.way = "up"
        self.came: list[tuple[str, int]] = []
        self.hits = 0

    def hit(self) -> None:
        self.hits += 1
        with writing(self.engine) as session:
            assert outbox.put(session, ["command"], NoticeKind.EDITS, [self.hits], self.now)

    def run(self, way: str) -> None:
        self.way = way
        self.now += timedelta(minutes=1)
        with suppress(Killed):
            delivery.deliver(self.engine, [CHANNEL])

    def compose(self, engine: Engine, notice: WaitingNotice) -> Message:
        values = {"items": [*notice.items]}
        return Message(key=notice.key, made_at=notice.made_at, title="", text="", values=values)

    def send(self, channel: CommandChannel, message: Message) -> None:
        if self.way in ("down", "refuses"):
            raise DeliveryError("no", is_down=self.way == "down")
        if self.way == "killed before":
            raise Killed
        self.came += [(message.key, item) for item in message.values["items"]]
        if self.way == "killed after":
            raise Killed


@given(
    st.lists(
        st.sampled_from(["hit", "up", "down", "refuses", "killed before", "killed after"]),
        max_size=20,
    )
)
@settings(max_examples=40, deadline=None)
def test_each_hit_comes_under_one_key(events: list[str]) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        engine = open_engine(Path(folder) / "a.db")
        world = World(engine)
        patch.setattr(delivery, "compose", world.compose)
        patch.setattr(delivery, "_sender", lambda _: world.send)
        patch.setattr(SystemClock, "now", lambda _: world.now)
        for event in events:
            if event == "hit":
                world.hit()
            else:
                world.run(event)
        for _ in range(3):  # what was being sent is left alone for two minutes
            world.run("up")
        assert Outbox(engine).waiting() == []
        keys = {item: key for key, item in world.came}
        assert set(keys) == {*range(1, world.hits + 1)}
        assert len(set(world.came)) == len(keys)
        often = Counter(item for _, item in world.came)
        doubled = sum(count - 1 for count in often.values())
        assert doubled <= events.count("killed after")
        engine.dispose()

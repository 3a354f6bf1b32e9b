"""What becomes of a page without an article: every state that one can be in, and every event after
which it ought to be asked again (docs/reliability.md has the table)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from scraper.rules import Layer, RuleBook, check_rules
from scraper.schedule import SETTLED_TRIES, TRANSIENT_TRIES
from storage.frontier.store import Frontier
from tests.cli.newspaper import story
from tests.crawl.test_parts import by_hand
from tests.press import DAY, HOUR, START, Press, ShiftedClock
from tests.servers import Server, reply

U = "/news/u"
EMPTY = reply("<html><head><title>x</title></head><body><script>app()</script></body></html>")
CLOSED = reply("User-agent: *\nDisallow: /news/\n", headers={"Content-Type": "text/plain"})
MINUTE = timedelta(minutes=1)


@dataclass
class Paper:
    """A site with a feed, an archive that follows it, and a day that we set."""

    server: Server
    press: Press
    now: datetime = START
    listed: bool = False
    modified: datetime | None = None
    tried: list[datetime] = field(default_factory=list)

    def publish(self) -> None:
        """What the feed lists: another story, so that it is never empty, and perhaps ours."""
        stamp = f"<updated>{self.modified:%Y-%m-%dT%H:%M:%SZ}</updated>" if self.modified else ""
        ours = f"<entry><link href='{self.server.url(U)}'/>{stamp}</entry>" if self.listed else ""
        other = f"<entry><link href='{self.server.url('/other')}'/></entry>"
        self.server.routes["/feed.xml"] = reply(
            f"<feed xmlns='http://www.w3.org/2005/Atom'><title>x</title>{other}{ours}</feed>",
            headers={"Content-Type": "application/atom+xml"},
        )

    def crawl(self, after: timedelta = MINUTE) -> bool:
        """Some time later; whether the page was asked for."""
        self.now += after
        self.publish()
        self.press.sql("UPDATE source SET due_at = '2000-01-01 00:00:00.000000'")
        before = self.server.targets().count(U)
        self.press.crawl(self.now)
        asked = self.server.targets().count(U) > before
        if asked:
            self.tried.append(self.now)
        return asked

    def answer(self, *behaviour: object) -> None:
        self.server.routes[U] = behaviour[0] if len(behaviour) == 1 else behaviour  # type: ignore[assignment]

    @property
    def is_filed(self) -> bool:
        return U in self.press.filed()


@contextmanager
def opened(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Paper]:
    with Server() as server:
        press = Press(folder / "a.db")
        server.routes["/other"] = reply(story(1))
        press.add(server.url("/feed.xml"))
        paper = Paper(server, press)
        patch.setattr("tests.crawl.test_parts.SystemClock", lambda: ShiftedClock(paper.now))
        paper.crawl()
        yield paper


@pytest.fixture
def paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Paper]:
    with opened(tmp_path, monkeypatch) as paper:
        yield paper


# --------------------------------------------------------------------- states


def fetched_by_hand(answer: object) -> Callable[[Paper], None]:
    def bring(paper: Paper) -> None:
        paper.answer(answer)
        by_hand(paper.press, paper.server.url(U))

    return bring


def crawled(answer: object, tries: int = 1) -> Callable[[Paper], None]:
    def bring(paper: Paper) -> None:
        paper.answer(answer)
        paper.listed = True
        paper.crawl()
        for _ in range(tries - 1):
            paper.crawl(17 * DAY)
        assert not paper.is_filed

    return bring


def forbidden(tries: int = 1) -> Callable[[Paper], None]:
    def bring(paper: Paper) -> None:
        paper.server.routes["/robots.txt"] = CLOSED
        paper.now += 2 * DAY  # the copy of before is too old
        paper.listed = True
        paper.crawl()
        for _ in range(tries - 1):
            paper.crawl(17 * DAY)

    return bring


GONE, DOWN = reply(b"no", 404), reply(b"no", 500)
STATES: dict[str, Callable[[Paper], None]] = {
    "a fetch by hand: 404": fetched_by_hand(GONE),
    "a fetch by hand: 500": fetched_by_hand(DOWN),
    "a fetch by hand: no article": fetched_by_hand(EMPTY),
    "failed once": crawled(GONE),
    "failed for good": crawled(GONE, SETTLED_TRIES),
    "down once": crawled(DOWN),
    "down for good": crawled(DOWN, TRANSIENT_TRIES),
    "rejected once": crawled(EMPTY),
    "rejected for good": crawled(EMPTY, SETTLED_TRIES),
    "forbidden once": forbidden(),
    "forbidden for good": forbidden(SETTLED_TRIES),
}
BY_HAND = {name for name in STATES if name.startswith("a fetch")}
ONCE = {name for name in STATES if name.endswith("once")}
REJECTED = {name for name in STATES if name.startswith("rejected")}
FORBIDDEN = {name for name in STATES if name.startswith("forbidden")}


# --------------------------------------------------------------------- events


def is_listed(paper: Paper) -> None:
    paper.listed = True


def is_listed_as_changed(paper: Paper) -> None:
    paper.listed = True
    paper.now += 25 * HOUR
    paper.modified = paper.now - HOUR


def is_listed_elsewhere(paper: Paper) -> None:
    paper.listed = True
    paper.press.add(paper.server.url("/second.xml"))
    paper.publish()
    paper.server.routes["/second.xml"] = paper.server.routes["/feed.xml"]
    paper.listed = False


def waits(paper: Paper) -> None:
    paper.now += 2 * DAY


def rule_changes(paper: Paper) -> None:
    book = RuleBook((Layer("a", check_rules({"127.0.0.1": {"title": "h1"}}, "f")),))
    paper.press.rules = book
    Frontier(paper.press.engine).wake_rejected(lambda host: "4+rule:1", paper.now)


def robots_change(paper: Paper) -> None:
    paper.server.routes["/robots.txt"] = reply("User-agent: *\nDisallow: /admin/\n")
    paper.now += 25 * HOUR


def is_retried(paper: Paper) -> None:
    assert Frontier(paper.press.engine).retry(None, 10, paper.now) == 1


EVENTS: dict[str, tuple[Callable[[Paper], None], set[str]]] = {
    # What happens, and the states in which the page ought to be asked for after it.
    "is listed": (is_listed, BY_HAND),
    "is listed as changed": (is_listed_as_changed, set(STATES) - FORBIDDEN),
    "is listed elsewhere": (is_listed_elsewhere, set(STATES) - FORBIDDEN),
    "time passes": (waits, ONCE - FORBIDDEN),
    "the rule changes": (rule_changes, REJECTED),
    "robots.txt changes": (robots_change, FORBIDDEN),
    "is retried": (is_retried, set(STATES) - FORBIDDEN),
}
TABLE = [
    (state, event) for event, (_, states) in EVENTS.items() for state in STATES if state in states
]


@pytest.mark.parametrize(("state", "event"), TABLE)
def test_it_is_asked_again(paper: Paper, state: str, event: str) -> None:
    # Hosts know their extractor from the first run on.
    Frontier(paper.press.engine).wake_rejected(lambda host: "4", paper.now)
    STATES[state](paper)
    Frontier(paper.press.engine).wake_rejected(lambda host: "4", paper.now)
    paper.answer(reply(story(5)))
    EVENTS[event][0](paper)
    assert paper.crawl(), "it ought to have been asked for"
    assert paper.is_filed


@pytest.mark.parametrize("state", [one for one in STATES if one.endswith("good")])
def test_what_is_settled_stays_so_while_nothing_changes(paper: Paper, state: str) -> None:
    STATES[state](paper)
    paper.answer(reply(story(5)))
    assert not paper.crawl(60 * DAY)


def test_a_feed_that_dates_its_pages_anew_has_each_asked_once_a_day(paper: Paper) -> None:
    STATES["rejected once"](paper)
    paper.tried.clear()
    for _ in range(4 * 4):
        paper.modified = paper.now - 6 * MINUTE
        paper.crawl(6 * HOUR)
    assert 3 <= len(paper.tried) <= 4

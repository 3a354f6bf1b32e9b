"""Whatever befalls a page, in whatever order: none is lost (docs/usage.md, "Pages without an
article"). Random lives, beside the written table of ``test_page_states``."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from scraper.rules import Layer, RuleBook, check_rules
from scraper.schedule import SETTLED_TRIES
from storage.frontier.store import Frontier
from storage.maintenance.forgetting.article import forget
from tests.cli.newspaper import story
from tests.crawl.test_page_states import CLOSED, DOWN, EMPTY, GONE, MINUTE, Paper, U, opened
from tests.crawl.test_parts import by_hand
from tests.press import DAY, HOUR
from tests.servers import redirect, reply

MOVED = "/news/moved"
ARTICLE = reply(story(5))
ANSWERS: dict[str, Callable[[Paper], Any]] = {
    "the article": lambda paper: ARTICLE,
    "404": lambda paper: GONE,
    "500": lambda paper: DOWN,
    "no article": lambda paper: EMPTY,
    "an address of this machine": lambda paper: redirect("http://169.254.169.254/latest"),
    "moved": lambda paper: redirect(paper.server.url(MOVED)),
}
FETCHED = st.sampled_from(sorted(ANSWERS))
OPEN = reply("User-agent: *\nDisallow: /admin/\n", headers={"Content-Type": "text/plain"})
STEPS = st.sampled_from([MINUTE, HOUR, 7 * HOUR, 25 * HOUR, 5 * DAY, 17 * DAY])


class LifeOfAPage(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.stack = ExitStack()
        self.stack.callback(shutil.rmtree, self.folder)
        patch = self.stack.enter_context(pytest.MonkeyPatch.context())
        self.paper = self.stack.enter_context(opened(self.folder, patch))
        self.paper.answer(ARTICLE)
        self.paper.server.routes[MOVED] = ARTICLE
        self.changes = 0
        self.is_forgotten = False
        self.wake()

    def wake(self) -> None:
        """As a run does at its start."""
        Frontier(self.paper.press.engine).wake_rejected(
            lambda host: f"4+rule:{self.changes}", self.paper.now
        )

    # ----------------------------------------------------------------- events

    @rule(answer=FETCHED, after=STEPS, is_listed=st.booleans(), is_newer=st.booleans())
    def a_crawl_comes(self, answer: str, after: timedelta, is_listed: bool, is_newer: bool) -> None:
        self.paper.answer(ANSWERS[answer](self.paper))
        self.paper.now += after
        self.paper.listed = is_listed
        if is_newer:
            self.paper.modified = self.paper.now
        self.wake()
        self.paper.crawl()

    @rule()
    def a_crawl_dies(self) -> None:
        frontier = Frontier(self.paper.press.engine)
        run = frontier.start_run(1, self.paper.now)
        host = self.paper.server.host
        frontier.lease_pages(run, host, self.paper.now + 20 * DAY, limit=10)

    @precondition(lambda self: not self.is_forgotten)
    @rule(answer=FETCHED)
    def a_person_fetches_it(self, answer: str) -> None:
        self.paper.answer(ANSWERS[answer](self.paper))
        by_hand(self.paper.press, self.paper.server.url(U))

    @rule(robots=st.sampled_from([CLOSED, OPEN]))
    def robots_change(self, robots: Any) -> None:
        self.paper.server.routes["/robots.txt"] = robots

    @rule()
    def a_rule_changes(self) -> None:
        self.changes += 1
        layer = Layer("a", check_rules({"127.0.0.1": {"title": "h1"}}, "f"))
        self.paper.press.rules = RuleBook((layer,))

    @rule()
    def it_is_retried(self) -> None:
        Frontier(self.paper.press.engine).retry(None, 10, self.paper.now)

    @precondition(lambda self: self.article_id is not None and not self.is_forgotten)
    @rule()
    def it_is_forgotten(self) -> None:
        assert self.article_id is not None
        assert forget(self.paper.press.engine, self.article_id, self.paper.now)
        self.is_forgotten = True

    # ----------------------------------------------------------------- laws

    @invariant()
    def what_waits_for_nothing_has_been_tried_often(self) -> None:
        lost = self.paper.press.sql(
            f"""SELECT page.url FROM page
                WHERE url = '{self.paper.server.url(U)}'
                AND article_id IS NULL AND forgotten_at IS NULL
                AND due_at IS NULL AND lease_run_id IS NULL
                AND id IN (SELECT page_id FROM page_source)
                AND (SELECT count(*) FROM fetch WHERE page_id = page.id) < {SETTLED_TRIES}"""
        )
        assert not lost

    def teardown(self) -> None:
        """In the end it is there for the asking, and its feed says that it is new."""
        with self.stack:
            self.paper.server.routes["/robots.txt"] = OPEN
            self.paper.answer(ARTICLE)
            self.paper.now += 25 * HOUR
            self.paper.listed, self.paper.modified = True, self.paper.now - HOUR
            self.wake()
            was_asked = self.paper.crawl()
            assert (self.article_id is None) is self.is_forgotten
            assert not (was_asked and self.is_forgotten)

    @property
    def article_id(self) -> int | None:
        ours = {self.paper.server.url(U), self.paper.server.url(MOVED)}
        listed = self.paper.press.library.list(limit=0)
        return next((one.id for one in listed if one.url in ours), None)


LifeOfAPage.TestCase.settings = settings(
    max_examples=80, stateful_step_count=12, suppress_health_check=[HealthCheck.too_slow]
)
TestLife = LifeOfAPage.TestCase

"""The newspapers of ``benchmarks.soak``: the two of ``tests/world.py``, and busier ones beside
them.

A busy paper publishes some forty stories a day, edits, moves and withdraws some of them, and every
few days something ails it for hours: it is down, fails, refuses (Retry-After), shows a wall in
place of its stories, is slow, or breaks off in the middle of a page. All of it is drawn from the
seed before anything is asked; what is answered follows the clock.

``served`` is the press's own ledger: the states of each story that it has sent whole.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from benchmarks.crawl.many_hosts import LARGE, SMALL
from scraper.clock import Clock
from scraper.model.types import SourceKind
from tests.servers import Behaviour, Request, head_of, raw, reply
from tests.world import (
    DAY,
    HOSTS,
    HOUR,
    NEWS_SPAN,
    POST,
    Hit,
    Story,
    Trouble,
    World,
    finish_story,
)

ROOT = Path(__file__).resolve().parents[2]

STORIES_A_DAY = 40
LISTED = 30
"""In a feed, and on a front page."""
AILS_EVERY = 2 * DAY
"""On average, from one trouble of a paper to its next."""
SLOW_SECONDS = 1.5
OWN_STATE = 2_000
"""Characters of a page's script that no other page has."""
AILMENTS = "down error refusal feed wall slow cut".split()
WALLS = (
    "login_wall/en-authwall",
    "bot_challenge/sucuri-block",
    "bot_challenge/datadome",
    "consent_wall/en-onetrust",
    "consent_wall/de-usercentrics",
)
FOLLOWED = (
    ("/feed.xml", SourceKind.FEED),
    ("/news.xml", SourceKind.SITEMAP),
    ("/sitemap.xml", SourceKind.SITEMAP),
    ("/", SourceKind.FRONT_PAGE),
)
"""A paper is followed by one of these; all have all of them, and robots.txt names the news."""


@dataclass(frozen=True)
class Spell(Trouble):
    """A trouble in which answers come with status 200 all the same."""

    kind: str = ""
    """``wall``, ``slow`` or ``cut``."""


class Press(World):
    """The two papers and ``papers`` busy ones, ``p0.localhost``, ``p1.localhost``, …"""

    def __init__(self, seed: int, start: datetime, days: int, clock: Clock, papers: int) -> None:
        super().__init__(seed, start, days, clock)
        self.served: dict[Story, set[int]] = defaultdict(set)
        self.spells: list[Spell] = []
        self._walls = [(ROOT / f"tests/verdicts/{name}.html").read_bytes() for name in WALLS]
        self._followed = {f"p{n}.localhost": FOLLOWED[n % len(FOLLOWED)] for n in range(papers)}
        rng = random.Random(f"papers {seed}")
        for host in self._followed:
            stories = [*self._draw_stories(host, len(self.stories), rng)]
            self.stories += stories
            self._of[host] = stories
            paths = [(path, one) for one in stories for path in (one.path, one.new_path) if path]
            self._at_path |= {(host, path): one for path, one in paths}
            for trouble in self._draw_troubles(host, rng):
                known = self.spells if isinstance(trouble, Spell) else self.troubles
                known.append(trouble)  # type: ignore[arg-type]  # of the list that was chosen

    @property
    def hosts(self) -> tuple[str, ...]:
        return (*HOSTS, *self._followed)

    def sources(self, host: str) -> dict[str, SourceKind]:
        if host in HOSTS:
            return super().sources(host)
        path, kind = self._followed[host]
        return {self.url(path, host): kind}

    # -------------------------------------------------------------- the script

    def _draw_stories(self, host: str, first: int, rng: random.Random) -> Iterator[Story]:
        at, number = self.start, first
        while (at := _later(at, DAY / STORIES_A_DAY, rng)) < self.end:
            birth = Story(0, POST, "", "", at.replace(microsecond=0))
            yield replace(finish_story(number, birth, rng), host=host)
            number += 1

    def _draw_troubles(self, host: str, rng: random.Random) -> Iterator[Trouble]:
        at = self.start
        while (at := _later(at, AILS_EVERY, rng)) < self.end:
            kind, until = rng.choice(AILMENTS), at + rng.uniform(0.5, 10) * HOUR
            wait = rng.randint(20, 200) * timedelta(minutes=1)
            if kind == "down":
                yield Trouble(host, at, until, 0)
            elif kind == "error":
                yield Trouble(host, at, until, rng.choice((500, 502)))
            elif kind == "refusal":
                yield Trouble(
                    host, at, until, rng.choice((429, 503)), wait, is_date=wait.seconds % 120 == 0
                )
            elif kind == "feed":
                yield Trouble(host, at, until, 404, prefix=self._followed[host][0])
            else:
                yield Spell(host, at, until, 200, kind=kind)
            at = until

    # -------------------------------------------------------------- answers

    def _behaviour(self, request: Request) -> Behaviour:
        at, host = self.clock.now(), (request.header("host") or "").partition(":")[0]
        path = request.target.partition("?")[0]
        kinds = {one.kind for one in self.spells if one.holds(host, path, at)}
        if kinds & {"wall", "cut"} and self.story_at(host, path) is not None:
            self.log.append(Hit(at, host, request.target, 200))
            if "cut" in kinds:
                head = head_of(
                    200, {"Content-Type": "text/html", "Content-Length": "20000"}.items()
                )
                return raw(head + b"<!DOCTYPE html><title>The mayor</title><p>The mayor said")
            return reply(self._walls[hash_of(path) % len(self._walls)])
        behaviour = super()._behaviour(request)
        return _slowed(behaviour) if "slow" in kinds else behaviour

    def _answer(self, host: str, path: str, at: datetime) -> tuple[int, str, dict[str, str]]:
        status, body, headers = super()._answer(host, path, at)
        if status == 200 and hash_of(host) % 2:  # half of the papers honour validators
            headers.setdefault("ETag", f'"{hash_of(body)}"')
        return status, body, headers

    def _listing(self, host: str, path: str, at: datetime) -> tuple[str, str] | None:
        if host not in self._followed:
            return super()._listing(host, path, at)
        there = [one for one in self._of[host] if one.is_there(at)]
        newest = there[-LISTED:][::-1]
        match path:
            case "/robots.txt":
                news = self.url("/news.xml", host)
                return f"User-agent: *\nDisallow: /admin/\nSitemap: {news}\n", "text/plain"
            case "/feed.xml":
                return self._feed(newest), "application/rss+xml"
            case "/news.xml":
                recent = [one for one in there if one.born > at - NEWS_SPAN]
                return self._urlset(recent, at, is_news=True), "application/xml"
            case "/sitemap.xml":
                return self._index_of_days(host, there, at), "application/xml"
            case "/":
                return self._front(newest, at), "text/html"
        inside = [one for one in there if _day_of(one) == path]
        return (self._urlset(inside, at), "application/xml") if inside else None

    def _index_of_days(self, host: str, stories: Sequence[Story], at: datetime) -> str:
        days: dict[str, datetime] = {}
        for one in stories:
            days[_day_of(one)] = max(one.changed_at(at), days.get(_day_of(one), one.born))
        entries = "".join(
            f"<sitemap><loc>{self.url(path, host)}</loc>"
            f"<lastmod>{changed_at.isoformat()}</lastmod></sitemap>"
            for path, changed_at in days.items()
        )
        space = "http://www.sitemaps.org/schemas/sitemap/0.9"
        return f'<sitemapindex xmlns="{space}">{entries}</sitemapindex>'

    def _page(self, story: Story, at: datetime) -> str:
        """As heavy as pages are: nine of ten have ``SMALL`` bytes, the tenth ``LARGE``, and most
        of that is what all pages of a host have in common."""
        self.served[story].add(story.state(at))
        page = super()._page(story, at)
        if story.host in HOSTS:
            return page
        size = LARGE if story.number % 10 == 0 else SMALL
        template = _template(story.host)[: size - OWN_STATE - len(page)]
        state = random.Random(f"state {story.number}").randbytes(OWN_STATE // 2).hex()
        return page.replace("</body>", f"<script>/*{template}*/ state = '{state}'</script></body>")


@cache
def _template(host: str) -> str:
    return random.Random(f"template {host}").randbytes(LARGE // 2).hex()


def _slowed(behaviour: Behaviour) -> Behaviour:
    async def behave(request: Request, writer: asyncio.StreamWriter) -> bool:
        await asyncio.sleep(SLOW_SECONDS)
        return await behaviour(request, writer)

    return behave


def _later(at: datetime, mean: timedelta, rng: random.Random) -> datetime:
    return at + rng.expovariate(1 / mean.total_seconds()) * timedelta(seconds=1)


def _day_of(story: Story) -> str:
    """The sitemap that lists it."""
    return f"/sitemap-{story.born:%Y-%m-%d}.xml"


def hash_of(text: str) -> int:
    """The same in every process."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")

"""A small press world over simulated time: two papers on loopback, in which stories appear, change,
vanish and move, and hosts fail, refuse and change their minds.

    with World(seed=1, start=START, days=30, clock=clock) as world:
        ... world.sources(), world.stories, world.log ...

What a host answers is a pure function of the world's script (drawn from the seed before anything is
asked) and of ``clock.now()``. Every request is written down in ``log`` with its simulated time.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape
from urllib.parse import urlsplit

from scraper.clock import Clock
from scraper.model.types import SourceKind
from tests.servers import Behaviour, Request, Server, drop, redirect, reply

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NEWS_SPAN = 2 * DAY
"""What a sitemap of news holds (Google's documentation of news sitemaps)."""

POST, DAILY = "www.post.localhost", "daily.localhost"
"""The two hosts.

``POST`` honours validators everywhere. It has a short feed, whose links carry trackers and which
lists some stories of ``DAILY`` too, and a sitemap of news, which its robots.txt names. ``DAILY``
sends no validators, and its pages differ with every request (a box of what is read most); it has
an index of sitemaps, one for each quarter, and a front page.
"""
HOSTS = (POST, DAILY)
EDITIONS = {POST: 0.45, DAILY: 0.3}
"""The chance of an edition on a day, of one to three stories; half of it at weekends. There are so
few because every request of the year costs time; a denser paper's polls bring more."""
FEED_LENGTH = 8
BURST = 12
"""Stories of one evening, four times a year: the feed turns over."""
FRONT_LENGTH = 15
SYNDICATED = 6
"""Every so many-th story of ``DAILY`` is in the feed of ``POST`` too."""
CRAWL_DELAY = {DAILY: 3.0}

# Shares and mean ages: assumptions, on the side of edits that come late.
EDITED = 0.25
EDITED_AGAIN = 0.35
EDIT_AGES = ((0.6, 3 * HOUR), (0.3, 18 * HOUR), (0.1, 4 * DAY))
VANISHES, MEAN_LIFE = 0.05, 10 * DAY
MOVES, MEAN_STAY = 0.04, 5 * DAY

_BY_HOUR = [1, 1, 1, 1, 2, 4, 8, 10, 10, 9, 9, 9, 9, 8, 8, 8, 9, 9, 8, 6, 5, 4, 3, 2]

_WHO = "mayor council teacher farmer engineer minister judge driver baker nurse fisherman student"
_DID = "praised rejected opened visited repaired questioned sold moved counted planned closed found"
_WHAT = "bridge harbour school market budget library road hospital station theatre forest museum"
_WHERE = "river hill coast valley border suburb island village capital district railway plain"
_WHEN = "Monday Tuesday Wednesday Thursday Friday spring autumn summer winter January March May"
_ENDS = (
    "although nobody had asked for it",
    "which took the neighbours by surprise",
    "and the work is to begin soon",
    "as a report of the office had proposed",
    "while others wanted to wait for the vote",
    "because the money had run out",
)


@dataclass(frozen=True)
class Story:
    number: int
    host: str
    path: str
    title: str
    born: datetime
    """Published, and listed from then on."""
    edits: tuple[datetime, ...] = ()
    gone_at: datetime | None = None
    gone_status: int = 404
    moved_at: datetime | None = None
    new_path: str = ""

    def state(self, at: datetime) -> int:
        """How many edits it has had."""
        return sum(edit <= at for edit in self.edits)

    def is_there(self, at: datetime) -> bool:
        return self.born <= at and (self.gone_at is None or at < self.gone_at)

    def path_at(self, at: datetime) -> str:
        return self.new_path if self.moved_at is not None and self.moved_at <= at else self.path

    def changed_at(self, at: datetime) -> datetime:
        return max([self.born, *(edit for edit in self.edits if edit <= at)])

    def paragraphs(self, state: int) -> list[str]:
        """Its text after ``state`` edits: each has added a paragraph of its own."""
        rng = random.Random(f"text {self.number}")
        return [" ".join(_sentence(rng) for _ in range(3)) for _ in range(4 + state)]

    def title_at(self, state: int) -> str:
        return f"{self.title}, again" if state >= 2 else self.title


@dataclass(frozen=True)
class Trouble:
    """From ``since`` to ``until`` a host (or its addresses under ``prefix``) answers so."""

    host: str
    since: datetime
    until: datetime
    status: int
    """0: the connection is closed without a byte."""
    retry_after: timedelta | None = None
    prefix: str = "/"
    is_date: bool = False
    """Retry-After is given as a date."""

    def holds(self, host: str, path: str, at: datetime) -> bool:
        return host == self.host and self.since <= at < self.until and path.startswith(self.prefix)


@dataclass(frozen=True)
class Hit:
    """One request, as the server saw it."""

    at: datetime
    host: str
    target: str
    status: int
    """0: closed without a byte."""
    retry_after: timedelta | None = None

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


class World(Server):
    """The script, and the server that plays it."""

    def __init__(self, seed: int, start: datetime, days: int, clock: Clock) -> None:
        super().__init__()
        self.start, self.days, self.clock = start, days, clock
        self.log: list[Hit] = []
        rng = random.Random(seed)
        self.end = self.start + self.days * DAY
        self.stories = sorted(
            (story for host in HOSTS for story in _draw_stories(self, host, rng)),
            key=lambda story: story.born,
        )
        self.stories = [
            finish_story(number, story, rng) for number, story in enumerate(self.stories)
        ]
        self.troubles = list(_draw_troubles(self, rng))
        middle = self.start + self.days / 2 * DAY
        self.closed = (middle, middle + min(12 * DAY, self.days / 4 * DAY))
        self._of = {host: [one for one in self.stories if one.host == host] for host in HOSTS}
        self._in_feed = [
            one for one in self.stories if one.host == POST or one.number % SYNDICATED == 0
        ]
        self._at_path = {
            (one.host, path): one
            for one in self.stories
            for path in (one.path, one.new_path)
            if path
        }

    def sources(self, host: str) -> dict[str, SourceKind]:
        """What is followed of a host: addresses, with their kinds."""
        if host == POST:
            return {
                self.url("/feed.xml", POST): SourceKind.FEED,
                self.url("/news.xml", POST): SourceKind.SITEMAP,
            }
        return {
            self.url("/sitemap.xml", DAILY): SourceKind.SITEMAP,
            self.url("/", DAILY): SourceKind.FRONT_PAGE,
        }

    def listed_by(self, host: str) -> list[Story]:
        """What the sources of a host ever list."""
        return self._in_feed if host == POST else self._of[host]

    def story_at(self, host: str, path: str) -> Story | None:
        return self._at_path.get((host, path))

    def place_of(self, url: str) -> tuple[str, str]:
        """Host and path of an address of this world."""
        parts = urlsplit(url)
        return parts.hostname or "", parts.path

    def is_forbidden(self, host: str, path: str, at: datetime) -> bool:
        since, until = self.closed
        return host == POST and path.startswith("/live/") and since <= at < until

    def is_well(self, host: str, path: str, since: datetime, until: datetime) -> bool:
        """Whether the host answers for ``path`` all this time, and lets us ask."""
        if self.is_forbidden(host, path, since) or self.is_forbidden(host, path, until):
            return False
        return not any(
            one.host == host
            and path.startswith(one.prefix)
            and one.since < until
            and since < one.until
            for one in self.troubles
        )

    # -------------------------------------------------------------- answers

    def _behaviour(self, request: Request) -> Behaviour:
        at, host = self.clock.now(), (request.header("host") or "").partition(":")[0]
        path = request.target.partition("?")[0]
        trouble = next((one for one in self.troubles if one.holds(host, path, at)), None)
        if trouble is not None:
            return self._refuse(request, trouble, at)
        status, body, headers = self._answer(host, path, at)
        fresh = {key.lower(): value for key, value in headers.items()}
        for sent, stated in (("if-none-match", "etag"),):
            if status == 200 and stated in fresh and request.header(sent) == fresh[stated]:
                status = 304
        self.log.append(Hit(at, host, request.target, status))
        return redirect(headers["Location"], 301) if status == 301 else reply(body, status, headers)

    def _refuse(self, request: Request, trouble: Trouble, at: datetime) -> Behaviour:
        wait = trouble.retry_after
        self.log.append(Hit(at, trouble.host, request.target, trouble.status, wait))
        if not trouble.status:
            return drop()
        headers = {}
        if wait is not None:
            stated = format_datetime(at + wait, usegmt=True) if trouble.is_date else None
            headers["Retry-After"] = stated or str(int(wait.total_seconds()))
        return reply(b"try again later", trouble.status, headers)

    def _answer(self, host: str, path: str, at: datetime) -> tuple[int, str, dict[str, str]]:
        listing = self._listing(host, path, at)
        if listing is not None:
            body, media_type = listing
            return 200, body, {"Content-Type": media_type, **_validators(host, path, body)}
        story = self._at_path.get((host, path))
        if story is None or at < story.born:
            return 404, "not found", {}
        if not story.is_there(at):
            return story.gone_status, "not found", {}
        here = story.path_at(at)
        if path != here:
            return 301, "", {"Location": here}
        body = self._page(story, at)
        return 200, body, _validators(host, path, body)

    def _listing(self, host: str, path: str, at: datetime) -> tuple[str, str] | None:
        """Body and media type."""
        if path == "/robots.txt":
            return self._robots(host, at), "text/plain"
        there = [one for one in self._of[host] if one.is_there(at)]
        match host, path:
            case "www.post.localhost", "/feed.xml":
                newest = [one for one in self._in_feed if one.born <= at][-FEED_LENGTH:][::-1]
                return self._feed(newest), "application/rss+xml"
            case "www.post.localhost", "/news.xml":
                recent = [one for one in there if one.born > at - NEWS_SPAN]
                return self._urlset(recent, at, is_news=True), "application/xml"
            case "daily.localhost", "/":
                return self._front(there[-FRONT_LENGTH:][::-1], at), "text/html"
            case "daily.localhost", "/sitemap.xml":
                return self._index(there, at), "application/xml"
        if host == DAILY and path.startswith("/sitemap-"):
            inside = [one for one in there if _part_of(one) == path]
            return (self._urlset(inside, at), "application/xml") if inside else None
        return None

    def _robots(self, host: str, at: datetime) -> str:
        lines = ["User-agent: *", "Disallow: /admin/"]
        if self.is_forbidden(host, "/live/", at):
            lines.append("Disallow: /live/")
        if host in CRAWL_DELAY:
            lines.append(f"Crawl-delay: {CRAWL_DELAY[host]}")
        if host == POST:
            lines.append(f"Sitemap: {self.url('/news.xml', POST)}")
        return "\n".join(lines) + "\n"

    def _feed(self, stories: Iterable[Story]) -> str:
        tracker = "?utm_source=rss&amp;utm_medium=feed"
        items = "".join(
            f"<item><title>{escape(one.title)}</title>"
            f"<link>{self.url(one.path, one.host)}{tracker}</link>"
            f"<guid isPermaLink='false'>{one.number}</guid>"
            f"<pubDate>{format_datetime(one.born)}</pubDate></item>"
            for one in stories
        )
        return f'<rss version="2.0"><channel><title>The Post</title>{items}</channel></rss>'

    def _urlset(self, stories: Iterable[Story], at: datetime, *, is_news: bool = False) -> str:
        def entry(one: Story) -> str:
            news = (
                f"<news:news><news:publication_date>{one.born.isoformat()}</news:publication_date>"
                f"<news:title>{escape(one.title)}</news:title></news:news>"
            )
            return (
                f"<url><loc>{self.url(one.path_at(at), one.host)}</loc>"
                f"<lastmod>{one.changed_at(at).isoformat()}</lastmod>"
                f"{news if is_news else ''}</url>"
            )

        space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        news = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
        urls = "".join(map(entry, stories))
        return f'<?xml version="1.0" encoding="UTF-8"?><urlset {space} {news}>{urls}</urlset>'

    def _index(self, stories: Iterable[Story], at: datetime) -> str:
        parts: dict[str, datetime] = {}
        for one in stories:
            part = _part_of(one)
            parts[part] = max(one.changed_at(at), parts.get(part, one.born))
        entries = "".join(
            f"<sitemap><loc>{self.url(part, DAILY)}</loc>"
            f"<lastmod>{changed_at.isoformat()}</lastmod></sitemap>"
            for part, changed_at in parts.items()
        )
        return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</sitemapindex>'

    def _front(self, stories: Iterable[Story], at: datetime) -> str:
        teasers = "".join(
            f'<article><h2><a href="{one.path_at(at)}">{escape(one.title)}</a></h2></article>'
            for one in stories
        )
        nav = '<nav><a href="/sport">Sport</a> <a href="/contact">Contact us</a></nav>'
        return (
            f"<!DOCTYPE html><html><body>{nav}<main>{teasers}</main>{at.isoformat()}</body></html>"
        )

    def _page(self, story: Story, at: datetime) -> str:
        state = story.state(at)
        title, link = escape(story.title_at(state)), self.url(story.path_at(at), story.host)
        text = "".join(f"<p>{each}</p>" for each in story.paragraphs(state))
        meta = (
            f'<link rel="canonical" href="{link}">'
            f'<meta property="article:published_time" content="{story.born.isoformat()}">'
            f'<meta property="article:modified_time" content="{story.changed_at(at).isoformat()}">'
        )
        aside = ""
        if story.host == DAILY:  # another one with every request
            most_read = random.Random(f"{at}").choices(self._of[DAILY], k=3)
            aside = "".join(
                f"<li><a href='{one.path}'>{escape(one.title)}</a></li>" for one in most_read
            )
        return (
            f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
            f'{meta}</head><body><nav><a href="/">Home</a></nav><article><h1>{title}</h1>'
            f'<p class="byline">By Maria Holm</p>{text}</article>'
            f"<aside><h3>Most read</h3><ul>{aside}</ul></aside><footer>All rights reserved</footer>"
            "</body></html>"
        )


# ------------------------------------------------------------------ the script


def _draw_stories(world: World, host: str, rng: random.Random) -> Iterator[Story]:
    """Their births: few at night, fewer at weekends, and on some days many within hours."""
    births: list[datetime] = []
    for day in range(world.days):
        midnight = (world.start + day * DAY).replace(hour=0, minute=0)
        if rng.random() < EDITIONS[host] / (2 if midnight.weekday() >= 5 else 1):
            (hour,) = rng.choices(range(24), _BY_HOUR)
            births += [
                midnight + timedelta(hours=hour, seconds=rng.randrange(3600))
                for _ in range(rng.randint(1, 3))
            ]
    for _ in range(max(1, world.days // 90) if host == POST else 0):
        begins = world.start + rng.uniform(0.1, 0.9) * world.days * DAY
        births += [begins + rng.random() * 3 * HOUR for _ in range(BURST)]
    for born in sorted(births):
        if world.start <= born < world.end:
            yield Story(0, host, "", "", born.replace(microsecond=0))


def finish_story(number: int, story: Story, rng: random.Random) -> Story:
    """A birth as a whole story, with what becomes of it; its number is the world's own."""
    title = _headline(random.Random(f"title {number}"))
    slug = title.lower().replace(" ", "-")
    day = f"{story.born:%Y/%m/%d}"
    section = "live" if rng.random() < 0.1 else "news"
    path = {
        POST: f"/{section}/{day}/{slug}-{number}",
        DAILY: f"/news/{slug}-{10_000 + number}.html",
    }[story.host]
    edits: list[datetime] = []
    chance = EDITED
    while rng.random() < chance and len(edits) < 6:
        ((_, mean),) = rng.choices(EDIT_AGES, [share for share, _ in EDIT_AGES])
        edits.append(story.born + _after(mean, rng))
        chance = EDITED_AGAIN
    gone_at = story.born + _after(MEAN_LIFE, rng) if rng.random() < VANISHES else None
    moved_at = story.born + _after(MEAN_STAY, rng) if rng.random() < MOVES else None
    return Story(
        number,
        story.host,
        path,
        title,
        story.born,
        tuple(sorted(edits)),
        gone_at,
        rng.choice((404, 410)),
        moved_at,
        f"/archive/{day}/{slug}-{number}" if moved_at else "",
    )


def _draw_troubles(world: World, rng: random.Random) -> Iterator[Trouble]:
    """Per quarter of a year (at least once): each host down, refusing, its feed failing."""

    def begin() -> datetime:
        return world.start + rng.uniform(0.05, 0.92) * world.days * DAY

    for _ in range(max(1, world.days // 90)):
        for host in HOSTS:
            since = begin()
            yield Trouble(host, since, since + rng.uniform(1, 26) * HOUR, rng.choice((0, 502)))
            since = begin()
            wait = rng.randint(20, 300) * timedelta(minutes=1)
            is_date = rng.random() < 0.5
            status = rng.choice((429, 503))
            # Longer than it says, and than most waits of a crawl: it is met whatever the schedule.
            until = since + wait + 6 * HOUR
            yield Trouble(host, since, until, status, wait, is_date=is_date)
        for host, path in ((POST, "/feed.xml"), (DAILY, "/sitemap.xml")):
            since = begin()
            status = rng.choice((500, 404, 503))
            yield Trouble(host, since, since + rng.uniform(1, 9) * HOUR, status, prefix=path)


def _after(mean: timedelta, rng: random.Random) -> timedelta:
    return timedelta(seconds=60 + int(rng.expovariate(1 / mean.total_seconds())))


def _headline(rng: random.Random) -> str:
    who, did, what, where = (rng.choice(each.split()) for each in (_WHO, _DID, _WHAT, _WHERE))
    return f"The {who} {did} the {what} near the {where} on {rng.choice(_WHEN.split())}"


def _sentence(rng: random.Random) -> str:
    return f"{_headline(rng)}, {rng.choice(_ENDS)}, {rng.randrange(2, 900)} times."


def _part_of(story: Story) -> str:
    """The sitemap that lists it."""
    return f"/sitemap-{story.born.year}-{(story.born.month + 2) // 3}.xml"


def _validators(host: str, path: str, body: str) -> dict[str, str]:
    """Where a host sends them: an ETag that stands for the content."""
    if host != POST and not path.endswith((".xml", ".txt")):
        return {}
    return {"ETag": f'"{hashlib.sha256(body.encode()).hexdigest()[:16]}"'}

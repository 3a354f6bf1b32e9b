"""Two outlets, one of them hostile, and an archive that reads both.

``World.step`` does one thing that one of them could do, drawn by ``choose``; ``World.check`` says
what the archive shows at the honest one's addresses that it did not serve. Shared by the test and
by ``benchmarks/archive/identity.py``, which takes a million steps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Engine, select

from scraper import urls
from scraper.model.types import (
    Article,
    Capture,
    Decision,
    Link,
    Outcome,
    Settlement,
    SourceKind,
    Verdict,
)
from scraper.pages.reextraction import compare
from storage.archive import Archive
from storage.database.engine import reading, writing
from storage.frontier.queueing import queue_links
from storage.frontier.sources import Sources
from storage.maintenance.forgetting import forget
from storage.models import Article as Row
from storage.models import Page, Version
from storage.reading.library import Library
from storage.reextraction.candidates import Candidates, Scope
from storage.reextraction.reextraction_run import Application, begin
from storage.search.finder import Search
from storage.text.fingerprint import fold
from tests.storage.makers import BY_HAND, NOW, make_article, make_response

T = TypeVar("T")
Choose = Callable[[Sequence[Any]], Any]

HONEST = [f"https://www.paper.example/{name}" for name in ("mayor", "bridge", "harbour")]
SPELT = ["https://www.paper.example", "https://m.paper.example", "http://paper.example"]
"""Hosts that are one: the honest outlet answers at each of them."""
HOSTILE = [
    "https://short.example/1",
    "https://short.example/2",
    "https://evil.substack.com/p/1",
    "http://www.evil.example/mayor",
    "https://blogs.paper.example/mayor",
]
"""The last one is of the honest outlet, on a host of others."""
KEYS = {urls.url_key(urls.canonical_url(url)): url for url in HONEST}
NEVER = Settlement(None)
EVERYTHING = Scope(everything=True)
WORDS = [f"word{number}" for number in range(30)]
_NOT_OF_THE_PAPER = select(Row.id).where(~Row.canonical_url.contains("paper.example"))
_SHOWN = (
    select(Page.url_key, Page.due_at, Row.id, Row.verdict, Row.url, Row.canonical_url, Version.body)
    .outerjoin(Row, Row.id == Page.article_id)
    .outerjoin(Version, Version.id == Row.current_version_id)
    .where(Page.url_key.in_(KEYS))
)


def text_of(story: int, edition: int) -> str:
    """Editions of one story differ in a sentence, and no edition is shorter than another."""
    own = [f"story{story}x{number}" for number in range(5)]
    return f"{' '.join(own + WORDS)}. Edition{edition:04} of story{story} ends here."


def is_its(home: str, url: str) -> bool:
    return urls.canonical_url(home) == urls.canonical_url(url)


def forged(text: str, number: int) -> str:
    """The text with one sentence changed; one of them has a long tail, besides which whatever the
    honest one says looks like a page that lost its text."""
    tail = " ".join(f"tail{count}" for count in range(90)) + ". " if number == 2 else ""
    return tail + text.replace("ends here", f"is a lie{number:04}")


def reread(page: bytes, number: int) -> Article:
    """What ``World.save`` wrote, with the title as this extractor reads it."""
    title, body, declared = page.decode().split("|")
    article = make_article(body, f"{title}{number}", declared_url=declared or None)
    if not body:
        article = replace(article, verdict=Verdict.LOGIN_WALL, blocks=())
    return replace(article, extractor_version=f"x{number}")


@dataclass
class World:
    """``served``: by honest address, what was last read there; ``ever``: all that was. ``bare``:
    those whose text was that of another host of the outlet, which has another one now: they are to
    be asked."""

    engine: Engine
    choose: Choose
    now: datetime = NOW
    count: int = 0

    def __post_init__(self) -> None:
        self.archive, self.library = Archive(self.engine), Library(self.engine)
        self.served: dict[str, str] = {}
        self.ever: dict[str, set[str]] = {}
        self.bare: set[str] = set()
        self.says = {url: text_of(number, 0) for number, url in enumerate(HONEST)}
        self.trace: list[str] = []
        # The archive follows the paper: something of it was read before anybody led there.
        front = "https://www.paper.example/front"
        self.save(front, front, make_article(text_of(8, 0), "The paper"))
        feed, sources = "https://www.paper.example/feed", Sources(self.engine)
        self.source = sources.add(feed, name=None, kind=SourceKind.FEED, now=self.now)[0].id
        self.listed: set[str] = set()

    # ------------------------------------------------------------------ what is done

    def step(self) -> None:
        self.count += 1
        self.now += timedelta(minutes=7)
        both = (self.honest,) * 16 + (self.hostile,) * 24
        self.choose((*both, self.forget, self.read_again))()

    def honest(self) -> None:
        """The honest outlet edits a story, lists it, or is asked for one."""
        url = self.choose(HONEST)
        if self.choose((True, False, False, False)):
            with writing(self.engine) as session:
                queue_links(session, self.source, [Link(url)], self.now)
            self.listed.add(url)
            self.trace.append(f"listed: {url}")
            return
        if self.choose((True, False, False)):
            self.says[url] = text_of(HONEST.index(url), self.choose(range(4)))
            return
        what = self.choose(("page",) * 6 + ("304", "wall", "gone"))
        asked = self.choose(SPELT) + urls.canonical_url(url).removeprefix("https://paper.example")
        final = asked if self.choose((True, False)) else url
        if final.startswith("http:"):
            final = url  # as every paper does today
        if what == "page":
            declared = self.choose((None, url))
            self.read_honest(asked, final, make_article(self.says[url], "A", declared_url=declared))
        elif what == "304":
            self.save(asked, final, None, status=304)
        elif what == "gone":
            self.save(asked, final, None, status=404, reason="http_404")
        else:
            wall = make_article("", None, verdict=Verdict.LOGIN_WALL, evidence="x")
            self.save(asked, final, wall)

    def hostile(self) -> None:
        """The hostile outlet is asked for a page, leads elsewhere, or forges a record."""
        asked, victim = self.choose(HOSTILE), self.choose(HONEST)
        # It leads to a page of the honest one's; within an outlet a redirect is a move.
        if urls.site_of(asked) != "paper.example" and self.choose((False,) * 5 + (True,)):
            shown = make_article(self.says[victim], "A", declared_url=self.choose((None, victim)))
            self.read_honest(asked, victim, shown)
            return
        final = self.choose((asked, self.choose(HOSTILE)))
        kinds = ("304", "wall", "teaser", "record", "plain", "led on plainly")
        what = self.choose(("page",) * 6 + kinds)
        said = self.choose((self.says[victim], *self.ever.get(victim, ()), text_of(9, 0)))
        if self.choose((True, True, False)):
            said = forged(said, self.choose(range(3)))
        declared = self.choose((None, victim, self.choose(HOSTILE)))
        article = make_article(said, self.choose(("A", "B")), declared_url=declared)
        if what in ("plain", "led on plainly", "record"):
            self.by_another_way(what, victim, final, article)
        elif what == "304":
            self.save(asked, final, None, status=304)
        elif what == "wall":
            self.save(
                asked, final, replace(article, verdict=Verdict.LOGIN_WALL, body="", blocks=())
            )
        elif what == "teaser":
            self.save(asked, final, replace(article, verdict=Verdict.TEASER))
        else:
            parts = self.choose(((), (), (victim,)))
            self.save(asked, final, article, parts=parts, plan=self.choose((BY_HAND, NEVER)))

    def by_another_way(self, what: str, victim: str, final: str, article: Article) -> None:
        """Somebody on the way answers in the honest one's place, or somebody hands over a record.
        What was read of the honest one stands against it."""
        plain = victim.replace("https:", "http:")
        if what == "record":
            asked = self.choose((self.choose(HOSTILE), *HONEST))
            moved = timedelta(days=self.choose((-30, 0, 30)))
            self.save(asked, self.choose((asked, final)), article, seen_at=self.now + moved)
        elif victim in self.served:
            self.save(plain, plain if what == "plain" else final, article)

    def forget(self) -> None:
        """An article of the other's is removed for good."""
        with reading(self.engine) as session:
            ids = session.scalars(_NOT_OF_THE_PAPER).all()
        if ids:
            self.trace.append(f"forget {ids}")
            forget(self.engine, self.choose(ids), self.now)
            # An address that led there goes whole, and its feed brings it back as new; one that a
            # record was read at is barred. What the paper itself served stays as it is.
            asked = {url for url, row in self.shown().items() if row.due_at is not None}
            self.listed &= asked | (self.served.keys() - self.bare)

    def read_again(self) -> None:
        """All stored pages, by another extractor."""
        number = self.choose(range(4))
        self.trace.append(f"read again by {number}")
        run = begin(self.engine, f"x{number}", EVERYTHING, self.now)
        pages = Candidates(self.engine, EVERYTHING, lambda _: f"x{number}", after=run.cursor)
        application = Application(self.engine, run, pages, lambda: self.now)
        while (one := application.load_next()) is not None:
            article = reread(one.page.response.body, number) if one.page else None
            changes = compare(one.article or Article(), article, fold) if article else ()
            application.keep(one, article, changes, None)
        application.finish()

    def read_honest(self, asked: str, final: str, article: Article) -> None:
        """What the honest outlet serves is what it says now; it is never refused."""
        decision = self.save(asked, final, article)
        url = next(one for one in HONEST if urls.canonical_url(one) == urls.canonical_url(final))
        is_own = urls.site_of(asked) == "paper.example"
        if decision.outcome is Outcome.FAILED and not is_own:
            return  # the address that led there is one of what was forgotten
        assert decision.outcome not in (Outcome.FAILED, Outcome.REJECTED), self.told()
        self.served[url] = article.body
        self.bare.discard(url)
        self.ever.setdefault(url, set()).add(article.body)

    def save(
        self,
        asked: str,
        final: str,
        article: Article | None,
        *,
        status: int = 200,
        reason: str | None = None,
        seen_at: datetime | None = None,
        parts: Sequence[str] = (),
        plan: Settlement = BY_HAND,
    ) -> Decision:
        at = seen_at or self.now
        told = (article.title, article.body, article.declared_url) if article else ()
        body = "|".join(part or "" for part in told).encode()
        response = replace(
            make_response(asked, body, final=final, status=status),
            fetched_at=at,
            redirects=(asked,) if asked != final else (),
        )
        self.trace.append(f"{asked} -> {final} {status} {article and article.body[-40:]} {seen_at}")
        further = tuple(replace(make_response(url), fetched_at=at) for url in parts)
        capture = Capture(asked, at, response, article, reason=reason, parts=further)
        return self.archive.save(capture, plan, self.now, seen_at=seen_at)

    # ------------------------------------------------------------------ what must hold

    def check(self, deep: bool = True) -> None:
        """What the honest one's addresses show is what it served, and each will be asked again;
        ``deep``: the history behind it, and what is found, as well. Raises ``AssertionError`` with
        the last steps."""
        shown = self.shown()
        for url in self.listed:
            assert shown[url].due_at is not None, self.told(url)
        for url, text in self.served.items():
            if url in self.bare and url not in shown:
                continue
            _, _, article_id, verdict, home, canonical, body = shown[url]
            if article_id is None or (verdict != Verdict.ARTICLE and is_its(home, url)):
                self.bare.add(url)
            if url in self.bare:
                continue
            assert body == text, self.told(url)
            assert verdict == Verdict.ARTICLE, self.told(url)
            assert {urls.site_of(home), urls.site_of(canonical)} == {"paper.example"}, self.told(
                url
            )
            if deep:
                self.check_history(url, article_id)
                word = text.split("Edition")[1][:4]
                found = Search(self.engine).find(
                    f"site:paper.example edition{word} story{HONEST.index(url)}"
                )
                assert article_id in [hit.record.id for hit in found.hits], self.told(url)
        for hit in Search(self.engine).find("site:paper.example", limit=0).hits if deep else ():
            key = urls.url_key(urls.canonical_url(hit.record.url))
            if KEYS.get(key) in self.served.keys() - self.bare:
                assert "is a lie" not in self.body_of(hit.record.id), self.told()

    def shown(self) -> dict[str, Any]:
        """By honest address, what there is."""
        with reading(self.engine) as session:
            return {KEYS[row.url_key]: row for row in session.execute(_SHOWN)}

    def check_history(self, url: str, article_id: int) -> None:
        for version in self.library.versions(article_id):
            # What was on the way before the honest one was read says how it came.
            is_its = not version.recorded and version.url.startswith("https:")
            if version.accepted and is_its:
                assert version.body in self.ever[url], self.told(url)
                assert urls.site_of(version.url) == "paper.example", self.told(url)

    def body_of(self, article_id: int) -> str:
        record = self.library.get(article_id)
        return (record.body or "") if record else ""

    def told(self, url: str = "") -> str:
        return "\n".join([url, *self.trace[-200:]])

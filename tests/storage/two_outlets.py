"""Two outlets, one of them hostile, and an archive that reads both.

``World.step`` does one thing that one of them could do, drawn by ``choose``; ``World.check`` says
what the archive shows at the honest one's addresses that it did not serve. Shared by the test and
by ``benchmarks/identity.py``, which takes a million steps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Engine, select

from scraper import urls
from scraper.types import Article, Capture, Decision, Outcome, Verdict
from storage.archive import Archive
from storage.database.engine import reading
from storage.library import Library
from storage.models import Article as Row
from storage.models import Page, Version
from storage.search.finder import Search
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
WORDS = [f"word{number}" for number in range(30)]


def text_of(story: int, edition: int) -> str:
    """Editions of one story differ in a sentence, and no edition is shorter than another."""
    own = [f"story{story}x{number}" for number in range(5)]
    return f"{' '.join(own + WORDS)}. Edition{edition:04} of story{story} ends here."


def forged(text: str, number: int) -> str:
    """The text with one sentence changed."""
    return text.replace("ends here", f"is a lie{number:04}")


@dataclass
class World:
    """``served``: by honest address, what was last read there; ``lies``: what the other wrote."""

    engine: Engine
    choose: Choose
    now: datetime = NOW
    count: int = 0

    def __post_init__(self) -> None:
        self.archive, self.library = Archive(self.engine), Library(self.engine)
        self.served: dict[str, str] = {}
        self.ever: dict[str, set[str]] = {}
        self.says = {url: text_of(number, 0) for number, url in enumerate(HONEST)}
        self.trace: list[str] = []
        # The archive follows the paper: something of it was read before anybody led there.
        front = "https://www.paper.example/front"
        self.save(front, front, make_article(text_of(8, 0), "The paper"))

    # ------------------------------------------------------------------ what is done

    def step(self) -> None:
        self.count += 1
        self.now += timedelta(minutes=7)
        self.choose((self.honest, self.honest, self.hostile, self.hostile, self.hostile))()

    def honest(self) -> None:
        """The honest outlet edits a story, or is asked for one."""
        url = self.choose(HONEST)
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
            said = make_article(self.says[victim], "A", declared_url=self.choose((None, victim)))
            self.read_honest(asked, victim, said)
            return
        final = self.choose((asked, self.choose(HOSTILE)))
        what = self.choose(("page",) * 6 + ("304", "wall", "teaser", "record"))
        said = self.choose((self.says[victim], *self.ever.get(victim, ()), text_of(9, 0)))
        if self.choose((True, True, False)):
            said = forged(said, self.choose(range(3)))
        declared = self.choose((None, victim, self.choose(HOSTILE)))
        article = make_article(said, self.choose(("A", "B")), declared_url=declared)
        if what == "304":
            self.save(asked, final, None, status=304)
        elif what == "wall":
            self.save(
                asked, final, replace(article, verdict=Verdict.LOGIN_WALL, body="", blocks=())
            )
        elif what == "teaser":
            self.save(asked, final, replace(article, verdict=Verdict.TEASER))
        elif what == "record":
            # A record can name any address; what was read on the web stands against it.
            asked = self.choose((asked, *self.served))
            final = self.choose((asked, final))
            moved = timedelta(days=self.choose((-30, 0, 30)))
            self.save(asked, final, article, seen_at=self.now + moved)
        else:
            self.save(asked, final, article)

    def read_honest(self, asked: str, final: str, article: Article) -> None:
        """What the honest outlet serves is what it says now; it is never refused."""
        decision = self.save(asked, final, article)
        url = next(one for one in HONEST if urls.canonical_url(one) == urls.canonical_url(final))
        assert decision.outcome not in (Outcome.FAILED, Outcome.REJECTED), self.told()
        self.served[url] = article.body
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
    ) -> Decision:
        at = seen_at or self.now
        body = f"{article.title}|{article.body}|{article.declared_url}".encode() if article else b""
        response = replace(
            make_response(asked, body, final=final, status=status),
            fetched_at=at,
            redirects=(asked,) if asked != final else (),
        )
        self.trace.append(f"{asked} -> {final} {status} {article and article.body[-40:]} {seen_at}")
        capture = Capture(asked, at, response, article, reason=reason)
        return self.archive.save(capture, BY_HAND, self.now, seen_at=seen_at)

    # ------------------------------------------------------------------ what must hold

    def check(self, deep: bool = True) -> None:
        """What the honest one's addresses show is what it served; ``deep``: the history behind it,
        and what is found, as well. Raises ``AssertionError`` with the last steps."""
        shown = self.shown()
        for url, text in self.served.items():
            if url not in shown:  # it had its text from another host of the outlet: see there
                assert self.is_due(url), self.told(url)
                continue
            article_id, verdict, home, canonical, body = shown[url]
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
            if urls.levelled_host(hit.record.url) == "paper.example":
                assert "is a lie" not in self.body_of(hit.record.id), self.told()

    def check_history(self, url: str, article_id: int) -> None:
        for version in self.library.versions(article_id):
            if version.accepted and not version.recorded:
                assert version.body in self.ever[url], self.told(url)
                assert urls.site_of(version.url) == "paper.example", self.told(url)

    def shown(self) -> dict[str, tuple[int, str, str, str, str]]:
        """By honest address: id, verdict, home, canonical address and text of its article."""
        query = (
            select(
                Page.url_key,
                Row.id,
                Row.verdict,
                Row.url,
                Row.canonical_url,
                Version.body,
            )
            .join(Row, Row.id == Page.article_id)
            .outerjoin(Version, Version.id == Row.current_version_id)
            .where(Page.url_key.in_(KEYS))
        )
        with reading(self.engine) as session:
            rows = session.execute(query).all()
        return {KEYS[row[0]]: (row[1], row[2], row[3], row[4], row[5]) for row in rows}

    def is_due(self, url: str) -> bool:
        key = urls.url_key(urls.canonical_url(url))
        with reading(self.engine) as session:
            due_at = session.scalar(select(Page.due_at).where(Page.url_key == key))
        return due_at is not None and due_at <= self.now

    def body_of(self, article_id: int) -> str:
        record = self.library.get(article_id)
        return (record.body or "") if record else ""

    def told(self, url: str = "") -> str:
        return "\n".join([url, *self.trace[-200:]])

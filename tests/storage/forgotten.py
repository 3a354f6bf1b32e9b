"""An article's life, step by step, in words that nothing else in the archive has; and where any
run of six letters of them is left.

Its words have no vowel, and what is said of others has one at every second letter, as the
database's own words (tables, columns, verdicts) have vowels, too: no six letters of the one are in
the other by chance."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Engine

from scraper.model.health import Alarm, Kind
from scraper.model.types import Article, Capture, Link, Response, Settlement, SourceKind, Verdict
from storage.archive import Archive
from storage.database.engine import writing
from storage.frontier import queueing
from storage.frontier.sources import Sources
from storage.ledger.health import HealthBook
from storage.maintenance.backup import backup
from storage.reextraction.undoing import undo
from tests.storage.makers import BY_HAND, NOW, make_article
from tests.storage.reextraction.test_reextracting import reextract

SITE, OTHER, SHORT = "https://paper.example", "https://other.example", "https://short.example"
SETTLED = Settlement(None)
VOWELS, CONSONANTS = "aeiouy", "bcdfghjklmnpqrstvwxz"
_TEMPLATE = b"".join(
    b"<li class=item-%d>a line of the template %d</li>\n" % (n, n) for n in range(300)
)


def pieces_of(words: Iterable[str]) -> set[str]:
    """Every six letters in a row that stand in them."""
    runs = (run for word in words for run in re.findall(r"[a-z]+", word.lower()))
    return {run[at : at + 6] for run in runs for at in range(len(run) - 5)}


def left_in(pieces: set[str], data: bytes) -> list[str]:
    runs = re.findall(rb"[a-z]{6,}", data.lower())
    return sorted(pieces & pieces_of({run.decode() for run in runs}))


@dataclass
class Life:
    """Of one article, and of its neighbours."""

    engine: Engine
    seed: int = 0
    told: set[str] = field(default_factory=set)
    """What is said of it and of nothing else."""

    def __post_init__(self) -> None:
        self._random = Random(self.seed)
        self.archive = Archive(self.engine)
        self.now = NOW
        self.home = f"{SITE}/{self.slug()}"
        self.body = self.words(150)
        self.title = self.words(4)
        self.article_id = 0
        self._neighbours = 0

    # ------------------------------------------------------------------ its steps

    def file(self) -> None:
        self.article_id = self._save(self.home, self.article()) or self.article_id

    def edit(self) -> None:
        at = self._random.randrange(100)
        self.body[at : at + 40] = self.words(40)
        self.title = self.words(4)
        self._save(self.home, self.article())

    def return_to_an_edit(self) -> None:
        body = [*self.body]
        self.edit()
        self.body = body
        self._save(self.home, self.article())

    def wall(self) -> None:
        cut = [*self.body[:30], *self.words(5)]
        self._save(self.home, self.article(cut, verdict=Verdict.TEASER, evidence="cut"))

    def lose_text(self) -> None:
        self._save(self.home, self.article(self.body[:60]))

    def reject(self) -> None:
        empty = make_article("", None, verdict=Verdict.LISTING, evidence="it says so")
        self._save(self.home, empty, said=self.words(30))

    def reject_elsewhere_on_its_site(self) -> None:
        """At an address that becomes one of its own."""
        url = f"{SITE}/{self.slug()}"
        empty = make_article("", None, verdict=Verdict.LISTING, evidence="it says so")
        self._save(url, empty, said=self.words(30))
        self._save(url, self.article(), final=self.home)

    def fail(self) -> None:
        self.archive.save(Capture(self.home, self.now, reason="timeout"), SETTLED, self.now)

    def grow_parts(self) -> None:
        self.body += self.words(60)
        urls = [f"{self.home}?page={number}&{self.slug()}" for number in (2, 3)]
        parts = tuple(self._response(url, self.words(20)) for url in urls)
        self._save(self.home, self.article(), parts=parts)

    def redirect_here(self) -> None:
        self._save(f"{SITE}/{self.slug()}", self.article(), final=self.home)

    def repeat_here(self) -> None:
        """The same text at another address of its site, which had it later: else it were there that
        the article is, and its home's next text another one."""
        if not self.article_id:
            self.file()
        self._save(f"{SITE}/{self.slug()}", self.article())

    def redirect_from_elsewhere(self) -> None:
        self._save(f"{SHORT}/{self.slug()}", self.article(), final=self.home)

    def be_listed(self) -> None:
        """Its address, and a short one that leads to it, stand in a feed."""
        short = f"{SHORT}/{self.slug()}"
        source = self._follow(f"{OTHER}/feed.xml")
        with writing(self.engine) as session:
            links = [Link(self.home), Link(short)]
            queueing.queue_links(session, source, links, self.now)
        self._save(short, self.article(), final=self.home)
        spelt = self.home.replace("https://", "http://") + "?utm_source=feed"
        examples = (self.home, spelt, short, f"{OTHER}/1")
        alarm = Alarm(Kind.FAILING, NOW, "2 of 3", examples)
        HealthBook(self.engine).save_all({source: [alarm]}, self.now)

    def be_copied(self) -> None:
        """Another outlet has all that it says now."""
        copy = self.article()
        self.told -= {*self.body, *self.title, *copy.tags, str(copy.section)}
        self._save(f"{OTHER}/copy/{self._random.random()}", copy)

    def be_rewritten(self) -> None:
        """Another outlet has two thirds of it: a story."""
        self.told -= {*self.body[:100]}
        own = self._words_of_others(50)
        article = make_article(" ".join([*self.body[:100], *own]), "Of another outlet")
        self._save(f"{OTHER}/story/{self._random.random()}", article)

    def be_read_again(self) -> None:
        reading = self.article(byline=self.words(1)[0], section=self.words(1)[0])
        reextract(self.engine, _OneReading(reading), name=f"2+{self._words_of_others(1)[0]}")

    def be_read_again_in_vain(self) -> None:
        self.be_read_again()
        undo(self.engine, self.now)

    def have_neighbours(self) -> None:
        """On its host and on another, stored by its page or by another's."""
        for site in (SITE, OTHER):
            self._neighbours += 1
            number = self._neighbours
            article = make_article(" ".join(self._words_of_others(150)), f"Neighbour {number}")
            self._save(f"{site}/neighbours/{number}", article)

    # ------------------------------------------------------------------ after its end

    def come_back(self) -> None:
        """Whatever would bring it back tries to."""
        source = self._follow(f"{SITE}/feed.xml")
        with writing(self.engine) as session:
            queueing.queue_links(session, source, [Link(self.home, self.title[0])], self.now)
        refused = self.archive.save(self._capture(self.home, self.article()), SETTLED, self.now)
        assert (refused.article_id, str(refused.reason).split(":")[0]) == (None, "forgotten")

    # ------------------------------------------------------------------ made

    def article(self, body: list[str] | None = None, **fields: Any) -> Article:
        text = " ".join(self.body if body is None else body)
        tags = {"tags": tuple(self.words(1)), "section": self.words(1)[0]}
        return make_article(text, " ".join(self.title), **(tags | fields))

    def words(self, count: int) -> list[str]:
        made = ["".join(self._random.choices(CONSONANTS, k=9)) for _ in range(count)]
        self.told.update(made)
        return made

    def slug(self) -> str:
        return "-".join(self.words(3))

    def _words_of_others(self, count: int) -> list[str]:
        choose, pairs = self._random.choice, range(5)
        return ["".join(choose(CONSONANTS) + choose(VOWELS) for _ in pairs) for _ in range(count)]

    def _follow(self, url: str) -> int:
        kind = SourceKind.FEED
        return Sources(self.engine).add(url, name=None, kind=kind, now=self.now)[0].id

    def _save(self, url: str, article: Article, **fields: Any) -> int | None:
        self.now += timedelta(hours=1)
        return self.archive.save(
            self._capture(url, article, **fields), BY_HAND, self.now
        ).article_id

    def _capture(
        self,
        url: str,
        article: Article,
        *,
        final: str | None = None,
        said: Iterable[str] = (),
        parts: tuple[Response, ...] = (),
    ) -> Capture:
        response = self._response(url, [article.title or "", article.body, *said], final)
        return Capture(url, self.now, response, article, parts=parts)

    def _response(self, url: str, said: Iterable[str], final: str | None = None) -> Response:
        body = _TEMPLATE + " ".join(said).encode()
        headers = (("Content-Type", "text/html"), ("Link", f"<{final or url}>; rel=canonical"))
        return Response(url, final or url, 200, headers, body, self.now)


@dataclass
class _OneReading:
    """Its article is read as this one, and of the others is nothing read."""

    reading: Article

    def __call__(self, response: Response, parts: tuple[Response, ...]) -> Article | None:
        is_its_own = response.url.startswith(SITE) and self.reading.body.encode() in response.body
        return self.reading if is_its_own else None


def places_of(path: Path) -> Iterator[tuple[str, bytes]]:
    """Where bytes of an archive are: the file, its log, and a backup made now."""
    for beside in (path, path.with_name(f"{path.name}-wal")):
        if beside.exists():
            yield beside.name, beside.read_bytes()


def backup_of(engine: Engine, target: Path) -> bytes:
    backup(engine, target)
    return target.read_bytes()

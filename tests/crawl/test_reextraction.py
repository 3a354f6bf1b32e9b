"""Reading stored pages again: what counts as another reading, and the order of the work."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper import extract
from scraper.errors import SandboxError
from scraper.extractor import EXTRACTOR_VERSION, Today
from scraper.isolation.db_thread import DbThread
from scraper.isolation.sandbox import Sandbox
from scraper.model.jobs import FieldChange
from scraper.model.types import Article, Block, BlockKind, Precision, Response, StoredPage, Verdict
from scraper.pages.page_reader import PageReader
from scraper.pages.reextraction import (
    AHEAD,
    SHOWN,
    compare,
    read_all,
)
from scraper.rules import Layer, RuleBook, check_rules
from storage.text.fingerprint import fold
from tests.cli.newspaper import story
from tests.crawl.test_parts import numbers_in, page_html

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
RULES = {"a.example": {"section": ".kicker"}}


def book(rules: dict[str, Any]) -> RuleBook:
    return RuleBook((Layer("mine", check_rules(rules, "f")),))


def response(html: str | bytes, url: str = "https://a.example/long-story") -> Response:
    body = html.encode() if isinstance(html, str) else html
    return Response(url, url, 200, (("Content-Type", "text/html; charset=utf-8"),), body, NOW)


# --------------------------------------------------------------------- comparing


def only(old: Article, new: Article) -> FieldChange:
    (change,) = compare(old, new, fold)
    return change


def test_gained_lost_changed() -> None:
    none, some = Article(), Article(title="A title")
    assert only(none, some) == FieldChange("title", "gained", "", "A title")
    assert only(some, none) == FieldChange("title", "lost", "A title", "")
    assert only(some, Article(title="B")) == FieldChange("title", "changed", "A title", "B")
    assert only(Article(authors=("Ana",)), Article(authors=("Ana", "Bo"))).new == "Ana, Bo"


def test_a_date_is_told_as_exactly_as_it_is_stated() -> None:
    day = Article(published_at=NOW, published_precision=Precision.DAY)
    minute = replace(day, published_precision=Precision.MINUTE)
    assert only(day, minute) == FieldChange(
        "published_at", "changed", "2026-03-01", "2026-03-01T12:00:00+00:00"
    )
    assert not compare(day, replace(day, published_at=NOW + timedelta(hours=1)))


def test_blocks_count_where_the_text_is_the_same() -> None:
    old = Article(body="One\nTwo", blocks=(Block(BlockKind.PARAGRAPH, "One"),))
    new = replace(old, blocks=(Block(BlockKind.HEADING, "One", level=2),))
    assert only(old, new) == FieldChange("blocks", "changed", "1 paragraph", "1 heading")
    assert only(old, replace(new, body="Three")).field == "body"


def test_a_long_text_is_shown_from_where_it_differs() -> None:
    text = "word " * 1000
    change = only(Article(body=text + "old end"), Article(body=text + "new end"))
    assert change.old.startswith("…")
    assert change.old.endswith("old end")
    assert change.new.endswith("new end")
    shorter = only(Article(body=text), Article(body=text[:2000]))
    assert len(shorter.old) <= SHOWN + 2


def test_typography_is_no_difference() -> None:
    assert not compare(Article(title="“So” –"), Article(title='"So" -'), fold)
    assert compare(Article(title="“So” –"), Article(title='"So" -'))


ARTICLES = st.builds(
    Article,
    title=st.none() | st.text(max_size=300),
    byline=st.none() | st.text(max_size=5),
    authors=st.lists(st.text(min_size=1, max_size=5), max_size=2).map(tuple),
    body=st.text(max_size=500),
    published_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    tags=st.lists(st.text(min_size=1, max_size=5), max_size=2).map(tuple),
)


@given(ARTICLES, ARTICLES)
def test_laws(one: Article, other: Article) -> None:
    assert compare(one, one) == ()
    there, back = compare(one, other), compare(other, one)
    mirror = {"gained": "lost", "lost": "gained", "changed": "changed"}
    assert [(each.field, mirror[each.kind], each.new, each.old) for each in there] == [
        (each.field, each.kind, each.old, each.new) for each in back
    ]
    assert all(len(text) <= SHOWN + 2 for each in there for text in (each.old, each.new))


# --------------------------------------------------------------------- the rules of today


def test_today_names_what_extraction_signs() -> None:
    rules = book(RULES)
    today = Today(rules)
    for url in ("https://a.example/1", "https://www.a.example/2", "https://b.example/1"):
        article = extract(story(1), url, now=NOW, rule=rules.find(url))
        assert today(url) == article.extractor_version
    assert today("https://b.example/1") == EXTRACTOR_VERSION


def test_the_name_of_all_rules_changes_with_any_of_them() -> None:
    names = [
        Today(book(rules)).name
        for rules in (
            {},
            RULES,
            {"a.example": {"section": ".other"}},
            {"b.example": {"section": ".kicker"}},
        )
    ]
    assert len(set(names)) == 4
    assert Today(book(RULES)).name == Today(book(dict(RULES))).name


# --------------------------------------------------------------------- reading again


def read_again_now(page: StoredPage, rules: RuleBook | None = None) -> Article | None:
    async def work() -> Article | None:
        async with Sandbox(1) as sandbox:
            return await PageReader(sandbox, rules or RuleBook()).read_stored(page)

    return asyncio.run(work())


def test_parts_are_joined_as_a_crawl_joins_them() -> None:
    first, *rest = (
        response(page_html(number, 3), f"https://a.example/long-story{query}")
        for number, query in ((1, ""), (2, "?page=2"), (3, "?page=3"))
    )
    whole = read_again_now(StoredPage(first, "1", tuple(rest)))
    assert whole is not None
    assert sorted(set(numbers_in(whole.body))) == [1, 2, 3]
    alone = read_again_now(StoredPage(first, "1"))
    assert alone is not None
    assert set(numbers_in(alone.body)) == {1}


def test_what_is_no_page() -> None:
    pdf = replace(response(b"%PDF-1.4"), headers=(("Content-Type", "application/pdf"),))
    assert read_again_now(StoredPage(pdf, "1")) is None
    assert read_again_now(StoredPage(replace(response(story(1)), status=404), "1")) is None


@dataclass
class Page:
    number: int
    page: StoredPage | None
    article: Article | None = None


class Shelf:
    """A store in memory that watches how far ahead is read."""

    def __init__(self, pages: Sequence[StoredPage | None]) -> None:
        self._left = [Page(number, page) for number, page in enumerate(pages)]
        self._under_way = 0
        self.most = 0
        self.kept: list[tuple[int, Article | None, str | None]] = []

    def load_next(self) -> Page | None:
        if not self._left:
            return None
        self._under_way += 1
        self.most = max(self.most, self._under_way)
        return self._left.pop(0)

    def keep(
        self,
        candidate: Page,
        article: Article | None,
        changes: tuple[FieldChange, ...],
        problem: str | None,
    ) -> None:
        self._under_way -= 1
        self.kept.append((candidate.number, article, problem))
        assert bool(changes) == (article is not None)


class Failing:
    """A sandbox in which pages that say so kill their reader, and later ones are read first."""

    def __init__(self) -> None:
        self.begun = 0

    async def run(self, function: str, body: bytes, *rest: object) -> Article:
        self.begun += 1
        await asyncio.sleep(0.002 * (self.begun % 3 == 0))
        if body == b"<p>kill":
            raise SandboxError("timeout", "reading it took more than 5 s of CPU")
        return Article(title=body.decode(), verdict=Verdict.LISTING)


def run_all(shelf: Shelf, sandbox: Any, workers: int = 2) -> int:
    async def work() -> int:
        offload = DbThread()
        try:
            return await read_all(shelf, PageReader(sandbox, RuleBook()), offload, workers=workers)
        finally:
            offload.close()

    return asyncio.run(work())


def test_order_is_kept_and_memory_bounded() -> None:
    pages: list[StoredPage | None] = [
        StoredPage(response(f"<p>{number}"), "1") for number in range(30)
    ]
    pages[7], pages[9] = StoredPage(response("<p>kill"), "1"), None
    shelf = Shelf(pages)
    assert run_all(shelf, Failing()) == 30
    assert [number for number, *_ in shelf.kept] == list(range(30))
    assert shelf.most == 2 * AHEAD
    assert shelf.kept[7] == (7, None, "reading it took more than 5 s of CPU")
    assert shelf.kept[9] == (9, None, None)
    assert shelf.kept[8][1] is not None
    assert run_all(Shelf([]), Failing()) == 0


def test_what_the_store_raises_ends_it() -> None:
    class Full(Shelf):
        def keep(self, *_: object) -> None:
            raise OSError("full")

    shelf = Full([StoredPage(response("<p>x"), "1")] * 10)
    with pytest.raises(OSError, match="full"):
        run_all(shelf, Failing())

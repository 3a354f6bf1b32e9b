"""What a watch has to tell, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from scraper.model.types import Article
from storage.archive import Archive
from storage.outbox import Outbox
from storage.reading.news import News
from storage.reading.watches import Watches
from storage.search.query import parse
from tests.storage.makers import BY_HAND, LONG, NOW, make_article, make_capture

URL = "https://a.example/1"
PLAIN, WITH_IT = make_article(), make_article(f"{LONG}\nA zeppelin came by, too.")


def save(
    engine: Engine, article: Article, hours: int, *, url: str = URL, seen_at: datetime | None = None
) -> None:
    capture = make_capture(url, article)
    assert capture.response is not None
    at = seen_at or NOW + timedelta(hours=hours)
    response = replace(capture.response, fetched_at=at)
    Archive(engine).save(replace(capture, response=response), BY_HAND, at, seen_at=seen_at)


def told(engine: Engine, query: str = "zeppelin") -> list[int]:
    """What a run tells, which is then told."""
    watches = Watches(engine)
    watches.add("w", query, NOW)
    (watch,) = watches.list()
    news = News(engine, parse(query), watch.last_document_id, watch.last_entry_id)
    found = [*news.article_ids()]
    watches.advance(watch.id, news.reached, NOW)
    return found


def test_what_an_edit_makes_a_hit_is_told_once(engine: Engine) -> None:
    save(engine, PLAIN, 0)
    assert told(engine) == []
    save(engine, PLAIN, 1)
    assert told(engine) == []
    save(engine, WITH_IT, 2)
    save(engine, WITH_IT, 3)
    save(engine, make_article(f"{LONG}\nZeppelin News", "Another"), 4, url="https://b.example/2")
    assert told(engine) == [1, 2]
    assert told(engine) == []
    save(engine, make_article(f"{WITH_IT.body}\nIt was gone by night."), 5)
    assert told(engine) == []  # it was a hit before


def test_a_hit_that_comes_back_is_news(engine: Engine) -> None:
    save(engine, WITH_IT, 0)
    save(engine, make_article(f"{LONG}\nNothing came by."), 1)
    assert told(engine) == []
    save(engine, WITH_IT, 2)
    assert told(engine) == [1]


def test_a_page_recorded_long_ago_was_never_what_it_said(engine: Engine) -> None:
    save(engine, PLAIN, 0)
    save(engine, WITH_IT, 0, seen_at=NOW - timedelta(days=400))
    assert told(engine) == []
    save(engine, make_article(f"{LONG}\nThe zeppelin is here again."), 1)
    assert told(engine) == [1]


@pytest.mark.parametrize(
    "query", ["-council", "title:headline", "author:ruiz lang:en OR headline", "zeppelins OR head*"]
)
def test_in_the_whole_language_of_search(engine: Engine, query: str) -> None:
    save(engine, make_article(f"{LONG} council", "A title"), 0)
    assert told(engine, query) == []
    save(engine, make_article(f"{LONG} and so on", "A headline"), 1)
    assert told(engine, query) == [1]


def test_two_runs_at_once_make_one_notice(engine: Engine) -> None:
    watches = Watches(engine)
    watches.add("w", "zeppelin", NOW)
    (watch,) = watches.list()
    save(engine, WITH_IT, 0)
    news = News(engine, parse("zeppelin"), watch.last_document_id, watch.last_entry_id)
    found = [*news.article_ids()]
    for _ in range(2):
        assert watches.make_notice(watch, news.reached, found, ["mail"], NOW)
    assert [one.count for one in Outbox(engine).waiting()] == [1]
    assert told(engine) == []

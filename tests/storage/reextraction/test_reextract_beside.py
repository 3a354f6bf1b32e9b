"""A re-extraction under way while others write: what is removed for good, and another one."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from commands.exits import Exit, exit_of_error
from scraper.errors import BusyError
from scraper.model.types import Article, Response
from storage.archive import Archive
from storage.maintenance.retention import forget
from storage.reextraction.findings import Finding, State
from storage.reextraction.reextraction_run import Application
from storage.reextraction.undoing import undo
from tests.storage.makers import BY_HAND, LATER, NOW, make_article, make_capture
from tests.storage.reextraction.test_reextracting import is_whole, start, work

URLS = [f"https://a.example/{number}" for number in range(1, 4)]


@pytest.fixture(autouse=True)
def _three_articles(archive: Archive) -> None:
    """Which today's rules read otherwise."""
    for number, url in enumerate(URLS, start=1):
        text = f"{number} {make_article().body} {number}"
        archive.save(
            make_capture(url, make_article(text, f"On {number}", authors=())), BY_HAND, NOW
        )


def better(response: Response, _parts: tuple[Response, ...]) -> Article:
    number = URLS.index(response.url) + 1
    text = f"{number} {make_article().body} {number}"
    return make_article(text, f"On {number}", extractor_version="2")


@pytest.mark.parametrize("read", [1, 2, 3])
def test_what_is_forgotten_meanwhile_is_passed_over(engine: Engine, read: int) -> None:
    """Before it was read (1), or after, before it was applied."""
    found: list[Finding] = []
    _, application = start(engine, tell=found.append)
    work(application, better, stop_after=read)
    assert forget(engine, 2, LATER) is not None
    work(application, better)
    application.finish()
    assert [one.article_id for one in found] == [1, 3]
    assert application.applied == {State.CHANGES: 2}
    forget(engine, 1, LATER)
    undone = undo(engine, LATER)
    assert undone is not None
    assert (undone.articles, undone.left) == (1, 0)
    assert is_whole(engine)


def _stop(application: Application) -> None:
    work(application, better, stop_after=1)
    application.flush()


@pytest.mark.parametrize("rules", ["2+rules:x", "2+rules:y"])
def test_the_second_of_two_is_told_to_wait(engine: Engine, rules: str) -> None:
    (_, late), (_, early) = start(engine), start(engine, name=rules)
    _stop(early)
    with pytest.raises(BusyError, match="another re-extraction") as caught:
        _stop(late)
    assert exit_of_error(caught.value) is Exit.LOCKED
    early.finish()
    assert is_whole(engine)

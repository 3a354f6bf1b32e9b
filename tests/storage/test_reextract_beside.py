"""A re-extraction under way while others write: what is removed for good, and another one."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from commands.exits import Exit, exit_of_error
from scraper.model.errors import BusyError
from scraper.model.types import Article, Response
from storage.archive import Archive
from storage.maintenance.retention import forget
from storage.reextraction import reextraction_run
from storage.reextraction.candidates import Candidates
from storage.reextraction.findings import State
from storage.reextraction.staging import Staging, findings
from tests.storage.makers import BY_HAND, LATER, NOW, make_article, make_capture
from tests.storage.test_reextracting import EVERYWHERE, is_whole, today, work

URLS = [f"https://a.example/{number}" for number in range(1, 4)]


@pytest.fixture
def staging(engine: Engine, archive: Archive) -> Staging:
    """Of three articles that today's rules read otherwise."""
    for number, url in enumerate(URLS):
        text = f"{number} {make_article().body} {number}"
        archive.save(
            make_capture(url, make_article(text, f"On {number}", authors=())), BY_HAND, NOW
        )
    go = reextraction_run.begin(engine, "2+rules:x", EVERYWHERE, LATER)
    return Staging(engine, go, Candidates(engine, EVERYWHERE, today))


def better(response: Response, _parts: tuple[Response, ...]) -> Article:
    number = URLS.index(response.url)
    text = f"{number} {make_article().body} {number}"
    return make_article(text, f"On {number}", extractor_version="2")


@pytest.mark.parametrize("read", [1, 2, 3])
def test_what_is_forgotten_meanwhile_is_passed_over(
    engine: Engine, staging: Staging, read: int
) -> None:
    """Before it was read (1), or after, before it was stored."""
    work(staging, better, stop_after=read)
    assert forget(engine, 2, LATER) is not None
    work(staging, better)
    staging.finish(LATER)
    go = staging._go_id
    assert [one.article_id for one in findings(engine, go)] == [1, 3]
    assert reextraction_run.apply(engine, go, LATER) == {State.CHANGES: 2}
    assert is_whole(engine)


def test_what_is_forgotten_before_it_is_applied_is_passed_over(
    engine: Engine, staging: Staging
) -> None:
    work(staging, better)
    staging.finish(LATER)
    forget(engine, 2, LATER)
    assert reextraction_run.apply(engine, staging._go_id, LATER) == {State.CHANGES: 2}
    forget(engine, 1, LATER)
    undone = reextraction_run.undo(engine, LATER)
    assert undone is not None
    assert (undone.articles, undone.left) == (1, 0)
    assert is_whole(engine)


def test_the_second_of_two_is_told_to_wait(engine: Engine, staging: Staging) -> None:
    go = reextraction_run.begin(engine, "2+rules:x", EVERYWHERE, LATER)
    other = Staging(engine, go, Candidates(engine, EVERYWHERE, today))
    work(staging, better)
    staging.flush()
    work(other, better)
    with pytest.raises(BusyError, match="another re-extraction") as caught:
        other.flush()
    assert exit_of_error(caught.value) is Exit.LOCKED

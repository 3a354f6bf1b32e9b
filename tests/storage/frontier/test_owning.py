"""A sitemap is its own outlet's, whichever source named it first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, update

from scraper.model.jobs import Poll
from scraper.model.types import Link, SourceKind
from storage.database.engine import reading, writing
from storage.frontier.polls import PARTS_A_RUN
from storage.frontier.sources import Sources
from storage.frontier.store import Frontier
from storage.models import Source
from tests.storage.makers import LATER, NOW

EVIL, PAPER = "https://evil.example/index.xml", "https://www.paper.example/index.xml"
PART = "https://paper.example/new.xml"
TWISTED = f"{PART}?utm_source=cancel"
HOUR = timedelta(hours=1)


def add(sources: Sources, url: str, *, vouched: bool = True) -> int:
    return sources.add(url, name=None, kind=SourceKind.SITEMAP, now=NOW, vouched=vouched)[0].id


def lists(frontier: Frontier, source_id: int, *links: Link, older: tuple[Link, ...] = ()) -> None:
    frontier.save_poll(
        Poll(source_id, None, LATER, HOUR, sitemaps=links, older_sitemaps=older), NOW
    )


def part(engine: Engine) -> Source:
    with reading(engine) as session:
        found = session.scalars(select(Source).where(Source.url.startswith(PART))).one()
        session.expunge(found)
        return found


def spoil(engine: Engine, **values: object) -> None:
    with writing(engine) as session:
        session.execute(update(Source).where(Source.url.startswith(PART)).values(**values))


def test_it_goes_over_to_the_index_of_its_own_outlet_as_a_new_one(
    sources: Sources, frontier: Frontier, engine: Engine
) -> None:
    lists(frontier, add(sources, EVIL), older=(Link(TWISTED),))
    assert part(engine).due_at is None
    spoil(engine, etag="theirs", failures=4, disabled_at=NOW, last_polled_at=NOW)
    paper = add(sources, PAPER)
    lists(frontier, paper, Link(PART, vouched=True))
    found = part(engine)
    assert (found.parent_id, found.url, found.vouched, found.due_at) == (paper, PART, True, NOW)
    assert (found.etag, found.failures, found.disabled_at) == (None, 0, None)
    assert found.name.startswith("paper.example")


def test_it_goes_over_unvouched_where_its_own_index_is_so(
    sources: Sources, frontier: Frontier, engine: Engine
) -> None:
    lists(frontier, add(sources, EVIL), Link(TWISTED))
    paper = add(sources, PAPER, vouched=False)
    lists(frontier, paper, Link(PART))
    found = part(engine)
    assert (found.parent_id, found.url, found.vouched) == (paper, PART, False)


def test_more_than_one_run_polls_wait_as_they_would(
    sources: Sources, frontier: Frontier, engine: Engine
) -> None:
    lists(frontier, add(sources, EVIL), Link(PART))
    others = [Link(f"https://paper.example/{n}.xml") for n in range(PARTS_A_RUN)]
    lists(frontier, add(sources, PAPER), *others, Link(PART))
    found = part(engine)
    assert (found.due_at, found.last_polled_at) == (None, None)  # a backfill reads it


@pytest.mark.parametrize("due", [True, False])
def test_no_other_takes_it_from_its_own(
    sources: Sources, frontier: Frontier, engine: Engine, due: bool
) -> None:
    paper = add(sources, PAPER)
    lists(frontier, paper, Link(PART, vouched=True))
    before = vars(part(engine)).copy()
    theirs = Link(TWISTED, modified_at=LATER)
    lists(frontier, add(sources, EVIL), *[theirs][:due], older=(theirs,))
    after = vars(part(engine)).copy()
    assert before.pop("_sa_instance_state") is not after.pop("_sa_instance_state")
    assert after == before


def test_nor_one_from_another_that_is_as_strange_to_it(
    sources: Sources, frontier: Frontier, engine: Engine
) -> None:
    """A paper whose sitemaps lie on other machines keeps them."""
    first = add(sources, EVIL)
    lists(frontier, first, Link(PART))
    lists(frontier, add(sources, "https://else.example/index.xml"), Link(PART))
    assert part(engine).parent_id == first


def test_what_a_person_disabled_stays_so(
    sources: Sources, frontier: Frontier, engine: Engine
) -> None:
    lists(frontier, add(sources, EVIL), Link(PART))
    sources.disable(part(engine).id, None, NOW)
    paper = add(sources, PAPER)
    lists(frontier, paper, Link(PART))
    found = part(engine)
    assert (found.parent_id, found.due_at, found.disabled_at) == (paper, None, NOW)


def test_what_its_own_index_has_as_an_old_one_is_vouched_for_too(
    sources: Sources, frontier: Frontier, engine: Engine
) -> None:
    paper = add(sources, PAPER)
    lists(frontier, paper, Link(TWISTED))
    lists(frontier, paper, older=(Link(PART, vouched=True),))
    assert (part(engine).url, part(engine).vouched) == (PART, True)


def test_and_what_is_a_source_by_itself(
    sources: Sources, frontier: Frontier, engine: Engine
) -> None:
    add(sources, TWISTED, vouched=False)
    lists(frontier, add(sources, PAPER), Link(PART, vouched=True))
    found = part(engine)
    assert (found.url, found.vouched, found.parent_id) == (PART, True, None)


def test_a_person_who_adds_it_makes_it_a_source_that_is_read_anew(
    sources: Sources, frontier: Frontier, engine: Engine
) -> None:
    lists(frontier, add(sources, EVIL), older=(Link(TWISTED),))
    spoil(engine, etag="theirs", failures=4, disabled_at=NOW, last_polled_at=NOW)
    assert sources.find_all([PART]) == {}
    add(sources, PART)
    found = part(engine)
    assert (found.url, found.vouched, found.parent_id, found.due_at) == (PART, True, None, NOW)
    assert (found.etag, found.failures, found.disabled_at) == (None, 0, None)


def test_a_source_that_another_site_led_to_is_vouched_for_once_it_is_given(
    sources: Sources, engine: Engine
) -> None:
    known = add(sources, TWISTED, vouched=False)
    assert add(sources, PART) == known
    assert (part(engine).url, part(engine).vouched) == (PART, True)

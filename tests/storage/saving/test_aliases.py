"""Addresses that shared one text for a while, and what becomes of them."""

from __future__ import annotations

import pytest

from scraper.model.types import Capture, Decision
from storage.archive import Archive
from storage.reading.library import Library
from tests.storage.makers import BY_HAND, LONG, NOW, make_article, make_capture

A, B = "https://a.example/monday", "https://a.example/tuesday"
EDITED = LONG + " and more"


def save(archive: Archive, capture: Capture) -> Decision:
    return archive.save(capture, BY_HAND, NOW)


@pytest.mark.parametrize("declared", [None, A + "/unknown"])
def test_an_address_that_only_shared_a_text_becomes_an_article(
    archive: Archive, library: Library, declared: str | None
) -> None:
    """… once it carries another one: two live blogs that began with the same words."""
    other = make_article("Something else entirely. " * 40, "Tuesday", declared_url=declared)
    days = [make_capture(A), make_capture(B), make_capture(B, other)]
    days += [make_capture(A, make_article(EDITED)), make_capture(B, other), make_capture(A)]
    decisions = [(one.outcome, one.article_id) for one in (save(archive, day) for day in days)]
    assert decisions == [
        ("new", 1),
        ("duplicate", 1),
        ("new", 2),
        ("changed", 1),
        ("unchanged", 2),
        ("changed", 1),
    ]
    first, second = library.find(A), library.find(B)
    assert first is not None
    assert second is not None
    assert (first.body, first.versions, second.body, second.versions) == (LONG, 2, other.body, 1)
    assert B not in library.addresses(1)


def test_an_article_that_is_written_anew_at_its_own_address_stays_one(
    archive: Archive, library: Library
) -> None:
    anew = make_article("Something else entirely. " * 40, "Another story")
    save(archive, make_capture(A))
    save(archive, make_capture(B))
    third = make_article("Words of another kind. " * 40, "What a day")
    redirected = make_capture(A, third, final=B)
    for capture in (make_capture(A, anew), redirected):
        assert (save(archive, capture).outcome, len(library.list())) == ("changed", 1)

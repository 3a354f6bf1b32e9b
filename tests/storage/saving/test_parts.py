"""The further pages of an article cut into several, in the archive."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from scraper.model.types import Capture, Outcome, Response
from storage.archive import Archive
from storage.database.engine import reading
from storage.models import Part, Snapshot, Version
from storage.snapshots import save_parts
from tests.storage.makers import (
    BY_HAND,
    LATER,
    LONG,
    NOW,
    make_article,
    make_capture,
    make_response,
)

URL = "https://a.example/story"


def part(number: int, body: bytes | None = None) -> Response:
    return make_response(f"{URL}?page={number}", body)


def of_parts(count: int, text: str = LONG, **fields: str) -> Capture:
    parts = tuple(part(number) for number in range(2, count + 1))
    return make_capture(URL, make_article(text, **fields), parts=parts)


def counts(engine: Engine) -> dict[str, int]:
    with reading(engine) as session:
        return {
            model.__tablename__: session.scalar(select(func.count()).select_from(model)) or 0
            for model in (Version, Part, Snapshot)
        }


def test_they_are_stored_with_the_version_once(archive: Archive, engine: Engine) -> None:
    assert archive.save(of_parts(3), BY_HAND, NOW).outcome == Outcome.NEW
    stored = {"version": 1, "part": 2, "snapshot": 3}
    assert counts(engine) == stored
    for _ in range(2):
        assert archive.save(of_parts(3), BY_HAND, LATER).outcome == Outcome.UNCHANGED
        assert counts(engine) == stored


def test_the_same_text_in_other_parts_stores_nothing(archive: Archive, engine: Engine) -> None:
    archive.save(of_parts(3), BY_HAND, NOW)
    before = counts(engine)
    same = replace(of_parts(3), parts=(part(2, b"other markup"), part(3, b"and another")))
    assert archive.save(same, BY_HAND, LATER).outcome == Outcome.UNCHANGED
    assert counts(engine) == before


def test_an_edit_shares_the_parts_that_are_as_they_were(archive: Archive, engine: Engine) -> None:
    archive.save(of_parts(3), BY_HAND, NOW)
    response = make_response(URL, b"x")
    first = replace(of_parts(3), response=response)
    edited = replace(of_parts(3, f"{LONG} edited"), parts=(part(2), part(3, b"edited")))
    edited = replace(edited, response=response)
    assert archive.save(edited, BY_HAND, LATER).outcome == Outcome.CHANGED
    assert counts(engine) == {"version": 2, "part": 4, "snapshot": 5}
    assert archive.save(first, BY_HAND, LATER).outcome == Outcome.CHANGED, "it is taken back"
    assert counts(engine) == {"version": 2, "part": 4, "snapshot": 5}


def test_they_come_back_as_they_were_asked_for(archive: Archive) -> None:
    capture = of_parts(3)
    moved = replace(part(2), url=f"{URL}/2/")
    archive.save(replace(capture, parts=(moved, part(3))), BY_HAND, NOW)
    stored = archive.load_stale(URL, "2")
    assert stored is not None
    assert capture.response is not None
    assert stored.response.body == capture.response.body
    assert [one.url for one in stored.parts] == [f"{URL}?page=2", f"{URL}?page=3"]
    assert [one.body for one in stored.parts] == [part(2).body, part(3).body]
    assert archive.load_stale(URL, "1") is None


def test_parts_read_for_the_first_time_go_with_our_own_version(
    archive: Archive, engine: Engine
) -> None:
    archive.save(make_capture(URL, make_article()), BY_HAND, NOW)
    whole = make_article(f"{LONG}\n{LONG} two", extractor_version="2")
    capture = make_capture(URL, whole, parts=(part(2),), baseline=whole)
    assert archive.save(capture, BY_HAND, LATER).outcome == Outcome.UNCHANGED
    with reading(engine) as session:
        assert session.execute(select(Version.id, Version.cause)).all() == [
            (1, "publisher"),
            (2, "extractor"),
        ]
        assert session.scalars(select(Part.version_id)).all() == [2]
    before = counts(engine)
    archive.save(capture, BY_HAND, LATER)
    assert counts(engine) == before


def test_what_is_read_anew_beside_an_edit_keeps_its_parts(archive: Archive, engine: Engine) -> None:
    archive.save(of_parts(3), BY_HAND, NOW)
    baseline = make_article(f"{LONG}\n{LONG} better", extractor_version="2")
    edit = make_article(f"{LONG}\n{LONG} better, edited", extractor_version="2")
    capture = make_capture(URL, edit, baseline=baseline, parts=(part(2), part(3, b"edited")))
    assert archive.save(capture, BY_HAND, LATER).outcome == Outcome.CHANGED
    with reading(engine) as session:
        causes = session.execute(select(Version.id, Version.cause).order_by(Version.id)).all()
        query = select(Part.snapshot_id).order_by(Part.number)
        parts = [session.scalars(query.where(Part.version_id == one)).all() for one, _ in causes]
    assert [cause for _, cause in causes] == ["publisher", "extractor", "publisher"]
    assert parts[0] == parts[1] != parts[2]


def test_two_pages_with_one_body_are_one_snapshot(archive: Archive, engine: Engine) -> None:
    capture = make_capture(URL, make_article(), parts=(part(2, b"same"), part(3, b"same")))
    archive.save(capture, BY_HAND, NOW)
    assert counts(engine) == {"version": 1, "part": 2, "snapshot": 2}


def test_a_save_that_is_killed_leaves_no_part(
    archive: Archive, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def save_and_die(*arguments: Any) -> None:
        save_parts(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr("storage.saving.versions.save_parts", save_and_die)
    with pytest.raises(KeyboardInterrupt):
        archive.save(of_parts(3), BY_HAND, NOW)
    monkeypatch.undo()
    assert counts(engine) == {"version": 0, "part": 0, "snapshot": 0}
    assert archive.save(of_parts(3), BY_HAND, NOW).outcome == Outcome.NEW
    assert counts(engine) == {"version": 1, "part": 2, "snapshot": 3}


def test_a_failed_attempt_keeps_what_there_is(archive: Archive, engine: Engine) -> None:
    archive.save(of_parts(3), BY_HAND, NOW)
    before = counts(engine)
    failed = Capture(URL, NOW, make_response(URL, b"first"), reason="part_timeout: page 2")
    assert archive.save(failed, BY_HAND, LATER).outcome == Outcome.FAILED
    assert counts(engine) == before

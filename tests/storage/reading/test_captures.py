"""What a version is measured against, and what came back or was not taken: of records, and as the
archive tells it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from scraper.model.types import Article, Capture, Verdict
from storage.archive import Archive
from storage.reading.captures import Showing, bases_of
from storage.reading.edits import history_of, last_change_of
from storage.reading.library import Library
from storage.records import VersionRecord
from tests.storage.makers import BY_HAND, LONG, NOW, make_article, make_capture, make_rejected
from tests.storage.versions import BODY, T0, reread, version

URL = "https://a.example/story"
FIRST = make_article(f"{LONG}\nThe mayor knew of it.")
SECOND = make_article(LONG)


# --------------------------------------------------------------------- bases


def bases(*records: VersionRecord) -> dict[int, int]:
    return {number: base.number for number, base in bases_of(records).items()}


def test_each_version_is_measured_against_the_one_before() -> None:
    assert bases(version(1), version(2), version(3)) == {2: 1, 3: 2}


def test_what_was_not_accepted_is_measured_against_nothing_and_nothing_with_it() -> None:
    half = version(2, BODY[0], accepted=False)
    assert bases(version(1), half, version(3)) == {3: 1}
    changes = history_of([version(1), half, version(3)])
    assert [change.edits for change in changes] == [(), (), ()]
    assert bases(version(1, accepted=False), version(2)) == {}


def test_what_our_extractor_learned_is_not_the_publishers_edit() -> None:
    first = version(1)
    ours = reread(2, first)
    theirs = version(3, extractor_version="2")
    assert bases(first, ours, theirs) == {2: 1, 3: 2}


def test_a_page_read_anew_later_is_compared_with_its_own_reading() -> None:
    first, second = version(1), version(2)
    late_first, late_second = reread(3, first), reread(4, second)
    fifth = version(5, extractor_version="2")
    assert bases(first, second, late_first, late_second, fifth) == {2: 1, 3: 1, 4: 2, 5: 4}


def test_an_older_page_that_was_imported_stands_where_it_was_fetched() -> None:
    first, last = version(1), version(3)
    imported = version(4, fetched_at=version(2).fetched_at)
    assert bases(first, last, imported) == {3: 4, 4: 1}
    change = last_change_of([first, last, imported])
    assert change is not None
    assert (change.base, change.version) == (imported, last)


# --------------------------------------------------------------------- returns


def shown(record: VersionRecord, hours: int, digest: bytes | None = None) -> Showing:
    return Showing(record.id, T0 + timedelta(hours=hours), digest or record.payload_digest)


def test_a_text_that_comes_back_is_told_with_its_times() -> None:
    first, second = version(1), version(2, *BODY[:3])
    ours = reread(3, first)
    third = version(4, *BODY, "One more.", fetched_at=T0 + timedelta(hours=9))
    row = [shown(first, 1), shown(second, 2), shown(second, 3), shown(first, 4), shown(ours, 5)]
    row += [shown(second, 6), shown(ours, 7)]
    returned = [one.returned_at for one in history_of([first, second, ours], row)]
    hours = [[(at - T0) // timedelta(hours=1) for at in one] for one in returned]
    assert hours == [[4], [6], [7]], "our reading of a page that is there is no return"
    last = last_change_of([first, second, ours], row)
    assert last is not None
    assert last.base is not None
    assert (last.base.number, last.version.number, last.stealth) == (2, 3, True)
    assert [edit.kind for edit in last.edits] == ["paragraph_added"]
    past = [first, second, ours, third]
    row += [shown(third, 9)]
    assert {number: one.number for number, one in bases_of(past, row).items()} == {2: 1, 3: 1, 4: 1}
    assert last_change_of(past, row) == history_of(past, row)[-1]


def test_a_return_is_called_stealthy_only_where_its_page_is_known() -> None:
    first, second = version(1), version(2, *BODY[:3])
    row = [shown(first, 1), shown(second, 2), shown(first, 3, b"other")]
    last = last_change_of([first, second], row)
    assert last is not None
    assert (last.version.number, last.stealth) == (1, False)


# --------------------------------------------------------------------- in an archive


def save(archive: Archive, day: int, capture: Capture) -> None:
    at = NOW + timedelta(days=day)
    assert capture.response is not None
    archive.save(replace(capture, response=replace(capture.response, fetched_at=at)), BY_HAND, at)


def days(library: Library) -> list[list[int]]:
    """On which each version came back."""
    changes = history_of(library.versions(1), library.showings(1))
    return [[(at - NOW).days for at in one.returned_at] for one in changes]


def last(library: Library) -> tuple[int, int, list[str]]:
    change = last_change_of(library.versions(1), library.showings(1))
    assert change is not None
    assert change.base is not None
    kinds = [edit.kind.value for edit in change.edits]
    return change.base.number, change.version.number, kinds


def test_a_text_that_comes_back(archive: Archive, library: Library) -> None:
    def show(day: int, article: Article) -> None:
        save(archive, day, make_capture(URL, article))

    for day, article in enumerate((FIRST, FIRST, SECOND)):
        show(day, article)
    assert days(library) == [[], []]
    assert last(library) == (1, 2, ["paragraph_removed"])
    for day, article in enumerate((FIRST, SECOND, SECOND, FIRST), start=3):
        show(day, article)
    assert days(library) == [[3, 6], [4]]
    assert last(library) == (2, 1, ["paragraph_added"])
    show(7, make_article(f"{LONG}\nThe mayor did not know of it."))
    assert last(library) == (1, 3, ["paragraph_reworded"]), "of what was there, not the last made"


def test_a_text_that_was_held_back_is_no_return_of_the_current_one(
    archive: Archive, library: Library
) -> None:
    cut = make_article(LONG[: len(LONG) // 3])
    for day, article in enumerate((FIRST, cut, FIRST)):
        save(archive, day, make_capture(URL, article))
    assert days(library) == [[], []]


def test_what_was_no_article_is_told_by_reason(archive: Archive, library: Library) -> None:
    save(archive, 0, make_capture(URL, FIRST))
    for day in (1, 2):
        save(archive, day, make_rejected(URL, Verdict.LOGIN_WALL))
    save(archive, 3, make_rejected(URL, Verdict.EMPTY))
    assert [
        (one.reason, one.times, (one.first_at - NOW).days, (one.last_at - NOW).days)
        for one in library.rejections(1)
    ] == [("login_wall: it says so", 2, 1, 2), ("empty: it says so", 1, 3, 3)]
    assert len(library.versions(1)) == 1

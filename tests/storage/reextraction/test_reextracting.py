"""Stored pages read again: what is found, applied, and taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Engine, func, select, text, update

from scraper.errors import StorageError
from scraper.model.jobs import FieldChange
from scraper.model.types import Article, Block, BlockKind, Outcome, Response, Verdict
from scraper.pages.reextraction import compare
from scraper.urls import host_of
from storage.archive import Archive
from storage.database.engine import reading, writing
from storage.integrity.verify import verify
from storage.models import Article as Card
from storage.models import Part, Reextraction, Snapshot, Version
from storage.reading.library import Library
from storage.reextraction.candidates import Candidates, Scope, is_on, number_of
from storage.reextraction.findings import Finding, State
from storage.reextraction.reextraction_run import (
    Application,
    Preview,
    ReextractionRun,
    Tell,
    begin,
    covered_before,
)
from storage.reextraction.undoing import undo
from storage.search.finder import Search
from storage.search.query import parse
from storage.text.fingerprint import fold
from tests.storage.makers import (
    BY_HAND,
    LATER,
    LONG,
    NOW,
    make_article,
    make_capture,
    make_rejected,
    make_response,
)

A, B = "https://a.example/story", "https://b.example/story"
DAY = timedelta(days=1)
TODAY = "2"
EVERYWHERE = Scope()
Read = Callable[[Response, tuple[Response, ...]], Article | None]


def today(url: str) -> str:
    return TODAY


def by_url(articles: Mapping[str, Article | str]) -> Read:
    """An extractor that knows what to make of each address."""

    def read(response: Response, parts: tuple[Response, ...]) -> Article | None:
        found = articles[response.url]
        if isinstance(found, str):
            raise RuntimeError(found)
        return replace(found, extractor_version=TODAY)

    return read


def work(store: Preview, read: Read, stop_after: int | None = None) -> None:
    """As ``scraper.pages.reextraction.read_all`` does it, without processes."""
    count = 0
    while (stop_after is None or count < stop_after) and (one := store.load_next()) is not None:
        article, problem = None, None
        if one.page is not None:
            try:
                article = read(one.page.response, one.page.parts)
            except RuntimeError as error:
                problem = str(error)
        changes = compare(one.article or Article(), article, fold) if article else ()
        store.keep(one, article, changes, problem)
        count += 1


class Rereading(NamedTuple):
    """A run that was finished."""

    id: int
    found: dict[int, Finding]
    applied: Mapping[str, int]


def preview(
    engine: Engine, read: Read, scope: Scope = EVERYWHERE, name: str = "2+rules:x"
) -> dict[int, Finding]:
    found: list[Finding] = []
    covered = covered_before(engine, name, scope)
    work(Preview(engine, Candidates(engine, scope, today, covered=covered), found.append), read)
    return {one.article_id: one for one in found}


def start(
    engine: Engine,
    scope: Scope = EVERYWHERE,
    name: str = "2+rules:x",
    *,
    tell: Tell = lambda _: None,
    accept_losses: bool = False,
) -> tuple[ReextractionRun, Application]:
    run = begin(engine, name, scope, LATER)
    covered = covered_before(engine, name, scope)
    pages = Candidates(engine, scope, today, after=run.cursor, covered=covered)
    now = lambda: LATER  # noqa: E731
    return run, Application(engine, run, pages, now, tell, accept_losses=accept_losses)


def reextract(
    engine: Engine,
    read: Read,
    scope: Scope = EVERYWHERE,
    name: str = "2+rules:x",
    *,
    accept_losses: bool = False,
) -> Rereading:
    found: list[Finding] = []
    run, application = start(engine, scope, name, tell=found.append, accept_losses=accept_losses)
    work(application, read)
    application.finish()
    return Rereading(run.id, {one.article_id: one for one in found}, application.applied)


def fields_of(finding: Finding) -> list[str]:
    return [change.field for change in finding.changes]


def states(found: Mapping[int, Finding]) -> dict[int, State]:
    return {number: one.state for number, one in found.items()}


def is_whole(engine: Engine) -> bool:
    report = verify(engine, LATER)
    assert report.damage == []
    return True


def current(library: Library, article_id: int = 1) -> Any:
    return next(one for one in library.versions(article_id) if one.current)


def found_by(engine: Engine, query: str) -> list[int]:
    return list(Search(engine).iterate(parse(query)))


def count(engine: Engine, model: Any) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def filed(archive: Archive) -> int:
    """An article that an older extractor read without its byline."""
    archive.save(make_capture(A, make_article(authors=())), BY_HAND, NOW)
    return 1


# --------------------------------------------------------------------- applying


def test_a_change_is_a_version_of_ours(
    engine: Engine, library: Library, archive: Archive, filed: int
) -> None:
    found = preview(engine, by_url({A: make_article()}))
    assert states(found) == {1: State.CHANGES}
    assert found[1].changes == (FieldChange("authors", "gained", "", "Ana Ruiz"),)
    assert library.get(1).authors == (), "a report changes nothing"  # type: ignore[union-attr]
    done = reextract(engine, by_url({A: make_article()}))
    assert (states(done.found), done.applied) == (states(found), {State.CHANGES: 1})
    record = library.get(1)
    assert record is not None
    assert (record.authors, record.versions) == (("Ana Ruiz",), 1)
    assert [(one.cause, one.accepted) for one in library.versions(1)] == [
        ("publisher", True),
        ("extractor", True),
    ]
    assert current(library).fetched_at == NOW, "it is a reading of the same page"
    assert found_by(engine, "author:ruiz") == [1]
    assert is_whole(engine)
    # A crawl that meets the same page again sees nothing new.
    again = make_capture(A, replace(make_article(), extractor_version=TODAY))
    assert archive.save(again, BY_HAND, LATER + DAY).outcome is Outcome.UNCHANGED
    assert library.get(1).versions == 1  # type: ignore[union-attr]
    assert preview(engine, by_url({})) == {}, "it is read by today's extractor"


def test_an_equal_reading_is_only_noted(engine: Engine, library: Library, archive: Archive) -> None:
    archive.save(make_capture(A), BY_HAND, NOW)
    done = reextract(engine, by_url({A: make_article()}))
    assert (done.found, done.applied) == ({}, {})
    assert len(library.versions(1)) == 1
    with reading(engine) as session:
        assert session.scalar(select(Version.confirmed_by)) == TODAY
    assert is_whole(engine)
    assert preview(engine, by_url({})) == {}


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"section": "Docks"}, "section"),
        ({"byline": "By Ana Ruiz in Porto"}, "byline"),
        ({"tags": ("ships", "Porto")}, "tags"),
        ({"modified_at": NOW}, "modified_at"),
        ({"blocks": (Block(BlockKind.QUOTE, LONG),)}, "blocks"),
    ],
)
def test_what_is_no_wording_changes_too(
    engine: Engine, library: Library, archive: Archive, fields: dict[str, Any], name: str
) -> None:
    """Two versions then have the same words: the second's hash is one of its look."""
    archive.save(make_capture(A), BY_HAND, NOW)
    better = make_article(**fields)
    done = reextract(engine, by_url({A: better}))
    assert fields_of(done.found[1]) == [name]
    assert current(library).number == 2
    assert is_whole(engine)
    # Neither a crawl nor a re-extraction takes it for another content.
    same = make_capture(A, replace(better, extractor_version=TODAY))
    assert archive.save(same, BY_HAND, LATER + DAY).outcome is Outcome.UNCHANGED
    assert reextract(engine, by_url({A: better}), Scope(everything=True)).found == {}
    assert len(library.versions(1)) == 2


def test_typography_makes_no_version(engine: Engine, archive: Archive) -> None:
    archive.save(make_capture(A, make_article(f"“So”, {LONG}")), BY_HAND, NOW)
    assert preview(engine, by_url({A: make_article(f'"So", {LONG}')})) == {}


def test_a_content_that_was_seen_before_comes_back(
    engine: Engine, library: Library, archive: Archive
) -> None:
    archive.save(make_capture(A, make_article(title="First"), body=b"1"), BY_HAND, NOW)
    archive.save(make_capture(A, make_article(title="Second"), body=b"2"), BY_HAND, LATER)
    reextract(engine, by_url({A: make_article(title="First")}))
    assert (current(library).number, len(library.versions(1))) == (1, 2)
    assert is_whole(engine)
    undo(engine, LATER)
    assert current(library).number == 2
    assert all(one.accepted for one in library.versions(1)), "it was the publisher's"
    assert is_whole(engine)


def test_a_lost_text_is_applied_only_on_demand(
    engine: Engine, library: Library, archive: Archive
) -> None:
    whole = "\n".join(f"Paragraph {number} says something about {LONG}." for number in range(8))
    archive.save(make_capture(A, make_article(whole)), BY_HAND, NOW)
    cut = by_url({A: make_article(whole.partition("\n")[0])})
    done = reextract(engine, cut)
    assert (states(done.found), done.applied) == ({1: State.LOSES}, {})
    assert "lost" in done.found[1].note
    assert current(library).body == whole
    done = reextract(engine, cut, accept_losses=True)
    assert (states(done.found), done.applied) == ({1: State.LOSES}, {State.CHANGES: 1})
    assert current(library).body != whole
    assert is_whole(engine)


def test_an_article_that_would_be_refused_stays(engine: Engine, library: Library) -> None:
    Archive(engine).save(make_capture(A), BY_HAND, NOW)
    wall = make_article("", None, verdict=Verdict.LOGIN_WALL, evidence="a form")
    done = reextract(engine, by_url({A: wall}))
    assert (states(done.found), done.applied) == ({1: State.REFUSED}, {})
    assert (done.found[1].verdict, done.found[1].note) == ("login_wall", "a form")
    assert library.get(1).verdict is Verdict.ARTICLE  # type: ignore[union-attr]


def test_parts_go_with_the_reading(engine: Engine, archive: Archive) -> None:
    parts = (make_response(f"{A}?page=2", b"two"), make_response(f"{A}?page=3", b"three"))
    archive.save(make_capture(A, make_article(authors=()), parts=parts), BY_HAND, NOW)
    seen: list[tuple[bytes, ...]] = []

    def read(response: Response, parts: tuple[Response, ...]) -> Article:
        seen.append(tuple(one.body for one in parts))
        return make_article(extractor_version=TODAY)

    reextract(engine, read)
    reextract(engine, read, Scope(everything=True))
    assert seen == [(b"two", b"three")] * 2, "the version that was made has them, too"
    assert is_whole(engine)


# --------------------------------------------------------------------- what was no article


def test_a_rejected_page_becomes_an_article(
    engine: Engine, library: Library, archive: Archive
) -> None:
    archive.save(make_rejected(A, Verdict.EMPTY), BY_HAND, NOW)
    archive.save(make_capture(B, make_article(title="Another")), BY_HAND, NOW)
    same = make_article(title="Another")
    done = reextract(engine, by_url({A: make_article(f"{LONG} more"), B: same}))
    assert states(done.found) == {1: State.FILES}
    assert [one.id for one in library.list()] == [1, 2], "filed last"
    assert library.get(1).versions == 1  # type: ignore[union-attr]
    assert is_whole(engine)
    undone = undo(engine, LATER)
    assert undone is not None
    assert undone.articles == 1
    assert [one.id for one in library.list()] == [2]
    record = library.get(1)
    assert record is not None
    assert (record.verdict, record.evidence, record.body) == (Verdict.EMPTY, "it says so", None)
    assert library.load_response(1) is not None
    assert is_whole(engine)
    # And once more: the version is there already.
    reextract(engine, by_url({A: make_article(f"{LONG} more"), B: same}))
    assert (len(library.versions(1)), current(library).accepted) == (1, True)
    assert is_whole(engine)


def test_a_teaser_becomes_an_article(engine: Engine, library: Library, archive: Archive) -> None:
    teaser = make_article(verdict=Verdict.TEASER, evidence="a paywall")
    archive.save(make_capture(A, teaser), BY_HAND, NOW)
    reextract(engine, by_url({A: make_article()}))
    assert (len(library.versions(1)), current(library).accepted) == (1, True)
    assert library.get(1).verdict is Verdict.ARTICLE  # type: ignore[union-attr]
    undo(engine, LATER)
    assert not current(library).accepted
    assert is_whole(engine)


def test_it_does_not_move_to_where_another_stands_now(engine: Engine, archive: Archive) -> None:
    other = A + "-2"
    for url in (A, other):  # the second page declares the first
        teaser = make_article(f"{url} ends", verdict=Verdict.TEASER, declared_url=A)
        archive.save(make_capture(url, teaser), BY_HAND, NOW)
    archive.save(make_capture(other, make_article("", verdict=Verdict.LOGIN_WALL)), BY_HAND, NOW)
    archive.save(make_capture(A, make_article(LONG, declared_url=other)), BY_HAND, NOW)
    reextract(engine, lambda response, _: make_article(f"{LONG} whole"))
    for number, url in enumerate((other, A)):
        archive.save(make_capture(url, make_article(f"{LONG} {number}")), BY_HAND, LATER)
    assert is_whole(engine)


def test_a_text_that_is_filed_already_is_not_filed_twice(engine: Engine, archive: Archive) -> None:
    for number in range(3):
        archive.save(make_rejected(f"{A}/{number}", Verdict.EMPTY), BY_HAND, NOW)
    archive.save(make_capture(f"{A}/3", make_article()), BY_HAND, NOW)
    new = make_article(f"{LONG} and more of it")
    readings = {f"{A}/0": new, f"{A}/1": new, f"{A}/2": make_article(), f"{A}/3": make_article()}
    found = preview(engine, by_url(readings))
    assert states(found) == {1: State.FILES, 2: State.FILES, 3: State.COPY}
    assert reextract(engine, by_url(readings)).applied == {State.FILES: 1, State.COPY: 2}
    assert is_whole(engine)


def test_the_same_text_of_another_site_is_linked(
    engine: Engine, library: Library, archive: Archive
) -> None:
    archive.save(make_rejected(A, Verdict.EMPTY), BY_HAND, NOW)
    archive.save(make_capture(B), BY_HAND, NOW)
    reextract(engine, by_url({A: make_article(), B: make_article()}))
    assert library.get(1).duplicate_of == 2  # type: ignore[union-attr]
    undo(engine, LATER)
    assert library.get(1).duplicate_of is None  # type: ignore[union-attr]
    assert is_whole(engine)


def test_pages_without_an_article_are_read_once(engine: Engine, archive: Archive) -> None:
    archive.save(make_rejected(A, Verdict.EMPTY), BY_HAND, NOW)
    still = {A: make_article("", None, verdict=Verdict.LISTING)}
    reextract(engine, by_url(still))
    assert begin(engine, "x", Scope(), LATER).found == {}
    reextract(engine, by_url({}))  # would raise KeyError
    archive.save(make_rejected(A, Verdict.EMPTY), BY_HAND, LATER + DAY)
    with pytest.raises(KeyError):
        preview(engine, by_url({}))
    with pytest.raises(KeyError):
        preview(engine, by_url({}), name="2+rules:other")


# --------------------------------------------------------------------- which pages


def test_the_scope(engine: Engine, archive: Archive) -> None:
    urls = ["https://a.example/1", "https://sub.a.example/2", "https://b.example/3"]
    for number, url in enumerate(urls, start=1):
        article = make_article(f"{LONG} {number}", extractor_version=f"{number}+rule:x")
        archive.save(make_capture(url, article), BY_HAND, NOW)

    def ids(scope: Scope) -> list[int]:
        candidates = Candidates(engine, scope, lambda url: "3+rule:x")
        found = []
        while (one := candidates.next()) is not None:
            found.append(one.article_id)
        return found

    assert ids(Scope()) == [1, 2]
    assert ids(Scope(everything=True)) == [1, 2, 3]
    assert ids(Scope(since="2")) == [2]
    assert ids(Scope(since="2", everything=True)) == [2, 3]
    assert ids(Scope(site="a.example")) == [1, 2]
    assert ids(Scope(site="sub.a.example")) == [2]
    assert ids(Scope(site="b.example")) == []
    assert ids(Scope(site="c.example", everything=True)) == []


def test_the_scope_of_a_shared_host(engine: Engine, archive: Archive) -> None:
    """Each of its names is a site; filed by an older version they were one."""
    urls = ["https://anna.medium.com/1", "https://bert.medium.com/2", "https://medium.com/3"]
    for number, url in enumerate([*urls, "https://anna.medium.com/4"], start=1):
        archive.save(make_capture(url, make_article(f"{LONG} {number}")), BY_HAND, NOW)
    with writing(engine) as session:
        session.execute(text("UPDATE article SET site = 'medium.com' WHERE id = 4"))

    def count(site: str) -> list[int]:
        candidates = Candidates(engine, Scope(site=site, everything=True), lambda url: "9")
        return [one.article_id for one in iter(candidates.next, None)]

    assert count("medium.com") == [1, 2, 3, 4]
    assert count("anna.medium.com") == [1, 4]
    assert count("bert.medium.com") == [2]


def test_numbers_and_hosts() -> None:
    assert number_of("3+rule:12ab") == (3,)
    assert number_of("10.2") == (10, 2)
    assert number_of("v3") is None
    assert is_on("https://www.a.example/x", "a.example")
    assert is_on("http://127.0.0.1:8000/x", "127.0.0.1")
    assert is_on("http://127.0.0.1:8000/x", "127.0.0.1:8000")
    assert not is_on("http://127.0.0.1:8000/x", "127.0.0.1:80")
    assert not is_on("https://notа.example/", "a.example")
    assert is_on("http://[::1]:8000/", "[::1]")


def test_pages_that_are_gone_or_damaged_are_named(engine: Engine, archive: Archive) -> None:
    for number in range(4):
        article = make_article(f"{LONG} {number}", authors=())
        archive.save(make_capture(f"{A}/{number}", article), BY_HAND, NOW)
    with writing(engine) as session:
        session.execute(update(Snapshot).where(Snapshot.id == 1).values(pruned_at=NOW, body=b""))
        session.execute(update(Snapshot).where(Snapshot.id == 2).values(body=b"\x28\xb5rubbish"))
    readings: dict[str, Article | str] = {f"{A}/2": "it died", f"{A}/3": make_article(LONG + " 3")}
    done = reextract(engine, by_url(readings))
    found = done.found
    assert states(found) == {
        1: State.PRUNED,
        2: State.DAMAGED,
        3: State.FAILED,
        4: State.CHANGES,
    }
    assert "pruned on 2026-03-01" in found[1].note
    assert f"{A}/1 is damaged" in found[2].note
    assert found[3].note == "it died"
    assert done.applied == {State.CHANGES: 1}


def test_an_address_that_is_none_any_more_is_damage(engine: Engine, filed: int) -> None:
    with writing(engine) as session:
        session.execute(update(Version).values(url="https://a.example:4<3/story"))
    with pytest.raises(StorageError, match=r"Port could not be cast.*`kliping verify`"):
        Candidates(engine, EVERYWHERE, host_of).next()


def test_a_missing_further_page_costs_no_text(engine: Engine, archive: Archive) -> None:
    parts = (make_response(f"{A}?page=2", b"two"),)
    archive.save(make_capture(A, make_article(authors=()), parts=parts), BY_HAND, NOW)
    with writing(engine) as session:
        session.execute(update(Snapshot).where(Snapshot.id == 2).values(pruned_at=NOW, body=b""))
    assert states(preview(engine, by_url({}))) == {1: State.PRUNED}
    assert count(engine, Part) == 1


# --------------------------------------------------------------------- interrupted, overtaken


def save_many(archive: Archive, number: int) -> dict[str, Article | str]:
    readings: dict[str, Article | str] = {}
    for at in range(number):
        body = f"{LONG} {at} " + " ".join(f"part{at}of{word}" for word in range(60))
        archive.save(make_capture(f"{A}/{at}", make_article(body, authors=())), BY_HAND, NOW)
        readings[f"{A}/{at}"] = make_article(body)
    return readings


class Killed(Exception):
    pass


def test_it_is_resumed_where_it_was_killed(
    engine: Engine, library: Library, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.reextraction.reextraction_run.CHUNK", 2)
    readings = save_many(archive, 7)
    run, application = start(engine)
    work(application, by_url(readings), stop_after=5)
    assert is_whole(engine)
    again = begin(engine, "2+rules:x", Scope(), LATER + DAY)
    assert (again.id, again.cursor, again.resumed) == (run.id, 4, True)
    assert (again.found, again.applied) == ({State.CHANGES: 4}, {State.CHANGES: 4})
    done = reextract(engine, by_url(readings))
    assert (done.id, [*done.found], done.applied) == (run.id, [5, 6, 7], {State.CHANGES: 7})
    assert all(one.authors == ("Ana Ruiz",) for one in library.list())
    assert count(engine, Version) == 14
    assert is_whole(engine)


def test_one_that_was_killed_can_be_undone(
    engine: Engine, library: Library, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.reextraction.reextraction_run.CHUNK", 2)
    monkeypatch.setattr("storage.reextraction.undoing.CHUNK", 1)
    run, application = start(engine)
    work(application, by_url(save_many(archive, 4)), stop_after=3)

    def kill(_done: int, _total: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        undo(engine, LATER, kill)
    undone = undo(engine, LATER)
    assert undone is not None
    assert (undone.id, undone.articles, undone.left) == (run.id, 1, 0), "one was taken back before"
    assert all(one.authors == () for one in library.list())
    assert not begin(engine, "2+rules:x", Scope(), LATER).resumed
    assert is_whole(engine)


def test_other_rules_or_another_scope_begin_anew(engine: Engine, archive: Archive) -> None:
    readings = save_many(archive, 2)
    run, application = start(engine)
    work(application, by_url(readings), stop_after=1)
    application.flush()
    assert begin(engine, "2+rules:x", Scope(), LATER).resumed
    assert not begin(engine, "2+rules:y", Scope(), LATER).resumed
    assert not begin(engine, "2+rules:y", Scope(site="a.example"), LATER).resumed
    again = begin(engine, "2+rules:x", Scope(), LATER)
    assert (again.resumed, again.id == run.id) == (False, False), "others came in between"


def test_nothing_is_resumed_behind_what_was_taken_back(engine: Engine, archive: Archive) -> None:
    """What was no article before is read again, too, though a later run has covered it."""
    archive.save(make_rejected(A, Verdict.EMPTY), BY_HAND, NOW)
    save_many(archive, 1)
    readings = by_url({A: make_article(f"{LONG} more"), f"{A}/0": make_article()})
    reextract(engine, readings)
    reextract(engine, readings)
    begin(engine, "2+rules:x", Scope(), LATER)
    assert undo(engine, LATER + DAY) is not None
    assert not begin(engine, "2+rules:x", Scope(), LATER).resumed
    assert states(preview(engine, readings)) == {1: State.FILES, 2: State.CHANGES}


def test_an_edit_between_reading_and_applying_stays(
    engine: Engine, library: Library, archive: Archive, filed: int
) -> None:
    _, application = start(engine)
    work(application, by_url({A: make_article()}))
    edited = make_article(f"{LONG} edited", authors=())
    archive.save(make_capture(A, edited), BY_HAND, LATER)
    application.finish()
    assert application.applied == {State.OVERTAKEN: 1}
    assert current(library).body.endswith("edited")
    assert undo(engine, LATER) is None


def test_a_preview_leaves_nothing(engine: Engine, filed: int) -> None:
    assert states(preview(engine, by_url({A: make_article()}))) == {1: State.CHANGES}
    assert (count(engine, Reextraction), count(engine, Version)) == (0, 1)


# --------------------------------------------------------------------- taking back


def test_undo(engine: Engine, library: Library, archive: Archive) -> None:
    readings = save_many(archive, 3)
    run_id = reextract(engine, by_url(readings)).id
    page = f"{A}/1"
    edited = make_article(f"{current(library, 2).body} edited", extractor_version=TODAY)
    archive.save(make_capture(page, edited), BY_HAND, LATER + DAY)
    assert is_whole(engine)
    undone = undo(engine, LATER + DAY)
    assert undone is not None
    assert (undone.id, undone.articles, undone.left, undone.names) == (run_id, 2, 1, (2,))
    assert current(library, 1).authors == ()
    assert current(library, 2).body.endswith("edited")
    made = library.versions(1)[-1]
    assert (made.cause, made.accepted) == ("extractor", False)
    with reading(engine) as session:
        reason = session.scalar(select(Version.reason).where(Version.id == made.id))
    assert reason == f"undone: re-extraction {run_id}"
    assert found_by(engine, "author:ruiz") == [2]
    assert is_whole(engine)
    assert undo(engine, LATER + DAY) is None
    # The rules are still there: read again, it is applied again.
    done = reextract(engine, by_url({**readings, page: edited}))
    assert states(done.found) == {1: State.CHANGES, 3: State.CHANGES}
    assert (len(library.versions(1)), current(library, 1).authors) == (2, ("Ana Ruiz",))
    assert is_whole(engine)


def test_stories_follow(engine: Engine, archive: Archive) -> None:
    """What the old reading left out joins two outlets, once it is read."""
    text = " ".join(f"said{number} the mayor" for number in range(80))
    archive.save(make_capture(A, make_article(text)), BY_HAND, NOW)
    archive.save(make_capture(B, make_article("A line of a gallery " + LONG[:300])), BY_HAND, NOW)
    readings = by_url({A: make_article(text), B: make_article(text + " today")})
    reextract(engine, readings, accept_losses=True)
    with reading(engine) as session:
        assert session.scalars(select(Card.story_id).order_by(Card.id)).all() == [1, 1]
    assert is_whole(engine)

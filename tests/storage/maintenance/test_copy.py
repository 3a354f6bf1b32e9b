"""``db copy``: between the kinds of database, whole, once, and after kills."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text

from scraper.errors import StorageError
from scraper.model.jobs import Gap, Poll
from scraper.model.types import ImageCapture, Link, SourceKind, Verdict
from storage.archive import Archive
from storage.database.engine import open_engine, reading, writing
from storage.database.places import Place, parse_place
from storage.frontier.hosts import Hosts
from storage.frontier.sources import Sources
from storage.frontier.store import Frontier
from storage.integrity.verify import verify
from storage.maintenance import transfer
from storage.maintenance.copying import Copied, copy_archive
from storage.maintenance.transfer import all_goods, fingerprint
from storage.models import (
    Alarm,
    Article,
    Document,
    Intake,
    Notice,
    Robots,
    Snapshot,
    Version,
    Watch,
)
from storage.proof import entries
from storage.reading.library import Library
from tests.postgres import postgres
from tests.storage.makers import (
    BY_HAND,
    LATER,
    LONG,
    NOW,
    make_article,
    make_capture,
    make_failed,
    make_rejected,
    make_response,
)
from tests.storage.reextraction.test_reextracting import reextract

FEED = "https://a.example/feed"
WAYS = [("sqlite", "postgresql"), ("postgresql", "sqlite"), ("sqlite", "sqlite")]
MARKUP = "<p>" + "the same frame about every page of a paper, " * 120
Places = Callable[[str, str], Place]


@pytest.fixture
def place_of(tmp_path: Path) -> Places:
    def make(kind: str, name: str) -> Place:
        return tmp_path / f"{name}.db" if kind == "sqlite" else postgres().fresh(name)

    return make


@pytest.fixture(params=WAYS, ids=" to ".join)
def ways(request: pytest.FixtureRequest, place_of: Places) -> Iterator[tuple[Engine, Place]]:
    """A filled archive, and a place for its copy."""
    one, other = request.param
    source = open_engine(place_of(one, "first"))
    fill(source)
    yield source, place_of(other, "second")
    source.dispose()


def fill(engine: Engine) -> None:
    """At least a row in every table, with all that points back, ahead and at itself."""
    archive, sources, frontier = Archive(engine), Sources(engine), Frontier(engine)
    for number in range(6):
        body = f"{LONG} {number}. Ćevapi, 東京, \U0001f600"
        page = f"{MARKUP}{number}".encode()
        url = f"https://a.example/{number}"
        later = (make_response(f"{url}?page=2", page + b"2"),) if number == 4 else ()
        capture = make_capture(url, make_article(body), body=page, parts=later)
        archive.save(capture, BY_HAND, NOW + timedelta(microseconds=number))
    edited = make_article(f"{LONG} 0. And a correction.", tags=("a", "b"))
    archive.save(make_capture("https://a.example/0", edited), BY_HAND, LATER)
    picture = make_response("https://a.example/0.png", b"\x89PNG\r\n\x1a\n")
    archive.save_image(ImageCapture(1, picture.url, NOW, picture), LATER)
    elsewhere = make_article(f"{LONG} 1. Ćevapi, 東京, \U0001f600")
    archive.save(make_capture("https://b.example/copy", elsewhere), BY_HAND, LATER)
    better = make_article(f"{LONG} 5. Ćevapi, 東京, \U0001f600", section="Ćuprija")
    archive.save(make_rejected("https://a.example/wall", Verdict.LOGIN_WALL), BY_HAND, LATER)
    archive.save(make_failed("https://a.example/gone"), BY_HAND, LATER)
    source, _ = sources.add(FEED, name="a", kind=SourceKind.SITEMAP, now=NOW)
    removed, _ = sources.add("https://c.example/", name="c", kind=SourceKind.FEED, now=NOW)
    run = frontier.start_run(7, NOW)
    parts = (Link("https://a.example/part.xml"), Link("https://a.example/other.xml"))
    listed = (Link("https://a.example/0"), Link("https://a.example/new"))
    frontier.save_poll(
        Poll(
            source_id=source.id,
            run_id=run,
            interval=timedelta(hours=1),
            next_due_at=LATER,
            links=listed,
            sitemaps=parts,
            gap=Gap(NOW, LATER),
        ),
        NOW,
    )
    frontier.finish_run(run, LATER, exit_code=0, counts={"new": 6}, summary={"gaps": 1})
    Hosts(engine).save_host(Hosts(engine).load_host("a.example"))
    sources.remove(removed.id)
    entries.seal(engine, LATER)
    with writing(engine) as session:
        session.execute(text("UPDATE article SET story_id = 1 WHERE id IN (1, 2)"))
        values = {"source_id": source.id, "kind": "silent", "since": NOW, "raised_at": NOW}
        session.add(Alarm(**values, detail="-", examples=[FEED]))
        session.add(Robots(origin="https://a.example", status=200, fetched_at=NOW, text="x"))
        session.add(Watch(name="w", query="q", added_at=NOW))
        session.add(
            Notice(key="k", channel="mail", kind="edits", made_at=NOW, due_at=NOW, items=[1])
        )
        session.add(
            Intake(key=b"k", path="p", size=2**40, started_at=NOW, counts={}, damage=[None, "é"])
        )
    reextract(engine, lambda response, _: better if response.url.endswith("/5") else None)


def copy(source: Engine, place: Place) -> Copied:
    return copy_archive(source, place, "here")


def marks(engine: Engine) -> dict[str, tuple[int, int]]:
    with reading(engine) as session:
        return {one.name: fingerprint(one, session.connection()) for one in all_goods()}


def assert_whole(source: Engine, place: Place) -> None:
    target = open_engine(place)
    try:
        wanted = marks(source)
        assert marks(target) == wanted
        assert [name for name, (count, _) in wanted.items() if not count] == []
        with reading(source) as one, reading(target) as other:
            for table in (Snapshot, Version):
                rows = [
                    session.scalars(select(table).order_by(table.id)) for session in (one, other)
                ]
                for left, right in zip(*rows, strict=True):
                    columns = table.__table__.columns.keys()
                    for name in columns:
                        assert getattr(left, name) == getattr(right, name), name
            count = select(func.count()).select_from(Document)
            assert other.scalar(count) == one.scalar(count)
        assert Library(target).list(0) == Library(source).list(0)
        assert verify(target, LATER).damage == []
    finally:
        target.dispose()


def test_everything_arrives_with_its_id(ways: tuple[Engine, Place]) -> None:
    source, place = ways
    assert copy(source, place) == Copied(articles=8, versions=9, snapshots=11)
    assert_whole(source, place)


def test_once_more_finds_it_there(ways: tuple[Engine, Place]) -> None:
    source, place = ways
    first = copy(source, place)
    again = copy(source, place)
    assert again.was_there
    assert (again.articles, again.versions) == (first.articles, first.versions)
    Archive(source).save(make_capture("https://a.example/later"), BY_HAND, LATER)
    with pytest.raises(StorageError, match="already holds another archive, with 8 articles"):
        copy(source, place)


def test_an_id_is_not_given_twice(ways: tuple[Engine, Place]) -> None:
    """Source 2 was the last and was removed."""
    source, place = ways
    copy(source, place)
    target = open_engine(place)
    ids = []
    for engine in (source, target):
        added, is_new = Sources(engine).add(
            "https://n.example/", name="n", kind=SourceKind.FEED, now=NOW
        )
        assert is_new
        ids.append(added.id)
        capture = make_capture("https://n.example/1", make_article(f"{LONG} of today"))
        ids.append(Archive(engine).save(capture, BY_HAND, NOW).article_id or 0)
    assert ids[:2] == ids[2:]
    target.dispose()


def test_what_it_is_for(ways: tuple[Engine, Place]) -> None:
    """The copy is an archive like any: the same page again is unchanged, another one is new."""
    source, place = ways
    copy(source, place)
    target = open_engine(place)
    article = make_article(f"{LONG} 2. Ćevapi, 東京, \U0001f600")
    same = make_capture("https://a.example/2", article, body=f"{MARKUP}2".encode())
    assert Archive(target).save(same, BY_HAND, LATER).outcome == "unchanged"
    assert Archive(target).load_stale("https://a.example/2", "9") is not None
    target.dispose()


# ---------------------------------------------------------------------- refused


def test_a_target_that_holds_something_else(place_of: Places) -> None:
    source, other = place_of("sqlite", "first"), place_of("postgresql", "second")
    engine, taken = open_engine(source), open_engine(other)
    Archive(taken).save(make_capture("https://z.example/1"), BY_HAND, NOW)
    Archive(engine).save(make_capture("https://a.example/1"), BY_HAND, NOW)
    with pytest.raises(StorageError, match="already holds another archive, with 1 article:"):
        copy(engine, other)
    assert [one.url for one in Library(taken).list()] == ["https://z.example/1"]
    engine.dispose()
    taken.dispose()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_an_unfinished_copy_is_no_archive(
    place_of: Places, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, place = open_engine(place_of("sqlite", "first")), place_of(kind, "second")
    Archive(source).save(make_capture("https://a.example/1"), BY_HAND, NOW)
    with monkeypatch.context() as patch:
        patch.setattr("storage.maintenance.copying.link", fail)
        with pytest.raises(ZeroDivisionError):
            copy(source, place)
    for read_only in (True, False):
        with pytest.raises(StorageError, match=r"not finished: `kliping db copy FROM TO` goes on"):
            open_engine(place, read_only=read_only)
    with pytest.raises(StorageError, match="a copy of here into it is not finished"):
        copy_archive(source, place, "elsewhere")
    assert copy(source, place).articles == 1
    open_engine(place).dispose()
    source.dispose()


def fail(*_: object) -> None:
    raise ZeroDivisionError


def test_what_was_damaged_is_copied_as_it_is_and_told(place_of: Places) -> None:
    source, place = open_engine(place_of("sqlite", "first")), place_of("postgresql", "second")
    fill(source)
    with writing(source) as session:
        session.execute(text("UPDATE snapshot SET body = x'00' WHERE id = 2"))
        session.execute(text("UPDATE version SET body = 'forged' WHERE id = 3"))
        session.execute(text("UPDATE article SET url = 'https://z.example/' WHERE id = 1"))
    assert copy(source, place).damaged == 3
    again = copy(source, place)
    assert (again.was_there, again.damaged) == (True, 3)
    source.dispose()


def test_a_row_that_changes_on_its_way_is_found(
    place_of: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, place = open_engine(place_of("sqlite", "first")), place_of("postgresql", "second")
    fill(source)

    def spoil(goods: transfer.TableCopy, given: object, target: Engine) -> None:
        with writing(target) as session:
            session.execute(text("UPDATE snapshot SET body = 'x'::bytea WHERE id = 2"))

    with monkeypatch.context() as patch:
        patch.setattr("storage.maintenance.copying.link", spoil)
        with pytest.raises(StorageError, match=r"differs from its source|did not arrive"):
            copy(source, place)
    source.dispose()


# ---------------------------------------------------------------------- while others write; kills


def test_the_source_is_copied_as_it_was_at_one_moment(ways: tuple[Engine, Place]) -> None:
    source, place = ways
    before = marks(source)

    def note(name: str, done: int, total: int) -> None:
        if name == "version":
            capture = make_capture("https://a.example/m", make_article(f"{LONG} meanwhile"))
            Archive(source).save(capture, BY_HAND, LATER)

    copy_archive(source, place, "here", note)
    target = open_engine(place)
    assert marks(target) == before != marks(source)
    target.dispose()


def test_what_changed_after_an_interruption_is_brought_too(
    ways: tuple[Engine, Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    source, place = ways
    with monkeypatch.context() as patch:
        patch.setattr("storage.maintenance.copying.link", fail)
        with pytest.raises(ZeroDivisionError):
            copy(source, place)
    edited = make_article(f"{LONG} 3. Rewritten since.")
    Archive(source).save(make_capture("https://a.example/3", edited), BY_HAND, LATER)
    Frontier(source).postpone_host("a.example", LATER)
    copy(source, place)
    assert_whole(source, place)


def test_what_went_after_an_interruption_does_not_stay(
    ways: tuple[Engine, Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    source, place = ways
    with monkeypatch.context() as patch:
        patch.setattr("storage.maintenance.copying.link", fail)
        with pytest.raises(ZeroDivisionError):
            copy(source, place)
    with writing(source) as session:
        session.execute(text("DELETE FROM robots"))
        session.add(Robots(origin="https://b.example", status=404, fetched_at=NOW, text=""))
        name = "UPDATE watch SET name = 'v'"
        session.execute(text(name))
        session.add(Watch(name="w", query="of another", added_at=NOW))
    copy(source, place)
    assert_whole(source, place)


SLOW = """
import sys
from storage.maintenance import transfer
from storage.maintenance.copying import copy_archive
from storage.database.engine import open_engine
from storage.database.places import parse_place
transfer.MOST_ROWS = 2
copy_archive(open_engine(parse_place({source!r})), parse_place({target!r}), "here",
             lambda *told: print(*told, flush=True))
"""


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("way", WAYS[:2], ids=" to ".join)
def test_killed_and_run_again(place_of: Places, way: tuple[str, str], seed: int) -> None:
    source_place, target_place = place_of(way[0], "first"), place_of(way[1], "second")
    source = open_engine(source_place)
    fill(source)
    script = SLOW.format(source=str(source_place), target=str(target_place))
    numbers = random.Random(seed)
    for least in (1, 25):  # and once more on what the first one left
        child = subprocess.Popen([sys.executable, "-c", script], stdout=-1, text=True)
        assert child.stdout is not None
        with child, child.stdout as lines:
            for _, _line in zip(range(numbers.randrange(least, least + 25)), lines, strict=False):
                pass
            child.kill()
    copy(source, target_place)
    assert_whole(source, target_place)
    source.dispose()


def test_rows_are_written_a_few_megabytes_at_a_time(
    place_of: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, place = open_engine(place_of("sqlite", "first")), place_of("sqlite", "second")
    monkeypatch.setattr(transfer, "MOST_BYTES", 100_000)
    for number in range(12):
        noise = random.Random(number).randbytes(40_000)
        capture = make_capture(f"https://a{number}.example/", make_article(f"{LONG} {number}"))
        response = capture.response
        assert response is not None
        capture = make_capture(capture.requested_url, capture.article, body=noise)
        Archive(source).save(capture, BY_HAND, NOW)
    told: list[int] = []

    def note(name: str, done: int, total: int) -> None:
        if name == "snapshot":
            told.append(done)

    copy_archive(source, place, "here", note)
    assert told == [3, 6, 9, 12]
    source.dispose()


def test_a_page_compressed_with_a_later_one(place_of: Places) -> None:
    source, place = open_engine(place_of("sqlite", "first")), place_of("postgresql", "second")
    fill(source)
    with writing(source) as session:
        last = session.scalar(select(func.max(Snapshot.id)))
        session.execute(text(f"UPDATE snapshot SET reference_id = {last} WHERE id = 2"))
        session.execute(text("UPDATE article SET duplicate_of = 4 WHERE id = 3"))
    copy(source, place)
    target = open_engine(place)
    assert marks(target) == marks(source)
    with reading(target) as session:
        assert session.scalar(select(Snapshot.reference_id).where(Snapshot.id == 2)) == last
        assert session.scalar(select(Article.duplicate_of).where(Article.id == 3)) == 4
    target.dispose()
    source.dispose()


def test_an_address_is_a_place_as_it_is_printed(place_of: Places) -> None:
    place = place_of("postgresql", "first")
    assert parse_place(str(place)) == place

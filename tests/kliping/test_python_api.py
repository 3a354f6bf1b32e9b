"""``import kliping``: what others rely on."""

from __future__ import annotations

import asyncio
import doctest
import os
import pickle
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import kliping
from scraper.model.types import Verdict
from storage.archive import Archive as Filing
from storage.database.engine import open_engine
from storage.database.places import Place
from storage.maintenance.forgetting import forget
from tests.cli.newspaper import story
from tests.postgres import postgres
from tests.servers import Server, reply
from tests.storage.makers import BY_HAND, LONG, NOW, make_article, make_capture, make_rejected

DOC = Path(__file__).parents[2] / "docs" / "api.md"


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    return tmp_path / "kliping.db" if request.param == "sqlite" else postgres().fresh()


@pytest.fixture
def filled(place: Place) -> Place:
    """Ten articles, a day after each other; the last one has no date."""
    engine = open_engine(place)
    for number in range(1, 10):
        at = datetime(2026, 2, number, 9, tzinfo=UTC)
        article = make_article(f"{LONG} {number}", f"Story {number}", published_at=at)
        host = "www" if number % 2 else "sport"
        save(engine, f"https://{host}.paper.example/{number}", article)
    bare = make_article(f"{LONG} harbour", "Story 10", published_at=None, published_precision=None)
    save(engine, "https://other.example/10", bare)
    Filing(engine).save(make_rejected("https://x.example/", Verdict.LISTING), BY_HAND, NOW)
    engine.dispose()
    return place


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


def save(engine: Any, url: str, article: Any) -> None:
    Filing(engine).save(make_capture(url, article), BY_HAND, NOW)


def spell(place: Place) -> str:
    return str(place)


def beside(path: Path) -> dict[str, tuple[int, int]]:
    """What lies in the file's directory, and when it was changed."""
    return {one.name: (one.stat().st_size, one.stat().st_mtime_ns) for one in path.parent.iterdir()}


# --------------------------------------------------------------------- the documentation


def test_the_examples_of_the_documentation_hold(
    demo: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(demo[0], tmp_path / "demo.db")
    monkeypatch.chdir(tmp_path)
    pieces = re.findall(r"```python\n(.*?)```", DOC.read_text(encoding="utf-8"), re.DOTALL)
    test = doctest.DocTestParser().get_doctest("".join(pieces), {}, "api.md", str(DOC), 0)
    told: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    assert len(test.examples) > 15
    assert runner.run(test, out=told.append).failed == 0, "".join(told)


def test_everything_public_is_there_and_documented() -> None:
    assert sorted(kliping.__all__) == kliping.__all__
    for name in kliping.__all__:
        assert getattr(kliping, name).__doc__, name
    assert all(
        issubclass(getattr(kliping, name), kliping.Error)
        for name in kliping.__all__
        if name.endswith("Error") or name == "NotFound"
    )
    assert (Path(kliping.__file__).parent / "py.typed").exists()


# --------------------------------------------------------------------- reading


def test_a_search_gives_what_was_filed(filled: Place) -> None:
    with kliping.open(spell(filled)) as archive:
        (hit,) = archive.search("harbour -fish", limit=20)
        assert (hit.id, hit.title, hit.url) == (10, "Story 10", "https://other.example/10")
        assert hit.published_at is None
        assert "harbour" in hit.snippet
        assert [one.id for one in archive.search("story", limit=3)] == [10, 9, 8]
        assert len(archive.search("story", limit=None)) == 10
        assert archive.search("story", by="published")[-1].id == 1


def test_an_article_is_found_by_id_and_address(filled: Place) -> None:
    with kliping.open(spell(filled)) as archive:
        article = archive.get(3)
        assert article == archive.get("http://www.paper.example/3?utm_source=x")
        assert (article.title, article.authors, article.site) == (
            "Story 3",
            ("Ana Ruiz",),
            "paper.example",
        )
        assert article.published_at == datetime(2026, 2, 3, 9, tzinfo=UTC)
        assert article.body == "\n".join(block.text for block in article.blocks)
        assert (article.versions, article.source) == (1, None)
        assert article.word_count == len(article.body.replace(".", " ").split())
        (version,) = archive.versions(3)
        assert (version.number, version.title, version.body) == (1, article.title, article.body)
        assert version.seen_at.tzinfo is not None
        assert pickle.loads(pickle.dumps(article)) == article
        assert not hasattr(article, "__dict__")
        rejected = archive.get("https://x.example/")
        assert (rejected.verdict, rejected.body) == ("listing", "")


def test_articles_come_by_publication(filled: Place) -> None:
    with kliping.open(spell(filled)) as archive:
        assert [one.id for one in archive.articles()] == [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]
        assert [one.id for one in archive.articles(site="paper.example")] == [*range(9, 0, -1)]
        assert [one.id for one in archive.articles(site="sport.paper.example")] == [8, 6, 4, 2]
        assert [one.id for one in archive.articles(site="https://www.other.example/")] == [10]
        since, until = (datetime(2026, 2, day, 9, tzinfo=UTC) for day in (3, 6))
        assert [one.id for one in archive.articles(since=since, until=until)] == [5, 4, 3]
        local = since.astimezone().replace(tzinfo=None)
        assert [one.id for one in archive.articles(since=local, until=until)] == [5, 4, 3]


def test_articles_are_read_as_they_are_asked_for(filled: Place) -> None:
    engine = open_engine(filled)
    for number in range(20, 80):
        save(
            engine,
            f"https://more.example/{number}",
            make_article(f"{LONG} {number}", f"S {number}"),
        )
    with kliping.open(spell(filled)) as archive:
        some = archive.articles(site="more.example")
        assert next(some).title == "S 79"
        forget(engine, archive.get("https://more.example/20").id, NOW)  # nobody holds it up
        assert [one.title for one in some][-1] == "S 21"
    engine.dispose()


def test_one_archive_serves_many_threads(filled: Place) -> None:
    with kliping.open(spell(filled)) as archive, ThreadPoolExecutor(8) as pool:
        found = pool.map(lambda number: archive.get(number % 10 + 1).id, range(200))
        assert [*found] == [number % 10 + 1 for number in range(200)]


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_reading_leaves_no_trace(filled: Path) -> None:
    before = beside(filled)
    with kliping.open(filled) as archive:
        assert [*archive.articles()]
        assert archive.search("story")
        assert beside(filled) == before
    assert beside(filled) == before


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_file_that_nobody_may_write_is_read(filled: Path) -> None:
    filled.chmod(0o400)
    filled.parent.chmod(0o500)
    try:
        with kliping.open(filled) as archive:
            assert archive.get(1).title == "Story 1"
    finally:
        filled.parent.chmod(0o700)


def test_what_is_filed_meanwhile_is_seen(filled: Place) -> None:
    with kliping.open(spell(filled)) as archive:
        assert len(archive.search("story")) == 10
        for number in (11, 12):  # a writer that comes and goes, and one that stays
            engine = open_engine(filled)
            save(engine, f"https://a.example/{number}", make_article(f"{LONG} {number}", "Story"))
            if number == 11:
                engine.dispose()
            assert len(archive.search("story")) == number
        engine.dispose()
        assert archive.get("https://a.example/12").title == "Story"


WRITER = """
import sys
from pathlib import Path
from storage.archive import Archive
from storage.database.engine import open_engine
from tests.storage.makers import BY_HAND, NOW, make_capture
engine = open_engine(Path(sys.argv[1]))
Archive(engine).save(make_capture("https://a.example/"), BY_HAND, NOW)
print("written", flush=True)
sys.stdin.readline()
engine.dispose()
"""


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_second_reader_takes_no_lock_from_the_first(filled: Path) -> None:
    """Else the writer would take the log away that the first one reads."""
    words = [sys.executable, "-c", WRITER, str(filled)]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "written\n"
        with kliping.open(filled) as first:
            assert first.get("https://a.example/").title == "A title"
            kliping.open(filled).close()
            writer.communicate("\n")
            assert filled.with_name("kliping.db-wal").exists()
            assert first.get("https://a.example/").title == "A title"


def test_what_changed_is_told_with_a_version(filled: Place) -> None:
    engine = open_engine(filled)
    later = NOW + timedelta(days=1)
    capture = make_capture(
        "https://www.paper.example/1", make_article(f"{LONG} 1", "Another story")
    )
    assert capture.response is not None
    capture = replace(capture, response=replace(capture.response, fetched_at=later))
    Filing(engine).save(capture, BY_HAND, later)
    engine.dispose()
    with kliping.open(spell(filled)) as archive:
        first, second = archive.versions(1)
        assert (first.summary, first.kinds, first.current) == (None, (), False)
        assert (second.summary, second.stealth, second.current) == ("headline, date", True, True)
        assert archive.get(1).versions == 2


# --------------------------------------------------------------------- what is not there


def test_there_is_no_archive(tmp_path: Path) -> None:
    for path in (tmp_path / "none.db", str(tmp_path / "no" / "none.db")):
        with pytest.raises(kliping.NotFound, match="there is no archive"):
            kliping.open(path)
    (tmp_path / "empty.db").touch()
    with pytest.raises(kliping.NotFound):
        kliping.open(tmp_path / "empty.db")
    (tmp_path / "other.db").write_bytes(b"something else" * 100)
    with pytest.raises(kliping.StorageError, match="not a kliping database"):
        kliping.open(tmp_path / "other.db")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["empty.db", "other.db"]


def test_there_is_no_archive_on_the_server() -> None:
    server = postgres()
    with pytest.raises(kliping.NotFound, match="there is no archive"):
        kliping.open(str(server.empty()))
    missing = replace(server.address, database="not_there")
    with pytest.raises(kliping.NotFound, match="no such database"):
        kliping.open(str(missing))


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_an_older_archive_is_left_as_it_is(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.database.schema.HEAD", "20991231_0001")
    before = beside(filled)
    with pytest.raises(kliping.StorageError, match="was made by an older kliping"):
        kliping.open(filled)
    assert beside(filled) == before


def test_what_is_not_in_it_is_told(filled: Place) -> None:
    engine = open_engine(filled)
    forget(engine, 2, NOW)
    engine.dispose()
    with kliping.open(spell(filled)) as archive:
        for missing in (0, -1, 99, 2**70):
            with pytest.raises(kliping.NotFound, match=f"no article has the id {missing}$"):
                archive.get(missing)
        for gone in (2, "https://sport.paper.example/2"):
            with pytest.raises(kliping.NotFound, match="removed for good on"):
                archive.versions(gone)
        with pytest.raises(kliping.NotFound, match="not in the archive"):
            archive.get("https://a.example/none")
        with pytest.raises(kliping.AddressError):
            archive.get("story")


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_arguments_that_make_no_sense_are_told_at_the_call(filled: Path) -> None:
    wrong: Any
    for wrong in (7, None, b"kliping.db"):
        with pytest.raises(TypeError, match="a path or the address"):
            kliping.open(wrong)
    with pytest.raises(ValueError, match="names no database"):
        kliping.open("postgresql://host")
    with kliping.open(filled) as archive:
        for wrong in (True, 1.5, None):
            with pytest.raises(TypeError, match="its id or an address"):
                archive.get(wrong)
        for wrong in (0, -1):
            with pytest.raises(ValueError, match="limit is at least 1"):
                archive.search("story", limit=wrong)
        for wrong in ("3", True, 2.0):
            with pytest.raises(TypeError, match="limit is an int"):
                archive.search("story", limit=wrong)
        wrong = "age"
        with pytest.raises(ValueError, match="by is 'filed'"):
            archive.search("story", by=wrong)
        with pytest.raises(ValueError, match="a host such as"):
            archive.articles(site="no host")
        wrong = "2026"
        with pytest.raises(TypeError, match="since is a datetime"):
            archive.articles(since=wrong)
    archive.close()
    with pytest.raises(ValueError, match="closed"):
        archive.get(1)
    with pytest.raises(ValueError, match="closed"), archive:
        pass


# --------------------------------------------------------------------- fetching


def test_a_page_is_fetched_politely_and_files_nothing(server: Server) -> None:
    server.routes["/story"] = reply(story(1))
    server.routes["/robots.txt"] = reply("User-agent: *\nDisallow: /private\n")
    article = kliping.fetch(server.url("/story"), allow_private=True)
    assert (article.title, article.authors) == ("Harbour council decides case 1", ("Ada Pier",))
    with pytest.raises(kliping.RobotsError):
        kliping.fetch(server.url("/private"), allow_private=True)
    with pytest.raises(kliping.StatusError) as caught:
        kliping.fetch(server.url("/none"), allow_private=True)
    assert caught.value.reason == "http_404"
    assert server.targets() == ["/robots.txt", "/story", "/none"]
    first, second = (one.time for one in server.requests[1:])
    assert second - first >= 1  # the pause between two requests outlasts a call


def test_the_guard_holds(server: Server) -> None:
    with pytest.raises(kliping.ForbiddenAddressError):
        kliping.fetch(server.url("/story"))
    assert server.targets() == []
    for wrong in ("story", ""):
        with pytest.raises(kliping.AddressError):
            kliping.fetch(wrong)


def test_a_notebook_may_fetch(server: Server) -> None:
    server.routes["/story"] = reply(story(1))

    async def cell() -> str | None:
        return kliping.fetch(server.url("/story"), allow_private=True).title

    assert asyncio.run(cell()) == "Harbour council decides case 1"


def test_a_page_is_filed(place: Place, server: Server) -> None:
    server.routes["/story"] = [reply(story(1)), reply(story(1, title="The council gives way"))]
    with kliping.open(spell(place), write=True, allow_private=True) as archive:
        decision = archive.fetch(server.url("/story"))
        assert (decision.outcome, decision.article_id, decision.filed) == ("new", 1, True)
        assert archive.fetch(server.url("/story")).outcome == "changed"
        assert [one.summary for one in archive.versions(1)] == [None, "headline"]
        failed = archive.fetch(server.url("/none"))
        assert (failed.outcome, failed.reason, failed.article_id) == ("failed", "http_404", None)
    with kliping.open(spell(place)) as archive:
        assert archive.get(1).title == "The council gives way"
        with pytest.raises(kliping.StorageError, match="write=True"):
            archive.fetch(server.url("/story"))


def test_a_forked_child_has_a_fetcher_of_its_own(server: Server) -> None:
    server.routes["/story"] = reply(story(1))
    kliping.fetch(server.url("/story"), allow_private=True)
    child = os.fork()
    if child == 0:
        found = kliping.fetch(server.url("/story"), allow_private=True)
        os._exit(0 if found.title else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_a_program_that_forgets_to_close_ends_all_the_same(tmp_path: Path, server: Server) -> None:
    server.routes["/story"] = reply(story(1))
    program = (
        "import kliping, sys\n"
        "archive = kliping.open('mine.db', write=True, allow_private=True)\n"
        "print(archive.fetch(sys.argv[1]).outcome)\n"
        "print(kliping.fetch(sys.argv[1], allow_private=True).title)\n"
    )
    words = [sys.executable, "-c", program, server.url("/story")]
    ended = subprocess.run(words, cwd=tmp_path, check=True, capture_output=True, text=True)
    assert ended.stdout.split("\n")[:2] == ["new", "Harbour council decides case 1"]
    assert ended.stderr == ""


def test_importing_it_loads_neither_parser_nor_database() -> None:
    heavy = "{'sqlalchemy', 'selectolax', 'httpx', 'typer'}"
    program = f"import sys, kliping; print({heavy} & set(sys.modules))"
    ended = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert ended.stdout.strip() == "set()"

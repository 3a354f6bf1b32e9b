"""Opening the database: new, current, foreign, damaged, unwritable, locked."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError

from scraper.errors import StorageError
from storage.archive import Archive
from storage.database import schema
from storage.database.engine import open_engine, reading, writing
from storage.models import Article
from storage.proof.entries import seal
from storage.reading.library import Library
from tests.storage.makers import BY_HAND, NOW, make_capture

Listing = dict[str, bytes]


def listing(directory: Path) -> Listing:
    return {one.name: one.read_bytes() for one in directory.iterdir() if one.is_file()}


def foreign_database(path: Path, *pragmas: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("CREATE TABLE theirs (x)")
        connection.commit()


def spoil_schema(path: Path) -> None:
    """Flip the first bit of a letter in it."""
    content = bytearray(path.read_bytes())
    content[content.index(b"CREATE TABLE robots") + 10] ^= 0x80
    path.write_bytes(content)


# ---------------------------------------------------------------------- new


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize("before", ["missing", "empty"])
def test_a_missing_or_empty_file_becomes_an_archive(
    tmp_path: Path, read_only: bool, before: str
) -> None:
    path = tmp_path / "a b?#%" / "deep" / "kliping.db"
    if before == "empty":
        path.parent.mkdir(parents=True)
        path.touch(mode=0o600)
    engine = open_engine(path, read_only=read_only)
    assert Library(engine).list() == []
    engine.dispose()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["kliping.db"]


def test_a_file_whose_making_was_broken_off_is_made_anew(path: Path) -> None:
    """Killed while the first transaction was written: its journal says that nothing was there."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            f"PRAGMA application_id = {schema.APPLICATION_ID};"
            "CREATE TABLE alembic_version (version_num TEXT);"
            f"INSERT INTO alembic_version VALUES ('{schema.HEAD}')"
        )
    # https://sqlite.org/fileformat2.html §3: no page before, sectors of 512 and pages of 4096 bytes
    header = bytes.fromhex("d9d505f920a163d7" + "00000000" * 3 + "00000200" + "00001000")
    path.with_name(path.name + "-journal").write_bytes(header.ljust(512, b"\0"))
    engine = open_engine(path)
    assert Library(engine).list() == []
    engine.dispose()


@pytest.mark.parametrize("ending", ["-wal", "-journal"])
@pytest.mark.parametrize("name", ["real.db", "link.db"])
def test_no_archive_is_made_beside_the_log_of_another(
    tmp_path: Path, name: str, ending: str
) -> None:
    """SQLite would throw it away, or lay it over the new one."""
    (tmp_path / "link.db").symlink_to(tmp_path / "real.db")
    log = tmp_path / f"real.db{ending}"
    log.write_text("of an archive that was removed")
    path = tmp_path / name
    with pytest.raises(StorageError, match=f"^{path}: .* move {log} away"):
        open_engine(path)
    assert not path.exists()
    assert log.read_text() == "of an archive that was removed"


def test_a_link_to_nowhere_is_followed(tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(tmp_path / "real.db")
    open_engine(tmp_path / "link.db").dispose()
    assert (tmp_path / "real.db").stat().st_size > 0


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_the_connection_is_set_up_as_documented(engine: Engine) -> None:
    with reading(engine) as session:
        found = {
            name: session.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "application_id")
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "application_id": schema.APPLICATION_ID,
    }


def test_a_current_database_is_opened_without_alembic(path: Path) -> None:
    open_engine(path).dispose()
    script = (
        "import sys; from pathlib import Path; from storage.database.engine import open_engine\n"
        f"open_engine(Path({str(path)!r})).dispose()\n"
        "import storage.archive, storage.reading.library, storage.frontier.store\n"
        "import storage.frontier.sources, storage.frontier.hosts\n"
        "print([one for one in ('alembic', 'selectolax', 'httpx') if one in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_opening_a_current_database_changes_no_byte(path: Path) -> None:
    open_engine(path).dispose()
    before = listing(path.parent)
    for read_only in (True, False):
        open_engine(path, read_only=read_only).dispose()
    assert listing(path.parent) == before


# ---------------------------------------------------------------------- refused


@pytest.mark.parametrize(
    "content", [b"x", b"Dear diary,\n" * 99, b"SQLite format 3\0", b"\0" * 999]
)
def test_a_file_that_is_no_database_is_left_untouched(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(StorageError, match="not a kliping database") as caught:
        open_engine(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert listing(path.parent) == {path.name: content}


@pytest.mark.parametrize(
    "pragmas",
    [
        (),
        ("journal_mode = WAL",),
        ("application_id = 7",),
        ("journal_mode = WAL", "user_version = 3"),
    ],
)
@pytest.mark.parametrize("read_only", [False, True])
def test_another_programs_database_is_left_untouched(
    path: Path, pragmas: tuple[str, ...], read_only: bool
) -> None:
    foreign_database(path, *pragmas)
    before = listing(path.parent)
    with pytest.raises(StorageError, match="not a kliping database"):
        open_engine(path, read_only=read_only)
    assert listing(path.parent) == before


def test_another_programs_database_in_use_is_left_untouched(path: Path) -> None:
    with closing(sqlite3.connect(path)) as theirs:
        theirs.execute("PRAGMA journal_mode = WAL")
        theirs.execute("CREATE TABLE theirs (x)")
        theirs.commit()
        before = listing(path.parent)
        with pytest.raises(StorageError, match="not a kliping database"):
            open_engine(path)
        assert listing(path.parent) == before


@pytest.mark.parametrize("read_only", [False, True])
def test_a_newer_database_is_left_untouched(path: Path, read_only: bool) -> None:
    open_engine(path).dispose()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '20991231_2359'")
        connection.commit()
    before = listing(path.parent)
    with pytest.raises(StorageError, match=r"newer kliping \(schema 20991231_2359.*upgrade"):
        open_engine(path, read_only=read_only)
    assert listing(path.parent) == before


def test_what_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="is a directory"):
        open_engine(tmp_path)
    with pytest.raises(StorageError, match="not a regular file"):
        open_engine(Path("/dev/null"))
    with pytest.raises(StorageError, match="no file name"):
        open_engine(Path("a\0b"))
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="not a directory"):
        open_engine(tmp_path / "file" / "kliping.db")


@pytest.mark.parametrize("damage", ["cut", "pages", "tables"])
def test_a_damaged_database_is_said_to_be(path: Path, damage: str) -> None:
    engine = open_engine(path)
    Archive(engine).save(make_capture("https://a.example/1"), BY_HAND, NOW)
    engine.dispose()
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:9000])
    elif damage == "pages":
        content = path.read_bytes()
        path.write_bytes(content[:100] + b"\x5a" * (len(content) - 100))
    else:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("DROP TABLE alembic_version")
    with pytest.raises(StorageError, match="damaged") as caught:
        Library(open_engine(path)).list()
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_schema_that_is_no_text_is_said_to_be_damaged(path: Path) -> None:
    """SQLite quotes it in its message, which Python then cannot read."""
    open_engine(path).dispose()
    spoil_schema(path)
    before = listing(path.parent)
    with pytest.raises(StorageError, match="damaged") as caught:
        open_engine(path)
    assert str(path) in str(caught.value)
    assert listing(path.parent) == before


@pytest.mark.parametrize(
    "change",
    ["article SET verdict = 'x'", "version SET blocks = '[[1]]'", "version SET authors = '7'"],
)
def test_a_value_that_cannot_be_what_it_is_read_as_is_told(path: Path, change: str) -> None:
    engine = open_engine(path)
    Archive(engine).save(make_capture("https://a.example/1"), BY_HAND, NOW)
    with writing(engine) as session:
        session.execute(text(f"UPDATE {change}"))
    with pytest.raises(StorageError, match=r"cannot be read \(.*`kliping verify` names"):
        Library(engine).get(1)
    engine.dispose()


def test_a_seal_that_cannot_be_read_is_told(path: Path) -> None:
    engine = open_engine(path)
    Archive(engine).save(make_capture("https://a.example/1"), BY_HAND, NOW)
    seal(engine, NOW)
    with writing(engine) as session:
        session.execute(text("UPDATE seal SET position = ''"))
        session.execute(text("UPDATE entry SET position = NULL"))
    with pytest.raises(StorageError, match="cannot be read"):
        seal(engine, NOW)
    engine.dispose()


def test_a_damaged_page_text_and_snapshot_are_said_to_be(path: Path) -> None:
    engine = open_engine(path)
    Archive(engine).save(make_capture("https://a.example/1"), BY_HAND, NOW)
    for change in ("snapshot SET body = x'00'", "version SET title = CAST(x'ff' AS TEXT)"):
        with writing(engine) as session:
            session.execute(text(f"UPDATE {change}"))
    with pytest.raises(StorageError, match="damaged"):
        Archive(engine).load_stale("https://a.example/1", "2")
    with pytest.raises(StorageError, match="damaged"):
        Library(engine).list()
    engine.dispose()


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a place no one may write to")
def test_an_unwritable_directory() -> None:
    with pytest.raises(StorageError, match=r"/proc/kliping\.db: .*see to its directory"):
        open_engine(Path("/proc/kliping.db"))


def test_a_read_only_connection_writes_nothing(path: Path) -> None:
    engine = open_engine(path, read_only=True)
    with pytest.raises(StorageError, match="cannot be written"):
        Archive(engine).save(make_capture("https://a.example/1"), BY_HAND, NOW)
    engine.dispose()


# ---------------------------------------------------------------------- transactions


def test_a_reader_neither_waits_for_a_writer_nor_sees_half_of_it(path: Path) -> None:
    writer = open_engine(path)
    Archive(writer).save(make_capture("https://a.example/1"), BY_HAND, NOW)
    with writing(writer) as session:
        session.execute(text("UPDATE article SET url = 'https://half.example/'"))
        reader = open_engine(path, read_only=True, busy_timeout=0.0)
        assert [one.url for one in Library(reader).list()] == ["https://a.example/1"]
        # … nor does one that shares the writer's engine.
        assert [one.url for one in Library(writer).list()] == ["https://a.example/1"]
        reader.dispose()
    writer.dispose()


def test_reading_through_a_writing_engine_cannot_write(engine: Engine) -> None:
    with pytest.raises(StorageError, match="cannot be written"), reading(engine) as session:
        session.execute(text("DELETE FROM page"))
    with writing(engine) as session:
        session.execute(text("DELETE FROM page"))


def test_a_writer_that_waits_in_vain_says_so(path: Path) -> None:
    first, second = open_engine(path), open_engine(path, busy_timeout=0.05)
    with writing(first) as session:
        session.execute(text("SELECT 1"))
        with pytest.raises(StorageError, match="another process") as caught:
            Archive(second).save(make_capture("https://a.example/1"), BY_HAND, NOW)
    assert "\n" not in str(caught.value)
    first.dispose()
    second.dispose()


def test_an_error_inside_a_transaction_undoes_all_of_it(engine: Engine) -> None:
    Archive(engine).save(make_capture("https://a.example/1"), BY_HAND, NOW)

    def fail_midway() -> None:
        with writing(engine) as session:
            session.execute(text("UPDATE article SET url = 'x'"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_midway()
    with reading(engine) as session:
        assert session.scalars(select(Article.url)).all() == ["https://a.example/1"]


def test_no_database_error_leaks(engine: Engine) -> None:
    broken = "INSERT INTO page_source VALUES (1, 1)"
    with pytest.raises(StorageError) as caught, writing(engine) as session:
        session.execute(text(broken))
    assert not isinstance(caught.value, DBAPIError)
    assert "foreign key" in str(caught.value).lower()

"""The schema's revisions: which one this program works with, and bringing a database there.

What a file (``sqlite``) or a server (``postgres``) needs besides is theirs. Alembic is imported
only to upgrade.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from scraper.errors import StorageError
from storage.database.meanings import meaning_of

HEAD = "20261203_0070"
"""The revision that this program works with; a test holds it to the newest migration."""
COPYING = "copying"
"""In the revision's place while a copy into the database is not finished (``copying``)."""
APPLICATION_ID = 0x6B6C6970
"""``klip``: in the header of each of our files (https://sqlite.org/fileformat2.html §1.3.14), and
the first half of our advisory locks on a server."""

VIEWS = ("articles", "versions", "edits")
"""For people who come with SQL (docs/sql.md); ``migrations.views`` makes them."""
OLDER = "{name}: was made by an older kliping: open it with write=True, or run any command on it"

WORTH_TELLING = 10_000
"""Articles whose upgrade a person would wait for."""

Tell = Callable[[str], None]


def tell_nobody(line: str) -> None:
    """For who waits for nothing."""


class UnfinishedCopyError(StorageError):
    """A copy into the database was begun and is not finished."""


def migrations_path() -> Path:
    """Where the migrations are installed."""
    return Path(str(resources.files("migrations")))


def known_revisions() -> set[str]:
    """Of every migration of this program: the first two parts of its file's name."""
    names = (path.name for path in (migrations_path() / "versions").glob("2*.py"))
    return {"_".join(name.split("_")[:2]) for name in names}


def judge(revision: str | None, name: str) -> bool:
    """Whether the revision is ours (else: older, or ``None``, which is an empty database).

    Raises ``StorageError`` for a newer one, for one of before the first release, and where there
    should be one and is none.
    """
    if revision == HEAD:
        return True
    if revision == "":
        raise StorageError(
            f"{name}: the database is damaged (it has no revision): restore a backup"
        )
    if revision == COPYING:
        raise UnfinishedCopyError(
            f"{name}: a copy into it was begun and is not finished: "
            "`kliping db copy FROM TO` goes on with it"
        )
    if revision is not None and revision not in known_revisions():
        if revision < HEAD:
            raise StorageError(
                f"{name}: was written before the first release (schema {revision}) and was left "
                "untouched: `kliping export --format warc` of the kliping that wrote it, then "
                "`kliping import` with this one"
            )
        raise StorageError(
            f"{name}: was written by a newer kliping (schema {revision}, this one "
            f"knows {HEAD}) and was left untouched: upgrade kliping"
        )
    return False


def migrate(connection: Connection, name: str, tell: Tell) -> None:
    """Create or upgrade everything, within the connection's transaction. Raises ``StorageError``;
    the caller undoes the transaction."""
    from alembic import command  # 150 ms, and needed once in a schema's life
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations_path()).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        _tell_of(connection, name, tell)
        command.upgrade(config, "head")
    except Exception as error:
        cause = getattr(error, "orig", None)  # of SQLAlchemy's, which show the statement
        detail = meaning_of(cause) if cause else " ".join(str(error).split())[:300]
        raise StorageError(f"{name}: the upgrade failed and was undone: {detail}") from error


def _tell_of(connection: Connection, name: str, tell: Tell) -> None:
    if not inspect(connection).has_table("article"):
        return
    articles = connection.execute(text("SELECT count(*) FROM article")).scalar_one()
    if articles >= WORTH_TELLING:
        tell(f"{name}: made by an older kliping; it is brought up to date, once")

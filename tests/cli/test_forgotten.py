"""A story that is fetched, edited, walled, imported and re-read through the commands, and then
forgotten: no six letters in a row of its own are in the file, its log, a backup or an export."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from string import ascii_lowercase

import pytest

from tests.cli.conftest import QUICK
from tests.cli.newspaper import feed, story
from tests.cli.running import Kliping, RunHere
from tests.servers import Server, reply
from tests.storage.forgotten import left_in, pieces_of
from tests.storage.warc.makers import answer, record

FORMATS = ("jsonl", "csv", "markdown", "epub", "atom", "warc", "wacz")


class Words:
    """That nothing else says."""

    def __init__(self) -> None:
        self._random = Random(3)
        self.told: set[str] = set()

    def __call__(self, count: int) -> str:
        made = ["".join(self._random.choices(ascii_lowercase, k=9)) for _ in range(count)]
        self.told.update(made)
        return " ".join(made)

    def slug(self) -> str:
        return self(3).replace(" ", "-")


def page(words: Words, text: str) -> str:
    paragraphs = "".join(f"<p>{line}, and so on it goes.</p>" for line in text.split("\n"))
    return story(7, title=words(4)).replace("<article>", f"<article>{paragraphs}")


@pytest.fixture
def words() -> Words:
    return Words()


@pytest.fixture
def user(
    kliping: Kliping, run_here: RunHere, server: Server, words: Words, tmp_path: Path
) -> Iterator[Kliping]:
    """Its story, article 2, has been through all of it; articles 1 and 3 stay."""
    home, alias = f"/{words.slug()}", f"/{words.slug()}"
    text = "\n".join(words(20) for _ in range(8))
    for number in (1, 3):
        server.routes[f"/story/{number}"] = reply(story(number))
    server.routes[home] = reply(page(words, text), headers={"ETag": f'"{words(1)}"'})
    server.routes[alias] = reply(status=301, headers={"Location": server.url(home)})
    server.routes["/feed.xml"] = feed([server.url(home), server.url(alias)])
    run_here(kliping, "fetch", "-q", server.url("/story/1"), server.url(home), server.url(alias))
    run_here(kliping, "sources", "add", "-q", server.url("/feed.xml"))
    run_here(kliping, "crawl", "-q")
    edited = f"{text}\n{words(20)}"
    server.routes[home] = reply(page(words, edited))
    run_here(kliping, "fetch", "-q", server.url(home))
    server.routes[home] = reply(f"<title>{words(3)}</title><p>{words(5)}")
    run_here(kliping, "fetch", "-q", server.url(home))
    file = tmp_path / f"{words.slug()}.warc"
    recorded = page(words, f"{text}\n{words(20)}").encode()
    file.write_bytes(record(server.url(home), answer(recorded), date="2026-03-02T01:02:03Z"))
    assert run_here(kliping, "import", "-q", file).code == 0
    words.told -= set(file.stem.split("-"))  # a person's name for a file
    run_here(kliping, "fetch", "-q", server.url("/story/3"))
    kliping.config = QUICK + '[rules."127.0.0.1"]\nsection = "h1"\n'
    run_here(kliping, "reextract", "--all", "--yes", "-q")
    yield kliping
    assert run_here(kliping, "verify").code == 0


def test_nothing_is_left_in_file_log_backup_and_exports(
    user: Kliping, run_here: RunHere, words: Words, tmp_path: Path
) -> None:
    pieces = pieces_of(words.told)
    assert left_in(pieces, user.db.read_bytes())
    done = run_here(user, "forget", "--yes", "2")
    assert (done.code, len(done.errors)) == (0, 1), done.err
    run_here(user, "crawl", "-q")
    run_here(user, "db", "backup", "-q", tmp_path / "backup.db")
    for name in FORMATS:
        assert run_here(user, "export", "--format", name, "-o", tmp_path / f"out.{name}").code == 0
    places = [path for path in tmp_path.rglob("*") if path.is_file()]
    recorded = [path for path in places if path.suffix == ".warc" and path.stem != "out"]
    assert len(recorded) == 1, "what was imported stays where a person has it"
    assert {"backup.db", "news.db", *(f"out.{name}" for name in FORMATS if name != "markdown")} <= {
        path.name for path in places
    }
    for path in {*places} - {*recorded}:
        assert left_in(pieces, path.read_bytes()) == [], path

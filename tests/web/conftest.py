"""The reading room as a browser meets it: a real server on the loopback, an archive behind it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from storage.database.engine import open_engine
from storage.database.places import Place
from storage.reading.rights import Rights
from tests.web.papers import Papers, file_papers
from web.app import make_app
from web.archive import OpenArchive
from web.guard import LOOPBACK, Hosts
from web.site import Site


@dataclass(kw_only=True)
class Room:
    """A served archive. ``ids``: what is in the one of ``room``."""

    site: Site
    address: str
    client: httpx.Client
    ids: Papers = field(default_factory=Papers)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """``if_none_match="x"`` is a header. No redirect is followed."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.get(path, headers=named)

    def request(self, method: str, path: str, **named: Any) -> httpx.Response:
        return self.client.request(method, path, **named)


@contextmanager
def serve_room(
    place: Place, *, rights: Rights | None = None, root_path: str = ""
) -> Iterator[Room]:
    """An archive, served on a free port until the end of the block."""
    archive = OpenArchive(place)
    site = Site(
        archive=archive,
        hosts=Hosts(LOOPBACK, any_address=False),
        rights=rights or Rights(),
        root_path=root_path,
    )
    server = uvicorn.Server(
        uvicorn.Config(make_app(site), host="127.0.0.1", port=0, log_config=None, lifespan="on")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.005)
        port = server.servers[0].sockets[0].getsockname()[1]
        address = f"http://127.0.0.1:{port}"
        with httpx.Client(base_url=address, timeout=20, trust_env=False) as client:
            yield Room(site=site, address=address, client=client)
    finally:
        server.should_exit = True
        thread.join(10)
        archive.close()


@pytest.fixture(scope="session")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """Over the archive of ``papers``, which nobody changes."""
    path: Path = tmp_path_factory.mktemp("room") / "papers.db"
    engine = open_engine(path)
    ids = file_papers(engine)
    engine.dispose()
    with serve_room(path) as served:
        served.ids = ids
        yield served


@pytest.fixture(scope="session")
def ids(room: Room) -> dict[str, int]:
    """The ids of its articles, by name."""
    return asdict(room.ids)

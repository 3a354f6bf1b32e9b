"""A reading room over a small archive: a real server in a thread, asked by a real client."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import uvicorn

from scraper.model.types import Provenance, SourceKind, Verdict
from storage.archive import Archive
from storage.database.engine import open_engine
from storage.database.places import Place
from storage.frontier.sources import Sources
from storage.reading.rights import Rights
from storage.reading.watches import Watches
from tests.storage.makers import BY_HAND, make_article, make_capture, make_failed, make_rejected
from tests.web.papers import Papers
from web.app import make_app
from web.archive import OpenArchive
from web.guard import LOOPBACK, Hosts
from web.site import Site

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
BRIDGE = "https://courier.example.org/bridge"
BRIDGE_TEXT = (
    "The bridge over the Wend was closed to all traffic on Monday after a survey found cracks.",
    "The repairs are expected to cost £2.4 million, of which the county will pay half. About 310 "
    "households on the station side will be without their usual walk to school.",
    "“We are sorry,” said the mayor, who has crossed the bridge every day of her life.",
    "A ferry will run between the two landings from six in the morning until midnight.",
    "The harbour council meets on Friday to decide about the money.",
)


@dataclass(kw_only=True)
class Room:
    """A served archive, and what a reader gets of it. ``ids``: what is in the one of ``room``."""

    site: Site
    address: str
    client: httpx.Client
    ids: Papers = field(default_factory=Papers)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """``if_none_match="x"`` is a header. No redirect is followed."""
        return self.client.get(path, headers={k.replace("_", "-"): v for k, v in headers.items()})

    def request(self, method: str, path: str, **named: Any) -> httpx.Response:
        return self.client.request(method, path, **named)


def fill(place: Place) -> dict[str, int]:
    """Make the archive; the ids of its articles by a name each."""
    engine = open_engine(place)
    archive = Archive(engine)
    ids: dict[str, int] = {}

    def file(name: str, url: str, hours: float = 0, **fields: Any) -> None:
        at = NOON + timedelta(hours=hours)
        capture = make_capture(url, make_article(**fields))
        decision = archive.save(capture, BY_HAND, at)
        if decision.article_id is not None:
            ids[name] = decision.article_id

    text = list(BRIDGE_TEXT)
    bridge: dict[str, Any] = {
        "title": "Bridge closed for eleven weeks",
        "byline": "By Ada Pier",
        "authors": ("Ada Pier",),
        "section": "Town",
        "language": "en",
        "site_name": "The Courier",
        "tags": ("bridge", "river Wend"),
        "provenance": {
            "title": Provenance("h1", 0.97),
            "body": Provenance("json-ld:articleBody", 0.9),
        },
    }
    file("bridge", BRIDGE, body="\n".join(text), **bridge)
    text[1] = text[1].replace("£2.4 million", "£3.1 million")
    file("bridge", BRIDGE, 3, body="\n".join(text), **bridge)
    moved = [text[0], text[2], text[1], *text[3:]]
    bridge["title"] = "Bridge closed for nineteen weeks"
    file(
        "bridge", BRIDGE, 9, body="\n".join(moved), **bridge, modified_at=NOON + timedelta(hours=8)
    )
    file(
        "copy",
        "https://wire.example.net/bridge",
        10,
        body="\n".join(moved),
        title="Wend bridge is closed",
        authors=("Ada Pier", "Tom Wire"),
        language="en",
        published_at=NOON + timedelta(hours=9),
        site_name="Wire",
    )
    file("market", "https://wire.example.net/market", 11, title="Market days move", language="en")
    file(
        "teaser",
        "https://courier.example.org/paid",
        12,
        body="The first lines of what is paid for about the harbour.",
        title="Who pays for the harbour",
        language="en",
        verdict=Verdict.TEASER,
    )
    archive.save(make_rejected("https://courier.example.org/list", Verdict.LISTING), BY_HAND, NOON)
    archive.save(make_failed("https://courier.example.org/slow"), BY_HAND, NOON)
    Watches(engine).add("harbour", "harbour OR bridge", NOON)
    sources = Sources(engine)
    feed = "https://courier.example.org/feed.xml"
    sources.add(feed, name="The Courier", kind=SourceKind.FEED, now=NOON)
    engine.dispose()
    return ids


@contextmanager
def serving(place: Place, **options: Any) -> Iterator[Room]:
    """A server of this archive."""
    opened = OpenArchive(place)
    hosts = Hosts(LOOPBACK, any_address=False)
    given: dict[str, Any] = {"archive": opened, "hosts": hosts, "rights": Rights()} | options
    site = Site(**given)
    with (
        served(make_app(site)) as address,
        httpx.Client(base_url=address, trust_env=False, timeout=30) as client,
    ):
        yield Room(site=site, address=address, client=client)
    opened.close()


@contextmanager
def served(app: Any) -> Iterator[str]:
    """The address at which a thread serves an application."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="on")
    server = uvicorn.Server(config)
    thread = threading.Thread(
        target=lambda: asyncio.run(server.serve(sockets=[listening])), daemon=True
    )
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()

"""What must outlast a run about hosts: pauses they asked for, and their robots.txt."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import Engine, bindparam, select

from scraper import urls
from scraper.model.types import HostState, RobotsCache, Validators
from storage.database.engine import reading, upsert, writing
from storage.frontier.waking import wake_forbidden
from storage.models import Host, Robots, record_from, table_of

_HOSTS = table_of(Host)
# Asked for before every request: built once, and without the ORM.
_STATE = select(_HOSTS.c.paused_until, _HOSTS.c.throttled).where(_HOSTS.c.host == bindparam("host"))

_SAVE_HOST = upsert(Host, ["host"], ["paused_until", "throttled"])


class Hosts:
    """The synchronous twin of the fetcher's ``HostStore``. Every method raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def load_host(self, host: str) -> HostState:
        with reading(self._engine) as session:
            row = session.execute(_STATE, {"host": host}).first()
            return HostState(host, *row) if row else HostState(host)

    def save_host(self, state: HostState) -> None:
        with writing(self._engine) as session:
            session.execute(_SAVE_HOST, asdict(state))

    def load_robots(self, origin: str) -> RobotsCache | None:
        with reading(self._engine) as session:
            row = session.get(Robots, origin)
            if row is None:
                return None
            validators = Validators(row.etag, row.last_modified)
            return record_from(RobotsCache, row, validators=validators)

    def save_robots(self, copy: RobotsCache) -> None:
        values = {
            "origin": copy.origin,
            "status": copy.status,
            "text": copy.text,
            "fetched_at": copy.fetched_at,
            "etag": copy.validators.etag,
            "last_modified": copy.validators.last_modified,
        }
        with writing(self._engine) as session:
            old = session.get(Robots, copy.origin)
            if old is None or _rules_of(old.status, old.text) != _rules_of(copy.status, copy.text):
                wake_forbidden(session, urls.host_of(copy.origin), copy.fetched_at)
            session.execute(upsert(Robots, ["origin"], [*values]), values)


def _rules_of(status: int, text: str) -> tuple[int, list[str]]:
    """What forbids and allows. Some files state the time in a comment, or daily another sitemap."""
    lines = [line.partition("#")[0].strip() for line in text.splitlines()]
    return status, [line for line in lines if line and not line.lower().startswith("sitemap")]

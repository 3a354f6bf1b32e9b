"""What must outlast a run about hosts: pauses they asked for, and their robots.txt."""

from __future__ import annotations

from sqlalchemy import Engine, bindparam, select

from scraper import urls
from scraper.model.types import HostState, RobotsCache, Validators
from storage.database.engine import insert_into, reading, writing
from storage.frontier.waking import wake_forbidden
from storage.models import Host, Robots, table_of

_HOSTS = table_of(Host)
# Asked for before every request: built once, and without the ORM.
_STATE = select(_HOSTS.c.paused_until, _HOSTS.c.throttled).where(_HOSTS.c.host == bindparam("host"))


class Hosts:
    """The synchronous twin of the fetcher's ``HostStore``. Every method raises ``StorageError``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def load_host(self, host: str) -> HostState:
        with reading(self._engine) as session:
            row = session.execute(_STATE, {"host": host}).first()
            return HostState(host, *row) if row else HostState(host)

    def save_host(self, state: HostState) -> None:
        values = {"paused_until": state.paused_until, "throttled": state.throttled}
        statement = insert_into(Host).values(host=state.host, **values)
        with writing(self._engine) as session:
            session.execute(
                statement.on_conflict_do_update(index_elements=[Host.host], set_=values)
            )

    def load_robots(self, origin: str) -> RobotsCache | None:
        with reading(self._engine) as session:
            row = session.get(Robots, origin)
            if row is None:
                return None
            validators = Validators(row.etag, row.last_modified)
            return RobotsCache(row.origin, row.status, row.text, row.fetched_at, validators)

    def save_robots(self, copy: RobotsCache) -> None:
        values = {
            "status": copy.status,
            "text": copy.text,
            "fetched_at": copy.fetched_at,
            "etag": copy.validators.etag,
            "last_modified": copy.validators.last_modified,
        }
        statement = insert_into(Robots).values(origin=copy.origin, **values)
        with writing(self._engine) as session:
            old = session.get(Robots, copy.origin)
            if old is None or _rules_of(old.status, old.text) != _rules_of(copy.status, copy.text):
                wake_forbidden(session, urls.host_of(copy.origin), copy.fetched_at)
            session.execute(
                statement.on_conflict_do_update(index_elements=[Robots.origin], set_=values)
            )


def _rules_of(status: int, text: str) -> tuple[int, list[str]]:
    """What forbids and allows. Some files state the time in a comment, or daily another sitemap."""
    lines = [line.partition("#")[0].strip() for line in text.splitlines()]
    return status, [line for line in lines if line and not line.lower().startswith("sitemap")]

"""The scene of the hostile table: every case at hosts of its own, good ones beside them, and one
real crawl over them all in a process of its own.

A case is met in four roles: as a page, as the robots.txt before a good page, as a feed and as a
sitemap.
"""

from __future__ import annotations

import json
import os
import sqlite3
import ssl
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from scraper.model.types import SourceKind
from storage.database.engine import open_engine
from storage.frontier.sources import Sources
from tests.hostile.cases import NEW, NO_SOURCE, Case, Document, Secure, Wire
from tests.hostile.heads import NO_ANSWER
from tests.hostile.memory import Watch
from tests.hostile.server import HostileHost, HostileServer
from tests.newspaper import SITEMAPS, article_html, page, rss
from tests.servers import Routes, reply

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TRUSTED = ("../fetch/loopback.pem", "expired.pem")
"""Certificates that the crawl takes for those of authorities."""
GOOD_HOSTS, GOOD_PAGES = 8, 3
LISTER = "lister.test"
"""The good host whose feed lists the hostile pages."""


@dataclass(frozen=True)
class Role:
    """What a hostile address is met as."""

    name: str
    path: str
    kind: SourceKind | None = None
    """Of what is polled; a page is listed by another host's feed."""

    @property
    def is_page(self) -> bool:
        """Its record is that of a page."""
        return self.kind is None


PAGE = Role("page", "/p")
ROBOTS = Role("robots", "/robots.txt")
FEED = Role("feed", "/feed.xml", SourceKind.FEED)
SITEMAP = Role("sitemap", "/map.xml", SourceKind.SITEMAP)
ROLES = (PAGE, ROBOTS, FEED, SITEMAP)
GRACE = 1.0
"""Seconds after its deadline in which an attempt must be on record."""
GONE = "/gone"
"""What the good feeds and sitemaps among the cases list: a page that costs nothing to read."""


def document_of(case: Case, role: Role) -> Document:
    if role is PAGE:
        return Document("text/html; charset=utf-8", good_page(f"{case.name} page"))
    if role is ROBOTS:
        return Document("text/plain", b"User-agent: *\nDisallow: /private\n# " + b"-" * 500)
    if role is FEED:
        item = f"<item><title>A story</title><link>{GONE}</link></item>"
        text = f'<rss version="2.0"><channel><title>The Post</title>{item}</channel></rss>'
        return Document("application/rss+xml", text.encode())
    url = f"<url><loc>{GONE}</loc></url>"
    return Document("application/xml", f'<urlset xmlns="{SITEMAPS}">{url}</urlset>'.encode())


def good_page(name: str) -> bytes:
    return article_html(f"Council debates {name}", f"The {name} is")


# ------------------------------------------------------------------ who is there


def host_name(case: Case, role: Role) -> str:
    return f"{case.name.replace('.', '-')}-{role.name}.test"


def hostile_host(case: Case, role: Role) -> HostileHost:
    name, document = host_name(case, role), document_of(case, role)
    made = case.make(document)
    honest: Routes = {"/p": page(f"Council debates {name}", f"The {name} is")}
    spare_path = "/p" if role is ROBOTS else "/robots.txt"
    if role is not ROBOTS:
        # Its answer ends the connection: the next one is the case's own.
        honest["/robots.txt"] = reply(b"", 404, {"Connection": "close"})
    if isinstance(made, Wire):
        spared = 0 if made.tls or role is ROBOTS else 1
        scheme = "https" if made.tls else "http"
        return HostileHost(name, honest, spare_path, made.conduct, spared, scheme=scheme)
    if isinstance(made, Secure):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(HERE / made.certificate)
        return HostileHost(name, honest, spare_path, tls=context, scheme="https")
    routes: Routes = made if isinstance(made, dict) else {"": made}
    mine = {path or role.path: route for path, route in routes.items()}
    return HostileHost(name, {**honest, **mine}, spare_path)


def good_hosts() -> list[HostileHost]:
    hosts = [HostileHost(LISTER)]
    for number in range(GOOD_HOSTS):
        paths = [f"/{number}-{n}" for n in range(GOOD_PAGES)]
        routes: Routes = {path: reply(good_page(f"plan {path}")) for path in paths}
        hosts.append(HostileHost(f"good-{number}.test", {**routes, "/feed.xml": rss(paths)}))
    return hosts


# ------------------------------------------------------------------ what came of it


@dataclass(frozen=True)
class Row:
    """One case in one role."""

    case: Case
    role: Role
    reason: str
    """As recorded, ``NEW`` where there is none."""
    seconds: float | None = None
    """From its first misbehaviour to the record; ``None`` where it was never met."""
    starved: float = 0.0
    """Seconds of these in which the crawl got no CPU, though it asked for one."""

    def __str__(self) -> str:
        seconds = "never" if self.seconds is None else f"{self.seconds:.1f} s"
        wanted = "" if self.is_right else f"; wanted: {self.wanted}"
        return f"{self.case.name}, {self.role.name}: {seconds}: {self.reason}{wanted}"

    @property
    def wanted(self) -> str:
        if self.role is PAGE:
            return self.case.page
        return self.case.robots_ending if self.role is ROBOTS else self.case.source_ending

    @property
    def is_right(self) -> bool:
        if self.wanted == NEW or self.role.is_page:
            return self.reason.startswith(self.wanted)
        return self.wanted in self.reason

    @property
    def timed_out(self) -> bool:
        return NO_ANSWER in self.reason

    def is_late(self, deadline: float) -> bool:
        """What was received whole waits for its reader, as on every busy day; what was not must
        have ended with its deadline."""
        was_read = self.reason.startswith((NEW, "empty", "media")) or NO_SOURCE in self.reason
        if was_read:
            return False
        return self.seconds is None or self.seconds - self.starved > deadline + GRACE


@dataclass(frozen=True)
class Ran:
    code: int
    seconds: float
    peak_mib: float
    rows: list[Row]
    good: int
    """Pages of the good hosts that were filed."""
    errors: str
    """What it said on standard error."""


def crawl_good(folder: Path, deadline: float) -> Ran:
    """The good hosts alone."""
    return run_crawl([], folder, deadline)


def run_crawl(meetings: Sequence[tuple[Case, Role]], folder: Path, deadline: float) -> Ran:
    """Serve the cases in their roles, the good hosts beside them, and crawl them once."""
    hosts = good_hosts() + [hostile_host(case, role) for case, role in meetings]
    with HostileServer(hosts) as server:
        pages = [server.url("/p", host_name(c, r)) for c, r in meetings if r.is_page]
        server.routes[f"//{LISTER}/feed.xml"] = rss(pages)
        db = folder / "hostile.db"
        _add_sources(db, server, meetings)
        started = time.monotonic()
        code, watch, errors = _crawl(db, folder, server, deadline)
        seconds = time.monotonic() - started
        rows = [_row(db, server, watch, case, role) for case, role in meetings]
    return Ran(code, seconds, watch.peak_mib, rows, _count_good(db), errors)


def _add_sources(db: Path, server: HostileServer, meetings: Sequence[tuple[Case, Role]]) -> None:
    engine = open_engine(db)
    sources, now = Sources(engine), datetime.now(UTC)
    good = [server.url("/feed.xml", name) for name in server.hosts if name.startswith("good-")]
    listed = [(url, SourceKind.FEED) for url in [*good, server.url("/feed.xml", LISTER)]]
    for case, role in meetings:
        if role.kind is not None:
            listed.append((server.url(role.path, host_name(case, role)), role.kind))
    for url, kind in listed:
        sources.add(url, name=None, kind=kind, now=now, was_read=True)
    engine.dispose()


def _crawl(
    db: Path, folder: Path, server: HostileServer, deadline: float
) -> tuple[int, Watch, str]:
    """Exit code, what it took of the machine, standard error."""
    config, addresses, trusted = (folder / n for n in ("kliping.toml", "hosts.json", "trusted.pem"))
    config.write_text(
        f"[fetch]\nallow_private = true\ndeadline = {deadline}\n[pace]\nmin_delay = 0\n"
    )
    addresses.write_text(json.dumps(server.addresses))
    trusted.write_text("".join((HERE / name).read_text() for name in TRUSTED))
    words = ["crawl", "-q", "--db", str(db), "--config", str(config)]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.hostile.crawler", str(addresses), *words],
        cwd=ROOT,
        env={**os.environ, "SSL_CERT_FILE": str(trusted)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    with Watch(process.pid) as watch:
        _, errors = process.communicate()
    return process.returncode, watch, errors


PAGE_ROW = "SELECT outcome, reason, fetched_at FROM fetch WHERE requested_url = ? ORDER BY id"
POLL_ROW = (
    "SELECT outcome, error, polled_at FROM poll JOIN source ON source.id = source_id"
    " WHERE url = ? ORDER BY poll.id"
)


def _row(db: Path, server: HostileServer, watch: Watch, case: Case, role: Role) -> Row:
    name = host_name(case, role)
    url = server.url("/p" if role.is_page else role.path, name)
    with closing(sqlite3.connect(db)) as connection:
        found = connection.execute(PAGE_ROW if role.is_page else POLL_ROW, [url]).fetchone()
    if found is None:
        return Row(case, role, "no record")
    outcome, reason, at = found
    told = reason or (NEW if outcome in ("new", "listed") else outcome)
    begun = server.begun.get(name)
    recorded = datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp()
    if begun is None:
        return Row(case, role, told)
    return Row(case, role, told, recorded - begun, watch.starved(begun, recorded))


def _count_good(db: Path) -> int:
    with closing(sqlite3.connect(db)) as connection:
        urls = connection.execute(
            "SELECT requested_url FROM fetch WHERE outcome = 'new'"
        ).fetchall()
    return sum((urlsplit(url).hostname or "").startswith("good-") for (url,) in urls)

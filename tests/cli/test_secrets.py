"""What a user told kliping in confidence is in no output, file, database or process: each kind of
secret goes through every command that can meet it, and all that came out is searched for them."""

from __future__ import annotations

import gzip
import io
import os
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from scraper.urls import hide_userinfo, parse_address
from storage.database.engine import open_engine
from storage.maintenance.info import load_info
from storage.reading.library import Library, listed_ids
from tests.cli.conftest import QUICK
from tests.cli.newspaper import feed, story
from tests.cli.running import Ended, Kliping, prepare
from tests.cli.test_help import COMMANDS
from tests.postgres import postgres
from tests.servers import Request, Server, redirect, reply, silent
from tests.tables import each_row

HUSH = "hush"
"""In every secret, and nowhere else."""
LOGIN = f"ann:{HUSH}%40login"
COOKIES = f"127.0.0.1\tFALSE\t/\tFALSE\t0\tfile\t{HUSH}-file\n"
ACCESS = f"""
[sites."127.0.0.1"]
headers = {{ Authorization = "Bearer {HUSH}-header" }}
cookies = "sid={HUSH}-cookie"
cookies_file = "cookies.txt"
insecure = true
[notices.mail]
host = "127.0.0.1"
port = 1
encryption = "none"
user = "ann"
password = "{HUSH}-mail"
from = "kliping@example.org"
to = "ann@example.org"
[notices.command]
run = ["false", "{HUSH}-word"]
[notices.webhook]
url = "http://127.0.0.1:1/{HUSH}-path?token={HUSH}-token"
headers = {{ Authorization = "Bearer {HUSH}-hook" }}
allow_private = true
"""
PROXY = f"http://{LOGIN}-proxy@127.0.0.1:9"
PROXIES = dict.fromkeys(
    ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"), PROXY
)
UNREACHABLE = f"postgresql+psycopg://ann:{HUSH}@127.0.0.1:1/news?sslpassword={HUSH}"
MALFORMED = (
    f"http://{LOGIN}@127.0.0.1:99999/",
    f"http://{LOGIN}@exa mple.org/",
    f"http://ann:{HUSH}/word@127.0.0.1/",
    f"http://ann:{HUSH}#word@127.0.0.1/",
    f"http://ann:w@{HUSH}@exa_mple..org/",
    f"ftp://{LOGIN}@127.0.0.1/feed.xml",
    f"http:{LOGIN}@127.0.0.1/",
    f"//{LOGIN}@127.0.0.1/",
    f"{LOGIN}@127.0.0.1/feed.xml",
)


@dataclass
class Told:
    """An archive of a subscriber's, and what each command said that he gave."""

    user: Kliping
    server: Server
    ended: dict[str, list[Ended]] = field(default_factory=dict)

    def give(self, command: str, *arguments: object) -> Ended:
        ended = prepare(self.user, *command.split(), *arguments)
        self.ended.setdefault(f"kliping {command}", []).append(ended)
        return ended

    def url(self, path: str) -> str:
        """With a password in it."""
        return self.server.url(path, f"{LOGIN}@127.0.0.1")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    user = Kliping(tmp_path_factory.mktemp("user"), QUICK + ACCESS)
    (user.home / "cookies.txt").write_text(COOKIES)
    (user.home / "cookies.txt").chmod(0o600)
    with Server() as server, pytest.MonkeyPatch.context() as patch:
        for name, value in PROXIES.items():
            patch.setenv(name, value)
        told = Told(user, server)
        _open_newspaper(told)
        _acquire(told)
        _serve(told)
        _read_and_keep(told)
        yield told


def _open_newspaper(told: Told) -> None:
    answered = {"Set-Cookie": f"sid={HUSH}-answer; Path=/"}
    for number in (1, 2, 3):
        told.server.routes[f"/story/{number}"] = reply(story(number), headers=answered)
    told.server.routes["/late"] = reply(story(5), headers=answered)
    told.server.routes["/moved"] = redirect(told.url("/story/3"))
    # What the user wrote down, and a publisher's own link with a login.
    links = [told.server.url("/story/1"), told.url("/story/2"), told.server.url("/moved")]
    told.server.routes["/feed.xml"] = feed(links, answered)
    page = '<link rel=alternate type="application/rss+xml" href="/feed.xml">'
    told.server.routes["/"] = reply(page, headers=answered)


def _acquire(told: Told) -> None:
    home, source = told.user.home, told.url("/feed.xml")
    listed, outlines = home / "list.txt", home / "in.opml"
    listed.write_text("\n".join((source, *MALFORMED)))
    outlines.write_text(f'<opml><body><outline xmlUrl="{source}"/></body></opml>')
    assert told.give("sources add", source).code == 0
    for address in (told.url("/"), *MALFORMED):
        for command in (
            "sources add",
            "sources test",
            "discover",
            "explain",
            "extract",
            "fetch",
            "show",
        ):
            told.give(command, address)
    told.give("sources import", listed)
    told.give("sources import", outlines)
    told.give("sources export")
    told.give("sources list", "--json")
    for command in ("sources test", "sources disable", "sources enable"):
        told.give(command, told.server.url("/feed.xml"))
    assert told.give("crawl", "--log-json").code == 0
    told.give("crawl", told.server.url("/feed.xml"), "--json")
    told.give("fetch", told.url("/story/1"), told.url("/moved"))
    page = home / "saved.html"
    page.write_text(story(4))
    told.give("fetch", "--html", page, "--url", told.url("/story/4"))
    told.give("explain", "--html", page, "--url", told.url("/story/4"))
    told.give("extract", "--json", page, "--url", told.url("/story/4"))
    told.give("extract", "--json", told.url("/story/1"), told.url("/moved"))
    told.give("rules test", told.url("/story/1"))
    for path in (listed, outlines, page):  # theirs, not ours
        path.unlink()


def _read_and_keep(told: Told) -> None:
    home = told.user.home
    (home / "out").mkdir()
    for form in ("jsonl", "csv", "parquet", "markdown", "epub", "atom", "warc", "wacz"):
        assert told.give("export", "--format", form, "-o", home / "out" / form).code == 0
    for words in (
        *(("show", 1), ("show", 1, "--json"), ("show", 1, "--html"), ("history", 1), ("diff", 1)),
        *(
            ("list", "--json"),
            ("search", HUSH),
            ("search", "harbour", "--json"),
            ("stories",),
            ("edits",),
            ("stats", "--svg", home / "out/bars.svg"),
        ),
        *(("runs", "--json"), ("coverage", "--json"), ("health", "--json"), ("schedule",)),
        *(("watch add", "harbour"), ("watch list",), ("watch run", "--atom", home / "out/watch")),
        *(("watch add", "mole"), ("fetch", told.url("/late")), ("watch run", "--notify")),
        *(("health", "--notify"), ("health",)),
        *(("watch remove", "harbour"), ("rules list",), ("verify", "--json"), ("db info",)),
        ("db check-identity",),
        *(("config path", "--json"), ("config show",), ("config show", "--json")),
        *(
            ("config sample",),
            ("config check",),
            ("config password",),
            ("config show", "--db", UNREACHABLE),
        ),
        *(("db upgrade",), ("db backup", home / "out/backup"), ("db vacuum",)),
        *(("db copy", told.user.db, home / "out/copy"), ("reextract", "--dry-run")),
        ("import", home / "out/warc", "--db", home / "out/imported"),
        ("db restore", home / "out/backup", "--db", home / "out/restored"),
        ("db copy", told.user.db, UNREACHABLE),
        *((command, "--db", UNREACHABLE) for command in ("list", "crawl", "db upgrade", "verify")),
        ("forget", told.url("/story/2"), "--yes"),
        ("prune", "--snapshots-older-than", "2020-01-01", "--dry-run"),
        ("sources remove", told.url("/feed.xml"), "--yes"),
    ):
        told.give(*map(str, words))
    told.ended["kliping open"] = [
        told.user.run(
            "open", "1", "--snapshot", env={"TMPDIR": str(home / "out"), "BROWSER": "true"}
        )
    ]


def _serve(told: Told) -> None:
    """What a reader gets of the reading room, as the output of the command."""
    paths = ("", "articles/1", "sources", "sources/1", "runs", "desk", "api/v1/sources/1")
    with told.user.running("serve", "--port", "0", "--write") as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        address = line.split()[-1]
        pages = [httpx.get(address + path, trust_env=False, timeout=30).text for path in paths]
        process.terminate()
        out, err = process.communicate(timeout=30)
    told.ended["kliping serve"] = [Ended(process.returncode, out + "".join(pages), line + err)]


def secret_of(request: Request) -> set[str]:
    return {
        part for _, value in request.headers for part in re.split("[; ]+", value) if HUSH in part
    }


def pieces_of(path: Path) -> Iterator[bytes]:
    """What a file holds, unpacked."""
    content = path.read_bytes()
    yield content
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            packed = [archive.read(name) for name in archive.namelist()]
        yield from packed
    else:
        packed = [content]
    for each in packed:
        if each.startswith(b"\x1f\x8b"):
            with gzip.open(io.BytesIO(each)) as whole:
                yield whole.read()


def test_every_command_met_them(told: Told) -> None:
    assert told.ended.keys() == COMMANDS.keys() - {"kliping demo"}


def test_every_way_to_notify_met_them(told: Told) -> None:
    shown = told.ended["kliping health"][-1].out
    assert all(f"[notices.{way}]" in shown for way in ("mail", "command", "webhook"))


def test_they_were_sent_where_they_belong(told: Told) -> None:
    wanted = {f"{HUSH}-header", f"sid={HUSH}-cookie", f"file={HUSH}-file"}
    assert any(wanted <= secret_of(request) for request in told.server.requests)
    sent = {part for request in told.server.requests for part in secret_of(request)}
    assert not any("login" in part or "answer" in part for part in sent)


@each_row("command", sorted(COMMANDS.keys() - {"kliping demo"}))
def test_no_command_tells_one(told: Told, command: str) -> None:
    for ended in told.ended[command]:
        # What a person looks for is repeated to him.
        assert HUSH not in ended.out + ended.err.replace(f"search {HUSH}", "")


def test_no_file_holds_one(told: Told) -> None:
    given = {"kliping.toml", "cookies.txt"}
    files = [path for path in told.user.home.rglob("*") if path.is_file()]
    assert len(files) > 15
    holding = [
        path.name
        for path in files
        if path.name not in given and any(HUSH.encode() in piece for piece in pieces_of(path))
    ]
    assert holding == []


def test_no_stored_page_holds_one(told: Told) -> None:
    engine = open_engine(told.user.db)
    library = Library(engine)
    pages = [library.load_response(one) for one in listed_ids(engine)]
    assert len(pages) >= 2
    assert load_info(engine).articles == len(pages)
    for page in filter(None, pages):
        assert HUSH not in f"{page.url} {page.headers}"
        assert HUSH.encode() not in page.body
    engine.dispose()


def test_no_process_shows_one(tmp_path: Path) -> None:
    """The readers of hostile bytes hold no secret either: not in their arguments, not in what they
    inherit."""
    place = str(postgres().fresh()).replace("postgres@", f"postgres:{HUSH}@")
    user = Kliping(tmp_path, QUICK + ACCESS)
    (tmp_path / "cookies.txt").write_text(COOKIES)
    (tmp_path / "cookies.txt").chmod(0o600)
    env = {**PROXIES, "KLIPING_DB": place, "PGPASSWORD": HUSH, "SOME_TOKEN": HUSH}
    with Server() as server:
        server.routes |= {"/story/1": reply(story(1)), "/last": silent()}
        server.routes["/feed.xml"] = feed([server.url("/story/1"), server.url("/last")])
        assert user.run("sources", "add", server.url("/feed.xml"), env=env).code == 0
        with user.running("crawl", "--log-json", env=env) as process:
            while "/last" not in server.targets() and process.poll() is None:
                os.sched_yield()
            arguments = Path(f"/proc/{process.pid}/cmdline").read_bytes()
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            shown = [
                Path(f"/proc/{child}/{what}").read_bytes()
                for child in children
                for what in ("cmdline", "environ")
            ]
    assert HUSH.encode() not in arguments
    assert len(shown) >= 2
    assert any(b"scraper.isolation.worker" in each for each in shown)
    assert [each for each in shown if HUSH.encode() in each] == []


@pytest.mark.parametrize("command", ["list", "crawl", "verify", "sources list", "db info"])
def test_no_traceback_shows_one(tmp_path: Path, command: str) -> None:
    env = {"KLIPING_DB": UNREACHABLE, "KLIPING_DEBUG": "1", "PGPASSWORD": HUSH}
    ended = Kliping(tmp_path).run(*command.split(), env=env)
    assert "Traceback" in ended.err
    assert HUSH not in ended.out + ended.err


@each_row(
    ("given", "shown"),
    [
        *((address, None) for address in MALFORMED),
        (f"https://{LOGIN}@example.org/a?b=c@d", "https://…@example.org/a?b=c@d"),
        (f"https://{HUSH}@example.org", "https://…@example.org"),
        ("https://example.org/@ann/story", "https://example.org/@ann/story"),
        ("https://example.org:8080/@ann", "https://example.org:8080/@ann"),
        ("https://example.org:/@ann", "https://example.org:/@ann"),
        ("https://[::1]:80/@ann", "https://[::1]:80/@ann"),
        ("https://example.org:443/a:b", "https://example.org:443/a:b"),
        ("ann", "ann"),
        *(
            (form.format(LOGIN), None)
            for form in (
                '"https://{}@example.org/feed"',
                "<https://{}@example.org/feed>",
                "https//{}@example.org/feed",
                "h ttps://{}@example.org/feed",
                "\ufeffhttps://{}@example.org/",
                "\u200bhttps://{}@example.org/",
                "http\uff1a//{}@example.org/",
                "http;//{}@example.org/",
                "url=http://{}@example.org/",
                "https://{}\uff20example.org/",
                "https://{}\ufe6bexample.org/",
                "https://{}%40example.org/",
            )
        ),
        (f'"https://{HUSH}@example.org', '"https://…@example.org'),
        (f"http://ann:99999/{HUSH}@example.org/", "http://…@example.org/"),
    ],
)
def test_a_login_is_hidden_and_nothing_else(given: str, shown: str | None) -> None:
    hidden = hide_userinfo(given)
    assert HUSH not in hidden
    assert shown is None or hidden == shown


def test_an_address_is_kept_without_its_login() -> None:
    assert parse_address(f"https://{LOGIN}@example.org/a") == "https://example.org/a"

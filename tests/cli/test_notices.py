"""Notices: by mail, by a command, by a webhook; each hit once, and none lost."""

from __future__ import annotations

import json
import os
import socket
import ssl
import stat
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from commands.notices import delivery
from commands.notices import mail as mailing
from commands.notices.message import Message
from commands.settings.notices import MailChannel
from scraper.clock import SystemClock
from storage import outbox
from storage.database.engine import open_engine, reading, writing
from storage.database.places import parse_place
from storage.models import Alarm, Notice
from storage.outbox import Outbox
from tests.cli.conftest import QUICK
from tests.cli.newspaper import story
from tests.cli.receivers import free_port, mail_server, web_server
from tests.cli.running import Ended, Kliping, RunHere
from tests.cli.test_health import fill
from tests.fetch.test_tls import PEM
from tests.postgres import postgres
from tests.servers import Behaviour, Server, drop, endless, raw, reply, silent
from tests.tables import each_row

HUSH = "hush-hush"
MAIL = """
[notices.mail]
host = "127.0.0.1"
port = {port}
encryption = "none"
from = "Kliping <kliping@example.org>"
to = ["ann@example.org", "bo@example.org"]
"""
HOOK = """
[notices.webhook]
url = "http://127.0.0.1:{port}/hook/hush-hush?token=hush-hush"
allow_private = true
headers = {{ Authorization = "Bearer hush-hush" }}
"""
KEYS = ["id", "kind", "made_at", "watch", "title", "text", "items"]
TAKE = """#!{python}
import os, signal, sys
data = sys.stdin.read()
with open({log!r}, "a") as log:
    log.write(data)
    log.flush()
{then}
"""


def command(user: Kliping, then: str = "") -> Path:
    """Sets the user's channel to a program that keeps what it is given, a line each. The file."""
    log = user.home / "told.jsonl"
    program = user.home / "take.py"
    program.write_text(TAKE.format(python=sys.executable, log=str(log), then=then))
    program.chmod(0o700)
    run = json.dumps(["./take.py", HUSH])  # beside the settings
    user.config = f"{QUICK}[notices.command]\nrun = {run}\n"
    return log


@pytest.fixture
def kliping(kliping: Kliping) -> Kliping:
    """One whose settings nobody else reads."""
    (kliping.home / "kliping.toml").touch(0o600)
    return kliping


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest, kliping: Kliping) -> str:
    return str(kliping.db if request.param == "sqlite" else postgres().fresh())


@pytest.fixture
def file(kliping: Kliping, run_here: RunHere, server: Server) -> Callable[..., str]:
    """Files a story by its number; its address."""

    def fetch(number: int, db: str = "", **how: str) -> str:
        server.routes[f"/{number}"] = reply(story(number, **how))
        url = server.url(f"/{number}")
        assert run_here(kliping, "fetch", "-q", "--db", db or kliping.db, url).code == 0
        return url

    return fetch


def waiting(place: object) -> list[tuple[str, str | None]]:
    engine = open_engine(parse_place(str(place)))
    with reading(engine) as session:
        rows = session.execute(select(Notice.channel, Notice.problem).order_by(Notice.id)).all()
    engine.dispose()
    return [(channel, problem) for channel, problem in rows]


def test_a_mail_a_watch_once(
    kliping: Kliping, run_here: RunHere, file: Callable[..., str], db: str
) -> None:
    with mail_server() as box:
        kliping.config = QUICK + MAIL.format(port=box.port)
        run_here(kliping, "watch", "add", "-q", "--db", db, "harbour")
        for number in (1, 2):
            url = file(number, db, title=f"Überraschung am Hafen {number} \x1b[31m")
        assert run_here(kliping, "watch", "run", "--notify", "--db", db) == Ended(0, "", "")
        (mail,) = box.mails
        assert box.recipients == ["ann@example.org", "bo@example.org"]
        assert mail["Subject"] == "kliping: harbour: 2 new articles"
        assert mail["From"] == "Kliping <kliping@example.org>"
        text = mail.get_content()
        assert "Überraschung am Hafen 2" in text
        assert url in text
        assert "\x1b" not in text
        assert mail["Message-ID"].endswith("@kliping.invalid>")
        assert run_here(kliping, "watch", "run", "--notify", "--db", db) == Ended(0, "", "")
        assert len(box.mails) == 1
        assert run_here(kliping, "watch", "run", "--db", db).out == ""
        assert waiting(db) == []


def test_a_webhook_gets_json(
    kliping: Kliping, run_here: RunHere, file: Callable[..., str], db: str
) -> None:
    with web_server() as hook:
        kliping.config = QUICK + HOOK.format(port=hook.port)
        run_here(kliping, "watch", "add", "-q", "--db", db, "harbour")
        run_here(kliping, "watch", "add", "-q", "--db", db, "--edits", "--name", "e")
        url = file(1, db)
        file(1, db, title="The harbour council is overruled by the mayor")
        assert run_here(kliping, "watch", "run", "--notify", "--db", db) == Ended(0, "", "")
    articles, edits = hook.posts
    assert list(articles) == list(edits) == KEYS
    assert (articles["kind"], articles["watch"]) == ("articles", "harbour")
    assert [one["url"] for one in articles["items"]] == [url]
    assert (edits["kind"], edits["items"][0]["kinds"]) == ("edits", ["headline"])
    assert edits["text"].startswith("kliping: e: 1 new edit\n\nThe harbour council is overruled")
    method, target, headers = hook.requests[0]
    assert (method, target) == ("POST", f"/hook/{HUSH}?token={HUSH}")
    assert headers["Content-Type"] == "application/json"
    assert headers["Authorization"] == f"Bearer {HUSH}"
    assert headers["Idempotency-Key"] == f'"{articles["id"]}"'


def test_a_channel_that_is_down_keeps_its_notices(
    kliping: Kliping, run_here: RunHere, file: Callable[..., str], db: str
) -> None:
    port, mail_port = free_port(), free_port()
    kliping.config = QUICK + MAIL.format(port=mail_port) + HOOK.format(port=port)
    run_here(kliping, "watch", "add", "-q", "--db", db, "harbour")
    file(1, db)
    down = run_here(kliping, "watch", "run", "--notify", "--db", db)
    assert (down.code, down.out) == (0, "")
    assert down.errors == [
        f"kliping: [notices.mail]: 1 notice waits: 127.0.0.1:{mail_port}: connection refused; "
        "kept, and sent by a later run",
        "kliping: [notices.webhook]: 1 notice waits: 127.0.0.1: connection refused; "
        "kept, and sent by a later run",
    ]
    assert run_here(kliping, "watch", "run", "--notify", "--db", db) == Ended(0, "", "")  # told
    health = run_here(kliping, "health", "--json", "--db", db)
    mail, hook = health.objects
    assert (health.code, mail["alarm"], mail["kind"], mail["source_id"]) == (
        0, False, "notices", None,
    )  # fmt: skip
    assert mail["detail"] == f"1 notice waits: 127.0.0.1:{mail_port}: connection refused"
    assert hook["source"] == "[notices.webhook]"
    assert "mend [notices.webhook] in kliping.toml" in hook["how"]
    assert datetime.fromisoformat(hook["since"]) <= SystemClock().now()
    assert HUSH not in down.err + health.out
    with web_server(port) as back:
        file(2, db)
        run_here(kliping, "watch", "run", "--notify", "--db", db)
        assert [[one["id"] for one in post["items"]] for post in back.posts] == [[1], [2]]
    with mail_server(mail_port) as box:
        run_here(kliping, "health", "--notify", "--db", db)  # sends whatever waits
        assert len(box.mails) == 2
        assert {mail["Message-ID"][1:33] for mail in box.mails} == {
            post["id"] for post in back.posts
        }
    assert run_here(kliping, "health", "--json", "--db", db).out == ""


def test_one_that_is_refused_holds_up_no_other(
    kliping: Kliping, run_here: RunHere, file: Callable[..., str]
) -> None:
    log = command(kliping, "sys.exit('harbour' in data)")
    run_here(kliping, "watch", "add", "-q", "harbour")
    run_here(kliping, "watch", "add", "-q", "--name", "second", "council")
    file(1)
    refused = run_here(kliping, "watch", "run", "--notify", "harbour")
    assert (refused.code, len(refused.errors)) == (0, 1)
    assert "1 notice waits: " in refused.err
    assert "ended with 1; " in refused.err
    assert HUSH not in refused.err
    command(kliping, 'sys.exit(\'"watch": "harbour"\' in data)')
    assert run_here(kliping, "watch", "run", "--notify") == Ended(0, "", "")
    told = [json.loads(line) for line in log.read_text().splitlines()]
    assert [one["watch"] for one in told] == ["harbour", "harbour", "second"]
    assert told[0]["id"] == told[1]["id"]
    assert len(waiting(kliping.db)) == 1
    command(kliping)
    run_here(kliping, "watch", "run", "--notify")
    assert waiting(kliping.db) == []


def test_an_alarm_is_told_when_it_begins_and_when_it_ends(
    kliping: Kliping, run_here: RunHere
) -> None:
    fill(kliping, a=0, b=9)
    with web_server() as hook:
        kliping.config = QUICK + HOOK.format(port=hook.port)
        first = run_here(kliping, "health", "-q", "--notify")
        assert first == Ended(7, "", "")
        assert run_here(kliping, "health", "-q", "--notify").code == 7
        (began,) = hook.posts
        (alarm,) = began["items"]
        assert (began["kind"], began["watch"]) == ("alarms", None)
        assert began["title"] == "kliping: b.example: blocks us"
        assert list(alarm) == ["event", "source", "source_id", "host", "kind", "since", "detail",
                               "examples", "ended_at"]  # fmt: skip
        assert (alarm["event"], alarm["kind"], alarm["ended_at"]) == ("began", "blocked", None)
        assert run_here(kliping, "health", "--notify").out.startswith("b.example\tblocked\t")
        assert len(hook.posts) == 1
        run_here(kliping, "sources", "disable", "b.example")
        run_here(kliping, "health", "-q", "--notify")
        ended = hook.posts[1]["items"][0]
        assert (ended["event"], ended["kind"], ended["source"]) == ("ended", "blocked", "b.example")
        assert ended["ended_at"] is not None
        assert hook.posts[1]["title"] == "kliping: b.example: over: blocks us"
        run_here(kliping, "health", "-q", "--notify")
        assert len(hook.posts) == 2


@pytest.mark.parametrize(("days", "events"), [(6, ["ended"]), (8, [])])
def test_an_alarm_that_nobody_heard_of_is_told_as_over_for_a_week(
    kliping: Kliping, run_here: RunHere, days: int, events: list[str]
) -> None:
    fill(kliping, b=9)
    run_here(kliping, "health")
    run_here(kliping, "sources", "disable", "b.example")
    run_here(kliping, "health")
    engine = open_engine(kliping.db)
    with writing(engine) as session:
        session.execute(update(Alarm).values(cleared_at=SystemClock().now() - timedelta(days=days)))
    engine.dispose()
    log = command(kliping)
    run_here(kliping, "health", "-q", "--notify")
    told = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    assert [item["event"] for one in told for item in one["items"]] == events


def test_killed_between_sending_and_noting_it_comes_twice_with_one_id(
    kliping: Kliping, run_here: RunHere, file: Callable[..., str]
) -> None:
    log = command(kliping, "os.kill(os.getppid(), signal.SIGKILL)")
    run_here(kliping, "watch", "add", "-q", "harbour")
    file(1)
    assert kliping.run("watch", "run", "--notify").code == -9
    assert waiting(kliping.db) == [("command", None)]
    command(kliping)
    assert kliping.run("watch", "run", "--notify").code == 0
    assert len(log.read_text().splitlines()) == 1  # as far as others know it is being sent
    later(kliping)
    assert kliping.run("watch", "run", "--notify").code == 0
    first, second = map(json.loads, log.read_text().splitlines())
    assert first == second
    assert waiting(kliping.db) == []


def later(user: Kliping) -> None:
    """As if what was being sent had been so for two minutes."""
    engine = open_engine(user.db)
    with writing(engine) as session:
        session.execute(update(Notice).values(due_at=Notice.made_at))
    engine.dispose()


def test_what_another_run_is_sending_is_left_to_it(kliping: Kliping) -> None:
    kliping.make_archive()
    engine, now = open_engine(kliping.db), SystemClock().now()
    with writing(engine) as session:
        assert outbox.put(session, ["mail"], outbox.NoticeKind.EDITS, [*range(60)], now)
    box = Outbox(engine)
    taken = [box.take("mail", now) for _ in range(3)]
    assert [len(one.items) if one else None for one in taken] == [50, 10, None]
    assert taken[0] is not None
    assert box.take("mail", now + outbox.SENDING) == taken[0]
    box.put_back(taken[0], "no", now)
    assert [(one.count, one.problem) for one in box.waiting()] == [(2, "no")]
    engine.dispose()


def test_where_too_many_wait_the_watch_stays_where_it_is(
    kliping: Kliping,
    run_here: RunHere,
    file: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outbox, "MOST_WAITING", 1)
    command(kliping, "sys.exit(3)")
    run_here(kliping, "watch", "add", "-q", "harbour")
    file(1)
    run_here(kliping, "watch", "run", "--notify")
    file(2)
    full = run_here(kliping, "watch", "run", "--notify")
    assert (full.code, "harbour: not sent yet, as" in full.err) == (0, True)
    log = command(kliping)
    log.unlink()
    for _ in range(2):
        run_here(kliping, "watch", "run", "--notify")
    told = [json.loads(line) for line in log.read_text().splitlines()]
    assert [[item["id"] for item in one["items"]] for one in told] == [[1], [2]]


def test_what_is_forgotten_is_told_nobody(
    kliping: Kliping, run_here: RunHere, file: Callable[..., str]
) -> None:
    command(kliping, "sys.exit(1)")
    run_here(kliping, "watch", "add", "-q", "harbour")
    for number in (1, 2):
        file(number)
        run_here(kliping, "watch", "run", "--notify")
    log = command(kliping)
    log.unlink()
    assert run_here(kliping, "forget", "1", "--yes").code == 0
    run_here(kliping, "watch", "run", "--notify")
    (told,) = map(json.loads, log.read_text().splitlines())
    assert [item["id"] for item in told["items"]] == [2]
    assert waiting(kliping.db) == []


def test_a_channel_that_is_taken_out_takes_its_notices_along(
    kliping: Kliping, run_here: RunHere, file: Callable[..., str]
) -> None:
    kliping.config = QUICK + MAIL.format(port=free_port())
    run_here(kliping, "watch", "add", "-q", "harbour")
    file(1)
    run_here(kliping, "watch", "run", "--notify")
    command(kliping)
    ended = run_here(kliping, "watch", "run", "--notify")
    assert ended.errors == [
        "kliping: 1 notice for [notices.mail] dropped: kliping.toml has no such section any more"
    ]
    assert waiting(kliping.db) == []


@each_row(
    ("status", "headers", "said"),
    [
        (302, {"Location": "http://127.0.0.1:1/x"}, "HTTP 302, a redirect, which is not followed"),
        (500, {}, "127.0.0.1: HTTP 500"),
        (404, {}, "127.0.0.1: HTTP 404"),
        (422, {}, "127.0.0.1: HTTP 422"),
    ],
)
def test_what_a_webhook_may_answer(
    tmp_path_factory: pytest.TempPathFactory,
    run_here: RunHere,
    server: Server,
    status: int,
    headers: dict[str, str],
    said: str,
) -> None:
    user = Kliping(tmp_path_factory.mktemp("user"), QUICK)
    with web_server() as hook:
        user.config = QUICK + HOOK.format(port=hook.port)
        _one_hit(user, run_here, server)
        hook.status, hook.headers = status, headers
        ended = run_here(user, "watch", "run", "--notify")
        assert (ended.code, ended.out) == (0, "")
        assert said in ended.err
        assert HUSH not in ended.err
        assert len(hook.requests) == 1  # no redirect was followed, nothing sent twice


def _one_hit(user: Kliping, run_here: RunHere, server: Server) -> None:
    run_here(user, "watch", "add", "-q", "harbour")
    server.routes["/1"] = reply(story(1))
    assert run_here(user, "fetch", "-q", server.url("/1")).code == 0


@each_row(
    ("behaviour", "said"),
    [
        (silent(), "no answer within 0.5 s"),
        (raw(*[b"HTTP/1.1 200 OK\r\nX: "] + [b"y"] * 100, every=0.05), "no answer within 0.5 s"),
        (drop(), "closed without an answer"),
        (raw(b"\x00\x01\x02\r\n\r\n"), "not a valid HTTP answer"),
        (endless(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 9000), ""),  # nobody reads on
    ],
)
def test_a_hostile_webhook(
    tmp_path_factory: pytest.TempPathFactory,
    run_here: RunHere,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    behaviour: Behaviour,
    said: str,
) -> None:
    monkeypatch.setattr("commands.notices.webhook.TIME_LIMIT", 0.5)
    user = Kliping(tmp_path_factory.mktemp("user"), QUICK + HOOK.format(port=server.port))
    server.routes[f"/hook/{HUSH}"] = behaviour
    _one_hit(user, run_here, server)
    ended = run_here(user, "watch", "run", "--notify")
    assert (ended.code, ended.out, HUSH in ended.err) == (0, "", False)
    assert said in ended.err
    assert bool(said) == bool(waiting(user.db))


def test_a_webhook_passes_the_guard(kliping: Kliping, run_here: RunHere, server: Server) -> None:
    with web_server() as hook:
        for url in (f"https://127.0.0.1:{hook.port}/", f"https://localhost:{hook.port}/{HUSH}"):
            kliping.config = f'{QUICK}[notices.webhook]\nurl = "{url}"\n'
            _one_hit(kliping, run_here, server)
            run_here(kliping, "watch", "run", "--notify")
            (told,) = run_here(kliping, "health", "--json").objects
            assert "127.0.0.1, a forbidden address (loopback" in told["detail"]
            assert "allow_private in [notices.webhook] opens it" in told["detail"]
            assert HUSH not in told["detail"]
        assert hook.requests == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_mail_server_that_wants_a_login(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    secret = kliping.home / "mail secret"
    secret.write_text(f"{HUSH}\nand more\n")
    secret.chmod(0o600)
    login = 'user = "ann"\npassword_file = "mail secret"\n'
    with mail_server(login=("ann", HUSH)) as box:
        kliping.config = QUICK + MAIL.format(port=box.port) + login
        _one_hit(kliping, run_here, server)
        secret.write_text("wrong\n")
        refused = run_here(kliping, "watch", "run", "--notify")
        assert "it refuses user or password (SMTP 535)" in refused.err
        secret.write_text(f"{HUSH}\nand more\n")
        box.answer = f"554 no {HUSH}"
        run_here(kliping, "watch", "run", "--notify")
        assert "SMTP 554: no …" in run_here(kliping, "health").out
        box.answer = "250 OK"
        assert run_here(kliping, "watch", "run", "--notify") == Ended(0, "", "")
        assert len(box.mails) == 1
        secret.chmod(0o644)
        open_to_all = run_here(kliping, "watch", "run", "--notify")
        assert (open_to_all.code, f"chmod 600 '{secret}'" in open_to_all.err) == (2, True)
        secret.unlink()
        missing = run_here(kliping, "watch", "run", "--notify")
        assert (missing.code, len(missing.errors)) == (2, 1)


def test_a_mail_server_without_encryption_gets_nothing_where_it_is_asked_for(
    kliping: Kliping, run_here: RunHere, server: Server
) -> None:
    with mail_server() as box:
        config = QUICK + MAIL.format(port=box.port)
        kliping.config = config.replace('encryption = "none"', 'encryption = "starttls"')
        _one_hit(kliping, run_here, server)
        ended = run_here(kliping, "watch", "run", "--notify")
        assert "it does not offer what is asked for: STARTTLS" in ended.err
        kliping.config = config.replace('encryption = "none"', 'encryption = "tls"')
        assert run_here(kliping, "watch", "run", "--notify").code == 0
        assert box.mails == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@each_row("encryption", ["starttls", "tls"])
def test_a_mail_server_with_encryption(
    tmp_path_factory: pytest.TempPathFactory,
    run_here: RunHere,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    encryption: str,
) -> None:
    """The certificate is for a name."""
    look_up = socket.getaddrinfo

    def resolve(host: str, *more: Any, **how: Any) -> Any:
        return look_up("127.0.0.1" if host == "news.test" else host, *more, **how)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(PEM)
    with mail_server(login=("ann", HUSH), tls=tls, from_the_start=encryption == "tls") as box:
        config = MAIL.format(port=box.port).replace('"none"', f'"{encryption}"')
        config = config.replace("127.0.0.1", "news.test")
        login = f'user = "ann"\npassword = "{HUSH}"\n'
        user = Kliping(tmp_path_factory.mktemp("user"), QUICK + config + login)
        (user.home / "kliping.toml").touch(0o600)
        _one_hit(user, run_here, server)
        refused = run_here(user, "watch", "run", "--notify")
        assert "its certificate is not valid (" in refused.err
        trusted = {"SSL_CERT_FILE": str(PEM)}
        assert run_here(user, "watch", "run", "--notify", env=trusted) == Ended(0, "", "")
        assert len(box.mails) == 1


def test_no_more_than_so_many_a_run(
    kliping: Kliping,
    run_here: RunHere,
    file: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(delivery, "MOST_SENT", 2)
    log = command(kliping)
    for name in "abc":
        run_here(kliping, "watch", "add", "-q", "harbour", "--name", name)
    file(1)
    assert run_here(kliping, "watch", "run", "--notify") == Ended(0, "", "")
    assert len(log.read_text().splitlines()) == 2
    (rest,) = run_here(kliping, "health", "--json").objects
    assert (rest["detail"], rest["how"]) == (
        "1 notice waits", "each run with --notify sends what waits",
    )  # fmt: skip
    run_here(kliping, "watch", "run", "--notify")
    assert waiting(kliping.db) == []


def test_what_hangs_is_given_up(
    kliping: Kliping, run_here: RunHere, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commands.notices.command.TIME_LIMIT", 0.2)
    command(kliping, "import time; time.sleep(600)")
    _one_hit(kliping, run_here, server)
    ended = run_here(kliping, "watch", "run", "--notify")
    assert (ended.code, "did not end within 0.2 s" in ended.err) == (0, True)
    monkeypatch.setattr(mailing, "TIME_LIMIT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        kliping.config = QUICK + MAIL.format(port=mute.getsockname()[1])
        run_here(kliping, "watch", "add", "-q", "mole", "--name", "m")
        server.routes["/2"] = reply(story(2))
        run_here(kliping, "fetch", "-q", server.url("/2"))
        ended = run_here(kliping, "watch", "run", "--notify", "m")
        assert (ended.code, "it was not done within 0.2 s" in ended.err) == (0, True)


def test_a_program_that_is_not_there(kliping: Kliping, run_here: RunHere, server: Server) -> None:
    kliping.config = f'{QUICK}[notices.command]\nrun = ["/nowhere/tell", "{HUSH}"]\n'
    _one_hit(kliping, run_here, server)
    ended = run_here(kliping, "watch", "run", "--notify")
    assert "tell: cannot be run: No such file or directory" in ended.err
    assert HUSH not in ended.err


WRONG = {
    "[notices]\nmail = 1": "notices must be sections",
    "[notices.mall]": "the nearest known one is [notices.mail]",
    "[notices.mail]": "host is missing",
    MAIL.format(port=0): "port is not right",
    MAIL.format(port='"x"'): "port is not right",
    MAIL.format(port=25) + 'encryption_ = "x"': "the nearest known one is 'encryption'",
    MAIL.format(port=25) + f'password = "{HUSH}"': "both user and password",
    MAIL.format(port=25) + f'user = "a"\npassword = "{HUSH}"\npassword_file = "x"': "either",
    MAIL.format(port=25).replace("127.0.0.1", "a.example") + f'user = "a"\npassword = "{HUSH}"':
        "where there is a password",
    MAIL.format(port=25).replace("ann@example.org", "ann"): "to is not right",
    MAIL.format(port=25).replace("ann@example.org", "ann@example.org\\nBcc: x@y.z"): "to is not",
    MAIL.format(port=25).replace("Kliping <", "<<"): "from is not right",
    "[notices.command]\nrun = []": "run is not right",
    f'[notices.command]\nrun = "{HUSH}"': "run is not right",
    f'[notices.webhook]\nurl = "{HUSH}"': "url is not right",
    f'[notices.webhook]\nurl = "http://a.example/{HUSH}"': "https://",
    f'[notices.webhook]\nurl = "https://ann:{HUSH}@a.example/"': "without a login",
    f'[notices.webhook]\nurl = "https://a.example/"\nheaders = {{ "{HUSH}:" = "x" }}': "headers",
    '[notices.webhook]\nurl = "https://a.example/"\nallow_private = 1': "true or false",
}  # fmt: skip


@each_row(("config", "said"), WRONG.items())
def test_wrong_settings(
    tmp_path_factory: pytest.TempPathFactory, run_here: RunHere, config: str, said: str
) -> None:
    user = Kliping(tmp_path_factory.mktemp("user"), config)
    user.make_archive()
    for words in (("watch", "run", "--notify"), ("list",)):
        ended = run_here(user, *words)
        assert (ended.code, ended.out, len(ended.errors)) == (2, "", 1)
        assert said in ended.err
        assert HUSH not in ended.err


def test_wrong_options(kliping: Kliping, run_here: RunHere, file: Callable[..., str]) -> None:
    run_here(kliping, "watch", "add", "-q", "harbour")
    file(1)
    for words in ("watch run --notify", "health --notify"):
        none = run_here(kliping, *words.split())
        assert (none.code, none.out, len(none.errors)) == (2, "", 1)
        assert "[notices.mail]" in none.err
    log = command(kliping)
    for more in (("--json",), ("--atom", "x.atom")):
        both = run_here(kliping, "watch", "run", "--notify", *more)
        assert (both.code, "exclude each other" in both.err) == (2, True)
    assert not log.exists()
    assert run_here(kliping, "watch", "run").out.startswith("harbour:")  # nothing was told


def test_a_file_of_secrets_that_others_can_read_is_told(
    kliping: Kliping, run_here: RunHere
) -> None:
    kliping.config = QUICK + HOOK.format(port=1)
    run_here(kliping, "watch", "add", "-q", "x")
    path = kliping.home / "kliping.toml"
    path.chmod(0o644)
    assert "it holds secrets: chmod 600" in run_here(kliping, "watch", "run", "--notify").err
    path.chmod(stat.S_IRUSR | stat.S_IWUSR)
    assert run_here(kliping, "watch", "run", "--notify").err == ""


def test_a_title_of_many_letters_makes_a_mail() -> None:
    channel = MailChannel(host="h", port=25, encryption="none", sender="a@b.c", to=("d@e.f",))
    values: dict[str, Any] = {}
    message = Message(key="k" * 32, made_at=SystemClock().now(), title="ü" * 500, text="x" * 5000,
                      values=values)  # fmt: skip
    sent = mailing.make_mail(channel, message).as_bytes()
    assert max(map(len, sent.splitlines())) < 999
    assert os.linesep.encode() in sent

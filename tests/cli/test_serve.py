"""``kliping serve``, as a process of its own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.cli.running import Kliping, RunHere
from tests.web.rooms import fill


@pytest.fixture
def morgue(kliping: Kliping) -> Kliping:
    fill(kliping.db)
    return kliping


@contextmanager
def serving(user: Kliping, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process, and the line that it prints."""
    with user.running("serve", "--port", "0", *options) as process:
        assert process.stderr is not None
        yield process, process.stderr.readline()


def address_in(line: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+/\S*", line)
    assert found, line
    return found[0]


def get(url: str, **headers: str) -> httpx.Response:
    return httpx.get(url, headers=headers, trust_env=False, timeout=30)


def test_one_line_says_where(morgue: Kliping) -> None:
    with serving(morgue) as (process, line):
        assert re.fullmatch(
            rf"Serving {re.escape(str(morgue.db))} at http://127\.0\.0\.1:\d+/\n", line
        )
        assert "Bridge closed for nineteen weeks" in get(address_in(line)).text
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=30)
        assert (process.returncode, out, err) == (143, "", "")


def test_behind_a_proxy_at_a_path(morgue: Kliping) -> None:
    options = ("--root-path", "/kliping/", "--allow-host", "news.example.org")
    with serving(morgue, *options) as (_, line):
        address = address_in(line)
        assert address.endswith("/kliping/")
        bare = address.removesuffix("kliping/")
        for url in (address, bare):  # a proxy may leave the path in, or take it off
            answer = get(url, host="news.example.org")
            assert answer.status_code == 200
            links = re.findall(r'(?:href|src|action)="(/[^"]*)"', answer.text)
            assert links
            assert all(link.startswith("/kliping/") for link in links)
        assert get(f"{address}static/style.css").status_code == 200
        assert get(address, host="other.example.org").status_code == 421


def test_a_port_that_is_taken(kliping: Kliping, run_here: RunHere) -> None:
    kliping.make_archive()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run_here(kliping, "serve", "--port", port)
    assert (ended.code, len(ended.errors)) == (2, 1)
    assert f"cannot listen on 127.0.0.1, port {port}" in ended.err
    assert "--port 0 picks a free one" in ended.err


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--port", "70000"), "--port"),
        (("--host", "no such host"), "name an address of this machine"),
        (("--host", "192.0.2.1"), "cannot listen on 192.0.2.1"),
        (("--root-path", "kliping"), "write a path such as /kliping"),
        (("--root-path", "/a b"), "write a path such as /kliping"),
        (("--allow-private",), "--allow-private belongs to --write"),
        (("--write", "--port", "0", "--host", "0.0.0.0"), "`kliping config password` makes one"),
    ],
)
def test_what_makes_no_sense(
    kliping: Kliping, run_here: RunHere, options: tuple[str, ...], told: str
) -> None:
    kliping.make_archive()
    ended = run_here(kliping, "serve", *options)
    assert (ended.code, len(ended.errors)) == (2, 1)
    assert told in ended.err


def test_with_write_a_second_line_lets_in_once(morgue: Kliping) -> None:
    with serving(morgue, "--write") as (process, line):
        address = address_in(line)
        assert process.stderr is not None
        second = process.stderr.readline()
        assert second.startswith("Log in, once, at http://127.0.0.1:")
        assert LexborHTMLParser(get(address_in(second)).content).css("input[name=token]")
        form = {"token": address_in(second).partition("token=")[2]}
        headers = {"Origin": address.rstrip("/")}
        codes = [
            httpx.post(f"{address}login", data=form, headers=headers, trust_env=False).status_code
            for _ in range(2)
        ]
        assert codes == [303, 403]


def test_a_password_takes_the_place_of_the_token(morgue: Kliping, run_here: RunHere) -> None:
    made = run_here(morgue, "config", "password", stdin="a good long one\n")
    assert made.code == 0
    assert re.fullmatch(r'password = "scrypt:[\w:-]+"\n', made.out)
    assert "below [serve]" in made.err
    morgue.config = f"[serve]\n{made.out}"
    assert "a good" not in made.out + made.err
    assert run_here(morgue, "config", "check").code == 0
    shown = run_here(morgue, "config", "show").out
    assert "serve.password\t(not shown)\t" in shown
    with serving(morgue, "--write") as (process, line):
        address = address_in(line)
        headers = {"Origin": address.rstrip("/")}
        for password, code in (("a good long on", 403), ("a good long one", 303)):
            answer = httpx.post(
                f"{address}login", data={"password": password}, headers=headers, trust_env=False
            )
            assert answer.status_code == code
        process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=30) == ("", "")


@pytest.mark.parametrize("given", ["", "short\n", "x" * 1001])
def test_no_password(kliping: Kliping, run_here: RunHere, given: str) -> None:
    ended = run_here(kliping, "config", "password", stdin=given)
    assert (ended.code, ended.out, len(ended.errors)) == (2, "", 1)
    assert "nothing was made" in ended.err


@pytest.mark.parametrize(
    "value",
    ['"hunter2-hunter2"', "1", '"scrypt:3:8:1:example-example-:example-example-example-example-"'],
)
def test_a_password_that_is_no_hash_is_refused_and_not_shown(
    kliping: Kliping, run_here: RunHere, value: str
) -> None:
    kliping.config = f"[serve]\npassword = {value}\n"
    ended = run_here(kliping, "config", "check")
    assert ended.code == 2
    assert "[serve] password must be a line that `kliping config password` made" in ended.err
    assert "hunter2" not in ended.err


def test_an_archive_that_was_replaced_is_read_anew(morgue: Kliping, tmp_path: Path) -> None:
    other = Kliping(tmp_path / "other")
    other.home.mkdir()
    other.make_archive()
    with serving(morgue) as (_, line):
        address = address_in(line)
        assert get(f"{address}articles/1").status_code == 200
        for beside in morgue.home.glob("news.db-*"):
            beside.unlink()
        os.replace(other.db, morgue.db)
        assert get(f"{address}articles/1").status_code == 404
        morgue.db.unlink()
        answer = get(f"{address}healthz")
        assert (answer.status_code, answer.json()["title"]) == (503, "The archive cannot be read")
        assert "The archive cannot be read" in get(address).text
        morgue.make_archive()
        assert get(f"{address}healthz").status_code == 200

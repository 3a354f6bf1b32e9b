"""``[sites."example.org"]``: what a subscriber sends to a site, and words for what is wrong."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from commands.settings import Settings
from commands.settings.file import load_config, load_sites
from commands.settings.sites import check_sites, load_credentials
from scraper.errors import ConfigError
from scraper.fetch.credentials import Credentials
from tests.cli.conftest import QUICK
from tests.cli.newspaper import newspaper
from tests.cli.running import Kliping, RunHere
from tests.servers import Server
from tests.tables import each_row

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SECRET = "s3cr3t-t0ken"
COOKIES = "# Netscape HTTP Cookie File\n.example.org\tTRUE\t/\tTRUE\t0\tsid\t{}\n"


def load(home: Path, text: str) -> tuple[Credentials, list[str]]:
    """What a ``kliping.toml`` in ``home``, readable by its owner alone, gives."""
    path = home / "kliping.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return load_credentials(load_sites(path, load_config(path)), path, NOW)


def cookies_file(home: Path, text: str, mode: int = 0o600) -> Path:
    path = home / "cookies.txt"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def sent(credentials: Credentials, url: str) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in credentials.headers_for(url, NOW)}


def test_a_whole_section(tmp_path: Path) -> None:
    cookies_file(tmp_path, COOKIES.format("from-file") + COOKIES.format("x").replace("sid", "more"))
    credentials, warnings = load(
        tmp_path,
        f"""
        [sites."example.org"]
        headers = {{ Authorization = "Bearer {SECRET}", X-Key = "k" }}
        cookies = "sid={SECRET}; other=1"
        cookies_file = "cookies.txt"
        insecure = true
        [sites."www.Beispiel-Köln.de"]
        cookies = "a=b"
        """,
    )
    assert warnings == []
    assert sent(credentials, "https://news.example.org/a") == {
        "Authorization": f"Bearer {SECRET}",
        "X-Key": "k",
        "Cookie": f"sid={SECRET}; more=x; other=1",  # the section's own before the file's
    }
    assert sent(credentials, "http://example.org/")["X-Key"] == "k"
    umlaut = "xn--beispiel-kln-ejb.de"
    assert sent(credentials, f"https://www.{umlaut}/") == {"Cookie": "a=b"}
    assert sent(credentials, f"https://{umlaut}/") == {}
    assert sent(credentials, f"http://www.{umlaut}/") == {}


def test_paths_narrow_a_section(tmp_path: Path) -> None:
    paths = 'paths = ["/news/", "/archive", "/actualités/"]'
    credentials, _ = load(tmp_path, f'[sites."example.org"]\ncookies = "a=b"\n{paths}\n')
    for path in ("news/", "news/a?b=/c", "archive", "archive/1", "actualit%C3%A9s/a"):
        assert sent(credentials, f"https://www.example.org/{path}"), path
    for path in ("", "news", "newsroom", "archives", "account?/news/", "news/../account"):
        assert not sent(credentials, f"https://www.example.org/{path}"), path


def test_no_section_is_nothing(tmp_path: Path) -> None:
    credentials, warnings = load(tmp_path, "[pace]\nmin_delay = 2\n")
    assert (credentials.sites, warnings) == ((), [])
    assert Settings(db=tmp_path, config=None, fetch={}, pace={}).credentials() == Credentials()


@pytest.mark.parametrize(
    "host",
    ["localhost", "127.0.0.1", "[::1]", "a.co.uk", "me.github.io", "medium.com", "anna.medium.com"],
)
def test_a_host_that_is_a_site(tmp_path: Path, host: str) -> None:
    credentials, _ = load(tmp_path, f'[sites."{host}"]\ncookies = "a=b"\n')
    assert sent(credentials, f"https://{host}/") == {"Cookie": "a=b"}


HEAD = '[sites."example.org"]\n'


@each_row(
    ("text", "names"),
    [
        ("sites = 3", ["sites must be sections", '[sites."example.org"]']),
        ("[sites]\nkey = 'x'", ["must be a section", '[sites."example.org"]']),
        ("[sites.example.org]\ncookies = 'a=b'", ["part of a host", "quotation marks"]),
        ('[sites."com"]\n', ["com is no site of its own", "whole name"]),
        ('[sites."co.uk"]\n', ["co.uk is no site of its own"]),
        ('[sites."github.io"]\n', ["github.io is no site of its own"]),
        ('[sites."https://example.org/"]\n', ["is no host", "without https://"]),
        ('[sites."example.org/news"]\n', ["is no host", "path"]),
        ('[sites."example.org:443"]\n', ["is no host"]),
        ('[sites."example.org:8000"]\n', ["is no host"]),
        ('[sites."me@example.org"]\n', ["is no host"]),
        (f'[sites."https://ann:{SECRET}@example.org"]\n', ["is no host", "…@example.org"]),
        (HEAD + f'headers = {{ "Authorization: {SECRET}" = "x" }}', ["'Authorization…' is no"]),
        ('[sites."*.example.org"]\n', ["is no host"]),
        ('[sites." example.org"]\n', ["is no host"]),
        ('[sites."-"]\n', ["is no host"]),
        ('[sites.""]\n', ["is no host"]),
        (HEAD + '[sites."EXAMPLE.org"]\n', ["second section for example.org"]),
        (HEAD + "cookie = 'x'", ["unknown key 'cookie'", "'cookies'"]),
        (HEAD + "Headers = 'x'", ["unknown key 'Headers'", "'headers'"]),
        (HEAD + "cookie_file = 'x'", ["'cookie_file'", "'cookies_file'"]),
        (HEAD + "insecure = 1", ["insecure must be true or false"]),
        (HEAD + f"headers = '{SECRET}'", ["headers must be a table", "Authorization ="]),
        (HEAD + f"headers = ['{SECRET}']", ["headers must be a table", "Authorization ="]),
        (
            HEAD + f"header = {{ X = '{SECRET}' }}",
            ["unknown key 'header'", "'headers'", "insecure"],
        ),
        (HEAD + "[sites.'example.org'.Headers]\nX = '1'", ["unknown key 'Headers'"]),
        (
            HEAD + "headers = {" + ",".join(f"X{n} = '{SECRET}'" for n in range(51)) + "}",
            ["51 of them", "50 are allowed"],
        ),
        (HEAD + f'headers = {{ "X\\u0007Y" = "{SECRET}" }}', [r"'X\x07Y' is no name", "X-Key"]),
        (HEAD + f"headers = {{ 'X Key' = '{SECRET}' }}", ["'X Key' is no name of a header"]),
        (HEAD + f'headers = {{ X = "{SECRET}\\r\\nY: 1" }}', ["'X' must be one line"]),
        (HEAD + f'headers = {{ X = "{SECRET}\\u0000" }}', ["'X' must be one line"]),
        (HEAD + "headers = { X = 12345678 }", ["'X' must be text in quotation marks"]),
        (HEAD + f"headers = {{ X = '{SECRET}', x = '1' }}", ["'x' is there twice"]),
        (HEAD + f"headers = {{ Host = '{SECRET}' }}", ["'Host' cannot be set"]),
        (HEAD + "headers = { user-agent = 'x' }", ["'user-agent' cannot be set", "[fetch]"]),
        (HEAD + f"headers = {{ Cookie = '{SECRET}' }}", ["'Cookie' cannot be set", "cookies_file"]),
        (HEAD + f"cookies = '{SECRET}'", ["cookies:", "name=value"]),
        (HEAD + f"cookies = 'Cookie: a={SECRET}'", ["cookies:", "name=value"]),
        (HEAD + f"cookies = ['{SECRET}']", ["cookies must be text"]),
        (HEAD + "cookies_file = 3", ["cookies_file must be the path of a file"]),
        (HEAD + "cookies_file = ''", ["cookies_file must be the path of a file"]),
        (
            HEAD + "cookies_file = 'no.txt'",
            ["cookies_file", "no.txt cannot be read", "name a file"],
        ),
        (HEAD + "cookies_file = '.'", ["cookies_file", "cannot be read"]),
        (HEAD + "cookies_file = '/dev/zero'", ["/dev/zero is over"]),
        (HEAD + "cookies_file = '/dev/null'", ["/dev/null has no cookie", "Netscape"]),
        (HEAD + "cookies_file = '~nobody-of-that-name/c'", ["home of an unknown user"]),
        (HEAD + "paths = '/news/'", ["paths must be a list", 'paths = ["/news/"]']),
        (HEAD + "paths = []", ["paths must be a list of 1 to 100", "leave the key out"]),
        (HEAD + f"paths = {['/a'] * 101}", ["paths must be a list of 1 to 100"]),
        (HEAD + "paths = [3]", ["paths: what is no text", 'paths = ["/news/"]']),
        (HEAD + "paths = ['news/']", ["paths: 'news/' is no path", "from its first / on"]),
        (HEAD + "paths = ['https://example.org/news/']", ["is no path", "from its first / on"]),
        (HEAD + "paths = ['/news/?a=b']", ["'/news/?a=b' is no path"]),
        (HEAD + "paths = ['/news/*']", ["'/news/*' is no path"]),
        (HEAD + "paths = ['/a/../news/']", ["not in its shortest form", "'/news/'"]),
        (HEAD + "paths = ['/news/%2e%2e/x']", ["not in its shortest form", "'/x'"]),
        (HEAD + "paths = ['//news/']", ["not in its shortest form", "'/news/'"]),
        (HEAD + 'paths = ["/a\\u0007b"]', ["is no path of a web address"]),
        (HEAD + "path = ['/news/']", ["unknown key 'path'", "'paths'"]),
        ("[site]\nx = 1", ["'site'", "[sites]"]),
    ],
)
def test_what_is_wrong_is_named_and_no_value_shown(
    tmp_path: Path, text: str, names: list[str]
) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    message = str(caught.value)
    assert message.startswith(f"{tmp_path / 'kliping.toml'}: ")
    assert message.isprintable()
    assert SECRET not in message
    assert "12345678" not in message
    for name in names:
        assert name in message


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620, 0o601])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    file = cookies_file(tmp_path, COOKIES.format(SECRET), mode)
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, HEAD + "cookies_file = 'cookies.txt'")
    message = str(caught.value)
    assert message.startswith(f"{tmp_path / 'kliping.toml'}: [sites.")
    assert message.endswith(f"it holds secrets; run: chmod 600 {file}")
    assert SECRET not in message


def test_every_command_that_would_send_them_refuses_it(
    tmp_path: Path, run_here: RunHere, server: Server
) -> None:
    user = Kliping(tmp_path, QUICK + HEAD + "cookies_file = 'my cookies.txt'")
    feed = newspaper(server, 1)
    path = cookies_file(tmp_path, COOKIES.format(SECRET)).rename(tmp_path / "my cookies.txt")
    page = server.url("/story/1")
    path.chmod(0o644)
    for command in (["fetch", page], ["sources", "add", feed], ["extract", page]):
        assert run_here(user, *command).code == 2
        assert not user.db.exists()
    path.chmod(0o600)
    assert run_here(user, "sources", "add", feed).code == 0
    path.chmod(0o644)
    server.requests.clear()
    for command in (["crawl", "-q"], ["fetch", page], ["extract", page], ["discover", feed]):
        ended = run_here(user, *command)
        assert (ended.code, ended.out, server.requests) == (2, "", [])
        (line,) = ended.errors
        assert line.endswith(f"; run: chmod 600 '{path}'")
    assert run_here(user, "list").code == 0, "who sends nothing needs none"
    path.chmod(0o600)
    assert run_here(user, "crawl", "-q").code == 0


def test_a_configuration_with_secrets_in_it_is_warned_of(tmp_path: Path) -> None:
    path = tmp_path / "kliping.toml"
    for text, warned in ((HEAD + "cookies = 'a=b'", True), (HEAD + "insecure = true", False)):
        path.write_text(text)
        path.chmod(0o644)
        _, warnings = load_credentials(load_sites(path, load_config(path)), path, NOW)
        assert [str(path) in warning for warning in warnings] == [True] * warned


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        (COOKIES.format("x") + "nonsense\n", "1 line is no cookie (the first is line 3)"),
        ("a\nb\n" + COOKIES.format("x"), "2 lines are no cookie (the first is line 1)"),
        (COOKIES.format("x").replace("example", "other"), "no cookie for example.org in it"),
        (COOKIES.format("x").replace(".example.org", ".org"), "no cookie for example.org in it"),
        (
            COOKIES.format("x").replace("\t0\t", "\t1\t") + COOKIES.format("y"),
            "1 of its 2 cookies for example.org has expired; export anew",
        ),
    ],
)
def test_what_is_odd_about_a_file_of_cookies(tmp_path: Path, text: str, warning: str) -> None:
    file = cookies_file(tmp_path, text)
    _, (line,) = load(tmp_path, HEAD + "cookies_file = 'cookies.txt'")
    assert line.startswith(f"{file}: ")
    assert warning in line


def test_cookies_of_other_sites_in_a_file_are_not_kept(tmp_path: Path) -> None:
    others = COOKIES.format(SECRET).replace("example.org", "bank.test")
    host_only = "www.example.org\tFALSE\t/\tTRUE\t0\tonly\twww\n"
    cookies_file(tmp_path, COOKIES.format("x") + others + host_only)
    credentials, _ = load(tmp_path, '[sites."news.example.org"]\ncookies_file = "cookies.txt"')
    assert [cookie.name for site in credentials.sites for cookie in site.cookies] == ["sid"]
    assert sent(credentials, "https://news.example.org/") == {"Cookie": "sid=x"}
    assert sent(credentials, "https://example.org/") == {}


def test_settings_warn_on_standard_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = cookies_file(tmp_path, COOKIES.format(SECRET) + f"nonsense {SECRET}\n")
    table = tomllib.loads(HEAD + "cookies_file = 'cookies.txt'")["sites"]
    settings = Settings(
        db=tmp_path, config=None, fetch={}, pace={}, sites=check_sites(table, tmp_path / "k.toml")
    )
    assert sent(settings.credentials(), "https://example.org/") == {"Cookie": f"sid={SECRET}"}
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert str(file) in captured.err
    assert SECRET not in captured.err + repr(settings)


OLD, NEW = 1_500_000_000, 4_000_000_000
"""Expired long ago; not for long."""


def cookies(*expiries: float) -> str:
    lines = (f".example.org\tTRUE\t/\tTRUE\t{at:.3f}\tc{n}\tx\n" for n, at in enumerate(expiries))
    return "# Netscape HTTP Cookie File\n" + "".join(lines)


def test_expired_cookies_are_told_once(tmp_path: Path, run_here: RunHere, server: Server) -> None:
    """By the crawls of cron: of each state of the file once, also by one that finds nothing due."""
    config = tmp_path / "own.toml"
    config.write_text(QUICK + HEAD + "cookies_file = 'cookies.txt'")
    file = cookies_file(tmp_path, cookies(NEW, NEW))

    def told_by(*words: object) -> str:
        ended = run_here(Kliping(tmp_path), *words, env={"KLIPING_CONFIG": str(config)})
        assert ended.code == 0
        return ended.err

    assert "expired" not in told_by("sources", "add", newspaper(server, 3))
    assert told_by("crawl", "-q") == ""
    cookies_file(tmp_path, cookies(OLD, OLD, NEW))
    told = f"kliping: {file}: 2 of its 3 cookies for example.org have expired; export anew\n"
    assert told_by("crawl", "-q") == told
    assert told_by("crawl", "-q") == ""
    assert told_by("crawl", "1", "-q") == ""
    page = server.url("/story/1")
    assert told_by("fetch", page, page).count("have expired") == 1, "once for all its pages"
    file.chmod(0o400)
    assert told_by("crawl", "-q") == told, "the file was touched"
    config.touch()
    assert told_by("crawl", "-q") == told, "it may name another file"
    assert told_by("crawl", "-q") == ""


@pytest.mark.parametrize(
    ("expiries", "since_last_run", "told"),
    [
        ((-10, NEW), 60, "1 of its 2 cookies for example.org has expired"),
        ((-90, NEW), 60, None),
        ((-90, -10, NEW), 60, None),  # not the first one
        ((-90, -10), 60, "2 of its 2 cookies for example.org have expired"),
        ((-90, -80), 60, None),
        ((NEW,), 60, None),
    ],
)
def test_the_first_and_the_last_of_them_are_news(
    tmp_path: Path, expiries: tuple[float, ...], since_last_run: float, told: str | None
) -> None:
    now = datetime.now(UTC) + timedelta(days=1)  # the file has not been touched since
    text = cookies(*(at if at > 0 else now.timestamp() + at for at in expiries))
    cookies_file(tmp_path, text)
    path = tmp_path / "kliping.toml"
    path.write_text(HEAD + "cookies_file = 'cookies.txt'")
    sites = load_sites(path, load_config(path))
    before = now - timedelta(seconds=since_last_run)
    _, warnings = load_credentials(sites, path, now, before)
    assert [told is not None and told in line for line in warnings] == [True] * (told is not None)


def test_a_bad_section_ends_every_command(tmp_path: Path, run_here: RunHere) -> None:
    user = Kliping(tmp_path, HEAD + f"cookies = '{SECRET}'\n")
    for command in (["list"], ["crawl"], ["fetch", "http://127.0.0.1:2/"]):
        ended = run_here(user, *command)
        assert (ended.code, ended.out) == (2, "")
        (line,) = ended.errors
        assert '[sites."example.org"] cookies' in line
        assert SECRET not in line


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "has no cookie in it"),
        (b"# Netscape HTTP Cookie File\n\n", "has no cookie in it"),
        (b'[{"domain": ".example.org", "value": "s3cr3t-t0ken"}]', "is not in the Netscape format"),
        (b"sid=s3cr3t-t0ken; other=1\n", "is not in the Netscape format"),
        (b"SQLite format 3\0" + bytes(range(256)) * 20, "is not in the Netscape format"),
    ],
)
def test_a_file_of_another_kind_is_named(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "cookies.txt"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, HEAD + "cookies_file = 'cookies.txt'")
    message = str(caught.value)
    assert f'[sites."example.org"] cookies_file: {path} {problem}; export it' in message
    assert message.isprintable()
    assert SECRET not in message


def test_what_stays_back_without_encryption_is_told_once(
    tmp_path: Path, run_here: RunHere, server: Server
) -> None:
    config = QUICK + f'[sites."127.0.0.1"]\nheaders = {{ X-Key = "{SECRET}" }}\n'
    user = Kliping(tmp_path, config)
    run_here(user, "sources", "add", newspaper(server, 3))
    (tmp_path / "kliping.toml").chmod(0o600)
    for command in (["crawl", "-q"], ["fetch", "-q", server.url("/story/1")]):
        ended = run_here(user, *command)
        told = [line for line in ended.errors if "not encrypted" in line]
        assert len(told) == 1
        assert f'{tmp_path / "kliping.toml"}: [sites."127.0.0.1"]: its headers' in told[0]
        assert "https://" in told[0]
        assert "insecure = true" in told[0]
        assert SECRET not in ended.err
    assert not any(each.header("x-key") for each in server.requests)
    user.config = config + "insecure = true\n"
    ended = run_here(user, "fetch", "-q", server.url("/story/1"))
    assert "not encrypted" not in ended.err
    assert server.requests[-1].header("x-key") == SECRET

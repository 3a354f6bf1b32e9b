"""Settings: precedence, and clear words for everything that is wrong in the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from commands.settings.file import load_config
from commands.settings.keys import KEYS
from scraper.errors import ConfigError
from scraper.fetch import FetchPolicy, PacePolicy
from tests.cli.running import Kliping, RunHere
from tests.tables import each_row


def test_every_key_is_an_option_of_its_owner() -> None:
    assert set(KEYS["fetch"]) == set(FetchPolicy.__dataclass_fields__)
    assert set(KEYS["pace"]) == set(PacePolicy.__dataclass_fields__)


def test_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "kliping.toml"
    path.write_bytes(
        b"\xef\xbb\xbf# with a byte order mark\n"
        b"[fetch]\ndeadline = 5\nmax_bytes = 2_000_000\nallow_private = true\nuser_agent = 'me (+http://x/)'\n"
        b"[pace]\nmin_delay = 0\nmax_crawl_delay = 7.5\nconcurrency = 4\n"
    )
    values = load_config(path)
    assert FetchPolicy(**values["fetch"]) == FetchPolicy(5.0, 2_000_000, True, "me (+http://x/)")
    assert PacePolicy(**values["pace"]) == PacePolicy(0.0, 7.5, 4)


@each_row(
    ("text", "names"),
    [
        ("[fetch]\ndeadlin = 3", ["deadlin", "'deadline'", "[fetch]"]),
        ("[fetch]\nDeadline = 3", ["Deadline", "'deadline'"]),
        ("[fetch]\nmaxbytes = 3", ["maxbytes", "'max_bytes'"]),
        ("[fetch]\nmin_delay = 3", ["min_delay", "'min_delay' in [pace]"]),
        ("[pace]\nmindelay = 3", ["mindelay", "'min_delay'"]),
        ("[pace]\ncrawl_delay = 3", ["crawl_delay", "'max_crawl_delay'"]),
        ("[fetch]\nallow-private = true", ["allow-private", "'allow_private'"]),
        ("[fetsh]\ndeadline = 3", ["fetsh", "[fetch]"]),
        ("[paces]", ["paces", "[pace]"]),
        ("deadline = 3", ["deadline", "'deadline' in [fetch]"]),
        ("[fetch.deadline]\nx = 1", ["[fetch] deadline", "seconds"]),
        ("[fetch]\nx\ty = 1", ["not TOML", "line 2"]),
        ("fetch = 3", ["fetch must be a section", "[fetch]"]),
        ("[[fetch]]\ndeadline = 3", ["fetch must be a section"]),
        ("[fetch]\ndeadline = '3'", ["[fetch] deadline", "seconds above 0"]),
        ("[fetch]\ndeadline = true", ["[fetch] deadline", "not true"]),
        ("[fetch]\ndeadline = 0", ["[fetch] deadline", "above 0"]),
        ("[fetch]\ndeadline = -1", ["[fetch] deadline", "-1"]),
        ("[fetch]\ndeadline = nan", ["[fetch] deadline"]),
        ("[fetch]\ndeadline = inf", ["[fetch] deadline"]),
        ("[fetch]\ndeadline = 1e300", ["[fetch] deadline"]),
        ("[fetch]\nmax_bytes = 1.5", ["[fetch] max_bytes", "whole number"]),
        ("[fetch]\nmax_bytes = 0", ["[fetch] max_bytes"]),
        ("[fetch]\nmax_bytes = 99999999999999999999", ["[fetch] max_bytes"]),
        ("[fetch]\nallow_private = 1", ["[fetch] allow_private", "true or false"]),
        ("[fetch]\nallow_private = 'yes'", ["[fetch] allow_private", "true or false"]),
        ("[fetch]\nuser_agent = ''", ["[fetch] user_agent"]),
        ('[fetch]\nuser_agent = "a\\r\\nX-Evil: 1"', ["[fetch] user_agent", "one line"]),
        ("[fetch]\nuser_agent = 'Zeitungsleser für Köln'", ["[fetch] user_agent", "ASCII"]),
        ("[pace]\nmin_delay = -0.1", ["[pace] min_delay"]),
        ("[pace]\nmax_crawl_delay = 'a'", ["[pace] max_crawl_delay"]),
        ("[pace]\nconcurrency = 0", ["[pace] concurrency", "from 1 to 1000"]),
        ("[pace]\nconcurrency = 1.5", ["[pace] concurrency", "whole number"]),
        ("[fetch]\ndeadline = 1\ndeadline = 2", ["not TOML"]),
        ("[fetch", ["not TOML"]),
        (f"[fetch]\nmax_bytes = {'9' * 5000}", ["a number in it has too many digits"]),
        (f"[fetch]\nmax_bytes = [0x{'f' * 9000}]", ["a number in it has too many digits"]),
        ("[fetch]\ndeadline = 2026-02-30", ["not TOML: Invalid date", "line 2"]),
        (f"[fetch]\nx = {'[' * 9000}", ["nested too deep"]),
        ('[fetch]\n"" = 1', ["unknown key '' in [fetch]"]),
        (f"[fetch]\n{'x' * 1000} = 1", [f"unknown key '{'x' * 60}' in [fetch]"]),
        ("\udcff", ["UTF-8"]),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, names: list[str]) -> None:
    path = tmp_path / "my.toml"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    for name in names:
        assert name in message


def test_an_empty_file_is_all_defaults(tmp_path: Path) -> None:
    assert load_config(Path("/dev/null")) == {}


@pytest.mark.parametrize("kind", ["missing", "directory", "endless"])
def test_a_file_that_cannot_be_read(tmp_path: Path, kind: str) -> None:
    path = {"missing": tmp_path / "no.toml", "directory": tmp_path, "endless": Path("/dev/zero")}
    with pytest.raises(ConfigError, match=str(path[kind])):
        load_config(path[kind])


COMMANDS = [
    "list", "show 1", "crawl", "crawl -q", "fetch http://127.0.0.1:2/", "sources list",
    "sources add http://127.0.0.1:2/", "sources remove x", "sources import -", "db upgrade",
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_a_bad_file_ends_every_command_before_it_begins(
    tmp_path: Path, run_here: RunHere, command: str
) -> None:
    user = Kliping(tmp_path, "[fetch]\ndead_line = 3\n")
    ended = run_here(user, *command.split())
    assert (ended.code, ended.out) == (2, "")
    (line,) = ended.errors
    assert str(tmp_path / "kliping.toml") in line
    assert "'dead_line'" in line
    assert "'deadline'" in line
    assert not user.db.exists()


def test_an_explicit_file_must_exist(kliping: Kliping, run_here: RunHere) -> None:
    for ended in (
        run_here(kliping, "list", "--config", "no.toml"),
        run_here(kliping, "list", env={"KLIPING_CONFIG": "no.toml"}),
    ):
        assert ended.code == 2
        assert "no.toml" in ended.err
        assert len(ended.errors) == 1


@pytest.mark.parametrize("agent", ["a\nb", "ü", "x" * 501])
def test_a_bad_user_agent_in_the_environment(
    kliping: Kliping, run_here: RunHere, agent: str
) -> None:
    ended = run_here(kliping, "list", env={"KLIPING_USER_AGENT": agent})
    assert ended.code == 2
    assert "KLIPING_USER_AGENT" in ended.err


# --------------------------------------------------------------------- which file

PLACES = ["before", "between", "after", "both", "twice", "environment"]


def _place(option: str, place: str, path: Path, other: Path) -> tuple[list[str], dict[str, str]]:
    """A command line that chooses ``path`` and, where something loses, offers ``other``."""
    variable = f"KLIPING_{option.upper()}"
    lines = {
        "before": ([f"--{option}", str(path), "sources", "list"], {variable: str(other)}),
        "between": (["sources", f"--{option}", str(path), "list"], {variable: str(other)}),
        "after": (["sources", "list", f"--{option}={path}"], {variable: str(other)}),
        "both": ([f"--{option}", str(other), "sources", "list", f"--{option}", str(path)], {}),
        "twice": (["sources", "list", f"--{option}", str(other), f"--{option}", str(path)], {}),
        "environment": (["sources", "list"], {variable: str(path)}),
    }
    return lines[place]


@pytest.mark.parametrize("place", PLACES)
def test_db_in_every_place(kliping: Kliping, run_here: RunHere, place: str) -> None:
    path, other = kliping.home / "sub" / "mine.db", kliping.home / "other.db"
    kliping.make_archive(path)
    arguments, env = _place("db", place, path, other)
    ended = run_here(kliping, *arguments, env=env)
    assert (ended.code, ended.out) == (0, "")
    assert "no source yet" in ended.err
    assert not other.exists()
    assert not kliping.db.exists()


@pytest.mark.parametrize("place", PLACES)
def test_config_in_every_place(kliping: Kliping, run_here: RunHere, place: str) -> None:
    kliping.make_archive()
    good, bad = kliping.home / "good.toml", kliping.home / "bad.toml"
    good.write_text("[pace]\nmin_delay = 2\n")
    bad.write_text("[pace]\nminimum = 2\n")
    arguments, env = _place("config", place, good, bad)
    assert run_here(kliping, *arguments, env=env).code == 0
    arguments, env = _place("config", place, bad, good)
    ended = run_here(kliping, *arguments, env=env)
    assert ended.code == 2
    assert str(bad) in ended.err


def test_the_defaults_follow_xdg(tmp_path: Path, run_here: RunHere) -> None:
    user = Kliping(tmp_path)
    unset = {"KLIPING_DB": ""}
    assert run_here(user, "crawl", env=unset).code == 0
    assert (tmp_path / ".local/share/kliping/kliping.db").exists()
    moved = unset | {
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_CONFIG_HOME": str(tmp_path / "c"),
    }
    assert run_here(user, "crawl", env=moved).code == 0
    assert (tmp_path / "data/kliping/kliping.db").exists()
    (tmp_path / "c/kliping").mkdir(parents=True)
    (tmp_path / "c/kliping/kliping.toml").write_text("[fetch]\nfoo = 1\n")
    ended = run_here(user, "list", env=moved)
    assert ended.code == 2
    assert "c/kliping/kliping.toml" in ended.err


def test_no_name_is_no_file(kliping: Kliping, run_here: RunHere) -> None:
    ended = run_here(kliping, "list", "--db", "")
    assert ended.code == 2
    assert "--db" in ended.err

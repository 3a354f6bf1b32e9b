"""``kliping config``: where the settings are, what holds, a file to begin with, what is wrong."""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from commands.settings.file import load_config, load_rules, load_sites
from commands.settings.keys import KEYS, RULE_KEYS, SETTINGS
from scraper.rules import SiteRule
from tests.cli.running import Kliping, RunHere
from tests.cli.terminals import on_terminal, run_on_terminal
from tests.tables import each_row

NETSCAPE = "127.0.0.1\tFALSE\t/\tFALSE\t0\tsid\tsecret\n"


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o600)
    return path


# --------------------------------------------------------------------- sample


def test_the_sample_is_read_as_all_defaults(kliping: Kliping, run_here: RunHere) -> None:
    printed = run_here(kliping, "config", "sample")
    assert (printed.code, printed.err) == (0, "")
    path = write(kliping.home / "sample.toml", printed.out)
    assert load_config(path) == {section: {} for section in KEYS}
    shown = run_here(kliping, "config", "show", "--json", "--config", path).objects
    assert {each["from"] for each in shown[2:]} == {"default"}


def test_the_sample_states_every_default(kliping: Kliping, run_here: RunHere) -> None:
    lines = run_here(kliping, "config", "sample").out.partition("\n\n# What a subscriber")[0]
    path = write(kliping.home / "sample.toml", re.sub(r"(?m)^#(?=\w+ =)", "", lines))
    values = load_config(path)
    for setting in SETTINGS:
        stated = values[setting.section][setting.name]
        if setting.default is None:
            assert str(stated) in setting.example
        else:
            assert stated == setting.default, setting.name


def test_the_sample_of_sites_and_rules_is_good(kliping: Kliping, run_here: RunHere) -> None:
    text = run_here(kliping, "config", "sample").out
    text = re.sub(r"(?m)^#(?=(\w+ =|\[))", "", text)
    path = write(kliping.home / "sample.toml", text)
    values: dict[str, Any] = tomllib.loads(text)
    (site,) = load_sites(path, values)
    assert site.access.headers
    assert site.access.paths == ("/news/", "/archive")
    (layer,) = load_rules(path, {"rules": values["rules"]})
    assert set(layer.rules["example.org"]) == set(RULE_KEYS)
    assert set(RULE_KEYS) == {each.name for each in fields(SiteRule)} - {"host"}


def test_the_sample_fits_80_columns(kliping: Kliping, run_here: RunHere) -> None:
    assert max(map(len, run_here(kliping, "config", "sample").out.splitlines())) <= 80


# --------------------------------------------------------------------- path


def test_all_paths_are_told(kliping: Kliping, run_here: RunHere) -> None:
    kliping.config = (
        '[extraction]\nrules_dir = "rules"\n[sites."127.0.0.1"]\ncookies_file = "c.txt"\n'
    )
    (kliping.home / "rules").mkdir()
    before = run_here(kliping, "config", "path", "--json").objects
    assert not kliping.db.exists()
    told = {each["what"]: (each["path"], each["exists"]) for each in before}
    home = kliping.home
    assert told["settings"] == (str(home / "kliping.toml"), True)
    assert told["archive"] == (str(kliping.db), False)
    assert told["run lock"] == (f"{kliping.db}.lock", False)
    assert told["rules"] == (str(home / "rules"), True)
    assert told["cookies of 127.0.0.1"] == (str(home / "c.txt"), False)
    kliping.make_archive()
    rows = [line.split("\t") for line in run_here(kliping, "config", "path").out.splitlines()]
    assert ["archive", str(kliping.db), "exists"] in rows
    assert len(rows) == len(before)


def test_paths_are_told_where_the_settings_are_bad(tmp_path: Path, run_here: RunHere) -> None:
    ended = run_here(Kliping(tmp_path, "[fetch]\nbad = 1\n"), "config", "path")
    assert ended.code == 2
    assert f"settings\t{tmp_path / 'kliping.toml'}\texists\n" in ended.out
    assert "unknown key 'bad'" in ended.errors[0]


def test_the_path_of_a_server_is_its_address(kliping: Kliping, run_here: RunHere) -> None:
    place = "postgresql+psycopg://ann:secret@127.0.0.1:1/news"
    told = run_here(kliping, "config", "path", "--json", "--db", place)
    assert told.objects[1] == {
        "what": "archive",
        "path": "postgresql+psycopg://ann@127.0.0.1:1/news",
        "exists": None,
    }


# --------------------------------------------------------------------- show


def test_what_holds_and_where_it_is_from(kliping: Kliping, run_here: RunHere) -> None:
    kliping.config = (
        "[fetch]\ndeadline = 5\n# why\nuser_agent = 'mine'\n\n"
        "[pace] # slow\nmin_delay = 2.5\n"
        "[sites.'127.0.0.1']\ncookies = 'sid=secret'\nheaders = { X-Key = 'secret' }\n"
        "[rules.'example.org']\ntitle = 'h1'\n"
    )
    shown = run_here(kliping, "config", "show", "--json", env={"KLIPING_USER_AGENT": "theirs"})
    told = {each["setting"]: (each["value"], each["from"]) for each in shown.objects}
    file = kliping.home / "kliping.toml"
    assert told["db"] == (str(kliping.db), "KLIPING_DB")
    assert told["config"] == (str(file), "KLIPING_CONFIG")
    assert told["fetch.deadline"] == (5.0, f"{file}:2")
    assert told["fetch.user_agent"] == ("theirs", "KLIPING_USER_AGENT")
    assert told["fetch.max_bytes"] == (10_000_000, "default")
    assert told["pace.min_delay"] == (2.5, f"{file}:7")
    assert told['sites."127.0.0.1".cookies'] == ("(not shown)", f"{file}:9")
    assert told['rules."example.org"'] == (["title"], str(file))
    assert "secret" not in shown.out
    other = kliping.home / "other.db"
    named = run_here(kliping, "config", "show", "--db", other, "--config", file)
    rows = [line.split("\t") for line in named.out.splitlines()]
    assert rows[:3] == [
        ["db", str(other), "--db"],
        ["config", str(file), "--config"],
        ["fetch.deadline", "5", f"{file}:2"],
    ]
    assert ["fetch.user_agent", "mine", f"{file}:4"] in rows


def test_a_login_in_a_setting_is_not_shown(kliping: Kliping, run_here: RunHere) -> None:
    kliping.config = "[fetch]\nuser_agent = 'me (+https://ann:secret@example.org/)'\n"
    for option in ((), ("--json",)):
        assert "secret" not in run_here(kliping, "config", "show", *option).out


@each_row("columns", [40, 80, 200])
def test_no_path_is_cut_on_a_terminal(kliping: Kliping, columns: int) -> None:
    for command in ("show", "path"):
        lines = on_terminal(kliping, "config", command, COLUMNS=str(columns)).splitlines()
        assert [line for line in lines if str(kliping.db) in line]
        assert not [line for line in lines if line != line.rstrip()]
        long = [line for line in lines if len(line) > columns]
        assert not [line for line in long if str(kliping.home) not in line]


# --------------------------------------------------------------------- check


@each_row("columns", [40, 80, 200])
def test_what_is_told_breaks_between_words(kliping: Kliping, columns: int) -> None:
    for text, code in ((kliping.config, 0), ("[fetch]\ndead_line = 3\n", 2), (None, 0)):
        kliping.config = text
        ended, shown = run_on_terminal(kliping, "config", "check", COLUMNS=str(columns))
        assert ended == code
        lines = shown.splitlines()
        assert len(lines) > 1 or columns == 200
        assert not [line for line in lines if len(line) > columns and " " in line.strip()]
        assert not [line for line in lines if line != line.rstrip()]


def test_a_good_file_is_told(kliping: Kliping, run_here: RunHere) -> None:
    kliping.config = (
        "[fetch]\ndeadline = 5\n[pace]\nmin_delay = 1\n"
        "[sites.'127.0.0.1']\ncookies_file = 'c.txt'\n[rules.'example.org']\ntitle = 'h1'\n"
    )
    write(kliping.home / "c.txt", NETSCAPE)
    ended = run_here(kliping, "config", "check")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == (f"{kliping.home / 'kliping.toml'} is good: 2 settings, 1 site, 1 rule\n")


def test_everything_wrong_is_a_line(kliping: Kliping, run_here: RunHere) -> None:
    (kliping.home / "rules").mkdir()
    write(kliping.home / "rules" / "a.toml", "[rules.'example.net']\ntitel = 'h1'\n")
    write(kliping.home / "rules" / "b.toml", "[rules\n")
    kliping.config = """
[fetch]
deadlin = 3
max_bytes = "many"
[pacing]
[extraction]
rules_dir = "rules"
[sites."127.0.0.1"]
cookies_file = "none.txt"
[sites."example.org"]
insecure = 3
[rules."example.org"]
title = "h1["
[rules."example.com"]
body = 7
"""
    ended = run_here(kliping, "config", "check")
    assert (ended.code, ended.out) == (2, "")
    wanted = (
        "unknown key 'deadlin'", "[fetch] max_bytes must be", "'pacing'", "a.toml: [rules",
        "b.toml: not TOML", "insecure must be true or false", '[rules."example.org"]',
        '[rules."example.com"]', "none.txt cannot be read",
    )  # fmt: skip
    assert len(ended.errors) == len(wanted)
    for words in wanted:
        assert [line for line in ended.errors if words in line], words
    crawl = run_here(kliping, "crawl")
    assert crawl.code == 2
    assert crawl.errors[0] in ended.errors


@each_row(
    ("text", "words"),
    [
        ("[fetch", "not TOML"),
        ("sites = 3", "sites must be sections"),
        ("rules = 3", "rules must be sections"),
        ("[rules.'www.example.org']\n[rules.'example.org']", "second rule"),
        ("[extraction]\nrules_dir = 'none'", "none cannot be read"),
    ],
)
def test_a_bad_file_is_told(kliping: Kliping, run_here: RunHere, text: str, words: str) -> None:
    kliping.config = text
    ended = run_here(kliping, "config", "check")
    assert (ended.code, ended.out) == (2, "")
    (line,) = ended.errors
    assert words in line


def test_a_named_pipe_is_no_config_file(
    kliping: Kliping, run_here: RunHere, tmp_path: Path
) -> None:
    """To open it would wait for a writer."""
    pipe = tmp_path / "pipe.toml"
    os.mkfifo(pipe)
    for command in (["config", "check"], ["list"]):
        ended = run_here(kliping, *command, "--config", pipe)
        assert (ended.code, ended.out) == (2, "")
        (line,) = ended.errors
        assert f"{pipe}: cannot be read: it is a pipe" in line


@pytest.mark.parametrize(
    "section",
    [
        '[sites."127.0.0.1"]\ncookies_file = "PIPE"',
        '[notices.mail]\nhost = "127.0.0.1"\nfrom = "a@a.example"\nto = ["b@a.example"]\n'
        'user = "ann"\npassword_file = "PIPE"',
    ],
)
def test_a_named_pipe_is_no_file_of_secrets(
    kliping: Kliping, run_here: RunHere, tmp_path: Path, section: str
) -> None:
    pipe = tmp_path / "secret.pipe"
    os.mkfifo(pipe, 0o600)
    kliping.config = section.replace("PIPE", str(pipe))
    ended = run_here(kliping, "config", "check")
    assert (ended.code, ended.out) == (2, "")
    (line,) = ended.errors
    assert f"{pipe} cannot be read: it is a pipe; name a file" in line


@pytest.mark.parametrize("by_link", [False, True])
def test_an_open_pipe_is_a_config_file(
    kliping: Kliping, run_here: RunHere, tmp_path: Path, by_link: bool
) -> None:
    """As ``<(…)`` of a shell is."""
    read, write = os.pipe()
    os.write(write, b"[fetch]\ndead_line = 3\n")
    os.close(write)
    path = tmp_path / "linked.toml" if by_link else Path(f"/dev/fd/{read}")
    if by_link:
        path.symlink_to(f"/dev/fd/{read}")
    try:
        ended = run_here(kliping, "list", "--config", path)
    finally:
        os.close(read)
    assert (ended.code, "'dead_line'" in ended.err) == (2, True)


def test_no_file_is_good_unless_it_is_named(kliping: Kliping, run_here: RunHere) -> None:
    kliping.config = None
    ended = run_here(kliping, "config", "check")
    assert (ended.code, ended.err) == (0, "")
    assert "all defaults hold" in ended.out
    named = run_here(kliping, "config", "check", "--config", "no.toml")
    assert named.code == 2
    assert "no.toml: cannot be read" in named.err


def test_a_bad_user_agent_is_told(kliping: Kliping, run_here: RunHere) -> None:
    ended = run_here(kliping, "config", "check", env={"KLIPING_USER_AGENT": "ü"})
    assert ended.code == 2
    assert "KLIPING_USER_AGENT must be one line" in ended.err


def test_nothing_is_made(kliping: Kliping, run_here: RunHere) -> None:
    run_here(kliping, "list")  # writes the settings file
    before = set(os.listdir(kliping.home))
    for command in ("path", "show", "sample", "check"):
        run_here(kliping, "config", command)
    assert set(os.listdir(kliping.home)) == before

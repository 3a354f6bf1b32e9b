"""A ``kliping.toml`` that says what there is to set, made from the table of settings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import PurePath
from textwrap import wrap
from typing import Any

from commands.settings.keys import (
    KEYS,
    NOTICE_KEYS,
    NOTICES,
    RULE_KEYS,
    RULES,
    SITE_KEYS,
    SITES,
)

WIDTH = 80
HEAD = """\
# The settings of kliping, each with its default. Take away the # before a key
# to change it. `kliping config check` reads this file, `kliping config show`
# tells what holds.
"""
TABLES = {
    SITES: (
        f'{SITES}."example.org"',
        "What a subscriber sends to a site and all hosts below it. Keep this file private "
        "(chmod 600) if you write any here.",
        SITE_KEYS,
    ),
    NOTICES: (
        None,
        "Where `watch run --notify` and `health --notify` send what they have to tell: all ways "
        "that are written here.",
        {},
    ),
    **{f"{NOTICES}.{way}": (f"{NOTICES}.{way}", "", keys) for way, keys in NOTICE_KEYS.items()},
    RULES: (
        f'{RULES}."example.org"',
        "Where things stand on the pages of a site that is read wrongly; holds for "
        "www.example.org, news.example.org, … too. All keys are optional. `kliping rules test` "
        "tries a rule.",
        RULE_KEYS,
    ),
}
"""Beside ``KEYS``: the table's header, what it is for, its keys."""


def sample() -> str:
    """The file. Every key is commented out, so that all defaults hold."""
    return "\n".join([HEAD, *map(sample_section, (*KEYS, *TABLES))])


def sample_section(section: str) -> str:
    """The part of ``sample`` about one section."""
    lines = _table(section) if section in TABLES else _section(section)
    return "".join(f"{line}\n" for line in lines)


def as_toml(value: Any) -> str:
    """A value of a setting, as a file has it."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:_}" if value >= 100_000 else str(value)
    return json.dumps(str(value) if isinstance(value, PurePath) else value, ensure_ascii=False)


def _section(section: str) -> Iterator[str]:
    yield f"[{section}]"
    for name, setting in KEYS[section].items():
        yield from _comment(f"{setting.text} ({setting.kind.wanted})")
        yield f"#{name} = {setting.example or as_toml(setting.default)}"


def _table(section: str) -> Iterator[str]:
    header, introduction, keys = TABLES[section]
    yield from _comment(introduction)
    if header is not None:
        yield f"#[{header}]"
    for name, (example, text) in keys.items():
        yield from _comment(text)
        yield f"#{name} = {example}"


def _comment(text: str) -> Iterator[str]:
    return (f"# {line}" for line in wrap(text, WIDTH - 2))

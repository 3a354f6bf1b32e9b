"""What holds of every setting, and where it comes from; nothing that may be secret."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import typer

from commands.cleaning import hide_logins
from commands.render.columns import Columns
from commands.settings import DEFAULT, Settings, chosen_config, named
from commands.settings.file import find_lines
from commands.settings.keys import NOTICES, RULES, SETTINGS, SITES, USER_AGENT
from commands.settings.notices import Channel, CommandChannel, MailChannel
from commands.settings.sites import Site

HIDDEN = "(not shown)"


@dataclass(frozen=True)
class Effective:
    """What holds of a setting."""

    setting: str
    value: Any
    origin: str

    @property
    def shown(self) -> str:
        if isinstance(self.value, list):
            return ", ".join(self.value)
        if isinstance(self.value, bool):
            return "true" if self.value else "false"
        number = isinstance(self.value, float) and self.value.is_integer()
        return hide_logins(str(int(self.value) if number else self.value or ""))


def _object(record: Effective) -> Mapping[str, Any]:
    value = record.value if isinstance(record.value, (int, float, list)) else record.shown or None
    return {"setting": record.setting, "value": value, "from": record.origin}


VALUES: Columns[Effective] = Columns(
    json=_object,
    line=("setting", "shown", "origin"),
)


def effective(context: typer.Context, settings: Settings) -> Iterator[Effective]:
    """Each setting once, in the order of the table of settings; then sites, notices, rules."""
    place = chosen_config(context)
    lines = find_lines(place.path) if settings.config is not None else {}

    def stated_at(key: str) -> str:
        return f"{place.path}:{lines[key]}" if key in lines else str(place.path)

    yield Effective("db", str(settings.db), named(context, "db")[1])
    yield Effective("config", str(place.path), place.origin)
    for setting in SETTINGS:
        key = f"{setting.section}.{setting.name}"
        stated = settings.stated.get(setting.section, {})
        if setting is USER_AGENT and settings.fetch.get(setting.name) != stated.get(setting.name):
            yield Effective(key, settings.fetch[setting.name], "KLIPING_USER_AGENT")
        elif setting.name in stated:
            value = HIDDEN if setting.is_secret else stated[setting.name]
            yield Effective(key, value, stated_at(key))
        else:
            yield Effective(key, setting.default, DEFAULT)
    for site in settings.sites:
        host = site.access.host
        for name, value in _of_site(site):
            key = f"{SITES}.{host}.{name}"
            yield Effective(f'{SITES}."{host}".{name}', value, stated_at(key))
    for channel in settings.notices:
        for name, value in _of_channel(channel):
            key = f"{NOTICES}.{channel.name}.{name}"
            yield Effective(key, value, stated_at(key))
    for layer in settings.site_rules:
        for host, keys in layer.rules.items():
            yield Effective(f'{RULES}."{host}"', [*keys], layer.name)


def _of_site(site: Site) -> Iterator[tuple[str, Any]]:
    access = site.access
    if access.headers:
        yield "headers", HIDDEN
    if access.cookies:
        yield "cookies", HIDDEN
    if site.cookies_file is not None:
        yield "cookies_file", str(site.cookies_file)
    yield "insecure", access.insecure
    if access.paths:
        yield "paths", list(access.paths)


def _of_channel(channel: Channel) -> Iterator[tuple[str, Any]]:
    """Not what may be secret: passwords, the address of a webhook, what a command is given."""
    if isinstance(channel, CommandChannel):
        yield "run", HIDDEN
    elif isinstance(channel, MailChannel):
        yield "host", channel.host
        yield "port", channel.port
        yield "encryption", channel.encryption
        if channel.password is not None:
            yield "password", HIDDEN
        if channel.password_file is not None:
            yield "password_file", str(channel.password_file)
        yield "from", channel.sender
        yield "to", list(channel.to)
    else:
        yield "url", HIDDEN
        yield "allow_private", channel.allow_private

"""Settings: flag, else environment, else ``kliping.toml``, else the default.

The file is parsed once (``file``; ``keys`` has the table of all settings, ``sites`` what is sent
to single sites, ``notices`` where notices go) into the options classes that sit beside their
owners (``FetchPolicy``, ``PacePolicy``, ``RuleBook``, ``Credentials``). It holds policy only;
sources live in the database. ``sample`` writes a file of all settings.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from commands.settings.file import load_config, load_notices, load_rules, load_sites
from commands.settings.keys import USER_AGENT
from scraper.errors import ConfigError
from storage.database.places import Place, parse_place

if TYPE_CHECKING:
    from commands.settings.notices import Channel
    from commands.settings.sites import Site
    from scraper.fetch import FetchPolicy, PacePolicy
    from scraper.fetch.credentials import Credentials
    from scraper.rules import Layer, RuleBook
    from storage.reading.rights import Rights

DEFAULT = "default"
"""Where a value is from that nobody set."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What one command runs with. Loading the policies loads the HTTP client, so they wait."""

    db: Place
    config: Path | None
    fetch: Mapping[str, Any]
    pace: Mapping[str, Any]
    site_rules: tuple[Layer, ...] = ()
    """Own rules, checked: those of the rules directory below those of the file."""
    sites: tuple[Site, ...] = field(default=(), repr=False)
    """What is sent to single sites, checked, their cookie files not read yet."""
    crawl: Mapping[str, Any] = field(default_factory=dict)
    """What one run may do (``scraper.crawl.run.CrawlLimits``)."""
    notices: tuple[Channel, ...] = field(default=(), repr=False)
    """Where notices go, checked, their password files not read yet."""
    obey: str = "pages"
    """How far publishers are obeyed in what leaves the archive: one of ``keys.OBEY``."""
    stated: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    """What the file states, by section and key, checked but for rules and sites."""

    def fetch_policy(self, *, allow_private: bool = False) -> FetchPolicy:
        from scraper.fetch import FetchPolicy  # heavy: not for `--help`

        given = dict(self.fetch)
        return FetchPolicy(**(given | {"allow_private": True} if allow_private else given))

    def pace_policy(self) -> PacePolicy:
        from scraper.fetch import PacePolicy  # heavy: not for `--help`

        return PacePolicy(**self.pace)

    def rule_book(self) -> RuleBook:
        """The site rules: the shipped ones below the own ones."""
        from scraper.rules import RuleBook, shipped_rules  # heavy: only where there are rules

        return RuleBook((shipped_rules(), *self.site_rules))

    def channels(self) -> tuple[Channel, ...]:
        """Where notices go, with the passwords read now. Raises ``ConfigError``, also where there
        is none. Warns on standard error of a file of secrets that others can read."""
        from commands.settings.notices import load_channels  # heavy: only to notify
        from commands.terminal import say

        if not self.notices:
            where = self.config or "there is no kliping.toml"
            raise ConfigError(
                f"{where}: --notify needs a way to notify: write [notices.mail], "
                "[notices.command] or [notices.webhook] into kliping.toml"
            )
        channels, warnings = load_channels(self.notices, self.config)
        for warning in warnings:
            say(warning)
        return channels

    def rights(self, *, subscribed: bool = False) -> Rights:
        """What may leave the archive. ``subscribed``: also what was read as a subscriber."""
        from storage.reading.rights import Obey, Rights  # heavy: not for `--help`

        return Rights(Obey(self.obey), subscribed)

    def credentials(self, told_until: datetime | None = None) -> Credentials:
        """What is sent to single sites, the cookie files read now. Raises ``ConfigError``, also
        for a cookie file that others can read.

        Warns on standard error of a configuration that others can read, and of cookies that are
        missing or have expired, where that is news since ``told_until``; and later, once for a
        site, of what stays back from an address without encryption.
        """
        # heavy: only to fetch
        from commands.settings.sites import load_credentials, withheld_notice
        from commands.terminal import say

        credentials, warnings = load_credentials(
            self.sites, self.config, datetime.now(UTC), told_until
        )
        for warning in warnings:
            say(warning)
        return replace(credentials, on_withheld=withheld_notice(self.sites, say))


def load_settings(context: typer.Context) -> Settings:
    """The settings of the command being run. Raises ``ConfigError``."""
    place = chosen_config(context)
    config = place.path if place.is_read else None
    values = load_config(config) if config else {}
    fetch = dict(values.get("fetch", {}))
    if agent := os.environ.get("KLIPING_USER_AGENT", "").strip():
        fetch["user_agent"] = USER_AGENT.check(agent, "KLIPING_USER_AGENT")
    rules = load_rules(config, values) if config else ()
    sites = load_sites(config, values) if config else ()
    notices = load_notices(config, values) if config else ()
    pace, crawl = values.get("pace", {}), values.get("crawl", {})
    obey = values.get("rights", {}).get("obey", Settings.obey)
    return Settings(
        db=db_place(context),
        config=config,
        fetch=fetch,
        pace=pace,
        site_rules=rules,
        sites=sites,
        crawl=crawl,
        notices=notices,
        obey=obey,
        stated=values,
    )


class ConfigPlace(NamedTuple):
    path: Path
    """It may be missing."""
    origin: str
    """What names it: ``--config``, ``KLIPING_CONFIG``, or ``default``."""

    @property
    def is_read(self) -> bool:
        """Whether commands read it: one that somebody names must be there."""
        return self.origin != DEFAULT or os.path.lexists(self.path)


def chosen_config(context: typer.Context) -> ConfigPlace:
    """The settings file. Raises ``ConfigError``."""
    given, origin = named(context, "config")
    if given:
        return ConfigPlace(Path(given).expanduser(), origin)
    from platformdirs import user_config_path  # heavy: only where no place is given

    return ConfigPlace(user_config_path("kliping", appauthor=False) / "kliping.toml", origin)


def chosen_db(context: typer.Context) -> Place | None:
    """The database that a flag or the environment names. Raises ``ConfigError``."""
    given, origin = named(context, "db")
    return read_place(given, origin) if given else None


def read_place(given: str, where: str) -> Place:
    """A file or a server's address, as ``where`` has it. Raises ``ConfigError``."""
    try:
        return parse_place(given)
    except ValueError as error:
        raise ConfigError(f"{where}: {error}") from None


def db_place(context: typer.Context) -> Place:
    """The database of a command. Raises ``ConfigError``."""
    if given := chosen_db(context):
        return given
    from platformdirs import user_data_path  # heavy: only where no place is given

    return user_data_path("kliping", appauthor=False) / "kliping.db"


def named(context: typer.Context, option: str) -> tuple[str, str]:
    """What ``--option`` has, else the environment, and which of them; empty and ``DEFAULT`` where
    neither names anything. Raises ``ConfigError``."""
    if given := _flag(context, option):
        return given, f"--{option}"
    variable = f"KLIPING_{option.upper()}"
    given = os.environ.get(variable, "")
    return given, variable if given else DEFAULT


def _flag(context: typer.Context, name: str) -> str | None:
    """An option given before the first or after the last command word: the last one counts."""
    level: Any = context
    while level is not None:
        value = level.params.get(name)
        if value is not None:
            if str(value) in ("", "."):
                raise ConfigError(f"--{name}: name a file")
            return str(value)
        level = level.parent
    return None

"""Settings: flag, else environment, else ``kliping.toml``, else the default.

The file is parsed once, here, into the options classes that sit beside their owners
(``FetchPolicy``, ``PacePolicy``, ``RuleBook``, ``Credentials``). It holds policy only; sources
live in the database. What is unknown or out of range is a ``ConfigError`` that names the file, the
key and what to write.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from scraper.errors import ConfigError
from storage.database.places import Place, parse_place

if TYPE_CHECKING:
    from commands.settings.notices import Channel
    from commands.settings.sites import Site
    from scraper.fetch import FetchPolicy, PacePolicy
    from scraper.fetch.credentials import Credentials
    from scraper.rules import Layer, RuleBook
    from storage.reading.rights import Rights

MAX_FILE_BYTES = 1_000_000
MAX_RULE_FILES = 1_000
DAY = 86400


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
    """How far publishers are obeyed in what leaves the archive: one of ``OBEY``."""

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
    config = _config_path(context)
    values = load_config(config) if config else {}
    fetch = dict(values.get("fetch", {}))
    if agent := os.environ.get("KLIPING_USER_AGENT", "").strip():
        fetch["user_agent"] = _user_agent(agent, "KLIPING_USER_AGENT")
    rules = load_rules(config, values) if config else ()
    sites = load_sites(config, values) if config else ()
    notices = load_notices(config, values) if config else ()
    pace, crawl = values.get("pace", {}), values.get("crawl", {})
    obey = values.get("rights", {}).get("obey", Settings.obey)
    return Settings(
        db=_db_path(context),
        config=config,
        fetch=fetch,
        pace=pace,
        site_rules=rules,
        sites=sites,
        crawl=crawl,
        notices=notices,
        obey=obey,
    )


def load_config(path: Path) -> dict[str, dict[str, Any]]:
    """The checked contents of a ``kliping.toml``: section → key → value. Raises ``ConfigError``.

    The rules of sites, by host, are checked by ``load_rules``; what may be secret by ``load_sites``
    and ``load_notices``.
    """
    values = _read_toml(path)
    for section, keys in values.items():
        if section in (RULES, SITES, NOTICES):
            continue
        if section not in KEYS:
            raise ConfigError(_unknown(path, section, None))
        if not isinstance(keys, dict):
            raise ConfigError(f"{path}: {section} must be a section: write [{section}]")
        for key, value in keys.items():
            if key not in KEYS[section]:
                raise ConfigError(_unknown(path, section, key))
            keys[key] = KEYS[section][key](value, f"{path}: [{section}] {key}")
    return values


def load_rules(path: Path, values: Mapping[str, Mapping[str, Any]]) -> tuple[Layer, ...]:
    """The own rules that a file holds and its rules directory has. Raises ``ConfigError``."""
    directory = values.get("extraction", {}).get("rules_dir")
    if RULES not in values and directory is None:
        return ()  # nothing to load the checker for
    from scraper.rules import Layer, check_rules  # heavy: only where there are rules

    layers = []
    if directory is not None:
        layers = _load_rule_files(path.parent / directory, f"{path}: [extraction] rules_dir")
    if RULES in values:
        layers.append(Layer(str(path), check_rules(values[RULES], str(path))))
    return tuple(layers)


def load_sites(path: Path, values: Mapping[str, Any]) -> tuple[Site, ...]:
    """What the file says is to be sent to single sites. Raises ``ConfigError``."""
    if SITES not in values:
        return ()  # nothing to load the checker for
    from commands.settings.sites import check_sites  # heavy: only to fetch

    return check_sites(values[SITES], path)


def load_notices(path: Path, values: Mapping[str, Any]) -> tuple[Channel, ...]:
    """Where the file says that notices go. Raises ``ConfigError``."""
    if NOTICES not in values:
        return ()  # nothing to load the checker for
    from commands.settings.notices import check_channels  # heavy: only where there are some

    return check_channels(values[NOTICES], path)


def _load_rule_files(directory: Path, where: str) -> list[Layer]:
    """Every ``*.toml`` of the directory; two of them may not have a rule for the same host."""
    from scraper.rules import Layer, check_rules  # heavy: only where there are rules

    try:
        paths = sorted(each for each in directory.iterdir() if each.name.endswith(".toml"))
    except OSError as error:
        problem = f"{directory} cannot be read: {error.strerror}"
        raise ConfigError(f"{where}: {problem}; name a directory of rule files") from None
    if len(paths) > MAX_RULE_FILES:
        raise ConfigError(f"{where}: {directory} has more than {MAX_RULE_FILES} files")
    layers: list[Layer] = []
    for path in paths:
        values = _read_toml(path)
        if other := next((section for section in values if section != RULES), None):
            advice = f'a rule file has rules alone: write [{RULES}."example.org"]'
            raise ConfigError(f"{path}: unknown section or key {other!r}; {advice}")
        rules = check_rules(values.get(RULES, {}), str(path))
        for layer in layers:
            if both := sorted(rules.keys() & layer.rules.keys()):
                raise ConfigError(
                    f'{path}: [{RULES}."{both[0]}"] is in {layer.name} too: write one of them'
                )
        layers.append(Layer(str(path), rules))
    return layers


def _config_path(context: typer.Context) -> Path | None:
    if given := _flag(context, "config"):
        return Path(given).expanduser()
    if given := os.environ.get("KLIPING_CONFIG", ""):
        return Path(given).expanduser()
    from platformdirs import user_config_path  # heavy: only where no place is given

    default = user_config_path("kliping", appauthor=False) / "kliping.toml"
    return default if os.path.lexists(default) else None


def chosen_db(context: typer.Context) -> Place | None:
    """The database that a flag or the environment names. Raises ``ConfigError``."""
    if given := _flag(context, "db"):
        return read_place(given, "--db")
    if given := os.environ.get("KLIPING_DB", ""):
        return read_place(given, "KLIPING_DB")
    return None


def read_place(given: str, where: str) -> Place:
    """A file or a server's address, as ``where`` has it. Raises ``ConfigError``."""
    try:
        return parse_place(given)
    except ValueError as error:
        raise ConfigError(f"{where}: {error}") from None


def _db_path(context: typer.Context) -> Place:
    if given := chosen_db(context):
        return given
    from platformdirs import user_data_path  # heavy: only where no place is given

    return user_data_path("kliping", appauthor=False) / "kliping.db"


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


def _read_toml(path: Path) -> dict[str, Any]:
    import tomllib  # heavy: only where there is a file

    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        advice = "give a readable file with --config or KLIPING_CONFIG, or neither"
        raise ConfigError(f"{path}: cannot be read: {error.strerror}; {advice}") from None
    if len(content) > MAX_FILE_BYTES:
        raise ConfigError(f"{path}: over {MAX_FILE_BYTES} bytes: not a kliping.toml")
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: not TOML: it is not UTF-8 text") from None
    except (ValueError, RecursionError) as error:  # also of a number with thousands of digits
        raise ConfigError(f"{path}: not TOML: {error}") from None


def _unknown(path: Path, section: str, key: str | None) -> str:
    """What is wrong, and the known key that is written most like it."""
    word = (section if key is None else key)[:60]
    known = [(name, "") for name in (*KEYS, RULES, SITES, NOTICES)] if key is None else []
    known += [(name, each) for name, keys in KEYS.items() for each in keys]

    def likeness(candidate: tuple[str, str]) -> float:
        spelled = difflib.SequenceMatcher(None, word.lower(), candidate[1] or candidate[0]).ratio()
        return spelled + 0.1 * (candidate[0] == section)

    near_section, near_key = max(known, key=likeness)
    nearest = f"[{near_section}]" if not near_key else f"{near_key!r} in [{near_section}]"
    what = f"unknown section or key {word!r}"
    if key is not None:
        what = f"unknown key {word!r} in [{section}]"
    return f"{path}: {what}; the nearest known one is {nearest}"


# --------------------------------------------------------------------- the keys


def _number(low: float, high: float, unit: str, *, above: bool = False) -> Callable[..., float]:
    """A number from ``low`` (or above it) to ``high``."""

    def check(value: object, where: str) -> float:
        good = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not good or not low <= value <= high or (above and value == low):  # type: ignore[operator]
            start = f"above {low:g}" if above else f"from {low:g}"
            raise ConfigError(f"{where} must be {unit} {start} to {high:g}, not {_shown(value)}")
        return float(value)  # type: ignore[arg-type]

    return check


def _count(low: int, high: int, unit: str) -> Callable[..., int]:
    def check(value: object, where: str) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise ConfigError(f"{where} must be {unit} from {low} to {high}, not {_shown(value)}")
        return value

    return check


def _switch(value: object, where: str) -> bool:
    if not isinstance(value, bool):
        raise ConfigError(f"{where} must be true or false, not {_shown(value)}")
    return value


def _one_of(*words: str) -> Callable[..., str]:
    def check(value: object, where: str) -> str:
        if value not in words:
            said = ", ".join(f'"{word}"' for word in words[:-1])
            raise ConfigError(f'{where} must be {said} or "{words[-1]}", not {_shown(value)}')
        return str(value)

    return check


def _directory(value: object, where: str) -> Path:
    """Relative to the file's own directory; ``~`` is the home directory."""
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise ConfigError(f"{where} must be the path of a directory, not {_shown(value)}")
    try:
        return Path(value).expanduser()
    except RuntimeError:
        raise ConfigError(f"{where}: {_shown(value)} is in the home of an unknown user") from None


def _user_agent(value: object, where: str) -> str:
    """One line of printable ASCII: what a header field may hold (RFC 9110 §5.5)."""
    good = isinstance(value, str) and value.isascii() and value.isprintable() and value.strip()
    if not good or len(value) > 500:  # type: ignore[arg-type]
        rule = "must be one line of plain ASCII text, at most 500 characters"
        raise ConfigError(f"{where} {rule}, not {_shown(value)}")
    return str(value).strip()


def _shown(value: object) -> str:
    text = {True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


OBEY = ("nothing", "pages", "strict")
"""As ``storage.reading.rights.Obey`` has them, which need not be loaded to read this."""
RULES, SITES = "rules", "sites"
"""The sections whose keys are hosts."""
NOTICES = "notices"
"""The section whose keys are ways to notify."""
KEYS: Mapping[str, Mapping[str, Callable[[Any, str], Any]]] = {
    "fetch": {
        "deadline": _number(0, DAY, "seconds", above=True),
        "max_bytes": _count(1, 1_000_000_000, "a whole number of bytes"),
        "allow_private": _switch,
        "user_agent": _user_agent,
    },
    "pace": {
        "min_delay": _number(0, DAY, "seconds"),
        "max_crawl_delay": _number(0, DAY, "seconds"),
        "concurrency": _count(1, 1000, "a whole number of requests"),
    },
    "crawl": {
        "max_stored": _count(1_000_000, 10**15, "a whole number of bytes"),
    },
    "extraction": {
        "rules_dir": _directory,
    },
    "rights": {
        "obey": _one_of(*OBEY),
    },
}

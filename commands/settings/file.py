"""The text of a ``kliping.toml`` → checked values.

What is wrong is a ``ConfigError`` that names the file, the key and what to write. It goes to
``tell``, which ends the command at the first one, or goes on and collects them.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from commands.settings.keys import KEYS, NOTICES, RULES, SITES
from commands.settings.opening import open_file
from scraper.errors import ConfigError

if TYPE_CHECKING:
    from commands.settings.notices import Channel
    from commands.settings.sites import Site
    from scraper.rules import Layer

MAX_FILE_BYTES = 1_000_000
MAX_RULE_FILES = 1_000
MAX_BITS = 1_000
"""Of a number."""
Tell = Callable[[ConfigError], object]
T = TypeVar("T")


def end_at(problem: ConfigError) -> NoReturn:
    raise problem


def load_config(path: Path, tell: Tell = end_at) -> dict[str, dict[str, Any]]:
    """The checked contents of a ``kliping.toml``: section → key → value, the good ones. Raises
    ``ConfigError`` for what is no TOML.

    The rules of sites, by host, are checked by ``load_rules``, and what may be secret by
    ``load_sites`` and ``load_notices``.
    """
    values = _read_toml(path)
    for section, keys in values.items():
        if section in (RULES, SITES, NOTICES):
            continue
        if section not in KEYS:
            tell(ConfigError(_unknown(path, section, None)))
        elif not isinstance(keys, dict):
            tell(ConfigError(f"{path}: {section} must be a section: write [{section}]"))
        else:
            values[section] = _check_section(path, section, keys, tell)
    return values


def _check_section(path: Path, section: str, keys: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    checked = {}
    for key, value in keys.items():
        if key not in KEYS[section]:
            tell(ConfigError(_unknown(path, section, key)))
            continue
        try:
            checked[key] = KEYS[section][key].check(value, f"{path}: [{section}] {key}")
        except ConfigError as problem:
            tell(problem)
    return checked


def load_rules(
    path: Path, values: Mapping[str, Mapping[str, Any]], tell: Tell = end_at
) -> tuple[Layer, ...]:
    """The own rules that a file holds and its rules directory has."""
    directory = values.get("extraction", {}).get("rules_dir")
    if RULES not in values and directory is None:
        return ()  # nothing to load the checker for
    layers = []
    if directory is not None:
        where = f"{path}: [extraction] rules_dir"
        layers = _load_rule_files(path.parent / directory, where, tell)
    if RULES in values:
        layers += _check_layer(path, values[RULES], tell)
    return tuple(layers)


def load_sites(path: Path, values: Mapping[str, Any], tell: Tell = end_at) -> tuple[Site, ...]:
    """What the file says is to be sent to single sites."""
    if SITES not in values:
        return ()  # nothing to load the checker for
    from commands.settings.sites import check_sites  # heavy: only to fetch

    return _check_tables(values[SITES], lambda table: check_sites(table, path), tell) or ()


def load_notices(path: Path, values: Mapping[str, Any], tell: Tell = end_at) -> tuple[Channel, ...]:
    """Where the file says that notices go."""
    if NOTICES not in values:
        return ()  # nothing to load the checker for
    from commands.settings.notices import check_channels  # heavy: only where there are some

    return _check_tables(values[NOTICES], lambda table: check_channels(table, path), tell) or ()


def _load_rule_files(directory: Path, where: str, tell: Tell) -> list[Layer]:
    """Every ``*.toml`` of the directory; two of them may not have a rule for the same host."""
    try:
        paths = sorted(each for each in directory.iterdir() if each.name.endswith(".toml"))
    except OSError as error:
        problem = f"{directory} cannot be read: {error.strerror}"
        tell(ConfigError(f"{where}: {problem}; name a directory of rule files"))
        return []
    if len(paths) > MAX_RULE_FILES:
        tell(ConfigError(f"{where}: {directory} has more than {MAX_RULE_FILES} files"))
        return []
    layers: list[Layer] = []
    for path in paths:
        try:
            layers += _load_rule_file(path, layers, tell)
        except ConfigError as problem:
            tell(problem)
    return layers


def _load_rule_file(path: Path, others: list[Layer], tell: Tell) -> list[Layer]:
    values = _read_toml(path)
    if unknown := next((section for section in values if section != RULES), None):
        advice = f'a rule file has rules alone: write [{RULES}."example.org"]'
        raise ConfigError(f"{path}: unknown section or key {unknown!r}; {advice}")
    layers = _check_layer(path, values.get(RULES, {}), tell)
    for layer in layers:
        for other in others:
            if both := sorted(layer.rules.keys() & other.rules.keys()):
                raise ConfigError(
                    f'{path}: [{RULES}."{both[0]}"] is in {other.name} too: write one of them'
                )
    return layers


def _check_layer(path: Path, table: object, tell: Tell) -> list[Layer]:
    from scraper.rules import Layer, check_rules  # heavy: only where there are rules

    rules = _check_tables(table, lambda rules: check_rules(rules, str(path)), tell)
    return [] if rules is None else [Layer(str(path), rules)]


def _check_tables(table: object, check: Callable[[object], T], tell: Tell) -> T | None:
    """What is under each host or way to notify, checked. What is wrong is told of each; the others
    are good."""
    try:
        return check(table)
    except ConfigError as first:
        good, problems = {}, []
        for name, keys in table.items() if isinstance(table, dict) else ():
            try:
                check({name: keys})
                good[name] = keys
            except ConfigError as problem:
                problems.append(problem)
        for each in problems or [first]:
            tell(each)
        return check(good) if problems else None


_HEADER = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]\s*(#.*)?")
_KEY = re.compile(r"\s*([\w.\"'-]+)\s*=")


def find_lines(path: Path) -> dict[str, int]:
    """Where sections and keys stand in a file that is good: ``fetch.deadline`` → 3. Keys within
    braces have none."""
    lines: dict[str, int] = {}
    section = ""
    text = path.read_bytes()[:MAX_FILE_BYTES].decode("utf-8-sig", "replace")
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.fullmatch(line):
            section = re.sub("[\"'\\s]", "", header[1])
            lines.setdefault(section, number)
        elif key := _KEY.match(line):
            name = re.sub("[\"']", "", key[1])
            lines.setdefault(f"{section}.{name}" if section else name, number)
    return lines


def _read_toml(path: Path) -> dict[str, Any]:
    import tomllib  # heavy: only where there is a file

    try:
        with open_file(path) as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        advice = "give a readable file with --config or KLIPING_CONFIG, or neither"
        raise ConfigError(f"{path}: cannot be read: {error.strerror}; {advice}") from None
    if len(content) > MAX_FILE_BYTES:
        raise ConfigError(f"{path}: over {MAX_FILE_BYTES} bytes: not a kliping.toml")
    long = ConfigError(f"{path}: a number in it has too many digits; shorten it")
    try:
        values = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: not TOML: it is not UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not TOML: {error}") from None
    except ValueError as error:
        if "digits" not in str(error):  # Python's limit, in Python's words
            raise ConfigError(f"{path}: not TOML: {error}") from None
        raise long from None
    except RecursionError:
        raise ConfigError(
            f"{path}: brackets in it are nested too deep; no key needs that"
        ) from None
    if _has_long_number(values):
        raise long
    return values


def _has_long_number(value: object) -> bool:
    """Of which Python could not even print the digits: ``0xfff…`` passes its limit."""
    if isinstance(value, dict):
        return any(map(_has_long_number, value.values()))
    if isinstance(value, list):
        return any(map(_has_long_number, value))
    return isinstance(value, int) and value.bit_length() > MAX_BITS


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

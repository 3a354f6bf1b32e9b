"""``[sites."example.org"]``: what a subscriber sends to a site, checked, and its cookie files read.

No message here shows a value, as each may be a secret.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from commands.settings.keys import SITE_KEYS
from commands.settings.secrets import (
    ANY,
    exposed,
    lock,
    others_may,
    quoted,
    read_secret,
    unknown_key,
)
from scraper.errors import AddressError, ConfigError
from scraper.fetch.credentials import (
    Cookie,
    Credentials,
    SiteAccess,
    Withheld,
    header_problem,
    parse_cookies,
    parse_cookies_file,
)
from scraper.fetch.politeness.paths import normal_path
from scraper.urls import domain_of, hide_userinfo, parse_address

MAX_FILE_BYTES = 1_000_000
MAX_HEADERS = 50
MAX_PATHS = 100
EXAMPLE = '[sites."example.org"]'


@dataclass(frozen=True)
class Site:
    """One section: what it states by itself, and the file that has the rest."""

    where: str
    """The file and the section, for messages."""
    access: SiteAccess
    cookies_file: Path | None = None
    """Absolute, or relative to the working directory."""


def check_sites(table: object, path: Path) -> tuple[Site, ...]:
    """The sections of the file at ``path``; no cookie file is read.

    Raises ``ConfigError``: one line that names file, host and key, and says what to write.
    """
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: sites must be sections: write {EXAMPLE}")
    sites: dict[str, Site] = {}
    for given, keys in table.items():
        where = f'{path}: [sites."{_shown(given)}"]'
        host = _check_host(given, keys, where)
        if host in sites:
            raise ConfigError(f"{where} is a second section for {host}: write one for both")
        sites[host] = _check_site(host, keys, where, path.parent)
    return tuple(sites.values())


def load_credentials(
    sites: Sequence[Site], config: Path | None, now: datetime, told_until: datetime | None = None
) -> tuple[Credentials, list[str]]:
    """Everything that is to be sent, and warnings, one line each. Raises ``ConfigError``.

    ``told_until``: whoever asks has warned at that time. Then only what is new is warned of: in a
    file that was changed since, and of cookies that have expired since.
    """
    warnings: list[str] = []
    holds_secrets = any(each.access.headers or each.access.cookies for each in sites)
    if config is not None:
        with suppress(OSError):  # it was read a moment ago, and may be gone
            status = config.stat()
            if _is_changed(status, told_until):
                told_until = None
                warnings += exposed(config, status) if holds_secrets else []
    read = [_with_cookies_file(site, now, told_until, warnings) for site in sites]
    return Credentials(tuple(read)), list(dict.fromkeys(warnings))


def withheld_notice(
    sites: Sequence[Site], tell: Callable[[str], None]
) -> Callable[[SiteAccess, str, Withheld], None]:
    """Tells once for each site and kind what stayed back from an address."""
    where = {site.access.host: site.where for site in sites}
    told: set[tuple[str, Withheld]] = set()

    def notice(site: SiteAccess, url: str, withheld: Withheld) -> None:
        if (site.host, withheld) in told:
            return
        told.add((site.host, withheld))
        what, advice = _WITHHELD[withheld]
        tell(f"{where.get(site.host, site.host)}: {what.format(url)}; {advice}")

    return notice


_NAME_ALONE = re.compile("[:=].*", re.DOTALL)
"""Behind the name of a header, where a whole one is given for it: that may be the secret."""
_WITHHELD = {
    Withheld.ALL: (
        "its headers and cookies were not sent to {}, which is not encrypted",
        "give addresses with https://, or write insecure = true to send them all the same",
    ),
    Withheld.COOKIES: (
        "cookies marked secure were not sent to {}, which is not encrypted",
        "give addresses with https://; such cookies never go without encryption",
    ),
    Withheld.ELSEWHERE: (
        "its headers and cookies were not sent to {}, which another site listed or led to",
        "follow a source of the site's own, or `kliping fetch` the address",
    ),
}


# --------------------------------------------------------------------- checking


def _check_host(given: str, keys: object, where: str) -> str:
    """The host that a section is for, as ``SiteAccess`` has it."""
    if not isinstance(keys, dict):
        name = f'[sites."{_shown(given)}"]' if "." in given else EXAMPLE
        raise ConfigError(f"{where} must be a section: write {name}, and the keys below it")
    if not keys.keys() & SITE_KEYS.keys() and any(map(_is_part_of_host, keys, keys.values())):
        advice = "put the host in quotation marks"  # [sites.example.org] is example → org
        raise ConfigError(f"{where} is part of a host: {advice}, as in {EXAMPLE}")
    host = None
    try:
        parts = urlsplit(parse_address(f"https://{given}/"))
        with_port = ":" in given.rpartition("]")[2]
        if not set("/?#@ ") & set(given) and not with_port:
            host = parts.hostname
    except AddressError:
        pass
    if host is None:
        raise ConfigError(
            f"{where}: {quoted(given)} is no host: write the name alone, without https:// or a "
            f"path, as in {EXAMPLE}"
        )
    if _is_suffix(host):
        raise ConfigError(
            f"{where}: {host} is no site of its own, everybody may have a name below it: write "
            f"the site's whole name, as in {EXAMPLE}"
        )
    return host


def _is_part_of_host(key: str, value: object) -> bool:
    """``org = { cookies = … }``: a section without quotation marks; not a misspelt ``headers``."""
    misspelt = difflib.get_close_matches(key.lower(), SITE_KEYS, n=1, cutoff=0.6)
    return isinstance(value, dict) and not misspelt


def _is_suffix(host: str) -> bool:
    """Whether names below it belong to different owners (``com``, ``co.uk``, ``github.io``)."""
    below = f"below.{host}"
    is_name = ":" not in host and not host.replace(".", "").isdecimal() and host != "localhost"
    return is_name and domain_of(f"https://{below}/") == below


def _check_site(host: str, keys: dict[str, object], where: str, directory: Path) -> Site:
    for key in keys:
        if key not in SITE_KEYS:
            raise unknown_key(key, SITE_KEYS, where)
    insecure = keys.get("insecure", False)
    if not isinstance(insecure, bool):
        raise ConfigError(f"{where} insecure must be true or false")
    access = SiteAccess(
        host,
        _check_headers(keys.get("headers", {}), where),
        _check_cookies(keys["cookies"], host, where) if "cookies" in keys else (),
        insecure,
        _check_paths(keys["paths"], host, where) if "paths" in keys else (),
    )
    file = _check_path(keys["cookies_file"], where) if "cookies_file" in keys else None
    return Site(where, access, directory / file if file else None)


def _check_headers(value: object, where: str) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict):
        form = 'headers = { Authorization = "Bearer …", X-Key = "…" }'
        raise ConfigError(f"{where} headers must be a table of names and values: write {form}")
    if len(value) > MAX_HEADERS:
        raise ConfigError(f"{where} headers: {len(value)} of them; {MAX_HEADERS} are allowed")
    names: set[str] = set()
    for name, content in value.items():
        if problem := header_problem(name, content):
            raise ConfigError(f"{where} headers: {quoted(_NAME_ALONE.sub('…', name))} {problem}")
        if name.lower() in names:
            raise ConfigError(f"{where} headers: {quoted(name)} is there twice: write one")
        names.add(name.lower())
    return tuple(value.items())


def _check_cookies(value: object, host: str, where: str) -> tuple[Cookie, ...]:
    form = 'write them as in cookies = "name=value; other=value"'
    if not isinstance(value, str):
        raise ConfigError(f"{where} cookies must be text; {form}")
    try:
        return parse_cookies(value, host)
    except ValueError as error:
        raise ConfigError(f"{where} cookies: {error}; {form}") from None


def _check_paths(value: object, host: str, where: str) -> tuple[str, ...]:
    """Each as an address would have it."""
    form = 'write them as in paths = ["/news/"], or leave the key out to mean all'
    if not isinstance(value, list) or not 0 < len(value) <= MAX_PATHS:
        raise ConfigError(f"{where} paths must be a list of 1 to {MAX_PATHS} paths; {form}")
    return tuple(_check_prefix(each, host, f"{where} paths", form) for each in value)


def _check_prefix(value: object, host: str, where: str, form: str) -> str:
    """The beginning of a path, in its normal form."""
    if not isinstance(value, str) or not value.startswith("/") or set("?#*") & set(value):
        what = quoted(value) if isinstance(value, str) else "what is no text"
        raise ConfigError(f"{where}: {what} is no path of its own, from its first / on; {form}")
    if normal_path(value) != value or "//" in value:
        short = normal_path(value.replace("//", "/"))
        advice = f"write it without dots, doubled slashes and escaped letters: {quoted(short)}"
        raise ConfigError(f"{where}: {quoted(value)} is not in its shortest form; {advice}")
    authority = f"[{host}]" if ":" in host else host
    no_path = ConfigError(f"{where}: {quoted(value)} is no path of a web address; {form}")
    if not value.isprintable():
        raise no_path
    try:
        return urlsplit(parse_address(f"https://{authority}{value}")).path
    except AddressError:
        raise no_path from None


def _check_path(value: object, where: str) -> Path:
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise ConfigError(f"{where} cookies_file must be the path of a file")
    try:
        return Path(value).expanduser()
    except RuntimeError:
        raise ConfigError(f"{where} cookies_file is in the home of an unknown user") from None


# --------------------------------------------------------------------- the files


def _with_cookies_file(
    site: Site, now: datetime, told_until: datetime | None, warnings: list[str]
) -> SiteAccess:
    """What the section states, with the cookies of its file that may be for it, below its own."""
    path = site.cookies_file
    if path is None:
        return site.access
    text, status = _read(path, site.where)
    cookies, skipped = parse_cookies_file(text)
    if not cookies:
        what = "has no cookie in it" if not skipped else "is not in the Netscape format"
        advice = (
            "export it as cookies.txt, in the Netscape format: a cookie a line, seven fields "
            "between tabs, as curl and yt-dlp read it"
        )
        raise ConfigError(f"{site.where} cookies_file: {path} {what}; {advice}")
    is_changed = _is_changed(status, told_until)
    if skipped and is_changed:
        lines = f"{len(skipped)} line{'s are' if len(skipped) > 1 else ' is'} no cookie"
        warnings.append(f"{path}: {lines} (the first is line {skipped[0]})")
    own = tuple(each for each in cookies if _concerns(each, site.access.host))
    if not own and is_changed:
        warnings.append(f"{path}: no cookie for {site.access.host} in it")
    expired = [each.expires for each in own if each.expires and each.expires <= now.timestamp()]
    if expired and _is_news(expired, len(own), None if is_changed else told_until):
        what = f"{len(expired)} of its {len(own)} cookies for {site.access.host}"
        have = "has" if len(expired) == 1 else "have"
        warnings.append(f"{path}: {what} {have} expired; export anew")
    return replace(site.access, cookies=own + site.access.cookies)


def _is_changed(status: os.stat_result, since: datetime | None) -> bool:
    """Content, owner or mode; also a file that was put in the place of another."""
    return since is None or max(status.st_ctime, status.st_mtime) > since.timestamp()


def _is_news(expired: Sequence[float], cookies: int, since: datetime | None) -> bool:
    """Of a file that has not changed: its first cookie has expired since, or its last one. Many
    cookies of a browser last an hour, and nobody wants to hear of each."""
    if since is None or min(expired) > since.timestamp():
        return True
    return len(expired) == cookies and max(expired) > since.timestamp()


def _concerns(cookie: Cookie, host: str) -> bool:
    """Whether it may be sent to ``host`` or a host below it; none is for all of ``com``."""
    above = cookie.subdomains and host.endswith(f".{cookie.domain}")
    below = cookie.domain.endswith(f".{host}")
    one_owner = domain_of(f"https://{cookie.domain}/") == domain_of(f"https://{host}/")
    return cookie.domain == host or ((above or below) and one_owner)


def _read(path: Path, where: str) -> tuple[str, os.stat_result]:
    where = f"{where} cookies_file"
    advice = "name a file of cookies that you may read, or leave the key out"
    content, status = read_secret(path, MAX_FILE_BYTES + 1, where, advice)
    if others_may(ANY, status):
        problem = f"others can read or change {path}, and it holds secrets"
        raise ConfigError(f"{where}: {problem}; run: {lock(path)}")
    if len(content) > MAX_FILE_BYTES:
        raise ConfigError(f"{where}: {path} is over {MAX_FILE_BYTES} bytes; name a file of cookies")
    return content.decode("utf-8-sig", "replace"), status


def _shown(text: str) -> str:
    """For a message: one line, not too long, without a password."""
    text = hide_userinfo(text)
    plain = text if text.isprintable() else repr(text)[1:-1]
    return plain if len(plain) <= 60 else plain[:57] + "..."

"""Where an archive is: in a file, or in a database of a PostgreSQL server. Nothing heavy is loaded.

A server's address is written as a URI (https://www.postgresql.org/docs/current/libpq-connect.html,
"Connection URIs"), with SQLAlchemy's name for the driver or without it:
``postgresql+psycopg://USER:PASSWORD@HOST:PORT/DATABASE?OPTION=VALUE``. Whatever is printed of one
goes through ``str``, which never holds the password.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote

SCHEMES = frozenset({"postgresql+psycopg", "postgresql", "postgres"})
EXAMPLE = "postgresql+psycopg://USER@HOST/DATABASE"
HOW_TO_LOG_IN = "give the password with PGPASSWORD or in ~/.pgpass"

_SCHEME = r"([A-Za-z][A-Za-z0-9+.-]*)://"
# A sign with a meaning of its own is escaped wherever it is none: so that no part of a password
# can be taken for a host, a database or an option, and be printed.
_HOST = r"(?:\[[0-9A-Fa-f:.]+\]|[^:@/?#\[\],\s]*)(?::[0-9]{1,5})?"
_MEANT_AS_ADDRESS = r"://|//[^/\s]*:[^\s]*@|\bpassword\s*="
# Compiled when it is needed: every command loads this module.
_ADDRESS = (
    r"(?:(?P<user>[^:@/?#\s]*)(?::(?P<password>[^:@/?#\s]*))?@)?"
    rf"(?P<hosts>{_HOST}(?:,{_HOST})*)"
    r"(?:/(?P<database>[^:@/?#\s]*))?"
    r"(?:\?(?P<options>[^@?#\s]*))?"
)


@dataclass(frozen=True)
class ServerAddress:
    """A database of a server. Two are equal that differ in their secrets alone."""

    user: str
    hosts: tuple[tuple[str, str], ...]
    """Names and ports, as given; empty where libpq's own defaults hold."""
    database: str
    options: tuple[tuple[str, str], ...] = ()
    """Others of libpq's parameters."""
    secrets: tuple[tuple[str, str], ...] = field(default=(), repr=False, compare=False)

    def __str__(self) -> str:
        user = f"{quote(self.user, safe='')}@" if self.user else ""
        hosts = ",".join(_written(host, port) for host, port in self.hosts)
        pairs = [f"{name}={quote(value, safe='/:,')}" for name, value in self.options]
        options = f"?{'&'.join(pairs)}" if pairs else ""
        return f"postgresql+psycopg://{user}{hosts}/{quote(self.database, safe='')}{options}"

    def parameters(self) -> dict[str, str]:
        """As libpq names them, the secrets included."""
        found = {"user": self.user, "dbname": self.database}
        if self.hosts:
            found["host"] = ",".join(host for host, _ in self.hosts)
            found["port"] = ",".join(port for _, port in self.hosts)
            if not any(port for _, port in self.hosts):
                del found["port"]
        found |= dict(self.options) | dict(self.secrets)
        return {name: value for name, value in found.items() if value}


Place = Path | ServerAddress


BESIDE = {
    "run lock": ".lock",
    "turns at hosts": ".pace",
    "log of writes": "-wal",
    "index of the log": "-shm",
    "rollback journal": "-journal",
}
"""What may stand beside the file of an archive while it is used: what it is, and what its name has
more."""


def open_beside(path: Path, archive: Path) -> int:
    """The descriptor of a small file beside an archive, made where it is not there. Whoever may not
    write the archive may not write this either. Raises ``OSError``."""
    flags = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW
    mode = 0o600 | (archive.stat().st_mode & 0o666 if archive.exists() else 0)
    try:
        descriptor = os.open(path, flags | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        return os.open(path, flags)
    os.fchmod(descriptor, mode)  # whatever the umask
    return descriptor


def parse_place(text: str) -> Place:
    """A file's path (``~`` is the home directory), or a server's address.

    Raises ``ValueError``, whose text never holds what was given: it may be a password.
    """
    scheme = re.match(_SCHEME, text)
    if scheme is None and text.partition(":")[0].lower() not in SCHEMES:
        if re.search(_MEANT_AS_ADDRESS, text):
            # As a path it would make a directory that has the password for its name.
            raise ValueError(
                f"it seems to be a server's address: write {EXAMPLE}, without quotes or blanks"
            )
        try:
            return Path(text).expanduser()
        except RuntimeError:
            raise ValueError("the path is in the home of an unknown user") from None
    if scheme is None:
        raise ValueError(f"an address of a server is written {EXAMPLE}")
    name = scheme[1].lower()
    if name in ("file", "sqlite"):
        raise ValueError("name the file itself, without the scheme")
    if name not in SCHEMES:
        raise ValueError(f"no kind of database is called {name}: name a file, or write {EXAMPLE}")
    return _parse_address(text[scheme.end() :])


def _parse_address(rest: str) -> ServerAddress:
    found = re.fullmatch(_ADDRESS, rest)
    if found is None:
        raise ValueError(
            f"the server's address cannot be read: write {EXAMPLE}, and in names and passwords "
            "%40 for @, %3A for :, %2F for /, %3F for ?, %23 for #"
        )
    options = _parse_options(found["options"] or "")
    secrets = [pair for pair in options if _is_secret(pair[0])]
    if found["password"]:
        secrets.append(("password", _plain(found["password"])))
    database = _plain(found["database"] or "")
    if not database and not {"dbname", "service"} & {name for name, _ in options}:
        raise ValueError(f"the address names no database: write {EXAMPLE}")
    hosts = [_split_port(one) for one in found["hosts"].split(",")] if found["hosts"] else []
    return ServerAddress(
        user=_plain(found["user"] or ""),
        hosts=tuple((_plain(host), port) for host, port in hosts),
        database=database,
        options=tuple(pair for pair in options if not _is_secret(pair[0])),
        secrets=tuple(secrets),
    )


def _parse_options(text: str) -> list[tuple[str, str]]:
    pairs = []
    for part in filter(None, text.split("&")):
        name, is_set, value = part.partition("=")
        if not is_set or not re.fullmatch(r"[a-z_]+", name):
            raise ValueError("what stands behind the ? of the address must be OPTION=VALUE")
        pairs.append((name, _plain(value)))
    return pairs


def _is_secret(name: str) -> bool:
    return "password" in name or "secret" in name


def _plain(text: str) -> str:
    plain = unquote(text)
    if "\0" in plain:
        raise ValueError("the address holds a NUL")
    return plain


def _split_port(text: str) -> tuple[str, str]:
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        return host, rest.removeprefix(":")
    host, _, port = text.partition(":")
    return host, port


def _written(host: str, port: str) -> str:
    name = f"[{host}]" if ":" in host else quote(host, safe="")
    return f"{name}:{port}" if port else name

"""``[notices.mail]``, ``[notices.command]``, ``[notices.webhook]``: where notices go, checked.

No message here shows a value that may be a secret: a password, the address of a webhook, what a
command is given.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

from commands.settings.secrets import READ, exposed, lock, others_may, read_secret, unknown_key
from scraper.errors import AddressError, ConfigError
from scraper.urls import parse_address

PORTS = {"starttls": 587, "tls": 465, "none": 25}
"""By ``encryption``: RFC 8314 §3.3, RFC 6409 §3.1, RFC 5321 §4.5.4.2."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")
MOST = 50
"""Recipients, words of a command, headers."""
MAX_SECRET_BYTES = 10_000
_HOST = re.compile(r"[A-Za-z0-9._:-]{1,255}")


@dataclass(frozen=True, kw_only=True)
class MailChannel:
    """Through a mail server (SMTP)."""

    name: ClassVar[str] = "mail"

    host: str
    port: int
    encryption: str
    sender: str
    to: tuple[str, ...]
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    password_file: Path | None = None
    """Not read yet: it has the password."""


@dataclass(frozen=True, kw_only=True)
class CommandChannel:
    """A program, which reads the notice from its standard input."""

    name: ClassVar[str] = "command"

    run: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class WebhookChannel:
    """An address, to which the notice is posted."""

    name: ClassVar[str] = "webhook"

    url: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    allow_private: bool = False


Channel = MailChannel | CommandChannel | WebhookChannel


def check_channels(table: object, path: Path) -> tuple[Channel, ...]:
    """The sections of the file at ``path``; no password file is read.

    Raises ``ConfigError``: one line that names file and key, and says what to write.
    """
    if not isinstance(table, dict) or not all(isinstance(keys, dict) for keys in table.values()):
        raise ConfigError(f"{path}: notices must be sections: write [notices.mail] or the like")
    found: list[Channel] = []
    for name, keys in table.items():
        if name not in _CHECKS:
            near = difflib.get_close_matches(str(name).lower(), _CHECKS, n=1, cutoff=0)[0]
            known = ", ".join(_CHECKS)
            raise ConfigError(
                f"{path}: unknown section {str(name)[:60]!r} in [notices]; the nearest known one "
                f"is [notices.{near}] (all: {known})"
            )
        found.append(_CHECKS[name](_Section(keys, f"{path}: [notices.{name}]", path.parent)))
    return tuple(found)


def load_channels(
    channels: Sequence[Channel], config: Path | None
) -> tuple[tuple[Channel, ...], list[str]]:
    """The channels with their passwords read, and warnings, one line each.

    Raises ``ConfigError``.
    """
    warnings: list[str] = []
    if config is not None and any(map(_has_secret, channels)):
        with suppress(OSError):  # it was read a moment ago, and may be gone
            warnings = exposed(config, config.stat())
    return tuple(map(_with_password, channels)), warnings


def _has_secret(channel: Channel) -> bool:
    """Of its section in kliping.toml. (What a command is given every process can see.)"""
    if isinstance(channel, WebhookChannel):
        return bool(channel.headers) or urlsplit(channel.url).path != "/"
    return isinstance(channel, MailChannel) and channel.password is not None


def _with_password(channel: Channel) -> Channel:
    """With the first line of its password file, which only its owner may read."""
    if not isinstance(channel, MailChannel) or channel.password_file is None:
        return channel
    path, where = channel.password_file, "[notices.mail] password_file"
    content, status = read_secret(path, MAX_SECRET_BYTES, where, "name a file with the password")
    if others_may(READ, status):
        raise ConfigError(f"{where}: others can read {path}: {lock(path)}")
    first = content.decode("utf-8", "replace").partition("\n")[0].strip()
    if not first:
        raise ConfigError(f"{where}: {path} has no password in its first line")
    return replace(channel, password=first)


class _Section:
    """The keys of one section; what is asked for is known."""

    def __init__(self, keys: Mapping[str, Any], where: str, directory: Path) -> None:
        self._keys = keys
        self.where = where
        self.directory = directory
        self._known: list[str] = []

    def get(self, key: str) -> Any:
        self._known.append(key)
        return self._keys.get(key)

    def text(self, key: str, form: str, *, needed: bool = True) -> str | None:
        value = self.get(key)
        if value is None and not needed:
            return None
        if not isinstance(value, str) or not value.strip() or not value.isprintable():
            raise self.wrong(key, form)
        return value.strip()

    def wrong(self, key: str, form: str) -> ConfigError:
        what = "is missing" if key not in self._keys else "is not right"
        return ConfigError(f"{self.where} {key} {what}: write {form}")

    def end(self) -> None:
        """Raises ``ConfigError`` for a key that nobody asked for."""
        for key in self._keys:
            if key not in self._known:
                raise unknown_key(key, self._known, self.where)


def _check_mail(section: _Section) -> MailChannel:
    host = section.text("host", 'host = "mail.example.org"')
    if host is None or not _HOST.fullmatch(host):
        raise section.wrong("host", 'the name alone, as in host = "mail.example.org"')
    encryption = section.get("encryption")
    if encryption is None:
        encryption = "starttls"
    if encryption not in PORTS:
        raise section.wrong("encryption", '"starttls", "tls" or "none"')
    port = section.get("port")
    if port is None:
        port = PORTS[encryption]
    if not isinstance(port, int) or isinstance(port, bool) or not 0 < port < 65536:
        raise section.wrong("port", f"a number as in port = {PORTS[encryption]}")
    user = section.text("user", 'user = "ann"', needed=False)
    password = section.get("password")
    if password is not None and not (isinstance(password, str) and password):
        raise section.wrong("password", 'password = "…", or password_file = "mail.secret"')
    file = section.text("password_file", 'password_file = "mail.secret"', needed=False)
    if password is not None and file is not None:
        raise section.wrong("password_file", "either password or password_file")
    has_password = password is not None or file is not None
    if (user is None) == has_password:
        key = "user" if user is None else "password"
        raise section.wrong(key, "both user and password, or neither")
    if has_password and encryption == "none" and host not in LOOPBACK:
        raise section.wrong("encryption", '"starttls" or "tls" where there is a password')
    sender = _address(section, "from", section.get("from"))
    to = section.get("to")
    to = [to] if isinstance(to, str) else to
    if not isinstance(to, list) or not 0 < len(to) <= MOST:
        raise section.wrong("to", 'to = ["ann@example.org"]')
    recipients = tuple(_address(section, "to", each) for each in to)
    section.end()
    return MailChannel(
        host=host,
        port=port,
        encryption=encryption,
        sender=sender,
        to=recipients,
        user=user,
        password=password,
        password_file=None if file is None else section.directory / Path(file).expanduser(),
    )


def _address(section: _Section, key: str, value: object) -> str:
    """``ann@example.org``, or with a name before it: ``Ann <ann@example.org>``."""
    form = f'a mail address, as in {key} = "ann@example.org"'
    if not isinstance(value, str) or not value.isprintable() or not value.isascii():
        raise section.wrong(key, form)
    from email.headerregistry import Address  # heavy: only where there is one
    from email.utils import parseaddr

    name, address = parseaddr(value)
    user, at, domain = address.rpartition("@")
    if not (user and at and domain) or " " in address:
        raise section.wrong(key, form)
    try:
        return str(Address(name, addr_spec=address))
    except (ValueError, IndexError):  # email's parser has both for what it cannot read
        raise section.wrong(key, form) from None


def _check_command(section: _Section) -> CommandChannel:
    run = section.get("run")
    form = 'its words, as in run = ["/usr/local/bin/tell", "--quietly"]'
    if not isinstance(run, list) or not 0 < len(run) <= MOST:
        raise section.wrong("run", form)
    if not all(isinstance(word, str) and "\0" not in word for word in run) or not run[0].strip():
        raise section.wrong("run", form)
    section.end()
    program = os.path.expanduser(run[0])
    if os.path.dirname(program):  # else it is looked for in PATH
        program = os.path.abspath(section.directory / program)
    return CommandChannel(run=(program, *run[1:]))


def _check_webhook(section: _Section) -> WebhookChannel:
    form = 'the whole address, as in url = "https://example.org/hook"'
    url = section.text("url", form)
    allow_private = section.get("allow_private")
    if allow_private is None:
        allow_private = False
    if not isinstance(allow_private, bool):
        raise section.wrong("allow_private", "true or false")
    try:
        address = parse_address(url or "")
    except AddressError:
        raise section.wrong("url", form) from None
    if urlsplit(url or "").username is not None:
        raise section.wrong("url", 'it without a login: headers = { Authorization = "…" } has one')
    if urlsplit(address).scheme != "https" and not allow_private:
        raise section.wrong(
            "url", "an address with https:// (http:// goes with allow_private = true alone)"
        )
    headers = _check_headers(section, section.get("headers"))
    section.end()
    return WebhookChannel(url=address, headers=headers, allow_private=allow_private)


def _check_headers(section: _Section, value: object) -> tuple[tuple[str, str], ...]:
    form = 'headers = { Authorization = "Bearer …" }'
    if value is None:
        return ()
    if not isinstance(value, dict) or len(value) > MOST:
        raise section.wrong("headers", form)
    from scraper.fetch.credentials import header_problem  # heavy: only where there are headers

    if any(header_problem(name, content) for name, content in value.items()):
        raise section.wrong("headers", f"names and values that HTTP allows, as in {form}")
    return tuple(value.items())


_CHECKS: Mapping[str, Callable[[_Section], Channel]] = {
    "mail": _check_mail,
    "command": _check_command,
    "webhook": _check_webhook,
}

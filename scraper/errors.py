"""Everything that goes wrong on purpose, as one tree.

    KlipingError
    ├── AddressError             a malformed address
    ├── ConfigError              kliping.toml or an option is wrong
    ├── NotFoundError            no archive there, or nothing in it of this id or address
    ├── FetchError               no usable answer; carries the URL and a reason code
    │   ├── NetworkError         reason: dns, connect, tls, timeout, protocol
    │   ├── BodyError            reason: too_large, encoding, truncated
    │   ├── RedirectError        reason: redirects, redirect_target
    │   ├── StatusError          a source answered with an error: reason http_404, …
    │   └── RefusedError         we may not ask
    │       ├── RobotsError      robots.txt forbids it, or could not be read
    │       ├── PausedError      the host asked us to stay away until a time
    │       └── ForbiddenAddressError   loopback, private, link-local, … addresses
    ├── ParseError               a feed that cannot be read
    │   └── NotASourceError      a page where a feed or sitemap was expected
    ├── SandboxError             reason: timeout, crash, memory, error, answer
    ├── StorageError             the archive: foreign, newer, damaged, unwritable, full
    │   └── BusyError            another process kept it locked for too long
    └── LockedError              another run holds the lock, or has taken over

Each message is one clear line that names the thing; ``commands.exits`` maps classes to exit codes.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any


class KlipingError(Exception):
    """Base of every error that kliping raises on purpose. ``str()`` is one line for a person.

    It can be pickled, as an error is that another process raised.
    """

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self.args, self.__dict__)


def _restore(
    kind: type[KlipingError], args: tuple[Any, ...], state: dict[str, Any]
) -> KlipingError:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error


class AddressError(KlipingError):
    """An address that cannot be fetched as it stands (no host, unknown scheme, …)."""

    def __init__(self, url: str, problem: str) -> None:
        super().__init__(f"{url}: not a web address: {problem}")
        self.url = url
        self.reason = "address"


class ConfigError(KlipingError):
    """A setting that is unknown or out of range, or a file that cannot be read."""


class NotFoundError(KlipingError):
    """No archive is there, or it holds nothing of this id or address."""


class FetchError(KlipingError):
    """No usable answer came for ``url``. ``reason`` is a short code, stable, for records.

    ``is_local``: the cause is on this machine (its network, its resolver, an option that was not
    given). It says nothing about the page.
    """

    def __init__(self, url: str, reason: str, detail: str, *, is_local: bool = False) -> None:
        super().__init__(f"{url}: {detail}")
        self.is_local = is_local
        self.url = url
        self.reason = reason
        self.detail = detail


class NetworkError(FetchError):
    """DNS, connection, TLS, deadline or HTTP syntax."""


class BodyError(FetchError):
    """The body is over the cap, cannot be decoded, or ended early."""


class RedirectError(FetchError):
    """More than ten redirects, or one to something that is no web address."""


class StatusError(FetchError):
    """Something that must be read answered with another status than 2xx."""

    def __init__(self, url: str, status: int) -> None:
        super().__init__(url, f"http_{status}", f"the server answered HTTP {status}")
        self.status = status


class RefusedError(FetchError):
    """The page may not be asked for."""


class RobotsError(RefusedError):
    """robots.txt forbids it (reason ``robots``) or is unreachable (``robots_unreachable``)."""


class PausedError(RefusedError):
    """The host asked us to stay away: before this request (reason ``paused``) or in answer to it
    (``http_429``, ``http_503``). ``until`` is aware."""

    def __init__(self, url: str, until: datetime, detail: str, reason: str = "paused") -> None:
        super().__init__(url, reason, detail)
        self.until = until


class ForbiddenAddressError(RefusedError):
    """An address that a name resolves to may not be connected to, or a port."""


class ParseError(KlipingError):
    """A document is not what it was taken for (a broken feed)."""

    def __init__(self, url: str, problem: str) -> None:
        super().__init__(f"{url}: {problem}")
        self.url = url
        self.problem = problem
        self.reason = "parse"


class NotASourceError(ParseError):
    """A page where a list of pages was expected; ``tried``: what it names, which is none either.
    ``why``: how it is known that the articles on it are no list of its own."""

    def __init__(self, url: str, tried: tuple[str, ...] = (), why: str | None = None) -> None:
        named = f", nor is what it names: {' '.join(tried)}" if tried else ""
        what = f"a page, not a feed or sitemap, without articles{named}"
        if why is not None:
            what = (
                f"a page without a list of its own: {why}; give its site's front page or a section"
            )
        super().__init__(url, what)
        self.tried, self.why = tried, why


class SandboxError(KlipingError):
    """A child process failed: ``reason`` is ``timeout``, ``crash``, ``memory`` or ``error``, or
    ``answer`` where it said what it cannot have read."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


class StorageError(KlipingError):
    """The database is foreign, newer, damaged, unwritable or the disk is full."""


class BusyError(StorageError):
    """Another process kept the database locked for too long: nothing is wrong with it."""


class LockedError(KlipingError):
    """Another run holds the lock of this database, or has taken it over."""

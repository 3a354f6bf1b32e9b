"""Who may act: by a token that is printed once, or by a password; then for the length of a session.

All of it is kept in memory, so that a restart ends every session. Reading needs none.
"""

from __future__ import annotations

import hmac
import math
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network

from commands.settings.password import Hashed
from scraper.clock import Clock, SystemClock

LASTS = 12 * 3600.0
"""Seconds that a session lasts after it was last used."""
MOST_SESSIONS = 50
TRIES_AT_ONCE = 2
FREE_TRIES = 3
"""Wrong passwords from one place before it has to wait."""
LONGEST_WAIT = 300.0
"""Seconds until the next try."""
MOST_PLACES = 10_000
"""From which wrong passwords came, that are remembered."""


class SlowDown(Exception):
    """Too many tries: the next one in so many seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(slots=True)
class Session:
    id: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    form_token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    """In each form: another site's page knows it not."""
    ends_at: float = 0.0

    def signed(self, given: str) -> bool:
        """Whether a form is one of ours."""
        return _same(given, self.form_token)


@dataclass(slots=True)
class Tries:
    wrong: int = 0
    next_at: float = 0.0


class Door:
    """Safe to use from several threads."""

    def __init__(self, password: Hashed | None = None, clock: Clock | None = None) -> None:
        """Without a password the one way in is ``token``, once."""
        self.token = None if password is not None else secrets.token_urlsafe(24)
        self.has_password = password is not None
        self._password = password
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._trying = threading.BoundedSemaphore(TRIES_AT_ONCE)
        self._sessions: dict[str, Session] = {}
        self._tries: dict[str, Tries] = {}

    def open_by_token(self, given: str) -> Session | None:
        """``None``: it is another one, or was used."""
        with self._lock:
            if self.token is None or not _same(given, self.token):
                return None
            self.token = None
        return self._begin()

    def open_by_password(self, given: str, place: str) -> Session | None:
        """``None``: it is wrong. ``place``: the address that tries. Raises ``SlowDown``."""
        if self._password is None:
            return None
        tries = self._tries_of(place)
        if not self._trying.acquire(blocking=False):
            raise SlowDown(1)
        try:
            fits = self._password.fits(given)
        finally:
            self._trying.release()
        with self._lock:
            if not fits:
                tries.wrong += 1
                doublings = max(0, tries.wrong - FREE_TRIES)
                wait = min(LONGEST_WAIT, 2.0 ** min(doublings, 20)) if doublings else 0.0
                tries.next_at = self._clock.monotonic() + wait
                return None
            tries.wrong = 0
        return self._begin()

    def session(self, cookies: Mapping[str, str], name: str) -> Session | None:
        """That of a request, if there is one and it has not ended."""
        given = cookies.get(name, "")
        now = self._clock.monotonic()
        with self._lock:
            session = self._sessions.get(given)
            if session is None:
                return None
            if session.ends_at <= now:
                del self._sessions[given]
                return None
            session.ends_at = now + LASTS
            return session

    def leave(self, session: Session) -> None:
        with self._lock:
            self._sessions.pop(session.id, None)

    def _begin(self) -> Session:
        session = Session(ends_at=self._clock.monotonic() + LASTS)
        with self._lock:
            while len(self._sessions) >= MOST_SESSIONS:
                del self._sessions[min(self._sessions.values(), key=lambda one: one.ends_at).id]
            self._sessions[session.id] = session
        return session

    def _tries_of(self, place: str) -> Tries:
        """Notes that one more is under way, so that many at once gain nothing. Raises
        ``SlowDown``."""
        now = self._clock.monotonic()
        with self._lock:
            tries = self._tries.setdefault(_network(place), Tries())
            if len(self._tries) > MOST_PLACES:
                del self._tries[next(iter(self._tries))]
            if tries.next_at > now:
                # A sum of floats may be a little more.
                left = min(tries.next_at - now, LONGEST_WAIT)
                raise SlowDown(max(1, math.ceil(left)))
            if tries.wrong >= FREE_TRIES:
                tries.next_at = now + 1
            return tries


def cookie_name(host: str) -> str:
    """Cookies are shared by all ports of a host, and so by several servers of one machine."""
    port = host.rpartition(":")[2]
    return f"kliping-{port if port.isdecimal() else 'session'}"


def _network(place: str) -> str:
    """One who has an IPv6 address has 2⁶⁴ of them."""
    try:
        address = ip_address(place)
    except ValueError:
        return place[:100]
    return str(ip_network((address, 64), strict=False)) if address.version == 6 else str(address)


def _same(given: str, known: str) -> bool:
    return hmac.compare_digest(given.encode(errors="replace"), known.encode())

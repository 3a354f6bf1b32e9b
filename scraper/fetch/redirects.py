"""Redirects, followed by hand: each hop is a visit of its own; errors name the first address."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from scraper.errors import AddressError, FetchError, NetworkError, PausedError, RedirectError
from scraper.fetch import headers
from scraper.model.types import Validators
from scraper.urls import join_address

MAX_REDIRECTS = 10


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request brought."""

    status: int
    headers: headers.Headers
    body: bytes = b""
    with_credentials: bool = False
    """Whether a subscriber's headers or cookies were sent for it."""


@dataclass(frozen=True, slots=True)
class Trail:
    """Where a chain of redirects ended, and what it passed."""

    answer: Answer
    url: str
    passed: tuple[str, ...]

    def expect(self, address: str, validators: Validators) -> None:
        """Refuse a 304 to a request that sent no validators. Raises ``NetworkError``."""
        if self.answer.status == 304 and not (validators and self.url == address):
            detail = "it answered 304 to a request without conditions"
            raise NetworkError(address, "protocol", detail)


async def follow(address: str, visit: Callable[[str], Awaitable[Answer]]) -> Trail:
    """Visit ``address`` and whatever it redirects to, at most ten times. Errors carry ``address``.

    Raises ``RedirectError``, and whatever a visit raises.
    """
    url, passed = address, [address]
    while True:
        try:
            answer = await visit(url)
        except FetchError as error:
            if url == address:
                raise
            raise _as_seen_from(address, error) from error
        location = headers.redirect_target(answer.status, answer.headers)
        if location is None:
            return Trail(answer, url, tuple(passed[:-1]))
        url = _redirected(address, url, location)
        if url in passed:
            raise RedirectError(address, "redirects", f"it redirects in a circle, by {url}")
        if len(passed) > MAX_REDIRECTS:
            raise RedirectError(address, "redirects", f"more than {MAX_REDIRECTS} redirects")
        passed.append(url)


def _redirected(address: str, url: str, location: str) -> str:
    try:
        return join_address(url, location)
    except AddressError as error:
        detail = f"it redirects to what is no web address: {error}"
        raise RedirectError(address, "redirect_target", detail) from None


def _as_seen_from(address: str, error: FetchError) -> FetchError:
    """The same error for the address that was asked for."""
    detail = f"redirected to {error.url}: {error.detail}"
    if isinstance(error, PausedError):
        return PausedError(address, error.until, detail, error.reason)
    return type(error)(address, error.reason, detail, is_local=error.is_local)

"""An article of several pages whose first page has not changed: its further pages are asked about.

They are asked conditionally, each with the validators of its stored answer, so that a page which is
as it was costs a 304. Where one has changed the article is gathered again (``parts``) from what was
stored and what came, the first page as stored. No other is asked, unless a changed one leads on.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from scraper.directives import freshen
from scraper.errors import AddressError, FetchError, PausedError, StatusError
from scraper.fetch.vouching import vouches
from scraper.model.types import FetchRequest, Response, StoredPage, Validators
from scraper.pages.parts import TRY_LATER, Ask, is_passing
from scraper.urls import key_of

Fetch = Callable[[FetchRequest], Awaitable[Response]]


@dataclass(frozen=True)
class Renewed:
    """A first page that has not changed, with further ones of which some have."""

    first: Response
    """Its stored answer, as if it had come just now."""
    ask: Ask
    """Gives the further pages, from what was stored or came."""
    validators: Validators
    """Of the first page, as it states them now; may be empty."""


async def renew(answer: Response, stored: StoredPage, fetch: Fetch) -> Renewed | None:
    """Ask about the further pages of an article after a 304 for its first one (``answer``);
    ``None`` where they are what they were.

    A page that is not there any more is kept as it was: its first page, which would say so, has not
    changed. Raises ``FetchError`` where one could not be fetched now, but perhaps will be later.
    """
    pages = {key_of(part.url): part for part in stored.parts}
    is_changed = False
    for key, part in pages.items():
        came = await _ask(part, answer, fetch)
        if came is not None and came.body != part.body:
            pages[key], is_changed = came, True
    if not is_changed:
        return None

    async def ask(url: str) -> Response:
        known = pages.get(key_of(url))
        if known is not None:
            return known
        return await fetch(FetchRequest(url, vouched=vouches(answer, url)))

    first = replace(
        stored.response,
        requested_url=answer.requested_url,
        url=answer.url,
        headers=freshen(stored.response.headers, answer.headers),
        fetched_at=answer.fetched_at,
        with_credentials=stored.response.with_credentials or answer.with_credentials,
        vouched=answer.vouched,
    )
    return Renewed(first, ask, answer.validators)


async def _ask(part: Response, first: Response, fetch: Fetch) -> Response | None:
    """The page as it is now; ``None`` where it is as it was, or not there."""
    try:
        vouched = vouches(first, part.url)
        answer = await fetch(FetchRequest(part.url, part.validators, vouched=vouched))
        if answer.status >= 500 or answer.status in TRY_LATER:
            raise StatusError(part.url, answer.status)
    except AddressError:
        return None
    except PausedError:
        raise
    except FetchError as error:
        if isinstance(error, StatusError) or is_passing(error):
            raise FetchError(part.url, f"part_{error.reason}", str(error)) from error
        return None
    return answer if answer.is_success else None

"""Posting JSON to an address that a person named: through the guard, and nowhere else.

No redirect is followed, nothing is sent twice, nothing of the answer but its status is read. No
message names more of the address than its host: the rest may be a secret.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import urlsplit

from scraper.errors import ForbiddenAddressError, NetworkError
from scraper.fetch.client import WIRE_ERRORS, open_client, target_of
from scraper.fetch.failures import explain
from scraper.fetch.guard import ForbiddenTargetError, Guard
from scraper.fetch.policy import FetchPolicy
from scraper.urls import DEFAULT_PORTS


async def post_json(
    url: str,
    body: bytes,
    headers: Sequence[tuple[str, str]] = (),
    *,
    allow_private: bool = False,
    seconds: float,
) -> int:
    """The status of the answer. ``url`` is normal (``parse_address``); ``seconds`` are for all of
    it. Raises ``FetchError``, whose ``url`` is the host alone."""
    guard = Guard(allow_private=allow_private)
    parts = urlsplit(url)
    host = parts.hostname or ""
    sent = [*headers, ("Content-Type", "application/json"), ("Accept", "*/*")]
    try:
        guard.check(host, parts.port or DEFAULT_PORTS[parts.scheme])
        async with asyncio.timeout(seconds), open_client(FetchPolicy(), guard) as client:
            request = client.build_request(
                "POST", url, content=body, headers=sent, extensions={"target": target_of(url)}
            )
            response = await client.send(request, stream=True)
            with suppress(*WIRE_ERRORS):  # what it says besides does not matter
                await response.aclose()
            return response.status_code
    except TimeoutError:
        raise NetworkError(host, "timeout", f"no answer within {seconds:g} s") from None
    except ForbiddenTargetError as error:
        raise ForbiddenAddressError(host, error.reason, str(error), is_local=True) from None
    except WIRE_ERRORS as error:
        reason, detail = explain(error)
        raise NetworkError(host, reason, detail) from None

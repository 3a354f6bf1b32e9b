"""A notice as JSON to a web address."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import urlsplit

from commands.notices.message import DeliveryError, Message
from commands.settings.notices import WebhookChannel
from scraper.errors import FetchError
from scraper.fetch.posting import post_json

TIME_LIMIT = 30.0
OF_THIS_NOTICE = (400, 409, 413, 415, 422)
"""What an address says to one notice; it may take the next one."""


def post(channel: WebhookChannel, message: Message) -> None:
    """Raises ``DeliveryError``."""
    body = json.dumps(message.values, ensure_ascii=False).encode()
    # By which a receiver drops what comes twice (draft-ietf-httpapi-idempotency-key-header).
    headers = [("Idempotency-Key", f'"{message.key}"'), *channel.headers]
    try:
        status = asyncio.run(
            post_json(
                channel.url,
                body,
                headers,
                allow_private=channel.allow_private,
                seconds=TIME_LIMIT,
            )
        )
    except FetchError as error:
        hint = "; allow_private in [notices.webhook] opens it" if error.is_local else ""
        raise DeliveryError(f"{error}{hint}", is_down=True) from None
    if 200 <= status < 300:
        return
    what = f"HTTP {status}"
    if 300 <= status < 400:
        what += ", a redirect, which is not followed: give the address that it leads to"
    host = urlsplit(channel.url).hostname
    raise DeliveryError(f"{host}: {what}", is_down=status not in OF_THIS_NOTICE)

"""What waits in the outbox goes to its channels, as far as they take it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from commands.notices.message import DeliveryError, Message, compose
from commands.render.news import describe_waiting
from commands.render.values import counted
from commands.terminal import say
from scraper.clock import SystemClock
from storage.outbox import Outbox

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from commands.settings.notices import Channel

MOST_SENT = 100
"""Notices that one run sends by a channel: the rest goes by the next ones."""
MOST_REFUSED = 5
"""Notices that a channel refuses in one run before it is left alone until the next."""


def deliver(engine: Engine, channels: Sequence[Channel]) -> None:
    """Send what waits, each notice to its channel. Raises ``StorageError``.

    A channel that is down, or refuses, keeps its notices; standard error tells when that begins,
    and ``health`` as long as it lasts.
    """
    outbox = Outbox(engine)
    for name, count in sorted(outbox.drop_others([one.name for one in channels]).items()):
        notices = counted(count, "notice")
        say(f"{notices} for [notices.{name}] dropped: kliping.toml has no such section any more")
    known = {one.channel for one in outbox.waiting() if one.problem is not None}
    for channel in channels:
        _deliver_by(engine, outbox, channel)
    for waiting in outbox.waiting():
        if waiting.problem is not None and waiting.channel not in known:
            what = describe_waiting(waiting)
            say(f"[notices.{waiting.channel}]: {what}; kept, and sent by a later run")


def _deliver_by(engine: Engine, outbox: Outbox, channel: Channel) -> None:
    send = _sender(channel.name)
    clock = SystemClock()
    begun, tried, refused = clock.now(), list[int](), 0
    while refused < MOST_REFUSED and len(tried) < MOST_SENT:
        notice = outbox.take(channel.name, begun, tried)
        if notice is None:
            return
        tried.append(notice.id)
        try:
            message = compose(engine, notice)
            if message is not None:
                send(channel, message)
        except DeliveryError as error:
            outbox.put_back(notice, str(error), clock.now())
            if error.is_down:
                return
            refused += 1
        else:
            outbox.remove(notice)


def _sender(name: str) -> Callable[[Any, Message], None]:
    """Each loads what it needs only where it is used."""
    if name == "mail":
        from commands.notices.mail import send  # heavy: only to send a mail

        return send
    if name == "command":
        from commands.notices.command import give

        return give
    from commands.notices.webhook import post  # heavy: loads the HTTP client

    return post

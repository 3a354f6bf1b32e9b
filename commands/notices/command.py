"""A notice as JSON to a program's standard input."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from contextlib import suppress

from commands.notices.message import DeliveryError, Message
from commands.settings.notices import CommandChannel

TIME_LIMIT = 60.0


def give(channel: CommandChannel, message: Message) -> None:
    """Run the command and wait for it. What it prints is not shown, as it may hold a secret.

    Raises ``DeliveryError`` unless it ends with 0 in time; then it and all that it started in its
    session is killed.
    """
    body = json.dumps(message.values, ensure_ascii=False).encode() + b"\n"
    name = os.path.basename(channel.run[0])
    try:
        process = subprocess.Popen(  # noqa: S603 - the user's own command, and no shell
            channel.run,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise DeliveryError(f"{name}: cannot be run: {error.strerror}", is_down=True) from None
    try:
        process.communicate(body, timeout=TIME_LIMIT)
    except subprocess.TimeoutExpired:
        raise DeliveryError(f"{name}: did not end within {TIME_LIMIT:g} s", is_down=True) from None
    finally:  # also where we are told to end
        if process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    if process.returncode:
        ended = f"with {process.returncode}" if process.returncode > 0 else "by a signal"
        raise DeliveryError(f"{name}: ended {ended}")

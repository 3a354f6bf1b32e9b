"""Put this folder on PYTHONPATH, and no Python process below can look up a name.

Every name that is asked for, and every address off the loopback that is connected to, fails at
once and is written to the file that ``KLIPING_OFFLINE_LOG`` names, one JSON list a line:
``[event, value]``. An audit hook sees the calls from any thread and any module, those into
``_socket`` included, and cannot be taken off again. (``connect`` resolves a name before its audit
event, so there the class is wrapped too.) Each process writes ``["armed", pid]`` when
it starts, so that an empty log can be told from a hook that never ran.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from ipaddress import ip_address
from typing import Any

LOG = os.environ.get("KLIPING_OFFLINE_LOG")
LOOKUPS = frozenset(
    ["socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"]
)
SENDS = frozenset(["socket.connect", "socket.sendto", "socket.sendmsg"])


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    """Let loopback addresses through, and nothing else."""
    if event in LOOKUPS:
        host = arguments[0][0] if event == "socket.getnameinfo" else arguments[0]
    elif event in SENDS and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    stop_unless_loopback(event, host)


def stop_unless_loopback(event: str, host: object) -> None:
    if not is_loopback(host):
        write(event, host)
        raise socket.gaierror(socket.EAI_NONAME, f"offline: {host!r} may not be looked up")


def is_loopback(host: object) -> bool:
    if host is None:  # the wildcard or loopback, without a look-up
        return True
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    try:
        return ip_address(text.partition("%")[0]).is_loopback
    except ValueError:
        return False


def write(event: str, value: object) -> None:
    line = json.dumps([event, value if isinstance(value, int) else str(value)]) + "\n"
    handle = os.open(str(LOG), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, line.encode())
    finally:
        os.close(handle)


def wrap(name: str) -> None:
    """Check the address before the C code resolves it."""
    method = getattr(socket.socket, name)

    def checked(self: socket.socket, address: Any) -> Any:
        if isinstance(address, tuple):
            stop_unless_loopback(f"socket.{name}", address[0])
        return method(self, address)

    setattr(socket.socket, name, checked)


if LOG:
    wrap("connect")
    wrap("connect_ex")
    sys.addaudithook(watch)
    write("armed", os.getpid())

"""``kliping serve``: the archive in a browser."""

from __future__ import annotations

import logging
import re
import socket
import sys
from contextlib import suppress
from typing import Annotated

import typer

from commands.archive import open_archive
from commands.cleaning import clean
from commands.exits import UsageError
from commands.options import Config, Db
from commands.settings import Settings, load_settings, named
from commands.settings.password import Hashed
from commands.terminal import say
from web.acts.door import Door
from web.acts.jobs import Jobs
from web.archive import OpenArchive
from web.guard import LOOPBACK, Hosts
from web.site import Acting, Site

BACKLOG = 512
"""Connections that wait to be taken."""
_ROOT_PATH = re.compile(r"(?:/[A-Za-z0-9._~-]+)*")


def serve(
    context: typer.Context,
    host: Annotated[
        str, typer.Option("--host", metavar="HOST", help="The address to listen on.")
    ] = "127.0.0.1",
    port: Annotated[
        int,
        typer.Option("--port", metavar="N", min=0, max=65535, help="Its port; 0 picks a free one."),
    ] = 8080,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            "--allow-host",
            metavar="NAME",
            help="A further name under which readers ask for it, as that of a proxy.",
        ),
    ] = None,
    root_path: Annotated[
        str,
        typer.Option("--root-path", metavar="PATH", help="Where a proxy has it, as /kliping."),
    ] = "",
    trust_proxy: Annotated[
        list[str] | None,
        typer.Option(
            "--trust-proxy",
            metavar="ADDRESS",
            help="A proxy whose forwarded headers are believed.",
        ),
    ] = None,
    write: Annotated[
        bool,
        typer.Option(
            "--write",
            help="Let whoever logs in clip pages, and change sources and watches.",
        ),
    ] = False,
    allow_private: Annotated[
        bool,
        typer.Option(
            "--allow-private",
            help="With --write: what is asked of the web may be at private addresses.",
        ),
    ] = False,
    db: Db = None,
    config: Config = None,
) -> None:
    """Show the archive in a browser.

    It only reads, and may run beside a crawl. Whoever can reach the address can read
    the archive; at 127.0.0.1 that is this machine alone. End it with Ctrl-C.

    With --write it prints a second line: an address to log in at, once. With a password
    (`kliping config password`) that is asked for instead; at an address that other
    machines can reach there must be one.

    \b
    Examples:
      kliping serve
      kliping serve --port 0
      kliping serve --write
      kliping serve --root-path /kliping --allow-host news.example.org
    """
    settings = load_settings(context)
    root = root_path.rstrip("/")
    if not _ROOT_PATH.fullmatch(root):
        raise UsageError(f"--root-path {root_path!r}: write a path such as /kliping")
    if allow_private and not write:
        raise UsageError("--allow-private belongs to --write: else the web is not asked")
    password = settings.stated.get("serve", {}).get("password")
    with open_archive(settings, read_only=True):
        pass  # it is there, and of today's schema
    archive = OpenArchive(settings.db)
    try:
        listening = _listen(host, port)
        is_local = listening.getsockname()[0] in LOOPBACK
        if write and not is_local and password is None:
            listening.close()
            raise UsageError(
                f"--host {host} can be reached from other machines, and --write needs a password "
                "there: `kliping config password` makes one"
            )
        acting = _acting(context, settings, password, allow_private) if write else None
        names = {host, *LOOPBACK, *(allow_host or ())}
        site = Site(
            archive=archive,
            hosts=Hosts(names, any_address=not is_local),
            rights=settings.rights(),
            root_path=root,
            acting=acting,
        )
        here = f"{_address(listening)}{root}"
        _tell(f"Serving {settings.db} at {here}/")
        if acting is not None and acting.door.token is not None:
            _tell(f"Log in, once, at {here}/login?token={acting.door.token}")
        if not is_local:
            say(f"{host} can be reached from other machines: all who do can read the archive")
        _run(site, listening, trust_proxy or [])
    finally:
        archive.close()


def _acting(
    context: typer.Context, settings: Settings, password: Hashed | None, allow_private: bool
) -> Acting:
    """What is done here is done by commands of the same archive and settings."""
    given, _ = named(context, "db")
    environment = {"KLIPING_DB": given or str(settings.db)}
    if settings.config is not None:
        environment["KLIPING_CONFIG"] = str(settings.config)
    options = ("--allow-private",) if allow_private else ()
    return Acting(door=Door(password), jobs=Jobs(environment), options=options)


def _listen(host: str, port: int) -> socket.socket:
    """Raises ``UsageError`` where nothing can listen there."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        family, kind, protocol, _, address = found[0]
        # asyncio sends small answers at once (TCP_NODELAY) where a socket names its protocol.
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise UsageError(
            f"--host {host}: {error.strerror}: name an address of this machine"
        ) from None
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(BACKLOG)  # who reads the line may ask at once
    except OSError as error:
        listening.close()
        raise UsageError(
            f"cannot listen on {host}, port {port}: {error.strerror}; --port 0 picks a free one"
        ) from None
    return listening


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _tell(line: str) -> None:
    """As it stands, for whoever waits for it: without our name before it."""
    with suppress(OSError, ValueError):
        sys.stderr.write(clean(line) + "\n")
        sys.stderr.flush()


def _run(site: Site, listening: socket.socket, proxies: list[str]) -> None:
    """Until a signal ends it."""
    import uvicorn  # 0.1 s, after the line that says where it is

    from web.app import make_app

    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    options = uvicorn.Config(
        make_app(site),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=3,
        limit_concurrency=256,
        h11_max_incomplete_event_size=32 * 1024,
    )
    uvicorn.Server(options).run(sockets=[listening])

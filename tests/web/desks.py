"""What a room needs to act in it."""

from __future__ import annotations

from pathlib import Path

from commands.settings.password import Hashed
from scraper.clock import Clock
from tests.cli.conftest import QUICK
from web.acts.door import Door
from web.acts.jobs import Jobs
from web.site import Acting


def acting(
    place: Path,
    clock: Clock | None = None,
    password: Hashed | None = None,
    server: str | None = None,
) -> Acting:
    """As ``serve --write --allow-private`` has it; the server's end closes its jobs.

    ``server``: the address of the archive, which is then not at ``place``; beside that are the
    settings.
    """
    config = place.with_name("kliping.toml")
    config.write_text(QUICK)
    environment = {"KLIPING_DB": server or str(place), "KLIPING_CONFIG": str(config)}
    return Acting(
        door=Door(password, clock),
        jobs=Jobs(environment | {"HOME": str(place.parent)}),
        options=("--allow-private",),
    )

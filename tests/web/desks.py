"""What a room needs to act in it."""

from __future__ import annotations

from pathlib import Path

from commands.settings.password import Hashed
from scraper.clock import Clock
from tests.cli.conftest import QUICK
from web.door import Door
from web.jobs import Jobs
from web.site import Acting


def acting(place: Path, clock: Clock | None = None, password: Hashed | None = None) -> Acting:
    """As ``serve --write --allow-private`` has it; the server's end closes its jobs."""
    config = place.with_name("kliping.toml")
    config.write_text(QUICK)
    environment = {"KLIPING_DB": str(place), "KLIPING_CONFIG": str(config)}
    return Acting(
        door=Door(password, clock),
        jobs=Jobs(environment | {"HOME": str(place.parent)}),
        options=("--allow-private",),
    )

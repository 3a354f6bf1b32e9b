"""New archives as copies of one that was migrated once, for tests of what is in them.

A database takes 0.1 s of CPU and a hundred statements to be made by its migrations, which nearly
every test would pay anew. How they make one is tested where that is the subject (``ANEW``), and
wherever kliping runs as a process of its own.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import Engine

from storage.database import sqlite
from storage.database.engine import open_engine
from storage.database.schema import Tell

ANEW = ("tests/storage/database/test_engine.py", "tests/storage/database/test_upgrade.py")
"""Modules in which every database is made by the migrations."""


def make_template(path: Path) -> None:
    open_engine(path).dispose()


def copy_instead(patch: pytest.MonkeyPatch, template: Path) -> None:
    """From now on an empty file becomes a copy of ``template``."""
    upgrade = sqlite.upgrade

    def copy_or_upgrade(engine: Engine, name: str, tell: Tell) -> None:
        path = Path(engine.url.database or "")
        if path.stat().st_size:
            upgrade(engine, name, tell)
        else:
            shutil.copyfile(template, path)

    patch.setattr(sqlite, "upgrade", copy_or_upgrade)

"""``db``: what keeps the archive's database in order. ``config``: the settings."""

from __future__ import annotations

from commands.lazy import sub_group

COMMANDS = {
    "upgrade": ("care.db_admin:upgrade", "Bring the database to this version's schema."),
    "copy": ("care.copying:copy", "Copy an archive into another database, and check it there."),
    "backup": (
        "care.db_admin:backup",
        "Copy the archive to a new file, also while a crawl writes.",
    ),
    "restore": ("care.db_admin:restore", "Put a backup in the archive's place."),
    "vacuum": ("care.db_admin:vacuum", "Return the free space in the archive's file to the disk."),
    "info": ("care.db_admin:info", "Show what the archive holds, and its size."),
    "check-identity": (
        "care.identity:check_identity",
        "List articles that another outlet's address changed.",
    ),
}

db_app = sub_group("Maintain the archive's database.", COMMANDS)

CONFIG = {
    "path": (
        "care.config:path",
        "Print the files that kliping uses, and whether they exist.",
    ),
    "show": ("care.config:show", "Print what holds of every setting, and where it comes from."),
    "sample": (
        "care.config:print_sample",
        "Print a settings file: every setting, its default, what it does.",
    ),
    "check": (
        "care.config:check",
        "Say what is wrong in the settings file and what it names.",
    ),
    "password": (
        "care.password:password",
        "Ask for a password, and print its hash for kliping.toml.",
    ),
}

config_app = sub_group("Show and check the settings.", CONFIG)

"""Reading the archive; here, the ``watch`` group."""

from __future__ import annotations

from commands.lazy import sub_group

COMMANDS = {
    "add": (
        "read.watch:add",
        "Watch for articles that match a query, or for their edits, from now on.",
    ),
    "list": ("read.watch:list_watches", "List the watches, the one added first on top."),
    "remove": ("read.watch:remove", "Stop watching."),
    "run": ("read.watch:run", "Report what matches a watch now and did not at the last run."),
}

watch_app = sub_group("Get a report of new articles that match a query.", COMMANDS)

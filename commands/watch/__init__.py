"""``watch``: queries whose new hits are told when they come, for cron to mail.

stored    the stored queries: add, list, remove
run       what is new of each, printed or made a notice
feed      … as an Atom file
"""

from __future__ import annotations

from commands.lazy import sub_group

COMMANDS = {
    "add": (
        "watch.stored:add",
        "Watch for articles that match a query, or for their edits, from now on.",
    ),
    "list": ("watch.stored:list_watches", "List the watches, the one added first on top."),
    "remove": ("watch.stored:remove", "Stop watching."),
    "run": ("watch.run:run", "Report what matches a watch now and did not at the last run."),
}

watch_app = sub_group("Get a report of new articles that match a query.", COMMANDS)

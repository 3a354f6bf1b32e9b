"""``rules list`` and ``rules test``: what is known of single sites."""

from __future__ import annotations

from commands.lazy import sub_group

COMMANDS = {
    "list": ("sources.rule_views:list_rules", "List the rules, the shipped ones and your own."),
    "test": (
        "sources.rule_test:compare",
        "Show what a page gives without and with its site's rule.",
    ),
}

rules_app = sub_group("List and test the rules for single sites.", COMMANDS)

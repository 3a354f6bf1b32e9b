"""No command and no option that scripts build on goes away. (The tour's steps are compared by hand,
``python -m tests.cli.interface``: what it meets differs a little from run to run.)"""

from __future__ import annotations

import json

from tests.cli.interface import KEPT, commands


def test_commands_and_options_are_as_they_were() -> None:
    kept = json.loads(KEPT.read_text(encoding="utf-8"))["commands"]
    assert dict(commands()) == kept

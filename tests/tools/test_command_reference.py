"""``docs/commands.md`` says what the commands say of themselves."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_reference_of_commands_is_up_to_date() -> None:
    """For whoever sees this fail: ``python tools/command_reference.py`` writes the page."""
    check = [sys.executable, "tools/command_reference.py", "--check"]
    result = subprocess.run(check, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr

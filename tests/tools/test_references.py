"""The pages that are made of the code say what the code says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("tool", ["command_reference", "field_reference"])
def test_a_page_made_of_the_code_is_up_to_date(tool: str) -> None:
    """For whoever sees this fail: the tool, without ``--check``, writes the page."""
    check = [sys.executable, f"tools/{tool}.py", "--check"]
    result = subprocess.run(check, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr

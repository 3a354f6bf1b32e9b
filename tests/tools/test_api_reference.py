"""``docs/api_reference.md`` names all that the package hands out, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import kliping

PAGE = Path(__file__).parents[2] / "docs" / "api_reference.md"


def test_the_reference_names_what_is_public() -> None:
    named = re.findall(r"\.\. auto(?:function|class|exception):: (\w+)", PAGE.read_text())
    assert sorted(named) == sorted(kliping.__all__)

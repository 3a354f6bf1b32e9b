"""What an output must be, read as its reader does: a terminal, a program behind a pipe, JSON."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.output.strings import FORGED, faults

# What kliping itself writes to a terminal: bold, faint, italic, underlined, struck out, the colours
# of a diff, and what moves a progress line. No string of the table has any of these.
_OWN = re.compile(
    r"\x1b\[(?:[0-49]|3[126])(?:;(?:[0-49]|3[126]))*m|\x1b\[\?25[lh]|\x1b\[[12]?K|\x1b\[1A"
)


def check_terminal(text: str, *, is_prose: bool = False) -> None:
    """``is_prose``: paragraphs are broken between words, so that any may begin a line."""
    rest = _OWN.sub("", text).replace("\r", "")
    assert faults(rest, allowed="\n\t") == [], ascii(rest)
    assert is_prose or not any(line.startswith(FORGED) for line in rest.split("\n"))


def check_pipe(text: str, cells: int | None = None) -> None:
    assert faults(text, allowed="\n\t") == [], ascii(text)
    lines = text.split("\n")
    assert not any(line.startswith(FORGED) for line in lines)
    if cells is not None:
        assert {line.count("\t") + 1 for line in lines if line} <= {cells}, ascii(text)


def check_json(text: str) -> list[dict[str, Any]]:
    """The objects: one a line, however lines are told apart."""
    assert faults(text) == [], ascii(text)
    return [json.loads(line) for line in text.splitlines()]

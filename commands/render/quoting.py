"""Words of a command that is proposed to a person, who copies it into a shell."""

from __future__ import annotations

import shlex

from commands.cleaning import clean


def word(text: str) -> str:
    """``text`` as one word; ``…`` for what no line shows as it is (two blanks, a tab), and what is
    shown of it would name something else."""
    quoted = shlex.quote(text)
    return quoted if clean(quoted) == quoted else "…"


def operand(text: str) -> str:
    """A word that is no option; it ends the command, as ``--`` may stand before it."""
    return f"-- {word(text)}" if text.startswith("-") else word(text)

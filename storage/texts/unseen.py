"""Characters that no reader sees and that do harm where a text is shown. Pure.

What reorders the line around it, and what hides: characters without a shape of their own can spell
a text that a person does not see and a program reads. One alone has its place in nearly every case
(Persian and the Indic scripts spell with joiners, emoji are built with them and with selectors, Han
names have selectors of their forms), a row of them in none.
"""

from __future__ import annotations

import re
from collections.abc import Callable

# Embeddings, overrides and isolates (UAX #9 §2).
_REORDERING = "\u202a-\u202e\u2066-\u2069"
# Deprecated format characters (Unicode 16.0 §23.3), byte order mark, interlinear annotation and
# tags (Unicode TR 36 §2).
_INVISIBLE = "\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
# Zero-width spaces and joiners; invisible operators.
_JOINERS = "\u200b-\u200d\u2060-\u2064"
_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
# The flags of England, Scotland and Wales, the only tags in use (UTS #51 §B.1).
_FLAGS = "\U0001f3f4\U000e0067\U000e0062(?:{})\U000e007f".format(
    "|".join(
        "".join(chr(0xE0000 + ord(letter)) for letter in name) for name in ("eng", "sct", "wls")
    )
)


class Unseen:
    """A set of unseen characters, those above and ``more`` (as in a class of ``re``)."""

    def __init__(self, more: str) -> None:
        alone = f"{more}{_REORDERING}{_INVISIBLE}"
        rows = "|".join(f"([{kind}])[{kind}{alone}]+" for kind in (_JOINERS, _SELECTORS))
        self._found = re.compile(f"({_FLAGS})|{rows}|[{alone}]")
        self._any = re.compile(f"[{alone}{_JOINERS}{_SELECTORS}]")  # six times as fast

    def drop(self, text: str) -> str:
        """Without them; of a row of joiners or selectors the first stays."""
        return self._found.sub(r"\1\2\3", text) if self._any.search(text) else text

    def replace(self, by: Callable[[str], str], text: str) -> str:
        """Each of them, and each row, by what ``by`` makes of it."""
        if not self._any.search(text):
            return text
        return self._found.sub(lambda found: by(found.group()), text)

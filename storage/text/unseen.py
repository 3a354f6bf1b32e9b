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
# tags (Unicode TR 36 §2); what is kept free for more of their kind (Default_Ignorable_Code_Point).
_INVISIBLE = "\u2065\u206a-\u206f\ufeff\ufff0-\ufffb\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
# Zero-width spaces and joiners; invisible operators; hyphens that show at a line's end; what fills
# a letter's place in Hangul, Khmer and Mongolian; the signs of shorthand and of scores.
_JOINERS = (
    "\u200b-\u200d\u2060-\u2064\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u3164\uffa0"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
)
# Of the forms of symbols, of Mongolian letters and of Han names.
_SELECTORS = "\ufe00-\ufe0f\u180b-\u180d\u180f\U000e0100-\U000e01ef"
# The flags of England, Scotland and Wales, the only tags in use (UTS #51 §B.1).
_FLAGS = "\U0001f3f4\U000e0067\U000e0062(?:{})\U000e007f".format(
    "|".join(
        "".join(chr(0xE0000 + ord(letter)) for letter in name) for name in ("eng", "sct", "wls")
    )
)

_ROW = _JOINERS + _SELECTORS
UNSEEN = f"{_REORDERING}{_INVISIBLE}{_ROW}"
"""All of them, as in a class of ``re``."""


class Unseen:
    """A set of unseen characters, those above and ``more`` (as in a class of ``re``)."""

    def __init__(self, more: str) -> None:
        alone = f"{more}{_REORDERING}{_INVISIBLE}"
        joiner, selector, unseen = f"([{_JOINERS}])", f"([{_SELECTORS}])", f"[{_ROW}{alone}]"
        # A selector, and then a joiner, is how emoji are joined; every other row is one too many.
        rows = (
            f"{selector}(?:[{_SELECTORS}{alone}]+{joiner}?{unseen}*|{joiner}{unseen}+)"
            f"|{joiner}{unseen}+"
        )
        self._found = re.compile(f"({_FLAGS})|{rows}|[{alone}]")
        self._any = re.compile(f"[{alone}{_JOINERS}{_SELECTORS}]")  # six times as fast

    def drop(self, text: str) -> str:
        """Without them; of a row of joiners or selectors the first stays."""
        return self._found.sub(r"\1\2\3\4\5", text) if self._any.search(text) else text

    def replace(self, by: Callable[[str], str], text: str) -> str:
        """Each of them, and each row, by what ``by`` makes of it."""
        if not self._any.search(text):
            return text
        return self._found.sub(lambda found: by(found.group()), text)

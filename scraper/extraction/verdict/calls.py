"""What stands under a text that goes on behind a wall: a call to log in, to register, to pay.

Such a line refuses no page: many sites put one under all of a text. But over a text that has lost
its end since the last fetch it is evidence of a paywall, whatever is left of it, so an ``Article``
notes what its page says there (see ``storage.text.quality``). Hence the lists may be looser than
those of ``phrases``: a word for reading on, and one for what it takes, in one short line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from scraper.extraction.body import Body, Layout
from scraper.extraction.cleaning import measure_text
from scraper.extraction.verdict.phrasebook import Phrasebook, Row, read_phrases
from scraper.extraction.verdict.phrases import PAYWALL, SUBSCRIBED

MAX_CALL = 250
"""Characters of a spaced script. A longer paragraph may only mention one."""
LAST_BLOCKS = 10
"""A wall may list its plans and what they hold."""
RUNS_BEHIND = 5
"""Right behind the text; farther down is the site's own advertising."""


def _both(language: str, needs: str, goes_on: str) -> Row:
    """Both words in one line, in any order. ``needs``: plain words parted by ``|``."""
    gap = r"[^\n]{0,30}" if language in ("th", "zh", "ja") else r"[^\n]{0,120}"
    words = "|".join(map(re.escape, needs.split("|")))
    return (language, needs, rf"(?:{words}){gap}(?:{goes_on})|(?:{goes_on}){gap}(?:{words})")


_ROWS = read_phrases("calls.txt")
_GOES_ON = Phrasebook(*(_both(*row) for row in _ROWS["goes on"]))
_OFFER = Phrasebook(*_ROWS["offer"])
_BOOKS = (PAYWALL, SUBSCRIBED, _GOES_ON, _OFFER)


def find_calls(blocks: Sequence[str], behind: Sequence[str] = ()) -> tuple[str, ...]:
    """The lines among a text's last blocks, and right behind it, that ask for more than reading.

    In the page's order, as printed; empty where there is none, as a rule.
    """
    lines = [*blocks[1:][-LAST_BLOCKS:], *behind]
    short = [line for line in lines if measure_text(line) <= MAX_CALL]
    if not _has_call("\n".join(short)):
        return ()  # as a rule
    return tuple(line for line in short if _has_call(line))


def read_calls(body: Body, layout: Layout) -> tuple[str, ...]:
    """``find_calls`` of a page."""
    behind = []
    if body.last:
        runs = [run for run in layout.runs if run.first > body.last and run.reason != "hidden"]
        behind = [run.text for run in runs[:RUNS_BEHIND]]
    return find_calls([block.text for block in body.blocks], behind)


def _has_call(text: str) -> bool:
    return any(book.find(text) for book in _BOOKS)

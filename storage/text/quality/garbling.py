"""Whether a later text is an earlier one with its letters broken by the character set. Pure.

The signs depend on no language: U+FFFD where the old text has letters; a text that, taken back to
bytes and read as UTF-8, is nearer to the old one; the old text's words as another set reads them
(``misreading``), or without their letters (``lost_letters``).
"""

from __future__ import annotations

from functools import cache
from itertools import islice

from storage.text.quality.lost_letters import has_lost_letters
from storage.text.quality.misreading import is_misread
from storage.text.shingles import MAX_CHARACTERS, fold_bounded, shingle

MARK = "\ufffd"
MAX_BROKEN = 40
"""Lines with marks that are looked for in the old text."""
MANY_MARKS = 100
"""One mark in so many characters: no publisher writes so, whether the old text is known or not."""
ENOUGH = 5_000
"""Characters of new lines that are read again: what is misread is so from its first letters on."""
READ = ("windows-1252", "windows-1251", "windows-1250", "gb18030", "shift_jis", "euc_kr", "big5")
"""The sets that UTF-8 is taken for."""
_UNDEFINED = (0x81, 0x8D, 0x8F, 0x90, 0x9D)
"""In windows-1252, which browsers read as control characters (WHATWG Encoding, index)."""


def is_garbled(old: str, new: str) -> bool:
    """Whether ``new`` has broken what ``old`` says; titles belong in front of both."""
    old, new = old[:MAX_CHARACTERS], new[:MAX_CHARACTERS]
    marks, had = new.count(MARK), old.count(MARK)
    if old == new or marks < had:
        return False
    if (marks > had and _has_marks(old, new)) or _is_nearer(old, new) or is_misread(old, new):
        return True
    # What is put right after a misreading may look as if letters were left out ("Â 5" → "5").
    return has_lost_letters(old, new) and not _is_nearer(new, old)


def _has_marks(old: str, new: str) -> bool:
    """Marks that the old text does not have: many, or in a line that was whole.

    One in a new line may be the publisher's own.
    """
    if new.count(MARK) * MANY_MARKS >= len(new):
        return True
    was = [line for line in map(fold_bounded, old.split("\n")) if MARK not in line]
    broken = (line for line in map(fold_bounded, new.split("\n")) if MARK in line)
    return any(_is_copy(line, whole) for line in islice(broken, MAX_BROKEN) for whole in was)


def _is_copy(broken: str, whole: str) -> bool:
    """Whether a line is another one with marks in place of some of its letters: a letter of two or
    three bytes leaves as many marks, and a byte may take the next letter with it."""
    rest = broken.replace(MARK, "")
    if not len(rest) <= len(whole) <= len(broken) + broken.count(MARK):
        return False
    letters = iter(whole)
    return all(letter in letters for letter in rest)


def _is_nearer(old: str, new: str) -> bool:
    """Whether lines of the new text say more of the old one as UTF-8, which proves itself: so they
    do where only what the old text lacked is broken, as a quotation mark."""
    known = set(old.split("\n"))
    odd = (line for line in new.split("\n") if not line.isascii() and line not in known)
    fresh = "\n".join(odd)[:ENOUGH]
    if not fresh:
        return False
    was = shingle(old).distinct
    as_it_stands = len(shingle(fresh).distinct & was)
    others = (_read_again(fresh, read) for read in READ)
    return any(other and len(shingle(other).distinct & was) > as_it_stands for other in others)


def _read_again(text: str, read: str) -> str:
    """What a text says as UTF-8; ``""`` where nothing of it is in the first set but ASCII, which is
    the same in both. What is in neither stays as the letters of an escape: left out, or a sign, it
    might leave words that stand side by side in the old text."""
    if read == "windows-1252":
        text, read = text.translate(_bytes_of_1252()), "latin-1"
    data = text.encode(read, "backslashreplace")
    return "" if data.isascii() else data.decode("utf-8", "backslashreplace").replace("\\", "x")


@cache
def _bytes_of_1252() -> dict[int, int]:
    """The characters of windows-1252 outside Latin-1, as code points → their bytes."""
    return {
        ord(bytes([byte]).decode("windows-1252")): byte
        for byte in range(0x80, 0xA0)
        if byte not in _UNDEFINED
    }

"""Whether a later text is an earlier one with its letters broken by the character set. Pure.

Two signs, neither of which depends on the language: U+FFFD where the old text has letters, and a
text that, taken back to bytes and read in another character set, is nearer to the old one.
"""

from __future__ import annotations

from functools import cache
from itertools import islice

from storage.texts.shingles import MAX_CHARACTERS, fold_bounded, shingle

MARK = "\ufffd"
MAX_BROKEN = 40
"""Lines with marks that are looked for in the old text."""
ENOUGH = 5_000
"""Characters of new lines that are read again: what is misread is so from its first letters on."""
MUCH_NEARER = 0.1
"""Share of a text's runs of words that are the old one's only when it is read in another set."""
MANY_MARKS = 100
"""One mark in so many characters: no publisher writes so, whether the old text is known or not."""
_UNDEFINED = (0x81, 0x8D, 0x8F, 0x90, 0x9D)
"""In windows-1252, which browsers read as control characters (WHATWG Encoding, index)."""
READINGS = (
    ("windows-1252", "utf-8"),
    ("windows-1251", "utf-8"),
    ("windows-1250", "utf-8"),
    ("gb18030", "utf-8"),
    ("shift_jis", "utf-8"),
    ("euc_kr", "utf-8"),
    ("big5", "utf-8"),
    ("windows-1252", "windows-1251"),
    ("windows-1252", "windows-1250"),
    ("windows-1252", "gb18030"),
    ("windows-1252", "shift_jis"),
    ("windows-1252", "euc_jp"),
    ("windows-1252", "euc_kr"),
    ("windows-1252", "big5"),
    ("windows-1251", "koi8_r"),
)
"""The character set a text was read in, and the one it was written in."""


def is_garbled(old: str, new: str) -> bool:
    """Whether ``new`` has broken what ``old`` says; titles belong in front of both."""
    old, new = old[:MAX_CHARACTERS], new[:MAX_CHARACTERS]
    marks, had = new.count(MARK), old.count(MARK)
    if new.isascii() or old == new or marks < had:
        return False
    return (marks > had and _has_marks(old, new)) or _is_misread(old, new)


def _has_marks(old: str, new: str) -> bool:
    """Marks that the old text does not have: many, or in a line that was whole.

    One in a new line may be the publisher's own.
    """
    if new.count(MARK) * MANY_MARKS >= len(new):
        return True
    was = [line for line in map(fold_bounded, old.split("\n")) if MARK not in line]
    broken = (line for line in map(fold_bounded, new.split("\n")) if MARK in line)
    return any(_is_copy(line, one) for line in islice(broken, MAX_BROKEN) for one in was)


def _is_copy(broken: str, whole: str) -> bool:
    """Whether a line is another one with marks in place of some of its letters: a letter of two or
    three bytes leaves as many marks, and a byte may take the next letter with it."""
    rest = broken.replace(MARK, "")
    if not len(rest) <= len(whole) <= len(broken) + broken.count(MARK):
        return False
    letters = iter(whole)
    return all(letter in letters for letter in rest)


def _is_misread(old: str, new: str) -> bool:
    known = set(old.split("\n"))
    odd = (line for line in new.split("\n") if not line.isascii() and line not in known)
    fresh = "\n".join(odd)[:ENOUGH]
    if not fresh:
        return False
    was = shingle(old).distinct
    runs = shingle(fresh).distinct
    as_it_stands = len(runs & was)
    for read, written in READINGS:
        other = _read_again(fresh, read, written)
        nearer = len(shingle(other).distinct & was) - as_it_stands if other else 0
        # UTF-8 proves itself; any bytes are something in the other sets.
        if nearer > (0 if written == "utf-8" else MUCH_NEARER * len(runs)):
            return True
    return False


def _read_again(text: str, read: str, written: str) -> str:
    """What a text says in another character set; ``""`` where nothing of it is in the first one
    but ASCII, which is the same in both. What is in neither stays as an escape: left out, it
    might leave words that stand side by side in the old text."""
    if read == "windows-1252":
        text, read = text.translate(_bytes_of_1252()), "latin-1"
    data = text.encode(read, "backslashreplace")
    return "" if data.isascii() else data.decode(written, "backslashreplace")


@cache
def _bytes_of_1252() -> dict[int, int]:
    """The characters of windows-1252 outside Latin-1, as code points → their bytes."""
    return {
        ord(bytes([byte]).decode("windows-1252")): byte
        for byte in range(0x80, 0xA0)
        if byte not in _UNDEFINED
    }

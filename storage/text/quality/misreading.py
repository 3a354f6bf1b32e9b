"""Whether a later text is an earlier one whose bytes were read in another character set. Pure.

The old text's words are written in one set and read in another, and looked for in the new text:
so what the reading lost (a byte that is a soft hyphen there, a space, or nothing) is lost on both
sides. Any word may come out as some other by accident, so most of those that changed must.

Where both readings are letters, the same pair of sets leads back. Then the odder text is the
misread one (``alphabets.oddity``): a page that was misread first gives way to the right one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from storage.text.quality.alphabets import oddity

ONE_BYTE = (
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258",
    "cp874", "latin_1", "iso8859_2", "iso8859_3", "iso8859_4", "iso8859_5", "iso8859_6",
    "iso8859_7", "iso8859_8", "iso8859_10", "iso8859_13", "iso8859_14", "iso8859_15", "koi8_r",
    "koi8_u", "mac_roman", "mac_cyrillic", "mac_latin2", "cp866", "cp437", "cp850", "cp852",
)  # fmt: skip
"""Those that browsers know (WHATWG Encoding), Latin-1 as it is, and those of DOS. Not ISO 8859-16:
Romanian ``ş``, misread from 8859-2, is there ``ș``, as editors write it."""
SEVERAL_BYTES = ("gbk", "big5", "cp932", "euc_jp", "cp949")
ALWAYS = "utf-8"
"""What it is written in proves itself: no other text comes out as its bytes."""

ENOUGH = 1_500
"""Characters of the old text's changed words that are read again."""
COMPARED = 20_000
"""Characters of each text's changed lines that they are taken from and looked for in."""
KNOWS = 0.8
"""Share of the different characters that a set must have for a text to be of it."""
_LONG, _GRAM = 12, 4
"""A longer word counts by its runs of four characters: without spaces, a sentence is a word."""
_CHUNK = re.compile(r"[^\s\x00-/:-@\[-`{-\x7f]+")
_UNSEEN = re.compile("[\x80-\x84\x86-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
"""What extraction leaves out of a text, or may."""


@dataclass(frozen=True, slots=True)
class _Changes:
    lost: tuple[str, ...]
    """Chunks of the old text beyond ASCII that are gone, in their order."""
    stayed: tuple[str, ...]
    came: frozenset[str]
    """Units (``_units``) of the new text that the old one lacks."""
    letters: frozenset[str]
    """Characters beyond ASCII in them."""


def is_misread(old: str, new: str) -> bool:
    """Whether most words of ``old`` that are gone stand in ``new`` as another set reads them."""
    if old.isascii():
        return False
    changes = _compare(old, new)
    if not changes.lost or not changes.letters:
        return False
    written = [ALWAYS, *_sets_of(frozenset("".join(changes.lost)))]
    read = _sets_of(changes.letters)
    return any(
        _is_read_so(changes, one, other) for one in written for other in read if one != other
    )


def _compare(old: str, new: str) -> _Changes:
    before = _chunks(_lines_not_in(new, old))
    after = _chunks(_lines_not_in(old, new))
    known, there = frozenset(before), frozenset(after)
    odd = [chunk for chunk in dict.fromkeys(before) if not chunk.isascii()]
    fresh = [chunk for chunk in dict.fromkeys(after) if chunk not in known]
    letters = "".join(_first(chunk for chunk in fresh if not chunk.isascii()))
    return _Changes(
        tuple(_first(chunk for chunk in odd if chunk not in there)),
        tuple(_first(chunk for chunk in odd if chunk in there)),
        frozenset(_units(fresh)) - frozenset(_units(before)),
        frozenset(letter for letter in letters if not letter.isascii()),
    )


def _lines_not_in(other: str, text: str) -> str:
    known = set(other.split("\n"))
    return "\n".join(line for line in text.split("\n") if line not in known)[:COMPARED]


def _chunks(text: str) -> list[str]:
    return _CHUNK.findall(_UNSEEN.sub("", text))


def _units(chunks: Iterable[str]) -> Iterator[str]:
    for chunk in chunks:
        if len(chunk) <= _LONG:
            yield chunk
        else:
            yield from (chunk[at : at + _GRAM] for at in range(len(chunk) - _GRAM + 1))


def _first(chunks: Iterable[str]) -> Iterator[str]:
    left = ENOUGH
    for chunk in chunks:
        if left <= 0:
            return
        yield chunk[:left]
        left -= len(chunk)


def _sets_of(letters: frozenset[str]) -> list[str]:
    """The sets that have (nearly) all of these letters; of signs, where there are no others.
    (Quotes and dashes that a set lacks are written in HTML's own way.)"""
    signs = {letter for letter in letters if not letter.isascii() and letter != "\ufffd"}
    odd = {letter for letter in signs if letter.isalpha()} or signs
    names = [name for name in ONE_BYTE if len(odd & _bytes_of(name).keys()) >= KNOWS * len(odd)]
    for name in SEVERAL_BYTES:
        known = "".join(odd).encode(name, "ignore").decode(name, "ignore")
        if len(known) >= KNOWS * len(odd):
            names.append(name)
    return names if odd else []


def _is_read_so(changes: _Changes, written: str, read: str) -> bool:
    """Whether most of the words that are gone have come as this pair of sets makes them."""
    was, now = [], []
    units = hits = 0
    there = _read_all(changes.lost, written, read)
    for chunk, other in zip(changes.lost, there, strict=True):
        if other == chunk:
            continue
        own = frozenset(_units([chunk]))
        came = [unit in changes.came for unit in _units(_chunks(other)) if unit not in own]
        units, hits = units + len(came), hits + sum(came)
        if 2 * sum(came) > len(came):
            was.append(chunk)
            now.append(other)
    if 2 * hits < units or 2 * len(was) < len(changes.lost):
        return False
    if not any(map(_changes_letters, was, now)):
        return False
    if written == ALWAYS:
        return True
    stayed = _read_all(changes.stayed, written, read)
    against = sum(map(str.__ne__, changes.stayed, stayed))
    return 2 * against <= len(was) and _is_odder(was, now, changes.stayed)


def _changes_letters(was: str, now: str) -> bool:
    """Whether a letter became another character, or a sign a letter; signs alone are changed, and
    left out, by editors."""
    before, after = set(was), set(now)
    came, went = after - before, before - after
    is_odd = any(not letter.isascii() for letter in came)
    return is_odd and any(letter.isalpha() and not letter.isascii() for letter in came | went)


def _is_odder(was: Sequence[str], now: Sequence[str], stayed: Sequence[str]) -> bool:
    """Whether the new words are the misread ones, beside those that are the same in both texts.

    Where neither look so the old ones stand, if that is more than accents put right. One word that
    has changed an accent is nothing.
    """
    before, after = oddity([*was, *stayed]), oddity([*now, *stayed])
    if before > after:
        return False
    is_more, are_several = not _is_accents(was, now), len(was) > 1
    return is_more or are_several if after > before else is_more and are_several


def _is_accents(was: Sequence[str], now: Sequence[str]) -> bool:
    """Whether all that changed are the marks on letters (``Tôkyô`` → ``Tōkyō``)."""
    return all(
        _base(letter) == _base(other)
        for one, read in zip(was, now, strict=True)
        for letter, other in zip(one, read, strict=False)
    )


def _base(letter: str) -> str:
    return unicodedata.normalize("NFD", letter)[0].lower()


def _read_all(chunks: tuple[str, ...], written: str, read: str) -> list[str]:
    """Each chunk as it looks, written in one set and read in another, cleaned. (One by one for
    sets of several bytes: broken pairs at a chunk's end take nothing of the next one.)"""
    if not chunks:
        return []
    return [_UNSEEN.sub("", chunk) for chunk in _read("\n".join(chunks), written, read).split("\n")]


def _read(text: str, written: str, read: str) -> str:
    if written in ONE_BYTE and read in ONE_BYTE:
        return text.translate(_letters_to_letters(written, read))
    if written in ONE_BYTE:
        data = text.translate(_bytes_of_ordinals(written)).encode("latin-1", "replace")
    else:
        data = text.encode(written, "replace")
    if read in ONE_BYTE:
        return data.decode("latin-1").translate(_characters_of(read))
    return data.decode(read, "replace")


@cache
def _characters_of(name: str) -> dict[int, str]:
    """The bytes of a set beyond ASCII → its characters; for those that it leaves undefined, as
    browsers do, a control character or U+FFFD."""
    return {
        byte: bytes([byte]).decode(name, "ignore") or (chr(byte) if byte < 0xA0 else "\ufffd")
        for byte in range(0x80, 0x100)
    }


@cache
def _bytes_of(name: str) -> dict[str, int]:
    return {letter: byte for byte, letter in _characters_of(name).items() if letter != "\ufffd"}


@cache
def _bytes_of_ordinals(name: str) -> dict[int, int]:
    return {ord(letter): byte for letter, byte in _bytes_of(name).items()}


@cache
def _letters_to_letters(written: str, read: str) -> dict[int, str]:
    there = _characters_of(read)
    return {ord(letter): there[byte] for letter, byte in _bytes_of(written).items()}

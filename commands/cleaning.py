"""Strings that a page gave, made safe for a terminal.

``typer.echo`` passes escape sequences on, and rich keeps C1 and bidi controls: so every such
string is cleaned here before it is printed, whether or not a terminal is there now.
"""

from __future__ import annotations

import re

from storage.text.unseen import Unseen

# C0 (but white space), DEL and C1 drive the terminal; the bidi marks are for the text of a
# document, and move what stands beside them in a line of several strings (UAX #9 §2).
_DRIVERS = r"\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f"
_MARKS = "\u061c\u200e\u200f"
_UNSEEN = Unseen(_DRIVERS + _MARKS)
_LOGIN = re.compile(r"(?<=://)[^\s/?#@:]*:[^\s/?#@]*@")
_SURROGATES = re.compile("[\ud800-\udfff]")
_BREAKS = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
# What `json` leaves as it is and a terminal or `str.splitlines` does not.
_IN_JSON = Unseen(f"\x7f-\x9f\u2028\u2029\ud800-\udfff{_MARKS}")


def hide_logins(text: str) -> str:
    """Without the name and password of an address, wherever in a message it stands: the last line
    of defence, for what was given as an address where none was asked for."""
    return _LOGIN.sub("…@", text)


def clean(text: str) -> str:
    """One line: controls dropped, white space collapsed, lone surrogates replaced."""
    return " ".join(_without_controls(text).split())


def clean_block(text: str) -> str:
    """Text of several lines: as ``clean``, but line breaks (as ``\\n``) stay."""
    lines = _BREAKS.sub("\n", text).split("\n")
    return "\n".join(_without_controls(line).replace("\t", " ").rstrip() for line in lines)


def is_clean(text: str) -> bool:
    """Whether it stands on one line as it is, for what no cleaned form can stand in for."""
    return _BREAKS.search(text) is None and _without_controls(text) == text


def escape_in_json(document: str) -> str:
    """Escape what is left unsafe in a JSON text. It says the same as before."""
    return _IN_JSON.replace(_escape, document)


def _without_controls(text: str) -> str:
    return _SURROGATES.sub("\ufffd", _UNSEEN.drop(text))


def _escape(found: str) -> str:
    units = found.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def whole_words(text: str) -> str:
    """Without the word that was cut, in scripts that part words."""
    shorter = text.rpartition(" ")[0].rstrip()
    return shorter if len(shorter) > len(text) / 2 else text.rstrip()

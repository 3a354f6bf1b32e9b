"""The table of cases: strings that mean harm, strings that only look so, and what tells them apart.

The check goes by Unicode's own categories and not by kliping's lists, so that the two can disagree.
"""

from __future__ import annotations

import re
import unicodedata

HARM = {
    "escape_sequences": "\x1b[2J\x1b[5;7mred\x1b[9A \x1b]8;;http://evil.example/\x1b\\click\x1b]8;;\x1b\\"
    "\x1b]52;c;ZXZpbA==\x07\x1b]0;owned\x07\x1bP$q\x1b\\\x1b_apc\x1b\\\x1bc",
    "c1": "\x9b5m\x9d0;owned\x9c\x90q\x9c\x84\x8d",
    "c0": "bell\x07 back\x08\x08 del\x7f nul\x00 shift\x0e\x0f good\rkliping: forged",
    "line_breaks": "one\nkliping: forged\r\nkliping: forged\x0bkliping: forged"
    "\x0c\x85kliping: forged\u2028kliping: forged\u2029two",
    "bidi": "\u202egnp.exe\u202c \u202a\u202bx \u2067isolated\u2069 \u2066\u2068x "
    "\u061c\u200e\u200f",
    "hidden": "seen\U000e0048\U000e0069\U000e0064\U000e007f "
    + "\u200c\u200d" * 40
    + "\u200b\u2060\ufeff" * 40
    + "\u200c\ufe01" * 40
    + "\u3164\u00ad\ufff0\U000e0080" * 9
    + "".join(chr(0xE0100 + n) for n in range(80)),
    "no_letters": "lone \ud800 and \udfff \ufff9hidden\ufffaruby\ufffb \ufeffmark \u206a\u206f"
    "\ufffe\uffff\ufdd0\U0001fffe",
    "rich": "[/bad] [red]x[/] [link=http://evil.example]y[/link] :bomb: [bold",
    "html": "</title><script>alert(1)</script><img src=x onerror=alert(1)>",
    "xml": "]]> --> <!-- <![CDATA[ <?xml?> & &amp; &#0; &nbsp; <!DOCTYPE x [<!ENTITY e 'x'>]>",
    "attribute": "\" onmouseover='alert(1)' style=`x` \\",
    "formula": '=HYPERLINK("http://evil.example","x")',
    "formula_dde": "+1+cmd|' /C calc'!A0",
    "formula_minus": "-2+3",
    "formula_at": "@SUM(1)",
    "formula_wide": "\uff1d1+1",
    "yaml": "--- {id: 9, a: &b !!python/object:os.system, ? [x], *b, %T, |, >} # x: y",
    "joined": "#\u206a forged 1\u206a. forged &\u206alt;script&\u206agt; ``\u206a`",
    "markdown": "# [x](javascript:alert(1)) ![i](http://evil.example/i.png) <b> `a` **c** | d",
    "template": "{{ 7*7 }} {% include x %} {# x #} {{< x >}} <%= 7*7 %> {x}",
    "shell": "$(touch$IFS$9owned)`id`;id|id&id>'x' ~ !! %s %n {0} {x.__class__}",
    "traversal": "../../../etc/passwd",
    "device": "CON",
    "separators": "a\tb\tc; d, e | f",
}
"""By name. Each stands at the beginning of every field of a page of its own."""
DRIVING = ("escape_sequences", "c1", "c0", "line_breaks", "bidi", "hidden", "no_letters", "rich")
"""Those that are for a terminal; one page says them all."""
HARM["all_driving"] = " ".join(HARM[name] for name in DRIVING)

FORGED = "kliping: forged"
"""What a line break in a string would put at the beginning of a line."""

PLAIN = {
    "emoji": "👩‍👩‍👧 👁️‍🗨️ 🏳️‍🌈 1️⃣ ❤️ 🇮🇩 🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "right_to_left": "می‌خواهم کتاب‌ها مُحَمَّد في المدينة שָׁלוֹם עולם",
    "marks": "क्षि क्‍ष e\u0301 n\u0308 a\u0328\u0301 ที่นี่กำลัง",
    "han": "辻\U000e0100さん、葛\U000e0101城",
    "punctuation": "A & B: “x” – it's 5 < 6, 100% [sic] (a_b) #1",
}
"""By name: what must come out as it went in, wherever text is shown."""

# Reordering and marks (UAX #9 §2), deprecated formats (Unicode 16 §23.3), annotation and the byte
# order mark (TR 36 §2). The marks are for a document to keep.
_REORDERING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNSEEN = {*map(chr, range(0x206A, 0x2070)), *map(chr, range(0xFFF0, 0xFFFC)), *"\u2065\ufeff"}
_MARKS = set("\u061c\u200e\u200f")
_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f")
_HIDING = re.compile(
    "[\u200b\u2060\ufeff\u200c\u200d\u00ad\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\ufe00-\ufe0f"
    "\u180b-\u180f\U0001d173-\U0001d17a\U000e0100-\U000e01ef]{3}"
    "|[\ufe00-\ufe0f\U000e0100-\U000e01ef]{2}"
)
"""So many in a row spell nothing in any script, and hide a text of their own."""


def faults(text: str, *, allowed: str = "\n", marks: bool = False) -> list[str]:
    """What in ``text`` may drive, reorder or hide something where it is shown, by code point.

    ``marks``: a document may hold the bidi marks, which reorder nothing around them.
    """
    rest = _FLAG.sub("\U0001f3f4", text)
    found = {character for character in rest if _is_fault(character, marks)} - set(allowed)
    hidden = _HIDING.search(rest)
    return sorted(f"U+{ord(one):04X}" for one in found) + ["a hidden run"] * bool(hidden)


def _is_fault(character: str, marks: bool) -> bool:
    if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp"):
        return True
    is_tag = 0xE0000 <= ord(character) <= 0xE00FF or 0xE01F0 <= ord(character) <= 0xE0FFF
    if is_tag or character in _REORDERING or character in _UNSEEN:
        return True
    return character in _MARKS and not marks

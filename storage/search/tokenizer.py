"""Text as it is indexed, and a query's text in the same form. Pure.

FTS5's ``unicode61 remove_diacritics 2`` cuts text into runs of letters and digits and folds case
and Latin diacritics (https://sqlite.org/fts5.html §4.3.1). That finds nothing in scripts without
word spaces, splits words at the vowel signs of Indic scripts and keeps Greek accents. Such text is
indexed in a form of our own (``segment``), which ``unicode61`` cuts as we want it; all other text
(``needs_segments`` is false) is indexed as it is.

- A run of Han, kana, Hangul, Thai, Lao, Khmer, Burmese or Yi becomes its overlapping bigrams and
  its last character: ``ABCD`` → ``AB BC CD D``. So any part of it is a phrase of bigrams, and no
  dictionary is needed. A single character is the beginning of one; as it begins very many, each
  character of the text is in the index once more, marked (``indexed``).
- Vowel signs and other marks inside words become private-use characters, which ``unicode61`` takes
  for letters.
- Full-width forms, ligatures and compatibility ideographs become the plain ones (NFKC), decomposed
  letters one (NFC); soft hyphens, Arabic and Hebrew points and tatweel go.
- Greek accents and the dots of ``ё`` go. (Those of ``й`` and ``ї`` make other letters, and stay.)
- Letters that Arabic, Persian, Kurdish and Urdu writers and keyboards use one for another become
  one: the hamza and madda go from ``أ إ آ ؤ ئ``, ``ى`` and ``ی`` become ``ي``, ``ک`` ``ك``, ``ة``,
  ``ۀ`` and ``ہ`` ``ه`` (as Lucene's ArabicNormalizer and PersianNormalizer, which leave ``ؤ ئ``).
- Digits of every script become the European ones.
- Characters of Japanese names that are encoded apart from the one that keyboards give become that
  one: ``髙`` → ``高``.
- Signs younger than unicode61's tables (Unicode 6.1), which it takes for letters, become spaces:
  the rouble and bitcoin signs, many emoji, bidi isolates.

Both databases index what ``indexed`` gives, its Latin letters spelled in plain ones (``latin``).
PostgreSQL gets its tokens folded from here (``split``), so that none of its own parsing is
involved.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from storage.search import latin

LONGEST_TOKEN = 200
"""Characters. PostgreSQL refuses lexemes over 2,046 bytes; no word is as long."""

DENSE = (
    "\u0e01-\u0e3a\u0e40-\u0e4e"  # Thai, but baht, punctuation and digits
    "\u0e81-\u0ebd\u0ec0-\u0ece\u0edc-\u0edf"  # Lao
    "\u1000-\u103f\u1050-\u108f\u109a-\u109d"  # Burmese
    "\u1780-\u17d3\u17d7\u17dc\u17dd"  # Khmer
    "\u3005\u3007\u3021-\u3029\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"  # kana
    "\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"  # Han
    "\ua000-\ua48c"  # Yi
    "\uac00-\ud7a3"  # Hangul
)
"""Scripts that do not part words by spaces (or, Hangul, glue particles to them), as the inside of
a regular expression's character class."""
MARKED = "\u0900-\u0963\u0971-\u0de5\u0df2\u0df3\u0f18-\u0fbc"
"""Indic and Tibetan letters and marks, digits and punctuation of the first excepted."""

_FIRST_MARK, _LAST_MARK = 0x0900, 0x1FFF
_PRIVATE = 0xE000
"""Where the marks go: 5,888 of the 6,400 places of the private use area."""
_ALONE = "\uf8ff"
"""Its last place: before a character that stands for itself."""

_COMPATIBLE = (
    "\uff01-\uffee\uf900-\ufaff\U0002f800-\U0002fa1f"  # widths, ideographs
    "\ufb00-\ufb06\ufb13-\ufb17\ufb1d-\ufd3d\ufd50-\ufdff\ufe70-\ufefc"  # ligatures
    "\u2e80-\u2fd5\u1100-\u11ff\u3131-\u318e\ua960-\ua97c\ud7b0-\ud7fb"  # radicals, jamo
    "\u0958-\u095f\u09dc-\u09df\u0a33\u0a36\u0a59-\u0a5e\u0b5c\u0b5d"  # with a nukta
    "\u00b5\u017f\u2126\u212a\u212b"  # micro, long s, ohm, kelvin, angstrom
)
_ACCENTED = (
    "\u0386\u0388-\u038a\u038c\u038e-\u0390\u03aa-\u03b0\u03ca-\u03ce\u1f00-\u1fff\u0401\u0451"
)
_POINTS = (
    "\u00ad\u034f\u2060"  # soft hyphen, grapheme and word joiners
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"  # Hebrew
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u0640"  # Arabic
)
_ARABIC = {
    letter: plain
    for letters, plain in (
        ("\u0622\u0623\u0625\u0671", "\u0627"),  # alef with madda, hamza, wasla
        ("\u0624", "\u0648"),  # waw with hamza
        ("\u0626\u0649\u06cc", "\u064a"),  # yeh with hamza, alef maksura, Farsi yeh
        ("\u06a9", "\u0643"),  # keheh → kaf
        ("\u0629\u06c0\u06c1\u06c2\u06c3", "\u0647"),  # teh marbuta, heh goal
    )
    for letter in letters
}
"""Letters that are written one for another."""
_DIGITS = (
    "\u0660-\u0669\u06f0-\u06f9\u07c0-\u07c9"  # Arabic, Persian, N'Ko
    "\u0966-\u096f\u09e6-\u09ef\u0a66-\u0a6f\u0ae6-\u0aef\u0b66-\u0b6f"  # Indic
    "\u0be6-\u0bef\u0c66-\u0c6f\u0ce6-\u0cef\u0d66-\u0d6f\u0f20-\u0f29"
    "\u0e50-\u0e59\u0ed0-\u0ed9\u1040-\u1049\u17e0-\u17e9"  # Thai, Lao, Burmese, Khmer
    "\u1810-\u1819"  # Mongolian
)
_COMBINING = "\u0300-\u036f\u3099\u309a"
# What unicode61 of SQLite 3.46 takes for a letter and is none, among currency, bidi controls,
# symbols and emoji; found by asking it (see the test).
_SIGNS = (
    "\u0605\u061c\u061d\u2065-\u2069\u2072\u2073\u208f\u209d-\u209f\u20ba-\u20cf\u20f1-\u20ff"
    "\u218a-\u218f\u23f4-\u23ff\u2427-\u243f\u244b-\u245f\u2700\u2b4d-\u2b4f\u2b5a-\u2bff"
    "\u2e3c-\u2e7f\U0001f02c-\U0001f0ff\U0001f10d-\U0001f10f\U0001f12f\U0001f16c-\U0001f16f"
    "\U0001f19b-\U0001f1e5\U0001f203-\U0001f20f\U0001f23b-\U0001f23f\U0001f249-\U0001f24f"
    "\U0001f252-\U0001f2ff\U0001f321-\U0001f32f\U0001f336\U0001f37d-\U0001f37f"
    "\U0001f394-\U0001f39f\U0001f3c5\U0001f3cb-\U0001f3df\U0001f3f1-\U0001f3ff\U0001f43f"
    "\U0001f441\U0001f4f8\U0001f4fd-\U0001f4ff\U0001f53e\U0001f53f\U0001f544-\U0001f54f"
    "\U0001f568-\U0001f5fa\U0001f641-\U0001f644\U0001f650-\U0001f67f\U0001f6c6-\U0001f6ff"
    "\U0001f774-\U0001faff"
)

_WRITTEN = f"{_DIGITS}{''.join(_ARABIC)}"
_SUSPICIOUS = re.compile(
    f"[{DENSE}{MARKED}{_COMPATIBLE}{_ACCENTED}{_WRITTEN}{_POINTS}{_COMBINING}{_SIGNS}]"
)
# A point at a word's end ends it for unicode61 as well.
_NEEDING = re.compile(
    f"[{DENSE}{MARKED}{_COMPATIBLE}{_ACCENTED}{_WRITTEN}{_SIGNS}\u0640]"
    f"|[^\\W_](?:[{_POINTS}]*[{_COMBINING}]|[{_POINTS}]+[^\\W_])"
)
_COMPATIBLE_RUN = re.compile(f"[{_COMPATIBLE}]+")
_DROPPED = re.compile(f"[{_POINTS}{_COMBINING}]|(?<=[{MARKED}])[\u200c\u200d]")
_SIGN_RUN = re.compile(f"[{_SIGNS}]+")
# Zero-width spaces and joiners inside a run come and go from writer to writer.
_JOINERS = "\u200b-\u200d"
_RUN = re.compile(f"[{DENSE}][{DENSE}{_JOINERS}]*")
_JOINER = re.compile(f"[{_JOINERS}]")
_VARIANTS = dict(zip("髙﨑𠮷德濵濱邉邊栁槗冨", "高崎吉徳浜浜辺辺柳橋富", strict=True))
"""Forms of one character that are encoded apart and that Unicode does not normalize."""
_VARIANT = re.compile(f"[{''.join(_VARIANTS)}]")
_DENSE = re.compile(f"[{DENSE}]")
_LAST_RUN = re.compile(f"[{DENSE}]+$")
_TOKEN = re.compile("(?:[^\\W_]|[\ue000-\uf8ff])+")


def needs_segments(text: str) -> bool:
    """Whether ``unicode61`` would index this text other than ``segment`` has it."""
    if text.isascii() or not _SUSPICIOUS.search("".join(set(text))):
        return False
    return bool(_NEEDING.search(text))


def indexed(text: str) -> str:
    """The text as it is to be indexed: ``segment``, and behind it, marked, each character that is
    looked for by itself."""
    if not needs_segments(text):
        return text
    plain = _plain(text)
    return _cut(plain) + "".join(map(_marked, dict.fromkeys(_DENSE.findall(plain))))


def segment(text: str) -> str:
    """The text cut into words; case and Latin letters are left to the index."""
    return _cut(_plain(text)) if needs_segments(text) else text


def tokens(text: str) -> list[str]:
    """The folded tokens of a text, in order: what a query for them is compared with."""
    return split(segment(text))


def split(segmented: str) -> list[str]:
    """The folded tokens of a text that is in the form of the index already."""
    return [each[:LONGEST_TOKEN] for each in _TOKEN.findall(latin.spell(fold(segmented)))]


@dataclass(frozen=True, slots=True)
class Phrase:
    """What a piece of a query looks for: consecutive tokens."""

    text: str
    """As it stands in the index."""
    prefix: bool
    """Whether the last token may go on."""


def phrase_of(text: str, prefix: bool = False) -> Phrase:
    """A query's text as what stands in the index wherever the text occurs.

    The last run of a script without word spaces may go on in the article: it is looked for by its
    bigrams alone, a single character behind other words as the beginning of one.
    """
    if not needs_segments(text):
        return Phrase(text, prefix)
    plain = _plain(text)
    end = _last_token_end(plain)
    run = _LAST_RUN.search(plain, 0, end)
    if run is None:
        return Phrase(_cut(plain), prefix)
    if len(run[0]) == 1:
        words = _cut(plain[:end])
        return Phrase(words, True) if len(split(words)) > 1 else Phrase(_marked(run[0]), False)
    return Phrase(_cut(plain[:end]).rstrip().rpartition(" ")[0], False)


def fold(text: str) -> str:
    """Case and Latin diacritics folded as ``unicode61`` does, Greek accents, widths and variants as
    ``segment``; as long as the text, character by character, so that a Latin letter that is spelled
    by two stays."""
    # The one letter that lower() makes two of.
    text = text.replace("\u0130", "i").lower()
    return text if text.isascii() else text.translate(_FOLDS)


def _plain(text: str) -> str:
    """Normal forms, without what is not to be indexed; still without bigrams."""
    text = unicodedata.normalize("NFC", text)
    text = _COMPATIBLE_RUN.sub(_compose, text)
    text = _VARIANT.sub(lambda match: _VARIANTS[match[0]], text)
    text = _DROPPED.sub("", text)
    return _SIGN_RUN.sub(" ", text)


def _compose(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", match[0])


def _cut(plain: str) -> str:
    return _RUN.sub(_bigrams, plain).translate(_LETTERS)


def _bigrams(match: re.Match[str]) -> str:
    run = _JOINER.sub("", match[0])
    return f" {' '.join(run[at : at + 2] for at in range(len(run)))} "


def _marked(character: str) -> str:
    return f" {_ALONE}{character}".translate(_LETTERS)


def _last_token_end(plain: str) -> int:
    end = len(plain)
    while end and not (plain[end - 1].isalnum() or _SUSPICIOUS.match(plain[end - 1])):
        end -= 1
    return end


def _marks() -> dict[int, str]:
    """Vowel signs and other marks of Indic and neighbouring scripts, as private-use letters."""
    return {
        code: chr(_PRIVATE + code - _FIRST_MARK)
        for code in range(_FIRST_MARK, _LAST_MARK + 1)
        if unicodedata.category(chr(code)) in ("Mn", "Mc")
    }


def _accents() -> dict[int, str]:
    """Accented letters as plain ones."""
    accented = map(ord, re.findall(f"[{_ACCENTED}]", "".join(map(chr, range(0x2000)))))
    return {code: unicodedata.normalize("NFD", chr(code))[0] for code in accented}


def _written() -> dict[int, str]:
    """Digits as European ones, and Arabic letters that are written one for another as one."""
    digits = re.findall(f"[{_DIGITS}]", "".join(map(chr, range(0x2000))))
    return {ord(each): str(unicodedata.digit(each)) for each in digits} | {
        ord(letter): plain for letter, plain in _ARABIC.items()
    }


class _Folds(dict[int, str]):
    """``str.translate``'s table, filled as characters are met."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        self[code] = folded
        return folded


def _fold_character(letter: str) -> str:
    if letter == "\u03c2":  # the sigma at a word's end
        return "\u03c3"
    if "\uff01" <= letter <= "\uff5e":
        return unicodedata.normalize("NFKC", letter).lower()
    if letter in _KEPT:
        return letter
    if letter in latin.LETTERS:
        return latin.LETTERS[letter] if len(latin.LETTERS[letter]) == 1 else letter
    code = ord(letter)
    if code < 0x250 or 0x1E00 <= code < 0x1F00:
        return unicodedata.normalize("NFD", letter)[0]
    return _VARIANTS.get(letter) or _PLAIN.get(code, letter)


# Latin letters whose marks unicode61 leaves, as they stand on ʒ or are two.
_KEPT = frozenset("\u01e1\u01ef")
_PLAIN = _accents() | _written()
_LETTERS = _marks() | _PLAIN
_FOLDS = _Folds()

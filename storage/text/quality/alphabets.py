"""How odd words look: letters of no one language, signs and capitals inside words. Pure.

Of a text in two readings, the odder one is misread. The letters beyond ASCII are CLDR's exemplar
sets (main and the usual auxiliary ones); for scripts that one language or few share, the script's
block; for Chinese, Japanese and Korean, the part of the national sets that was made for what is
frequent. A language that is not here is as odd in both readings, and decides nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from string import ascii_lowercase

_LATIN = (
    "áéóæøåèêôü",  # Danish, Norwegian
    "åäöéàüšž",  # Swedish, Finnish
    "äöüßéàè",  # German
    "àâæçéèêëîïôœùûüÿ",  # French
    "áéíóúüñ",  # Spanish, Basque, Galician
    "àçéèíïóòúü",  # Catalan
    "áâãàçéêíóôõúü",  # Portuguese
    "àéèìíîòóù",  # Italian
    "áäâéèëêíïóöôúü",  # Dutch, Afrikaans
    "ąćęłńóśźż",  # Polish
    "áčďéěíňóřšťúůýž",  # Czech
    "áäčďéíĺľňóôŕšťúýž",  # Slovak
    "áéíóöőúüű",  # Hungarian
    "ăâîșțşţ",  # Romanian
    "čćđšž",  # Croatian, Bosnian, Slovene, Serbian
    "çë",  # Albanian
    "çğıöşüâîûə",  # Turkish, Azerbaijani
    "ąčęėįšųūž",  # Lithuanian
    "āčēģīķļņšūž",  # Latvian
    "äõöüšž",  # Estonian
    "áðéíóúýþæö",  # Icelandic
    "áðíóúýæø",  # Faroese
    "áéíóúàèìòù",  # Irish, Gaelic
    "âêîôûŵŷáéëïöàèìòù",  # Welsh
    "àèìòùċġħż",  # Maltese
    "ĉĝĥĵŝŭ",  # Esperanto
    "āēīōū",  # Māori, Hawaiian, Japanese in Latin letters
    "àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",  # Vietnamese
)
_CYRILLIC = (
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",  # Russian, Bulgarian
    "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",  # Ukrainian
    "абвгдеёжзійклмнопрстуўфхцчшыьэюя",  # Belarusian
    "абвгдђежзијклљмнњопрстћуфхцчџшѓѕќѐѝ",  # Serbian, Macedonian
    "аәбвгғдеёжҗзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя",  # Kazakh, Kyrgyz, Tatar, Mongolian
    "абвгғдеёжзиӣйкқлмнопрстуӯфхҳчҷшъэюяў",  # Tajik, Uzbek
)
_BLOCKS = (
    (0x0386, 0x03CE),  # Greek
    (0x0561, 0x0587),  # Armenian
    (0x05D0, 0x05EA),  # Hebrew
    (0x0620, 0x064A),  # Arabic
    (0x0E01, 0x0E4D),  # Thai
    (0x10D0, 0x10FA),  # Georgian
)
_FREQUENT = (
    ("gb2312", range(0xB0, 0xD8)),
    ("big5", range(0xA4, 0xC7)),
    ("euc_jp", range(0xB0, 0xD0)),
    ("euc_kr", range(0xB0, 0xC9)),
)
"""Codec → first bytes of the part for frequent characters (level 1; Korean: syllables)."""
_IN_WORDS = frozenset("’‘·-–'")
"""Signs that stand inside words in good spelling."""


def oddity(words: Sequence[str]) -> int:
    """How many characters of the words are out of place: letters that the best of the alphabets
    lacks, signs between letters, capitals behind the first letter. In words of another script
    ASCII is out of place as well."""
    letters = Counter(letter for word in words for letter in word.lower() if letter.isalpha())
    known = max(
        sum(number for letter, number in letters.items() if letter in alphabet)
        for alphabet in _alphabets()
    )
    return letters.total() - known + sum(map(_count_inside, words))


def _count_inside(word: str) -> int:
    """Capitals behind a letter; signs with letters on both sides."""
    capitals = sum(letter.isalpha() and other.isupper() for letter, other in pairwise(word))
    body = word.strip("".join({sign for sign in word if not sign.isalnum()}))
    signs = sum(not sign.isalnum() and sign not in _IN_WORDS for sign in body)
    return capitals + signs


@cache
def _alphabets() -> tuple[frozenset[str], ...]:
    latin = (frozenset(letters + ascii_lowercase) for letters in _LATIN)
    blocks = (frozenset(map(chr, range(first, last + 1))) for first, last in _BLOCKS)
    arabic = frozenset(map(chr, range(0x0620, 0x064B)))
    kana = frozenset(map(chr, range(0x3041, 0x30FF)))
    return (
        *latin,
        *map(frozenset, _CYRILLIC),
        *blocks,
        arabic | frozenset("پچژکگی"),  # Persian
        arabic | frozenset("ٹپچڈڑژکگںھہیے"),  # Urdu
        *(_frequent(codec, rows) | kana for codec, rows in _FREQUENT),
    )


def _frequent(codec: str, rows: range) -> frozenset[str]:
    cells = [*range(0x40, 0x7F), *range(0xA1, 0xFF)] if codec == "big5" else range(0xA1, 0xFF)
    pairs = (bytes((row, cell)).decode(codec, "ignore") for row in rows for cell in cells)
    return frozenset(letter for letter in pairs if len(letter) == 1)

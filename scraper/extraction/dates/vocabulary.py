"""The words of dates, by what they do. One letter names each kind of token:

``d`` number of one or two digits, ``y`` of four, ``8`` of eight, ``n`` any other number,
``T`` a time with colons; ``M`` month, ``C`` month of another calendar, ``W`` day of the week,
``Y`` ``m`` ``D`` the words year, month, day beside their number, ``E`` an era,
``h`` ``i`` ``s`` hour, minute, second beside their number, ``a`` half or part of the day,
``Z`` zone, ``k`` what leads to a time ("at"), ``f`` what stands inside a date ("of"),
``o`` the ending of an ordinal, ``R`` today or yesterday, ``J`` just now,
``P`` a label of publication, ``V`` of revision, ``x`` any other word. Punctuation is itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from scraper.extraction.dates import zones
from scraper.extraction.dates.text import fold
from scraper.extraction.word_lists import read_rows, read_sections

Entry = tuple[str, object]
"""Kind and value of a word."""

ORDINALS = frozenset(
    "st nd rd th er ere re eme e o a ro do to mo vo no η ος os an en on jen ei ko aj ten ти го "
    "е й ий ին ი ე იდან বা ই শে লা রা ঠা da de та ro ste te i eko ي".split()
)
"""Glued to a number they make it an ordinal: 2nd, 1er, 2a, 30-án."""

REFUSED_BEFORE = frozenset(
    "v ver version versi rev build release isbn tel telp telepon hp гост ост iso".split()
)
"""A number after one of these is no date, however it looks."""

_KINDS = {
    "inside": "f", "year": "Y", "month": "m", "day": "D", "before time": "k", "hour": "h",
    "minute": "i", "second": "s", "now": "J", "published": "P", "updated": "V",
}  # fmt: skip
"""Section of ``date_words.txt`` → kind; the other sections are parts of the day."""

_SHARED_LANGUAGES_LEFT_OUT = frozenset({"br", "yi", "rw", "xh", "zu", "ig", "om", "gd", "yo"})
"""Not used for a text of unknown or other language: rare, with short names that mean much else."""


_SMALL_WORDS = frozenset({"to", "so", "me"})
"""Short names of days that are much else in other languages: used in their own only."""


class Vocabulary:
    """The words of one language before those of all: :meth:`find` and :attr:`phrases`."""

    def __init__(self, own: dict[str, Entry], shared: dict[str, Entry]) -> None:
        self.words = {**shared, **own}
        self.phrases: dict[str, list[tuple[str, Entry]]] = {}
        """First word → whole phrases of several words, and compounds, longest first."""
        for phrase, entry in self.words.items():
            if " " in phrase or "-" in phrase[1:-1]:  # avant-hier, terça-feira
                first = phrase.partition(" ")[0].partition("-")[0]
                self.phrases.setdefault(first, []).append((phrase, entry))
        for phrases in self.phrases.values():
            phrases.sort(key=lambda item: -len(item[0]))
        self.unspaced: re.Pattern[str] | None = None
        """The known words of scripts without spaces; compiled where first needed."""


@lru_cache(maxsize=256)
def vocabulary(language: str) -> Vocabulary:
    """The vocabulary for a lower-case language code without region; ``""`` for none."""
    own: dict[str, Entry] = {}
    _add(own, _weekdays().get(language, {}), "W")
    for name in own.keys() & zones.NAMES:
        del own[name]  # a zone after a time is worth more than a short day name
    _add(own, _words_by_language().get(language, {}))
    _add(own, _day_words().get(language, {}), "R")
    _add(own, _other_months().get(language, {}), "C")
    _add(own, _months().get(language, {}), "M")
    return Vocabulary(own, _shared())


@lru_cache(maxsize=1)
def _shared() -> dict[str, Entry]:
    """What every language's text may use: names that languages agree about, and all the rest."""
    shared: dict[str, Entry] = {}
    _add(shared, _agreed(_weekdays()), "W")
    for word in _SMALL_WORDS & shared.keys():
        del shared[word]
    _add(shared, _agreed(_day_words()), "R")
    for months in _other_months().values():
        _add(shared, months, "C")
    _add(shared, _agreed(_months()), "M")
    _add(shared, _eras(), "E")
    for section, words in read_sections("date_words.txt").items():
        part = section.removeprefix("part ")
        _add(shared, dict.fromkeys(words, part), _KINDS.get(section, "a"))
    shared.update((name, ("Z", name)) for name in zones.NAMES if shared.get(name, "x")[0] != "M")
    _add(shared, zones.PHRASES, "Z")
    return shared


def _add(target: dict[str, Entry], words: object, kind: str = "") -> None:
    assert isinstance(words, dict)
    for word, value in words.items():
        entry = (kind, value) if kind else value
        target[fold(word.replace("·", " ").replace("_", " ")).replace(".", "")] = entry


def _agreed(by_language: dict[str, dict[str, int]]) -> dict[str, int]:
    """The names that mean the same in every language that has them (listopad does not)."""
    agreed: dict[str, int] = {}
    torn = set()
    for language, names in by_language.items():
        if language in _SHARED_LANGUAGES_LEFT_OUT:
            continue
        for name, number in names.items():
            word = fold(name).replace(".", "")
            if agreed.setdefault(word, number) != number or len(word) < 2:
                torn.add(word)
    for word in torn:
        english = by_language["en"].get(word)
        if english is None:
            del agreed[word]
        else:
            agreed[word] = english
    return agreed


@lru_cache(maxsize=1)
def _months() -> dict[str, dict[str, int]]:
    return {language: dict(_numbered(names)) for language, names in read_rows("months.txt")[""]}


@lru_cache(maxsize=1)
def _weekdays() -> dict[str, dict[str, int]]:
    """Monday is 0, as ``date.weekday`` has it."""
    return {
        language: {name: number - 1 for name, number in _numbered(names)}
        for language, names in read_rows("weekdays.txt")[""]
    }


@lru_cache(maxsize=1)
def _day_words() -> dict[str, dict[str, int]]:
    """Days before today: today is 0."""
    return {
        language: {name: number - 1 for name, number in _numbered(names) if name != "-"}
        for language, names in read_rows("days.txt")[""]
    }


def _eras() -> dict[str, tuple[str, int]]:
    """Era → the calendar, or ``year`` with what the year counts from."""
    heads = ((head.split(), words) for head, words in read_rows("calendars.txt")["eras"])
    return {word: (head[0], int(head[1])) for head, words in heads for word in words.split()}


@lru_cache(maxsize=1)
def _words_by_language() -> dict[str, dict[str, Entry]]:
    """Words that one language has only, with their kinds and values."""
    by_language: dict[str, dict[str, Entry]] = {}
    for head, words in read_rows("calendars.txt")["words"]:
        language, kind, *stated = head.split()
        value = (int(stated[0]) if kind == "M" else stated[0]) if stated else None
        own = by_language.setdefault(language, {})
        own.update(dict.fromkeys(words.split(), (kind, value)))
    return by_language


@lru_cache(maxsize=1)
def _other_months() -> dict[str, dict[str, tuple[str, int]]]:
    """By language, the months of its other calendar: the calendar, and which it is."""
    return {
        head.split()[0]: {name: (head.split()[1], number) for name, number in _numbered(names)}
        for head, names in read_rows("calendars.txt")["months"]
    }


def all_names() -> Iterator[str]:
    """The names of months, days of the week, today and yesterday, in every language."""
    for table in (_months(), _weekdays(), _day_words()):
        for names in table.values():
            yield from (name.replace("·", " ") for name in names)


def _numbered(names: str) -> list[tuple[str, int]]:
    """``first | second other spelling``: each name with its number, from one on."""
    parts = enumerate(names.split(" | "), 1)
    return [(name, number) for number, part in parts for name in part.split()]

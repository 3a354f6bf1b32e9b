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
from scraper.extraction.dates.words import ERAS, OTHER_CALENDARS, WORDS_BY_LANGUAGE
from scraper.extraction.word_lists import read_data, read_sections

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
    _add(own, WORDS_BY_LANGUAGE.get(language, {}))
    _add(own, _day_words().get(language, {}), "R")
    _add(own, OTHER_CALENDARS.get(language, {}), "C")
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
    for calendars in OTHER_CALENDARS.values():
        _add(shared, calendars, "C")
    _add(shared, _agreed(_months()), "M")
    _add(shared, ERAS, "E")
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
    return {language: dict(names) for language, names in _read_names("months.txt")}


@lru_cache(maxsize=1)
def _weekdays() -> dict[str, dict[str, int]]:
    """Monday is 0, as ``date.weekday`` has it."""
    return {
        language: {name: number - 1 for name, number in names}
        for language, names in _read_names("weekdays.txt")
    }


@lru_cache(maxsize=1)
def _day_words() -> dict[str, dict[str, int]]:
    """Days before today: today is 0."""
    return {
        language: {name: number - 1 for name, number in names if name != "-"}
        for language, names in _read_names("days.txt")
    }


def all_names() -> Iterator[str]:
    """The names of months, days of the week, today and yesterday, in every language."""
    for table in (_months(), _weekdays(), _day_words()):
        for names in table.values():
            yield from (name.replace("·", " ") for name in names)


def _read_names(file: str) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    for line in read_data(file):
        language, _, names = line.partition(": ")
        yield (
            language,
            [(name, i) for i, part in enumerate(names.split(" | "), 1) for name in part.split()],
        )

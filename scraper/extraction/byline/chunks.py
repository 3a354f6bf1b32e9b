"""A chunk of a credit that holds more than a name: outlet, place, date, the name again."""

from __future__ import annotations

import re

from scraper.extraction.byline.labels import Label
from scraper.extraction.byline.names import (
    has_name_shape,
    is_acronym,
    is_caseless,
    is_desk,
    is_organisation,
    is_place,
    key,
    vocabulary,
)
from scraper.extraction.dates.text import fold
from scraper.extraction.dates.vocabulary import vocabulary as dates_vocabulary

EDGES = " \tـ.,:;*·•-–—_|/'\"“”„«»=~>"
"""What is no part of a name at its ends."""

FOR_OUTLET = re.compile(
    r"^(.*?\S\s+)?(?:for|für|pour|para|untuk|voor|för|для|special to|avec|with|mit|con|com|med|met)"
    r"\s+(?:the\s+)?(\S.*)$"
)
_WORKS_FOR = re.compile(r"^(\S+ \S+(?: \S+)?) (?:of|for|from|at) (?:the )?([^\W\d_a-z].*)$")
_IN_PLACE = re.compile(
    r"^(\S+\s+\S.*?)\s+(?:in|à|aus|at|from|reporting from|en|em|dari|din|vanuit|w|i)"
    r"\s+(?=[^\W\d_a-zà-ÿ])\S.*$"
)
_FROM = frozenset("da do de del della dello du des von vom".split())
_WHENCE = frozenset(
    "da do de em en du des dal dalla aus från fra fran din desde dari in from at à".split()
)
_OF = frozenset("da dalla de del von par por".split())
_DATE_NUMBER = re.compile(
    r"(?<!\S)\d{1,4}(?:[.:/-]\d{1,2})*(?:[.:/-]\d{1,4})?(?:st|nd|rd|th|h)?[,.]?(?!\S)"
)
_DATE_WORDS = frozenset(
    "on at am um vom den op den le à el a em il il pada på d. dne dnia w от la kl kl.".split()
)
_DATE_KINDS = frozenset("MWPVkf")
FIRST_NAMES = frozenset("ann anna marta maja julio abril domenica augusto julius mary mara".split())
"""Words for days and months in some language that people are called by."""
_SURNAMES_TOO = frozenset(
    "post sun star mirror times globe mail press weekly pos antara suara harian".split()
)


def is_of_somewhere(chunk: str) -> bool:
    """``do Estadão``, ``aus Berlin`` behind a name: where the writer is or works."""
    parts = chunk.split()
    return 2 <= len(parts) <= 3 and parts[0] in _WHENCE and parts[-1][0].isupper()


def split_outlet(chunk: str, label: Label, site_name: str | None, language: str) -> tuple[str, str]:
    """The name and the outlet in a chunk, either empty: ``Ann Lee BBC News``, ``… for AP``."""
    if is_desk(chunk):
        return _split_desk(chunk)
    if site_name and key(chunk) == key(site_name):
        return "", chunk
    joint = " For " if " For " in chunk else " FOR "
    if joint in chunk and (chunk.isupper() or joint == " For "):  # Ann Lee For The Daily Paper
        name, _, outlet = chunk.partition(joint)
        if 2 <= len(name.split()) <= 4:
            return name, outlet
    if is_organisation(chunk, site_name) or (is_acronym(chunk) and not label.stated):
        return _split_organisation(chunk, label)
    head, _, last = chunk.rpartition(" ")
    if " " in head and last.isupper() and not head.isupper() and key(last) in vocabulary("agency"):
        return head, last  # Ann Lee EFE
    match = FOR_OUTLET.match(chunk)
    if match is not None and not is_caseless(chunk):
        outlet = match[2].strip(EDGES)
        named = outlet[:1].isupper() or is_organisation(outlet)
        return (match[1] or "").strip(), outlet if named else ""
    match = _IN_PLACE.match(chunk)
    if match is not None and not (language == "ca" and " i " in chunk):
        return match[1], ""
    return chunk, ""


def _split_organisation(chunk: str, label: Label) -> tuple[str, str]:
    parts = chunk.split()
    for cut in range(2, len(parts)):
        head, tail = " ".join(parts[:cut]), " ".join(parts[cut:])
        agency = key(tail) in vocabulary("agency") or (
            key(parts[cut]) in vocabulary("agency") and parts[cut].isupper()
        )
        if agency and _is_person(head):
            return head, tail
    works = _WORKS_FOR.match(chunk)
    if works is not None and _is_person(works[1]):
        return works[1], works[2]  # Ann Lee of the River Gazette
    if _is_rather_a_person(chunk, label):
        return chunk, ""
    if len(parts) > 2 and parts[1] in _FROM and key(parts[0]) in vocabulary("job noun"):
        return "", " ".join(parts[2:])  # Repórter da Agência Brasil
    if chunk[0].islower() and parts[0] in _FROM:
        chunk = " ".join(parts[1:])
    placed = _IN_PLACE.match(chunk)
    if placed is not None and key(placed[1]) in vocabulary("agency"):
        chunk = placed[1]
    return "", chunk


def _is_person(head: str) -> bool:
    return has_name_shape(head, labelled=True) and not is_organisation(head)


def _split_desk(chunk: str) -> tuple[str, str]:
    parts = chunk.split()
    head, tail = " ".join(parts[:-2]), " ".join(parts[-2:])
    if len(parts) >= 4 and key(tail) in vocabulary("desk") and not is_organisation(head):
        return head, tail  # Yoga Sukmana Tim Redaksi
    if (
        is_desk(parts[-1])
        and key(parts[-1]) not in vocabulary("desk noun")
        and parts[0].islower()
        and "." not in parts[0]
        and len(parts) > 1
        and not is_caseless(chunk)
    ):
        return "", " ".join(parts[1:])
    if parts[0].lower() in _OF and len(parts) > 1:
        return "", " ".join(parts[1:])
    return "", chunk


def _is_rather_a_person(chunk: str, label: Label) -> bool:
    """``By Emily Post``: two words after "by", of which only the second is also a newspaper's."""
    parts = key(chunk).split()
    if key(chunk) in vocabulary("agency"):
        return False
    return label.stated and len(parts) == 2 and parts[1] in _SURNAMES_TOO and not is_place(parts[0])


def without_date(piece: str) -> str:
    """``Gillian Mohney March 11, 2015 3:46 PM`` without what follows the name."""
    number = _DATE_NUMBER.search(piece)
    if number is None:
        return piece
    words = piece[: number.start()].split()
    known = dates_vocabulary("").words
    while words and known.get(fold(words[-1].strip(EDGES)), ("", None))[0] in _DATE_KINDS:
        words.pop()
    if len(words) > 1 and words[-1].casefold().rstrip(":") in _DATE_WORDS:
        words.pop()
    return " ".join(words)


def is_day_name(text: str) -> bool:
    """``Monday``, ``May``: "By Monday" names nobody."""
    return " " not in text and dates_vocabulary("").words.get(fold(text), ("", None))[0] in {*"MWR"}


def is_vietnamese(name: str) -> bool:
    first, _, rest = key(name).partition(" ")
    return first in vocabulary("vietnamese surname") and 1 <= rest.count(" ") + 1 <= 3


def without_repeat(name: str) -> str:
    parts = name.split()
    half = len(parts) // 2
    if len(parts) % 2 == 0 and half >= 2 and parts[:half] == parts[half:]:
        return " ".join(parts[:half])
    return name

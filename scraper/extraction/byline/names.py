"""What a person's name looks like, and what only resembles one."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from scraper.extraction.word_lists import read_sections

SUFFIX = re.compile(r"^(?:Jr|Sr|Jnr|Snr|II|III|IV|filho|hijo|Neto|Júnior)\.?$", re.IGNORECASE)
TITLES = re.compile(r"^(?:Dr|Prof|Mr|Mrs|Ms|Ir|Drs|Dra|Hj?|KH|Ust|Rev|Sir|Dame|Lord|Lady)\.?$")

_ARTICLES = frozenset("le la les el los il der die das de het".split())
_STAFF = frozenset("staff news agency desk team report reports service reporter reporters".split())
_SMALL = frozenset("of and the for de la del du des di da do das dos e y et und van in".split())
_DESK_ENDINGS = ("redaktion", "redaksjonen", "redaktionen", "redactie", "team")
_JOB_ENDINGS = ("leiter", "leiterin", "redakteur", "redakteurin", "sprecher", "sprecherin")
_DEGREE = re.compile(r"^(?:S|M|A|B|Ph|Sp|Lc|L)\.[A-Z][A-Za-z]{0,5}\.?(?:[A-Z]\.?)?$")
_OF_NAMES = frozenset(("particle", "degree", "section", "place start", "call"))
_UPPER = "A-ZÀ-ÖØ-ÞĄĆČĎĐĘĚĞŁŃŇŐŒŘŚŞŠŤŮŰŹŻŽА-ЯЁІЇЄҐ"
_LOWER = "a-zß-öø-ÿąćčďđęěğıłńňőœřśşšťůűźżžа-яёіїєґ"
_PLAIN_WORD = f"[{_UPPER}][{_LOWER}]+(?:-[{_UPPER}][{_LOWER}]+)?"
_PLAIN_NAME = re.compile(f"{_PLAIN_WORD}(?: [{_UPPER}]\\.)?(?: {_PLAIN_WORD}){{1,2}}")
_FILLERS = frozenset(
    "dok ist istimewa dokumentasi rls rilis adv admin foto via pribadi file facebook twitter "
    "instagram whatsapp linkedin telegram pinterest reddit youtube tiktok email print share".split()
)
_CASELESS = re.compile(
    "[\u0590-\u08ff\u0900-\u109f\u10d0-\u10ff\u1200-\u137f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af]"
)
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Thai, Lao, Burmese, Khmer: words are written on to each other."""
_NAME_WORD = re.compile(r"^[^\W\d_](?:[^\W\d_]|[.'’ʼ`\-‐]|[\u0300-\u036f])*$", re.UNICODE)
_DOMAIN = re.compile(
    r"^(?:https?://|www\.)|(?<![A-Z])[\w-]+\.(?:com|net|org|id|co|info|tv|news|web|my|ph|vn|th|in|io|me|uk|de|fr|"
    r"es|it|ru|ua|pl|eu|us|au|sg|kr|jp|cn|tw)(?:\b|\.)",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def key(text: str) -> str:
    """The form in which words are compared: lower case, no full stops at the ends, plain quotes."""
    text = text.casefold().replace("’", "'").replace("ʼ", "'").replace("\u0307", "")
    return unicodedata.normalize("NFC", " ".join(text.split())).strip(" .·*,:;'\"“”„«»()[]<>")


@lru_cache(maxsize=32)
def vocabulary(section: str) -> frozenset[str]:
    """A section of ``credits.txt`` as keys."""
    return frozenset(map(key, _sections()[section]))


@lru_cache(maxsize=1)
def _sections() -> dict[str, list[str]]:
    return read_sections("credits.txt")


@lru_cache(maxsize=1)
def labels() -> dict[str, str]:
    """Label → role."""
    return {
        key(label): name.removeprefix("label ")
        for name, words in _sections().items()
        if name.startswith("label ")
        for label in words
    }


@lru_cache(maxsize=1)
def label_starts() -> frozenset[str]:
    """The first words of the labels."""
    return frozenset((*(key(label.split()[0]) for label in labels()), "bởi", "från", "fra"))


def is_phrase_of_name(text: str) -> bool:
    """What may be a team's or a pen name though it is like no person's: ``The Water Coolers``."""
    parts = text.split()
    if not 1 <= len(parts) <= 5 or len(text) > 60 or not text[0].isupper():
        return False
    if parts[-1] in _SMALL or (len(parts[-1]) < 3 and parts[-1].islower()):
        return False
    if any(c in ":@/?!|#,;" for c in text) or any(c.isdigit() for c in text) or is_nobody(text):
        return False
    return not is_label(text) and not is_place(text) and len(text) > 4


@lru_cache(maxsize=1)
def role_words() -> frozenset[str]:
    """Words that make a phrase more than a plain name: of labels, outlets, desks, jobs."""
    sections = [words for name, words in _sections().items() if name not in _OF_NAMES]
    parts = {key(word) for words in sections for phrase in words for word in phrase.split()}
    return frozenset(parts | _ARTICLES | _STAFF)


def is_plain_name(text: str) -> bool:
    """Two or three capitalised words of which none tells of anything else: most credits, and no
    more need be asked of them. ``False`` says nothing."""
    if _PLAIN_NAME.fullmatch(text) is None:
        return False
    roles = role_words()
    words = text.casefold().replace("-", " ").split(" ")
    return not any(word in roles or word.endswith(_DESK_ENDINGS) for word in words)


def is_label(text: str) -> bool:
    return key(text) in labels()


def is_caseless(text: str) -> bool:
    return _CASELESS.search(text) is not None


def is_nobody(text: str) -> bool:
    whole = key(text)
    known = vocabulary("nobody")
    return (
        whole in known
        or is_button(text)
        or (" " in whole and all(key(part) in _FILLERS for part in whole.split()))
    )


def is_button(text: str) -> bool:
    """What stands beside a name for readers to press: ``Email``, ``Follow``."""
    return key(text) in vocabulary("button")


def is_call(text: str) -> bool:
    """``Email the author``, ``Listen Now``: what tells readers to do something."""
    return is_button(text) or key(text).partition(" ")[0] in vocabulary("call")


def is_place(text: str) -> bool:
    return key(text) in vocabulary("place")


def is_desk(text: str) -> bool:
    """An editorial team: ``Tim Redaksi``, ``Web Desk``, ``ਨਿਊਜ਼ ਡੈਸਕ``."""
    whole = key(text)
    known = vocabulary("desk")
    parts = whole.split()
    if whole in known or any(part in known for part in parts) or parts[-1:] == ["team"]:
        return True
    if parts and "-" in parts[-1] and parts[-1].rpartition("-")[2] in known:
        return True  # MM-Redaktion
    if parts and len(parts[-1]) > 6 and parts[-1].endswith(_DESK_ENDINGS):
        return True  # Onlineredaktion, Webteam
    return _UNSPACED.search(whole) is not None and any(part in whole for part in _thai_desks())


def is_organisation(text: str, site_name: str | None = None) -> bool:
    """An outlet or agency, by its name's words, its shape (``KARO.POST.WEB.ID``), or the site's."""
    whole = key(text)
    if not whole or not _is_titled(text):
        return False
    if site_name and whole == key(site_name):
        return True
    if whole in vocabulary("agency") or _DOMAIN.search(text):
        return True
    parts = whole.split()
    if any(part in vocabulary("outlet") for part in parts):
        return len(parts) > 1 or not text[:1].islower()
    if _UNSPACED.search(whole) and any(word in whole for word in _thai_outlets()):
        return True
    if parts[0] in vocabulary("agency") and text.split()[0].isupper() and len(parts[0]) <= 6:
        return True
    if len(parts) == 1 and len(text) > 3 and text[0].islower() and not text.islower():
        return True  # detikHealth
    if len(parts) == 2 and parts[0] in _ARTICLES and text[0].isupper():
        return True  # Le Monde, La Stampa
    if parts[0] in vocabulary("agency") and all(part in _STAFF for part in parts[1:]):
        return True
    return (
        len(parts) <= 2 and parts[0].isalnum() and parts[0][0].isalpha() and parts[0][-1].isdigit()
    )


def _is_titled(text: str) -> bool:
    """Whether a phrase is written like a title, not like prose."""
    parts = text.split()
    if len(parts) < 3 or is_caseless(text):
        return True
    small = sum(part[0].islower() and part not in _SMALL for part in parts)
    return len(parts) <= 9 and small * 3 <= len(parts)


@lru_cache(maxsize=1)
def _thai_outlets() -> tuple[str, ...]:
    return tuple(word for word in vocabulary("outlet") if _UNSPACED.search(word))


@lru_cache(maxsize=1)
def _thai_desks() -> tuple[str, ...]:
    return tuple(word for word in vocabulary("desk") if _UNSPACED.search(word))


def is_acronym(text: str) -> bool:
    letters = text.replace("-", "")
    return (
        letters.isalpha() and letters.isupper() and 2 <= len(letters) <= 6 and not is_caseless(text)
    )


def is_job(text: str) -> bool:
    """A job alone: ``Political Correspondent``, ``Staff Writer``, ``Jurnalis``."""
    parts = key(text).replace("'s", "").split()
    known = vocabulary("job")
    return bool(parts) and all(part.strip(",-&") in known for part in parts) and len(parts) <= 6


def ends_in_job(text: str) -> bool:
    """``Local Democracy Reporter``: a job with words that no list holds."""
    parts = text.split()
    return len(parts) >= 2 and key(parts[-1]) in vocabulary("job noun")


def begins_with_job(text: str) -> bool:
    """``Professor of Law at the University``, ``Projektleiterin der Stiftung``."""
    parts = text.split()
    if len(parts) < 2:
        return False
    if not (parts[1] in _SMALL or parts[1].islower() or is_caseless(parts[1])):
        return False
    first = key(parts[0])
    return first in vocabulary("job noun") or first.endswith(_JOB_ENDINGS)


def says_job(piece: str) -> bool:
    """What stands behind a bar or a dash and says what the one before is: ``Daily News staff``."""
    if key(piece).endswith((" staff", " newsroom")):
        return True
    return (ends_in_job(piece) or begins_with_job(piece)) and not is_organisation(piece)


def is_job_somewhere(chunk: str) -> bool:
    """``correspondent Berlijn``: a job in small letters, one word behind it."""
    first, _, rest = chunk.partition(" ")
    return (
        first.islower() and bool(rest) and " " not in rest and key(first) in vocabulary("job noun")
    )


def without_job(text: str) -> str:
    """``John Smith Political Correspondent`` and ``Auto-Experte Jan Muster`` without the job; two
    words at least are left."""
    parts = text.split()
    while len(parts) > 2 and _is_job_before(parts[0]):
        parts = parts[1:]
    for at in range(len(parts) - 2):  # political reporter Ann Lee
        if key(parts[at]) not in vocabulary("job"):
            break
        if key(parts[at]) in vocabulary("job noun"):
            parts = parts[at + 1 :]
            break
    text = " ".join(parts)
    if len(parts) < 3 or key(parts[-1]) not in vocabulary("job noun"):
        return text
    known = vocabulary("job") | vocabulary("job noun") | vocabulary("section")
    while len(parts) > 2 and key(parts[-1]) in known:
        parts.pop()
    return " ".join(parts)


def without_degrees(name: str) -> str:
    """``Ann Lee MS`` without the letters."""
    parts = name.split()
    while len(parts) > 2 and parts[-1].isupper() and is_degree(parts[-1]):
        parts.pop()
    return name if name.isupper() else " ".join(parts)


def without_rank(name: str) -> str:
    """``John Smith Senior``, where a job followed, without the rank."""
    parts = name.split()
    while len(parts) > 2 and key(parts[-1]) in vocabulary("job"):
        parts.pop()
    return " ".join(parts)


def _is_job_before(word: str) -> bool:
    last = key(word).rpartition("-")[2]
    return last in vocabulary("job before") or (
        last != key(word) and last in vocabulary("job noun")
    )


def is_official(text: str) -> bool:
    known = vocabulary("office")
    return any(part.strip(",") in known for part in key(text).split())


def is_degree(text: str) -> bool:
    if _DEGREE.match(text):
        return True
    return text.replace(".", "").replace(" ", "").casefold() in vocabulary("degree")


def has_name_shape(text: str, *, labelled: bool) -> bool:
    """Whether a cleaned chunk can be one person's name in any script.

    Where letters have case, every word but the particles begins with a capital; elsewhere the
    number of words and letters decides, more strictly without a label.
    """
    parts = text.split()
    if not parts or len(text) > 60 or any(c.isdigit() for c in text):
        return False
    if len(parts) == 3 and parts[0] == parts[2] and parts[1].islower():
        return False  # Tag zu Tag
    if is_caseless(text):
        return (
            len(parts) <= (5 if labelled else 4)
            and len(text) <= 40
            and (labelled or len(parts) >= 2)
        )
    if len(parts) > 7 or parts[0] in ("the", "The", "A", "An", "Our"):
        return False
    if parts[-1].islower() and len(parts[-1]) > 1:
        return False
    capitals = 0
    for part in parts:
        if key(part) in vocabulary("particle"):
            continue
        if SUFFIX.match(part) or TITLES.match(part):
            continue
        word = part.strip("()\"“”'’")
        if not _NAME_WORD.match(word):
            return False
        if not _starts_capital(word):
            return False
        capitals += 1
    return 1 <= capitals <= 5


def _starts_capital(word: str) -> bool:
    if word[0].isupper():
        return True
    return len(word) > 2 and word[1] in "'’" and word[2].isupper()

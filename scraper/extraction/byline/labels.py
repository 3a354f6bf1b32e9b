"""Labels of a credit ("By", "Editor:", "… Penulis … Editor") and the joints of its lists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from scraper.extraction.byline.names import (
    has_name_shape,
    is_acronym,
    is_caseless,
    is_degree,
    key,
    label_starts,
    labels,
    vocabulary,
    without_job,
)
from scraper.extraction.byline.words import JOINERS, LABEL_LANGUAGES

Roles = tuple[str, ...]

_COLON = re.compile(r"\s*[:：︰]\s*")
_BOUNDARY = re.compile(r"[\n|•;:/(),.\-–—]")
_WORDS = re.compile(r"\S+")
_LONGEST = 5
_COMMAS = re.compile(
    r"\s*[,،，、]\s*|\s+/\s*|\s*/\s+|(?<!\b[asdwASDW])/|/(?![lpoLPO]\b)|\s*[&+]\s*"
)
_TRAILING = {
    "penulis": "author", "editor": "editor", "reporter": "author", "redaktur": "editor",
    "fotografer": "photographer", "penerjemah": "translator", "jurnalis": "author",
    "wartawan": "author", "kontributor": "author", "penyunting": "editor", "pewarta": "author",
}  # fmt: skip
"""Labels that credit boxes print after the name."""
_LEADING = frozenset("journalist fotograf tekst foto text texte fotos photos video".split())
"""Labels that stand before names without a colon, two or more in a line."""
_BY = frozenset("by oleh von par de di da door av af por per ni na deur".split())
"""The last words of labels that can't but have a name behind them."""
_SHARE = re.compile(r"\(([^()]{1,30})\)")
_LABEL_JOINERS = frozenset("& และ dan and och og und et y e i и і та / ve en va và ja a".split())
_PREFIXED_AND = {
    "و": "وليد وائل وسام وجدي وفاء وداد وحيد وديع وهيب وصفي وسيم وليم ويليام وفيق وفا وصال",
    "ו": "ורד ויקטור ולדימיר ורדה ויטל ווייס וייס ולך ונטורה וקנין",
}
"""The letter that is "and", and the names that begin with it."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a part's people did; ``stated`` where a label says so."""

    roles: Roles
    stated: bool


def colon_labels(text: str) -> list[tuple[int, int, Roles]]:
    """Start, end and roles of each label that a colon follows."""
    spans = []
    last = 0
    for colon in _COLON.finditer(text):
        if colon.start() == last and last:
            continue
        head = text[last : colon.start()]
        label = _label_at_end(head)
        if label is not None:
            start, roles = label
            before = head[:start].rstrip()
            first = _roles(key(before)) if before[-1:] in ",&" and len(before) < 20 else None
            if first is not None:  # Bài, ảnh:
                start, roles = 0, tuple(dict.fromkeys((*first, *roles)))
            spans.append((last + start, colon.end(), roles))
            last = colon.end()
    return spans


def leading_label(text: str, language: str) -> tuple[Roles, str] | None:
    """The roles of a label without colon at the start ("By …", "Phóng viên …"), and the rest."""
    first = next(iter(text.split(None, 1)), "")
    if not is_caseless(first) and key(first.partition("/")[0]) not in label_starts():
        return None
    whole = key(text)
    if whole in vocabulary("desk") or whole in vocabulary("nobody"):
        return None
    words = [match.span() for match in _WORDS.finditer(text)][: _LONGEST + 1]
    for count in range(min(_LONGEST, len(words) - 1), 0, -1):
        phrase = key(text[: words[count - 1][1]])
        roles = _roles(phrase)
        if roles is None:
            continue
        languages = LABEL_LANGUAGES.get(phrase, "*")
        if languages != "*" and language not in languages.split():
            continue
        if text[words[count - 1][1] - 1] in ",;":
            continue
        rest = text[words[count][0] :]
        follows = rest.split(None, 1)[0]
        if key(follows) in vocabulary("desk noun") and phrase.split()[-1] not in _BY:
            return None  # Photo desk: which one it is
        if (
            is_caseless(follows)
            or not follows[0].islower()
            or _may_begin_name(rest)
            or without_job(rest) != rest
            or key(rest) in vocabulary("nobody")
            or key(rest) in vocabulary("desk")
            or (len(rest.split()) <= 3 and key(rest.split()[-1]) in vocabulary("desk noun"))
        ):
            return roles, rest
    return None


def attach_labels(pieces: list[str]) -> list[str]:
    """Labels that stand alone in a credit box, put before the names they are meant for.

    ``Penulis | Budi | Editor | Rina`` and ``Budi | Penulis | Rina | Editor`` become
    ``Penulis Budi``, ``Editor Rina``.
    """
    alone = [_roles(key(piece)) is not None for piece in pieces]
    if not any(alone) or all(alone):
        return pieces
    after = not alone[0] and alone[-1]
    step = -1 if after else 1
    attached: list[str] = []
    label = ""
    for piece, is_label in zip(pieces[::step], alone[::step], strict=True):
        if is_label:
            label = piece
        else:
            attached.append(f"{label} {piece}" if label else piece)
    return attached[::step]


def split_at_roles(text: str) -> list[tuple[str, Roles]]:
    """``Von Jörg Hellmann (Text) und Petra Lang (Fotos)``: each name with its role in brackets."""
    shares = []
    last = 0
    for match in _SHARE.finditer(text):
        roles = _roles(key(match[1]))
        if roles is None:
            continue
        words = text[last : match.start()].split()
        if words and last and words[0].lower() in JOINERS:
            words = words[1:]
        if words:
            shares.append((" ".join(words), roles))
        last = match.end()
    rest = text[last:].strip(" ,.;")
    return [*shares, (rest, ("author",))] if shares and rest else shares


def trailing_roles(text: str) -> list[tuple[str, str]]:
    """Role and name where the label follows: ``Isna Rahayu Penulis Yoga Sukmana Editor``."""
    words = text.split()
    if not 3 <= len(words) <= 24 or key(words[-1]) not in _TRAILING or "," in text:
        return []
    if words[-1].islower() or key(words[0]) in labels():
        return []
    credited = []
    name: list[str] = []
    for word in words:
        role = _TRAILING.get(key(word))
        if role is None:
            name.append(word)
            continue
        if not name or not has_name_shape(" ".join(name), labelled=True):
            return []
        credited.append((role, " ".join(name)))
        name = []
    return credited


def with_colons(text: str) -> str:
    """``Penulis Budi Editor Rina`` and ``เรื่อง … ภาพ …`` with a colon behind each label."""
    words = text.split()
    if not 4 <= len(words) <= 24 or ":" in text or not _is_box_label(words[0]):
        return text
    if not any(map(_is_box_label, words[2:-1])):
        return text
    if any(after.islower() and _is_box_label(word) for word, after in pairwise(words)):
        return text  # Text by Ann Lee
    return " ".join(f"\n{word}:" if _is_box_label(word) else word for word in words)


def _is_box_label(word: str) -> bool:
    if is_caseless(word):
        return labels().get(key(word)) in ("author", "editor", "photographer")
    return word[0].isupper() and (key(word) in _TRAILING or key(word) in _LEADING)


def split_joined(text: str, language: str) -> list[str]:
    """The members of a list: at commas, slashes, ampersands and the language's "and"."""
    chunks: list[str] = []
    for part in _COMMAS.split(text):
        if not part or not part.strip():
            continue
        if chunks and is_degree(part):
            continue
        chunks.extend(_split_words(part, language, listed=bool(chunks)))
    return chunks


def _split_words(part: str, language: str, *, listed: bool) -> list[str]:
    words = part.split()
    if len(words) < 3:
        return [part]
    if is_caseless(part):
        return _split_caseless(words, language)
    chunks: list[list[str]] = [[]]
    for i, word in enumerate(words):
        if _is_joiner(word, language, part.isupper()) and _joins(
            word, words, i, chunks[-1], listed
        ):
            chunks.append([])
        else:
            chunks[-1].append(word)
    return [" ".join(chunk) for chunk in chunks if chunk]


def _split_caseless(words: list[str], language: str) -> list[str]:
    """Arabic and Hebrew write "and" on to the next word."""
    chunks: list[list[str]] = [[]]
    for i, word in enumerate(words):
        letter = word[0]
        if _is_joiner(word, language, False):
            chunks.append([])
        elif (
            letter in _PREFIXED_AND
            and len(chunks[-1]) >= 2
            and i + 1 < len(words)
            and len(word) > (2 if letter == "ו" else 3)
            and word not in _PREFIXED_AND[letter].split()
        ):
            chunks.append([word[1:]])
        else:
            chunks[-1].append(word)
    return [" ".join(chunk) for chunk in chunks if chunk]


def _is_joiner(word: str, language: str, upper: bool) -> bool:
    if word.isupper() and not upper and not is_caseless(word):
        return False
    languages = JOINERS.get(word.lower() if upper else word)
    if languages is None:
        return False
    return languages == "*" or not language or language in languages.split()


def _joins(word: str, words: list[str], at: int, before: list[str], listed: bool) -> bool:
    """A joiner of one or two letters may stand inside a name (Ortega y Gasset): both sides must
    be whole names."""
    if at + 1 >= len(words):
        return True
    if not before:
        return listed
    if len(word) > 2 or JOINERS.get(word.lower()) == "*":
        return True
    rest = words[at + 1 :]
    return len(before) >= 2 and (
        len(rest) >= 2
        or key(rest[0]) in vocabulary("desk")
        or (is_acronym(rest[0]) and not before[0].isupper())
    )


def _roles(phrase: str) -> Roles | None:
    """The roles of a label; a joined one ("Text och foto") has those of both."""
    known = labels()
    role = known.get(phrase)
    if role is not None:
        return (role,)
    words = phrase.replace("/", " / ").replace("และ", " และ ").split()
    for i, word in enumerate(words):
        if word in _LABEL_JOINERS and 0 < i < len(words) - 1:
            first, second = (
                known.get(" ".join(words[:i])),
                known.get(" ".join(words[i + 1 :])),
            )
            if first and second:
                return tuple(dict.fromkeys((first, second)))
    return None


def _label_at_end(head: str) -> tuple[int, Roles] | None:
    """Where the longest label that ends ``head`` starts, and its roles."""
    words = [match.span() for match in _WORDS.finditer(head[-80:])]
    base = max(0, len(head) - 80)
    for count in range(min(_LONGEST, len(words)), 0, -1):
        start = words[-count][0]
        phrase = head[-80:][start:]
        roles = _roles(key(phrase))
        if roles is not None:
            return base + start, roles
    glued = _BOUNDARY.split(head)[-1].strip()
    roles = _roles(key(glued)) if glued else None
    return (len(head) - len(glued), roles) if roles is not None else None


def _may_begin_name(rest: str) -> bool:
    """A name may begin with a small particle: ``von der Leyen``, ``de Vries``."""
    words = rest.split()
    return len(words) >= 2 and has_name_shape(
        rest if len(words) <= 5 else " ".join(words[:4]), labelled=True
    )

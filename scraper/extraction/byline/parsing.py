"""A printed credit as people, outlets and roles: :func:`parse_byline`.

Labels divide the credit ("Penulis: … | Editor: …"); separators divide what follows a label into
chunks; a chunk is a person, an outlet, a place, a job, or no part of a credit. A text without any
label is a credit only if it is nothing but names and outlets: prose names nobody.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

from scraper.extraction.byline import cjk
from scraper.extraction.byline.builder import Byline, BylineBuilder, Role
from scraper.extraction.byline.chunks import (
    EDGES,
    FIRST_NAMES,
    FOR_OUTLET,
    is_day_name,
    is_of_somewhere,
    is_vietnamese,
    split_outlet,
    without_date,
    without_repeat,
)
from scraper.extraction.byline.codes import read_codes
from scraper.extraction.byline.labels import (
    Label,
    attach_labels,
    colon_labels,
    leading_label,
    split_at_roles,
    split_joined,
    trailing_roles,
)
from scraper.extraction.byline.names import (
    SUFFIX,
    begins_with_job,
    ends_in_job,
    has_name_shape,
    is_acronym,
    is_caseless,
    is_degree,
    is_desk,
    is_job,
    is_job_somewhere,
    is_label,
    is_nobody,
    is_official,
    is_organisation,
    is_place,
    is_plain_name,
    key,
    says_job,
    vocabulary,
    without_degrees,
    without_job,
    without_rank,
)
from scraper.extraction.byline.phrases import rewrite_credit
from scraper.extraction.byline.words import ALIASES, ONE_NAME_LANGUAGES

__all__ = ["Byline", "Role", "parse_byline"]

MAX_LENGTH = 400
"""Characters looked at: a credit is a line, and work stays linear for any text."""

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]")
_NOISE = re.compile(
    r"[\w.+-]{1,64}@[\w.-]{2,64}|(?<!\w)@\w{2,30}|https?://[^\s,;]+|(?<!\w)www\.[^\s,;]+"
    r"|\b\d+\s?(?:-\s?)?min(?:ute)?s?\s+read\b",
    re.IGNORECASE,
)
_PLAIN_BY = re.compile(r"(?:[Bb]y|BY|[Vv]on|[Pp]ar|[Oo]leh|[Dd]oor)\s?:?\s+")
_COPYRIGHT = re.compile(r"(?:\bcopyright\b|©|\(c\))", re.IGNORECASE)
_STRONG = re.compile(r"\s*(?:[\n|•;·…]|\s[-–—―‐]\s|[–—]|\sـ\s|\s/\s/|:\s*$)\s*")
_PARENTHESIS = re.compile(r"[(\[（]([^()\[\]（）]{0,90})[)\]）]")
_QUOTED = re.compile(r"«[^«»]{2,40}»")
"""An outlet behind a place: ``القاهرة ـ «الشرق الأوسط»``."""
_HANDLE = re.compile(r"[^\W\d_][\w.-]{1,30}")
LOGIN = re.compile(r"[a-z][a-z._-]{2,}\d{2,4}")
_CONTRIBUTED = re.compile(
    r"\s+(?:(?:turut|juga|ikut)\s+)?(?:berkontribusi|contributed|a contribué|ont contribué|"
    r"ha contribuido|contribuyó|contribuyeron|contribuiu|contribuíram|ha contribuito|"
    r"hanno contribuito|bidrog)\b.*$"
)


@dataclass(slots=True)
class _Names:
    """A list of names while it is read."""

    label: Label
    signed: bool
    """In brackets, as a sign-off."""
    first: bool
    """The first thing behind its label."""
    people: list[str] = field(default_factory=list)
    outlets: list[str] = field(default_factory=list)


def parse_byline(
    text: str,
    *,
    language: str | None = None,
    site_name: str | None = None,
    stated: bool = False,
) -> Byline:
    """Read a credit ("Penulis: Budi Santoso | Editor: Rina Hapsari", "(vyp/kna)", "홍길동 기자").

    ``language`` is a BCP 47 tag: short labels ("di", "na", "ni") and joiners ("y", "e") count only
    in their own. ``site_name`` is an outlet wherever it stands. ``stated``: the text comes from a
    field that holds nothing but authors (JSON-LD), so that one word is a name too ("Steffi").
    Never raises; looks at 400 characters.
    """
    root = (language or "").lower().replace("_", "-").partition("-")[0]
    return _parse(text[:MAX_LENGTH].strip(), root, site_name, stated)


@lru_cache(maxsize=2048)
def _parse(text: str, root: str, site_name: str | None, stated: bool) -> Byline:
    """A site prints the same names day after day, and a page its author's several times."""
    by = _PLAIN_BY.match(text)
    plain = text[by.end() :] if by is not None else text
    if is_plain_name(plain) and not (site_name and key(plain) == key(site_name)):
        return Byline((plain,))
    if not text.isascii():
        text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    if "@" in text or "/" in text or "www" in text or "read" in text:
        text = _NOISE.sub(" ", text)
    if cjk.is_cjk(text):
        people = cjk.read(text, root, site_name)
        reading = BylineBuilder(root, site_name)
        for name, role in people.people:
            reading.add_person(name, (role,))
        reading.organisations.extend(people.organisations)
        return reading.finish()
    reading = BylineBuilder(root, site_name, stated=stated)
    inner, signed = _unwrap(text)
    if not inner or read_codes(inner, signed, reading):
        return reading.finish()
    _read_credit(inner, signed, reading)
    return reading.finish()


def _unwrap(text: str) -> tuple[str, bool]:
    """The text without brackets around all of it, and whether there were any (a sign-off)."""
    text = (
        text.strip(" \t\n*·•>~=_").removesuffix("(*)").removesuffix("*)")
    )  # a note at the end of the page
    match = _PARENTHESIS.fullmatch(text)
    if match is not None:
        return match[1].strip(" *"), True
    return text, False


def _read_credit(text: str, signed: bool, reading: BylineBuilder) -> None:
    """Divide the text at its labels and read each part with its role."""
    copyright_at = _COPYRIGHT.search(text)
    if copyright_at is not None:
        owner = re.sub(r"[\d©]+|copyright|\(c\)", " ", text[copyright_at.start() :], flags=re.I)
        owner = " ".join(owner.split()).strip(EDGES)
        text = text[: copyright_at.start()].strip()
        if owner and len(owner) < 60:
            _read_part(owner, Label(("source",), True), reading, signed)
    text = rewrite_credit(text)
    labels = colon_labels(text)
    lead = text[: labels[0][0]] if labels else text
    if lead.strip(EDGES + "\n"):
        _read_lead(lead, reading, signed, has_more=bool(labels))
    for i, (_, end, roles) in enumerate(labels):
        stop = labels[i + 1][0] if i + 1 < len(labels) else len(text)
        _read_part(text[end:stop], Label(roles, True), reading, signed)


def _read_lead(lead: str, reading: BylineBuilder, signed: bool, *, has_more: bool) -> None:
    """What stands before the first label with a colon, or the whole text."""
    contributed = _CONTRIBUTED.search(lead)
    if contributed is not None:
        _read_part(lead[: contributed.start()], Label(("contributor",), True), reading, signed)
        return
    for role, name in trailing_roles(lead.strip(EDGES)):
        reading.add_person(without_rank(name), (role,))
        lead = ""
    if lead and reading.stated and _HANDLE.fullmatch(lead.strip()):
        name = lead.strip()
        outlet = is_organisation(name, reading.site_name) and not LOGIN.fullmatch(name)
        if not (is_nobody(name) or is_desk(name) or outlet):
            reading.authors.append(name)
            return
    if lead:
        _read_part(lead, Label(("author",), reading.stated), reading, signed)


def _read_part(text: str, label: Label, reading: BylineBuilder, signed: bool) -> None:
    """One label's part: strong separators first, then lists of names."""
    shares = split_at_roles(text) if "author" in label.roles else []
    if shares:
        for share, roles in shares:
            leading = leading_label(_trim(share), reading.language)
            stated = label.stated or leading is not None
            _read_part(leading[1] if leading else share, Label(roles, stated), reading, signed)
        return
    asides = [match[1] for match in _PARENTHESIS.finditer(text)]
    text = _PARENTHESIS.sub(" ", text)
    pieces = [piece for piece in _STRONG.split(text) if piece.strip(EDGES)]
    if len(pieces) > 1:
        pieces = attach_labels(pieces)
    for i, piece in enumerate(map(without_date, pieces)):
        if i and ":" in piece:
            continue  # Views: 120
        if i and reading.authors and says_job(piece):
            continue  # what the one before is, and from where: Local Democracy Reporter
        leading = leading_label(_trim(piece), reading.language)
        if leading is not None:
            current, rest = Label(leading[0], True), leading[1]
        elif i and not label.stated:
            current, rest = Label(label.roles, False), piece
        else:
            current, rest = label, piece
        if not current.stated and _QUOTED.fullmatch(rest.strip()):
            reading.organisations.append(rest.strip(EDGES))
            continue
        read = _read_names(rest, current, reading, signed, first=i == 0)
        if not read and i == 0 and not current.stated:
            return
    for aside in asides:
        _read_aside(aside, reading)


def _read_aside(text: str, reading: BylineBuilder) -> None:
    """Brackets beside a name: an agency that helped, or nothing for us."""
    leading = leading_label(text.strip(EDGES), reading.language)
    if leading is not None:
        _read_names(leading[1], Label(leading[0], True), reading, False, first=False)
        return
    parts = [part.strip() for part in text.split("/")]
    if len(parts) > 1 and all(key(part) in vocabulary("agency") for part in parts):
        reading.organisations.extend(parts)
        return
    match = FOR_OUTLET.match(text.strip(EDGES))
    name = match[2] if match else text.strip(EDGES)
    if is_organisation(name, reading.site_name) or (match and is_acronym(name)):
        reading.organisations.append(name)


def _read_names(
    text: str, label: Label, reading: BylineBuilder, signed: bool, *, first: bool
) -> bool:
    """A list of names; whether it was one. Nothing is taken from prose."""
    text = _trim(text)
    if not text:
        return True
    if is_nobody(text):
        return True
    names = _Names(label, signed, first)
    for chunk in split_joined(text, reading.language):
        if _read_chunk(chunk, names, reading):
            continue
        if not label.stated and (not names.people or len(chunk.split()) > 3):
            return False
        break
    people, outlets = names.people, names.outlets
    source = "source" in label.roles
    if source and reading.language == "vi" and all(map(is_vietnamese, people)):
        label, source = Label(("author",), True), False  # theo: by, and after
    for outlet in outlets + (people if source else []):
        (reading.desks if is_desk(outlet) else reading.organisations).append(outlet)
    for person in people:
        reading.add_person(person, label.roles)
    return True


def _is_day(name: str) -> bool:
    return is_day_name(name) and key(name) not in FIRST_NAMES


def _read_chunk(chunk: str, names: _Names, reading: BylineBuilder) -> bool:
    """Sort one chunk into people or outlets; ``False`` for prose."""
    label, people, outlets = names.label, names.people, names.outlets
    chunk = _trim(chunk)
    nested = leading_label(chunk, reading.language)
    if nested is not None and not (people and is_job_somewhere(chunk)):
        return _read_names(
            nested[1], Label(nested[0], True), reading, names.signed, first=names.first
        )
    if not chunk or is_nobody(chunk) or is_place(chunk) or (people and is_degree(chunk)):
        return True
    if people and SUFFIX.match(chunk):
        people[-1] += f", {chunk}"
        return True
    if names.signed and key(chunk) in ALIASES:
        outlets.append(ALIASES[key(chunk)])
        return True
    if is_job(chunk) or (people and _says_more(chunk, people, outlets, reading.site_name)):
        return True
    name, outlet = split_outlet(chunk, label, reading.site_name, reading.language)
    if outlet:
        outlets.append(outlet)
    if not name or is_nobody(name):
        return True
    name = without_degrees(without_job(name))
    if is_job(name) or _is_day(name) or (outlets and is_place(name)):
        return True
    if is_official(name) and not label.stated:
        return False
    if not has_name_shape(name, labelled=label.stated):
        return False
    if " " not in name and not _is_single_name(name, names, reading):
        return True
    people.append(without_repeat(name))
    return True


def _says_more(chunk: str, people: list[str], outlets: list[str], site_name: str | None) -> bool:
    """A chunk behind a name that says for whom, as what or from where he writes."""
    if ends_in_job(chunk) or begins_with_job(chunk) or key(chunk) in vocabulary("job noun"):
        return True
    first = chunk.split()[0]
    if is_job_somewhere(chunk):
        return True
    if is_acronym(first) and len(first) > 2 and not people[-1].isupper():
        outlets.append(chunk)  # MAFRA, NPR Business
        return True
    return is_of_somewhere(chunk) and not is_organisation(chunk, site_name)


def _trim(text: str) -> str:
    """Without separators at its ends; the full stop of ``Jr.`` and of an initial stays."""
    trimmed = text.strip(EDGES + "\n")
    if trimmed + "." in text and (trimmed.endswith((" Jr", " Sr")) or trimmed[-2:-1] in " ."):
        return trimmed + "."
    return trimmed


def _is_single_name(name: str, names: _Names, reading: BylineBuilder) -> bool:
    """Whether one word is a person; where it is an outlet instead, it is noted as one."""
    people, signed, first = names.people, names.signed, names.first
    if is_label(name):
        return False
    if names.label.stated:
        if not people:  # a place may follow: كتب: خالد بنسعيد - الرباط
            return first or not reading.authors or not is_caseless(name)
        return reading.language in ONE_NAME_LANGUAGES or " " not in people[-1]
    if signed and people and reading.language in ONE_NAME_LANGUAGES:
        return True
    if (signed or not first) and not people:
        names.outlets.append(name)
        return False
    return not people and reading.language in ONE_NAME_LANGUAGES and not is_caseless(name)

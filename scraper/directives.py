"""What a page's publisher says of keeping, listing and mining it, in its head and in its answer.

    <meta name="robots" content="noarchive, noindex">      X-Robots-Tag: kliping: noarchive
    <meta name="tdm-reservation" content="1">              TDM-Reservation: 1

Read are the rules for every robot and those for ``kliping``, never another's (Google's "Robots
meta tag specifications", which is all that there is of a standard): together, so that the stricter
one holds. Of the rules for mining (TDMRep, W3C community report, §5) those of the page stand above
those of the answer. A third place, ``/.well-known/tdmrep.json``, is not asked: it would cost each
host a request more, and has rules for paths of its own. ``noai`` and ``noimageai`` are no standard;
they are kept beside the others since publishers write them. What only says how a search engine
shows a hit (``max-snippet``, ``max-image-preview``) is left out: most pages have it, and it forbids
nothing. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from scraper.errors import AddressError
from scraper.model.types import Candidate
from scraper.urls import parse_address

Header = tuple[str, str]
AGENT = "kliping"
"""The product token by which publishers speak to us, as in robots.txt."""
HEADERS = ("x-robots-tag", "tdm-reservation", "tdm-policy")
"""The names of the headers that are read, in lower case."""
MAX_VALUES = 50
"""Meta tags or headers of one name that are read."""
MAX_LENGTH = 5_000
"""Characters that are read of one."""
MAX_DIRECTIVES = 20
"""Of one article: there are twelve, and some may have several dates."""
MAX_DATE = 80
MAX_POLICY = 500
"""Characters of a policy's address."""

_MEANINGS: Mapping[str, tuple[str, ...]] = {
    "noarchive": ("noarchive",),
    "nocache": ("noarchive",),  # Bing's word for it
    "noindex": ("noindex",),
    "nofollow": ("nofollow",),
    "none": ("noindex", "nofollow"),
    "nosnippet": ("nosnippet",),
    "noimageindex": ("noimageindex",),
    "notranslate": ("notranslate",),
    "noai": ("noai",),
    "noimageai": ("noimageai",),
}
_UNTIL = "unavailable_after"
_RESERVED, _POLICY = "tdm-reservation", "tdm-policy"
_ORDER = (
    *dict.fromkeys(rule for meaning in _MEANINGS.values() for rule in meaning),
    _RESERVED,
    _POLICY,
    _UNTIL,
)
_LONGEST: Mapping[str, int] = {_UNTIL: MAX_DATE, _POLICY: MAX_POLICY}
"""Characters of the value, of those directives that have one."""
_VALUED = frozenset({_UNTIL, "max-snippet", "max-image-preview", "max-video-preview"})
"""Rules with a colon, which therefore are no robot's name."""

# "25 Jun 2010 15:00:00 PST" and "June 25" go on with a date.
_OF_DATE = re.compile(r"(?:[a-z]{3,9}\.? )?\d", re.IGNORECASE)
_NAMED = re.compile(r"([^\s:]{1,100})\s*:\s*(.*)", re.DOTALL)


def find_directives(
    tags: Mapping[str, Sequence[str]], headers: Iterable[Header]
) -> tuple[Candidate, ...]:
    """What the meta ``tags`` of a page (by name, in lower case) and the ``headers`` of its answer
    forbid, each thing once for each place that says so: ``noarchive`` from ``meta:robots``.

    Some have a value: ``unavailable_after: 25 Jun 2027 15:00:00 PST`` as it is printed, and
    ``tdm-policy: https://…``. Never raises, whatever stands there.
    """
    stated = _by_name(headers)
    found = [
        Candidate(rule, f"meta:{name}", 1.0)
        for name in ("robots", AGENT)
        for value in _values(tags.get(name, ()))
        for rule in _rules(value)
    ]
    found += [
        Candidate(rule, "http:x-robots-tag", 1.0)
        for value in _values(stated.get("x-robots-tag", ()))
        for rule in _rules(value)
    ]
    mining = _mining(tags, "meta")
    if mining is None:
        mining = _mining(stated, "http")
    return tuple(dict.fromkeys([*found, *(mining or ())]))


def names_of(found: Iterable[Candidate]) -> tuple[str, ...]:
    """The directives themselves, each once, in an order of our own."""
    return join([one.value for one in found])


def join(*given: Iterable[str]) -> tuple[str, ...]:
    """The directives of several pages that make one article: what any of them forbids."""
    each = dict.fromkeys(one for directives in given for one in directives)
    ordered = sorted(each, key=lambda one: _ORDER.index(one.partition(":")[0]))
    return tuple(ordered[:MAX_DIRECTIVES])


def check_directives(found: Sequence[str]) -> None:
    """Raises ``ValueError`` for what ``names_of`` cannot have answered."""
    if len(found) > MAX_DIRECTIVES:
        raise ValueError(f"more than {MAX_DIRECTIVES} directives")
    for one in found:
        name, colon, value = one.partition(": ")
        longest = _LONGEST.get(name)
        if name not in _ORDER or bool(colon) != (longest is not None):
            raise ValueError("a directive of no known name")
        if longest is not None and not 0 < len(value) <= longest:
            raise ValueError("a directive of no possible length")
        if name == _POLICY:
            parse_address(value)


def read_headers(headers: Iterable[Header]) -> tuple[str, ...]:
    """The directives of an answer without a page, as a 304 is one."""
    return names_of(find_directives({}, headers))


def freshen(stored: Sequence[Header], came: Sequence[Header]) -> tuple[Header, ...]:
    """The headers of a stored answer after a 304: what that says of directives takes the place of
    what was said before (RFC 9111 §3.2)."""
    newer = [(name, value) for name, value in came if name.lower() in HEADERS]
    renewed = {name.lower() for name, _ in newer}
    return (*(pair for pair in stored if pair[0].lower() not in renewed), *newer)


def _by_name(headers: Iterable[Header]) -> dict[str, list[str]]:
    stated: dict[str, list[str]] = {}
    for name, value in headers:
        if (key := name.lower()) in HEADERS:
            stated.setdefault(key, []).append(value)
    return stated


def _values(values: Sequence[str]) -> Iterator[str]:
    for value in islice(values, MAX_VALUES):
        yield value[:MAX_LENGTH]


def _rules(value: str) -> Iterator[str]:
    """Of one meta tag's or header's value. A robot's name holds for what follows it, up to the
    next one; a date may hold commas and colons."""
    is_ours, date = True, list[str]()
    for piece in map(str.strip, re.split("[,;]", value)):
        if date and _OF_DATE.match(piece):
            date.append(piece)
            continue
        yield from _until(date)
        date = []
        name, rest = _split(piece)
        if name and name not in _VALUED and name not in _MEANINGS:
            is_ours = name in (AGENT, "robots", "*")
            name, rest = _split(rest)
        if not is_ours:
            continue
        if name == _UNTIL:
            date = [rest]
        elif name not in _VALUED:
            for word in (name, *rest.lower().split()):
                yield from _MEANINGS.get(word, ())
    yield from _until(date)


def _split(piece: str) -> tuple[str, str]:
    """What stands before a colon, in lower case, and what behind it; no name without a colon."""
    named = _NAMED.match(piece)
    return (named[1].lower(), named[2]) if named else ("", piece)


def _until(date: Sequence[str]) -> Iterator[str]:
    if text := " ".join(", ".join(date).split())[:MAX_DATE].strip():
        yield f"{_UNTIL}: {text}"


def _mining(stated: Mapping[str, Sequence[str]], where: str) -> list[Candidate] | None:
    """Whether mining is reserved there, and on what terms; ``None`` where nothing is said of it.
    What is neither 0 nor 1 says nothing (TDMRep §4.1)."""
    said = {value.strip() for value in _values(stated.get(_RESERVED, ()))} & {"0", "1"}
    if not said:
        return None
    if "1" not in said:
        return []
    found = [Candidate(_RESERVED, f"{where}:{_RESERVED}", 1.0)]
    for value in _values(stated.get(_POLICY, ())):
        try:
            policy = parse_address(value.strip())
        except (AddressError, ValueError):
            continue
        if len(policy) <= MAX_POLICY:
            return [*found, Candidate(f"{_POLICY}: {policy}", f"{where}:{_POLICY}", 1.0)]
    return found

"""What went wrong with a page or a poll: its kind, its code, its words."""

from __future__ import annotations

import re

from scraper.model.health import Attempt, Kind
from scraper.model.types import Outcome, Verdict

# 401 to 407 as RFC 9110 §15.5 has them, 429 RFC 6585 §4, 451 RFC 7725.
_BLOCKING = frozenset(
    {*(f"http_{status}" for status in (401, 402, 403, 407, 429, 451)), "robots"},
)
_WALLS = frozenset({Verdict.CONSENT_WALL, Verdict.LOGIN_WALL, Verdict.TEASER})
_WORDS = {
    "robots": "robots.txt forbids them",
    "robots_unreachable": "robots.txt could not be read",
    "dns": "the host's name is not known",
    "connect": "no connection",
    "tls": "no safe connection (TLS)",
    "protocol": "no proper HTTP",
}
# The words of ``scraper.discovery`` and ``scraper.fetch``.
_SAID = (
    ("too_large", re.compile(r": its body is larger than |: a feed of more than ")),
    (
        "broken",
        re.compile(r": (?:broken |cannot be read: |an empty |the \w+ is empty)"),
    ),
    ("private", re.compile(r", a forbidden address \((?:loopback|private|this machine's own)\)\Z")),
    (
        "no_network",
        re.compile(r"network is (?:unreachable|down)|temporary failure in name resolution", re.I),
    ),
    ("no_source", re.compile(r"\b(?:not a|neither a|no) (?:feed|sitemap|JSON Feed)\b")),
)
_STATUS = re.compile(r"the server answered HTTP (\d{3})\Z")


def classify(attempt: Attempt) -> Kind | None:
    """Which kind of trouble an attempt met; ``None``: it was filed."""
    code = code_of(attempt)
    if attempt.outcome == Outcome.FAILED:
        return Kind.BLOCKED if code in _BLOCKING else Kind.FAILING
    if attempt.outcome != Outcome.REJECTED:
        return None
    if code == Verdict.BOT_CHALLENGE:
        return Kind.BLOCKED
    return Kind.WALLED if code in _WALLS else Kind.REJECTED


def code_of(attempt: Attempt) -> str:
    """The stable code in front of an attempt's reason; empty without one."""
    return (attempt.reason or "").partition(":")[0].strip()


def code_in_words(code: str) -> str:
    """``http_403`` as ``HTTP 403``, ``consent_wall`` as ``consent wall``."""
    if code.startswith("http_"):
        return f"HTTP {code.removeprefix('http_')}"
    return _WORDS.get(code) or code.replace("_", " ")


def without_address(error: str) -> str:
    """What a poll's error says after the address, which the reader knows."""
    address, colon, rest = error.partition(": ")
    return rest if colon and "://" in address and " " not in address else error


def cause_of(error: str) -> str:
    """The code of a poll's error; empty for one that needs no advice of its own.

    The ledger keeps an error in words, after its address and without its code.
    """
    if error.endswith("robots.txt forbids it"):
        return "robots"
    if "robots.txt could not be read" in error:
        return "robots_unreachable"
    for code, said in _SAID:
        if said.search(error):
            return code
    status = _STATUS.search(error)
    return f"http_{status[1]}" if status else ""

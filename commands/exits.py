"""Exit codes: what cron and scripts are told.

One table (``Exit``) and two ways into it: the class of an error, and what became of a page.
"""

from __future__ import annotations

import errno
import re
import traceback
from collections.abc import Iterable
from enum import IntEnum
from pathlib import Path

from commands.render.advice import advise
from commands.terminal import OutputError
from scraper.errors import (
    AddressError,
    BusyError,
    ConfigError,
    FetchError,
    KlipingError,
    LockedError,
    NotASourceError,
    ParseError,
    RefusedError,
    SandboxError,
    StatusError,
    StorageError,
)
from scraper.model.types import Outcome, Verdict


class Exit(IntEnum):
    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    """Usage, configuration, a malformed address, something that is not in the archive."""
    PARTLY = 3
    """``crawl``: some due sources could not be polled; ``fetch``, ``extract``: mixed outcomes, or
    lines of its list were no addresses."""
    FAILED = 4
    """``crawl``: every due source failed; ``fetch``, ``extract``: failed, all of them."""
    REFUSED = 5
    """robots, a host's pause, a forbidden address, paywall, block."""
    NO_ARTICLE = 6
    """Fetched, but no article there."""
    UNWELL = 7
    """``health``: something is wrong."""
    LIMIT = 8
    """Stopped by ``--max-time`` or ``--max-articles``."""
    SYSTEM = 71
    """The system has no more memory, descriptors or processes for us."""
    STORAGE = 74
    LOCKED = 75
    HANGUP = 129
    INTERRUPTED = 130
    BROKEN_PIPE = 141
    TERMINATED = 143


class UsageError(KlipingError):
    """What was asked for does not exist, or makes no sense together."""


# The server understood and will not give the page (RFC 9110 §15.5, RFC 7725).
REFUSING_STATUSES = frozenset({401, 402, 403, 407, 451})
REFUSING_VERDICTS = frozenset({Verdict.TEASER, Verdict.LOGIN_WALL, Verdict.BOT_CHALLENGE})

_BY_CLASS: tuple[tuple[type[BaseException], Exit], ...] = (
    (UsageError, Exit.USAGE),
    (AddressError, Exit.USAGE),
    (ConfigError, Exit.USAGE),
    (NotASourceError, Exit.USAGE),
    (RefusedError, Exit.REFUSED),
    (FetchError, Exit.FAILED),
    (ParseError, Exit.FAILED),
    (SandboxError, Exit.FAILED),
    (BusyError, Exit.LOCKED),  # a StorageError, too
    (StorageError, Exit.STORAGE),
    (LockedError, Exit.LOCKED),
    (KeyboardInterrupt, Exit.INTERRUPTED),
    (OutputError, Exit.STORAGE),
)

# setrlimit(2), fork(2): what a limit, or all others together, have left us.
_SHORTAGES = {
    errno.EMFILE: "open files",
    errno.ENFILE: "open files",
    errno.EAGAIN: "processes or threads",
    errno.ENOMEM: "memory",
}


# Words of CPython for a lock, and of the loader for a library, that there was no memory for.
_OF_MEMORY = re.compile(
    "can't allocate lock|failed to map segment|[Cc]annot allocate memory|cannot create shared obj"
)


def exit_of_error(error: BaseException) -> Exit:
    """The exit code of an error that ends a command."""
    if isinstance(error, StatusError) and error.status in REFUSING_STATUSES:
        return Exit.REFUSED
    if isinstance(error, OutputError) and error.gone:
        return Exit.BROKEN_PIPE
    if _shortage_of(error) is not None:
        return Exit.SYSTEM
    return next((code for kind, code in _BY_CLASS if isinstance(error, kind)), Exit.UNEXPECTED)


def explain_error(error: Exception) -> tuple[str, Exit]:
    """The one line and the exit code with which an error ends a command."""
    code = exit_of_error(error)
    if isinstance(error, FetchError):
        return f"{error}; {advise(error.reason, feed=True)}", code
    if isinstance(error, ParseError) and not isinstance(error, NotASourceError):
        return f"{error}; give the address of an RSS or Atom feed", code
    if isinstance(error, KlipingError):
        return str(error), code
    if isinstance(error, OutputError):
        return ("" if error.gone else str(error)), code
    if code is Exit.SYSTEM:
        what = f"ran out of {_shortage_of(error)}: what was filed is whole"
        return f"{what}; raise the limit (ulimit -a shows it), and run it again", code
    places = traceback.extract_tb(error.__traceback__)
    where = f" ({Path(places[-1].filename).name}, line {places[-1].lineno})" if places else ""
    what = f"unexpected {type(error).__name__}: {error}{where}"
    return f"{what}; this is a bug: KLIPING_DEBUG=1 shows where it comes from", code


def _shortage_of(error: BaseException) -> str | None:
    """What the system had no more of, in words; ``None`` for any other error."""
    if isinstance(error, (MemoryError, SystemError)):  # CPython's, where it had none to say so
        return "memory"
    if isinstance(error, RuntimeError) and str(error) == "can't start new thread":
        return "memory, processes or threads"  # CPython's words do not say which
    if isinstance(error, (RuntimeError, ImportError)) and _OF_MEMORY.search(str(error)):
        return "memory"
    return _SHORTAGES.get(error.errno or 0) if isinstance(error, OSError) else None


def exit_of_page(outcome: Outcome, reason: str | None, error: FetchError | None = None) -> Exit:
    """The exit code of one page. ``reason`` begins with a code: ``http_403``, ``teaser: …``."""
    code = (reason or "").partition(":")[0].strip()
    if outcome == Outcome.REJECTED:
        return Exit.REFUSED if code in REFUSING_VERDICTS else Exit.NO_ARTICLE
    if outcome != Outcome.FAILED:
        return Exit.OK
    if error is not None:
        return exit_of_error(error)
    refused = code in {f"http_{status}" for status in REFUSING_STATUSES}
    return Exit.REFUSED if refused else Exit.FAILED


def exit_of_all(codes: Iterable[Exit]) -> Exit:
    """Of several pages: the code that all share, else ``PARTLY``."""
    distinct = set(codes)
    if len(distinct) > 1:
        return Exit.PARTLY
    return distinct.pop() if distinct else Exit.OK

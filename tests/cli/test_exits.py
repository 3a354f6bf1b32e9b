"""Exit codes: what cron is told."""

from __future__ import annotations

import errno
from datetime import UTC, datetime

from commands.crawl.summary import exit_of_summary
from commands.exits import Exit, UsageError, exit_of_all, exit_of_error, exit_of_page, explain_error
from commands.options import parse_duration
from commands.terminal import OutputError
from scraper.errors import (
    AddressError,
    BodyError,
    BusyError,
    ConfigError,
    FetchError,
    ForbiddenAddressError,
    KlipingError,
    LockedError,
    NetworkError,
    NotASourceError,
    ParseError,
    PausedError,
    RedirectError,
    RobotsError,
    SandboxError,
    StatusError,
    StorageError,
)
from scraper.model.events import CrawlSummary, SourceDone
from scraper.model.types import Outcome
from tests.tables import each_row

NOW = datetime(2026, 1, 1, tzinfo=UTC)
U = "http://a.example/"


@each_row(
    ("error", "code"),
    [
        (UsageError("x"), 2),
        (AddressError("x", "y"), 2),
        (ConfigError("x"), 2),
        (NotASourceError(U), 2),
        (NetworkError(U, "dns", "x"), 4),
        (BodyError(U, "too_large", "x"), 4),
        (RedirectError(U, "redirects", "x"), 4),
        (StatusError(U, 404), 4),
        (StatusError(U, 500), 4),
        (StatusError(U, 401), 5),
        (StatusError(U, 402), 5),
        (StatusError(U, 403), 5),
        (StatusError(U, 451), 5),
        (RobotsError(U, "robots", "x"), 5),
        (PausedError(U, NOW, "x"), 5),
        (ForbiddenAddressError(U, "forbidden_address", "x"), 5),
        (ParseError(U, "x"), 4),
        (SandboxError("timeout", "x"), 4),
        (StorageError("x"), 74),
        (BusyError("x"), 75),
        (LockedError("x"), 75),
        (OSError(errno.EMFILE, "x"), 71),
        (OSError(errno.ENOMEM, "x"), 71),
        (OSError(errno.EACCES, "x"), 1),
        (MemoryError(), 71),
        (RuntimeError("can't start new thread"), 71),
        (RuntimeError("can't allocate lock"), 71),
        (ImportError("libx.so: failed to map segment from shared object"), 71),
        (SystemError("error return without exception set"), 71),
        (ImportError("No module named 'x'"), 1),
        (OutputError(OSError(errno.ENOSPC, "x")), 74),
        (KlipingError("x"), 1),
        (ZeroDivisionError("x"), 1),
    ],
)
def test_errors(error: Exception, code: int) -> None:
    assert exit_of_error(error) == code
    line, explained = explain_error(error)
    assert explained == code
    assert line
    assert "\n" not in line


def test_a_shortage_is_named() -> None:
    line, _ = explain_error(OSError(errno.EMFILE, "Too many open files"))
    assert line.startswith("ran out of open files: what was filed is whole; ")


def test_a_reader_that_left_is_told_nothing() -> None:
    gone = OutputError(BrokenPipeError(errno.EPIPE, "x"))
    assert explain_error(gone) == ("", exit_of_error(gone)) == ("", 141)


@each_row(
    ("outcome", "reason", "error", "code"),
    [
        (Outcome.NEW, None, None, 0),
        (Outcome.UNCHANGED, None, None, 0),
        (Outcome.CHANGED, None, None, 0),
        (Outcome.DUPLICATE, None, None, 0),
        (Outcome.REJECTED, "teaser: the rest is for subscribers", None, 5),
        (Outcome.REJECTED, "login_wall: x", None, 5),
        (Outcome.REJECTED, "bot_challenge", None, 5),
        (Outcome.REJECTED, "soft_404: x", None, 6),
        (Outcome.REJECTED, "consent_wall: x", None, 6),
        (Outcome.REJECTED, "listing", None, 6),
        (Outcome.REJECTED, "empty", None, 6),
        (Outcome.REJECTED, "too_short", None, 6),
        (Outcome.REJECTED, "media: not_html: the server sent image/png", None, 6),
        (Outcome.REJECTED, "not_html: the server sent image/png", None, 6),
        (Outcome.REJECTED, "extraction_timeout: x", None, 6),
        (Outcome.FAILED, "http_404", None, 4),
        (Outcome.FAILED, "http_410", None, 4),
        (Outcome.FAILED, "http_500", None, 4),
        (Outcome.FAILED, "http_401", None, 5),
        (Outcome.FAILED, "http_402", None, 5),
        (Outcome.FAILED, "http_403", None, 5),
        (Outcome.FAILED, "http_451", None, 5),
        (Outcome.FAILED, "dns: x", NetworkError(U, "dns", "x"), 4),
        (Outcome.FAILED, "robots: x", RobotsError(U, "robots", "x"), 5),
        (Outcome.FAILED, "http_429: x", PausedError(U, NOW, "x", "http_429"), 5),
    ],
)
def test_pages(outcome: Outcome, reason: str | None, error: FetchError | None, code: int) -> None:
    assert exit_of_page(outcome, reason, error) == code


@each_row(
    ("codes", "code"),
    [([], 0), ([0, 0], 0), ([4], 4), ([5, 5], 5), ([0, 4], 3), ([4, 5], 3), ([6, 6, 0], 3)],
)
def test_several_pages(codes: list[int], code: int) -> None:
    assert exit_of_all(map(Exit, codes)) == code


def test_crawls() -> None:
    down = SourceDone(1, "a", U, new_links=0, error=NetworkError(U, "dns", "x"))
    up = SourceDone(2, "b", U, new_links=3)

    def code(*events: SourceDone, stopped: str | None = None) -> int:
        summary = CrawlSummary()
        for event in events:
            summary.add(event)
        summary.stopped = stopped  # type: ignore[assignment]
        return exit_of_summary(summary)

    assert code() == 0
    assert code(up) == 0
    assert code(up, down) == 3
    assert code(down) == 4
    assert code(down, down) == 4
    assert code(down, stopped="max-time") == 8
    assert code(up, stopped="max-articles") == 8


@each_row(
    ("text", "seconds"),
    [
        ("90", 90),
        ("90s", 90),
        ("10m", 600),
        ("2h", 7200),
        ("1h30m", 5400),
        ("1.5h", 5400),
        ("1 m", 60),
    ],
)
def test_durations(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds

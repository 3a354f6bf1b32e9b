"""Pages that failed, as a table, as lines and as JSON; and why, in words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from commands.render.columns import Columns
from commands.times import local_minute, local_times
from scraper.monitoring.causes import code_in_words

if TYPE_CHECKING:
    from scraper.errors import FetchError
    from storage.ledger.failures import FailedPage


def in_words(reason: str) -> str:
    """``http_404`` as ``HTTP 404``, ``empty: the page has no text`` as ``empty: the page has no
    text``, ``connect: connection refused`` as ``connection refused``."""
    code, _, detail = reason.partition(":")
    detail = detail.strip()
    words = code_in_words(code)
    if not detail:
        return words
    return detail if code in _TOLD else f"{words}: {detail}"


def why_none(url: str, reason: str, error: FetchError | None) -> str:
    """Why there is no article at ``url``, as a sentence rather than as a code."""
    if error is not None:
        return error.detail if error.url == url else str(error)
    code, _, detail = reason.partition(":")
    if code.startswith("part_"):
        return f"a further page of it could not be fetched: {detail.strip()}"
    if code == "forgotten":
        return detail.strip()
    if code.startswith("http_"):
        return f"the server answered HTTP {code.removeprefix('http_')}"
    named = code.replace("_", " ")
    return f"no article there ({named}): {detail.strip()}" if detail else f"no article ({named})"


# Their detail says it all.
_TOLD = frozenset(
    "dns connect tls timeout protocol too_large encoding truncated redirects redirect_target "
    "robots not_an_image robots_unreachable forbidden_address forbidden_port paused".split()
)


def _next(page: FailedPage) -> str:
    if page.next_attempt_at is None:
        return "with --retry"
    if page.next_attempt_at <= datetime.now(UTC):
        return "next crawl"
    return local_minute(page.next_attempt_at)


def why(page: FailedPage) -> str:
    """In words, times in the reader's zone."""
    reason = f"{page.reason}: {page.detail}" if page.detail else page.reason
    return local_times(in_words(reason))


KEYS = ("url", "source", "reason", "detail", "attempts", "last_attempt_at", "next_attempt_at")
FAILED: Columns[FailedPage] = Columns(
    json=KEYS,
    line=("source", "url", "reason", "detail", "attempts", "last_attempt_at", "next_attempt_at"),
    table={
        "Source": "source",
        "Page": "url",
        "Why": why,
        "Tries": "attempts",
        "Last": "last_attempt_at",
        "Next": _next,
    },
    flexible="Page",
)

"""How large a page may be that is kept though it is no article. Pure.

A better extractor may find an article in a rejected page, and so its snapshot is kept; but not one
of a size that no article's page has: who answers each address with ten megabytes of noise would
fill the disk with them. Its digest is recorded like any other's.
"""

from __future__ import annotations

from dataclasses import replace

from scraper.model.types import Capture, Outcome
from storage import compression
from storage.saving.save_plan import SavePlan

MAX_REJECTED, MAX_PACKED = 4_000_000, 256_000
"""Bytes of a rejected page as it came, and as it is stored. Of 1,183 real pages, articles most of
them, one is larger."""
_NOTE = "its page is too large to be kept"


def leave_out(plan: SavePlan, capture: Capture) -> SavePlan:
    """The plan without the snapshot, and the text, of a rejected page that is too large."""
    response = capture.response
    if plan.outcome is not Outcome.REJECTED or not plan.keeps_snapshot or response is None:
        return plan
    if not _is_too_large(response.body):
        return plan
    version = plan.version
    if version is not None and len(capture.article.body if capture.article else "") > MAX_PACKED:
        version = None
    reason = _with_note(plan.reason or "")
    evidence = _with_note(plan.evidence) if plan.evidence else ""
    return replace(plan, reason=reason, evidence=evidence, version=version, keeps_snapshot=False)


def _is_too_large(body: bytes) -> bool:
    if len(body) <= MAX_PACKED:
        return False
    return len(body) > MAX_REJECTED or len(compression.pack(body)) > MAX_PACKED


def _with_note(reason: str) -> str:
    """The code in front of a reason stays what it is."""
    return f"{reason}; {_NOTE}" if ":" in reason else f"{reason}: {_NOTE}"

"""What a publisher forbids, as far as a capture says it of the article."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from storage import addresses
from storage.saving.capture_facts import CaptureFacts
from storage.saving.save_plan import SavePlan


def heard(facts: CaptureFacts, plan: SavePlan, before: Any, seen_at: datetime) -> dict[str, Any]:
    """The article's column ``directives``, where a capture says something of it.

    Heard is who stands at the article's own address, and not what was recorded before it was last
    looked at. ``before``: its row with ``url``, ``last_checked_at``, ``directives`` and, of its
    current version, ``read_with``; ``None`` for a new one. A 304 has no page, so it can only forbid
    more (RFC 9111 §3.2); what is allowed again is seen when the page comes in full.
    """
    if before is not None and seen_at < before.last_checked_at:
        return {}
    capture = facts.capture
    if capture.article is not None:
        is_its = plan.is_home or plan.verdict is not None
        return {"directives": [*capture.article.directives]} if is_its else {}
    if before is None or not capture.directives:
        return {}
    if addresses.parse(before.url).key != facts.final.key:
        return {}
    known = before.directives if before.directives is not None else before.read_with or []
    named = {_name(one) for one in capture.directives}
    now = [*(one for one in known if _name(one) not in named), *capture.directives]
    return {} if set(now) == set(known) else {"directives": now}


def _name(directive: str) -> str:
    """``unavailable_after`` of ``unavailable_after: 25 Jun 2027``, which takes the place of the
    date before."""
    return directive.partition(":")[0]

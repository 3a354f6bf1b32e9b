"""What may leave the archive: what publishers forbid, and what was read as a subscriber.

A publisher speaks of an address, so what it said last holds for all that is stored of the article
(``heard``): the pages from before it said ``noarchive`` are kept back too, and given out again
where it has thought better of it. Each version keeps what its own page said. Whether a text was
read as a subscriber does not change: that is a matter of the version.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from storage import addresses
from storage.saving.capture_facts import CaptureFacts
from storage.saving.save_plan import SavePlan

PAGE_KEPT = frozenset({"noarchive"})
"""By which a publisher asks that its page be shown from nobody's store."""
TEXT_KEPT = PAGE_KEPT | {"noindex", "noai", "tdm-reservation"}
"""By which it asks that its text be in nobody's index or collection."""


class Obey(StrEnum):
    """How far publishers are obeyed (``[rights] obey``)."""

    NOTHING = "nothing"
    """What they say is stored and shown."""
    PAGES = "pages"
    """The stored page of what says ``noarchive`` is in no web archive file, and not shown."""
    STRICT = "strict"
    """Nor is the text of what says one of ``TEXT_KEPT`` in any export."""


class Reason(StrEnum):
    """Why something is kept back."""

    SUBSCRIBED = "subscribed"
    FORBIDDEN = "forbidden"


class Marked(Protocol):
    """An article, or its stored pages."""

    @property
    def directives(self) -> Sequence[str]: ...
    @property
    def with_credentials(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Rights:
    obey: Obey = Obey.PAGES
    subscribed: bool = False
    """Whether what was read as a subscriber may leave, too."""

    def keeps_page(self, directives: Sequence[str]) -> bool:
        """Whether a page whose publisher says this is not to be given out."""
        return self.obey is not Obey.NOTHING and not PAGE_KEPT.isdisjoint(directives)

    def judge(self, it: Marked, *, of_pages: bool = False) -> Reason | None:
        """Why an article is in no export; ``of_pages``: in none of its stored pages."""
        if it.with_credentials and not self.subscribed:
            return Reason.SUBSCRIBED
        if of_pages and self.keeps_page(it.directives):
            return Reason.FORBIDDEN
        if self.obey is Obey.STRICT and not TEXT_KEPT.isdisjoint(it.directives):
            return Reason.FORBIDDEN
        return None


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

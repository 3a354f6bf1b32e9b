"""What is to be stored of a capture, and what a second look makes of that. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from scraper.model.types import Outcome, Verdict
from storage.records import PUBLISHER
from storage.text.quality import Reread

EARLIER = "earlier"
"""Beside the current version, as it came before it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One content becomes the article's current version."""

    revives: int | None = None
    """The version that has it already."""
    cause: str = PUBLISHER
    accepted: bool = True
    beside: str | None = None
    """Why it is only kept beside the current version, where it does not take its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavePlan:
    outcome: Outcome
    reason: str | None = None
    article_id: int | None = None
    """The row that the capture belongs to, if there is one; ``None`` with ``makes_article``."""
    makes_article: bool = False
    verdict: Verdict | None = None
    """The row's new verdict, where it gets one."""
    evidence: str = ""
    filed: bool = False
    duplicate_of: int | None = None
    absorbs: int | None = None
    """A row without text, whose addresses now turn out to be ``article_id``'s."""
    baseline: Step | None = None
    version: Step | None = None
    confirms: int | None = None
    """The version that today's extractor was seen to make, too."""
    keeps_snapshot: bool = False
    links_addresses: bool = False
    """All of the capture's addresses become the article's."""
    gives_way: Mapping[int, str] = field(default_factory=dict)
    """The versions that are only kept beside the article's from now on, by id, and why."""
    returns_to: int | None = None
    """The version that is current from now on, where the captured one is not."""
    is_home: bool = False
    """The capture's final address is where the article's text is looked for from now on."""
    reads: int | None = None
    """The version that was known from a web archive alone, and is now read on the web."""
    apart: bool = False
    """It is a copy on another host, which may say something else tomorrow: it is asked itself."""
    reread: Reread | None = None
    """Why the stored page is read otherwise today, where ``baseline`` says it is."""
    proposes: bool = False
    """It was read in a lesser way than the article: the page is asked again as it is known."""

    @property
    def is_held_back(self) -> bool:
        """The page says less than what is filed: it is to be read whole the next time."""
        step = self.version
        return step is not None and step.beside is not None and not step.accepted


def same_text(article_id: int) -> str:
    return f"same text as article {article_id}"


def hold_back(plan: SavePlan, reason: str) -> SavePlan:
    """The plan for an edit that lost text: it is kept beside the current version, and where it
    came from is not where the article is looked for."""
    assert plan.version is not None
    step = replace(plan.version, accepted=False, beside=reason)
    outcome = Outcome.UNCHANGED
    return replace(plan, outcome=outcome, reason=reason, version=step, is_home=False)


def propose(plan: SavePlan, reason: str) -> SavePlan:
    """The plan for what was read in a lesser way than the article (``authority.lesser_way``): an
    edit is kept beside the current version, and the page asked again."""
    plan = replace(plan, is_home=False, proposes=True, confirms=None)
    if plan.outcome is Outcome.CHANGED:
        return hold_back(plan, reason)
    return replace(plan, version=None, keeps_snapshot=False)


def file_before(plan: SavePlan) -> SavePlan:
    """The plan for an edit that was seen before what the article says now: it has a place in its
    history, and is not what it says."""
    assert plan.version is not None
    if plan.version.revives is not None:
        return replace(plan, outcome=Outcome.UNCHANGED, version=None, is_home=False)
    return replace(plan, version=replace(plan.version, beside=EARLIER), is_home=False)


def give_way(plan: SavePlan, lost: Mapping[int, str], returns_to: int | None = None) -> SavePlan:
    """The plan for a text in whose place something worse had come: what lost text gives it up."""
    outcome = plan.outcome if returns_to is None else Outcome.CHANGED
    return replace(plan, outcome=outcome, gives_way=lost, returns_to=returns_to, is_home=False)


def keep_as_is(plan: SavePlan) -> SavePlan:
    """The plan for an edit that turns out to change nothing that a reader would read."""
    return replace(plan, outcome=Outcome.UNCHANGED, version=None, keeps_snapshot=False)

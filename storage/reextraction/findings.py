"""What today's reading of a stored page comes to. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from scraper.model.jobs import FieldChange
from scraper.model.types import Article, StoredPage, Verdict
from storage.text import quality


class State(StrEnum):
    """What reading a page again comes to."""

    SAME = "same"
    CHANGES = "changes"
    """An article of which today's rules read a field otherwise."""
    FILES = "files"
    """It was no article, and is one."""
    LOSES = "loses"
    """Today's rules read less of its text."""
    REFUSED = "refused"
    """Today's rules would not take it for an article. It stays one."""
    NONE = "none"
    """It is still no article."""
    COPY = "copy"
    """It was no article, and is one that is filed already."""
    PRUNED = "pruned"
    """Its page is not stored (any more)."""
    DAMAGED = "damaged"
    FAILED = "failed"
    """Reading it ended its reader."""
    OVERTAKEN = "overtaken"
    """Another version took its place between reading and applying."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A page that is to be read again (see ``scraper.pages.reextraction``)."""

    article_id: int
    url: str
    """The final address that its text came from."""
    verdict: Verdict
    scanned: int
    """Articles that were looked at, this one included."""
    version_id: int | None = None
    article: Article | None = None
    """What is stored of it."""
    read_by: str | None = None
    """The last extractor that was seen to make this of the page."""
    page: StoredPage | None = None
    missing: State | None = None
    """Why there is no page: ``PRUNED`` or ``DAMAGED``."""
    problem: str = ""
    origin: Mapping[str, Any] = field(default_factory=dict)
    """The version columns that tell where the page comes from, as the stored version has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What reading a page again came to."""

    article_id: int
    url: str
    version_id: int | None
    """The version that was read again."""
    was: Verdict
    state: State
    verdict: str = ""
    """Today's; empty where it could not be read."""
    note: str = ""
    """For people: what is lost, or why it could not be read."""
    changes: tuple[FieldChange, ...] = ()
    by_rule: bool = False
    """A rule for the site reads it otherwise than what made the version: it may lose text."""
    confirms: str | None = None
    """The extractor that makes the same of the version."""
    stored: Article | None = None
    reading: Article | None = None
    """What would take the place of the stored article."""
    origin: Mapping[str, Any] = field(default_factory=dict)
    """Of the page, as in ``Candidate``."""


def weigh(
    candidate: Candidate,
    article: Article | None,
    changes: tuple[FieldChange, ...],
    problem: str | None,
) -> Finding:
    """What today's reading of a page comes to. Pure.

    ``article`` is ``None`` where the page is none, or could not be read: then ``problem`` says why.
    An article that today's rules would refuse stays one; a text that they would cut is one to be
    asked about, unless a person's rule does it (``quality.readings``).
    """
    was = candidate.verdict
    finding = Finding(
        article_id=candidate.article_id,
        url=candidate.url,
        version_id=candidate.version_id,
        was=was,
        state=State.NONE,
        origin=candidate.origin,
    )
    if candidate.missing is not None:
        return replace(finding, state=candidate.missing, note=candidate.problem)
    if problem is not None:
        return replace(finding, state=State.FAILED, note=problem)
    if article is None:
        state = State.REFUSED if was is Verdict.ARTICLE else State.NONE
        return replace(finding, state=state, note="it is no page")
    finding = replace(finding, verdict=article.verdict.value)
    is_same = candidate.version_id is not None and not changes
    if is_same and article.verdict is was:
        state = State.SAME if was is Verdict.ARTICLE else State.NONE
        return replace(finding, state=state, confirms=article.extractor_version)
    if article.verdict is not Verdict.ARTICLE:
        state = State.REFUSED if was is Verdict.ARTICLE else State.NONE
        return replace(finding, state=state, note=article.evidence)
    finding = replace(finding, changes=changes, stored=candidate.article, reading=article)
    if was is not Verdict.ARTICLE:
        return replace(finding, state=State.FILES, note=article.evidence)
    assert candidate.article is not None
    by_rule = quality.may_lose_text(candidate.read_by, article.extractor_version)
    loss = _find_loss(candidate.article, article, changes)
    state = State.CHANGES if loss is None or by_rule else State.LOSES
    return replace(finding, state=state, note=loss or "", by_rule=by_rule)


def _find_loss(stored: Article, article: Article, changes: tuple[FieldChange, ...]) -> str | None:
    """Why the reading would be worse, judged as a page that was fetched later is."""
    kinds = {change.field: change.kind for change in changes}
    if "body" not in kinds and kinds.get("title") != "lost":
        return None  # as a rule: so no text is taken apart
    loss = quality.judge(quality.facts_of(stored), quality.facts_of(article))
    return None if loss is None else loss.reason

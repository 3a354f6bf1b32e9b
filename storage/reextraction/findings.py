"""What today's reading of a stored page comes to. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from scraper.model.types import Article, StoredPage, Verdict
from storage.saving.contents import version_values
from storage.text import quality
from storage.text.fingerprint import content_of


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


@dataclass(frozen=True, slots=True)
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
    page: StoredPage | None = None
    missing: State | None = None
    """Why there is no page: ``PRUNED`` or ``DAMAGED``."""
    problem: str = ""
    origin: Mapping[str, Any] = field(default_factory=dict)
    """Snapshot, final address, time and mark, as of the version that is read again."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What reading a page again came to."""

    article_id: int
    url: str
    version_id: int | None
    was: Verdict
    state: State
    verdict: str = ""
    """Today's; empty where it could not be read."""
    note: str = ""
    """For people: what is lost, or why it could not be read."""
    fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By field: ``kind`` (gained, lost, changed), ``old`` and ``new``, cut."""
    values: dict[str, Any] | None = None
    """The columns of the version to come, as ``pack`` gives them; else ``None``."""
    confirms: str | None = None
    """The extractor that makes the same of the version."""


class Change(Protocol):
    """A field that is read otherwise."""

    @property
    def field(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def old(self) -> str: ...
    @property
    def new(self) -> str: ...


def weigh(
    candidate: Candidate,
    article: Article | None,
    changes: tuple[Change, ...],
    problem: str | None,
) -> Finding:
    """What today's reading of a page comes to. Pure.

    ``article`` is ``None`` where the page is none, or could not be read: then ``problem`` says why.
    An article that today's rules would refuse stays one; a text that they would cut is one to be
    asked about (``quality.judge``).
    """
    was = candidate.verdict
    found = Finding(candidate.article_id, candidate.url, candidate.version_id, was, State.NONE)
    if candidate.missing is not None:
        return replace(found, state=candidate.missing, note=candidate.problem)
    if problem is not None:
        return replace(found, state=State.FAILED, note=problem)
    if article is None:
        state = State.REFUSED if was is Verdict.ARTICLE else State.NONE
        return replace(found, state=state, note="it is no page")
    found = replace(found, verdict=article.verdict.value)
    is_same = candidate.version_id is not None and not changes
    if is_same and article.verdict is was:
        state = State.SAME if was is Verdict.ARTICLE else State.NONE
        return replace(found, state=state, confirms=article.extractor_version)
    if article.verdict is not Verdict.ARTICLE:
        state = State.REFUSED if was is Verdict.ARTICLE else State.NONE
        return replace(found, state=state, note=article.evidence)
    fields = {one.field: {"kind": one.kind, "old": one.old, "new": one.new} for one in changes}
    found = replace(found, fields=fields, values=pack(article, candidate.origin))
    if was is not Verdict.ARTICLE:
        return replace(found, state=State.FILES, note=article.evidence)
    loss = _find_loss(candidate, article, fields)
    if loss is not None:
        return replace(found, state=State.LOSES, note=loss)
    return replace(found, state=State.CHANGES)


def _find_loss(
    candidate: Candidate, article: Article, fields: Mapping[str, Mapping[str, str]]
) -> str | None:
    """Why the reading would be worse, judged as a page that was fetched later is."""
    assert candidate.article is not None
    if "body" not in fields and fields.get("title", {}).get("kind") != "lost":
        return None  # as a rule: so no text is taken apart
    loss = quality.judge(quality.facts_of(candidate.article), quality.facts_of(article))
    return None if loss is None else loss.reason


_HASHES = ("content_hash", "wording_hash", "text_hash")
_TIMES = ("published_at", "modified_at", "fetched_at")


def pack(article: Article, origin: Mapping[str, Any]) -> dict[str, Any]:
    """A version's columns as JSON has them, and the ``evidence`` of its verdict."""
    values = {**origin, **version_values(article, content_of(article))}
    for name in _HASHES:
        values[name] = values[name].hex() if values[name] is not None else None
    for name in _TIMES:
        values[name] = values[name].isoformat() if values[name] is not None else None
    return values | {"evidence": article.evidence}


def unpack(packed: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """The version's columns, and the evidence."""
    # Older programs staged without these.
    values = {"with_credentials": False, "recorded": False, "answer": None, **packed}
    evidence = values.pop("evidence")
    for name in _HASHES:
        values[name] = bytes.fromhex(values[name]) if values[name] is not None else None
    for name in _TIMES:
        given = values[name]
        values[name] = datetime.fromisoformat(given) if given is not None else None
    return values, evidence

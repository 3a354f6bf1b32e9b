"""An article with all that its captures brought, and which change of it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from storage.reading.captures import Rejection, Showing, bases_of
from storage.reading.edits import VersionChange, change_of, history_of, last_change_of
from storage.reading.library import Library
from storage.records import ArticleRecord, VersionRecord


@dataclass(frozen=True)
class Past:
    """An article with all that its captures brought."""

    article: ArticleRecord
    versions: Sequence[VersionRecord]
    """In the order of their numbers, from 1."""
    showings: Sequence[Showing]
    rejections: Sequence[Rejection]
    """But those of which a text is kept among the versions."""

    def history(self, after: int = 0, limit: int | None = None) -> list[VersionChange]:
        """What each version changed; of at most ``limit``, those behind the one with this
        number."""
        wanted = self.versions[after:][:limit]
        return history_of(self.versions, self.showings, wanted)

    def choose(self, first: int | None = None, second: int | None = None) -> VersionChange | None:
        """The change from one version to another; without a base where there is nothing to compare.

        Without numbers the last one; ``first`` alone: to the current version; ``second`` alone:
        what that version is measured against. Raises ``LookupError`` with the number that no
        version has.
        """
        for wanted in (first, second):
            if wanted is not None and not 0 < wanted <= len(self.versions):
                raise LookupError(wanted)
        if first is None and second is None:
            return last_change_of(self.versions, self.showings)
        if second is None:
            second = next((one.number for one in self.versions if one.current), len(self.versions))
        known = bases_of(self.versions, self.showings).get(second)
        version = self.versions[second - 1]
        if first is None:
            return change_of(version, known)
        change = change_of(version, self.versions[first - 1])
        is_step = known is not None and known.number == first
        return change if is_step else replace(change, stealth=False, step=False)


def load_past(library: Library, article: ArticleRecord) -> Past:
    """Raises ``StorageError``."""
    versions = library.versions(article.id)
    told = {version.reason for version in versions}
    rejections = [one for one in library.rejections(article.id) if one.reason not in told]
    # One that is alone came back after no other.
    showings = library.showings(article.id) if len(versions) > 1 else []
    return Past(article, versions, showings, rejections)

"""How much the pages of each source have added to the archive in one run, and who may add more.

A source is a stranger: it may list page after page of noise that no compression makes smaller. What
it brings beyond ``limit`` waits for the next run, and ``health`` tells of it.
"""

from __future__ import annotations

MAX_STORED = 250_000_000
"""Bytes. 5,000 new pages, as many as a poll queues, take 60 to 150 MB of most papers."""


class StorageQuota:
    """Of one run. What is under way when a source has brought enough is stored all the same."""

    def __init__(self, limit: int = MAX_STORED) -> None:
        self._limit = limit
        self._sizes: dict[int, int] = {}
        self.full: dict[int, int] = {}
        """Of the sources that have brought enough: the bytes."""

    def add(self, source_id: int, size: int) -> None:
        """``source_id``: of a sitemap of an index, that of the index; 0: of no source, which has no
        limit, since somebody asked for each of its pages."""
        if not source_id:
            return
        total = self._sizes[source_id] = self._sizes.get(source_id, 0) + size
        if total > self._limit:
            self.full[source_id] = total

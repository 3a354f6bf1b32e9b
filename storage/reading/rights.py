"""What may leave the archive: what publishers forbid, and what was read as a subscriber.

A publisher speaks of an address, so what it said last holds for all that is stored of the article
(``saving.directives``): the pages from before it said ``noarchive`` are kept back too, and given
out again where it has thought better of it. Each version keeps what its own page said. Whether a
text was read as a subscriber does not change: that is a matter of the version.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

PAGE_KEPT = frozenset({"noarchive"})
"""By which a publisher asks that its page be shown from nobody's store."""
TEXT_KEPT = PAGE_KEPT | {"noindex", "noai", "tdm-reservation"}
"""By which it asks that its text be in nobody's index or collection."""

IMAGE_KEPT = frozenset({"noimageindex", "noimageai"})
"""By which it asks that of its images."""


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

    def keeps_image(self, directives: Sequence[str]) -> bool:
        """The same of the images of such a page."""
        is_strict = self.obey is Obey.STRICT and not IMAGE_KEPT.isdisjoint(directives)
        return is_strict or self.keeps_page(directives)

    def judge(self, it: Marked, *, of_pages: bool = False) -> Reason | None:
        """Why an article is in no export; ``of_pages``: in none of its stored pages."""
        if it.with_credentials and not self.subscribed:
            return Reason.SUBSCRIBED
        if of_pages and self.keeps_page(it.directives):
            return Reason.FORBIDDEN
        if self.obey is Obey.STRICT and not TEXT_KEPT.isdisjoint(it.directives):
            return Reason.FORBIDDEN
        return None

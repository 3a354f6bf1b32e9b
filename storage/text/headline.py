"""Whether a title is a headline, or only the name of its site. Pure.

A page that lost its headline is often called what its ``<title>`` has left: ``- The Example``,
``The Example |``. The name is the one that the page states, or what stands beside the headline in
the ``<title>`` of the version that had one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from storage.text.shingles import fold_bounded

LONGEST_NAME = 40
"""Characters of a site's name."""
LOOKED_AT = 1_000
"""Characters of a title."""
_SEPARATOR = re.compile(r"\s+[-|•·*:›>/~]+\s+|\s*[|｜]\s*|\s*::\s*|_+")
_EDGE = re.compile(r"^[\W_]+|[\W_]+$")
_HOST = re.compile(r"[^\s.]+(?:\.[^\s.]+)+")
_SHORTEST_LABEL = 4
"""Letters of a host's label that may be the site's name (no ``www`` and no ``com``)."""


@dataclass(frozen=True, slots=True)
class Names:
    """What the site of one or more pages may be called, folded."""

    stated: frozenset[str]
    """By the page itself; the labels of a host that stands for the name."""
    beside: frozenset[str]
    """By what its ``<title>`` has beside the headline."""

    def __or__(self, other: Names) -> Names:
        return Names(self.stated | other.stated, self.beside | other.beside)


def names_of_site(site_name: str | None, title: str | None, page_title: str | None) -> Names:
    """What one page shows to be its site's name."""
    stated = {_squash(site_name or "")}
    if site_name and _HOST.fullmatch(site_name):
        labels = map(_squash, site_name.split("."))
        stated.update(label for label in labels if len(label) >= _SHORTEST_LABEL)
    beside = frozenset(map(_squash, _beside(_fold(title or ""), _fold(page_title or ""))))
    return Names(frozenset(stated - {""}), beside - {""})


def is_headline(title: str | None, page_title: str | None, names: Names) -> bool:
    """Whether a title has a word that is none of these names.

    What stands beside a title may be the headline, where the title is a logo: it counts as a name
    only if it is all that this page's own ``<title>`` says.
    """
    text = _fold(title or "")
    is_all = _squash(page_title or text) == _squash(text)
    known = names.stated | names.beside if is_all else names.stated
    parts = frozenset(map(_squash, _SEPARATOR.split(text))) - {""}
    return not (parts <= known or _squash(text) in known)


def _beside(title: str, page_title: str) -> list[str]:
    """What a ``<title>`` has beside the headline: all of it, and its outermost part. Where it words
    the headline in another way, its last part, unless that may be the headline again."""
    longest = LONGEST_NAME
    if not title or title == page_title:
        return []
    if page_title.startswith(title):
        rest = page_title[len(title) :]
        found = [rest, _SEPARATOR.split(rest)[-1]]
    elif page_title.endswith(title):
        rest = page_title[: -len(title)]
        found = [rest, _SEPARATOR.split(rest)[0]]
    else:
        found, longest = _SEPARATOR.split(page_title)[1:][-1:], min(longest, len(title) // 2)
    return [one for one in (_EDGE.sub("", one) for one in found) if len(one) <= longest]


def _fold(text: str) -> str:
    return fold_bounded(text[:LOOKED_AT]).casefold()


def _squash(text: str) -> str:
    return "".join(filter(str.isalnum, _fold(text)))

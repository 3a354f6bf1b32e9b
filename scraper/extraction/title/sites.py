"""The site's name in titles: knowing it, and cutting it off before and after separators."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from scraper.extraction.cleaning import fold_text, measure_text

SPLITTER = re.compile(
    r"(\s+[-–—|•·«»‹›~/:]{1,3}\s+|\s*[|｜]\s*|\s*:{2}\s*|\s*-{2,3}\s*|(?<=\w)\s*_{1,2}\s*(?=\w))"
)
_TIGHT = re.compile("[-－–—：:|｜]")
"""Between a headline and a site's name in scripts without spaces."""
_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_NO_LETTER = re.compile(r"\W")
fold_title = lru_cache(maxsize=512)(fold_text)
"""``fold_text``, kept: a page says its headline five times."""
EDGES = " |｜-–—_：:»›·•~/"
_MAX_NAME = 40
_MAX_SECTION = 6
"""Characters of a section's name between a headline and the site's name (科技, 时政)."""


@dataclass(frozen=True, slots=True)
class SiteNames:
    """The names of a site. Those in ``exact`` only (a logo's text, which may be just "Home")
    count as the site's name where they are the whole of a part."""

    exact: frozenset[str]
    """Letters and digits only, as all comparisons here see them."""
    squeezed: tuple[str, ...]

    @classmethod
    def of(cls, folded: Iterable[str], linked: Iterable[str] = ()) -> SiteNames:
        """``linked``: what links to the site's root say."""
        squeezed = {tight for name in folded if (tight := _squeeze(name))}
        exact = squeezed | {tight for name in linked if (tight := _squeeze(name))}
        return cls(frozenset(exact), tuple(squeezed))

    def is_name(self, text: str) -> bool:
        """Whether the whole text is the site's name, with a word more at most."""
        if len(text) > _MAX_NAME:
            return False
        tight = _squeeze(fold_title(text))
        return tight in self.exact or any(
            len(name) >= 8 and tight.startswith(name) and len(tight) <= len(name) + 9
            for name in self.squeezed
        )

    def is_known(self, text: str) -> bool:
        """Whether the text is a name that the page states for its site, to the letter."""
        return _squeeze(fold_title(text)) in self.squeezed

    def is_exactly(self, text: str) -> bool:
        return _squeeze(fold_title(text)) in self.exact

    def is_part(self, part: str) -> bool:
        """Whether a part beside a separator is the site's: its name, or name and section."""
        tight = _squeeze(fold_title(part))
        if not tight or tight in self.exact:
            return True
        # "Sport - The Example": a section beside the name; "Example News" for example.com.
        return any(
            len(name) >= 4
            and (tight.startswith(name) or tight.endswith(name))
            and len(tight) <= len(name) + 14
            for name in self.squeezed
        ) or any(len(tight) >= 4 and name.startswith(tight) for name in self.squeezed)


def _squeeze(folded: str) -> str:
    return _NO_LETTER.sub("", folded).replace("_", "")


def strip_site(title: str, sites: Iterable[str] | SiteNames) -> str:
    """A title without the site's name before or after a separator. ``sites`` are folded."""
    names = sites if isinstance(sites, SiteNames) else SiteNames.of(sites)
    parts = _split(title)
    start, end = 0, len(parts)
    while end - start >= 3 and names.is_part(parts[end - 1]):
        end -= 2
    # 标题_频道_站名: what stands between the headline and the site's name is a section.
    while end - start >= 3 and end < len(parts) and _is_section(parts[end - 2], parts[end - 1]):
        end -= 2
    while end - start >= 3 and names.is_part(parts[start]):
        start += 2
    if end - start >= 5 and _has_sections_behind(parts[start:end]):
        end = start + 1
    return _strip_tight("".join(parts[start:end]).strip(), names).strip(" |｜")


@lru_cache(maxsize=64)
def _split(title: str) -> tuple[str, ...]:
    """Parts and the separators between them."""
    return tuple(SPLITTER.split(title))


def _is_section(separator: str, part: str) -> bool:
    return (
        separator.strip()[:1] in ("_", "-", "|")
        and len(part.strip()) <= _MAX_SECTION
        and _UNSPACED.search(part) is not None
    )


def _has_sections_behind(parts: tuple[str, ...]) -> bool:
    """标题_频道_站名 of a site whose name is not known: short names behind a headline."""
    first, separators, rest = parts[0], parts[1::2], parts[2::2]
    return (
        all(separator.strip()[:1] == "_" for separator in separators)
        and all(0 < len(part) <= _MAX_SECTION + 2 for part in rest)
        and measure_text(first) >= 20
        and _UNSPACED.search(rest[-1]) is not None
    )


def _strip_tight(title: str, names: SiteNames) -> str:
    """``标题-站名`` and ``Name: headline``: separators without spaces, before and after names
    that are known to the letter."""
    matches = list(_TIGHT.finditer(title))
    if not matches:
        return title
    if names.is_exactly(title[: matches[0].start()]) and matches[0][0] in ":：":
        return title[matches[0].end() :].strip()
    if not _UNSPACED.search(title):
        return title
    for match in reversed(matches[-3:]):
        if names.is_exactly(title[match.end() :]):
            head, last = title[: match.start()].strip(), match[0]
            before, separator, section = head.rpartition(last)
            if separator and _is_section(separator, section) and measure_text(before) >= 20:
                return before.strip()
            return head
    return title


def first_part(title: str) -> str:
    """The longest part of a title with separators."""
    parts = _split(title)
    return max(parts[::2], key=len).strip() if len(parts) >= 3 else title


def is_edge_of(part: str, whole: str) -> bool:
    """Whether a folded headline is the start or the end of a folded title, up to a separator."""
    if len(part) >= len(whole):
        return False
    if whole.startswith(part) and whole[len(part) :].lstrip()[:1] in EDGES:
        return True
    return whole.endswith(part) and whole[: -len(part)].rstrip()[-1:] in EDGES

"""Whether what stands in a text's place is a thread of readers' posts, by its form. Pure.

Posts may be about the very subject, in its very words. But each is somebody else's: it begins with
a name ("Ann: …", "User3 wrote: …"), or with the same line as the others ("Reply").
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from storage.text.shingles import MAX_CHARACTERS, fold_bounded

MIN_POSTS = 5
"""By as many people. An interview has two or three, a round table seldom more."""
POSTS_SHARE = 0.6
"""Of the lines that came in."""
SHORT = 3
"""Words of a line that stands between posts."""
_WORD = r"[^\s:：]{1,30}"
_LABEL = re.compile(rf"@?(?=\S{{0,30}}[^\W\d_])((?:{_WORD} ){{0,3}}{_WORD}) ?[:：](?=\s|$|[\"“„«])")
"""A name, with or without a verb, before a colon; no time of day."""


def is_thread(old: str, new: str) -> bool:
    """Whether most lines of ``new`` that ``old`` has not are posts; ``old`` itself has none."""
    was = _lines(old)
    known = set(was)
    fresh = [line for line in _lines(new) if line not in known]
    if len(fresh) < MIN_POSTS or _is_thread(was):
        return False
    return _is_thread(fresh)


def _is_thread(lines: list[str]) -> bool:
    labels = [match[1] for line in lines if (match := _LABEL.match(line))]
    if len(set(labels)) >= MIN_POSTS and len(labels) >= POSTS_SHARE * len(lines):
        return True
    short = Counter(line for line in lines if len(line.split()) <= SHORT and len(line) < 30)
    return any(count >= MIN_POSTS for count in short.values())


def _lines(text: str) -> list[str]:
    lines: Iterable[str] = text[:MAX_CHARACTERS].split("\n")
    return [line for line in map(fold_bounded, lines) if line]

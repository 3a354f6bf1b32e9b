"""Which pages the parser must not be given: a count over the bare bytes, before any tree is built.

Lexbor needs quadratic time or worse on a few shapes that no publisher writes (measured, in
docs: 100,000 nested ``<div>`` 10 s, 50,000 ``<ul><li>`` 11 s, 50,000 ``<option>`` in a select
6 s, 50,000 attributes on a tag 3 s, 2,000 unclosed ``<b id=...>`` 2 s; lexbor issue 340). The
limits below stand where each shape still costs well under half a second.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice

MAX_CHARACTERS = 16_000_000
MAX_DEPTH = 4_000
MAX_OPEN_FORMATTING = 400
MAX_OPTIONS = 8_000
MAX_ATTRIBUTES = 5_000
HARMLESS_TAGS = 1_000
"""A page with fewer tags than this can have none of the shapes but the attributes."""

# Elements whose end tag may be left out, or that never have one: they don't nest.
_UNNESTED = frozenset(
    "p li dt dd option optgroup tr td th thead tbody tfoot colgroup col br img hr input meta link "
    "area base embed source track wbr param script style html head body path rect circle line "
    "polygon polyline ellipse use stop rp rt image frame".split()
)
# WHATWG 13.2.4.3: the list that is reconstructed in every new block while they stay open.
_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*")
_CROWDED = re.compile(r"<[a-zA-Z][^\s<>]*+\s[^<]*+$")
_ATTRIBUTE = re.compile(r"""[^\s"'<>/=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'>]++)?)?""")
# What a tag does to the depth, to the formatting elements left open, and to the options.
_OPTION, _BLOCK, _FORMAT = (0, 0, 1), (1, 0, 0), (1, 1, 0)


def find_hazard(text: str) -> str | None:
    """Why this page must not be parsed (one short phrase), or ``None``. Linear in its size."""
    if len(text) > MAX_CHARACTERS:
        return f"the page is over {MAX_CHARACTERS:,} characters long"
    if len(text) > MAX_ATTRIBUTES * 2 and _has_crowded_tag(text):
        return f"a tag has over {MAX_ATTRIBUTES:,} attributes"
    return _find_deep_nesting(text) if text.count("<") > HARMLESS_TAGS else None


def _has_crowded_tag(text: str) -> bool:
    end = 0
    segments = text.split(">")
    if max(map(len, segments)) < MAX_ATTRIBUTES * 2:
        return False
    for segment in segments:
        end += len(segment) + 1
        if len(segment) < MAX_ATTRIBUTES * 2:
            continue
        start = segment.rfind("<")
        if start < 0 or not _CROWDED.match(segment, start):
            continue
        before = end - len(segment)
        if text.rfind("<script", 0, before + start) > text.rfind("</script", 0, before + start):
            continue  # a comparison in a program
        attributes = islice(_ATTRIBUTE.finditer(segment, start), MAX_ATTRIBUTES + 1)
        if sum(1 for _ in attributes) > MAX_ATTRIBUTES:
            return True
    return False


def _find_deep_nesting(text: str) -> str | None:
    tags = _TAG.findall(text)
    counts = Counter(tags)
    effects = {tag: _effect_of(tag.lower()) for tag in counts}
    deepest, most_open, listed = (
        sum(max(0, effects[tag][kind]) * count for tag, count in counts.items())
        for kind in range(3)
    )
    # Most pages have too few tags for any of it; the order then does not matter.
    if deepest <= MAX_DEPTH and most_open <= MAX_OPEN_FORMATTING and listed <= MAX_OPTIONS:
        return None
    depth = formatting = options = 0
    for tag in tags:
        deeper, opened, listed = effects[tag]
        if deeper:
            depth += deeper
            if depth < 0:
                depth = 0
            elif depth > MAX_DEPTH:
                return f"elements are nested over {MAX_DEPTH:,} deep"
            if opened:
                formatting = max(0, formatting + opened)
                if formatting > MAX_OPEN_FORMATTING:
                    return f"over {MAX_OPEN_FORMATTING:,} formatting elements are left open"
        elif listed:
            options += listed
            if options > MAX_OPTIONS:
                return f"a list has over {MAX_OPTIONS:,} options"
    return None


def _effect_of(tag: str) -> tuple[int, int, int]:
    closing = tag.startswith("</")
    name = tag.lstrip("</")
    if name == "option":
        return (0, 0, 0) if closing else _OPTION
    if name in _UNNESTED:
        return (0, 0, 0)
    opened = _FORMAT if name in _FORMATTING else _BLOCK
    return (-opened[0], -opened[1], 0) if closing else opened

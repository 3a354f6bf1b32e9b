"""Which pages the parser must not be given: a count over the bare bytes, before any tree is built.

Lexbor needs quadratic time or worse on a few shapes that no publisher writes (measured, in
docs: 100,000 nested ``<div>`` 10 s, 50,000 ``<ul><li>`` 11 s, 50,000 ``<option>`` in a select
6 s, 50,000 attributes on a tag 3 s, 2,000 unclosed ``<b id=...>`` 2 s; lexbor issue 340). The
limits below stand where each shape still costs well under half a second.
"""

from __future__ import annotations

import re

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
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_LONG_TAG = re.compile(r"""<[a-zA-Z](?:[^"'<>]++|"[^"]*+"|'[^']*+')*+""")
_ATTRIBUTE = re.compile(r"""[^\s"'<>/=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'>]++)?)?""")


def find_hazard(text: str) -> str | None:
    """Why this page must not be parsed (one short phrase), or ``None``. Linear in its size."""
    if len(text) > MAX_CHARACTERS:
        return f"the page is over {MAX_CHARACTERS:,} characters long"
    tags = text.count("<")
    if len(text) > MAX_ATTRIBUTES * 2 and _has_crowded_tag(text, tags):
        return f"a tag has over {MAX_ATTRIBUTES:,} attributes"
    return _find_deep_nesting(text) if tags > HARMLESS_TAGS else None


def _has_crowded_tag(text: str, tags: int) -> bool:
    # Cheap first: spaces, slashes or line ends must be as many as the attributes.
    separators = text.count("=") + text.count(" ") + text.count("\n") + text.count("/")
    if separators + text.count("\t") + text.count('"') + text.count("\f") < MAX_ATTRIBUTES:
        return False
    at = 0
    while (found := _LONG_TAG.search(text, at)) is not None:
        at = found.end()
        if at - found.start() > MAX_ATTRIBUTES * 2:
            count = 0
            for _ in _ATTRIBUTE.finditer(text, found.start(), at):
                count += 1
                if count > MAX_ATTRIBUTES:
                    return True
    return False


def _find_deep_nesting(text: str) -> str | None:
    depth = formatting = options = 0
    for slash, name in _TAG.findall(text):
        tag = name if name.islower() else name.lower()
        if tag == "option":
            options += not slash
            if options > MAX_OPTIONS:
                return f"a list has over {MAX_OPTIONS:,} options"
        if tag in _UNNESTED:
            continue
        if tag in _FORMATTING:
            formatting = max(0, formatting - 1) if slash else formatting + 1
            if formatting > MAX_OPEN_FORMATTING:
                return f"over {MAX_OPEN_FORMATTING:,} formatting elements are left open"
        depth = max(0, depth - 1) if slash else depth + 1
        if depth > MAX_DEPTH:
            return f"elements are nested over {MAX_DEPTH:,} deep"
    return None

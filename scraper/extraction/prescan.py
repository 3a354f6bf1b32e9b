# ruff: noqa: E501 - tables of patterns, one a line
"""Which pages the parser must not be given: a count over the bare bytes, before any tree is built.

Lexbor needs quadratic time or worse on a few shapes that no publisher writes (measured, in
docs: 100,000 nested ``<div>`` 10 s, 50,000 ``<ul><li>`` 11 s, 50,000 ``<option>`` in a select
6 s, 50,000 attributes on a tag 3 s, 2,000 unclosed ``<b id=...>`` 2 s; lexbor issue 340). The
limits below stand where each shape still costs well under half a second.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

MAX_CHARACTERS = 16_000_000
MAX_TAGS = 60_000
"""Three times what the largest of 1,183 pages of news sites has."""
MAX_DEPTH = 4_000
MAX_OPEN_FORMATTING = 400
MAX_OPTIONS = 8_000
MAX_ATTRIBUTES = 5_000
CROWDED = 300
"""A tag with fewer attributes than this costs nothing worth counting."""

# Elements whose end tag may be left out, or that never have one: they don't nest.
_UNNESTED = frozenset(
    "p li dt dd option optgroup tr td th thead tbody tfoot colgroup col br img hr input meta link "
    "area base embed source track wbr param script style html head body path rect circle line "
    "polygon polyline ellipse use stop rp rt image frame".split()
)
# WHATWG 13.2.4.3: the list that is reconstructed in every new block while they stay open.
_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())
_CELLS = frozenset(("td", "th", "caption"))
_BOUNDED = frozenset(("table", "tr", "applet", "object", "marquee", "template")) | _CELLS
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
"""The end tag of one ends any other (WHATWG 13.2.6.4.7)."""
_BARE_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*")

# WHATWG 13.2.5, as far as it says where a tag ends: quotes count only behind a ``=`` that follows
# a name, a name may begin with ``=``, and ``/`` parts attributes as white space does.
_S = r"[ \t\n\f\r]"
_VALUE = rf"""{_S}*+(?:"[^"]*+"?|'[^']*+'?|[^ \t\n\f\r>"'][^ \t\n\f\r>]*+)?+"""
_ONE = rf"(?:=[^ \t\n\f\r/>=]*+|[^ \t\n\f\r/>=]++)(?:{_S}*+={_VALUE})?+"
_ATTRIBUTES = rf"(?:[ \t\n\f\r/]++|{_ONE})*+"
_ATTRIBUTE = re.compile(_ONE)
_TOKEN = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))"
    r"|<[!?][^>]*+>?"
    rf"|<((?i:script|style|textarea|title))(?=[ \t\n\f\r/>])({_ATTRIBUTES})>"
    r"([^<]*+(?:<(?!/(?i:\1)(?![a-zA-Z0-9]))[^<]*+)*+)"
    rf"|<(/?[a-zA-Z][^ \t\n\f\r/>]*+)({_ATTRIBUTES})>?",
    re.DOTALL,
)
# For a first look that costs a third of the tokens: what looks like a tag that formats (``a`` ends
# an open ``a``, so it is none); a tag of the length of hundreds of attributes; and what may be a
# ``>`` between quotes: a tag that must not seem long has one for each stretch of that length.
_FORMATTING_TAG = re.compile(
    r"<(?=[bicefnstuBICEFNSTU])(?:[bBiIuUsS]|(?i:big|code|em|font|nobr|small|strike|strong|tt))"
    r"[ \t\n\f\r/>]"
)
_LONG_TAG = re.compile(rf"<[a-zA-Z][^>]{{{2 * CROWDED},}}")
_QUOTED_END = re.compile(r"""=(?:"[^">]*>|'[^'>]*>)""")
_ANY_TAG = re.compile(rf"<(/?[a-zA-Z][^ \t\n\f\r/>]*+)({_ATTRIBUTES})>?")
# Inside these a script, style, textarea or title is no raw text, or may be none.
_FOREIGN = frozenset(("svg", "math", "select"))
_INTEGRATION = frozenset("foreignobject desc annotation-xml mi mo mn ms mtext".split())
# What a tag does to the depth, to the formatting elements left open, and to the options.
_OPTION, _BLOCK, _FORMAT = (0, 0, 1), (1, 0, 0), (1, 1, 0)


# What other files begin with, as it looks when read as text in a one-byte encoding or UTF-8.
_SIGNATURES: tuple[tuple[str, str], ...] = (
    ("an image", r"(?:\x89|‰|\ufffd)PNG\r?\n|GIF8[79]a|(?:ÿØÿ|\ufffd{2,3}).{0,8}(?:JFIF|Exif)|RIFF.{4}WEBP"),
    ("a PDF file", r"%PDF-\d"),
    ("a database", r"SQLite format 3"),
    ("an archive", r"\x1f[\x8b‹\ufffd]\x08|PK\x03\x04|Rar!\x1a|7z\xbc\xaf"),
    ("a film or a sound", r".{4}ftyp[a-zA-Z0-9]{3}|OggS\x00|ID3[\x02-\x04]|\x1aE\xdf\xa3"),
    ("a feed or a map of a site", r"(?:<\?[^>]{0,300}+>\s*+|<!--(?:[^-]|-(?!->)){0,500}+-->\s*+){0,5}+<(?:rss|feed|rdf:RDF|urlset|sitemapindex|opml)[\s>]"),
)  # fmt: skip
_SIGNATURE = re.compile(
    "|".join(f"(?P<s{at}>{pattern})" for at, (_, pattern) in enumerate(_SIGNATURES)), re.DOTALL
)
_PAGE_TAG = re.compile(r"<(?:!doctype\s+html|html|head|body|title|meta|article|main)[\s>]", re.I)
_ANY_MARKUP = re.compile(
    r"</?(?:p|div|br|h[1-6]|a|span|table|ul|section|img|font|center)[\s/>]", re.I
)
_CONTROL = re.compile(r"[\x01-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f\ufffd\ufffe\uffff]")
_JSON = re.compile(r"[\[{]\s*(?:[\[{\]}]|\"[^\"\n]{0,200}\"\s*[:,\]])")
_CODE = re.compile(r"[{};=()\[\]]")
SAMPLE = 8_000


def find_other_format(text: str) -> str | None:
    """What the file is, if its beginning shows clearly that it is no page."""
    start = text[:SAMPLE].lstrip("\ufeff \t\r\n")
    signed = _SIGNATURE.match(start)
    if signed is not None:
        return next(kind for at, (kind, _) in enumerate(_SIGNATURES) if signed[f"s{at}"])
    if len(start) < 100 or _PAGE_TAG.search(text, 0, 4 * SAMPLE):
        return None
    if len(_CONTROL.findall(start)) * 25 > len(start):
        return "binary data"
    if _JSON.match(start) and text[-200:].rstrip("\x00; \t\r\n").endswith(("}", "]")):
        return "JSON"
    if start[0] == "<" or _ANY_MARKUP.search(text, 0, 4 * SAMPLE):
        return None
    return "a program or a style sheet" if len(_CODE.findall(start)) * 25 > len(start) else None


def cut_tags(text: str, tags: int) -> str:
    """The page up to its tag number ``MAX_TAGS``, of ``tags``: what lies behind it costs seconds and
    is no text that anybody wrote."""
    if tags <= MAX_TAGS:
        return text
    rest = text.split("<", MAX_TAGS)[-1]
    return text[: len(text) - len(rest) - 1]


def find_hazard(text: str, tags: int | None = None) -> str | None:
    """Why this page must not be parsed (one short phrase), or ``None``. Linear in its size.

    ``tags``: how many ``<`` it has, where that is known.
    """
    if len(text) > MAX_CHARACTERS:
        return f"the page is over {MAX_CHARACTERS:,} characters long"
    other = find_other_format(text)
    if other is not None:
        return f"this is no page but {other}"
    opening = text.count("<") if tags is None else tags
    many = _has_many_tags(text, opening)
    if not many and not _has_long_tags(text, opening):
        return None
    listed = _list_tags(text)
    if _has_crowded_tags(listed):
        return f"a tag has over {MAX_ATTRIBUTES:,} attributes, or many have hundreds"
    return _find_deep_nesting([name for name, _ in listed]) if many else None


def _has_many_tags(text: str, opening: int) -> bool:
    """Whether there are enough tags, or what looks like them, for depth, options or formatting."""
    if opening > MAX_DEPTH and opening - text.count("</") > MAX_DEPTH:
        return True
    return opening > MAX_OPEN_FORMATTING and (
        sum(1 for _ in _FORMATTING_TAG.finditer(text)) > MAX_OPEN_FORMATTING
    )


def _has_long_tags(text: str, opening: int) -> bool:
    """Whether tags, or what looks like them, may hold too many attributes.

    Between quotes a tag may hold ``>``, and then seem short.
    """
    cost = sum(_most_attributes(tag) ** 2 for tag in _LONG_TAG.findall(text))
    if cost > MAX_ATTRIBUTES**2:
        return True
    # Such a tag has more ends than beginnings; most pages have not, and are not looked through.
    fewest = 2 * MAX_ATTRIBUTES // (2 * CROWDED)
    return text.count(">") - opening > fewest and (
        sum(1 for _ in _QUOTED_END.finditer(text)) > fewest
    )


def _most_attributes(tag: str) -> int:
    """A bound: attributes are parted by white space, by ``/``, or by nothing behind a quote."""
    return len(tag.split()) + tag.count("/") + tag.count('"') // 2 + tag.count("'") // 2


def _list_tags(text: str) -> Sequence[tuple[str, str]]:
    """Name (``/p`` for an end tag) and attributes of each tag; none from a script or comment.

    What may be read either way (a ``<style>`` inside an ``<svg>`` that holds tags) makes the
    whole page be read bare: all that looks like a tag then is one.
    """
    tags = []
    foreign = 0
    mixed = ""
    for raw, raw_attributes, held, name, attributes in _TOKEN.findall(text):
        if name:
            tags.append((name, attributes))
            lower = name.lower()
            if mixed:
                if lower != mixed:
                    return _ANY_TAG.findall(text)
                mixed = ""
            elif lower in _FOREIGN:
                foreign += 1
            elif foreign:
                if lower[1:] in _FOREIGN:
                    foreign -= 1
                elif lower in _INTEGRATION:
                    mixed = f"/{lower}"
        elif raw:
            if (foreign or mixed) and _BARE_TAG.search(held):
                return _ANY_TAG.findall(text)
            tags.append((raw, raw_attributes))
    if "<![CDATA[" in text and any(name.lower() in _FOREIGN for name, _ in tags):
        return _ANY_TAG.findall(text)
    return tags


def _has_crowded_tags(tags: Sequence[tuple[str, str]]) -> bool:
    """The parser compares each attribute of a tag with all before it, and adds those of every
    ``<html>`` and ``<body>`` to the first one."""
    cost = 0
    merged: Counter[str] = Counter()
    for name, attributes in tags:
        if len(attributes) >= 2 * CROWDED:
            cost += sum(1 for _ in _ATTRIBUTE.finditer(attributes)) ** 2
        if attributes and name.lower() in ("html", "body"):
            merged[name.lower()] += sum(1 for _ in _ATTRIBUTE.finditer(attributes))
    cost += sum(count**2 for count in merged.values())
    return cost > MAX_ATTRIBUTES**2


def _find_deep_nesting(tags: Sequence[str]) -> str | None:
    counts = Counter(tags)
    effects = {tag: _effect_of(tag.lower()) for tag in counts}
    deepest, most_open, listed = (
        sum(max(0, effects[tag][kind]) * count for tag, count in counts.items())
        for kind in range(3)
    )
    # Most pages have too few tags for any of it; the order then does not matter.
    if deepest <= MAX_DEPTH and most_open <= MAX_OPEN_FORMATTING and listed <= MAX_OPTIONS:
        return None
    stack = _OpenElements()
    for tag in tags:
        stack.read(tag.lower(), *effects[tag])
        if stack.depth > MAX_DEPTH:
            return f"elements are nested over {MAX_DEPTH:,} deep"
        if stack.formatting > MAX_OPEN_FORMATTING:
            return f"over {MAX_OPEN_FORMATTING:,} formatting elements are left open"
        if stack.options > MAX_OPTIONS:
            return f"a list has over {MAX_OPTIONS:,} options"
    return None


@dataclass(slots=True)
class _Scope:
    """An element that no end tag inside it looks out of, and what is open in it."""

    kind: str = ""
    open: Counter[str] = field(default_factory=Counter)
    depth: int = 0
    formatting: int = 0


class _OpenElements:
    """Counts what is open, and never less than the parser has: an end tag ends an element of its
    name, and nothing where there is none, or none in the same cell, object or template (WHATWG
    13.2.4.2 and 13.2.4.3)."""

    def __init__(self) -> None:
        self.depth = self.formatting = self.options = 0
        self._scopes = [_Scope()]
        self._tables = 0

    def read(self, tag: str, deeper: int, opened: int, listed: int) -> None:
        """``tag``: lower case; the rest as of ``_effect_of``."""
        name = tag.lstrip("/")
        if name in _BOUNDED:
            self._change_scope(name, is_start=tag == name)
        self.options += listed
        scope, key = self._scopes[-1], "h" if name in _HEADINGS else name
        if deeper > 0 or (deeper and scope.open[key]):
            scope.open[key] += deeper
            self._count(scope, deeper, opened)

    def _count(self, scope: _Scope, deeper: int, opened: int) -> None:
        scope.depth += deeper
        scope.formatting += opened
        self.depth += deeper
        self.formatting += opened

    def _change_scope(self, name: str, *, is_start: bool) -> None:
        """A start tag is counted in the scope that it begins, and so goes with it."""
        is_cell = name in _CELLS
        if is_cell or name == "tr":
            if self._scopes[-1].kind == "cell":
                self._leave()  # its end tag may be left out
            if is_cell and is_start:
                self._scopes.append(_Scope("cell"))
        elif is_start:
            self._tables += name == "table"
            self._scopes.append(_Scope(name))
        elif name == "table" and self._tables:
            while self._leave() != name:
                pass
        elif self._scopes[-1].kind == name:
            self._leave()

    def _leave(self) -> str:
        scope = self._scopes.pop()
        self._count(scope, -scope.depth, -scope.formatting)
        self._tables -= scope.kind == "table"
        return scope.kind


def _effect_of(tag: str) -> tuple[int, int, int]:
    closing = tag.startswith("/")
    name = tag.lstrip("/")
    if name == "option":
        return (0, 0, 0) if closing else _OPTION
    if name in _UNNESTED:
        return (0, 0, 0)
    opened = _FORMAT if name in _FORMATTING else _BLOCK
    return (-opened[0], -opened[1], 0) if closing else opened

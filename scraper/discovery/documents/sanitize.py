"""A feed's bytes before feedparser sees them: what it reads in quadratic time is taken out, or the
feed is refused. Everything here is linear.

feedparser is quadratic in the attributes of a tag (150,000 on one: 20 s), in the namespaces of a
document, in the distinct categories of an item, in the length of an author (it looks for an
address at each letter), in bases of addresses, and in the white space before the first element; it
is cubic in the quotes of the first line, which may be the whole feed. The limits stand where each
still costs well under a second, and what is linear but slow a few.
"""

from __future__ import annotations

import re
from contextlib import suppress

from scraper.errors import ParseError

MAX_TAGS = 400_000
"""Outside CDATA. feedparser takes some 10 µs for each."""
MAX_REFERENCES = 3_000_000
"""Some 1 µs each where the XML is broken; escaped HTML has one in 20 bytes."""
MAX_ATTRIBUTES = 5_000
"""On one tag, as of pages (``extraction.prescan``)."""
CROWDED = 300
"""A tag with fewer attributes than this costs nothing worth counting."""
MAX_NAMESPACES = 200
MAX_HEAD = 20_000
"""Bytes before the first element, without comments and blanks: all entities of HTML take 10,000."""
MAX_DECLARATION = 500
MAX_BASES = 20_000
"""Bytes of the bases of addresses that may come together; beyond, none is heeded."""
MAX_EXPANSION = 20_000_000
"""Bytes that all references to entities of the document's own may come to."""

_ELEMENT = re.compile(rb"<\w")  # as feedparser looks for the first one
# A tag that may have hundreds of attributes, with its quoted values; none holds a `<`.
_LONG_TAG = re.compile(
    rb"<[^\s<>!?/\"']++(?=[^<]{%d})((?:[^<>\"']|\"[^\"<]*+\"?|'[^'<]*+'?)*+)" % (2 * CROWDED)
)
_OPENING = re.compile(rb"<!\[CDATA\[|<!--|<\?")
_CLOSING = {b"<![CDATA[": b"]]>", b"<!--": b"-->", b"<?": b"?>"}
_PREFIX = re.compile(rb"xmlns:([^\s=<>\"'/]{1,200}+)")
# Elements that no link is made of, and that feedparser is slow at.
_UNREAD = re.compile(
    rb"(</?(?:[\w.-]{1,40}+:)?)(?:author|creator|publisher|owner|contributor|managingeditor"
    rb"|webmaster|category|subject|keywords|tags)(?=[\s/>])",
    re.IGNORECASE,
)
# An address that others are relative to, if it is long, or itself relative and so may grow.
_BASE = re.compile(
    rb"\bbase\s{0,9}=\s{0,9}[\"'](?=[^\"'<>]{500}|(?!\s*https?:))([^\"'<>]*+)[\"']", re.I
)
_BLANKS = re.compile(rb"\s{3,}+")
_ATTLIST = re.compile(rb"<!ATTLIST[^<>]*+>?", re.IGNORECASE)
_ENTITY = re.compile(rb"<!ENTITY[^<>]*+>?", re.IGNORECASE)
_STATED = re.compile(rb"encoding\s{0,9}=\s{0,9}[\"']([^\"'<>]{1,100})", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s{0,9}=\s{0,9}[\"']?([^\"';\s]{1,100})", re.IGNORECASE)
_PROBE = b"<a b='\"&;>+ADw-\\x3c\\u003c\\74-"
"""What UTF-7, EBCDIC and Python's own escapes read as something else: markup could hide."""
_BOM = b"\xef\xbb\xbf"


def tame_feed(body: bytes, url: str, content_type: str | None) -> bytes:
    """``body`` in any encoding that has the letters of ASCII, as feedparser may have it.

    Raises ``ParseError`` where a limit is met.
    """
    start = _ELEMENT.search(body)
    at = start.start() if start else len(body)
    _check_encodings(body[:at], url, content_type)
    if reason := find_hazard(body):
        raise ParseError(url, f"not read: {reason}")
    head = _tame_head(body[:at], body)
    if len(head) > MAX_HEAD:
        raise ParseError(url, f"not read: over {MAX_HEAD:,} bytes before its first element")
    rest = _UNREAD.sub(rb"\1unread", body[at:])
    if sum(len(base) for base in _BASE.findall(rest)) > MAX_BASES:
        rest = _BASE.sub(b"unread=''", rest)
    return head + rest


def find_hazard(body: bytes) -> str | None:
    """Why this document must not be parsed (one short phrase), or ``None``."""
    if body.count(b"<") > MAX_TAGS and _count_tags(body) > MAX_TAGS:
        return f"it has over {MAX_TAGS:,} tags"
    if body.count(b"&") > MAX_REFERENCES:
        return f"it has over {MAX_REFERENCES:,} references"
    counts = (found[1].count(b"=") for found in _LONG_TAG.finditer(body))
    if sum(count**2 for count in counts if count > CROWDED) > MAX_ATTRIBUTES**2:
        return f"a tag has over {MAX_ATTRIBUTES:,} attributes, or many have hundreds"
    declared = body.count(b"xmlns:")
    if declared > MAX_NAMESPACES and len(set(_PREFIX.findall(body))) > MAX_NAMESPACES:
        return f"it has over {MAX_NAMESPACES} namespaces"
    return None


def _count_tags(body: bytes) -> int:
    """Those in CDATA sections, comments and instructions are none. One that does not end holds
    nothing: a parser that mends may read on behind it."""
    count, at, begin = 0, 0, 0
    while found := _OPENING.search(body, at):
        end = body.find(_CLOSING[found[0]], found.end())
        if end < 0:
            break
        count += body.count(b"<", begin, found.start())
        at = begin = end
    return count + body.count(b"<", begin)


def _tame_head(head: bytes, body: bytes) -> bytes:
    """What stands before the first element, in a form that cannot keep a regex busy."""
    mark = _BOM if head.startswith(_BOM) else b""
    head = head[len(mark) :]
    declaration = b""
    if head.startswith(b"<?"):
        end = head.find(b"?>", 0, MAX_DECLARATION) + 2
        if end >= 2:
            declaration, head = head[:end], head[end:]
            if not head.startswith((b"\n", b"\r")):
                declaration += b"\n"  # its line is looked through for a last `encoding=`
        else:
            head = head[2:]
    head = _BLANKS.sub(b"\n", _ATTLIST.sub(b"", head))
    longest = max((len(found[0]) for found in _ENTITY.finditer(head)), default=0)
    if longest * body.count(b"&") > MAX_EXPANSION:
        head = _ENTITY.sub(b"", head)
    return mark + declaration + head


def _check_encodings(head: bytes, url: str, content_type: str | None) -> None:
    names = [name.decode("latin-1") for name in _STATED.findall(head)]
    names += _CHARSET.findall(content_type or "")
    for name in dict.fromkeys(names[:100]):
        if not _is_plain(name):
            raise ParseError(url, f"not read: its encoding is {name[:40]}")


def believable_type(content_type: str | None) -> str | None:
    """A ``Content-Type`` without a charset that no feed is written in, as UTF-7: the document says
    what it is."""
    if content_type is None or all(map(_is_plain, _CHARSET.findall(content_type))):
        return content_type
    return content_type.partition(";")[0]


def _is_plain(encoding: str) -> bool:
    """Whether markup in it is what it looks like; also of one that nobody knows, which is not
    used."""
    with suppress(LookupError):
        try:
            return _PROBE.decode(encoding) == _PROBE.decode("ascii")
        except ValueError:
            return False
    return True

# ruff: noqa: E501 - tables of what is put in, many on a line
"""Ways to damage an input of the fuzzer: by bytes, and by what the bytes mean in markup.

A mutation takes a source of chance, the input, and another seed of the same kind to take parts
from; what it gives depends on these alone, so that an input can be made again from its number.
Markup is cut into tags and the texts between them by one expression, as no parser may be trusted
with what comes out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

Mutation = Callable[[Random, bytes, bytes], bytes]

USUAL_BYTES = 400_000
"""What grows beyond this is cut to it, but for the few that are to be large."""
MOST_BYTES = 8_000_000

_TAG = re.compile(rb"<[!/a-zA-Z?][^<>]{0,4000}>")
_VALUE = re.compile(rb"""([a-zA-Z:_-]{1,40})(=)("[^"<>]*"|'[^'<>]*'|[^\s"'<>]+)""")
_TEXT = re.compile(rb">([^<>]{2,4000})<")

NASTY = [
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\x80", b"\xe2\x80\xae",
    b"\xe2\x80\xa8", b"\x1b[31m", b"\x1b$B", b"\x85", b"\xc2\x85", b"\r\n", b"\t", b"%00", b"\\", b"\\u0000",
    b"&#0;", b"&#xD800;", b"&#x110000;", b"&#99999999999;", b"&amp;amp;amp;lt;", b"&lt;script&gt;", b"&nbsp", b"&NotEqualTilde;",
    b"&ThickSpace;", b"&#x80;", b"&#8238;", b"<", b">", b"\"", b"'", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?", b"?>",
    b"</", b"/>", b"=", b"<!DOCTYPE", b"<template>", b"<svg><style>", b"<math><mi>", b"<select><option>", b"<table><tr><td>",
    b"<frameset>", b"<noscript>", b"<plaintext>", b"<title>", b"<textarea>", b"</script>", b"</body>", b"<base href='//['>",
    "\u0130\u0131\u017f\u1e9e".encode(), "\ufdfa".encode() * 3, "a\u0301".encode() * 40, "\u0660\u06f5\u0967\uff11\u2460\u00b2".encode(),
    "\U0001f469\u200d\U0001f692".encode(), "昨日の記事".encode(), "هـ١٤٤٥".encode(), b"99999999999999999999", b"-1", b"1e999", b"NaN", b"0",
]  # fmt: skip
"""What parsers stumble over."""

_ENCODINGS = (
    "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "latin-1", "cp1252", "shift_jis",
    "gb18030", "iso2022_jp", "koi8-r", "big5", "euc-kr", "hz", "cp037",
)  # fmt: skip
_NAMES = (
    b"div p a b i li ul ol span h1 h2 table td tr option select svg math template style script title "
    b"article section main time blockquote pre figure figcaption noscript iframe form button input "
    b"html head body br hr img ruby rt amp-img custom-element foreignObject annotation-xml"
).split()
_ATTRIBUTES = (
    b"class id href src style hidden aria-hidden role itemprop itemtype itemscope datetime content "
    b"name property rel lang dir value type charset data-x on"
).split()
_VALUES = (
    b"", b"x", b"article-body", b"//[", b"http://[::", b"http://a.b:99999/", b"javascript:alert(1)", b"data:,", b"?page=2",
    b"9999-12-31T23:59:59+14:00", b"0001-01-01T00:00:00-12:00", b"2024-02-30", b"display:none", b"author", b"canonical", b"next",
    b"datePublished", b"og:title", b"og:image", b"og:url", b"article:published_time", b"utf-16", b"utf-7", b"x-user-defined", b"ar",
    b"text/html; charset=iso-2022-jp", b"http://schema.org/NewsArticle", b"\xff\xfe", b"&#xD800;", b"\x00", b"99" * 40,
)  # fmt: skip


def mutate(
    rng: Random, data: bytes, other: bytes, own: Sequence[Mutation], limit: int = USUAL_BYTES
) -> bytes:
    """One to six mutations in a row, the ``own`` ones of a kind and those of bytes alike often.

    The result has at most ``limit`` bytes; one in 200 is to be large, and may have
    ``MOST_BYTES`` (or 20 times ``limit``, where that is less).
    """
    for _ in range(rng.choice((1, 1, 2, 2, 3, 4, 6))):
        choice = own if own and rng.random() < 0.7 else BYTES
        data = rng.choice(choice)(rng, data, other)[:limit]
    if rng.random() < 1 / 200:
        data = _enlarge(rng, data, min(MOST_BYTES, 20 * limit))
    return data


# --------------------------------------------------------------------- bytes


def _span(rng: Random, size: int, longest: int) -> tuple[int, int]:
    """A stretch of up to ``longest`` bytes, short ones more often."""
    start = rng.randrange(size + 1)
    return start, min(size, start + int(longest ** rng.random()))


def _times(rng: Random, most: int) -> int:
    """From 1 to ``most``, few far more often than many: of 20,000 one in 14 is over 1,000."""
    return int(most ** (rng.random() ** 5))


def _many(part: bytes, times: int) -> bytes:
    """So often, but no more than an input may have of it: a tag may be half a page long."""
    return part * min(times, MOST_BYTES // max(1, len(part)) + 1)


def change_bytes(rng: Random, data: bytes, _: bytes) -> bytes:
    changed = bytearray(data or b"x")
    for _time in range(rng.choice((1, 1, 3, 10, 40))):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def flip_bits(rng: Random, data: bytes, _: bytes) -> bytes:
    changed = bytearray(data or b"x")
    for _time in range(rng.choice((1, 2, 8))):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def delete_bytes(rng: Random, data: bytes, _: bytes) -> bytes:
    start, end = _span(rng, len(data), len(data) // 2 + 2)
    return data[:start] + data[end:]


def repeat_bytes(rng: Random, data: bytes, _: bytes) -> bytes:
    start, end = _span(rng, len(data), 400)
    times = _times(rng, 2_000)
    return data[:end] + data[start:end] * times + data[end:]


def insert_nasty(rng: Random, data: bytes, _: bytes) -> bytes:
    for _time in range(rng.choice((1, 1, 2, 5, 20))):
        at = rng.randrange(len(data) + 1)
        data = data[:at] + rng.choice(NASTY) * rng.choice((1, 1, 1, 2, 50)) + data[at:]
    return data


def insert_noise(rng: Random, data: bytes, _: bytes) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + rng.randbytes(rng.choice((1, 4, 30, 300))) + data[at:]


def truncate(rng: Random, data: bytes, _: bytes) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def splice(rng: Random, data: bytes, other: bytes) -> bytes:
    """The start of the one and the end of the other."""
    return data[: rng.randrange(len(data) + 1)] + other[rng.randrange(len(other) + 1) :]


def take_part(rng: Random, data: bytes, other: bytes) -> bytes:
    start, end = _span(rng, len(other), 2000)
    at = rng.randrange(len(data) + 1)
    return data[:at] + other[start:end] + data[at:]


def encode_anew(rng: Random, data: bytes, _: bytes) -> bytes:
    """In another encoding than it says, or read in the wrong one and written again."""
    encoding = rng.choice(_ENCODINGS)
    if rng.random() < 0.3:
        return data.decode("latin-1").encode("utf-8")
    return data.decode("utf-8", "replace").encode(encoding, "replace")


BYTES: Sequence[Mutation] = (
    change_bytes, flip_bits, delete_bytes, repeat_bytes, insert_nasty, insert_nasty, insert_noise,
    truncate, splice, take_part, encode_anew,
)  # fmt: skip


def _enlarge(rng: Random, data: bytes, limit: int) -> bytes:
    """A stretch of it, a few bytes or most of it, until the input is large."""
    size = int(limit ** rng.uniform(0.6, 1))
    start, end = _span(rng, len(data), len(data) + 1)
    part = data[start:end] or b"<p>"
    return (data[:start] + part * (size // len(part) + 1))[:size] + data[end : end + 2000]


# --------------------------------------------------------------------- markup


def _tag(rng: Random, data: bytes) -> tuple[int, int]:
    """Where a tag begins and ends; an empty stretch where there is none."""
    for _ in range(8):
        found = _TAG.search(data, rng.randrange(len(data) + 1))
        if found:
            return found.span()
    return 0, 0


def swap_tags(rng: Random, data: bytes, _: bytes) -> bytes:
    (a, b), (c, d) = sorted((_tag(rng, data), _tag(rng, data)))
    return data if b > c else data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def repeat_tag(rng: Random, data: bytes, _: bytes) -> bytes:
    start, end = _tag(rng, data)
    return data[:end] + _many(data[start:end], _times(rng, 5_000)) + data[end:]


def repeat_tags(rng: Random, data: bytes, _: bytes) -> bytes:
    """A few tags that follow each other, without the texts between them, many times over."""
    start, end = _tag(rng, data)
    tags = _TAG.findall(data, start, start + 300)[: rng.choice((2, 2, 3, 4))]
    return data[:end] + _many(b"".join(tags), _times(rng, 20_000)) + data[end:]


def delete_tags(rng: Random, data: bytes, _: bytes) -> bytes:
    for _time in range(rng.choice((1, 1, 2, 6))):
        start, end = _tag(rng, data)
        data = data[:start] + data[end:]
    return data


def rename_tag(rng: Random, data: bytes, _: bytes) -> bytes:
    start, end = _tag(rng, data)
    tag = data[start:end]
    return data[:start] + re.sub(rb"\w[\w-]*", rng.choice(_NAMES), tag, count=1) + data[end:]


def move_block(rng: Random, data: bytes, _: bytes) -> bytes:
    """What stands between two tags, somewhere else."""
    (_a, start), (end, _b) = sorted((_tag(rng, data), _tag(rng, data)))
    part, rest = data[start:end], data[:start] + data[max(start, end) :]
    at = _tag(rng, rest)[1]
    return rest[:at] + part + rest[at:]


def splice_pages(rng: Random, data: bytes, other: bytes) -> bytes:
    """The start of the one and the end of the other, cut at tags."""
    return data[: _tag(rng, data)[1]] + other[_tag(rng, other)[0] :]


def take_block(rng: Random, data: bytes, other: bytes) -> bytes:
    (start, _a), (_b, end) = sorted((_tag(rng, other), _tag(rng, other)))
    at = _tag(rng, data)[1]
    return data[:at] + other[start : max(start, end)] + data[at:]


def nest(rng: Random, data: bytes, _: bytes) -> bytes:
    """Open an element, or two in turn, many times over; now and then close them as well."""
    names = rng.sample(_NAMES, rng.choice((1, 1, 2)))
    times = _times(rng, 20_000)
    at = _tag(rng, data)[1]
    opened = b"".join(b"<%s>" % name for name in names) * times
    closed = b"".join(b"</%s>" % name for name in reversed(names)) * times
    behind = data[at:] + closed if rng.random() < 0.5 else closed * (rng.random() < 0.3) + data[at:]
    return data[:at] + opened + behind


def change_value(rng: Random, data: bytes, _: bytes) -> bytes:
    """Another value for an attribute."""
    found = _VALUE.search(data, rng.randrange(len(data) + 1))
    if not found:
        return data
    value = rng.choice(_VALUES) * _times(rng, 3_000)
    return data[: found.start(3)] + b'"' + value + b'"' + data[found.end(3) :]


def swap_values(rng: Random, data: bytes, _: bytes) -> bytes:
    first = _VALUE.search(data, rng.randrange(len(data) + 1))
    second = _VALUE.search(data, first.end()) if first else None
    if not first or not second:
        return data
    between = data[first.end() : second.start(3)]
    return data[: first.start(3)] + second[3] + between + first[3] + data[second.end(3) :]


def add_attributes(rng: Random, data: bytes, _: bytes) -> bytes:
    start, end = _tag(rng, data)
    if start == end:
        return data
    times = _times(rng, 6_000)
    made = b"".join(
        b' %s%s="%s"' % (rng.choice(_ATTRIBUTES), b"%d" % n if n > 20 else b"", rng.choice(_VALUES))
        for n in range(times)
    )
    return data[: end - 1] + made + data[end - 1 :]


def replace_text(rng: Random, data: bytes, other: bytes) -> bytes:
    """A text of the page by one of the other page, or by something that no page says."""
    found = _TEXT.search(data, rng.randrange(len(data) + 1))
    if not found:
        return data
    theirs = _TEXT.search(other, rng.randrange(len(other) + 1))
    text = theirs[1] if theirs and rng.random() < 0.5 else rng.choice(NASTY) * rng.choice((1, 9))
    return data[: found.start(1)] + text + data[found.end(1) :]


def break_entities(rng: Random, data: bytes, _: bytes) -> bytes:
    """Some letters as references, right and wrong ones."""
    at = rng.randrange(len(data) + 1)
    forms = (b"&#%d;", b"&#x%x;", b"&#%d", b"&amp;#%d;", b"&#%d%%3B", b"&#000000%d;")
    part = data[at : at + rng.choice((1, 4, 30))]
    return data[:at] + b"".join(rng.choice(forms) % byte for byte in part) + data[at + len(part) :]


def wrap(rng: Random, data: bytes, _: bytes) -> bytes:
    """A stretch of the page inside something that is read otherwise."""
    before, behind = rng.choice(
        (
            (b"<!--", b"-->"), (b"<!--", b""), (b"<script>", b"</script>"), (b"<style>", b"</style>"),
            (b"<template>", b"</template>"), (b"<noscript>", b"</noscript>"), (b"<svg>", b"</svg>"),
            (b"<table><tr><td>", b"</table>"), (b"<textarea>", b""), (b"<pre>\n\n", b"</pre>"),
            (b"<select>", b"</select>"), (b"<a href='/x'>", b"</a>"), (b"<iframe>", b"</iframe>"),
            (b'<div style="display:none">', b"</div>"), (b"<![CDATA[", b"]]>"),
        )
    )  # fmt: skip
    (start, _a), (_b, end) = sorted((_tag(rng, data), _tag(rng, data)))
    end = max(start, end)
    return data[:start] + before + data[start:end] + behind + data[end:]


MARKUP: Sequence[Mutation] = (
    swap_tags, repeat_tag, repeat_tags, delete_tags, rename_tag, move_block, splice_pages, take_block, nest,
    change_value, change_value, swap_values, add_attributes, replace_text, break_entities, wrap,
)  # fmt: skip


# --------------------------------------------------------------------- lines and words


def mix_lines(rng: Random, data: bytes, other: bytes) -> bytes:
    """Lines repeated, left out, taken from the other, in another order."""
    lines, theirs = data.split(b"\n"), other.split(b"\n")
    for _ in range(rng.choice((1, 2, 4))):
        at = rng.randrange(len(lines) + 1)
        act = rng.randrange(4)
        if act == 0:
            lines[at:at] = [rng.choice(theirs)] * rng.choice((1, 2, 30))
        elif act == 1:
            del lines[at : at + rng.choice((1, 2, 5))]
        elif act == 2:
            lines[at:at] = lines[: rng.choice((1, 3))]
        else:
            rng.shuffle(lines)
    return b"\n".join(lines)


def mix_words(rng: Random, data: bytes, other: bytes) -> bytes:
    words, theirs = re.split(rb"([\s,:;/|.()\"-]+)", data), re.split(rb"([\s,:;/|.()\"-]+)", other)
    for _ in range(rng.choice((1, 2, 4))):
        at = rng.randrange(len(words) + 1)
        words[at : at + rng.choice((0, 0, 1, 2))] = [rng.choice(theirs)] * rng.choice((1, 1, 2, 9))
        if rng.random() < 0.2:
            rng.shuffle(words)
    return b"".join(words)


LINES: Sequence[Mutation] = (mix_lines, mix_lines, change_value)
WORDS: Sequence[Mutation] = (mix_words, mix_words, mix_words)

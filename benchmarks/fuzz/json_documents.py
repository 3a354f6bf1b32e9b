# ruff: noqa: E501 - tables of what is put in, many on a line
"""Surgery on JSON: inside a page's JSON-LD, or on a document that is JSON as a whole."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from itertools import islice
from random import Random
from typing import Any

from benchmarks.fuzz.mutations import Mutation

_SCRIPT = re.compile(
    rb"<script[^<>]{0,200}ld\+json[^<>]{0,200}>(.{0,200000}?)</script", re.S | re.I
)
MOST_WRITTEN = 8_000_000
"""Characters, nearly."""
MOST_PLACES = 5_000
"""Of a value, where changes are made: what was multiplied has millions."""
DEEPEST = 700
_KEYS = (
    "@type @id @graph headline name author creator editor publisher datePublished dateModified "
    "dateCreated articleBody text description image url mainEntityOfPage articleSection keywords "
    "isAccessibleForFree hasPart cssSelector inLanguage itemListElement position item givenName "
    "familyName thumbnailUrl alternativeHeadline version items title id external_url next_url "
    "date_published date_modified"
).split()
_TYPES: tuple[Any, ...] = (
    "NewsArticle", "Article", ["NewsArticle", "Thing"], "http://schema.org/BlogPosting", "Person",
    "Organization", "WebSite", "BreadcrumbList", "NewsMediaOrganization", "LiveBlogPosting", "", [],
    None, 7, {"@type": "Article"}, "schema:Article", "VideoObject", "WebPage", "ItemList",
)  # fmt: skip


def _type(rng: Random) -> Any:
    """Its own, as it may be changed."""
    return deepcopy(rng.choice(_TYPES))


def _odd(rng: Random) -> Any:
    """A value that no reader expects there."""
    return rng.choice(
        (
            None, True, False, 0, -1, 10**400, 1e308, float("nan"), float("inf"), 1700000000,
            1700000000000, "", " ", "\x00", "\ud800", "x" * 20_000, [], {}, [[]], [None], {"": ""},
            ["a", ["b", {"name": ["c", {"name": "d"}]}]], {"@id": "#a"}, {"@value": {"@value": []}},
            "2024-13-45", "9999-12-31T23:59:59+14:00", "0001-01-01T00:00:00-14:00", "/Date(1)/",
            "http://[", "javascript:alert(1)", "//a.b/c", "&lt;b&gt;x&amp;lt;/b&gt;", "<p>x</p>" * 40,
            "By Ann Lee", {"name": {"name": {"name": "x"}}}, [{"name": "A"}] * 60, "Тест\u202e", "true",
        )
    )  # fmt: skip


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) in a value of JSON, without recursion."""
    stack = [value]
    while stack:
        current = stack.pop()
        items = (
            list(current.items())
            if isinstance(current, dict)
            else list(enumerate(current))
            if isinstance(current, list)
            else []
        )
        for key, inner in items:
            yield current, key
            stack.append(inner)


def change_tree(rng: Random, value: Any) -> Any:
    """One change somewhere in it."""
    places = list(islice(_places(value), MOST_PLACES))
    if not places:
        return {"@type": _type(rng), rng.choice(_KEYS): _odd(rng)}
    holder, key = rng.choice(places)
    act = rng.randrange(8)
    if act == 0:
        holder[key] = _odd(rng)
    elif act == 1:
        is_small = not isinstance(holder[key], dict | list) or len(places) < 20
        holder[key] = [holder[key]] * rng.choice((1, 2, 50, 2_500) if is_small else (1, 2))
    elif act == 2:
        del holder[key]
    elif act == 3 and isinstance(holder, dict):
        holder[rng.choice(_KEYS)] = holder[key]
    elif act == 4 and isinstance(holder, dict):
        holder["@type"] = _type(rng)
    elif act == 5:
        other, name = rng.choice(places)
        if not isinstance(holder[key], dict | list):  # else it may come to hold itself
            other[name] = holder[key]
    elif act == 6:
        # Never near the depth at which Python's own reader gives up, which depends on who calls.
        for _ in range(min(rng.choice((1, 4, 30, 400)), max(0, DEEPEST - len(places)))):
            holder[key] = {rng.choice(_KEYS): holder[key]} if rng.random() < 0.7 else [holder[key]]
    else:
        value = {"@graph": [value, {"@type": _type(rng), "@id": "#a", "name": _odd(rng)}]}
    return value


def _is_short(value: Any) -> bool:
    """Whether it may be written out: what stands in it 2,500 times may be changed afterwards."""
    left = MOST_WRITTEN
    for holder, key in _places(value):
        inner = holder[key]
        left -= 8 + (len(inner) if isinstance(inner, str) else 0)
        if left < 0:
            return False
    return True


def _write(rng: Random, value: Any) -> bytes:
    """As a publisher's template might: now and then with broken syntax."""
    text = json.dumps(value, ensure_ascii=rng.random() < 0.3)
    act = rng.randrange(14)
    if act == 0:
        text = text.replace("}", ",}")
    elif act == 1:
        text = text.replace('"', "&quot;")
    elif act == 2:
        text = f"/*<![CDATA[*/ {text} /*]]>*/"
    elif act == 3:
        text = f"{text};{text}"
    elif act == 4:
        text = text.replace(" ", "\n\t", 9)
    elif act == 5:
        text = text.replace("e", "\\e", 5)
    elif act == 6:
        text = "[" * rng.choice((5, 900, 30_000)) + text
    return text.encode("utf-8", "surrogatepass")


def _changed(rng: Random, data: bytes) -> bytes:
    try:
        value = json.loads(data, strict=False)
    except (ValueError, RecursionError):
        value = {"@type": "NewsArticle", "headline": "Pier to be widened"}
    try:
        for _ in range(rng.choice((1, 1, 2, 4))):
            value = change_tree(rng, value)
        return _write(rng, value) if _is_short(value) else data
    except (ValueError, RecursionError):  # too deep for Python's own writer
        return data


def change_script(rng: Random, data: bytes, other: bytes) -> bytes:
    """One JSON-LD block of the page; where it has none, it gets one, of the other page's if it
    can."""
    blocks = list(_SCRIPT.finditer(data))
    if blocks and rng.random() < 0.8:
        block = rng.choice(blocks)
        return data[: block.start(1)] + _changed(rng, block[1]) + data[block.end(1) :]
    theirs = _SCRIPT.search(other)
    made = _changed(rng, theirs[1] if theirs else b"{}")
    at = max(data.find(b">") + 1, 0)
    return data[:at] + b'<script type="application/ld+json">' + made + b"</script>" + data[at:]


def change_document(rng: Random, data: bytes, _: bytes) -> bytes:
    return _changed(rng, data)


SCRIPTS: Sequence[Mutation] = (change_script,)
DOCUMENTS: Sequence[Mutation] = (change_document, change_document)

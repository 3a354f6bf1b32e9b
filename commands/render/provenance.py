"""Where a value was found and why a passage was left out, in a reader's words instead of codes."""

from __future__ import annotations

import re
from collections.abc import Sequence

_TAG = re.compile(r"[a-z]{1,12}[1-6]?")

_SOURCES = {
    "h1": "main heading",
    "h1:part": "part of the main heading",
    "title": "page title",
    "h1 in stated": "main heading, in a longer title",
    "title's edge": "an end of the page title",
    "title:first-part": "part of the page title",
    "url": "the address",
    "address": "the address",
    "declared": "canonical link",
    "host": "the host's name",
    "http:content-language": "the server's answer",
    "http:x-robots-tag": "the answer's X-Robots-Tag",
    "http:tdm-reservation": "the answer's TDM-Reservation",
    "http:tdm-policy": "the answer's TDM-Policy",
    "html:lang": "lang of <html>",
    "script": "the letters of the text",
    "words": "the words of the text",
    "paragraph mass": "most of the paragraphs",
    "json-ld:BreadcrumbList": "breadcrumbs",
    "meta:parsely-section": "meta parsely-section",
    "json-ld:articleBody": "JSON-LD articleBody",
    "rel=category": "link marked rel=category",
    "itemprop:articleSection": "markup itemprop=articleSection",
    "rel=author": "link marked rel=author",
    "link:author": "link to a profile",
    "itemprop:author": "markup itemprop=author",
    "itemprop:creator": "markup itemprop=creator",
    "class:author": "markup named author",
    "class:author-name": "markup named author",
    "class:credit": "markup named credit",
    "text:by": "a line “by …”",
    "class:box": "a box about the author",
    "class:contributors": "markup named contributors",
    "text:leaf": "a name on its own line",
    "text:name": "a name on its own line",
    "text:sign-off": "sign-off at the end",
    "text:editor": "a line naming an editor",
    "text:above-title": "text above the headline",
    "text:below-title": "text below the headline",
    "text:above-text": "above the text",
    "text:in-text": "within the text",
    "text:after-text": "after the text",
    "generic": "without the site rule",
    "json-ld:slug": "an account's name in JSON-LD",
    "meta:slug": "an account's name in meta author",
    "parsely": "meta parsely-author",
    "sailthru": "meta sailthru.author",
    "cxense": "meta cxenseparse:author",
}
_INCLUDED_IN = {"title:first-part": "title"}
"""What says nothing more where the other is told, too."""
_FAMILIES = {
    "meta": "meta",
    "json-ld": "JSON-LD",
    "microdata": "microdata",
    "rule": "site rule",
    "attribute": "attribute",
}
_REASONS = {
    "rule": "removed by a site rule",
    "elsewhere": "elsewhere on the page",
    "pruned": "promo, list or repeat",
    "comments": "comments",
    "hidden": "not visible",
    "consent": "cookie notice",
    "role": "navigation or similar",
    "tag": "header, footer or box",
    "form": "form",
    "caption": "caption",
    "image": "picture or gallery",
    "player": "video or audio player",
    "related": "related articles",
    "share": "share buttons",
    "byline": "author's box",
    "meta": "date, section, label",
    "newsletter": "newsletter or offer",
    "advert": "advertisement",
    "controls": "buttons and menus",
    "furniture": "sidebar or tags",
}


def source_in_words(code: str) -> str:
    """``meta:og:title`` → ``meta og:title``; a code without words stays what it is."""
    if code in _SOURCES:
        return _SOURCES[code]
    family, _, name = code.partition(":")
    if name and family in _FAMILIES:
        return f"{_FAMILIES[family]} {name}"
    return f"<{code}> in the page" if _TAG.fullmatch(code) else code


def sources_in_words(codes: Sequence[str], limit: int | None = None) -> str:
    """Each once: ``main heading, meta og:title and 2 more``."""
    told = [code for code in codes if _INCLUDED_IN.get(code) not in codes]
    words = list(dict.fromkeys(map(source_in_words, told)))
    shown = ", ".join(words[:limit])
    more = len(words) - len(words[:limit])
    return f"{shown} and {more} more" if more else shown


def reason_in_words(reason: str) -> str:
    return _REASONS.get(reason, reason)

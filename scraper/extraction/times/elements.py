"""Dates that elements keep: ``<time>``, and attributes for scripts and pointers."""

from __future__ import annotations

from scraper.extraction.body import Layout
from scraper.extraction.cleaning import clean_text
from scraper.extraction.context import Span
from scraper.extraction.dates import read_iso
from scraper.extraction.dates.hints import may_be_date
from scraper.extraction.document import Document
from scraper.extraction.times.stated import (
    MAX_LENGTH,
    Moment,
    Moments,
    Setting,
    parse_moment,
    parse_stated,
)
from scraper.extraction.times.words import COMMENT_CLASS, context_of, is_updated_label
from scraper.model.types import Candidate

_NAMED_UPDATED = 0.58
_TIME_TAGS = ("time", "relative-time", "time-ago", "amp-timeago")
_MARKED = (" published ", " updated ", " dtstart ", " timeago ")
"""Class names of an ``<abbr>`` whose title is a time for machines (the hAtom microformat)."""
_STAMPED = ("datetime", "title", "data-datetime", "data-date-time", "data-date", "data-time",
            "data-timestamp", "data-published", "data-utime", "data-unixtime",
            "content")  # fmt: skip
"""Attributes in which elements other than ``<time>`` keep the time that a script prints."""


def collect_time_elements(
    document: Document,
    layout: Layout,
    title_span: Span,
    setting: Setting,
    moments: Moments,
) -> None:
    first = True
    tagged = [document.by_tag[tag][:12] for tag in _TIME_TAGS if tag in document.by_tag]
    if "abbr" in document.by_tag:
        tagged.append([at for at in document.by_tag["abbr"][:12] if _is_marked(document, at)])
    for index in sorted(index for indexes in tagged for index in indexes)[:12]:
        if COMMENT_CLASS.search(context_of(document, index, 6)):
            continue
        text = document.text_of(index)
        is_title = document.tags[index] == "abbr"
        stamp = clean_text(document.attribute(index, "title" if is_title else "datetime"))
        stated = parse_stated(stamp, setting) if stamp else None
        parsed = stated or (parse_moment(text[:MAX_LENGTH], setting) if text else None)
        if parsed is None:
            continue
        before = _text_before(document, index)
        own = document.words[index] + document.attribute(index, "itemprop").lower()
        is_modified = is_updated_label(before)
        named_modified = "modified" in own or ("updated" in own and "publish" not in own)
        after_title = title_span[1] >= 0 and title_span[1] < index < layout.start
        confidence = 0.97 if after_title else 0.94 if first else 0.6
        candidate = Candidate((stamp if stated else text)[:MAX_LENGTH], "time", confidence)
        moment = Moment(parsed, candidate, is_visible=not is_title)
        moments.add(moment, setting, modified=is_modified or named_modified)
        if named_modified and not is_modified:
            # Themes name the only date of a page so, too.
            candidate = Candidate(candidate.value, "time", _NAMED_UPDATED)
            moments.add(Moment(parsed, candidate, is_visible=True), setting)
        is_modified |= named_modified
        first = first and is_modified


def _is_marked(document: Document, index: int) -> bool:
    words = document.words[index]
    return any(word in words for word in _MARKED) and bool(
        read_iso(document.attribute(index, "title"))
    )


def _text_before(document: Document, index: int) -> str:
    """The few words right before a node, in the same block."""
    start = max(0, index - 8)
    return "".join(document.texts[start:index])[-40:]


def collect_stamped(
    document: Document,
    title_span: Span,
    body_start: int,
    setting: Setting,
    moments: Moments,
) -> None:
    """Where nothing is printed between headline and text: what elements there have for a script
    (``data-timestamp``), or for those who point at them (``<abbr title>``)."""
    start = max(title_span[1], 0)
    for index in range(start, min(body_start, start + 400, len(document.tags))):
        own = document.attributes[index]
        if not own:
            continue
        for name in _STAMPED:
            value = own.get(name)
            if value and 8 <= len(value) <= 40 and may_be_date(value):
                plain = name == "title"
                parsed = read_iso(value) if plain else parse_stated(value, setting)
                if parsed is not None and not parsed.relative:
                    candidate = Candidate(clean_text(value), f"attribute:{name}", 0.75)
                    moments.add(Moment(parsed, candidate, is_visible=True), setting)
                    return

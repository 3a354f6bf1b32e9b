"""Dates as a page states them: metadata and the address.

Each is read as it is found; which of them to believe is ``times``' business. The confidences
follow a count over 861 annotated pages (share right within a day). What readers are shown is in
``visible``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo

from scraper.extraction.dates import ParsedDate, parse_date
from scraper.extraction.metadata import ArticleNode, Metadata
from scraper.extraction.word_lists import read_rows
from scraper.model.types import Candidate, Precision

MAX_LENGTH = 160

_META = read_rows("meta_dates.txt")
_META_PUBLISHED = {name: float(confidence) for confidence, name in _META["published"]}
_META_ORDER = {name: place for place, name in enumerate(_META_PUBLISHED)}
_META_MODIFIED = {name: float(confidence) for confidence, name in _META["modified"]}

_URL_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?!\d)"
)
_URL_DAY_FIRST = re.compile(r"(?<!\d)(\d{2})[-.](\d{2})[-.](20\d{2})(?!\d)")
"""Only where the day cannot be a month: the address does not tell the order."""
_URL_MONTH_NAME = re.compile(
    r"/((?:19|20)\d\d)/(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*/([0-3]?\d)(?!\d)",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_UNIX = re.compile(r"\s*(?:/Date\()?(1\d{9})(\d{3})?(?:[+-]\d{4})?(?:\)/)?\s*", re.ASCII)
_TWO_READINGS = re.compile(r"\s*(0?[1-9]|1[0-2])[/-](0?[1-9]|1[0-2])[/-]\d{4}\b")
_AMBIGUOUS = 0.8
"""What a number that may be day or month is worth in metadata: less than a date in words."""
_PACKED_DATE = re.compile(r'"pub_date"\s*:\s*"([^"]{8,40})"')


@dataclass(frozen=True, slots=True)
class Moment:
    """A date found: the parsed value, and the candidate it came from."""

    parsed: ParsedDate
    candidate: Candidate
    is_visible: bool = False

    @property
    def day(self) -> datetime:
        return self.parsed.value.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)


@dataclass(frozen=True, slots=True)
class Setting:
    """What a date is read against: language, the time now, and the zone to assume."""

    url: str | None
    language: str | None
    now: datetime
    zone: tzinfo
    zone_reason: str


@dataclass(slots=True)
class Moments:
    """What was found so far: only dates that can be one of publication."""

    published: list[Moment] = field(default_factory=list)
    modified: list[Moment] = field(default_factory=list)

    def add(self, moment: Moment, setting: Setting, *, modified: bool = False) -> None:
        """Keep a moment that is not before there were web pages nor after now."""
        value = moment.parsed.value
        if value.tzinfo is None:
            value = value.replace(tzinfo=setting.now.tzinfo)  # zones are hours, not days
        if value.year >= 1990 and value <= setting.now + timedelta(days=2):
            (self.modified if modified else self.published).append(moment)


def read_unix(text: str) -> ParsedDate | None:
    """Seconds or milliseconds since 1970; only for what a machine states."""
    match = _UNIX.fullmatch(text)
    if match is None:
        return None
    moment = datetime.fromtimestamp(int(match[1]), UTC)
    return ParsedDate(moment, Precision.SECOND, zone_stated=True, relative=False)


def parse_moment(text: str, setting: Setting) -> ParsedDate | None:
    return parse_date(text, language=setting.language, now=setting.now)


def parse_stated(text: str, setting: Setting) -> ParsedDate | None:
    """As :func:`parse_moment`, for metadata and attributes: numbers may be times too."""
    return read_unix(text) or parse_moment(text, setting)


def collect_stated(
    metadata: Metadata, node: ArticleNode | None, setting: Setting, moments: Moments
) -> None:
    """Add what metadata and address say."""

    def add(value: str | None, source: str, confidence: float, *, modified: bool = False) -> None:
        parsed = parse_stated(value[:MAX_LENGTH], setting) if value else None
        if parsed is not None and value is not None and not parsed.relative:
            readings = _TWO_READINGS.match(value)
            if readings and int(readings[1]) != int(readings[2]):
                confidence = min(confidence, _AMBIGUOUS)
            candidate = Candidate(value[:MAX_LENGTH], source, confidence)
            moments.add(Moment(parsed, candidate), setting, modified=modified)

    if node is not None:
        add(node.published, "json-ld:datePublished", 1.0)
        add(node.modified, "json-ld:dateModified", 0.95, modified=True)
    named = _META_PUBLISHED.keys() & metadata.tags.keys()
    for name in sorted(named, key=_META_ORDER.__getitem__):
        add(metadata.first(name), f"meta:{name}", _META_PUBLISHED[name])
    if "parsely-page" in metadata.tags:
        packed = _PACKED_DATE.search(metadata.first("parsely-page") or "")
        add(packed[1] if packed else None, "meta:parsely-page", 0.97)
    for page in metadata.linked.pages:
        add(page.published, "json-ld:WebPage.datePublished", 0.99)
        add(page.modified, "json-ld:WebPage.dateModified", 0.9, modified=True)
    for item in metadata.micro.articles[:1]:
        add(item.published, "microdata:datePublished", 0.96)
        add(item.modified, "microdata:dateModified", 0.9, modified=True)
    for name, confidence in _META_MODIFIED.items():
        if name in metadata.tags:
            add(metadata.first(name), f"meta:{name}", confidence, modified=True)
    if day := _date_in_url(setting.url):
        parsed = ParsedDate(day, Precision.DAY, zone_stated=False, relative=False)
        moments.add(Moment(parsed, Candidate(f"{day:%Y-%m-%d}", "url", 0.985)), setting)


def _date_in_url(url: str | None) -> datetime | None:
    if not url:
        return None
    path = url.split("://", 1)[-1].partition("/")[2]
    try:
        if named := _URL_MONTH_NAME.search("/" + path):
            month = _MONTHS.index(named[2].lower()) + 1
            return datetime(int(named[1]), month, int(named[3]))  # noqa: DTZ001 - a calendar day
        if numbers := _URL_DATE.search(path):
            return datetime(int(numbers[1]), int(numbers[2]), int(numbers[3]))  # noqa: DTZ001
        if (numbers := _URL_DAY_FIRST.search(path)) and int(numbers[1]) > 12:
            return datetime(int(numbers[3]), int(numbers[2]), int(numbers[1]))  # noqa: DTZ001
    except ValueError:
        return None
    return None

"""When it was published and modified: which of the dates found in the page to believe.

The most trusted source wins, with the finest time that any source gives for the same day. A
modified date is never passed off as a published one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

from scraper.extraction.body import Layout
from scraper.extraction.context import PageContext, Span
from scraper.extraction.dates import ParsedDate
from scraper.extraction.dates.order import order_of
from scraper.extraction.times.assumed_zone import add_region, locate
from scraper.extraction.times.stated import Moment, Moments, Setting, collect_stated
from scraper.extraction.times.visible import collect_visible, order_in_use
from scraper.model.types import Candidate, Precision, Zone

_PRECISIONS = tuple(Precision)  # finest first
_SURE = 0.97


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    published: datetime | None = None
    precision: Precision | None = None
    zone: Zone | None = None
    relative: bool = False
    raw: str | None = None
    modified: datetime | None = None
    source: str = ""
    confidence: float = 0.0
    candidates: tuple[Candidate, ...] = ()
    modified_source: str = ""
    modified_candidates: tuple[Candidate, ...] = ()


def extract_times(page: PageContext, title_span: Span, body_end: int, setting: Setting) -> Times:
    """The published and modified times with their candidates."""
    metadata, node, layout = page.metadata, page.node, page.layout
    language = add_region(setting.language, setting.url, page.root_language)
    setting = replace(setting, language=language)
    moments = Moments()
    collect_stated(metadata, node, setting, moments)
    if not moments.published:
        decided = _decide_order(layout, setting)
        if decided is not None:
            setting = decided
            collect_stated(metadata, node, setting, moments)
    collect_visible(page, title_span, body_end, setting, moments)
    published, modified = moments.published, moments.modified
    best_modified = max(modified, key=lambda moment: moment.candidate.confidence, default=None)
    chosen = _choose_published(published, setting)
    times = _settle(chosen, setting) if chosen is not None else Times()
    if best_modified is not None:
        stated = next((m for m in published if chosen and m.candidate is chosen.candidate), None)
        best_modified = _as_corrected(best_modified, chosen, stated)
    return replace(
        times,
        modified=locate(best_modified.parsed, setting.zone)[0] if best_modified else None,
        modified_source=best_modified.candidate.source if best_modified else "",
        candidates=tuple(moment.candidate for moment in published),
        modified_candidates=tuple(moment.candidate for moment in modified),
    )


def _decide_order(layout: Layout, setting: Setting) -> Setting | None:
    """The setting with a region, where the language leaves the order of day and month open and
    the page's dates show it."""
    language = (setting.language or "").lower()
    if order_of(language) != "?":
        return None
    region = {"dmy": "gb", "mdy": "us"}.get(order_in_use(layout))
    return replace(setting, language=f"{language[:2] or 'en'}-{region}") if region else None


def _choose_published(moments: list[Moment], setting: Setting) -> Moment | None:
    best = max(moments, key=_by_confidence, default=None)
    if best is None or best.candidate.confidence < 0.3:
        return None
    visible = [m for m in moments if m.is_visible and m.candidate.confidence > 0.8]
    best = _outvoted(best, moments, visible) or best
    if _is_utc(best.parsed):
        local = _same_instant(best, moments)
        if local is not None:
            return local
    # A stamp in UTC, or a local time with a wrong Z: a printed day beside it is the reader's day.
    if not best.is_visible and _is_utc(best.parsed):
        beside = [m for m in visible if abs(m.day - best.day) == timedelta(days=1)]
        if beside and not any(m.day == best.day for m in visible):
            return _blend(best, beside[0], setting)
    same = [m for m in moments if m.day == best.day and not m.parsed.relative]
    best = _question_offset(best, same, setting)
    finer = [
        m for m in same
        if _PRECISIONS.index(m.parsed.precision) < _PRECISIONS.index(best.parsed.precision)
        and m.candidate.confidence >= 0.5
    ]  # fmt: skip
    if best.parsed.precision is Precision.DAY and finer:
        return max(finer, key=lambda moment: moment.candidate.confidence)
    return _as_fine_as_printed(best, same)


def _by_confidence(moment: Moment) -> tuple[float, int]:
    """Of two dates as good as each other the one with a time of day."""
    return moment.candidate.confidence, -_PRECISIONS.index(moment.parsed.precision)


def _same_instant(best: Moment, moments: list[Moment]) -> Moment | None:
    """A stamp in UTC in the zone in which the page prints the same minute: the reader's day."""
    stamp = best.parsed.value
    for other in moments:
        told = other.parsed
        if (
            other.is_visible
            and told.zone_stated
            and not told.relative
            and not _is_utc(told)
            and told.value.tzinfo is not None
            and abs(told.value - stamp) < timedelta(minutes=1)
        ):
            return _moved(best, stamp.astimezone(_fixed_zone(told.value)), zone_stated=True)
    return None


def _outvoted(best: Moment, moments: list[Moment], visible: list[Moment]) -> Moment | None:
    """Another stated date, where that is the printed one too and nothing else says what the best
    source says: a CMS keeps the day of a first draft."""
    if best.is_visible or any(m is not best and _is_beside(m, best) for m in moments):
        return None
    printed = {m.day for m in visible if m.candidate.confidence >= 0.9}
    for other in moments:
        if not other.is_visible and other.candidate.confidence >= _SURE and other.day in printed:
            return other
    return None


def _is_beside(one: Moment, other: Moment) -> bool:
    return abs(one.day - other.day) <= timedelta(days=1)


def _question_offset(best: Moment, same: list[Moment], setting: Setting) -> Moment:
    """An offset that only a template appended is no statement.

    The same clock time stands in the metadata without an offset: then the CMS keeps none, and the
    one printed is an assumption, if the best there is. And a ``Z`` on the clock time that readers
    are shown, without a zone or in another, is a local time, not UTC.
    """
    parsed = best.parsed
    if parsed.precision not in (Precision.MINUTE, Precision.SECOND):
        return best
    clock = _clock(parsed)
    same_clock = [
        m for m in same
        if m.parsed.precision in (Precision.MINUTE, Precision.SECOND) and _clock(m.parsed) == clock
    ]  # fmt: skip
    if not parsed.zone_stated:
        return _in_zone_of(best, same_clock)
    if _is_utc(parsed):
        zoned = [m for m in same_clock if m.is_visible and m.parsed.zone_stated]
        if zoned and not any(_is_utc(m.parsed) for m in zoned):
            zone = _fixed_zone(zoned[0].parsed.value)
            return _moved(best, parsed.value.replace(tzinfo=zone), zone_stated=True)
    twins = [m for m in same_clock if not m.parsed.zone_stated]
    if not twins:
        return best
    if _is_utc(parsed):
        return _moved(best, parsed.value.replace(tzinfo=None), zone_stated=False)
    if any(not twin.is_visible for twin in twins):
        return _moved(best, parsed.value, zone_stated=False)
    return best


def _in_zone_of(best: Moment, same_clock: list[Moment]) -> Moment:
    """A time without an offset in the zone that another source has for the same clock: stated
    where it is printed; in metadata the better assumption, unless a template's ``Z``."""
    zoned = [
        m for m in same_clock
        if m.parsed.zone_stated and (m.is_visible or not _is_utc(m.parsed))
    ]  # fmt: skip
    for moment in sorted(zoned, key=lambda m: not m.is_visible):
        value = best.parsed.value.replace(tzinfo=_fixed_zone(moment.parsed.value))
        return _moved(best, value, zone_stated=moment.is_visible)
    return best


def _clock(parsed: ParsedDate) -> datetime:
    """The day and minute as printed, whatever the zone."""
    return parsed.value.replace(tzinfo=None, second=0, microsecond=0)


def _fixed_zone(value: datetime) -> timezone:
    return timezone(value.utcoffset() or timedelta(0))


def _moved(moment: Moment, value: datetime, *, zone_stated: bool) -> Moment:
    """The same moment with another value, no longer as it was printed."""
    parsed = replace(moment.parsed, value=value, zone_stated=zone_stated, relative=False)
    return Moment(parsed, moment.candidate)


def _as_corrected(modified: Moment, chosen: Moment | None, best: Moment | None) -> Moment:
    """The time of revision read as that of publication from the same place was: a template that
    appends a wrong ``Z`` to the one appends it to the other."""
    if chosen is None or best is None or not _is_utc(modified.parsed) or not _is_utc(best.parsed):
        return modified
    same_source = chosen.candidate is best.candidate and (
        modified.candidate.source.partition(":")[0] == best.candidate.source.partition(":")[0]
    )
    if not same_source or _clock(chosen.parsed) != _clock(best.parsed) or _is_utc(chosen.parsed):
        return modified
    value = modified.parsed.value.replace(tzinfo=chosen.parsed.value.tzinfo)
    return _moved(modified, value, zone_stated=chosen.parsed.zone_stated)


def _as_fine_as_printed(best: Moment, same: list[Moment]) -> Moment:
    """Stamps pad the seconds with 00: where the page prints the same minute, no more is known."""
    value = best.parsed.value
    if best.parsed.precision is not Precision.SECOND or value.second or best.is_visible:
        return best
    for other in same:
        told = other.parsed
        if told.precision is Precision.MINUTE and (told.value.hour, told.value.minute) == (
            value.hour,
            value.minute,
        ):
            parsed = replace(best.parsed, precision=Precision.MINUTE, relative=False)
            return Moment(parsed, best.candidate)
    return best


def _blend(stamp: Moment, printed: Moment, setting: Setting) -> Moment:
    """The stamp in the publisher's zone if it then is the printed day, else the printed day."""
    moved = stamp.parsed.value.astimezone(setting.zone)
    if moved.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None) == printed.day:
        fixed = moved.replace(tzinfo=_fixed_zone(moved))
        return _moved(stamp, fixed, zone_stated=stamp.parsed.zone_stated)
    return printed


def _is_utc(parsed: ParsedDate) -> bool:
    return parsed.value.tzinfo is not None and parsed.value.utcoffset() == timedelta(0)


def _settle(moment: Moment, setting: Setting) -> Times:
    parsed = moment.parsed
    published, zone = locate(parsed, setting.zone)
    return Times(
        published=published,
        precision=parsed.precision,
        zone=zone,
        relative=parsed.relative,
        raw=moment.candidate.value,
        source=moment.candidate.source,
        confidence=moment.candidate.confidence,
    )

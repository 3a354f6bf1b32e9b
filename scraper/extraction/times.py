"""When it was published and modified: where dates stand, and which of them to believe.

The sources and their confidences follow a count over 861 annotated pages (share right within a
day). A modified date is never passed off as a published one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from scraper.extraction.body import Layout, Run
from scraper.extraction.dates import ParsedDate, parse_date
from scraper.extraction.document import Document
from scraper.extraction.metadata import ArticleNode, Metadata
from scraper.types import Candidate, Precision, Zone

MAX_VISIBLE = 40
"""Short runs with digits that are read as dates, per page."""
MAX_LENGTH = 160
NEAR = 14
"""How many runs around the headline are looked at."""

_META_PUBLISHED: tuple[tuple[str, float], ...] = (
    ("article:published_time", 1.0),
    ("og:article:published_time", 0.99),
    ("og:published_time", 0.98),
    ("article:published", 0.98),
    ("parsely-pub-date", 1.0),
    ("citation_publication_date", 0.98),
    ("citation_date", 0.96),
    ("datepublished", 0.97),
    ("dc.date.issued", 0.97),
    ("dcterms.issued", 0.97),
    ("dc.date.published", 0.97),
    ("sailthru.date", 0.97),
    ("publish-date", 0.96),
    ("publishdate", 0.96),
    ("published_time", 0.96),
    ("date.issued", 0.95),
    ("publication_date", 0.95),
    ("pub_date", 0.95),
    ("pubdate", 0.94),
    ("article.published", 0.95),
    ("originalpublicationdate", 0.95),
    ("cxenseparse:recs:publishtime", 0.97),
    ("rnews:datepublished", 0.97),
    ("dc.date", 0.93),
    ("dc.date.created", 0.92),
    ("dcterms.created", 0.94),
    ("dcterms.date", 0.93),
    ("article_date_original", 0.95),
    ("date", 0.92),
    ("datecreated", 0.9),
    ("article:created_time", 0.9),
    ("creation_date", 0.85),
    ("last-modified", 0.0),
)
_META_MODIFIED = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "dc.date.modified",
    "lastmod",
    "last-modified",
    "last_updated",
    "modified_time",
)

_MODIFIED_LABEL = re.compile(
    r"\b(?:updated?|last (?:modified|updated|changed|edited)|modified|revised|aktualisiert|"
    r"geändert|zuletzt|stand:|mis à jour|mise à jour|màj|modifié|actualizado|modificado|atualizado|"
    r"aggiornat[oa]|modificat[oa]|bijgewerkt|gewijzigd|diperbarui|diubah|zaktualizowano|"
    r"aktualizacja|"
    r"aktualizováno|uppdaterad|opdateret|oppdatert|päivitetty|frissítve|actualizat|"
    r"güncelle(?:me|ndi)|"
    r"ενημέρωση|обновлено|оновлено|обновена)\b|更新|수정|تحديث|به‌روزرسانی|แก้ไข",
    re.IGNORECASE,
)
_PUBLISHED_LABEL = re.compile(
    r"\b(?:published|posted|first published|publication date|date|veröffentlicht|"
    r"erschienen|erstellt|"
    r"datum|publié|publicado|publicad[oa]|pubblicat[oa]|gepubliceerd|geplaatst|"
    r"diterbitkan|dipublikasikan|"
    r"tayang|terbit|opublikowano|dodano|vydáno|publikováno|publicerad|udgivet|"
    r"offentliggjort|publisert|"
    r"julkaistu|megjelent|publicat|yayınlan(?:ma|dı)|δημοσίευση|опубликовано|"
    r"опубліковано|публикувано)\b|"
    r"发布|發布|公開|입력|등록|نشر|تاریخ انتشار|เผยแพร่",
    re.IGNORECASE,
)
_DATE_CLASS = re.compile(
    r"(?<![a-z])(?:date|dateline|datetime|time|timestamp|pubdate|published|posted|"
    r"publish|datum|tanggal|fecha|data|meta|updated|created|postdate|dtpublished|"
    r"entry-date|post-date|publish-date|pub-date)(?![a-z])"
)
_COMMENT_CLASS = re.compile(
    r"comment|respond|disqus|related|recommend|sidebar|widget|teaser|popular|latest|"
    r"footer|copyright"
)
_URL_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?!\d)"
)
_URL_MONTH_NAME = re.compile(
    r"/((?:19|20)\d\d)/(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*/([0-3]?\d)(?!\d)",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_STAMP = re.compile(
    r"^\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*"
    r"(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?\s*$",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_PRECISIONS = tuple(Precision)  # finest first


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


@dataclass(frozen=True, slots=True)
class Setting:
    """What a date is read against: language, the time now, and the zone to assume."""

    url: str | None
    language: str | None
    now: datetime
    zone: tzinfo
    zone_reason: str


@dataclass(slots=True)
class _Found:
    published: list[Moment] = field(default_factory=list)
    modified: list[Moment] = field(default_factory=list)


def extract_times(
    document: Document,
    metadata: Metadata,
    node: ArticleNode | None,
    layout: Layout,
    title_span: tuple[int, int],
    body_end: int,
    setting: Setting,
) -> Times:
    """The published and modified times with their candidates."""
    found = _Found()
    _collect_stated(metadata, node, setting, found)
    _collect_visible(document, layout, title_span, body_end, setting, found)
    published = [moment for moment in found.published if _is_plausible(moment, setting)]
    modified = [moment for moment in found.modified if _is_plausible(moment, setting)]
    best_modified = max(modified, key=lambda moment: moment.candidate.confidence, default=None)
    chosen = _choose_published(published, setting)
    times = _settle(chosen, setting) if chosen is not None else Times()
    return Times(
        published=times.published,
        precision=times.precision,
        zone=times.zone,
        relative=times.relative,
        raw=times.raw,
        source=times.source,
        confidence=times.confidence,
        modified=_aware(best_modified.parsed, setting) if best_modified else None,
        modified_source=best_modified.candidate.source if best_modified else "",
        candidates=tuple(moment.candidate for moment in published),
        modified_candidates=tuple(moment.candidate for moment in modified),
    )


def read_stamp(text: str) -> ParsedDate | None:
    """An ISO 8601 time as machines print it; quick, for metadata."""
    found = _STAMP.match(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, zone = found.groups()
    try:
        value = datetime(
            int(year),
            int(month),
            int(day),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            tzinfo=_read_offset(zone),
        )
    except ValueError:
        return None
    precision = Precision.SECOND if second else Precision.MINUTE if hour else Precision.DAY
    return ParsedDate(value, precision, zone_stated=zone is not None, relative=False)


def _read_offset(zone: str | None) -> tzinfo | None:
    if zone is None:
        return None
    if zone.upper() in ("Z", "UTC", "GMT"):
        return UTC
    digits = zone[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(offset if zone[0] == "+" else -offset)


def _parse(text: str, setting: Setting) -> ParsedDate | None:
    return read_stamp(text) or parse_date(text, language=setting.language, now=setting.now)


def _collect_stated(
    metadata: Metadata, node: ArticleNode | None, setting: Setting, found: _Found
) -> None:
    def add(where: list[Moment], value: str | None, source: str, confidence: float) -> None:
        parsed = _parse(value[:MAX_LENGTH], setting) if value else None
        if parsed is not None and value is not None and not parsed.relative:
            where.append(Moment(parsed, Candidate(value[:MAX_LENGTH], source, confidence)))

    if node is not None:
        add(found.published, node.published, "json-ld:datePublished", 1.0)
        add(found.modified, node.modified, "json-ld:dateModified", 0.95)
    for name, confidence in _META_PUBLISHED:
        if confidence:
            add(found.published, metadata.first(name), f"meta:{name}", confidence)
    for page in metadata.linked.pages:
        add(found.published, page.published, "json-ld:WebPage.datePublished", 0.99)
        add(found.modified, page.modified, "json-ld:WebPage.dateModified", 0.9)
    for item in metadata.micro.articles[:1]:
        add(found.published, item.published, "microdata:datePublished", 0.96)
        add(found.modified, item.modified, "microdata:dateModified", 0.9)
    for name in _META_MODIFIED:
        add(found.modified, metadata.first(name), f"meta:{name}", 0.9)
    if day := _date_in_url(setting.url):
        parsed = ParsedDate(day, Precision.DAY, zone_stated=False, relative=False)
        found.published.append(Moment(parsed, Candidate(f"{day:%Y-%m-%d}", "url", 0.985)))


def _date_in_url(url: str | None) -> datetime | None:
    if not url:
        return None
    path = url.split("://", 1)[-1].partition("/")[2]
    try:
        if named := _URL_MONTH_NAME.search("/" + path):
            month = _MONTHS.index(named[2].lower()) + 1
            return datetime(int(named[1]), month, int(named[3]))  # noqa: DTZ001 - a calendar day
        if found := _URL_DATE.search(path):
            return datetime(int(found[1]), int(found[2]), int(found[3]))  # noqa: DTZ001
    except ValueError:
        return None
    return None


def _collect_visible(
    document: Document,
    layout: Layout,
    title_span: tuple[int, int],
    body_end: int,
    setting: Setting,
    found: _Found,
) -> None:
    _collect_time_elements(document, layout, title_span, setting, found)
    budget = MAX_VISIBLE
    for run, place in _dated_runs(layout, title_span, body_end):
        if budget <= 0:
            break
        budget -= 1
        _read_run(document, run, place, setting, found)


def _collect_time_elements(
    document: Document, layout: Layout, title_span: tuple[int, int], setting: Setting, found: _Found
) -> None:
    first = True
    for index in document.by_tag.get("time", ())[:12]:
        context = "".join(document.words[at] for at in list(document.ancestors(index))[:6])
        if _COMMENT_CLASS.search(context):
            continue
        text = document.text_of(index)
        stamp = document.attribute(index, "datetime")
        parsed = (_parse(stamp, setting) if stamp else None) or (
            _parse(text[:MAX_LENGTH], setting) if text else None
        )
        if parsed is None:
            continue
        before = _text_before(document, index)
        own = document.words[index] + document.attribute(index, "itemprop").lower()
        is_modified = bool(_MODIFIED_LABEL.search(before) or "modified" in own or "updated" in own)
        after_title = title_span[1] >= 0 and title_span[1] < index < layout.start
        confidence = 0.97 if after_title else 0.94 if first else 0.6
        candidate = Candidate((stamp or text)[:MAX_LENGTH], "time", confidence)
        moment = Moment(parsed, candidate, is_visible=True)
        (found.modified if is_modified else found.published).append(moment)
        first = first and is_modified


def _text_before(document: Document, index: int) -> str:
    """The few words right before a node, in the same block."""
    start = max(0, index - 8)
    return "".join(document.texts[start:index])[-40:]


def _dated_runs(
    layout: Layout, title_span: tuple[int, int], body_end: int
) -> Iterator[tuple[Run, str]]:
    """Short runs with a digit around the headline, then at the end of the text, then in it."""
    runs = [r for r in layout.runs if r.size <= MAX_LENGTH and _has_digit(r.text)]
    start, end = title_span
    if start >= 0:
        below = [r for r in runs if end < r.first < max(layout.start, end)]
        yield from ((r, "below-title") for r in below[:NEAR])
        above = [r for r in runs if r.first < start]
        yield from ((r, "above-title") for r in above[: -NEAR - 1 : -1])
    else:
        above = [r for r in runs if r.first < layout.start]
        yield from ((r, "above-text") for r in above[: -NEAR - 1 : -1])
    inside = [r for r in runs if layout.start <= r.first <= body_end]
    yield from ((r, "in-text") for r in inside[:4])
    after = [r for r in runs if r.first > body_end]
    yield from ((r, "after-text") for r in after[:8])
    if inside[4:]:
        yield from ((r, "in-text") for r in inside[-3:])


_PLACE_CONFIDENCE = {
    "below-title": 0.955,
    "above-title": 0.84,
    "above-text": 0.88,
    "after-text": 0.57,
    "in-text": 0.33,
}
_SEPARATED = re.compile(r"\s*[|•·]\s*|\s+[–—]\s+|\s{2,}")


def _read_run(document: Document, run: Run, place: str, setting: Setting, found: _Found) -> None:
    context = "".join(
        document.words[at] for at in [run.owner, *list(document.ancestors(run.first))[:4]]
    )
    if place in ("after-text", "above-title") and _COMMENT_CLASS.search(context):
        return
    for piece in _pieces(run.text):
        parsed = _parse(piece, setting)
        if parsed is None or parsed.precision in (Precision.MONTH, Precision.YEAR):
            continue
        confidence = _PLACE_CONFIDENCE[place]
        if _PUBLISHED_LABEL.search(piece):
            confidence = max(confidence, 0.88)
        elif _DATE_CLASS.search(context):
            confidence = max(confidence, 0.86 if place != "after-text" else 0.7)
        if parsed.relative:
            confidence = min(confidence, 0.8)
        moment = Moment(parsed, Candidate(piece, f"text:{place}", confidence), is_visible=True)
        modified = _MODIFIED_LABEL.search(piece) and not _PUBLISHED_LABEL.search(piece)
        (found.modified if modified else found.published).append(moment)


def _pieces(text: str) -> list[str]:
    """The parts of a line of credits that may be dates; labels split what they label."""
    parts = [part for part in _SEPARATED.split(text) if part and _has_digit(part)]
    cut: list[str] = []
    for part in parts[:6]:
        label = _MODIFIED_LABEL.search(part)
        if label and label.start() > 8 and _has_digit(part[: label.start()]):
            cut += [part[: label.start()], part[label.start() :]]
        else:
            cut.append(part)
    if len(parts) > 1 and len(text) < 60:
        cut.insert(0, text)  # "Sep 2, 2024 - 13:27" is one date
    return cut


def _has_digit(text: str) -> bool:
    return _DIGIT.search(text) is not None


def _is_plausible(moment: Moment, setting: Setting) -> bool:
    """Not before there was a web page to print it on, nor after now."""
    value = _aware(moment.parsed, setting)
    return value.year >= 1990 and value <= setting.now + timedelta(days=2)


def _choose_published(moments: list[Moment], setting: Setting) -> Moment | None:
    best = max(moments, key=lambda moment: moment.candidate.confidence, default=None)
    if best is None or best.candidate.confidence < 0.3:
        return None
    visible = [m for m in moments if m.is_visible and m.candidate.confidence > 0.8]
    local = _local_day(best, setting)
    # A stamp in UTC, or a local time with a wrong Z: a printed day beside it is the reader's day.
    if not best.is_visible and _is_utc(best.parsed):
        beside = [m for m in visible if abs(m.day - best.day) == timedelta(days=1)]
        if beside and not any(m.day == best.day for m in visible):
            return _blend(best, beside[0], setting)
    same = [m for m in moments if m.day == local and not m.parsed.relative]
    best = _question_offset(best, same, setting)
    finer = [
        m for m in same
        if _PRECISIONS.index(m.parsed.precision) < _PRECISIONS.index(best.parsed.precision)
        and m.candidate.confidence >= 0.5
    ]  # fmt: skip
    if best.parsed.precision is Precision.DAY and finer:
        return max(finer, key=lambda moment: moment.candidate.confidence)
    return _as_fine_as_printed(best, same)


def _question_offset(best: Moment, same: list[Moment], setting: Setting) -> Moment:
    """An offset that only a template appended is no statement.

    The same clock time stands in the metadata without an offset: then the CMS keeps none, and the
    one printed is an assumption, if the best there is. And a ``Z`` on the clock time that readers
    are shown is a local time, not UTC.
    """
    parsed = best.parsed
    if not parsed.zone_stated or parsed.precision is Precision.DAY:
        return best
    clock = parsed.value.replace(tzinfo=None, second=0, microsecond=0)
    twins = [
        m for m in same
        if not m.parsed.zone_stated and m.parsed.precision in (Precision.MINUTE, Precision.SECOND)
        and m.parsed.value.replace(second=0, microsecond=0) == clock
    ]  # fmt: skip
    if not twins:
        return best
    if _is_utc(parsed):
        value = parsed.value.replace(tzinfo=None)
    elif any(not twin.is_visible for twin in twins):
        value = parsed.value
    else:
        return best
    return Moment(
        ParsedDate(value, parsed.precision, zone_stated=False, relative=False), best.candidate
    )


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
            stated = best.parsed.zone_stated
            parsed = ParsedDate(value, Precision.MINUTE, zone_stated=stated, relative=False)
            return Moment(parsed, best.candidate)
    return best


def _blend(stamp: Moment, printed: Moment, setting: Setting) -> Moment:
    """The stamp in the publisher's zone if it then is the printed day, else the printed day."""
    moved = stamp.parsed.value.astimezone(setting.zone)
    if moved.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None) == printed.day:
        fixed = moved.replace(tzinfo=timezone(moved.utcoffset() or timedelta(0)))
        parsed = ParsedDate(fixed, stamp.parsed.precision, stamp.parsed.zone_stated, relative=False)
        return Moment(parsed, stamp.candidate)
    return printed


def _local_day(moment: Moment, setting: Setting) -> datetime:
    return moment.day


def _is_utc(parsed: ParsedDate) -> bool:
    return parsed.value.tzinfo is not None and parsed.value.utcoffset() == timedelta(0)


def _aware(parsed: ParsedDate, setting: Setting) -> datetime:
    """With a fixed offset: the one stated, else the assumed zone's on that day."""
    value = parsed.value
    try:
        if value.tzinfo is None:
            value = value.replace(tzinfo=setting.zone)
        return value.replace(tzinfo=timezone(value.utcoffset() or timedelta(0)))
    except (OverflowError, ValueError):
        return value.replace(tzinfo=UTC)


def _settle(moment: Moment, setting: Setting) -> Times:
    parsed = moment.parsed
    stated = parsed.zone_stated and parsed.value.tzinfo is not None
    return Times(
        published=_aware(parsed, setting),
        precision=parsed.precision,
        zone=Zone.STATED if stated else Zone.ASSUMED,
        relative=parsed.relative,
        raw=moment.candidate.value,
        source=moment.candidate.source,
        confidence=moment.candidate.confidence,
    )

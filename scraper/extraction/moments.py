"""Where dates stand in a page: metadata, the address, ``<time>``, short lines around the text.

Each is read as it is found; which of them to believe is ``times``' business. The confidences
follow a count over 861 annotated pages (share right within a day).
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
from scraper.types import Candidate, Precision

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
    published: list[Moment] = field(default_factory=list)
    modified: list[Moment] = field(default_factory=list)


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


def collect_stated(
    metadata: Metadata, node: ArticleNode | None, setting: Setting, found: Moments
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


def collect_visible(
    document: Document,
    layout: Layout,
    title_span: tuple[int, int],
    body_end: int,
    setting: Setting,
    found: Moments,
) -> None:
    _collect_time_elements(document, layout, title_span, setting, found)
    budget = MAX_VISIBLE
    for run, place in _dated_runs(layout, title_span, body_end):
        if budget <= 0:
            break
        budget -= 1
        _read_run(document, run, place, setting, found)


def _collect_time_elements(
    document: Document,
    layout: Layout,
    title_span: tuple[int, int],
    setting: Setting,
    found: Moments,
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


def _read_run(document: Document, run: Run, place: str, setting: Setting, found: Moments) -> None:
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

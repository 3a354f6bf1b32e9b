"""The archive that the tests of the reading room read: a bit of everything that it shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from scraper.model.types import (
    Article,
    Block,
    BlockKind,
    Candidate,
    Precision,
    Provenance,
    Response,
    Verdict,
)
from storage.archive import Archive
from storage.maintenance.retention import prune
from storage.reading.watches import Reports, Watches
from tests.storage.makers import BY_HAND, make_article, make_capture, make_rejected

DAWN = datetime(2026, 3, 1, 6, tzinfo=UTC)
CLOSED = "The footbridge over the river was closed to all traffic on Monday after a survey."
COST = (
    "The repairs are expected to cost £2.4 million, of which the county will pay half; about 310 "
    "households on the station side will be without their usual walk to school until then."
)
SORRY = "“We are sorry,” said the mayor, who has crossed the bridge every day of her life."
FERRY = "A ferry will run between the two landings from six in the morning until midnight."
MORE = "The council meets again on Thursday, when it hears from the engineers who found the cracks."
HARBOUR = (
    "The harbour of the old town froze over on Sunday for the first time in forty years, and the",
    "fishing boats stayed at their moorings while children walked out upon the ice to see them.",
    "The harbour master asked all who did to come back, since the ice is thin beside the quays.",
    "Two ferries were locked in at the eastern pier, and their passengers went ashore on ladders.",
    "Old people in the town remember the winter in which a lorry crossed to the island and back.",
    "The market hall stays open at night, so that those whose pipes have burst can get warm.",
    "An icebreaker of the coast guard is expected on Wednesday, if the wind does not turn before.",
)
HOSTILE = (
    "<script>alert('x')</script><img src=//evil.example/x onerror=alert(1)>\"'`--></title></style>"
    "</textarea>&lt;b&gt;\x1b[31m\x00\x07\u202e\u2066reversed\u2069\u202c \ud83d tail {{ 7*7 }}"
)
"""Markup, control characters, bidi overrides, a lone surrogate, and what a template would read."""
PAGE = """<!DOCTYPE html><html><head><meta charset="iso-8859-1"><title>Bridge closed</title>
<base href="https://evil.example/"><link rel="preconnect" href="https://evil.example">
<link rel=stylesheet href=https://evil.example/style.css><meta http-equiv="refresh" content="0;url=
https://evil.example/"><style>body * { display: none !important }</style>
<script>document.title = 'owned'</script></head><body onload="alert(1)"><h1>Bridge closed, café</h1>
<img src="https://evil.example/pixel"><form action="https://evil.example/"><input name=a></form>
<iframe src="https://evil.example/" srcdoc="<script>alert(1)</script>"></iframe></body></html>"""


@dataclass
class Papers:
    """The ids of what was filed, by what it is."""

    edited: int = 0
    """Three versions: a headline and numbers changed, then by stealth, with a paragraph moved."""
    first: int = 0
    """Had the text of a story first."""
    second: int = 0
    """Carries the same text, a little changed, at another outlet."""
    arabic: int = 0
    teaser: int = 0
    rejected: int = 0
    """A page that is no article."""
    hostile: int = 0
    """Markup and worse in every field, in both of its versions."""
    kept: int = 0
    """Its publisher says ``noarchive``."""
    pruned: int = 0
    """Its stored page is gone."""
    watch: int = 0
    edits_watch: int = 0


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


class Filer:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.archive = Archive(engine)

    def file(
        self, url: str, article: Article | None, after: timedelta, page: str | bytes | None = None
    ) -> int:
        at = DAWN + after
        capture = make_capture(url, article) if article else make_rejected(url, Verdict.LISTING)
        response = capture.response
        assert response is not None
        if page is not None:
            response = _with_page(response, page)
        capture = replace(capture, attempted_at=at, response=replace(response, fetched_at=at))
        found = self.archive.save(capture, BY_HAND, at)
        assert found.article_id is not None, found
        return found.article_id


def _with_page(response: Response, page: str | bytes) -> Response:
    if isinstance(page, bytes):
        return replace(response, body=page)
    headers = (("Content-Type", "text/html; charset=iso-8859-1"),)
    return replace(response, headers=headers, body=page.encode("iso-8859-1", "replace"))


def file_papers(engine: Engine) -> Papers:
    filer, ids = Filer(engine), Papers()
    hour = hours(1)
    ids.pruned = filer.file("https://old.example/a", make_text("Of old", SORRY, MORE), -9000 * hour)
    prune(engine, DAWN - 8000 * hour, DAWN)
    ids.edited = _file_edited(filer)
    ids.first = filer.file(
        "https://first.example/ice",
        make_text("The harbour froze", *HARBOUR, published_at=DAWN + 2 * hour),
        3 * hour,
    )
    ids.second = filer.file(
        "https://second.example/news/ice",
        make_text(
            "Ice in the harbour",
            *HARBOUR[:-1],
            HARBOUR[-1].replace("Wednesday", "Thursday"),
            published_at=DAWN + 4 * hour,
        ),
        5 * hour,
    )
    ids.arabic = filer.file("https://arabi.example/maktaba", _arabic(), 6 * hour)
    teaser = make_text("Only the start", "What follows is for subscribers of this newspaper.")
    teaser = replace(teaser, verdict=Verdict.TEASER, evidence="the page says so")
    ids.teaser = filer.file("https://first.example/teaser", teaser, 7 * hour)
    ids.rejected = filer.file("https://first.example/section", None, 7 * hour)
    kept = make_text("Not to be kept", FERRY, SORRY, directives=("noarchive",))
    ids.kept = filer.file("https://kept.example/a", kept, 8 * hour)
    ids.hostile = _file_hostile(filer)
    watches = Watches(engine)
    watches.add("harbours", "harbour", DAWN)
    watches.add(f"evil {HOSTILE[:30]}", f'"{HOSTILE[:40]}', DAWN, Reports.STEALTH)
    ids.watch, ids.edits_watch = (one.id for one in watches.list())
    return ids


def make_text(title: str, *paragraphs: str, **fields: Any) -> Article:
    fields = {
        "language": "en",
        "published_at": DAWN,
        "published_precision": Precision.MINUTE,
    } | fields
    return make_article("\n".join(paragraphs), title, **fields)


def _file_edited(filer: Filer) -> int:
    url = "https://paper.example/bridge"
    hour = hours(1)
    first = make_text(
        "Bridge closed", CLOSED, COST, SORRY, FERRY, byline="By Ada Pier", authors=("Ada Pier",)
    )
    provenance = {
        "title": Provenance(
            "json-ld:headline", 0.98, (Candidate("Bridge closed", "json-ld:headline", 0.98),)
        )
    }
    first = replace(first, provenance=provenance, tags=("Bridges", "Council"), section="Local")
    filer.file(url, first, 0 * hour, PAGE)
    # … owned up to: the page's time of change moves
    second = make_text(
        "Bridge closed until May",
        CLOSED,
        COST.replace("£2.4", "£3.1"),
        SORRY,
        FERRY,
        byline="By Ada Pier",
        authors=("Ada Pier",),
        modified_at=DAWN + hour,
    )
    filer.file(url, second, 2 * hour)
    # … by stealth: it does not; one paragraph stands elsewhere now
    third = replace(
        second,
        body="\n".join(lines := (FERRY, CLOSED, COST.replace("£2.4", "£3.1"), SORRY, MORE)),
        blocks=tuple(Block(BlockKind.PARAGRAPH, line) for line in lines),
    )
    return filer.file(url, third, 4 * hour)


def _arabic() -> Article:
    lines = (
        "أعلنت المكتبة العامة في المدينة أنها ستفتح أبوابها حتى منتصف الليل من يوم الاثنين.",
        "وقالت مديرة المكتبة إن عدد الزوار تضاعف وإن الطلاب يحتاجون إلى مكان هادئ.",
    )
    return make_text("المكتبة تفتح حتى منتصف الليل", *lines, language="ar", byline="سلمى حداد")


def _file_hostile(filer: Filer) -> int:
    url = "https://evil.example/?q=%22%3E%3Cscript%3E"

    def article(version: str) -> Article:
        text = f"{HOSTILE} {version} {CLOSED} {COST}"
        kinds = (BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.QUOTE, BlockKind.LIST_ITEM)
        blocks = tuple(Block(kind, f"{text} {kind}") for kind in kinds)
        caption = Block(BlockKind.CAPTION, HOSTILE, image_url="javascript:alert(1)")
        return make_article(
            "\n".join(block.text for block in blocks),
            f"{HOSTILE} {version}",
            blocks=(*blocks, caption),
            byline=HOSTILE,
            authors=(HOSTILE,),
            language='en" onload="alert(1)',
            site_name=HOSTILE,
            image_url="javascript:alert(1)",
            section=HOSTILE,
            tags=(HOSTILE, 'x" onmouseover="alert(1)'),
            provenance={
                HOSTILE: Provenance(HOSTILE, 0.5, (Candidate(HOSTILE, HOSTILE, 0.5),)),
                "title": Provenance("h1", 0.5, (Candidate(HOSTILE, HOSTILE, 0.5),)),
            },
        )

    hour = hours(1)
    filer.file(url, article("one"), 9 * hour, PAGE)
    return filer.file(url, article("two, and 12 more"), 10 * hour, PAGE + HOSTILE)

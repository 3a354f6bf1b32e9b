"""The verdict: what the page is, and the phrase that says why."""

from __future__ import annotations

from dataclasses import dataclass

from scraper.extraction.body import Body, Layout
from scraper.extraction.cleaning import measure_text
from scraper.extraction.document import Document
from scraper.extraction.metadata import ArticleNode, Metadata
from scraper.extraction.times import Times
from scraper.extraction.title import Title
from scraper.types import Verdict

MIN_BODY = 140


@dataclass(frozen=True, slots=True)
class Page:
    """What a verdict is made from."""

    document: Document
    metadata: Metadata
    node: ArticleNode | None
    layout: Layout
    title: Title
    body: Body
    times: Times
    url: str | None


@dataclass(frozen=True, slots=True)
class Ruling:
    verdict: Verdict
    evidence: str


def judge_page(page: Page) -> Ruling:
    size = measure_text(page.body.text)
    if not size:
        return Ruling(Verdict.EMPTY, "no text found")
    if size < MIN_BODY:
        return Ruling(Verdict.TOO_SHORT, f"{size} characters of text")
    return Ruling(Verdict.ARTICLE, f"{len(page.body.blocks)} blocks of text")

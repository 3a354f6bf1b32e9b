"""The verdict: what the page is, and the phrase that says why.

A page is taken for an article unless something speaks against it, and what speaks against it
counts only while the page has little text of its own: one refused article in a hundred costs
more than one consent dialog filed. The rules are tried in order; the first that holds decides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

from scraper.extraction.body import Body
from scraper.extraction.context import PageContext
from scraper.extraction.times import Times
from scraper.extraction.title import Title
from scraper.extraction.verdict.kinds import (
    find_listing,
    find_media,
    find_nothing,
    find_placeholder,
)
from scraper.extraction.verdict.paywall import find_teaser
from scraper.extraction.verdict.signals import Judgement, PageSignals
from scraper.extraction.verdict.walls import (
    find_challenge,
    find_consent_wall,
    find_login_form,
    find_login_wall,
    find_soft_404,
)
from scraper.model.types import BlockKind, Verdict

_RULES: tuple[Callable[[PageSignals], Judgement | None], ...] = (
    find_challenge,
    find_soft_404,
    find_consent_wall,
    find_login_form,
    find_teaser,
    find_login_wall,
    find_placeholder,
    find_media,
    find_listing,
    find_nothing,
)


def judge_page(page: PageContext, title: Title, body: Body, times: Times) -> Judgement:
    """The first rule that holds; else an article."""
    own = {field.name: getattr(page, field.name) for field in fields(page)}
    signals = PageSignals(**own, title=title, body=body, times=times)
    for rule in _RULES:
        judgement = rule(signals)
        if judgement is not None:
            return judgement
    return Judgement(Verdict.ARTICLE, _in_numbers(body))


def _in_numbers(body: Body) -> str:
    """As a reader counts: real characters, and blocks that are paragraphs, however short."""
    paragraphs = sum(block.kind is BlockKind.PARAGRAPH for block in body.blocks)
    size = f"{len(body.text):,} characters of text"
    if not paragraphs:
        return size
    return f"{size} in {'1 paragraph' if paragraphs == 1 else f'{paragraphs} paragraphs'}"

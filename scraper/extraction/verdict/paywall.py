"""Text that stops at a paywall. A whole one with ``isAccessibleForFree: false`` is an article."""

from __future__ import annotations

import re

from scraper.extraction.verdict.phrases import PAYWALL, PAYWALL_CLASS, SUBSCRIBED
from scraper.extraction.verdict.signals import (
    CALL,
    LITTLE,
    SHORT,
    Judgement,
    PageSignals,
    measure,
    quote,
)
from scraper.model.types import Verdict

VERY_SHORT = 350
MAX_LOCKED = 6_000
_TIERS = ("article:content_tier", "content_tier", "article:tier")
_BEHIND = 14
"""So many runs behind the text are read for a call to subscribe, each up to ``_LINE``."""
_LINE = 250
# A call that says itself that the text goes on.
_GOES_ON = re.compile(
    r"contin|keep reading|full|rest of|reste|weiterles|weiter les|ganzen|vollständig|suite|"
    r"leyendo|lendo|leggere|verder|lanjut|selengkapnya|dalej|pozostało|vidare|lukemista|дальше|"
    r"devam|全文|续|継|繼|続き|残り|剩余|余下|전문|계속|المتابعة|لقراءة|ادامه|đọc tiếp",
    re.IGNORECASE,
)


def find_teaser(page: PageSignals) -> Judgement | None:
    if page.size < 60:
        return None
    stated_free = page.node.is_free if page.node is not None else None
    tier = (page.metadata.first(*_TIERS) or "").lower()
    locked = stated_free is False or (stated_free is None and tier in ("locked", "premium", "paid"))
    if page.size > (MAX_LOCKED if locked else SHORT):
        return None
    lead = f"content tier {tier}" if stated_free is None else "isAccessibleForFree is false"
    stated = (page.node.body or "") if locked and page.node is not None else ""
    size = measure(stated) if stated else 0
    if size > 1.5 * page.size and size - page.size > 400:
        return _teaser(f"{lead}, and {len(page.text):,} of {len(stated):,} characters are shown")
    end = _text_at_the_end(page)
    said, known = PAYWALL.find(end), SUBSCRIBED.find(end)
    if not (said or known or locked):
        return None
    markup = PAYWALL_CLASS.search(_outer_words(page))
    mark = markup[0] if markup else None
    stops = page.stops_short
    little = page.size < LITTLE and page.body.paragraphs <= 4
    if locked:
        goes_on = said is not None and _GOES_ON.search(said)
        call = (said or known) and (mark or little or goes_on) and page.size < SHORT
        if stops or call or (mark and little) or page.size < VERY_SHORT:
            return _teaser(_describe(lead, said or known, mark, page.amount))
    elif (said or known) and ((page.size < SHORT and (stops or mark)) or (said and little)):
        return _teaser(_describe("", said or known, mark, page.amount))
    return None


def _teaser(evidence: str) -> Judgement:
    return Judgement(Verdict.TEASER, evidence)


def _text_at_the_end(page: PageSignals) -> str:
    """The last block of the text, the short ones before it, and what stands right behind; of a
    little text also the short lines inside it that were left out."""
    runs = page.layout.runs
    if page.is_elsewhere:
        first = page.document.ends[page.heading]
        return "\n".join([run.text[:_LINE] for run in runs if run.first >= first][:_BEHIND])
    last = page.body.last
    blocks = page.body.blocks
    ends = [block.text for block in blocks[1:][-4:-1] if measure(block.text) < CALL]
    if page.size < LITTLE:
        first = page.body.first
        ends += [run.text for run in runs if first < run.first < last and run.size < CALL]
    behind = [run.text[:_LINE] for run in runs if run.first > last][:_BEHIND]
    return "\n".join([*ends, *(block.text[-_LINE:] for block in blocks[-1:]), *behind])


def _outer_words(page: PageSignals) -> str:
    """Class names and ids of the page but for the elements that hold the text: the markup for
    locked text asked for by search engines names what is shown as well."""
    document, body = page.document, page.body
    if not body.blocks:
        return "".join(document.words)
    holders = {at for at in document.ancestors(body.first) if document.contains(at, body.last)}
    return "".join([words for at, words in enumerate(document.words) if at not in holders])


def _describe(lead: str, said: str | None, mark: str | None, amount: str) -> str:
    parts = [lead] if lead else []
    if said is not None:
        parts.append(f"the text ends in “{quote(said)}”")
    if mark is not None:
        parts.append(f"markup named “{mark}”")
    if len(parts) < 2:
        parts.append(amount)
    return ", ".join(parts)

"""Credits in brackets at the start or the end of a Chinese or Japanese text, where they share the
paragraph with it: ``〔記者林小美／高雄報導〕市議會…``, ``…見通しだ。（佐藤花子）``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scraper.extraction.body import Layout
from scraper.extraction.byline import parse_byline
from scraper.extraction.byline.datelines import HAN as _HAN
from scraper.extraction.byline.datelines import KANA as _KANA
from scraper.extraction.byline.datelines import PLACES
from scraper.extraction.context import Span
from scraper.extraction.credits.lines import Line

_OPEN, _CLOSE = "〔（(【\\[", "〕）)】\\]"
_REPORTER = "(?:记者|記者|通讯员|通訊員)"
_LEADS = (
    re.compile(rf"^[{_OPEN}]([^{_CLOSE}]{{0,14}}{_REPORTER}[^{_CLOSE}]{{2,30}})[{_CLOSE}]"),
    re.compile(
        rf"^[^。！？]{{2,24}}[电電讯訊]\s?[{_OPEN}]({_REPORTER}[^{_CLOSE}]{{2,24}})[{_CLOSE}]"
    ),
    re.compile(rf"^(【[{_HAN}{_KANA}]{{2,10}}[=＝][{_HAN}{_KANA}\s、]{{3,20}}】)"),
    re.compile(rf"^(【(?:{PLACES})・[{_HAN}{_KANA}\s、]{{3,20}}】)"),
    re.compile(
        rf"^((?:[{_HAN}]{{2,6}})?{_REPORTER}\s?[{_HAN}]{{2,7}}(?:[／/][{_HAN}]{{2,4}})?(?:报道|報導|報道))[，,：:\s]"
    ),
)
"""A bureau's line, an agency's, Japanese datelines, a reporter's line without brackets."""
_SIGNED = re.compile(
    rf"[{_OPEN}]\s*((?:[{_HAN}]{{2,5}})?{_REPORTER}[^{_CLOSE}]{{2,24}})[{_CLOSE}]\s*$"
)
_SIGNED_JAPANESE = re.compile(
    rf"(?:^|[。」』])\s*[（【]([{_HAN}]{{2,4}}\s?[{_HAN}{_KANA}]{{1,4}}|[{_HAN}]{{3,6}})[）】]\s*$"
)
_NO_NAME = re.compile(
    "敬称|関連|記事|編集|続く|以下|以上|前編|後編|写真|撮影|取材|終わり|省略|全文|共同|時事|引用"
)
"""Of notes that stand in brackets at the end of a text."""


def bracketed_credits(layout: Layout, body_span: Span, language: str | None) -> Iterator[Line]:
    """The reporters whom the first or the last paragraphs name in brackets."""
    root = (language or "").partition("-")[0]
    if root not in ("zh", "ja"):
        return
    inside = [run for run in layout.runs if body_span[0] <= run.first <= body_span[1]]
    matches = [(run, pattern.search(run.text[:90])) for run in inside[:2] for pattern in _LEADS]
    for run in reversed(inside[-2:]):
        matches.append((run, _SIGNED.search(run.text[-60:])))
        signed = _SIGNED_JAPANESE.search(run.text[-60:]) if root == "ja" else None
        matches.append((run, signed if signed and not _NO_NAME.search(signed[1]) else None))
    for run, match in matches:
        if match is not None and parse_byline(match[1], language=language).authors:
            yield match[1], "text:sign-off", run.first
            return

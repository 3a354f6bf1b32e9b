"""Where a Chinese or Japanese credit comes from, beside its names: ``パリ=佐藤花子、山田太郎``,
``北京・佐藤花子``, ``佐藤花子=ロンドン``; a place and an agency alone, ``東京共同``."""

from __future__ import annotations

import re

from scraper.extraction.word_lists import read_sections

HAN = "\u3400-\u9fff々〆"
KANA = "\u3040-\u30ffー"

_WORDS = read_sections("credits_cjk.txt")
_TOWNS = {*_WORDS["chinese place"], *_WORDS["japanese place"]}
PLACES = "|".join(sorted(_TOWNS, key=lambda town: (-len(town), town)))
"""Of a pattern: the towns that reporters write from."""
_NAME = rf"[{HAN}]{{1,4}}\s?[{HAN}{KANA}]{{1,4}}"
_NAMES = rf"({_NAME}(?:[、,・]{_NAME}){{0,4}})"
_BEFORE = re.compile(rf"([{HAN}{KANA}]{{2,10}})={_NAMES}")
_BEFORE_TOWN = re.compile(rf"(?:{PLACES})[・/\s]\s*{_NAMES}")
_KANA_TOWNS = "|".join(town for town in sorted(_TOWNS) if re.fullmatch(f"[{KANA}]+", town))
_WRITTEN_ON = re.compile(rf"(?:{_KANA_TOWNS})([{HAN}]{{3,6}})")
"""``カイロ山田太郎``: the name begins where the script changes."""
_BEHIND = re.compile(rf"({_NAME})=(?:{PLACES})")
_AGENCY = re.compile(rf"(?:{PLACES})[・/\s=]?(共同|時事|ロイター|中央社|新华社|新華社)")
_REPORTS_FROM = re.compile(rf"[/\s]*(?:{PLACES})(?:报道|報導|報道|连线|連線)$")


def without_place(text: str, labels: frozenset[str]) -> str:
    """The names of a dateline or the agency's; any other text as it is. ``labels`` stand before
    the same sign as a place does."""
    before = _BEFORE.fullmatch(text)
    if before is not None:
        return text if before[1] in labels else before[2]
    for pattern in (_BEFORE_TOWN, _WRITTEN_ON, _BEHIND, _AGENCY):
        match = pattern.fullmatch(text)
        if match is not None:
            return match[1]
    return text


def without_reports_from(name: str) -> str:
    """``林美玲高雄報導`` without the town from which she reports."""
    return _REPORTS_FROM.sub("", name)

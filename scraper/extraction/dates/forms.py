"""The shapes that a printed date has, as patterns over the kinds of its tokens.

A shape is found on the string of kinds (see :mod:`scraper.extraction.dates.vocabulary`), so one
rule serves every language: ``2 de setembro de 2024``, ``2. září 2024`` and ``2 Eylül, 2024`` are
all ``d … M … y``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scraper.extraction.dates.tokens import Tokens, is_refused

_FULL = re.compile(
    "|".join(
        f"(?P<{name}>{pattern})"
        for name, pattern in [
            ("ymd_numeric", r"y(?P<s1>[-/.])d(?P=s1)d"),
            ("ymd_marked", r"y[EYof]*[.,\-]?d[o\-]*m[o,.\-]?d"),
            ("ymd_era", r"E[f(]?[dn]Y?[f.]?d[m.]d"),
            ("ymd_minguo", r"nYdmd"),
            ("ymd_short", r"dYdmd"),
            ("ymd_dashed", r"y(?P<s5>[-/.])M(?P=s5)d"),
            ("ymd_named", r"y[Yo.,\-/|]*[fD]?[MC][f.,\-/o]*d(?!T)"),
            ("ydm_named", r"y[Yo.,\-/]*d[oDYf.\-]*[MC]"),
            ("dmy_named", r"d[oD.\-/,fW']*[MC](?:[/(]{1,2}M\)?)?[.,\-/f|o'()WED]*Y?[fE]*y"),
            ("dmy_marked", r"d[D,]?f*m-?d[,\-/f]*[YE]?f?y"),
            ("mdy_named", r"[MC][.\-/fD]*d[oD.,\-/f|(W)'E]*Y?y"),
            ("mdy_clock", r"Md[,]?Ta?[Z|+\-]*y"),
            ("numeric", r"d[-/.]d[-/.]y"),
            ("minguo_numeric", r"n(?P<s2>[-/.])d(?P=s2)d"),
            ("roman", r"d(?P<s3>[-/. ]?)x(?P=s3)y"),
            ("mdy_named_short", r"M[.]?d[o]?,?'d(?![:d/])"),
            ("dmy_named_short", r"d[o.\-/f]*M[.\-/,]*'?d(?![:d/])"),
            ("numeric_short", r"d(?P<s4>[-/.])d(?P=s4)d"),
        ]
    )
)
_YEARLESS = re.compile(
    r"(?P<dm_named>d[oD.\-f]*M)|(?P<md_named>M[.f]*d)|(?P<md_marked>dmd)|(?P<dm_marked>D?dmd?)"
    r"|(?P<numeric>d[/.]d|d-d(?=T))"
)
_MONTH = re.compile(
    r"[PVfk|:,.W]*(?:(?P<my>M[.,\-/f]*Y?y)|(?P<ym>y[Y.,\-/|f]*M)|(?P<ymm>yYdm))[.]*"
)
_RANGE_WORDS = frozenset("to until till bis hingga sampai sd au al tot fino до по".split())
_SPAN_OF_DAYS = re.compile(r"D?[-|x]d(?:md)?D")
_SPAN_SIGNS = frozenset("- ~ 至 到".split())
_NUMBER_WORDS = frozenset("no nr num art lot".split())
_ROMANS = {roman: i for i, roman in enumerate("i ii iii iv v vi vii viii ix x xi xii".split(), 1)}

Field = tuple[int, int]
"""Position and value of a token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DateMatch:
    """A date's shape: its tokens ``start`` to ``end``, and the numbers as printed.

    ``order`` says what ``numbers`` are (``ymd``, ``ydm``, ``dmy``, ``mdy``); for ``?`` a rule of
    language must say whether the day or the month is first.
    """

    start: int
    end: int
    order: str
    numbers: tuple[int, ...]
    calendar: str = "gregorian"
    short_year: bool = False
    separator: str = ""
    era: tuple[str, int] | None = None


def find_full(tokens: Tokens) -> Iterator[DateMatch]:
    """The dates with day, month and year, in order of the text."""
    for match in _FULL.finditer(tokens.kinds):
        name = match.lastgroup or ""
        date_match = _read(tokens, name, *match.span())
        if date_match is not None and not _is_part_of_more(tokens, date_match):
            yield date_match


def is_range(tokens: Tokens, first: DateMatch, second: DateMatch) -> bool:
    """Whether two dates are the ends of a span of days: no date of publication."""
    if first.calendar != second.calendar:
        return False  # one day in two calendars
    between = tokens.kinds[first.end : second.start].strip(".,f")
    return between == "-" or any(
        tokens.text[tokens.starts[i] : tokens.ends[i]] in _RANGE_WORDS
        for i in range(first.end, second.start)
        if len(between) == 1
    )


def find_yearless(tokens: Tokens) -> DateMatch | None:
    """A day and month, where the text holds nothing else than they, a time and labels."""
    kinds = tokens.kinds
    if any(kind in kinds for kind in "xny8$"):
        return None
    matches = list(_YEARLESS.finditer(kinds))
    if len(matches) != 1:
        return None
    match = matches[0]
    name, (start, end) = match.lastgroup or "", match.span()
    numbers = tuple(_number(tokens, i) for i in range(start, end) if kinds[i] in "dM")
    if len(numbers) != 2:
        return None
    if name == "numeric" and "W" not in kinds and "T" not in kinds:
        return None
    order = {"dm_named": "dm", "md_named": "md", "md_marked": "md", "dm_marked": "dm"}.get(
        name, "?"
    )
    return DateMatch(start=start, end=end, order=order, numbers=numbers, separator=kinds[start + 1])


def find_month(tokens: Tokens) -> tuple[int, int] | None:
    """Year and month where the whole text is no more than these."""
    match = _MONTH.fullmatch(tokens.kinds)
    if match is None:
        return None
    numbers = [_number(tokens, i) for i in range(len(tokens.kinds)) if tokens.kinds[i] in "Myd"]
    year, month = (numbers[1], numbers[0]) if match.lastgroup == "my" else (numbers[0], numbers[1])
    return year, month


def _read(tokens: Tokens, name: str, start: int, end: int) -> DateMatch | None:
    kinds = tokens.kinds
    at = [
        i for i in range(start, end) if kinds[i] in "dynMC" or (name == "roman" and kinds[i] == "x")
    ]
    if name == "dmy_named" and len(at) == 4:  # 2 سبتمبر/أيلول 2024: the month in two namings
        if tokens.values[at[1]] != tokens.values[at[2]]:
            return None
        del at[2]
    calendar = "gregorian"
    if "C" in kinds[start:end]:
        calendar = next(_calendar(tokens, i) for i in at if kinds[i] == "C")
    numbers = tuple([_number(tokens, i) for i in at])
    if name == "roman" and numbers[1] == 0:
        return None
    separator = kinds[start + 1]
    short = name.endswith("_short")
    if short and not _is_short_year_believable(tokens, name, at):
        return None
    era = _era(tokens, start, end) if "E" in kinds else None
    if "minguo" in name:
        era = ("minguo", 1911)
    order = "?" if name.startswith("numeric") else "dmy" if name == "roman" else name[:3]
    order = {"min": "ymd"}.get(order, order)
    return DateMatch(
        start=start,
        end=end,
        order=order,
        numbers=numbers,
        calendar=calendar,
        short_year=short,
        separator=separator,
        era=era,
    )


def _number(tokens: Tokens, index: int) -> int:
    value = tokens.values[index]
    if isinstance(value, int):
        return value
    if isinstance(value, tuple):
        return int(value[1])
    return _ROMANS.get(value, 0) if isinstance(value, str) else 0


def _calendar(tokens: Tokens, index: int) -> str:
    value = tokens.values[index]
    return str(value[0]) if isinstance(value, tuple) else "gregorian"


def _era(tokens: Tokens, start: int, end: int) -> tuple[str, int] | None:
    """The era that is named inside the date or next to it."""
    for i in range(max(start - 1, 0), min(end + 1, len(tokens.kinds))):
        if tokens.kinds[i] == "E":
            value = tokens.values[i]
            assert isinstance(value, tuple)
            return str(value[0]), int(value[1])
    return None


def _is_short_year_believable(tokens: Tokens, name: str, at: list[int]) -> bool:
    """Two digits are a year only beside other parts of a date: ``02.09.24``, ``2 Sep '24``."""
    if name == "ymd_short":
        return True
    widths = [tokens.ends[i] - tokens.starts[i] for i in at]
    if name == "numeric_short":
        return (
            (widths[2] == 2 and widths[0] + widths[1] >= 3)
            or (widths[0] == 2 and sum(widths) >= 5)
            or (widths[2] == 2 and _stands_alone(tokens, at))
        )
    year = at[-1]
    if widths[-1] != 2:
        return False
    marked = tokens.kinds[year - 1] in "'-/"
    rest = tokens.kinds[year + 1 :]
    return marked or rest.lstrip(".,|-()fkEY")[:1] in ("", "T", "P", "V")


def _stands_alone(tokens: Tokens, at: list[int]) -> bool:
    """``7/4/24`` with nothing but labels, a day and a time; after a name with slashes only."""
    kinds = tokens.kinds
    rest = kinds[: at[0]] + kinds[at[-1] + 1 :]
    if not any(kind in rest for kind in "xdyn8$+"):
        return True
    is_last = not kinds[at[-1] + 1 :].strip("().,|")
    return is_last and kinds[at[0] + 1] == "/" and not any(kind in rest for kind in "dyn8$+")


def _is_part_of_more(tokens: Tokens, date_match: DateMatch) -> bool:
    """Whether the numbers belong to a longer row (an address, a telephone number), a span of
    days, or are no date by the word before them."""
    kinds, start, end = tokens.kinds, date_match.start, date_match.end
    if is_refused(tokens, start) or _is_numbered(tokens, start):
        return True
    if _ends_span(tokens, start) or _starts_span(tokens, end):
        return True
    if start >= 2 and kinds[start - 1] in "-./" and kinds[start - 2] in "dyn8":
        glued = (
            tokens.ends[start - 1] == tokens.starts[start]
            and tokens.ends[start - 2] == tokens.starts[start - 1]
        )
        clock = start >= 4 and kinds[start - 3] == "." and kinds[start - 1] == "-"
        if glued and not clock:
            return True
        if (
            kinds[start] == "d"
            and kinds[start - 1] == "-"
            and kinds[start - 2] == "d"
            and not clock
        ):
            return True
    return (
        end + 1 < len(kinds)
        and kinds[end] in "-./"
        and kinds[end + 1] in "dyn8"
        and tokens.starts[end] == tokens.ends[end - 1]
        and tokens.starts[end + 1] == tokens.ends[end]
        and not (kinds[end] == "-" and kinds[end + 2 : end + 4] == ".d")
    )


def _ends_span(tokens: Tokens, start: int) -> bool:
    """``14 to 16 February 2025``: a number and a word of range stand before."""
    kinds = tokens.kinds
    if start < 2 or kinds[start] not in "dM" or kinds[start - 1] not in "xkWf":
        return False
    for place in (start - 1, start - 2):  # "bis", "bis zum"
        word = tokens.text[tokens.starts[place] : tokens.ends[place]]
        if word in _RANGE_WORDS and kinds[:place].rstrip(".oM")[-1:] == "d":
            return True
    return False


def _starts_span(tokens: Tokens, end: int) -> bool:
    """``1月7日至9日``: another day follows."""
    match = _SPAN_OF_DAYS.match(tokens.kinds, end)
    if match is None:
        return False
    sign = end + (tokens.kinds[end] == "D")
    return tokens.text[tokens.starts[sign] : tokens.ends[sign]] in _SPAN_SIGNS


def _is_numbered(tokens: Tokens, start: int) -> bool:
    """``No. 19/3/2025``: the number of a document."""
    if start < 2 or tokens.kinds[start - 1] != ".":
        return False
    word = tokens.text[tokens.starts[start - 2] : tokens.ends[start - 2]]
    return word in _NUMBER_WORDS and tokens.ends[start - 2] == tokens.starts[start - 1]

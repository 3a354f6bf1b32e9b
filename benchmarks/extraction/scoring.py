"""How well a prediction matches what people annotated. Pure functions; the measures:

    body       a page's F1, precision and recall over its words as a bag (order does not count).
               Scripts without word spaces are compared character by character
    clean      the share of pages whose body F1 is at least 0.95
    must       of all strings that the body must and must not contain, the share that is right
    title      the same but for typography: Unicode form, case, white space, quotes and dashes
    authors    the same set of names, likewise; an annotated "nobody" is a set too
    date       at most one day off, for pages are read in other time zones
    all four   title, authors and date right and the body clean, on pages that state all of them

An annotation of ``None`` is not scored. A page that failed counts as an empty prediction. Figures
are taken over the pages of each set, then averaged over the sets, so that a large set does not
drown a small one.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean, median

CLEAN = 0.95
FIGURES = (
    "body_f1", "body_precision", "body_recall", "clean", "must", "title", "authors", "date",
    "all_four",
)  # fmt: skip
BODY_FIGURES = frozenset(["body_f1", "body_precision", "body_recall", "clean", "all_four"])
"""What a set whose bodies are no fair measure is left out of."""

_INVISIBLE = dict.fromkeys(
    [0xAD, 0x2060, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F)]
)  # soft hyphen, zero-width characters, marks of direction
_TYPOGRAPHY = (
    dict.fromkeys(map(ord, "‘’‚‛′´`ʼ"), "'")
    | dict.fromkeys(map(ord, "“”„‟″«»"), '"')
    | dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
    | _INVISIBLE
)
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Myanmar, Khmer
    "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"  # kana, Han
    "\U00020000-\U0003ffff"
)
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")
_LEADING_BY = re.compile(r"by\b[:\s]*")
_NAME_EDGES = " .,;:|-•·@\"'"
_COVERED = 0.8
_MIN_COVERED_WORDS = 3


@dataclass(frozen=True, slots=True)
class Gold:
    """What people read on a page. ``None``: not annotated."""

    title: str | None = None
    authors: tuple[str, ...] | None = None
    date: str | None = None
    """``YYYY-MM-DD``."""
    body: str | None = None
    """A paragraph a line."""
    optional: tuple[str, ...] = ()
    """Paragraphs of the body that may be given or left out; neither is rewarded."""
    must: tuple[str, ...] | None = None
    must_not: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Prediction:
    """What an extractor read there, and the CPU seconds that it took."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    date: str | None = None
    body: str = ""
    cpu: float | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two bags of words compared; all three lie in 0..1."""

    f1: float
    precision: float
    recall: float

    @property
    def clean(self) -> bool:
        return self.f1 >= CLEAN


@dataclass(frozen=True, slots=True)
class PageScore:
    """One page judged. ``None``: not annotated, or a field that the extractor does not do."""

    body: Overlap | None = None
    must: tuple[int, int] | None = None
    """How many strings are right, and of how many."""
    title: bool | None = None
    authors: bool | None = None
    date: bool | None = None

    @property
    def all_four(self) -> bool | None:
        if self.body is None or None in (self.title, self.authors, self.date):
            return None
        return self.body.clean and all((self.title, self.authors, self.date))


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of CPU a page."""

    mean: float
    median: float
    p99: float


def score_page(gold: Gold, given: Prediction, fields: Collection[str]) -> PageScore:
    """``fields``: those that the extractor does at all (title, authors, date, body)."""
    has_body = "body" in fields
    return PageScore(
        body=score_body(gold, given.body) if has_body and gold.body is not None else None,
        must=score_strings(gold, given.body) if has_body else None,
        title=fold_title(given.title or "") == fold_title(gold.title)
        if "title" in fields and gold.title is not None
        else None,
        authors=fold_names(given.authors) == fold_names(gold.authors)
        if "authors" in fields and gold.authors is not None
        else None,
        date=is_near(given.date, gold.date) if "date" in fields and gold.date is not None else None,
    )


def score_body(gold: Gold, body: str) -> Overlap:
    wanted = _without_listed_lines(gold.body or "", gold.optional)
    return compare_bags(
        split_words(wanted), split_words(drop_optional(body, wanted, gold.optional))
    )


def score_strings(gold: Gold, body: str) -> tuple[int, int] | None:
    """``must`` and ``must_not`` as substrings, white space aside."""
    if gold.must is None and gold.must_not is None:
        return None
    text = _join_spaces(body)
    found = [_join_spaces(string) in text for string in gold.must or ()]
    absent = [_join_spaces(string) not in text for string in gold.must_not or ()]
    return sum(found) + sum(absent), len(found) + len(absent)


def compare_bags(wanted: Sequence[str], given: Sequence[str]) -> Overlap:
    """Two empty bags agree; an empty one agrees with nothing else."""
    if not wanted and not given:
        return Overlap(1.0, 1.0, 1.0)
    shared = (Counter(wanted) & Counter(given)).total()
    if not shared:
        return Overlap(0.0, 0.0, 0.0)
    precision, recall = shared / len(given), shared / len(wanted)
    return Overlap(2 * precision * recall / (precision + recall), precision, recall)


def split_words(text: str) -> list[str]:
    """Lower-cased words; single characters in scripts that put no space between words."""
    return _WORD.findall(unicodedata.normalize("NFC", text).translate(_INVISIBLE).lower())


def fold_title(title: str) -> str:
    """Without what typography may change."""
    # Before NFKC too: that takes an acute accent used as an apostrophe apart into space and mark.
    folded = unicodedata.normalize("NFKC", title.translate(_TYPOGRAPHY)).translate(_TYPOGRAPHY)
    return _join_spaces(folded).casefold()


def fold_names(names: Iterable[str]) -> frozenset[str]:
    return frozenset(folded for name in names if (folded := fold_name(name)))


def fold_name(name: str) -> str:
    """Without a leading "by" and punctuation at the edges."""
    return _LEADING_BY.sub("", fold_title(name), count=1).strip(_NAME_EDGES)


def is_near(given: str | None, wanted: str) -> bool:
    """At most one day apart; whatever is no ISO date is far from any."""
    try:
        apart = date.fromisoformat((given or "")[:10]) - date.fromisoformat(wanted[:10])
    except ValueError:
        return False
    return abs(apart.days) <= 1


def drop_optional(body: str, wanted: str, optional: Sequence[str]) -> str:
    """``body`` without the paragraphs that one may give or leave out, as often as they are listed
    and not counting where ``wanted`` has the same words.

    A paragraph is looked for as a run of words inside a line. Where there is none, lines that are
    mostly its words go: a caption and its credit, given as lines of their own.
    """
    lines = [_mark_words(line) for line in body.split("\n")]
    needed = [_mark_words(line) for line in wanted.split("\n")]
    listed = Counter(map(_mark_words, optional))
    for paragraph in sorted(filter(None, listed), key=len, reverse=True):
        times = listed[paragraph]
        in_wanted = sum(line.count(paragraph) for line in needed)
        spare = min(times, sum(line.count(paragraph) for line in lines) - in_wanted)
        if spare > 0:
            lines = _cut_run(lines, paragraph, spare)
        elif not in_wanted:
            bag = Counter(paragraph.split())
            lines = [line for line in lines if line in needed or not _is_covered(line, bag)]
    return "\n".join(lines)


def _without_listed_lines(body: str, optional: Sequence[str]) -> str:
    spare = Counter(map(_mark_words, optional))
    kept = []
    for line in body.split("\n"):
        key = _mark_words(line)
        if key and spare[key]:
            spare[key] -= 1
        else:
            kept.append(line)
    return "\n".join(kept)


def _mark_words(text: str) -> str:
    """Each word between spaces of its own, so that a run of words is a plain substring."""
    return "".join(f" {word} " for word in split_words(text))


def _cut_run(lines: Iterable[str], run: str, times: int) -> list[str]:
    left = []
    for line in lines:
        here = min(times, line.count(run))
        left.append(line.replace(run, "", here))
        times -= here
    return left


def _is_covered(line: str, bag: Counter[str]) -> bool:
    words = Counter(line.split())
    count = words.total()
    return count >= _MIN_COVERED_WORDS and (words & bag).total() >= _COVERED * count


def _join_spaces(text: str) -> str:
    return " ".join(text.split())


# ------------------------------------------------------------------ figures over many pages


def summarise_set(scores: Collection[PageScore]) -> dict[str, float | None]:
    """The figures of one set's pages; ``None`` where no page has the annotation."""
    bodies = [score.body for score in scores if score.body is not None]
    strings = [score.must for score in scores if score.must is not None]
    right, asked = (sum(counts) for counts in zip(*strings, strict=True)) if strings else (0, 0)
    return {
        "body_f1": _mean(body.f1 for body in bodies),
        "body_precision": _mean(body.precision for body in bodies),
        "body_recall": _mean(body.recall for body in bodies),
        "clean": _mean(body.clean for body in bodies),
        "must": right / asked if asked else None,
        "title": _share(scores, lambda score: score.title),
        "authors": _share(scores, lambda score: score.authors),
        "date": _share(scores, lambda score: score.date),
        "all_four": _share(scores, lambda score: score.all_four),
    }


def summarise_by_set(
    scores: Iterable[tuple[str, PageScore]], body_apart: Collection[str] = ()
) -> dict[str, dict[str, float | None]]:
    """Set → its figures. In the sets ``body_apart`` the body is no fair measure."""
    pages: dict[str, list[PageScore]] = defaultdict(list)
    for name, score in scores:
        pages[name].append(score)
    figures = {name: summarise_set(members) for name, members in sorted(pages.items())}
    for name in body_apart:
        if name in figures:
            figures[name] |= dict.fromkeys(BODY_FIGURES)
    return figures


def average_sets(sets: Mapping[str, Mapping[str, float | None]]) -> dict[str, float | None]:
    """The mean over the sets that have the figure."""
    return {
        figure: _mean(value for figures in sets.values() if (value := figures[figure]) is not None)
        for figure in FIGURES
    }


def summarise_cost(seconds: Iterable[float | None]) -> Cost | None:
    """``None`` among them: a page that was given up without an answer."""
    known = sorted(1000 * value for value in seconds if value is not None)
    if not known:
        return None
    return Cost(fmean(known), median(known), known[round(0.99 * (len(known) - 1))])


def _share(scores: Iterable[PageScore], judge: Callable[[PageScore], bool | None]) -> float | None:
    return _mean(right for score in scores if (right := judge(score)) is not None)


def _mean(values: Iterable[float]) -> float | None:
    known = list(values)
    return fmean(known) if known else None

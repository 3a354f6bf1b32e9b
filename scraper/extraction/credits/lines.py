"""Lines of a page that are credits by what they say: a label, nothing but a name, a sign-off."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from scraper.extraction.body.runs import TextRun
from scraper.extraction.byline import parse_byline
from scraper.extraction.byline.chunks import is_day_name
from scraper.extraction.byline.labels import colon_labels, leading_label, split_at_roles
from scraper.extraction.byline.names import (
    ends_in_job,
    is_caseless,
    is_job,
    is_place,
    key,
    label_starts,
    labels,
    vocabulary,
)
from scraper.extraction.cleaning import clean_text, fold_text
from scraper.extraction.context import PageContext, Span
from scraper.extraction.credits.bare import CJK, name_leaves, name_pieces, only_name
from scraper.extraction.credits.parts import line_of
from scraper.extraction.document import TEXT, Document

Line = tuple[str, str, int]
"""The credit, its source and its first node."""

MAX_LINE = 200
MAX_LABELLED = 120
"""Characters of a line that begins with a label other than ``BY``'s."""
MAX_WORDS = 18
"""Words of such a line where the label has no colon."""
MAX_LABEL_ALONE = 24
"""Characters of a line that is a label and a colon, the name standing on the next one."""
MAX_BESIDE = 90
MAX_TRIED = 30
LEAF_REACH = 40
"""How many nodes below the headline a line that is only a name may stand."""

BY = re.compile(
    r"^\W{0,3}(?:by|written by|words by|story by|reported by|posted by|author|von|"
    r"ein (?:beitrag|artikel|gastbeitrag|kommentar|interview) von|geschrieben von|"
    r"erstellt von|autor(?:in|en)?|text|par|por|escrito por|di|door|af|av|oleh|penulis|"
    r"reporter|pewarta|laporan|"
    r"tekst|skriven av|autor|avtor|автор|текст|bởi|yazan|från|fra|by:|от|作者|记者|記者|"
    r"文)\b\s*[:：/／]?\s*\S",
    re.IGNORECASE,
)
_FIRST_WORD = re.compile(r"[\W_]{0,3}([^\s:：︰/]+)")
_DATED = re.compile(r"\d[\d.:/\- ]{5,18}(?:Uhr\b|h\b)?[\s|,–-]*(?=[^\W\d_]{2,7} [^\W\d_])")
"""A date and time in figures before a label: ``06.11.2023 13:30 von …``."""
_DATE = re.compile(r"\d{4}|\d[:.]\d\d|\bmin\.? read")
_DAY = re.compile(r"\b([^\W\d_]{3,9})\.? \d{1,2}\b|\b\d{1,2}\.? ([^\W\d_]{3,9})\b")
"""What a credit stands beside and a button does not."""
_BARS = re.compile(r"[|•·∙]|\s[-–—]\s")
_BEHIND_DATE = re.compile(r"\d.{0,20}?\b(?=(?:by|von|par|por|door|oleh)\s+[^\W\d_a-z])()")
_LOGIN = re.compile(
    r"\b(?:by|von|par|por|door|oleh):? (?P<login>[a-z][\w.-]{2,29}),?"
    r"(?: (?:on|am|le|el|op|pada|at|um|@) [^\W_][\w .,/:]{0,16}\d| ?[|·•] ?\d)"
)
"""A name of one small word, as accounts have, before a date: ``by riverfan on August 3``."""
_GLUED_BY = re.compile(r"^(By|Von|Par|Por|Oleh|Door)(?=[^\W\d_a-zß-öø-ÿ][^\W\d_A-Z])")
_CJK_LABEL = re.compile(
    r"^\W{0,2}(?:本报|本報|特约|特約|实习|實習)?(?:记者|記者)\s*[^\s\W]{2,4}(?:[\s/／、]|报道|報導|$)"
    r"|(?<=[\d\s])(?:本报|本報|本网|本網)?(?:记者|記者)\s+[^\s\W]{2,4}$"
    r"|^[\u4e00-\u9fff]{2,8}(?:记者|記者)\s+[\u4e00-\u9fff]{2,4}(?![\u4e00-\u9fff])"
    r"|(?:^|[=＝\s|\[·ㆍ‧・,/])[가-힣]{2,4}\s?기자(?![가-힣])"
    r"|(?:作者|撰文|撰稿|采写|採訪|记者|記者|ライター|執筆者?|著者|筆者|取材・文|文責|글|작성자)\s*[:：/／|｜]\s*[^\s\d\W]{2}"
    r"|^(?:作者|撰文|撰稿)\s*[^\s\W]{2,4}$"
    r"|^【[^\s【】]{3,6}】$|^[(（](?:记者|記者|文)[\s・:：/／]*[^()（）]{2,10}[)）]$"
)
_BEHIND = re.compile(r"[.,;|]\s+([^\W\d_][^\s:]*)(?=[^:.]{0,20}:)")
_CASED = frozenset(
    "af az be bg bs ca cs cy da de el en es et eu fi fr ga gl hr hu id is it kk ky lt lv mk mn ms "
    "nb nl nn no pl pt ro ru sk sl sq sr sv sw tl tr uk uz vi zu".split()
)
"""Languages whose letters have case: their labels stand first in a line."""
_WRITES = frozenset(("author", "interviewer"))
NOT_LEAF = frozenset("h1 h2 h3 h4 h5 h6 li button th td".split())
_LEAF_IF_DATED = frozenset(("li", "h4", "h5", "h6"))
_EDITOR = re.compile(r"^(?:edit|redakt|penyunting|szerkeszt|редактор)", re.IGNORECASE)


def credit_lines(
    page: PageContext, title_span: Span, end: int, language: str | None
) -> Iterator[Line]:
    """From the headline to node ``end``: lines with a label, and short lines under the headline
    that are nothing but a name."""
    document, layout = page.document, page.layout
    start = title_span[0] if title_span[0] >= 0 else max(0, layout.start - 60)
    sites = {fold_text(name) for name in page.site_names}
    tried = 0
    runs = layout.runs
    for at, run in enumerate(runs):
        if run.first < start - 30:
            continue
        if run.first > end or tried >= MAX_TRIED:
            return
        if run.first <= layout.start and run.last > run.first:
            parts = list(_labelled_leaves(document, run, language))
            if parts:
                tried += 1
                yield from parts
                continue
        if run.size > MAX_LINE or (run.first > layout.start and run.link_density > 0.95):
            continue  # a link behind the headline leads elsewhere, label and all
        near = start < run.first <= layout.start
        line = line_of(document, run.first, run.last) if near else run.text
        if not line:
            continue  # nothing but a button
        credit = _credit_of(runs, at, line, language, near=near)
        if credit is not None and not _is_quoted(document, run):
            tried += 1
            yield *credit, run.first
        elif title_span[1] < run.first and _is_above(run, layout.start) and run.size <= 90:
            tried += 1
            if _EDITOR.match(run.text):
                yield run.text, "text:editor", run.first
                continue
            if run.first - title_span[1] <= LEAF_REACH:
                yield from _leaves(document, runs, at, language, sites)


def _credit_of(
    runs: Sequence[TextRun], at: int, line: str, language: str | None, *, near: bool
) -> tuple[str, str] | None:
    login = _LOGIN.search(line) if near else None
    if login is not None:
        return login["login"], "text:login"
    labelled = _labelled(runs, at, line, language, near=near)
    return (labelled, "text:by") if labelled else None


def _is_quoted(document: Document, run: TextRun) -> bool:
    """In a quotation: posts of others that the page embeds are signed too."""
    return any(document.tags[at] == "blockquote" for at in document.outwards(run.owner, 5))


def _labelled(
    runs: Sequence[TextRun], at: int, line: str, language: str | None, *, near: bool
) -> str | None:
    """The line from its label on; a label that stands alone takes the next line with it. ``near``:
    the line stands between headline and text, where a label may follow a bar or a date."""
    if len(line) <= MAX_LABEL_ALONE and line[-1] in ":：" and at + 1 < len(runs):
        named = runs[at + 1].text
        return None if ":" in named else _from_label(f"{line} {named}", language)
    if len(line) <= MAX_LABEL_ALONE and labels().get(key(line)) in _WRITES:
        return _from_box(runs, at, language)
    labelled = _from_label(line, language)
    if labelled is None and near and len(line) <= MAX_LABELLED:
        if any("author" in roles for _, roles in split_at_roles(line)):
            return line
        return _labelled_piece(line, language)
    return labelled


def _from_box(runs: Sequence[TextRun], at: int, language: str | None) -> str | None:
    """The credit of a box in which each label and each name has a line of its own; the names come
    second ("Penulis / Budi / Editor / Rina") or first ("Budi / Penulis / Rina / Editor")."""
    texts = [run.text for run in runs[at : at + 3]] + ["", ""]
    before = runs[at - 1].text if at else ""
    label, named, then = texts[:3]
    if not named or not only_name(named, language):
        return None
    listed = labels().get(key(then)) is not None
    if only_name(before, language) and listed:
        return f"{label}: {before} | {then}: {named}"
    return f"{label}: {named}"


def _labelled_piece(line: str, language: str | None) -> str | None:
    """A credit behind a bar or a date: ``News | By Ann Lee``, ``3. März 2020 von Jan Muster``."""
    for piece in _BARS.split(line)[1:5]:
        labelled = _from_label(piece.strip(), language) if piece.strip() else None
        if labelled:
            return labelled
    behind = _BEHIND_DATE.search(line)
    return line[behind.start(1) :] if behind else None


def _leaves(
    document: Document, runs: Sequence[TextRun], at: int, language: str | None, sites: set[str]
) -> Iterator[Line]:
    """A line that is nothing but a name; it counts for more beside a date."""
    tag = document.tags[runs[at].owner]
    if tag in NOT_LEAF and tag not in _LEAF_IF_DATED:
        return
    names = list(_unlabelled(document, runs[at], language, sites))
    parts = [part for name, _ in names for part in name.split(", ")]
    dated = bool(names) and (_is_dated(runs, at) or any(map(_is_of_writer, parts)))
    if dated or tag not in _LEAF_IF_DATED:
        for name, first in names:
            yield name, "text:leaf" if dated else "text:name", first


def _is_dated(runs: Sequence[TextRun], at: int) -> bool:
    """A date stands in the line or in one beside it."""
    near = [run.text for run in runs[max(0, at - 1) : at + 2] if run.size <= MAX_BESIDE]
    if any(_DATE.search(text) for text in near):
        return True
    if at + 1 < len(runs) and runs[at + 1].size <= MAX_BESIDE and _is_of_writer(runs[at + 1].text):
        return True
    days = [match for text in near for match in _DAY.finditer(text)]
    return any(is_day_name(match[1] or match[2]) for match in days)


def _is_of_writer(line: str) -> bool:
    """A job, a place or an address of mail, as it stands below a name."""
    if "@" in line:
        return " " not in line
    return is_job(line) or (ends_in_job(line) and line.count(" ") < 5) or is_place(line)


def _labelled_leaves(document: Document, run: TextRun, language: str | None) -> Iterator[Line]:
    """A credit inside a line that begins otherwise: with the date, or with the headline where
    one table cell holds the whole article."""
    leaves = [i for i in range(run.first, run.last + 1) if document.tags[i] == TEXT]
    for index in leaves[1:8]:
        text = clean_text(document.texts[index])
        if 5 < len(text) <= 80 and _is_first_inside(document, index):
            labelled = _from_label(text, language)
            if labelled and parse_byline(labelled, language=language).authors:
                yield labelled, "text:by", index


def _is_first_inside(document: Document, index: int) -> bool:
    """The text begins its element, which holds nothing else of the line."""
    return document.parents[index] == index - 1 and document.ends[index - 1] <= index + 1


def _from_label(line: str, language: str | None) -> str | None:
    """A line of credits from its label on ("12 มิถุนายน 2568 โดย …", "Szerző: …"), or ``None``."""
    if line[0].isdigit():
        dated = _DATED.match(line)
        line = line[dated.end() :] if dated else line
    line = _GLUED_BY.sub(r"\1 ", line) if line[0] in "BVPOD" else line
    line = line.lstrip("-–—|•·* ") if line[0] in "-–—|•·*" else line
    known = _starts_label(line.partition(" ")[0])
    if not known and (line.isascii() or language in _CASED or not is_caseless(line)):
        return _behind_sentence(line) if ":" in line and len(line) <= MAX_LABELLED else None
    if BY.match(line):
        return line
    if len(line) > MAX_LABELLED:
        return None
    if CJK.search(line):
        return line if _CJK_LABEL.search(line) else None
    if known:
        first = colon_labels(line)[:1]
        if first and first[0][0] <= 2 and not _WRITES.isdisjoint(first[0][2]):
            return line
        if line.count(" ") < MAX_WORDS:
            leading = leading_label(line, (language or "").partition("-")[0])
            if leading is not None and not _WRITES.isdisjoint(leading[0]):
                return line
    return _from_label_inside(line)


@lru_cache(maxsize=8192)
def _starts_label(word: str) -> bool:
    begins = _FIRST_WORD.match(word)
    return begins is not None and key(begins[1]) in label_starts()


def _behind_sentence(line: str) -> str | None:
    """``Filed under News. Author: Ann Lee.`` from its label on."""
    if not any(_starts_label(match[1]) for match in _BEHIND.finditer(line)):
        return None
    for start, _, roles in colon_labels(line):
        if "author" in roles and line[:start].rstrip().endswith((".", ",", ";", "|")):
            return line[start:]
    return None


def _from_label_inside(line: str) -> str | None:
    """Inside a line only where letters have no case: there a label is hardly ever a word of a
    sentence, while "by" and "von" are."""
    if not is_caseless(line):
        return None
    words = line.split()
    for at, word in enumerate(words[:12]):
        if is_caseless(word) and labels().get(key(word.rstrip(":："))) == "author":
            return " ".join(words[at:]) if len(words) > at + 1 else None
    return None


def _unlabelled(
    document: Document, run: TextRun, language: str | None, sites: set[str]
) -> Iterator[tuple[str, int]]:
    leaves = list(name_leaves(document, run.first, run.last))
    if leaves:
        for leaf in [", ".join(leaves)] if len(leaves) > 1 else leaves:
            yield leaf, run.first
        return
    for piece in name_pieces(document, run):
        if fold_text(piece) in sites:
            continue
        if piece.isupper() and key(piece) in vocabulary("agency"):
            yield piece, run.first
            return
        name = only_name(piece, language)
        if name is not None:
            yield name, run.first
            return


def _is_above(run: TextRun, start: int) -> bool:
    """Before the text, or behind its standfirst and with the date."""
    return run.first < start or (
        run.first < start + 8 and run.size <= 60 and any(c.isdigit() for c in run.text)
    )

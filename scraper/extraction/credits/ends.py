"""What is said of the author away from the headline: signatures, agencies, whole names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from scraper.extraction.body import Layout
from scraper.extraction.body.runs import TextRun
from scraper.extraction.byline import parse_byline
from scraper.extraction.byline.names import key, vocabulary
from scraper.extraction.cleaning import fold_text
from scraper.extraction.context import PageContext, Span
from scraper.extraction.credits.bare import only_name
from scraper.extraction.credits.brackets import bracketed_credits
from scraper.extraction.credits.lines import NOT_LEAF, Line
from scraper.extraction.credits.rating import Credit
from scraper.extraction.document import Document

FULL_NAME_REACH = 90
"""How many nodes above the text the line about the author may stand."""
ABOUT_REACH = 80
"""How many nodes below the text the lines about the author may stand."""
MAX_SIGNATURE = 40
MAX_SIGNATURES = 60
MIN_LAST_PARAGRAPH = 120
"""Characters of the paragraph that a bare name must follow to be a signature."""

_SIGNED = re.compile(r"(?:^|[.!?。”\"»…]\s*)[(（\[]([^()（）\[\]]{4,60})[)）\]][\s.+*]*$")
_BOLD = frozenset(("b", "strong", "em", "i"))
_RIGHT = re.compile(r"text-align\s*:\s*(?:right|end)", re.IGNORECASE)


_HEADING_STARTS = frozenset(
    "weitere weiterführende mehr neue alle über zum zur zurück more related about our all follow "
    "share read see new the back further contact más nuestra sobre leia mais saiba plus voir lire "
    "pour en tous altri leggi meer lees over baca lihat artikel berita selengkapnya źródło czytaj "
    "foto fotos photo photos quelle source fuente fonte".split()
)
"""What a heading or a link begins with and a name does not."""
_WIRED = re.compile(r"[(（]([\w /,-]{2,30})[)）][\s.+*]*$")
_DOES = re.compile(
    r"^([^\W\d_][\w'’-]+(?: [^\W\d_][\w'’.-]*){1,2}) "
    r"(?:is|was|writes|works|covers|lives|has|ist|war|schreibt|arbeitet|lebt|est|écrit|es|escribe|é|è|"
    r"scrive|schrijft|werkt|är|er|jest|adalah)\b"
)
_DATELINE = re.compile(r"^[^\W\d_][\w .,/-]{1,40}[(（]([\w /-]{2,20})[)）]\s*[-–—.:]")


def fuller_names(
    names: Sequence[str], credits: Sequence[Credit], layout: Layout, end: int
) -> tuple[str, ...]:
    """A first name ("Stefan") or a login ("stefan.muster") alone as the whole name that another
    credit or the line about the author gives ("Stefan Muster is …"); ``end`` of the text."""
    if all(" " in name for name in names):
        return tuple(names)
    longer = [name for credit in credits for name in credit.parsed.authors if " " in name]
    return tuple(name if " " in name else _fuller(name, longer, layout, end) for name in names)


def _spelt_out(login: str, longer: Sequence[str]) -> str | None:
    parts = set(fold_text(login).split("."))
    for name in longer:
        words = fold_text(name).replace(".", " ").split()
        short = (words[0][0] + words[-1], words[-1] + words[0][0])
        if "".join(words) == fold_text(login) or fold_text(login) in short:
            return name
        if len(parts) > 1 and parts <= set(words):
            return name
    return None


def _fuller(name: str, longer: Sequence[str], layout: Layout, end: int) -> str:
    spelt_out = _spelt_out(name, longer)
    if spelt_out is not None or not name.istitle():
        return spelt_out or name
    begins = f"{fold_text(name)} "
    for other in longer:
        if fold_text(other).startswith(begins):
            return other
    pattern = re.compile(rf"^({re.escape(name)} (?:v[ao]n |de |der )*[^\W\d_][\w’'-]+)")
    for run in layout.runs:
        if run.first > end + ABOUT_REACH:
            break
        if run.text.startswith(f"{name} ") and run.first > layout.start - FULL_NAME_REACH:
            match = pattern.search(run.text[:300])
            if match and parse_byline(match[1]).authors == (match[1],):
                return match[1]
    return name


def last_resorts(
    page: PageContext, body_span: Span, language: str | None, *, signed: bool
) -> Iterator[Line]:
    """What is looked at only where nothing around the headline names a person; ``signed``: the
    site's own name is there instead."""
    document, layout = page.document, page.layout
    yield from sign_offs(document, layout, body_span, language)
    if signed:
        yield from sign_ons(document, layout, body_span, language)
    yield from bracketed_credits(layout, body_span, language)
    yield from about_author(layout, body_span, language)


def sign_offs(
    document: Document, layout: Layout, body_span: Span, language: str | None
) -> Iterator[Line]:
    """A name that ends the text: in brackets, or alone on a bold or right-aligned last line."""
    inside = [run for run in layout.runs if body_span[0] < run.first <= body_span[1] + 8]
    for run in reversed(inside[-4:]):
        match = _SIGNED.search(run.text)
        if match is not None:
            name = match[1].strip()
        elif run.size <= MAX_SIGNATURE and _is_set_apart(document, run):
            name = run.text.strip(" -–—")
        else:
            continue
        people = parse_byline(name, language=language).authors
        if match is None and key(name).partition(" ")[0] in _HEADING_STARTS:
            continue
        if people and all(len(person.split()) >= 2 for person in people):
            yield name, "text:sign-off", run.first
            return
    if len(inside) > 2 and inside[-2].size > MIN_LAST_PARAGRAPH and inside[-2].ends_sentence:
        last = inside[-1]
        named = only_name(last.text.strip(" -–—*"), language) if last.size <= 40 else None
        if named and key(named).partition(" ")[0] in _HEADING_STARTS:
            return
        if named and document.tags[last.owner] not in NOT_LEAF and last.link_density < 0.5:
            yield named, "text:sign-off", last.first


def sign_ons(
    document: Document, layout: Layout, body_span: Span, language: str | None
) -> Iterator[Line]:
    """Names that stand alone in bold, or at the right, above the first paragraph of the text."""
    inside = [run for run in layout.runs if body_span[0] <= run.first <= body_span[1]]
    for at, run in enumerate(inside[:4]):
        if run.size > MAX_SIGNATURES or not _is_set_apart(document, run):
            continue
        names = parse_byline(run.text, language=language).authors
        named = sum(map(len, names)) >= run.size - 3 * len(names)
        if names and named and all(len(name.split()) in (2, 3) for name in names):
            if key(names[0]).partition(" ")[0] in _HEADING_STARTS:
                continue
            if any(after.size > MIN_LAST_PARAGRAPH for after in inside[at + 1 : at + 3]):
                yield run.text, "text:sign-on", run.first
                return


def about_author(layout: Layout, body_span: Span, language: str | None) -> Iterator[Line]:
    """Whom the lines under "About the author" name: alone, or as the one who is or does."""
    heading = False
    for run in layout.runs:
        if run.first > body_span[1] + ABOUT_REACH:
            return
        if heading:
            does = _DOES.match(run.text)
            name = does[1] if does else only_name(run.text, language) if run.size <= 40 else None
            if name and parse_byline(name, language=language).authors:
                yield name, "text:about", run.first
            return
        heading = (
            run.first > body_span[0] + 1
            and run.size <= MAX_SIGNATURE
            and key(run.text) in vocabulary("about author")
        )


def wire_credits(page: PageContext, body_span: Span, language: str | None) -> Iterator[Line]:
    """The agencies that a text is signed with ("… sagte er. (dpa/afp)") or dated with
    ("BERLIN (dpa) - …"): the last resort, where no field names an author."""
    document = page.document
    inside = [run for run in page.layout.runs if body_span[0] <= run.first <= body_span[1] + 8]
    matches = [(run, _WIRED.search(run.text)) for run in reversed(inside[-3:])]
    matches += [(run, _DATELINE.match(run.text)) for run in inside[:3]]
    signed = [(run, match[1]) for run, match in matches if match is not None]
    signed += [(r, r.text) for r in inside[-2:] if r.size <= 30 and _is_set_apart(document, r)]
    for run, signature in signed:
        names = parse_byline(f"({signature.strip()})", language=language).organisations
        if names and all(key(name) in vocabulary("agency") for name in names):
            yield ", ".join(names), "text:wire", run.first
            return


def _is_set_apart(document: Document, run: TextRun) -> bool:
    """All of it in bold or italics, or at the right."""
    if document.tags[run.owner] in NOT_LEAF:
        return False
    attributes = document.attributes[run.owner] or {}
    if _RIGHT.search(attributes.get("style") or "") or attributes.get("align") == "right":
        return True
    outer = document.parents[run.first]
    return document.tags[outer] in _BOLD and document.ends[outer] >= run.last

"""What happens to an article between two fetches: losses, and what publishers do. Named cases.

A case is made of any article; the texts that come in its place (a consent notice, readers'
comments, …) are in ``tests/data/stories/others.txt`` by language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.stories.loss_words import CALLS, PLAN, REMARKS, SUBSCRIBE
from benchmarks.stories.story_pairs import Story
from scraper.extraction.verdict.calls import find_calls
from scraper.model.types import Verdict
from storage.text.quality import Facts

AT = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
LATER = AT + timedelta(hours=5)


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    is_loss: bool
    current: Facts
    new: Facts
    part: str = ""


@dataclass(frozen=True, slots=True)
class Material:
    """An article, another of the same language, and the texts that are no article."""

    story: Story
    other: Story
    texts: Mapping[str, str]

    @property
    def facts(self) -> Facts:
        return Facts(
            "\n".join(self.story.paragraphs),
            self.story.title,
            authors=("Ana Ruiz",),
            published_at=AT,
            modified_at=AT,
            number=1,
        )

    def with_body(self, *lines: str, **fields: object) -> Facts:
        body = "\n".join(lines)
        calls = find_calls(body.split("\n"))
        return replace(self.facts, body=body, calls=calls, number=2, **fields)  # type: ignore[arg-type]

    def first(self, share: float) -> list[str]:
        """Whole paragraphs up to this share of the text; one at least."""
        whole = sum(map(len, self.story.paragraphs))
        kept = list(self.story.paragraphs[:1])
        for paragraph in self.story.paragraphs[1:]:
            if sum(map(len, kept)) + len(paragraph) > share * whole:
                break
            kept.append(paragraph)
        return kept

    def last_off(self, share: float) -> list[str]:
        """The paragraphs, but for the last ones that make up this share of the text; all but the
        last one where that is more."""
        kept = self.first(1 - share)
        return kept if len(kept) < len(self.story.paragraphs) else [*self.story.paragraphs[:-1]]

    @property
    def calls(self) -> tuple[str, str]:
        return CALLS[self.story.language]

    @property
    def wall(self) -> str:
        return SUBSCRIBE.get(self.story.language, SUBSCRIBE["en"])


def read_others(folder: Path) -> dict[str, dict[str, str]]:
    """Texts by language and name."""
    found: dict[str, dict[str, str]] = {}
    text = (folder / "others.txt").read_text(encoding="utf-8")
    for entry in text.removeprefix("# ").split("\n# "):
        head, _, body = entry.strip().partition("\n")
        language, _, name = head.partition(" | ")
        found.setdefault(language, {})[name] = body
    return found


Make = Callable[[Material], tuple[Facts, Facts]]


def _new(make: Callable[[Material], Facts]) -> Make:
    return lambda given: (given.facts, make(given))


def _half_paragraph(given: Material, share: float, dots: str = "") -> list[str]:
    """Cut in the middle of a paragraph, as a transfer that broke off or a fading text."""
    kept = given.first(share)
    following = given.story.paragraphs[len(kept)] if len(kept) < len(given.story.paragraphs) else ""
    return [*kept, following[: len(following) * 2 // 3].rstrip(" ,.、。") + dots]


LOSSES: dict[str, Make] = {
    "a paywall leaves the first paragraph": _new(lambda g: g.with_body(*g.first(0))),
    "a paywall leaves a third and says so": _new(lambda g: g.with_body(*g.first(0.35), g.wall)),
    "a paywall, on a page with a new time": _new(
        lambda g: g.with_body(*g.first(0.3), g.wall, modified_at=LATER)
    ),
    "a fading text": _new(lambda g: g.with_body(*_half_paragraph(g, 0.4, "…"), g.wall)),
    "a transfer broke off": _new(lambda g: g.with_body(*_half_paragraph(g, 0.6))),
    "the first half": _new(lambda g: g.with_body(*g.first(0.5))),
    "only the last paragraph": _new(lambda g: g.with_body(g.story.paragraphs[-1])),
    "the intro and a list of links": _new(
        lambda g: g.with_body(*g.first(0), g.texts["links"], g.texts["links"])
    ),
    "the intro and the comments": _new(lambda g: g.with_body(*g.first(0), g.texts["comments"])),
    "the comments in its place": _new(lambda g: g.with_body(g.texts["comments"])),
    "twice as many comments in its place": _new(
        lambda g: g.with_body(g.texts["comments"], g.texts["comments"].swapcase())
    ),
    "a list of links in its place": _new(lambda g: g.with_body(g.texts["links"])),
    "a consent notice under its headline": _new(lambda g: g.with_body(g.texts["cookies"])),
    "a consent notice with its own headline": _new(
        lambda g: Facts(g.texts["cookies"], "Privacy settings")
    ),
    "an error page": _new(lambda g: Facts(g.texts["error"], "Service unavailable")),
    "an error page under its headline": _new(lambda g: g.with_body(g.texts["error"])),
    "a teaser": _new(lambda g: g.with_body(*g.first(0.4), verdict=Verdict.TEASER)),
    "a login wall with all of the text": _new(
        lambda g: g.with_body(*g.story.paragraphs, verdict=Verdict.LOGIN_WALL)
    ),
    "no text": _new(lambda g: g.with_body("")),
    "white space": _new(lambda g: g.with_body(" \u200b ", "\t")),
    "no headline": _new(lambda g: replace(g.facts, title=None)),
}

WALLED: dict[str, Make] = {
    "a quarter gone, and a call to log in": _new(
        lambda g: g.with_body(*g.last_off(0.25), g.calls[0])
    ),
    "a quarter gone, and an offer": _new(lambda g: g.with_body(*g.last_off(0.25), g.calls[1])),
    "a tenth gone, and both": _new(lambda g: g.with_body(*g.last_off(0.1), *g.calls)),
    "two fifths gone, and plans as long": _new(
        lambda g: g.with_body(*g.last_off(0.4), g.calls[1], *PLAN, g.calls[0])
    ),
    "read in a wrong charset": _new(lambda g: _garble(g, _misread)),
    "its letters replaced": _new(lambda g: _garble(g, _put_marks)),
    "posts in its place": _new(lambda g: g.with_body(*_posts(g, 0))),
    "the intro and posts": _new(lambda g: g.with_body(*g.first(0.2), *_posts(g, 1))),
    "the byline gone, the text the same": _new(lambda g: replace(g.facts, authors=(), number=2)),
}
"""Losses that need no text but the article's."""

REMARKED: dict[str, Make] = {
    "the last paragraph gone, a remark": _new(
        lambda g: g.with_body(*g.story.paragraphs[:-1], REMARKS[g.story.language])
    ),
    "a remark added": _new(lambda g: g.with_body(*g.story.paragraphs, REMARKS[g.story.language])),
    "a call under all of the text": _new(lambda g: g.with_body(*g.story.paragraphs, *g.calls)),
    "the last paragraph gone, the call was there": lambda g: (
        g.with_body(*g.story.paragraphs, *g.calls),
        g.with_body(*g.story.paragraphs[:-1], *g.calls),
    ),
    "a wrong charset, then the article": lambda g: (_garble(g, _misread), g.facts),
    "letters replaced, then the article": lambda g: (_garble(g, _put_marks), g.facts),
    "one of two authors taken out": lambda g: (
        replace(g.facts, authors=("Ana Ruiz", "Bo Li")),
        g.facts,
    ),
    "the byline gone from an edited text": _new(
        lambda g: replace(g.with_body(*g.story.paragraphs, *g.story.paragraphs[:1]), authors=())
    ),
}
"""Edits that need no text but the article's."""

EDITS: dict[str, Make] = {
    "nothing changed": _new(lambda g: g.facts),
    "the headline changed": _new(lambda g: replace(g.facts, title=g.other.title)),
    "a headline where there was none": lambda g: (replace(g.facts, title=None), g.facts),
    "typography": _new(
        lambda g: replace(g.facts, body=g.facts.body.replace('"', "”").replace("- ", "– "))
    ),
    "the last paragraph removed": _new(lambda g: g.with_body(*g.story.paragraphs[:-1])),
    "a paragraph inside removed": _new(
        lambda g: g.with_body(*g.story.paragraphs[:2], *g.story.paragraphs[3:])
    ),
    "two paragraphs inside removed": _new(
        lambda g: g.with_body(g.story.paragraphs[0], *g.story.paragraphs[3:])
    ),
    "a paragraph added": _new(
        lambda g: g.with_body(*g.story.paragraphs, g.other.paragraphs[1], modified_at=LATER)
    ),
    "a correction in place of a paragraph": _new(
        lambda g: g.with_body(
            *g.story.paragraphs[:-2], g.story.paragraphs[-1], g.other.paragraphs[-1]
        )
    ),
    "another article at the address": _new(
        lambda g: Facts(
            "\n".join(g.other.paragraphs),
            g.other.title,
            authors=("Bo Li",),
            published_at=LATER,
            number=2,
        )
    ),
    "a shorter, newer article at the address": _new(
        lambda g: Facts(
            "\n".join(g.other.paragraphs[:2]),
            g.other.title,
            authors=(),
            published_at=LATER,
            number=2,
        )
    ),
    "a flash grows": lambda g: (g.with_body(*g.first(0)), g.facts),
    "a flash grows under another headline": lambda g: (
        replace(g.with_body(*g.first(0)), title=g.other.title),
        g.facts,
    ),
    "half a page, then all": lambda g: (g.with_body(*_half_paragraph(g, 0.5)), g.facts),
    "a paywall, then all": lambda g: (g.with_body(*g.first(0.3), g.wall), g.facts),
    "a consent notice, then the article": lambda g: (g.with_body(g.texts["cookies"]), g.facts),
    "an error page, then the article": lambda g: (
        Facts(g.texts["error"], "Service unavailable"),
        g.facts,
    ),
    "a list of links, then the article": lambda g: (g.with_body(g.texts["links"]), g.facts),
    "a teaser, then the article": lambda g: (
        g.with_body(*g.first(0.4), verdict=Verdict.TEASER),
        g.facts,
    ),
    "no text, then the article": lambda g: (g.with_body(""), g.facts),
    "the paragraphs in another order": _new(
        lambda g: g.with_body(*reversed(g.story.paragraphs), modified_at=LATER)
    ),
    "merged with another text": _new(
        lambda g: g.with_body(*g.story.paragraphs[:-1], *g.other.paragraphs, modified_at=LATER)
    ),
    "a liveblog rolls on": lambda g: (
        g.with_body(g.story.paragraphs[0], *g.story.paragraphs[2:]),
        g.with_body(*g.story.paragraphs[:-1], g.other.paragraphs[0], modified_at=LATER),
    ),
}

REWRITES: dict[str, Make] = {
    "written anew": _new(lambda g: g.with_body(g.texts["rewrite"])),
    "written anew under another headline": _new(
        lambda g: replace(g.with_body(g.texts["rewrite"]), title=g.other.title)
    ),
    "written anew, and back": lambda g: (g.with_body(g.texts["rewrite"]), g.facts),
    "written anew but for the first paragraph": _new(
        lambda g: g.with_body(g.story.paragraphs[0], g.texts["rewrite"])
    ),
}


def _garble(given: Material, spoil: Callable[[str], str]) -> Facts:
    lines = [spoil(line) for line in given.story.paragraphs]
    return replace(given.with_body(*lines), title=spoil(given.story.title))


def _misread(line: str) -> str:
    """UTF-8 taken for the one-byte encoding of the West; a quotation mark where all is ASCII."""
    odd = line if not line.isascii() else line.replace(" ", " \u201c", 1)
    return "".join(_read_byte(byte) for byte in odd.encode())


def _read_byte(byte: int) -> str:
    """As browsers read windows-1252, which has a character for each byte."""
    one = bytes([byte])
    return one.decode("cp1252") if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(byte)


def _put_marks(line: str) -> str:
    """U+FFFD for what is not ASCII; for an ``e`` where all is."""
    odd = line if not line.isascii() else line.replace("e", "\u00e9")
    return odd.encode("ascii", "replace").decode().replace("?", "\ufffd")


def _posts(given: Material, at: int) -> Sequence[str]:
    """Readers' posts that say the words of the article: by names, by numbers."""
    labels = (
        [f"{name}: " for name in "Ann Bob Cem Dora Eve Finn Gus Hana Ian Jo Kim Lou".split()],
        [f"User{number} wrote: " for number in range(12)],
    )
    text = " ".join(given.story.paragraphs)
    words, space = (text.split(), " ") if text.count(" ") > len(text) / 20 else ([*text], "")
    size = max(1, len(words) // 12)
    pieces = [space.join(reversed(words[n * size : n * size + size])) for n in range(12)]
    return [label + piece for label, piece in zip(labels[at], pieces, strict=True)]


def make_cases(given: Material) -> Iterable[Case]:
    """All cases of one article that there are texts for."""
    kinds = [(WALLED, True), (REMARKED, False)] if given.story.language in CALLS else []
    kinds += [(LOSSES, True), (EDITS, False)] if given.texts else []
    kinds += [(REWRITES, False)] if "rewrite" in given.texts else []
    for makers, is_loss in kinds:
        for name, make in makers.items():
            yield Case(name, is_loss, *make(given))

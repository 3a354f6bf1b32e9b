"""Labelled pairs of texts for the story rules: what editors and agencies do to one text, and what
only looks like it.

``read_articles`` and ``read_templates`` read the texts that were written for the tests
(``tests/data/stories``); ``make_pairs`` takes any articles. Everything is drawn from a seeded
generator: the same articles give the same pairs.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from storage.text.shingles import MIN_WORDS, shingle

Paragraphs = list[str]


@dataclass(frozen=True, slots=True)
class Story:
    """An article with what its pairs are drawn by."""

    id: str
    language: str
    site: str
    title: str
    paragraphs: tuple[str, ...]
    part: str = ""
    same_as: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Pair:
    kind: str
    is_story: bool
    language: str
    one: str
    other: str
    part: str
    ids: str


# ------------------------------------------------------------------ texts of the tests


def read_articles(folder: Path) -> list[Story]:
    """``LANGUAGE.txt``: articles that begin with ``# topic | title``, a paragraph a line."""
    stories = []
    for file in sorted(folder.glob("??.txt")):
        for text in file.read_text(encoding="utf-8").removeprefix("# ").split("\n# "):
            head, *paragraphs = text.strip().split("\n")
            topic, _, title = head.partition(" | ")
            name = f"{file.stem}/{topic}"
            stories.append(Story(name, file.stem, f"{file.stem}.example", title, tuple(paragraphs)))
    return stories


def read_templates(folder: Path) -> list[tuple[str, str, str]]:
    """(language, name, template) of ``templates.txt``."""
    text = (folder / "templates.txt").read_text(encoding="utf-8")
    templates = []
    for entry in text.removeprefix("# ").split("\n# "):
        head, _, body = entry.strip().partition("\n")
        language, _, name = head.partition(" | ")
        templates.append((language, name, body))
    return templates


def fill(template: str, random: Random) -> str:
    """``{a|b}`` is one of these words, ``{10-99}`` and ``{1.10-9.90}`` a number between these."""

    def draw(slot: re.Match[str]) -> str:
        if "|" in slot[1]:
            choice: str = random.choice(slot[1].split("|"))
            return choice
        low, _, high = slot[1].partition("-")
        if "." not in low:
            return str(random.randint(int(low), int(high)))
        return f"{random.uniform(float(low), float(high)):.{len(low.partition('.')[2])}f}"

    return re.sub(r"\{([^{}]+)\}", draw, template)


# ------------------------------------------------------------------ edits

BOILERPLATE = {
    "de": ("Melden Sie sich für unseren Newsletter an und lesen Sie jeden Morgen das Wichtigste.",
           "Alle Rechte vorbehalten. Mehr zum Thema finden Sie in unserem Archiv."),
    "fr": ("Inscrivez-vous à notre lettre d'information pour recevoir chaque matin l'essentiel.",
           "Tous droits réservés. Retrouvez d'autres articles dans nos archives."),
    "zh": ("点击关注本报公众号，获取更多新闻资讯。",
           "责任编辑：张明。版权所有，未经授权不得转载。"),
    "ja": ("この記事は有料会員限定です。会員登録すると続きをお読みいただけます。",
           "無断転載を禁じます。関連記事は特集ページをご覧ください。"),
    "th": ("ติดตามข่าวสารล่าสุดได้ที่แอปพลิเคชันของเรา", "สงวนลิขสิทธิ์ ห้ามคัดลอกหรือเผยแพร่โดยไม่ได้รับอนุญาต"),
    "en": ("Sign up for our newsletter to get the day's most important stories every morning.",
           "All rights reserved. Read more about this subject in our archive."),
}  # fmt: skip
_BRITISH = {
    "centre": "center", "colour": "color", "favour": "favor", "labour": "labor",
    "organis": "organiz", "realis": "realiz", "recognis": "recogniz", "programme": "program",
    "defence": "defense", "travelled": "traveled", "towards": "toward", "grey": "gray",
    "metres": "meters", "neighbour": "neighbor", "per cent": "percent", "kerb": "curb",
    "lorry": "truck", "behaviour": "behavior", "harbour": "harbor",
}  # fmt: skip
_TYPE = {
    '"': "”", "'": "’", " - ": " — ", "...": "…", "„": "«", "“": "«", " %": "\u00a0%", "、": "､",
    "，": ",",
}  # fmt: skip
_NUMBER = re.compile(r"(?<![\d.,])\d+(?:[.,]\d+)?(?![\d.,])")


def retitle(story: Story, other: Story, random: Random) -> tuple[Paragraphs, Paragraphs]:
    """As where an extractor puts the headline into the text."""
    return [story.title or "News", *story.paragraphs], [other.title or "Today", *story.paragraphs]


def rewrite_intro(story: Story, other: Story, random: Random) -> tuple[Paragraphs, Paragraphs]:
    """Its first words are others: the first paragraph, but no more than an eighth of the text."""
    first, *rest = story.paragraphs
    most = sum(map(len, story.paragraphs)) // 8
    kept = first[most:]
    return list(story.paragraphs), [other.paragraphs[0][:most] + kept, *rest]


def add_paragraph(story: Story, other: Story, random: Random) -> tuple[Paragraphs, Paragraphs]:
    changed = list(story.paragraphs)
    changed.insert(random.randint(1, len(changed)), random.choice(other.paragraphs))
    return list(story.paragraphs), changed


def remove_paragraph(story: Story, other: Story, random: Random) -> tuple[Paragraphs, Paragraphs]:
    changed = list(story.paragraphs)
    del changed[random.randrange(len(changed))]
    return list(story.paragraphs), changed


def cut_to_half(story: Story, other: Story, random: Random) -> tuple[Paragraphs, Paragraphs]:
    whole = sum(map(len, story.paragraphs))
    kept: Paragraphs = []
    for paragraph in story.paragraphs:
        if kept and sum(map(len, kept)) + len(paragraph) / 2 > whole / 2:
            break
        kept.append(paragraph)
    return list(story.paragraphs), kept


def wrap(story: Story, other: Story, random: Random) -> tuple[Paragraphs, Paragraphs]:
    before, after = BOILERPLATE.get(story.language, BOILERPLATE["en"])
    return list(story.paragraphs), [before, *story.paragraphs, after]


def credit(story: Story, other: Story, random: Random) -> tuple[Paragraphs, Paragraphs]:
    first, *rest = story.paragraphs
    agency = random.choice(["Reuters", "AFP", "dpa", "新华社", "共同", "AP"])
    return list(story.paragraphs), [f"({agency}) – {first}", *rest, f"({agency}/K. Berg, L. Oduya)"]


def localise(story: Story, other: Story, random: Random) -> tuple[Paragraphs, Paragraphs]:
    text = "\n".join(story.paragraphs)
    for british, american in _BRITISH.items():
        text = text.replace(british, american)
    return list(story.paragraphs), text.split("\n")


def reset_type(story: Story, other: Story, random: Random) -> tuple[Paragraphs, Paragraphs]:
    text = "\n".join(story.paragraphs)
    for plain, other_form in _TYPE.items():
        text = text.replace(plain, other_form)
    return list(story.paragraphs), text.split("\n")


def regroup(story: Story, other: Story, random: Random) -> tuple[Paragraphs, Paragraphs]:
    """1,234 → 1 234 or 1.234; 1234 → 1,234."""
    text = "\n".join(story.paragraphs)
    mark = random.choice(["\u00a0", ".", "\u202f"])
    text = re.sub(r"(?<![\d.,])(\d{1,3}),(\d{3})(?![\d.,])", rf"\1{mark}\2", text)
    text = re.sub(r"(?<![\d.,])([1-9]\d)(\d{3})(?![\d.,])", r"\1,\2", text)
    return list(story.paragraphs), text.split("\n")


def update_toll(story: Story, other: Story, random: Random) -> tuple[Paragraphs, Paragraphs]:
    text = "\n".join(story.paragraphs)
    numbers = [number for number in _NUMBER.findall(text) if len(number) < 4]
    if not numbers:
        return list(story.paragraphs), [other.title, *story.paragraphs]
    old = random.choice(numbers)
    new = str(int(float(old.replace(",", "."))) + random.randint(1, 9))
    return list(story.paragraphs), re.sub(
        rf"(?<![\d.,]){re.escape(old)}(?![\d.,])", new, text
    ).split("\n")


def reword(story: Story, other: Story, random: Random) -> tuple[Paragraphs, Paragraphs]:
    """One paragraph in other words, one taken out, a credit put in, other quotation marks."""
    _, changed = credit(replace(story, paragraphs=tuple(reset_type(story, other, random)[1])),
                        other, random)  # fmt: skip
    if len(changed) > 5:
        del changed[random.randrange(1, len(changed) - 1)]
    changed[random.randrange(1, len(changed))] += " " + other.title
    return list(story.paragraphs), changed


def reorder(story: Story, other: Story, random: Random) -> tuple[Paragraphs, Paragraphs]:
    first, *rest = story.paragraphs
    random.shuffle(rest)
    return list(story.paragraphs), [first, *rest]


Edit = Callable[[Story, Story, Random], tuple[Paragraphs, Paragraphs]]
EDITS: dict[str, Edit] = {
    "headline changed": retitle,
    "intro rewritten": rewrite_intro,
    "paragraph added": add_paragraph,
    "paragraph removed": remove_paragraph,
    "cut to half": cut_to_half,
    "boilerplate at both ends": wrap,
    "agency credit": credit,
    "spelling localised": localise,
    "typography": reset_type,
    "number format": regroup,
    "one figure brought up to date": update_toll,
    "several edits at once": reword,
    "paragraphs reordered": reorder,
}

# ------------------------------------------------------------------ look-alikes


def other_article(story: Story, other: Story, random: Random) -> tuple[Paragraphs, Paragraphs]:
    return list(story.paragraphs), list(other.paragraphs)


def follow_up(story: Story, other: Story, random: Random) -> tuple[Paragraphs, Paragraphs]:
    """A later report that quotes two paragraphs of the earlier one, or one that is half of it."""
    quoted = sorted(random.sample(range(len(story.paragraphs)), 2))
    while sum(len(story.paragraphs[at]) for at in quoted) > sum(map(len, story.paragraphs)) / 2:
        quoted.pop()
    background = [story.paragraphs[at] for at in quoted]
    return list(story.paragraphs), [*other.paragraphs, *background]


def furniture(story: Story, other: Story, random: Random) -> tuple[Paragraphs, Paragraphs]:
    """Two articles in the same frame."""
    before, after = BOILERPLATE.get(story.language, BOILERPLATE["en"])
    return [before, *story.paragraphs, after], [before, *other.paragraphs, after]


def liveblogs(story: Story, other: Story, random: Random) -> tuple[Paragraphs, Paragraphs]:
    """Two days' liveblogs: one frame, a summary that both give, other entries."""
    shared = story.paragraphs[0]
    mine = [f"{at:02}:15 {text}" for at, text in enumerate(story.paragraphs, 8)]
    theirs = [f"{at:02}:15 {text}" for at, text in enumerate(other.paragraphs, 8)]
    return [shared, *mine[1:]], [shared, *theirs]


LOOK_ALIKES: dict[str, Edit] = {
    "another article": other_article,
    "follow-up quoting two paragraphs": follow_up,
    "the same frame": furniture,
    "liveblogs of one event": liveblogs,
}


def make_pairs(stories: Sequence[Story], random: Random, *, edits_each: int) -> Iterable[Pair]:
    """Pairs of each story: ``edits_each`` edits of it, each kind in turn, and every look-alike.

    A look-alike's other article is of the same site where there is one, else of the language. A
    pair with a text under ``MIN_WORDS`` words is left out: such texts are no story by definition.
    """
    near: dict[str, list[Story]] = defaultdict(list)
    for story in stories:
        near[story.site].append(story)
        near[story.language].append(story)
    kinds = list(EDITS)
    for number, story in enumerate(stories):
        siblings = [one for one in near[story.site] if _is_other(one, story)]
        siblings = siblings or [one for one in near[story.language] if _is_other(one, story)]
        if not siblings or len(story.paragraphs) < 4:
            continue
        chosen = [kinds[(number * edits_each + at) % len(kinds)] for at in range(edits_each)]
        tasks = [(kind, EDITS[kind], True) for kind in chosen]
        tasks += [(kind, make, False) for kind, make in LOOK_ALIKES.items()]
        for kind, make, is_story in tasks:
            other = random.choice(siblings)
            text, edited = ("\n".join(each) for each in make(story, other, random))
            if min(words_of(text), words_of(edited)) >= MIN_WORDS:
                yield Pair(kind, is_story, story.language, text, edited, story.part,
                           f"{story.id} / {other.id}")  # fmt: skip


def make_template_pairs(
    templates: Iterable[tuple[str, str, str]], random: Random, each: int
) -> Iterable[Pair]:
    """Reports of one template: never one story, unless all figures are the same."""
    for language, name, template in templates:
        for _ in range(each):
            yield Pair("one template", False, language, fill(template, random),
                       fill(template, random), "", f"{language}/{name}")  # fmt: skip


def make_digest_pairs(stories: Sequence[Story], random: Random) -> Iterable[Pair]:
    """An article, and a digest that holds it among five others: no more than a third of it."""
    for story in stories:
        others = [
            one for one in stories if one.language == story.language and _is_other(one, story)
        ]
        if len(others) >= 5:
            chosen = [story, *random.sample(others, 5)]
            digest = "\n".join(line for one in chosen for line in one.paragraphs)
            text = "\n".join(story.paragraphs)
            if 3 * len(text) <= len(digest):
                yield Pair("item of a digest", False, story.language, text, digest, story.part,
                           story.id)  # fmt: skip


def words_of(text: str) -> int:
    return shingle(text[:4000]).words


def _is_other(one: Story, story: Story) -> bool:
    return one.id != story.id and one.id not in story.same_as and len(one.paragraphs) > 2

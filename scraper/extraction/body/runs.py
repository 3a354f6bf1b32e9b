"""The page cut into runs: what stands between two block boundaries or blank lines.

A run is what a reader sees as one paragraph, whatever the markup: a ``<p>`` (closed or not), a
``<div>`` of bare text, a stretch between two ``<br>``, a heading, a list item, a cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from scraper.extraction.cleaning import clean_text, measure_text
from scraper.extraction.document import BLOCK_TAGS, TEXT, Document

_SENTENCE_END = re.compile(r"""[.!?…。！？।۔؟][\s"'”’»)\]*]*$""")


@dataclass(slots=True)
class Run:
    text: str
    owner: int
    """The block element that holds it."""
    first: int
    last: int
    """Its first and last text node."""
    size: int
    """Length in characters of a spaced script."""
    link_size: int
    reason: str = ""
    """Why it is furniture, once that is known (``furniture.mark_runs``)."""

    @property
    def link_density(self) -> float:
        return self.link_size / len(self.text)

    @property
    def is_prose(self) -> bool:
        """Not a blob of data: words have ends."""
        return self.size < 400 or not self.text.isascii() or self.text.count(" ") * 40 > self.size

    @property
    def ends_sentence(self) -> bool:
        return _SENTENCE_END.search(self.text) is not None


def cut_runs(document: Document) -> list[Run]:
    """All runs of the page in document order, empty ones left out."""
    runs: list[Run] = []
    tags, texts, ends = document.tags, document.texts, document.ends
    owners: list[int] = []
    pending: list[int] = []
    spoken = False  # something in ``pending`` is more than white space
    broken = False  # the last thing seen was a <br>
    limit = len(tags) + 1  # where the innermost block ends
    for index, tag in enumerate(tags):
        while index >= limit:
            if spoken:
                runs.append(_make_run(document, pending, owners[-1]))
                spoken = False
            pending.clear()
            owners.pop()
            limit = ends[owners[-1]] if owners else len(tags) + 1
        if tag == TEXT:
            if not texts[index].isspace():
                broken, spoken = False, True
            pending.append(index)
        elif tag == "br":
            if broken and spoken:
                runs.append(_make_run(document, pending, owners[-1] if owners else 0))
                spoken = False
                pending.clear()
            pending.append(index)
            broken = True
        elif tag in BLOCK_TAGS:
            if spoken:
                runs.append(_make_run(document, pending, owners[-1] if owners else 0))
                spoken = False
            pending.clear()
            owners.append(index)
            limit = ends[index]
            broken = False
    if spoken:
        runs.append(_make_run(document, pending, owners[-1] if owners else 0))
    return [run for run in runs if run.text]


def _make_run(document: Document, pending: list[int], owner: int) -> Run:
    texts, links = document.texts, document.links
    text = clean_text("".join([texts[index] for index in pending]))
    spoken = [at for at in pending if texts[at] and not texts[at].isspace()]
    link_size = 0
    if links[spoken[0]] or links[spoken[-1]] or len(spoken) > 2:
        link_size = sum([len(texts[at].strip()) for at in spoken if links[at]])
    return Run(text, owner, spoken[0], spoken[-1], measure_text(text), min(link_size, len(text)))

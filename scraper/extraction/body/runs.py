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
    breaks: bool
    """A single ``<br>`` stands inside."""

    @property
    def link_density(self) -> float:
        return self.link_size / len(self.text)

    @property
    def ends_sentence(self) -> bool:
        return _SENTENCE_END.search(self.text) is not None


def cut_runs(document: Document) -> list[Run]:
    """All runs of the page in document order, empty ones left out."""
    runs: list[Run] = []
    tags, texts, ends = document.tags, document.texts, document.ends
    owners: list[int] = []
    pending: list[int] = []
    broken = False  # the last thing seen was a <br>
    for index, tag in enumerate(tags):
        while owners and index >= ends[owners[-1]]:
            _flush(document, runs, pending, owners[-1])
            owners.pop()
        if tag == TEXT:
            if not texts[index].isspace():
                broken = False
            pending.append(index)
        elif tag == "br":
            if broken:
                _flush(document, runs, pending, owners[-1] if owners else 0)
            else:
                pending.append(index)
            broken = True
        elif tag in BLOCK_TAGS:
            if owners:
                _flush(document, runs, pending, owners[-1])
            owners.append(index)
            broken = False
    if owners:
        _flush(document, runs, pending, owners[-1])
    return runs


def _flush(document: Document, runs: list[Run], pending: list[int], owner: int) -> None:
    if not pending:
        return
    texts = document.texts
    text = clean_text("".join([texts[index] for index in pending]))
    if text:
        links = document.links
        spoken = [at for at in pending if not texts[at].isspace()]
        link_size = sum(len(texts[at].strip()) for at in spoken if links[at])
        breaks = any(document.tags[at] == "br" for at in pending)
        runs.append(
            Run(
                text,
                owner,
                spoken[0],
                spoken[-1],
                measure_text(text),
                min(link_size, len(text)),
                breaks,
            )
        )
    pending.clear()

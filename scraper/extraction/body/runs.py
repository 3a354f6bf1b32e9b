"""The page cut into runs: what stands between two block boundaries or blank lines.

A run is what a reader sees as one paragraph, whatever the markup: a ``<p>`` (closed or not), a
``<div>`` of bare text, a stretch between two ``<br>``, a heading, a list item, a cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from scraper.extraction.cleaning import clean_text, measure_text
from scraper.extraction.document import BLOCK_TAGS, TEXT, Document

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_SENTENCE_END = re.compile(r"""[.!?…。！？।۔؟][\s"'”’»)\]*]*$""")


@dataclass(slots=True, kw_only=True)
class TextRun:
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


def cut_runs(document: Document) -> list[TextRun]:  # noqa: C901 - one loop over every node
    """All runs of the page in document order, empty ones left out."""
    runs: list[TextRun] = []
    tags, texts, ends, links = document.tags, document.texts, document.ends, document.links
    owners: list[int] = [0]
    parts: list[str] = []
    first = last = -1
    link_size = 0
    broken = False  # the last thing seen was a <br>
    limit = len(tags) + 1  # where the innermost block ends

    def close() -> None:
        """The end of a run, if more than white space was seen since the last one."""
        nonlocal first, link_size
        if first >= 0:
            text = clean_text("".join(parts))
            if text:
                size = len(text) if text.isascii() else measure_text(text)
                linked = min(link_size, len(text))
                runs.append(
                    TextRun(
                        text=text,
                        owner=owners[-1],
                        first=first,
                        last=last,
                        size=size,
                        link_size=linked,
                    )
                )
            first, link_size = -1, 0
        parts.clear()

    for index, tag in enumerate(tags):
        while index >= limit:
            if parts:
                close()
            owners.pop()
            limit = ends[owners[-1]] if len(owners) > 1 else len(tags) + 1
        if tag == TEXT:
            text = texts[index]
            parts.append(text)
            if not text.isspace():
                broken = False
                last = index
                if first < 0:
                    first = index
                if links[index]:
                    link_size += len(text.strip())
        elif tag == "br":
            if broken:
                close()
            parts.append(" ")
            broken = True
        elif tag in BLOCK_TAGS:
            if parts:
                close()
            owners.append(index)
            limit = ends[index]
            broken = False
        elif texts[index]:
            parts.append(" ")  # behind a block
    close()
    return runs

"""The text as JSON-LD states it, for pages whose markup holds none: a script would have put it in.

``articleBody`` is the whole text on many sites, a teaser or something else on others (measured:
body F1 .863, under half the text on 9 %), so that it only stands in where there is hardly any
other, and never on a page that says it is not free.
"""

from __future__ import annotations

from itertools import islice

from scraper.extraction.body.text import Body
from scraper.extraction.cleaning import clean_markup, measure_text
from scraper.extraction.metadata import ArticleNode
from scraper.model.types import Block, BlockKind

MIN_STATED = 250
LITTLE = 400
TIMES = 3
"""So many times the text that the markup holds."""
MIN_PARAGRAPH = 80
MAX_LINES = 60_000
"""As many as a page may have tags (``prescan``): an answer has room for them."""


def stated_body(node: ArticleNode | None, printed: Body) -> Body | None:
    """The stated text, where it has to stand in for the one found; else ``None``."""
    if node is None or not node.body or node.is_free is False:
        return None
    size = measure_text(printed.text)
    if size >= LITTLE or measure_text(node.body) < max(MIN_STATED, TIMES * size):
        return None
    lines = (clean_markup(line) for line in node.body.replace("</p>", "\n").split("\n"))
    kept = islice(filter(None, lines), MAX_LINES)
    blocks = tuple(Block(BlockKind.PARAGRAPH, line) for line in kept)
    return Body(
        blocks=blocks,
        places=tuple(0 for _ in blocks),
        paragraphs=sum(1 for block in blocks if measure_text(block.text) >= MIN_PARAGRAPH),
        confidence=0.7,
        source="json-ld:articleBody",
    )

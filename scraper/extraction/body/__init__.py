"""The article's text as typed blocks: ``lay_out`` finds it, ``extract_body`` takes it.

runs         what readers see as paragraphs     furniture    what is none of the article's
layout       the element that holds the text    entries      posts of a liveblog, and their times
                                                openings     the lines before the first paragraph
reach        what belongs to it outside         pruning      what does not inside
repeats      what stands twice                  pointers     labels and summaries
blocks       runs → typed blocks                captions     of the article's images
apart        captions among the runs            text         all of these, in order
stated       the text as JSON-LD states it      images/      where the pictures lie
words/       class names and phrases, by language

Each step works on the arrays of ``Document`` and costs one pass.
"""

from scraper.extraction.body.layout import Layout, lay_out
from scraper.extraction.body.pruning import Hints
from scraper.extraction.body.runs import TextRun
from scraper.extraction.body.text import Body, extract_body

__all__ = ["Body", "Hints", "Layout", "TextRun", "extract_body", "lay_out"]

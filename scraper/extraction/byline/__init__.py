"""A printed credit as people, outlets and roles: ``parse_byline``.

parsing      labels divide it, rules read the rest   labels, words     "By", "Editor:", joiners
chunks       more than a name: outlet, place, date   names          what a name looks like
phrases      made plain before it is divided         cjk            names without spaces
builder      what is gathered, then made final      codes          "(vyp/kna)"
datelines    places beside those names
"""

from scraper.extraction.byline.builder import Byline, Role
from scraper.extraction.byline.parsing import parse_byline

__all__ = ["Byline", "Role", "parse_byline"]

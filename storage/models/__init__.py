"""The tables, as typed rows without methods. Times are UTC; hashes and keys are raw bytes.

Large columns stand last in their rows, so that SQLite reads a list without their overflow pages.
(What was added by later migrations stands behind them.)
"""

from storage.models.base import Base, record_from, table_of
from storage.models.crawling import Alarm, Host, Page, PageSource, Poll, Robots, Run, Source
from storage.models.filing import Article, Edit, Fetch, Image, Part, Snapshot, Version
from storage.models.finding import Document, HiddenDocument, Likeness, Shingle
from storage.models.proving import Entry, ReferencePage, Seal
from storage.models.upkeep import Intake, Notice, Reextraction, ReextractionChange, Watch

__all__ = [
    "Alarm",
    "Article",
    "Base",
    "Document",
    "Edit",
    "Entry",
    "Fetch",
    "HiddenDocument",
    "Host",
    "Image",
    "Intake",
    "Likeness",
    "Notice",
    "Page",
    "PageSource",
    "Part",
    "Poll",
    "Reextraction",
    "ReextractionChange",
    "ReferencePage",
    "Robots",
    "Run",
    "Seal",
    "Shingle",
    "Snapshot",
    "Source",
    "Version",
    "Watch",
    "record_from",
    "table_of",
]

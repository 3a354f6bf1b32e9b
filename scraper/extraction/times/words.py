"""The words and class names by which printed dates are told apart: published, updated, a
comment's."""

from __future__ import annotations

import re
from functools import lru_cache

from scraper.extraction.dates.text import UNSPACED
from scraper.extraction.document import Document
from scraper.extraction.word_lists import read_sections

_MORE_UPDATED = (
    "last modified|last updated|last changed|last edited|zuletzt|stand:|mise à jour|màj|"
    "modificata|diubah|aktualizováno|uppdaterad|oppdatert|обновена|تحديث|به‌روزرسانی|แก้ไข"
)
_MORE_PUBLISHED = (
    "first published|publication date|erstellt|publicada|dodano|vydáno|udgivet|yayınlandı|"
    "تاریخ انتشار|เผยแพร่"
)
AS_OF = re.compile(r"(?<!\w)(?:stand|as of|stato)\s*:", re.IGNORECASE)
"""The one date that some publishers print, of the first or the last edition."""
_NEUTRAL = re.compile(r"(?<!\w)(?:date|datum|fecha|data|tanggal|tarih)(?!\w)", re.IGNORECASE)
"""What stands before either date."""
DATE_CLASS = re.compile(
    r"(?<![a-z])(?:date|dateline|datetime|time|timestamp|pubdate|published|posted|"
    r"publish|datum|tanggal|fecha|data|meta|updated|created|postdate|dtpublished|"
    r"entry-date|post-date|publish-date|pub-date)(?![a-z])"
)
COMMENT_CLASS = re.compile(
    r"comment|kommentar|coment[aá]ri|reacties?|yorum|(?<!p)review|(?<![a-z])rating|"
    r"bewertung|testimonial|respond|disqus|related|recommend|sidebar|widget|teaser|popular|latest|"
    r"(?<![a-z])(?<!post[-_])(?<!post__)(?<!entry[-_])(?<!entry__)(?<!article[-_])"
    r"(?<!article__)footer|copyright|cookie|consent"
)
_TAXONOMY = re.compile(r"(?:post_tag|category|tag|author)-\S+")
"""Class names that say what an article is about: an article on comments is no comment."""
NOTE_CLASS = re.compile(r"(?:post|entry|article)[-_]{0,2}(?:footer|meta|info)")
"""Of a sentence about the article, below it."""


def find_updated(text: str) -> int:
    """Where a label of revision begins ("Updated", "Diperbarui", "更新"); -1 without one."""
    return _find(_labels("updated", _MORE_UPDATED), text)


def is_published_label(text: str) -> bool:
    """Whether a text says that it gives the time of publication, or just its date."""
    return _find(_labels("published", _MORE_PUBLISHED), text) >= 0


def is_updated_label(text: str) -> bool:
    """Whether a text gives a time of revision, and none of publication."""
    return find_updated(text) >= 0 and not is_published_label(text)


def is_date_label(text: str) -> bool:
    """Whether a text is labelled as a date, whichever."""
    return is_published_label(text) or _NEUTRAL.search(text) is not None


_Labels = tuple[re.Pattern[str], re.Pattern[str]]


@lru_cache(maxsize=2)
def _labels(section: str, more: str) -> _Labels:
    """The labels of the vocabulary of dates and more, of scripts with spaces and without."""
    words = sorted({*read_sections("date_words.txt")[section], *more.split("|")}, key=len)
    spaced = [re.escape(word) for word in reversed(words) if not UNSPACED.search(word)]
    unspaced = [re.escape(word) for word in reversed(words) if UNSPACED.search(word)]
    return (
        re.compile(rf"(?<!\w)(?:{'|'.join(spaced)})(?!\w)", re.IGNORECASE),
        re.compile("|".join(unspaced)),
    )


def _find(labels: _Labels, text: str) -> int:
    match = labels[0].search(text)
    if match is None and not text.isascii():
        match = labels[1].search(text)
    return match.start() if match else -1


def context_of(document: Document, index: int, levels: int) -> str:
    """The class words of the next few ancestors."""
    context = "".join(document.words[at] for at in document.ancestors(index, levels))
    return _TAXONOMY.sub("", context) if "tag-" in context or "category-" in context else context

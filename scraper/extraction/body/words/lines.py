# ruff: noqa: E501 - a language's phrases read best on one line
"""Lines that are no text although they stand in it, by what they say in many languages
(``data/lines.txt``). Lines known by their form are in ``pointers``."""

from __future__ import annotations

import re
from collections.abc import Iterable

from scraper.extraction.word_lists import read_rows


def _any_of(rows: Iterable[tuple[str, str]], tail: str = "") -> re.Pattern[str]:
    """Of a line that begins with one of the patterns, after four marks at most; ``tail``: what must
    follow."""
    patterns = "|".join(pattern for _, pattern in rows)
    return re.compile(rf"[\W_]{{0,4}}(?:{patterns}){tail}", re.IGNORECASE)


_ROWS = read_rows("lines.txt")
PROMO_STARTS, END_LINES = _ROWS["promo starts"], _ROWS["end lines"]
"""Language and pattern: a line that begins like the one leads away from the text; where one like the
other stands alone, what follows is not the article any more."""
PROMO_START = _any_of(PROMO_STARTS)
END_LINE = _any_of(END_LINES, r"[\W_]{0,4}$")

# A line of these words alone is a bar of buttons, in any language.
_SHARE_WORDS = frozenset(
    "facebook twitter x whatsapp telegram linkedin pinterest reddit email e mail messenger line vk "
    "instagram threads bluesky mastodon flipboard pocket tumblr viber weibo wechat kakao kakaotalk "
    "kakaostory band naver copy link url print pdf share on via by to this and sms xing ok skype "
    "youtube tiktok google news".split()
)


def is_share_line(folded: str) -> bool:
    """Names of networks and nothing else. ``folded`` by ``cleaning.fold_text``."""
    if len(folded) > 120:
        return False
    words = _WORD.findall(folded)
    return len(words) > 1 and _SHARE_WORDS.issuperset(words)


_WORD = re.compile(r"\w+")

_CREDITED = re.compile(
    r"(?:\b(?:credits?|photo(?:graph)?s?(?: by| credit)?|images?|picture|illustration|foto|fotos|bild|"
    r"grafik|fotografía|imagen|crédits?|crédito|reprodução|billede|kuva|fotka|fotó|zdj|fot|fotograf)|"
    r"\b(?:фото|зображення|снимка|φωτογραφία|φωτο|fotoğraf|ảnh|צילום|תמונה|תצלום)|(?:تصوير|الصورة|عکس|फोटो|ছবি|ภาพ)|写真|撮影|図|图片来源|图|사진)\s*[:：=/]\s*(?:©\s*)?[^.:!?]{2,60}[.)\]]{0,2}$|"
    r"[^。！？]{2,30}(?:摄|攝|供图|供圖)[)）]?$",
    re.IGNORECASE,
)


_TAKEN = "摄攝图圖"


def is_credited(text: str) -> bool:
    """Whether it ends as the caption of a picture does: who took it."""
    tail = text[-110:].lower()
    marked = ":" in tail or "：" in tail or "=" in tail or "/" in tail or tail[-1:] in _TAKEN
    return (marked or tail[-2:-1] in _TAKEN) and _CREDITED.search(tail) is not None


# How to reach the author, below the text.
CONTACT = re.compile(
    r"^(?:you can )?(?:contact|reach|e-?mail|follow|write to)\b.{2,80}(?:@\w|\bvia e-?mail|\bon (?:x|twitter|instagram|"
    r"facebook|threads|bluesky)\b)|\bfollow (?:him|her|them) (?:on|at|@)|\b(?:can be )?reached (?:at|via|on) \S+@|"
    r"\b(?:sie|er|ihm|ihr|autor(?:in)?) (?:auf|bei) (?:x|twitter|instagram)\b",
    re.IGNORECASE,
)

# Who the author is, in the third person, below the text.
BIO = re.compile(
    r"^(?:by )?(?:[^\W\d_a-zß-ÿ][\w.’'-]* ){1,4}(?:is|was|covers|writes|reports|ist|schreibt|arbeitet|est|es|è|é|adalah|är|er|on|jest)\b"
    r"(?:.{0,160}\b(?:reporter|journalist|editor|correspondent|columnist|writer|contributor|redakteur(?:in)?|"
    r"volontär(?:in)?|autor(?:in|a)?|journaliste|rédact(?:eur|rice)|periodista|redactora?|giornalista|jornalista|repórter|"
    r"wartawan|jurnalis|redacteur|dziennikar(?:z|ka)|skribent|toimittaja)\b|(?<=covers).{3,160}\bfor\b|(?<=writes) about\b)",
)

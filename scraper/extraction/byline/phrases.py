"""Turns of phrase that are made plain before a credit is divided at its labels."""

from __future__ import annotations

import re

from scraper.extraction.byline.chunks import is_day_name
from scraper.extraction.byline.labels import with_colons
from scraper.extraction.byline.names import is_label, is_place, vocabulary

_GLUED_BY = re.compile(r"^(By|Von|Par|Por|Oleh)(?=[A-Z][a-z])")
_GLUED_WORD = re.compile(r"(?<=[a-zß-öø-ÿ]{2})[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]{3,}\b")
"""Where markup without white space wrote the next word on to a name: ``Ann LeePublished``."""
_NEXT_WORDS = frozenset(
    "contributions published updated posted last veröffentlicht aktualisiert publié publicado "
    "pubblicato editor photo foto staff follow senior freelance".split()
)
_INLINE_ROLE = re.compile(
    r"(?<=[\w.,])(?<!\be)(?<!\by)(?<!\bet)(?<!\bog)(?<!och)(?<!and)(?<!und)\s+(?=(?:edited|photographs?|photos?|pictures?|translated|illustration(?:s|en)?|"
    r"(?:with )?additional reporting|with reporting|contributions|video|graphics|interview|fotos?|"
    r"foto|ilustrasi) (?:by|from|von|de|por|di|av|oleh) )",
    re.IGNORECASE,
)
_GENDERED = re.compile(r"((?i:autor|reporter|journalist))(?:/-?|[*:_])?[iI]n(?=\s|:)")
"""The ending of ``Autor/-in``, ``Autor:in``, ``Autor*in``."""
_TOLD_TO = re.compile(r".*\b(?:as told to|aufgezeichnet von)\s+(?=\w)(.+)$", re.IGNORECASE)
"""Who told it is not who wrote it."""
_IN_TALK = re.compile(
    r"\s+(?:im (?:Gespräch|Interview) mit|in conversation with|in gesprek met|i samtal med)\s+",
    re.IGNORECASE,
)
_NEXT_THING = re.compile(
    r"^((?:\S+ ){2,6})(?:Follow|Published|Posted|Updated|Last [Uu]pdated|Share)\b.*$"
)
"""``Ann Lee Published on March 5``: what the page says next."""
_AND_AGENCIES = re.compile(
    r"\s+(?:y|e|et|und|and|og|och|i|dan|con|com|with|mit|avec) "
    r"(?:agencias|agências|agenzie|agences|agenturen|agencies|agentschappen|agensi)$",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<= )([^\W\d_a-z]\w{4,})\. (?=[^\W\d_a-z])")
"""``Luis Moreno. Madrid``."""
_LABEL_SLASH = re.compile(r"([^\W\d_]{2,20})\s*/\s+")
"""``بقلم/ نورا سالم``."""
_CORRESPONDENT = re.compile(
    r"^(?:aus \w+ (?:berichtet|berichten)"
    r"|(?:(?:de |par )?(?:notre|nos) (?:correspondante?s?|envoyée?s? spécial(?:e|es|aux)?)"
    r"|correspondance(?= (?:à|en|au|aux|de) [^,:]{2,30}[,:])"
    r"|(?:de )?nuestr[oa] corresponsal|d?al (?:nostro|la nostra) (?:corrispondente|inviat[oa]))"
    r"(?: (?:à|en|au|aux|dans|a|in|da) [^,:]{2,30}[,:])?)\s+(?=\w+ \w)",
    re.IGNORECASE,
)
"""``Aus Rom berichtet``, ``De notre correspondante à Rome,``."""
_BEAT = re.compile(r"[,-]\s*(?:כתב|כתבת|פרשן|פרשנית) לענייני .*$")
"""``כתב לענייני צבא``: what the one before writes about."""
_FILED = re.compile(
    r"^((?:\w+ )?(?:by|von|par|por|da|di|door|oleh)[:\s]+[\w.-]+),? (?:in|under|unter|dans|en|em) "
    r"(?-i:(?=[A-ZÀ-ÖØ-Þ])).*$",
    re.IGNORECASE,
)
"""``Posted by ann under News``: the section is no part of a name of one word."""
_ON_DATE_BY = re.compile(
    r"\w+ (?:on|am|le|el|il|op|em|på|den|pada) (?=.{0,18}\d)[\w.,:/ -]{4,40}? "
    r"(?:by|von|par|por|da|door|oleh|av|af)\s+(?=\S)",
    re.IGNORECASE,
)
"""``Posted on March 3, 2021 by``."""


def rewrite_credit(text: str) -> str:
    """``Autor:in``, ``A as told to B``, ``Posted on March 3 by C``, ``ByA B`` in the form that
    labels and separators are looked for in."""
    if "in:" in text or "in " in text:
        text = _GENDERED.sub(r"\1in", text, count=1)
    slash = _LABEL_SLASH.match(text)
    if slash is not None and is_label(slash[1]):
        text = f"{slash[1]}: {text[slash.end() :]}"
    place, colon, named = text.partition(":")
    if colon and is_place(place) and named.strip():
        text = named.strip()  # بيروت: سارة إبراهيم
    if "לענייני" in text:
        text = _BEAT.sub("", text)
    told = _TOLD_TO.match(text)
    if told is not None:
        text = f"By {told[1]}"
    elif _IN_TALK.search(text):
        text = _IN_TALK.sub(", ", text, count=1)
    from_where = _CORRESPONDENT.match(text)
    if from_where is not None:
        text = f"By {text[from_where.end() :]}"
    text = _FILED.sub(r"\1", text)
    dated = _ON_DATE_BY.match(text)
    if dated is not None:
        text = f"By {text[dated.end() :]}"
    text = with_colons(_AND_AGENCIES.sub("", _NEXT_THING.sub(r"\1", text)))
    text = _SENTENCE.sub(r"\1 | ", text)
    text = _GLUED_WORD.sub(_part, text)
    text = _GLUED_BY.sub(r"\1 ", text)
    return _INLINE_ROLE.sub("\n", text)


def _part(match: re.Match[str]) -> str:
    word = match[0].casefold()
    known = word in _NEXT_WORDS or word in vocabulary("job noun") or is_day_name(word)
    return f" {match[0]}" if known else match[0]

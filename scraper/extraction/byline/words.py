"""Which labels and joiners of a credit count in which language.

The labels themselves are in ``data/credits.txt``.
"""

from __future__ import annotations

LABEL_LANGUAGES: dict[str, str] = {
    "di": "it", "na": "sw", "ni": "tl", "nina": "tl", "af": "da no", "av": "sv no nb nn",
    "nga": "sq", "per": "ca it", "gan": "cy", "le": "ga", "от": "bg mk", "του": "el",
    "της": "el", "των": "el", "tin": "vi", "bài": "vi", "theo": "vi", "red": "id ms", "rep": "id",
    "daga": "ha", "deur": "af", "de": "ro", "በ": "am", "eftir": "is", "text": "de sv cs en",
    "haber": "tr", "video": "", "report": "", "pišu": "hr sr bs", "piše": "hr sr bs sl", "via": "",
    "kuva": "fi", "font": "ca", "vir": "sl af", "interview": "", "source": "", "editors": "en",
    "story": "", "words": "", "laporan": "id ms", "دبیر": "fa",
    "مدیر": "", "reportagem": "pt", "teks": "id ms",
    "bild": "de sv", "tekst": "", "texte": "", "texto": "", "photo": "*", "foto": "*", "image": "",
    "picture": "", "images": "", "testo": "", "testi": "",
    "gambar": "", "chanzo": "", "beeld": "", "kép": "", "poze": "", "fot": "pl", "bron": "",
    "lähde": "", "ảnh": "vi", "kontribusi": "", "interjú": "",
    "entrevista": "", "intervista": "", "contributor": "", "contributing": "", "writer": "",
    "redaktion": "", "redactie": "", "redakcja": "", "edición": "", "edição": "", "relecture": "",
    "editor": "id ms en", "copyright": "*", "copyright ©": "*", "©": "*",
    "kaynak": "", "sumber": "",
    "por": "es pt gl ca en",
    "تقرير": "ar", "گزارش": "", "رپورٹ": "", "یادداشت": "", "تحقيق": "ar", "مصدر": "", "منبع": "",
}  # fmt: skip
"""Labels too short or too common to stand without a colon, and the languages (``*``: any) in which
they may; ``""``: none, a colon is needed."""

ALIASES = {"ant": "Antara", "red": "Redaksi", "redaksi": "Redaksi"}
"""Short forms in a sign-off that stand for an outlet."""

JOINERS: dict[str, str] = {
    "and": "*", "und": "*", "et": "*", "dan": "*", "och": "*", "og": "*", "и": "*", "та": "uk",
    "і": "*", "й": "uk", "ve": "tr", "və": "az", "και": "*", "és": "*", "și": "*", "şi": "*",
    "eta": "eu", "dhe": "sq", "agus": "ga", "ir": "lt", "un": "lv", "ja": "fi et", "en": "nl af",
    "y": "es", "e": "pt it gl", "i": "pl ca hr sr bs", "a": "cs sk cy", "in": "sl", "at": "tl",
    "na": "sw", "da": "ha", "và": "*", "และ": "*", "और": "*", "तथा": "*", "एवं": "*", "व": "mr hi",
    "आणि": "*", "এবং": "*", "ও": "bn", "மற்றும்": "*", "మరియు": "*", "ಮತ್ತು": "*", "ഒപ്പം": "*",
    "ਅਤੇ": "*", "અને": "*", "සහ": "*", "اور": "*", "و": "*", "და": "*", "և": "*", "եւ": "*",
    "және": "*", "жана": "*", "va": "uz", "ва": "uz tg", "болон": "mn", "እና": "*", "နှင့်": "*",
    "និង": "*", "ແລະ": "*", "with": "*", "mit": "de", "avec": "fr", "con": "es it", "com": "pt",
    "met": "nl", "med": "sv da no", "με": "el", "sowie": "*", "plus": "*",
    "за участю": "*", "bersama": "id ms", "serta": "id ms", "dengan": "id ms",
}  # fmt: skip
"""Words that join two names, with the languages in which they do (``*``: any)."""

ONE_NAME_LANGUAGES = frozenset("id ms jv su ta ml te kn my bn mn tl".split())
"""Where a person may have a single name."""

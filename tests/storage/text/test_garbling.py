"""Letters broken by the character set, told by the text that was whole."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest

from storage.text.quality.garbling import is_garbled
from tests.tables import each_row

GERMAN = "Der Bürgermeister von Zürich lässt die Brücke prüfen.\nSie ist seit März gesperrt."
TEXTS = {
    "de": GERMAN,
    "en": "The mayor’s aide said that it is late.\nNobody else was asked for a word.",
    "pl": "Rada miejska odłożyła budowę mola.\nBurmistrz mówi o zbyt wysokich kosztach.",
    "ru": "Городской совет отложил строительство мола.\nМэр говорит о слишком высокой цене.",
    "ja": "港湾評議会は防波堤の建設を来年まで延期することを決定した。\n市長が理由を説明した。",
    "zh": "港口委员会决定将防波堤的建设推迟到明年。\n市长在记者会上说明了原因。",
    "ko": "항만위원회는 방파제 건설을 내년으로 미루기로 했다.\n시장은 이유를 설명했다.",
    "ar": "قرر مجلس المدينة تأجيل بناء الرصيف.\nوقال رئيس البلدية إن التكلفة مرتفعة.",
}


@each_row("language", TEXTS)
@each_row("read", ["latin-1", "cp1252", "cp1251"])
def test_utf_8_read_as_a_one_byte_set(language: str, read: str) -> None:
    whole = TEXTS[language]
    broken = whole.encode().decode(read, "replace")
    assert is_garbled(whole, broken)
    assert not is_garbled(broken, whole)


@each_row(
    ("language", "written", "read"),
    [
        ("ru", "cp1251", "cp1252"),
        ("ru", "koi8-r", "cp1251"),
        ("pl", "cp1250", "cp1252"),
        ("ja", "shift_jis", "latin-1"),
        ("zh", "gb18030", "latin-1"),
        ("zh", "utf-8", "gb18030"),
        ("ko", "euc_kr", "latin-1"),
    ],
)
def test_one_set_read_as_another(language: str, written: str, read: str) -> None:
    whole = TEXTS[language]
    assert is_garbled(whole, whole.encode(written).decode(read, "replace"))


@each_row(
    ("new", "is_broken"),
    [
        (GERMAN, False),
        (GERMAN.replace("ü", "\ufffd"), True),
        (GERMAN.replace("März", "M\ufffdrz"), True),
        (GERMAN.replace("ä", "\ufffd\ufffd"), True),
        (GERMAN.replace("ü", "ue").replace("ä", "ae"), False),
        (GERMAN + "\nEin neuer Satz, in dem der Verlag selbst ein Zeichen verlor: \ufffd." * 1
         + "\n" + "Und noch einer, der ganz ist und lang genug für das Verhältnis." * 3, False),
        (GERMAN.replace("Zürich", "Genève"), False),
    ],
    ids=["same", "each", "one", "two for one", "spelt out", "one in a new line", "an edit"],
)  # fmt: skip
def test_marks(new: str, is_broken: bool) -> None:
    assert is_garbled(GERMAN, new) is is_broken


def test_a_text_that_had_marks_may_keep_them() -> None:
    had = GERMAN.replace("Brücke", "Br\ufffdcke")
    assert not is_garbled(had, had + "\nEin Satz mehr.")
    assert not is_garbled(had, GERMAN)
    assert is_garbled(had, GERMAN.replace("ü", "\ufffd"))


UNSEEN = {
    "pt": "A câmara não aprovou o orçamento.\nOs vereadores pediram explicações à comissão até "
    "sábado.",
    "da": "Rådet udsætter færgen.\nBorgmesteren siger, at både havn og sø må vente på grønt lys.",
    "sk": "Obecný úrad odložil výstavbu móla.\nPrimátor tvrdí, že náklady sú príliš vysoké a ľudia "
    "čakajú na ďalší návrh.",
    "hr": "Općinsko vijeće odgađa gradnju gata.\nGradonačelnik kaže da će trošak još porasti, a "
    "ljudi čekaju rješenje.",
    "et": "Linnavolikogu lükkas muuli ehitamise edasi.\nLinnapea sõnul on töö liiga kallis, öeldi "
    "ka täna õhtul.",
    "sr": "Градско веће је одложило изградњу мола.\nГрадоначелник каже да је цена превисока, а "
    "људи чекају решење.",
    "kk": "Қала кеңесі айлақ құрылысын келесі жылға қалдырды.\nӘкім жұмыстың тым қымбат екенін "
    "айтты, үлкен өзгерістер күтілуде.",
    "fa": "شورای شهر ساخت اسکله را به سال آینده موکول کرد.\nشهردار گفت که هزینه آن زیاد است.",
    "tw": "港務委員會決定將防波堤的興建延後到明年。\n市長在記者會上說明了原因，漁民表示不滿。",
    "id": "Dewan kota menunda dermaga.\nPara nelayan di café milik José itu kecewa.",
}
"""Texts that no rule was made with."""


def put_marks(text: str) -> str:
    return text.encode("ascii", "replace").decode()


def put_marks_for_bytes(text: str) -> str:
    return "".join(one if one.isascii() else "?" * len(one.encode()) for one in text)


def leave_out(text: str) -> str:
    return text.encode("ascii", "ignore").decode()


@each_row("language", UNSEEN)
@each_row("lose", [put_marks, put_marks_for_bytes])
def test_marks_in_place_of_letters(language: str, lose: Callable[[str], str]) -> None:
    whole = UNSEEN[language]
    assert is_garbled(whole, lose(whole))
    assert not is_garbled(lose(whole), whole)
    title, body = whole.split("\n")
    assert is_garbled(whole, f"{title}\n{lose(body)}")
    assert is_garbled(whole, f"{lose(whole)}\nOne line more, which is new.")


@pytest.mark.parametrize("language", ["pt", "da", "sk", "hr", "et", "id"])
def test_letters_left_out(language: str) -> None:
    whole = UNSEEN[language]
    assert is_garbled(whole, leave_out(whole))
    assert not is_garbled(leave_out(whole), whole)
    assert is_garbled(whole, leave_out(whole).replace("a", "A", 1) + "\nOne line more.")


@pytest.mark.parametrize(
    ("language", "known"), [("sk", "latin-1"), ("kk", "cp1251"), ("sr", "koi8-r")]
)
@pytest.mark.parametrize("errors", ["ignore", "replace"])
def test_letters_that_another_language_s_set_lacks(language: str, known: str, errors: str) -> None:
    whole = UNSEEN[language]
    assert is_garbled(whole, whole.encode(known, errors).decode(known))


@each_row(
    ("language", "written", "read"),
    [
        ("pt", "cp1252", "mac_roman"),
        ("pt", "cp1252", "cp1250"),
        ("pt", "cp1252", "cp1253"),
        ("pt", "mac_roman", "cp1252"),
        ("da", "cp1252", "cp1251"),
        ("da", "cp850", "cp1252"),
        ("sk", "cp1250", "cp1252"),
        ("sk", "cp1250", "iso8859_2"),
        ("sk", "iso8859_2", "cp1252"),
        ("hr", "iso8859_2", "cp1250"),
        ("hr", "cp1250", "cp1254"),
        ("et", "iso8859_15", "cp866"),
        ("sr", "cp1251", "iso8859_5"),
        ("sr", "iso8859_5", "cp1251"),
        ("sr", "cp1251", "mac_cyrillic"),
        ("kk", "utf-8", "koi8_r"),
        ("fa", "cp1256", "cp1252"),
        ("tw", "big5", "gbk"),
        ("tw", "big5", "cp1252"),
        ("tw", "utf-8", "cp932"),
    ],
)
def test_letters_read_as_other_letters(language: str, written: str, read: str) -> None:
    whole = UNSEEN[language].encode(written, "ignore").decode(written)
    misread = whole.encode(written).decode(read, "replace")
    assert is_garbled(whole, misread)
    assert is_garbled(whole, misread + "\nOne line more, which is new.")
    assert not is_garbled(misread, whole)


@pytest.mark.parametrize(
    ("written", "read"),
    [("cp1251", "koi8_r"), ("koi8_r", "cp1251"), ("cp866", "cp1251"), ("cp1251", "cp866")],
)
def test_cyrillic_read_as_cyrillic(written: str, read: str) -> None:
    whole = "Съветът отложи строежа на кея.\nКметът каза, че цената е твърде висока за града."
    misread = whole.encode(written).decode(read)
    assert is_garbled(whole, misread)
    assert not is_garbled(misread, whole)


def spell_in_ascii(text: str) -> str:
    apart = unicodedata.normalize("NFD", text.translate({0xE6: "ae", 0xF8: "o", 0x111: "dj"}))
    return "".join(one for one in apart if not unicodedata.combining(one))


@each_row("language", UNSEEN)
def test_edits(language: str) -> None:
    whole = UNSEEN[language]
    title, body = whole.split("\n")
    edits = {
        "marks added": whole.replace(".", "?").replace(",", "?,"),
        "spelt in ASCII": f"{title}\n{spell_in_ascii(body)}",
        "all spelt in ASCII": spell_in_ascii(whole),
        "typography": whole.replace(".", "…").replace(", ", " – ") + "\n“…”",
        "a word less": " ".join(whole.split(" ")[:-3]),
        "capitals": whole.upper(),
        "apart": unicodedata.normalize("NFD", whole),
        "a line more": whole + "\n" + body[: len(body) // 2] + "?",
        "last letters gone": " ".join(word[:-1] if at % 5 == 4 else word
                                      for at, word in enumerate(whole.split(" "))),
    }  # fmt: skip
    wrong = [what for what, new in edits.items() if is_garbled(whole, new)]
    assert wrong == []


@each_row(
    ("old", "new"),
    [
        (
            "Premier Đoković und Łukasz Müller kommen.",
            "Premier Djokovic und Lukasz Mueller kommen.",
        ),
        ("In Tôkyô und Kyôto und Ôsaka regnet es.", "In Tōkyō und Kyōto und Ōsaka regnet es."),
        ("Ştefan şi Ţepeş aşteaptă.", "Ștefan și Țepeș așteaptă."),
        ("Poichè perchè il café, è così.", "Poiché perché il café, è così."),
        ("«Всё ещё идёт», — сказал он.", "“Все еще идет”, – сказал он."),
        ("“It’s the mayor’s café” – he said", "\"It's the mayor's café\" - he said"),
        ("The mayor’s aide’s son’s dog’s “bark”", "The mayors aides sons dogs bark"),
        ("Que dará la ciudad, y será así.", "Que dar la ciudad, y será así."),
        ("真的！他说。", "真的?他说。"),
        ("El Qurʾan y ʿAlí, según él.", "El Quran y Alí, según él."),
        ("Und dann… Warum „Nein“?", 'Und dann? Warum "Nein"?'),
        ("Городъ и садъ, домъ и столъ.", "Город и сад, дом и стол."),
        ("50\u00c2 euros, said\u00c2 the\u00c2 mayor", "50 euros, said the mayor"),
    ],
)
def test_single_edits(old: str, new: str) -> None:
    assert not is_garbled(old, new)

"""Letters broken by the character set, told by the text that was whole."""

from __future__ import annotations

import pytest

from storage.texts.garbling import is_garbled

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


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("read", ["latin-1", "cp1252", "cp1251"])
def test_utf_8_read_as_a_one_byte_set(language: str, read: str) -> None:
    whole = TEXTS[language]
    broken = whole.encode().decode(read, "replace")
    assert is_garbled(whole, broken)
    assert not is_garbled(broken, whole)


@pytest.mark.parametrize(
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


@pytest.mark.parametrize(
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

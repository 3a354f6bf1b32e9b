# ruff: noqa: E501 - texts, one a line
from __future__ import annotations

import pytest

from scraper.extraction.decode import decode_page
from tests.tables import each_row

TEXT = "Größe — naïve «café» " * 5


def meta(charset: str) -> str:
    return f'<!doctype html><meta http-equiv="Content-Type" content="text/html; charset={charset}">'


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_byte_order_mark_decides(codec: str) -> None:
    assert decode_page(TEXT.encode(codec), "text/html; charset=iso-8859-1") == TEXT


def test_http_charset_before_meta() -> None:
    page = (meta("koi8-r") + "Привет, мир").encode("cp1251")
    assert decode_page(page, "text/html; charset=windows-1251").endswith("Привет, мир")


@each_row(
    ("label", "codec", "text"),
    [
        ("iso-8859-1", "cp1252", "“quoted” – dash €"),
        ("windows-1251", "cp1251", "Совет города"),
        ("shift_jis", "cp932", "古い灯台を修復する"),
        ("euc-kr", "cp949", "등대를 다시 세운다"),
        ("gb2312", "gb18030", "重建老灯塔"),
        ("big5", "big5", "重建老燈塔"),
        ("iso-2022-jp", "iso2022_jp", "古い灯台を修復する"),
    ],
)
def test_meta_charset_with_whatwg_labels(label: str, codec: str, text: str) -> None:
    assert decode_page(meta(label).encode() + text.encode(codec)).endswith(text)


def test_utf8_that_is_called_latin_1() -> None:
    assert decode_page(TEXT.encode(), "text/html; charset=ISO-8859-1") == TEXT


def test_a_stray_byte_does_not_make_utf8_another_encoding() -> None:
    page = TEXT.encode() + b"\xff" + TEXT.encode()
    assert decode_page(page, "text/html; charset=utf-8") == f"{TEXT}\ufffd{TEXT}"


def test_meta_in_a_comment_is_no_meta() -> None:
    page = (
        b"<!-- <meta charset=koi8-r> -->" + meta("windows-1251").encode() + "Совет".encode("cp1251")
    )
    assert decode_page(page).endswith("Совет")


def test_unlabelled_text_is_guessed() -> None:
    text = "Совет города проголосовал за восстановление старого маяка, закрытого после шторма. " * 4
    assert decode_page(text.encode("cp1251")) == text


@each_row("label", ["utf-7", "nonsense", "", "x" * 300, "idna", "rot13", "undefined"])
def test_unknown_labels_are_survived(label: str) -> None:
    assert isinstance(decode_page(b"\xff\xfe\x00abc\x80", f"text/html; charset={label}"), str)


def test_a_servers_default_gives_way_to_what_the_page_says() -> None:
    page = f'<meta charset="windows-1251"><p>{TEXT_RU}'
    assert decode_page(page.encode("cp1251"), "text/html; charset=ISO-8859-1") == page


TEXT_RU = "Совет города обсудил ремонт моста через реку."


LATIN = {
    "fr": (
        "cp1252",
        "La boutique était fermée depuis l'été, et les habitants ont décidé de la rouvrir.",
    ),
    "es": (
        "latin-1",
        "El año pasado la señora Núñez abrió la tienda que más niños visitan, y por eso la quieren.",
    ),
    "fi": (
        "iso8859-15",
        "Uusi silta on nyt käytössä ja se on myös öisin auki, kun lossi ei ole liikenteessä.",
    ),
    "pl": (
        "iso8859-2",
        "Nowy most jest już gotowy, że aż się wierzyć nie chce, ale mieszkańcy chcą go otworzyć.",
    ),
    "cs": (
        "cp1250",
        "Nový most přes řeku je hotový a podle starosty po něm také jezdí autobusy, které je možné vidět.",
    ),
    "tr": (
        "cp1254",
        "Yeni köprü bugün açıldı ve bir gün içinde çok sayıda araç geçti, ancak bu daha başlangıç.",
    ),
}


@each_row("language", LATIN)
@each_row("stated", ["html", "nothing"])
def test_bytes_of_latin_scripts_under_a_false_label(language: str, stated: str) -> None:
    encoding, text = LATIN[language]
    root = f'<html lang="{language}">' if stated == "html" else "<html>"
    page = (
        f'{root}<head><meta charset="utf-8"></head><body><p>{text} {text}</p></body></html>'.encode(
            encoding
        )
    )
    assert text in decode_page(page, "text/html")
    assert text in decode_page(page, f"text/html; charset={encoding}")

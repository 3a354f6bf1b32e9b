# ruff: noqa: E501 - tables of cases, one a line
"""Pure parts: languages, zones, titles, runs, candidates."""

from __future__ import annotations

from datetime import datetime

import pytest

from scraper.extraction.body.runs import cut_runs
from scraper.extraction.body.words.class_words import class_reason
from scraper.extraction.body.words.lines import END_LINE, PROMO_START
from scraper.extraction.document import parse_document
from scraper.extraction.language import guess_language, read_language_code
from scraper.extraction.times.assumed_zone import assume_zone
from scraper.extraction.title import strip_site
from tests.tables import each_row


@each_row(
    ("label", "code"),
    [("en-US", "en"), ("de_DE", "de"), ("eng", "en"), ("iw", "he"), ("in", "id"), ("nb-NO", "no"), ("", None), ("english", None), ("x", None)],
)  # fmt: skip
def test_language_labels(label: str, code: str | None) -> None:
    assert read_language_code(label) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Совет города во вторник проголосовал за восстановление старого маяка, и это был день", "ru"),
        ("Рада міста у вівторок проголосувала за відновлення старого маяка, що його закрили", "uk"),
        ("港町の議会は火曜日、古い灯台を修復する計画を賛成多数で可決したと発表した。", "ja"),
        ("港湾镇议会周二投票决定重建自风暴以来一直关闭的老灯塔，工程将于三月开工。", "zh"),
        ("시의회는 화요일에 오래된 등대를 다시 세우기로 결정했다고 밝혔다고 전했다.", "ko"),
        ("Der Rat hat am Dienstag beschlossen, dass die alte Mühle nicht verkauft wird und auch die Brücke "
         "am Bach stehen bleibt, wie die Bürgermeisterin sagte.", "de"),
    ],
)  # fmt: skip
def test_language_from_the_text(text: str, code: str) -> None:
    found = guess_language(text)
    assert found is not None
    assert found.value == code


@each_row(
    ("url", "language", "regions", "hours"),
    [
        ("https://kabar.example.id/x", "en", (), 7),
        ("https://news.example/x", "id", ("en_US",), 7),
        ("https://news.example/x", "en", ("en-GB",), 0),
        ("https://news.example/x", "en", ("en_US",), 0),
        ("https://nachrichten.example.at/x", "de", (), 1),
        ("https://news.example.tv/x", "de", (), 1),
        (None, None, (), 0),
    ],
)
def test_assumed_zone(
    url: str | None, language: str | None, regions: tuple[str, ...], hours: int
) -> None:
    zone, why = assume_zone(url, language, regions)
    offset = datetime(2024, 1, 15, tzinfo=zone).utcoffset()
    assert offset is not None
    assert offset.total_seconds() == hours * 3600
    assert why


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("A light - The Post", "A light"),
        ("The Post | A light", "A light"),
        ("A light | Local | The Post", "A light | Local"),
        ("A light - and a shadow", "A light - and a shadow"),
        ("The Post", "The Post"),
    ],
)
def test_site_is_stripped_from_titles(title: str, expected: str) -> None:
    assert strip_site(title, ["the post", "post.example"]) == expected


def test_runs_are_what_a_reader_sees_as_paragraphs() -> None:
    page = "<div>a<b>b</b> c<br>d<br><br>e<p>f<p>g<!-- x --><ul><li>h <a href=x>i</a></ul>j</div>"
    assert [run.text for run in cut_runs(parse_document(page))] == [
        "ab c d",
        "e",
        "f",
        "g",
        "h i",
        "j",
    ]


@each_row(
    ("names", "reason"),
    [
        ("article-body", ""), ("entry-content text", ""), ("teaser header item", ""), ("radio", ""),
        ("readmore", "related"), ("post__read-more", "related"), ("wp-caption-text", "caption"),
        ("cookieconsentpopup", "consent"), ("ad-slot", "advert"), ("headline", ""), ("shared", ""),
    ],
)  # fmt: skip
def test_class_words_match_whole_parts(names: str, reason: str) -> None:
    assert class_reason(names) == reason


@each_row(
    "line",
    [
        "Baca juga: Jembatan Baru",
        "Lesen Sie auch: X",
        "[Gambas:Video 20detik]",
        "ADVERTISEMENT",
        "Lire aussi",
        "関連記事",
        "Read more: X",
        "For the latest stories and breaking news updates download the Harbour News apps",
        "If you’re seeing this message but are a subscriber, you can log in",
        "Kommentarfeed | Kommentare geschlossen | Trackback-URL",
    ],
)
def test_promotions_are_known(line: str) -> None:
    assert PROMO_START.match(line)


@each_row(
    "line",
    [
        "Empfohlene Artikel", "À découvrir aussi :", "También te puede interesar", "Ti potrebbe interessare",
        "Læs også", "Luetuimmat", "Mohlo by vás zajímat", "Kapcsolódó cikkek", "Citește și:", "Σχετικά άρθρα",
        "Още по темата", "Повезане вести", "כתבות נוספות", "اخبار مرتبط", "संबंधित खबरें", "আরও পড়ুন",
        "தொடர்புடைய செய்திகள்", "ข่าวที่เกี่ยวข้อง", "Tin liên quan", "მსგავსი სიახლეები",
    ],
)  # fmt: skip
def test_lines_that_head_other_articles_are_known(line: str) -> None:
    assert END_LINE.match(line)


@pytest.mark.parametrize(
    "line",
    [
        "Reading more than ever, the town",
        "Teilen der Stadt",
        "Sharing is hard",
        "Kommentare der Presse waren scharf.",
        "Diskuse o mostě trvala tři hodiny",
        "Tin mới từ bến cảng cho biết cầu đã đóng",
    ],
)
def test_text_is_no_promotion(line: str) -> None:
    assert not PROMO_START.match(line)
    assert not END_LINE.match(line)

# ruff: noqa: E501 - sentences and markup, one piece a line
"""Where a page names its author: the forms in which content management systems print it.

One page, made of a headline, a text and what the case puts into its head, under its headline, at
the end of its text and below it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from scraper.extraction import extract
from tests.tables import each_row

TEXTS = {
    "en": "The council decided on Tuesday that the old bridge over the river will be repaired "
    "before winter, because its pillars have moved by several centimetres since spring.",
    "de": "Der Gemeinderat hat am Dienstag beschlossen, dass die alte Brücke über den Fluss vor "
    "dem Winter saniert wird, weil sich ihre Pfeiler seit dem Frühjahr verschoben haben.",
    "fr": "Le conseil a décidé mardi que le vieux pont sur la rivière sera réparé avant l'hiver, "
    "parce que ses piliers ont bougé de plusieurs centimètres depuis le printemps dernier.",
    "es": "El ayuntamiento decidió el martes que el viejo puente sobre el río será reparado antes "
    "del invierno, porque sus pilares se han movido varios centímetros desde la primavera.",
    "pt": "A câmara decidiu na terça-feira que a velha ponte sobre o rio será reparada antes do "
    "inverno, porque os seus pilares se moveram vários centímetros desde a primavera passada.",
    "it": "Il consiglio ha deciso martedì che il vecchio ponte sul fiume sarà riparato prima "
    "dell'inverno, perché i suoi pilastri si sono spostati di vari centimetri dalla primavera.",
    "nl": "De raad heeft dinsdag besloten dat de oude brug over de rivier voor de winter wordt "
    "hersteld, omdat de pijlers sinds het voorjaar enkele centimeters zijn verschoven.",
    "pl": "Rada zdecydowała we wtorek, że stary most na rzece zostanie naprawiony przed zimą, "
    "ponieważ jego filary przesunęły się od wiosny o kilka centymetrów w stronę brzegu.",
    "id": "Dewan memutuskan pada hari Selasa bahwa jembatan tua di atas sungai akan diperbaiki "
    "sebelum musim hujan karena tiangnya bergeser beberapa sentimeter sejak awal tahun ini.",
    "ru": "Совет решил во вторник, что старый мост через реку отремонтируют до зимы, потому что "
    "его опоры с весны сдвинулись на несколько сантиметров в сторону берега.",
    "tr": "Meclis salı günü nehrin üzerindeki eski köprünün kıştan önce onarılmasına karar verdi, "
    "çünkü köprünün ayakları ilkbahardan bu yana birkaç santimetre yer değiştirdi.",
    "ja": "市議会は火曜日、川にかかる古い橋を冬までに修理することを決めた。橋脚が春から数センチ動いたことが"
    "調査で確認されたためで、工事は来月にも始まる見通しだという。",
    "zh": "市议会星期二决定，在冬天到来之前修缮河上的旧桥，因为调查发现桥墩自春天以来移动了几厘米，"
    "工程预计下个月开始，届时车辆需要绕行。",
    "ko": "시의회는 화요일 강 위의 오래된 다리를 겨울이 오기 전에 수리하기로 결정했다. 조사 결과 교각이 봄부터 "
    "몇 센티미터 움직인 것으로 확인됐기 때문이며 공사는 다음 달 시작될 전망이다.",
    "ar": "قرر المجلس يوم الثلاثاء إصلاح الجسر القديم فوق النهر قبل حلول الشتاء لأن أعمدته تحركت عدة "
    "سنتيمترات منذ الربيع الماضي بحسب ما أظهرت نتائج الفحص الذي أجري هذا الأسبوع.",
}
TITLES = {
    "ja": "古い橋を修理へ",
    "zh": "旧桥将修缮",
    "ko": "오래된 다리 수리한다",
    "ar": "إصلاح الجسر القديم",
}


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    authors: tuple[str, ...]
    lang: str = "en"
    under: str = ""
    """Between headline and text."""
    head: str = ""
    end: str = ""
    """The last thing in the text's element."""
    below: str = ""
    above: str = ""


def json_ld(authors: str) -> str:
    return (
        '<script type="application/ld+json">{"@context": "https://schema.org", '
        f'"@type": "NewsArticle", "headline": "Bridge", "author": {authors}}}</script>'
    )


CASES = [
    # What the markup calls the author's
    Case("wordpress", ("Ann Lee",), under='<p class="entry-meta">Posted on <a href="/2024/03/05/">'
         '<time>March 5, 2024</time></a> <span class="byline"> by <span class="author vcard">'
         '<a class="url fn n" href="/author/ann/">Ann Lee</a></span></span></p>'),
    Case("wordpress german", ("Eva Stein",), "de", '<div class="entry-meta"><span class="sep">'
         'Veröffentlicht am </span><a href="/2024/03/"><time>5. März 2024</time></a>'
         '<span class="by-author"> <span class="sep">von</span> <span class="author vcard">'
         '<a class="url fn n" href="/author/es/">Eva Stein</a></span></span></div>'),
    Case("login", ("estein77",), "de", '<div class="meta">von <span class="author vcard">'
         '<a class="fn" href="/author/estein77/">estein77</a></span> am 5. März 2024</div>'),
    Case("drupal", ("Ann Lee",), under='<div class="submitted">Submitted by Ann Lee on '
         'Tue, 03/05/2024 - 10:15</div>'),
    Case("joomla", ("Eva Stein",), "de", '<dl class="article-info"><dd class="createdby">'
         'Geschrieben von Eva Stein</dd><dd class="published">05. März 2024</dd></dl>'),
    Case("typo3", ("Eva Stein",), "de", '<div class="news-list-date">05.03.2024</div>'
         '<div class="news-author">Von: Eva Stein</div>'),
    Case("address", ("Ann Lee", "Bob Kim"), under='<address><a rel="author" href="/a/1">Ann Lee</a>'
         ' and <a rel="author" href="/a/2">Bob Kim</a></address>'),
    Case("itemprop", ("Luc Petit",), "fr", '<div>Par <span itemprop="author" itemscope '
         'itemtype="https://schema.org/Person"><span itemprop="name">Luc Petit</span></span></div>'),
    Case("author box", ("Ann Lee",), below='<div class="author-box"><img alt="Ann Lee">'
         '<h4>Ann Lee</h4><p>Ann writes about bridges and roads.</p></div>'),
    Case("mail address", ("Eva Stein",), "de",
         '<p><a href="mailto:eva.stein@zeitung.example">Eva Stein</a></p>'),
    Case("hashed class", ("Ann Lee",), under='<div class="AuthorWrapper-sc-1x2y">'
         '<a class="NameLink-sc-3f" href="/news/ann-lee">Ann Lee</a></div>'),
    Case("helpers", ("Ann Lee",), under='<div class="byline__authors">By <a class="byline__name" '
         'href="/author/ann-lee">Ann Lee</a><span class="byline__contributors">Contributions from '
         '<a href="/author/bob-kim">Bob Kim</a></span></div>'),
    Case("ghost", ("Ann Lee",), under='<section class="post-full-meta"><a href="/author/ann/">Ann Lee</a> <time>5 Mar 2024</time> <span>• 3 min read</span></section>'),
    Case("medium", ("Ann Lee",), under='<div><a rel="noopener" href="/@annlee?source=x">Ann Lee</a><span>·</span><a>Follow</a></div><div>5 min read · Mar 5, 2024</div>'),
    Case("blogger", ("Ann Lee",), below='<div class="post-footer"><span class="post-author vcard">Posted by <span class="fn"><a class="g-profile" href="https://www.blogger.com/profile/0123">Ann Lee</a></span></span></div>'),
    Case("squarespace", ("Ann Lee",), above="", under='<div class="blog-meta"><time class="blog-date">Mar 5</time><a href="/blog?author=5e2" class="blog-author-name">Ann Lee</a></div>'),
    Case("wix", ("Ann Lee",), under='<ul><li><span data-hook="user-name" class="user-name">Ann Lee</span></li><li><span>Mar 5, 2024</span></li><li><span>2 min read</span></li></ul>'),
    Case("two spans", ("Ann Lee",), under='<p><span class="by">By</span><span class="who">Ann Lee</span></p>'),
    Case("role behind", ("Ann Lee",), under='<div class="author-info"><span class="author-name">Ann Lee</span><span class="author-role">Senior Reporter</span></div>'),
    Case("list of authors", ("Ann Lee", "Bob Kim", "Zoe Ash"), under='<ul class="authors"><li><a href="/authors/1">Ann Lee</a></li><li><a href="/authors/2">Bob Kim</a></li><li><a href="/authors/3">Zoe Ash</a></li></ul>'),
    Case("avatar", ("Ann Lee",), under='<div class="author"><a href="/author/ann"><img src="a.jpg" alt="Ann Lee"></a><div class="author__text">By <a href="/author/ann">Ann Lee</a><div>Published March 5, 2024</div></div></div>'),
    Case("french class", ("Luc Petit",), "fr", '<div class="article__auteur">Par <b>Luc Petit</b>, journaliste</div>'),
    Case("spanish class", ("Luis Moreno",), "es", '<div class="firma"><a href="/autor/luis-moreno/">Luis Moreno</a> <span>Madrid</span></div>'),
    Case("italian class", ("Paolo Verdi",), "it", '<div class="autore-articolo">di <span>Paolo Verdi</span></div>'),
    Case("polish class", ("Adam Nowak",), "pl", '<div class="autor">Autor: <strong>Adam Nowak</strong></div>'),
    Case("turkish class", ("Mehmet Öz",), "tr", '<div class="haber-yazar"><a href="/yazarlar/mehmet-oz">Mehmet Öz</a></div>'),
    Case("russian class", ("Иван Петров",), "ru", '<div class="article__author">Иван Петров</div>'),
    Case("chinese class", ("陈晓雨",), "zh", '<div class="info"><span class="author">陈晓雨</span><span>2024-03-05 10:15</span></div>'),
    Case("chinese editor and source", ("陈晓雨",), "zh", '<div>2024-03-05 10:15 来源：河网 作者：陈晓雨</div>'),
    Case("japanese class", ("高橋花子",), "ja", '<p class="author">高橋花子</p>'),
    Case("korean class", ("박지민",), "ko", '<span class="byline">박지민 기자</span>'),
    Case("arabic class", ("نورا سالم",), "ar", '<div class="author-name">نورا سالم</div>'),
    Case("about the author", ("Ann Lee",), below="<div><h4>About the author</h4><p>Ann Lee</p><p>Writes about roads.</p></div>"),
    Case("about the author, german", ("Eva Stein",), "de", below="<div><h3>Über die Autorin</h3><p>Eva Stein ist Redakteurin in Köln.</p></div>"),
    Case("box, labels first", ("Nadia Putri",), "id", "<div>Penulis</div><div>Nadia Putri</div><div>Editor</div><div>Bambang Irawan</div>"),
    Case("box, names first", ("Nadia Putri",), "id", "<div>Nadia Putri</div><div>Penulis</div><div>Bambang Irawan</div><div>Editor</div>", head=json_ld('{"@type": "Person", "name": "Bambang Irawan"}')),
    Case("definition list", ("Eva Stein",), "de", "<dl><dt>Autor</dt><dd>Eva Stein</dd><dt>Datum</dt><dd>5.3.2024</dd></dl>"),
    Case("label in the box", ("Eva Stein",), "de", '<div class="autor"><strong>Autor</strong><p>Eva Stein</p></div>'),
    Case("spans with labels", ("Ann Lee",), under="<div><span>By:</span> <span>Ann Lee</span> <span>On:</span> <span>March 5, 2024</span></div>"),
    Case("date with a month's name", ("Ann Lee",), under="<div>Ann Lee</div><div>Mar 5 · 4 min read</div>"),
    # Lines
    Case("by line", ("Ann Lee", "Bob Kim"), under="<p>By Ann Lee and Bob Kim</p>"),
    Case("capitals", ("ANN LEE",), under="<div>BY ANN LEE</div><div>March 5, 2024</div>"),
    Case("behind a bar", ("Ann Lee",), under="<div>News | By Ann Lee | March 5, 2024</div>"),
    Case("behind a date", ("Eva Stein",), "de", "<div>5. März 2024 von Eva Stein</div>"),
    Case("figures before", ("Eva Stein",), "de", "<div>05.03.2024 10:15 Uhr von Eva Stein</div>"),
    Case("label alone", ("Eva Stein",), "de", "<div>Autor:</div><div>Eva Stein</div>"),
    Case("name and date", ("Ann Lee",), under="<p>Ann Lee</p><p>March 5, 2024</p>"),
    Case("name, date in a line", ("Adam Nowak",), "pl", "<p>Adam Nowak, 05.03.2024</p>"),
    Case("spanish", ("Luis Moreno",), "es", "<p>Por Luis Moreno | Madrid</p>"),
    Case("portuguese", ("Rita Lobo",), "pt", "<p>Por Rita Lobo, do Porto</p><p>05/03/2024</p>"),
    Case("italian", ("Paolo Verdi",), "it", "<p>di Paolo Verdi</p>"),
    Case("dutch", ("Femke de Groot",), "nl", "<p>Door Femke de Groot</p>"),
    Case("indonesian", ("Nadia Putri",), "id", "<p>Penulis: Nadia Putri | Editor: Bambang</p>"),
    Case("russian", ("Ольга Кузнецова",), "ru", "<p>Автор: Ольга Кузнецова</p>"),
    Case("turkish", ("Mehmet Öz",), "tr", "<p>Haber: Mehmet Öz</p>"),
    Case("japanese", ("高橋花子",), "ja", "<p>文：高橋花子</p>"),
    Case("chinese", ("陈晓雨",), "zh", "<p>记者 陈晓雨</p>"),
    Case("korean", ("박지민",), "ko", "<p>박지민 기자 park@example.co.kr</p>"),
    Case("arabic", ("نورا سالم",), "ar", "<p>كتبت: نورا سالم</p>"),
    # The end of the text
    Case("signed in brackets", ("Nadia Putri",), "id", end="<p>Demikian warta. (Nadia Putri)</p>"),
    Case("signed in bold", ("Luc Petit",), "fr", end="<p><strong>Luc Petit</strong></p>"),
    Case("signed plainly", ("Luc Petit",), "fr", end="<p>Luc Petit</p>"),
    Case("text by", ("Eva Stein",), "de", end="<p>Text: Eva Stein</p>"),
    Case("agency signs", ("dpa",), "de", end="<p>Das teilte die Stadt mit. (dpa)</p>"),
    # Fields for machines
    Case("stated", ("Ann Lee",), head=json_ld('{"@type": "Person", "name": "Ann Lee"}')),
    Case("agency beside", ("Ann Lee", "AFP"), head=json_ld(
        '[{"@type": "Person", "name": "Ann Lee"}, {"@type": "Organization", "name": "AFP"}]')),
    Case("one more in the line", ("Ann Lee", "Bob Kim"), under="<p>By Ann Lee and Bob Kim</p>",
         head=json_ld('{"@type": "Person", "name": "Ann Lee"}')),
    Case("team", ("Smart Choices Crew",), head=json_ld('{"name": "Smart Choices Crew"}')),
    Case("first name and whole name", ("Stefan Muster",), "de",
         head='<meta name="author" content="Stefan">',
         below="<p>Stefan Muster ist freier Autor und lebt in Köln.</p>"),
    Case("the job goes", ("Eva Stein",), "de",
         head=json_ld('{"@type": "Person", "name": "Eva Stein, Redakteurin"}')),
    # Who is no author
    Case("buttons", (), under="<div>Share Via</div><div>Copy Link</div>"),
    Case("editor alone", (), "id", "<p>Editor: Bambang Irawan</p>"),
    Case("picture", (), under="<figure><img src='/b.jpg' alt=''><figcaption>Photo by Ann Lee"
         "</figcaption></figure>"),
    Case("other articles", (), below='<div><div class="card"><h3>Flood</h3><span class="author">'
         'Ann Lee</span></div><p>x</p><p>y</p><p>z</p><p>v</p><p>w</p><p>x</p><p>y</p><p>z</p>'
         '<p>u</p><p>v</p><p>w</p><p>a</p><p>b</p><div class="card"><h3>Fire</h3>'
         '<span class="author">Bob Kim</span></div></div>'),
    Case("comments", (), below='<div class="comments"><span class="author">Ann Lee</span>'
         "<p>What a nice bridge it was.</p></div>"),
    Case("prose", (), under="<p>By Monday the bridge was closed again to all traffic.</p>"),
]  # fmt: skip


MORE = json.loads((Path(__file__).parents[1] / "data" / "credits.json").read_text(encoding="utf-8"))
"""Further texts by language, and cases as rows: adding one needs no code."""
TEXTS.update(MORE["texts"])
CASES += [
    Case(f"row {number}", **{**row, "authors": tuple(row["authors"])})
    for number, row in enumerate(MORE["pages"])
]


def page_of(case: Case) -> str:
    text = TEXTS[case.lang]
    title = TITLES.get(case.lang, "Old bridge 12 will be repaired before winter")
    body = "".join(f"<p>{year}: {text}</p>" for year in (2022, 2023, 2024))
    return (
        f'<!doctype html><html lang="{case.lang}"><head><meta charset="utf-8">'
        f"<title>{title}</title>{case.head}</head><body>{case.above}"
        f'<div class="page"><h1>{title}</h1>{case.under}'
        f'<div class="text">{body}{case.end}</div>{case.below}</div></body></html>'
    )


@each_row("case", CASES, by=lambda case: case.lang, ids=lambda case: case.name)
def test_authors(case: Case) -> None:
    article = extract(page_of(case).encode(), "https://zeitung.example/2024/bridge")
    assert article.authors == case.authors

"""Where an image's picture lies, and that hostile pages cost no more than others."""

from __future__ import annotations

import pytest

from scraper import extract
from scraper.extraction.body.images.finding import find_image_url, is_small
from scraper.extraction.document import Document, parse_document
from scraper.model.types import BlockKind
from tests.tables import each_row

PAGE = "https://news.example/2024/story"
TEXT = "".join(
    f"<p>The council of the small town voted on Tuesday to mend lamp number {number} again.</p>"
    for number in range(9)
)


def find(markup: str, address: str | None = PAGE) -> str | None:
    document = parse_document(f"<body>{markup}</body>")
    return find_image_url(document, image_in(document), address)


def image_in(document: Document) -> int:
    (image,) = document.by_tag.get("img", []) + document.by_tag.get("amp-img", [])
    return image


@each_row(
    ("markup", "expected"),
    [
        ('<img src="a.jpg">', "https://news.example/2024/a.jpg"),
        ('<img src="//cdn.example/a.jpg#x">', "https://cdn.example/a.jpg"),
        ('<amp-img src="/a.jpg" layout="fill"></amp-img>', "https://news.example/a.jpg"),
        ('<img src="/s.gif" data-src="/a.jpg">', "https://news.example/a.jpg"),
        ('<img src="data:image/gif;base64,R0" data-original="/a.jpg">', "https://news.example/a.jpg"),
        ('<img src="/t/blank.gif" srcset="/a.jpg 300w, /b.jpg 900w, /c.jpg 600w">', "https://news.example/b.jpg"),
        ('<img data-srcset="/a.jpg 1x,/b.jpg 2x,">', "https://news.example/b.jpg"),
        ('<img srcset="/a,b.jpg">', "https://news.example/a,b.jpg"),
        ('<img srcset="/a.jpg, /b.jpg 1.5x">', "https://news.example/b.jpg"),
        ('<img src="data:," data-large-file="/a.jpg?w=9" data-id="17">', "https://news.example/a.jpg?w=9"),
        ('<picture><source srcset="/w.webp"><source srcset="/a.jpg"><img></picture>', "https://news.example/w.webp"),
        ('<img src="data:,"><noscript><img src="/a.jpg"></noscript>', "https://news.example/a.jpg"),
        ('<img src="/loading-bay.jpg">', "https://news.example/loading-bay.jpg"),
        ('<img data-src=\'{"default":"/a.jpg"}\' src="/b.jpg">', "https://news.example/b.jpg"),
        ('<img src="/x/Old bridge (2).jpg?w=1">', "https://news.example/x/Old%20bridge%20(2).jpg?w=1"),
        ('<img src="my photo.JPG" data-src="/a.jpg 1x, /b.jpg">', "https://news.example/2024/my%20photo.JPG"),
        ('<img src="loading the picture">', None),
        ('<img src="javascript:alert(1)">', None),
        ('<img src="http://[::1">', None),
        ("<img>", None),
    ],
)  # fmt: skip
def test_where_the_picture_is(markup: str, expected: str | None) -> None:
    assert find(markup) == expected


def test_without_the_pages_address() -> None:
    assert find('<img src="/a.jpg">', None) is None
    assert find('<img src="//cdn.example/a.jpg">', None) == "https://cdn.example/a.jpg"
    based = '<base href="https://cdn.example/x/"><img src="a.jpg">'
    assert find(based, None) == find(based) == "https://cdn.example/x/a.jpg"


@pytest.mark.parametrize(
    ("markup", "small"),
    [
        ('<img src="/a.jpg" width="16">', True),
        ('<img src="/a.jpg" width="600" height="0">', False),
        ('<img src="/a.jpg" width="100%">', False),
        ('<amp-img src="/a.jpg" layout="responsive" width="4" height="3"></amp-img>', False),
        ('<img src="/theme/icon-zoom.png">', True),
    ],
)
def test_icons_are_no_pictures(markup: str, small: bool) -> None:
    document = parse_document(f"<body>{markup}</body>")
    assert is_small(document, image_in(document)) == small


def captions(markup: str) -> list[tuple[str, str | None]]:
    title = "The town mends its lamps"
    page = f"<title>{title}</title><article><h1>{title}</h1>{markup}</article>"
    blocks = extract(page, PAGE).blocks
    return [(block.text, block.image_url) for block in blocks if block.kind is BlockKind.CAPTION]


def test_a_caption_belongs_to_the_image_before_it() -> None:
    figures = "<figure><img src=/1.jpg><img src=/2.jpg><figcaption>Second</figcaption></figure>"
    above = "<figure><figcaption>Above</figcaption><img src=/3.jpg></figure>"
    assert captions(TEXT + figures + above + TEXT.replace("lamp", "wall")) == [
        ("Second", "https://news.example/2.jpg"),
        ("Above", "https://news.example/3.jpg"),
    ]


@each_row(
    "other",
    [
        "<figure><img src=/1.jpg></figure>",
        "<figure><img src=/1.jpg><figcaption> — </figcaption></figure>",
        "<aside><figure><img src=/1.jpg><figcaption>Other</figcaption></figure></aside>",
        "<div class=related><figure><img src=/1.jpg><figcaption>Other</figcaption></figure></div>",
        "<article><figure><img src=/1.jpg><figcaption>Other</figcaption></figure></article>",
        "<a href=/x><figure><img src=/1.jpg><figcaption>Other</figcaption></figure></a>",
        "<div class=author-box><figure><img src=/1.jpg><figcaption>Ann</figcaption></figure></div>",
        "<div class=caption>A caption of nothing</div>",
        "<figure><form>Sign up to our letters</form></figure>",
    ],
)
def test_what_is_no_caption(other: str) -> None:
    assert captions(TEXT + other + TEXT.replace("lamp", "wall")) == []


def test_the_caption_of_a_table_that_frames_an_image() -> None:
    table = "<table><caption>The lamp</caption><tr><td><img src=/1.jpg></td></tr></table>"
    page = TEXT + table + TEXT.replace("lamp", "wall")
    assert captions(page) == [("The lamp", "https://news.example/1.jpg")]
    rows = "<table><caption>The lamps</caption><tr><td>1986</td><td>12</td></tr></table>"
    assert captions(page.replace(table, f"<img src=/1.jpg>{rows}")) == []


def test_a_caption_that_only_its_name_tells_from_the_text() -> None:
    named = "<img src=/1.jpg><p class=media_legend>The lamp before it was mended by the town</p>"
    line = "<p><img src=/2.jpg></p><p>The lamp as it was in spring (Photo: Ann Pier)</p>"
    assert captions(
        TEXT + named + TEXT.replace("lamp", "wall") + line + "<p>And so on it goes."
    ) == [
        ("The lamp before it was mended by the town", "https://news.example/1.jpg"),
        ("The lamp as it was in spring (Photo: Ann Pier)", "https://news.example/2.jpg"),
    ]
    far = "<p class=media_legend>The lamp before it was mended by the town</p>"
    assert captions("<img src=/1.jpg>" + TEXT + far + TEXT.replace("lamp", "wall")) == []


def test_an_image_in_a_link_to_itself_has_its_caption() -> None:
    figure = "<a href=/1.jpg><figure><img src=/1.jpg><figcaption>The lamp</figcaption></figure></a>"
    found = captions(TEXT + figure + TEXT.replace("lamp", "wall"))
    assert found == [("The lamp", "https://news.example/1.jpg")]

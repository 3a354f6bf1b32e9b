"""Texts and blocks of a page as parts of a document."""

from __future__ import annotations

import unicodedata
from xml.etree import ElementTree

from hypothesis import given

from scraper.model.types import Block, BlockKind
from storage.export.markup import render_blocks
from storage.export.texts import clean_line, clean_text, credits_of, title_of, web_address
from tests.storage.export.makers import HOSTILE, make_hostile, make_record, texts
from tests.tables import each_row

P, H, LI, Q = BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.LIST_ITEM, BlockKind.QUOTE
PRE, ROW, CAPTION = BlockKind.PREFORMATTED, BlockKind.TABLE_ROW, BlockKind.CAPTION


@given(texts)
def test_a_clean_text_holds_no_control_and_stays_clean(text: str) -> None:
    clean = clean_text(text)
    assert not {each for each in clean if unicodedata.category(each) in ("Cc", "Cs")} - {"\t", "\n"}
    assert clean_text(clean) == clean
    assert "\n" not in clean_line(text)
    clean.encode()


def test_what_a_reader_sees_stays() -> None:
    for text in ("می‌خواهم", "قال\u200f!", "क्‍ष", "a\u00a0b", "👩‍👩‍👧", "œuvre’s—“x”", "𠮷野家"):
        assert clean_text(text) == text


@each_row(
    ("url", "expected"),
    [
        ("https://example.com/a?b=c", "https://example.com/a?b=c"),
        ("HTTP://Example.com/ä b", "http://example.com/%C3%A4%20b"),
        ("https://example.com/a|b^[c]?d={e}", "https://example.com/a%7Cb%5E%5Bc%5D?d=%7Be%7D"),
        ("https://example.com/100%", "https://example.com/100%25"),
        ('https://example.com/"><script>', "https://example.com/%22%3E%3Cscript%3E"),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("/news/1", None),
        ("", None),
        (None, None),
    ],
)
def test_only_web_addresses_are_addresses(url: str | None, expected: str | None) -> None:
    assert web_address(url) == expected


def test_somebody_is_always_named() -> None:
    assert credits_of(make_record()) == ("Ada Pier", "Bo Quay")
    assert credits_of(make_record(authors=())) == ("By Ada Pier and Bo Quay",)
    assert credits_of(make_record(authors=(" ",), byline="\x00")) == ("The Mole",)
    nobody = make_record(authors=(), byline=None, site_name=None)
    assert credits_of(nobody) == ("example.com",)
    assert title_of(make_record(title=" \x00")) == "https://example.com/news/1"


# ---------------------------------------------------------------------- blocks


def rendered(*blocks: Block) -> str:
    return "".join(render_blocks(make_record(blocks=blocks)))


def test_blocks() -> None:
    assert rendered(Block(H, "A", level=1), Block(H, "B", level=3)) == "<h2>A</h2><h4>B</h4>"
    assert rendered(Block(P, "a < b"), Block(PRE, "x\n  y")) == "<p>a &lt; b</p><pre>x\n  y</pre>"
    assert rendered(Block(Q, "a"), Block(Q, "b")) == "<blockquote><p>a</p><p>b</p></blockquote>"
    assert rendered(Block(CAPTION, "c")) == '<p class="caption">c</p>'
    assert rendered(Block(CAPTION, "c", image_url="https://e.com/1")) == (
        '<p class="caption"><a href="https://e.com/1">c</a></p>'
    )
    rows = [
        Block(ROW, "a b", level=None, number=1, cells=("a", "b")),
        Block(ROW, "c", level=None, number=1, cells=("c",)),
    ]
    assert rendered(*rows) == (
        "<table><tr><td>a</td><td>b</td></tr></table><table><tr><td>c</td></tr></table>"
    )


def test_without_blocks_lines_are_paragraphs() -> None:
    record = make_record(blocks=(), body="a\n\nb")
    assert [*render_blocks(record)] == ["<p>a</p>", "<p>b</p>"]
    assert [*render_blocks(make_record(blocks=(), body=None))] == []


def test_lists() -> None:
    items = [
        Block(LI, "a", level=1),
        Block(LI, "b", level=2),
        Block(LI, "c", level=9),
        Block(LI, "d", level=1),
    ]
    assert rendered(*items) == (
        "<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li><li>d</li></ul>"
    )
    items = [
        Block(LI, "a", level=1, number=1),
        Block(LI, "a2", level=1, number=1),
        Block(LI, "b", level=1, number=2),
        Block(LI, "e", level=1, number=5),
    ]
    assert rendered(*items) == ('<ol><li>a<p>a2</p></li><li>b</li><li value="5">e</li></ol>')
    items = [Block(LI, "a", level=1, number=3), Block(LI, "b", level=1)]
    assert rendered(*items) == '<ol><li value="3">a</li></ol><ul><li>b</li></ul>'


@each_row("text", HOSTILE)
def test_no_text_becomes_markup(text: str) -> None:
    root = ElementTree.fromstring(f"<div>{''.join(render_blocks(make_hostile(text)))}</div>")
    known = {
        "div",
        "p",
        "h2",
        "h3",
        "pre",
        "blockquote",
        "ul",
        "ol",
        "li",
        "table",
        "tr",
        "td",
        "a",
    }
    assert {element.tag for element in root.iter()} <= known
    attributes = {name for element in root.iter() for name in element.attrib}
    assert attributes <= {"class", "href", "value"}
    links = [element.attrib["href"] for element in root.iter("a")]
    assert all(link.startswith("https://example.com/") for link in links)

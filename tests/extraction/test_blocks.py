"""The kinds of blocks, one question a test; whole pages are in ``tests/pages``."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper import extract
from scraper.model.markdown import render_markdown
from scraper.model.types import Block, BlockKind
from tests.scraper.test_markdown import read_back
from tests.tables import each_row

P, H, LI, Q = BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.LIST_ITEM, BlockKind.QUOTE
PRE, ROW = BlockKind.PREFORMATTED, BlockKind.TABLE_ROW
TITLE = "The town mends its lamps"
FIRST = (
    "The council of the small town voted on Tuesday to mend all lamps on the way to the harbour."
)
LAST = "The work begins in the spring, and by the summer the way will be as bright as it once was."


def blocks_of(markup: str) -> tuple[Block, ...]:
    """What stands between the first paragraph and the last."""
    page = f"<title>{TITLE}</title><article><h1>{TITLE}</h1><p>{FIRST}</p>{markup}<p>{LAST}</p>"
    article = extract(page, "https://news.example/lamps")
    assert "\n".join(b.text for b in article.blocks if b.kind != "caption") == article.body
    assert (article.blocks[0].text, article.blocks[-1].text) == (FIRST, LAST)
    return article.blocks[1:-1]


def numbers_of(markup: str) -> list[int | None]:
    return [block.number for block in blocks_of(markup)]


@each_row(
    ("markup", "numbers"),
    [
        ("<ol><li>a1<li>b2<li>c3</ol>", [1, 2, 3]),
        ("<ol start=0><li>a1<li>b2</ol>", [0, 1]),
        ("<ol start=5 reversed><li>a1<li>b2</ol>", [5, 4]),
        ("<ol reversed><li>a1<li>b2</ol>", [2, 1]),
        ("<ol><li>a1<li value=9>b2<li>c3</ol>", [1, 9, 10]),
        ("<ol start=-1><li>a1</ol>", [1]),
        ("<ol start=x><li value=y>a1</ol>", [1]),
        ("<ol start=99999999999999><li>a1</ol>", [1]),
        ("<ol start=999999999><li>a1<li>b2</ol>", [999999999, None]),
        ("<ol start=1 reversed><li>a1<li>b2<li>c3</ol>", [1, 0, None]),
        ("<ul><li>a1<li value=3>b2</ul>", [None, None]),
        ("<ol><li>a1<ul><li>b2</ul><li>c3</ol>", [1, None, 2]),
        ("<ol><li>a1<br><br>more<li>b2</ol>", [1, 1, 2]),
        ("<ol><div><li>a1</div></ol>", [None]),
    ],
)
def test_numbers_of_items(markup: str, numbers: list[int | None]) -> None:
    assert numbers_of(markup) == numbers


@pytest.mark.parametrize(
    ("markup", "levels"),
    [
        ("<ul><li>a1<ul><li>b2<ul><li>c3</ul></ul><li>d4</ul>", [1, 2, 3, 1]),
        ("<ul><li><ul><li>a1</ul></ul>", [1]),
        ("<li>a1</li>", [1]),
        ("<dl><dt>a1<dd>b2</dl>", [1, 1]),
        ("<table><tr><td><ul><li>a1</ul></td></tr></table>", [1]),
        ("<ul><li><h3>Box</h3><ul><li>a1</ul></ul>", [3, 1]),
    ],
)
def test_levels(markup: str, levels: list[int]) -> None:
    assert [block.level for block in blocks_of(markup)] == levels


@each_row(
    ("markup", "kind"),
    [
        ("<blockquote><ul><li>A list inside a quotation</ul></blockquote>", Q),
        ("<ul><li><blockquote>A quotation inside a list</blockquote></ul>", Q),
        ("<blockquote><h3>A heading of a quotation</h3></blockquote>", H),
        ("<div role=heading>A heading without its tag</div>", H),
        ("<p>• A bullet that is a letter of the text.</p>", P),
        ("<pre><p>A paragraph in a box of the template.</p></pre>", P),
        ("<div><pre><code>lamp = on</code></pre></div>", PRE),
        ("<table><tr><td>A cell</td><td>Another cell</td></tr></table>", ROW),
        ("<table><tr><td>One cell is no row of data.</td></tr></table>", P),
    ],
)
def test_kinds(markup: str, kind: BlockKind) -> None:
    assert [block.kind for block in blocks_of(markup)] == [kind]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<pre>\n\n  a\n    b  \n\n</pre>", "  a\n    b"),
        ("<pre>a<br>  b<br><br>c</pre>", "a\n  b\n\nc"),
        ("<pre><div>a</div><div>  b</div></pre>", "a\n  b"),
        ("<pre><i>a</i> <b>b</b>\n<i> c</i></pre>", "a b\n c"),
        ("<pre>a\tb\r\nc\u00a0d\u00ade</pre>", "a\tb\nc de"),
        ("<pre>a &lt;b&gt; ```</pre>", "a <b> ```"),
    ],
)
def test_verbatim_text(markup: str, text: str) -> None:
    (block,) = blocks_of(markup)
    assert (block.kind, block.text) == (PRE, text)


@pytest.mark.parametrize("around", ["{}", "<div class=table>{}</div>", "<figure>{}</figure>"])
def test_the_caption_of_a_table_stands_before_its_rows(around: str) -> None:
    rows = "<tr><th>Year<th>Lamps<tr><td>1986<td>12"
    tables = [
        f"<table><caption>{text}</caption>{rows}</table>" for text in ("Old <b>lamps</b>", "New")
    ]
    found = blocks_of("<img src=/lamp.jpg>" + around.format("".join(tables)))
    assert [(block.kind, block.text) for block in found] == [
        (P, "Old lamps"), (ROW, "Year Lamps"), (ROW, "1986 12"),
        (P, "New"), (ROW, "Year Lamps"), (ROW, "1986 12"),
    ]  # fmt: skip


def test_rows() -> None:
    rows = blocks_of(
        "<table><tr><th>Year<th>Lamps<th></tr><tr><td><p>19</p><p>86</p><td><td>new</table>"
    )
    assert [(row.number, row.cells, row.text) for row in rows] == [
        (1, ("Year", "Lamps", ""), "Year Lamps"),
        (2, ("19 86", "", "new"), "19 86 new"),
    ]


def test_a_quotation_around_everything_only_indents() -> None:
    page = f"<title>{TITLE}</title><h1>{TITLE}</h1><blockquote><p>{FIRST}</p><p>{LAST}</p>"
    assert [block.kind for block in extract(page).blocks] == [P, P]


@each_row(
    ("markup", "left"),
    [
        ("<blockquote>“Mend all lamps on the way”</blockquote>", 0),
        ("<blockquote><p>all lamps on the way to the harbour</p><cite>Ann</cite></blockquote>", 0),
        ("<blockquote>Mend every window on the way</blockquote>", 1),
        ("<blockquote>the harbour</blockquote>", 1),
        ("<p>mend all lamps on the way</p>", 1),
        ("<p>“The council of the small town voted on Tuesday”</p>", 0),
        ("<p>“Mend all lamps on the way”</p>", 1),
    ],
)
def test_a_sentence_pulled_out_of_the_text_is_no_text_of_its_own(markup: str, left: int) -> None:
    assert len(blocks_of(markup)) == left


@each_row(
    "label",
    [
        "20:15",
        "8.15 Uhr",
        "19h30",
        "9:05 p.m.",
        "vor 5 Minuten",
        "12 menit yang lalu",
        "午後3時05分",
    ],
)
def test_times_of_entries_are_labels(label: str) -> None:
    entry = (
        "<div class=post><div>{}</div><p>Lamp {} was mended while all the town looked on.</p></div>"
    )
    markup = "".join(entry.format(label, number) for number in range(4))
    assert [block.text[:6] for block in blocks_of(markup)] == [f"Lamp {n}" for n in range(4)]


def test_two_times_may_be_text() -> None:
    assert (
        len(blocks_of("<p>Tuesday lamps, the hours of the work:</p><p>20:15</p><p>22:30</p>")) == 3
    )


TAGS = (
    "p div ul ol li dl dt dd table caption tr td th pre blockquote figure figcaption img amp-img "
    "picture source noscript h2 h3 article section time br span a cite code header aside"
).split()
ATTRIBUTES = (
    "",
    " class=caption",
    " class=wp-caption-text",
    " class=pullquote",
    " class=entry",
    " src=/a.jpg",
    " srcset='/a 1x, /b 2x'",
    " start=3 reversed",
    " value=7",
    " role=heading",
    " href=/x",
)
pieces = st.one_of(
    st.builds("<{}{}>".format, st.sampled_from(TAGS), st.sampled_from(ATTRIBUTES)),
    st.sampled_from(TAGS).map("</{}>".format),
    st.sampled_from([FIRST, LAST, "10:41", "Short", "Photo: Ann", "1. x", "| a |", "\n  b"]),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(pieces, max_size=80).map("".join))
def test_any_markup_gives_blocks_that_markdown_gives_back(markup: str) -> None:
    article = extract(f"<title>{TITLE}</title><h1>{TITLE}</h1>{markup}", "https://news.example/x")
    assert not article.evidence.startswith("the extractor failed")
    assert "\n".join(b.text for b in article.blocks if b.kind != "caption") == article.body
    found = read_back(render_markdown(article))
    del found[: len(found) - len(article.blocks)]  # title and credit
    assert [(b.kind, b.text) for b in found] == [(b.kind, b.text) for b in article.blocks]

"""Articles as Markdown, read back by a parser that is not ours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from scraper.model.markdown import render_markdown
from scraper.model.types import Article, Block, BlockKind, Precision

P, H, LI, Q = BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.LIST_ITEM, BlockKind.QUOTE
PRE, ROW, CAPTION = BlockKind.PREFORMATTED, BlockKind.TABLE_ROW, BlockKind.CAPTION


def render(*blocks: Block, **fields: Any) -> str:
    return render_markdown(Article(blocks=blocks, **fields))


# ---------------------------------------------------------------------- reading back


def read_back(markdown: str) -> list[Block]:
    """The blocks as a parser sees them; inline markup other than images and emphasis raises."""
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    return [*_read(iter(tokens))]


def _read(tokens: Iterator[Token]) -> Iterator[Block]:  # noqa: C901 - a branch a token type
    lists: list[int | None] = []
    quoted = header = False
    cells: list[str] | None = None
    level = row = 0
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            start = int(token.attrs.get("start", 1)) - 1
            lists.append(start if token.type.startswith("o") else None)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
        elif token.type == "list_item_open" and lists[-1] is not None:
            lists[-1] += 1
        elif token.type in ("blockquote_open", "blockquote_close"):
            quoted = token.nesting == 1
        elif token.type in ("heading_open", "heading_close"):
            header, level = token.nesting == 1, int(token.tag[1])
        elif token.type == "table_open":
            row = 0
        elif token.type == "tr_open":
            cells, row = [], row + 1
        elif token.type == "tr_close":
            assert cells is not None
            yield Block(
                ROW, " ".join(filter(None, cells)), level=None, number=row, cells=tuple(cells)
            )
            cells = None
        elif token.type == "fence":
            yield Block(PRE, token.content.removesuffix("\n"))
        elif token.type == "html_block":
            text = token.content.removesuffix("\n")
            assert text.startswith("<pre><code>"), text
            assert text.endswith("</code></pre>"), text
            inside = text.removeprefix("<pre><code>").removesuffix("</code></pre>")
            assert "<" not in inside
            yield Block(PRE, unescape(inside))
        elif token.type == "inline":
            text, image, emphasised = _plain(token)
            if cells is not None:
                cells.append(text)
            elif header:
                yield Block(H, text, level=level)
            elif lists:
                yield Block(LI, text, level=len(lists), number=lists[-1])
            elif image or emphasised:
                yield Block(CAPTION, text, image_url=image)
            else:
                yield Block(Q if quoted else P, text)
        else:
            assert token.type.removesuffix("_open").removesuffix("_close") in (
                "paragraph", "list_item", "table", "thead", "tbody", "tr", "th", "td",
            ), token.type  # fmt: skip


def _plain(token: Token) -> tuple[str, str | None, bool]:
    text, image, emphasised = "", None, False
    for child in token.children or ():
        if child.type == "image":
            assert text == ""
            image = str(child.attrs["src"])
            text, _, emphasis = _plain(child)
            assert not emphasis
        elif child.type in ("em_open", "em_close"):
            emphasised = True
        else:
            assert child.type in ("text", "text_special"), child.type
            text += child.content
    return text, image, emphasised


# ---------------------------------------------------------------------- what comes back

SPECIAL = "\\`*_{}[]()<>#+-.!|~=&:;\"'/$^@%? 012a"
words = st.text(st.one_of(st.sampled_from(SPECIAL), st.characters(codec="utf-8")), max_size=30)
nasty = st.sampled_from(
    ["1. one", "12) x", "# head", "#", "a #", "a ##", "- x", "+", "---", "- - -", "***", "===",
     "```", "~~~ x", "> q", "<script>alert(1)</script>", "<!-- x", "[a](javascript:alert(1))",
     "![x](https://x.example/i.png)", "](javascript:alert(1))", "[a]: https://x.example",
     "&lt;b&gt;", "&#60;", "a | b", "\\|", "\\", "| --- |", "__init__", "**b**", "`code`",
     "http://x.example/", "<a@b.example>", "!", "a  \\", "{{ site.title }}", "{{{x}}}",
     "{% include x %}", "{%- raw -%}", "{# x #}", "{{< figure >}}", "{{% x %}}", "<%= x %>", "{<%",
     "</code></pre>", "{% <b>&amp;</pre> %}"]
)  # fmt: skip


def collapsed(text: str) -> str:
    kept = "".join(char for char in text if char.isspace() or char.isprintable())
    return " ".join(kept.split())


lines = st.one_of(words, nasty).map(collapsed).filter(bool)
codes = st.lists(st.one_of(words, nasty).map(lambda text: text.replace("\r", "")), min_size=1).map(
    lambda rows: "\n".join("".join(char for char in row if char.isprintable()) for row in rows)
)
addresses = st.sampled_from(
    ["https://x.example/a_(1).jpg?w=1&copy;=2", "http://x.example/a b,'c\\d", "https://x.example/é"]
)


@st.composite
def tables(draw: st.DrawFn) -> list[Block]:
    width, height = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    rows = []
    for number in range(1, height + 1):
        cells = draw(
            st.lists(st.one_of(st.just(""), lines), min_size=width, max_size=width).filter(any)
        )
        rows.append(
            Block(ROW, " ".join(filter(None, cells)), level=None, number=number, cells=tuple(cells))
        )
    return rows


@st.composite
def item_lists(draw: st.DrawFn) -> list[Block]:
    """Items that go one step deeper at most, numbered or not, list by list."""
    items: list[Block] = []
    numbers: list[int | None] = []
    for text in draw(st.lists(lines, min_size=1, max_size=8)):
        depth = draw(st.integers(1, min(len(numbers) + 1, 5)))
        del numbers[depth:]
        if len(numbers) < depth:
            numbers.append(draw(st.one_of(st.none(), st.integers(0, 2000))))
        else:
            last = numbers[-1]
            following = [st.none() if last is None else st.just(last + 1), st.integers(0, 99)]
            numbers[-1] = draw(st.one_of(following))
        items.append(Block(LI, text, level=depth, number=numbers[-1]))
    return items


pieces = st.one_of(
    st.builds(lambda text: [Block(P, text)], lines),
    st.builds(lambda text, level: [Block(H, text, level=level)], lines, st.integers(2, 6)),
    st.builds(lambda text: [Block(Q, text)], lines),
    st.builds(lambda text: [Block(PRE, text)], codes),
    st.builds(lambda text, url: [Block(CAPTION, text, image_url=url)], lines, addresses),
    st.builds(lambda text: [Block(CAPTION, text)], lines),
    tables(),
    item_lists(),
)


@given(st.lists(pieces, max_size=6))
def test_every_block_comes_back(parts: list[list[Block]]) -> None:
    blocks = [
        Block(H, "at the second level", level=2),
        *(block for part in parts for block in part),
    ]
    found = read_back(render(*blocks))
    assert [(b.kind, b.text, b.level) for b in found] == [(b.kind, b.text, b.level) for b in blocks]
    for ours, theirs in zip(blocks, found, strict=True):
        assert theirs.number == ours.number
        assert unquote(theirs.image_url or "") == unquote(ours.image_url or "")
        if ours.kind is ROW:  # rows of two tables in a row may be padded to one width
            assert theirs.cells == ours.cells


TEMPLATES = ("{{", "{%", "{#", "<%")
"""How what a site generator runs begins."""


@given(st.lists(pieces, max_size=6), lines)
def test_a_site_generator_finds_nothing_to_run(parts: list[list[Block]], title: str) -> None:
    blocks = tuple(block for part in parts for block in part)
    markdown = Article(title=title, byline=title, blocks=blocks).to_markdown()
    assert [begin for begin in TEMPLATES if begin in markdown] == []


@pytest.mark.parametrize("kind", [P, H, LI, Q, CAPTION, ROW])
def test_a_template_looks_like_this(kind: BlockKind) -> None:
    text = "a {{ x }} {% y %} {# z #} <%= w %> {1} 5 %"
    escaped = r"a \{\{ x }} \{\% y %} \{\# z #} \<\%= w %> \{1} 5 %"
    assert escaped in render(Block(kind, text))


def test_code_with_a_template_looks_like_this() -> None:
    code = "<p>\n\n  {{ a &amp; b }}</p>"
    assert render(Block(PRE, code)) == (
        "<pre><code>&lt;p&gt;\n\n  &#123;&#123; a &amp;amp; b &#125;&#125;&lt;/p&gt;</code></pre>\n"
    )
    assert read_back(render(Block(PRE, code))) == [Block(PRE, code)]
    assert render(Block(PRE, "if (x) { y() }")) == "```\nif (x) { y() }\n```\n"


numbers_or_none = st.one_of(st.none(), st.integers())
any_blocks = st.builds(
    Block,
    st.sampled_from(BlockKind),
    st.text(min_size=1),
    level=numbers_or_none,
    number=numbers_or_none,
    cells=st.lists(st.text()).map(tuple),
    image_url=st.one_of(st.none(), st.text()),
)


@given(st.lists(any_blocks), st.text())
def test_any_article_is_rendered(blocks: list[Block], title: str) -> None:
    article = Article(title=title, byline=title, blocks=tuple(blocks))
    markdown = article.to_markdown()
    markdown.encode()
    assert "<script" not in MarkdownIt("commonmark").enable("table").render(markdown)
    read_back(markdown)


@given(lines, lines)
def test_title_and_credit_are_text(title: str, byline: str) -> None:
    head, credit = read_back(render(title=title, byline=byline))
    assert (head.kind, head.text, head.level) == (H, title, 1)
    assert credit.text == byline


DROPPED = "\u206a\u200b\ufdd0\U000e0041"
JOINING = st.text(alphabet="#-+>1.)&lt;`*~_ |\n" + DROPPED, max_size=12)


def drop(text: str) -> str:
    return "".join(character for character in text if character not in DROPPED)


@given(JOINING, st.sampled_from((P, PRE, LI, Q, H, CAPTION, ROW)))
def test_what_is_dropped_joins_no_markup(text: str, kind: BlockKind) -> None:
    article = Article(title=text, byline=text, body=text, blocks=(Block(kind, text),))
    plain = Article(
        title=drop(text), byline=drop(text), body=drop(text), blocks=(Block(kind, drop(text)),)
    )
    markdown = render_markdown(article, clean=drop)
    assert markdown == drop(markdown) == plain.to_markdown()


def test_an_article_without_blocks_is_cleaned_too() -> None:
    article = Article(body="#\u206a one\n1\u206a. two", authors=("*\u206a",))
    assert render_markdown(article, clean=drop) == "*\\**\n\n\\# one\n\n1\\. two\n"


# ---------------------------------------------------------------------- how it looks


def test_an_article_looks_like_this() -> None:
    article = Article(
        title="The light is back",
        byline="By Ana Ruiz",
        published_at=datetime(2024, 9, 2, 13, 27, tzinfo=UTC),
        published_precision=Precision.MINUTE,
        blocks=(
            Block(CAPTION, "The lighthouse in 1986.", image_url="https://a.example/l.jpg"),
            Block(P, "The council voted 3.5 to 1 - at last."),
            Block(H, "Costs", level=3),
            Block(LI, "Lamp", level=1, number=1),
            Block(LI, "glass", level=2),
            Block(LI, "brass", level=2),
            Block(LI, "Walls", level=1, number=2),
            Block(H, "In detail", level=4),
            Block(ROW, "Year Visitors", level=None, number=1, cells=("Year", "Visitors")),
            Block(ROW, "1986", level=None, number=2, cells=("1986", "")),
            Block(Q, "A town without a light"),
            Block(Q, "is no harbour."),
            Block(PRE, "keep = ```lamp```\n   + lens"),
        ),
    )
    assert (
        article.to_markdown()
        == """\
# The light is back

*By Ana Ruiz · 2024-09-02 13:27+00:00*

![The lighthouse in 1986.](https://a.example/l.jpg)

The council voted 3.5 to 1 - at last.

## Costs

1. Lamp
   - glass
   - brass
2. Walls

### In detail

| Year | Visitors |
| --- | --- |
| 1986 |  |

> A town without a light
>
> is no harbour.

````
keep = ```lamp```
   + lens
````
"""
    )


@pytest.mark.parametrize(
    ("precision", "expected"),
    [
        (Precision.YEAR, "*2024*"),
        (Precision.MONTH, "*2024-09*"),
        (Precision.DAY, "*2024-09-02*"),
        (Precision.SECOND, "*2024-09-02 13:27+00:00*"),
        (None, "*2024-09-02 13:27+00:00*"),
    ],
)
def test_the_date_is_as_exact_as_the_page(precision: Precision | None, expected: str) -> None:
    at = datetime(2024, 9, 2, 13, 27, tzinfo=UTC)
    article = Article(published_at=at, published_precision=precision)
    assert article.to_markdown() == expected + "\n"


def test_numbers_go_on_as_in_the_page() -> None:
    items = [
        Block(LI, text, level=1, number=number) for text, number in (("a", 3), ("b", 2), ("c", 7))
    ]
    assert render(*items) == "3. a\n\n2) b\n\n7. c\n"


def test_a_second_paragraph_stays_in_its_item() -> None:
    blocks = (
        Block(LI, "a", level=1, number=1),
        Block(LI, "more", level=1, number=1),
        Block(LI, "b", level=1, number=2),
    )
    markdown = render(*blocks)
    assert markdown == "1. a\n\n   more\n2. b\n"
    assert read_back(markdown) == [*blocks]


def test_two_tables_in_a_row_stay_two() -> None:
    rows = [Block(ROW, "a b", level=None, number=number, cells=("a", "b")) for number in (1, 2, 1)]
    assert render(*rows).count("---") == 4


def test_an_image_is_shown_only_from_the_web() -> None:
    assert render(Block(CAPTION, "x", image_url="javascript:alert(1)")) == "*x*\n"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://a.example/news/4?id=1&copy=2", "https://a.example/news/4?id=1&copy=2"),
        ("https://a.example/a b>_*c*", "https://a.example/a%20b%3E_*c*"),
        ("https://a.example/x><script>y()</script>", "https://a.example/x%3E%3Cscript%3Ey%28%29%3C/script%3E"),
        ("https://a.example/новость", "https://a.example/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D1%8C"),
    ],
)  # fmt: skip
def test_the_address_is_a_link_to_itself(address: str, expected: str) -> None:
    markdown = render_markdown(Article(title="T", byline="B", body="text"), address)
    assert markdown == f"# T\n\n*B*\n\n<{expected}>\n\ntext\n"
    (line,) = [
        token
        for token in MarkdownIt("commonmark").parse(markdown)
        if token.type == "inline" and "://" in token.content
    ]
    kinds = [child.type for child in line.children or ()]
    assert kinds == ["link_open", "text", "link_close"]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "file:///etc/passwd", "", None])
def test_only_addresses_of_the_web_are_links(address: str | None) -> None:
    assert render_markdown(Article(title="T"), address) == "# T\n"


@pytest.mark.parametrize(
    ("declared", "canonical", "chosen"),
    [
        ("https://www.a.example/4", "https://a.example/4", "https://www.a.example/4"),
        ("https://other.example/4", "https://a.example/4", "https://a.example/4"),
        ("nonsense", "https://a.example/4", "https://a.example/4"),
        (None, "https://a.example/4", "https://a.example/4"),
        ("https://a.example/4", None, None),
    ],
)
def test_the_address_that_the_page_claims_if_it_is_believed(
    declared: str | None, canonical: str | None, chosen: str | None
) -> None:
    article = Article(title="T", declared_url=declared, canonical_url=canonical)
    assert article.to_markdown() == (f"# T\n\n<{chosen}>\n" if chosen else "# T\n")


def test_a_body_without_blocks_is_paragraphs() -> None:
    assert Article(title="T", body="one\ntwo").to_markdown() == "# T\n\none\n\ntwo\n"


def test_nothing_is_nothing() -> None:
    assert Article().to_markdown() == ""

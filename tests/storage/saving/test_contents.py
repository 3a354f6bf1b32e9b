"""Blocks as a version keeps them."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from scraper.model.types import Article, Block, BlockKind
from storage.archive import Archive
from storage.contents import read_blocks, version_values
from storage.reading.library import Library
from storage.text.fingerprint import content_of
from tests.storage.makers import BY_HAND, LATER, LONG, NOW, make_article, make_capture

A = "https://a.example/story"
CAPTION = Block(BlockKind.CAPTION, "The mole in March", image_url="https://a.example/m.jpg")
BLOCKS = (
    CAPTION,
    Block(BlockKind.HEADING, "One", level=2),
    Block(BlockKind.LIST_ITEM, "two", level=1, number=7),
    Block(BlockKind.PREFORMATTED, "three\n  and\n\nfour"),
    Block(BlockKind.TABLE_ROW, "a b", level=None, number=1, cells=("a", "", "b")),
    Block(BlockKind.CAPTION, "Of an image that the page hides"),
    Block(BlockKind.PARAGRAPH, "five"),
)
BODY = "One\ntwo\nthree\n  and\n\nfour\na b\nfive"

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1)
blocks = st.builds(
    Block,
    st.sampled_from(BlockKind),
    texts,
    level=st.one_of(st.none(), st.integers(1, 9)),
    number=st.one_of(st.none(), st.integers(0, 99)),
    cells=st.lists(texts, max_size=3).map(tuple),
    image_url=st.one_of(st.none(), texts),
)


def store(article: Article) -> tuple[str, list[list[object]]]:
    values = version_values(article, content_of(article))
    return values["body"], json.loads(json.dumps(values["blocks"]))


@given(st.lists(blocks))
def test_every_block_comes_back(found: list[Block]) -> None:
    body = "\n".join(block.text for block in found if block.kind is not BlockKind.CAPTION)
    assert read_blocks(*store(Article(body=body, blocks=tuple(found)))) == tuple(found)


def test_the_text_is_kept_once() -> None:
    body, packed = store(Article(body=BODY, blocks=BLOCKS))
    assert body == BODY
    assert packed[:3] == [
        ["caption", None, "The mole in March", {"image_url": "https://a.example/m.jpg"}],
        ["heading", 2, 3],
        ["list_item", 1, 3, {"number": 7}],
    ]


def test_rows_from_before_there_were_numbers_and_captions_are_read() -> None:
    body = "One\ntwo\nthree"
    packed = [["heading", 2, 3], ["list_item", 1, 3], ["paragraph", None, 5]]
    assert read_blocks(body, packed) == (
        Block(BlockKind.HEADING, "One", level=2),
        Block(BlockKind.LIST_ITEM, "two", level=1),
        Block(BlockKind.PARAGRAPH, "three"),
    )
    assert read_blocks("else", [["quote", None, "text"]]) == (Block(BlockKind.QUOTE, "text"),)


def test_the_library_gives_them_back(archive: Archive, library: Library) -> None:
    archive.save(make_capture(A, make_article(BODY, blocks=BLOCKS)), BY_HAND, NOW)
    record = library.get(1)
    assert record is not None
    assert (record.body, record.blocks) == (BODY, BLOCKS)


def test_another_caption_or_another_white_space_is_no_version(
    archive: Archive, library: Library
) -> None:
    text = Block(BlockKind.PARAGRAPH, LONG)
    first = make_article(LONG, blocks=(CAPTION, text))
    assert archive.save(make_capture(A, first), BY_HAND, NOW).outcome == "new"
    for changed in ((replace(CAPTION, text="The mole in April"), text), (text,)):
        again = make_article(LONG, blocks=changed)
        assert archive.save(make_capture(A, again), BY_HAND, LATER).outcome == "unchanged"
    verbatim = LONG.replace(" ", "\n  ")
    again = make_article(verbatim, blocks=(Block(BlockKind.PREFORMATTED, verbatim),))
    assert archive.save(make_capture(A, again), BY_HAND, LATER).outcome == "unchanged"
    record = library.get(1)
    assert record is not None
    assert (record.versions, record.blocks) == (1, first.blocks)

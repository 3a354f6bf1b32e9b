"""OPML in and out: folders, and documents that mean harm."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.cleaning import clean
from commands.exits import UsageError
from commands.sources.opml import (
    MAX_DEPTH,
    MAX_FOLDER_NAME,
    join_folder,
    parse_opml,
    split_folder,
    write_opml,
)
from scraper.model.types import SourceKind
from storage.records import SourceRecord

NESTED = """<opml version="2.0"><body>
<outline text="Top" xmlUrl="http://a.example/top"/>
<outline text="Papers"><outline title="Radio/TV">
<outline text="A" xmlUrl="http://a.example/1" category="/Not/This"/></outline>
<outline text="B" xmlUrl="http://a.example/2"/>
<outline><outline text="C" xmlUrl="http://a.example/3"/></outline></outline>
<outline text="D" xmlUrl="http://a.example/4" category="/Boston/Weather,/Other"/>
<outline text="E" xmlUrl="http://a.example/5" category="Politics, more"/>
<outline text="F" xmlUrl="http://a.example/6" category=" , / "/>
</body></opml>"""


def records(*folders: str | None) -> list[SourceRecord]:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    return [
        SourceRecord(
            id=n,
            url=f"http://a.example/{n}",
            name=f"S {n}",
            kind=SourceKind.FEED,
            host="a",
            added_at=now,
            folder=each,
        )
        for n, each in enumerate(folders)
    ]


def test_folders_are_where_an_outline_lies() -> None:
    found = {item.text.rpartition("/")[2]: item.folder for item in parse_opml(NESTED.encode(), "o")}
    assert found == {
        "top": None,
        "1": r"Papers/Radio\/TV",
        "2": "Papers",
        "3": "Papers",
        "4": "Boston/Weather",
        "5": "Politics",
        "6": None,
    }


NAMES = st.lists(st.text(max_size=100), max_size=MAX_DEPTH)


@given(NAMES)
def test_a_folder_is_the_path_of_its_names(names: list[str]) -> None:
    cleaned = [clean(name)[:MAX_FOLDER_NAME].strip() for name in names]
    assert list(split_folder(join_folder(names))) == [name for name in cleaned if name]


@given(st.lists(NAMES.map(join_folder), max_size=5))
def test_what_is_written_is_read_again(folders: list[str | None]) -> None:
    written = "\n".join(write_opml(records(*folders)))
    ET.fromstring(written)
    again = parse_opml(written.encode("utf-8", "surrogatepass"), "o")
    if not any(each and {"\ufffe", "\uffff"} & set(each) for each in folders):
        assert {(item.text, item.folder) for item in again} == {
            (record.url, record.folder) for record in records(*folders)
        }


def test_a_folder_is_written_once() -> None:
    written = "\n".join(write_opml(records("A", None, "A/B", "C & <D>", "A")))
    assert written.count('text="A"') == 1
    assert written.count('text="C &amp; &lt;D&gt;"') == 1
    assert written.index("S 1") < written.index('text="A"'), "what lies in none stands first"


def test_hostile_documents_are_read_or_refused() -> None:
    folder, feed = '<outline text="f">', '<outline xmlUrl="http://a.example/x"/>'
    deep = f"<opml>{folder * 100_000}{feed * 1_000}{'</outline>' * 100_000}</opml>"
    assert {item.folder for item in parse_opml(deep.encode(), "o")} == {"/".join("f" * MAX_DEPTH)}
    wide = f"<opml>{feed * 100_000}</opml>"
    assert len(parse_opml(wide.encode(), "o")) == 100_000
    slashes = f'<opml><outline xmlUrl="http://a.example/" category="{"/a" * 1_000_000}"/></opml>'
    (item,) = parse_opml(slashes.encode(), "o")
    assert split_folder(item.folder) == ("a",) * MAX_DEPTH
    long = f'<opml><outline text="{"x" * 1_000_000}">{feed * 100}</outline></opml>'
    assert {len(item.folder or "") for item in parse_opml(long.encode(), "o")} == {MAX_FOLDER_NAME}
    entities = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "lol">' for n in range(10)
    )
    laughs = f'<!DOCTYPE opml [{entities}]><opml><outline text="&l9;" xmlUrl="http://a/"/></opml>'
    with pytest.raises(UsageError, match="entities"):
        parse_opml(laughs.encode(), "o")

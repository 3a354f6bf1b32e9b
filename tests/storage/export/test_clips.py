"""Markdown files with front matter, read back by a YAML parser."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from scraper.model.types import Precision
from storage.export.clips import file_name, front_matter, is_clip_name, write_clips
from storage.export.texts import clean_line
from storage.records import ArticleRecord
from tests.storage.export.makers import EDITION, HOSTILE, make_hostile, make_record, texts
from tests.tables import each_row


def fields(record: ArticleRecord) -> dict[str, Any]:
    first, _, rest = front_matter(record, EDITION).partition("\n")
    inside, end, nothing = rest.rpartition("---\n")
    assert (first, end, nothing) == ("---", "---\n", "")
    assert "\n---" not in inside
    loaded = yaml.safe_load(inside)
    assert isinstance(loaded, dict)
    return loaded


def test_a_file_a_clip(tmp_path: Path) -> None:
    write_clips([make_record(1), make_record(2, title=None)], tmp_path, EDITION)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "1-harbour-council-decides-case-1.md",
        "2.md",
    ]
    text = (tmp_path / "1-harbour-council-decides-case-1.md").read_text()
    _, front, body = text.split("---\n", 2)
    assert yaml.safe_load(front)["title"] == "Harbour council decides case 1"
    assert body.startswith("\n# Harbour council decides case 1\n\n*By Ada Pier")
    assert body.endswith("\n\nAnother, with a “quote”.\n")


def test_front_matter() -> None:
    known = fields(make_record())
    assert known["id"] == 1
    assert known["authors"] == ["Ada Pier", "Bo Quay"]
    assert known["tags"] == ["harbour", "council"]
    assert known["published_at"].astimezone(UTC) == datetime(2026, 2, 28, 2, 30, tzinfo=UTC)
    assert known["url"] == "https://example.com/news/1"
    assert "modified_at" not in known
    assert "title" not in fields(make_record(title=None))


@pytest.mark.parametrize(
    ("precision", "expected"),
    [(Precision.DAY, date(2026, 2, 28)), (Precision.MONTH, "2026-02"), (Precision.YEAR, "2026")],
)
def test_no_date_says_more_than_is_known(precision: Precision, expected: object) -> None:
    assert fields(make_record(published_precision=precision))["published_at"] == expected


@each_row("text", HOSTILE)
def test_hostile_front_matter(text: str) -> None:
    record = make_hostile(text)
    loaded = fields(record)
    line = clean_line(text)
    for name in ("title", "byline", "language", "site_name", "section", "url", "image_url"):
        assert loaded.get(name, "") == line, name
    assert loaded["authors"] == [line, "Ada", line]
    assert {type(value) for value in loaded["tags"]} == {str}


@given(texts, texts)
def test_any_text_reads_back(title: str, name: str) -> None:
    loaded = fields(make_record(title=title, authors=(name,), tags=(name, title)))
    assert loaded.get("title", "") == clean_line(title)
    assert loaded["authors"] == [clean_line(name)]
    assert loaded["tags"] == [clean_line(name), clean_line(title)]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_bodies(text: str, tmp_path: Path) -> None:
    write_clips([make_hostile(text)], tmp_path, EDITION)
    (path,) = tmp_path.iterdir()
    written = path.read_bytes().decode()
    assert written.startswith("---\n")
    assert not re.search("[{][{%#]|<%", written), "what a site generator would run"
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]", written)


# ---------------------------------------------------------------------- names


@given(texts, st.integers(1, 2**63 - 1))
def test_names_are_safe(title: str, number: int) -> None:
    name = file_name(make_record(number, title=title))
    assert is_clip_name(name)
    assert len(name.encode()) <= 150
    assert re.match(rf"{number}[-.]", name)
    assert not set(name) & set('/\\:*?"<>| \t\n\x00')
    assert not name.startswith((".", "-"))
    assert name.count(".") == 1
    assert name == name.lower() or not title.isascii()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_can_be_created(text: str, tmp_path: Path) -> None:
    records = [make_hostile(text, 1), make_hostile(text, 2), make_hostile(text, 12)]
    write_clips(records, tmp_path, EDITION)
    names = [path.name for path in tmp_path.iterdir()]
    assert len({name.casefold() for name in names}) == 3


@each_row(
    ("title", "name"),
    [
        ("Council: 5 % more?", "7-council-5-more.md"),
        ("L’heure d'été", "7-lheure-dété.md"),
        ("渡し船の船頭、42年ぶりに女性へ", "7-渡し船の船頭-42年ぶりに女性へ.md"),
        ("می‌خواهم", "7-میخواهم.md"),
        ("ตลาดน้ำ", "7-ตลาดน้ำ.md"),
        ("CON", "7-con.md"),
        ("...", "7.md"),
    ],
)
def test_names(title: str, name: str) -> None:
    assert file_name(make_record(7, title=title)) == name


def test_a_long_name_is_cut_between_words() -> None:
    name = file_name(make_record(title="harbour council " * 20))
    assert name.removesuffix(".md").endswith(("-harbour", "-council"))
    assert 100 < len(name) <= 130

"""Printed credits: a table of our own, the laws, and the shared table where it is beside us."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper import extract
from scraper.extraction.byline import Byline, parse_byline
from tests.tables import each_row

HERE = Path(__file__).parents[1]
OWN = json.loads((HERE / "data" / "bylines.json").read_text(encoding="utf-8"))
SHARED = HERE.parents[1] / "shared" / "seed" / "bylines.json"
LANGUAGES = sorted({row["lang"] for row in OWN})


def faults(row: dict[str, Any]) -> list[str]:
    """The fields in which the reading of a row is not what the row says."""
    byline = parse_byline(row["text"], language=row["lang"])
    authors = list(byline.authors)
    found = []
    if authors != row["expected"] and authors not in row.get("accept", []):
        found.append(f"authors {authors}")
    roles = [{"name": role.name, "role": role.role} for role in byline.roles]
    for name, value in (
        ("orgs", list(byline.organisations)),
        ("roles", roles),
        ("initials", list(byline.initials)),
    ):
        if name in row and row[name] != value:
            found.append(f"{name} {value}")
    return found


@each_row("row", OWN, by=lambda row: row["lang"], ids=lambda row: row["text"][:50])
def test_row(row: dict[str, Any]) -> None:
    assert faults(row) == []


@pytest.mark.skipif(not SHARED.exists(), reason="the shared tables are not beside the checkout")
def test_shared_table() -> None:
    rows = json.loads(SHARED.read_text(encoding="utf-8"))
    wrong = [(row["text"], found) for row in rows if (found := faults(row))]
    assert len(wrong) <= 0.03 * len(rows), wrong


def test_site_name_is_an_outlet() -> None:
    byline = parse_byline(
        "Ratna Dewi | Kabar Kita Semua", language="id", site_name="Kabar Kita Semua"
    )
    assert byline.authors == ("Ratna Dewi",)
    assert byline.organisations == ("Kabar Kita Semua",)


def test_one_word_is_a_name_in_a_field_of_authors() -> None:
    assert parse_byline("Steffi", language="de").authors == ()
    assert parse_byline("Steffi", language="de", stated=True).authors == ("Steffi",)
    assert parse_byline("dpa", language="de", stated=True).organisations == ("dpa",)
    assert parse_byline("admin", language="de", stated=True) == Byline()


def test_a_name_twice_is_one_author() -> None:
    assert parse_byline("By Ann Lee, Ann Lee", language="en").authors == ("Ann Lee",)
    assert parse_byline("Ann Lee Ann Lee", language="en").authors == ("Ann Lee",)


def test_translator_is_no_author_beside_one() -> None:
    byline = parse_byline("Penulis: Ann Lee\nPenerjemah: Ratna Dewi", language="id")
    assert byline.authors == ("Ann Lee",)
    assert [(role.name, role.role) for role in byline.roles] == [("Ratna Dewi", "translator")]


NAMES = st.lists(
    st.sampled_from("Ratna Dewi Budi Santoso Anna Schmidt Jörg Łukasz Élodie Nikos".split()),
    min_size=2,
    max_size=3,
    unique=True,
).map(" ".join)


@given(
    st.lists(NAMES, min_size=1, max_size=4, unique=True),
    st.sampled_from([("By ", " and ", "en"), ("Oleh ", " dan ", "id"), ("Von ", " und ", "de")]),
)
def test_a_list_gives_its_names(names: list[str], words: tuple[str, str, str]) -> None:
    by, joint, language = words
    text = by + (", ".join(names[:-1]) + joint if len(names) > 1 else "") + names[-1]
    assert list(parse_byline(text, language=language).authors) == names


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=600),
        st.lists(
            st.sampled_from([row["text"] for row in OWN] + list(" .,:/-()|\n")), max_size=6
        ).map(" ".join),
    ),
    st.sampled_from([*LANGUAGES, None, "", "xx-YY"]),
    st.booleans(),
)
def test_never_raises(text: str, language: str | None, stated: bool) -> None:
    byline = parse_byline(text, language=language, site_name="Kabar", stated=stated)
    assert all(name.strip() == name and name for name in byline.authors)


@pytest.mark.parametrize(
    ("text", "authors"),
    [
        ("Photo desk", ["Photo desk"]),
        ("By Photo Desk", ["Photo Desk"]),
        ("By photo desk", ["photo desk"]),
        ("Translation desk", ["Translation desk"]),
        ("Photo Desk and Ann Lee", ["Ann Lee"]),
        ("Photo by desk", ["desk"]),
        ("Photo: desk", ["desk"]),
        ("Foto Redaktion", ["Redaktion"]),
        ("Oleh Redaksi", ["Redaksi"]),
        ("Photo Ann Desk", ["Ann Desk"]),
        ("Editor Ann Lee", ["Ann Lee"]),
    ],
)
def test_a_desk_keeps_its_name(text: str, authors: list[str]) -> None:
    """What looks like a label before "desk" says which one it is; before a name it is a label."""
    line = (
        "The harbour council heard the fishermen of the pier on Tuesday and put off its decision."
    )
    page = f"<article><h1>The mole</h1><p class=byline>{text}</p>{f'<p>{line}</p>' * 6}</article>"
    assert list(extract(page).authors) == authors

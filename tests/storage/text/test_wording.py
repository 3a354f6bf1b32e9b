"""What changes nothing that a reader would read is no version."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scraper.model.types import Outcome
from storage.archive import Archive
from storage.reading.edits import find_edits
from storage.reading.library import Library
from storage.text.wording import is_same_line, is_same_text
from tests.storage.makers import BY_HAND, LONG, NOW, make_article, make_capture

URL = "https://a.example/1"
ALIKE = [
    ("« c’est bon » dit-il", '"c\'est bon" dit-il'),
    ("a rise of 5 % at 20 °C", "a rise of 5% at 20°C"),
    ("1,000 people", "1 000 people"),
    ("1,000 people", "1000 people"),
    ("3.5 metres", "3,5 metres"),
    ("the port .  The quay", "the port. The quay"),
    ("قدره ٣٥٠ مترا", "قدره 350 مترا"),
    ("港は開いた。次は、来年だ。", "港は開いた.次は,来年だ."),
    ("One line.\nAnother line.", "One line. Another line."),
]
UNLIKE = [
    ("5 degrees", "6 degrees"),
    ("1,000 people", "10,00 people"),
    ("3.5 metres", "35 metres"),
    ("Polish mayor", "polish mayor"),
    ("he was there", "he was not there"),
    ("a rise of 5 %", "a rise of 5"),
    ("港は開いた。", "港は開かなかった。"),
    ("30 dollars", "$30"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_typography_alone_makes_no_version(
    archive: Archive, library: Library, one: str, other: str
) -> None:
    archive.save(make_capture(URL, make_article(f"{LONG} {one}")), BY_HAND, NOW)
    edited = make_capture(URL, make_article(f"{LONG} {other}"))
    for days in (1, 2):
        decision = archive.save(edited, BY_HAND, NOW + timedelta(days=days))
        assert (decision.outcome, decision.reason) == (Outcome.UNCHANGED, None)
    (version,) = library.versions(1)
    assert version.body == f"{LONG} {one}"


@pytest.mark.parametrize(("one", "other"), UNLIKE)
def test_what_is_worded_otherwise_is_an_edit(archive: Archive, one: str, other: str) -> None:
    assert not is_same_text(one, other)
    archive.save(make_capture(URL, make_article(f"{LONG} {one}")), BY_HAND, NOW)
    edited = make_capture(URL, make_article(f"{LONG} {other}"))
    assert archive.save(edited, BY_HAND, NOW + timedelta(days=1)).outcome is Outcome.CHANGED


@pytest.mark.parametrize(
    ("fields", "is_edit"),
    [
        ({"title": "A TITLE"}, False),
        ({"title": "A title !"}, True),
        ({"title": "A Title"}, True),
        ({"authors": ("ANA RUIZ",)}, False),
        ({"authors": ("Ana Ruiz Gil",)}, True),
        ({"authors": ("ANA RUIZ", "Ben Holm")}, True),
        ({"title": "A TITLE", "published_at": NOW - timedelta(days=9)}, True),
    ],
)
def test_capitals_throughout_are_a_templates(
    archive: Archive, library: Library, fields: dict[str, object], is_edit: bool
) -> None:
    archive.save(make_capture(URL, make_article()), BY_HAND, NOW)
    edited = make_capture(URL, make_article(**fields))  # type: ignore[arg-type]
    outcome = archive.save(edited, BY_HAND, NOW + timedelta(days=1)).outcome
    assert outcome is (Outcome.CHANGED if is_edit else Outcome.UNCHANGED)
    if is_edit:
        old, new = library.versions(1)
        assert "typography" not in {edit.kind for edit in find_edits(old, new)} or len(fields) > 1


@pytest.mark.parametrize(("one", "other"), ALIKE[:4])
def test_the_same_holds_of_headlines(one: str, other: str) -> None:
    assert is_same_line(one, other)
    assert not is_same_line(one, f"{other} no")


def test_a_real_edit_with_typography_is_filed_whole(archive: Archive, library: Library) -> None:
    archive.save(make_capture(URL, make_article(f"{LONG} a rise of 5 %")), BY_HAND, NOW)
    edited = make_article(f"{LONG} a rise of 6%")
    decision = archive.save(make_capture(URL, edited), BY_HAND, NOW + timedelta(days=1))
    assert decision.outcome is Outcome.CHANGED
    assert library.versions(1)[1].body == edited.body

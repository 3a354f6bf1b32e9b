"""What a publisher changed: kinds of edits, stealth, and what a version is measured against."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.model.types import Block, BlockKind, Precision
from storage.reading.edits import EditKind, change_of, find_edits, words_of
from storage.records import VersionRecord
from storage.text.notices import is_notice
from tests.storage.versions import BODY, T0, edited, version
from tests.tables import each_row


def kinds(old: VersionRecord, new: VersionRecord) -> list[str]:
    return [edit.kind.value for edit in find_edits(old, new)]


# --------------------------------------------------------------------- kinds


def test_fields() -> None:
    old = version(1)
    new = version(
        2, title="Bridge open", authors=("Ben Quay",), byline=None, published_at=T0.replace(day=2)
    )
    assert [(edit.kind, edit.field, edit.old, edit.new) for edit in find_edits(old, new)] == [
        ("headline", "title", "Bridge closed", "Bridge open"),
        ("byline", "byline", "By Ada Pier", "Ben Quay"),
        ("date", "published_at", "2026-03-01T10:00:00+00:00", "2026-03-02T10:00:00+00:00"),
    ]


def test_a_byline_that_only_prints_another_time_is_no_edit() -> None:
    assert kinds(version(1), version(2, byline="By Ada Pier, updated 14:20")) == []


def test_a_date_that_is_only_less_exact_or_in_another_zone_is_no_edit() -> None:
    day = version(2, published_precision=Precision.DAY)
    abroad = version(
        3, published_at=T0.astimezone(datetime.fromisoformat("2026-01-01T00+07:00").tzinfo)
    )
    assert kinds(version(1), day) == kinds(day, version(1)) == kinds(version(1), abroad) == []
    assert kinds(version(1), replace(day, cause="date")) == ["date"]
    assert kinds(version(1, published_at=None), version(2)) == ["date"]


def test_paragraphs() -> None:
    gone = version(2, *BODY[:2], BODY[3])
    assert kinds(version(1), gone) == ["paragraph_removed"]
    assert kinds(gone, version(1)) == ["paragraph_added"]
    (edit,) = find_edits(version(1), gone)
    assert (edit.field, edit.old, edit.new, edit.old_block, edit.new_block) == (
        "body", BODY[2], None, 3, None,
    )  # fmt: skip
    assert kinds(version(1), version(2, *edited(3, "until midnight", "all night"))) == [
        "paragraph_reworded"
    ]
    (moved,) = find_edits(version(1), version(2, BODY[3], *BODY[:3]))
    assert (moved.kind, moved.old_block, moved.new_block, moved.moved) == (
        "paragraph_moved",
        4,
        1,
        True,
    )


def test_a_paragraph_that_moved_and_was_reworded_is_one_edit() -> None:
    texts = (BODY[3].replace("until midnight", "all night"), *BODY[:3])
    (edit,) = find_edits(version(1), version(2, *texts))
    assert (edit.kind, edit.moved) == ("paragraph_reworded", True)


@each_row(
    ("old", "new", "kind"),
    [
        ("About 310 households", "About 410 households", "figures"),
        ("£2.4 million, of which", "now £2.9 million, of this", "figures"),
        ("cost £2.4 million", "cost €2.4 million", "figures"),
        ("£2.4 million", "2.4% million", "figures"),
        ("£2.4 million", "£ 2.4 million", "typography"),
        ("£2.4 million", "£2,4 million", "typography"),
        ("About 310 households", "About 310 % households", "figures"),
        ("£2.4 million", "2.4 million pounds", "paragraph_reworded"),
        ("About 310 households", "Some 310 households", "paragraph_reworded"),
        (
            "The repairs are expected to cost £2.4 million",
            "Nobody dares to say what all of the work at £3 million may come to in the end",
            "paragraph_reworded",
        ),
    ],
)
def test_figures(old: str, new: str, kind: str) -> None:
    assert kinds(version(1), version(2, *edited(1, old, new))) == [kind]


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("昨日の地震で{}人が死亡し、数百人が避難した。", "12", "15"),
        ("قتل {} شخصا في الزلزال الذي وقع أمس في المدينة.", "١٢", "١٥"),
        ("Harga naik menjadi Rp{} per ton pada hari Senin.", "1.250.000", "1.350.000"),
        ("कुल {} लोग वहाँ आए।", "1,00,000", "1,20,000"),
    ],
)
def test_figures_in_any_script(text: str, old: str, new: str) -> None:
    assert kinds(version(1, text.format(old)), version(2, text.format(new))) == ["figures"]


@pytest.mark.parametrize(("old", "new"), [("1.250.000", "1,250,000"), ("4.5", "4,5")])
def test_the_same_number_written_otherwise_is_no_figure(old: str, new: str) -> None:
    text = "It cost {} rupiah at the time."
    assert kinds(version(1, text.format(old)), version(2, text.format(new))) == ["typography"]


@pytest.mark.parametrize(
    ("new", "kind"),
    [
        ("STRASSE: POLISH MAYOR", "typography"),
        ("Straße: polish mayor", "headline"),
        ("STRASSE: POLISH MAYORS", "headline"),
    ],
)
def test_a_headline_in_capitals_is_no_other_one(new: str, kind: str) -> None:
    assert kinds(version(1, title="Straße: Polish mayor"), version(2, title=new)) == [kind]


def test_a_capital_in_the_text_is_wording() -> None:
    assert kinds(version(1), version(2, *edited(2, "mayor", "Mayor"))) == ["paragraph_reworded"]


def test_typography() -> None:
    assert kinds(version(1), version(2, *edited(2, "“We are sorry,”", '"We are sorry,"'))) == [
        "typography"
    ]
    split = (BODY[0], *BODY[1].split(". ", 1), *BODY[2:])
    split = (split[0], split[1] + ".", *split[2:])
    assert kinds(version(1), version(2, *split)) == ["typography"]
    assert kinds(version(1, "Oui, dit-il !"), version(2, "Oui, dit-il!")) == ["typography"]


def test_captions_are_no_text() -> None:
    old = version(1)
    photo = Block(BlockKind.CAPTION, "A photo", image_url="https://example.com/x.jpg")
    assert kinds(old, replace(version(2), blocks=(photo, *old.blocks))) == []


@each_row(
    "notice",
    [
        "Correction: An earlier version of this article misstated the cost.",
        "CORRECTION (March 3): The cost is lower.",
        "Correction, 3 March 2026, 14:10: The cost is lower.",
        "This article was amended on 3 March 2026.",
        "Editor’s note: The mayor is not the author’s aunt.",
        "Update 14:35: The ferry is late.",
        "Ralat: Biaya yang benar adalah 2 juta.",
        "Koreksi: Biaya yang benar adalah 2 juta.",
        "Berichtigung vom 3. März: Die Kosten sind geringer.",
        "Korrektur: Die Kosten sind geringer.",
        "Anm. d. Red.: Die Kosten sind geringer.",
        "Rectificatif : le coût est moindre.",
        "Corrección: el coste es menor.",
        "Fe de errores. El coste es menor.",
        "Erratum: the cost is lower.",
        "【訂正】初出時に誤りがありました。",
        "訂正　初出時の金額は誤りです。",
        "更正：此前报道有误。",
        "Исправление: стоимость ниже.",
        "Sprostowanie: koszt jest niższy.",
        "Đính chính: chi phí thấp hơn.",
        "تصحيح: التكلفة أقل.",
        "แก้ไขข้อมูล: ราคาต่ำกว่า",
        "[바로잡습니다] 비용은 더 적습니다.",
    ],
)
def test_a_notice_is_a_correction(notice: str) -> None:
    with_notice = version(2, *BODY, notice)
    assert kinds(version(1), with_notice) == ["correction"]
    assert kinds(with_notice, version(1)) == ["correction"]
    assert kinds(with_notice, version(3, *BODY, notice + " Sorry.")) == ["correction"]


@each_row(
    "text",
    [
        "Correction officers said on Monday: nothing.",
        "Corrections, he said, are needed.",
        "Updates were given to the families every hour.",
        "An earlier version of the app had no such button.",
        "更新された記事を読む人は少ない。",
        "Korrekturen am Entwurf lehnte die Fraktion ab.",
        "",
    ],
)
def test_what_only_sounds_like_a_notice(text: str) -> None:
    assert not is_notice(text)


# --------------------------------------------------------------------- laws

paragraphs = st.lists(
    st.sampled_from(
        (*BODY, *edited(1, "310", "410"), BODY[0].lower(), "Correction: 3.", "3", "東京で12人")
    ),
    min_size=1,
    max_size=8,
)
versions = st.builds(
    lambda texts, title, author, day: version(
        1, *texts, title=title, authors=(author,), published_at=day and T0.replace(day=day)
    ),
    paragraphs,
    st.sampled_from(("Bridge", "Bridge’s", "Bridge's", None)),
    st.sampled_from(("Ada", "Ben")),
    st.sampled_from((None, 1, 2)),
)
OPPOSITE = {EditKind.ADDED: EditKind.REMOVED, EditKind.REMOVED: EditKind.ADDED}


@given(versions)
def test_a_version_has_no_edit_against_itself(one: VersionRecord) -> None:
    assert find_edits(one, one) == ()


@given(versions, versions)
@settings(max_examples=150)
def test_the_way_back_is_the_same_with_sides_exchanged(
    one: VersionRecord, other: VersionRecord
) -> None:
    there, back = find_edits(one, other), find_edits(other, one)
    exchanged = [(OPPOSITE.get(edit.kind, edit.kind), edit.new, edit.old) for edit in there]
    assert sorted(exchanged, key=str) == sorted(
        [(edit.kind, edit.old, edit.new) for edit in back], key=str
    )
    for edit in there:
        assert json.loads(json.dumps(asdict(edit)))["kind"] == edit.kind.value
        assert "".join(run.old for run in edit.runs) == (edit.old or "")
        assert "".join(run.new for run in edit.runs) == (edit.new or "")


def test_words_without_the_marks_around_them() -> None:
    (edit,) = find_edits(version(1), version(2, *edited(3, "until midnight.", "until one, daily!")))
    assert words_of(edit) == (["midnight"], ["one", "daily"])
    (edit,) = find_edits(version(1, "東京で12人が死亡した。"), version(2, "東京で15人が負傷した。"))
    assert words_of(edit) == (["12", "死亡"], ["15", "負傷"])


# --------------------------------------------------------------------- stealth


@each_row(
    ("before", "after", "stealth"),
    [
        (None, None, True),
        (T0, T0, True),
        (T0 + timedelta(hours=1), T0, True),
        (T0, None, True),
        (None, T0, True),  # the time of publication, given as that of a change
        (None, T0 + timedelta(hours=1), False),
        (T0, T0 + timedelta(hours=1), False),
    ],
)
def test_stealth(before: datetime | None, after: datetime | None, stealth: bool) -> None:
    texts = edited(3, "until midnight", "all night")
    old, new = version(1, modified_at=before), version(2, *texts, modified_at=after)
    assert change_of(new, old).stealth is stealth
    assert not change_of(replace(new, cause="extractor"), old).stealth


def test_what_is_no_stealth() -> None:
    assert change_of(version(2, title="Bridge open"), version(1)).stealth
    assert not change_of(version(2, authors=("Ben",)), version(1)).stealth
    assert not change_of(version(2, *BODY, "Correction: nothing else."), version(1)).stealth

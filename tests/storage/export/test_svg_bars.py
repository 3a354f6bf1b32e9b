"""Bars as a picture: whole XML whatever a name holds, and every number in it."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.export.svg_bars import HEIGHT, WIDTH, Bar, render_bars

SVG = "{http://www.w3.org/2000/svg}"
some_bars = st.lists(
    st.builds(Bar, st.text(max_size=30), st.integers(0, 10**9), st.none() | st.text(max_size=20)),
    max_size=120,
)


@given(some_bars, st.text(max_size=40), st.booleans())
def test_any_names_make_a_document_in_which_every_bar_stands(
    bars: list[Bar], title: str, alone: bool
) -> None:
    drawn = render_bars(bars, title=title, description=title, alone=alone)
    root = ElementTree.fromstring(drawn)
    groups = [one for one in root if one.tag in (f"{SVG}g", f"{SVG}a")]
    assert len(groups) == len(bars)
    for bar, group in zip(bars, groups, strict=True):
        (told,) = group.findall(f"{SVG}title")
        assert (told.text or "").endswith(f": {bar.value:,}")
        assert (group.get("href") is None) == (bar.address is None)
        for rect in group.findall(f"{SVG}rect"):
            values = {name: float(rect.get(name, "-1")) for name in ("x", "y", "width", "height")}
            assert min(values.values()) >= 0
            assert values["x"] + values["width"] <= WIDTH + 0.1
            assert values["y"] + values["height"] <= HEIGHT
    assert ("<style>" in drawn) == alone, "a page's policy forbids styles in it"


def test_it_is_named_for_who_does_not_see_it() -> None:
    root = ElementTree.fromstring(
        render_bars([Bar("2026-03", 2)], title="Articles", description="Two.", key="days")
    )
    ids = [one.get("id") for one in root[:2]]
    assert root.get("aria-labelledby", "").split() == ids == ["days-title", "days-desc"]
    assert root.get("role") == "img"


def test_labels_do_not_run_into_each_other() -> None:
    bars = [Bar(f"2026-03-{day:02}", day) for day in range(1, 32)]
    root = ElementTree.fromstring(render_bars(bars, title="x", description="x"))
    places = [float(one.get("x", "0")) for one in root.findall(f"{SVG}text")[1:]]
    assert len(places) > 3
    assert all(after - before > 70 for before, after in pairwise(places))


def test_a_negative_value_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        render_bars([Bar("x", -1)], title="x", description="x")


def test_a_part_of_a_bar_is_drawn_over_it() -> None:
    drawn = render_bars([Bar("x", 8, part=2)], title="x", description="x")
    (group,) = ElementTree.fromstring(drawn).findall(f"{SVG}g")
    assert group[0].text == "x: 8, of these 2"
    whole, part = (float(one.get("height", "0")) for one in group.findall(f"{SVG}rect")[1:])
    assert abs(whole - 4 * part) < 0.5
    for wrong in (-1, 9):
        with pytest.raises(ValueError, match="part"):
            render_bars([Bar("x", 8, part=wrong)], title="x", description="x")

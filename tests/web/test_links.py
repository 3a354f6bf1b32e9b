"""Whatever a page of the reading room leads to is there."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from tests.web.markup import the
from tests.web.rooms import Room, serving

STARTS = [
    "/articles/{edited}",
    "/articles/{second}",
    "/articles/{hostile}",
    "/articles/{edited}/diff",
    "/articles/{edited}/diff?from=1&to=2&view=side",
    "/stories",
    "/stories/{first}",
    "/stories/{first}?with={second}",
    "/edits",
    "/watches",
    "/watches/{watch}",
    "/watches/{edits_watch}",
]


def _submitted(form: LexborNode) -> str:
    """The address that the form leads to as it stands."""
    values = {}
    for one in form.css("input, select"):
        name = one.attributes.get("name")
        chosen = one.css_first("option[selected]") or one.css_first("option")
        if name and one.attributes.get("type") != "checkbox":
            values[name] = (chosen or one).attributes.get("value") or ""
    return f"{form.attributes['action']}?{urlencode(values)}"


@pytest.mark.parametrize("start", STARTS)
def test_all_that_a_page_leads_to_is_there(room: Room, start: str) -> None:
    main = the(LexborHTMLParser(room.get(start.format(**vars(room.ids))).text), "main")
    addresses = {one.attributes["href"] or "" for one in main.css("a")}
    addresses |= {_submitted(one) for one in main.css("form[method=get]")}
    own = sorted(one for one in addresses if one.startswith("/"))
    assert own
    missing = [one for one in own if room.get(one.partition("#")[0]).status_code != 200]
    assert missing == []


@pytest.mark.parametrize("start", STARTS)
def test_anchors_and_labels_are_there(room: Room, start: str) -> None:
    page = LexborHTMLParser(room.get(start.format(**vars(room.ids))).text)
    ids = [one.attributes["id"] for one in page.css("[id]")]
    assert len(ids) == len({*ids})
    for one in page.css("[for], [aria-labelledby]"):
        assert (one.attributes.get("for") or one.attributes.get("aria-labelledby")) in ids
    for one in page.css('a[href^="#"]'):
        assert (one.attributes["href"] or "")[1:] in ids


def test_behind_a_proxy_links_stay_below_its_path(room: Room) -> None:
    with serving(room.site.archive.place, root_path="/kliping") as below:
        for start in STARTS:
            answer = below.get(f"/kliping{start.format(**vars(room.ids))}")
            page = LexborHTMLParser(answer.text)
            links = [one.attributes["href"] or "" for one in page.css("[href]")]
            links += [one.attributes["action"] or "" for one in page.css("form")]
            assert answer.status_code == 200
            assert [one for one in links if one.startswith("/") and "/kliping/" not in one] == []

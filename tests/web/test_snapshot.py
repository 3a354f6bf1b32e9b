"""``/articles/ID/snapshot``: a stranger's page, which does nothing and asks nobody."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from commands.read.snapshots import disarm
from storage.reading.rights import Obey, Rights
from tests.web.markup import the
from tests.web.rooms import Room, serving

POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"
)


def test_the_stored_page_is_shown_disarmed(room: Room) -> None:
    answer = room.get(f"/articles/{room.ids.edited}/snapshot?version=1")
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    text = answer.content.decode()
    assert text.startswith("<!doctype html><html")
    assert "Bridge closed, café" in text  # it was stored as ISO 8859-1
    page = LexborHTMLParser(text)
    for gone in ("script", "link", "base", "meta[http-equiv]", "iframe[srcdoc]"):
        assert page.css_first(gone) is None, gone


def test_a_bar_that_no_style_hides_stands_above_it(room: Room) -> None:
    page = LexborHTMLParser(room.get(f"/articles/{room.ids.edited}/snapshot?version=1").text)
    body = the(page, "body")
    assert body is not None
    bar = next(one for one in body.iter() if one.tag == "div")
    assert body.child is not None
    assert body.child.tag == "div"
    assert "as it was stored on 1 March 2026" in bar.text()
    for one in (page.css_first("html"), body, bar, *bar.css("*")):
        assert one is not None
        styles = (one.attributes.get("style") or "").rstrip(";").split(";")
        assert all(style.endswith("!important") for style in styles), styles
    links = [one.attributes["href"] for one in bar.css("a")]
    assert links == [f"/articles/{room.ids.edited}?version=1", "https://paper.example/bridge"]


@pytest.mark.parametrize(
    "page", ['<html style="display:none !important"><body style="opacity:0">', "<frameset>"]
)
def test_what_stands_around_the_bar_is_ours(page: str) -> None:
    ours = LexborHTMLParser(f'<!doctype html><html style="a"><body style="b"><div>x</div>{page}')
    html, body = ours.css_first("html"), the(ours, "body")
    assert html is not None
    assert body is not None
    assert (html.attributes["style"], body.attributes["style"]) == ("a", "b")


def test_what_its_publisher_forbids_is_kept_back(room: Room) -> None:
    answer = room.get(f"/articles/{room.ids.kept}/snapshot")
    assert answer.status_code == 403
    assert "asks that no stored copy of the page is shown" in answer.text
    with serving(room.site.archive.place, rights=Rights(Obey.NOTHING)) as free:
        assert free.get(f"/articles/{room.ids.kept}/snapshot").status_code == 200


def test_a_pruned_page_is_told(room: Room) -> None:
    answer = room.get(f"/articles/{room.ids.pruned}/snapshot")
    assert answer.status_code == 410
    assert "it was pruned" in answer.text


@pytest.mark.parametrize("address", ["999/snapshot", "{edited}/snapshot?version=4"])
def test_what_is_not_there_is_not_found(room: Room, address: str) -> None:
    assert room.get(f"/articles/{address.format(**vars(room.ids))}").status_code == 404


def test_each_character_is_read_once() -> None:
    """Two megabytes of end tags without an end: read anew from each, they would take an hour."""
    assert disarm("<p><script>" + "</script " * 250_000) == "<p> "

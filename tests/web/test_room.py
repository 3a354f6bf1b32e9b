"""What every page has, whatever it shows."""

from __future__ import annotations

import json
from itertools import pairwise

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.web.rooms import Room

PAGES = [
    "/",
    "/articles/{edited}",
    "/articles/{edited}/diff",
    "/articles/{edited}/diff?view=side",
    "/articles/{arabic}",
    "/articles/{hostile}",
    "/articles/{hostile}/diff",
    "/search",
    "/search?q=bridge",
    "/search?q=nothing+here",
    "/search?language=en&edited=1",
    "/sources",
    "/runs",
    "/stats",
    "/articles/{hostile}?version=1",
    "/articles/{hostile}/diff?view=side",
    "/stories",
    "/stories/{second}",
    "/stories/{first}?with={second}&view=side",
    "/edits",
    "/watches",
    "/watches/{watch}",
    "/watches/{edits_watch}",
    "/articles/{edited}/diff?view=side",
    "/search",
    "/search?q=bridge",
    "/search?q=nothing+here",
    "/search?language=en&edited=1",
    "/sources",
    "/runs",
    "/stats",
    "/keys",
]


@pytest.fixture(params=PAGES)
def answer(request: pytest.FixtureRequest, room: Room, ids: dict[str, int]) -> httpx.Response:
    return room.get(request.param.format(**ids))


def test_a_page_is_whole_and_guarded(answer: httpx.Response) -> None:
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"] == (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "same-origin" in answer.headers["cross-origin-opener-policy"]
    assert len(answer.content) < 60_000


def test_nothing_that_was_stored_becomes_markup(answer: httpx.Response) -> None:
    page = LexborHTMLParser(answer.content)
    assert [one.attributes["src"] for one in page.css("script")] == ["/static/keys.js"]
    for one in page.css("*"):
        assert not [name for name in one.attributes if name.startswith("on") or name == "style"]
        target = one.attributes.get("href") or one.attributes.get("src") or "/"
        assert target.startswith(("/", "#", "https://", "http://")), target
        if not target.startswith(("/", "#")):
            assert one.tag == "a", target
            assert "noopener noreferrer" in (one.attributes["rel"] or "")
    assert not page.css("img[onerror]")


def test_one_heading_and_one_place_to_read(answer: httpx.Response) -> None:
    page = LexborHTMLParser(answer.content)
    assert len(page.css("h1")) == 1
    assert len(page.css("main")) == 1
    levels = [int(str(one.tag)[1]) for one in page.css("h1, h2, h3, h4, h5, h6")]
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_what_did_not_change_is_not_sent_again(room: Room) -> None:
    first = room.get("/")
    again = room.get("/", If_None_Match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert "content-security-policy" in again.headers


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "", "a b", "[::1", "@"]
)
def test_a_foreign_name_is_refused(room: Room, host: str) -> None:
    assert room.get("/", Host=host).status_code == 421
    assert room.get("/api/v1/articles/1", Host=host).status_code == 421


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:80", "LOCALHOST", "[::1]:8080"])
def test_our_own_names_are_not(room: Room, host: str) -> None:
    assert room.get("/keys", Host=host).status_code == 200


def test_what_is_not_there_is_told(room: Room) -> None:
    answer = room.get("/articles/999")
    assert answer.status_code == 404
    assert "No article has the id 999." in answer.text
    assert LexborHTMLParser(answer.content).css_first("form[role=search] input[name=q]")
    assert room.get("/nothing").status_code == 404
    assert room.request("POST", "/").status_code == 405
    assert room.get("/" + "x" * 20_000).status_code == 414


def test_programs_are_told_as_rfc_9457_has_it(room: Room) -> None:
    answer = room.get("/api/v1/articles/999")
    assert answer.headers["content-type"] == "application/problem+json"
    assert json.loads(answer.content) == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "No article has the id 999.",
    }


def test_healthz(room: Room) -> None:
    assert room.get("/healthz").json()["status"] == "ok"

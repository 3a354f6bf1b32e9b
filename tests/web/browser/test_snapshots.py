"""A stored page in a browser: its bar is seen, and it does nothing and asks nobody."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.web.rooms import Room

HIDING = [
    "<style>* { display: none !important; animation: none }</style>",
    "<style>html, body, div, a { opacity: 0 !important; transform: scale(0) !important }</style>",
    '<html style="display: none !important" hidden><body style="opacity: 0 !important" hidden>',
    "<style>body > :first-child { visibility: hidden !important; height: 0 !important }</style>",
    "<style>body { margin-top: -900px !important; clip-path: circle(0) !important }</style>",
    "<style>html { zoom: 0.01 !important; filter: opacity(0) !important }</style>",
    "<frameset></frameset><plaintext>",
]


def test_it_asks_nobody_and_leads_back(reader: Page, room: Room) -> None:
    asked: list[str] = []
    blocked: list[tuple[str, str | None]] = []
    reader.on("request", lambda request: asked.append(request.url))
    reader.on("requestfailed", lambda one: blocked.append((one.url, one.failure)))
    address = f"{room.address}/articles/{room.ids.edited}/snapshot?version=1"
    reader.goto(address)
    reader.wait_for_timeout(300)
    # What the policy stops is told as a request that failed before it was sent.
    assert blocked == [("https://evil.example/pixel", "csp")]
    assert {*asked} - {address, f"{room.address}/favicon.ico"} == {"https://evil.example/pixel"}
    assert reader.title() == f"Stored page of article {room.ids.edited}"
    reader.get_by_text("Back to the article").click()
    expect(reader).to_have_url(f"{room.address}/articles/{room.ids.edited}?version=1")


@pytest.mark.parametrize("hiding", HIDING)
def test_no_style_of_the_page_hides_the_bar(reader: Page, room: Room, hiding: str) -> None:
    def with_page(route: Route) -> None:
        answer = route.fetch()
        before = answer.text().partition("</div>\n")[0]
        route.fulfill(response=answer, body=f"{before}</div>\n{hiding}<p>text")

    reader.route("**/snapshot", with_page)
    reader.goto(f"{room.address}/articles/{room.ids.edited}/snapshot")
    link = reader.get_by_text("Back to the article")
    expect(link).to_be_visible()
    box = link.bounding_box()
    assert box is not None
    assert box["height"] > 15
    assert 0 <= box["y"] < 200
    shown = reader.evaluate(
        """() => { const box = document.querySelector('a').getBoundingClientRect();
        const there = document.elementFromPoint(box.x + 5, box.y + box.height / 2);
        return there && there.textContent; }"""
    )
    assert shown == "Back to the article"

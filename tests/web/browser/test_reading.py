"""The reading room as readers have it: looked at, by keys alone, without scripts, on a phone."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.web.rooms import Room

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PAGES = {
    "latest": "/",
    "article": "/articles/{edited}",
    "arabic": "/articles/{arabic}",
    "hostile": "/articles/{hostile}",
    "search": "/search?q=bridge+OR+harbour",
    "narrowed": "/search?language=en&edited=1",
    "nothing": "/search?q=nothing+here",
    "diff": "/articles/{edited}/diff",
    "side": "/articles/{hostile}/diff?view=side",
    "stories": "/stories",
    "story": "/stories/{first}?with={second}",
    "edits": "/edits",
    "watches": "/watches",
    "watch": "/watches/{watch}",
    "no snapshot": "/articles/{kept}/snapshot",
    "missing": "/articles/999",
    "keys": "/keys",
}


@pytest.fixture(params=PAGES)
def path(request: pytest.FixtureRequest, ids: dict[str, int]) -> str:
    return PAGES[request.param].format(**ids)


@pytest.fixture
def asked(reader: Page) -> list[str]:
    """Every address that the browser asks for, and what it complains about."""
    told: list[str] = []
    reader.on("request", lambda request: told.append(request.url))
    reader.on("console", lambda message: told.append(f"console: {message.text}"))
    reader.on("dialog", lambda dialog: told.append(f"dialog: {dialog.message}"))
    return told


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, room: Room, path: str, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(room.address + path)
    found = Axe().run(page, options=RULES).response["violations"]
    context.close()
    assert not [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]


def test_nothing_executes_and_nothing_is_asked_elsewhere(
    reader: Page, room: Room, path: str, asked: list[str]
) -> None:
    answer = reader.goto(room.address + path)
    assert answer is not None
    reader.wait_for_load_state("networkidle")
    told = [one for one in asked if not one.startswith(f"{room.address}/")]
    assert [one for one in told if not re.search("status of 40[34]", one)] == []


@pytest.mark.parametrize("width", [360, 3840])
def test_nothing_is_wider_than_the_window(reader: Page, room: Room, path: str, width: int) -> None:
    reader.set_viewport_size({"width": width, "height": 800})
    reader.goto(room.address + path)
    assert reader.evaluate("document.documentElement.scrollWidth") <= width
    lines = reader.evaluate(
        "[...document.querySelectorAll('.text p')].map(p => p.getBoundingClientRect().width)"
    )
    assert all(line <= 800 for line in lines)


def test_it_is_read_by_keys_alone(reader: Page, room: Room, ids: dict[str, int]) -> None:
    reader.goto(room.address)
    reader.keyboard.press("Tab")
    expect(reader.locator(".skip")).to_be_focused()
    titles = reader.locator("[data-clip] a").filter(has_not=reader.locator("img"))
    reader.keyboard.press("j")
    expect(titles.first).to_be_focused()
    reader.keyboard.press("j")
    reader.keyboard.press("k")
    expect(titles.first).to_be_focused()
    reader.keyboard.press("Enter")
    expect(reader.locator("article.article h1")).to_be_visible()
    reader.wait_for_load_state()
    reader.keyboard.press("/")
    expect(reader.locator(".masthead input[name=q]")).to_be_focused()
    reader.keyboard.type("j k o")
    expect(reader.locator(".masthead input[name=q]")).to_have_value("j k o")
    reader.keyboard.press("Escape")
    reader.keyboard.press("?")
    expect(reader.get_by_role("heading", name="Keys", exact=True)).to_be_visible()


def test_it_works_without_scripts(browser: Browser, room: Room, ids: dict[str, int]) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(room.address)
    page.get_by_role("link", name="Bridge closed until May").click()
    assert page.url.endswith(f"/articles/{ids['edited']}")
    page.locator(".masthead input[name=q]").fill("harbour")
    page.locator(".masthead button").click()
    assert "/search?q=harbour" in page.url
    context.close()


def test_arabic_reads_from_the_right(reader: Page, room: Room, ids: dict[str, int]) -> None:
    reader.goto(f"{room.address}/articles/{ids['arabic']}")
    text = reader.locator(".text")
    assert text.get_attribute("lang") == "ar"
    assert text.evaluate("one => getComputedStyle(one).direction") == "rtl"
    assert reader.locator("h1").evaluate("one => getComputedStyle(one).textAlign") == "start"

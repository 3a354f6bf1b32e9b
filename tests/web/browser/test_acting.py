"""Acting, and what it is seen by, in a real browser: its cookies, its origins, its forms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from scraper.clock import SystemClock
from storage.database.engine import open_engine
from tests.servers import Server, reply
from tests.storage.ledger.test_health import Paper
from tests.storage.makers import make_failed
from tests.web.browser.test_reading import RULES
from tests.web.desks import acting
from tests.web.rooms import Room, fill, serving
from web.site import Acting

PAGES = ("/desk", "/sources", "/sources/1", "/sources/2", "/runs", "/stats", "/jobs/1")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Room, Acting]]:
    """A room to act in; its second source is in trouble."""
    place = tmp_path_factory.mktemp("desk") / "news.db"
    fill(place)
    engine = open_engine(place)
    paper = Paper(engine, "b", SystemClock().now() - timedelta(hours=40))
    paper.bring(30)
    paper.bring(9, make_failed, reason="http_403: no")
    engine.dispose()
    site = acting(place)
    with serving(place, acting=site) as room:
        site.jobs.start("Fetch nothing", ("fetch",), "/desk").ended.wait(60)
        yield room, site


@pytest.fixture(scope="module")
def inside(browser: Browser, desk: tuple[Room, Acting]) -> Iterator[BrowserContext]:
    """A browser in which somebody logged in, by the link that is printed."""
    room, site = desk
    context = browser.new_context()
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.goto(f"{room.address}/login?token={site.door.token}")
    page.get_by_role("button", name="Log in with this link").click()
    expect(page.get_by_role("heading", name="Desk")).to_be_visible()
    page.close()
    yield context
    context.close()


@pytest.fixture
def page(inside: BrowserContext) -> Iterator[Page]:
    page = inside.new_page()
    yield page
    page.close()


def test_a_bookmarklet_brings_a_page_and_it_is_clipped(
    page: Page, desk: tuple[Room, Acting], tmp_path: Path
) -> None:
    room, _ = desk
    page.goto(f"{room.address}/desk")
    script = page.get_by_role("link", name="Clip with kliping").get_attribute("href") or ""
    with Server({"/story": reply("<title>x</title>")}) as server:
        elsewhere = server.url("/story").replace("127.0.0.1", "localhost")
        page.goto(elsewhere)
        page.evaluate(script.removeprefix("javascript:"))
        expect(page.get_by_label("Its address")).to_have_value(elsewhere)
        page.get_by_role("button", name="Clip", exact=True).click()
        expect(page.get_by_role("heading", name=f"Clip {elsewhere}")).to_be_visible()


def test_a_form_on_another_sites_page_does_nothing(page: Page, desk: tuple[Room, Acting]) -> None:
    room, site = desk
    before = len(site.jobs.list())
    form = (
        f"<form method=post action='{room.address}/clip'>"
        "<input name=url value='https://example.org/'><button>Win</button></form>"
    )
    with Server({"/": reply(form)}) as server:
        page.goto(server.url("/").replace("127.0.0.1", "localhost"))
        page.get_by_role("button").click()
    expect(page.get_by_text("Only a page of this server may send this.")).to_be_visible()
    assert len(site.jobs.list()) == before


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(page: Page, desk: tuple[Room, Acting], path: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(desk[0].address + path)
    found = Axe().run(page, options=RULES).response["violations"]
    assert not [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_wider_than_a_phone(page: Page, desk: tuple[Room, Acting], path: str) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(desk[0].address + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_source_in_trouble_says_what_helps(page: Page, desk: tuple[Room, Acting]) -> None:
    page.goto(f"{desk[0].address}/sources/2")
    expect(page.get_by_role("heading", name="Blocks us")).to_be_visible()
    expect(page.locator(".how")).to_contain_text("min_delay")


def test_logging_out_takes_the_controls_away(browser: Browser, desk: tuple[Room, Acting]) -> None:
    page = browser.new_page()
    page.goto(f"{desk[0].address}/sources")
    assert page.locator("form[method=post]").count() == 0
    page.close()
